"""Every team of the world by league, with what each venue and source calls it.

A table of its own, independent of the tables the product resolves names by: the facts in both are public, the rows
were written apart. `polymarket_name` is the label of an outcome, `polymarket_title` the name in an event's title.
"""

from firstprint.sim.world import clubs, pros
from firstprint.sim.world.contests import SimTeam
from firstprint.sim.world.schools import school_teams

TEAMS: dict[str, tuple[SimTeam, ...]] = {
    "NBA": pros.pro_teams(pros.NBA),
    "NFL": pros.pro_teams(pros.NFL),
    "NHL": pros.pro_teams(pros.NHL),
    "MLB": pros.pro_teams(pros.MLB),
    "WNBA": pros.pro_teams(pros.WNBA),
    "NCAAF": school_teams(football=True),
    "NCAAB": school_teams(football=False),
    "NCAAWB": school_teams(football=False),
    "EPL": clubs.club_teams(clubs.EPL),
    "LALIGA": clubs.club_teams(clubs.LALIGA),
    "MLS": clubs.club_teams(clubs.MLS),
    "UCL": clubs.club_teams(clubs.UCL),
}


def team_named(league: str, kalshi_code: str) -> SimTeam:
    """Find a team by its code at Kalshi. Raises StopIteration for one that the league does not have."""
    return next(team for team in TEAMS[league] if team.kalshi_code == kalshi_code)
