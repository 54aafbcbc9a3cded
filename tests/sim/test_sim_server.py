"""The shell over real sockets: handshake, heartbeat, frames equal to the truth, closes and slow readers."""

import asyncio
import json
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from sim_kit import headers

from firstprint.domain.clock import Instant
from firstprint.sim.kalshi.server import SimulatedKalshi
from firstprint.sim.kalshi.settings import SimSettings
from firstprint.sim.kalshi.truth import TruthReader

PATIENCE_S = 30.0


class RealClock:
    def now(self) -> Instant:
        return Instant(time.monotonic_ns(), time.time_ns())  # noqa: TID251 the test's own clock at the edge


def venue(tmp_path: Path, **more: Any) -> SimulatedKalshi:
    """Make a small venue with its files in the test's folder."""
    faults = more.pop("faults", "none")
    settings = SimSettings(**({"markets": 30, "rate_per_s": 300} | more))
    return SimulatedKalshi(settings, RealClock(), tmp_path, faults=faults, truth=tmp_path / "truth.jsonl")


def signed(sim: SimulatedKalshi, path: str = "/trade-api/ws/v2") -> dict[str, str]:
    """Sign with the key the venue wrote."""
    key = load_pem_private_key(sim.key_path.read_bytes(), None)
    return headers(sim.now_ns(), path, key=key, key_id=sim.key_id)  # type: ignore[arg-type]


async def tickers(session: aiohttp.ClientSession, sim: SimulatedKalshi) -> list[str]:
    """Ask REST for the open markets."""
    async with session.get(f"{sim.rest_url}/markets?status=open&mve_filter=exclude&limit=1000") as answer:
        return [row["ticker"] for row in (await answer.json())["markets"]]


async def gather(ws: aiohttp.ClientWebSocketResponse, enough: Callable[[list[bytes]], bool]) -> list[bytes]:
    """Read until there is enough or the socket ends."""
    raws: list[bytes] = []
    while not enough(raws):
        message = await asyncio.wait_for(ws.receive(), PATIENCE_S)
        if message.type != aiohttp.WSMsgType.TEXT:
            break
        raws.append(message.data.encode())
    return raws


def subscribe(names: list[str]) -> str:
    """Word the subscription to books."""
    params = {"channels": ["orderbook_delta"], "market_tickers": names, "use_yes_price": False}
    return json.dumps({"id": 1, "cmd": "subscribe", "params": params})


async def test_every_frame_over_the_socket_is_the_truths(tmp_path: Path) -> None:
    """The bytes received hash to the truth log's hashes in order, on the connection named at the handshake (I02)."""
    async with venue(tmp_path) as sim, aiohttp.ClientSession() as session:
        names = await tickers(session, sim)
        async with session.ws_connect(sim.ws_url, headers=signed(sim)) as ws:
            number = int(ws._response.headers["x-sim-connection"])
            await ws.send_str(subscribe(names))
            raws = await gather(ws, lambda got: len(got) >= 300)
    truth = TruthReader.open(tmp_path / "truth.jsonl")
    said = [line.sha for line in truth.frames[number]][: len(raws)]
    assert [sha256(raw).hexdigest()[:16] for raw in raws] == said
    assert truth.final


async def test_a_wrong_signature_is_answered_401_with_the_reason(tmp_path: Path) -> None:
    """The rejected upgrade is an HTTP 401 whose body tells why (F06)."""
    async with venue(tmp_path) as sim, aiohttp.ClientSession() as session:
        wrong = signed(sim, "/another/path")
        async with session.get(sim.ws_url.replace("ws://", "http://"), headers=wrong) as answer:
            assert answer.status == 401
            assert (await answer.json())["error"]["details"] == "INCORRECT_API_KEY_SIGNATURE"


@pytest.mark.parametrize("status", [403, 429, 500, 502, 503, 504, 520, 522])
async def test_a_scripted_refusal_reaches_the_client_with_its_status(tmp_path: Path, status: int) -> None:
    """Any status of a gateway can refuse the upgrade, those without a name in the standard included (F07-F09)."""
    script = tmp_path / "faults.json"
    script.write_text(json.dumps({"faults": [{"kind": "refuse", "status": status}]}))
    async with (
        venue(tmp_path, faults=str(script)) as sim,
        aiohttp.ClientSession() as session,
        session.get(sim.ws_url.replace("ws://", "http://"), headers=signed(sim)) as answer,
    ):
        assert answer.status == status
        assert (b"<html>" in await answer.read()) == (status != 429)


async def test_the_server_pings_with_heartbeat(tmp_path: Path) -> None:
    """A ping with the body `heartbeat` comes at the venue's interval."""
    async with (
        venue(tmp_path, ping_every_s=0.05) as sim,
        aiohttp.ClientSession() as session,
        session.ws_connect(sim.ws_url, headers=signed(sim), autoping=False) as ws,
    ):
        message = await asyncio.wait_for(ws.receive(), PATIENCE_S)
        assert message.type == aiohttp.WSMsgType.PING
        assert message.data == b"heartbeat"


@pytest.mark.parametrize("code", [1012, 4000])
async def test_a_scripted_close_reaches_the_client_with_its_code(tmp_path: Path, code: int) -> None:
    """The client reads every frame before the close and then the script's code (F02)."""
    script = tmp_path / "faults.json"
    script.write_text(json.dumps({"faults": [{"kind": "close", "seq": 40, "code": code}]}))
    async with venue(tmp_path, faults=str(script)) as sim, aiohttp.ClientSession() as session:
        names = await tickers(session, sim)
        async with session.ws_connect(sim.ws_url, headers=signed(sim)) as ws:
            await ws.send_str(subscribe(names))
            raws = await gather(ws, lambda _: False)
            assert ws.close_code == code
    assert json.loads(raws[-1])["seq"] == 40


async def test_a_scripted_reset_has_no_close_frame(tmp_path: Path) -> None:
    """A reset ends the socket abnormally, without a close frame (F01)."""
    script = tmp_path / "faults.json"
    script.write_text('{"faults": [{"kind": "reset", "seq": 40}]}')
    async with venue(tmp_path, faults=str(script)) as sim, aiohttp.ClientSession() as session:
        names = await tickers(session, sim)
        async with session.ws_connect(sim.ws_url, headers=signed(sim)) as ws:
            await ws.send_str(subscribe(names))
            await gather(ws, lambda _: False)
            assert ws.close_code == aiohttp.WSCloseCode.ABNORMAL_CLOSURE


async def test_a_client_that_reads_nothing_is_bounded_and_told_error_25(tmp_path: Path) -> None:
    """A reader that stops costs a bounded queue; when it reads again it finds error 25 (F18, F19)."""
    more = {"rate_per_s": 20_000, "buffer_frames_max": 500}
    async with venue(tmp_path, **more) as sim, aiohttp.ClientSession() as session:
        names = await tickers(session, sim)
        async with session.ws_connect(sim.ws_url, headers=signed(sim), max_msg_size=0) as ws:
            await ws.send_str(subscribe(names))
            ws._response.connection.transport.pause_reading()  # type: ignore[union-attr]
            connection = await until(lambda: next(iter(sim.exchange.connections.values()), None))
            await until(lambda: connection.sids_given and not connection.subscriptions)
            assert connection.waiting < 5_000
            ws._response.connection.transport.resume_reading()  # type: ignore[union-attr]
            raws = await gather(ws, lambda got: bool(got) and b'"code":25' in got[-1])
    assert json.loads(raws[-1])["msg"]["code"] == 25


async def until(ready: Callable[[], Any]) -> Any:
    """Let the loop turn until something is there."""
    async with asyncio.timeout(PATIENCE_S):
        while not (found := ready()):  # noqa: ASYNC110 what is awaited happens inside the venue, which has no event
            await asyncio.sleep(0.001)
        return found


async def test_rest_speaks_http_with_a_date_and_a_cache(tmp_path: Path) -> None:
    """REST answers carry Date and cache headers, errors their nested body."""
    async with venue(tmp_path) as sim, aiohttp.ClientSession() as session:
        async with session.get(f"{sim.rest_url}/exchange/status") as answer:
            assert answer.status == 200
            assert answer.headers["Date"].endswith("GMT")
            assert answer.headers["Cache-Control"] == "public, max-age=15"
        async with session.get(f"{sim.rest_url}/markets?status=active") as answer:
            assert answer.status == 400
            assert (await answer.json())["error"]["details"] == "invalid status filter"


async def test_the_truth_log_is_complete_when_the_venue_has_stopped(tmp_path: Path) -> None:
    """After the venue stops, the file ends with the line that counts its frames."""
    async with venue(tmp_path):
        pass
    lines = (tmp_path / "truth.jsonl").read_bytes().splitlines()
    assert json.loads(lines[0])["k"] == "start"
    assert json.loads(lines[-1])["k"] == "end"
