"""Polymarket asked about given markets: their facts from Gamma, their books from the CLOB, as raw bodies."""

from collections.abc import AsyncIterator, Sequence

from firstprint.venues.polymarket.assets import Assets
from firstprint.venues.polymarket.rest import Answer, ClobRest, GammaRest


class PolymarketLookup:
    """Looks markets up by their condition ids. Implements `firstprint.app.ports.MarketLookup`.

    `assets` is the directory of the venue that reads the answers: a market's book is asked for by its first asset, so
    its facts must have been looked up before; a market whose assets are not known is left out.
    """

    def __init__(self, gamma: GammaRest, clob: ClobRest, assets: Assets) -> None:
        self._gamma = gamma
        self._clob = clob
        self._assets = assets

    def markets(self, markets: Sequence[str]) -> AsyncIterator[Answer]:
        """Ask for facts of markets, open and closed ones. Raises VenueRefused or VenueUnavailable."""
        return self._gamma.markets_by_condition(markets)

    def books(self, markets: Sequence[str]) -> AsyncIterator[Answer]:
        """Ask for whole books of markets. Raises VenueRefused or VenueUnavailable."""
        known = [asset for market in markets if (asset := self._assets.first(market)) is not None]
        return self._clob.books(known)
