"""What a page of Kalshi's lists holds: series, events with their markets, markets, as entries. Pure.

A page is read at one go. Only when that fails it is read again row by row, so that a row that cannot be read is kept
aside with the reason, and the others of its page are entries. A body without its list is no empty page: it raises.
Combos (`mve_collection_ticker`, or of a KXMVE series) are no entries. The lists are asked for without them
(`mve_filter=exclude`); those that come all the same are counted in `combos`.
Source: https://docs.kalshi.com/openapi.yaml (3.31), GET /series, /events, /markets, /search.
"""

from collections.abc import Callable, Sequence
from typing import Generic, TypeAlias, TypeVar

import msgspec

from firstprint.domain.entries import EventEntry, ListedPage
from firstprint.domain.errors import MalformedMessage
from firstprint.domain.happenings import RestRequest
from firstprint.venues.kalshi.entries import event_entry, market_entry, series_entry
from firstprint.venues.kalshi.parse import reason_of
from firstprint.venues.kalshi.rows import WireEvent, WireMarket, WireSeries

R = TypeVar("R")
Raw: TypeAlias = msgspec.Raw

COMBOS = "KXMVE"
"""What the tickers of combos' series and events begin with."""
REASON_CHARS_MAX = 300
NOT_TICKERS = frozenset({"fee_changes", "multivariate", "trades", "orderbooks", "candlesticks"})
"""Names below /series, /events and /markets that are lists of something else."""

BAD_ROW = (msgspec.MsgspecError, MalformedMessage, ValueError, RecursionError)
"""How reading a row may fail; a UnicodeDecodeError is a ValueError."""


class _SeriesPage(msgspec.Struct, Generic[R]):
    series: list[R] | None
    cursor: str | None = None


class _EventsPage(msgspec.Struct, Generic[R]):
    events: list[R] | None
    cursor: str | None = None


class _MarketsPage(msgspec.Struct, Generic[R]):
    markets: list[R] | None
    cursor: str | None = None


class _OneSeries(msgspec.Struct):
    series: Raw


class _OneEvent(msgspec.Struct):
    event: Raw
    markets: list[Raw] | None = None
    """Beside the event instead of within, where nested ones were not asked for."""


class _OneMarket(msgspec.Struct):
    market: Raw


class _Cursors(msgspec.Struct):
    cursor: str | None = None
    next_cursor: str | None = None


class _TagsBody(msgspec.Struct):
    tags_by_categories: dict[str, list[str] | None]


class _SportRow(msgspec.Struct):
    scopes: list[str] | None = None


class _SportsBody(msgspec.Struct):
    filters_by_sports: dict[str, _SportRow | None]


_whole_series = msgspec.json.Decoder(_SeriesPage[WireSeries]).decode
_whole_events = msgspec.json.Decoder(_EventsPage[WireEvent[WireMarket]]).decode
_whole_markets = msgspec.json.Decoder(_MarketsPage[WireMarket]).decode
_loose_series = msgspec.json.Decoder(_SeriesPage[Raw]).decode
_loose_events = msgspec.json.Decoder(_EventsPage[Raw]).decode
_loose_markets = msgspec.json.Decoder(_MarketsPage[Raw]).decode
_series_row = msgspec.json.Decoder(WireSeries).decode
_event_row = msgspec.json.Decoder(WireEvent[Raw]).decode
_market_row = msgspec.json.Decoder(WireMarket).decode
_one_series = msgspec.json.Decoder(_OneSeries).decode
_one_event = msgspec.json.Decoder(_OneEvent).decode
_one_market = msgspec.json.Decoder(_OneMarket).decode
_cursors = msgspec.json.Decoder(_Cursors).decode
_tags = msgspec.json.Decoder(_TagsBody).decode
_sports = msgspec.json.Decoder(_SportsBody).decode


def listed(request: RestRequest, body: bytes) -> ListedPage:
    """Read a page of /series, /events, /markets or /historical/markets, or one series, event or market.

    Raises MalformedMessage when the body is not what the path promises, or the path promises nothing of the kind.
    """
    whole, row_by_row = _readers(request.path)
    try:
        return whole(body)
    except BAD_ROW:
        return _read(request.path, row_by_row, body)


def next_cursor(body: bytes) -> str | None:
    """Read where the next page begins: `cursor`, or `next_cursor` for incentive programs.

    None at the end, which an empty, a null and an absent cursor all mean. Raises MalformedMessage for what is not JSON,
    or no object, or has a cursor that is no text.
    """
    ends = _read("a page", _cursors, body)
    return ends.cursor or ends.next_cursor or None


def tags_by_category(body: bytes) -> dict[str, tuple[str, ...]]:
    """Read the categories and the tags of each, from GET /search/tags_by_categories. Raises MalformedMessage.

    Sample: `{"tags_by_categories":{"Sports":["Soccer","Basketball"],"Elections":null}}`.
    """
    told = _read("/search/tags_by_categories", _tags, body)
    return {category: tuple(tags or ()) for category, tags in told.tags_by_categories.items()}


def sports(body: bytes) -> dict[str, tuple[str, ...]]:
    """Read the sports and the scopes of each, from GET /search/filters_by_sport. Raises MalformedMessage.

    Sample: `{"filters_by_sports":{"Baseball":{"scopes":["Futures","Events"],"competitions":{...}}},...}`.
    """
    told = _read("/search/filters_by_sport", _sports, body)
    return {sport: tuple(row.scopes or ()) if row else () for sport, row in told.filters_by_sports.items()}


PageReader: TypeAlias = Callable[[bytes], ListedPage]


def _readers(path: str) -> tuple[PageReader, PageReader]:
    """Give the readers of a path's bodies: at one go, and row by row."""
    if path in _LISTS:
        return _LISTS[path]
    level, _, name = path.removeprefix("/").partition("/")
    if level in _SINGLES and name and "/" not in name and name not in NOT_TICKERS:
        return _SINGLES[level], _SINGLES[level]
    raise MalformedMessage("UNKNOWN_LIST", f"{path[:100]} is no list of series, events or markets")


def _read(what: str, read: Callable[[bytes], R], body: bytes) -> R:
    try:
        return read(body)
    except BAD_ROW as error:
        if isinstance(error, MalformedMessage):
            raise
        raise MalformedMessage("BAD_BODY", f"{what}: {error}"[:REASON_CHARS_MAX]) from error


# -- at one go -------------------------------------------------------------------------------------------------------


def _series_at_one_go(body: bytes) -> ListedPage:
    page = _whole_series(body)
    return ListedPage(series=[series_entry(row) for row in page.series or ()], last_page=not page.cursor)


def _events_at_one_go(body: bytes) -> ListedPage:
    page = _whole_events(body)
    found = ListedPage(last_page=not page.cursor)
    for row in page.events or ():
        event = event_entry(row)
        found.events.append(event)
        _add_markets(found, row.markets or (), event)
    return found


def _markets_at_one_go(body: bytes) -> ListedPage:
    page = _whole_markets(body)
    found = ListedPage(last_page=not page.cursor)
    _add_markets(found, page.markets or (), None)
    return found


def _add_markets(found: ListedPage, rows: Sequence[WireMarket], event: EventEntry | None) -> None:
    for row in rows:
        if is_combo(row):
            found.combos += 1
        else:
            found.markets.append(market_entry(row, event))


def is_combo(row: WireMarket) -> bool:
    """Tell whether a listed market is a combo, a multivariate market of Kalshi's users' own making."""
    return bool(row.mve_collection_ticker) or any(
        ticker is not None and ticker.startswith(COMBOS) for ticker in (row.event_ticker, row.series_ticker)
    )


# -- row by row ------------------------------------------------------------------------------------------------------


def _series_row_by_row(body: bytes) -> ListedPage:
    page = _loose_series(body)
    found = ListedPage(last_page=not page.cursor)
    for raw in page.series or ():
        _take(found, raw, _take_series)
    return found


def _events_row_by_row(body: bytes) -> ListedPage:
    page = _loose_events(body)
    found = ListedPage(last_page=not page.cursor)
    for raw in page.events or ():
        _take(found, raw, _take_event)
    return found


def _markets_row_by_row(body: bytes) -> ListedPage:
    page = _loose_markets(body)
    found = ListedPage(last_page=not page.cursor)
    for raw in page.markets or ():
        _take(found, raw, _take_market)
    return found


def _series_alone(body: bytes) -> ListedPage:
    found = ListedPage()
    _take(found, _one_series(body).series, _take_series)
    return found


def _event_alone(body: bytes) -> ListedPage:
    told, found = _one_event(body), ListedPage()
    _take(found, told.event, _take_event)
    event = found.events[0] if found.events else None
    for raw in () if found.markets else told.markets or ():
        _take(found, raw, lambda page, row: _take_market(page, row, event))
    return found


def _market_alone(body: bytes) -> ListedPage:
    found = ListedPage()
    _take(found, _one_market(body).market, _take_market)
    return found


def _take(found: ListedPage, raw: Raw, take: Callable[[ListedPage, Raw], None]) -> None:
    """Take one row into the page, or keep it aside with the reason."""
    try:
        take(found, raw)
    except BAD_ROW as error:
        reason = str(error) if isinstance(error, MalformedMessage) else f"{reason_of(error)}: {error}"
        found.unreadable.append((reason[:REASON_CHARS_MAX], bytes(raw)))


def _take_series(found: ListedPage, raw: Raw) -> None:
    found.series.append(series_entry(_series_row(raw)))


def _take_event(found: ListedPage, raw: Raw) -> None:
    row = _event_row(raw)
    event = event_entry(row)
    found.events.append(event)
    for nested in row.markets or ():
        _take(found, nested, lambda page, market: _take_market(page, market, event))


def _take_market(found: ListedPage, raw: Raw, event: EventEntry | None = None) -> None:
    _add_markets(found, (_market_row(raw),), event)


_LISTS: dict[str, tuple[PageReader, PageReader]] = {
    "/series": (_series_at_one_go, _series_row_by_row),
    "/events": (_events_at_one_go, _events_row_by_row),
    "/markets": (_markets_at_one_go, _markets_row_by_row),
    "/historical/markets": (_markets_at_one_go, _markets_row_by_row),
}
_SINGLES: dict[str, PageReader] = {"series": _series_alone, "events": _event_alone, "markets": _market_alone}
