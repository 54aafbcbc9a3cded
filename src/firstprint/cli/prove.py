"""`firstprint verify`, `coverage` and `book`."""

from pathlib import Path

from firstprint.app.verify_report import VerifyReport
from firstprint.bootstrap import proving
from firstprint.bootstrap.logs import configure_logs
from firstprint.cli.output import say, say_json, say_table
from firstprint.config import read_config


def verify(
    session: str | None = None, *, truth: Path | None = None, data: Path | None = None, json: bool = False
) -> int:
    """Prove a session: no silent gap, no wrong book, nothing lost, nothing twice. Exit 1 when anything is wrong.

    Parameters
    ----------
    session
        The session; the latest one when not given.
    truth
        The truth log of a simulated venue: then every book is compared at every sequence number.
    data
        Data folder (FIRSTPRINT_DATA, default ./data).
    json
        Print one JSON document.
    """
    config = read_config()
    configure_logs("warning")
    report = proving.verify(data or config.data, session, truth)
    if json:
        say_json(report)
    else:
        _say(report, truth)
    return 0 if report.ok else 1


def _say(report: VerifyReport, truth: Path | None) -> None:
    compared = "a second reading" if truth is None else "the truth log"
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
    say("Proved." if report.ok else "NOT proved: see above.")


def coverage() -> int:
    return 0


def book() -> int:
    return 0
