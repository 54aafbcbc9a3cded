"""What venues said of markets: the latest of each fact, and a row of history for each that changed.

A message says only part; what it leaves out stays as it was. The facts before are read from the database within the
same transaction, so the history does not depend on where one commit ends and the next begins. The rows are those of
the securities master: what a sync said later than a message is left as it is, but for what nobody has said yet.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

import msgspec
from sqlalchemy import Connection, select

from firstprint.domain.instruments import Market
from firstprint.store.columns import INT64_MAX, is_text, storable
from firstprint.store.master_tables import PROVENANCE, events, market_history, markets

FACTS = tuple(name for name in Market.__struct_fields__ if name != "ticker")
COLUMNS = ("venue", "ticker", *FACTS, "digest", *PROVENANCE)
TICKERS_PER_QUERY = 500
Row: TypeAlias = dict[str, Any]


class Sighting(NamedTuple):
    """One statement about a market: where it stands in the journal, when we received it, and who told us."""

    venue: str
    session: str
    record: int
    part: int
    wall_ns: int
    cause: str
    market: Market


class MarketFacts:
    """Folds sightings, in order, into rows of `markets` and `market_history`.

    The first sight of a market makes no history.
    """

    def __init__(self, connection: Connection, sightings: Sequence[Sighting]) -> None:
        self.history: list[tuple[int, str, Row]] = []
        self.poison: list[tuple[Sighting, Exception]] = []
        self._latest = _stored(connection, sightings)
        self._series_of = _series_of_events(connection, sightings)
        self._touched: dict[tuple[str, str], None] = {}
        for sighting in sightings:
            try:
                self._take(sighting, facts_of(sighting.market))
            except (OverflowError, UnicodeError) as error:
                self.poison.append((sighting, error))

    @property
    def has_changes(self) -> bool:
        """Whether any row is new or differs."""
        return bool(self._touched)

    def puts(self) -> list[tuple[int, str, Row]]:
        """Give the rows to store."""
        latest = [self._latest[key] for key in self._touched]
        return [(row["last_record"], markets.name, row) for row in latest] + self.history

    def _take(self, sighting: Sighting, stated: Row) -> None:
        key = (sighting.venue, storable(sighting.market.ticker))
        before = self._latest.get(key)
        if "series_ticker" not in stated and (before is None or before["series_ticker"] is None):
            series = self._series_of.get((sighting.venue, stated.get("event_ticker", "")))
            stated |= {} if series is None else {"series_ticker": series}
        source = {"session": sighting.session, "record": sighting.record, "wall_ns": sighting.wall_ns}
        last = {f"last_{name}": value for name, value in source.items()}
        if before is None:
            first = {f"first_{name}": value for name, value in source.items()}
            self._latest[key] = {"venue": key[0], "ticker": key[1], **dict.fromkeys(FACTS), **stated, **first, **last}
            self._latest[key]["digest"] = None
            self._touched[key] = None
            return
        older = _is_older(sighting, before)
        news = {
            name: value
            for name, value in stated.items()
            if value != before[name] and (before[name] is None or not older)
        }
        if news:
            self.history.extend(_history(sighting, before, news))
            before.update(news, digest=None, **({} if older else last))
            self._touched[key] = None


def _is_older(sighting: Sighting, row: Row) -> bool:
    """Tell whether a row was last changed by something later: by record within a session, else by our wall time."""
    if sighting.session == row["last_session"]:
        return bool(sighting.record < row["last_record"])
    return bool(sighting.wall_ns < row["last_wall_ns"])


def facts_of(market: Market) -> Row:
    """Give the facts that a message stated, as column values; the price grid becomes JSON text.

    Raises OverflowError or UnicodeError for what no database can hold.
    """
    stated = {name: getattr(market, name) for name in FACTS}
    if market.grid is not None:
        stated["grid"] = msgspec.json.encode(market.grid).decode()
    facts = {name: value for name, value in stated.items() if value is not None}
    for value in (market.ticker, *facts.values()):
        _check_storable(value)
    return {name: storable(value) if isinstance(value, str) else value for name, value in facts.items()}


def _check_storable(value: str | int) -> None:
    if isinstance(value, str):
        value.encode()
    elif abs(value) > INT64_MAX:
        raise OverflowError(f"does not fit into 64 bits: {value}")


def _stored(connection: Connection, sightings: Sequence[Sighting]) -> dict[tuple[str, str], Row]:
    tickers: dict[str, set[str]] = {}
    for sighting in sightings:
        if is_text(sighting.market.ticker):
            tickers.setdefault(sighting.venue, set()).add(storable(sighting.market.ticker))
    found = {}
    for venue, names in tickers.items():
        for chunk in _chunks(sorted(names)):
            query = select(*(markets.c[name] for name in COLUMNS)).where(
                markets.c.venue == venue, markets.c.ticker.in_(chunk)
            )
            found.update({(venue, row["ticker"]): dict(row) for row in connection.execute(query).mappings()})
    return found


def _series_of_events(connection: Connection, sightings: Sequence[Sighting]) -> dict[tuple[str, str], str]:
    """Read the series of the events that the markets belong to: a message about a market seldom says it."""
    named: dict[str, set[str]] = {}
    for one in sightings:
        event = one.market.event_ticker
        if one.market.series_ticker is None and event is not None and is_text(event):
            named.setdefault(one.venue, set()).add(storable(event))
    found = {}
    for venue, tickers in named.items():
        for chunk in _chunks(sorted(tickers)):
            query = select(events.c.ticker, events.c.series_ticker).where(
                events.c.venue == venue, events.c.ticker.in_(chunk), events.c.series_ticker.is_not(None)
            )
            found.update({(venue, ticker): series for ticker, series in connection.execute(query)})
    return found


def _chunks(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), TICKERS_PER_QUERY):
        yield names[start : start + TICKERS_PER_QUERY]


def _history(sighting: Sighting, before: Row, stated: Row) -> Iterator[tuple[int, str, Row]]:
    for field, value in stated.items():
        row = {
            "venue": sighting.venue,
            "ticker": storable(sighting.market.ticker),
            "session": sighting.session,
            "record": sighting.record,
            "part": sighting.part,
            "field": field,
            "value_before": msgspec.json.encode(before[field]).decode(),
            "value_after": msgspec.json.encode(value).decode(),
            "cause": sighting.cause,
            "wall_ns": sighting.wall_ns,
        }
        yield sighting.record, market_history.name, row
