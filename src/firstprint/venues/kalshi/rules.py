"""What the texts of Kalshi's markets say: their start, their terms, the teams in a title, the line in a name. Pure.

Texts are searched for phrases that Kalshi's contracts use; what is phrased otherwise is not said. Nothing here decides
alone: a start must agree with the ticker's day, a line with the strike.
"""

import re
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from firstprint.domain.propositions import Terms
from firstprint.domain.units import E6, ParsedTexts, parse_e6
from firstprint.linkage.topics import MONTHS

_SCHEDULED = "scheduled for "
_START = re.compile(
    r"scheduled for ([A-Z][a-z]{2,8})\.? (\d{1,2}), (20\d\d)(?: at (\d{1,2}):(\d\d) ?([AP])M E[DS]?T\b)?"
)
_HOURS = re.compile(r"(?:within|over|than|after|by) (\d{1,3}|two|three|seven) (hours|days)")
_DAYS = {"two": 2, "three": 3, "seven": 7}
_TIE_HALF = re.compile(r"(?:t(?<!\wt)ied?|d(?<!\wd)raw)\b[^.]{0,80}(?:\$0\.50|50[- ]50|fifty)")
"""It begins with letters and not with a word's border: such a pattern is searched for twice as fast."""
_OVERTIME = re.compile(r"includ(?:es|ing)\b(?: any| all)? (?:overtime|extra innings|extra time|shootout)")
_NO_OVERTIME = re.compile(
    r"(?:not includ(?:e|ing)|exclud(?:es|ing)|without)\b(?: any| all)? (?:overtime|extra innings|extra time)"
    r"|90 minutes plus stoppage time|regulation (?:time )?only|end of regulation"
)
_LEAVES_OUT = ("not includ", "exclud", "without", "90 minutes", "regulation")
"""Plain words that are looked for first: searching a long text for a pattern is dear."""
_MATCHUP = re.compile(r"(.+?) (?:vs?\.?|@) (.+)|(.+?) at (.+)", re.IGNORECASE)
_REGULATION = re.compile(r"^[\s\u3164]*Reg(?:ulation)?\.? Time:\s*", re.IGNORECASE)
_ASKED = re.compile(r"^(?:Will .+? win (?:the )?|Game \d{1,2}: )", re.IGNORECASE)
_REST = re.compile(
    r"(?::.*| \([^()]*\d[^()]*\)| (?:women's|men's|college|pro|professional)\b.*| (?:game|match|fight)\b.*"
    r"| winner\b.*|\?.*)$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r" \([^()]*\d[^()]*\)$")
_LINE = re.compile(r"\b(?:over|more than|above) (\d{1,4}(?:\.\d)?)\b|\b(\d{1,4})(?:\+| or more\b)", re.IGNORECASE)
_PLAYER = re.compile(r"([^:]{3,60}): *\d{1,4}(?:\+|\b)")
HALF_E6 = E6 // 2
lines_e6 = ParsedTexts(parse_e6)
"""Lines already read: a game has few, and every market states its line several times."""
TEXT_CHARS_MAX = 4_000
"""A contract's rules are a page at most; what is longer is not read on."""
TEXTS_MAX = 2_048
"""Texts of rules whose terms are remembered: the games of a series have the same."""


class StatedStart(NamedTuple):
    """When a text says that a contest was scheduled: the Eastern day, and the Eastern time where stated."""

    day: date
    start: datetime | None


class StatedRule(NamedTuple):
    """A market's own rule: the start that it states, and what it says behind it.

    What stands behind is the same for many markets; a rule that states no start is behind it as a whole.
    """

    start: StatedStart | None
    behind: str


def stated_rule(rules: str | None) -> StatedRule:
    """Read `If A wins the A vs B game originally scheduled for Aug 9, 2026 at 8:20 PM EDT, then the market ...`."""
    if not rules:
        return StatedRule(None, "")
    place = rules.find(_SCHEDULED, 0, TEXT_CHARS_MAX)
    while place >= 0:
        found = _START.match(rules, place, TEXT_CHARS_MAX)
        if found is not None:
            start = _start_of(*found.groups()) if found[1].lower() in MONTHS else None
            return StatedRule(start, rules[found.end() :])
        place = rules.find(_SCHEDULED, place + 1, TEXT_CHARS_MAX)
    return StatedRule(None, rules)


def stated_start(rules: str | None) -> StatedStart | None:
    """Read `originally scheduled for Aug 9, 2026 at 8:20 PM EDT`; None when no such day is stated."""
    return stated_rule(rules).start


@lru_cache(maxsize=4_096)
def _start_of(
    month: str, of_month: str, year: str, clock: str | None, minute: str | None, half: str | None
) -> StatedStart | None:
    """Make a start of its parts; every market of a contest states them."""
    try:
        day = date(int(year), MONTHS[month.lower()], int(of_month))
        start = None
        if clock and minute:
            hour = int(clock) % 12 + (12 if half == "P" else 0)
            start = datetime(day.year, day.month, day.day, hour, int(minute))  # noqa: DTZ001 US Eastern, as stated
    except ValueError:
        return None
    return StatedStart(day, start)


def matchup(title: str | None) -> tuple[str, str] | None:
    """Read the two names of `A vs B: Spread`, `A at B Winner?` or `Will A win the A vs B college football game?`."""
    if not title:
        return None
    bare = _ASKED.sub("", _REGULATION.sub("", title[:200]))
    found = _MATCHUP.fullmatch(bare)
    if found is None:
        return None
    first, second = (found[1], found[2]) if found[1] else (found[3], found[4])
    second = _REST.sub("", second).strip()
    return (first.strip(), second) if second else None


def is_regulation(text: str | None) -> bool:
    """Tell whether a title or a name begins with `Reg Time:`."""
    return bool(text) and _REGULATION.match(text or "") is not None


def bare_name(text: str | None) -> str | None:
    """Give a name without `Reg Time:` in front and a number in brackets behind it; None when nothing is left."""
    if not text:
        return None
    bare = _REGULATION.sub("", text)
    return (_NUMBERED.sub("", bare) if bare.endswith(")") else bare).strip() or None


def stated_line_e6(text: str | None) -> int | None:
    """Read the strict line that a name states: `over 20` and `over 20.5 points` are 20.5, `25+` is 24.5."""
    found = _LINE.search(text[:300]) if text else None
    if found is None:
        return None
    if found[2]:
        return lines_e6[found[2]] - HALF_E6
    above = lines_e6[found[1]]
    return above if above % E6 else above + HALF_E6


def stated_player(text: str | None) -> str | None:
    """Read the player's name of `Luka Doncic: 25+ points`; None when the text is not of this form."""
    found = _PLAYER.match(text) if text else None
    return found[1].strip() if found else None


def read_terms(primary: str | None, secondary: str | None) -> Terms:
    """Read what happens on a tie, on overtime, and when the contest is postponed or cancelled, where it is said."""
    return _terms_of(f"{primary or ''}\n{secondary or ''}"[:TEXT_CHARS_MAX])


@lru_cache(maxsize=TEXTS_MAX)
def _terms_of(rules: str) -> Terms:
    text = rules.lower()
    if not text.strip():
        return Terms()
    postponed = "postponed" in text or "rescheduled" in text or "delayed" in text
    fair = "fair price" in text or "fair market price" in text
    return Terms(
        overtime=_overtime(text),
        tie="half" if ("tie" in text or "draw" in text) and _TIE_HALF.search(text) else None,
        postponed=("fair_price" if fair else "stays_open" if "remain open" in text else None) if postponed else None,
        postponed_h_max=_hours(text) if postponed else None,
        cancelled="fair_price" if fair and ("cancel" in text or "not played" in text) else None,
        inactive=_inactive(text),
    )


def _overtime(text: str) -> bool | None:
    if any(word in text for word in _LEAVES_OUT) and _NO_OVERTIME.search(text):
        return False
    return True if "includ" in text and _OVERTIME.search(text) else None


def _hours(text: str) -> int | None:
    found = _HOURS.search(text)
    if found is None:
        return None
    count = _DAYS.get(found[1]) or int(found[1])
    return count * 24 if found[2] == "days" else count


def _inactive(text: str) -> str | None:
    if "does not play" not in text and "not participate" not in text and "inactive" not in text:
        return None
    return "fair_price" if "fair" in text else "no" if "resolve to no" in text else None
