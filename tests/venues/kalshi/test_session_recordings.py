"""Real recordings, clean and with every line spoiled in every way, against the naive reading of the same lines.

They are found through FIRSTPRINT_RECORDINGS (default: ../shared/recordings beside the repository).
"""

import gzip
import json
from collections import Counter

import pytest
import recorded
from feed_kit import Bench
from naive_kalshi import NaiveBooks, describe

from firstprint.domain.gaps import GapReason

RECORDINGS = recorded.RECORDINGS / "kalshi-ws"
pytestmark = recorded.needs_recordings

FILES = sorted(path.name for path in RECORDINGS.glob("btc-*") if "books" not in path.name)
SPOILED = [name for name in FILES if "1429" not in name]
"""The recording of one line is left out: a stream of one frame has nothing that could be missed."""
POSITIONS_MAX = 12


def frames_of(name: str) -> list[bytes]:
    """Read the raw frames of a recording."""
    opener = gzip.open if name.endswith(".gz") else open
    with opener(RECORDINGS / name, "rt") as lines:
        return [json.loads(line)["raw"].encode() for line in lines if line.strip()]


def expected(name: str) -> dict:
    """Read what the books of a recording are known to be."""
    stem = name.removesuffix(".gz").removesuffix(".jsonl").removesuffix(".frames")
    return json.loads((RECORDINGS / f"{stem}.books.json").read_text())


def positions(count: int) -> list[int]:
    """Every place of a short recording; the ends and an even spread of a long one."""
    if count <= 200:
        return list(range(count))
    return sorted({0, 1, 2, count - 2, count - 1, *range(3, count, count // POSITIONS_MAX)})


class Clean:
    """A recording, its naive reading, and what each of its lines is."""

    def __init__(self, name: str) -> None:
        self.frames = frames_of(name)
        self.lines = [describe(raw) for raw in self.frames]
        self.naive = NaiveBooks()
        for raw in self.frames:
            self.naive.read(raw)
        self.first_of: dict[int, int] = {}
        for line in self.lines:
            if line.sid is not None and line.seq is not None:
                self.first_of.setdefault(line.sid, line.seq)
        self.announced = any(line.kind == "subscribed" for line in self.lines)
        self.last_of = {line.sid: line.seq for line in self.lines if line.seq is not None}

    def replay(self, frames: list[bytes], checked_from: int = 0) -> Bench:
        """Fold frames; at each step of the spoiled part no VALID book may differ from the naive reading."""
        bench = Bench(rows=False)
        for place, raw in enumerate(frames):
            bench.hear(raw)
            if place >= checked_from:
                self.no_wrong_book(bench)
        bench.tick(0)
        self.no_wrong_book(bench)
        return bench

    def no_wrong_book(self, bench: Bench) -> None:
        for market in bench.valid:
            sub = bench.feed.talk.subscriptions[bench.shelf[market].feed.sid]
            assert bench.levels(market) == self.naive.at(market, sub.order.next_seq - 1)

    def start(self, place: int) -> int:
        """From where on to compare after a fault at a place: long recordings are compared around it and at the end."""
        return max(0, place - 2) if len(self.frames) <= 200 else len(self.frames) - 3


_cleans: dict[str, Clean] = {}


def clean(name: str) -> Clean:
    """Give a recording, read once for all tests."""
    if name not in _cleans:
        _cleans[name] = Clean(name)
    return _cleans[name]


def is_first(recording: Clean, place: int) -> bool:
    """Tell whether a line is the first of its subscription."""
    line = recording.lines[place]
    return line.seq is not None and recording.first_of[line.sid] == line.seq


def is_last(recording: Clean, place: int) -> bool:
    """Tell whether a line is the last of its subscription."""
    line = recording.lines[place]
    return line.seq is not None and recording.last_of[line.sid] == line.seq


@pytest.mark.parametrize("name", FILES)
def test_a_recording_replays_to_its_expected_hash_at_every_checkpoint(name: str) -> None:
    """Each checkpoint and the final books of a recording are what its books file says, with no gap (I03, I04, I05)."""
    told = expected(name)
    checkpoints = dict(told.get("checkpoints_after_line") or told.get("checkpoints") or [])
    bench = Bench(rows=False)
    seen = {}
    frames = frames_of(name)
    for number, raw in enumerate(frames, 1):
        bench.hear(raw)
        if number in checkpoints:
            seen[number] = bench.sha256()
    assert seen == checkpoints
    assert bench.sha256() == told["final_sha256"] == clean(name).naive.sha256()
    assert bench.gaps == []
    assert sum(bench.counts) == len(frames)
    assert bench.counts[2:] == (0, 0)


@pytest.mark.parametrize("name", SPOILED)
def test_a_dropped_line_is_one_gap_with_exactly_its_number(name: str) -> None:
    """A numbered line dropped is one SEQ_GAP with its number and its markets INVALID; an unnumbered one is none (F22).

    The first of a stream whose start was not seen cannot be known to be missing, and the last never.
    """
    recording = clean(name)
    for place in positions(len(recording.frames)):
        line = recording.lines[place]
        bench = recording.replay(recording.frames[:place] + recording.frames[place + 1 :], recording.start(place))
        unknowable = line.seq is None or is_last(recording, place)
        if unknowable or (is_first(recording, place) and not recording.announced):
            assert bench.gaps == [], place
        else:
            assert bench.gaps == [(GapReason.SEQ_GAP, line.sid, line.seq, line.seq)], place
            assert bench.valid.isdisjoint(bench.heard.gaps[0].pending)
        if is_first(recording, place) and not is_last(recording, place):
            assert line.market not in bench.valid
        assert sum(bench.counts) == len(recording.frames) - 1


@pytest.mark.parametrize("name", SPOILED)
def test_a_duplicated_line_is_one_duplicate_and_nothing_else(name: str) -> None:
    """A numbered line that comes twice is counted as a duplicate once, and no book or gap changes (F25)."""
    recording = clean(name)
    whole = recording.replay(recording.frames, len(recording.frames))
    for place in positions(len(recording.frames)):
        line = recording.lines[place]
        frames = recording.frames[: place + 1] + recording.frames[place:]
        bench = recording.replay(frames, recording.start(place))
        repeats = line.seq is not None or line.kind == "subscribed"
        difference = Counter(dict(zip("acdq", bench.counts, strict=True)))
        difference.subtract(Counter(dict(zip("acdq", whole.counts, strict=True))))
        assert {key: n for key, n in difference.items() if n} == ({"d": 1} if repeats else {"c": 1}), place
        assert (bench.gaps, bench.sha256()) == ([], whole.sha256()), place


@pytest.mark.parametrize("name", SPOILED)
def test_swapped_neighbours_are_put_back_in_order(name: str) -> None:
    """Two neighbours that come in the wrong order are no gap and leave the books as they are (F26)."""
    recording = clean(name)
    whole = recording.replay(recording.frames, len(recording.frames))
    for place in positions(len(recording.frames) - 1):
        frames = list(recording.frames)
        frames[place], frames[place + 1] = frames[place + 1], frames[place]
        bench = recording.replay(frames, recording.start(place))
        assert (bench.gaps, bench.counts, bench.sha256()) == ([], whole.counts, whole.sha256()), place
        one, other = recording.lines[place], recording.lines[place + 1]
        together = one.seq is not None and one.sid == other.sid and other.seq is not None
        assert sum(sub.order.reordered for sub in bench.feed.talk.subscriptions.values()) == together


def cuts(raw: bytes) -> list[int]:
    """Where to cut a frame: nothing left, within its type, its sid, its seq, its body, and before the last brace."""
    text = raw.decode().rstrip()
    marks = [text.find(key) + len(key) for key in ('"type"', '"sid":', '"seq":', '"msg":') if key in text]
    return sorted({0, 1, 12, *marks, len(text) // 2, len(text) - 1})


@pytest.mark.parametrize("name", SPOILED)
def test_a_truncated_line_is_quarantined_and_its_number_is_the_gap(name: str) -> None:
    """A torn frame is quarantined once and its number is one gap; one without a number is none (F36)."""
    recording = clean(name)
    for place in positions(len(recording.frames)):
        line = recording.lines[place]
        for cut in cuts(recording.frames[place]):
            frames = list(recording.frames)
            frames[place] = frames[place][:cut]
            bench = recording.replay(frames, recording.start(place))
            assert bench.counts[3] == 1
            assert sum(bench.counts) == len(frames)
            check_gap_of_torn(recording, place, bench, line)


def check_gap_of_torn(recording: Clean, place: int, bench: Bench, line: object) -> None:
    """Check the gap that a torn line must have left."""
    gaps = [gap[1:] for gap in bench.gaps]
    sure = line.seq is not None and not is_last(recording, place)
    if sure and (recording.announced or not is_first(recording, place)):
        assert gaps == [(line.sid, line.seq, line.seq)], place
        assert bench.heard.gaps[0].reason is GapReason.MALFORMED_FRAME
    elif line.seq is None:
        assert gaps == [], place
    else:
        assert gaps in ([], [(line.sid, line.seq, line.seq)]), place
        assert line.market not in bench.valid
