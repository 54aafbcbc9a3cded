"""What a Kalshi account may spend: the rate of its token bucket, and what each endpoint costs. Pure.

Source: Kalshi OpenAPI 3.31, GET /account/limits and GET /account/endpoint_costs.
"""

from typing import TypeAlias

import msgspec

from firstprint.domain.errors import MalformedMessage

COST_DEFAULT = 10.0
"""Tokens of a request whose cost nobody has told."""
BASIC_RATE_PER_S, BASIC_CAPACITY = 200.0, 400.0
"""The Basic tier's read bucket in tokens: what a limiter starts with until `tune` has asked."""
API_ROOT = "/trade-api/v2"
"""What the paths of endpoint costs begin with, and those of our requests do not."""

Template: TypeAlias = tuple[str, ...]


class ReadLimits(msgspec.Struct):
    """A token bucket: tokens per second, and how many it holds."""

    refill_rate: float
    bucket_capacity: float


class AccountLimits(msgspec.Struct):
    """What GET /account/limits says of an account; only the read bucket matters to a recorder.

    Sample: `{"usage_tier":"basic","read":{"refill_rate":200,"bucket_capacity":400},"write":{...},"grants":[]}`.
    """

    usage_tier: str
    read: ReadLimits


class _CostRow(msgspec.Struct):
    method: str
    path: str
    cost: float


class _CostsBody(msgspec.Struct):
    default_cost: float
    endpoint_costs: list[_CostRow] | None = None


class EndpointCosts:
    """The tokens of a request, by method and path. A template's `:name` stands for one part, `*name` for all others.

    Of several templates that fit, the one with the most parts spelled out is taken.
    """

    def __init__(self, default: float = COST_DEFAULT, costs: dict[tuple[str, Template], float] | None = None) -> None:
        self.default = default
        self._costs = costs or {}

    def of(self, method: str, path: str) -> float:
        """Give the tokens of a request to a path below the API's root."""
        parts = _parts(path)
        fitting = [
            (_spelled_out(template), cost)
            for (of_method, template), cost in self._costs.items()
            if of_method == method and _fits(template, parts)
        ]
        return max(fitting)[1] if fitting else self.default


def read_endpoint_costs(body: bytes) -> EndpointCosts:
    """Read a body of GET /account/endpoint_costs. Raises MalformedMessage, also for a cost that is not above zero.

    Sample: `{"default_cost":10,"endpoint_costs":[{"cost":2,"method":"GET","path":"/trade-api/v2/portfolio/orders/
    :order_id"},{"cost":50,"method":"GET","path":"/trade-api/v2/cfbenchmarks/*endpoint"}]}`.
    """
    try:
        told = msgspec.json.decode(body, type=_CostsBody)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedMessage("BAD_BODY", f"/account/endpoint_costs: {error}") from error
    rows = told.endpoint_costs or []
    if told.default_cost <= 0 or any(row.cost <= 0 for row in rows):
        raise MalformedMessage("BAD_NUMBER", "/account/endpoint_costs: a cost that is not above zero")
    return EndpointCosts(
        told.default_cost, {(row.method.upper(), _parts(row.path.removeprefix(API_ROOT))): row.cost for row in rows}
    )


def _parts(path: str) -> Template:
    return tuple(path.strip("/").split("/"))


def _fits(template: Template, parts: Template) -> bool:
    for place, word in enumerate(template):
        if word.startswith("*"):
            return len(parts) > place
        if place >= len(parts) or (word != parts[place] and not word.startswith(":")):
            return False
    return len(template) == len(parts)


def _spelled_out(template: Template) -> int:
    return sum(not word.startswith((":", "*")) for word in template)
