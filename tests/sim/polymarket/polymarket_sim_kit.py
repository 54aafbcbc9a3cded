"""A hand-driven simulated Polymarket: virtual time, contests made by hand, frames as dictionaries."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from firstprint.sim.polymarket.connection import SimConnection
from firstprint.sim.polymarket.exchange import WS_PATH, Exchange, Host, Refusal
from firstprint.sim.polymarket.faults import FaultRule, FaultScript
from firstprint.sim.polymarket.market import SimMarket
from firstprint.sim.polymarket.settings import PolymarketSettings
from firstprint.sim.polymarket.truth import TruthLog, TruthReader
from firstprint.sim.world.contests import SimContest
from firstprint.sim.world.leagues import league_named
from firstprint.sim.world.meetings import Meeting
from firstprint.sim.world.teams import team_named

NS_PER_S = 1_000_000_000
NS_PER_MS = 1_000_000
START_NS = 1_790_000_000 * NS_PER_S
"""2026-09-21T14:13:20Z."""
HOUR_NS = 3_600 * NS_PER_S
EVENING_NS = START_NS + 11 * HOUR_NS + 400 * NS_PER_S
"""2026-09-22T01:20Z, which is the evening before in New York."""


def contest(
    league: str = "NBA", away: str = "MIL", home: str = "LAL", start_ns: int = EVENING_NS, **more: Any
) -> SimContest:
    """Make a contest that both venues listed a day ago."""
    told = {
        "number": 1, "scheduled_ns": start_ns, "start_ns": start_ns, "length_ns": 300 * NS_PER_S, "scores": (101, 114),
        "home_probability": 0.6, "listed_ns": START_NS - 24 * HOUR_NS, "polymarket_listed_ns": START_NS - 25 * HOUR_NS,
        "spread_lines": (("home", 7.5),), "total_lines": (210.5,), "polymarket_spreads": (("home", 7.5),),
        "polymarket_totals": (210.5,),
    }  # fmt: skip
    known = league_named(league)
    return SimContest(league=known, away=team_named(league, away), home=team_named(league, home), **(told | more))


class FixedContests:
    """A shared world of contests made by hand; more may be appended."""

    def __init__(self, contests: Iterable[SimContest] = (), meetings: Iterable[Meeting] = ()) -> None:
        self.contests = list(contests)
        self.meetings = list(meetings)

    def advance(self, now_ns: int) -> None:
        pass


class Venue:
    """One exchange and the time it is."""

    def __init__(
        self, *contests: SimContest, rules: Iterable[FaultRule] = (), script: FaultScript | None = None,
        meetings: Iterable[Meeting] = (), **settings: Any,
    ) -> None:  # fmt: skip
        quiet = {"rate_per_s": 0, "unrelated": 0, "late_share": 0.0, "crossed_share": 0.0, "resolved_lost_share": 0.0}
        self.settings = PolymarketSettings(**(quiet | settings))
        self.now_ns = START_NS
        self.chunks: list[bytes] = []
        self.shared = FixedContests(contests, meetings)
        faults = script or FaultScript(tuple(rules))
        self.exchange = Exchange(self.settings, START_NS, self.shared, faults, TruthLog(self.chunks.append))
        self.directory = self.exchange.world.directory

    def market(self, slug: str) -> SimMarket:
        return self.directory.market_slugs[slug]

    def connect(self) -> SimConnection:
        opened = self.exchange.connect(WS_PATH, self.now_ns)
        assert not isinstance(opened, Refusal), opened
        return opened

    def tell(self, connection: SimConnection, **message: Any) -> None:
        connection.receive(json.dumps(message).encode(), self.now_ns)

    def watch(self, connection: SimConnection, *assets: str, **more: Any) -> None:
        self.tell(connection, type="market", assets_ids=list(assets), **more)

    def run(self, seconds: float, step_s: float = 0.05) -> None:
        end = self.now_ns + int(seconds * NS_PER_S)
        while self.now_ns < end:
            self.now_ns = min(end, self.now_ns + int(step_s * NS_PER_S))
            self.exchange.advance(self.now_ns)

    def hear(self, connection: SimConnection) -> list[Any]:
        return [json.loads(raw) for raw in connection.take(self.now_ns)]

    def messages(self, connection: SimConnection, *kinds: str) -> list[dict[str, Any]]:
        """Give the messages of these types, with those in arrays."""
        flat: list[dict[str, Any]] = []
        for frame in self.hear(connection):
            flat += frame if isinstance(frame, list) else [frame]
        return [one for one in flat if not kinds or one.get("event_type") in kinds]

    def ask(
        self, host: Host, path: str, query: str = "", *, method: str = "GET", body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:  # fmt: skip
        raw = json.dumps(body).encode() if body is not None else b""
        answer = self.exchange.answer(host, method, path, query, headers or {}, self.now_ns, raw)
        return answer.status, json.loads(answer.body)

    def gamma(self, path: str, query: str = "") -> Any:
        status, body = self.ask("gamma", path, query)
        assert status == 200, body
        return body

    def book(self, asset: str) -> dict[str, Any]:
        status, body = self.ask("clob", "/book", f"token_id={asset}")
        assert status == 200, body
        return dict(body)

    def finished(self) -> TruthReader:
        self.exchange.finish(self.now_ns)
        return TruthReader.of(b"".join(self.chunks))


def levels(side: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Read a side of a book as the wire has it."""
    return {level["price"]: level["size"] for level in side}


class FoldedBook:
    """What a client makes of messages: an independent fold, in Decimal-free text."""

    def __init__(self) -> None:
        self.bids: dict[str, str] = {}
        self.asks: dict[str, str] = {}
        self.hash = ""

    def replace(self, message: Mapping[str, Any]) -> None:
        self.bids, self.asks = levels(message["bids"]), levels(message["asks"])
        self.hash = message["hash"]

    def change(self, entry: Mapping[str, str]) -> None:
        side = self.bids if entry["side"] == "BUY" else self.asks
        side.pop(entry["price"], None)
        if entry["size"] != "0":
            side[entry["price"]] = entry["size"]
        self.hash = entry["hash"]
