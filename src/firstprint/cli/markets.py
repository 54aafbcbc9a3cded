"""`firstprint markets`: what the securities master knows of markets."""

from datetime import UTC, datetime
from pathlib import Path

import cyclopts
import msgspec

from firstprint.app.secmaster.reading import MarketQuery
from firstprint.bootstrap import reading
from firstprint.cli.configured import row_limit, with_flags
from firstprint.cli.output import plain, say, say_json, say_table, when
from firstprint.domain.errors import ConfigurationError

markets = cyclopts.App(name="markets", help="The markets of the securities master.")


@markets.command(name="list")
def list_(  # noqa: PLR0913 one argument for each option of the command
    *,
    series: str | None = None,
    event: str | None = None,
    category: str | None = None,
    tag: str | None = None,
    status: str | None = None,
    text: str | None = None,
    closes_after: datetime | None = None,
    closes_before: datetime | None = None,
    limit: int = 1000,
    data: Path | None = None,
    kalshi_url: str | None = None,
    json: bool = False,
) -> int:
    """List markets, by ticker.

    Parameters
    ----------
    series
        Only those of this series.
    event
        Only those of this event.
    category
        Only those whose series is of this category.
    tag
        Only those whose series has this tag.
    status
        Only those with this status, in the venue's own words: initialized, active, inactive, closed, ...
    text
        Only those with this text in ticker or title.
    closes_after
        Only those that close at this time or later, such as 2026-11-21T18:00:00 (UTC).
    closes_before
        Only those that close at this time or before.
    limit
        At most so many.
    data
        Data folder (FIRSTPRINT_DATA, default ./data).
    kalshi_url
        Taken by every command of the master; this one asks the master alone.
    json
        Print one JSON document.
    """
    query = MarketQuery(
        series=series,
        event=event,
        category=category,
        tag=tag,
        status=status,
        text=text,
        closes_from_ns=_time_ns(closes_after),
        closes_to_ns=_time_ns(closes_before),
        limit=row_limit(limit),
    )
    with reading.master(with_flags(data, kalshi_url)) as master:
        found = master.markets(query)
    if json:
        say_json({"markets": found})
        return 0
    say_table(
        ("market", "title", "yes means", "status", "result", "opens (UTC)", "closes (UTC)"),
        [
            (one.ticker, one.title, one.yes_sub_title, one.status, one.result, when(one.open_ns), when(one.close_ns))
            for one in found
        ],
    )
    say(f"{len(found)} markets" + (f" (there may be more: --limit {limit * 10})" if len(found) == limit else ""))
    return 0


@markets.command
def show(ticker: str, /, *, data: Path | None = None, kalshi_url: str | None = None, json: bool = False) -> int:
    """Show every field of one market, and how it changed.

    Parameters
    ----------
    ticker
        The market's ticker.
    data
        Data folder (FIRSTPRINT_DATA, default ./data).
    kalshi_url
        Taken by every command of the master; this one asks the master alone.
    json
        Print one JSON document.
    """
    with reading.master(with_flags(data, kalshi_url)) as master:
        market = master.market(ticker)
        history = master.history(ticker)
        near = master.markets(MarketQuery(text=ticker.rpartition("-")[0] or ticker, limit=5)) if market is None else []
    if market is None:
        hint = f" The nearest are: {', '.join(one.ticker for one in near)}" if near else ""
        raise ConfigurationError(f"the master has no market {ticker!r}.{hint}")
    if json:
        say_json({"market": market, "history": history})
        return 0
    for name, value in market.items():
        if value is not None:
            say(f"{name:24} {plain(_text(name, value))}")
    if history:
        say()
        say_table(
            ("changed (UTC)", "field", "before", "after", "known from"),
            [
                (when(one.wall_ns), one.field, one.value_before, one.value_after, f"{one.cause} {one.session}")
                for one in history
            ],
        )
    return 0


def _text(name: str, value: object) -> str:
    if name.endswith("_ns") and isinstance(value, int):
        return f"{when(value)} UTC"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _time_ns(moment: datetime | None) -> int | None:
    if moment is None:
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return int(aware.timestamp()) * 1_000_000_000
