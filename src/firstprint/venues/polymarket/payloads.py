"""Gamma's JSON, whichever of its lists it is, read into listings. Pure."""

import msgspec

from firstprint.domain.happenings import RestRequest
from firstprint.domain.propositions import Listing, Unread
from firstprint.linkage.leagues import LeagueTable
from firstprint.linkage.reads import ReadBody
from firstprint.linkage.teams import TeamTables
from firstprint.venues.polymarket.entries import GammaMarket, GammaPage, is_tradable
from firstprint.venues.polymarket.gamma import new_market, parse_gamma
from firstprint.venues.polymarket.listings import read_event, read_markets
from firstprint.venues.polymarket.sightings import POLYMARKET, Context


class PolymarketPayloads:
    """Reads Gamma's payloads, and the stream's news of one market."""

    source = POLYMARKET

    def __init__(self, leagues: LeagueTable, teams: TeamTables) -> None:
        self._context = Context(leagues=leagues, teams=teams)

    def learn(self, body: bytes) -> None:
        """Learn nothing: every market of Gamma's says what is needed to read it."""

    def read(self, body: bytes, request: RestRequest | None = None) -> ReadBody:
        """Read the markets of a page, a list, an event or a market. Raises MalformedMessage."""
        return self.read_page(parse_gamma(body))

    def read_page(self, page: GammaPage) -> ReadBody:
        """Read a page of entries."""
        read = ReadBody(unreadable=list(page.unreadable))
        for event in page.events:
            self._take(read, event.markets, read_event(event, self._context))
        self._take(read, page.markets, read_markets(page.markets, self._context))
        return read

    def read_new(self, frame: bytes) -> ReadBody:
        """Read the stream's `new_market` message. Raises MalformedMessage."""
        market = new_market(frame)
        read = ReadBody()
        self._take(read, (market,), read_markets((market,), self._context))
        return read

    def _take(
        self, read: ReadBody, markets: tuple[GammaMarket, ...] | list[GammaMarket], found: list[Listing | Unread]
    ) -> None:
        by_key = {market.key: market for market in markets}
        for one in found:
            market = by_key.get(one.market)
            if isinstance(one, Listing) and market is not None:
                said = {"live": is_tradable(market), "also": (market.id,)}
                same = one.live is said["live"] and one.also == said["also"]
                read.take(one if same else msgspec.structs.replace(one, **said))
            else:
                read.take(one)
