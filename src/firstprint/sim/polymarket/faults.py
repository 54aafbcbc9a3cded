"""Fault scripts: what goes wrong, when, from a seed.

A script is a list of rules. A rule has a `kind` and one trigger: `at_s` (once, seconds after the start), `every_s`
(again and again, exponentially distributed around that mean), `every_frames` (likewise, counted in matching frames),
or nothing (the first match). `connection`, `type` and `asset` narrow what it may hit; on HTTP `path` does, which
begins with the host's name: `gamma/events`, `clob/books`, `clob`.

    on messages of the market channel   drop duplicate swap malformed truncate unknown_type unknown_field
                                        miss (a `price_change` off the touch: no later message betrays it)
    on their connection                 freeze (for_s; everything is lost, PONG goes on) delay (for_s) close (code)
                                        reset (no close frame)
    on their assets                     freeze_asset (for_s)
    on the next handshake               refuse (status)
    on HTTP                             http_429 (for_s) http_error (status) http_html (status) http_slow (for_s)
    on broadcasts                       life_lost (`new_market` or `market_resolved` is never sent)
"""

import random
from pathlib import Path
from typing import Self

import msgspec

from firstprint.sim.polymarket.texts import NS_PER_S

FRAME_KINDS = frozenset({
    "drop", "duplicate", "swap", "malformed", "truncate", "unknown_type", "unknown_field", "miss", "freeze",
    "freeze_asset", "delay", "close", "reset",
})  # fmt: skip
HTTP_KINDS = frozenset({"http_429", "http_error", "http_html", "http_slow"})
KINDS = FRAME_KINDS | HTTP_KINDS | {"refuse", "life_lost"}
FAR_NS = 1 << 62


class FaultRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One line of a fault script; see the module's docstring. `count_max` bounds how often it strikes."""

    kind: str
    at_s: float | None = None
    every_s: float | None = None
    every_frames: int | None = None
    connection: int | None = None
    type: str | None = None
    asset: str | None = None
    path: str | None = None
    count_max: int | None = None
    code: int = 1011
    status: int = 502
    for_s: float = 1.0

    def __post_init__(self) -> None:
        """Raise ValueError for a kind that does not exist, or a trigger that cannot be."""
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault kind {self.kind!r}; known are {', '.join(sorted(KINDS))}")
        pace = [given for given in (self.every_s, self.every_frames) if given is not None]
        if min(pace, default=1) <= 0 or self.for_s < 0 or (self.at_s or 0) < 0:
            raise ValueError(f"fault {self.kind!r}: times and counts must be positive")


_STANDARD: tuple[FaultRule, ...] = (
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


class FaultScript(msgspec.Struct, frozen=True):
    """Rules and the seed of their dice."""

    rules: tuple[FaultRule, ...] = ()
    seed: int = 1

    @classmethod
    def none(cls) -> Self:
        """Make a script in which nothing goes wrong."""
        return cls()

    @classmethod
    def standard(cls, seed: int = 1) -> Self:
        """Make the mix of all faults of which half a minute sees the common ones a few times."""
        return cls(_STANDARD, seed)

    @classmethod
    def load(cls, path: Path, seed: int = 1) -> Self:
        """Read `{"faults": [{"kind": ..., ...}, ...]}`. Raises OSError, or ValueError with what is wrong."""
        return cls(msgspec.json.decode(path.read_bytes(), type=_ScriptFile).faults, seed)

    @classmethod
    def named(cls, name: str, seed: int = 1) -> Self:
        """Choose by the word of the command line: `none`, `standard`, or a file's path."""
        if name == "none":
            return cls.none()
        return cls.standard(seed) if name == "standard" else cls.load(Path(name), seed)


class _ScriptFile(msgspec.Struct, forbid_unknown_fields=True):
    faults: tuple[FaultRule, ...]


class Target(msgspec.Struct, frozen=True, gc=False):
    """A message about to be sent, as far as a rule may ask. `deep` means that it leaves best bid and ask alone."""

    connection: int
    type: str
    assets: tuple[str, ...]
    hashes: tuple[str, ...]
    deep: bool = False


class _Armed:
    """A rule at work: when it strikes next, and how often it did."""

    __slots__ = ("due_ns", "rule", "skip", "struck")

    def __init__(self, rule: FaultRule) -> None:
        self.rule = rule
        self.struck = 0
        self.due_ns = 0
        self.skip = 0

    @property
    def spent(self) -> bool:
        recurs = self.rule.every_s is not None or self.rule.every_frames is not None
        return self.struck >= (self.rule.count_max or (FAR_NS if recurs else 1))


class FaultDice:
    """Decides which rule strikes whom, on the world's time."""

    def __init__(self, script: FaultScript, start_ns: int) -> None:
        self._rng = random.Random(script.seed)  # noqa: S311 repeatable faults, not secrets
        self._rules = [_Armed(rule) for rule in script.rules]
        for armed in self._rules:
            armed.due_ns = start_ns + int((armed.rule.at_s or 0) * NS_PER_S)
            self._wind(armed, start_ns)
        self._on_frames = [a for a in self._rules if a.rule.kind in FRAME_KINDS]
        self.frames_at_risk = bool(self._on_frames)

    def frame(self, target: Target, now_ns: int) -> FaultRule | None:
        """Give the rule that strikes a message, if one does."""
        for armed in self._on_frames:
            if armed.due_ns <= now_ns and not armed.spent and _matches(armed.rule, target):
                if armed.skip > 0:
                    armed.skip -= 1
                    continue
                return self._strike(armed, now_ns)
        return None

    def other(self, kinds: frozenset[str], now_ns: int, path: str = "") -> FaultRule | None:
        """Give the rule of one of these kinds that is due, if one is; `path` is host and path of a request."""
        for armed in self._rules:
            rule = armed.rule
            if rule.kind not in kinds or (rule.path is not None and not path.startswith(rule.path)):
                continue
            if armed.due_ns <= now_ns and not armed.spent:
                return self._strike(armed, now_ns)
        return None

    def _strike(self, armed: _Armed, now_ns: int) -> FaultRule:
        armed.struck += 1
        self._wind(armed, now_ns)
        return armed.rule

    def _wind(self, armed: _Armed, now_ns: int) -> None:
        rule = armed.rule
        if rule.every_s is not None:
            armed.due_ns = max(armed.due_ns, now_ns) + int(self._rng.expovariate(1 / rule.every_s) * NS_PER_S)
        if rule.every_frames is not None:
            armed.skip = int(self._rng.expovariate(1 / rule.every_frames))


def _matches(rule: FaultRule, target: Target) -> bool:
    if rule.kind == "miss" and not target.deep:
        return False
    if rule.kind == "freeze_asset" and not target.assets:
        return False
    return (
        (rule.type is None or rule.type == target.type)
        and (rule.connection is None or rule.connection == target.connection)
        and (rule.asset is None or rule.asset in target.assets)
    )
