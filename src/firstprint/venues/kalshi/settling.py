"""By whom Kalshi's events are settled, as their rows say it. Pure.

Source: https://docs.kalshi.com/openapi.yaml (3.31), EventData.settlement_sources.
"""

from collections.abc import Mapping

import msgspec

NAMED_MAX = 8
_KEY = b'"settlement_sources"'


class WireSource(msgspec.Struct):
    """`{"name":"the Governing League","url":"https://www.nba.com/"}`."""

    name: str | None = None
    url: str | None = None


class WireSettled(msgspec.Struct):
    """An event's row, of which only the settlement sources are read; they may be null."""

    event_ticker: str
    settlement_sources: list[WireSource] | None = None


class _Page(msgspec.Struct):
    events: list[WireSettled] | None = None
    event: WireSettled | None = None


_page = msgspec.json.Decoder(_Page).decode
_list = msgspec.json.Decoder(list[WireSettled]).decode


def sources_within(body: bytes) -> Mapping[str, tuple[str, ...]]:
    """Give the sources of each event of a payload, by address where it has one; none where they cannot be read."""
    if _KEY not in body:
        return {}
    try:
        rows = _list(body) if body.lstrip()[:1] == b"[" else _rows(_page(body))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}
    told = ((row.event_ticker, _named(row.settlement_sources or ())) for row in rows)
    return {ticker: named for ticker, named in told if named}


def _rows(page: _Page) -> list[WireSettled]:
    return [*(page.events or ()), *((page.event,) if page.event is not None else ())]


def _named(sources: "list[WireSource] | tuple[()]") -> tuple[str, ...]:
    return tuple(name for one in sources[:NAMED_MAX] if (name := one.url or one.name))
