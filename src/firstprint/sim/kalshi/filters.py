"""Filters and pages of the market lists: which may stand together, and which rows they keep.

Source: Kalshi OpenAPI 3.31.0, GET /markets: one status; created times go with unopened, open or none; close times
with closed or none; settled times with settled or none; updated times with no other filter than mve_filter=exclude
and, with that, series_ticker; the families of times exclude each other.
"""

import base64
import binascii
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple, TypeVar

from firstprint.sim.kalshi.market import SimMarket
from firstprint.sim.kalshi.texts import NS_PER_S

Row = TypeVar("Row")

STATUSES = {
    "unopened": ("initialized",),
    "open": ("active", "inactive"),
    "paused": ("inactive",),
    "closed": ("closed", "determined"),
    "settled": ("finalized",),
}
_FAMILIES: dict[str, tuple[str, ...] | None] = {
    "created": ("unopened", "open", ""),
    "close": ("closed", ""),
    "settled": ("settled", ""),
    "updated": None,
}
_LATEST_S = 1 << 40
_MARK = b"\x0c\x08"


class BadRequest(Exception):  # noqa: N818 the HTTP status's own name
    """A request is answered 400; the text is `details`."""


class Query(dict[str, list[str]]):
    """A query string as lists by name, with the venue's way of complaining."""

    def one(self, name: str) -> str:
        """Give a parameter, or the empty string."""
        return self.get(name, [""])[-1]

    def flag(self, name: str) -> bool:
        """Say whether a switch is on."""
        return self.one(name) == "true"

    def number(self, name: str, least: int, most: int, default: int) -> int:
        """Give a whole number within bounds. Raises BadRequest."""
        text = self.one(name)
        if not text:
            return default
        if not (text.isascii() and text.isdigit()) or not least <= int(text) <= most:
            raise BadRequest(f"{name} must be between {least} and {most}")
        return int(text)

    def start(self) -> int:
        """Give the number of the row that the cursor names, 0 without one. Raises BadRequest."""
        cursor = self.one("cursor")
        return _read_cursor(cursor) if cursor else 0

    def many(self, name: str) -> list[str]:
        """Give a parameter that may be repeated or comma-separated."""
        return [part for text in self.get(name, []) for part in text.split(",") if part]


def _family(query: Query) -> str | None:
    """Give the one family of times that a query uses. Raises BadRequest for two, or for a wrong company."""
    used = [f for f in _FAMILIES if query.one(f"min_{f}_ts") or query.one(f"max_{f}_ts")]
    if len(used) > 1:
        raise BadRequest("timestamp filters are mutually exclusive")
    if not used:
        return None
    family, status = used[0], query.one("status")
    allowed = _FAMILIES[family]
    if allowed is not None and status not in allowed:
        raise BadRequest(f"{family} timestamp filters are not compatible with status {status}")
    if family == "updated":
        _check_updated(query)
    return family


def _check_updated(query: Query) -> None:
    excluding = query.one("mve_filter") == "exclude"
    if any(query.one(name) for name in ("status", "event_ticker", "tickers")) or query.one("mve_filter") == "only":
        raise BadRequest("min_updated_ts is not compatible with other filters")
    if query.one("series_ticker") and not excluding:
        raise BadRequest("min_updated_ts with series_ticker requires mve_filter=exclude")


class MarketFilter(NamedTuple):
    """The test that GET /markets applies to each row; times in Unix ns, both bounds inclusive."""

    status: str
    mve: str
    series: str
    event: str
    family: str | None
    low_ns: int
    high_ns: int

    def keeps(self, market: SimMarket) -> bool:
        """Say whether a row is wanted."""
        if self.status and market.status not in STATUSES[self.status]:
            return False
        if self.mve and market.combo != (self.mve == "only"):
            return False
        event = market.plan.event
        if (self.series and event.series.ticker != self.series) or (self.event and event.ticker != self.event):
            return False
        return self.family is None or self._within(_time_of(market, self.family))

    def _within(self, at_ns: int | None) -> bool:
        return at_ns is not None and self.low_ns <= at_ns <= self.high_ns


def market_filter(query: Query) -> MarketFilter:
    """Read the filters of GET /markets. Raises BadRequest."""
    status, mve = query.one("status"), query.one("mve_filter")
    if status and status not in STATUSES:
        raise BadRequest("invalid status filter")
    if mve not in {"", "only", "exclude"}:
        raise BadRequest("invalid mve_filter")
    family = _family(query)
    low, high = (query.number(f"{edge}_{family}_ts", 0, _LATEST_S, 0) for edge in ("min", "max"))
    return MarketFilter(
        status, mve, query.one("series_ticker"), query.one("event_ticker"), family, low * NS_PER_S,
        (high or _LATEST_S) * NS_PER_S,
    )  # fmt: skip


def _time_of(market: SimMarket, family: str) -> int | None:
    if family == "updated":
        return market.updated_ns
    if family == "settled":
        return market.settled_ns
    return market.times.created_ns if family == "created" else market.times.close_ns


def page(rows: Iterable[tuple[int, Row]], start: int, limit: int) -> tuple[list[Row], str]:
    """Cut one page out of numbered rows; the cursor names the row after it, and is empty at the end."""
    rest: Iterator[tuple[int, Row]] = (pair for pair in rows if pair[0] >= start)
    kept = list(islice(rest, limit + 1))
    following = kept[limit][0] if len(kept) > limit else None
    return [row for _, row in kept[:limit]], _write_cursor(following) if following is not None else ""


def _write_cursor(number: int) -> str:
    return base64.urlsafe_b64encode(_MARK + number.to_bytes(8, "big")).decode().rstrip("=")


def _read_cursor(cursor: str) -> int:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 10 or not raw.startswith(_MARK):
        raise BadRequest("invalid cursor")
    return int.from_bytes(raw[2:], "big")
