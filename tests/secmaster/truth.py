"""What the simulated world says of series, events and markets, read from the world itself and not from its API."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Engine, text

from firstprint.sim.kalshi.plain import ListedEvent, ListedMarket, ListedSeries
from firstprint.sim.kalshi.world import World
from firstprint.store.tables import metadata

Fields = dict[str, Any]


def true_market(market: ListedMarket) -> Fields:
    """Say what the master should hold of a market."""
    value = market.settlement_value_e4
    return {
        "event_ticker": market.event_ticker,
        "series_ticker": market.series_ticker,
        "title": market.title,
        "yes_sub_title": market.yes_sub_title,
        "no_sub_title": market.no_sub_title,
        "status": market.status,
        "result": market.result or None,
        "expiration_value": market.expiration_value or None,
        "settlement_value_e6": None if value is None else value * 100,
        "created_ns": market.created_ns,
        "open_ns": market.open_ns,
        "close_ns": market.close_ns,
        "expected_expiration_ns": market.expected_expiration_ns,
        "latest_expiration_ns": market.latest_expiration_ns,
        "occurrence_ns": market.occurrence_ns,
        "settled_ns": market.settled_ns,
        "updated_ns": market.updated_ns,
        "strike_type": market.strike_type,
        "floor_strike": market.floor_strike,
        "cap_strike": market.cap_strike,
        "custom_strike": market.custom_strike,
        "price_level_structure": market.price_level_structure,
        "rules_primary": market.rules_primary,
        "can_close_early": market.can_close_early,
        "settlement_timer_s": market.settlement_timer_s,
        "exchange_index": market.exchange_index,
        "gone_ns": None,
    }


def true_event(event: ListedEvent) -> Fields:
    """Say what the master should hold of an event."""
    return {
        "series_ticker": event.series_ticker,
        "title": event.title,
        "sub_title": event.sub_title,
        "category": event.category,
        "mutually_exclusive": event.mutually_exclusive,
        "competition": event.competition,
        "competition_scope": event.scope,
        "updated_ns": event.updated_ns,
    }


def true_series(series: ListedSeries) -> Fields:
    """Say what the master should hold of a series; whether it is a game is the test's own reading of C2."""
    sports = "Sports" in series.categories
    named = "GAME" in series.ticker or "MATCH" in series.ticker
    game = sports and (named if series.scope is None else series.scope == "Game")
    return {
        "title": series.title,
        "category": series.category,
        "tags": list(series.tags),
        "frequency": series.frequency,
        "scope": series.scope,
        "fee_type": series.fee_type,
        "fee_multiplier": float(series.fee_multiplier),
        "is_game": game,
        "active": game or not sports,
        "disabled_reason": None if game or not sports else "excluded",
        "updated_ns": series.updated_ns,
    }


JSON_COLUMNS = frozenset({"custom_strike", "tags"})
NUMBERS = frozenset({"floor_strike", "cap_strike", "fee_multiplier"})
FLAGS = frozenset({"can_close_early", "mutually_exclusive", "is_game", "active"})


def _plain(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in JSON_COLUMNS:
        return json.loads(value) if isinstance(value, str) else value
    if name in NUMBERS:
        return float(value)
    return bool(value) if name in FLAGS else value


def stored(engine: Engine, table: str) -> dict[str, Fields]:
    """Give a table's rows, by ticker."""
    with engine.begin() as connection:
        rows = connection.execute(metadata.tables[table].select()).mappings().all()
    return {row["ticker"]: {name: _plain(name, value) for name, value in row.items()} for row in rows}


def stored_markets(engine: Engine) -> dict[str, Fields]:
    """Give the master's markets, by ticker."""
    return stored(engine, "markets")


def _compare(true: dict[str, Fields], held: dict[str, Fields]) -> Iterable[str]:
    yield from (f"missing: {ticker} ({true[ticker].get('status')})" for ticker in sorted(true.keys() - held.keys()))
    yield from (f"invented: {ticker}" for ticker in sorted(held.keys() - true.keys()))
    for ticker in sorted(true.keys() & held.keys()):
        for name, value in true[ticker].items():
            if held[ticker][name] != value:
                yield f"{ticker}.{name}: {held[ticker][name]!r}, and in the world {value!r}"


def differences(world: World, engine: Engine) -> list[str]:
    """Say in words where the master's markets and events differ from the world's."""
    markets = {one.ticker: true_market(one) for one in world.listed()}
    events = {one.ticker: true_event(one) for one in world.listed_events()}
    return [*_compare(markets, stored_markets(engine)), *_compare(events, stored(engine, "events"))]


def series_differences(world: World, engine: Engine) -> list[str]:
    """Say in words where the master's series differ from the world's."""
    true = {one.ticker: true_series(one) for one in world.listed_series()}
    return list(_compare(true, stored(engine, "series")))


def history_rows(engine: Engine, table: str = "market_history") -> list[Fields]:
    """Give all rows of a history table, in order."""
    with engine.begin() as connection:
        rows = connection.execute(text(f"SELECT * FROM {table} ORDER BY wall_ns, session, record, part, ticker, field"))  # noqa: S608 a test's own name
        return [dict(row) for row in rows.mappings()]
