"""Drive nautilus_trader: `memory FILE RUNS`, its Polymarket adapter's decoding and its order book.

It has no adapter for Kalshi, so it reads the same kind of changes written as Polymarket's `price_change` messages, one
level in each: msgspec struct, `parse_to_deltas`, `OrderBook.apply_deltas`. Polymarket sends no sequence numbers, so
there is no continuity to check, and sizes are absolute. Its data engine, cache and message bus are left out. Prints one
JSON object.
"""

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

import msgspec
from nautilus_trader.adapters.polymarket.schemas.book import PolymarketBookSnapshot, PolymarketQuotes
from nautilus_trader.model.book import OrderBook
from nautilus_trader.model.currencies import USDC
from nautilus_trader.model.enums import AssetClass, BookType
from nautilus_trader.model.identifiers import InstrumentId, Symbol
from nautilus_trader.model.instruments import BinaryOption
from nautilus_trader.model.objects import Price, Quantity

DECODER = msgspec.json.Decoder(PolymarketBookSnapshot | PolymarketQuotes)


def instrument(asset_id: str) -> BinaryOption:
    """Describe one outcome."""
    return BinaryOption(
        instrument_id=InstrumentId.from_str(f"{asset_id}.POLYMARKET"),
        raw_symbol=Symbol(asset_id),
        outcome="Yes",
        description="bench",
        asset_class=AssetClass.ALTERNATIVE,
        currency=USDC,
        price_precision=2,
        price_increment=Price.from_str("0.01"),
        size_precision=2,
        size_increment=Quantity.from_str("0.01"),
        activation_ns=0,
        expiration_ns=0,
        max_quantity=None,
        min_quantity=None,
        maker_fee=0,
        taker_fee=0,
        ts_event=0,
        ts_init=0,
    )


def memory_rate(frames: list[bytes]) -> float:
    """Run all messages once; give messages a CPU-second of the changes."""
    books: dict[str, tuple[BinaryOption, OrderBook]] = {}
    snapshots = [frame for frame in frames if frame.startswith(b'{"event_type":"book"')]
    for frame in snapshots:
        message = DECODER.decode(frame)
        option = instrument(message.asset_id)
        books[message.asset_id] = option, OrderBook(option.id, BookType.L2_MBP)
        books[message.asset_id][1].apply_deltas(message.parse_to_snapshot(option, 0))
    changes = frames[len(snapshots) :]
    began = time.process_time()
    for frame in changes:
        message = DECODER.decode(frame)
        option, book = books[message.price_changes[0].asset_id]
        book.apply_deltas(message.parse_to_deltas(option, 0))
    return len(changes) / (time.process_time() - began)


def main() -> None:
    """Do what the arguments say."""
    frames = Path(sys.argv[2]).read_bytes().splitlines()
    rates = [memory_rate(frames) for _ in range(int(sys.argv[3]))]
    print(json.dumps({"version": version("nautilus_trader"), "python": sys.version.split()[0], "rates": rates}))


if __name__ == "__main__":
    main()
