"""How much is measured."""

from typing import NamedTuple


class Scale(NamedTuple):
    """How much is measured: the whole, or just enough to see that everything still runs."""

    frames: int = 200_000
    rival_frames: int = 30_000
    runs: int = 7
    socket_runs: int = 5
    paced_s: float = 20.0
    created: int = 500
    markets: int = 10_000
    deltas: int = 50_000
    rows: int = 300_000
    sizes: tuple[int, ...] = (300, 3_000, 30_000)
    rivals: bool = True
    listed: int = 96_000
    series: int = 14_000
    served_s: float = 10.0
    worlds: int = 6
    new_markets: int = 500
    discovered: int = 4_700
    discover_s: float = 30.0


SMALL = Scale(
    2_000, 500, 1, 1, 0.2, 10, 20, 500, 2_000, (150, 300), rivals=False, listed=1_000, series=200, served_s=1.0,
    worlds=1, new_markets=20, discovered=300, discover_s=3.0,
)  # fmt: skip
