"""The contest that a Polymarket event is about: its teams, its start, and what else Polymarket calls it. Pure.

Teams come from the slug's codes and from the names in the title and in `teams`; all are asked. The start comes from the
markets' `gameStartTime` or the event's `startTime`; the slug's day is a day of unknown zone, and may be an old one.
"""

from datetime import UTC, date, datetime, timedelta

import msgspec

from firstprint.domain.clock import NS_PER_S
from firstprint.domain.contests import ContestState, Sighting, StartWindow
from firstprint.linkage.leagues import League, LeagueTable
from firstprint.linkage.sides import Pair, Pool, Refused, pair_meant, side_meant
from firstprint.linkage.teams import Team, TeamTables
from firstprint.linkage.windows import at_eastern, at_time, eastern_day, on_some_day
from firstprint.venues.polymarket.entries import GammaEvent
from firstprint.venues.polymarket.rules import matchup, scheduled
from firstprint.venues.polymarket.slugs import CHILDREN, GameSlug

POLYMARKET = "polymarket"
STARTS_APART_S_MAX = 12 * 3600
"""Event and markets state one start; when they are further apart than this, they are of two days' games."""


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What listings are read with: the tables."""

    leagues: LeagueTable
    teams: TeamTables


class Game(msgspec.Struct, frozen=True):
    """The contest of an event, with what its markets are read by. `home` is whom Polymarket has at home."""

    league: League
    pool: Pool
    slug: GameSlug
    pair: Pair
    home: Team | None
    sighting: Sighting


def game_of(event: GammaEvent, slug: GameSlug, context: Context) -> Game | Refused:
    """Read the contest of an event from its slug, title, teams and times."""
    leagues = context.leagues.of_slug_prefix(slug.league)
    if not leagues:
        return Refused("unknown_league", f"no league's slugs begin with {slug.league[:20]!r}")
    start = _start(event, slug)
    if isinstance(start, Refused):
        return start
    read = [_game(event, slug, league, context.teams.pool_of(league), start) for league in leagues]
    games = [game for game in read if isinstance(game, Game)]
    if len(games) > 1:
        codes = tuple(game.league.code for game in games)
        return Refused("ambiguous_league", f"{slug.league[:20]!r} begins slugs of {' and '.join(codes)}", codes)
    return games[0] if games else read[0]


def _game(event: GammaEvent, slug: GameSlug, league: League, pool: Pool, start: StartWindow) -> Game | Refused:
    coded = (pool.by_code(POLYMARKET, slug.first), pool.by_code(POLYMARKET, slug.second))
    pair = pair_meant(pool, coded, _names(event) or (None, None))
    if isinstance(pair, Refused):
        return pair
    sides = [side_meant(pool, pair, None, team.name) for team in event.teams]
    foreign = next((side for side in sides if isinstance(side, Refused) and side.reason == "third_team"), None)
    if foreign is not None:
        return foreign
    home = _home(event, sides, league, pair)
    sighting = Sighting(
        source=POLYMARKET,
        id=event.slug,
        league=league.code,
        teams=pair.keys,
        home=home.key if home else None,
        start=start,
        game=slug.game,
        state=ContestState.OVER if event.ended else ContestState.LIVE if event.live else ContestState.UNKNOWN,
        title=event.title,
        same_as=_same_as(event, slug),
        rescheduled=event.moved_from is not None or _moved(start, slug.day),
    )
    return Game(league, pool, slug, pair, home, sighting)


def _names(event: GammaEvent) -> tuple[str, str] | None:
    """Give the two names of the title, else of the teams, else of the first market that names two."""
    titled = matchup(event.title)
    if titled is not None:
        return titled
    if len(event.teams) == 2:
        return event.teams[0].name, event.teams[1].name
    asked = (matchup(market.question) for market in event.markets[:3] if market.type in ("moneyline", None))
    return next((names for names in asked if names is not None), None)


def _home(event: GammaEvent, sides: list[Team | Refused], league: League, pair: Pair) -> Team | None:
    for team, side in zip(event.teams, sides, strict=True):
        if team.ordering == "home" and isinstance(side, Team):
            return side
    if league.pool is None or not pair.ordered:
        return None
    return pair.first if league.slug_order == "home" else pair.second


def _start(event: GammaEvent, slug: GameSlug) -> StartWindow | Refused:
    """Give the stated start, else the slug's day. Starts that lie far apart are refused."""
    stated = [market.start_ns for market in event.markets if market.start_ns is not None]
    stated += [event.start_ns] if event.start_ns is not None else []
    if not stated:
        return _start_ruled(event, slug.day) or on_some_day(slug.day)
    if (max(stated) - min(stated)) > STARTS_APART_S_MAX * NS_PER_S:
        return Refused("dates_disagree", "event and markets state starts that are more than 12 hours apart")
    return at_time(stated[0])


def _start_ruled(event: GammaEvent, day: date) -> StartWindow | None:
    """Give the start that rules state, where nothing else does: an Eastern day and time, the day near the slug's."""
    for rules in (event.rules, *(market.rules for market in event.markets[:3])):
        found = scheduled(rules, day.year)
        if found is not None:
            return at_eastern(found) if abs((found.date() - day).days) <= 1 else None
    return None


def _moved(start: StartWindow, day: date) -> bool:
    """Tell whether a game starts on another day than its slug's: US Eastern, UTC, or the next where it is played."""
    if not start.exact:
        return False
    greenwich = datetime.fromtimestamp(start.earliest_ns / NS_PER_S, UTC).date()
    return day not in (eastern_day(start.earliest_ns), greenwich, greenwich + timedelta(days=1))


def _same_as(event: GammaEvent, slug: GameSlug) -> tuple[str, ...]:
    """Name the contest as Polymarket's other events of it do: by parent, by game, by the game's part of the slug."""
    names = [f"{POLYMARKET}:event:{event.parent_id or event.id}"]
    games = dict.fromkeys((event.game_id, *(market.game_id for market in event.markets[:3])))
    names += [f"{POLYMARKET}:game:{game}" for game in games if game]
    own = f"{slug.root}-dh{slug.game}" if slug.game else slug.root
    if event.slug == own or slug.rest in CHILDREN:  # a slug that was used again may be of the day's other game
        names.append(f"{POLYMARKET}:slug:{own}")
    return (*names, f"feed:{event.sportradar_id}") if event.sportradar_id else tuple(names)
