"""What Kalshi's tickers say: the day, the start and the two teams of an event; side, line and player of a market. Pure.

`KXMLBGAME-26AUG171340STLCING1-STL`: a series, then year, month, day, in some leagues the start (US Eastern), the two
teams' codes glued together and the number of the game in a doubleheader; then the outcome. Codes are cut by the tables
of teams alone, and parents never by hyphens: a code may have one (`M-OHFRES`), and so may a market's outcome.
"""

import re
from datetime import date, datetime
from typing import NamedTuple

from firstprint.domain.units import E6
from firstprint.linkage.topics import MONTHS

HALF_E6 = E6 // 2
MONTH_LETTERS = 3
_MONTHS = {name.upper(): number for name, number in MONTHS.items() if len(name) == MONTH_LETTERS}
_GAME = re.compile(r"(\d\d)([A-Z]{3})(\d\d)(\d{4})?([A-Z0-9.\-]{2,60})", re.ASCII)
_MONTH = re.compile(r"(\d\d)([A-Z]{3})", re.ASCII)
_YEAR = re.compile(r"\d\d", re.ASCII)
_NUMBERED = re.compile(r"(.+)G([12])", re.ASCII)
_COUNT = re.compile(r"\d{1,4}", re.ASCII)
_CODE_AND_COUNT = re.compile(r"([A-Z0-9.\-]*?)(\d{1,4})", re.ASCII)
_PLAYER_AND_COUNT = re.compile(r"([A-Z0-9.]+)-(\d{1,4})", re.ASCII)


class GameName(NamedTuple):
    """What an event's ticker says of its contest: the Eastern day, the Eastern start where stated, the glued codes."""

    tail: str
    day: date
    start: datetime | None
    codes: str

    def numbered(self) -> tuple[str, int] | None:
        """Give the codes without the number of the game in a doubleheader, and that number; None without one.

        It may be a team's name as well (`...TH` against `G2`): only the tables of teams can tell.
        """
        found = _NUMBERED.fullmatch(self.codes)
        return (found[1], int(found[2])) if found else None

    def ends_in(self, code: str) -> bool:
        """Tell whether the second team's code is this one, the number of the game apart."""
        numbered = self.numbered()
        return self.codes.endswith(code) or (numbered is not None and numbered[0].endswith(code))


def game_name(event_ticker: str, series: str) -> GameName | None:
    """Read the ticker of a contest's event; None when it is none (`KXNBA-27`)."""
    tail = event_ticker[len(series) + 1 :]
    found = _GAME.fullmatch(tail)
    if found is None:
        return None
    year, month, day, clock, codes = found.groups()
    try:
        on = date(2000 + int(year), _MONTHS[month], int(day))
        start = datetime(on.year, on.month, on.day, int(clock[:2]), int(clock[2:])) if clock else None  # noqa: DTZ001 Eastern
    except (KeyError, ValueError):
        return None
    return GameName(tail, on, start, codes)


def month_named(event_ticker: str, series: str) -> tuple[int, int] | None:
    """Read `26JUL` behind a series: the year and the month; None for anything else."""
    found = _MONTH.fullmatch(event_ticker[len(series) + 1 :])
    return (2000 + int(found[1]), _MONTHS[found[2]]) if found and found[2] in _MONTHS else None


def year_named(event_ticker: str, series: str) -> int | None:
    """Read `27` behind a series as the year; None for anything else."""
    tail = event_ticker[len(series) + 1 :]
    return 2000 + int(tail) if _YEAR.fullmatch(tail) else None


def outcome_named(ticker: str, event_ticker: str) -> str | None:
    """Give a market's own part of its ticker, empty for an event's only market; None when it is not the event's."""
    if ticker == event_ticker:
        return ""
    return ticker[len(event_ticker) + 1 :] if ticker.startswith(f"{event_ticker}-") else None


def count_named(outcome: str) -> int | None:
    """Read the outcome of a total (`181`, that is 181 or more); None for anything else."""
    return int(outcome) if _COUNT.fullmatch(outcome) else None


def codes_and_counts(outcome: str) -> list[tuple[str, int]]:
    """Read the outcome of a spread (`DEN12`: Denver by 12 or more), at every place where the code may end.

    A code may end in digits itself (`M05`): `M052` is M05 by 2, or M by 52 in another league.
    """
    found = _CODE_AND_COUNT.fullmatch(outcome)
    if found is None:
        return []
    digits = found[2]
    cuts = range(len(digits))
    return [(found[1] + digits[:at], int(digits[at:])) for at in cuts if digits[at] != "0"]


def player_and_count(outcome: str) -> tuple[str, int] | None:
    """Read the outcome of a player's count (`CWSAKAY18-5`: 5 or more); None for anything else."""
    found = _PLAYER_AND_COUNT.fullmatch(outcome)
    return (found[1], int(found[2])) if found else None


def line_of_count(count: int) -> int:
    """Give the strict line (millionths) of this many or more of what is counted whole: `12 or more` is above 11.5."""
    return count * E6 - HALF_E6
