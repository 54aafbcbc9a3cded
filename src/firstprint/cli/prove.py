"""`firstprint verify`, `coverage` and `book`."""

from collections.abc import Sequence
from pathlib import Path

from firstprint.app.book_at import BookAt
from firstprint.app.coverage import SessionCoverage
from firstprint.app.verify_report import VerifyReport
from firstprint.bootstrap import proving, reading
from firstprint.bootstrap.logs import configure_logs
from firstprint.cli.configured import with_flags
from firstprint.cli.output import plain, say, say_json, say_table, when
from firstprint.config import read_config
from firstprint.domain.clock import NS_PER_S
from firstprint.domain.errors import ConfigurationError
from firstprint.domain.marketdata import Level
from firstprint.domain.units import format_e6

ROWS_SHOWN = 40


def verify(
    session: str | None = None, *, truth: list[Path] | None = None, data: Path | None = None, json: bool = False
) -> int:
    """Prove a session: no silent gap, no wrong book, nothing lost, nothing twice. Exit 1 when anything is wrong.

    Parameters
    ----------
    session
        The session; the latest one when not given.
    truth
        The truth log of a simulated venue, given once for each: then every book is compared with it.
    data
        Data folder (FIRSTPRINT_DATA, default ./data).
    json
        Print one JSON document.
    """
    configure_logs("warning")
    report = proving.verify(with_flags(data), session, truth or ())
    if json:
        say_json(report)
    else:
        _say(report, truth or ())
    return 0 if report.ok else 1


def _say(report: VerifyReport, truth: Sequence[Path]) -> None:
    untold = [venue for venue in report.venues if truth and venue not in report.truth_venues]
    compared = "the truth log" if truth else "a second reading"
    if untold:
        compared = f"the truth log, but those of {' and '.join(untold)}"
    say(f"Session {report.session}: {report.records:,} records, {report.frames:,} frames")
    say_table(
        ("checked", "found"),
        [
            ("sequence numbers neither received nor in a gap row", report.silent_gaps),
            ("gap rows that cover what was received", report.false_gaps),
            ("gap rows", f"{report.gaps:,}, {report.repaired:,} repaired"),
            (f"book states compared with {compared}", f"{report.books_checked:,}, {report.books_wrong:,} wrong"),
            ("acknowledged records lost", report.acknowledged_lost),
            ("rows missing, extra, twice in the projections",
             f"{report.sink_missing:,}, {report.sink_extra:,}, {report.duplicates:,}"),
            ("frames altered, unaccounted, out of order",
             f"{report.frames_altered:,}, {report.frames_unaccounted:,}, {report.order_broken:,}"),
            ("damage to the journal, broken session bounds", f"{report.damaged:,}, {report.session_broken:,}"),
        ],
    )  # fmt: skip
    for problem in report.problems:
        say(f"  wrong: {problem}")
    for note in report.notes:
        say(f"  note: {note}")
    say(_verdict(report, untold))


def _verdict(report: VerifyReport, untold: Sequence[str]) -> str:
    if not report.ok:
        return "NOT proved: see above."
    if untold:
        return f"Proved, but the books of {' and '.join(untold)} without their truth: see the notes."
    return "Proved."


def coverage(
    market: str | None = None,
    *,
    session: str | None = None,
    plot: Path | None = None,
    data: Path | None = None,
    json: bool = False,
) -> int:
    """Say for how much of each market's stay its book was certain, and draw it.

    Parameters
    ----------
    market
        Only this market; with --plot its whole life: quotes, depth, trades, holes.
    session
        The session; the latest one when not given.
    plot
        Draw a PNG file.
    data
        Data folder (FIRSTPRINT_DATA, default ./data).
    json
        Print one JSON document.
    """
    folder = data or read_config().data
    found = reading.session_coverage(folder, session, market)
    if plot is not None:
        _draw(folder, session, market, found, plot)
    if json:
        say_json(found)
    else:
        _say_coverage(found, plot)
    return 0


def _draw(folder: Path, session: str | None, market: str | None, found: SessionCoverage, plot: Path) -> None:
    from firstprint.cli import plot as drawing  # noqa: PLC0415 matplotlib takes a second to load: only for who draws

    if plot.suffix.lower() != ".png":
        raise ConfigurationError(f"--plot is {plot}: give a file that ends in .png")
    try:
        if market is None:
            drawing.plot_coverage(found, plot)
        else:
            drawing.plot_market(reading.story(folder, session, market), plot)
    except OSError as error:
        raise ConfigurationError(f"{plot} cannot be written: {error.strerror}. Give another file") from error


def _say_coverage(found: SessionCoverage, plot: Path | None) -> None:
    worst = sorted(found.markets, key=lambda one: (one.valid_share, one.market))
    say_table(
        ("market", "joined (UTC)", "stayed s", "VALID", "INVALID s", "PAUSED s", "not subscribed s", "gaps"),
        [
            (
                one.market, when(one.joined_wall_ns), f"{one.present_ns / NS_PER_S:.1f}", f"{one.valid_share:.4%}",
                f"{one.invalid_ns / NS_PER_S:.3f}", f"{one.paused_ns / NS_PER_S:.1f}",
                f"{one.not_subscribed_ns / NS_PER_S:.3f}", one.gaps,
            )
            for one in worst[:ROWS_SHOWN]
        ],
    )  # fmt: skip
    if len(worst) > ROWS_SHOWN:
        say(f"and {len(worst) - ROWS_SHOWN} more, all with better coverage (--json has them)")
    say(f"Session {found.session}: {len(found.markets)} markets, VALID for {found.valid_share:.4%} of their stays")
    if plot is not None:
        say(f"Drawn: {plot}")


def book(market: str, *, at: str, data: Path | None = None, json: bool = False) -> int:
    """Show a market's book as it was at a time. Exit 1 when nothing certain is known of it then.

    Parameters
    ----------
    market
        The market's ticker.
    at
        RFC 3339 with a zone (2026-08-07T06:46:28.978Z), or Unix nanoseconds.
    data
        Data folder (FIRSTPRINT_DATA, default ./data).
    json
        Print one JSON document.
    """
    found = reading.book(data or read_config().data, market, at)
    if json:
        say_json(found)
    else:
        _say_book(found)
    return 0 if found.state == "VALID" else 1


def _say_book(found: BookAt) -> None:
    say(f"{plain(found.market)} at {when(found.at_ns)} UTC: {found.state}")
    if found.reason is not None:
        say(f"  because of {found.reason} since {when(found.since_wall_ns)}")
    if found.state == "NOT_RECORDED":
        say(f"  recorded before, last at {when(found.recorded_before_ns) or 'no time'}")
        say(f"  recorded after, first at {when(found.recorded_after_ns) or 'no time'}")
    if found.yes is None or found.no is None:
        return
    say(f"  as of connection {found.connection}, sid {found.sid}, seq {found.seq} (record {found.record})")
    rows = max(len(found.yes), len(found.no))
    yes = [*reversed(found.yes), *[None] * (rows - len(found.yes))]
    no = [*reversed(found.no), *[None] * (rows - len(found.no))]
    say_table(
        ("yes bid $", "contracts", "no bid $", "contracts"),
        [(*_level(bid), *_level(other)) for bid, other in zip(yes, no, strict=True)],
    )


def _level(level: Level | None) -> tuple[str, str]:
    return ("", "") if level is None else (format_e6(level.price_e6), format_e6(level.size_e6))
