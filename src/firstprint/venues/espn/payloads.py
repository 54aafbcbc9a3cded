"""ESPN's scoreboards read into sightings. Pure."""

from firstprint.domain.contests import Sighting
from firstprint.domain.happenings import RestRequest
from firstprint.domain.propositions import Unread
from firstprint.linkage.leagues import League, LeagueTable
from firstprint.linkage.reads import ReadBody
from firstprint.linkage.teams import TeamTables
from firstprint.venues.espn.parse import EspnGame, parse_scoreboard
from firstprint.venues.espn.sightings import SOURCE, league_told, sighting_of


class EspnPayloads:
    """Reads scoreboards: of the league that they name; else of the one league in which both sides play."""

    source = SOURCE

    def __init__(self, leagues: LeagueTable, teams: TeamTables) -> None:
        self._leagues = leagues
        self._teams = teams
        self._with_tables = [league for league in leagues.leagues.values() if league.espn and league.pool]

    def learn(self, body: bytes) -> None:
        """Learn nothing: every scoreboard says what is needed to read it."""

    def read(self, body: bytes, request: RestRequest | None = None) -> ReadBody:
        """Read the games of a scoreboard, which need not name the league: then the request does.

        Raises MalformedMessage.
        """
        board = parse_scoreboard(body)
        read = ReadBody(unreadable=list(board.unreadable))
        named = league_told(board, self._leagues) or self._asked(request)
        for game in board.games:
            read.take(self._guess(game) if named is None else self._read(game, named))
        return read

    def _asked(self, request: RestRequest | None) -> League | None:
        """Give the league whose scoreboard was asked for."""
        path = request.path.strip("/").removesuffix("/scoreboard") if request is not None else ""
        return self._leagues.of_espn(path)

    def _read(self, game: EspnGame, league: League) -> Sighting | Unread:
        return sighting_of(game, league, self._teams.pool_of(league))

    def _guess(self, game: EspnGame) -> Sighting | Unread:
        """Read a game of a scoreboard that names no league: both sides must play in one league, and in no other.

        A game's own id has the number of its league: it leaves one league, or those whose numbers are not known.
        """
        numbered = [league for league in self._with_tables if league.espn_id == game.league_id is not None]
        open_to = numbered or [league for league in self._with_tables if game.league_id is None or not league.espn_id]
        read = [self._read(game, league) for league in open_to]
        sure = [one for one in read if isinstance(one, Sighting)]
        if len(sure) == 1:
            return sure[0]
        leagues = tuple(one.league for one in sure)
        why = f"both sides play in {', '.join(leagues)}" if leagues else "no league has both sides"
        return Unread(
            venue=SOURCE, market=game.id, name=game.name or game.id, event=game.id, title=game.name,
            reason="unknown_league", detail=f"the scoreboard names no league, and {why}", proposed=leagues,
        )  # fmt: skip
