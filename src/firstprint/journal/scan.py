"""Blocks, torn tails and damage of one segment, told apart.

A tail is torn when nothing in it was ever acknowledged: the writer died, or lost its power, in the middle of a write.
Anything else that cannot be read is damage to the record. The difference is proved, not guessed: by the acknowledged
number, by the segment that follows, by a sealed segment's header, or by a later block, which says what was durable
when it was written.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TypeAlias

from firstprint.journal.block import Block
from firstprint.journal.header import HEADER_BYTES
from firstprint.journal.segment import SegmentFile, block_end


class Damage(NamedTuple):
    """Bytes that cannot be read any more, and the records that were in them, both ends included.

    `record_to` is below `record_from` when the damage is proved, but no record is missing.
    """

    path: Path
    offset_from: int
    offset_to: int
    record_from: int
    record_to: int
    reason: str

    @property
    def records_missing(self) -> int:
        """How many records are lost."""
        return self.record_to - self.record_from + 1

    def __str__(self) -> str:
        """Say what is damaged and what is lost, in one sentence."""
        lost = (
            f"records {self.record_from} to {self.record_to} are lost" if self.records_missing else "no record is lost"
        )
        return f"{self.path}: bytes {self.offset_from} to {self.offset_to}: {self.reason}; {lost}"


class TornTail(NamedTuple):
    """The end of a segment that was being written when the writer died: never acknowledged, so nothing is lost."""

    path: Path
    offset: int
    discarded_bytes: int


Found: TypeAlias = Block | Damage | TornTail


class Bounds(NamedTuple):
    """What is known of a segment from outside it.

    `acknowledged` is the last record known to be durable; `next_first` the first record of the segment behind, None
    for the last one; `until` the last record to be read, None for all.
    """

    acknowledged: int = 0
    next_first: int | None = None
    until: int | None = None


class SegmentScan:
    """A walk through one segment. `offset`, `expected` and `chain` say where it stands, and where to go on later.

    `expected` is the next record's number, `chain` the link of the block before it, None where that is not known.
    """

    def __init__(self, segment: SegmentFile, expected: int, chain: bytes | None) -> None:
        self.segment = segment
        self.offset = 0
        self.expected = expected
        self.chain = chain
        self._torn = False

    def found(self, bounds: Bounds) -> Iterator[Found]:
        """Give the blocks in order, and what is wrong between them; stop at a torn tail or at a bound."""
        if self.offset == 0:
            yield from self._enter(bounds)
        while not self._finished(bounds):
            block = self.segment.block_at(self.offset)
            if block is None:
                yield from self._broken(bounds, self.offset)
                continue
            damage = self._misplaced(block)
            if damage:
                yield damage
            if block.first_record >= self.expected:
                self.expected, self.chain = block.last_record + 1, block.header.chain
                self.offset = block_end(self.offset, block.header)
                yield block
            else:
                self.offset = block_end(self.offset, block.header)

    def end_chain(self) -> bytes | None:
        """Give the link that the next segment's header should carry; None when it is not known."""
        if self.segment.sealed:
            return self.segment.header.end_chain if self.segment.header else None
        if self.segment.header and self.chain == self.segment.start_chain:
            return self.segment.header.previous_chain  # no block of it counts: all were written again elsewhere
        return self.chain

    def _finished(self, bounds: Bounds) -> bool:
        if bounds.next_first is not None and self.expected >= bounds.next_first:
            return True  # what may still stand here was written again in the next segment
        if bounds.until is not None and self.expected > bounds.until:
            return True
        return self._torn or (self.offset >= self.segment.size_bytes() and self._proof(bounds) < self.expected)

    def _enter(self, bounds: Bounds) -> Iterator[Found]:
        header = self.segment.header
        if header is None:
            if bounds.next_first is None or self.expected < bounds.next_first:
                yield from self._broken(bounds, 0, "the segment's header cannot be read")
            return
        if self.chain is not None and header.previous_chain != self.chain:
            yield self._nothing_missing(0, HEADER_BYTES, "the segment does not follow the one before it")
        if header.first_record > self.expected:
            reason = "the segment before it is missing or ends too early"
            yield Damage(self.segment.path, 0, 0, self.expected, header.first_record - 1, reason)
            self.expected = header.first_record
        self.offset = HEADER_BYTES
        self.chain = self.segment.start_chain

    def _misplaced(self, block: Block) -> Damage | None:
        start, end = self.offset, block_end(self.offset, block.header)
        if block.first_record > self.expected:
            reason = "a block is missing before this place"
            return Damage(self.segment.path, start, start, self.expected, block.first_record - 1, reason)
        if block.first_record < self.expected:
            return self._nothing_missing(start, end, "a block stands twice")
        if self.chain is not None and not self.segment.follows(start, block.header, self.chain):
            return self._nothing_missing(start, end, "the block does not follow the one before it")
        return None

    def _broken(self, bounds: Bounds, start: int, reason: str = "the block cannot be read") -> Iterator[Found]:
        size_bytes = self.segment.size_bytes()
        resume, first, durable = self._behind(bounds, start + 1)
        proof = max(self._proof(bounds), durable)
        self.offset = size_bytes
        written_behind_header = start == 0 and resume is not None  # blocks are written when the header is durable
        if proof < self.expected and not self.segment.sealed and not written_behind_header:
            self._torn = True
            if size_bytes > start:
                yield TornTail(self.segment.path, start, size_bytes - start)
            return
        record_to = max(proof, self.expected - 1) if resume is None else first - 1
        yield Damage(self.segment.path, start, resume or size_bytes, self.expected, record_to, reason)
        self.expected, self.chain, self.offset = record_to + 1, None, resume or size_bytes

    def _behind(self, bounds: Bounds, offset: int) -> tuple[int | None, int, int]:
        """Find the next block that can be read: its place, its first record, and the last record proved durable."""
        resume, first, durable = None, 0, 0
        at = self.segment.search(offset)
        while at is not None:
            header = self.segment.header_at(at)
            if header is None or (bounds.next_first is not None and header.first_record >= bounds.next_first):
                break
            if resume is None and header.first_record >= self.expected:
                resume, first = at, header.first_record
            durable = max(durable, header.durable)
            at = self.segment.search(block_end(at, header))
        return resume, first, durable

    def _proof(self, bounds: Bounds) -> int:
        """Give the last record that must be in this segment, by what is known from outside its blocks."""
        if bounds.next_first is not None:
            return bounds.next_first - 1
        if self.segment.sealed and self.segment.header is not None:
            return self.segment.header.last_record
        return bounds.acknowledged

    def _nothing_missing(self, offset_from: int, offset_to: int, reason: str) -> Damage:
        return Damage(self.segment.path, offset_from, offset_to, self.expected, self.expected - 1, reason)
