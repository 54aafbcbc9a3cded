"""Asking The Odds API, against a server on loopback: the budget is kept, the key is hidden, a no is a no."""

import json
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import pytest
from aiohttp import web
from tests.source_server import Source, replying, serving_source

from firstprint.domain.clock import Instant
from firstprint.domain.errors import ConfigurationError, VenueRefused, VenueUnavailable
from firstprint.domain.odds import Quota
from firstprint.net.clock import SystemClock
from firstprint.net.http import HttpAnswer, HttpClient, Query
from firstprint.net.retry import NO_RETRY, RetrySchedule
from firstprint.venues.oddsapi.budget import OddsBudget
from firstprint.venues.oddsapi.hosts import ROOT, api_key, odds_url
from firstprint.venues.oddsapi.questions import OddsQuestion
from firstprint.venues.oddsapi.rest import OddsApi, odds_limiter, read_quota

KEY = "0123456789abcdef0123456789abcdef"
QUICK = RetrySchedule((0.01, 0.01), 20.0)
MLB = OddsQuestion(sport_key="baseball_mlb", bookmakers=("fanduel", "betmgm"))
CREDITS = {"x-requests-remaining": "497", "x-requests-used": "3", "x-requests-last": "3"}


class FixedClock:
    """A clock that stands on 21 November 2026."""

    def now(self) -> Instant:
        return Instant(0, 1_795_219_200 * 10**9)


def error(code: str) -> str:
    """Write an error as the API does."""
    return json.dumps({"message": f"about {code}", "error_code": code, "details_url": "https://the-odds-api.com"})


@asynccontextmanager
async def asking(
    source: Source, *, retry: RetrySchedule = NO_RETRY, remaining: int | None = 500
) -> AsyncIterator[OddsApi]:
    """Serve a source and give a client for it that has heard of the credits."""
    clock = FixedClock()
    budget = OddsBudget()
    budget.learn(Quota(remaining=remaining, used=0), clock.now().wall_ns)
    async with serving_source(source, ROOT) as client:
        client._clock = clock
        yield OddsApi(client, KEY, budget=budget, clock=clock, random=Random(1), retry=retry)


async def test_the_key_travels_in_the_query_and_is_not_in_the_journal() -> None:
    """What is asked carries the key; the request that is kept with the body does not."""
    source = replying((200, "[]"), headers=CREDITS)
    async with asking(source) as api:
        answer = await api.odds(MLB)
    assert source.asked[0].path == f"{ROOT}/sports/baseball_mlb/odds"
    assert source.asked[0].query["apiKey"] == KEY
    assert answer.body == b"[]"
    assert answer.request.path == "/sports/baseball_mlb/odds"
    assert answer.request.query == MLB.query
    assert KEY not in repr(answer)
    assert KEY not in repr(api)


async def test_every_answer_tells_the_credits() -> None:
    """Refusals too: what remains is known after any reply that says it."""
    async with asking(replying((200, "[]"), headers=CREDITS)) as api:
        await api.sports()
        assert api.quota == Quota(remaining=497, used=3, last_cost=3)
    async with asking(replying((422, error("INVALID_MARKET")), headers=CREDITS)) as api:
        with pytest.raises(VenueRefused):
            await api.odds(MLB)
        assert api.quota.remaining == 497


@pytest.mark.parametrize("odd", ["", "many", "-3", "9" * 20])
def test_senseless_credits_are_none(odd: str) -> None:
    """A header that is no count tells nothing; one with decimals counts whole credits."""
    assert read_quota({"x-requests-remaining": odd}) == Quota()
    assert read_quota({"x-requests-remaining": "496.0"}).remaining == 496


async def test_paths_and_queries_are_the_apis_own() -> None:
    """Sports and events are free; scores and the odds of one event are asked by their own paths."""
    source = replying((200, "[]"))
    async with asking(source) as api:
        await api.sports(every=True)
        await api.events("icehockey_nhl")
        await api.scores("icehockey_nhl", 3)
        await api.event_odds("b16e/..", OddsQuestion(sport_key="icehockey_nhl", markets=("btts",)))
    assert [request.raw_path.partition("?")[0].removeprefix(ROOT) for request in source.asked] == [
        "/sports",
        "/sports/icehockey_nhl/events",
        "/sports/icehockey_nhl/scores",
        "/sports/icehockey_nhl/events/b16e%2F../odds",
    ]
    assert source.asked[2].query["daysFrom"] == "3"
    assert source.asked[3].query["regions"] == "us"


async def test_a_name_that_is_no_part_of_a_path_is_not_asked() -> None:
    """An empty name or dots would ask for something else."""
    source = replying((200, "[]"))
    async with asking(source) as api:
        for name in ("", ".", ".."):
            with pytest.raises(ConfigurationError):
                await api.events(name)
    assert source.asked == []


@pytest.mark.parametrize("remaining", [27, 0, None])
async def test_what_the_budget_forbids_is_not_sent(remaining: int | None) -> None:
    """With too little left, or before the credits are known, nothing goes out that costs; what is free does."""
    source = replying((200, "[]"))
    async with asking(source, remaining=remaining) as api:
        with pytest.raises(VenueUnavailable):
            await api.odds(MLB)
        assert source.asked == []
        await api.sports()
    assert len(source.asked) == 1


@pytest.mark.parametrize("code", ["MISSING_KEY", "INVALID_KEY", "DEACTIVATED_KEY"])
async def test_a_refused_key_is_refused_for_good(code: str) -> None:
    """The error says what to do; nothing is asked with that key again."""
    source = replying((401, error(code)))
    async with asking(source, retry=QUICK) as api:
        for _ in range(2):
            with pytest.raises(VenueRefused, match="ODDS_API_KEY") as caught:
                await api.odds(MLB)
            assert caught.value.code == code
    assert len(source.asked) == 1


@pytest.mark.parametrize("status", [401, 429])
async def test_spent_credits_end_the_asking_until_the_month_ends(status: int) -> None:
    """OUT_OF_USAGE_CREDITS is no refusal: the error says for how long, and only free questions go out until then."""
    source = replying((status, error("OUT_OF_USAGE_CREDITS")), (200, "[]"))
    async with asking(source, retry=QUICK) as api:
        with pytest.raises(VenueUnavailable, match="no credits are left") as caught:
            await api.odds(MLB)
        with pytest.raises(VenueUnavailable):
            await api.odds(MLB)
        assert len(source.asked) == 1
        assert caught.value.retry_after_s == 10 * 86_400
        assert api.quota.remaining == 0
        await api.sports()
    assert len(source.asked) == 2


async def test_asking_too_fast_is_asked_again_after_a_pause() -> None:
    """EXCEEDED_FREQ_LIMIT pauses the limiter and is tried again; no credits are lost."""
    source = replying((429, error("EXCEEDED_FREQ_LIMIT")), (200, "[]"))
    async with asking(source, retry=QUICK) as api:
        await api.odds(MLB)
        assert api._client.limiter.pauses == 1
    assert len(source.asked) == 2


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (422, error("INVALID_REGION"), VenueRefused),
        (404, error("UNKNOWN_SPORT"), VenueRefused),
        (401, error("HISTORICAL_UNAVAILABLE_ON_FREE_USAGE_PLAN"), VenueRefused),
        (403, "<html>denied</html>", VenueRefused),
        (301, "", VenueRefused),
        (404, "<html>not here</html>", VenueUnavailable),
        (502, "<html>bad gateway</html>", VenueUnavailable),
        (200, "<html>maintenance</html>", VenueUnavailable),
        (200, "", VenueUnavailable),
    ],
)
async def test_a_no_of_the_api_is_final_and_anything_else_is_none(status: int, body: str, kind: type) -> None:
    """Its own errors are refusals of that question; HTML is no answer. Neither ends other questions."""
    source = replying((status, body), (200, "[]"))
    async with asking(source) as api:
        with pytest.raises(kind):
            await api.odds(MLB)
        assert (await api.odds(MLB)).body == b"[]"


@pytest.mark.parametrize("status", [200, 301, 401, 422, 500])
async def test_an_answer_that_repeats_the_key_does_not_betray_it(status: int) -> None:
    """A key that comes back in a body or an address is hidden in the error and in everything it was raised from."""

    def echo(request: web.Request) -> web.Response:
        text = f"no {request.query['apiKey']}"
        told = json.dumps({"message": text, "error_code": "INVALID_KEY"}) if status in (401, 422) else f"<p>{text}"
        return web.Response(status=status, text=told, headers={"Location": f"https://x.org/?apiKey={KEY}"})

    async with asking(Source(echo)) as api:
        with pytest.raises((VenueRefused, VenueUnavailable)) as caught:
            await api.odds(MLB)
    assert KEY not in "".join(traceback.format_exception(caught.value, chain=True)).replace(f'KEY = "{KEY}"', "")


class TellingClient(HttpClient):
    """A client whose errors tell the whole address, as some errors of its library do."""

    async def get(self, path: str, query: Query = (), **_: object) -> HttpAnswer:
        raise VenueUnavailable(f"GET {path}", None, f"cannot connect to {dict(query)}") from OSError(dict(query))


async def test_a_connection_that_fails_does_not_betray_the_key() -> None:
    """An error from below that tells the address is said without the key, and hides what it was raised from."""
    clock = SystemClock()
    client = TellingClient("http://127.0.0.1:1/v4", limiter=odds_limiter(Random(1)), clock=clock)
    api = OddsApi(client, KEY, budget=OddsBudget(), clock=clock, random=Random(1), retry=NO_RETRY)
    with pytest.raises(VenueUnavailable, match="cannot connect") as caught:
        await api.sports()
    assert KEY not in "".join(traceback.format_exception(caught.value, chain=True)).replace(f'KEY = "{KEY}"', "")


@pytest.mark.parametrize(("spent", "due"), [("0", ("nfl",)), ("3", ())])
async def test_an_answer_pays_what_it_says(spent: str, due: tuple[str, ...]) -> None:
    """An answer without events is free, and another sport may be asked with what it left."""
    async with asking(replying((200, "[]"), headers={"x-requests-last": spent})) as api:
        wall_ns = FixedClock().now().wall_ns
        budget = api.budget
        budget.begin("mlb", budget.plan.burst - 3, wall_ns)
        budget.end(budget.plan.burst - 3)
        await api.odds(MLB)
        assert budget.due({"nfl": 3}, wall_ns) == due


async def test_what_was_under_way_is_given_back_when_it_fails() -> None:
    """After failures the whole of what remains may be asked for again."""
    async with asking(replying((500, "{}")), remaining=28) as api:
        for _ in range(3):
            with pytest.raises(VenueUnavailable, match="HTTP 500"):
                await api.odds(MLB)


@pytest.mark.parametrize(("text", "key"), [(None, None), ("", None), ("  ", None), (f" {KEY} ", KEY)])
def test_no_key_is_no_error(text: str | None, key: str | None) -> None:
    """Without a key there are no odds, and everything else goes on."""
    assert api_key(text) == key


@pytest.mark.parametrize("text", ["a b", "{apiKey}", "x" * 200, "schlüssel", "key&markets=h2h"])
def test_text_that_no_key_is_is_refused_unseen(text: str) -> None:
    """The error names the setting and not what stands in it."""
    with pytest.raises(ConfigurationError, match="ODDS_API_KEY") as caught:
        api_key(text)
    assert text not in str(caught.value)


def test_the_address_can_be_another() -> None:
    """A simulator's is given the API's path; plain http is for this machine only."""
    assert odds_url() == "https://api.the-odds-api.com/v4"
    assert odds_url("http://localhost:9/") == "http://localhost:9/v4"
    for bad in ("http://example.com", "nowhere", "https://[::", "https://x.org/?a=b"):
        with pytest.raises(ConfigurationError):
            odds_url(bad)
