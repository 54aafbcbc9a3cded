"""Milestones and structured targets: which events are about one contest, when it starts, and who its teams are.

Source: recorded lists of January 2026. A milestone's start is the contest's own, moved ones included; tickers and
rules keep the day that was first scheduled.
"""

from collections.abc import Iterator
from typing import Any

from firstprint.sim.kalshi.listings import SimEvent
from firstprint.sim.kalshi.names import LEAGUES
from firstprint.sim.kalshi.texts import NS_PER_S, second_text, uuid_of
from firstprint.sim.world import ids
from firstprint.sim.world.contests import Phase, SimContest, SimLeague, SimTeam
from firstprint.sim.world.course import known_start
from firstprint.sim.world.leagues import LEAGUES as WORLD_LEAGUES

_STATUSES = {
    Phase.SCHEDULED: "scheduled", Phase.LIVE: "inprogress", Phase.OVER: "closed", Phase.POSTPONED: "postponed",
    Phase.CANCELLED: "cancelled",
}  # fmt: skip
_SOCCER_TYPE = "soccer_tournament_multi_leg"


def milestone_row(contest: str, events: list[SimEvent]) -> dict[str, Any]:
    """Render a milestone: what groups the events of one game, and says when it starts."""
    first = events[0]
    return {
        "id": uuid_of(f"milestone/{contest}"), "category": "Sports", "type": "game", "title": first.title,
        "start_date": second_text(first.start_ns), "end_date": second_text(first.start_ns + 3 * 3_600 * NS_PER_S),
        "details": {}, "notification_message": "", "source_id": contest, "source_ids": {},
        "primary_event_tickers": [e.ticker for e in events if e.exclusive],
        "related_event_tickers": [e.ticker for e in events], "last_updated_ts": second_text(first.start_ns),
    }  # fmt: skip


def game_milestone_row(contest: SimContest, events: list[SimEvent], now_ns: int) -> dict[str, Any]:
    """Render the milestone of a contest of the shared world, with the targets of both teams. It never says its end."""
    league = contest.league
    return {
        "id": uuid_of(f"milestone/{league.code}/{ids.kalshi_code(contest)}"), "category": "Sports",
        "type": milestone_type(league), "title": events[0].title.partition(":")[0],
        "start_date": second_text(known_start(contest, now_ns)), "end_date": None,
        "details": {
            "away_team_id": ids.target_id(league.code, contest.away.key),
            "home_team_id": ids.target_id(league.code, contest.home.key), "league": league.code,
            "status": _STATUSES[contest.phase(now_ns)],
        },
        "notification_message": "Who will emerge victorious?", "source_id": uuid_of(f"feed/{contest.number}"),
        "source_ids": {}, "primary_event_tickers": [event.ticker for event in events if event.exclusive],
        "related_event_tickers": [event.ticker for event in events],
        "last_updated_ts": second_text(contest.listed_ns or contest.start_ns),
    }  # fmt: skip


def milestone_type(league: SimLeague) -> str:
    """Give the type of a league's milestones."""
    return _SOCCER_TYPE if league.ways == 3 else f"{league.sport.lower()}_game"


def target_rows(start_ns: int) -> Iterator[dict[str, Any]]:
    """Render every team: those of the shared world, then the teams that only this venue lists."""
    at = second_text(start_ns)
    for league in WORLD_LEAGUES:
        for team in league.teams:
            yield _target_row(league, team, at)
    for other in LEAGUES:
        for code, name in other.teams:
            yield {
                "id": uuid_of(f"team/{code}"), "name": name, "type": f"{other.sport.lower()}_team",
                "details": {"abbreviation": code, "league": other.title}, "source_id": code, "last_updated_ts": at,
            }  # fmt: skip


def _target_row(league: SimLeague, team: SimTeam, at: str) -> dict[str, Any]:
    details: dict[str, Any] = {"abbreviation": team.kalshi_code}
    if league.ways == 3:
        details |= {"gender": "male", "short_name": team.kalshi_name}
    else:
        nickname = team.espn_name.removeprefix(team.espn_place).strip()
        details |= {"league": league.code, "market": team.espn_place, "team_name": nickname or team.espn_name}
    name = team.polymarket_title if league.ways == 3 else team.kalshi_name
    target = ids.target_id(league.code, team.key)
    return {
        "id": target, "name": name, "type": f"{league.sport.lower()}_team", "details": details, "source_id": target,
        "last_updated_ts": at,
    }  # fmt: skip
