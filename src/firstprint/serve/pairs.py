"""Pairs of a Kalshi market and the same bet at Polymarket: `/v1/pairs`."""

from litestar import Response, get

from firstprint.domain.link_answers import PairPage
from firstprint.domain.link_changes import PairQuery
from firstprint.serve import parameters as p
from firstprint.serve import responses
from firstprint.serve.cursors import from_cursor
from firstprint.serve.desk import AnyRequest, Desk, TheDesk
from firstprint.serve.pages import cursor_after
from firstprint.serve.saying_links import pair_item


@get("/v1/pairs", responses=responses.OF_LIST)
async def list_pairs(
    desk: TheDesk,
    request: AnyRequest,
    *,
    league: p.League = None,
    bet: p.BetKind = None,
    contest: p.Contest = None,
    limit: p.Limit = p.PAGE_ROWS,
    cursor: p.Cursor = None,
) -> Response[PairPage]:
    """List the pairs that stand by id: tickers, slug, YES and NO token ids, line and team."""
    query = PairQuery(league=league, kind=bet, contest=contest, after=from_cursor(cursor), limit=limit)
    return await desk.links(request, lambda: _page(desk, query))


def _page(desk: Desk, query: PairQuery) -> PairPage:
    rows = desk.readers.links.pairs(query)
    return PairPage(pairs=tuple(map(pair_item, rows)), next=cursor_after([row.id for row in rows], query.limit))
