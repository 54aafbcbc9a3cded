"""Fault scripts: each kind does what it says, is noted in the truth log, and no other message is touched."""

import json
from pathlib import Path
from typing import Any

import pytest
from polymarket_sim_kit import NS_PER_S, START_NS, FoldedBook, Venue, contest, levels

from firstprint.sim.polymarket.connection import SimConnection
from firstprint.sim.polymarket.faults import KINDS, FaultRule, FaultScript

SLUG = "nba-mil-lal-2026-09-21"


def struck(rule: FaultRule, seconds: float = 5, **settings: Any) -> tuple[Venue, SimConnection, list[bytes]]:
    """Run a venue under one rule with one watcher of one asset; give it with the frames heard."""
    venue = Venue(contest(), rules=[rule], **({"rate_per_s": 200} | settings))
    connection = venue.connect()
    venue.watch(connection, venue.market(SLUG).tokens[0], custom_feature_enabled=True)
    venue.run(seconds)
    return venue, connection, connection.take(venue.now_ns)


def kinds_of(frames: list[bytes]) -> list[str]:
    """Give the types of the frames that can be read."""
    return [json.loads(raw)["event_type"] for raw in frames if raw.startswith(b"{")]


@pytest.mark.parametrize("kind", ["drop", "duplicate"])
def test_a_change_is_lost_or_told_twice(kind: str) -> None:
    """One message of the quiet run is missing, or there twice."""
    quiet = struck(FaultRule(kind="refuse", at_s=1_000))[2]
    venue, _, frames = struck(FaultRule(kind=kind, at_s=2, type="price_change"))
    assert len(frames) == len(quiet) + (1 if kind == "duplicate" else -1)
    (fault,) = venue.finished().faults
    assert (fault.fault, fault.type, fault.c) == (kind, "price_change", 1)
    assert len(fault.h) in {2, 4, 6, 8}


def test_a_swapped_message_comes_after_its_successor() -> None:
    """The same frames, two of them the other way round."""
    quiet = struck(FaultRule(kind="refuse", at_s=1_000))[2]
    swapped = struck(FaultRule(kind="swap", at_s=2, type="price_change"))[2]
    wrong = [at for at, pair in enumerate(zip(quiet, swapped, strict=True)) if pair[0] != pair[1]]
    assert len(wrong) == 2
    assert quiet[wrong[0]] == swapped[wrong[1]]
    assert wrong[1] == wrong[0] + 1


@pytest.mark.parametrize("kind", ["malformed", "truncate"])
def test_a_message_is_made_unreadable(kind: str) -> None:
    """One frame is no JSON."""
    frames = struck(FaultRule(kind=kind, at_s=2))[2]
    bad = 0
    for raw in frames:
        try:
            json.loads(raw)
        except ValueError:
            bad += 1
    assert bad == 1


def test_types_and_fields_of_tomorrow_are_sent() -> None:
    """A type nobody knows comes besides; new fields stand in a message and in its changes."""
    assert "sim_unheard_of" in kinds_of(struck(FaultRule(kind="unknown_type", at_s=2))[2])
    frames = struck(FaultRule(kind="unknown_field", at_s=2, type="price_change"))[2]
    (odd,) = [json.loads(raw) for raw in frames if b"sim_new_field" in raw]
    assert "sim_new_field" in odd["price_changes"][0]


def test_a_frozen_connection_says_nothing_but_pong() -> None:
    """While the data is frozen the heartbeat goes on, and what was said meanwhile is lost for good."""
    venue, connection, _ = struck(FaultRule(kind="freeze", at_s=2, for_s=10))
    connection.receive(b"PING", venue.now_ns)
    assert connection.take(venue.now_ns) == [b"PONG"]
    venue.run(5)
    assert connection.take(venue.now_ns) == []
    venue.run(5)
    assert connection.take(venue.now_ns)


def test_a_frozen_asset_is_silent_while_others_go_on() -> None:
    """Only one market's messages stop."""
    venue = Venue(
        contest(), rate_per_s=500, rules=[FaultRule(kind="freeze_asset", at_s=1, for_s=1_000, type="price_change")]
    )
    connection = venue.connect()
    venue.watch(connection, *(m.tokens[0] for m in venue.directory.markets if m.has_book))
    venue.run(2)
    frozen = venue.finished().faults[0].m
    connection.take(venue.now_ns)
    venue.run(5)
    heard = {message["market"] for message in venue.messages(connection)}
    assert heard
    assert frozen not in heard


def test_a_missed_change_is_betrayed_by_nothing_but_the_whole_book() -> None:
    """A change off the touch is lost: every best bid and ask agrees with the fold, and yet the book is wrong."""
    venue = Venue(contest(), rate_per_s=300, trade_share=0.0,
                  rules=[FaultRule(kind="miss", every_frames=3, connection=1)])  # fmt: skip
    asset, connection = venue.market(SLUG).tokens[0], venue.connect()
    fold = FoldedBook()
    venue.watch(connection, asset)
    fold.replace(venue.messages(connection, "book")[0])
    venue.run(1)
    for message in venue.messages(connection, "price_change"):
        for entry in message["price_changes"]:
            if entry["asset_id"] == asset:
                fold.change(entry)
    true = venue.book(asset)
    assert len(venue.finished().faults) > 3
    assert (fold.bids, fold.asks) != (levels(true["bids"]), levels(true["asks"]))


def test_a_delay_holds_frames_back_and_loses_none() -> None:
    """Frames wait, then come in their order."""
    quiet = struck(FaultRule(kind="refuse", at_s=1_000), seconds=8)[2]
    venue, connection, early = struck(FaultRule(kind="delay", at_s=2, for_s=5), seconds=5)
    assert early == []
    assert venue.exchange.next_due_ns <= START_NS + 8 * NS_PER_S
    venue.run(3)
    assert connection.take(venue.now_ns) == quiet


@pytest.mark.parametrize(("kind", "code"), [("close", 1011), ("reset", 1006)])
def test_a_connection_ends(kind: str, code: int) -> None:
    """With a close frame and its code, or without any; nothing comes afterwards."""
    venue, connection, frames = struck(FaultRule(kind=kind, at_s=2))
    assert connection.closed is not None
    assert connection.closed[0] == code
    assert (frames == []) == (kind == "reset")
    venue.run(2)
    assert connection.take(venue.now_ns) == []


def test_a_handshake_is_refused() -> None:
    """The next one with the script's status, the one after it is let in."""
    venue = Venue(rules=[FaultRule(kind="refuse", status=503)])
    assert getattr(venue.exchange.connect("/ws/market", venue.now_ns), "status", None) == 503
    venue.connect()


def test_http_breaks_by_host_and_path() -> None:
    """Errors, pages of HTML and refusals for a while hit only the paths that they name."""
    rules = [
        FaultRule(kind="http_error", path="clob/book", status=500),
        FaultRule(kind="http_html", path="gamma/events", status=200),
        FaultRule(kind="http_429", path="gamma/tags", for_s=2),
    ]
    exchange = Venue(contest(), rules=rules).exchange
    assert exchange.answer("clob", "GET", "/ok", "", {}, START_NS).status == 200
    assert exchange.answer("clob", "GET", "/book", "", {}, START_NS).status == 500
    html = exchange.answer("gamma", "GET", "/events/keyset", "", {}, START_NS)
    assert (html.status, html.headers["Content-Type"], html.body[:9]) == (200, "text/html", b"<!DOCTYPE")
    assert [exchange.answer("gamma", "GET", "/tags", "", {}, START_NS + s * NS_PER_S).status for s in (0, 1, 3)] == [
        429, 429, 200,
    ]  # fmt: skip


def test_a_slow_answer_is_held_back() -> None:
    """The answer is whole and says how long it has to wait."""
    venue = Venue(contest(), rules=[FaultRule(kind="http_slow", for_s=0.5)])
    answer = venue.exchange.answer("clob", "GET", "/ok", "", {}, venue.now_ns)
    assert (answer.status, answer.delay_ns) == (200, NS_PER_S // 2)


def test_a_broadcast_is_lost_for_everybody() -> None:
    """A market of which nobody was told is listed all the same."""
    venue = Venue(rules=[FaultRule(kind="life_lost")])
    connection = venue.connect()
    venue.watch(connection, custom_feature_enabled=True)
    venue.shared.contests.append(contest(polymarket_listed_ns=START_NS + NS_PER_S))
    venue.run(2)
    told = venue.messages(connection, "new_market")
    assert len(told) == len(venue.directory.markets) - 1


def test_scripts_are_read_and_refused_with_a_reason(tmp_path: Path) -> None:
    """A file like Kalshi's; an unknown kind names those that there are."""
    path = tmp_path / "faults.json"
    path.write_text('{"faults": [{"kind": "miss", "every_s": 3}]}')
    assert FaultScript.named(str(path)).rules == (FaultRule(kind="miss", every_s=3),)
    path.write_text('{"faults": [{"kind": "rain"}]}')
    with pytest.raises(ValueError, match="unknown fault kind 'rain'; known are"):
        FaultScript.named(str(path))
    with pytest.raises(ValueError, match="must be positive"):
        FaultRule(kind="drop", every_s=0)


def test_the_standard_mix_strikes_with_nearly_every_kind_and_the_truth_stays_whole() -> None:
    """Five minutes of everything, with somebody who always comes back; the log replays to the true books."""
    venue = Venue(contest(), script=FaultScript.standard(3), rate_per_s=60)
    connection = None
    for _ in range(600):
        if connection is None or connection.closed is not None:
            opened = venue.exchange.connect("/ws/market", venue.now_ns)
            connection = opened if isinstance(opened, SimConnection) else None
            if connection is not None:
                venue.watch(connection, *(m.tokens[0] for m in venue.directory.markets), custom_feature_enabled=True)
        venue.exchange.answer("gamma", "GET", "/events/keyset", "", {}, venue.now_ns)
        venue.exchange.answer("clob", "GET", "/ok", "", {}, venue.now_ns)
        venue.run(0.5, 0.5)
        if connection is not None:
            connection.take(venue.now_ns)
    truth = venue.finished()
    standing = {rule.kind for rule in FaultScript.standard().rules}
    assert standing == KINDS
    assert {line.fault for line in truth.faults} >= standing - {"life_lost"}
    for condition, final in truth.final.items():
        if final.bids is not None:
            *_, (_, book) = truth.replay(condition)
            assert book.bids == dict(final.bids)
