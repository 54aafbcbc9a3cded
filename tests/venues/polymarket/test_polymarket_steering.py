"""What is said on a Polymarket connection, and when: subscriptions, questions, PING, and when to give up."""

import json
from typing import Any

import pytest
from polymarket_kit import TOKENS, A, B, Bench, S, book, change, one, wire

from firstprint.domain.gaps import GapReason
from firstprint.venues.polymarket import commands
from firstprint.venues.polymarket.steering import Course, PolymarketSteering
from firstprint.venues.polymarket.venue import PolymarketVenue


class Line:
    """A connection with its steering: what is steered goes out, as on a lane."""

    def __init__(self, *, knows: Any = TOKENS, **more: Any) -> None:
        self.bench = Bench()
        for market, tokens in dict(knows).items():
            self.bench.assets.learn(market, tuple(tokens))
        self.steering = PolymarketSteering(self.bench.feed, self.bench.assets, **more)
        self.course = Course()

    def steer(self, *wanted: str, after_ns: int = 0) -> list[Any]:
        """Let time pass, steer, and send; give what was sent."""
        self.bench.now_ns += after_ns
        self.course = self.steering.steer(set(wanted), self.bench.now_ns)
        for command in self.course.commands:
            self.bench.say(command)
        return [command if command == commands.PING else json.loads(command) for command in self.course.commands]

    def second(self, *wanted: str, hears: Any = ()) -> list[Any]:
        """Let frames come, then a second pass, and steer."""
        began_ns = self.bench.now_ns
        self.bench.hear(*hears)
        self.bench.now_ns = began_ns
        return self.steer(*wanted, after_ns=S)

    def open(self, *wanted: str) -> "Line":
        """Subscribe and let the books come at once."""
        self.steer(*wanted)
        began_ns = self.bench.now_ns
        self.bench.hear([book(100, market) for market in wanted])
        self.bench.now_ns = began_ns
        return self


def assets_of(sent: list[Any]) -> list[tuple[str, list[str]]]:
    """Give the operation and the assets of each command but PING."""
    return [(one.get("operation", "open"), one["assets_ids"]) for one in sent if one != commands.PING]


def test_the_first_frame_subscribes_to_the_first_assets_of_all_that_is_wanted() -> None:
    """It has a form of its own, and asks for the broadcasts too."""
    sent = Line().steer(A, B)
    assert sent == [{"type": "market", "assets_ids": ["a1", "b1"], "custom_feature_enabled": True}]


def test_later_frames_say_what_is_more_and_what_is_less() -> None:
    """What is wanted no more is unsubscribed, what is new is subscribed; then there is nothing to say."""
    line = Line().open(A)
    assert assets_of(line.steer(B)) == [("unsubscribe", ["a1"]), ("subscribe", ["b1"])]
    assert line.steer(B) == []


def test_a_market_whose_assets_nobody_told_waits() -> None:
    """It is subscribed to as soon as a body or a broadcast has told them."""
    line = Line(knows={})
    assert line.steer(A) == []
    line.bench.assets.learn(A, TOKENS[A])
    assert assets_of(line.steer(A)) == [("open", ["a1"])]


def test_what_does_not_fit_goes_elsewhere() -> None:
    """A connection never names more assets than it may: above the venue's cap no books come (F21)."""
    many = {f"0x{number:03}": (f"{number}a", f"{number}b") for number in range(250)}
    line = Line(knows=many)
    sent = line.steer(*many)
    assert [len(one["assets_ids"]) for one in sent] == [100, 100]
    assert (len(line.course.overflow), line.steering.markets_max) == (50, 200)
    line.steer(*sorted(many)[1:])
    assert len(line.bench.feed.talk.watches) == 200


@pytest.mark.parametrize(("asked", "allowed"), [(500, 500), (501, 500), (10, 10)])
def test_the_cap_can_be_set_up_to_the_venues_own(asked: int, allowed: int) -> None:
    """More than 500 assets are never named on a connection."""
    assert Line(assets_max=asked).steering.markets_max == allowed


def test_a_book_that_does_not_come_is_asked_for_again() -> None:
    """First by naming the asset again, then by unsubscribing and subscribing; the pauses grow to a minute."""
    line = Line()
    line.steer(A)
    assert line.steer(A, after_ns=5 * S) == []
    assert assets_of(line.steer(A, after_ns=S)) == [("subscribe", ["a1"])]
    assert assets_of(line.steer(A, after_ns=6 * S)) == [("unsubscribe", ["a1"]), ("subscribe", ["a1"])]
    assert line.bench.feed.talk.watches.keys() == {A}
    assert assets_of(line.steer(A, after_ns=6 * S)) == []
    times = []
    for second in range(400):
        other = {"event_type": "market_resolved", "market": "0xf", "timestamp": str(second)}
        if assets_of(line.second(A, hears=[b"PONG", other])):
            times.append(second)
    assert times[-1] - times[-2] == 61
    assert line.course.give_up is None


def test_a_book_that_is_lost_is_asked_for_at_once_but_not_in_a_storm() -> None:
    """The first loss is repaired at once; one right after it waits five seconds."""
    line = Line().open(A)

    def lose(at_ms: int) -> None:
        wrong = [change(at_ms + place, one("0.30", str(place + 1), touch=("0.41", "0.50"))) for place in range(3)]
        line.bench.hear(*wrong)

    lose(101)
    assert assets_of(line.steer(A)) == [("subscribe", ["a1"])]
    line.bench.hear(book(200))
    assert line.steer(A) == []
    lose(201)
    assert line.steer(A) == []
    assert assets_of(line.steer(A, after_ns=6 * S)) == [("subscribe", ["a1"])]


def test_ping_goes_out_every_ten_seconds() -> None:
    """It is a bare word, and stands in the record like any command."""
    line = Line().open(A)
    sent = [line.second(A, hears=[b"PONG", change(101 + second)]) for second in range(31)]
    assert [second + 1 for second, told in enumerate(sent) if commands.PING in told] == [10, 20, 30]


def test_a_connection_without_pong_is_given_up() -> None:
    """Thirty seconds after the first unanswered PING, whatever else comes."""
    line, ended = Line().open(A), []
    for second in range(41):
        line.second(A, hears=[change(101 + second)])
        ended.append(line.course.give_up)
    assert ended == [None] * 40 + [GapReason.DATA_SILENCE]


def test_a_connection_without_data_is_asked_for_a_book_and_then_given_up() -> None:
    """PONG goes on while the data is frozen: a book is asked for after 20 s, and nothing for 60 s ends it."""
    line = Line().open(A)
    sent, ended = [], None
    for second in range(61):
        assert ended is None
        sent += [(second + 1, what) for what in assets_of(line.second(A, hears=[b"PONG"]))]
        ended = line.course.give_up
    assert sent == [(21, ("subscribe", ["a1"]))]
    assert ended is GapReason.DATA_SILENCE


def test_a_connection_that_nobody_wants_anything_of_is_kept() -> None:
    """Without a subscription no data is due: silence says nothing."""
    line = Line()
    for _ in range(100):
        assert assets_of(line.second(hears=[b"PONG"])) == []
        assert line.course.give_up is None


def test_a_quiet_market_that_answers_is_left_alone() -> None:
    """A book that comes when asked for is data: the connection lives."""
    line = Line().open(A)
    for second in range(200):
        asked = assets_of(line.second(A, hears=[b"PONG"]))
        line.bench.hear(*[book(200 + second) for _ in asked])
        assert line.course.give_up is None
    assert line.bench.valid == {A}


def test_a_silent_market_is_compared_with_rest() -> None:
    """Other markets talk, this one does not: after 30 s REST is asked about it, once, and again when overdue."""
    line, asked = Line().open(A, B), []
    for second in range(80):
        line.second(A, B, hears=[b"PONG", change(101 + second, market=B)])
        asked += [(second + 1, market) for market in line.course.ask]
    assert asked == [(31, A), (47, A), (78, A)]


def test_a_comparison_settles_a_silent_market_for_a_while() -> None:
    """Confirmed, it is asked about again only after another 30 s."""
    line = Line().open(A, B)
    line.steer(A, B, after_ns=31 * S)
    assert line.course.ask == [A, B]
    line.bench.compare(100, A)
    line.bench.compare(100, B)
    line.steer(A, B, after_ns=29 * S)
    assert line.course.ask == []


def test_a_busy_market_is_compared_every_five_minutes() -> None:
    """The reconciliation of a market that is never silent."""
    line, asked = Line().open(A), []
    for second in range(310):
        line.second(A, hears=[b"PONG", change(101 + second)])
        asked += [second + 1] * len(line.course.ask)
    assert asked == [301]


def test_a_book_whose_best_prices_were_not_the_venues_is_compared_at_once() -> None:
    """One difference is no gap yet, and reason enough to ask."""
    line = Line().open(A)
    line.second(A, hears=[change(101, one("0.30", "1", touch=("0.41", "0.50")))])
    assert line.course.ask == [A]
    line.second(A)
    assert line.course.ask == []


def test_a_comparison_that_settled_nothing_is_made_again_soon() -> None:
    """A REST book older than ours says nothing: five seconds later it is asked for again."""
    line = Line().open(A)
    line.bench.compare(99, yes=[(400_000, 99)])
    line.steer(A)
    assert line.course.ask == []
    line.steer(A, after_ns=5 * S)
    assert line.course.ask == [A]


def test_a_connection_for_broadcasts_names_one_asset_and_records_nothing() -> None:
    """`new_market` and `market_resolved` come whatever is subscribed to; before any asset is known it waits."""
    venue = PolymarketVenue()
    bench = Bench()
    bench.assets = venue.assets
    steering = venue.steering(bench.feed, "lifecycle")
    assert steering.steer(set(), S).commands == []
    venue.assets.learn(A, TOKENS[A])
    [command] = steering.steer(set(), S).commands
    assert json.loads(command)["initial_dump"] is False
    bench.say(command)
    assert steering.steer({A}, 2 * S).commands == []
    assert dict(bench.shelf) == {}


def test_commands_are_read_back_as_they_were_meant() -> None:
    """Every replay learns from the record what a command was for."""
    told = [commands.read_command(one) for one in (
        commands.open_with(["a"]), commands.open_with(["a"], broadcasts_only=True), commands.subscribe(["a", "b"]),
        commands.unsubscribe(["a"]), commands.unsubscribe(["a"], refetches=True), commands.PING,
    )]  # fmt: skip
    assert [(one.subscribes, one.assets, one.broadcasts_only, one.refetches) if one else None for one in told] == [
        (True, ("a",), False, False),
        (True, ("a",), True, False),
        (True, ("a", "b"), False, False),
        (False, ("a",), False, False),
        (False, ("a",), False, True),
        None,
    ]


def test_what_wakes_the_steering() -> None:
    """Changes do not, however many: an answer to PING, a loss and a first book do."""
    line = Line().open(A)
    before = line.bench.feed.stirred
    line.bench.hear(change(101), change(102, one("0.6", "11", "SELL", "a2")))
    assert line.bench.feed.stirred == before
    line.bench.hear(b"PONG")
    assert line.bench.feed.stirred != before
    before = line.bench.feed.stirred
    line.bench.hear(wire(change(103))[:-9])
    assert line.bench.feed.stirred != before
