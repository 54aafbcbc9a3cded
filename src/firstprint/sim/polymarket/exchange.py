"""The simulated venue: connections, commands and both HTTP hosts over one world, on whatever time it is given.

Pure: no socket, no thread, no clock. The caller says what time it is; `next_due_ns` says when something is due next,
so that virtual time can jump. Times are Unix nanoseconds.
"""

from collections.abc import Collection, Mapping
from typing import Literal, TypeAlias

from firstprint.sim.polymarket.answers import HTML, Refused, SimAnswer, told
from firstprint.sim.polymarket.clob import Clob
from firstprint.sim.polymarket.commands import Commands
from firstprint.sim.polymarket.connection import SimConnection
from firstprint.sim.polymarket.delivery import Delivery
from firstprint.sim.polymarket.faults import HTTP_KINDS, FaultDice, FaultScript
from firstprint.sim.polymarket.feeds import Feeds
from firstprint.sim.polymarket.gamma import Gamma
from firstprint.sim.polymarket.limits import Counts, Limiter
from firstprint.sim.polymarket.links import true_links
from firstprint.sim.polymarket.settings import PolymarketSettings
from firstprint.sim.polymarket.telling import BookTeller
from firstprint.sim.polymarket.texts import NS_PER_S
from firstprint.sim.polymarket.truth import TruthLog
from firstprint.sim.polymarket.wire import encode
from firstprint.sim.polymarket.world import Contests, World
from firstprint.sim.venue.faults import FAR_NS
from firstprint.sim.venue.handshake import Refusal
from firstprint.sim.world.contests import TrueLink

WS_PATH = "/ws/market"
Host: TypeAlias = Literal["gamma", "clob"]
_UNLOVED_AGENT = "Python-urllib"
_TOO_MANY = SimAnswer(429, {"Content-Type": "text/plain"}, b"error code: 1015")
_FORBIDDEN = SimAnswer(403, {"Content-Type": "text/plain"}, b"error code: 1010")


class Exchange:
    """One simulated venue."""

    def __init__(
        self,
        settings: PolymarketSettings,
        now_ns: int,
        shared: Contests,
        faults: FaultScript | None = None,
        truth: TruthLog | None = None,
    ) -> None:
        self.settings = settings
        self.world = World(settings, now_ns, shared)
        self.counts = Counts()
        self._truth = truth
        self._dice = FaultDice(faults or FaultScript.none(), now_ns)
        self._delivery = Delivery(self._dice, truth)
        teller = BookTeller(self.world, truth)
        self._feeds = Feeds(settings, teller, self._delivery, self._dice, truth)
        self._commands = Commands(settings, self.world, self._feeds, teller, self._delivery)
        self._gamma = Gamma(settings, self.world)
        self._clob = Clob(settings, self.world, teller)
        self._limiter = Limiter(settings.throttle, self.counts)
        self._connected = 0
        self._stormy_until_ns = 0
        self._delivery.note("start", {"seed": settings.seed, "at": now_ns})
        for market in self.world.directory.markets:
            self._feeds.note_market(market, now_ns)
        self.world.listener = self._feeds

    @property
    def connections(self) -> dict[int, SimConnection]:
        """Give the open connections by number."""
        return self._feeds.connections

    @property
    def next_due_ns(self) -> int:
        """Give when something is due next: a happening, or the end of a delay."""
        now_ns = self.world.now_ns
        held = [c.held_until_ns for c in self.connections.values() if c.waiting and c.held_until_ns > now_ns]
        return min(self.world.next_due_ns, *held, FAR_NS)

    def advance(self, now_ns: int) -> None:
        """Let everything happen that is due by now."""
        self.world.advance(now_ns)

    def true_links(self, tickers: Collection[str] | None = None, *, tradable: bool = False) -> list[TrueLink]:
        """Give which listings of both venues are the same bet; `tickers` are those that Kalshi lists."""
        return true_links(self.world.directory, self.world.shared.meetings, tickers, tradable=tradable)

    # --- the market channel

    def connect(self, path: str, now_ns: int) -> SimConnection | Refusal:
        """Answer a handshake: a connection, or a refusal."""
        self.advance(now_ns)
        rule = self._dice.other(frozenset({"refuse"}), now_ns)
        if rule is not None:
            self._delivery.note("fault", {"fault": "refuse", "status": rule.status, "at": now_ns})
            return self._refuse(rule.status, HTML, now_ns)
        if path.partition("?")[0] != WS_PATH:
            return self._refuse(404, b"404 page not found", now_ns)
        if len(self.connections) >= self.settings.connections_max:
            return self._refuse(429, _TOO_MANY.body, now_ns)
        self._connected += 1
        connection = SimConnection(self, self._connected, self.settings.buffer_frames_max)
        self.connections[connection.number] = connection
        self._delivery.note("opened", {"c": connection.number, "at": now_ns})
        return connection

    def _refuse(self, status: int, body: bytes, now_ns: int) -> Refusal:
        self._delivery.note("refused", {"status": status, "at": now_ns})
        return Refusal(status, {"Content-Type": "text/html"}, body)

    def command(self, connection: SimConnection, raw: bytes, now_ns: int) -> None:
        """Take a client's message."""
        self.advance(now_ns)
        self._commands.execute(connection, raw, now_ns)

    def close(self, connection: SimConnection, code: int, reason: str, now_ns: int) -> None:
        """End a connection; the shell calls this too when a socket is gone, after which nothing is kept of it."""
        self._delivery.end(connection, code, reason, now_ns)
        self._feeds.forget(connection)

    # --- HTTP

    def admit(self, host: Host, path: str, now_ns: int) -> int | None:
        """Count a request against its limits; give how long it has to wait before it is answered, ns.

        None when it is refused for coming too often.
        """
        return self._limiter.delay_ns(host, path, now_ns)

    def answer(
        self, host: Host, method: str, path: str, query: str, headers: Mapping[str, str], now_ns: int, body: bytes = b""
    ) -> SimAnswer:
        """Answer one admitted request from the state as it is now."""
        self.advance(now_ns)
        if headers.get("User-Agent", "").startswith(_UNLOVED_AGENT):
            return _FORBIDDEN
        broken, delay_ns = self._fault(f"{host}{path}", now_ns)
        if broken is not None:
            return broken
        try:
            if host == "clob":
                answer = self._clob.answer(method, path, query, body, now_ns)
            elif method == "GET":
                answer = self._gamma.answer(path, query, now_ns)
            else:
                answer = told(405, {"error": "method not allowed"})
        except Refused as refusal:
            answer = told(refusal.status, refusal.body)
        return answer._replace(delay_ns=delay_ns)

    def _fault(self, path: str, now_ns: int) -> tuple[SimAnswer | None, int]:
        """Roll the dice: a broken answer if there is one, and how long the answer is held back."""
        rule = self._dice.other(HTTP_KINDS, now_ns, path)
        if rule is not None:
            self._delivery.note("fault", {"fault": rule.kind, "status": rule.status, "what": path, "at": now_ns})
            if rule.kind == "http_slow":
                return None, int(rule.for_s * NS_PER_S)
            if rule.kind == "http_html":
                return SimAnswer(rule.status, {"Content-Type": "text/html"}, HTML), 0
            if rule.kind == "http_error":
                return SimAnswer(rule.status, {"Content-Type": "application/json"}, encode({"error": "simulated"})), 0
            self._stormy_until_ns = now_ns + int(rule.for_s * NS_PER_S)
        return (_TOO_MANY, 0) if now_ns < self._stormy_until_ns else (None, 0)

    def finish(self, now_ns: int) -> None:
        """Write every market's final state and book into the truth log, and its end."""
        if self._truth is None:
            return
        for market in self.world.directory.markets:
            self._feeds.note_final(market)
        self._truth.row("end", {"at": now_ns})
        self._truth.flush()
