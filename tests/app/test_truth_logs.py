"""The truth logs given to `firstprint verify`: whole ones are read, all others refused with what to do."""

from pathlib import Path

import pytest

from firstprint.bootstrap.truth_logs import TruthLogs, truth_logs
from firstprint.domain.errors import ConfigurationError

START = b'{"k":"start","seed":1,"markets":2,"wire":"2026","at":5}\n'
HASHED_START = b'{"k":"start","seed":1,"at":5}\n'
DELTA = (
    b'{"k":"frame","c":1,"sid":1,"seq":2,"t":"M","type":"delta","side":"yes","price":"0.4100","size":"5.00",'
    b'"sha":"00","at":6}\n'
)
CHANGE = b'{"k":"change","m":"0x1","n":1,"h":["a","b"],"ts":6,"side":"BUY","price":"0.41","size":"5","at":6}\n'
END = b'{"k":"end","at":9,"frames":1}\n'


def written(path: Path, *lines: bytes) -> Path:
    """Write a log."""
    path.write_bytes(b"".join(lines))
    return path


def test_logs_of_both_kinds_are_told_apart(tmp_path: Path) -> None:
    """A truth log of numbers and one of hashes may be given together, in any order, or none at all."""
    numbered = written(tmp_path / "kalshi", START, DELTA, END)
    hashed = written(tmp_path / "polymarket", HASHED_START, CHANGE, END)
    for given in ([numbered, hashed], [hashed, numbered]):
        found = truth_logs(given)
        assert found.numbered is not None
        assert found.hashed is not None
        assert (found.numbered.path, found.hashed.path) == (numbered, hashed)
        assert list(found.hashed.lines()) == [HASHED_START, CHANGE, END]
    assert truth_logs([]) == (None, None)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty: give the file that the simulator wrote"),
        (b"{", "is not a truth log: Input data was truncated"),
        (b'{"a":1}\n', "is not a truth log: .*`k`"),
        (b'{"k":"frame"}\n', "is not a truth log: its first line is not the start"),
        (b"\x00" * 5_000, "is not a truth log: JSON is malformed"),
        (b'{"k":"\xff"}\n', "is not a truth log: .*utf-8"),
        (b'{"z":' + b"[" * 100_000, "is not a truth log: .*recursion"),
        (START + DELTA + DELTA[:40], "breaks off in line 3, before its end.*Stop the simulator"),
        (START + DELTA, "breaks off in line 2, before its end.*Stop the simulator"),
        (START + DELTA[:40] + b"\n" + END, "is damaged in line 2 .*Give an undamaged copy"),
        (START + b"\x00" * 50 + b"\n" + END, "is damaged in line 2 "),
        (START + DELTA.replace(b"5.00", b"5.x0") + END, "is damaged in line 2 "),
        (START + END + DELTA, "is damaged in line 3 .it stands behind the end"),
        (HASHED_START + CHANGE.replace(b"0.41", b"O.41") + END, "is damaged in line 2 "),
    ],
)
def test_a_log_that_is_none_or_not_whole_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    """What a log does not know cannot contradict a book: an empty, cut or damaged one would prove nothing."""
    with pytest.raises(ConfigurationError, match=f"(?s){tmp_path / 'log'} .*{said}"):
        truth_logs([written(tmp_path / "log", content)])


def test_a_log_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A name of nothing, or of a folder, is no truth log."""
    for path in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(ConfigurationError, match="not there"):
            truth_logs([path])


def test_two_logs_of_one_venue_are_refused(tmp_path: Path) -> None:
    """The same file twice, under whatever name, and two files of one venue are refused: one only can be the truth."""
    log, copy = written(tmp_path / "a", START, END), written(tmp_path / "b", START, END)
    (tmp_path / "same").symlink_to(log)
    for again in (log, tmp_path / "same"):
        with pytest.raises(ConfigurationError, match="given twice: give one file for each"):
            truth_logs([log, again])
    with pytest.raises(ConfigurationError, match="of the same venue"):
        truth_logs([log, copy])


def read_while_written(logs: TruthLogs, path: Path) -> None:
    """Read logs as the proof does, while a simulator begins anew on one."""
    with logs.unchanged():
        written(path, START, DELTA)
        raise ValueError("JSON is malformed")


def test_a_log_that_is_written_to_while_it_is_read_is_refused(tmp_path: Path) -> None:
    """Whatever went wrong in the proof meanwhile, the reason said is that the log changed under it."""
    logs = truth_logs([written(tmp_path / "log", START, END)])
    with logs.unchanged():
        pass
    with pytest.raises(ConfigurationError, match="written to while it was read"):
        read_while_written(logs, tmp_path / "log")
