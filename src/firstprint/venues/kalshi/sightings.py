"""The contest that a Kalshi event is about: its teams, its start, and what else Kalshi calls it. Pure.

Teams come from the ticker's codes, cut by the tables, and from the names in the title; both are asked. The start comes
from a milestone, else from the ticker or the rules, else it is the ticker's Eastern day. `occurrence_datetime` is not
asked: it lies hours after the start.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from firstprint.domain.contests import Sighting, StartWindow
from firstprint.domain.entries import EventEntry, MarketEntry
from firstprint.linkage.leagues import League, LeagueTable
from firstprint.linkage.sides import Pair, Pool, Refused, pair_meant, side_meant
from firstprint.linkage.teams import OpenPool, Team, TeamTables
from firstprint.linkage.windows import at_eastern, at_time, eastern_day, on_eastern_day
from firstprint.venues.kalshi.rules import bare_name, matchup, stated_start
from firstprint.venues.kalshi.targets import Milestone
from firstprint.venues.kalshi.tickers import GameName, game_name, outcome_named

KALSHI = "kalshi"
TITLES_ASKED_MAX = 3
Coded = tuple[Team | None, Team | None]


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What listings are read with: the tables, and what Kalshi's own identities are known to be.

    `targets` has the names of structured targets by id, `milestones` contests by event ticker, `sources` the addresses
    by which events are settled; all may be empty.
    """

    leagues: LeagueTable
    teams: TeamTables
    targets: Mapping[str, str] = {}
    milestones: Mapping[str, Milestone] = {}
    sources: Mapping[str, tuple[str, ...]] = {}


class Game(NamedTuple):
    """The contest of an event, with what its markets are read by."""

    league: League
    pool: Pool
    name: GameName
    pair: Pair
    sighting: Sighting


def game_of(
    event: EventEntry | None, markets: Sequence[MarketEntry], event_ticker: str, series: str, context: Context
) -> Game | Refused:
    """Read the contest of an event from its ticker, titles and rules, and its milestone where it has one."""
    league = context.leagues.of_series(series)
    name = game_name(event_ticker, series)
    if league is None or name is None:
        return Refused("no_contest", f"{event_ticker[:80]} does not name a day and two teams")
    pool = context.teams.pool_of(league)
    coded, game = _coded(pool, name, league, [outcome_named(market.ticker, event_ticker) for market in markets])
    called = _called(name, event_ticker, markets) if isinstance(pool, OpenPool) else None
    pair = pair_meant(pool, coded, called or _names(event, markets) or (None, None))
    if isinstance(pair, Refused):
        return pair
    milestone = context.milestones.get(event_ticker)
    home = _home(milestone, league, pool, pair, context.targets)
    start, moved = _start(name, milestone, markets)
    sighting = Sighting(
        source=KALSHI,
        id=event_ticker,
        league=league.code,
        teams=pair.keys,
        home=home.key if home else None,
        start=start,
        game=game,
        title=(event and event.title) or (markets[0].title if markets else None),
        same_as=_same_as(league, name, milestone),
        rescheduled=moved,
    )
    return Game(league, pool, name, pair, sighting)


def _names(event: EventEntry | None, markets: Sequence[MarketEntry]) -> tuple[str, str] | None:
    titles = (event.title if event else None, *(market.title for market in markets[:TITLES_ASKED_MAX]))
    return next((names for title in titles if (names := matchup(title)) is not None), None)


def _called(name: GameName, event_ticker: str, markets: Sequence[MarketEntry]) -> tuple[str, str] | None:
    """Give both names as the markets of the two sides have them: in full, where a title has surnames alone."""
    by_code = {outcome_named(market.ticker, event_ticker): bare_name(market.yes_sub_title) for market in markets}
    pairs = [
        (first, second)
        for code, first in by_code.items()
        if code and first and (second := by_code.get(name.codes.removeprefix(code))) and second != first
    ]
    return pairs[0] if len(pairs) == 1 else None


def _coded(pool: Pool, name: GameName, league: League, outcomes: Sequence[str | None]) -> tuple[Coded, int | None]:
    """Cut the glued codes, with the number of the game where the whole is no two codes and the rest is."""
    numbered = name.numbered()
    if league.sport == "baseball" and league.pool is None and numbered:
        return (None, None), numbered[1]
    whole = _cut(pool, name.codes, outcomes)
    if whole is not None or numbered is None:
        return whole or (None, None), None
    rest = _cut(pool, numbered[0], outcomes)
    return (rest, numbered[1]) if rest else ((None, None), None)


def _cut(pool: Pool, codes: str, outcomes: Sequence[str | None]) -> Coded | None:
    """Cut two codes: where two outcomes make them up, else where the tables allow one cut only, else where one does."""
    named = {code for code in outcomes if code}
    starts = [code for code in named if codes.startswith(code)]
    whole = {(code, rest) for code in starts if (rest := codes.removeprefix(code)) in named}
    if len(whole) == 1:
        first, second = whole.pop()
        return pool.by_code(KALSHI, first), pool.by_code(KALSHI, second)
    split = pool.split(KALSHI, codes)
    if split is not None:
        return split
    cuts = {(codes.removesuffix(code), code) for code in named if codes.endswith(code)}
    cuts |= {(code, codes.removeprefix(code)) for code in starts}
    found = {(pool.by_code(KALSHI, first), pool.by_code(KALSHI, second)) for first, second in cuts}
    sure = [(first, second) for first, second in found if first and second and first != second]
    return sure[0] if len(sure) == 1 else None


def _start(
    name: GameName, milestone: Milestone | None, markets: Sequence[MarketEntry]
) -> tuple[StartWindow | None, bool]:
    """Give the start, and whether the contest was moved from the day that its ticker names."""
    if milestone is not None and milestone.start_ns is not None:
        return at_time(milestone.start_ns), eastern_day(milestone.start_ns) != name.day
    if name.start is not None:
        return at_eastern(name.start), False
    for market in markets[:TITLES_ASKED_MAX]:
        stated = stated_start(market.rules_primary)
        if stated is not None and stated.start is not None and stated.day == name.day:
            return at_eastern(stated.start), False
    return on_eastern_day(name.day), False


def _home(
    milestone: Milestone | None, league: League, pool: Pool, pair: Pair, targets: Mapping[str, str]
) -> Team | None:
    """Give the team at home: the milestone's, else the league's order of names; without tables nobody is."""
    name = targets.get(milestone.home or "") if milestone is not None else None
    said = side_meant(pool, pair, None, name) if name else None
    if isinstance(said, Team):
        return said
    if league.pool is None or not pair.ordered:
        return None
    return pair.first if league.slug_order == "home" else pair.second


def _same_as(league: League, name: GameName, milestone: Milestone | None) -> tuple[str, ...]:
    """Name the contest as the events of its other series do: their tickers end alike."""
    tail = f"{KALSHI}:{league.code}:{name.tail}"
    if milestone is None:
        return (tail,)
    feed = (f"feed:{milestone.source_id}",) if milestone.source_id else ()
    return (tail, f"{KALSHI}:milestone:{milestone.id}", *feed)
