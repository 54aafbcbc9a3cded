"""What Kalshi's REST bodies say, in our words. Pure: a body that was journaled is read again in every replay.

Source: https://docs.kalshi.com/openapi.yaml (3.31); field names and words as recorded in 2026.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from firstprint.domain.errors import MalformedMessage
from firstprint.domain.happenings import RestRequest
from firstprint.domain.instruments import Market
from firstprint.domain.marketdata import BookSnapshot, Trade
from firstprint.domain.rest import RestFacts
from firstprint.domain.units import parse_e6
from firstprint.venues.kalshi import parse
from firstprint.venues.kalshi.messages import SnapshotBody, TradeBody, TradeFrame
from firstprint.venues.kalshi.times import rfc3339_ns


class MarketRow(msgspec.Struct):
    """One market as REST lists it; only what firstprint uses.

    `{"ticker":"KXNCAAFGAME-26SEP19MSUND-ND","event_ticker":"KXNCAAFGAME-26SEP19MSUND","status":"active","result":"",
    "open_time":"2026-05-20T19:10:00Z","close_time":"2026-09-21T23:30:00Z","price_ranges":[{"start":"0.0000",...}],...}`
    """

    ticker: str
    event_ticker: str | None = None
    series_ticker: str | None = None
    title: str | None = None
    status: str | None = None
    result: str | None = None
    settlement_value_dollars: str | None = None
    settlement_ts: str | None = None
    created_time: str | None = None
    open_time: str | None = None
    close_time: str | None = None
    price_ranges: list[Any] | None = None


class _MarketsBody(msgspec.Struct):
    markets: list[msgspec.Raw] = []
    market: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    cursor: str | None = None


class _EventRow(msgspec.Struct):
    event_ticker: str
    series_ticker: str | None = None
    markets: list[msgspec.Raw] | None = None


class _EventsBody(msgspec.Struct):
    events: list[msgspec.Raw] | None = None
    event: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    cursor: str | None = None


class _BookBody(msgspec.Struct):
    yes_dollars: list[tuple[str, str]] | None = None
    no_dollars: list[tuple[str, str]] | None = None


class _BookRow(msgspec.Struct):
    ticker: str
    orderbook_fp: _BookBody


class _BooksBody(msgspec.Struct):
    orderbooks: list[msgspec.Raw] = []
    orderbook_fp: _BookBody | None = None


class _TradeRow(msgspec.Struct):
    trade_id: str
    ticker: str
    count_fp: str | None = None
    yes_price_dollars: str | None = None
    count: int | None = None
    yes_price: int | None = None
    taker_side: str | None = None
    taker_outcome_side: str | None = None
    is_block_trade: bool | None = None
    created_time: str | None = None


class _TradesBody(msgspec.Struct):
    trades: list[msgspec.Raw] = []
    cursor: str | None = None


class _StatusBody(msgspec.Struct):
    exchange_active: bool | None = None
    trading_active: bool | None = None


BAD_ROW = (msgspec.MsgspecError, MalformedMessage, ValueError, RecursionError)
"""How reading a row may fail."""

_markets = msgspec.json.Decoder(_MarketsBody).decode
_market_row = msgspec.json.Decoder(MarketRow).decode
_events = msgspec.json.Decoder(_EventsBody).decode
_event_row = msgspec.json.Decoder(_EventRow).decode
_book_row = msgspec.json.Decoder(_BookRow).decode
_books = msgspec.json.Decoder(_BooksBody).decode
_trade_row = msgspec.json.Decoder(_TradeRow).decode
_trades = msgspec.json.Decoder(_TradesBody).decode
_status = msgspec.json.Decoder(_StatusBody).decode


def told(request: RestRequest, body: bytes) -> RestFacts:
    """Read a REST body by the path it answered. Raises MalformedMessage when it is not what the path promises.

    Markets nested in events are told with their event's series. A single market that cannot be read is counted in
    `unreadable`; the others of its page are kept.
    """
    path = request.path
    try:
        if path == "/markets/trades":
            return _trades_told(body)
        if path.startswith("/markets") and path.endswith(("/orderbook", "/orderbooks")):
            return _books_told(path, body)
        if path == "/markets" or path.startswith("/markets/"):
            return _markets_told(body)
        if path == "/events" or _is_event(path):
            return _events_told(body)
        if path == "/exchange/status":
            status = _status(body)
            return RestFacts(trading=_both(status.exchange_active, status.trading_active))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedMessage("BAD_BODY", f"{path}: {error}") from error
    return RestFacts()


def _is_event(path: str) -> bool:
    return path.startswith("/events/") and path.count("/") == 2


def _both(one: bool | None, other: bool | None) -> bool | None:
    return None if one is None or other is None else one and other


def _markets_told(body: bytes) -> RestFacts:
    page = _markets(body)
    facts = RestFacts(last_page=not page.cursor)
    _add_markets(facts, (*page.markets, *_one(page.market)))
    return facts


def _events_told(body: bytes) -> RestFacts:
    """Read the markets nested in events; an event that cannot be read is counted with all its markets."""
    page = _events(body)
    facts = RestFacts(last_page=not page.cursor)
    for raw in (*(page.events or ()), *_one(page.event)):
        try:
            row = _event_row(raw)
        except BAD_ROW as error:
            facts.unreadable.append((str(error), bytes(raw)))
        else:
            _add_markets(facts, row.markets or (), row)
    return facts


def _one(raw: msgspec.Raw | msgspec.UnsetType) -> tuple[msgspec.Raw, ...]:
    return () if isinstance(raw, msgspec.UnsetType) else (raw,)


def _add_markets(facts: RestFacts, rows: Sequence[msgspec.Raw], event: _EventRow | None = None) -> None:
    for raw in rows:
        try:
            row = _market_row(raw)
            if event is not None:
                row.event_ticker = row.event_ticker or event.event_ticker
                row.series_ticker = row.series_ticker or event.series_ticker
            facts.markets.append(market(row))
        except BAD_ROW as error:
            facts.unreadable.append((str(error), bytes(raw)))


def market(row: MarketRow) -> Market:
    """Convert one listed market. Empty strings mean that the venue says nothing yet."""
    value = row.settlement_value_dollars
    return Market(
        ticker=row.ticker,
        event_ticker=row.event_ticker,
        series_ticker=row.series_ticker,
        title=row.title,
        status=row.status,
        result=row.result or None,
        settlement_value_e6=parse_e6(value) if value else None,
        created_ns=rfc3339_ns(row.created_time),
        open_ns=rfc3339_ns(row.open_time),
        close_ns=rfc3339_ns(row.close_time),
        settled_ns=rfc3339_ns(row.settlement_ts),
        grid=parse.price_grid(row.price_ranges),
    )


def _books_told(path: str, body: bytes) -> RestFacts:
    page = _books(body)
    if page.orderbook_fp is not None:
        return RestFacts(books=[_book(_BookRow(path.split("/")[2], page.orderbook_fp))], last_page=True)
    books: list[BookSnapshot] = []
    unreadable: list[tuple[str, bytes]] = []
    for raw in page.orderbooks:
        try:
            books.append(_book(_book_row(raw)))
        except BAD_ROW as error:
            unreadable.append((str(error), bytes(raw)))
    return RestFacts(books=books, unreadable=unreadable, last_page=True)


def _book(row: _BookRow) -> BookSnapshot:
    sides = SnapshotBody(
        market_ticker=row.ticker, yes_dollars=row.orderbook_fp.yes_dollars, no_dollars=row.orderbook_fp.no_dollars
    )
    return parse.snapshot(sides, None, None, "rest")


def _trades_told(body: bytes) -> RestFacts:
    page = _trades(body)
    trades: list[Trade] = []
    unreadable: list[tuple[str, bytes]] = []
    for raw in page.trades:
        try:
            trades.append(_trade(_trade_row(raw)))
        except BAD_ROW as error:
            unreadable.append((str(error), bytes(raw)))
    return RestFacts(trades=trades, unreadable=unreadable, last_page=not page.cursor)


def _trade(row: _TradeRow) -> Trade:
    wire = TradeBody(
        trade_id=row.trade_id,
        market_ticker=row.ticker,
        yes_price_dollars=row.yes_price_dollars,
        count_fp=row.count_fp,
        yes_price=row.yes_price,
        count=row.count,
        taker_side=row.taker_side,
        taker_outcome_side=row.taker_outcome_side,
        is_block_trade=row.is_block_trade,
    )
    streamed = parse.trade(TradeFrame(sid=0, msg=wire))
    return msgspec.structs.replace(streamed, sid=None, venue_ns=rfc3339_ns(row.created_time), source="rest")
