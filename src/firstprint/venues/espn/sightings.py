"""From ESPN's games to sightings: which two teams of ours play, and when. Pure; what is not certain is refused."""

from firstprint.domain.contests import Sighting
from firstprint.domain.propositions import Unread
from firstprint.linkage.leagues import League, LeagueTable
from firstprint.linkage.sides import Pool, Refused, team_meant
from firstprint.linkage.teams import Team, TeamPool
from firstprint.venues.espn.parse import EspnGame, EspnSide, Scoreboard
from firstprint.venues.espn.times import start_window

SOURCE = "espn"


def league_told(board: Scoreboard, leagues: LeagueTable) -> League | None:
    """Give the league that a body says it is about; None when it does not say, or says several or an unknown one."""
    found = [one for one in leagues.leagues.values() if one.espn and one.espn.partition("/")[2] in board.slugs]
    return found[0] if len(found) == 1 and len(board.slugs) == 1 else None


def sighting_of(game: EspnGame, league: League, pool: Pool) -> Sighting | Unread:
    """Read a game of a league's scoreboard into a sighting.

    Code, name and place of each side must mean one team of the league's pool. Neutral ground is nobody's home.
    """
    if len(game.sides) != 2:
        return _unread(game, Refused("not_two_sides", f"{len(game.sides)} sides are named"))
    first, second = (_team_of(side, pool) for side in game.sides)
    if isinstance(first, Refused):
        return _unread(game, first)
    if isinstance(second, Refused):
        return _unread(game, second)
    if first.key == second.key:
        return _unread(game, Refused("one_team_twice", f"both sides are read as {first.name[:60]}"))
    return Sighting(
        source=SOURCE,
        id=game.id,
        league=league.code,
        teams=(min(first.key, second.key), max(first.key, second.key)),
        home=None if game.neutral else _home(game, first, second),
        start=None if game.start_ns is None else start_window(game.start_ns, time_known=game.time_known),
        game=game.game,
        state=game.state,
        title=game.name,
        rescheduled=game.rescheduled,
    )


def _team_of(side: EspnSide, pool: Pool) -> Team | Refused:
    """Give the team that code, name and place mean together.

    Neither code nor place stand against a name that no table has: other teams of the city have both.
    """
    if not isinstance(pool, TeamPool):
        return team_meant(pool, None, side.name)
    found = team_meant(pool, pool.by_code(SOURCE, side.code or ""), side.name or side.place)
    if isinstance(found, Refused):
        return found
    named, placed = pool.named(side.name or ""), pool.named(side.place or "")
    if placed and found not in placed:
        return Refused("code_and_name_disagree", f"{found.name} is not of {side.place!r}", _names(placed))
    stated = side.name or side.place
    if stated and not (named if side.name else placed):
        return Refused(
            "unknown_team", f"no table has {stated[:60]!r}, though code or place are {found.name}'s", (found.name,)
        )
    return found


def _names(teams: tuple[Team, ...]) -> tuple[str, ...]:
    return tuple(team.name for team in teams)


def _home(game: EspnGame, first: Team, second: Team) -> str | None:
    homes = [team.key for team, side in zip((first, second), game.sides, strict=True) if side.home]
    return homes[0] if len(homes) == 1 else None


def _unread(game: EspnGame, why: Refused) -> Unread:
    return Unread(
        venue=SOURCE,
        market=game.id,
        name=game.name or game.id,
        event=game.id,
        title=game.name,
        reason=why.reason,
        detail=why.detail,
        proposed=why.proposed,
    )
