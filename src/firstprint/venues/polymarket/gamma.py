"""What Gamma answers: events with their markets, and markets with their events, as entries. Pure.

All its shapes are read: keyset pages, bare lists, single objects, searches. A page is read row by row, and an event
that cannot be read whole market by market, so that what is broken is kept aside with the reason. Lists within a row
come as JSON text or as lists, numbers as numbers or as text. Source: https://docs.polymarket.com/api-reference (Gamma).
"""

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from firstprint.domain.errors import MalformedMessage
from firstprint.domain.units import TEXT_LENGTH_MAX, ParsedTexts, parse_e6
from firstprint.venues.polymarket.entries import GammaEvent, GammaMarket, GammaPage, GammaTeam
from firstprint.venues.polymarket.rows import (
    Id,
    Number,
    Raw,
    WireEvent,
    WireFees,
    WireMarket,
    WireNewMarket,
    WireTeam,
)
from firstprint.venues.polymarket.times import moment_ns

R = TypeVar("R")

REASON_CHARS_MAX = 300
OUTCOMES_MAX = 16
TEAMS_MAX = 8
_PLAIN = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,20})?", re.ASCII)
_EXPONENT = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,20})?[eE][+-]?[0-9]{1,2}", re.ASCII)
_BAD_ROW = (msgspec.MsgspecError, ValueError, RecursionError)
"""How reading a row may fail; a UnicodeDecodeError is a ValueError."""


class _Page(msgspec.Struct):
    events: list[Raw] | None = None
    markets: list[Raw] | None = None
    data: list[Raw] | None = None
    next_cursor: str | None = None
    error: Any = None


class _Kind(msgspec.Struct, rename="camel"):
    """What tells a market from an event."""

    condition_id: Number = msgspec.UNSET
    question: Number = msgspec.UNSET
    outcomes: Number = msgspec.UNSET
    slug: Number = msgspec.UNSET


_page = msgspec.json.Decoder(_Page).decode
_rows = msgspec.json.Decoder(list[Raw]).decode
_kind = msgspec.json.Decoder(_Kind).decode
_event = msgspec.json.Decoder(WireEvent[WireMarket]).decode
_event_loosely = msgspec.json.Decoder(WireEvent[Raw]).decode
_market = msgspec.json.Decoder(WireMarket).decode
_new_market = msgspec.json.Decoder(WireNewMarket).decode
_texts = msgspec.json.Decoder(list[str]).decode


def parse_gamma(body: bytes) -> GammaPage:
    """Read an answer of Gamma's: events, markets, or both, in any of its shapes.

    Raises MalformedMessage when it is none: HTML (a proxy's page), an error's text, or another kind of JSON.
    """
    start = body[:200].lstrip()[:1]
    if start == b"<":
        raise MalformedMessage("HTML_BODY", "an HTML page instead of JSON: a proxy or a failing host answered")
    page = GammaPage()
    if start == b"[":
        _take_all(page, _outer(_rows, body))
        return page
    kind = _outer(_kind, body)
    if _is_market(kind):
        _take(page, Raw(body), _take_market)
    elif not isinstance(kind.slug, msgspec.UnsetType):
        _take(page, Raw(body), _take_event)
    else:
        _take_page(page, _outer(_page, body))
    return page


def _take_page(page: GammaPage, told: _Page) -> None:
    if told.events is None and told.markets is None and told.data is None:
        said = f": {told.error}" if told.error is not None else ""
        raise MalformedMessage("NO_ROWS", f"neither events nor markets{said}"[:REASON_CHARS_MAX])
    page.next_cursor = told.next_cursor or None
    _take_all(page, told.data or [])
    for raw in told.events or ():
        _take(page, raw, _take_event)
    for raw in told.markets or ():
        _take(page, raw, _take_market)


def new_market(frame: bytes) -> GammaMarket:
    """Read the market that a `new_market` frame tells of, with its event. Raises MalformedMessage.

    What the frame does not say (whether orders are taken, the end) is not stated: Gamma's own row says it later.
    """
    row = _outer(_new_market, frame)
    wire = WireMarket(
        id=row.id,
        slug=row.slug,
        condition_id=row.condition_id or row.market,
        question=row.question,
        description=row.description,
        group_item_title=row.group_item_title,
        outcomes=list(row.outcomes or ()),
        clob_token_ids=list(row.clob_token_ids or row.assets_ids or ()),
        sports_market_type=row.sports_market_type,
        line=row.line,
        game_start_time=row.game_start_time,
        active=row.active,
        order_price_min_tick_size=row.order_price_min_tick_size,
        fees_enabled=row.fees_enabled,
    )
    try:
        event = _event_entry(row.event_message, ()) if row.event_message is not None else None
        return market_entry(wire, event)
    except ValueError as error:
        raise MalformedMessage("BAD_ROW", f"a new market: {error}"[:REASON_CHARS_MAX]) from error


def _outer(read: Callable[[bytes], R], body: bytes) -> R:
    try:
        return read(body)
    except _BAD_ROW as error:
        raise MalformedMessage("BAD_BODY", f"an answer of Gamma's: {error}"[:REASON_CHARS_MAX]) from error


def _is_market(kind: _Kind) -> bool:
    return any(not isinstance(one, msgspec.UnsetType) for one in (kind.condition_id, kind.question, kind.outcomes))


def _take_all(page: GammaPage, rows: list[Raw]) -> None:
    for raw in rows:
        _take(page, raw, _take_either)


def _take(page: GammaPage, raw: Raw, take: Callable[[GammaPage, Raw], None]) -> None:
    """Take one row into the page, or keep it aside with the reason."""
    try:
        take(page, raw)
    except _BAD_ROW as error:
        page.unreadable.append((str(error)[:REASON_CHARS_MAX], bytes(raw)))


def _take_either(page: GammaPage, raw: Raw) -> None:
    (_take_market if _is_market(_kind(raw)) else _take_event)(page, raw)


def _take_market(page: GammaPage, raw: Raw) -> None:
    row = _market(raw)
    event = _event_entry(row.events[0], ()) if row.events else None
    page.markets.append(market_entry(row, event))


def _take_event(page: GammaPage, raw: Raw) -> None:
    try:
        whole = _event(raw)
        page.events.append(_event_entry(whole, tuple(market_entry(row) for row in whole.markets or ())))
    except _BAD_ROW:
        _take_event_loosely(page, raw)


def _take_event_loosely(page: GammaPage, raw: Raw) -> None:
    loose = _event_loosely(raw)
    apart = GammaPage()
    for row in loose.markets or ():
        _take(apart, row, _take_market)
    page.events.append(_event_entry(loose, tuple(apart.markets)))
    page.unreadable.extend(apart.unreadable)


def _event_entry(row: WireEvent[Any], markets: tuple[GammaMarket, ...]) -> GammaEvent:
    slug = row.slug
    if not slug:
        raise ValueError("an event without slug")
    return GammaEvent(
        id=_id(row.id) or slug,
        slug=slug,
        title=row.title or None,
        rules=row.description or None,
        start_ns=moment_ns(row.start_time),
        end_ns=moment_ns(row.end_date),
        day=row.event_date or None,
        game_id=_id(row.game_id),
        parent_id=_id(row.parent_event_id),
        moved_from=_id(row.rescheduled_from_game_id),
        sportradar_id=_id(row.sportradar_match_id),
        series_slug=row.series_slug or None,
        resolution_source=row.resolution_source or None,
        active=row.active,
        closed=row.closed,
        live=row.live,
        ended=row.ended,
        neg_risk=row.neg_risk,
        tags=tuple(tag.slug for tag in row.tags or () if tag.slug),
        teams=tuple(_team(team) for team in (row.teams or ())[:TEAMS_MAX] if team.name),
        markets=markets,
    )


def _team(row: WireTeam) -> GammaTeam:
    return GammaTeam(
        name=row.name or "",
        abbreviation=row.abbreviation or None,
        alias=row.alias or None,
        league=row.league or None,
        ordering=row.ordering or None,
    )


def market_entry(row: WireMarket, event: GammaEvent | None = None) -> GammaMarket:
    """Convert one listed market. Raises ValueError when a number is none, or its lists are no lists of texts."""
    slug, id_ = row.slug, _id(row.id) or row.condition_id
    if not slug or not id_:
        raise ValueError("a market without slug, or with neither id nor conditionId")
    fees = row.fee_schedule or WireFees()
    delay_e6 = _e6(row.seconds_delay)
    return GammaMarket(
        id=id_,
        slug=slug,
        condition_id=row.condition_id or None,
        question=row.question or None,
        rules=row.description or None,
        group_title=row.group_item_title or None,
        outcomes=_listed(row.outcomes),
        tokens=_listed(row.clob_token_ids),
        type=row.sports_market_type or None,
        line_e6=_e6(row.line),
        start_ns=moment_ns(row.game_start_time),
        end_ns=moment_ns(row.end_date),
        game_id=_id(row.game_id),
        active=row.active,
        closed=row.closed,
        archived=row.archived,
        accepting_orders=row.accepting_orders,
        book_enabled=row.enable_order_book,
        neg_risk=row.neg_risk,
        neg_risk_other=row.neg_risk_other,
        uma_status=row.uma_resolution_status or None,
        tick_e6=_e6(row.order_price_min_tick_size),
        size_e6_min=_e6(row.order_min_size),
        delay_s=None if delay_e6 is None else delay_e6 // 1_000_000,
        fees_enabled=row.fees_enabled,
        fee_type=row.fee_type or None,
        fee_rate=_decimal(fees.rate),
        fee_exponent=_decimal(fees.exponent),
        resolution_source=row.resolution_source or None,
        clears_book_on_start=row.clear_book_on_start,
        event=event,
    )


def _id(value: Id) -> str | None:
    return None if value is None or value == "" else str(value)


def _listed(value: str | list[Any] | None) -> tuple[str, ...]:
    """Give a list of texts that came as JSON text (the usual) or as a list. Raises ValueError for anything else."""
    if not value:
        return ()
    found = _texts(value) if isinstance(value, str) else value
    if len(found) > OUTCOMES_MAX or not all(isinstance(one, str) for one in found):
        raise ValueError("a list of outcomes or tokens that is none")
    return tuple(found)


def _decimal(printed: Number) -> str | None:
    """Give a JSON number, or a text of one, as decimal text. Raises ValueError for anything else."""
    if isinstance(printed, msgspec.UnsetType):
        return None
    raw = bytes(printed)
    return _known_decimal(raw) if len(raw) <= TEXT_LENGTH_MAX else _decimal_text(raw)


def _decimal_text(printed: bytes) -> str | None:
    text = printed.decode().strip('"')
    if text in ("", "null"):
        return None
    if _PLAIN.fullmatch(text):
        return text
    if _EXPONENT.fullmatch(text):
        return format(Decimal(text), "f")
    raise ValueError(f"not a decimal number: {text[:40]!r}")


_known_decimal = lru_cache(maxsize=4_096)(_decimal_text)
"""Ticks, sizes, delays, fees and lines are few, and every market states them."""
_parsed_e6 = ParsedTexts(parse_e6)


def _e6(printed: Number) -> int | None:
    text = _decimal(printed)
    return None if text is None else _parsed_e6[text]
