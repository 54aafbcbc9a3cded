"""Fault scripts: when something goes wrong, from a seed. What may go wrong is each venue's own.

A script is a list of rules. A rule has a `kind` and one trigger: `at_s` (once, seconds after the start), `every_s`
(again and again, exponentially distributed around that mean), `every_frames` (likewise, counted in matching frames),
or nothing (the first match). `connection` narrows what it may hit among frames, `path` among requests: the beginning
of a path. `count_max` bounds how often it strikes; `for_s` is how long an effect that lasts does.
"""

import random
from pathlib import Path
from typing import Any, ClassVar, Generic, Self, TypeVar

import msgspec

from firstprint.domain.clock import NS_PER_S

FAR_NS = 1 << 62

TargetT = TypeVar("TargetT")


class Rule(msgspec.Struct, Generic[TargetT], frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One line of a fault script; see the module's docstring. A venue adds its fields and kinds, and what they match.

    Of its `kinds`, those in `frame_kinds` strike a frame; the others wait until they are asked for.
    """

    kinds: ClassVar[frozenset[str]] = frozenset()
    frame_kinds: ClassVar[frozenset[str]] = frozenset()

    kind: str
    at_s: float | None = None
    every_s: float | None = None
    every_frames: int | None = None
    connection: int | None = None
    path: str | None = None
    count_max: int | None = None
    for_s: float = 1.0

    def __post_init__(self) -> None:
        """Raise ValueError for a kind that does not exist, or a trigger that cannot be."""
        if self.kind not in self.kinds:
            raise ValueError(f"unknown fault kind {self.kind!r}; known are {', '.join(sorted(self.kinds))}")
        pace = [given for given in (self.every_s, self.every_frames) if given is not None]
        if min(pace, default=1) <= 0 or self.for_s < 0 or (self.at_s or 0) < 0:
            raise ValueError(f"fault {self.kind!r}: times and counts must be positive")

    @property
    def recurs(self) -> bool:
        """Say whether it strikes again and again."""
        return self.every_s is not None or self.every_frames is not None

    def matches(self, target: TargetT) -> bool:
        """Say whether it may hit a frame."""
        raise NotImplementedError


RuleT = TypeVar("RuleT", bound=Rule[Any])


class ScriptFile(msgspec.Struct, Generic[RuleT], forbid_unknown_fields=True):
    """A fault script as a file: `{"faults": [{"kind": ..., ...}, ...]}`."""

    faults: tuple[RuleT, ...]


class Script(msgspec.Struct, Generic[RuleT], frozen=True):
    """Rules and the seed of their dice. A venue names the shape of its `file` and its `usual` mix of faults."""

    file: ClassVar[type[ScriptFile[Any]]]
    usual: ClassVar[tuple[Any, ...]]

    rules: tuple[RuleT, ...] = ()
    seed: int = 1

    @classmethod
    def none(cls) -> Self:
        """Make a script in which nothing goes wrong."""
        return cls()

    @classmethod
    def standard(cls, seed: int = 1) -> Self:
        """Make the mix of all faults of which half a minute sees the common ones a few times."""
        return cls(cls.usual, seed)

    @classmethod
    def load(cls, path: Path, seed: int = 1) -> Self:
        """Read a script's file. Raises OSError, or ValueError with what is wrong."""
        return cls(msgspec.json.decode(path.read_bytes(), type=cls.file).faults, seed)

    @classmethod
    def named(cls, name: str, seed: int = 1) -> Self:
        """Choose by the word of the command line: `none`, `standard`, or a file's path."""
        if name == "none":
            return cls.none()
        return cls.standard(seed) if name == "standard" else cls.load(Path(name), seed)


class _Armed(Generic[RuleT]):
    """A rule at work: when it strikes next, and how often it did."""

    __slots__ = ("due_ns", "rule", "skip", "struck")

    def __init__(self, rule: RuleT, due_ns: int) -> None:
        self.rule = rule
        self.struck = 0
        self.due_ns = due_ns
        self.skip = 0

    @property
    def spent(self) -> bool:
        return self.struck >= (self.rule.count_max or (FAR_NS if self.rule.recurs else 1))


class Dice(Generic[RuleT, TargetT]):
    """Decides which rule strikes whom, on the world's time."""

    def __init__(self, script: Script[RuleT], start_ns: int) -> None:
        self._rng = random.Random(script.seed)  # noqa: S311 repeatable faults, not secrets
        self._rules = [_Armed(rule, start_ns + int((rule.at_s or 0) * NS_PER_S)) for rule in script.rules]
        for armed in self._rules:
            self._wind(armed, start_ns)
        self._on_frames = [armed for armed in self._rules if armed.rule.kind in armed.rule.frame_kinds]
        self.frames_at_risk = bool(self._on_frames)

    def frame(self, target: TargetT, now_ns: int) -> RuleT | None:
        """Give the rule that strikes a frame, if one does."""
        for armed in self._on_frames:
            if armed.due_ns <= now_ns and not armed.spent and armed.rule.matches(target):
                if armed.skip > 0:
                    armed.skip -= 1
                    continue
                return self._strike(armed, now_ns)
        return None

    def other(self, kinds: frozenset[str], now_ns: int, path: str = "") -> RuleT | None:
        """Give the rule of one of these kinds that is due, if one is; `path` is that of a request."""
        for armed in self._rules:
            rule = armed.rule
            if rule.kind not in kinds or (rule.path is not None and not path.startswith(rule.path)):
                continue
            if armed.due_ns <= now_ns and not armed.spent:
                return self._strike(armed, now_ns)
        return None

    def _strike(self, armed: _Armed[RuleT], now_ns: int) -> RuleT:
        armed.struck += 1
        self._wind(armed, now_ns)
        return armed.rule

    def _wind(self, armed: _Armed[RuleT], now_ns: int) -> None:
        rule = armed.rule
        if rule.every_s is not None:
            armed.due_ns = max(armed.due_ns, now_ns) + int(self._rng.expovariate(1 / rule.every_s) * NS_PER_S)
        if rule.every_frames is not None:
            armed.skip = int(self._rng.expovariate(1 / rule.every_frames))
