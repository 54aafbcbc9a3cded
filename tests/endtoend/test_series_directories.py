"""Who names the series, over real sockets: a securities master that pages, fails and comes back, and the venue."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest
from aiohttp import web

from firstprint.app.selection import SPORTS, SeriesQuestion
from firstprint.bootstrap.kalshi import join_kalshi
from firstprint.bootstrap.series_directories import MasterSeries, VenueSeries
from firstprint.bootstrap.simulating import SimOptions, simulated_kalshi
from firstprint.config import Config
from firstprint.domain.errors import MalformedMessage, VenueUnavailable
from firstprint.net.clock import SystemClock
from firstprint.net.http import HttpClient
from firstprint.net.limiter import Limiter


class Master:
    """The series API, as far as the recorder uses it: two series a page."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.rows = ["KXA", "KXB", "KXC", "KXD", "KXE"]
        self.answer: web.Response | None = None

    async def series(self, request: web.Request) -> web.Response:
        self.asked.append(dict(request.query))
        if self.answer is not None:
            return self.answer
        start = int(request.query.get("cursor", "0"))
        rows = [{"ticker": one, "title": None, "is_game": True} for one in self.rows[start : start + 2]]
        more = str(start + 2) if start + 2 < len(self.rows) else None
        return web.json_response({"series": rows, "next": more})


@asynccontextmanager
async def _served(master: Master) -> AsyncIterator[MasterSeries]:
    app = web.Application()
    app.router.add_get("/v1/series", master.series)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    limiter = Limiter(rate_per_s=1_000, capacity=1_000, random=Random(1))
    async with HttpClient(f"http://127.0.0.1:{port}", limiter=limiter, clock=SystemClock()) as client:
        yield MasterSeries(client)
    await runner.cleanup()


async def test_a_master_is_asked_for_each_tag_and_to_the_last_page() -> None:
    """C6: category, tags and games go to the series API; every page is read, and every answer kept for the record."""
    master = Master()
    async with _served(master) as directory:
        found = await directory.find(SeriesQuestion(category="Sports", tags=("Soccer", "Hockey"), games_only=True))
    assert found.tickers == {"KXA", "KXB", "KXC", "KXD", "KXE"}
    assert [asked.get("tag") for asked in master.asked] == ["Soccer"] * 3 + ["Hockey"] * 3
    assert {(asked["category"], asked["games_only"]) for asked in master.asked} == {("Sports", "true")}
    assert [answer.request.path for answer in found.answers] == ["/v1/series"] * 6
    assert b"KXE" in found.answers[2].body


async def test_a_master_that_fails_is_unavailable_or_unreadable_and_never_empty() -> None:
    """Law 6: a 503, a 404 and a page that is none are errors with their text, not "no series"."""
    master = Master()
    async with _served(master) as directory:
        for status in (503, 404):
            master.answer = web.Response(status=status, text='{"error":{"code":"database_away"}}')
            with pytest.raises(VenueUnavailable, match=f"the securities master at http.*HTTP {status}.*database_away"):
                await directory.find(SeriesQuestion(category="Sports"))
        master.answer = web.Response(text="<html>")
        with pytest.raises(MalformedMessage):
            await directory.find(SeriesQuestion(category="Sports"))


async def test_the_venue_names_the_series_of_a_category(tmp_path: Path) -> None:
    """C6, C2: the venue's own list is read with its scopes, so that games alone can be asked for."""
    async with simulated_kalshi(SimOptions(markets=200), tmp_path / "keys") as where:
        config = Config(
            data=tmp_path / "data",
            kalshi_rest_url=where.rest_url,
            kalshi_ws_url=where.ws_url,
            kalshi_key_id=where.key_id,
            kalshi_key_path=Path(where.key_path),
        )
        async with join_kalshi(config, SystemClock(), Random(1)) as joined:
            directory = joined.ports.series_directories[0]
            assert isinstance(directory, VenueSeries)
            sports = await directory.find(SeriesQuestion(category=SPORTS))
            games = await directory.find(SeriesQuestion(category=SPORTS, games_only=True))
    assert {"KXMLBGAME", "KXMLBSPREAD"} <= sports.tickers
    assert not {one for one in sports.tickers if one.startswith("KXBTC")}
    assert "KXMLBGAME" in games.tickers
    assert games.tickers < sports.tickers
    assert "KXMLBSPREAD" not in games.tickers
    assert sports.answers[0].request.path == "/series"
