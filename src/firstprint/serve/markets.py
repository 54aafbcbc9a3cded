"""Markets and how they changed: `/v1/markets`."""

from litestar import Response, get

from firstprint.app.secmaster.reading import MarketQuery
from firstprint.domain.answers import HistoryAnswer, MarketAnswer, MarketPage
from firstprint.serve import parameters as p
from firstprint.serve import responses
from firstprint.serve.cursors import from_cursor
from firstprint.serve.desk import AnyRequest, Desk, TheDesk
from firstprint.serve.errors import not_found
from firstprint.serve.pages import next_cursor
from firstprint.serve.saying import change_item, market_item, whole


@get("/v1/markets", responses=responses.OF_LIST)
async def list_markets(  # noqa: PLR0913 one argument for each parameter of the path
    desk: TheDesk,
    request: AnyRequest,
    *,
    series: p.Series = None,
    event: p.Event = None,
    category: p.Category = None,
    tag: p.Tag = None,
    status: p.Status = None,
    text: p.Text = None,
    closes_after: p.ClosesAfter = None,
    closes_before: p.ClosesBefore = None,
    gone: p.Gone = False,
    limit: p.Limit = p.PAGE_ROWS,
    cursor: p.Cursor = None,
) -> Response[MarketPage]:
    """List markets by ticker; both close times are inclusive, and gone=true adds those that are listed no more."""
    query = MarketQuery(
        series=series,
        event=event,
        category=category,
        tag=tag,
        status=status,
        text=text,
        closes_from_ns=p.moment_ns("closes_after", closes_after),
        closes_to_ns=p.moment_ns("closes_before", closes_before),
        gone=gone,
        after=from_cursor(cursor),
        limit=limit,
    )
    return await desk.master(request, lambda: _page(desk, query))


@get("/v1/markets/{ticker:str}", responses=responses.OF_ONE)
async def one_market(desk: TheDesk, request: AnyRequest, ticker: p.Ticker) -> Response[MarketAnswer]:
    """Give every stored field of one market."""

    def read() -> MarketAnswer:
        found = desk.readers.master.market(ticker)
        if found is None:
            raise not_found("market", ticker, "/v1/markets")
        return MarketAnswer(market=whole(found))

    return await desk.master(request, read)


@get("/v1/markets/{ticker:str}/history", responses=responses.OF_ONE)
async def market_history(
    desk: TheDesk, request: AnyRequest, ticker: p.Ticker, limit: p.Limit = p.PAGE_ROWS
) -> Response[HistoryAnswer]:
    """List the changed fields of one market, oldest first, and where each change is known from."""

    def read() -> HistoryAnswer:
        master = desk.readers.master
        rows = master.history(ticker, limit=limit + 1)
        if not rows and master.market(ticker) is None:
            raise not_found("market", ticker, "/v1/markets")
        return HistoryAnswer(ticker=ticker, history=tuple(map(change_item, rows[:limit])), more=len(rows) > limit)

    return await desk.master(request, read)


def _page(desk: Desk, query: MarketQuery) -> MarketPage:
    rows = desk.readers.master.markets(query)
    return MarketPage(markets=tuple(map(market_item, rows)), next=next_cursor(rows, query.limit))
