"""Series: `/v1/series`."""

from http import HTTPStatus

from litestar import Response, get

from firstprint.app.secmaster.reading import SeriesQuery
from firstprint.domain.answers import SeriesAnswer, SeriesPage
from firstprint.serve import parameters as p
from firstprint.serve import responses
from firstprint.serve.cursors import from_cursor
from firstprint.serve.desk import AnyRequest, Desk, TheDesk
from firstprint.serve.errors import ApiError, not_found
from firstprint.serve.pages import next_cursor
from firstprint.serve.saying import series_item, whole

ACTIVE = {"true": True, "false": False, "any": None}


@get("/v1/series", responses=responses.OF_LIST)
async def list_series(  # noqa: PLR0913 one argument for each parameter of the path
    desk: TheDesk,
    request: AnyRequest,
    *,
    category: p.Category = None,
    tag: p.Tag = None,
    is_game: p.IsGame = None,
    games_only: p.GamesOnly = False,
    text: p.Text = None,
    active: p.Active = "true",
    limit: p.Limit = p.PAGE_ROWS,
    cursor: p.Cursor = None,
) -> Response[SeriesPage]:
    """List series by ticker; disabled ones only with active=false or active=any."""
    query = SeriesQuery(
        category=category, tag=tag, is_game=games_choice(is_game, games_only=games_only), active=ACTIVE[active],
        text=text, after=from_cursor(cursor), limit=limit,
    )  # fmt: skip
    return await desk.master(request, lambda: _page(desk, query))


@get("/v1/series/{ticker:str}", responses=responses.OF_ONE)
async def one_series(desk: TheDesk, request: AnyRequest, ticker: p.Ticker) -> Response[SeriesAnswer]:
    """Give every stored field of one series, disabled or not."""

    def read() -> SeriesAnswer:
        found = desk.readers.master.one_series(ticker)
        if found is None:
            raise not_found("series", ticker, "/v1/series")
        return SeriesAnswer(series=whole(found))

    return await desk.master(request, read)


def games_choice(is_game: bool | None, *, games_only: bool) -> bool | None:
    """Join the two ways of asking for games; raise ApiError when they contradict each other."""
    if games_only and is_game is False:
        message = "games_only=true and is_game=false contradict each other: give one of them"
        raise ApiError(HTTPStatus.BAD_REQUEST, "bad_parameter", message, parameter="is_game", accepted="true")
    return True if games_only else is_game


def _page(desk: Desk, query: SeriesQuery) -> SeriesPage:
    rows = desk.readers.master.series(query)
    return SeriesPage(series=tuple(map(series_item, rows)), next=next_cursor(rows, query.limit))
