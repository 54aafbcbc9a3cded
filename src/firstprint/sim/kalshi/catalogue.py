"""The endless catalogue: seeded batches of games, spreads, totals, props, coins, rates and combos."""

import itertools
import random
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from firstprint.sim.kalshi.assorted import Assorted
from firstprint.sim.kalshi.grids import CENTER_EDGE, DECI_CENT, LINEAR_CENT, TAPERED, Grid
from firstprint.sim.kalshi.listings import Batch, Plan, SimEvent, SimSeries, Strike
from firstprint.sim.kalshi.names import COINS, LEAGUES, PLAYERS, League
from firstprint.sim.kalshi.texts import NS_PER_S, utc

_EASTERN = ZoneInfo("America/New_York")
COMBO_SERIES = "KXMVESPORTSMULTIGAMEEXTENDED"
_QUARTER = timedelta(minutes=15)
_HOUR_S = 3_600.0
_ASSORTED_SHARE = 0.86


class Catalogue:
    """Draws batches of markets to list. Tickers never repeat; dates in them are US Eastern and only move on.

    `made` are series by the thousand, over which two events of three are drawn; without them only the leagues, coins
    and rates are listed. `cents` keeps every market on whole cents, which is all that the old wire can say.
    """

    def __init__(self, rng: random.Random, start_ns: int, *, cents: bool, made: Iterable[SimSeries] = ()) -> None:
        self.series: dict[str, SimSeries] = {series.ticker: series for series in made}
        self._rng = rng
        self._cents = cents
        self._seen: set[str] = set()
        whole = utc(start_ns).replace(tzinfo=UTC)
        self._day = itertools.count()
        self._start = whole
        self._quarters = itertools.count(1)
        self._hours = itertools.count(1)
        self._meetings = itertools.count()
        known = {name for league in LEAGUES for name in (league.game, f"{league.stem}SPREAD", f"{league.stem}TOTAL")}
        known.update(f"KX{coin}{suffix}" for coin, _, _ in COINS for suffix in ("15M", "D"))
        others = [series for series in self.series.values() if series.ticker not in known]
        self._assorted = Assorted(rng, others, whole) if others else None

    def batches(self) -> Iterator[Batch]:
        """Draw batches without end: mostly games with what hangs on them, some coins, seldom rates."""
        makers: tuple[Callable[[], Iterator[Batch]], ...] = (
            self.quarter,
            self._game,
            self._game,
            self._hourly,
            self._fed,
        )
        yield from self._showcase()
        order = itertools.cycle((1, 0, 2, 1, 3, 1, 0, 2, 1, 4, 1, 2))
        while True:
            if self._assorted is not None and self._rng.random() < _ASSORTED_SHARE:
                yield self._any(self._assorted)
            else:
                yield from makers[next(order)]()

    def _any(self, assorted: Assorted) -> Batch:
        draft = assorted.draw()
        event = self._event(draft.series, draft.code, draft.title, draft.start, exclusive=draft.winner is not None)
        return self._batch(event, draft.outcomes, _HOUR_S, 24 * _HOUR_S, winner=draft.winner)

    def _showcase(self) -> Iterator[Batch]:
        """List one of each trap first, so that the smallest world has them.

        A coin's quarter, a three-way game, a doubleheader with a one-market event, and a team code with a hyphen.
        """
        yield from self.quarter()
        start = self._start.astimezone(_EASTERN).replace(minute=40, second=0, microsecond=0) + timedelta(hours=3)
        for stem, suffix in (("KXEPL", ""), ("KXMLB", "G1"), ("KXMLB", "G2"), ("KXNCAAF", "")):
            league = next(one for one in LEAGUES if one.stem == stem)
            first, second = league.teams[:2]
            code = _code(league, first[0] + second[0] + suffix, start)
            yield from self._winner(league, code, first, second, start)
            if suffix == "G1":
                yield from self._innings(code, first[0], f"{first[1]} vs {second[1]}", start)

    def quarter(self) -> Iterator[Batch]:
        """List the next fifteen minutes of each coin: one market an event, on a fine grid for some."""
        start = self._start.astimezone(_EASTERN)
        label = start.replace(minute=start.minute // 15 * 15, second=0) + _QUARTER * next(self._quarters)
        grids = (LINEAR_CENT, TAPERED, DECI_CENT, CENTER_EDGE, LINEAR_CENT)
        for (coin, name, _), grid in zip(COINS, grids, strict=True):
            series = self._serie(f"KX{coin}15M", f"{name} 15 minutes", "Crypto", "fifteen_min")
            event = self._event(series, f"{label:%y%b%d%H%M}".upper(), f"{name} up or down?", label)
            yield self._batch(event, [(f"{label:%M}", f"{name} up", Strike("greater_or_equal"), 0)], 60, 900, grid)

    def combo(self, legs: tuple[Plan, ...]) -> Plan:
        """List a combination of markets, as the venue does by the hundred thousand."""
        series = self._serie(COMBO_SERIES, "Combos", "Sports", "custom")
        first, second = (f"{self._rng.getrandbits(48):012X}" for _ in range(2))
        event = self._event(series, f"S{first}", "Combo", self._start)
        text = ",".join(leg.yes_sub_title for leg in legs)
        outcome = "yes" if all(leg.outcome == "yes" for leg in legs) else "no"
        tickers = tuple(leg.ticker for leg in legs)
        return Plan(
            f"{event.ticker}-{second}", event, text, Strike("custom"), outcome, self._grid(CENTER_EDGE), tickers
        )

    def _grid(self, grid: Grid) -> Grid:
        return LINEAR_CENT if self._cents else grid

    def _serie(
        self, ticker: str, title: str, category: str, frequency: str, scope: str | None = None, tag: str | None = None
    ) -> SimSeries:
        if ticker not in self.series:
            tags = (tag,) if tag is not None else None
            competition = title if scope else None
            self.series[ticker] = SimSeries(ticker, title, category, frequency, tags, scope, competition)
        return self.series[ticker]

    def _event(
        self,
        series: SimSeries,
        code: str,
        title: str,
        start: datetime,
        *,
        exclusive: bool = False,
        contest: str | None = None,
    ) -> SimEvent:
        start_ns = int(start.timestamp()) * NS_PER_S
        return SimEvent(f"{series.ticker}-{code}", series, title, f"{start:%b %d}", exclusive, start_ns, contest)

    def _batch(
        self,
        event: SimEvent,
        outcomes: list[tuple[str, str, Strike, int]],
        lead_s: float,
        length_s: float,
        grid: Grid = LINEAR_CENT,
        winner: int | None = None,
    ) -> Batch:
        """Make an event's markets from outcomes: segment, words, strike and rank.

        With a winner, the outcome of that rank wins; without, every rank below a drawn one does, as thresholds do.
        """
        limit = self._rng.randint(0, len(outcomes))
        plans = []
        for segment, words, strike, rank in outcomes:
            ticker = f"{event.ticker}-{segment}" if segment else event.ticker
            won = rank == winner if winner is not None else rank < limit
            if ticker not in self._seen:
                self._seen.add(ticker)
                plans.append(Plan(ticker, event, words, strike, "yes" if won else "no", self._grid(grid)))
        return Batch(tuple(plans), lead_s, length_s)

    def _game(self) -> Iterator[Batch]:
        rng = self._rng
        league = LEAGUES[rng.randrange(len(LEAGUES))]
        first, second = rng.sample(league.teams, 2)
        start = self._start.astimezone(_EASTERN).replace(minute=rng.choice((0, 5, 10, 40)), second=0, microsecond=0)
        start += timedelta(days=next(self._day) // 12, hours=rng.randrange(1, 12))
        code = _code(league, first[0] + second[0], start)
        if league.sport == "Baseball" and rng.random() < 0.1:
            code += rng.choice(("G1", "G2"))
        yield from self._winner(league, code, first, second, start)
        yield from self._lines(league, code, (first, second), start)

    def _winner(
        self, league: League, code: str, first: tuple[str, str], second: tuple[str, str], start: datetime
    ) -> Iterator[Batch]:
        title = f"{first[1]} vs {second[1]}"
        series = self._serie(league.game, f"{league.title} Game", "Sports", "custom", "Game", league.sport)
        event = self._event(series, code, title, start, exclusive=True, contest=code)
        sides = [(team[0], team[1], Strike("structured", team=team[0]), i) for i, team in enumerate((first, second))]
        if league.ways == 3:
            sides.append(("TIE", "Tie", Strike("structured", team="TIE"), 2))
        yield self._batch(event, sides, 4 * _HOUR_S, league.hours * _HOUR_S, winner=self._rng.randrange(len(sides)))

    def _lines(
        self, league: League, code: str, teams: tuple[tuple[str, str], tuple[str, str]], start: datetime
    ) -> Iterator[Batch]:
        """List what hangs on a game: a spread of each team, totals, and in baseball the first inning and strikeouts."""
        title = f"{teams[0][1]} vs {teams[1][1]}"
        length_s = league.hours * _HOUR_S
        spread = self._serie(
            f"{league.stem}SPREAD", f"{league.title} Spread", "Sports", "custom", "Spread", league.sport
        )
        event = self._event(spread, code, f"{title}: Spread", start, contest=code)
        yield self._batch(
            event,
            [
                (f"{team}{n}", f"{name} wins by over {n - 0.5}", Strike("greater", n - 0.5, team), i)
                for team, name in teams
                for i, n in enumerate(range(1, 4 * league.spread_step + 1, league.spread_step))
            ],
            2 * _HOUR_S,
            length_s,
        )
        total = self._serie(
            f"{league.stem}TOTAL", f"{league.title} Total", "Sports", "custom", "Point Total", league.sport
        )
        event = self._event(total, code, f"{title}: Total", start, contest=code)
        yield self._batch(
            event,
            [(str(n), f"Over {n - 0.5}", Strike("greater", n - 0.5), n) for n in range(1, 6)],
            2 * _HOUR_S,
            length_s,
        )
        if league.sport == "Baseball":
            yield from self._innings(code, teams[0][0], title, start)

    def _innings(self, code: str, team: str, title: str, start: datetime) -> Iterator[Batch]:
        series = self._serie("KXMLBRFI", "Run in First Inning", "Sports", "custom", "First Inning", "Baseball")
        event = self._event(series, code, f"{title}: run in the first inning?", start, contest=code)
        yield self._batch(event, [("", "Run in first inning", Strike("custom"), 0)], 2 * _HOUR_S, 0.4 * _HOUR_S)
        series = self._serie("KXMLBKS", "Strikeouts", "Sports", "custom", "Strikeouts", "Baseball")
        event = self._event(series, code, f"{title}: Strikeouts", start, contest=code)
        player = f"{team}{self._rng.choice(PLAYERS)}"
        yield self._batch(
            event,
            [(f"{player}-{n}", f"{player}: {n}+", Strike("greater", n - 0.5), n - 3) for n in (3, 4, 5, 6, 7)],
            2 * _HOUR_S,
            3 * _HOUR_S,
        )

    def _hourly(self) -> Iterator[Batch]:
        label = self._start.astimezone(_EASTERN).replace(minute=0) + timedelta(hours=next(self._hours))
        coin, name, price = COINS[self._rng.randrange(len(COINS))]
        series = self._serie(f"KX{coin}D", f"{name} price", "Crypto", "hourly")
        event = self._event(series, f"{label:%y%b%d%H}".upper(), f"{name} price on {label:%b %d}?", label)
        step = max(1, price // 136)
        floors = [price + step * k - 0.01 for k in range(-5, 5)]
        yield self._batch(
            event,
            [
                (f"T{floor:.2f}", f"${floor:,.2f} or above", Strike("greater", floor), i)
                for i, floor in enumerate(floors)
            ],
            600,
            _HOUR_S,
            TAPERED if coin == "ETH" else LINEAR_CENT,
        )

    def _fed(self) -> Iterator[Batch]:
        month = self._start.date().replace(day=1) + timedelta(days=31 * (next(self._meetings) + 1))
        start = datetime(month.year, month.month, 28, 18, tzinfo=UTC)
        series = self._serie("KXFED", "Fed funds rate", "Economics", "custom")
        event = self._event(series, f"{month:%y%b}".upper(), "Fed funds rate after the meeting?", start)
        yield self._batch(
            event,
            [
                (f"T{rate / 4:.2f}", f"Above {rate / 4:.2f}%", Strike("greater", rate / 4), i)
                for i, rate in enumerate(range(12, 20))
            ],
            24 * _HOUR_S,
            30 * 24 * _HOUR_S,
        )


def _code(league: League, teams: str, start: datetime) -> str:
    day = f"{start:%y%b%d}".upper()
    return f"{day}{start:%H%M}{teams}" if league.timed else f"{day}{teams}"
