"""Fault scripts: what goes wrong at the simulated Kalshi; when, is told in `sim.venue.faults`.

`connection`, `channel`, `type` and `seq` narrow what a rule may hit; on REST `path` does, the beginning of a path such
as `/events`.

    on frames with a sequence number  drop duplicate duplicate_differs swap truncate malformed unknown_type
                                      unknown_field negative_level off_grid side_null side_list
    on the connection of such a frame delay stall (for_s) error (code 25 or 10) close (code) reset
    on the next handshake             refuse (status; the body is HTML for 403 and 5xx)
    on REST                           rest_429 (for_s) rest_error (status) rest_html rest_stale (for_s)
    on a page of markets, events
    or series                         bad_rows (every seventh row unreadable) cursor_loop (the asked cursor again)
    on lifecycle messages             life_lost life_twice life_late (`created` is sent after `determined`)
    on the exchange                   pause (for_s)
"""

from typing import TypeAlias

import msgspec

from firstprint.sim.venue.faults import Dice, Rule, Script, ScriptFile

FRAME_KINDS = frozenset({
    "drop", "duplicate", "duplicate_differs", "swap", "truncate", "malformed", "unknown_type", "unknown_field",
    "negative_level", "off_grid", "side_null", "side_list", "delay", "stall", "error", "close", "reset",
})  # fmt: skip
REST_KINDS = frozenset({"rest_429", "rest_error", "rest_html", "rest_stale"})
PAGE_KINDS = frozenset({"bad_rows", "cursor_loop"})
LIFE_KINDS = frozenset({"life_lost", "life_twice", "life_late"})
KINDS = FRAME_KINDS | REST_KINDS | PAGE_KINDS | LIFE_KINDS | {"refuse", "pause"}
_ON_TYPE = {
    "negative_level": "orderbook_delta", "off_grid": "orderbook_delta", "duplicate_differs": "orderbook_delta",
    "side_null": "orderbook_snapshot", "side_list": "orderbook_snapshot",
}  # fmt: skip


class Target(msgspec.Struct, frozen=True, gc=False):
    """A frame about to be sent, as far as a rule may ask."""

    connection: int
    channel: str
    type: str
    seq: int
    raw: bytes


class FaultRule(Rule[Target], frozen=True, kw_only=True):
    """One line of a fault script; see the module's docstring."""

    kinds = KINDS
    frame_kinds = FRAME_KINDS

    channel: str | None = None
    type: str | None = None
    seq: int | None = None
    code: int = 1012
    status: int = 503

    def matches(self, target: Target) -> bool:
        """Say whether it may hit a frame."""
        kind = _ON_TYPE.get(self.kind, self.type)
        if self.kind in {"side_null", "side_list"} and not _one_sided(target.raw):
            return False
        return (
            (kind is None or kind == target.type)
            and (self.connection is None or self.connection == target.connection)
            and (self.channel is None or self.channel == target.channel)
            and (self.seq is None or self.seq == target.seq)
        )


class FaultScript(Script[FaultRule], frozen=True):
    """Rules and the seed of their dice."""

    file = ScriptFile[FaultRule]
    usual = (
        FaultRule(kind="drop", every_s=6),
        FaultRule(kind="duplicate", every_s=6),
        FaultRule(kind="duplicate_differs", every_s=12),
        FaultRule(kind="swap", every_s=12),
        FaultRule(kind="truncate", every_s=12),
        FaultRule(kind="malformed", every_s=15),
        FaultRule(kind="unknown_type", every_s=8),
        FaultRule(kind="unknown_field", every_s=4),
        FaultRule(kind="negative_level", every_s=15),
        FaultRule(kind="off_grid", every_s=15),
        FaultRule(kind="side_null", every_s=6),
        FaultRule(kind="side_list", every_s=6),
        FaultRule(kind="delay", every_s=8, for_s=0.3),
        FaultRule(kind="stall", every_s=60, for_s=15),
        FaultRule(kind="error", every_s=20, code=25),
        FaultRule(kind="error", every_s=45, code=10),
        FaultRule(kind="close", every_s=40, code=1012),
        FaultRule(kind="close", every_s=90, code=4000),
        FaultRule(kind="reset", every_s=30),
        FaultRule(kind="refuse", every_s=30, status=503),
        FaultRule(kind="refuse", every_s=60, status=429),
        FaultRule(kind="rest_429", every_s=20, for_s=1),
        FaultRule(kind="rest_error", every_s=12, status=502),
        FaultRule(kind="rest_html", every_s=30, status=520),
        FaultRule(kind="rest_stale", every_s=30, for_s=5),
        FaultRule(kind="life_lost", every_s=25),
        FaultRule(kind="life_twice", every_s=10),
        FaultRule(kind="life_late", every_s=15),
    )


FaultDice: TypeAlias = Dice[FaultRule, Target]


def _one_sided(raw: bytes) -> bool:
    return b'"yes' not in raw or b'"no' not in raw
