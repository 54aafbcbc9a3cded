"""Fault scripts: what goes wrong at the simulated Polymarket; when, is told in `sim.venue.faults`.

`connection`, `type` and `asset` narrow what a rule may hit; on HTTP `path` does, which begins with the host's name:
`gamma/events`, `clob/books`, `clob`.

    on messages of the market channel   drop duplicate swap malformed truncate unknown_type unknown_field
                                        miss (a `price_change` off the touch: no later message betrays it)
    on their connection                 freeze (for_s; everything is lost, PONG goes on) delay (for_s) close (code)
                                        reset (no close frame)
    on their assets                     freeze_asset (for_s)
    on the next handshake               refuse (status)
    on HTTP                             http_429 (for_s) http_error (status) http_html (status) http_slow (for_s)
    on broadcasts                       life_lost (`new_market` or `market_resolved` is never sent)
"""

from typing import TypeAlias

import msgspec

from firstprint.sim.venue.faults import Dice, Rule, Script, ScriptFile

FRAME_KINDS = frozenset({
    "drop", "duplicate", "swap", "malformed", "truncate", "unknown_type", "unknown_field", "miss", "freeze",
    "freeze_asset", "delay", "close", "reset",
})  # fmt: skip
HTTP_KINDS = frozenset({"http_429", "http_error", "http_html", "http_slow"})
KINDS = FRAME_KINDS | HTTP_KINDS | {"refuse", "life_lost"}


class Target(msgspec.Struct, frozen=True, gc=False):
    """A message about to be sent, as far as a rule may ask. `deep` means that it leaves best bid and ask alone."""

    connection: int
    type: str
    assets: tuple[str, ...]
    hashes: tuple[str, ...]
    deep: bool = False


class FaultRule(Rule[Target], frozen=True, kw_only=True):
    """One line of a fault script; see the module's docstring."""

    kinds = KINDS
    frame_kinds = FRAME_KINDS

    type: str | None = None
    asset: str | None = None
    code: int = 1011
    status: int = 502

    def matches(self, target: Target) -> bool:
        """Say whether it may hit a message."""
        if self.kind == "miss" and not target.deep:
            return False
        if self.kind == "freeze_asset" and not target.assets:
            return False
        return (
            (self.type is None or self.type == target.type)
            and (self.connection is None or self.connection == target.connection)
            and (self.asset is None or self.asset in target.assets)
        )


class FaultScript(Script[FaultRule], frozen=True):
    """Rules and the seed of their dice."""

    file = ScriptFile[FaultRule]
    usual = (
        FaultRule(kind="drop", every_s=8),
        FaultRule(kind="miss", every_s=10),
        FaultRule(kind="duplicate", every_s=6),
        FaultRule(kind="swap", every_s=10),
        FaultRule(kind="malformed", every_s=15),
        FaultRule(kind="truncate", every_s=15),
        FaultRule(kind="unknown_type", every_s=8),
        FaultRule(kind="unknown_field", every_s=4),
        FaultRule(kind="freeze", every_s=60, for_s=20),
        FaultRule(kind="freeze_asset", every_s=30, for_s=20),
        FaultRule(kind="delay", every_s=8, for_s=0.3),
        FaultRule(kind="close", every_s=60),
        FaultRule(kind="reset", every_s=30),
        FaultRule(kind="refuse", every_s=60, status=503),
        FaultRule(kind="http_429", every_s=40, for_s=1),
        FaultRule(kind="http_error", every_s=12),
        FaultRule(kind="http_html", every_s=30, path="gamma"),
        FaultRule(kind="http_slow", every_s=15, for_s=0.5),
        FaultRule(kind="life_lost", every_s=20),
    )


FaultDice: TypeAlias = Dice[FaultRule, Target]
