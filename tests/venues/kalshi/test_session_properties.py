"""The protocol session under arbitrary input: the account always adds up, and no VALID book is ever wrong."""

import random
from decimal import Decimal

from feed_kit import Bench, delta, error, ok, snapshot, subscribed, wire
from hypothesis import given, settings
from hypothesis import strategies as st

SAMPLES = [wire(frame) for frame in (
    subscribed(), snapshot(1), delta(2), delta(3, side="no", price="0.1"), ok(4, ["A"]), error(25, sid=1), error(8, 1),
    {"type": "unsubscribed", "id": 1, "sid": 1, "seq": 5}, {"type": "ticker", "sid": 2, "msg": {"market_ticker": "A"}},
    {"type": "trade", "sid": 3, "seq": 1, "msg": {"market_ticker": "A", "trade_id": "t", "count": 1, "yes_price": 4}},
    {"type": "market_lifecycle_v2", "sid": 4, "seq": 1, "msg": {"market_ticker": "A", "event_type": "settled"}},
    {"type": "ok", "id": 5, "msg": [{"channel": "ticker", "sid": 2}]}, {"type": "what", "sid": 1, "seq": 2},
)]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Draw a frame of the venue with bytes cut out, replaced or repeated."""
    raw = bytearray(draw(st.sampled_from(SAMPLES)))
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(raw)))
        end = draw(st.integers(start, min(len(raw), start + 8)))
        raw[start:end] = draw(st.one_of(st.binary(max_size=6), st.sampled_from([b"null", b"-1", b"[]", b"1e9", b'"'])))
    return bytes(raw)


@given(st.lists(st.one_of(mutated(), st.binary(max_size=60), st.sampled_from(SAMPLES)), max_size=25), st.booleans())
@settings(max_examples=300, deadline=None)
def test_every_frame_is_accounted_for_once(frames: list[bytes], rows: bool) -> None:
    """Whatever comes: nothing raises, and received = applied + control + duplicate + quarantined (I01, G23)."""
    bench = Bench(rows=rows)
    bench.feed.receive(frames, bench.stamp)
    bench.tick()
    assert sum(bench.counts) == bench.feed.counts.frames == len(frames)


class Exchange:
    """A venue of three markets that writes its frames and remembers every book at every number."""

    def __init__(self, seed: int, length: int) -> None:
        chance = random.Random(seed)
        self.books: dict[str, dict[str, Decimal]] = {}
        self.frames: list[bytes] = []
        self.truth: list[dict[str, dict[str, Decimal]]] = [{}]
        for market in "ABC":
            self.books[market] = {"0.40": Decimal(10)}
            self._write(snapshot(len(self.truth), market, no=[]))
        for _ in range(length):
            market, seq = chance.choice("ABC"), len(self.truth)
            book = self.books[market]
            if chance.random() < 0.1:
                self._write(snapshot(seq, market, yes=[[p, str(s)] for p, s in book.items()], no=[]))
                continue
            price = chance.choice(["0.10", "0.20", "0.40"])
            change = Decimal(chance.randint(-int(book.get(price, 0)), 9))
            book[price] = book.get(price, Decimal(0)) + change
            if not book[price]:
                del book[price]
            self._write(delta(seq, market, price=price, size=str(change)))

    def _write(self, frame: dict) -> None:
        self.frames.append(wire(frame))
        self.truth.append({market: dict(book) for market, book in self.books.items()})

    def is_right(self, bench: Bench) -> bool:
        """Tell whether each VALID book is the true one at the number the feed stands at."""
        for market in bench.valid:
            seq = bench.feed.talk.subscriptions[1].order.next_seq - 1
            true = {Decimal(p): s for p, s in self.truth[seq][market].items()}
            if bench.levels(market)[0] != true:
                return False
        return True


@given(st.integers(0, 10**9), st.data())
@settings(max_examples=120, deadline=None)
def test_no_valid_book_is_ever_wrong(seed: int, data: st.DataObject) -> None:
    """Under drops, repeats, swaps, torn frames and ticks every VALID book is the true one at its number (I05, G01)."""
    venue = Exchange(seed, 40)
    bench = Bench().hear(subscribed())
    numbers = list(range(len(venue.frames)))
    for place in data.draw(st.lists(st.integers(0, len(numbers) - 2), max_size=4)):
        numbers[place], numbers[place + 1] = numbers[place + 1], numbers[place]
    faults = data.draw(st.dictionaries(st.integers(0, len(numbers) - 1), st.sampled_from("dtrk"), max_size=8))
    heard = 1
    for number in numbers:
        frames = {"d": [], "t": [venue.frames[number][:50]], "r": [venue.frames[number]] * 2}
        for raw in frames.get(faults.get(number, ""), [venue.frames[number]]):
            bench.hear(raw)
            heard += 1
            assert venue.is_right(bench)
        if faults.get(number) == "k":
            bench.tick(1)
            assert venue.is_right(bench)
    bench.tick(1)
    assert sum(bench.counts) == heard
    assert no_silent_gap(bench, venue, faults)


def no_silent_gap(bench: Bench, venue: Exchange, faults: dict[int, str]) -> bool:
    """Tell whether each number below the last seen that was dropped or torn lies in a gap row (I03)."""
    seen = bench.feed.talk.subscriptions[1].order.next_seq
    lost = [number + 1 for number, fault in faults.items() if fault in "dt" and number + 1 < seen]
    ranges = [(gap.seq_from, gap.seq_to) for gap in bench.heard.gaps if gap.seq_from is not None]
    return all(any(low <= seq <= high for low, high in ranges) for seq in lost)
