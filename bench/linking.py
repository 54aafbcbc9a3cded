"""Linkage on one core, in a process of its own: from the bytes that venues and sources answered to links.

`python bench/linking.py FILE MARKETS` takes what `linked_payloads.py` wrote, once for all payloads and then MARKETS
times for one new market among them, and prints one JSON object. CPU time of this process, from the first time on: no
payload was read before, and only the tables of teams are there, which a process reads once. The service's own state
(`LinkState`) takes the new markets: each is read from a payload of its own, and counts when its link has been made.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from firstprint.app.linking.ports import PayloadReader
from firstprint.app.linking.state import LinkState
from firstprint.bootstrap.payloads import collector_paused
from firstprint.domain.link_changes import MarketKey
from firstprint.linkage.leagues import LeagueTable, shipped_leagues
from firstprint.linkage.linker import Linker
from firstprint.linkage.reads import ReadBody
from firstprint.linkage.teams import TeamTables
from firstprint.signals.consensus import ConsensusPlan
from firstprint.venues.espn.payloads import EspnPayloads
from firstprint.venues.kalshi.payloads import KalshiPayloads, page_of
from firstprint.venues.oddsapi.payloads import OddsPayloads
from firstprint.venues.polymarket.gamma import parse_gamma
from firstprint.venues.polymarket.payloads import PolymarketPayloads

KALSHI, POLYMARKET, ESPN, ODDS = "kalshi", "polymarket", "espn", "oddsapi"
UNLINKED_MAX = 0.02
HEAD = 100
LINKED = (KALSHI, POLYMARKET, ESPN)
NOW_NS = 1_795_000_000 * 1_000_000_000
"""When the simulated worlds begin."""

Body = tuple[str, bytes]


class Timed(NamedTuple):
    """What a part of the work gave, and the CPU seconds it took, decoding the payloads into rows and reading these."""

    decode_s: float
    read_s: float
    read: list[ReadBody]


def tables() -> tuple[LeagueTable, dict[str, PayloadReader]]:
    """Give the leagues and the readers, with every league's table of teams ready."""
    leagues, teams = LeagueTable(shipped_leagues().values()), TeamTables.load()
    for league in leagues.leagues.values():
        teams.pool_of(league)
    kinds = (KalshiPayloads, PolymarketPayloads, EspnPayloads, OddsPayloads)
    readers: list[PayloadReader] = [kind(leagues, teams) for kind in kinds]
    return leagues, {reader.source: reader for reader in readers}


def new_linker(leagues: LeagueTable) -> Linker:
    """Make a linker that knows each league's sport."""
    return Linker(lambda code: leagues.leagues[code].sport if code in leagues.leagues else "")


def read_all(readers: Mapping[str, PayloadReader], bodies: Sequence[bytes], source: str) -> Timed:
    """Learn from the payloads of one source, and read them.

    Of the venues' lists rows are made first; scoreboards and odds are small, and read as they are.
    """
    began = time.process_time()
    reader = readers[source]
    with collector_paused():  # as `firstprint link match` does
        for body in bodies:
            reader.learn(body)
        pages = [_rows(reader, body) for body in bodies]
        decoded = time.process_time()
        read = [page() for page in pages]
    return Timed(decoded - began, time.process_time() - decoded, read)


def _rows(reader: PayloadReader, body: bytes) -> Callable[[], ReadBody]:
    """Decode a payload into rows; give what reads these."""
    if isinstance(reader, PolymarketPayloads):
        return partial(reader.read_page, parse_gamma(body))
    if isinstance(reader, KalshiPayloads) and b'"events"' in body[:HEAD]:
        return partial(reader.read_page, page_of(body, "events"))
    return partial(reader.read, body)


def link_all(leagues: LeagueTable, read: Sequence[ReadBody]) -> tuple[float, Linker]:
    """Link what was read at one go."""
    linker = new_linker(leagues)
    began = time.process_time()
    with collector_paused():
        for one in read:
            linker.take(one.reads)
        linker.resolve()
    return time.process_time() - began, linker


def link_new(state: LinkState, readers: Mapping[str, PayloadReader], news: Iterator[Body]) -> list[float]:
    """Forget a linked market, then read and link it as new, market by market; milliseconds of CPU each.

    Two worlds may list a market of one ticker and different contents: such a one may have no partner when it is new.
    """
    spent, unlinked = [], 0
    for ticker, body in news:
        state.forget(MarketKey(KALSHI, ticker))
        state.settle(NOW_NS)
        began = time.process_time()
        state.take(readers[KALSHI].read(body))
        settled = state.settle(NOW_NS)
        spent.append(1_000 * (time.process_time() - began))
        unlinked += settled is None or not any(link.a_market == ticker for link in settled.changes.links)
    if unlinked > UNLINKED_MAX * len(spent):
        raise RuntimeError(f"of {len(spent)} markets that were linked {unlinked} are not linked as new ones")
    return spent


class _Event(msgspec.Struct):
    markets: list[msgspec.Raw] = []


class _Events(msgspec.Struct):
    events: list[_Event] = []


class _Market(msgspec.Struct):
    ticker: str


def one_by_one(bodies: Sequence[bytes], wanted: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Give Kalshi's markets that are wanted, each in a payload of its own, as the venue tells of new ones."""
    left = set(wanted)
    for body in reversed(bodies):
        for event in msgspec.json.decode(body, type=_Events).events:
            for raw in event.markets:
                ticker = msgspec.json.decode(raw, type=_Market).ticker
                if ticker in left:
                    left.discard(ticker)
                    yield ticker, b'{"markets":[%s],"cursor":""}' % bytes(raw)


def state_of(leagues: LeagueTable, read: Sequence[ReadBody]) -> LinkState:
    """Make the service's state with everything standing in it, odds too."""
    state = LinkState(new_linker(leagues), leagues, ConsensusPlan())
    for one in read:
        state.take(one)
    state.settle(NOW_NS)
    return state


def measure(bodies: Sequence[Body], markets: int) -> dict[str, Any]:
    """Measure both, and say of how much."""
    leagues, readers = tables()
    by_source = {source: [body for name, body in bodies if name == source] for source in (*LINKED, ODDS)}
    timed = {source: read_all(readers, by_source[source], source) for source in (*LINKED, ODDS)}
    read = [one for source in LINKED for one in timed[source].read]
    link_s, linker = link_all(leagues, read)
    listings = [listing.venue for listing in linker.listings()]
    links = [link for link in linker.links() if (link.a_venue, link.b_venue) == (KALSHI, POLYMARKET)]
    wanted = [link.a_market for link in links[:: max(1, len(links) // markets)]][:markets]
    state = state_of(leagues, [*read, *timed[ODDS].read])
    spent = sorted(link_new(state, readers, one_by_one(by_source[KALSHI], wanted)))
    return {
        "decode_s": sum(timed[source].decode_s for source in LINKED),
        "read_s": {source: one.read_s for source, one in timed.items()},
        "link_s": link_s,
        "games": sum(1 for _ in linker.contests()),
        KALSHI: listings.count(KALSHI),
        POLYMARKET: listings.count(POLYMARKET),
        "links": len(links),
        "bytes": sum(len(body) for source in LINKED for body in by_source[source]),
        "new": len(spent),
        "new_p50_ms": spent[len(spent) // 2],
        "new_p99_ms": spent[min(len(spent) - 1, len(spent) * 99 // 100)],
        "new_longest_ms": spent[-1],
    }


def main() -> None:
    """Measure what the file holds."""
    bodies = msgspec.msgpack.decode(Path(sys.argv[1]).read_bytes(), type=list[Body])
    print(json.dumps(measure(bodies, int(sys.argv[2]))))


if __name__ == "__main__":
    main()
