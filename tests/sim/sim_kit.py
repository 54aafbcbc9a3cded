"""A hand-driven simulated venue: virtual time, signed handshakes, and frames as dictionaries."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from firstprint.sim.kalshi.connection import SimConnection
from firstprint.sim.kalshi.exchange import WS_PATH, Exchange, Refusal
from firstprint.sim.kalshi.faults import FaultRule, FaultScript
from firstprint.sim.kalshi.keys import KeyRing, signed_text
from firstprint.sim.kalshi.settings import SimSettings
from firstprint.sim.kalshi.truth import TruthLog, TruthReader

NS_PER_S = 1_000_000_000
START_NS = 1_790_000_000 * NS_PER_S
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
RSA_PRIVATE = generate_private_key(65_537, 2_048)
KEY_ID = "11111111-2222-4333-8444-555555555555"


def headers(
    now_ns: int, path: str = WS_PATH, *, key: Ed25519PrivateKey | RSAPrivateKey = PRIVATE, key_id: str = KEY_ID,
    salt: int = 32,
) -> dict[str, str]:  # fmt: skip
    """Sign as a client does."""
    stamp = str(now_ns // 1_000_000)
    text = signed_text(stamp, "GET", path)
    if isinstance(key, RSAPrivateKey):
        raw = key.sign(text, padding.PSS(padding.MGF1(hashes.SHA256()), salt), hashes.SHA256())
    else:
        raw = key.sign(text)
    return {
        "KALSHI-ACCESS-KEY": key_id,
        "KALSHI-ACCESS-TIMESTAMP": stamp,
        "KALSHI-ACCESS-SIGNATURE": base64.b64encode(raw).decode(),
    }


class Venue:
    """One exchange and the time it is."""

    def __init__(self, *rules: FaultRule, script: FaultScript | None = None, **settings: Any) -> None:
        quiet = {"markets": 40, "combos": 10, "rate_per_s": 0, "created_per_s": 0, "command_delay_ms_max": 0.0}
        self.settings = SimSettings(**(quiet | {"sending_ts": False} | settings))
        self.now_ns = START_NS
        self.chunks: list[bytes] = []
        self.keys = KeyRing(self.settings.skew_ms_max)
        self.keys.add(KEY_ID, PRIVATE.public_key())
        self.truth = TruthLog(self.chunks.append)
        self.exchange = Exchange(self.settings, START_NS, self.keys, script or FaultScript(rules), self.truth)

    def connect(self) -> SimConnection:
        opened = self.exchange.connect(headers(self.now_ns), WS_PATH, self.now_ns)
        assert not isinstance(opened, Refusal), opened
        return opened

    def tell(self, connection: SimConnection, cmd: str, number: int = 1, **params: Any) -> None:
        raw = json.dumps({"id": number, "cmd": cmd, "params": params})
        connection.receive(raw.encode(), self.now_ns)

    def books(self, connection: SimConnection, *tickers: str, number: int = 1) -> None:
        self.tell(connection, "subscribe", number, channels=["orderbook_delta"], market_tickers=list(tickers))

    def run(self, seconds: float, step_s: float = 0.05) -> None:
        end = self.now_ns + int(seconds * NS_PER_S)
        while self.now_ns < end:
            self.now_ns = min(end, self.now_ns + int(step_s * NS_PER_S))
            self.exchange.advance(self.now_ns)

    def hear(self, connection: SimConnection) -> list[dict[str, Any]]:
        return [json.loads(raw) for raw in connection.take(self.now_ns)]

    def open_tickers(self, count: int) -> list[str]:
        return [m.ticker for m in self.exchange.world.plain_markets() if m.status == "active"][:count]

    def get(self, path: str, query: str = "", signing: Mapping[str, str] | None = None) -> tuple[int, Any]:
        full = f"/trade-api/v2{path}"
        given = headers(self.now_ns, full) if signing is None else signing
        answer = self.exchange.rest("GET", full, query, given, self.now_ns)
        return answer.status, json.loads(answer.body)

    def finished(self) -> TruthReader:
        self.exchange.finish(self.now_ns)
        return TruthReader.of(b"".join(self.chunks))
