"""How rows are said: `_ns` becomes a `_time` in RFC 3339, `_e6` becomes decimal `_dollars`, JSON text becomes JSON."""

from collections.abc import Mapping
from typing import Any

import msgspec

from firstprint.app.secmaster.ports import RunRow
from firstprint.app.secmaster.reading import EventRow, MarketChange, MarketRow, SeriesRow
from firstprint.domain.answers import (
    ChangeItem,
    EventItem,
    GapItem,
    MarketItem,
    SeriesItem,
    SessionItem,
    SyncProgress,
    SyncRunItem,
)
from firstprint.serve.moments import dollars, dollars_or_none, rfc3339, rfc3339_or_none
from firstprint.serve.ports import RecordedGap, RecordedSession

_OURS = {"first_wall_ns": "first_seen_time", "last_wall_ns": "last_changed_time"}
_EXACT_IN_JSON_MAX = 1 << 53
"""JSON readers that know only doubles would round a whole number beyond."""


def series_item(row: SeriesRow) -> SeriesItem:
    """Say a series of a list."""
    return SeriesItem(ticker=row.ticker, title=row.title, category=row.category, tags=row.tags, is_game=row.is_game)


def event_item(row: EventRow) -> EventItem:
    """Say an event of a list."""
    return EventItem(
        venue=row.venue,
        ticker=row.ticker,
        series_ticker=row.series_ticker,
        title=row.title,
        sub_title=row.sub_title,
        category=row.category,
        mutually_exclusive=row.mutually_exclusive,
        competition=row.competition,
        competition_scope=row.competition_scope,
        strike_time=rfc3339_or_none(row.strike_ns),
        first_seen_time=rfc3339(row.created_ns),
        last_changed_time=rfc3339(row.updated_ns),
    )


def market_item(row: MarketRow) -> MarketItem:
    """Say a market of a list."""
    return MarketItem(
        venue=row.venue,
        ticker=row.ticker,
        event_ticker=row.event_ticker,
        series_ticker=row.series_ticker,
        title=row.title,
        yes_sub_title=row.yes_sub_title,
        no_sub_title=row.no_sub_title,
        status=row.status,
        result=row.result,
        settlement_value_dollars=dollars_or_none(row.settlement_value_e6),
        created_time=rfc3339_or_none(row.market_created_ns),
        open_time=rfc3339_or_none(row.open_ns),
        close_time=rfc3339_or_none(row.close_ns),
        expected_expiration_time=rfc3339_or_none(row.expected_expiration_ns),
        settled_time=rfc3339_or_none(row.settled_ns),
        strike_type=row.strike_type,
        floor_strike=row.floor_strike,
        cap_strike=row.cap_strike,
        price_level_structure=row.price_level_structure,
        gone_time=rfc3339_or_none(row.gone_ns),
        first_seen_time=rfc3339(row.created_ns),
        last_changed_time=rfc3339(row.updated_ns),
    )


def change_item(row: MarketChange) -> ChangeItem:
    """Say a changed field, its values as the field itself is said."""
    name, before = _said(row.field, _parsed(row.value_before))
    _, after = _said(row.field, _parsed(row.value_after))
    return ChangeItem(
        field=name, before=before, after=after, cause=row.cause, session=row.session, record=row.record,
        time=rfc3339(row.wall_ns),
    )  # fmt: skip


def run_item(row: RunRow) -> SyncRunItem:
    """Say a sync run."""
    counted = msgspec.structs.asdict(row.progress)
    del counted["cursor"]
    return SyncRunItem(
        run=row.run,
        venue=row.venue,
        kind=row.kind,
        mode=row.mode,
        scope=row.scope,
        plan=row.plan,
        software=row.software,
        resumes=row.resumes,
        started_time=rfc3339(row.started_ns),
        progressed_time=rfc3339(row.progressed_ns),
        ended_time=rfc3339_or_none(row.ended_ns),
        outcome=row.outcome,
        error=row.error,
        progress=SyncProgress(**counted),
    )


def session_item(row: RecordedSession) -> SessionItem:
    """Say a session."""
    return SessionItem(
        session=row.session,
        venue=row.venue,
        software=row.software,
        settings=_parsed(row.settings),
        opened_time=rfc3339(row.opened_wall_ns),
        closed_time=rfc3339_or_none(row.closed_wall_ns),
        outcome=row.outcome,
        previous=row.previous,
    )


def gap_item(row: RecordedGap) -> GapItem:
    """Say a gap."""
    fields = msgspec.structs.asdict(row)
    opened_ns, repaired_ns = fields.pop("opened_wall_ns"), fields.pop("repaired_wall_ns")
    return GapItem(**fields, opened_time=rfc3339(opened_ns), repaired_time=rfc3339_or_none(repaired_ns))


def whole(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Say every stored field of something."""
    return dict(_said(name, value) for name, value in fields.items())


def _said(name: str, value: Any) -> tuple[str, Any]:
    if name.endswith("_ns"):
        shown = rfc3339(value) if isinstance(value, int) else value
        return _OURS.get(name, f"{name.removesuffix('_ns')}_time"), shown
    if name.endswith("_e6"):
        return f"{name.removesuffix('_e6')}_dollars", dollars(value) if isinstance(value, int) else value
    if name == "grid":
        return name, _grid(_parsed(value) if isinstance(value, str) else value)
    return name, _exact(value)


def _grid(value: Any) -> Any:
    ranges = value.get("ranges") if isinstance(value, dict) else getattr(value, "ranges", value)
    if not isinstance(ranges, list | tuple):
        return value
    return [
        dict(zip(("start_dollars", "end_dollars", "step_dollars"), map(dollars, one), strict=True)) for one in ranges
    ]


def _exact(value: Any) -> Any:
    too_large = isinstance(value, int) and abs(value) > _EXACT_IN_JSON_MAX
    return str(value) if too_large else value


def _parsed(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
