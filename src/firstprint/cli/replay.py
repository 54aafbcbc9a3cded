"""`firstprint replay`: recorded raw frames through journal, codec and books."""

from pathlib import Path

from firstprint.app.replay import ReplayReport
from firstprint.bootstrap import replaying
from firstprint.cli.output import say, say_json, say_table
from firstprint.domain.errors import ConfigurationError


def replay(*files: Path, checkpoint_every: int | None = None, json: bool = False) -> int:
    """Replay recorded frames and say what their books are.

    Each file holds JSON lines (plain or gzip): {"raw": "<frame>", "recv_ts_ns": 1776490453460692000}, or recv_ts in
    RFC 3339, and optionally "connection" (default 1). Blank lines are skipped; a broken line is quarantined.

    Parameters
    ----------
    files
        Recordings, read one after the other.
    checkpoint_every
        Give the hash of all books after every so many input lines.
    json
        Print one JSON document.
    """
    if not files:
        raise ConfigurationError("give at least one file of recorded frames")
    if checkpoint_every is not None and checkpoint_every < 1:
        raise ConfigurationError(f"--checkpoint-every is {checkpoint_every}: it must be at least 1")
    report = replaying.replay(files, checkpoint_every)
    if json:
        say_json(report)
    else:
        _say(report)
    return 0


def _say(report: ReplayReport) -> None:
    say(
        f"{report.frames} frames: {report.applied} applied, {report.control} control, {report.duplicate} duplicate, "
        f"{report.quarantined} quarantined; {report.reordered} put in their place"
    )
    say(f"{len(report.books)} books certain, {len(report.invalid)} not; sha256 {report.books_sha256}")
    if report.gaps:
        say_table(
            ("connection", "sid", "from", "to", "reason", "markets"),
            [(gap.connection, gap.sid, gap.seq_from, gap.seq_to, gap.reason, len(gap.markets)) for gap in report.gaps],
        )
    for line, digest in report.checkpoints:
        say(f"line {line}: {digest}")
