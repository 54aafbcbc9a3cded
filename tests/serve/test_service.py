"""About the API itself: its paths, its health, its figures."""

from prometheus_client.parser import text_string_to_metric_families
from serve_kit import Api, Away, a_market, a_run

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


async def _samples(served: Api) -> Samples:
    async with served.http.get(served.url + "/metrics") as answer:
        assert answer.status == 200
        assert answer.content_type == "text/plain"
        families = text_string_to_metric_families(await answer.text())
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for family in families for one in family.samples}


async def test_the_root_lists_every_path(served: Api) -> None:
    """F5: what can be asked is listed with what it gives, and each path without a ticker answers."""
    listed = (await served.get("/"))["endpoints"]
    assert all(one["what"] for one in listed)
    for path in {one["path"] for one in listed} - {"/metrics"}:
        if "{" not in path:
            async with served.http.get(served.url + path) as answer:
                assert answer.status == 200


async def test_openapi_is_given_and_no_page_that_loads_scripts(served: Api) -> None:
    """C5: the description is JSON; there is no page that would fetch code from elsewhere."""
    async with served.http.get(served.url + "/schema/openapi.json") as answer:
        document = await answer.json(content_type=None)
    assert {"/v1/series", "/v1/markets/{ticker}/history", "/healthz"} <= set(document["paths"])
    async with served.http.get(served.url + "/schema/swagger") as answer:
        assert answer.status == 404


async def test_figures_are_what_prometheus_reads(served: Api) -> None:
    """C5: requests by route and status, durations, revision, markets by status, syncs and open gaps."""
    await served.get("/v1/series?limit=1")
    await served.get("/v1/series/NO", 404)
    await served.get("/nothing", 404)
    found = await _samples(served)
    assert found["firstprint_http_requests_total", (("route", "/v1/series"), ("status", "200"))] == 1
    assert found["firstprint_http_requests_total", (("route", "/v1/series/{ticker}"), ("status", "404"))] == 1
    assert found["firstprint_http_requests_total", (("route", "elsewhere"), ("status", "404"))] == 1
    assert found["firstprint_http_request_duration_seconds_count", (("route", "/v1/series"),)] == 1
    assert found["firstprint_database_up", ()] == 1
    assert found["firstprint_master_revision", ()] == 1
    assert found["firstprint_markets", (("status", "brand_new_word"),)] == 1
    assert found["firstprint_open_gaps", ()] == 2
    assert found["firstprint_last_sync_age_seconds", (("kind", "markets"),)] > 0
    assert found["firstprint_last_sync_outcome", (("kind", "series"), ("outcome", "failed"))] == 1


async def test_a_run_that_still_runs_is_not_the_last_one(served: Api) -> None:
    """C5: the last sync is the last one that ended."""
    served.record.all_runs = [a_run("r2", outcome="running", ended_ns=None), a_run("r1")]
    found = await _samples(served)
    assert found["firstprint_last_sync_outcome", (("kind", "markets"), ("outcome", "done"))] == 1


async def test_figures_are_given_while_the_database_is_away(served: Api) -> None:
    """C5: a database that is away is a figure, and those of the requests are still there."""
    served.master.broken = Away("away")
    found = await _samples(served)
    assert found["firstprint_database_up", ()] == 0
    assert ("firstprint_master_revision", ()) not in found


async def test_hostile_statuses_do_not_make_figures_without_end(served: Api) -> None:
    """F5: beyond fifty words for a status the rest is one figure, and each word is escaped."""
    served.master.all_markets = [a_market(f"A-{number}", status=f'"\n{number}') for number in range(80)]
    found = {
        labels: value for (name, labels), value in (await _samples(served)).items() if name == "firstprint_markets"
    }
    assert len(found) == 51
    assert sum(found.values()) == 80
