"""The live view of a recording: figures that tell whether all is well, once a second."""

from collections.abc import Callable, Sequence
from typing import Self

import msgspec
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from firstprint.app.gate import GateCounts
from firstprint.bootstrap.recording import Recording
from firstprint.cli.games_view import game_line, games_table
from firstprint.cli.output import plain
from firstprint.domain.clock import NS_PER_MS, NS_PER_S
from firstprint.domain.games import Game

FAILING_SHOWN = 5
GAMES_SHOWN = 12
GAMES_TOLD = 6
"""Games told at a time where there is no terminal; the others follow with the next figures."""


class Figures(msgspec.Struct):
    """One second of a recording. Rates per second, times in milliseconds; None where nothing was measured."""

    elapsed_s: float
    frames: int
    frames_per_s: float
    markets: int
    markets_waiting: int
    books_valid: int
    connections: int
    gaps_open: int
    gaps: int
    quarantined: int
    data_age_ms: float | None
    durable_lag_ms: float
    durable_p99_ms: float | None
    records: int
    rest_failures: int
    projected_behind: int | None
    looks: int
    discovered: int
    series_unknown: int
    """Markets whose series nobody has told yet."""
    failing: list[str]
    """What the venue did not answer at the last look, by name."""
    sports: GateCounts | None
    """Counters of the sports-only mode."""


class Meter:
    """Takes the figures of a recording; rates are since the last taking."""

    def __init__(self, under_way: Recording, behind: Callable[[], int | None]) -> None:
        self._of = under_way
        self._behind = behind
        self._started_ns = self._before_ns = under_way.clock.now().mono_ns
        self._frames = 0

    def take(self) -> Figures:
        """Measure now."""
        recorder, journal = self._of.recorder, self._of.journal
        capture, live = recorder.capture, recorder.live
        venues = list(recorder.venues.values())
        listed = [one.listed for one in venues if one.listed is not None]
        now_ns = self._of.clock.now().mono_ns
        frames = sum(one.applied + one.control + one.duplicate + one.quarantined for one in capture.counts.values())
        passed_s = max((now_ns - self._before_ns) / NS_PER_S, 1e-9)
        rate = (frames - self._frames) / passed_s
        self._frames, self._before_ns = frames, now_ns
        oldest = journal.oldest_pending_mono_ns
        p99_ns = journal.latency.quantile_ns(0.99)
        valid = sum(1 for market in capture.attendance.present if (book := capture.shelf.get(market)) and book.valid)
        return Figures(
            elapsed_s=(now_ns - self._started_ns) / NS_PER_S,
            frames=frames,
            frames_per_s=rate,
            markets=len(capture.attendance.present),
            markets_waiting=sum(len(one.lanes.placement.homeless) for one in venues if one.lanes is not None),
            books_valid=valid,
            connections=sum(lane.up for lane in recorder.lanes.values()),
            gaps_open=len(capture.gaps.open),
            gaps=capture.gaps.opened,
            quarantined=sum(live.quarantined.values()),
            data_age_ms=recorder.data_age_ms(),
            durable_lag_ms=0.0 if oldest is None else (now_ns - oldest) / NS_PER_MS,
            durable_p99_ms=None if p99_ns is None else p99_ns / NS_PER_MS,
            records=journal.durable,
            rest_failures=sum(one.failures for one in venues),
            projected_behind=self._behind(),
            looks=sum(one.discovery.looks for one in listed),
            discovered=sum(one.discovery.found for one in listed),
            series_unknown=sum(len(one.newcomers) for one in listed),
            failing=sorted(
                name if len(venues) == 1 else f"{one.name}: {name}" for one in venues for name in one.failing
            ),
            sports=_sports(self._of),
        )


def _sports(under_way: Recording) -> GateCounts | None:
    actors = under_way.recorder.actors
    gate = None if actors is None else actors.gate
    return gate.counts if gate is not None and under_way.config.recorder.selection.sports_only else None


def sports_line(counts: GateCounts) -> str:
    """Say the counters of the sports-only mode in one line."""
    return "  ".join(f"{name} {value:,}" for name, value in msgspec.structs.asdict(counts).items())


def one_line(figures: Figures) -> str:
    """Say the figures in one line, for terminals that are none."""
    age = "-" if figures.data_age_ms is None else f"{figures.data_age_ms:.0f} ms"
    p99 = "-" if figures.durable_p99_ms is None else f"{figures.durable_p99_ms:.1f} ms"
    behind = "-" if figures.projected_behind is None else f"{figures.projected_behind:,}"
    return (
        f"{figures.elapsed_s:6.0f} s  {figures.frames_per_s:9,.0f} frames/s  {figures.frames:,} frames  "
        f"books {figures.books_valid:,}/{figures.markets:,} valid  {figures.connections} connections  "
        f"gaps {figures.gaps_open} open of {figures.gaps}  quarantined {figures.quarantined}  "
        f"discovered {figures.discovered:,}  "
        f"REST failures {figures.rest_failures}  data age {age}  durable p99 {p99}  projections {behind} behind"
    )


class LiveView:
    """Shows the figures: a table that stays in place on a terminal, a line every few seconds elsewhere."""

    def __init__(
        self, under_way: Recording, meter: Meter, console: Console, games: Callable[[], Sequence[Game]] = tuple
    ) -> None:
        self._of = under_way
        self._games = games
        self._told: dict[str, int] = {}
        self._meter = meter
        self._console = console
        self._live = Live(console=console, auto_refresh=False) if console.is_terminal else None
        self._shown = 0

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.__enter__()
        return self

    def __exit__(self, *failure: object) -> None:
        if self._live is not None:
            self._live.__exit__(None, None, None)

    def show(self) -> None:
        """Show the figures of this second."""
        figures = self._meter.take()
        if self._live is not None:
            self._live.update(self._draw(figures), refresh=True)
        elif self._shown % 5 == 0:
            self._console.print(one_line(figures), highlight=False, soft_wrap=True)
            self._tell_games()
        self._shown += 1

    def _tell_games(self) -> None:
        """Say each game once when it is linked, and again when it has more links."""
        games = [one for one in self._games() if one.links > self._told.get(one.game_id, 0)]
        for game in games[:GAMES_TOLD]:
            self._told[game.game_id] = game.links
            self._console.print(plain(game_line(game)), highlight=False, soft_wrap=True, markup=False)

    def _draw(self, figures: Figures) -> Group:
        table = Table.grid(padding=(0, 3))
        for name, value in _rows(figures):
            table.add_row(Text(name, style="dim"), Text(value))
        gaps = Table("gap", "where", "numbers", "markets", "state", box=None, header_style="dim", pad_edge=False)
        for gap in reversed(self._of.recorder.live.latest_gaps[-6:]):
            numbers = "" if gap.seq_from is None else f"{gap.seq_from}..{'' if gap.seq_to is None else gap.seq_to}"
            state = "open" if gap.repaired_record is None else f"repaired by {gap.method}"
            where = f"{gap.connection or ''}/{gap.sid or ''} {gap.channel or ''}"
            gaps.add_row(
                *(Text(plain(str(cell))) for cell in (gap.reason.value, where, numbers, len(gap.markets), state))
            )
        title = Text(f"firstprint  session {self._of.session}", style="bold")
        games = list(self._games())[:GAMES_SHOWN]
        parts = [*((Text(), gaps) if gaps.row_count else ()), *((Text(), games_table(games)) if games else ())]
        return Group(title, table, *parts)


def _rows(figures: Figures) -> list[tuple[str, str]]:
    age, p99, behind = figures.data_age_ms, figures.durable_p99_ms, figures.projected_behind
    return [
        ("time", f"{figures.elapsed_s:,.0f} s"),
        ("frames", f"{figures.frames:,} in all, {figures.frames_per_s:,.0f} per second"),
        (
            "books",
            f"{figures.books_valid:,} valid of {figures.markets:,} recorded, on {figures.connections} connections"
            + (f"; {figures.markets_waiting:,} markets wait for one" if figures.markets_waiting else ""),
        ),
        ("gaps", f"{figures.gaps_open:,} open of {figures.gaps:,}"),
        ("quarantine", f"{figures.quarantined:,} frames that cannot be read, kept as they came"),
        (
            "data age",
            "the latest frame has no time" if age is None else f"{age:,.0f} ms from the venue's clock to ours",
        ),
        ("durable", f"{figures.durable_lag_ms:,.1f} ms behind" + ("" if p99 is None else f", p99 {p99:,.1f} ms")),
        ("discovery", _discovery(figures)),
        ("journal", f"{figures.records:,} records durable"),
        ("projections", "starting" if behind is None else f"{behind:,} records behind"),
        *([("sports only", sports_line(figures.sports))] if figures.sports is not None else []),
    ]


def _discovery(figures: Figures) -> str:
    said = f"{figures.discovered:,} markets found by REST in {figures.looks:,} looks"
    if figures.series_unknown:
        said += f", {figures.series_unknown:,} of a series nobody has told yet"
    if figures.rest_failures:
        said += f"; {figures.rest_failures:,} looks that the venue did not answer"
    if figures.failing:
        said += f"; failing: {', '.join(figures.failing[:FAILING_SHOWN])}"
    return said + (" and more" if len(figures.failing) > FAILING_SHOWN else "")
