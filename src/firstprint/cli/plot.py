"""Pictures for people: the coverage of a session, and one market's life. matplotlib is imported only when one is drawn.

Titles and tickers come from outside: they are drawn as plain text, never as mathematics, shortened, and without
control characters.
"""

import warnings
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from firstprint.app.coverage import CoverageState, MarketCoverage, SessionCoverage, Stretch
from firstprint.app.market_story import MarketStory, Quote
from firstprint.domain.clock import NS_PER_S
from firstprint.domain.errors import ConfigurationError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BARS_MAX = 60
TEXT_MAX = 90
REASONS_LABELLED_MAX = 40
WIDTH_IN, HEIGHT_IN, DPI = 12.0, 7.0, 100
E6 = 1_000_000
OFFSETS = ["UTC", "%Y UTC", "%Y-%m UTC", "%Y-%m-%d UTC", "%Y-%m-%d UTC", "%Y-%m-%d %H:%M UTC"]
"""What stands below a time axis, by how fine it is: years, months, days, hours, minutes, seconds."""

INK, FAINT = "#1c2330", "#8a93a3"
YES, NO = "#1f6fb4", "#c4512d"
TAKERS: dict[str | None, str] = {"yes": YES, "no": NO}
COLOURS = {
    CoverageState.VALID: "#3d9a6a",
    CoverageState.INVALID: "#d1495b",
    CoverageState.PAUSED: "#e0a93b",
    CoverageState.NOT_SUBSCRIBED: "#c9ced8",
}

HEAD_CHARS_MAX = 138


def safe(text: str, length_max: int = TEXT_MAX) -> str:
    """Make text from outside fit for a picture: printable and short. It is drawn with `parse_math` off."""
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[: length_max + 1])
    if len(text) > length_max:
        shown = shown[: length_max - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return shown


def moment(wall_ns: int) -> datetime:
    """Give a wall time in nanoseconds as a UTC datetime, to the microsecond, which is finer than a picture."""
    return datetime.fromtimestamp(wall_ns // NS_PER_S, UTC).replace(microsecond=wall_ns % NS_PER_S // 1_000)


def plot_coverage(report: SessionCoverage, path: Path) -> None:
    """Draw one bar for each market, the worst covered first, coloured by state.

    Raises ConfigurationError when the file cannot be written, or is of a kind that cannot be drawn.
    """
    rows = report.markets[:BARS_MAX]
    figure, (axes,) = _canvas(1)
    for place, row in enumerate(rows):
        _bar(axes, place, row)
    _label_reasons(axes, rows)
    axes.set_ylim(max(len(rows), 1) - 0.4, -0.6)
    axes.set_yticks(
        range(len(rows)), [safe(row.market, 34) for row in rows], fontsize=_bar_font(len(rows)), parse_math=False
    )
    _right_labels(axes, rows)
    more = "" if len(rows) == len(report.markets) else f", the {len(rows)} worst covered"
    _head(
        axes,
        f"Coverage of session {safe(report.session)}",
        f"{report.valid_share:.3%} of book time VALID \N{MIDDLE DOT} {len(report.markets)} markets{more}"
        f" \N{MIDDLE DOT} {_gap_words(report.gaps)}",
    )
    _legend_of_states(axes)
    _time_axis(axes, report.from_wall_ns, report.to_wall_ns)
    _save(figure, path)


def _bar(axes: "Axes", place: int, row: MarketCoverage) -> None:
    for state in CoverageState:
        spans = [_span(one) for one in row.stretches if one.state is state]
        if spans:
            axes.broken_barh(spans, (place - 0.38, 0.76), facecolors=COLOURS[state], linewidth=0)


def _span(stretch: Stretch) -> tuple[float, float]:
    """Give start and width in matplotlib's days."""
    from matplotlib.dates import date2num  # noqa: PLC0415 drawing is rare, importing it slow

    start = float(date2num(moment(stretch.from_wall_ns)))  # type: ignore[no-untyped-call] # matplotlib's dates have no types
    return start, (stretch.to_wall_ns - stretch.from_wall_ns) / NS_PER_S / 86_400


def _label_reasons(axes: "Axes", rows: Sequence[MarketCoverage]) -> None:
    """Name the reasons of the longest holes, where there is room for words."""
    holes = [(place, one) for place, row in enumerate(rows) for one in row.stretches if one.reason]
    longest = sorted(holes, key=lambda hole: hole[1].from_wall_ns - hole[1].to_wall_ns)[:REASONS_LABELLED_MAX]
    edges = [row.left_wall_ns for row in rows] + [row.joined_wall_ns for row in rows]
    room_ns = (max(edges) - min(edges)) / 12 if edges else 0
    for place, hole in longest:
        if hole.to_wall_ns - hole.from_wall_ns >= room_ns and hole.reason:
            start, width = _span(hole)
            font = min(8.0, _bar_font(len(rows)))
            axes.text(
                start + width / 2,
                place,
                safe(hole.reason, 24),
                color="white",
                ha="center",
                va="center",
                fontsize=font,
                parse_math=False,
            )


def _right_labels(axes: "Axes", rows: Sequence[MarketCoverage]) -> None:
    for place, row in enumerate(rows):
        axes.annotate(
            f"{row.valid_share:.2%}", (1.005, place), xycoords=("axes fraction", "data"), va="center",
            fontsize=_bar_font(len(rows)), color=INK,
        )  # fmt: skip


def _bar_font(rows: int) -> float:
    return 9.0 if rows <= 25 else max(5.0, 9.0 * 25 / rows)


def _gap_words(gaps: dict[str, int]) -> str:
    if not gaps:
        return "no gap"
    return ", ".join(f"{count} {safe(reason, 24)}" for reason, count in sorted(gaps.items()))


def _legend_of_states(axes: "Axes") -> None:
    from matplotlib.patches import Patch  # noqa: PLC0415 drawing is rare, importing it slow

    patches = [Patch(color=COLOURS[state], label=state.value) for state in CoverageState]
    axes.legend(handles=patches, loc="upper right", bbox_to_anchor=(1.0, -0.07), ncols=4, frameon=False, fontsize=9)


def plot_market(story: MarketStory, path: Path) -> None:
    """Draw one market's life: bid and ask as steps, depth below, trades as dots, holes hatched, turning points named.

    Raises ConfigurationError when the file cannot be written, or is of a kind that cannot be drawn.
    """
    figure, (prices, depth) = _canvas(2)
    _quotes(prices, story)
    _trades(prices, story)
    _depth(depth, story)
    for axes in (prices, depth):
        _holes(axes, story.stretches)
    _turning_points(prices, story)
    prices.set_ylabel("yes price, dollars", color=INK)
    depth.set_ylabel("contracts bid", color=INK)
    thinned = " \N{MIDDLE DOT} points thinned" if story.thinned else ""
    _head(
        prices,
        safe(story.title) if story.title else safe(story.market),
        f"{safe(story.market)} \N{MIDDLE DOT} session {safe(story.session, 30)} \N{MIDDLE DOT} "
        f"{story.valid_share:.3%} VALID \N{MIDDLE DOT} gaps: {story.gaps} \N{MIDDLE DOT} "
        f"trades: {len(story.trades)}{thinned}",
    )
    for axes in (prices, depth):
        if axes.get_legend_handles_labels()[0]:
            axes.legend(loc="upper left", frameon=False, fontsize=9, ncols=4)
    prices.tick_params(labelbottom=False)
    first, last = _extent(story)
    _time_axis(prices, first, last)
    _time_axis(depth, first, last)
    prices.xaxis.get_offset_text().set_visible(False)
    _save(figure, path)


def _extent(story: MarketStory) -> tuple[int, int]:
    times = [edge for one in story.stretches for edge in (one.from_wall_ns, one.to_wall_ns)]
    return (min(times), max(times)) if times else (0, NS_PER_S)


def _pieces(story: MarketStory) -> list[list[Quote]]:
    """Cut the quotes at every time in which the book was not VALID: no line is drawn through a hole."""
    valid = [one for one in story.stretches if one.state is CoverageState.VALID]
    pieces, place = [], 0
    for stretch in valid:
        piece: list[Quote] = []
        while place < len(story.quotes) and story.quotes[place].wall_ns < stretch.to_wall_ns:
            piece.append(story.quotes[place])
            place += 1
        if piece:
            pieces.append([*piece, piece[-1]._replace(wall_ns=stretch.to_wall_ns)])
    return pieces


def _quotes(axes: "Axes", story: MarketStory) -> None:
    for number, piece in enumerate(_pieces(story)):
        times = [moment(one.wall_ns) for one in piece]
        bids = [float("nan") if one.bid_e6 is None else one.bid_e6 / E6 for one in piece]
        asks = [float("nan") if one.ask_e6 is None else one.ask_e6 / E6 for one in piece]
        words = ("best yes bid", "best yes ask") if number == 0 else ("_bid", "_ask")
        axes.fill_between(times, bids, asks, step="post", color=FAINT, alpha=0.15, linewidth=0)  # type: ignore[arg-type] # datetimes are welcome
        axes.step(times, bids, where="post", color=YES, linewidth=1.3, label=words[0])  # type: ignore[arg-type] # datetimes are welcome
        axes.step(times, asks, where="post", color=NO, linewidth=1.3, label=words[1])  # type: ignore[arg-type] # datetimes are welcome


def _trades(axes: "Axes", story: MarketStory) -> None:
    if not story.trades:
        return
    largest = max(one.size_e6 for one in story.trades) or 1
    axes.scatter(
        [moment(one.wall_ns) for one in story.trades],  # type: ignore[arg-type] # datetimes are welcome
        [one.yes_price_e6 / E6 for one in story.trades],
        s=[10 + 70 * one.size_e6 / largest for one in story.trades],
        c=[TAKERS.get(one.taker_side, FAINT) for one in story.trades],
        edgecolors="white", linewidths=0.6, alpha=0.85, zorder=4, label="trades, by taker",
    )  # fmt: skip


def _depth(axes: "Axes", story: MarketStory) -> None:
    for number, piece in enumerate(_pieces(story)):
        times = [moment(one.wall_ns) for one in piece]
        sides = [
            (YES, "yes", [one.yes_depth_e6 / E6 for one in piece]),
            (NO, "no", [-one.no_depth_e6 / E6 for one in piece]),
        ]
        for colour, word, sizes in sides:
            label = f"bid for {word}" if number == 0 else f"_{word}"
            axes.fill_between(times, sizes, step="post", color=colour, alpha=0.45, linewidth=0, label=label)  # type: ignore[arg-type] # datetimes are welcome
    axes.axhline(0, color=INK, linewidth=0.6)
    axes.yaxis.set_major_formatter(lambda size, _: f"{abs(size):,.0f}")


def _holes(axes: "Axes", stretches: Sequence[Stretch]) -> None:
    for one in stretches:
        if one.state is not CoverageState.VALID:
            axes.axvspan(
                moment(one.from_wall_ns), moment(one.to_wall_ns), facecolor="none", edgecolor=COLOURS[one.state],  # type: ignore[arg-type] # datetimes are welcome
                hatch="///", linewidth=0, alpha=0.7, zorder=0,
            )  # fmt: skip


def _turning_points(axes: "Axes", story: MarketStory) -> None:
    for place, one in enumerate(story.transitions[:20]):
        axes.axvline(moment(one.wall_ns), color=INK, linewidth=0.9, linestyle=(0, (4, 3)))  # type: ignore[arg-type] # datetimes are welcome
        axes.annotate(
            f" {one.after.value} ({one.cause.value})", (moment(one.wall_ns), 0.02 + 0.06 * (place % 4)),
            xycoords=("data", "axes fraction"), fontsize=8, color=INK,
        )  # fmt: skip


def _canvas(rows: int) -> "tuple[Figure, tuple[Axes, ...]]":
    """Open a picture of 1200 by 700 points with one or two rows, without a screen."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 drawing is rare, importing it slow
    from matplotlib.figure import Figure as NewFigure  # noqa: PLC0415 drawing is rare, importing it slow

    figure = NewFigure(figsize=(WIDTH_IN, HEIGHT_IN), dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    shares = [1.0] if rows == 1 else [3.0, 1.0]
    grid = figure.add_gridspec(rows, 1, height_ratios=shares)
    drawn = tuple(figure.add_subplot(grid[row, 0]) for row in range(rows))
    for axes in drawn:
        axes.spines[["top", "right"]].set_visible(False)
        axes.spines[["left", "bottom"]].set_color(FAINT)
        axes.tick_params(colors=INK, labelsize=9)
        axes.grid(axis="x", color=FAINT, alpha=0.25, linewidth=0.6)
        axes.set_axisbelow(True)
    return figure, drawn


def _head(axes: "Axes", title: str, line: str) -> None:
    axes.set_title(f"{title}\n", loc="left", fontsize=14, fontweight="bold", color=INK, parse_math=False)
    words = axes.annotate(
        safe(line, HEAD_CHARS_MAX), (0, 1.012), xycoords="axes fraction", fontsize=9.5, color=FAINT, parse_math=False
    )
    words.set_in_layout(False)  # a long line is no reason to make the picture narrow


def _time_axis(axes: "Axes", from_wall_ns: int, to_wall_ns: int) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter  # noqa: PLC0415 drawing is rare, importing it slow

    locator = AutoDateLocator(minticks=4, maxticks=9, tz=UTC)  # type: ignore[no-untyped-call] # likewise
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, tz=UTC, offset_formats=OFFSETS))  # type: ignore[no-untyped-call] # likewise
    axes.set_xlim(moment(from_wall_ns), moment(max(to_wall_ns, from_wall_ns + NS_PER_S // 100)))  # type: ignore[arg-type] # datetimes are welcome


def _save(figure: "Figure", path: Path) -> None:
    """Write the picture. A letter that the font lacks is drawn as a box: that is no news to anybody."""
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph", category=UserWarning)
            figure.savefig(path, metadata={"Software": "firstprint"} if path.suffix == ".png" else None)
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"the picture {path} cannot be written: {error}. Give a file that ends in .png"
        ) from error
