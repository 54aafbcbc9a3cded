"""The ports of the use cases: what they need from the outside, in their own words.

Adapters live in `net`, `journal`, `venues`, `store`, `sinks` and `sim`; `bootstrap` is the only place that joins them.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

from firstprint.books.book import BookShelf
from firstprint.books.gaps import GapLedger
from firstprint.domain.clock import Instant
from firstprint.domain.entries import ListedPage
from firstprint.domain.feed import FeedListener
from firstprint.domain.gaps import GapReason
from firstprint.domain.happenings import RestRequest
from firstprint.domain.marketdata import BookSnapshot, FrameStamp
from firstprint.domain.record import Kind
from firstprint.domain.rest import RestFacts


class WireListener(Protocol):
    """Hears one open WebSocket. Calls come from the event loop; none may block or raise."""

    def frames(self, payloads: list[bytes], mono_ns: int) -> None:
        """Take the frames of one read, in order. `mono_ns` is when the first was received."""
        ...

    def closed(self, code: int | None, reason: str, by: str) -> None:
        """Learn that the socket is gone; called exactly once, after the last `frames`."""
        ...


class Wire(Protocol):
    """An open WebSocket."""

    response_headers: Mapping[str, str]

    def send(self, payload: bytes) -> None:
        """Queue one text frame."""
        ...

    def close(self, code: int, reason: str) -> None:
        """Start closing; the listener hears `closed` when it is done."""
        ...


class Dialer(Protocol):
    """Opens WebSockets to one venue, signing each attempt anew."""

    url: str

    async def dial(self, listener: WireListener) -> Wire:
        """Open a connection. Raises VenueRefused (for good) or VenueUnavailable (try again)."""
        ...


class RestAnswer(Protocol):
    """One REST body with the request it answered."""

    request: RestRequest
    body: bytes


class MarketDirectory(Protocol):
    """The venue's own lists, as raw bodies, paged to the end within its limits."""

    signed: bool

    def markets(self, *, status: str | None = None, **filters: str) -> AsyncIterator[RestAnswer]:
        """Page through the venue's markets without combos. Raises VenueRefused or VenueUnavailable."""
        ...

    def trades_since(self, min_ts: int) -> AsyncIterator[RestAnswer]:
        """Page through all trades since a Unix second."""
        ...

    def markets_by_ticker(self, tickers: Sequence[str]) -> AsyncIterator[RestAnswer]:
        """Look up given markets."""
        ...

    def events(self, **filters: str) -> AsyncIterator[RestAnswer]:
        """Page through the venue's events, each with its series and its markets."""
        ...

    def orderbooks(self, tickers: Sequence[str]) -> AsyncIterator[RestAnswer]:
        """Read whole books by REST, as many as one request may name at a time."""
        ...

    def exchange_status(self) -> AsyncIterator[RestAnswer]:
        """Ask whether the exchange trades now."""
        ...


class JournalWriter(Protocol):
    """Appends to the record. A number is a record's place in the session, from 1."""

    durable: int

    @property
    def appended(self) -> int:
        """The number of the last record appended, durable or not."""
        ...

    @property
    def stamped(self) -> Instant:
        """The times that the first record of the last append was given: what every reader of it will see."""
        ...

    def append(self, kind: Kind, connection: int, payload: bytes, at: Instant) -> int | None:
        """Append one record; give its number, or None when the bounded queue is full and nothing was kept."""
        ...

    def append_frames(self, connection: int, payloads: Sequence[bytes], first: Instant) -> int | None:
        """Append frames received together, 1 ns apart from `first` on; give the first one's number, or None."""
        ...


class Wait(Protocol):
    """How long to wait before the next try, and whether the other side is left alone for longer."""

    @property
    def delay_s(self) -> float:
        """How long, in seconds."""
        ...

    @property
    def quarantined(self) -> bool:
        """Whether the other side is left alone for longer, after short sessions in a row."""
        ...


class Patience(Protocol):
    """Decides how long to wait before trying again."""

    def after(self, lasted_s: float | None) -> Wait:
        """Decide after something lasted so long, or (None) never began."""
        ...


class Tasks(Protocol):
    """Starts work that is watched: it is restarted when it fails or, where it is vital, stops everything."""

    def start(self, name: str, work: Callable[[], Awaitable[None]], *, vital: bool = False) -> None:
        """Start work under a name of its own."""
        ...


class Pulse(Protocol):
    """The sign of life of one thing that is watched from outside the event loop."""

    def beat(self) -> None:
        """Say that it lives."""
        ...


class Pulses(Protocol):
    """Watches, from a thread of its own, that things go on."""

    def heartbeat(self, name: str, deadline_s: float) -> Pulse:
        """Watch something from now on: it must beat at least every `deadline_s` seconds."""
        ...

    def forget(self, name: str) -> None:
        """Watch it no longer."""
        ...


class FrameCounts(Protocol):
    """What became of a connection's frames; their sum is the number received."""

    applied: int
    control: int
    duplicate: int
    quarantined: int


class SentCommand(Protocol):
    """What a command that went out asks, as far as recording is concerned."""

    joining: tuple[str, ...]
    leaving: tuple[str, ...]


class Feed(Protocol):
    """A venue's protocol session on one connection: a pure fold of what came and went."""

    last_data_mono_ns: int

    @property
    def stirred(self) -> tuple[int, ...]:
        """Figures that differ whenever the connection may need steering."""
        ...

    @property
    def counts(self) -> FrameCounts:
        """What became of the frames so far."""
        ...

    def receive(self, frames: Sequence[bytes], first: FrameStamp) -> None:
        """Take frames received together; the first has the stamp, the others follow one record and 1 ns apart."""
        ...

    def sent(self, payload: bytes, stamp: FrameStamp) -> SentCommand:
        """Take note of a frame that went out."""
        ...

    def tick(self, stamp: FrameStamp) -> None:
        """Let time pass."""
        ...

    def hears(self, channel: str) -> set[str] | None:
        """Give the markets subscribed to on a channel (none of them by name on a firehose); None without it."""
        ...

    @property
    def reordered(self) -> int:
        """How many frames came one too early and were put in their place."""
        ...

    def give_up_waiting(self, stamp: FrameStamp) -> None:
        """Take the frames that wait for one before them: nothing will come any more."""
        ...

    def doubt(self, reason: GapReason, mono_ns: int) -> None:
        """Distrust every book until its subscription's next frame."""
        ...

    def checked(self, stamp: FrameStamp, book: BookSnapshot) -> None:
        """Compare a book that REST gave with the one that this connection keeps: confirm it, or open a gap.

        Called by the capture, from a recorded REST body, for a market whose book this connection feeds or is asked to
        feed (`Book.feed`, else `Book.home`); the stamp is the body's, with this connection's number. `book.venue_ns`
        and `book.venue_hash` say which of the venue's books it is. A venue whose frames are numbered does nothing.
        """
        ...

    def closed(self, reason: GapReason | None, stamp: FrameStamp) -> None:
        """Take the connection's end; None when the recording itself ends."""
        ...


class Course(Protocol):
    """What to do on a connection now.

    `commands` are frames to send, in order; `overflow` markets that must go to another connection; `refused` those that
    the venue does not know; `ask` those whose books REST is asked for at once, to be `checked`: say each once, and
    again only when the answer is overdue. `give_up` is why the connection should be closed.
    """

    commands: list[bytes]
    overflow: list[str]
    refused: list[str]
    ask: list[str]
    give_up: GapReason | None


class Steering(Protocol):
    """Turns what is wanted on a connection into commands."""

    markets_max: int | None

    def steer(self, wanted: set[str], now_mono_ns: int) -> Course:
        """Compare wanted and actual; say what to send now."""
        ...


class MarketLookup(Protocol):
    """A venue's REST API, asked about given markets; for venues whose markets are recorded because somebody wants them.

    Every answer is recorded as it came, with the venue's name put into its request, and then read by `Venue.told`: the
    markets of it become facts, the books of it are `checked` by the connection that feeds them. All of them raise
    VenueRefused or VenueUnavailable.
    """

    def markets(self, markets: Sequence[str]) -> AsyncIterator[RestAnswer]:
        """Ask for facts of markets, as many as one request may name at a time; unknown ones are left out."""
        ...

    def books(self, markets: Sequence[str]) -> AsyncIterator[RestAnswer]:
        """Ask for whole books, as many as one request may name at a time."""
        ...


class Venue(Protocol):
    """The pure half of a venue's adapter. One object serves one fold: what it learns, it learns from that journal.

    Names of markets and of channels must not meet those of other venues. The words of `Market.status` are those that
    `lifecycle.life` knows (initialized, active, inactive, closed, determined, finalized) wherever the venue says what
    one of them means; `Market.close_ns` is set only where trading truly ends then, because the clock closes on it.
    """

    name: str
    book_channel: str
    ticker_channel: str
    trade_channel: str
    lifecycle_channel: str

    def feed(
        self, connection: int, shelf: BookShelf, gaps: GapLedger, listener: FeedListener, *, from_start: bool
    ) -> Any:
        """Make the protocol session (a Feed) of a connection, heard from its opening on or from the middle."""
        ...

    def steering(self, feed: Any, purpose: str) -> Steering:
        """Make what steers a connection, for the purpose `lifecycle` or `books`."""
        ...

    def frame_ns(self, payload: bytes) -> int | None:
        """Give the venue's own time of a frame, Unix nanoseconds; None when it has none."""
        ...

    def told(self, request: RestRequest, body: bytes) -> RestFacts:
        """Read a REST body; `request.api` tells the venue's APIs apart. Raises MalformedMessage."""
        ...

    def listed(self, request: RestRequest, body: bytes) -> ListedPage:
        """Read a page of series, events or markets whole, as entries of the master. Raises MalformedMessage."""
        ...
