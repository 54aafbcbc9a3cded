"""The columnar tables: how a row is gathered in memory, and what it becomes in a Parquet file.

Rows are packed as fixed-width integers into one bytearray a table: cheap to append, and NumPy reads it without a copy.
Texts are numbered in a memory that lives as long as the file being gathered; None is the integer `ABSENT`.
"""

import struct
from typing import NamedTuple

ABSENT = -(2**63) + 1

_CODES = {"int": "q", "text": "I", "flag": "?"}
_DTYPES = {"int": "<i8", "text": "<u4", "flag": "?"}


class Column(NamedTuple):
    """One packed value of a row: its name, and `int`, `text` or `flag`."""

    name: str
    kind: str = "int"


class ColumnTable(NamedTuple):
    """A table: its packed columns, and the SELECT list over them that gives the columns of the file."""

    name: str
    columns: tuple[Column, ...]
    select: str

    @property
    def packing(self) -> struct.Struct:
        """The layout of one row in memory."""
        return struct.Struct("<" + "".join(_CODES[column.kind] for column in self.columns))

    @property
    def dtype(self) -> list[tuple[str, str]]:
        """The same layout, in NumPy's words."""
        return [(column.name, _DTYPES[column.kind]) for column in self.columns]


_PLACE = tuple(map(Column, ("record", "part", "connection", "sid", "seq")))
_TIMES = (Column("recv_wall_ns"), Column("wall_minus_mono_ns"))


def _nullable(*names: str) -> str:
    return ", ".join(f"nullif({name}, {ABSENT}) AS {name}" for name in names)


def _texts(*names: str) -> str:
    """Name text columns with their type: a column without any value would otherwise be written without one."""
    return ", ".join(f"{name}::VARCHAR AS {name}" for name in names)


_SELECT_PLACE = f"session, record, part::INTEGER AS part, connection::INTEGER AS connection, {_nullable('sid', 'seq')}"
_SELECT_TIMES = "recv_wall_ns, wall_minus_mono_ns"
_SELECT_VENUE_TIME = (
    f"CASE WHEN venue_ns <> {ABSENT} THEN recv_wall_ns // 1000000 - venue_ns // 1000000 END AS venue_lag_ms, "
    f"CASE WHEN venue_ns <> {ABSENT} THEN venue_ns % 1000000 END AS venue_sub_ms_ns"
)
VENUE_NS = "(recv_wall_ns // 1000000 - venue_lag_ms) * 1000000 + venue_sub_ms_ns"
"""How readers put the venue's time together again, exactly; NULL where the venue gave none."""

SNAPSHOTS = ColumnTable(
    "orderbook_snapshots",
    (
        *_PLACE,
        *(Column(name, "text") for name in ("market", "market_id", "side", "source")),
        Column("price_e6"),
        Column("size_e6"),
        *_TIMES,
    ),
    f"{_SELECT_PLACE}, {_texts('market', 'market_id', 'side', 'source')}, "
    f"{_nullable('price_e6', 'size_e6')}, {_SELECT_TIMES}",
)
"""One row for each level. A book without any level is one row whose side, price and size are NULL."""

DELTAS = ColumnTable(
    "orderbook_deltas",
    (
        *_PLACE,
        Column("market", "text"),
        Column("side", "text"),
        Column("price_e6"),
        Column("delta_e6"),
        Column("applied", "flag"),
        Column("venue_ns"),
        *_TIMES,
    ),
    f"{_SELECT_PLACE}, {_texts('market', 'side')}, price_e6::INTEGER AS price_e6, delta_e6, applied, "
    f"{_SELECT_VENUE_TIME}, {_SELECT_TIMES}",
)

TRADES = ColumnTable(
    "trades",
    (
        *_PLACE,
        Column("market", "text"),
        Column("trade_id", "text"),
        Column("yes_price_e6"),
        Column("size_e6"),
        Column("taker_side", "text"),
        Column("source", "text"),
        Column("is_block"),
        Column("venue_ns"),
        *_TIMES,
    ),
    f"{_SELECT_PLACE}, {_texts('market', 'trade_id', 'taker_side', 'source')}, yes_price_e6, size_e6, "
    f"nullif(is_block, {ABSENT})::BOOLEAN AS is_block, {_SELECT_VENUE_TIME}, {_SELECT_TIMES}",
)

TICKER_NUMBERS = (
    "price_e6",
    "yes_bid_e6",
    "yes_ask_e6",
    "yes_bid_size_e6",
    "yes_ask_size_e6",
    "last_size_e6",
    "volume_e6",
    "open_interest_e6",
)
TICKERS = ColumnTable(
    "tickers",
    (*_PLACE, Column("market", "text"), *map(Column, TICKER_NUMBERS), Column("venue_ns"), *_TIMES),
    f"{_SELECT_PLACE}, {_texts('market')}, {_nullable(*TICKER_NUMBERS)}, {_SELECT_VENUE_TIME}, {_SELECT_TIMES}",
)

TABLES = (SNAPSHOTS, DELTAS, TRADES, TICKERS)
