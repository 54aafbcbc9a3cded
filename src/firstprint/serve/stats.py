"""Counts: `/v1/stats/series` and `/v1/stats/markets`."""

import msgspec
from litestar import Response, get

from firstprint.app.secmaster.reading import SeriesQuery
from firstprint.domain.answers import MarketCountAnswer, SeriesCountItem, SeriesCountPage
from firstprint.serve import parameters as p
from firstprint.serve import responses
from firstprint.serve.cursors import from_cursor
from firstprint.serve.desk import AnyRequest, Desk, TheDesk
from firstprint.serve.pages import next_cursor
from firstprint.serve.series import ACTIVE, games_choice


@get("/v1/stats/series", responses=responses.OF_LIST)
async def count_series(  # noqa: PLR0913 one argument for each parameter of the path
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
) -> Response[SeriesCountPage]:
    """Count events and markets of each series, markets by the venue's statuses."""
    query = SeriesQuery(
        category=category, tag=tag, is_game=games_choice(is_game, games_only=games_only), active=ACTIVE[active],
        text=text, after=from_cursor(cursor), limit=limit,
    )  # fmt: skip
    return await desk.master(request, lambda: _page(desk, query))


@get("/v1/stats/markets", responses=responses.OF_LIST)
async def count_markets(desk: TheDesk, request: AnyRequest, series: p.Series = None) -> Response[MarketCountAnswer]:
    """Count markets by the venue's statuses, of a series or of all."""

    def read() -> MarketCountAnswer:
        counts = desk.readers.master.market_counts(series)
        return MarketCountAnswer(**msgspec.structs.asdict(counts))

    return await desk.master(request, read)


def _page(desk: Desk, query: SeriesQuery) -> SeriesCountPage:
    rows = desk.readers.master.series_counts(query)
    items = tuple(SeriesCountItem(**msgspec.structs.asdict(row)) for row in rows)
    return SeriesCountPage(series=items, next=next_cursor(rows, query.limit))
