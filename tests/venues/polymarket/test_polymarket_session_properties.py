"""The protocol session under arbitrary input: the account always adds up, and no VALID book is ever wrong."""

import json
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from polymarket_kit import TOKENS, A, B, Bench, book, change, one, subscribed, wire

from firstprint.domain.marketdata import Level
from firstprint.venues.polymarket import commands

SAMPLES = [wire(frame) for frame in (
    [book(100), book(100, B)], book(101), change(102),
    change(103, one(touch=("0.4", "0.5")), one("0.6", "1", "SELL", "a2")),
    {"event_type": "price_change", "asset_id": "a1", "changes": [{"price": "0.4", "side": "BUY", "size": "3"}],
     "timestamp": "104"},
    {"event_type": "last_trade_price", "asset_id": "a1", "market": A, "price": "0.4", "size": "1", "side": "BUY",
     "timestamp": "105", "transaction_hash": "0x1"},
    {"event_type": "tick_size_change", "asset_id": "a1", "market": A, "new_tick_size": "0.001", "timestamp": "106"},
    {"event_type": "best_bid_ask", "asset_id": "a1", "market": A, "best_bid": "0", "best_ask": "1", "timestamp": "107"},
    {"event_type": "new_market", "market": "0xd", "assets_ids": ["d1", "d2"], "timestamp": "108"},
    {"event_type": "market_resolved", "market": A, "winning_asset_id": "a2", "timestamp": "109"},
    {"event_type": "what", "market": A}, [],
)] + [b"PONG", b"INVALID OPERATION"]  # fmt: skip

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["event_type", "market", "asset_id", "price_changes", "timestamp", "bids", "asks", "x"]), inner
    ),
    max_leaves=8,
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Draw a frame of the venue with bytes cut out, replaced or repeated."""
    raw = bytearray(draw(st.sampled_from(SAMPLES)))
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(raw)))
        end = draw(st.integers(start, min(len(raw), start + 8)))
        raw[start:end] = draw(st.one_of(st.binary(max_size=6), st.sampled_from([b"null", b"-1", b"[]", b"1e9", b'"'])))
    return bytes(raw)


ANY_FRAME = st.one_of(
    mutated(), st.binary(max_size=60), st.sampled_from(SAMPLES), JSON.map(lambda one: json.dumps(one).encode())
)


@given(st.lists(ANY_FRAME, max_size=25), st.booleans(), st.booleans())
@settings(max_examples=300, deadline=None)
def test_every_frame_is_accounted_for_once(frames: list[bytes], rows: bool, from_start: bool) -> None:
    """Whatever comes: nothing raises, every frame has one count, and every quarantined one is kept (I01)."""
    bench = subscribed(A, B, rows=rows, from_start=from_start)
    bench.feed.receive(frames, bench.stamp)
    bench.tick()
    assert sum(bench.counts) == bench.feed.counts.frames == len(frames)
    assert len(bench.heard.quarantined) == bench.counts[3]


class History:
    """A venue of two markets that writes its frames, one at each millisecond, and remembers every book at every one."""

    def __init__(self, seed: int, length: int) -> None:
        self._chance = random.Random(seed)
        self._books: dict[str, tuple[dict[int, int], dict[int, int]]] = {m: ({40: 10}, {45: 10}) for m in (A, B)}
        self.frames: list[tuple[str, int, bytes]] = []
        self.truth: list[dict[str, Any]] = []
        self.at_ms = 100
        for market in (A, B):
            self._write(market, self._book(market))
        for _ in range(length):
            market = self._chance.choice((A, B))
            self._write(market, self._book(market) if self._chance.random() < 0.1 else self._changes(market))

    def _write(self, market: str, frame: Any) -> None:
        self.frames.append((market, self.at_ms, wire(frame)))
        self.truth.append({one: (dict(yes), dict(no)) for one, (yes, no) in self._books.items()})
        self.at_ms += 1

    def _book(self, market: str) -> Any:
        yes, no = self._books[market]
        bids = [[f"0.{cents:02}", str(size)] for cents, size in sorted(yes.items())]
        asks = [[f"0.{100 - cents:02}", str(size)] for cents, size in sorted(no.items())]
        return book(self.at_ms, market, bids, asks)

    def _changes(self, market: str) -> Any:
        """Change one or two levels; the first asset and its mirror are told, in either order, with the best prices."""
        yes, no = self._books[market]
        told: list[Any] = []
        for _ in range(self._chance.randint(1, 2)):
            side, cents = self._chance.choice((yes, no)), self._chance.choice((30, 40, 41, 45))
            side[cents] = size = self._chance.choice((0, 1, 2, 30))
            if not size:
                del side[cents]
            told.append((side is yes, cents, size))
        touch = (f"0.{max(yes)}" if yes else "0", f"0.{100 - max(no)}" if no else "1")
        first, second = TOKENS[market]
        ours = [one(f"0.{c if bid else 100 - c}", str(s), "BUY" if bid else "SELL", first, touch) for bid, c, s in told]
        theirs = [one(f"0.{100 - c if bid else c}", str(s), "SELL" if bid else "BUY", second) for bid, c, s in told]
        return change(self.at_ms, *(ours + theirs if self._chance.random() < 0.5 else theirs + ours), market=market)


class LastWord:
    """An independent reading: of all that was heard of a level, the word with the latest time stands."""

    def __init__(self) -> None:
        self.heard: dict[int, tuple[str, Any]] = {}

    def hear(self, at_ms: int, market: str, raw: bytes) -> None:
        self.heard[at_ms] = (market, json.loads(raw))

    def book(self, market: str) -> tuple[dict[int, int], dict[int, int]]:
        """Read the market's book from all that was heard, in the order of the venue's times."""
        bids: dict[int, int] = {}
        asks: dict[int, int] = {}
        for _, (of, frame) in sorted(self.heard.items()):
            if of == market and frame["event_type"] == "book":
                bids, asks = ({_cents(one["price"]): int(one["size"]) for one in frame[s]} for s in ("bids", "asks"))
            elif of == market:
                for one in frame["price_changes"]:
                    if one["asset_id"] == TOKENS[market][0]:
                        (bids if one["side"] == "BUY" else asks)[_cents(one["price"])] = int(one["size"])
        return {c: s for c, s in bids.items() if s}, {100 - c: s for c, s in asks.items() if s}


def _cents(price: str) -> int:
    return int(price.removeprefix("0."))


@given(st.integers(0, 10**9), st.data())
@settings(max_examples=150, deadline=None)
def test_no_valid_book_is_ever_wrong(seed: int, data: st.DataObject) -> None:
    """Under drops, repeats, swaps, torn frames and ticks every VALID book is what was heard of it last (I05)."""
    venue, bench, reading = History(seed, 40), subscribed(A, B), LastWord()
    order = list(range(len(venue.frames)))
    for place in data.draw(st.lists(st.integers(0, len(order) - 2), max_size=6)):
        order[place], order[place + 1] = order[place + 1], order[place]
    faults = data.draw(st.dictionaries(st.integers(0, len(order) - 1), st.sampled_from("dtrk"), max_size=8))
    heard = 0
    for number in order:
        market, at_ms, raw = venue.frames[number]
        fault = faults.get(number, "")
        if fault == "k":
            bench.tick(1)
        for frame in {"d": [], "t": [raw[:60]], "r": [raw, raw]}.get(fault, [raw]):
            heard += 1
            if frame is raw:
                reading.hear(at_ms, market, raw)
            bench.hear(frame)
            for valid in bench.valid:
                assert bench.levels(valid) == reading.book(valid)
    assert sum(bench.counts) == heard


@given(st.integers(0, 10**9))
@settings(max_examples=100, deadline=None)
def test_what_comes_whole_and_in_order_is_never_doubted(seed: int) -> None:
    """At every frame every book is VALID and the venue's, and its best prices and mirrors agree."""
    venue, bench = History(seed, 40), subscribed(A, B)
    for number, (_, _, raw) in enumerate(venue.frames):
        bench.hear(raw)
        assert all(bench.levels(market) == venue.truth[number][market] for market in bench.valid)
        assert all(watch.strikes == 0 for watch in bench.feed.talk.watches.values())
    assert (bench.valid, bench.gaps, bench.counts) == ({A, B}, [], (len(venue.frames), 0, 0, 0))


@given(st.integers(0, 10**9), st.lists(st.integers(0, 38), max_size=6))
@settings(max_examples=100, deadline=None)
def test_without_losses_every_book_ends_as_the_venues(seed: int, swaps: list[int]) -> None:
    """Repeats and swaps alone never leave a VALID book other than the venue's, and never quarantine anything."""
    venue, bench = History(seed, 40), subscribed(A, B)
    frames = [raw for _, _, raw in venue.frames]
    for place in swaps:
        frames[place], frames[place + 1] = frames[place + 1], frames[place]
    bench.hear(*frames, *frames[-1:])
    for market in bench.valid:
        assert bench.levels(market) == venue.truth[-1][market]
    assert bench.counts[3] == 0


@given(st.integers(0, 10**9), st.sets(st.integers(2, 41), max_size=10))
@settings(max_examples=150, deadline=None)
def test_a_comparison_with_rest_leaves_no_wrong_book(seed: int, lost: set[int]) -> None:
    """Whatever was lost: after a book by REST what is VALID is the venue's, and what is not has its gap."""
    venue, bench = History(seed, 40), subscribed(A, B)
    bench.hear(*[raw for number, (_, _, raw) in enumerate(venue.frames) if number not in lost])
    for market, (yes, no) in venue.truth[-1].items():
        sides = [{cents * 10_000: size for cents, size in side.items()}.items() for side in (yes, no)]
        bench.compare(venue.at_ms, market, *sides)
    bench.tick()
    for market in (A, B):
        if market in bench.valid:
            assert bench.levels(market) == venue.truth[-1][market]
        else:
            assert bench.ledger.waits("market", market)
            bench.say(commands.subscribe([TOKENS[market][0]]))
    bench.hear(*[book(venue.at_ms + 1, market) for market in (A, B)])
    assert (bench.valid, bench.ledger.open) == ({A, B}, {})


@given(st.integers(0, 10**9))
@settings(max_examples=50, deadline=None)
def test_rows_and_books_agree(seed: int) -> None:
    """Snapshots and deltas in the order of their telling lead to the book, with rows or without, in batches or not."""
    venue, bench, quiet = History(seed, 30), subscribed(A, B), subscribed(A, B, rows=False)
    told: dict[str, dict[str, dict[int, int]]] = {}
    bench.heard.on_snapshot = lambda _, one: told.update(  # type: ignore[method-assign]
        {one.market: {"yes": dict[int, int](one.yes), "no": dict[int, int](one.no)}}
    )

    def add(_: Any, row: Any, *, applied: bool) -> None:
        assert applied
        levels = told[row.market][row.side]
        levels[row.price_e6] = levels.get(row.price_e6, 0) + row.delta_e6

    bench.heard.on_delta = add  # type: ignore[method-assign]
    bench.hear(*[raw for _, _, raw in venue.frames])
    quiet.feed.receive([raw for _, _, raw in venue.frames], quiet.stamp)
    for market in (A, B):
        sides = {side: sorted(Level(p, s) for p, s in levels.items() if s) for side, levels in told[market].items()}
        assert sides == {side: bench.shelf[market].ladder.levels(side) for side in ("yes", "no")}  # type: ignore[arg-type]
        assert quiet.shelf[market].ladder.yes == bench.shelf[market].ladder.yes
    assert quiet.feed.counts.applied == bench.feed.counts.applied


def test_the_history_has_something_to_say() -> None:
    """The generator writes books and changes of both markets, or the properties above would be empty."""
    frames = [json.loads(raw) for _, _, raw in History(1, 200).frames]
    assert {frame["event_type"] for frame in frames} == {"book", "price_change"}
    assert Bench().hear(*[wire(frame) for frame in frames]).counts[1] == len(frames)
