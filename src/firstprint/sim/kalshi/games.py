"""Contests of the shared world as the venue lists them: winner, spread, total, and in baseball what hangs on innings.

Titles and names follow recorded events of August 2026; how a market ends follows from the contest's final scores.
"""

import random
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from firstprint.sim.kalshi.listings import Batch, Plan, SimEvent, Strike
from firstprint.sim.kalshi.making import Maker
from firstprint.sim.kalshi.names import PLAYERS
from firstprint.sim.kalshi.rules import PHRASES, game_name
from firstprint.sim.world import chances, course, ids
from firstprint.sim.world.contests import SimContest, SimLeague
from firstprint.sim.world.days import eastern
from firstprint.sim.world.shared import SharedWorld

_HOUR_S = 3_600.0
_LEAD_S = 2 * _HOUR_S
_SOURCES = (("https://www.espn.com", "ESPN"), ("https://www.foxsports.com", "Fox Sports"))
_SCOPES = {
    "GAME": "Game", "SPREAD": "Spread", "TOTAL": "Point Total", "RFI": "First Inning", "KS": "Strikeouts",
}  # fmt: skip
_AT_LEAGUES = frozenset({"NBA", "NHL"})
_NAMES_IN_SUB_TITLE = frozenset({"WNBA", "UCL"})
_ASKED_LEAGUES = frozenset({"NFL", "NCAAF", "NBA"})
_STRIKEOUTS = (3, 4, 5, 6, 7)


class _Side(NamedTuple):
    """One market of an event: its segment of the ticker, its words, its strike, and how it will end."""

    segment: str
    words: str
    title: str
    strike: Strike
    outcome: str
    chance: float | None
    side: str = ""


class Games:
    """Lists contests, drawn from the shared world whenever a batch is asked for."""

    def __init__(self, rng: random.Random, maker: Maker, shared: SharedWorld, now_ns: Callable[[], int]) -> None:
        self._rng = rng
        self._maker = maker
        self._shared = shared
        self._now_ns = now_ns

    def showcase(self) -> Iterator[Batch]:
        """List one of each trap: a three-way game, a doubleheader with a one-market event, a code with a hyphen."""
        for contest in self._shared.draw_showcase(self._now_ns()):
            yield self._winner(contest)
            if contest.game == 1:
                yield self._first_inning(contest)

    def game(self) -> Iterator[Batch]:
        """List the next contest, event by event."""
        return self._events(self._shared.draw(self._now_ns()))

    def past(self) -> Iterator[Batch]:
        """List a contest that is over."""
        return self._events(self._shared.draw_past(self._now_ns()))

    def _events(self, contest: SimContest) -> Iterator[Batch]:
        yield self._winner(contest)
        yield self._spread(contest)
        yield self._total(contest)
        if contest.league.sport == "Baseball":
            yield self._first_inning(contest)
            yield self._strikeouts(contest)

    # --- events

    def _winner(self, contest: SimContest) -> Batch:
        named = ("home", "away") if contest.league.home_first else ("away", "home")
        sides = [*named, "draw"] if contest.league.ways == 3 else [*named]
        event = self._event(contest, "GAME", "", exclusive=True)
        before = chances.before(contest)
        return self._batch(event, [self._wins(contest, side, getattr(before, side)) for side in sides])

    def _wins(self, contest: SimContest, side: str, chance: float) -> _Side:
        won = course.winner(contest)
        outcome = "yes" if won == side else "no"
        if won == "draw" and contest.league.ways == 2:
            outcome = "scalar"
        name = "Tie" if side == "draw" else ids.team_of(contest, side).kalshi_name
        segment = ids.kalshi_winner(contest, side).removeprefix(ids.kalshi_event(contest, "GAME") + "-")
        words = f"Reg Time: {name}" if contest.league.code == "UCL" else name
        strike = Strike("structured", target=_target(contest, side))
        return _Side(segment, words, _winner_title(contest, name), strike, outcome, chance, side)

    def _spread(self, contest: SimContest) -> Batch:
        event = self._event(contest, "SPREAD", ": Spread")
        return self._batch(event, [self._wins_by(contest, side, line) for side, line in contest.spread_lines])

    def _wins_by(self, contest: SimContest, side: str, line: float) -> _Side:
        team = ids.team_of(contest, side)
        words = f"{team.kalshi_name} wins by over {line:g} {contest.league.unit}"
        strike = Strike("greater", line, target=_target(contest, side))
        chance = chances.margin_over(contest, side, line)
        outcome = "yes" if course.margin(contest, side) > line else "no"
        return _Side(f"{team.kalshi_code}{line + 0.5:.0f}", words, f"{words}?", strike, outcome, chance, side)

    def _total(self, contest: SimContest) -> Batch:
        event = self._event(contest, "TOTAL", ": Total")
        return self._batch(event, [self._together(contest, line) for line in contest.total_lines])

    def _together(self, contest: SimContest, line: float) -> _Side:
        over, unit = f"Over {line:g}", contest.league.unit
        title = f"{game_name(contest)} {PHRASES[contest.league.code]} game: {over} {unit}?"
        outcome = "yes" if sum(contest.scores) > line else "no"
        chance = chances.total_over(contest, line)
        return _Side(f"{line + 0.5:.0f}", f"{over} {unit} scored", title, Strike("greater", line), outcome, chance)

    def _first_inning(self, contest: SimContest) -> Batch:
        event = self._event(contest, "RFI", ": run in the first inning?")
        outcome = self._rng.choice(("yes", "no"))
        return self._batch(event, [_Side("", "Run in first inning", event.title, Strike("custom"), outcome, None)])

    def _strikeouts(self, contest: SimContest) -> Batch:
        event = self._event(contest, "KS", ": Strikeouts")
        player = f"{contest.away.kalshi_code}{self._rng.choice(PLAYERS)}"
        thrown = self._rng.randrange(2, 9)
        return self._batch(
            event,
            [
                _Side(f"{player}-{n}", f"{player}: {n}+", f"{player}: {n}+ strikeouts?", Strike("greater", n - 0.5),
                      "yes" if thrown >= n else "no", None)
                for n in _STRIKEOUTS
            ],
        )  # fmt: skip

    # --- making

    def _event(self, contest: SimContest, kind: str, words: str, *, exclusive: bool = False) -> SimEvent:
        league = contest.league
        series = self._maker.serie(
            f"{league.kalshi_stem}{kind}", f"{league.kalshi_title} {_SCOPES[kind]}", "Sports", "custom",
            _SCOPES[kind], league.sport,
        )  # fmt: skip
        series.competition, series.sources = league.kalshi_title, series.sources or _SOURCES
        ticker = ids.kalshi_event(contest, kind)
        self._shared.note_kalshi(contest, ticker)
        return SimEvent(
            ticker, series, f"{_event_title(contest)}{words}", _sub_title(contest), exclusive, contest.start_ns,
            f"{league.code}/{ids.kalshi_code(contest)}", kind=kind, game=contest,
        )  # fmt: skip

    def _batch(self, event: SimEvent, sides: list[_Side]) -> Batch:
        plans = (
            Plan(
                f"{event.ticker}-{one.segment}" if one.segment else event.ticker, event, one.words, one.strike,
                _ended(event, one.outcome), title=one.title, side=one.side, chance=one.chance,
            )
            for one in sides
        )  # fmt: skip
        hours = event.game.league.hours if event.game is not None else 1.0
        return self._maker.fresh(plans, _LEAD_S, hours * _HOUR_S)


def _ended(event: SimEvent, outcome: str) -> str:
    """Give how a market ends: at a fair price when the contest is cancelled."""
    return "scalar" if event.game is not None and event.game.cancelled_ns is not None else outcome


def _event_title(contest: SimContest) -> str:
    first, second = contest.ordered
    word = "at" if contest.league.code in _AT_LEAGUES and not contest.neutral else "vs"
    return f"{first.kalshi_name} {word} {second.kalshi_name}"


def _sub_title(contest: SimContest) -> str:
    first, second = contest.ordered
    at: datetime = eastern(contest.scheduled_ns)
    day = f"({at:%b} {at.day})"
    if contest.league.code in _NAMES_IN_SUB_TITLE:
        return f"{first.kalshi_name} vs {second.kalshi_name} {day}"
    return f"{first.kalshi_code} vs {second.kalshi_code} {day}"


def _winner_title(contest: SimContest, name: str) -> str:
    league: SimLeague = contest.league
    game = game_name(contest)
    if league.code in _ASKED_LEAGUES:
        return f"Will {name} win the {game} {PHRASES[league.code]} game?"
    if league.code == "WNBA":
        return f"{game} {PHRASES[league.code]} game: {name} wins?"
    return f"{game} Winner?"


def _target(contest: SimContest, side: str) -> tuple[str, str]:
    """Give the kind of a team and its uuid among the structured targets; a tie has one of its own."""
    kind = f"{contest.league.sport.lower()}_team"
    if side == "draw":
        return kind, ids.target_id("tie", "tie")
    return kind, ids.target_id(contest.league.code, ids.team_of(contest, side).key)
