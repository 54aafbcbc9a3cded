"""Games as the venue lists them: from a contest of the shared world to its event, its children and their slugs.

Source: recorded events of January to September 2026. US leagues name the visitors first, soccer the hosts.
"""

import math
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial

from firstprint.sim.polymarket import words
from firstprint.sim.polymarket.ids import lot
from firstprint.sim.polymarket.listings import EventPlan, Plan, Tag
from firstprint.sim.polymarket.texts import day_text, eastern
from firstprint.sim.world import chances, course, ids
from firstprint.sim.world.contests import SimContest, SimTeam

_DAY_NS = 86_400 * 1_000_000_000
_SPORTS, _GAMES, _SOCCER = Tag(1, "Sports", "sports"), Tag(100639, "Games", "games"), Tag(100350, "Soccer", "soccer")
_TAGS = {"basketball": Tag(28, "Basketball", "basketball"), "baseball": Tag(372, "Baseball", "baseball"),
         "football": Tag(10, "Football", "football"), "hockey": Tag(100088, "Hockey", "hockey")}  # fmt: skip
_WITH_HALVES = frozenset({"basketball", "football"})


def line_slug(line: float) -> str:
    """Write a line as slugs do: 3.5 is `3pt5`."""
    return f"{line:g}".replace(".", "pt")


def needed(line: float) -> int:
    """Give the smallest whole number above a line."""
    return math.floor(line) + 1


def game_events(contest: SimContest, listed_ns: int, seed: int, slug: str) -> Iterator[EventPlan]:
    """Plan a contest's event, and for soccer the child event with its further markets."""
    maker = _Game(contest, seed, slug)
    if contest.league.ways == 3:
        yield maker.event(listed_ns, maker.three_way(), neg_risk=True)
        more = (*maker.spreads(), *maker.totals(), maker.both_score())
        yield maker.event(listed_ns, more, suffix="-more-markets", title=" - More Markets")
    else:
        yield maker.event(listed_ns, (maker.moneyline(), *maker.children()))


def sides(contest: SimContest) -> tuple[str, str]:
    """Give `home` and `away` in the order of a contest's slug, title and outcomes."""
    return ("home", "away") if contest.league.home_first else ("away", "home")


def slug_day(contest: SimContest) -> str:
    """Give the day that a contest's slug names: by UTC in some leagues, by the clocks of New York in others."""
    at_ns = contest.scheduled_ns
    return day_text(at_ns) if contest.league.slug_date_utc else f"{eastern(at_ns):%Y-%m-%d}"


def _win_chance(contest: SimContest, side: str, at_ns: int) -> float:
    now = chances.now(contest, at_ns)
    return {"home": now.home, "away": now.away, "draw": now.draw}[side]


def _won(contest: SimContest, side: str) -> float:
    """Give what a bet on `home`, `away` or `draw` is paid; a half for a tie where a draw is no outcome of its own."""
    winner = course.winner(contest)
    if winner == "draw" and contest.league.ways == 2:
        return 0.5
    return float(winner == side)


def _drifting(contest: SimContest, result: float, at_ns: int) -> float:
    """Give a price for what the final score does not decide: even at first, at its result by the end."""
    return 0.5 + (result - 0.5) * course.progress(contest, at_ns) ** 2


class _Game:
    """Plans the markets of one contest."""

    def __init__(self, contest: SimContest, seed: int, slug: str) -> None:
        self.contest = contest
        self.league = contest.league
        self.seed = seed
        self.slug = slug
        self.sides = sides(contest)
        self.start_ns = contest.scheduled_ns
        self.full = contest.league.ways == 2
        first, second = contest.ordered
        self.names = (self._name(first), self._name(second))

    def _name(self, team: SimTeam) -> str:
        return team.polymarket_name if self.full else team.polymarket_title

    def event(
        self, listed_ns: int, plans: tuple[Plan, ...], *, neg_risk: bool = False, suffix: str = "", title: str = ""
    ) -> EventPlan:
        contest, league = self.contest, self.league
        week = 7 * _DAY_NS if league.sport.lower() == "baseball" else 0
        ends_ns = contest.cancelled_ns if contest.cancelled_ns is not None else contest.start_ns + contest.length_ns
        return EventPlan(
            slug=self.slug + suffix, title=f"{self._versus()}{title}",
            description=plans[0].description, listed_ns=listed_ns, deadline_ns=self.start_ns + week, ends_ns=ends_ns,
            tags=self._tags(), plans=plans, source=f"https://www.{league.polymarket_prefix}.example/",
            series=(league.polymarket_series, f"{league.polymarket_prefix}-{eastern(self.start_ns).year}"),
            neg_risk=neg_risk, starts_ns=self.start_ns, contest=contest, parent_slug=self.slug if suffix else None,
            game=self.slug, clears=True,
        )  # fmt: skip

    def _tags(self) -> tuple[Tag, ...]:
        league = self.league
        own = Tag(league.polymarket_tag, league.title, league.polymarket_prefix)
        return (_SPORTS, own, _GAMES, _SOCCER if league.ways == 3 else _TAGS.get(league.sport.lower(), _SPORTS))

    def paid(self, result: float) -> float:
        """Give a result, or the half that every token is paid when a game is called off."""
        return result if self.contest.cancelled_ns is None else 0.5

    def team(self, side: str) -> SimTeam:
        return ids.team_of(self.contest, side)

    # --- who wins

    def moneyline(self) -> Plan:
        contest, side = self.contest, self.sides[0]
        return Plan(
            self.slug, self._versus(), self.names, words.moneyline_rules(self.league.title, self.names, self.start_ns),
            partial(_win_chance, contest, side), self.paid(_won(contest, side)), "moneyline",
        )  # fmt: skip

    def three_way(self) -> tuple[Plan, ...]:
        return tuple(self._way(side) for side in (self.sides[0], "draw", self.sides[1]))

    def _way(self, side: str) -> Plan:
        contest = self.contest
        name = None if side == "draw" else self.team(side).polymarket_title
        tail = "draw" if name is None else self.team(side).polymarket_code.lower()
        asked = f"Will {self._versus()} end in a draw?" if name is None else f"Will {name} win on {slug_day(contest)}?"
        return Plan(
            f"{self.slug}-{tail}", asked, ("Yes", "No"), words.result_rules(name, self.start_ns),
            partial(_win_chance, contest, side), self.paid(_won(contest, side)), "moneyline",
            group=name or f"Draw ({self._versus()})",
        )  # fmt: skip

    def _versus(self) -> str:
        return f"{self.names[0]} vs. {self.names[1]}"

    # --- by how much, and how many

    def spreads(self) -> tuple[Plan, ...]:
        return tuple(self._spread(side, points) for side, points in self.contest.polymarket_spreads)

    def _spread(self, side: str, points: float) -> Plan:
        """Plan a handicap: the side that lays the points is named in the slug, and is the first outcome."""
        contest = self.contest
        named = self.team(side).polymarket_name, self.team("away" if side == "home" else "home").polymarket_name
        rules = words.spread_rules(self.league.title, *named, needed(points), self.league.unit, self.start_ns,
                                   full=self.full)  # fmt: skip
        covered = float(course.margin(contest, side) > points)
        return Plan(
            f"{self.slug}-spread-{side}-{line_slug(points)}", f"Spread: {named[0]} (-{points:g})", named, rules,
            partial(chances.margin_over, contest, side, points), self.paid(covered), "spreads", -points,
            f"Spread -{points:g}",
        )  # fmt: skip

    def totals(self) -> tuple[Plan, ...]:
        return tuple(self._total(points) for points in self.contest.polymarket_totals)

    def _total(self, points: float, flaw: str = "") -> Plan:
        contest, unit = self.contest, self.league.unit
        rules = words.total_rules(self.league.title, self.names, needed(points), unit, self.start_ns, full=self.full)
        return Plan(
            f"{self.slug}-total-{line_slug(points)}", f"{self._versus()}: O/U {points:g}", ("Over", "Under"), rules,
            partial(chances.total_over, contest, points), self.paid(float(sum(contest.scores) > points)), "totals",
            points, f"O/U {points:g}", flaw=flaw,
        )  # fmt: skip

    def both_score(self) -> Plan:
        rules = words.result_rules(None, self.start_ns).replace("the game ends in a draw", "both teams score")
        result = self.paid(float(min(self.contest.scores) > 0))
        return Plan(f"{self.slug}-btts", f"{self._versus()}: Both Teams to Score", ("Yes", "No"), rules,
                    self._drift(result), result, "both_teams_to_score", group="Both Teams to Score")  # fmt: skip

    def _drift(self, result: float) -> Callable[[int], float]:
        return partial(_drifting, self.contest, result)

    # --- what else a game of two ways has

    def children(self) -> tuple[Plan, ...]:
        more = [*self.spreads(), *self.totals(), *self._flawed()]
        if self.league.sport.lower() in _WITH_HALVES:
            more += self._halves()
        if self.league.sport.lower() == "basketball":
            more += [self._prop(number) for number in range(2)]
        return tuple(more)

    def _flawed(self) -> Iterator[Plan]:
        """Plan children on lines that nobody else has, and that cannot be traded."""
        lines = [*self.contest.polymarket_totals, *self.contest.total_lines, self.league.total]
        for flaw, share, further in (("inactive", 0.2, 10), ("withdrawn", 0.15, 15)):
            if lot(self.seed, f"{flaw}/{self.slug}") < share:
                yield self._total(math.floor(max(lines)) + further + 0.5, flaw)

    def _half_result(self, name: str) -> float:
        """Draw the result of what the final score does not decide."""
        return self.paid(float(lot(self.seed, f"half/{self.slug}/{name}") < 0.5))

    def _halves(self) -> list[Plan]:
        return [self._half_moneyline(), self._half_spread(), self._half_total()]

    def _half_moneyline(self) -> Plan:
        body = "".join(f'This market will resolve to "{n}" if the {n} are winning at halftime.\n\n' for n in self.names)
        tied = "If the score is tied at halftime, this market will resolve 50-50."
        return self._half("1h-moneyline", f"{self._versus()}: 1H Moneyline", self.names, body + tied,
                          "first_half_moneyline", None, "1H Moneyline")  # fmt: skip

    def _half_spread(self) -> Plan:
        """Plan the first half's handicap, whose `line` says no sign though the first outcome lays the points."""
        points = max(0.5, math.floor(self.league.spread / 2) + 0.5)
        other, laying = self.names
        body = (
            f'This market will resolve to "{laying}" if the {laying} are winning by {needed(points)} or more points at '
            f'halftime.\n\nOtherwise, this market will resolve to "{other}".'
        )
        return self._half(f"1h-spread-{self.sides[1]}-{line_slug(points)}", f"1H Spread: {laying} (-{points:g})",
                          (laying, other), body, "first_half_spreads", points, f"1H Spread -{points:g}")  # fmt: skip

    def _half_total(self) -> Plan:
        points = max(0.5, math.floor(self.league.total / 2) + 0.5)
        body = (
            f'This market will resolve to "Over" if the {self.names[0]} and {self.names[1]} combine to score '
            f"{needed(points)} or more points in the first half.\n\nIf the combined first half total is less than "
            f'{needed(points)}, this market will resolve to "Under".'
        )
        return self._half(f"1h-total-{line_slug(points)}", f"{self._versus()}: 1H O/U {points:g}", ("Over", "Under"),
                          body, "first_half_totals", points, f"1H O/U {points:g}")  # fmt: skip

    def _half(
        self, tail: str, question: str, outcomes: tuple[str, str], body: str, kind: str, line: float | None, group: str
    ) -> Plan:
        rules = words.half_rules(self.league.title, self.names, body, self.start_ns)
        result = self._half_result(tail)
        slug = f"{self.slug}-{tail}"
        return Plan(slug, question, outcomes, rules, self._drift(result), result, kind, line, group)

    def _prop(self, number: int) -> Plan:
        at = int(lot(self.seed, f"player/{self.slug}") * len(words.PLAYERS))
        player = words.PLAYERS[(at + number) % len(words.PLAYERS)]
        line = 14.5 + number * 5
        tail = f"points-{_slug_name(player)}-{line_slug(line)}"
        rules = words.prop_rules(self.league.title, player, f"{line:g}", self.start_ns)
        result = self._half_result(tail)
        return Plan(f"{self.slug}-{tail}", f"{player}: Points Over {line:g}", ("Yes", "No"), rules,
                    self._drift(result), result, "points", line, f"Points O/U {line:g}")  # fmt: skip


def _slug_name(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.replace("Đ", "D").replace("đ", "d"))
    kept = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c) and c not in "'.")
    return "-".join(kept.lower().split())
