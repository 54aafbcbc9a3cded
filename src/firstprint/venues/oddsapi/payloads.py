"""The Odds API's lists read into sightings and quotes. Pure."""

from firstprint.domain.happenings import RestRequest
from firstprint.linkage.leagues import LeagueTable
from firstprint.linkage.reads import ReadBody
from firstprint.linkage.teams import TeamTables
from firstprint.venues.oddsapi.parse import SOURCE, parse_odds


class OddsPayloads:
    """Reads lists of events, with odds or without: each row names the league that it is of."""

    source = SOURCE

    def __init__(self, leagues: LeagueTable, teams: TeamTables) -> None:
        self._leagues = leagues
        self._teams = teams

    def learn(self, body: bytes) -> None:
        """Learn nothing: every row says what is needed to read it."""

    def read(self, body: bytes, request: RestRequest | None = None) -> ReadBody:
        """Read a list's contests, each as a sighting and with its quotes. Raises MalformedMessage."""
        told = parse_odds(body, self._leagues, self._teams)
        sightings = [event.sighting for event in told.events]
        return ReadBody(sightings=sightings, unread=told.unread, odds=told.events, unreadable=told.unreadable)
