"""Which asset (outcome token) belongs to which market, and which of a market's two it is. Pure.

A market is known by its condition id; its order book is traded as two assets whose books mirror each other. firstprint
keeps one book for each market, that of the first asset in the venue's order: `yes` is the first outcome.

The directory is filled only from what the journal holds (REST bodies, frames), so every replay fills it the same way.
"""

from typing import NamedTuple

MARKETS_MAX = 200_000
"""About twice the markets that are open at once; the oldest are forgotten first."""


class Asset(NamedTuple):
    """The market of an asset, and whether it is the first of the market's two."""

    market: str
    first: bool


class Assets:
    """The assets learned so far. The first word on an asset or a market stands: the venue never changes them."""

    def __init__(self, markets_max: int = MARKETS_MAX) -> None:
        self._markets_max = markets_max
        self._known: dict[str, Asset] = {}
        self._tokens: dict[str, tuple[str, ...]] = {}

    def learn(self, market: str, tokens: tuple[str, ...]) -> None:
        """Learn a market's assets in the venue's order; of one alone, the first, the other may follow later."""
        stated = self._tokens.get(market, ())
        more = tokens[len(stated) :]
        if not more or stated != tokens[: len(stated)] or any(token in self._known for token in more):
            return
        if not stated and len(self._tokens) >= self._markets_max:
            self._forget(next(iter(self._tokens)))
        self._tokens[market] = tokens
        for place, token in enumerate(tokens):
            self._known[token] = Asset(market, place == 0)

    def _forget(self, market: str) -> None:
        for token in self._tokens.pop(market):
            del self._known[token]

    def of(self, asset: str) -> Asset | None:
        """Give an asset's market; None when nobody has named it."""
        return self._known.get(asset)

    def first(self, market: str) -> str | None:
        """Give the first asset of a market; None when it is not known."""
        tokens = self._tokens.get(market)
        return tokens[0] if tokens else None

    def latest(self) -> str | None:
        """Give the first asset of the market learned last; None when no market is known."""
        market = next(reversed(self._tokens), None)
        return None if market is None else self.first(market)
