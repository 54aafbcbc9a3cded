"""Markets as Kalshi lists them, in few words, and the shipped tables to read them with."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from firstprint.domain.contests import Sighting
from firstprint.domain.entries import EventEntry, MarketEntry
from firstprint.domain.propositions import Listing, Polarity, Unread
from firstprint.linkage.leagues import LeagueTable, shipped_leagues
from firstprint.linkage.teams import TeamTables
from firstprint.venues.kalshi.listings import read_event
from firstprint.venues.kalshi.sightings import Context


@cache
def context() -> Context:
    """Give the tables that ship, and no identities of Kalshi's."""
    return Context(leagues=LeagueTable(shipped_leagues().values()), teams=TeamTables.load())


def market(ticker: str, event: str, **fields: Any) -> MarketEntry:
    """Make a market that states its ticker, its event, and what is given."""
    return MarketEntry(ticker=ticker, event_ticker=event, **fields)


def read(ticker: str, event: str, title: str | None = None, **fields: Any) -> Listing | Unread:
    """Read one market; with a title its event is known by it, else there is no event at all."""
    entry = EventEntry(ticker=event, title=title) if title is not None else None
    (one,) = read_event(entry, [market(ticker, event, **fields)], context())
    return one


def listing(ticker: str, event: str, title: str | None = None, **fields: Any) -> Listing:
    """Read one market that must be readable."""
    one = read(ticker, event, title, **fields)
    assert isinstance(one, Listing), one
    return one


def reason(ticker: str, event: str, title: str | None = None, **fields: Any) -> str:
    """Read one market that must be refused, and give why."""
    one = read(ticker, event, title, **fields)
    assert isinstance(one, Unread), one
    assert one.market == ticker
    return one.reason


def about(one: Listing) -> Sighting:
    """Give the contest of a listing."""
    assert isinstance(one.about, Sighting)
    return one.about


def side_paid(one: Listing) -> str:
    """Give the team on which YES pays, out of a two-way bet."""
    side = one.bet.side
    assert side is not None
    return side if one.polarity is Polarity.YES else next(team for team in about(one).teams if team != side)


def utc_ns(text: str) -> int:
    """Give a UTC time as Unix nanoseconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 10**9
