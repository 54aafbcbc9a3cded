"""Events: `/v1/events`."""

from litestar import Response, get

from firstprint.app.secmaster.reading import EventQuery
from firstprint.domain.answers import EventAnswer, EventPage
from firstprint.serve import parameters as p
from firstprint.serve import responses
from firstprint.serve.cursors import from_cursor
from firstprint.serve.desk import AnyRequest, Desk, TheDesk
from firstprint.serve.errors import not_found
from firstprint.serve.pages import next_cursor
from firstprint.serve.saying import event_item, whole


@get("/v1/events", responses=responses.OF_LIST)
async def list_events(
    desk: TheDesk,
    request: AnyRequest,
    *,
    series: p.Series = None,
    category: p.Category = None,
    tag: p.Tag = None,
    text: p.Text = None,
    limit: p.Limit = p.PAGE_ROWS,
    cursor: p.Cursor = None,
) -> Response[EventPage]:
    """List events by ticker; category and tag are those of the series."""
    query = EventQuery(series=series, category=category, tag=tag, text=text, after=from_cursor(cursor), limit=limit)
    return await desk.master(request, lambda: _page(desk, query))


@get("/v1/events/{ticker:str}", responses=responses.OF_ONE)
async def one_event(desk: TheDesk, request: AnyRequest, ticker: p.Ticker) -> Response[EventAnswer]:
    """Give every stored field of one event."""

    def read() -> EventAnswer:
        found = desk.readers.master.event(ticker)
        if found is None:
            raise not_found("event", ticker, "/v1/events")
        return EventAnswer(event=whole(found))

    return await desk.master(request, read)


def _page(desk: Desk, query: EventQuery) -> EventPage:
    rows = desk.readers.master.events(query)
    return EventPage(events=tuple(map(event_item, rows)), next=next_cursor(rows, query.limit))
