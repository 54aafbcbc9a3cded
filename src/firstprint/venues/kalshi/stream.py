"""Kalshi's WebSocket, opened: every upgrade is signed afresh, public channels included."""

import ssl
from urllib.parse import urlsplit

from firstprint.domain.clock import NS_PER_MS, Clock
from firstprint.net.websocket import Connection, SocketListener, WebSocketDialer, WebSocketSettings
from firstprint.venues.kalshi.auth import Signer
from firstprint.venues.kalshi.hosts import Hosts


class KalshiDialer:
    """Opens signed WebSockets to Kalshi. Implements `firstprint.app.ports.Dialer`."""

    def __init__(
        self,
        hosts: Hosts,
        signer: Signer,
        *,
        clock: Clock,
        settings: WebSocketSettings | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self.url = hosts.ws_url
        self._path = urlsplit(hosts.ws_url).path or "/"
        self._signer = signer
        self._clock = clock
        self._dialer = WebSocketDialer(
            hosts.ws_url, clock=clock, headers=self._sign, settings=settings, ssl_context=ssl_context
        )

    async def dial(self, listener: SocketListener) -> Connection:
        """Open a connection.

        Raises VenueRefused for good: after a 401 with what our clock is off by. Raises VenueUnavailable to try again.
        """
        return await self._dialer.dial(listener)

    def _sign(self) -> dict[str, str]:
        return self._signer.headers("GET", self._path, self._clock.now().wall_ns // NS_PER_MS)
