"""Odds of leagues within the budget. Implements `firstprint.app.linking.ports.OddsBoard`."""

from collections.abc import Sequence

from firstprint.domain.odds import Quota
from firstprint.linkage.leagues import League
from firstprint.venues.oddsapi.questions import OddsQuestion
from firstprint.venues.oddsapi.rest import Answer, OddsApi


class LeagueOdds:
    """Asks for the configured books' odds, league by league, the one longest unasked first."""

    def __init__(self, api: OddsApi, books: Sequence[str]) -> None:
        self._api = api
        self._books = tuple(books)

    @property
    def quota(self) -> Quota:
        """The credits, as the last answer told them."""
        return self._api.quota

    async def learn_quota(self) -> None:
        """Ask for the list of sports, which is free and tells the credits."""
        await self._api.sports()

    def due(self, leagues: Sequence[League], wall_ns: int) -> list[League]:
        """Choose the leagues to ask now; one without a key at The Odds API is never asked."""
        by_key = {league.sport_key: league for league in leagues if league.sport_key is not None}
        costs = {key: self._question(key).cost for key in by_key}
        return [by_key[key] for key in self._api.budget.due(costs, wall_ns)]

    async def of_league(self, league: League) -> Answer:
        """Read a league's odds."""
        return await self._api.odds(self._question(league.sport_key or ""))

    def _question(self, sport_key: str) -> OddsQuestion:
        return OddsQuestion(sport_key=sport_key, bookmakers=self._books)
