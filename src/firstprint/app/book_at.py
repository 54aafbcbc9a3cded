"""The book of a market at a moment: the journal, folded from the session's start to that moment.

Nothing shorter is always right: a book follows from every frame of its subscription since its snapshot, and which
snapshot that is follows from all that was said before. A session of a million records takes some seconds.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

import msgspec

from firstprint.app.capture import Capture
from firstprint.app.fold import Block, Run, fold_run
from firstprint.app.venues import Venues
from firstprint.books.state import Invalid, Paused
from firstprint.domain.clock import NS_PER_S
from firstprint.domain.deaf import Deaf
from firstprint.domain.errors import ConfigurationError
from firstprint.domain.lifecycle import Participation
from firstprint.domain.marketdata import Level
from firstprint.domain.record import Kind

_DIGITS_OF_NS = 9


class SessionSpan(Protocol):
    """A session and when it ran, by its first and last record. Wall nanoseconds; None when it has no record."""

    @property
    def session(self) -> str:
        """Its id."""
        ...

    @property
    def first_wall_ns(self) -> int | None:
        """Its first record's time."""
        ...

    @property
    def last_wall_ns(self) -> int | None:
        """Its last record's time."""
        ...


class BookAt(msgspec.Struct, kw_only=True):
    """What is known of a market's book at `at_ns` (Unix nanoseconds).

    `state` is VALID, INVALID (with `reason`, since `since_wall_ns`), PAUSED (since `since_wall_ns`), or NOT_RECORDED:
    then `recorded_before_ns` and `recorded_after_ns` are the nearest moments at which the market was recorded. Levels
    are bids in 1e-6 dollars and 1e-6 contracts, ascending, and there only when the book is VALID.
    """

    market: str
    at_ns: int
    state: str
    session: str | None = None
    reason: str | None = None
    since_wall_ns: int | None = None
    connection: int | None = None
    sid: int | None = None
    seq: int | None = None
    record: int | None = None
    yes: list[Level] | None = None
    no: list[Level] | None = None
    recorded_before_ns: int | None = None
    recorded_after_ns: int | None = None


def parse_time(text: str) -> int:
    """Read a moment, RFC 3339 with a time zone or Unix nanoseconds, as Unix nanoseconds.

    Raises ConfigurationError for anything else: a time without a zone would be a guess.
    """
    if text.isdecimal():
        return int(text)
    whole, point, rest = text.partition(".")
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))] if point else ""
    try:
        moment = datetime.fromisoformat(whole + rest[len(digits) :])
    except ValueError:
        raise _not_a_time(text) from None
    if moment.tzinfo is None or len(digits) > _DIGITS_OF_NS:
        raise _not_a_time(text)
    return int(moment.timestamp()) * NS_PER_S + int(digits.ljust(_DIGITS_OF_NS, "0"))


def _not_a_time(text: str) -> ConfigurationError:
    return ConfigurationError(
        f"not a time: {text[:60]!r}. Give RFC 3339 with a zone, such as 2026-08-07T06:46:28.978Z, or Unix nanoseconds"
    )


class _Part(NamedTuple):
    """The beginning of a run."""

    first_record: int
    kind: Kind
    connection: int
    mono_ns: int
    wall_ns: int
    payloads: list[bytes]


def _until(run: Run, at_ns: int) -> Run:
    """Give the records of a run that were received at or before a moment; records lie 1 ns apart."""
    count = max(0, at_ns - run.wall_ns + 1)
    return _Part(run.first_record, run.kind, run.connection, run.mono_ns, run.wall_ns, run.payloads[:count])


def _from(run: Run, at_ns: int) -> Run:
    """Give the records of a run that were received after a moment."""
    skip = max(0, at_ns - run.wall_ns + 1)
    first, mono_ns, wall_ns = run.first_record + skip, run.mono_ns + skip, run.wall_ns + skip
    return _Part(first, run.kind, run.connection, mono_ns, wall_ns, run.payloads[skip:])


class _Stays(Deaf):
    """Remembers when one market was recorded."""

    wants_market_data = False

    def __init__(self, market: str) -> None:
        self._market = market
        self.stays: list[Participation] = []

    def on_joined(self, participation: Participation) -> None:
        """Remember a stay; its end is filled in when it comes."""
        if participation.market == self._market:
            self.stays.append(participation)


class _Search:
    """Looks for a market's book in one session."""

    def __init__(self, venues: Venues, session: str, market: str, at_ns: int) -> None:
        self._stays = _Stays(market)
        self._capture = Capture(venues, self._stays)
        self._session = session
        self._market = market
        self._at_ns = at_ns
        self._record = self._mono_ns = self._wall_ns = 0

    def book(self, blocks: Iterable[Block]) -> BookAt:
        """Fold up to the moment and say what is known; fold on only to find when the market was recorded."""
        found: BookAt | None = None
        for run in (run for block in blocks for run in block.runs()):
            if found is None and run.wall_ns + len(run.payloads) - 1 > self._at_ns:
                self._fold(_until(run, self._at_ns))
                found = self._state()
                if found.state != "NOT_RECORDED":
                    return found
                self._fold(_from(run, self._at_ns))
            else:
                self._fold(run)
        found = found or self._state()
        if found.state == "NOT_RECORDED":
            self._nearest(found)
        return found

    def _fold(self, run: Run) -> None:
        if not run.payloads:
            return
        fold_run(self._capture, run)
        last = len(run.payloads) - 1
        self._record, self._mono_ns, self._wall_ns = run.first_record + last, run.mono_ns + last, run.wall_ns + last

    def _state(self) -> BookAt:
        found = BookAt(market=self._market, at_ns=self._at_ns, state="NOT_RECORDED", session=self._session)
        found.record = self._record
        book = self._capture.shelf.get(self._market)
        if self._market not in self._capture.attendance.present or book is None:
            return found
        state = book.state(self._mono_ns + max(0, self._at_ns - self._wall_ns))
        if isinstance(state, Invalid):
            found.state, found.reason = "INVALID", state.reason.value
            found.since_wall_ns = self._wall(state.since_mono_ns)
        elif isinstance(state, Paused):
            found.state, found.since_wall_ns = "PAUSED", self._wall(state.since_mono_ns)
        else:
            found.state = "VALID"
            found.connection, found.sid, found.seq = state.connection, state.sid, state.seq
            found.yes, found.no = state.ladder.levels("yes"), state.ladder.levels("no")
        return found

    def _wall(self, mono_ns: int) -> int:
        return self._wall_ns - (self._mono_ns - mono_ns)

    def _nearest(self, found: BookAt) -> None:
        ends = [stay.left_ns for stay in self._stays.stays if stay.left_ns is not None]
        found.recorded_before_ns = max((end for end in ends if end <= self._at_ns), default=None)
        starts = [stay.joined_ns for stay in self._stays.stays]
        found.recorded_after_ns = min((start for start in starts if start > self._at_ns), default=None)


def book_at(
    venues: Callable[[], Venues],
    sessions: Sequence[SessionSpan],
    blocks: Callable[[str], Iterable[Block]],
    market: str,
    at_ns: int,
) -> BookAt:
    """Give a market's book at a moment (Unix nanoseconds), from whichever session ran then.

    `blocks` reads a session's journal, `venues` makes the venues of one fold. Nothing is known of
    moments outside a session's first and last record. Where the market was not recorded then, other sessions are folded
    to find when it was, the nearest first.
    """
    timed = [one for one in sessions if one.first_wall_ns is not None and one.last_wall_ns is not None]
    found = BookAt(market=market, at_ns=at_ns, state="NOT_RECORDED")
    for one in timed:
        if (one.first_wall_ns or 0) <= at_ns <= (one.last_wall_ns or 0):
            found = _Search(venues(), one.session, market, at_ns).book(blocks(one.session))
            if found.state != "NOT_RECORDED":
                return found
    return _with_neighbours(venues, timed, blocks, found)


def _with_neighbours(
    venues: Callable[[], Venues],
    timed: Sequence[SessionSpan],
    blocks: Callable[[str], Iterable[Block]],
    found: BookAt,
) -> BookAt:
    """Look in the sessions before and after for the nearest moments at which the market was recorded."""
    if found.recorded_before_ns is None:
        for one in reversed([one for one in timed if (one.last_wall_ns or 0) < found.at_ns]):
            search = _Search(venues(), one.session, found.market, one.last_wall_ns or 0)
            last = search.book(blocks(one.session))
            found.recorded_before_ns = last.recorded_before_ns if last.state == "NOT_RECORDED" else one.last_wall_ns
            if found.recorded_before_ns is not None:
                break
    if found.recorded_after_ns is None:
        for one in [one for one in timed if (one.first_wall_ns or 0) > found.at_ns]:
            search = _Search(venues(), one.session, found.market, (one.first_wall_ns or 0) - 1)
            found.recorded_after_ns = search.book(blocks(one.session)).recorded_after_ns
            if found.recorded_after_ns is not None:
                break
    return found
