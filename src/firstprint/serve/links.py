"""Links between listings, and what was refused: `/v1/links`."""

from http import HTTPStatus

from litestar import Response, get

from firstprint.domain.link_answers import LinkPage
from firstprint.domain.link_changes import LinkQuery, RefusalQuery
from firstprint.serve import parameters as p
from firstprint.serve import responses
from firstprint.serve.accepted import ACCEPTED
from firstprint.serve.cursors import from_cursor
from firstprint.serve.desk import AnyRequest, Desk, TheDesk
from firstprint.serve.errors import ApiError
from firstprint.serve.pages import cursor_after
from firstprint.serve.saying_links import link_row_item, refusal_item


@get("/v1/links", responses=responses.OF_LIST)
async def list_links(
    desk: TheDesk,
    request: AnyRequest,
    *,
    refused: p.Refused = False,
    venue: p.Venue = None,
    market: p.Market = None,
    contest: p.Contest = None,
    gone: p.Gone = False,
    limit: p.Limit = p.PAGE_ROWS,
    cursor: p.Cursor = None,
) -> Response[LinkPage]:
    """List links by id, or with refused=true what was refused, one row for each decision that would resolve it.

    A venue or market is that of either side; gone=true adds links that stand no more, and refusals that are resolved.
    """
    after = from_cursor(cursor)
    if refused:
        _refuse("contest", contest)
        _refuse("market", market)
        refusals = RefusalQuery(venue=venue, gone=gone, after=after, limit=limit)
        return await desk.links(request, lambda: _refused(desk, refusals))
    links = LinkQuery(venue=venue, market=market, contest=contest, gone=gone, after=after, limit=limit)
    return await desk.links(request, lambda: _links(desk, links))


def _links(desk: Desk, query: LinkQuery) -> LinkPage:
    rows = desk.readers.links.links(query)
    return LinkPage(
        links=tuple(map(link_row_item, rows)), next=cursor_after([row.link.id for row in rows], query.limit)
    )


def _refused(desk: Desk, query: RefusalQuery) -> LinkPage:
    rows = desk.readers.links.refusals(query)
    return LinkPage(
        refused=tuple(map(refusal_item, rows)), next=cursor_after([row.work_item for row in rows], query.limit)
    )


def _refuse(name: str, value: str | None) -> None:
    if value is None:
        return
    message = f"what was refused has no {name}: leave out {name} or refused"
    raise ApiError(HTTPStatus.BAD_REQUEST, "bad_parameter", message, parameter=name, accepted=ACCEPTED[name])
