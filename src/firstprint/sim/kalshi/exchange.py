"""The simulated exchange: connections, commands and REST over one world, on whatever time it is given.

Pure: no socket, no thread, no clock. The caller says what time it is; `next_due_ns` says when something is due next,
so that virtual time can jump. Times are Unix nanoseconds.
"""

import heapq
import random
from collections.abc import Mapping

from firstprint.sim.kalshi.commands import Command, Commands, decode_command
from firstprint.sim.kalshi.connection import SimConnection
from firstprint.sim.kalshi.delivery import Delivery
from firstprint.sim.kalshi.faults import FaultDice, FaultScript
from firstprint.sim.kalshi.feeds import Feeds
from firstprint.sim.kalshi.keys import KeyRing
from firstprint.sim.kalshi.rest import Rest, SimAnswer
from firstprint.sim.kalshi.settings import SimSettings
from firstprint.sim.kalshi.texts import NS_PER_MS, NS_PER_S
from firstprint.sim.kalshi.truth import TruthLog, level_texts
from firstprint.sim.kalshi.wire import Wording, encode
from firstprint.sim.kalshi.world import World
from firstprint.sim.venue.faults import FAR_NS
from firstprint.sim.venue.handshake import Refusal
from firstprint.sim.world.shared import SharedWorld

WS_PATH = "/trade-api/ws/v2"
_HTML = b"<!DOCTYPE html><html><head><title>Error</title></head><body>The request could not be satisfied.</body></html>"
_HTML_STATUS = 403
_COMMANDS_WAITING_MAX = 100_000


class Exchange:
    """One simulated venue."""

    def __init__(
        self,
        settings: SimSettings,
        now_ns: int,
        keys: KeyRing,
        faults: FaultScript | None = None,
        truth: TruthLog | None = None,
        shared: SharedWorld | None = None,
    ) -> None:
        self.settings = settings
        self.world = World(settings, now_ns, shared)
        self.connections: dict[int, SimConnection] = {}
        self._keys = keys
        self._truth = truth
        self._rng = random.Random(f"{settings.seed}/commands")  # noqa: S311 repeatable order, no secret
        self._dice = FaultDice(faults or FaultScript.none(), now_ns)
        self._delivery = Delivery(settings, self._dice, truth)
        self._feeds = Feeds(self.world, Wording(settings), self._delivery, self._dice)
        self._commands = Commands(settings, self.world, self._feeds, self._delivery)
        self._rest = Rest(settings, self.world, keys, self._dice, self._delivery)
        self._waiting: list[tuple[int, int, SimConnection, Command]] = []
        self._count = 0
        self._connected = 0
        self.world.listener = self._feeds
        start = {"seed": settings.seed, "markets": len(self.world.markets), "wire": settings.wire, "at": now_ns}
        self._delivery.note("start", start)

    @property
    def next_due_ns(self) -> int:
        """Give when something is due next: a happening, a command, or the end of a delay."""
        held = [c.held_until_ns for c in self.connections.values() if c.waiting and c.held_until_ns > self.world.now_ns]
        return min(self.world.next_due_ns, self._waiting[0][0] if self._waiting else FAR_NS, *held, FAR_NS)

    def advance(self, now_ns: int) -> None:
        """Let everything happen that is due by now, world and commands in the order of their times."""
        rule = self._dice.other(frozenset({"pause"}), now_ns)
        if rule is not None:
            self.world.paused_until_ns = now_ns + int(rule.for_s * NS_PER_S)
            self._delivery.note("fault", {"fault": "pause", "at": now_ns})
        while self._waiting and self._waiting[0][0] <= now_ns:
            at_ns, _, connection, command = heapq.heappop(self._waiting)
            self.world.advance(at_ns)
            if connection.closed is None:
                self._commands.execute(connection, command, self.world.now_ns)
        self.world.advance(now_ns)

    def connect(self, headers: Mapping[str, str], path: str, now_ns: int) -> SimConnection | Refusal:
        """Answer a handshake: a connection, or a refusal with its reason in the body."""
        self.advance(now_ns)
        rule = self._dice.other(frozenset({"refuse"}), now_ns)
        if rule is not None:
            return self._refuse(rule.status, "simulated", now_ns, fault=True)
        if path.partition("?")[0] != WS_PATH:
            return self._refuse(404, "not_found", now_ns)
        reason = self._keys.refusal(headers, "GET", path, now_ns)
        if reason is not None:
            return self._refuse(401, reason, now_ns)
        if len(self.connections) >= self.settings.connections_max:
            return self._refuse(429, "too many connections", now_ns)
        self._connected += 1
        connection = SimConnection(self, self._connected, self.settings.buffer_frames_max)
        self.connections[connection.number] = connection
        self._delivery.note("opened", {"c": connection.number, "at": now_ns})
        return connection

    def _refuse(self, status: int, reason: str, now_ns: int, *, fault: bool = False) -> Refusal:
        if fault:
            self._delivery.note("fault", {"fault": "refuse", "status": status, "at": now_ns})
        self._delivery.note("refused", {"status": status, "reason": reason, "at": now_ns})
        if fault and (status >= 500 or status == _HTML_STATUS):
            return Refusal(status, {"Content-Type": "text/html"}, _HTML)
        if status == 401:
            error = {"code": "authentication_error", "message": "authentication_error", "details": reason}
            return Refusal(status, {"Content-Type": "application/json"}, encode({"error": error}))
        text = "too many requests" if status == 429 else reason
        return Refusal(status, {"Content-Type": "application/json"}, encode({"error": text}))

    def command(self, connection: SimConnection, raw: bytes, now_ns: int) -> None:
        """Take a client's frame: commands run side by side, so they are carried out in a seeded order."""
        self.advance(now_ns)
        command = decode_command(raw)
        if command is None:
            self._delivery.error(connection, 1, now_ns)
            return
        within = connection.counts_command(now_ns, self.settings.commands_per_s_max)
        if not within or len(self._waiting) >= _COMMANDS_WAITING_MAX:
            self._delivery.error(connection, 27, now_ns, command.id or None)
            return
        if self.settings.command_delay_ms_max <= 0:
            self._commands.execute(connection, command, now_ns)
            return
        self._count += 1
        due = now_ns + int(self._rng.random() * self.settings.command_delay_ms_max * NS_PER_MS)
        heapq.heappush(self._waiting, (due, self._count, connection, command))

    def close(self, connection: SimConnection, code: int, reason: str, now_ns: int) -> None:
        """End a connection; the shell calls this too when a socket is gone, after which nothing is kept of it."""
        self._delivery.end(connection, code, reason, now_ns)
        self._feeds.sweep()
        self.connections.pop(connection.number, None)

    def rest(
        self, method: str, path: str, query: str, headers: Mapping[str, str], now_ns: int, address: str = ""
    ) -> SimAnswer:
        """Answer one REST request from the state as it is now; `address` is where it comes from."""
        self.advance(now_ns)
        return self._rest.answer(method, path, query, headers, now_ns, address)

    @property
    def rest_requests(self) -> int:
        """How many REST requests were answered, whatever the answer."""
        return self._rest.requests

    @property
    def rest_throttled(self) -> int:
        """How many of them were answered 429."""
        return self._rest.throttled

    def finish(self, now_ns: int) -> None:
        """Write every market's final state and book into the truth log, and its end."""
        if self._truth is None:
            return
        for market in self.world.markets:
            row: dict[str, object] = {"t": market.ticker, "status": market.status, "result": market.result}
            if market.book is not None:
                row |= {"yes": level_texts(market.book, "yes"), "no": level_texts(market.book, "no")}
            self._truth.row("market", row)
        self._truth.row("end", {"at": now_ns, "frames": self._truth.frames})
        self._truth.flush()
