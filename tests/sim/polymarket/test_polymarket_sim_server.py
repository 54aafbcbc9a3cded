"""The shell over real sockets: both hosts, the stream, frames found in the truth, and ends of connections."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from polymarket_sim_kit import FoldedBook

from firstprint.domain.clock import Instant
from firstprint.sim.polymarket.server import SimulatedPolymarket
from firstprint.sim.polymarket.settings import PolymarketSettings
from firstprint.sim.polymarket.truth import TruthBook, TruthReader
from firstprint.sim.world.shared import SharedWorld

PATIENCE_S = 30.0


class RealClock:
    def now(self) -> Instant:
        return Instant(time.monotonic_ns(), time.time_ns())  # noqa: TID251 the test's own clock at the edge


def venue(tmp_path: Path, count: int = 20, **more: Any) -> SimulatedPolymarket:
    """Make a small venue with its files in the test's folder."""
    faults = more.pop("faults", "none")
    clock = RealClock()
    shared = SharedWorld(1, clock.now().wall_ns)
    shared.populate(count)
    settings = PolymarketSettings(**({"rate_per_s": 400} | more))
    return SimulatedPolymarket(settings, clock, shared, faults=faults, truth=tmp_path / "truth.jsonl")


async def tokens(session: aiohttp.ClientSession, sim: SimulatedPolymarket) -> list[str]:
    """Ask Gamma for the first tokens of open markets."""
    async with session.get(f"{sim.gamma_url}/markets/keyset?limit=100") as answer:
        rows = (await answer.json())["markets"]
    return [json.loads(row["clobTokenIds"])[0] for row in rows if row["active"]]


async def test_a_client_finds_subscribes_and_follows_to_the_truth(tmp_path: Path) -> None:
    """From Gamma over the stream to folded books, all of which are in the truth log under their hash."""
    async with venue(tmp_path) as sim, aiohttp.ClientSession() as session:
        wanted = await tokens(session, sim)
        after: dict[str, dict[str, TruthBook]] = {}
        folds = {token: FoldedBook() for token in wanted}
        async with session.ws_connect(sim.ws_url) as ws:
            await ws.send_str(json.dumps({"type": "market", "assets_ids": wanted, "custom_feature_enabled": True}))
            changes = 0
            while changes < 200:
                message = await asyncio.wait_for(ws.receive(), PATIENCE_S)
                assert message.type == aiohttp.WSMsgType.TEXT
                frame = json.loads(message.data)
                for one in frame if isinstance(frame, list) else [frame]:
                    for entry in one.get("price_changes", [one] if "bids" in one else []):
                        if entry["asset_id"] not in folds:
                            continue
                        fold = folds[entry["asset_id"]]
                        fold.replace(entry) if "bids" in entry else fold.change(entry)
                        changes += "price" in entry
                        after.setdefault(one["market"], {})[fold.hash] = TruthBook(dict(fold.bids), dict(fold.asks))
    truth = TruthReader.open(tmp_path / "truth.jsonl")
    for condition, books in after.items():
        assert truth.books_after(condition, books) == books


async def test_both_hosts_answer_and_count(tmp_path: Path) -> None:
    """Gamma and CLOB are addresses of their own; what they are asked is counted."""
    async with venue(tmp_path) as sim, aiohttp.ClientSession() as session:
        wanted = (await tokens(session, sim))[:5]
        body = [{"token_id": token} for token in wanted]
        async with session.post(f"{sim.clob_url}/books", json=body) as answer:
            assert {book["asset_id"] for book in await answer.json()} == set(wanted)
        async with session.get(f"{sim.gamma_url}/events/keyset?offset=1") as answer:
            assert answer.status == 422
        async with session.get(f"{sim.gamma_url}/tags", headers={"User-Agent": "Python-urllib/3.11"}) as answer:
            assert answer.status == 403
        assert sim.counts.windows["clob/books"].requests == 1
        assert sim.counts.windows["gamma/listings"].requests == 2
        assert sim.counts.in_flight_peak >= 1
        assert sim.true_links()


async def test_the_heartbeat_and_the_end_of_a_connection(tmp_path: Path) -> None:
    """PING is answered as text; a client that leaves is forgotten."""
    async with venue(tmp_path) as sim, aiohttp.ClientSession() as session:
        async with session.ws_connect(sim.ws_url) as ws:
            await ws.send_str("PING")
            assert await asyncio.wait_for(ws.receive_str(), PATIENCE_S) == "PONG"
        async with asyncio.timeout(PATIENCE_S):
            while sim.exchange.connections:  # noqa: ASYNC110 the socket's end sets no event of ours
                await asyncio.sleep(0.01)


@pytest.mark.parametrize(("kind", "code"), [("close", 1011), ("reset", None)])
async def test_the_venue_ends_a_connection(tmp_path: Path, kind: str, code: int | None) -> None:
    """With a close frame, or by a reset without one."""
    script = tmp_path / "faults.json"
    script.write_text(json.dumps({"faults": [{"kind": kind}]}))
    async with venue(tmp_path, faults=str(script)) as sim, aiohttp.ClientSession() as session:
        wanted = await tokens(session, sim)
        async with session.ws_connect(sim.ws_url) as ws:
            await ws.send_str(json.dumps({"type": "market", "assets_ids": wanted}))
            async with asyncio.timeout(PATIENCE_S):
                while (message := await ws.receive()).type == aiohttp.WSMsgType.TEXT:
                    pass
            if code is None:
                assert ws.close_code in {None, 1006}
            else:
                assert (message.type, ws.close_code) == (aiohttp.WSMsgType.CLOSE, code)


async def test_a_wrong_path_of_the_stream_is_refused(tmp_path: Path) -> None:
    """The handshake is answered 404."""
    async with venue(tmp_path) as sim, aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await session.ws_connect(sim.ws_url.replace("/market", "/user"))
        assert caught.value.status == 404
