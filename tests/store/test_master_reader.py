"""What readers are told of the master: filters, pages, counts; the same from both databases."""

from collections.abc import Iterator

import msgspec
import pytest
from tests.postgres_server import NewDatabase

from firstprint.domain.entries import EventEntry, ListedPage, MarketEntry, SeriesEntry
from firstprint.domain.secmaster import RunProgress, SeriesChoice, Source
from firstprint.domain.secmaster_rows import EventQuery, MarketQuery, SeriesQuery
from firstprint.store.database import open_for_reading, open_store
from firstprint.store.master_reader import SqlMasterReader
from firstprint.store.security_master import SqlSecurityMaster

HOSTILE_TAG = 'x,"Soccer'
SERIES = [
    SeriesEntry(ticker="A-GAME", title="Élan of 100%", category="Sports", tags=("Soccer", "Cup")),
    SeriesEntry(ticker="B", title="b_c", category="Sports", tags=(HOSTILE_TAG, "[Soccer")),
    SeriesEntry(ticker="C", title="'; DROP TABLE series; --", category="Politics"),
    SeriesEntry(ticker="a", title="lower case comes last", category="Politics", tags=("Soccer",)),
]
EVENTS = [EventEntry(ticker=f"E{number}", series_ticker="A-GAME" if number < 3 else "C") for number in range(5)]
MARKETS = [
    MarketEntry(
        ticker=f"M{number}",
        event_ticker=f"E{number % 5}",
        status=("active", "closed", None)[number % 3],
        close_ns=number,
        title="100 % sure" if number == 7 else "other",
    )
    for number in range(15)
]


@pytest.fixture(scope="module")
def reader(new_database: NewDatabase) -> Iterator[SqlMasterReader]:
    """Fill a master and open it for reading."""
    address = new_database()
    engine = open_store(address)
    master, source = SqlSecurityMaster(engine), Source("kalshi", "r", 1, 1)
    choices = [SeriesChoice("A-GAME", True, None), SeriesChoice("C", False, "excluded")]
    page = ListedPage(series=SERIES, events=EVENTS, markets=MARKETS)
    master.take(page, source, RunProgress(), choices=choices)
    master.gone(["M14"], source._replace(record=2))
    engine.dispose()
    engine = open_for_reading(address)
    yield SqlMasterReader(engine)
    engine.dispose()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (SeriesQuery(), ["A-GAME", "B", "a"]),
        (SeriesQuery(active=None), ["A-GAME", "B", "C", "a"]),
        (SeriesQuery(active=False), ["C"]),
        (SeriesQuery(category="Sports"), ["A-GAME", "B"]),
        (SeriesQuery(category="Sports", is_game=True), ["A-GAME"]),
        (SeriesQuery(category="sports"), []),
        (SeriesQuery(tag="Soccer"), ["A-GAME", "a"]),
        (SeriesQuery(tag=HOSTILE_TAG), ["B"]),
        (SeriesQuery(tag="Socc"), []),
        (SeriesQuery(text="100%"), ["A-GAME"]),
        (SeriesQuery(text="éLAN"), ["A-GAME"]),
        (SeriesQuery(text="B_C"), ["B"]),
        (SeriesQuery(text="%"), ["A-GAME"]),
        (SeriesQuery(text="drop table", active=None), ["C"]),
        (SeriesQuery(limit=2), ["A-GAME", "B"]),
        (SeriesQuery(after="B", limit=2), ["a"]),
    ],
    ids=lambda value: str(value) if isinstance(value, SeriesQuery) else "",
)
def test_series_are_found_by_every_filter(reader: SqlMasterReader, query: SeriesQuery, expected: list[str]) -> None:
    """C1, C5: each filter narrows as it says, in the order of bytes, whatever stands in titles and tags."""
    assert [one.ticker for one in reader.series(query)] == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (MarketQuery(event="E1"), ["M1", "M11", "M6"]),
        (MarketQuery(series="C", status="closed"), ["M13", "M4"]),
        (MarketQuery(category="Politics", closes_from_ns=8, closes_to_ns=13), ["M13", "M8", "M9"]),
        (MarketQuery(tag="Cup", closes_to_ns=2), ["M0", "M1", "M2"]),
        (MarketQuery(closes_from_ns=14, gone=True), ["M14"]),
        (MarketQuery(closes_from_ns=14), []),
        (MarketQuery(closes_from_ns=2**80), []),
        (MarketQuery(text="100 %"), ["M7"]),
        (MarketQuery(after="M7", limit=1), ["M8"]),
    ],
    ids=lambda value: str(value) if isinstance(value, MarketQuery) else "",
)
def test_markets_are_found_by_every_filter(reader: SqlMasterReader, query: MarketQuery, expected: list[str]) -> None:
    """C5: each filter narrows as it says; a market that is gone is left out unless it is asked for."""
    assert [one.ticker for one in reader.markets(query)] == expected


def test_events_and_counts(reader: SqlMasterReader) -> None:
    """C5: events by series or its category, and counts by series and status, leaving out what is gone."""
    assert [one.ticker for one in reader.events(EventQuery(series="C"))] == ["E3", "E4"]
    assert [one.ticker for one in reader.events(EventQuery(category="Sports", after="E0"))] == ["E1", "E2"]
    counts = {one.ticker: (one.events, one.markets, one.by_status) for one in reader.series_counts(SeriesQuery())}
    assert counts == {"A-GAME": (3, 9, {"active": 3, "closed": 3, "": 3}), "B": (0, 0, {}), "a": (0, 0, {})}
    assert msgspec.structs.astuple(reader.market_counts("C")) == ("C", 5, 2, {"active": 2, "closed": 2, "": 1})
    assert reader.market_counts().markets == 14
    assert reader.series_counts(SeriesQuery(text="no such")) == []
    assert reader.market("no such") is None
    assert reader.categories() == {
        "Politics": ("Soccer",),
        "Sports": tuple(sorted(("Soccer", "Cup", HOSTILE_TAG, "[Soccer"))),
    }
