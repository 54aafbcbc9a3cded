"""The relational projection: sessions, connections, participation, lifecycle, gaps, quarantine and markets as rows."""

from dataclasses import dataclass

import msgspec

from firstprint.domain.gaps import Gap, GapReason
from firstprint.domain.happenings import ConnectionClosed, ConnectionOpened, SessionClosed, SessionOpened
from firstprint.domain.instruments import Market
from firstprint.domain.lifecycle import Cause, LifecycleEvent, Participation, Transition
from firstprint.domain.marketdata import FrameStamp
from firstprint.sinks.ledger import Batch, EventSighting, Ledger, Row, Sighting
from firstprint.sinks.offsets import OffsetSink

NAME = "relational"
TABLES = [
    "capture_sessions",
    "connections",
    "market_participation",
    "market_lifecycle_events",
    "market_transitions",
    "gaps",
    "gap_markets",
    "quarantine",
    "events",
    "event_history",
    "markets",
    "market_history",
]
RAW_BYTES_MAX = 65_536
"""The whole frame stays in the journal; the row holds its beginning, for a look."""


@dataclass
class Parts:
    """Numbers the rows that come from one record."""

    record: int = 0
    last: int = -1

    def next(self, record: int) -> int:
        """Give the place of one more row of this record, from 0."""
        self.last = self.last + 1 if record == self.record else 0
        self.record = record
        return self.last


class RelationalSink(OffsetSink):
    """Gathers rows and commits them with their offset."""

    name = NAME
    holds = tuple(TABLES)

    def __init__(self, ledger: Ledger, *, rows_max: int = 5_000, age_s_max: float = 0.25) -> None:
        self.rows_max = rows_max
        self.age_s_max = age_s_max
        super().__init__(ledger)
        self._session = ""
        self._venue = ""
        self._batch = Batch()
        self._start("")

    @property
    def pending(self) -> int:
        """How many rows wait for a commit."""
        return len(self._batch)

    def prepare(self) -> None:
        """Do what is due before anything is folded: nothing here."""

    def flush(self, record: int, *, complete: bool = False) -> None:
        """Commit all rows of the records up to `record`; safe to repeat when the outcome is unknown."""
        self._ledger.commit(NAME, self._session, self._committed, record, self._batch, complete=complete)
        self._batch = Batch()
        self._committed = max(self._committed, record)

    def forget(self) -> None:
        """Remove every row this sink has made."""
        self._ledger.forget(NAME, TABLES)
        self._start("")

    def _start(self, session: str) -> None:
        self._session = session
        self._committed = 0
        self._batch = Batch()
        self._lifecycle, self._transitions, self._quarantined, self._sighted = Parts(), Parts(), Parts(), Parts()

    def on_session_opened(self, stamp: FrameStamp, opened: SessionOpened) -> None:
        """Begin the session's row, and complete that of the session before it if that one crashed."""
        self._venue = opened.venue
        row = {
            "session": self._session,
            "venue": opened.venue,
            "software": opened.software,
            "settings": _json(opened.settings),
            "opened_wall_ns": stamp.wall_ns,
            "opened_mono_ns": stamp.mono_ns,
            "closed_wall_ns": None,
            "outcome": "open",
            "previous": opened.previous,
        }
        self._put(stamp.record, "capture_sessions", row)
        if opened.previous is not None:
            self._end_crashed(stamp.record, opened)

    def _end_crashed(self, record: int, opened: SessionOpened) -> None:
        """Close what the session before left open, at its last durable moment."""
        end_ns, cause = opened.previous_end_wall_ns, GapReason.RECORDER_DOWN.value
        ends: list[tuple[str, Row, Row]] = [
            (
                "capture_sessions",
                {"outcome": "open"},
                {"outcome": opened.previous_outcome or "crashed", "closed_wall_ns": end_ns},
            ),
            ("connections", {"closed_wall_ns": None}, {"closed_wall_ns": end_ns, "cause": cause, "closed_by": "us"}),
            ("market_participation", {"left_ns": None}, {"left_ns": end_ns, "left_reason": cause}),
        ]
        for table, still_open, values in ends:
            self._amend(record, table, {"session": opened.previous, **still_open}, values)

    def on_venue(self, venue: str) -> None:
        """Learn whose markets and events the next calls tell of."""
        self._venue = venue

    def on_session_closed(self, stamp: FrameStamp, closed: SessionClosed) -> None:
        """Complete the session's row."""
        ended = {"closed_wall_ns": stamp.wall_ns, "outcome": closed.outcome}
        self._amend(stamp.record, "capture_sessions", {"session": self._session}, ended)

    def on_connection_opened(self, stamp: FrameStamp, opened: ConnectionOpened) -> None:
        """Begin a connection's row."""
        row = {
            "session": self._session,
            "connection": stamp.connection,
            "url": opened.url,
            "purpose": opened.purpose,
            "headers": _json(opened.headers),
            "opened_record": stamp.record,
            "opened_wall_ns": stamp.wall_ns,
        }
        self._put(stamp.record, "connections", row)

    def on_connection_closed(self, stamp: FrameStamp, closed: ConnectionClosed) -> None:
        """Complete a connection's row."""
        ended = {
            "closed_record": stamp.record,
            "closed_wall_ns": stamp.wall_ns,
            "code": closed.code,
            "reason": closed.reason,
            "cause": closed.cause,
            "closed_by": closed.by,
        }
        where = {"session": self._session, "connection": stamp.connection}
        self._amend(stamp.record, "connections", where, ended)

    def on_joined(self, participation: Participation) -> None:
        """Begin a market's stay."""
        self._participation(participation.joined_record, participation)

    def on_left(self, participation: Participation) -> None:
        """Complete a market's stay."""
        left = participation.left_record
        self._participation(participation.joined_record if left is None else left, participation)

    def _participation(self, record: int, stay: Participation) -> None:
        row = {
            "session": self._session,
            "market": stay.market,
            "joined_record": stay.joined_record,
            "entry": stay.entry.value,
            "joined_ns": stay.joined_ns,
            "left_record": stay.left_record,
            "left_ns": stay.left_ns,
            "left_reason": stay.left_reason,
        }
        self._put(record, "market_participation", row)

    def on_lifecycle(self, stamp: FrameStamp, event: LifecycleEvent) -> None:
        """Keep every event of every type, with everything it said."""
        row = {
            "session": self._session,
            "record": stamp.record,
            "part": self._lifecycle.next(stamp.record),
            "connection": stamp.connection,
            "sid": event.sid,
            "seq": event.seq,
            "event_type": event.event_type,
            "market": event.market,
            "event_ticker": event.event_ticker,
            "venue_ns": event.venue_ns,
            "recv_wall_ns": stamp.wall_ns,
            "recv_mono_ns": stamp.mono_ns,
            "raw": _json(event.raw),
        }
        self._put(stamp.record, "market_lifecycle_events", row)
        if event.event is not None and not self._passed(stamp.record):
            told = EventSighting(
                self._venue, self._session, stamp.record, stamp.wall_ns, Cause.STREAM.value, event.event
            )
            self._batch.events.append(told)

    def on_transition(self, transition: Transition) -> None:
        """Keep a market's move and who told us."""
        row = {
            "session": self._session,
            "record": transition.record,
            "part": self._transitions.next(transition.record),
            "market": transition.market,
            "state_before": transition.before.value,
            "state_after": transition.after.value,
            "cause": transition.cause.value,
            "wall_ns": transition.wall_ns,
        }
        self._put(transition.record, "market_transitions", row)

    def on_gap_opened(self, gap: Gap) -> None:
        """Keep a hole and the markets it made uncertain."""
        self._gap(gap.opened_record, gap)

    def on_gap_closed(self, gap: Gap) -> None:
        """Complete a hole's row with its repair."""
        self._gap(gap.opened_record if gap.repaired_record is None else gap.repaired_record, gap)

    def _gap(self, record: int, gap: Gap) -> None:
        row = {
            "session": self._session,
            "gap_id": gap.gap_id,
            "connection": gap.connection,
            "sid": gap.sid,
            "channel": gap.channel,
            "seq_from": gap.seq_from,
            "seq_to": gap.seq_to,
            "reason": gap.reason.value,
            "opened_record": gap.opened_record,
            "opened_mono_ns": gap.opened_mono_ns,
            "opened_wall_ns": gap.opened_wall_ns,
            "repaired_record": gap.repaired_record,
            "repaired_wall_ns": gap.repaired_wall_ns,
            "method": gap.method,
        }
        for market in gap.markets:
            named = {"session": self._session, "gap_id": gap.gap_id, "market": market}
            self._put(record, "gap_markets", named)
        self._put(record, "gaps", row)

    def on_quarantined(self, stamp: FrameStamp, reason: str, detail: str, raw: bytes) -> None:
        """Keep the beginning of a frame that could not be read, and how long it was."""
        row = {
            "session": self._session,
            "record": stamp.record,
            "part": self._quarantined.next(stamp.record),
            "connection": stamp.connection,
            "recv_wall_ns": stamp.wall_ns,
            "reason": reason,
            "detail": detail,
            "raw_bytes": len(raw),
            "raw": raw[:RAW_BYTES_MAX],
        }
        self._put(stamp.record, "quarantine", row)

    def on_market(self, stamp: FrameStamp, market: Market, cause: Cause) -> None:
        """Keep what was said of a market; what changed becomes history."""
        part = self._sighted.next(stamp.record)
        if not self._passed(stamp.record):
            sighting = Sighting(self._venue, self._session, stamp.record, part, stamp.wall_ns, cause.value, market)
            self._batch.sightings.append(sighting)

    def _put(self, record: int, table: str, row: Row) -> None:
        if not self._passed(record):
            self._batch.puts.append((record, table, row))

    def _amend(self, record: int, table: str, where: Row, values: Row) -> None:
        if not self._passed(record):
            self._batch.amends.append((record, table, where, values))


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
