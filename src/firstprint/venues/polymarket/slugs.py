"""What Polymarket's slugs say: `nba-mem-lal-2026-01-04-spread-home-3pt5`. Never the only evidence of a date. Pure.

`{league}-{team}-{team}-{day}` and what the market is about. The day is the game's US Eastern day in some leagues and
years, and its UTC day in others; the teams stand away first in US sports, home first in soccer.
"""

import re
from datetime import date
from typing import NamedTuple

from firstprint.domain.propositions import Period
from firstprint.domain.units import ParsedTexts, parse_e6

_GAME = re.compile(r"([a-z0-9]+)-([a-z0-9]+)-([a-z0-9]+)-(\d{4}-\d\d-\d\d)(?:-([a-z0-9-]+))?", re.ASCII)
_DOUBLEHEADER = re.compile(r"(?:^|-)dh([12])(?=-|$)", re.ASCII)
_RELISTED = re.compile(r"(?:^|-)\d{5,20}$", re.ASCII)
SLUG_LENGTH_MAX = 300
_LINE = r"(\d{1,4}(?:pt\d)?)"
_SPREAD = re.compile(rf"spread-(home|away)-{_LINE}", re.ASCII)
_TEAM_TOTAL = re.compile(rf"team-total-(home|away)-{_LINE}", re.ASCII)
_HALF_TIME = re.compile(r"halftime-result-(home|away|draw)", re.ASCII)
_TOTAL = re.compile(rf"total-{_LINE}", re.ASCII)
_STAT = re.compile(rf"([a-z]+(?:-[a-z]+)*?)-([a-z0-9-]+?)-{_LINE}", re.ASCII)
_lines_e6 = ParsedTexts(parse_e6)
_HALVES = {"1h-": Period.FIRST_HALF, "2h-": Period.SECOND_HALF}
CHILDREN = frozenset(
    {
        "more-markets", "halftime-result", "second-half-result", "exact-score", "first-to-score", "total-corners",
        "player-props", "highest-scoring-quarter",
    }
)  # fmt: skip
"""What the slugs of further events about the same game end in."""


class GameSlug(NamedTuple):
    """A slug of a game's event or market. `root` is the game's own part, `rest` what comes behind it."""

    root: str
    league: str
    first: str
    second: str
    day: date
    game: int | None
    rest: str


class Suffix(NamedTuple):
    """What a market's slug says of it; `type` in Gamma's words, None where the grammar does not know it."""

    type: str | None
    period: Period = Period.FULL
    side: str | None = None
    line_e6: int | None = None
    subject: str | None = None


def game_slug(slug: str) -> GameSlug | None:
    """Read the slug of a game's event or market; None when it is none."""
    found = _GAME.fullmatch(slug) if len(slug) <= SLUG_LENGTH_MAX else None
    if found is None:
        return None
    league, first, second, day, rest = found.groups(default="")
    try:
        on = date.fromisoformat(day)
    except ValueError:
        return None
    game, rest = part_rest(rest)
    return GameSlug(f"{league}-{first}-{second}-{day}", league, first, second, on, game, rest)


def part_rest(rest: str) -> tuple[int | None, str]:
    """Part the number of the game, and the tail of a relisting, from what stands behind a slug's game."""
    game = _DOUBLEHEADER.search(rest) if "dh" in rest else None
    if game is not None:
        rest = _DOUBLEHEADER.sub("", rest)
    if rest[-5:].isdigit():
        rest = _RELISTED.sub("", rest)
    return int(game[1]) if game else None, rest.strip("-")


def rest_within(slug: str, root: str) -> str | None:
    """Give what a market's slug says behind its game's part; None when it is of another game."""
    if not slug.startswith(root) or len(slug) > SLUG_LENGTH_MAX or slug[len(root) : len(root) + 1] not in ("", "-"):
        return None
    return part_rest(slug[len(root) + 1 :])[1]


def read_suffix(rest: str, stats: frozenset[str]) -> Suffix:
    """Read what a market's slug has behind the game's part; `stats` are the words for what is counted of players."""
    period = _HALVES.get(rest[:3], Period.FULL)
    bare = rest if period is Period.FULL else rest[3:]
    prefix = "" if period is Period.FULL else period.value + "_"
    if bare in ("", "moneyline"):
        return Suffix(f"{prefix}moneyline", period)
    if bare.startswith("spread-") and (spread := _SPREAD.fullmatch(bare)) is not None:
        return Suffix(f"{prefix}spreads", period, side=spread[1], line_e6=line_of(spread[2]))
    if bare.startswith("team-total-") and (own := _TEAM_TOTAL.fullmatch(bare)) is not None:
        return Suffix(f"{prefix}team_totals", period, side=own[1], line_e6=line_of(own[2]))
    if bare.startswith("halftime-") and (result := _HALF_TIME.fullmatch(bare)) is not None:
        return Suffix("halftime_result", Period.FIRST_HALF, side=result[1])
    if bare.startswith("total-") and (total := _TOTAL.fullmatch(bare)) is not None:
        return Suffix(f"{prefix}totals", period, line_e6=line_of(total[1]))
    stat = _STAT.fullmatch(bare) if period is Period.FULL else None
    if stat is not None and stat[1] in stats:
        return Suffix(stat[1], period, line_e6=line_of(stat[3]), subject=stat[2].replace("-", " "))
    return Suffix("both_teams_to_score", period) if bare == "btts" else Suffix(None, period)


def line_of(text: str) -> int:
    """Read `245pt5` as 245.5, in millionths."""
    return _lines_e6[text.replace("pt", ".")]
