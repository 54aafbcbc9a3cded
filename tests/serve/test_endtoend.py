"""The API over a real database, and the command as its users meet it."""

import socket
import sys
from contextlib import closing
from pathlib import Path
from signal import SIGINT, SIGTERM, Signals
from typing import Any

import pytest
from sqlalchemy import text
from tests.postgres_server import PostgresServer

from firstprint.app.secmaster.ports import RunOpened, RunProgress, SeriesChoice, Source
from firstprint.bootstrap.serving import http_api
from firstprint.client import MasterClient, MasterUnavailable
from firstprint.client.master_client import ClientSettings
from firstprint.config import Config, read_config
from firstprint.domain.entries import EventEntry, ListedPage, MarketEntry, SeriesEntry
from firstprint.domain.errors import ConfigurationError, DataFolderError
from firstprint.store.database import DatabaseAddress, open_store
from firstprint.store.security_master import SqlSecurityMaster

sys.path.insert(0, str(Path(__file__).parents[1] / "endtoend"))
from processes import Command, clean_environment, running

NAME = "firstprint.sqlite"
RUN = "01"
AT_NS = 1_700_000_000_000_000_000
ONE_A_PAGE = ClientSettings(page_rows=1)
SOURCE = Source("kalshi", RUN, 1, AT_NS)


def _fill(address: DatabaseAddress | Path) -> None:
    """Write a small master through the port that the syncs use."""
    engine = open_store(address)
    master = SqlSecurityMaster(engine)
    master.open_run(
        RunOpened(
            run=RUN, venue="kalshi", kind="markets", mode="full", scope={}, plan={}, started_ns=AT_NS, software="x"
        )
    )
    page = ListedPage(
        series=[
            SeriesEntry(ticker="KXNBAGAME", title="NBA <b>game</b>", category="Sports", tags=("Basketball",)),
            SeriesEntry(ticker="KXMVP", title="MVP", category="Sports", tags=("Basketball",)),
        ],
        events=[EventEntry(ticker="KXNBAGAME-A", series_ticker="KXNBAGAME", title="A game")],
        markets=[
            MarketEntry(ticker=f"KXNBAGAME-A-{side}", event_ticker="KXNBAGAME-A", series_ticker="KXNBAGAME",
                        title=side, status="active", close_ns=AT_NS, settlement_value_e6=1_000_000, created_ns=AT_NS)
            for side in ("X", "Y")
        ],
    )  # fmt: skip
    choices = [SeriesChoice("KXNBAGAME", True, None), SeriesChoice("KXMVP", False, None)]
    master.take(page, SOURCE, RunProgress(), choices=choices)
    master.close_run(RUN, RunProgress(seen=2), AT_NS, "done")
    engine.dispose()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Give a data folder with a small master."""
    _fill(tmp_path / NAME)
    return tmp_path


@pytest.fixture
def filled(database: DatabaseAddress) -> DatabaseAddress:
    """Give a database with a small master: SQLite, then PostgreSQL."""
    _fill(database)
    return database


def _config(database: DatabaseAddress) -> Config:
    return read_config({"DATABASE_URL": database.url.render_as_string(hide_password=False)})


async def test_a_real_database_is_read_through_the_api(filled: DatabaseAddress) -> None:
    """C5: what the syncs stored is what the client reads: lists, single things, counts, runs; and 404 is None."""
    async with http_api(_config(filled), "127.0.0.1", 0) as served, MasterClient(served.url) as client:
        games = [one async for one in client.series(category="Sports", games_only=True)]
        assert [(one.ticker, one.title, one.tags) for one in games] == [
            ("KXNBAGAME", "NBA <b>game</b>", ("Basketball",))
        ]
        markets = [one async for one in client.markets(series="KXNBAGAME", status="active")]
        assert [(one.ticker, one.close_time) for one in markets] == [
            ("KXNBAGAME-A-X", "2023-11-14T22:13:20Z"),
            ("KXNBAGAME-A-Y", "2023-11-14T22:13:20Z"),
        ]
        whole: dict[str, Any] = await client.market("KXNBAGAME-A-X") or {}
        assert (whole["settlement_value_dollars"], whole["created_time"]) == ("1.00", "2023-11-14T22:13:20Z")
        assert (await client.one_series("KXMVP") or {})["is_game"] is False
        assert (await client.event("KXNBAGAME-A") or {})["title"] == "A game"
        assert await client.market("KXNO") is None
        assert [one.ticker async for one in client.events(tag="Basketball")] == ["KXNBAGAME-A"]
        assert {one.ticker: one.by_status async for one in client.stats_series()} == {
            "KXMVP": {},
            "KXNBAGAME": {"active": 2},
        }
        assert (await client.stats_markets()).markets == 2
        assert [(one.run, one.outcome) async for one in client.sync_runs()] == [(RUN, "done")]
        assert [one async for one in client.sessions()] == []
        assert [one async for one in client.gaps()] == []


async def test_a_change_is_seen_by_a_client_that_has_the_old_answer(filled: DatabaseAddress) -> None:
    """C5: a sync that changes a row moves the revision, so that no client keeps what is old."""
    async with http_api(_config(filled), "127.0.0.1", 0) as served, MasterClient(served.url) as client:
        assert {one.status async for one in client.markets()} == {"active"}
        revision = (await client.health()).revision
        engine = open_store(filled)
        page = ListedPage(markets=[MarketEntry(ticker="KXNBAGAME-A-X", status="closed")])
        SqlSecurityMaster(engine).take(page, SOURCE._replace(record=2, wall_ns=AT_NS + 1), RunProgress())
        engine.dispose()
        assert (await client.health()).revision > revision
        assert {one.status async for one in client.markets()} == {"active", "closed"}
        history = await client.market_history("KXNBAGAME-A-X")
        assert ("status", "active", "closed") in [(one.field, one.before, one.after) for one in history]


async def test_gaps_and_sessions_of_a_real_database_are_followed_to_their_end(filled: DatabaseAddress) -> None:
    """C5: pages of gaps and sessions, one row each, put together, are all of them in order."""
    engine = open_store(filled)
    session = "INSERT INTO capture_sessions VALUES (:s, 'kalshi', 'x', '{}', 1, 1, NULL, 'open', NULL)"
    gap = (
        "INSERT INTO gaps (session, gap_id, reason, opened_record, opened_mono_ns, opened_wall_ns) "
        "VALUES (:s, :g, 'SEQ_GAP', :r, 1, 1)"
    )
    with engine.begin() as connection:
        for name in ("s1", "s2"):
            connection.execute(text(session), {"s": name})
        for name, ident, record in (("s1", "a", 1), ("s1", "b", 2), ("s1", "c", 2), ("s2", "a", 1)):
            connection.execute(text(gap), {"s": name, "g": ident, "r": record})
    engine.dispose()
    async with http_api(_config(filled), "127.0.0.1", 0) as served, MasterClient(served.url, ONE_A_PAGE) as client:
        assert [one.session async for one in client.sessions()] == ["s2", "s1"]
        assert [(one.session, one.gap_id) async for one in client.gaps()] == [
            ("s1", "a"), ("s1", "b"), ("s1", "c"), ("s2", "a")
        ]  # fmt: skip


def _close(postgres: PostgresServer, name: str | None, allowed: str) -> None:
    """Let connections to a database in, or end them all and refuse new ones."""
    postgres.tell(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed}")
    postgres.tell(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608 the test's own name


async def test_a_database_that_goes_away_is_said_and_comes_back(postgres: PostgresServer) -> None:
    """F5: while the database server refuses, answers are 503 with its reason; afterwards the same client reads on."""
    address = postgres.new_database()
    name = address.url.database
    _fill(address)
    async with http_api(_config(address), "127.0.0.1", 0) as served, MasterClient(served.url) as client:
        assert (await client.health()).status == "ok"
        _close(postgres, name, "false")
        with pytest.raises(MasterUnavailable, match="cannot be used now"):
            await client.health()
        with pytest.raises(MasterUnavailable, match="cannot be used now"):
            [one async for one in client.series()]
        _close(postgres, name, "true")
        assert len([one async for one in client.series()]) == 2
    postgres.drop(address)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a place for the output of commands."""
    return tmp_path / "said"


def _url(command: Command) -> str:
    command.says("serving on http://")
    return command.out.read_text().split()[-1]


@pytest.mark.parametrize("number", [SIGINT, SIGTERM])
def test_the_command_serves_until_it_is_told_to_stop(data: Path, folder: Path, number: Signals) -> None:
    """F5: `firstprint serve` prints its address, answers there, and ends cleanly at a signal, clients or not."""
    with running(folder, "serve", "--port", "0", "--data", str(data)) as command:
        host, port = _url(command).removeprefix("http://").split(":")
        with closing(socket.create_connection((host, int(port)), timeout=30)) as client:
            client.sendall(f"GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            assert b"200 OK" in client.recv(100)
            command.signal(number)
            assert command.ended() == 0
    assert command.err.read_text() == ""


def test_an_open_address_is_warned_about(data: Path, folder: Path) -> None:
    """F5: an address that others reach gives one line that there is no authentication."""
    with running(folder, "serve", "--host", "0.0.0.0", "--port", "0", "--data", str(data)) as command:  # noqa: S104 the case
        _url(command)
        command.signal(SIGTERM)
        assert command.ended() == 0
    assert command.err.read_text().count("\n") == 1
    assert "no authentication" in command.err.read_text()


@pytest.mark.parametrize(
    ("host", "port", "said"),
    [
        ("127.0.0.1", 99_999, "it must be from 0"),
        ("127.0.0.1", -1, "it must be from 0"),
        ("203.0.113.7", 0, r"cannot listen on 203\.0\.113\.7"),
        ("no such host", 0, "no such address"),
    ],
)
async def test_an_address_that_cannot_be_listened_on_is_said(data: Path, host: str, port: int, said: str) -> None:
    """F5: a bad port and a host that is not ours are errors that say so."""
    with pytest.raises(ConfigurationError, match=said):
        async with http_api(read_config({"FIRSTPRINT_DATA": str(data)}), host, port):
            raise AssertionError("it serves")


async def test_a_folder_without_a_database_is_said(tmp_path: Path) -> None:
    """F5: where there is nothing to read from, the command says what to do first."""
    with pytest.raises(DataFolderError, match="no database here yet"):
        async with http_api(read_config({"FIRSTPRINT_DATA": str(tmp_path)}), "127.0.0.1", 0):
            raise AssertionError("it serves")


def test_a_port_in_use_ends_the_command_with_one_line(data: Path, folder: Path) -> None:
    """F5: a port in use is one clear line and exit code 1."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        with running(folder, "serve", "--port", port, "--data", str(data), env=clean_environment()) as command:
            assert command.ended() == 1, command.said
    said = command.err.read_text()
    assert said.count("\n") == 1, said
    assert f"127.0.0.1:{port} is in use" in said
