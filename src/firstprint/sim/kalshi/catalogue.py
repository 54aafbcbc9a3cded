"""The endless catalogue: seeded batches of games, spreads, totals, props, coins, rates and combos."""

import itertools
import random
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from firstprint.sim.kalshi.assorted import Assorted
from firstprint.sim.kalshi.fed import decision_batch
from firstprint.sim.kalshi.games import Games
from firstprint.sim.kalshi.grids import CENTER_EDGE, DECI_CENT, LINEAR_CENT, TAPERED
from firstprint.sim.kalshi.listings import Batch, Plan, SimSeries, Strike
from firstprint.sim.kalshi.making import Maker
from firstprint.sim.kalshi.names import COINS, LEAGUES
from firstprint.sim.kalshi.texts import utc
from firstprint.sim.world.ids import KALSHI_KINDS
from firstprint.sim.world.leagues import LEAGUES as WORLD_LEAGUES
from firstprint.sim.world.shared import SharedWorld

_EASTERN = ZoneInfo("America/New_York")
COMBO_SERIES = "KXMVESPORTSMULTIGAMEEXTENDED"
_QUARTER = timedelta(minutes=15)
_HOUR_S = 3_600.0
_ASSORTED_SHARE = 0.86
_OTHER_SHARE = 0.08


class Catalogue:
    """Draws batches of markets to list. Tickers never repeat; dates in them are US Eastern and only move on.

    `made` are series by the thousand, over which two events of three are drawn; without them only the leagues, coins
    and rates are listed. `cents` keeps every market on whole cents, which is all that the old wire can say.
    """

    def __init__(
        self,
        rng: random.Random,
        shared: SharedWorld,
        now_ns: Callable[[], int],
        *,
        cents: bool,
        made: Iterable[SimSeries] = (),
    ) -> None:
        self._rng = rng
        self._maker = Maker(rng, made, cents=cents)
        self.series = self._maker.series
        self._games = Games(rng, self._maker, shared, now_ns)
        self._decisions = iter(shared.meetings)
        start_ns = now_ns()
        whole = utc(start_ns).replace(tzinfo=UTC)
        self._day = itertools.count()
        self._start = whole
        self._quarters = itertools.count(1)
        self._hours = itertools.count(1)
        self._meetings = itertools.count()
        stems = [*(league.kalshi_stem for league in WORLD_LEAGUES), *(league.stem for league in LEAGUES)]
        known = {f"{stem}{kind}" for stem in stems for kind in KALSHI_KINDS}
        known.update(f"KX{coin}{suffix}" for coin, _, _ in COINS for suffix in ("15M", "D"))
        others = [series for series in self.series.values() if series.ticker not in known]
        self._assorted = Assorted(rng, others, whole) if others else None

    def batches(self) -> Iterator[Batch]:
        """Draw batches without end: mostly games with what hangs on them, some coins, seldom rates."""
        yield from self._showcase()
        yield from self._endless(self._game)

    def past(self) -> Iterator[Batch]:
        """Draw batches without end whose games are over."""
        return self._endless(self._games.past)

    def _endless(self, game: Callable[[], Iterator[Batch]]) -> Iterator[Batch]:
        makers: tuple[Callable[[], Iterator[Batch]], ...] = (
            self.quarter,
            game,
            game,
            self._hourly,
            self._fed,
        )
        order = itertools.cycle((1, 0, 2, 1, 3, 1, 0, 2, 1, 4, 1, 2))
        while True:
            if self._assorted is not None and self._rng.random() < _ASSORTED_SHARE:
                yield self._any(self._assorted)
            else:
                yield from makers[next(order)]()

    def _any(self, assorted: Assorted) -> Batch:
        draft = assorted.draw()
        event = self._maker.event(
            draft.series, draft.code, draft.title, draft.start, exclusive=draft.winner is not None
        )
        return self._maker.batch(event, draft.outcomes, _HOUR_S, 24 * _HOUR_S, winner=draft.winner)

    def _showcase(self) -> Iterator[Batch]:
        """List one of each trap first, so that the smallest world has them.

        A coin's quarter, a three-way game, a doubleheader with a one-market event, and a team code with a hyphen.
        """
        yield from self.quarter()
        yield from self._games.showcase()

    def quarter(self) -> Iterator[Batch]:
        """List the next fifteen minutes of each coin: one market an event, on a fine grid for some."""
        start = self._start.astimezone(_EASTERN)
        label = start.replace(minute=start.minute // 15 * 15, second=0) + _QUARTER * next(self._quarters)
        grids = (LINEAR_CENT, TAPERED, DECI_CENT, CENTER_EDGE, LINEAR_CENT)
        for (coin, name, _), grid in zip(COINS, grids, strict=True):
            series = self._maker.serie(f"KX{coin}15M", f"{name} 15 minutes", "Crypto", "fifteen_min")
            event = self._maker.event(series, f"{label:%y%b%d%H%M}".upper(), f"{name} up or down?", label)
            yield self._maker.batch(
                event, [(f"{label:%M}", f"{name} up", Strike("greater_or_equal"), 0)], 60, 900, grid
            )

    def combo(self, legs: tuple[Plan, ...]) -> Plan:
        """List a combination of markets, as the venue does by the hundred thousand."""
        series = self._maker.serie(COMBO_SERIES, "Combos", "Sports", "custom")
        first, second = (f"{self._rng.getrandbits(48):012X}" for _ in range(2))
        event = self._maker.event(series, f"S{first}", "Combo", self._start)
        text = ",".join(leg.yes_sub_title for leg in legs)
        outcome = "yes" if all(leg.outcome == "yes" for leg in legs) else "no"
        tickers = tuple(leg.ticker for leg in legs)
        return Plan(
            f"{event.ticker}-{second}", event, text, Strike("custom"), outcome, self._maker.grid(CENTER_EDGE), tickers
        )

    def _game(self) -> Iterator[Batch]:
        """List a contest of the shared world, or now and then one of a league that only this venue has."""
        if self._rng.random() < _OTHER_SHARE:
            return self._other_game()
        return self._games.game()

    def _other_game(self) -> Iterator[Batch]:
        rng, maker = self._rng, self._maker
        league = rng.choice(LEAGUES)
        first, second = rng.sample(league.teams, 2)
        start = self._start.astimezone(_EASTERN).replace(minute=rng.choice((0, 5, 10, 40)), second=0, microsecond=0)
        start += timedelta(days=next(self._day) // 12, hours=rng.randrange(1, 12))
        code = f"{start:%y%b%d%H%M}".upper() + first[0] + second[0]
        title = f"{first[1]} vs {second[1]}"
        series = maker.serie(league.game, f"{league.title} Game", "Sports", "custom", "Game", league.sport)
        event = maker.event(series, code, title, start, exclusive=True, contest=f"{league.stem}/{code}")
        sides = [(team[0], team[1], Strike("structured", team=team[0]), i) for i, team in enumerate((first, second))]
        yield maker.batch(event, sides, 4 * _HOUR_S, league.hours * _HOUR_S, winner=rng.randrange(len(sides)))

    def _hourly(self) -> Iterator[Batch]:
        label = self._start.astimezone(_EASTERN).replace(minute=0) + timedelta(hours=next(self._hours))
        coin, name, price = COINS[self._rng.randrange(len(COINS))]
        series = self._maker.serie(f"KX{coin}D", f"{name} price", "Crypto", "hourly")
        event = self._maker.event(series, f"{label:%y%b%d%H}".upper(), f"{name} price on {label:%b %d}?", label)
        step = max(1, price // 136)
        floors = [price + step * k - 0.01 for k in range(-5, 5)]
        yield self._maker.batch(
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
        """List a ladder of rates, and what a coming meeting may decide while there are such."""
        meeting = next(self._decisions, None)
        if meeting is not None:
            yield decision_batch(self._maker, meeting)
        month = self._start.date().replace(day=1) + timedelta(days=31 * (next(self._meetings) + 1))
        start = datetime(month.year, month.month, 28, 18, tzinfo=UTC)
        series = self._maker.serie("KXFED", "Fed funds rate", "Economics", "custom")
        event = self._maker.event(series, f"{month:%y%b}".upper(), "Fed funds rate after the meeting?", start)
        yield self._maker.batch(
            event,
            [
                (f"T{rate / 4:.2f}", f"Above {rate / 4:.2f}%", Strike("greater", rate / 4), i)
                for i, rate in enumerate(range(12, 20))
            ],
            24 * _HOUR_S,
            30 * 24 * _HOUR_S,
        )
