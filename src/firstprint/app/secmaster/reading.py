"""What readers ask of the securities master, by command, HTTP and Python alike."""

from typing import Any, Protocol

from firstprint.domain.secmaster_rows import (
    PAGE_ROWS_MAX,
    EventQuery,
    EventRow,
    MarketChange,
    MarketCounts,
    MarketQuery,
    MarketRow,
    SeriesCount,
    SeriesQuery,
    SeriesRow,
)

__all__ = [
    "PAGE_ROWS_MAX",
    "EventQuery",
    "EventRow",
    "MarketChange",
    "MarketCounts",
    "MarketQuery",
    "MarketRow",
    "MasterReader",
    "SeriesCount",
    "SeriesQuery",
    "SeriesRow",
]


class MasterReader(Protocol):
    """Asks the master. Each call is one read; raises StoreUnavailable when the database is away."""

    def revision(self) -> int:
        """Give a number that moves whenever something in the master changes: cheap, for caches and ETags."""
        ...

    def series(self, query: SeriesQuery) -> list[SeriesRow]:
        """List series by ticker."""
        ...

    def events(self, query: EventQuery) -> list[EventRow]:
        """List events by ticker."""
        ...

    def markets(self, query: MarketQuery) -> list[MarketRow]:
        """List markets by ticker."""
        ...

    def market(self, ticker: str) -> dict[str, Any] | None:
        """Give every stored field of one market; None when the master does not have it."""
        ...

    def one_series(self, ticker: str) -> dict[str, Any] | None:
        """Give every stored field of one series, disabled or not; None when the master does not have it."""
        ...

    def event(self, ticker: str) -> dict[str, Any] | None:
        """Give every stored field of one event; None when the master does not have it."""
        ...

    def history(self, ticker: str, *, limit: int = 1_000) -> list[MarketChange]:
        """List the changed fields of a series, event or market, oldest first."""
        ...

    def series_counts(self, query: SeriesQuery) -> list[SeriesCount]:
        """Count events and markets by series, those without any included."""
        ...

    def market_counts(self, series: str | None = None) -> MarketCounts:
        """Count markets, of a series or of all."""
        ...

    def categories(self) -> dict[str, tuple[str, ...]]:
        """Give the categories of the series that the master has, and the tags seen in each."""
        ...
