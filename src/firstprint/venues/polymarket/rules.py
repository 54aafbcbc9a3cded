"""What the texts of Polymarket's markets say: teams in a title, a line in a question, terms in the rules. Pure.

Texts are searched for the phrases that the venue uses; what is phrased otherwise is not said. Nothing here decides
alone: lines, sides and teams must agree with what slug and fields state.
"""

import re
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from firstprint.domain.propositions import Terms
from firstprint.domain.units import E6, ParsedTexts, parse_e6
from firstprint.linkage.topics import MONTHS

HALF_E6 = E6 // 2
lines_e6 = ParsedTexts(parse_e6)
"""Lines already read: a game has few, and every market names its line several times."""
TEXT_CHARS_MAX = 4_000
LINES_MAX = 4_096
"""Lines of rules whose meaning is remembered."""
_MATCHUP = re.compile(r"(?:[^:]{2,80}: )?(.+?) (?:vs\.?|v\.?|@) (.+)", re.IGNORECASE)
_REST = re.compile(r"(?: \((?:[^()]*(?:\d|weight|card\b|prelim)[^()]*)\)| - |: | \| ).*$|\?$", re.IGNORECASE)
_SCHEDULED = re.compile(
    r"scheduled for ([A-Z][a-z]{2,8})\.? (\d{1,2})(?:, (20\d\d))?,? at (\d{1,2})(?::(\d\d))? ?"
    r"([APap])\.?[Mm]\.? (?:E[DS]?T)\b"
)
_SPREAD = re.compile(r"(?:1H |2H |First Half |First-Half )?(?:Spread|Handicap): (.+?) \(([+-]\d{1,3}(?:\.\d)?)\)")
_OVER_UNDER = re.compile(r"\b(?:O/U|Over/Under|Over|Total) (\d{1,4}(?:\.\d)?)\b", re.IGNORECASE)
_BY_OR_MORE = re.compile(r" by (\d{1,4}) or more\b")
_OR_MORE = re.compile(r" (?:score|record|have)s? (\d{1,4}) or more\b")
_MORE_THAN = re.compile(r"more than (\d{1,4}(?:\.\d)?)\b")
_RESOLVES_TO = re.compile(
    r"resolve to [\"“]([^\"”]{1,80})[\"”] if (?:the )?(.{1,80}?) (?:win|wins|are|is|cover|covers)\b"
)
_PLAYER = re.compile(r"(.{3,60}): (?P<stat>[A-Za-z][A-Za-z +\-]{1,40}?) (?:Over|O/U) \d")
_WINS = re.compile(
    r"Will (?:the )?(.+?) win"
    r"(?: on \d{4}-\d\d-\d\d| against (?:(?! by | in ).)+| (?:the )?(?:game|match)\b(?:(?! by ).)*)?\?"
)
_MORE = re.compile(
    r"\b(?:half|halftime|lead|leading|qualify|advance|progress|corners?|first|penalt(?:y|ies)|extra time|by \d)\b",
    re.IGNORECASE,
)
_DRAW = re.compile(r"Will (.+?) (?:vs\.?|v\.?) (.+?) end in a draw(?: on \d{4}-\d\d-\d\d)?\?|Draw \((.+?) vs\.? (.+)\)")
_TEAM_TOTAL = re.compile(
    r"(.+?)(?: Team Total)?:? (?:Team Total |Goals )?(?:Team Total|O/U|Over) "
    r"\d{1,4}(?:\.\d)?(?: (?:points|goals|runs))?\??"
)
_LEADING = re.compile(r"(?:Will (?:the )?)?(.+?) (?:be )?(?:leading|winning|ahead) at half-?time\?", re.IGNORECASE)
_LEVEL = re.compile(r"(?:draw|tied?|level) at half-?time\?", re.IGNORECASE)
_OF_A_HALF = re.compile(
    r"(?:first|second|1st|2nd)[ -]half of (?:the|this)\b|\bin the (?:first|second|1st|2nd) half\b"
    r"|\bthe (?:first|second|1st|2nd) half by\b|\bat half-?time\b"
)
_HALF = r"50 ?[-/] ?50"
_TIE_HALF = re.compile(rf"(?:t(?<!\wt)ied?|d(?<!\wd)raw)\b[^.\n]{{0,120}}?{_HALF}")
"""It begins with letters and not with a word's border: such a pattern is searched for twice as fast."""
_NO_EXTRA = re.compile(
    r"90 minutes of regular (?:play|time)|regular (?:play|time) plus stoppage|90 minutes plus stoppage"
    r"|not includ(?:e|ing) (?:any )?(?:overtime|extra time)|exclud(?:es|ing) (?:any )?(?:overtime|extra time)"
    r"|regulation (?:time )?only"
)
_LEAVES_OUT = ("regular", "minutes plus", "not includ", "exclud", "regulation")
"""Plain words that are looked for first: searching a long text for a pattern is dear."""
_EXTRA = re.compile(r"includ(?:es|ing)(?: any| all)? (?:overtime|extra (?:time|innings)|shootout)")
_CANCELLED_HALF = re.compile(rf"cancell?ed[^\n]{{0,160}}?{_HALF}")


class SpreadText(NamedTuple):
    """A team as a text names it, and its line in the bookmakers' way: -3.5 lays the points."""

    team: str
    line_e6: int


def matchup(title: str | None) -> tuple[str, str] | None:
    """Read the two names of `Bucks vs. Lakers` or `Counter-Strike: FaZe vs illwill (BO3) - Playoffs`.

    Of questions only `Will A vs. B end in a draw?` names two.
    """
    if title and title.startswith("Will ") and title.endswith("?"):
        drawn = _DRAW.fullmatch(title[:200])
        return (drawn[1], drawn[2]) if drawn is not None and drawn[1] else None
    found = _MATCHUP.fullmatch(title[:200]) if title else None
    if found is None:
        return None
    second = _REST.sub("", found[2]).strip()
    return (found[1].strip(), second) if second else None


def scheduled(rules: str | None, year: int) -> datetime | None:
    """Read `scheduled for January 4 at 9:30PM ET`, which is US Eastern time and states no year; None otherwise."""
    found = _SCHEDULED.search(rules, 0, TEXT_CHARS_MAX) if rules else None
    if found is None or found[1].lower() not in MONTHS or (found[3] and int(found[3]) != year):
        return None
    hour = int(found[4]) % 12 + (12 if found[6].upper() == "P" else 0)
    try:
        return datetime(year, MONTHS[found[1].lower()], int(found[2]), hour, int(found[5] or 0))  # noqa: DTZ001 Eastern
    except ValueError:
        return None


def spread_text(question: str | None) -> SpreadText | None:
    """Read `1H Spread: Lakers (-2.5)`: the named team covers when its points, with the line added, are more."""
    found = _SPREAD.fullmatch(question[:200]) if question else None
    return SpreadText(found[1], lines_e6[found[2]]) if found else None


def over_under_e6(question: str | None) -> int | None:
    """Read the line of `Grizzlies vs. Lakers: O/U 245.5` or `Luka Dončić: Points Over 34.5`."""
    found = _OVER_UNDER.search(question[:200]) if question else None
    return lines_e6[found[1]] if found else None


def margin_ruled(rules: str | None) -> tuple[str, int] | None:
    """Read who must win by how much for its own outcome: `resolve to "Lakers" if the Lakers win the game by 4 or more`.

    Gives the outcome's label and the strict line; None where the rules do not say both.
    """
    text = (rules or "")[:TEXT_CHARS_MAX]
    if " or more" not in text:
        return None
    who = _RESOLVES_TO.search(text)
    much = _BY_OR_MORE.search(text, who.end()) if who else None
    if who is None or much is None or "\n" in text[who.end() : much.start()]:
        return None
    return who[1], lines_e6[much[1]] - HALF_E6


def count_ruled_e6(rules: str | None) -> int | None:
    """Read the strict line of `combine to score 246 or more` (245.5) or `records more than 2.5 assists`."""
    text = (rules or "")[:TEXT_CHARS_MAX]
    least = _OR_MORE.search(text) if " or more" in text else None
    if least is not None:
        return lines_e6[least[1]] - HALF_E6
    above = _MORE_THAN.search(text) if "more than" in text else None
    return lines_e6[above[1]] if above is not None else None


def player_named(question: str | None) -> str | None:
    """Read the player of `Luka Dončić: Points Over 34.5`."""
    found = _PLAYER.match(question) if question else None
    return found[1].strip() if found else None


def winner_named(question: str | None) -> str | None:
    """Read the team of `Will Deportivo Alavés win on 2026-09-15?`."""
    found = _WINS.fullmatch(question[:200]) if question else None
    return found[1].strip() if found else None


def asks_for_more(question: str | None) -> bool:
    """Tell whether a question is about a part of a game, a margin, or what comes after it, and not about its winner."""
    return bool(question) and _MORE.search((question or "")[:200]) is not None


def is_draw(text: str | None) -> bool:
    """Tell whether a question or a group's title is about a draw: `... end in a draw?`, `Draw (A vs. B)`, `Draw`."""
    return bool(text) and (text == "Draw" or _DRAW.fullmatch((text or "")[:200]) is not None)


def team_totalled(question: str | None) -> str | None:
    """Read the team of `Eagles Team Total: O/U 24.5` or `Chelsea FC vs. Hull City AFC: Hull City AFC O/U 2.5`.

    None when two teams or none are named.
    """
    found = _TEAM_TOTAL.fullmatch(_behind_matchup(question)) if question else None
    return found[1].strip() if found and _MATCHUP.fullmatch(found[1]) is None else None


def half_time(question: str | None) -> str | None:
    """Read `Cruzeiro EC leading at halftime?` as the team, `A vs. B: Draw at halftime?` as `Draw`; None otherwise."""
    asked = _behind_matchup(question) if question else ""
    if _LEVEL.fullmatch(asked):
        return "Draw"
    found = _LEADING.fullmatch(asked)
    return found[1].strip() if found else None


def _behind_matchup(question: str) -> str:
    """Give what a question asks behind the game that it may begin with."""
    game, parted, asked = question[:200].partition(": ")
    return asked if parted and _MATCHUP.fullmatch(game) else question[:200]


def is_of_a_half(rules: str | None) -> bool:
    """Tell whether rules settle a market on a half of the game: `the first half of this game`, `at halftime`."""
    if not rules or "half" not in rules.lower():
        return False
    return _OF_A_HALF.search(rules[:TEXT_CHARS_MAX].lower()) is not None


def read_terms(rules: str | None, source: str | None) -> Terms:
    """Read what happens on a tie, on overtime, when the game is postponed or cancelled, and when a player is out."""
    said: set[str] = set()
    if rules:
        said.update(*map(_said, rules[:TEXT_CHARS_MAX].lower().split("\n")))
    return Terms(
        overtime=False if "without overtime" in said else True if "with overtime" in said else None,
        tie="half" if "tie half" in said else None,
        postponed="stays_open" if "postponed" in said and "remains open" in said else None,
        cancelled="half" if "cancelled half" in said else None,
        inactive="no" if "inactive" in said and "to no" in said else None,
        sources=(source,) if source else (),
    )


@lru_cache(maxsize=LINES_MAX)
def _said(line: str) -> frozenset[str]:
    """Name what one line of rules says, in lower case; nearly all lines are those of other markets as well."""
    said = {
        "without overtime": any(word in line for word in _LEAVES_OUT) and _NO_EXTRA.search(line),
        "with overtime": "includ" in line and _EXTRA.search(line),
        "tie half": ("tie" in line or "draw" in line) and _TIE_HALF.search(line),
        "cancelled half": "cancel" in line and _CANCELLED_HALF.search(line),
        "postponed": "postponed" in line,
        "remains open": "remain open" in line,
        "inactive": "inactive" in line,
        "to no": 'resolve "no"' in line.replace("to ", ""),
    }
    return frozenset(name for name, is_said in said.items() if is_said)
