"""Asking ESPN, against a server on loopback that answers what a test tells it to."""

from collections.abc import AsyncIterator
from datetime import date
from random import Random

import pytest
from espn_kit import NBA, board, event
from tests.source_server import Source, replying, serving_source

from firstprint.domain.errors import ConfigurationError, VenueRefused, VenueUnavailable
from firstprint.linkage.leagues import League
from firstprint.net.retry import NO_RETRY, RetrySchedule
from firstprint.venues.espn.hosts import ROOT, scoreboards_url
from firstprint.venues.espn.parse import parse_scoreboard
from firstprint.venues.espn.rest import Answer, EspnScoreboards, polite_limiter

QUICK = RetrySchedule((0.01, 0.01), 20.0)
DAYS = (date(2026, 10, 20), date(2026, 10, 22))
COLLEGE = League(code="NCAAF", espn="football/college-football", espn_groups="80,81", game="KXNCAAFGAME")


async def ask(source: Source, league: League = NBA, retry: RetrySchedule = NO_RETRY) -> list[Answer]:
    """Read a league's scoreboard of three days."""
    async with serving_source(source, ROOT) as client:
        espn = EspnScoreboards(client, random=Random(1), retry=retry)
        return [answer async for answer in espn.scoreboard(league, *DAYS)]


async def test_three_days_are_one_request() -> None:
    """The days are a range, the answer may hold hundreds of games, and the body is kept as it came."""
    text = board(event()).decode()
    source = replying((200, text))
    (answer,) = await ask(source)
    assert source.paths == [f"{ROOT}/basketball/nba/scoreboard?dates=20261020-20261022&limit=500"]
    assert answer.body == text.encode()
    assert (answer.request.path, answer.request.status) == ("/basketball/nba/scoreboard", 200)
    assert answer.request.query == [("dates", "20261020-20261022"), ("limit", "500")]
    assert len(parse_scoreboard(answer.body).games) == 1


async def test_college_sports_are_asked_by_group() -> None:
    """Without a group ESPN lists only the greater games: each of the league's groups is asked for."""
    source = replying((200, board().decode()))
    assert len(await ask(source, COLLEGE)) == 2
    assert [request.query["groups"] for request in source.asked] == ["80", "81"]


async def test_around_asks_for_yesterday_today_and_tomorrow_in_new_york() -> None:
    """The days are US Eastern, by which ESPN files late games."""
    source = replying((200, board().decode()))
    async with serving_source(source, ROOT) as client:
        espn = EspnScoreboards(client, random=Random(1), retry=NO_RETRY)
        bodies: AsyncIterator[Answer] = espn.around(NBA, 1_792_553_400 * 10**9)  # 03:30 UTC on 21 October 2026
        assert len([answer async for answer in bodies]) == 1
    assert source.asked[0].query["dates"] == "20261019-20261021"


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (200, "<html>maintenance</html>"),
        (200, ""),
        (503, "{}"),
        (502, "<html>"),
        (429, '{"code":429}'),
        (404, "<html>"),
    ],
)
async def test_no_scoreboard_is_never_a_no(status: int, text: str) -> None:
    """HTML of any status but 401 and 403, and every failure of the server, is asked again."""
    source = replying((status, text), (200, board().decode()))
    assert len(await ask(source, retry=QUICK)) == 1
    with pytest.raises(VenueUnavailable):
        await ask(replying((status, text)))


@pytest.mark.parametrize(
    ("status", "text", "code"),
    [
        (404, '{"code":404,"detail":"http error: not found"}', "404"),
        (400, '{"code":400,"message":"Failed to get events endpoint."}', "400"),
        (403, "<html>denied</html>", "unreadable"),
        (302, "", "unreadable"),
    ],
)
async def test_refusals_are_final(status: int, text: str, code: str) -> None:
    """A league that ESPN does not have, a forbidden one and a redirect are a no that is not asked again."""
    source = replying((status, text))
    with pytest.raises(VenueRefused) as caught:
        await ask(source, retry=QUICK)
    assert (caught.value.status, caught.value.code) == (status, code)
    assert len(source.asked) == 1


async def test_a_league_without_a_path_is_not_asked_for() -> None:
    """Where the table names no path at ESPN the error says what is missing, and nothing is sent."""
    source = replying((200, "{}"))
    with pytest.raises(ConfigurationError, match="`espn`"):
        await ask(source, League(code="KBO", game="KXKBOGAME"))
    assert source.asked == []


def test_the_limiter_is_polite_and_can_be_set() -> None:
    """Five a second and ten at once, unless told otherwise."""
    assert (polite_limiter(Random(1)).rate_per_s, polite_limiter(Random(1)).capacity) == (5.0, 10.0)
    assert polite_limiter(Random(1), rate_per_s=1.0, burst=2.0).capacity == 2.0


@pytest.mark.parametrize(
    ("given", "url"),
    [
        (None, f"https://site.api.espn.com{ROOT}"),
        ("http://127.0.0.1:8000", f"http://127.0.0.1:8000{ROOT}"),
        ("http://localhost:8000/espn/", "http://localhost:8000/espn"),
    ],
)
def test_the_address_can_be_another(given: str | None, url: str) -> None:
    """A simulator's address is given ESPN's path unless it has one."""
    assert scoreboards_url(given) == url


@pytest.mark.parametrize(
    "given", ["http://example.com", "ftp://localhost", "nowhere", "https://u:p@x.org", "https://[::"]
)
def test_an_address_that_cannot_be_is_refused(given: str) -> None:
    """Plain http is for this machine only, and users or nonsense are no addresses."""
    with pytest.raises(ConfigurationError):
        scoreboards_url(given)
