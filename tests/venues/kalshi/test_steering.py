"""Steering against a small venue that answers late, out of order, not at all, or with errors."""

import json
import random
from typing import Any

import pytest
from feed_kit import Bench, S, delta, snapshot, subscribed, wire
from hypothesis import given, settings
from hypothesis import strategies as st

from firstprint.domain.gaps import GapReason
from firstprint.venues.kalshi.steering import Course, KalshiSteering


class SmallVenue:
    """Answers commands for one book channel; `faults` are applied to commands in the order in which they come."""

    def __init__(self, faults: list[str], unknown: set[str], seed: int) -> None:
        self.faults = faults
        self.unknown = unknown
        self.chance = random.Random(seed)
        self.sid = 0
        self.seq = 0
        self.markets: set[str] = set()
        self.ids: list[int] = []
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.limit = 10**9

    def answer(self, payload: bytes) -> list[bytes]:
        """Give the answers to a command, none when it is lost."""
        command = json.loads(payload)
        self.ids.append(command["id"])
        params = command.get("params", {})
        markets = params.get("market_tickers", [])
        what = params.get("action") or command["cmd"]
        self.asked.append((what, tuple(markets)))
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "lost":
            return []
        if fault:
            return [self._refuse(command["id"], int(fault))]
        bad = sorted(self.unknown & set(markets))
        if bad and what != "delete_markets":
            return [self._refuse(command["id"], 16, bad[:1] if self.chance.random() < 0.5 else [])]
        return self._carry_out(what, command["id"], markets)

    def _refuse(self, command: int, code: int, markets: list[str] | None = None) -> bytes:
        named = {"market_ticker": markets[0]} if markets else {}
        return wire({"type": "error", "id": command, "msg": {"code": code, "msg": "no", **named}})

    def _carry_out(self, what: str, command: int, markets: list[str]) -> list[bytes]:
        if what == "subscribe":
            if len(markets) > self.limit:
                return [self._refuse(command, 26)]
            self.sid, self.seq, self.markets = self.sid + 1, 0, set(markets)
            return [wire(subscribed(self.sid, command=command)), *map(self._snapshot, markets)]
        if what == "add_markets":
            if len(self.markets | set(markets)) > self.limit:
                return [self._refuse(command, 26)]
            self.markets |= set(markets)
            return [self._ok(command), *map(self._snapshot, markets)]
        if what == "delete_markets":
            self.markets -= set(markets)
            return [self._ok(command)]
        if what == "unsubscribe":
            return [self._numbered({"type": "unsubscribed", "id": command, "sid": self.sid})]
        if what == "list_subscriptions":
            return [wire({"type": "ok", "id": command, "msg": []})]
        return [self._numbered({**snapshot(0, market, sid=self.sid), "id": command}) for market in markets]

    def _snapshot(self, market: str) -> bytes:
        return self._numbered(snapshot(0, market, sid=self.sid))

    def _ok(self, command: int) -> bytes:
        return self._numbered(
            {"type": "ok", "id": command, "sid": self.sid, "msg": {"market_tickers": sorted(self.markets)}}
        )

    def _numbered(self, frame: dict[str, Any]) -> bytes:
        self.seq += 1
        return wire({**frame, "seq": self.seq})


class Run:
    """A feed steered against the small venue, a quarter of a second at a time."""

    def __init__(self, venue: SmallVenue) -> None:
        self.venue = venue
        self.bench = Bench(rows=False)
        self.steering = KalshiSteering(self.bench.feed, ("orderbook_delta",))
        self.given_up: GapReason | None = None
        self.refused: set[str] = set()
        self.overflow: set[str] = set()
        self.in_flight: list[list[bytes]] = []
        self.bench.feed.last_data_mono_ns = self.bench.now_ns

    def step(self, wanted: set[str]) -> Course:
        course = self.steering.steer(wanted - self.refused - self.overflow, self.bench.now_ns)
        for command in course.commands:
            self.bench.say(command)
            answers = self.venue.answer(command)
            if answers:
                self.in_flight.append(answers)
        self.refused.update(course.refused)
        self.overflow.update(course.overflow)
        self.given_up = self.given_up or course.give_up
        self._deliver()
        self.bench.now_ns += S // 4
        return course

    def _deliver(self) -> None:
        """Let some of the answers arrive; those that carry numbers keep their order, as on a socket."""
        unnumbered = [one for one in self.in_flight if b'"error"' in one[0]]
        for answers in self.in_flight if not unnumbered else unnumbered[::-1]:
            self.bench.hear(*answers)
        self.in_flight = [one for one in self.in_flight if unnumbered and one not in unnumbered]

    def settle(self, wanted: set[str], steps: int = 120) -> bool:
        """Steer until what is wanted is there, or the connection is given up; tell whether either happened."""
        for _ in range(steps):
            self.step(wanted)
            if self.given_up or self.bench.valid == wanted - self.refused - self.overflow:
                return True
        return False


MARKETS = [f"M{n:02d}" for n in range(12)]
FAULTS = st.lists(st.sampled_from(["", "lost", "1", "9", "11", "13", "16", "18", "26", "27"]), max_size=8)


@given(FAULTS, st.sets(st.sampled_from(MARKETS), max_size=3), st.sets(st.sampled_from(MARKETS)), st.integers(0, 99))
@settings(max_examples=150, deadline=None)
def test_the_wanted_set_is_reached_or_the_connection_given_up(
    faults: list[str], unknown: set[str], second: set[str], seed: int
) -> None:
    """Whatever is lost or refused: each wanted market becomes VALID or is refused, or the connection is given up (F19).

    Command ids are never used twice.
    """
    run = Run(SmallVenue(faults, unknown, seed))
    for wanted in (set(MARKETS), second):
        assert run.settle(wanted)
        if run.given_up:
            break
    assert len(run.venue.ids) == len(set(run.venue.ids))


@given(st.sets(st.sampled_from(MARKETS), min_size=1), st.sets(st.sampled_from(MARKETS), min_size=1))
def test_no_market_is_asked_for_twice_while_an_answer_is_due(first: set[str], second: set[str]) -> None:
    """Steering again before the answers have come sends nothing again."""
    bench = Bench()
    steering = KalshiSteering(bench.feed, ("orderbook_delta",))
    for wanted in (first, first):
        for command in steering.steer(wanted, bench.now_ns).commands:
            bench.say(command)
    assert len(bench.feed.talk.pending) == 1
    bench.hear(subscribed(), *(snapshot(n, market) for n, market in enumerate(sorted(first), 1)))
    sent = []
    for _ in range(3):
        for command in steering.steer(second, bench.now_ns).commands:
            bench.say(command)
            sent.append(json.loads(command)["params"])
    changed = [market for params in sent for market in params["market_tickers"]]
    assert sorted(changed) == sorted(first ^ second)


def test_a_gap_is_repaired_with_get_snapshot() -> None:
    """After a hole each market of the subscription is asked for once, and is VALID again at its answer (F37)."""
    run = Run(SmallVenue([], set(), 1))
    assert run.settle({"M00", "M01"})
    run.venue.seq += 1
    run.bench.hear(delta(run.venue.seq + 1, "M00"))
    run.venue.seq += 1
    run.bench.tick(1)
    assert run.bench.valid == set()
    assert run.settle({"M00", "M01"})
    assert run.venue.asked[-1] == ("get_snapshot", ("M00", "M01"))
    assert (run.given_up, run.bench.ledger.open) == (None, {})


def test_where_get_snapshot_is_not_supported_the_subscription_is_made_anew() -> None:
    """A venue that refuses get_snapshot is unsubscribed from and subscribed to with the current set (DESIGN 5.4)."""
    run = Run(SmallVenue([], set(), 1))
    assert run.settle({"M00", "M01"})
    run.venue.faults = ["13"]
    run.venue.seq += 1
    run.bench.hear(delta(run.venue.seq + 1, "M00"))
    run.venue.seq += 1
    run.bench.tick(1)
    assert run.settle({"M00", "M01"})
    assert [what for what, _ in run.venue.asked[-3:]] == ["get_snapshot", "unsubscribe", "subscribe"]


def test_a_subscription_that_is_full_sends_the_rest_elsewhere() -> None:
    """Error 26 shows the room there is: what does not fit is handed back (F19)."""
    venue = SmallVenue([], set(), 1)
    venue.limit = 8
    run = Run(venue)
    assert run.settle(set(MARKETS))
    assert run.overflow == set(MARKETS[6:])
    assert run.steering.markets_max == 6


@pytest.mark.parametrize("code", [10, 17, 25])
def test_a_terminal_error_without_a_sid_gives_up_the_connection(code: int) -> None:
    """If nobody knows which subscription ended, the connection is of no use (F19)."""
    run = Run(SmallVenue([], set(), 1))
    run.settle({"M00"})
    run.bench.hear({"type": "error", "msg": {"code": code, "msg": "end"}})
    assert run.step({"M00"}).give_up is GapReason.SUBSCRIPTION_ENDED


def test_a_subscription_that_ended_is_made_anew() -> None:
    """After error 25 with its sid the same connection subscribes again with the current set (F19)."""
    run = Run(SmallVenue([], set(), 1))
    run.settle({"M00"})
    run.bench.hear({"type": "error", "sid": 1, "msg": {"code": 25, "msg": "overflow"}})
    assert run.settle({"M00", "M01"})
    assert run.venue.asked[-1] == ("subscribe", ("M00", "M01"))


def test_a_silent_connection_is_probed_and_then_given_up() -> None:
    """Twenty quiet seconds bring one question; five more without an answer end the connection (F13)."""
    run = Run(SmallVenue([], set(), 1))
    run.settle({"M00"})
    run.bench.now_ns += 21 * S
    run.venue.faults = ["lost"]
    assert len(run.step({"M00"}).commands) == 1
    run.bench.now_ns += 6 * S
    assert run.step({"M00"}).give_up is GapReason.DATA_SILENCE


def test_a_get_snapshot_answered_in_part_does_not_cost_the_connection() -> None:
    """A market without a snapshot is asked for again, then refused, while the others go on (F05)."""
    run = Run(SmallVenue([], set(), 1))
    run.settle({"M00", "M01"})
    full = run.venue.answer

    def in_part(payload: bytes) -> list[bytes]:
        return [raw for raw in full(payload) if b'"M01"' not in raw or b"orderbook_snapshot" not in raw]

    run.bench.hear({"type": "orderbook_delta", "sid": 1, "seq": 3, "msg": {"market_ticker": "M00"}})
    run.venue.seq = 3
    for _ in range(200):
        for command in run.steering.steer({"M00", "M01"} - run.refused, run.bench.now_ns).commands:
            run.bench.say(command)
            before = run.venue.seq
            answers = in_part(command)
            run.venue.seq = before
            for raw in answers:
                run.venue.seq += 1
                run.bench.hear({**json.loads(raw), "seq": run.venue.seq})
        course = run.steering.steer({"M00", "M01"} - run.refused, run.bench.now_ns)
        assert course.give_up is None
        run.refused.update(course.refused)
        run.bench.now_ns += S
        if run.bench.valid:
            break
    assert run.bench.valid
