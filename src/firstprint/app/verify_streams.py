"""The journal's frames, read a second time: numbers by subscription, and the book frames that wait to be compared."""

from collections import Counter
from hashlib import sha256

from firstprint.app.verify_numbers import Seen, StreamKey, StreamNumbers
from firstprint.app.verify_reading import COUNTED_CHANNELS, DELTA, SNAPSHOT, TERMINAL_CODES, Heard, read, torn_number
from firstprint.app.verify_report import VerifyReport
from firstprint.app.verify_truth import FAULT_BEHIND_MAX, Truth

WAITING_MAX = 4_096
ALTERED_MAX = 100_000
TORN_MAX = 100_000


class Streams:
    """Every subscription of a session, by (connection, sid). `joined` gives the venue's number of a connection.

    `opened` are the connections that the record has from their opening on: on those, every subscription counts from 1.
    """

    def __init__(self, report: VerifyReport, truth: Truth | None, joined: dict[int, int]) -> None:
        self._report = report
        self._truth = truth
        self._joined = joined
        self.opened: set[int] = set()
        self.numbers: dict[StreamKey, StreamNumbers] = {}
        self.frames: Counter[int] = Counter()
        self.waiting: dict[int, Heard] = {}
        self.terminal: set[int] = set()
        self._unread: set[tuple[int, int, int]] = set()
        self._altered: list[tuple[int, StreamKey, int]] = []

    def hear(self, connection: int, first_record: int, payloads: list[bytes]) -> None:
        """Read the frames of one run before they are folded."""
        self.frames[connection] += len(payloads)
        newest: dict[StreamKey, int] = {}
        for record, raw in enumerate(payloads, first_record):
            heard = read(raw)
            if heard is None:
                self._torn(connection, record, raw)
                continue
            if heard.kind == "subscribed":
                self._subscribed(connection, record, heard)
            if heard.kind == "error" and heard.body.get("code") in TERMINAL_CODES:
                self.terminal.add(record)
            if heard.sid is None or heard.seq is None:
                continue
            key = (connection, heard.sid)
            self._number(key, record, heard, raw)
            newest[key] = heard.seq
        self._let_go(newest)

    def _torn(self, connection: int, record: int, raw: bytes) -> None:
        """Remember the number of a frame that breaks off: the same number in a whole frame contradicts it.

        It may be the first number of its subscription: an acknowledgement on a channel that counts nothing else.
        """
        number = torn_number(raw)
        if number is not None and len(self._unread) < TORN_MAX:
            self._unread.add((connection, *number))
            key = (connection, number[0])
            if key not in self.numbers and connection in self.opened:
                self.numbers[key] = StreamNumbers(1, record)

    def _subscribed(self, connection: int, record: int, heard: Heard) -> None:
        """Take note of a new subscription: it counts from 1, whatever its first frame is."""
        sid = heard.body.get("sid")
        if heard.body.get("channel") in COUNTED_CHANNELS and type(sid) is int:
            stream = self.numbers.setdefault((connection, sid), StreamNumbers(1, record))
            stream.epochs[0].first_due = 1

    def _number(self, key: StreamKey, record: int, heard: Heard, raw: bytes) -> None:
        assert heard.seq is not None  # noqa: S101 the caller has looked
        stream = self.numbers.get(key)
        if stream is None:
            first = 1 if key[0] in self.opened else self._true_first(key, heard.seq)
            stream = self.numbers[key] = StreamNumbers(first, record)
        fresh = stream.heard(heard.seq, Seen(record, hash(raw)))
        if (*key, heard.seq) in self._unread:
            stream.contradicted.add(record)
        if heard.kind in (SNAPSHOT, DELTA):
            self.waiting[record] = heard
        if fresh:
            self._compare_bytes(key, heard.seq, record, raw)

    def true_key(self, key: StreamKey) -> StreamKey | None:
        """Give a subscription's key in the truth log, None when its connection is not in it."""
        number = self._joined.get(key[0])
        return None if number is None else (number, key[1])

    def _true_first(self, key: StreamKey, seq: int) -> int | None:
        true = self.true_key(key)
        return self._truth.first_seq(true, seq) if self._truth is not None and true is not None else None

    def _compare_bytes(self, key: StreamKey, seq: int, record: int, raw: bytes) -> None:
        true = self.true_key(key)
        if self._truth is None or true is None:
            return
        sha = self._truth.sha(true, seq)
        if sha is not None and sha256(raw).hexdigest()[: len(sha)] != sha and len(self._altered) < ALTERED_MAX:
            self._altered.append((record, true, seq))

    def _let_go(self, newest: dict[StreamKey, int]) -> None:
        if self._truth is not None:
            for key, seq in newest.items():
                true = self.true_key(key)
                if true is not None:
                    self._truth.settle(true, seq)

    def folded(self) -> None:
        """Drop the oldest frames that nobody asked for: repetitions, and what went to quarantine."""
        while len(self.waiting) > WAITING_MAX:
            del self.waiting[next(iter(self.waiting))]

    def refuse(self, connection: int, record: int, raw: bytes) -> None:
        """Take back the number of a frame that went to quarantine."""
        heard = self.waiting.pop(record, None) or read(raw)
        if heard is None or heard.sid is None or heard.seq is None:
            return
        stream = self.numbers.get((connection, heard.sid))
        if stream is not None:
            stream.refuse(heard.seq, record, heard.market if heard.kind in (SNAPSHOT, DELTA) else None)

    def finish(self) -> None:
        """Count what is missing and unexplained, and frames that are not what the venue had sent (I02, I03)."""
        if self._truth is not None:
            self._truth.read_on(FAULT_BEHIND_MAX)
        for (connection, sid), stream in self.numbers.items():
            for epoch in stream.epochs:
                for low, high in epoch.silent():
                    where = f"connection {connection}, sid {sid}: {low} to {high} neither received nor in a gap"
                    self._report.found("silent_gaps", where, high - low + 1)
        for record, (connection, sid), seq in self._altered:
            if self._truth is not None and (connection, sid, seq) not in self._truth.spoiled:
                where = f"record {record} is not the frame that the venue sent as ({connection}, {sid}, {seq})"
                self._report.found("frames_altered", where)
