"""About the API itself: `/`, `/healthz` and `/metrics`."""

from collections.abc import Callable
from typing import Any, TypeAlias

import structlog
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import SkipValidation

import firstprint
from firstprint.domain.answers import EndpointItem, EndpointsAnswer, HealthAnswer
from firstprint.domain.clock import Clock
from firstprint.domain.errors import FirstprintError
from firstprint.serve import responses
from firstprint.serve.desk import AnyRequest, TheDesk
from firstprint.serve.errors import ApiError, unavailable
from firstprint.serve.metrics import CONTENT_TYPE, Figures, RequestFigures, rendered
from firstprint.serve.ports import Readers

_log = structlog.get_logger(__name__)
RUN_KINDS = ("series", "markets", "clean")
RUNS_LOOKED_AT = 20
SCHEMA_PATH = "/schema/openapi.json"


class Gauges:
    """Reads the figures that a scrape shows beside those of the requests."""

    def __init__(self, readers: Readers, requests: RequestFigures, clock: Clock) -> None:
        self._readers = readers
        self._clock = clock
        self.requests = requests

    def read(self) -> Figures:
        """Read them; a database that is away is a figure too. Blocking."""
        now_ns = self._clock.now().wall_ns
        try:
            return self._read(now_ns)
        except FirstprintError as error:
            _log.warning("metrics without the database", reason=str(error))
            return self.away()

    def away(self) -> Figures:
        """Give the figures of a database that does not answer."""
        return Figures(now_ns=self._clock.now().wall_ns, up=False)

    def _read(self, now_ns: int) -> Figures:
        master, runs, record = self._readers.master, self._readers.runs, self._readers.record
        last = [
            next((run for run in runs.runs(kind=kind, limit=RUNS_LOOKED_AT) if run.outcome != "running"), None)
            for kind in RUN_KINDS
        ]
        return Figures(
            now_ns=now_ns,
            up=True,
            revision=master.revision(),
            by_status=master.market_counts().by_status,
            last_runs=tuple(run for run in last if run is not None),
            open_gaps=record.open_gaps(),
        )


TheGauges: TypeAlias = NamedDependency[SkipValidation[Gauges]]


@get("/healthz", responses=responses.OF_RECORD)
async def healthz(desk: TheDesk) -> Response[HealthAnswer]:
    """Say whether the database answers: 200 when it does, 503 with the reason when it does not."""
    try:
        revision = await desk.ask(desk.readers.master.revision)
    except ApiError:
        raise
    except FirstprintError as error:
        raise unavailable(str(error)) from error
    except Exception as error:
        _log.error("health check failed", exc_info=error)
        raise unavailable(f"the database fails ({type(error).__name__}); the log says how") from error
    return Response(HealthAnswer(status="ok", revision=revision))


@get("/metrics", media_type="text/plain", responses=responses.OF_RECORD)
async def metrics(desk: TheDesk, gauges: TheGauges) -> Response[str]:
    """Give figures in Prometheus' text format."""
    try:
        figures = await desk.ask(gauges.read)
    except ApiError:
        figures = gauges.away()
    body: Any = rendered(gauges.requests, figures)
    return Response(body, media_type=CONTENT_TYPE)


@get("/", responses=responses.OF_RECORD)
async def root(request: AnyRequest) -> Response[EndpointsAnswer]:
    """List the paths of the API."""
    return Response(request.app.state.endpoints)


def endpoints(handlers: list[HTTPRouteHandler]) -> EndpointsAnswer:
    """Describe the paths of handlers, in the words of their docstrings."""
    items = [
        EndpointItem(path=path.replace(":str", ""), what=_first_line(handler.fn))
        for handler in handlers
        for path in sorted(handler.paths)
    ]
    items.append(EndpointItem(path=SCHEMA_PATH, what="OpenAPI of all this."))
    return EndpointsAnswer(name="firstprint", version=firstprint.__version__, endpoints=tuple(items))


def _first_line(function: Callable[..., Any]) -> str:
    return (function.__doc__ or "").strip().partition("\n")[0]
