"""Polymarket's market WebSocket, opened. It is public: nothing is signed, and what is heard is asked for by frames."""

import ssl
from collections.abc import Mapping

from firstprint.domain.clock import Clock
from firstprint.net.websocket import Connection, SocketListener, WebSocketDialer, WebSocketSettings
from firstprint.venues.polymarket.hosts import Hosts
from firstprint.venues.polymarket.rest import USER_AGENT

MAX_FRAME_BYTES = 8 << 20
"""The first frame after a subscription holds the whole books of all its assets."""


class PolymarketDialer:
    """Opens WebSockets to Polymarket's market channel. Implements `firstprint.app.ports.Dialer`."""

    def __init__(
        self,
        hosts: Hosts,
        *,
        clock: Clock,
        settings: WebSocketSettings | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self.url = hosts.ws_url
        self._dialer = WebSocketDialer(
            hosts.ws_url,
            clock=clock,
            headers=_headers,
            settings=settings or WebSocketSettings(max_frame_bytes=MAX_FRAME_BYTES),
            ssl_context=ssl_context,
        )

    async def dial(self, listener: SocketListener) -> Connection:
        """Open a connection. Raises VenueRefused for good, VenueUnavailable to try again."""
        return await self._dialer.dial(listener)


def _headers() -> Mapping[str, str]:
    return {"User-Agent": USER_AGENT}
