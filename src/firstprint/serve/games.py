"""Games with their listings on every venue, their odds and links: `/v1/games`."""

from litestar import Response, get

from firstprint.domain.contests import ContestState
from firstprint.domain.link_answers import GameAnswer, GamePage
from firstprint.domain.link_changes import GameQuery
from firstprint.serve import parameters as p
from firstprint.serve import responses
from firstprint.serve.cursors import from_cursor
from firstprint.serve.desk import AnyRequest, Desk, TheDesk
from firstprint.serve.errors import not_linked
from firstprint.serve.pages import cursor_after
from firstprint.serve.saying_links import game_item, link_item


@get("/v1/games", responses=responses.OF_LIST)
async def list_games(  # noqa: PLR0913 one argument for each parameter of the path
    desk: TheDesk,
    request: AnyRequest,
    *,
    league: p.League = None,
    sport: p.Sport = None,
    game_state: p.GameState = None,
    linked: p.Linked = None,
    starts_after: p.StartsAfter = None,
    starts_before: p.StartsBefore = None,
    limit: p.Limit = p.PAGE_ROWS,
    cursor: p.Cursor = None,
) -> Response[GamePage]:
    """List games by id, with their listings on every venue, odds and how many links; both start times are inclusive."""
    query = GameQuery(
        league=league,
        sport=sport,
        state=None if game_state is None else ContestState(game_state),
        linked=linked,
        starts_from_ns=p.moment_ns("starts_after", starts_after),
        starts_to_ns=p.moment_ns("starts_before", starts_before),
        after=from_cursor(cursor),
        limit=limit,
    )
    return await desk.links(request, lambda: _page(desk, query))


@get("/v1/games/{game:str}", responses=responses.OF_ONE)
async def one_game(desk: TheDesk, request: AnyRequest, game: p.Game) -> Response[GameAnswer]:
    """Give one game with its links: both sides' ids, token ids, polarity, confidence, reason and differences."""

    def read() -> GameAnswer:
        found = desk.readers.links.game(game)
        if found is None:
            raise not_linked(game)
        return GameAnswer(game=game_item(found[0]), links=tuple(map(link_item, found[1].links)))

    return await desk.links(request, read)


def _page(desk: Desk, query: GameQuery) -> GamePage:
    rows = desk.readers.links.games(query)
    return GamePage(games=tuple(map(game_item, rows)), next=cursor_after([row.game_id for row in rows], query.limit))
