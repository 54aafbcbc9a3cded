"""The API, joined: routes, readers, errors, OpenAPI, and the gate before them."""

from typing import Any

from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

import firstprint
from firstprint.domain.clock import Clock
from firstprint.serve import errors, events, games, links, markets, pairs, record, series, service, stats
from firstprint.serve.desk import Desk
from firstprint.serve.gate import Bounds, Gate
from firstprint.serve.metrics import RequestFigures
from firstprint.serve.parameters import KnownParameters
from firstprint.serve.ports import Readers
from firstprint.serve.rendered import RenderedAnswers
from firstprint.serve.workers import Workers

HANDLERS = [
    series.list_series,
    series.one_series,
    events.list_events,
    events.one_event,
    markets.list_markets,
    markets.one_market,
    markets.market_history,
    stats.count_series,
    stats.count_markets,
    games.list_games,
    games.one_game,
    links.list_links,
    pairs.list_pairs,
    record.list_sync_runs,
    record.list_sessions,
    record.list_gaps,
    service.healthz,
    service.metrics,
    service.root,
]


def make_app(
    readers: Readers,
    clock: Clock,
    workers: Workers,
    *,
    hosts: frozenset[str] | None,
    rendered: RenderedAnswers | None = None,
    bounds: Bounds | None = None,
) -> Gate:
    """Make the ASGI application. `hosts` are the names that it answers to; None is any."""
    requests = RequestFigures()
    desk = Desk(readers, workers, rendered or RenderedAnswers())
    routes = _routes(desk, service.Gauges(readers, requests, clock))
    return Gate(routes, requests, clock, hosts, bounds or Bounds())  # type: ignore[arg-type] # the same protocol, typed closer


def _routes(desk: Desk, gauges: service.Gauges) -> Litestar:
    return Litestar(
        HANDLERS,
        dependencies={
            "desk": Provide(lambda: desk, sync_to_thread=False),
            "gauges": Provide(lambda: gauges, sync_to_thread=False),
        },
        guards=[KnownParameters()],
        exception_handlers=_exception_handlers(),
        openapi_config=OpenAPIConfig(
            title="firstprint",
            version=firstprint.__version__,
            description="What prediction markets list, and what was recorded of them. Read-only.",
            path="/schema",
            render_plugins=[JsonRenderPlugin()],
            use_handler_docstrings=True,
        ),
        state=State({"endpoints": service.endpoints(HANDLERS)}),
        logging_config=None,
        debug=False,
        pdb_on_exception=False,
    )


def _exception_handlers() -> dict[Any, Any]:
    return {
        errors.ApiError: errors.said_api_error,
        ValidationException: errors.said_validation,
        HTTPException: errors.said_http_error,
        Exception: errors.said_failure,
    }
