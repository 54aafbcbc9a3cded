"""What the REST bodies of Polymarket say that a recorder needs, in our words. Pure: a body is read again in a replay.

Two APIs answer: `gamma` lists markets, `clob` gives books. What a listing is about is read elsewhere (`listings`).
Source: docs/venues/polymarket.md; https://docs.polymarket.com/api-reference.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Raw

from firstprint.domain.errors import MalformedMessage
from firstprint.domain.happenings import RestRequest
from firstprint.domain.instruments import Market
from firstprint.domain.rest import RestFacts
from firstprint.domain.units import DOLLAR_E6, parse_e6
from firstprint.venues.polymarket import parse
from firstprint.venues.polymarket.assets import Assets
from firstprint.venues.polymarket.messages import BookFrame
from firstprint.venues.polymarket.times import moment_ns

GAMMA, CLOB = "gamma", "clob"
BAD_ROW = (msgspec.MsgspecError, MalformedMessage, ValueError, RecursionError)
"""How reading a row may fail."""
_OUTCOME_E6 = {(DOLLAR_E6, 0): "yes", (0, DOLLAR_E6): "no", (DOLLAR_E6 // 2, DOLLAR_E6 // 2): "half"}


class MarketRow(msgspec.Struct, rename="camel"):
    r"""One market as Gamma lists it; lists come as JSON text or as lists.

    `{"conditionId":"0xf05b…","question":"Bucks vs. Lakers","clobTokenIds":"[\"1034…\", …]","outcomePrices":"[…]",
    "active":true,"closed":false,"acceptingOrders":true,"umaResolutionStatus":"proposed","orderPriceMinTickSize":0.01,…}`
    """

    condition_id: str
    question: str | None = None
    clob_token_ids: str | list[str] | None = None
    outcome_prices: str | list[str] | None = None
    active: bool | None = None
    closed: bool | None = None
    accepting_orders: bool | None = None
    uma_resolution_status: str | None = None
    order_price_min_tick_size: Raw | msgspec.UnsetType = msgspec.UNSET
    created_at: str | None = None
    events: list[Any] | None = None


class _EventRow(msgspec.Struct, rename="camel"):
    slug: str | None = None
    series_slug: str | None = None
    markets: list[Raw] | None = None


class _Page(msgspec.Struct):
    events: list[Raw] | None = None
    markets: list[Raw] | None = None


class _Cursor(msgspec.Struct):
    next_cursor: str | None = None


class _Kind(msgspec.Struct, rename="camel"):
    condition_id: Any = None
    slug: Any = None


_row = msgspec.json.Decoder(MarketRow).decode
_event = msgspec.json.Decoder(_EventRow).decode
_page = msgspec.json.Decoder(_Page).decode
_cursor = msgspec.json.Decoder(_Cursor).decode
_kind = msgspec.json.Decoder(_Kind).decode
_rows = msgspec.json.Decoder(list[Raw]).decode
_texts = msgspec.json.Decoder(list[str]).decode
_book = msgspec.json.Decoder(BookFrame).decode


def told(request: RestRequest, body: bytes, assets: Assets) -> RestFacts:
    """Read a body by the API and path it answered; the assets of its markets are learned by the way.

    Raises MalformedMessage when it is not what the path promises. A row that cannot be read is kept in `unreadable`.
    """
    facts = RestFacts()
    try:
        if request.api == GAMMA and request.path.startswith(("/events", "/markets")):
            for raw, event in _listed(body, facts):
                _take_market(facts, raw, event, assets)
        elif request.api == CLOB and request.path in ("/book", "/books"):
            for raw in _rows(body) if request.path == "/books" else [Raw(body)]:
                _take_book(facts, raw, assets)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedMessage("BAD_BODY", f"{request.path}: {error}"[:300]) from error
    return facts


def next_cursor(body: bytes) -> str | None:
    """Read where a keyset list goes on; None at its end, and for a bare list. Raises MalformedMessage."""
    if body.lstrip()[:1] == b"[":
        return None
    try:
        return _cursor(body).next_cursor or None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedMessage("BAD_BODY", f"no page of a list: {error}"[:300]) from error


def _listed(body: bytes, facts: RestFacts) -> Iterator[tuple[Raw, _EventRow]]:
    """Give the rows of all markets with their events, whichever of Gamma's shapes the body has."""
    if body.lstrip()[:1] == b"[":
        rows = _rows(body)
    else:
        page = _page(body)
        rows = [Raw(body)] if _is_row(body) else [*(page.events or ()), *(page.markets or ())]
    for raw in rows:
        try:
            event = _event(raw) if _kind(raw).condition_id is None else None
        except BAD_ROW as error:
            facts.unreadable.append((str(error)[:300], bytes(raw)))
            continue
        if event is None:
            yield raw, _EventRow()
        else:
            yield from ((market, event) for market in event.markets or ())


def _is_row(body: bytes) -> bool:
    """Tell whether a body is one market or one event, and no page of them: an event has its markets inside, too."""
    kind = _kind(body)
    return kind.condition_id is not None or kind.slug is not None


def _take_market(facts: RestFacts, raw: Raw, event: _EventRow, assets: Assets) -> None:
    try:
        facts.markets.append(_market(_row(raw), event, assets))
    except BAD_ROW as error:
        facts.unreadable.append((str(error)[:300], bytes(raw)))


def _take_book(facts: RestFacts, raw: Raw, assets: Assets) -> None:
    try:
        frame = _book(raw)
        known = assets.of(frame.asset_id)
        if known is None or known.market != frame.market:
            raise MalformedMessage("UNKNOWN_ASSET", f"no market was told to have {frame.asset_id[:90]!r}")
        facts.books.append(parse.snapshot(frame, first=known.first, source="rest"))
    except BAD_ROW as error:
        facts.unreadable.append((str(error)[:300], bytes(raw)))


def _market(row: MarketRow, event: _EventRow, assets: Assets) -> Market:
    """Convert one listed market. No time is given for its close: `endDate` may be past while it trades."""
    if not row.condition_id:
        raise MalformedMessage("FIELD_MISSING", "a market without a condition id")
    tokens = _texts_of(row.clob_token_ids)
    if len(tokens) == 2 and tokens[0] != tokens[1]:
        assets.learn(row.condition_id, tokens)
    nested = _event(msgspec.json.encode(row.events[0])) if row.events else event
    result = _result(row)
    return Market(
        ticker=row.condition_id,
        event_ticker=nested.slug or None,
        series_ticker=nested.series_slug or None,
        title=row.question or None,
        status=_status(row, result),
        result=result,
        settlement_value_e6={"yes": DOLLAR_E6, "no": 0, "half": DOLLAR_E6 // 2}.get(result or ""),
        created_ns=moment_ns(row.created_at),
        grid=parse.price_grid(_number(row.order_price_min_tick_size)),
    )


def _result(row: MarketRow) -> str | None:
    """Tell who won, in the first outcome's words; `half` where both are paid half. None while it is not final.

    A closed market alone is not final, nor is a proposed resolution: prices are what they pay only when resolved.
    """
    if not row.closed or row.uma_resolution_status != "resolved":
        return None
    prices = tuple(parse_e6(text) for text in _texts_of(row.outcome_prices))
    return _OUTCOME_E6.get((prices[0], prices[1])) if len(prices) == 2 else None


def _status(row: MarketRow, result: str | None) -> str | None:
    """Say in the words of a life what Gamma's flags mean; None where they do not say it.

    While an outcome is proposed or disputed the book is usually gone: the market stands still.
    """
    if result is not None:
        return "finalized"
    if row.closed:
        return "closed"
    if row.active is None or row.closed is None:
        return None
    if not row.active:
        return "initialized"
    return "active" if row.accepting_orders and not row.uma_resolution_status else "inactive"


def _texts_of(value: str | list[str] | None) -> tuple[str, ...]:
    return tuple(_texts(value) if isinstance(value, str) and value else value or ())


def _number(raw: Raw | msgspec.UnsetType) -> str | None:
    """Give a number as it was printed, whether it came as a number or as text."""
    text = "" if isinstance(raw, msgspec.UnsetType) else bytes(raw).decode().strip('" ')
    return text if text not in ("", "null") else None
