"""Fault scripts: what goes wrong, when, from a seed.

A script is a list of rules. A rule has a `kind` and one trigger: `at_s` (once, seconds after the start), `every_s`
(again and again, exponentially distributed around that mean), `every_frames` (likewise, counted in matching frames),
or nothing (the first match). `connection`, `channel`, `type` and `seq` narrow what it may hit; on REST
`path` does, the beginning of a path such as `/events`.

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

import random
from pathlib import Path
from typing import Self

import msgspec

from firstprint.sim.kalshi.texts import NS_PER_S

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
FAR_NS = 1 << 62


class FaultRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One line of a fault script; see the module's docstring. `count_max` bounds how often it strikes."""

    kind: str
    at_s: float | None = None
    every_s: float | None = None
    every_frames: int | None = None
    connection: int | None = None
    channel: str | None = None
    type: str | None = None
    seq: int | None = None
    path: str | None = None
    count_max: int | None = None
    code: int = 1012
    status: int = 503
    for_s: float = 1.0

    def __post_init__(self) -> None:
        """Raise ValueError for a kind that does not exist, or a trigger that cannot be."""
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault kind {self.kind!r}; known are {', '.join(sorted(KINDS))}")
        if min(self.every_s or 1, self.every_frames or 1) <= 0 or self.for_s < 0 or (self.at_s or 0) < 0:
            raise ValueError(f"fault {self.kind!r}: times and counts must be positive")


_STANDARD: tuple[FaultRule, ...] = (
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
    """A frame about to be sent, as far as a rule may ask."""

    connection: int
    channel: str
    type: str
    seq: int
    raw: bytes


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
        """Give the rule that strikes a frame, if one does."""
        for armed in self._on_frames:
            if armed.due_ns <= now_ns and not armed.spent and _matches(armed.rule, target):
                if armed.skip > 0:
                    armed.skip -= 1
                    continue
                return self._strike(armed, now_ns)
        return None

    def other(self, kinds: frozenset[str], now_ns: int, path: str = "") -> FaultRule | None:
        """Give the rule of one of these kinds that is due, if one is; `path` is that of a REST request."""
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
    kind = _ON_TYPE.get(rule.kind, rule.type)
    if rule.kind in {"side_null", "side_list"} and not _one_sided(target.raw):
        return False
    return (
        (kind is None or kind == target.type)
        and (rule.connection is None or rule.connection == target.connection)
        and (rule.channel is None or rule.channel == target.channel)
        and (rule.seq is None or rule.seq == target.seq)
    )


def _one_sided(raw: bytes) -> bool:
    return b'"yes' not in raw or b'"no' not in raw
