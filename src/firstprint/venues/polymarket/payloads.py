"""Gamma's JSON, whichever of its lists it is, read into listings. Pure."""

from firstprint.domain.happenings import RestRequest
from firstprint.domain.propositions import Listing, Unread
from firstprint.linkage.leagues import LeagueTable
from firstprint.linkage.reads import ReadBody
from firstprint.linkage.teams import TeamTables
from firstprint.venues.polymarket.entries import GammaPage
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
            _take(read, read_event(event, self._context))
        _take(read, read_markets(page.markets, self._context))
        return read

    def read_new(self, frame: bytes) -> ReadBody:
        """Read the stream's `new_market` message. Raises MalformedMessage."""
        read = ReadBody()
        _take(read, read_markets((new_market(frame),), self._context))
        return read


def _take(read: ReadBody, found: list[Listing | Unread]) -> None:
    for one in found:
        read.take(one)
