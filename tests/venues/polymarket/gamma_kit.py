"""Events and markets as Gamma lists them, in few words, and the shipped tables to read them with."""

import json
import os
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from firstprint.domain.contests import Sighting
from firstprint.domain.propositions import Listing, Polarity, Unread
from firstprint.linkage.leagues import LeagueTable, shipped_leagues
from firstprint.linkage.teams import TeamTables
from firstprint.venues.polymarket.entries import GammaEvent
from firstprint.venues.polymarket.gamma import parse_gamma
from firstprint.venues.polymarket.listings import read_event
from firstprint.venues.polymarket.sightings import Context

ROOT = Path(__file__).resolve().parents[3]
_PLACE = os.environ.get("FIRSTPRINT_RECORDINGS")  # noqa: TID251 the tests' own setting, not the product's
RECORDED = (Path(_PLACE) if _PLACE else ROOT.parent / "shared" / "recordings") / "polymarket"
needs_recorded_gamma = pytest.mark.skipif(
    not RECORDED.is_dir(), reason=f"no recordings at {RECORDED}: set FIRSTPRINT_RECORDINGS to where they lie"
)
LAKERS = "nba-mem-lal-2026-01-04"


@cache
def context() -> Context:
    """Give the tables that ship."""
    return Context(leagues=LeagueTable(shipped_leagues().values()), teams=TeamTables.load())


def row(slug: str, outcomes: tuple[str, ...] = ("Yes", "No"), **fields: Any) -> dict[str, Any]:
    """Write a market as Gamma does: lists as JSON text."""
    tokens = [f"{slug}/{label}" for label in outcomes]
    said = {"id": "7", "slug": slug, "conditionId": f"0x{slug}", "outcomes": json.dumps(outcomes), **fields}
    return {"clobTokenIds": json.dumps(tokens), **said}


def event_row(slug: str, markets: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    """Write an event as Gamma does."""
    return {"id": "9", "slug": slug, "markets": markets, **fields}


def event_of(slug: str, markets: list[dict[str, Any]], **fields: Any) -> GammaEvent:
    """Give an event as it is read off the wire; nothing of it may be unreadable."""
    page = parse_gamma(json.dumps([event_row(slug, markets, **fields)]).encode())
    assert page.unreadable == []
    return page.events[0]


def read(slug: str, market: dict[str, Any], **fields: Any) -> Listing | Unread:
    """Read the one market of an event."""
    (one,) = read_event(event_of(slug, [market], **fields), context())
    return one


def listing(slug: str, market: dict[str, Any], **fields: Any) -> Listing:
    """Read one market that must be readable."""
    one = read(slug, market, **fields)
    assert isinstance(one, Listing), one
    return one


def reason(slug: str, market: dict[str, Any], **fields: Any) -> str:
    """Read one market that must be refused, and give why."""
    one = read(slug, market, **fields)
    assert isinstance(one, Unread), one
    return one.reason


def about(one: Listing) -> Sighting:
    """Give the contest of a listing."""
    assert isinstance(one.about, Sighting)
    return one.about


def side_paid(one: Listing) -> str:
    """Give the team on which outcome 0 pays, out of a two-way bet."""
    side = one.bet.side
    assert side is not None
    return side if one.polarity is Polarity.YES else next(team for team in about(one).teams if team != side)


def utc_ns(text: str) -> int:
    """Give a UTC time as Unix nanoseconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 10**9
