"""What a request costs: the account's own table of endpoints (A5)."""

import json

import msgspec
import pytest
import recorded

from firstprint.domain.errors import MalformedMessage
from firstprint.venues.kalshi.account import AccountLimits, EndpointCosts, read_endpoint_costs

TABLE = {
    "default_cost": 10,
    "endpoint_costs": [
        {"method": "GET", "path": "/trade-api/v2/markets/:ticker", "cost": 5},
        {"method": "GET", "path": "/trade-api/v2/markets/trades", "cost": 30},
        {"method": "get", "path": "/trade-api/v2/cfbenchmarks/*endpoint", "cost": 50},
        {"method": "DELETE", "path": "/trade-api/v2/markets", "cost": 2},
        {"method": "GET", "path": "/trade-api/v2/series/:series/markets/:ticker/candlesticks", "cost": 2.5},
    ],
}


@pytest.mark.parametrize(
    ("path", "cost"),
    [
        ("/markets", 10), ("/markets/KXA-1", 5), ("/markets/trades", 30), ("/markets/KXA-1/orderbook", 10),
        ("/cfbenchmarks", 10), ("/cfbenchmarks/a", 50), ("/cfbenchmarks/a/b/c", 50), ("/", 10), ("", 10),
        ("/series/S/markets/M/candlesticks", 2.5), ("/series/S/events/M/candlesticks", 10),
        ("/markets/..%2Ftrades", 5), ("/exchange/status", 10),
    ],
)  # fmt: skip
def test_a_path_costs_what_its_template_says(path: str, cost: float) -> None:
    """A template fits part by part; of several that fit, the one that spells out most counts; all others cost 10."""
    assert read_endpoint_costs(json.dumps(TABLE).encode()).of("GET", path) == cost


def test_without_a_table_everything_costs_the_default() -> None:
    """Ten tokens, until the account's table is known."""
    assert EndpointCosts().of("GET", "/markets") == 10
    assert read_endpoint_costs(b'{"default_cost":7,"endpoint_costs":null}').of("GET", "/markets") == 7


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"default_cost":0,"endpoint_costs":[]}', b'{"default_cost":"x"}', b"\xff", b"[" * 100_000,
     b'{"default_cost":10,"endpoint_costs":[{"method":"GET","path":"/a","cost":-1}]}',
     b'{"default_cost":10,"endpoint_costs":[{"method":"GET","cost":1}]}'],
    ids=lambda body: body[:60],
)  # fmt: skip
def test_costs_that_make_no_sense_are_malformed(body: bytes) -> None:
    """A table without a default, or with a cost that is not above zero, is not used."""
    with pytest.raises(MalformedMessage):
        read_endpoint_costs(body)


@recorded.needs_recordings
def test_the_recorded_account_is_read() -> None:
    """The recorded Basic account: 200 tokens a second, 400 at once, and its twelve endpoints of other costs."""
    lines = (recorded.RECORDINGS / "kalshi-rest" / "account_limits_and_costs.jsonl").read_text().splitlines()
    told = {line["step"]: line["data"] for line in map(json.loads, lines)}
    limits = msgspec.convert(told["api_limits"], AccountLimits)
    assert (limits.usage_tier, limits.read.refill_rate, limits.read.bucket_capacity) == ("basic", 200, 400)
    costs = read_endpoint_costs(json.dumps(told["endpoint_costs"]).encode())
    assert len(costs._costs) == len(told["endpoint_costs"]["endpoint_costs"]) == 12
    asked = {"/portfolio/orders/x": 2, "/cfbenchmarks": 50, "/cfbenchmarks/a/b": 50, "/margin/balance": 5,
             "/markets": 10, "/markets/orderbooks": 10, "/events": 10, "/series": 10}  # fmt: skip
    assert {path: costs.of("GET", path) for path in asked} == asked
    assert costs.of("DELETE", "/portfolio/events/orders/batched") == 2
