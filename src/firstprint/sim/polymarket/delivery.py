"""Delivery: each message is perhaps spoiled, perhaps lost, and queued for its connection."""

from typing import Any

from firstprint.sim.polymarket.connection import SimConnection
from firstprint.sim.polymarket.faults import FaultDice, FaultRule, Target
from firstprint.sim.polymarket.spoiling import spoil
from firstprint.sim.polymarket.texts import NS_PER_S
from firstprint.sim.polymarket.truth import TruthLog
from firstprint.sim.venue.connection import ABNORMAL

_EFFECTS = frozenset({"swap", "delay", "freeze", "freeze_asset", "close", "reset"})
_NAMELESS = Target(0, "", (), ())


class Delivery:
    """Sends messages to connections. Those about the market go through the fault dice; PONG never does."""

    def __init__(self, dice: FaultDice, truth: TruthLog | None) -> None:
        self._dice = dice
        self._truth = truth

    @property
    def at_risk(self) -> bool:
        """Say whether any rule may strike messages, so that a target is worth making."""
        return self._dice.frames_at_risk

    def plain(self, connection: SimConnection, raw: bytes, at_ns: int) -> None:
        """Send what no fault touches."""
        if connection.closed is None:
            self._queue(connection, raw, at_ns)

    def post(
        self, connection: SimConnection, raw: bytes, at_ns: int, target: Target = _NAMELESS, market: str = ""
    ) -> None:
        """Send a message; `market` is the condition that it is about, if it is about one."""
        if connection.closed is not None or at_ns < connection.frozen_until_ns:
            return
        if connection.frozen_markets and at_ns < connection.frozen_markets.get(market, 0):
            return
        rule = self._dice.frame(target, at_ns) if self._dice.frames_at_risk else None
        swapped = connection.swapped
        if rule is None or (rule.kind == "swap" and swapped is not None):
            self._queue(connection, raw, at_ns)
        else:
            self._harm(rule, connection, raw, target, market, at_ns)
        if swapped is not None and swapped is connection.swapped:
            self.release_swapped(connection)

    def end(self, connection: SimConnection, code: int, reason: str, at_ns: int) -> None:
        """End a connection; a reset (1006) loses what was queued."""
        if connection.closed is not None:
            return
        self.release_swapped(connection)
        connection.end(code, reason)
        self.note("closed", {"c": connection.number, "code": code, "reason": reason, "at": at_ns})

    def release_swapped(self, connection: SimConnection) -> None:
        """Queue a message that waited for another to overtake it."""
        if connection.swapped is not None:
            connection.put(connection.swapped)
            connection.swapped = None

    def note(self, kind: str, row: dict[str, Any]) -> None:
        """Write a line of truth that is not about a book."""
        if self._truth is not None:
            self._truth.row(kind, row)

    def _harm(
        self, rule: FaultRule, connection: SimConnection, raw: bytes, target: Target, market: str, at_ns: int
    ) -> None:
        row = {"fault": rule.kind, "c": connection.number, "type": target.type, "at": at_ns, "h": target.hashes}
        self.note("fault", row | ({"m": market} if market else {}))
        if rule.kind == "swap":
            connection.swapped = raw
            return
        for one in [raw] if rule.kind in _EFFECTS else spoil(rule.kind, raw):
            self._queue(connection, one, at_ns)
        self._strike(rule, connection, market, at_ns)

    def _strike(self, rule: FaultRule, connection: SimConnection, market: str, at_ns: int) -> None:
        """Let a rule's effect on the connection begin; the message that called it up is the last to come through."""
        until_ns = at_ns + int(rule.for_s * NS_PER_S)
        if rule.kind == "delay":
            connection.held_until_ns = max(connection.held_until_ns, until_ns)
        elif rule.kind == "freeze":
            connection.frozen_until_ns = max(connection.frozen_until_ns, until_ns)
        elif rule.kind == "freeze_asset":
            connection.frozen_markets[market] = until_ns
        elif rule.kind == "close":
            self.end(connection, rule.code, "simulated", at_ns)
        elif rule.kind == "reset":
            self.end(connection, ABNORMAL, "reset", at_ns)

    def _queue(self, connection: SimConnection, raw: bytes, at_ns: int) -> None:
        if connection.full:
            self.end(connection, ABNORMAL, "slow consumer", at_ns)
        elif connection.closed is None:
            connection.put(raw)
