"""The order of one subscription: what each sequence number means for continuity. Pure, and knows no message type.

The rules, for a subscription whose numbers rise by one with every message:

1. The number that is due is IN_ORDER.
2. The first number on a subscription is never a gap, unless the subscription's start was seen: then 1 is due.
3. A number one ahead is held until the next one comes: if that is the missing one, both are taken in their right order
   (REORDERED); if not, the hole is a gap. Nothing is ever taken out of order.
4. A number further ahead is a gap at once.
5. A number already taken is a DUPLICATE when its bytes are the same, and DIFFERS when they are not.
6. The number 1 with other bytes than before is a RESTART: the subscription began again. Directly after a first frame
   that was number 2 it is that frame's late neighbour instead, and STALE: it came too late to be applied.
7. A number from inside a known gap is LATE: it cannot be applied any more. A lower number that we no longer remember
   is STALE.

Source: DESIGN.md 5.3 and the fault catalogue F22 to F28, restated in docs/venues/kalshi.md.
"""

from enum import Enum
from typing import Generic, NamedTuple, TypeVar

Item = TypeVar("Item")

REMEMBERED = 256
"""How many frames are kept to tell a repetition from a contradiction. A power of two."""
_MASK = REMEMBERED - 1
MISSING_RANGES_MAX = 64


class Verdict(Enum):
    """What a frame, or a hole, is to the order of its subscription."""

    IN_ORDER = "in_order"
    GAP = "gap"
    DUPLICATE = "duplicate"
    DIFFERS = "differs"
    RESTART = "restart"
    LATE = "late"
    STALE = "stale"


class Step(NamedTuple, Generic[Item]):
    """One thing to do, in order. `item` is the frame's own (None for a GAP); a GAP runs from `seq` to `seq_to`."""

    verdict: Verdict
    item: Item | None
    seq: int
    seq_to: int


class Sequencer(Generic[Item]):
    """Continuity of one subscription.

    `due` is the number that may be taken without asking, None when the next frame must go through `offer`. A reader of
    a fast feed compares `seq == due`, then sets `due = seq + 1` and `memory[seq & 255] = raw` itself; that is rule 1.
    """

    __slots__ = ("_first", "_held", "_missing", "_next", "_opened_at", "due", "memory", "reordered")

    def __init__(self, first_due: int | None = None) -> None:
        self._next = first_due
        self.due: int | None = None
        self.memory: list[bytes | None] = [None] * REMEMBERED
        self.reordered = 0
        self._first: bytes | None = None
        self._opened_at: int | None = None
        self._held: tuple[int, bytes, Item] | None = None
        self._missing: list[tuple[int, int]] = []

    @property
    def next_seq(self) -> int | None:
        """The number due next, None before the first frame."""
        return self._next if self.due is None else self.due

    @property
    def holds(self) -> bool:
        """Tell whether a frame waits for the one before it."""
        return self._held is not None

    def offer(
        self, seq: int, raw: bytes, item: Item, *, may_open: bool = True, doubt: bool = False
    ) -> list[Step[Item]]:
        """Judge one frame; give what is to be done, in order.

        `may_open` says whether this frame can be the first that we see of the subscription. `doubt` says that an
        unreadable frame came since the last one in order: then a hole is its place, and nothing is held for it.
        """
        self._settle()
        steps = self._judge(seq, raw, item, may_open, doubt)
        self.due = self._next if self._held is None else None
        return steps

    def stop_trusting(self) -> None:
        """Send the next frame through `offer`, whatever its number."""
        self._settle()

    def _settle(self) -> None:
        if self.due is not None:
            self._next = self.due
            self.due = None

    def _judge(self, seq: int, raw: bytes, item: Item, may_open: bool, doubt: bool) -> list[Step[Item]]:
        if self._held is not None:
            return self._judge_with_held(seq, raw, item, doubt)
        if self._next is None:
            if may_open:
                return [self._take(seq, raw, item)]
            self._held = (seq, raw, item)
            return []
        if seq == self._next:
            return [self._take(seq, raw, item)]
        if seq < self._next:
            return self._judge_past(seq, raw, item)
        if seq == self._next + 1 and not doubt:
            self._held = (seq, raw, item)
            return []
        return [self._miss(seq), self._take(seq, raw, item)]

    def _judge_with_held(self, seq: int, raw: bytes, item: Item, doubt: bool) -> list[Step[Item]]:
        assert self._held is not None  # noqa: S101 a broken invariant must stop the subscription, in production too
        held_seq, held_raw, held_item = self._held
        if seq == held_seq:
            verdict = Verdict.DUPLICATE if raw == held_raw else Verdict.DIFFERS
            return [Step(verdict, item, seq, seq)]
        if seq == held_seq - 1:
            self._held = None
            self.reordered += 1
            return [self._take(seq, raw, item), self._take(held_seq, held_raw, held_item)]
        if self._next is not None and seq < self._next:
            return self._judge_past(seq, raw, item)
        return [*self._release(), *self._judge(seq, raw, item, True, doubt)]

    def release(self) -> list[Step[Item]]:
        """Give up waiting: the held frame is taken, and what is missing before it is a gap. Empty when none is held."""
        self._settle()
        steps = self._release()
        self.due = self._next
        return steps

    def _release(self) -> list[Step[Item]]:
        if self._held is None:
            return []
        seq, raw, item = self._held
        self._held = None
        gap = [self._miss(seq)] if self._next is not None and seq > self._next else []
        return [*gap, self._take(seq, raw, item)]

    def _judge_past(self, seq: int, raw: bytes, item: Item) -> list[Step[Item]]:
        known = self.memory[seq & _MASK] if self._next is not None and seq >= self._next - REMEMBERED else None
        if known is None and seq == 1:
            known = self._first
        if known == raw:
            return [Step(Verdict.DUPLICATE, item, seq, seq)]
        if seq == 1 and not (self._opened_at == 2 and self._next == 3):
            return self._restart(raw, item)
        if any(low <= seq <= high for low, high in self._missing):
            return [Step(Verdict.LATE, item, seq, seq)]
        return [Step(Verdict.DIFFERS if known is not None else Verdict.STALE, item, seq, seq)]

    def _restart(self, raw: bytes, item: Item) -> list[Step[Item]]:
        broke_at = self._next or 1
        self.memory = [None] * REMEMBERED
        self._missing.clear()
        self._opened_at = self._next = 1
        return [Step(Verdict.RESTART, None, broke_at, broke_at), self._take(1, raw, item)]

    def _take(self, seq: int, raw: bytes, item: Item) -> Step[Item]:
        if seq == 1:
            self._first = raw
        if self._opened_at is None:
            self._opened_at = seq
        self.memory[seq & _MASK] = raw
        self._next = seq + 1
        return Step(Verdict.IN_ORDER, item, seq, seq)

    def _miss(self, seq: int) -> Step[Item]:
        low, high = self._next or 1, seq - 1
        self._missing = [*self._missing[-(MISSING_RANGES_MAX - 1) :], (low, high)]
        for number in range(max(low, high - _MASK), high + 1):
            self.memory[number & _MASK] = None
        return Step(Verdict.GAP, None, low, high)
