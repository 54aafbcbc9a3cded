"""The journal as the projector reads it."""

from pathlib import Path

from projection_script import FIRST, SECOND, HandClock

from firstprint.domain.clock import Instant
from firstprint.domain.record import Kind
from firstprint.journal.journal import Journal
from firstprint.sinks.tailing import JournalSessions


def test_only_durable_blocks_are_given_and_each_once(tmp_path: Path) -> None:
    """B13, I14: a followed session gives what is durable, in order, each record once, and knows its close."""
    clock = HandClock()
    journal = Journal.create(tmp_path, FIRST, clock)
    catalogue = JournalSessions(tmp_path)
    assert catalogue.sessions() == [FIRST]
    tail = catalogue.tail(FIRST)
    read: list[int] = []
    for number in range(1, 8):
        journal.append_frames(1, [b"one", b"two"], Instant(number * 1000, number * 1000))
        assert [block.last_record for block in tail.read()] == []
        journal.commit()
        read += [record.number for block in tail.read() for record in block.frames()]
        assert tail.durable == 2 * number
        assert not tail.ended
    journal.append(Kind.SESSION_CLOSED, 0, b"{}", Instant(9000, 9000))
    journal.close()
    read += [record.number for block in tail.read() for record in block.frames()]
    assert read == list(range(1, 16))
    assert tail.ended
    Journal.create(tmp_path, SECOND, clock).close()
    assert catalogue.sessions() == [FIRST, SECOND]
