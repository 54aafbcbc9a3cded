"""The capture: a session as the fold of its journal records, told to a listener."""

import json
from typing import Any

import msgspec
import pytest

from firstprint.app.capture import STOPPED, Capture
from firstprint.app.venues import Venues
from firstprint.books.state import Paused, Valid
from firstprint.domain.errors import MalformedMessage
from firstprint.domain.gaps import GapReason
from firstprint.domain.happenings import (
    ConnectionClosed,
    ConnectionOpened,
    Loss,
    RestRequest,
    SessionClosed,
    SessionOpened,
    Stall,
)
from firstprint.domain.record import JournalRecord, Kind
from firstprint.venues.kalshi import commands
from firstprint.venues.kalshi.venue import KalshiVenue

S = 1_000_000_000


class Heard:
    """A listener that keeps the name and last argument of each call."""

    wants_market_data = True

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any]] = []

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("on_"):
            raise AttributeError(name)
        return lambda *args, **_: self.calls.append((name, args[-1]))

    def named(self, name: str) -> list[Any]:
        return [what for call, what in self.calls if call == name]


class Tape:
    """Records written one by one into a capture, a second apart."""

    def __init__(self) -> None:
        self.heard = Heard()
        self.capture = Capture(Venues(KalshiVenue()), self.heard)
        self.number = 0

    def write(self, kind: Kind, payload: bytes | dict | msgspec.Struct = b"", connection: int = 1) -> None:
        self.number += 1
        raw = payload if isinstance(payload, bytes) else msgspec.json.encode(payload)
        self.capture.apply(JournalRecord(self.number, kind, connection, self.number * S, 10**18 + self.number * S, raw))

    def rest(self, path: str, body: dict, **query: str) -> None:
        head = msgspec.json.encode(RestRequest(path=path, query=list(query.items())))
        self.write(Kind.REST_BODY, head + b"\n" + json.dumps(body).encode(), 0)

    def state(self, market: str = "M") -> object:
        return self.capture.shelf[market].state(self.number * S)


def recording(previous_end_wall_ns: int | None = None) -> Tape:
    """Give a tape with one market VALID on connection 1, 2 due on its subscription."""
    tape = Tape()
    opened = SessionOpened(session="s", venue="kalshi", software="t", previous_end_wall_ns=previous_end_wall_ns)
    tape.write(Kind.SESSION_OPENED, opened, 0)
    tape.write(Kind.CONNECTION_OPENED, ConnectionOpened(url="u", purpose="books"))
    tape.write(Kind.FRAME_OUT, commands.subscribe(1, "orderbook_delta", ["M"]))
    tape.write(Kind.FRAME_IN, {"type": "subscribed", "id": 1, "msg": {"channel": "orderbook_delta", "sid": 1}})
    body = {"market_ticker": "M", "yes_dollars_fp": [["0.40", "1.00"]]}
    tape.write(Kind.FRAME_IN, {"type": "orderbook_snapshot", "sid": 1, "seq": 1, "msg": body})
    return tape


def test_a_market_joins_when_it_is_asked_for_and_leaves_with_the_session() -> None:
    """Participation begins with the command and ends with the session's orderly end."""
    tape = recording()
    tape.write(Kind.CONNECTION_CLOSED, ConnectionClosed(cause=STOPPED, by="us"))
    tape.write(Kind.SESSION_CLOSED, SessionClosed(), 0)
    assert [stay.market for stay in tape.heard.named("on_joined")] == ["M"]
    assert [stay.left_reason for stay in tape.heard.named("on_left")] == ["session_end"]
    assert tape.heard.named("on_gap_opened") == []


def test_the_time_without_a_recorder_is_a_gap_until_the_first_snapshot() -> None:
    """RECORDER_DOWN begins with the last durable moment and closes with the first book (I12)."""
    tape = recording(previous_end_wall_ns=7)
    gap = tape.heard.named("on_gap_opened")[0]
    assert (gap.reason, gap.opened_wall_ns, gap.repaired_record) == (GapReason.RECORDER_DOWN, 7, 5)


def test_a_lost_connection_is_a_gap_and_its_books_are_invalid() -> None:
    """The end of a connection that we did not want is a row for its subscription (F01)."""
    tape = recording()
    tape.write(Kind.CONNECTION_CLOSED, ConnectionClosed(cause="DISCONNECTED"))
    assert not isinstance(tape.state(), Valid)
    assert [gap.markets for gap in tape.heard.named("on_gap_opened")] == [("M",)]


@pytest.mark.parametrize(("trading", "reason"), [(False, GapReason.PLANNED), (True, GapReason.DISCONNECTED)])
def test_a_connection_that_ends_in_the_exchange_s_pause_is_a_planned_hole(trading: bool, reason: GapReason) -> None:
    """A pause is no failure: what the venue drops while it trades nothing is a gap of kind PLANNED (F51)."""
    tape = recording()
    tape.rest("/exchange/status", {"exchange_active": True, "trading_active": trading})
    tape.write(Kind.CONNECTION_CLOSED, ConnectionClosed(cause="DISCONNECTED"))
    assert [gap.reason for gap in tape.heard.named("on_gap_opened")] == [reason]


def test_an_exchange_that_pauses_pauses_every_book_and_those_that_join_meanwhile() -> None:
    """PAUSED is a state of its own, since when it first was, until the exchange trades again (F51)."""
    tape = recording()
    tape.rest("/exchange/status", {"exchange_active": True, "trading_active": False})
    first = tape.state()
    tape.rest("/exchange/status", {"exchange_active": True, "trading_active": False})
    tape.rest("/markets", {"markets": [{"ticker": "M", "status": "active"}]})
    assert isinstance(first, Paused)
    assert tape.state() == first
    tape.write(Kind.FRAME_OUT, commands.update(2, 1, "add_markets", ["N"]))
    assert tape.capture.shelf["N"].paused_since_mono_ns is not None
    tape.rest("/exchange/status", {"exchange_active": True, "trading_active": True})
    assert isinstance(tape.state(), Valid)


@pytest.mark.parametrize(
    ("kind", "payload"),
    [(Kind.LOSS, Loss(cause="OVERLOAD", frames=1, bytes=9, since_wall_ns=5)), (Kind.STALL, Stall(stalled_ns=9 * S))],
)
def test_after_a_loss_or_a_stall_no_book_is_believed_until_its_next_frame(kind: Kind, payload: msgspec.Struct) -> None:
    """What may have been missed shows in the next number; where nothing is, the doubt is taken back (F18)."""
    tape = recording()
    tape.write(kind, payload, 0)
    assert not isinstance(tape.state(), Valid)
    tape.write(Kind.FRAME_IN, {"type": "ok", "sid": 1, "seq": 2, "msg": {}})
    assert isinstance(tape.state(), Valid)


def test_a_trade_is_told_once() -> None:
    """A trade that comes again, by stream or by REST, is known by its id (F41)."""
    tape = recording()
    msg = {"trade_id": "t", "market_ticker": "M", "yes_price_dollars": "0.4", "count_fp": "1.00"}
    tape.write(Kind.FRAME_IN, {"type": "trade", "sid": 2, "seq": 1, "msg": msg})
    tape.write(Kind.FRAME_IN, {"type": "trade", "sid": 2, "seq": 2, "msg": msg})
    tape.rest(
        "/markets/trades", {"trades": [{"trade_id": "t", "ticker": "M", "count_fp": "1", "yes_price_dollars": "0.4"}]}
    )
    assert len(tape.heard.named("on_trade")) == 1


def test_the_clock_moves_markets_on_ticks() -> None:
    """A tick lets the markets whose hour has come open, with the clock as the cause (F47)."""
    tape = recording()
    tape.rest("/markets", {"markets": [{"ticker": "M", "status": "initialized", "open_time": "2001-09-09T01:46:47Z"}]})
    tape.write(Kind.TICK, b"", 0)
    assert [move.after.value for move in tape.heard.named("on_transition")][-1] == "active"


@pytest.mark.parametrize(("kind", "payload"), [(Kind.LOSS, b"{"), (Kind.CONNECTION_CLOSED, b'{"cause":"WHAT"}')])
def test_a_record_of_our_own_that_cannot_be_read_says_so(kind: Kind, payload: bytes) -> None:
    """A record of another version or a damaged one raises MalformedMessage, never another error."""
    with pytest.raises(MalformedMessage, match="BAD_RECORD"):
        recording().write(kind, payload)
