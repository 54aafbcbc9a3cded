"""What is known of the sessions in a data folder, without reading them whole."""

from pathlib import Path

import msgspec

from firstprint.domain.record import JournalRecord, Kind
from firstprint.journal.block import BlockHeader
from firstprint.journal.files import DiskFiles, Files
from firstprint.journal.header import HEADER_BYTES
from firstprint.journal.reader import Catalog, SessionReader, open_segment
from firstprint.journal.segment import SegmentFile, block_end


class SessionSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One session: its records, times, and size. Times are ours, Unix nanoseconds; None when it has no record.

    `closed` says that the recorder stopped by its own will; a session without that crashed, or is still running.
    """

    session: str
    folder: Path
    first_record: int
    last_record: int
    first_wall_ns: int | None
    last_wall_ns: int | None
    closed: bool
    segments: int
    sealed_segments: int
    bytes: int


def list_sessions(folder: Path, files: Files | None = None) -> list[SessionSummary]:
    """Summarize the sessions below `folder`, the oldest first; those without a record last."""
    files = files or DiskFiles()
    summaries = [summarize(folder / name, files) for name in files.names(folder) if files.names(folder / name)]
    return sorted(summaries, key=lambda one: (one.first_wall_ns is None, one.first_wall_ns or 0, one.session))


def summarize(folder: Path, files: Files | None = None) -> SessionSummary:
    """Summarize one session: its first block, and the segment it ends in, are looked at."""
    files = files or DiskFiles()
    catalog = Catalog(files, folder)
    segments = [open_segment(files, folder, name) for name in catalog.names]
    try:
        first = next((found for found in map(_first_block, segments) if found), None)
        last = next((record for record in map(_last_record, reversed(segments)) if record), None)
        return SessionSummary(
            session=folder.name,
            folder=folder,
            first_record=first.first_record if first else 0,
            last_record=last.number if last else 0,
            first_wall_ns=first.first_mono_ns + first.wall_offset_ns if first else None,
            last_wall_ns=last.wall_ns if last else None,
            closed=last is not None and last.kind is Kind.SESSION_CLOSED,
            segments=len(segments),
            sealed_segments=sum(segment.sealed for segment in segments),
            bytes=sum(segment.size_bytes() for segment in segments),
        )
    finally:
        for segment in segments:
            segment.close()


def read_records(folder: Path, session: str, after: int = 0, *, records_max: int | None = None) -> list[JournalRecord]:
    """Read a session's records above `after`, at most `records_max`.

    Raises JournalDamaged where they cannot be read.
    """
    records: list[JournalRecord] = []
    for record in SessionReader(folder / session).records(after):
        if len(records) == records_max:
            break
        records.append(record)
    return records


def _first_block(segment: SegmentFile) -> BlockHeader | None:
    return segment.header_at(HEADER_BYTES)


def _last_record(segment: SegmentFile) -> JournalRecord | None:
    """Find the last record of a segment by stepping over its blocks."""
    offset, last = HEADER_BYTES, None
    header = segment.header_at(offset)
    while header is not None:
        last, offset = offset, block_end(offset, header)
        header = segment.header_at(offset)
    block = segment.block_at(last) if last is not None else None
    return next(block.frames(block.last_record - 1)) if block else None
