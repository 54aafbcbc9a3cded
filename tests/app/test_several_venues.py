"""A session of several venues folds into one capture: each record by its own venue, and old journals as before."""

import json
from typing import Any

import msgspec
import pytest
from second_venue_kit import FIRST, MARKET, SECOND, book, change, market_body, rest_books

from firstprint.app.capture import Capture
from firstprint.app.venues import Venues
from firstprint.books.state import Valid
from firstprint.domain.deaf import Deaf
from firstprint.domain.errors import MalformedMessage
from firstprint.domain.gaps import Gap, GapReason
from firstprint.domain.happenings import ConnectionOpened, RestRequest, SessionOpened
from firstprint.domain.instruments import Market
from firstprint.domain.lifecycle import Cause
from firstprint.domain.marketdata import BookSnapshot, FrameStamp
from firstprint.domain.record import JournalRecord, Kind
from firstprint.venues.kalshi.commands import BOOKS, subscribe
from firstprint.venues.kalshi.venue import KalshiVenue
from firstprint.venues.polymarket.commands import open_with
from firstprint.venues.polymarket.venue import PolymarketVenue

KALSHI_BOOK = (
    b'{"type":"orderbook_snapshot","sid":1,"seq":1,"msg":{"market_ticker":"KXA-1",'
    b'"yes_dollars_fp":[["0.4000","10.00"]],"no_dollars_fp":[["0.5000","5.00"]]}}'
)
SUBSCRIBED = b'{"type":"subscribed","id":1,"msg":{"channel":"orderbook_delta","sid":1}}'


class Heard(Deaf):
    """Keeps what was told, each with the venue it was told of."""

    def __init__(self) -> None:
        self.venue = ""
        self.snapshots: list[tuple[str, str, str]] = []
        self.markets: list[tuple[str, str]] = []
        self.gaps: list[Gap] = []

    def on_session_opened(self, stamp: FrameStamp, opened: SessionOpened) -> None:
        self.venue = opened.venue

    def on_venue(self, venue: str) -> None:
        self.venue = venue

    def on_snapshot(self, stamp: FrameStamp, snapshot: BookSnapshot) -> None:
        self.snapshots.append((self.venue, snapshot.market, snapshot.source))

    def on_market(self, stamp: FrameStamp, market: Market, cause: Cause) -> None:
        self.markets.append((self.venue, market.ticker))

    def on_gap_opened(self, gap: Gap) -> None:
        self.gaps.append(gap)


class Session:
    """A capture of Kalshi and Polymarket, and a journal that is written by hand."""

    def __init__(self, opened: SessionOpened | None = None) -> None:
        self.heard = Heard()
        self.capture = Capture(Venues(KalshiVenue(), PolymarketVenue()), self.heard)
        self._number = 0
        self._now_ns = 10**9
        first = opened or SessionOpened(session="s", venue="kalshi", software="test")
        self.write(Kind.SESSION_OPENED, 0, msgspec.json.encode(first))

    def write(self, kind: Kind, connection: int, payload: bytes = b"", after_s: float = 0.001) -> None:
        self._number += 1
        self._now_ns += int(after_s * 1e9)
        self.capture.apply(
            JournalRecord(self._number, kind, connection, self._now_ns, 1_795_000_000 * 10**9 + self._now_ns, payload)
        )

    def connect(self, connection: int, venue: str) -> None:
        opened = ConnectionOpened(url="wss://venue", purpose="books", venue=venue)
        self.write(Kind.CONNECTION_OPENED, connection, msgspec.json.encode(opened))

    def rest(self, path: str, body: bytes, **asked: Any) -> None:
        self.write(Kind.REST_BODY, 0, msgspec.json.encode(RestRequest(path=path, **asked)) + b"\n" + body)

    def state(self, market: str) -> object:
        return self.capture.shelf.book(market).state(self._now_ns)


def both_recorded() -> Session:
    """Record one market of each venue, both VALID."""
    session = Session(SessionOpened(session="s", venue="kalshi", venues=["kalshi", "polymarket"], software="test"))
    session.connect(1, "kalshi")
    session.write(Kind.FRAME_OUT, 1, subscribe(1, BOOKS, ["KXA-1"]))
    session.write(Kind.FRAME_IN, 1, SUBSCRIBED)
    session.write(Kind.FRAME_IN, 1, KALSHI_BOOK)
    session.rest("/markets/keyset", market_body(), venue="polymarket", api="gamma")
    session.connect(2, "polymarket")
    session.write(Kind.FRAME_OUT, 2, open_with([FIRST]))
    session.write(Kind.FRAME_IN, 2, book([("0.48", "30")], [("0.52", "25")], 1_000))
    return session


def test_each_record_is_read_by_its_own_venue() -> None:
    """B3: one journal, one fold, two venues: each book comes from its venue's frames, and is told as that venue's."""
    session = both_recorded()
    assert session.heard.snapshots == [("kalshi", "KXA-1", "stream"), ("polymarket", MARKET, "stream")]
    assert session.heard.markets == [("polymarket", MARKET)]
    kalshi, polymarket = session.state("KXA-1"), session.state(MARKET)
    assert isinstance(kalshi, Valid)
    assert isinstance(polymarket, Valid)
    assert (kalshi.connection, kalshi.sid, kalshi.seq) == (1, 1, 1)
    assert (polymarket.connection, polymarket.sid, polymarket.seq) == (2, None, None)
    assert polymarket.ladder.yes == {480_000: 30_000_000}
    assert polymarket.ladder.no == {480_000: 25_000_000}
    assert session.capture.census.life("KXA-1").venue == "kalshi"
    assert session.capture.census.life(MARKET).venue == "polymarket"


def test_a_journal_from_before_there_were_several_venues_reads_as_before() -> None:
    """Records that name no venue, as older versions wrote them, are of the session's venue."""
    opened = json.dumps({"session": "old", "venue": "kalshi", "software": "firstprint 0.3"}).encode()
    session = Session(msgspec.json.decode(opened, type=SessionOpened))
    session.write(Kind.CONNECTION_OPENED, 1, b'{"url":"wss://venue","purpose":"books","headers":{}}')
    session.write(Kind.FRAME_OUT, 1, subscribe(1, BOOKS, ["KXA-1"]))
    session.write(Kind.FRAME_IN, 1, SUBSCRIBED)
    session.write(Kind.FRAME_IN, 1, KALSHI_BOOK)
    session.write(Kind.REST_BODY, 0, b'{"path":"/exchange/status","query":[],"status":200,"signed":false}\n'
                  b'{"exchange_active":true,"trading_active":true}')  # fmt: skip
    assert isinstance(session.state("KXA-1"), Valid)
    assert session.capture.trading == {"kalshi": True}
    assert session.heard.venue == "kalshi"


def test_a_session_whose_first_venue_is_another_reads_its_nameless_records_by_that() -> None:
    """What names no venue is of the session's first, whichever that is."""
    session = Session(SessionOpened(session="s", venue="polymarket", software="test"))
    session.connect(1, "")
    session.rest("/markets/keyset", market_body(), api="gamma")
    session.write(Kind.FRAME_OUT, 1, open_with([FIRST]))
    session.write(Kind.FRAME_IN, 1, book([("0.48", "30")], [("0.52", "25")], 1_000))
    assert isinstance(session.state(MARKET), Valid)
    assert session.heard.venue == "polymarket"


@pytest.mark.parametrize("kind", [Kind.CONNECTION_OPENED, Kind.REST_BODY, Kind.SESSION_OPENED])
def test_a_venue_that_this_version_does_not_know_is_refused(kind: Kind) -> None:
    """A record of an unknown venue is not read by another's rules."""
    session = Session()
    payload = {
        Kind.CONNECTION_OPENED: msgspec.json.encode(ConnectionOpened(url="", purpose="books", venue="betfair")),
        Kind.REST_BODY: msgspec.json.encode(RestRequest(path="/markets", venue="betfair")) + b"\n{}",
        Kind.SESSION_OPENED: msgspec.json.encode(SessionOpened(session="t", venue="betfair", software="test")),
    }[kind]
    with pytest.raises(MalformedMessage, match="betfair"):
        session.write(kind, 3, payload)


def test_a_pause_of_one_exchange_pauses_no_other() -> None:
    """An exchange that halts makes its own books PAUSED; the other venue's go on."""
    session = both_recorded()
    session.rest("/exchange/status", b'{"exchange_active":true,"trading_active":false}', venue="kalshi")
    assert not isinstance(session.state("KXA-1"), Valid)
    assert isinstance(session.state(MARKET), Valid)
    session.rest("/exchange/status", b'{"exchange_active":true,"trading_active":true}', venue="kalshi")
    assert isinstance(session.state("KXA-1"), Valid)


def test_a_book_by_rest_is_checked_by_the_connection_that_feeds_it() -> None:
    """REST's book goes to the feed that owns the market: one that differs for good opens a gap on that connection."""
    session = both_recorded()
    agreeing = rest_books([("0.48", "30")], [("0.52", "25")], 1_000)
    session.rest("/books", agreeing, venue="polymarket", api="clob")
    session.write(Kind.TICK, 0, after_s=5.0)
    assert session.heard.gaps == []
    session.rest("/books", rest_books([("0.48", "31")], [("0.52", "25")], 2_000), venue="polymarket", api="clob")
    session.write(Kind.TICK, 0, after_s=5.0)
    assert [(gap.reason, gap.connection, gap.markets) for gap in session.heard.gaps] == [
        (GapReason.RECONCILE_DIFFERS, 2, (MARKET,))
    ]
    assert not isinstance(session.state(MARKET), Valid)
    assert session.heard.snapshots[-1] == ("polymarket", MARKET, "rest")


def test_a_late_answer_brings_no_market_back() -> None:
    """Where a venue is recorded by its stream, a book by REST of a market that has left is a row and no more."""
    session = Session()
    session.connect(2, "polymarket")
    session.rest("/markets/keyset", market_body(), venue="polymarket", api="gamma")
    session.rest("/books", rest_books([("0.48", "30")], [], 1_000), venue="polymarket", api="clob")
    assert session.heard.snapshots == [("polymarket", MARKET, "rest")]
    assert MARKET not in session.capture.attendance.present


def test_a_connection_that_ends_takes_only_its_own_books_down() -> None:
    """A9: what one venue loses, the other keeps."""
    session = both_recorded()
    session.write(Kind.CONNECTION_CLOSED, 2, b'{"cause":"DISCONNECTED"}')
    assert isinstance(session.state("KXA-1"), Valid)
    assert not isinstance(session.state(MARKET), Valid)
    assert [gap.connection for gap in session.heard.gaps] == [2]


def test_changes_without_numbers_reach_the_listener_without_numbers() -> None:
    """A delta of a venue that numbers nothing has neither sid nor seq; its order is that of the records."""
    session = both_recorded()
    told: list[Any] = []
    session.heard.on_delta = lambda stamp, delta, *, applied: told.append((delta, applied))  # type: ignore[method-assign]
    session.capture.on_delta = session.heard.on_delta
    session.write(Kind.FRAME_IN, 2, change("0.48", "40", "BUY", ("0.48", "0.52"), 1_100))
    [(delta, applied)] = told
    assert (delta.sid, delta.seq, delta.delta_e6, applied) == (None, None, 10_000_000, True)
    assert SECOND not in session.capture.shelf
