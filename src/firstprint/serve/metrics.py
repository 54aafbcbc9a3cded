"""Figures for Prometheus: what was asked of the API, and how the master and the record are."""

from collections.abc import Iterator, Sequence

import msgspec
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from firstprint.app.secmaster.ports import RunRow
from firstprint.domain.clock import NS_PER_S

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0, 20.0)
STATUSES_MAX = 50
"""Label values for statuses: the words are the venue's, and a hostile one must not make series without end."""


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """How the master and the record are, read at one moment (`now_ns`, wall). None where the database is away."""

    now_ns: int
    up: bool
    revision: int | None = None
    by_status: dict[str, int] | None = None
    last_runs: tuple[RunRow, ...] = ()
    """The newest finished run of each kind."""
    open_gaps: int | None = None


class RequestFigures:
    """Counts requests by route and status, and their durations."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "firstprint_http_requests", "Requests answered.", ("route", "status"), registry=self.registry
        )
        self._durations = Histogram(
            "firstprint_http_request_duration_seconds", "From the request to the end of its answer.", ("route",),
            buckets=BUCKETS_S, registry=self.registry,
        )  # fmt: skip

    def answered(self, route: str, status: int, duration_ns: int) -> None:
        """Count an answer."""
        self._requests.labels(route, str(status)).inc()
        self._durations.labels(route).observe(duration_ns / NS_PER_S)


class _Scrape:
    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        yield from self._families


def rendered(requests: RequestFigures, figures: Figures) -> bytes:
    """Render everything in Prometheus' text format."""
    return generate_latest(_Scrape([*requests.registry.collect(), *_families(figures)]))


def _families(figures: Figures) -> Iterator[Metric]:
    yield _gauge("database_up", "1 when the database answers.", int(figures.up))
    if figures.revision is not None:
        yield _gauge("master_revision", "Moves when something in the master changes.", figures.revision)
    if figures.by_status is not None:
        yield _markets(figures.by_status)
    if figures.open_gaps is not None:
        yield _gauge("open_gaps", "Gaps that are not repaired.", figures.open_gaps)
    if figures.last_runs:
        yield from _runs(figures)


def _gauge(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(f"firstprint_{name}", says, value)


def _markets(by_status: dict[str, int]) -> Metric:
    family = GaugeMetricFamily("firstprint_markets", "Markets in the master.", labels=("status",))
    ranked = sorted(by_status.items(), key=lambda one: (-one[1], one[0]))
    for status, count in ranked[:STATUSES_MAX]:
        family.add_metric((status,), count)
    if rest := ranked[STATUSES_MAX:]:
        family.add_metric(("(others)",), sum(count for _, count in rest))
    return family


def _runs(figures: Figures) -> Iterator[Metric]:
    ages = GaugeMetricFamily(
        "firstprint_last_sync_age_seconds", "Since the newest finished sync ended.", labels=("kind",)
    )
    outcomes = GaugeMetricFamily(
        "firstprint_last_sync_outcome", "1 for the outcome of the newest finished sync.", labels=("kind", "outcome")
    )
    for run in figures.last_runs:
        ages.add_metric((run.kind,), (figures.now_ns - (run.ended_ns or run.progressed_ns)) / NS_PER_S)
        outcomes.add_metric((run.kind, run.outcome), 1)
    yield ages
    yield outcomes
