"""Journals of every released version are read to the same records, for ever."""

import hashlib
from pathlib import Path

import pytest
from journal_kit import SMALL, HandClock, append_history, payloads, read_all
from memory_files import MemoryFiles

from firstprint.domain.record import JournalRecord
from firstprint.journal import formats
from firstprint.journal.block import BlockHeader, Columns
from firstprint.journal.header import HEADER_BYTES, Container, SegmentHeader
from firstprint.journal.journal import Journal
from firstprint.journal.sessions import summarize

GOLDEN = Path(__file__).parent / "golden"
DIGESTS = {"v1": "fa70077048e487dc6a08c7a1fa7672e3aeaa831a7b9ff99125902239880581f3"}


def digest(records: list[JournalRecord]) -> str:
    """Stand for all fields of all records in order."""
    fields = [(r.number, int(r.kind), r.connection, r.mono_ns, r.wall_ns, r.payload) for r in records]
    return hashlib.sha256(repr(fields).encode()).hexdigest()


@pytest.mark.parametrize("version", sorted(DIGESTS))
def test_a_journal_of_every_version_reads_as_it_did(version: str) -> None:
    """Recordings kept since each version, live and sealed, give the very same records (F64)."""
    assert digest(read_all(GOLDEN / version)) == DIGESTS[version]
    summary = summarize(GOLDEN / version)
    assert summary.closed
    assert 0 < summary.sealed_segments < summary.segments


class OlderBody(formats.LiveBody):
    """A layout of an imagined older version: every payload backwards."""

    def decode(self, body: bytes, header: BlockHeader) -> Columns:
        columns = super().decode(body, header)
        return columns._replace(payloads=[payload[::-1] for payload in columns.payloads])


def older_header(data: bytes) -> SegmentHeader | None:
    """Read a header of the imagined older version, which has no digest."""
    newer = bytearray(data)
    newer[8:12] = (1).to_bytes(2, "little") + (0xFFFE).to_bytes(2, "little")
    return formats.decode_segment_header(bytes(newer))


def test_an_older_version_is_read_by_its_own_converter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which reader is taken is decided by the version that the segment states (F64)."""
    files, clock = MemoryFiles(), HandClock()
    journal = Journal.create(Path("/j"), "s", clock, files=files, limits=SMALL)
    written = append_history(journal, clock, 1)
    journal.close()
    head = files.nodes[Path("/j/s/00000001.live")].data
    head[8:12] = (0).to_bytes(2, "little") + (0xFFFF).to_bytes(2, "little")
    older = formats.Format(older_header, OlderBody())
    monkeypatch.setitem(formats.FORMATS, (Container.LIVE, 0), older)  # type: ignore[misc]
    monkeypatch.setattr("firstprint.journal.segment.SegmentFile.follows", lambda *_: True)
    assert len(head) > HEADER_BYTES
    assert payloads(read_all(Path("/j/s"), files)) == [payload[::-1] for payload in written]
