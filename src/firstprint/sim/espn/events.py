"""A contest as an event of ESPN's scoreboard, with the keys that are missing here and there.

What is missing depends on the contest alone: the same one is rendered the same way at every look.
"""

from typing import Any, NamedTuple

from firstprint.sim.espn.states import scheduled_row, status_row
from firstprint.sim.world import ids
from firstprint.sim.world.contests import NS_PER_S, Phase, SimContest, SimTeam
from firstprint.sim.world.course import known_start, progress, scores_at, winner
from firstprint.sim.world.days import eastern, eastern_day, moment, utc

_FAR_NS = 3 * 86_400 * NS_PER_S
_SPORT_IDS = {"Basketball": 40, "Football": 20, "Hockey": 70, "Baseball": 1, "Soccer": 600}
LEAGUE_IDS = {
    "NBA": 46, "NFL": 28, "NHL": 90, "MLB": 10, "WNBA": 59, "NCAAF": 23, "NCAAB": 41, "NCAAWB": 54, "EPL": 700,
    "LALIGA": 740, "MLS": 770, "UCL": 775, "WSL": 8097,
}  # fmt: skip
_RANKED_MAX = 25
_UNRANKED = 99


class Sides(NamedTuple):
    """Who ESPN has at home; at a neutral site it is now and then the other team."""

    home: SimTeam
    away: SimTeam
    flipped: bool


def sides(contest: SimContest) -> Sides:
    """Give the teams as ESPN has them."""
    if contest.neutral and contest.number % 2:
        return Sides(contest.away, contest.home, flipped=True)
    return Sides(contest.home, contest.away, flipped=False)


def told_start(contest: SimContest, now_ns: int) -> int:
    """Give the start that ESPN states: what was moved stays where it was, as postponed, until halfway to its new start.

    Days ahead some starts are not known yet: then it is midnight in US Eastern, and `timeValid` is false.
    """
    if contest.postponed_ns is not None and now_ns < (contest.postponed_ns + contest.start_ns) // 2:
        return contest.scheduled_ns
    start_ns = known_start(contest, now_ns)
    return start_ns if time_valid(contest, now_ns) else moment(eastern_day(start_ns), 0, 0)


def time_valid(contest: SimContest, now_ns: int) -> bool:
    """Say whether the hour of a start is known already."""
    return not (contest.number % 7 == 3 and contest.start_ns - now_ns > _FAR_NS)


def ranked(contest: SimContest) -> bool:
    """Say whether one of a college contest's teams is among the first 25."""
    return min(_rank(contest, contest.home), _rank(contest, contest.away)) <= _RANKED_MAX


def _rank(contest: SimContest, team: SimTeam) -> int:
    place = contest.league.teams.index(team) * 7 % len(contest.league.teams)
    return place + 1 if place < _RANKED_MAX else _UNRANKED


def event_row(contest: SimContest, now_ns: int, *, without_team: bool = False) -> dict[str, Any]:
    """Render a contest. `without_team` leaves one competitor out, as a broken answer does."""
    told_ns, both, number = told_start(contest, now_ns), sides(contest), ids.espn_id(contest)
    postponed = contest.phase(now_ns) is Phase.POSTPONED
    moved = postponed and told_ns != contest.scheduled_ns
    status = scheduled_row(told_ns) if moved else status_row(contest, now_ns, told_ns)
    date = f"{utc(told_ns):%Y-%m-%dT%H:%MZ}"
    word = "VS" if contest.neutral else "@"
    row: dict[str, Any] = {
        "id": number, "uid": f"{_uid(contest)}~e:{number}", "date": date,
        "name": f"{both.away.espn_name} {'VS' if contest.neutral else 'at'} {both.home.espn_name}",
        "shortName": f"{both.away.espn_code} {word} {both.home.espn_code}",
        "season": {"year": eastern(told_ns).year, "type": 2, "slug": "regular-season"},
        "competitions": [_competition(contest, now_ns, date, status, both)], "status": status,
    }  # fmt: skip
    if without_team:
        row["competitions"][0]["competitors"].pop()
    _lose_keys(contest, row)
    return row


def _uid(contest: SimContest) -> str:
    return f"s:{_SPORT_IDS[contest.league.sport]}~l:{LEAGUE_IDS[contest.league.code]}"


def _competition(
    contest: SimContest, now_ns: int, date: str, status: dict[str, Any], both: Sides
) -> dict[str, Any]:  # fmt: skip
    number = ids.espn_id(contest)
    home, away = _competitor(contest, now_ns, both, "home"), _competitor(contest, now_ns, both, "away")
    row: dict[str, Any] = {
        "id": number, "uid": f"{_uid(contest)}~e:{number}~c:{number}", "date": date, "startDate": date,
        "timeValid": time_valid(contest, now_ns), "neutralSite": contest.neutral, "conferenceCompetition": False,
        "wasSuspended": False, "competitors": [home, away], "notes": [], "status": status,
    }  # fmt: skip
    if contest.game is not None and contest.number % 2:
        row["notes"] = [{"type": "event", "headline": f"Doubleheader - Game {contest.game}"}]
    return row


def _competitor(contest: SimContest, now_ns: int, both: Sides, place: str) -> dict[str, Any]:
    """Render a team in its place. Scores are texts; before the start they are 0."""
    team = both.home if place == "home" else both.away
    real = "home" if (place == "home") != both.flipped else "away"
    away_points, home_points = scores_at(contest, now_ns)
    number = ids.espn_team_id(team, contest.league.espn_path)
    row: dict[str, Any] = {
        "id": number, "uid": f"{_uid(contest)}~t:{number}", "type": "team", "order": int(place == "away"),
        "homeAway": place, "score": str(home_points if real == "home" else away_points),
        "team": {
            "id": number, "uid": f"{_uid(contest)}~t:{number}", "location": team.espn_place,
            "name": team.espn_name.removeprefix(team.espn_place).strip() or team.espn_name,
            "abbreviation": team.espn_code, "displayName": team.espn_name,
            "shortDisplayName": team.espn_place.replace("St. ", "St "), "isActive": True,
        },
    }  # fmt: skip
    if progress(contest, now_ns) >= 1:
        row["winner"] = winner(contest) == real
    if contest.league.code.startswith("NCAA"):
        row["curatedRank"] = {"current": _rank(contest, team)}
    return row


def _lose_keys(contest: SimContest, row: dict[str, Any]) -> None:
    """Leave out what recorded answers leave out at times."""
    competition = row["competitions"][0]
    if contest.number % 5 == 0:
        del competition["startDate"], competition["neutralSite"], competition["notes"]
    if contest.number % 11 == 0:
        del row["shortName"], row["season"]
    if contest.number % 13 == 0:
        del competition["timeValid"], competition["status"]
        for one in competition["competitors"]:
            one.pop("order")
            one["team"].pop("shortDisplayName")
