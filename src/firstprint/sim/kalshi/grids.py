"""Price grids: the bands of allowed prices, by the venue's labels."""

from typing import NamedTuple

from firstprint.sim.kalshi.texts import DOLLAR_E4, PRICE_TEXTS


class Band(NamedTuple):
    """Prices from `start_e4` to `end_e4`, every `step_e4`, in 1e-4 dollars."""

    start_e4: int
    end_e4: int
    step_e4: int


class Grid(NamedTuple):
    """A market's price level structure: the label, its bands, and every price strictly between 0 and 1 dollar."""

    label: str
    bands: tuple[Band, ...]
    prices_e4: tuple[int, ...]

    def rows(self) -> list[dict[str, str]]:
        """Give the `price_ranges` of the wire."""
        return [
            {"start": PRICE_TEXTS[b.start_e4], "end": PRICE_TEXTS[b.end_e4], "step": PRICE_TEXTS[b.step_e4]}
            for b in self.bands
        ]


def _grid(label: str, *bands: Band) -> Grid:
    prices = {p for b in bands for p in range(b.start_e4, b.end_e4 + 1, b.step_e4)}
    return Grid(label, bands, tuple(sorted(prices - {0, DOLLAR_E4})))


LINEAR_CENT = _grid("linear_cent", Band(0, DOLLAR_E4, 100))
DECI_CENT = _grid("deci_cent", Band(0, DOLLAR_E4, 10))
TAPERED = _grid("tapered_deci_cent", Band(0, 1_000, 10), Band(1_000, 9_000, 100), Band(9_000, DOLLAR_E4, 10))
CENTER_EDGE = _grid("center_deci_edge_centi_cent", Band(0, 100, 1), Band(100, 9_900, 10), Band(9_900, DOLLAR_E4, 1))
GRIDS: dict[str, Grid] = {g.label: g for g in (LINEAR_CENT, DECI_CENT, TAPERED, CENTER_EDGE)}
RANGES: dict[str, list[dict[str, str]]] = {label: grid.rows() for label, grid in GRIDS.items()}
"""The `price_ranges` of each label; nobody may change them."""
