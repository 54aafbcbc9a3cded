"""Replay: recorded lines through a journal, the codec and the books; what is broken is counted and said."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from firstprint.app.replay import ReplayReport
from firstprint.bootstrap.replaying import replay
from firstprint.domain.errors import ConfigurationError

T_NS = 1_776_490_453_460_692_000


def _frame(type_: str, seq: int, **msg: Any) -> str:
    return json.dumps({"type": type_, "sid": 1, "seq": seq, "msg": {"market_ticker": "KXA-1", **msg}})


def _snapshot(seq: int) -> str:
    return _frame("orderbook_snapshot", seq, yes_dollars_fp=[["0.4000", "10.00"]], no_dollars_fp=[["0.5000", "5.00"]])


def _delta(seq: int) -> str:
    return _frame("orderbook_delta", seq, price_dollars="0.4000", delta_fp="1.00", side="yes")


def _line(raw: str, number: int = 0, **more: Any) -> str:
    return json.dumps({"raw": raw, "recv_ts_ns": T_NS + number} | more)


def _lines(last_seq: int) -> list[str]:
    return [_line(_snapshot(1)), *(_line(_delta(seq), seq) for seq in range(2, last_seq + 1))]


def _replay(path: Path, lines: list[str], every: int | None = None) -> ReplayReport:
    path.write_text("\n".join(lines) + "\n")
    return replay([path], every)


def test_whole_recordings_give_their_book_and_no_gap(tmp_path: Path) -> None:
    """Replay: every line is applied, the book is certain, and its hash follows from its levels."""
    report = _replay(tmp_path / "a.jsonl", _lines(5))
    assert (report.frames, report.applied, report.quarantined) == (5, 5, 0)
    assert (report.gaps, report.invalid) == ([], [])
    assert [book[0] for book in report.books] == ["KXA-1"]
    assert len(report.books_sha256) == 64


def test_gzip_is_told_by_its_content(tmp_path: Path) -> None:
    """Replay: a compressed recording gives the same report, whatever its name."""
    plain = _replay(tmp_path / "a.jsonl", _lines(5))
    packed = tmp_path / "a.anything"
    packed.write_bytes(gzip.compress((tmp_path / "a.jsonl").read_bytes()))
    assert replay([packed], None) == plain


def test_blank_lines_are_nothing_and_a_broken_last_line_is_quarantined(tmp_path: Path) -> None:
    """Replay: the torn last line of a killed recorder is counted, and the books before it stand."""
    report = _replay(tmp_path / "a.jsonl", ["", *_lines(4), "  ", '{"raw": "{\\"type'])
    assert (report.frames, report.applied, report.quarantined) == (5, 4, 1)
    assert report.quarantine == {"BROKEN_LINE": 1}
    assert (report.gaps, report.invalid) == ([], [])


def test_a_broken_line_in_the_middle_is_exactly_the_hole_that_it_is(tmp_path: Path) -> None:
    """I01: a truncated line with lines behind it is a gap of exactly its number, and the book is not certain."""
    lines = _lines(6)
    lines[3] = lines[3][:30]
    report = _replay(tmp_path / "a.jsonl", lines)
    assert report.quarantined == 1
    assert [(gap.sid, gap.seq_from, gap.seq_to) for gap in report.gaps] == [(1, 4, 4)]
    assert report.invalid == ["KXA-1"]
    assert report.books == []


def test_checkpoints_count_input_lines(tmp_path: Path) -> None:
    """Replay: a checkpoint after n lines has the hash of a replay of the first n lines, blank ones counted."""
    lines = [*_lines(3), "", *_lines(7)[3:]]
    report = _replay(tmp_path / "a.jsonl", lines, every=2)
    assert [line for line, _ in report.checkpoints] == [2, 4, 6, 8]
    for line, digest in report.checkpoints:
        assert digest == _replay(tmp_path / f"first-{line}.jsonl", lines[:line]).books_sha256


def test_several_files_are_one_recording(tmp_path: Path) -> None:
    """Replay: files follow one another, and checkpoints count on through them."""
    lines = _lines(8)
    (tmp_path / "1.jsonl").write_text("\n".join(lines[:3]) + "\n")
    (tmp_path / "2.jsonl").write_text("\n".join(lines[3:]) + "\n")
    apart = replay([tmp_path / "1.jsonl", tmp_path / "2.jsonl"], 2)
    assert apart == _replay(tmp_path / "all.jsonl", lines, every=2)


def test_connections_have_sequences_of_their_own(tmp_path: Path) -> None:
    """Law 4: the same numbers on another connection are neither duplicates nor gaps."""
    other = [json.loads(line) | {"connection": 2} for line in _lines(3)]
    for line in other:
        line["raw"] = line["raw"].replace("KXA-1", "KXB-1")
    report = _replay(tmp_path / "a.jsonl", [*_lines(3), *map(json.dumps, other)])
    assert (report.applied, report.duplicate, report.gaps) == (6, 0, [])
    assert sorted(book[0] for book in report.books) == ["KXA-1", "KXB-1"]


@pytest.mark.parametrize("text", ["2026-04-18T05:34:13.460692Z", "2026-04-18T07:34:13.460692+02:00"])
def test_receive_times_may_be_text(tmp_path: Path, text: str) -> None:
    """Replay: recv_ts in RFC 3339 with any zone is the same moment as recv_ts_ns."""
    lines = [json.dumps({"raw": _snapshot(1), "recv_ts": text})]
    assert _replay(tmp_path / "a.jsonl", lines).applied == 1


@pytest.mark.parametrize("more", [{}, {"recv_ts": "2026-04-18T05:34:13"}, {"recv_ts": "soon"}])
def test_a_time_that_is_none_makes_the_line_a_broken_one(tmp_path: Path, more: dict[str, str]) -> None:
    """Law 4: a receive time is never invented: a line without one, or without its zone, is quarantined."""
    report = _replay(tmp_path / "a.jsonl", [*_lines(2), json.dumps({"raw": _delta(3), **more})])
    assert (report.applied, report.quarantine) == (2, {"BROKEN_LINE": 1})


def test_a_file_that_breaks_off_is_replayed_as_far_as_it_goes(tmp_path: Path) -> None:
    """Bad input: a gzip file without its end gives what is whole in it, and one broken line."""
    whole = gzip.compress("\n".join(_lines(2000)).encode())
    (tmp_path / "a.gz").write_bytes(whole[: len(whole) // 2])
    report = replay([tmp_path / "a.gz"], None)
    assert 0 < report.applied < 2000
    assert report.quarantine["BROKEN_LINE"] >= 1
    assert report.gaps == []


def test_a_file_without_a_frame_is_refused(tmp_path: Path) -> None:
    """Bad input: a file of something else is an error that says what is expected."""
    (tmp_path / "a.txt").write_text("hello\n")
    with pytest.raises(ConfigurationError, match="no line of it is a recorded frame"):
        replay([tmp_path / "a.txt"], None)
