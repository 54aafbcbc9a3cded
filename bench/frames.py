"""Kalshi frames for all benchmarks: books that are right at every number, seeded, as large and as varied as real ones.

A delta is about 265 bytes: a ticker, the market's UUID, a price, a signed size, a side, and the venue's time twice, in
microseconds as text and in milliseconds. Few markets carry most of the traffic, most changes lie near the best price,
sizes are mostly round, and a little more than half of the changes take away what stands there. No level falls below
zero and no book is crossed.

Only the standard library is used: rivals run this in environments of their own.
"""

import random
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from itertools import accumulate

START_US = 1_795_225_905_123_456
"""The venue's time of the first frame, Unix microseconds: an evening in November 2026."""
PAUSE_US = 220
ROUND_SIZES = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 5000)
LETTERS = "ABCDEFGHIJKLMNOPRSTW"


class MarketBook:
    """One market: its names, and what rests on it, in cents and hundredths of a contract."""

    __slots__ = ("market_id", "middle", "sides", "ticker")

    def __init__(self, rng: random.Random, number: int, levels: int) -> None:
        teams = "".join(rng.choices(LETTERS, k=6))
        hour = 1000 + number % 14 * 100
        self.ticker = f"KXMLBGAME-26AUG{1 + number % 30:02d}{hour}{teams}{number // 420}-{teams[:3]}"
        self.market_id = str(uuid.UUID(int=rng.getrandbits(128)))
        self.middle = rng.randint(levels + 1, 99 - levels)
        bests = {"yes": self.middle - 1, "no": 99 - self.middle}
        self.sides = {
            side: {best - place: 100 * rng.choice(ROUND_SIZES) * (place + 1) for place in range(levels)}
            for side, best in bests.items()
        }

    def change(self, rng: random.Random) -> tuple[str, int, int]:
        """Change one level; give the side, the price in cents and the signed change in hundredths."""
        side = "yes" if rng.random() < 0.5 else "no"
        best = self.middle - 1 if side == "yes" else 99 - self.middle
        price = max(1, best - int(rng.expovariate(0.35)))
        standing = self.sides[side]
        held = standing.get(price, 0)
        if held and rng.random() < 0.55:
            delta = -(held if rng.random() < 0.3 else min(held, new_size(rng)))
        else:
            delta = new_size(rng)
        if held + delta:
            standing[price] = held + delta
        else:
            del standing[price]
        return side, price, delta


def new_size(rng: random.Random) -> int:
    """Draw an order's size in hundredths of a contract: mostly round, sometimes with a fraction."""
    kind = rng.random()
    if kind < 0.7:
        return rng.choice(ROUND_SIZES) * 100
    return rng.randrange(1, 2_000) * 100 if kind < 0.9 else rng.randrange(1, 200_000)


class Traffic:
    """What one subscription sends: `subscribed`, a snapshot of each market, then deltas; numbers from 1."""

    def __init__(self, markets: int, seed: int, *, levels: int = 10, sid: int = 1, command: int = 1) -> None:
        self._rng = random.Random(seed)
        self.books = [MarketBook(self._rng, number, levels) for number in range(markets)]
        self._weights = list(accumulate(1 / (rank + 1) ** 0.8 for rank in range(markets)))
        self._sid = sid
        self._command = command
        self._seq = 0
        self._now_us = START_US

    @property
    def tickers(self) -> list[str]:
        """Give the markets' tickers."""
        return [book.ticker for book in self.books]

    def opening(self) -> list[bytes]:
        """Make the answer to the subscription and the snapshots."""
        body = f'{{"channel":"orderbook_delta","sid":{self._sid}}}'
        answer = f'{{"type":"subscribed","id":{self._command},"msg":{body}}}\n'
        first = self._seq + 1
        self._seq += len(self.books)
        return [answer.encode(), *(snapshot(book, self._sid, seq) for seq, book in enumerate(self.books, first))]

    def deltas(self, count: int) -> Iterator[bytes]:
        """Make deltas, each a little later than the one before."""
        rng, now_us = self._rng, self._now_us
        for seq, book in enumerate(rng.choices(self.books, cum_weights=self._weights, k=count), self._seq + 1):
            now_us += 1 + int(rng.expovariate(1 / PAUSE_US))
            yield delta(book, self._sid, seq, book.change(rng), now_us)
        self._seq, self._now_us = self._seq + count, now_us


def snapshot(book: MarketBook, sid: int, seq: int, answers: str = "") -> bytes:
    """Make the snapshot of one market; `answers` is `"id":7,` where it answers a command."""
    yes, no = (_levels(book.sides[side]) for side in ("yes", "no"))
    return (
        f'{{"type":"orderbook_snapshot",{answers}"sid":{sid},"seq":{seq},"msg":{{"market_ticker":"{book.ticker}",'
        f'"market_id":"{book.market_id}","yes_dollars_fp":[{yes}],"no_dollars_fp":[{no}]}}}}\n'
    ).encode()


def delta(book: MarketBook, sid: int, seq: int, change: tuple[str, int, int], now_us: int) -> bytes:
    """Make the delta of one change at the venue's time `now_us`."""
    side, price, signed = change
    sign, size = "-" if signed < 0 else "", abs(signed)
    ts = f"{_second(now_us // 1_000_000)}.{now_us % 1_000_000:06d}".rstrip("0").rstrip(".")
    return (
        f'{{"type":"orderbook_delta","sid":{sid},"seq":{seq},"msg":{{"market_ticker":"{book.ticker}",'
        f'"market_id":"{book.market_id}","price_dollars":"0.{price:02d}00",'
        f'"delta_fp":"{sign}{size // 100}.{size % 100:02d}","side":"{side}","ts":"{ts}Z",'
        f'"ts_ms":{now_us // 1000}}}}}\n'
    ).encode()


@lru_cache(maxsize=64)
def _second(unix_s: int) -> str:
    return datetime.fromtimestamp(unix_s, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _levels(side: dict[int, int]) -> str:
    return ",".join(f'["0.{price:02d}00","{size // 100}.{size % 100:02d}"]' for price, size in sorted(side.items()))


def batches(frames: list[bytes], size: int) -> list[list[bytes]]:
    """Cut frames into what one read of the socket brings."""
    return [frames[start : start + size] for start in range(0, len(frames), size)]


def polymarket_openings(traffic: Traffic) -> Iterator[str]:
    """Write the books as Polymarket sends them: for a rival that reads Polymarket and not Kalshi."""
    for number, book in enumerate(traffic.books):
        bids = ",".join(f'{{"price":"0.{p:02d}","size":"{s / 100:.2f}"}}' for p, s in sorted(book.sides["yes"].items()))
        asks = ",".join(
            f'{{"price":"0.{100 - p:02d}","size":"{s / 100:.2f}"}}' for p, s in sorted(book.sides["no"].items())
        )
        yield (
            f'{{"event_type":"book","market":"{market_hash(number)}","asset_id":"{asset_id(number)}",'
            f'"bids":[{bids}],"asks":[{asks}],"timestamp":"{START_US // 1000}"}}'
        )


def polymarket_changes(traffic: Traffic, count: int, seed: int) -> Iterator[str]:
    """Write as many changes of the same kind as Polymarket sends them: one level each, its size as it is now."""
    rng, now_us = random.Random(seed), START_US
    weights = list(accumulate(1 / (rank + 1) ** 0.8 for rank in range(len(traffic.books))))
    for number in rng.choices(range(len(traffic.books)), cum_weights=weights, k=count):
        book = traffic.books[number]
        side, price, _ = book.change(rng)
        now_us += 1 + int(rng.expovariate(1 / PAUSE_US))
        size = book.sides[side].get(price, 0) / 100
        shown, word = (price, "BUY") if side == "yes" else (100 - price, "SELL")
        yield (
            f'{{"event_type":"price_change","market":"{market_hash(number)}","price_changes":[{{"asset_id":'
            f'"{asset_id(number)}","price":"0.{shown:02d}","size":"{size:.2f}","side":"{word}","hash":'
            f'"{number:040x}","best_bid":"0.{book.middle - 1:02d}","best_ask":"0.{book.middle + 1:02d}"}}],'
            f'"timestamp":"{now_us // 1000}"}}'
        )


def market_hash(number: int) -> str:
    """Name a Polymarket market."""
    return f"0x{number + (1 << 200):064x}"


def asset_id(number: int) -> str:
    """Name a Polymarket outcome: a decimal number of 77 digits."""
    return str(10**76 + number)


def mean_bytes(frames: Iterable[bytes]) -> float:
    """Give the mean length of frames."""
    lengths = [len(frame) for frame in frames]
    return sum(lengths) / len(lengths)
