"""One WebSocket of a client: its frames handed to the engine, and what the engine has for it sent."""

from typing import TYPE_CHECKING, Any

from picows import WSFrame, WSListener, WSMsgType, WSTransport

from firstprint.domain.clock import NS_PER_S
from firstprint.sim.venue.connection import ABNORMAL, Connection

if TYPE_CHECKING:
    from firstprint.sim.venue.server import SimulatedVenue

_CLOSE_NS_MAX = NS_PER_S
_BUFFER_BYTES_MAX = 4 * 1024 * 1024


class Socket(WSListener):
    """One WebSocket of a client, tied to its simulated connection."""

    def __init__(self, server: "SimulatedVenue[Any]", connection: Connection) -> None:
        super().__init__()
        self._server = server
        self.connection = connection
        self.transport: WSTransport | None = None
        self.writable = True
        self.closing_until_ns = 0

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Join the server, once the handshake is done."""
        self.transport = transport
        transport.underlying_transport.set_write_buffer_limits(high=_BUFFER_BYTES_MAX)
        self._server.joined(self)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Hand over a message, or answer the client's close."""
        if frame.msg_type in {WSMsgType.TEXT, WSMsgType.BINARY}:
            self._server.received(self, frame.get_payload_as_bytes())
        elif frame.msg_type == WSMsgType.CLOSE:
            self.connection.close(1000, "closed by the client", self._server.now_ns())
            if not self.closing_until_ns:
                transport.send_close(frame.get_close_code(), frame.get_close_message())
            transport.disconnect()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """Leave the server."""
        self._server.left(self)

    def pause_writing(self) -> None:
        """Stop taking frames: the client reads too slowly, and the engine's bounded queue fills."""
        self.writable = False

    def resume_writing(self) -> None:
        """Take frames again."""
        self.writable = True

    def deliver(self, now_ns: int) -> None:
        """Send what is due, and end the socket when the engine ended the connection."""
        transport = self.transport
        if transport is None or transport.is_disconnected:
            return
        if self.closing_until_ns:
            if now_ns >= self.closing_until_ns:
                transport.disconnect(graceful=False)
            return
        if self.writable:
            for raw in self.connection.take(now_ns):
                transport.send(WSMsgType.TEXT, raw)
        if self.connection.closed is not None and not (self.connection.waiting and self.writable):
            self._end(transport, *self.connection.closed, now_ns)

    def drop(self) -> None:
        """End the socket at once."""
        if self.transport is not None:
            self.transport.disconnect(graceful=False)

    def _end(self, transport: WSTransport, code: int, reason: str, now_ns: int) -> None:
        """Reset, or send the close frame and give the client a second to answer it."""
        if code == ABNORMAL:
            transport.underlying_transport.abort()
            return
        self.closing_until_ns = now_ns + _CLOSE_NS_MAX
        transport.send(WSMsgType.CLOSE, code.to_bytes(2, "big") + reason.encode())
