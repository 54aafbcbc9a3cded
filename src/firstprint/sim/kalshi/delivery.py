"""Delivery: each frame gets its number, is written into the truth log, perhaps spoiled, and queued."""

from hashlib import sha256
from typing import Any

from firstprint.sim.kalshi.books import Change
from firstprint.sim.kalshi.connection import SimConnection, Subscription
from firstprint.sim.kalshi.faults import FaultDice, FaultRule, Target
from firstprint.sim.kalshi.market import SimMarket
from firstprint.sim.kalshi.settings import SimSettings
from firstprint.sim.kalshi.spoiling import spoil
from firstprint.sim.kalshi.texts import NS_PER_MS, NS_PER_S
from firstprint.sim.kalshi.truth import TruthLog
from firstprint.sim.kalshi.wire import encode, frame
from firstprint.sim.venue.connection import ABNORMAL

ERRORS = {
    1: "Unable to process message",
    2: "Params required",
    3: "Channels required",
    4: "Subscription IDs required",
    5: "Unknown command",
    7: "Unknown subscription ID",
    8: "Unknown channel name",
    9: "Authentication required",
    10: "Channel error",
    11: "Invalid parameter",
    12: "Exactly one subscription ID is required",
    13: "Unsupported action",
    14: "Market Ticker required",
    15: "Action required",
    24: "Index IDs required",
    25: "Subscription buffer overflow",
    26: "Subscription market limit exceeded",
    27: "Too many requests",
    28: "Underlying tickers required",
}


class Delivery:
    """Sends frames to connections. Numbered frames go through the fault dice; others never do."""

    def __init__(self, settings: SimSettings, dice: FaultDice, truth: TruthLog | None) -> None:
        self._settings = settings
        self._dice = dice
        self._truth = truth
        self.ended: list[Subscription] = []

    def delta(self, sub: Subscription, market: SimMarket, change: Change, body: bytes, at_ns: int) -> None:
        """Send a delta: the path nearly every frame takes."""
        seq = sub.next_seq()
        raw = frame("orderbook_delta", sub.sid, seq, body, sent_ms=self._sent_ms(at_ns))
        if self._truth is not None:
            self._truth.delta((sub.connection.number, sub.sid, seq), market.ticker, change, raw, at_ns)
        self._post(sub, "orderbook_delta", seq, raw, at_ns)

    def numbered(
        self, sub: Subscription, kind: str, body: bytes, at_ns: int, row: dict[str, Any], command: int | None = None
    ) -> None:
        """Send any other frame that carries sid and seq; `row` is what the truth log says of it besides."""
        seq = sub.next_seq()
        raw = frame(kind, sub.sid, seq, body, command=command, sent_ms=self._sent_ms(at_ns))
        if self._truth is not None:
            at = {"c": sub.connection.number, "sid": sub.sid, "seq": seq, "at": at_ns}
            self._truth.frame(at | {"type": kind.removeprefix("orderbook_")} | row, raw)
        self._post(sub, kind, seq, raw, at_ns)

    def plain(
        self,
        connection: SimConnection,
        kind: str,
        body: bytes,
        at_ns: int,
        *,
        sid: int | None = None,
        command: int | None = None,
        ticker: str | None = None,
    ) -> None:
        """Send a frame without a number: ticker, `subscribed`, `error`, the list of subscriptions."""
        if connection.closed is not None:
            return
        raw = frame(kind, sid, None, body, command=command, sent_ms=self._sent_ms(at_ns))
        if self._truth is not None:
            row = {"c": connection.number, "sid": sid, "type": kind, "t": ticker, "at": at_ns}
            self._truth.frame({name: value for name, value in row.items() if value is not None}, raw)
        self._queue(connection, raw, at_ns)

    def ticker(self, sub: Subscription, market: SimMarket, body: bytes, at_ns: int) -> None:
        """Send a ticker: no number, and dropped with the subscription when the client reads too slowly."""
        if sub.connection.full:
            self.terminate(sub, 25, at_ns)
        else:
            self.plain(sub.connection, "ticker", body, at_ns, sid=sub.sid, ticker=market.ticker)

    def error(
        self,
        connection: SimConnection,
        code: int,
        at_ns: int,
        command: int | None = None,
        sid: int | None = None,
    ) -> None:
        """Send an error by its code."""
        body = encode({"code": code, "msg": ERRORS[code]})
        self.plain(connection, "error", body, at_ns, sid=sid, command=command)

    def terminate(self, sub: Subscription, code: int, at_ns: int) -> None:
        """End a subscription by a terminal error: nothing more comes on its sid."""
        if not sub.alive:
            return
        sub.alive = False
        if sub.connection.subscriptions.pop(sub.sid, None) is not None:
            self.ended.append(sub)
        self.release_swapped(sub.connection)
        self.error(sub.connection, code, at_ns, sid=sub.sid)

    def end(self, connection: SimConnection, code: int, reason: str, at_ns: int) -> None:
        """End a connection; a reset (1006) loses what was queued."""
        if connection.closed is not None:
            return
        self.release_swapped(connection)
        connection.end(code, reason)
        for sub in connection.subscriptions.values():
            sub.alive = False
            self.ended.append(sub)
        connection.subscriptions = {}
        self.note("closed", {"c": connection.number, "code": code, "reason": reason, "at": at_ns})

    def release_swapped(self, connection: SimConnection) -> None:
        """Queue a frame that waited for another to overtake it."""
        if connection.swapped is not None:
            connection.put(connection.swapped[1])
            connection.swapped = None

    def note(self, kind: str, row: dict[str, Any]) -> None:
        """Write a line of truth that is not about a frame."""
        if self._truth is not None:
            self._truth.row(kind, row)

    def _sent_ms(self, at_ns: int) -> int:
        return at_ns // NS_PER_MS if self._settings.sending_ts else 0

    def _post(self, sub: Subscription, kind: str, seq: int, raw: bytes, at_ns: int) -> None:
        connection = sub.connection
        if not self._dice.frames_at_risk and not connection.full:
            connection.put(raw)
            return
        if connection.full and kind not in {"ok", "unsubscribed"}:
            self.note("fault", {"fault": "overflow", "c": connection.number, "sid": sub.sid, "seq": seq, "at": at_ns,
                                "sent": []})  # fmt: skip
            self.terminate(sub, 25, at_ns)
            return
        rule = None
        if self._dice.frames_at_risk:
            rule = self._dice.frame(Target(connection.number, sub.channel, kind, seq, raw), at_ns)
        swapped = connection.swapped
        if rule is None or (rule.kind == "swap" and swapped is not None):
            self._queue(connection, raw, at_ns)
        else:
            self._harm(rule, sub, seq, raw, at_ns)
        if swapped is not None and swapped is connection.swapped and swapped[0] is sub:
            self.release_swapped(connection)

    def _harm(self, rule: FaultRule, sub: Subscription, seq: int, raw: bytes, at_ns: int) -> None:
        connection = sub.connection
        effects = {"swap", "delay", "stall", "error", "close", "reset"}
        frames = [raw] if rule.kind in effects else spoil(rule.kind, raw)
        sent = [sha256(one).hexdigest()[:16] for one in frames]
        self.note("fault", {"fault": rule.kind, "c": connection.number, "sid": sub.sid, "seq": seq, "at": at_ns,
                            "sent": sent, "code": rule.code})  # fmt: skip
        if rule.kind == "swap":
            connection.swapped = (sub, raw)
            return
        for one in frames:
            self._queue(connection, one, at_ns)
        self._strike(rule, sub, at_ns)

    def _strike(self, rule: FaultRule, sub: Subscription, at_ns: int) -> None:
        connection = sub.connection
        if rule.kind in {"delay", "stall"}:
            connection.held_until_ns = max(connection.held_until_ns, at_ns + int(rule.for_s * NS_PER_S))
        elif rule.kind == "error":
            self.terminate(sub, rule.code, at_ns)
        elif rule.kind == "close":
            self.end(connection, rule.code, "simulated", at_ns)
        elif rule.kind == "reset":
            self.end(connection, ABNORMAL, "reset", at_ns)

    def _queue(self, connection: SimConnection, raw: bytes, at_ns: int) -> None:
        if connection.overfull:
            self.end(connection, 1008, "slow consumer", at_ns)
        elif connection.closed is None:
            connection.put(raw)
