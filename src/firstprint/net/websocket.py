"""WebSockets: the thin shell around picows, from bytes on a socket to one call for each socket read.

Implements Dialer, Wire and WireListener's side of firstprint.app.ports. It knows frames, pings and closing, and no
venue. All frames that arrived in one read are handed over in one call with the time of that read, so that what is done
once per call (the clock, the journal) is paid once per read. Every frame passes `Connection.on_ws_frame`.
"""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from typing import Protocol, cast

import msgspec
import structlog
from picows import WSCloseCode, WSError, WSFrame, WSHandshakeError, WSListener, WSMsgType, WSTransport, ws_connect

from firstprint.domain.clock import Clock
from firstprint.domain.errors import ConfigurationError, VenueRefused, VenueUnavailable
from firstprint.net.answers import excerpt, is_refusal, retry_after_s, skew_sentence

_log = structlog.get_logger(__name__)

CONTROL_BYTES_MAX = 125
"""A control frame is never longer (RFC 6455, 5.5): anything above is data, and need not be asked for its type."""
FRAGMENTS_MAX = 4096
"""Parts of one message: a peer that drips empty fragments must not fill our memory."""
LATE_S_MAX = 0.5
"""A timer that fires later than this tells of our own stall, not of the peer's."""


class SocketListener(Protocol):
    """What app.ports calls WireListener: hears one open WebSocket."""

    def frames(self, payloads: list[bytes], mono_ns: int) -> None:
        """Take the frames of one read, in order."""
        ...

    def closed(self, code: int | None, reason: str, by: str) -> None:
        """Learn that the socket is gone."""
        ...


class WebSocketSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of one connection: times in seconds, frames in bytes, a hand-over in frames.

    A silent peer is noticed after `ping_every_s + pong_s_max` at the latest (F12, G07).
    """

    dial_s_max: float = 10.0
    ping_every_s: float = 3.0
    pong_s_max: float = 5.0
    close_s_max: float = 2.0
    max_frame_bytes: int = 1 << 20
    batch_frames_max: int = 512


class Connection(WSListener):
    """One WebSocket, open or closing: the Wire that callers send on, and the listener that picows calls.

    Nothing reaches the listener before `dial` has returned: what comes earlier is held back, in order.
    """

    def __init__(self, listener: SocketListener, clock: Clock, settings: WebSocketSettings) -> None:
        super().__init__()
        self.response_headers: Mapping[str, str] = {}
        self._listener = listener
        self._clock = clock
        self._settings = settings
        self._frames_max = settings.batch_frames_max
        self._loop = asyncio.get_running_loop()
        self._transport: WSTransport | None = None
        self._batch: list[bytes] = []
        self._batch_ns = 0
        self._held: list[tuple[list[bytes], int]] | None = []
        self._parts: list[bytes] = []
        self._part_bytes = 0
        self._heard = False
        self._paused = False
        self._abandoned = False
        self._broken = False
        self._ours: tuple[int, str] | None = None
        self._theirs: tuple[int | None, str] | None = None
        self._ending: tuple[int | None, str, str] | None = None
        self._told = False
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._farewell: object = None

    # -- for callers ---------------------------------------------------------------------------------------------

    def send(self, payload: bytes) -> None:
        """Queue one text frame; on a socket that is closing or gone it does nothing."""
        if self._transport is not None and not self._transport.is_close_frame_sent:
            self._transport.send(WSMsgType.TEXT, payload)

    def close(self, code: int, reason: str) -> None:
        """Start closing; a peer that does not answer is cut off after `close_s_max`."""
        if self._transport is None or self._ending is not None:
            return
        if self._ours is None and self._theirs is None:
            self._ours = (code, reason)
            self._transport.send_close(
                cast("WSCloseCode", code), reason.encode("ascii", "replace")[: CONTROL_BYTES_MAX - 2]
            )
        self._arm("close", self._settings.close_s_max, self._cut)

    def pause_reading(self) -> None:
        """Stop reading from the socket: back-pressure reaches the peer when the kernel's buffers are full."""
        if self._transport is not None and not self._paused and not self._transport.underlying_transport.is_closing():
            self._paused = True
            self._transport.underlying_transport.pause_reading()

    def resume_reading(self) -> None:
        """Read again."""
        if self._transport is not None and self._paused and not self._transport.underlying_transport.is_closing():
            self._paused = False
            self._transport.underlying_transport.resume_reading()

    def begin(self) -> None:
        """Let the listener hear what came so far, and everything from now on."""
        held, self._held = self._held or [], None
        for payloads, mono_ns in held:
            self._hand_over(payloads, mono_ns)
        self._tell_closed()

    def abandon(self) -> None:
        """Give up a connection whose dial was cancelled: nobody will hear of it."""
        self._abandoned = True
        if self._transport is not None:
            self._transport.disconnect(False)

    # -- for picows ----------------------------------------------------------------------------------------------

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Take the open socket and start pinging."""
        self._transport = transport
        if self._abandoned:
            transport.disconnect(False)
            return
        self.response_headers = {name.lower(): value for name, value in transport.response.headers.items()}
        self._arm("ping", self._settings.ping_every_s, self._ping)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Take one frame. Whole data frames are long and go straight into the batch; the rest is looked at."""
        batch = self._batch
        if not batch:
            self._batch_ns = self._clock.now().mono_ns
        if frame.payload_size > CONTROL_BYTES_MAX and frame.fin and not self._parts:
            batch.append(frame.get_payload_as_bytes())
        else:
            self._take_special(transport, frame)
        if frame.last_in_buffer or len(batch) >= self._frames_max:
            self._flush()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """Learn that the socket is gone, and tell the listener once."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self._flush()
        if transport.is_close_frame_sent and self._ours is None and self._theirs is None:
            # picows ended this by itself and keeps the error for whoever waits: without a waiter asyncio would complain
            self._farewell = asyncio.gather(transport.wait_disconnected(), return_exceptions=True)
        self._end(*self._how_it_ended(transport))

    def pause_writing(self) -> None:
        """Ignore that the peer reads slowly: what we send is little, and a peer that reads nothing fails its pong."""

    def resume_writing(self) -> None:
        """Ignore that the peer reads again."""

    # -- frames --------------------------------------------------------------------------------------------------

    def _flush(self) -> None:
        batch, self._heard = self._batch, True
        if not batch:
            return
        self._batch = []
        if self._held is not None:
            self._held.append((batch, self._batch_ns))
        elif not self._abandoned:
            self._hand_over(batch, self._batch_ns)

    def _hand_over(self, payloads: list[bytes], mono_ns: int) -> None:
        try:
            self._listener.frames(payloads, mono_ns)
        except Exception:  # noqa: BLE001 a listener that breaks its promise ends its own connection only
            _log.exception("listener failed, closing its connection", frames=len(payloads))
            self._break(1011, "listener failed")

    def _take_special(self, transport: WSTransport, frame: WSFrame) -> None:
        kind = frame.msg_type
        if kind is WSMsgType.PING:
            transport.send_pong(frame.get_payload_as_bytes())
        elif kind is WSMsgType.CLOSE:
            self._answer_close(transport, frame.get_payload_as_bytes())
        elif kind is not WSMsgType.PONG and not self._broken:
            self._take_part(kind, frame)

    def _take_part(self, kind: WSMsgType, frame: WSFrame) -> None:
        """Take a short frame or a part of a fragmented one; a new message inside an unfinished one breaks the rules."""
        parts = self._parts
        if (kind is WSMsgType.CONTINUATION) != bool(parts):
            return self._break(1002, "fragments out of order")
        parts.append(frame.get_payload_as_bytes())
        self._part_bytes += frame.payload_size
        if self._part_bytes > self._settings.max_frame_bytes or len(parts) > FRAGMENTS_MAX:
            return self._break(1009, f"fragmented message above {self._settings.max_frame_bytes} bytes")
        if frame.fin:
            self._batch.append(b"".join(parts))
            self._parts, self._part_bytes = [], 0
        return None

    def _break(self, code: int, reason: str) -> None:
        """Close because of what the peer sent, and take no more data frames from it."""
        self._broken, self._parts = True, [b""]
        self.close(code, reason)

    # -- the end -------------------------------------------------------------------------------------------------

    def _answer_close(self, transport: WSTransport, payload: bytes) -> None:
        code = int.from_bytes(payload[:2], "big") if len(payload) >= 2 else None
        self._theirs = (code, payload[2:].decode("utf-8", "replace"))
        if not transport.is_close_frame_sent:
            transport.send_close(cast("WSCloseCode", code or 1000))
        transport.disconnect()
        self._arm("close", self._settings.close_s_max, self._cut)

    def _how_it_ended(self, transport: WSTransport) -> tuple[int | None, str, str]:
        handshake = transport.close_handshake
        if self._ending is not None:
            return self._ending
        if self._ours is not None:
            return *self._ours, "us"
        if self._theirs is not None:
            return *self._theirs, "venue"
        if handshake is not None and handshake.sent is not None:
            return handshake.sent.code.value, handshake.sent.reason or "", "us"
        return None, "connection lost without a close frame", "network"

    def _end(self, code: int | None, reason: str, by: str) -> None:
        self._ending = (code, reason, by)
        if self._held is None:
            self._tell_closed()

    def _tell_closed(self) -> None:
        gone = self._transport is None or self._transport.is_disconnected
        if self._ending is not None and gone and not self._told and not self._abandoned:
            self._told = True
            self._listener.closed(*self._ending)

    def _cut(self, _late_s: float) -> None:
        if self._transport is not None:
            self._transport.disconnect(False)

    # -- pings ---------------------------------------------------------------------------------------------------

    def _ping(self, _late_s: float) -> None:
        if self._transport is None or self._transport.is_close_frame_sent:
            self._arm("close", self._settings.close_s_max, self._cut)
            return
        if "pong" not in self._timers:
            self._heard = False
            self._arm("pong", self._settings.pong_s_max, self._expect_pong)
        self._transport.send_ping(b"firstprint")
        self._arm("ping", self._settings.ping_every_s, self._ping)

    def _expect_pong(self, late_s: float) -> None:
        """Decide whether the peer lives: anything it sent since the ping will do (F14).

        After a stall of our own its pong may lie unread, so it gets a second chance; while reading is paused nothing
        can be said.
        """
        if self._heard or self._paused:
            return
        if late_s > LATE_S_MAX:
            self._arm("pong", LATE_S_MAX, self._expect_pong)
            return
        if self._transport is not None and not self._transport.is_close_frame_sent:
            self._ending = (None, f"no pong within {self._settings.pong_s_max} s", "network")
        self._cut(0.0)

    def _arm(self, name: str, delay_s: float, action: Callable[[float], None]) -> None:
        """Run an action after a delay unless one of that name is due already; it is told how late it comes."""
        if name in self._timers:
            return
        due_s = self._loop.time() + delay_s

        def fire() -> None:
            del self._timers[name]
            action(self._loop.time() - due_s)

        self._timers[name] = self._loop.call_at(due_s, fire)


class WebSocketDialer:
    """Opens WebSockets to one address; `headers` gives the handshake's headers anew for every attempt."""

    def __init__(
        self,
        url: str,
        *,
        clock: Clock,
        headers: Callable[[], Mapping[str, str]] = dict,
        settings: WebSocketSettings | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        if ssl_context is not None and not (
            ssl_context.check_hostname and ssl_context.verify_mode is ssl.CERT_REQUIRED
        ):
            raise ConfigurationError("a TLS context must verify the server's certificate and its name")
        self.url = url
        self._clock = clock
        self._headers = headers
        self._settings = settings or WebSocketSettings()
        self._ssl_context = ssl_context

    async def dial(self, listener: SocketListener) -> Connection:
        """Open a connection within `dial_s_max`.

        Raises VenueRefused when the upgrade is refused for good, VenueUnavailable for anything else.
        """
        connection = Connection(listener, self._clock, self._settings)
        try:
            async with asyncio.timeout(self._settings.dial_s_max):
                await self._connect(connection)
        except TimeoutError:
            connection.abandon()
            raise VenueUnavailable("WebSocket", None, f"no connection within {self._settings.dial_s_max} s") from None
        except asyncio.CancelledError:
            connection.abandon()
            raise
        except WSHandshakeError as error:
            raise self._read_refusal(error) from error
        except (OSError, WSError) as error:
            raise VenueUnavailable("WebSocket", None, f"{type(error).__name__}: {error}"[:300]) from error
        asyncio.get_running_loop().call_soon(connection.begin)
        return connection

    async def _connect(self, connection: Connection) -> None:
        _, picked = await ws_connect(
            lambda: connection,
            self.url,
            ssl_context=self._ssl_context,
            websocket_handshake_timeout=self._settings.dial_s_max,
            enable_auto_pong=False,
            max_frame_size=self._settings.max_frame_bytes,
            max_redirects=0,
            extra_headers=self._headers(),
            happy_eyeballs_delay=0.25,
            ssl_shutdown_timeout=1.0 if self.url.startswith("wss:") else None,
        )
        if cast("object", picked) is None:
            raise ConnectionResetError("the server hung up during the handshake")

    def _read_refusal(self, error: WSHandshakeError) -> VenueRefused | VenueUnavailable:
        """Turn a refused upgrade into our words; picows may know the status, or only the raw header (HTTP 520)."""
        status, headers = _read_head(error.raw_header or b"")
        body = error.raw_body or b""
        detail = excerpt(body) or str(error)
        if not status or status == 101:
            return VenueUnavailable("WebSocket upgrade", None, detail)
        if status == 401:
            detail = f"{detail} ({skew_sentence(headers, self._clock.now().wall_ns)})"
        if is_refusal(status, readable=body.lstrip()[:1] == b"{"):
            return VenueRefused("WebSocket upgrade", status, "upgrade_refused", detail)
        return VenueUnavailable("WebSocket upgrade", status, detail, retry_after_s(headers))


def _read_head(head: bytes) -> tuple[int, dict[str, str]]:
    """Read the status (0 when there is none) and the headers, names in lower case, of a raw HTTP answer."""
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ", 2)
    status = int(words[1]) if len(words) > 1 and words[0].startswith("HTTP/") and words[1].isdigit() else 0
    pairs = (line.partition(":") for line in lines)
    return status, {name.strip().lower(): value.strip() for name, _, value in pairs}
