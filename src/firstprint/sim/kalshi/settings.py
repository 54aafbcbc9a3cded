"""What can be chosen about a simulated Kalshi."""

from typing import Literal, TypeAlias

import msgspec

Wire: TypeAlias = Literal["dollars", "cents"]
Tier: TypeAlias = Literal["basic", "advanced", "expert", "premier", "paragon", "prime", "prestige"]
EmptySide: TypeAlias = Literal["absent", "null", "list"]
KeyKind: TypeAlias = Literal["ed25519", "rsa"]


class SimSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of one simulated venue. The same settings and the same calls give the same bytes.

    `rate_per_s` counts book messages over all markets; `compression` divides every lifetime, so that a game of three
    hours takes three minutes at 60. `created_per_s` counts markets listed while the world runs.

    `markets` are listed at the start and not over: nine of ten open, or 97 of 100 among series by the thousand.
    `series` is how many series there are, those without any market included; 0 means those that the markets need.
    `combo_ratio` times as many combos as `markets` are listed besides, without being kept in memory: REST knows them,
    the WebSocket knows only the `combos` and those created while the world runs.
    """

    seed: int = 1
    markets: int = 100
    combos: int = 50
    combo_ratio: int = 0
    series: int = 0
    closed_recent: int | None = None
    """Markets that closed in the last day and wait for their result, besides `markets`.

    None: one in a hundred where there are `series`, else none.
    """
    settled_recent: int | None = None
    """Markets that settled in the last day, besides `markets`. None: two in a hundred where there are `series`."""
    levels: int = 20
    rate_per_s: float = 500.0
    created_per_s: float = 0.5
    compression: float = 60.0
    wire: Wire = "dollars"
    sending_ts: bool = True
    tier: Tier = "basic"
    skew_ms_max: int = 5_000
    stale_s: float = 15.0
    markets_per_subscription_max: int = 10_000
    commands_per_s_max: int = 10_000
    command_delay_ms_max: float = 5.0
    rest_latency_s: float = 0.0
    """How long every REST answer is under way; limits count when the request comes."""
    buffer_frames_max: int = 65_536
    connections_max: int = 200
    trades_kept_max: int = 10_000
    ping_every_s: float = 10.0
    empty_side: EmptySide = "absent"
    """How a snapshot says that a side has no bid; the venue leaves it out."""
    empty_prices: bool = False
    """Say the price of a market that never traded as the empty string, as the venue at times does."""
    liquidity_field: bool = False
    """Send `liquidity_dollars` with each market, as the venue did before 2026-10-01."""

    @property
    def closed_at_start(self) -> int:
        """How many markets wait for their result when the world begins."""
        return self._share(self.closed_recent, 100)

    @property
    def settled_at_start(self) -> int:
        """How many markets are settled when the world begins."""
        return self._share(self.settled_recent, 50)

    def _share(self, chosen: int | None, one_in: int) -> int:
        if chosen is not None:
            return chosen
        return self.markets // one_in if self.series else 0
