"""Polymarket's listings about no contest that are read for certain: the Fed, season titles, nominees. Pure."""

import re
from datetime import UTC, datetime
from typing import NamedTuple

from firstprint.domain.clock import NS_PER_S
from firstprint.domain.propositions import Topic
from firstprint.linkage.leagues import League, LeagueTable
from firstprint.linkage.names import person_key
from firstprint.linkage.sides import Refused, team_meant
from firstprint.linkage.teams import TeamTables
from firstprint.linkage.topics import (
    MONTHS,
    SUPER_BOWL,
    fed_decision,
    season_title,
    us_president_nominee,
    years_named,
)
from firstprint.venues.polymarket.entries import GammaEvent, GammaMarket

_MEETING = re.compile(r"\bafter (?:the )?(?:Fed'?s )?([A-Z][a-z]{2,8})(?: (20\d\d))? (?:FOMC )?meeting\?$")
_MOVE = re.compile(r"\b(decrease|increase)s?\b.*?\b(\d{1,3})(\+)? ?bps|\b(\d{1,3})(\+)? ?bps (decrease|increase)")
_NO_CHANGE = re.compile(r"\bno change\b", re.IGNORECASE)
_DECISION = re.compile(r"Fed decision in ([A-Z][a-z]{2,8})(?: (20\d\d))?\??")
_DECISION_SLUG = re.compile(r"fed-decision-in-([a-z]{3,9})(?:-(20\d\d)(?!\d))?(?:-|$)", re.ASCII)
_MOVES = {
    ("decrease", "50", True): "cut_50plus",
    ("decrease", "25", False): "cut_25",
    ("increase", "25", False): "hike_25",
    ("increase", "50", True): "hike_50plus",
}
"""`25+ bps` is both 25 and 50 or more: it is none of these."""
_NOMINEE = re.compile(r"Will (.{2,60}?) win the (20\d\d) (Democratic|Republican) presidential nomination\?")
_TITLE = re.compile(r"Will (?:the )?(.{2,60}?) win (?:the )?(.{4,60})\?")
_YEAR_WORDS = re.compile(r"\b20\d\d(?:\s*[-/–]\s*\d{2,4})?\b")  # noqa: RUF001 a dash that people write
_SEASON = re.compile(r"\b20\d\d\s*[-/–]\s*\d{2,4}\b")  # noqa: RUF001 a dash that people write
_PRIZES = {
    "nba finals": "NBA", "nba championship": "NBA", "nba title": "NBA",
    "wnba finals": "WNBA", "wnba championship": "WNBA", "wnba title": "WNBA",
    "world series": "MLB", "mlb world series": "MLB",
    "stanley cup": "NHL", "nhl stanley cup": "NHL",
    "super bowl": "NFL", "nfl super bowl": "NFL",
    "mls cup": "MLS", "uefa champions league": "UCL", "champions league": "UCL", "uefa europa league": "UEL",
    "europa league": "UEL", "english premier league": "EPL", "premier league": "EPL", "la liga": "LALIGA",
    "serie a": "SERIEA", "serie a league": "SERIEA", "serie a championship": "SERIEA", "bundesliga": "BUNDESLIGA",
    "ligue 1": "LIGUE1",
    "college football national championship": "NCAAF", "college football playoff national championship": "NCAAF",
    "cfp national championship": "NCAAF",
}  # fmt: skip
"""What winning a league's season is called, years apart. A pennant or a conference is another title."""
_COLLEGE_BASKETBALL = {"men": "NCAAB", "women": "NCAAWB"}
_COLLEGE_PRIZES = frozenset({
    "ncaa tournament", "ncaa basketball tournament", "ncaa basketball championship", "college basketball championship",
    "march madness",
})  # fmt: skip
"""What winning college basketball's season is called, by men and by women."""
_DIVISION = re.compile(r"\b((?:wo)?men)(?:['\u2019]?s)?\b")
_SPORT = re.compile(r"\b(basketball|volleyball|handball|futsal|hockey|baseball|softball|soccer|lacrosse)\b")
_TWO_YEARS = frozenset({"UCL", "UEL", "EPL", "LALIGA", "SERIEA", "BUNDESLIGA", "LIGUE1", "NCAAF"})
"""Leagues whose seasons people name by either year: one year alone does not say which season."""
_NEW_YEAR = frozenset({"NCAAF"})
"""Those whose final is played in January: a year alone is the season's where that is when the market ends."""
_FINAL_MONTH_MAX = 2


class Meant(NamedTuple):
    """What a market is about, and the outcome on which its `Yes` pays."""

    topic: Topic
    outcome: str


def read_topic(
    event: GammaEvent | None, market: GammaMarket, leagues: LeagueTable, teams: TeamTables
) -> Meant | Refused | None:
    """Read what a market's question is about; None when it is nothing that is read."""
    question = market.question or ""
    if "Fed" in question and question.endswith("meeting?"):
        return _read_fed(event, market, question)
    if " win the " in question or " win " in question:
        if (nominee := _NOMINEE.fullmatch(question)) is not None:
            return _read_nominee(nominee)
        return _read_title(event, market, leagues, teams)
    return None


def _read_fed(event: GammaEvent | None, market: GammaMarket, question: str) -> Meant | Refused | None:
    meeting = _MEETING.search(question)
    if meeting is None:
        return None
    outcomes = {_moved(text) for text in (question, market.group_title) if text}
    if len(outcomes) != 1 or None in outcomes:
        return Refused("unknown_outcome", f"{question[:120]!r} is no one of the decisions that are read")
    when = _meeting_month(event, market, meeting)
    outcome = outcomes.pop()
    return when if isinstance(when, Refused) else Meant(fed_decision(*when), outcome or "")


def _moved(text: str) -> str | None:
    found = _MOVE.search(text)
    if found is None:
        return "no_change" if _NO_CHANGE.search(text) else None
    way, points, plus = (found[1], found[2], found[3]) if found[1] else (found[6], found[4], found[5])
    return _MOVES.get((way, points, plus is not None))


def _meeting_month(event: GammaEvent | None, market: GammaMarket, meeting: re.Match[str]) -> tuple[int, int] | Refused:
    """Give year and month: whatever names them must agree; the end's year counts where its month is the meeting's."""
    said = [(meeting[1].lower(), meeting[2])]
    title = _DECISION.fullmatch(event.title) if event and event.title else None
    slug = _DECISION_SLUG.match(event.slug) if event else None
    said += [(found[1].lower(), found[2]) for found in (title, slug) if found is not None]
    months = {MONTHS.get(month) for month, _ in said}
    years = {int(year) for _, year in said if year}
    month = months.pop() if len(months) == 1 else None
    ends = {(end.year, end.month) for end in _ends(event, market)}
    if month is None or len(years) > 1:
        return Refused("dates_disagree", "question, title and slug name different meetings")
    if not years:
        years = {year for year, ends_in in ends if ends_in == month}
    elif ends and not any(abs((year - min(years)) * 12 + ends_in - month) <= 1 for year, ends_in in ends):
        return Refused("dates_disagree", "it ends in another month than the meeting's")
    if len(years) != 1:
        return Refused("no_date", "the meeting's year is not stated for certain")
    return years.pop(), month


def _ends(event: GammaEvent | None, market: GammaMarket) -> list[datetime]:
    ends_ns = (market.end_ns, event.end_ns if event else None)
    return [datetime.fromtimestamp(end_ns / NS_PER_S, UTC) for end_ns in ends_ns if end_ns is not None]


def _read_nominee(found: re.Match[str]) -> Meant | Refused:
    year, subject = int(found[2]), person_key(found[1])
    if year % 4 or not subject:
        return Refused("unknown_topic", f"{found[0][:120]!r} names no one, or no year of an election")
    return Meant(us_president_nominee(found[3][0], year), subject)


def _read_title(
    event: GammaEvent | None, market: GammaMarket, leagues: LeagueTable, teams: TeamTables
) -> Meant | Refused | None:
    question = market.question or ""
    found = _TITLE.fullmatch(question)
    if found is None:
        return None
    said = _said(event, market)
    league = leagues.leagues.get(_league_won(found[2], said))
    if league is None:
        return None
    if set(_DIVISION.findall(said)) - {league.division} or set(_SPORT.findall(said)) - {league.sport}:
        return Refused("type_disagrees", f"not all that is said of {question[:120]!r} is about {league.title}")
    year = _season_ended(event, market, league, f"{found[2]} {(event and event.title) or ''}")
    if year is None:
        return Refused("season_unsure", f"{question[:120]!r} does not say which season for certain")
    team = team_meant(teams.pool_of(league), None, found[1])
    return team if isinstance(team, Refused) else Meant(season_title("champion", league, year), team.key)


def _said(event: GammaEvent | None, market: GammaMarket) -> str:
    """Give all that is written of a title, in lower case: a women's title may have the men's name in its question."""
    texts = (market.question, market.rules, *((event.title, event.slug, event.rules) if event is not None else ()))
    return " ".join(text for text in texts if text).lower()


def _league_won(won: str, said: str) -> str:
    """Give the code of the league whose season's title this is, or nothing.

    Men and women of college basketball, and other sports of colleges, have titles of one name: all that is written must
    name basketball and one of the two.
    """
    bare = SUPER_BOWL.sub("super bowl", _YEAR_WORDS.sub("", won)).lower()
    prize = " ".join(bare.replace("(", " ").replace(")", " ").split())
    if " ".join(_DIVISION.sub("", prize).split()) not in _COLLEGE_PRIZES:
        return _PRIZES.get(prize, "")
    who = set(_DIVISION.findall(said))
    return _COLLEGE_BASKETBALL[who.pop()] if len(who) == 1 and "basketball" in said else ""


def _season_ended(event: GammaEvent | None, market: GammaMarket, league: League, text: str) -> int | None:
    """Give the year in which the season ended that a text names; None where it is not certain."""
    years = years_named(text)
    if len(years) != 1:
        return None
    year = min(years)
    if league.code not in _TWO_YEARS or _SEASON.search(text):
        return year
    ends = _ends(event, market) if league.code in _NEW_YEAR else []
    return year if ends and all(end.year == year and end.month <= _FINAL_MONTH_MAX for end in ends) else None
