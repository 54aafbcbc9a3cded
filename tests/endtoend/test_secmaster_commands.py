"""The commands of the securities master, as processes, against a simulated Kalshi over real sockets."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.endtoend.processes import (
    Simulator,
    answer,
    assert_proved,
    clean_environment,
    firstprint,
    running,
    simulator,
    wait_until,
)
from tests.postgres_server import PostgresServer

from firstprint.store.database import DatabaseAddress

REPORT = {"requests", "seconds", "throttled", "seen", "new", "changed", "closed", "settled", "errors"}


class Master:
    """A data folder, or a database, with the commands that work on it."""

    def __init__(self, folder: Path, venue: Simulator, database: DatabaseAddress) -> None:
        self._folder = folder
        self.data = folder / "data"
        self.url = venue.where["rest_url"]
        url = {} if database.path is not None else {"DATABASE_URL": database.url.render_as_string(hide_password=False)}
        self.env = clean_environment(FIRSTPRINT_DATA=str(self.data), **url)

    def sync(self, *words: str, code: int = 0) -> Any:
        """Run a command that asks the venue; give its JSON."""
        command = firstprint(self._folder, *words, "--kalshi-url", self.url, "--json", env=self.env)
        assert command.process.returncode == code, command.said
        return json.loads(command.out.read_text())

    def tell(self, *words: str, code: int = 0) -> Any:
        """Run a command that asks the master alone; give its JSON."""
        command = firstprint(self._folder, *words, "--json", env=self.env)
        assert command.process.returncode == code, command.said
        return json.loads(command.out.read_text())

    def say(self, *words: str) -> str:
        """Run a command for people; give everything it said."""
        return firstprint(self._folder, *words, env=self.env).said


@pytest.fixture
def master(tmp_path: Path, database: DatabaseAddress) -> Iterator[Master]:
    """Run a quiet simulated venue beside an empty master, on SQLite and on PostgreSQL."""
    with simulator(tmp_path / "venue", "--created", "0") as venue:
        yield Master(tmp_path, venue, database)


def test_the_master_is_synced_and_read_by_commands(master: Master) -> None:
    """C4: series and markets are synced and listed, with the figures of the contract; a REST address is enough."""
    series = master.sync("series", "sync", "--explain")
    assert series.keys() >= REPORT | {"disagreements"}
    full = master.sync("secmaster", "sync", "--full", "--plan")
    assert full.keys() >= REPORT | {"plan"}
    assert (full["seen"], full["new"], full["errors"]) == (30, 30, 0)
    assert full["requests"] <= full["plan"]["requests"]
    again = master.sync("secmaster", "sync")
    assert (again["new"], again["mode"]) == (0, "incremental")
    by_series = master.sync("secmaster", "sync", "--by-series", "--tag", "baseball", "--games-only")
    assert by_series.keys() >= REPORT
    soon = master.sync("secmaster", "sync", "--active-only", "--close-within-hours", "24")
    assert soon.keys() >= REPORT
    games = master.tell("series", "list", "--games-only")["series"]
    assert games
    assert all("GAME" in one["ticker"] for one in games)
    assert sum(one["markets"] for one in master.tell("series", "stats")["series"]) == 30
    found = master.tell("markets", "list", "--series", games[0]["ticker"])["markets"]
    shown = master.tell("markets", "show", (found or master.tell("markets", "list")["markets"])[0]["ticker"])
    assert shown["market"]["status"]


def test_mistakes_are_told_with_what_to_do(master: Master) -> None:
    """F5: unknown tags and markets name the nearest, modes exclude each other, and flags belong to modes."""
    master.sync("series", "sync")
    master.sync("secmaster", "sync", "--full")
    assert "the nearest are: Baseball" in master.say("secmaster", "sync", "--by-series", "--tag", "Basebal")
    assert "exclude each other" in master.say("secmaster", "sync", "--full", "--by-series")
    assert "give them with --by-series" in master.say("secmaster", "sync", "--full", "--tag", "Soccer")
    assert "belongs to --active-only" in master.say("secmaster", "sync", "--full", "--close-within-hours", "3")
    assert "give one of --stale and --resync" in master.say("secmaster", "clean")
    ticker = master.tell("markets", "list")["markets"][0]["ticker"]
    assert ticker in master.say("markets", "show", ticker[:-1])


def test_a_clean_up_says_first_and_does_it_when_told(master: Master) -> None:
    """C9: without --yes nothing is removed; --resync removes everything and syncs it anew."""
    master.sync("series", "sync")
    master.sync("secmaster", "sync", "--full")
    said = master.tell("secmaster", "clean", "--resync")
    assert said["would_remove"]["markets"] == 30
    assert len(master.tell("markets", "list")["markets"]) == 30
    assert "Removed" in master.say("secmaster", "clean", "--resync", "--yes", "--kalshi-url", master.url)
    assert len(master.tell("markets", "list")["markets"]) == 30
    assert master.tell("secmaster", "clean", "--stale")["would_remove"]["markets"] == 0


def test_the_master_is_rebuilt_from_its_journals(master: Master) -> None:
    """Law 1: after `rebuild` the master answers as before."""
    master.sync("series", "sync")
    master.sync("secmaster", "sync", "--full")
    before = [master.tell(*words) for words in (("markets", "list"), ("series", "list"), ("series", "stats"))]
    assert "2 runs of the securities master" in master.say("rebuild", "--yes")
    after = [master.tell(*words) for words in (("markets", "list"), ("series", "list"), ("series", "stats"))]
    assert after == before


def test_a_master_is_kept_current_until_told_to_stop(tmp_path: Path) -> None:
    """C12: with --every a market listed after the start is in the master by REST alone, until SIGINT ends it."""
    with simulator(tmp_path / "venue", "--created", "5") as venue:
        env = clean_environment(FIRSTPRINT_DATA=str(tmp_path / "data"), **venue.public)
        with running(tmp_path / "sync", "secmaster", "sync", "--every", "0.1", "--json", env=env) as keeper:
            wait_until(lambda: _new_of(keeper.out)[1:] and sum(_new_of(keeper.out)[1:]) > 0, "a new market is found")
            keeper.signal(signal.SIGINT)
            assert keeper.ended() == 0, keeper.said
    assert _new_of(keeper.out)[0] >= 30


def _new_of(out: Path) -> list[int]:
    """Give how many new markets each sync found."""
    return [json.loads(line)["new"] for line in out.read_text().splitlines(keepends=True) if line.endswith("\n")]


def test_a_recorder_and_syncs_share_one_master(tmp_path: Path) -> None:
    """F1, C12: while a recorder runs, syncs work on the same database, and markets the recorder heard of are in it."""
    with simulator(tmp_path / "venue", "--created", "3") as venue:
        env = clean_environment(FIRSTPRINT_DATA=str(tmp_path / "data"), **venue.settings)
        with running(tmp_path / "run", "run", env=env) as recorder:
            wait_until((tmp_path / "data" / "firstprint.sqlite").exists, "the projector makes its database")
            for _ in range(3):
                for words in (("series", "sync"), ("secmaster", "sync", "--full"), ("secmaster", "sync")):
                    command = firstprint(tmp_path / "sync", *words, "--json", env=env)
                    assert command.process.returncode == 0, command.said
            recorder.process.terminate()
            assert recorder.ended() == 0, recorder.said
        markets = answer(tmp_path / "list", "markets", "list", "--data", str(tmp_path / "data"))["markets"]
        heard = [one for one in markets if one["created_ns"] and one["series_ticker"]]
        assert len(heard) == len(markets) > 30, "every market is in the master with its series"
        report = answer(tmp_path / "verify", "verify", "--data", str(tmp_path / "data"))
        assert report["sink_missing"] == report["sink_extra"] == report["silent_gaps"] == 0


def test_a_recording_is_projected_into_postgresql_and_proved(tmp_path: Path, postgres: PostgresServer) -> None:
    """F1: with DATABASE_URL the rows of a recording are in that database, equal to its truth, and are rebuilt there."""
    database = postgres.new_database()
    data = str(tmp_path / "data")
    env = clean_environment(DATABASE_URL=database.url.render_as_string(hide_password=False), FIRSTPRINT_DATA=data)
    recorded = firstprint(tmp_path / "run", "run", "--simulated", "--for", "5", "--data", data, env=env)
    assert recorded.process.returncode == 0, recorded.said
    assert not (tmp_path / "data" / "firstprint.sqlite").exists()
    proof = ("verify", "--truth", str(tmp_path / "data-truth.jsonl"), "--json")
    assert_proved(json.loads(firstprint(tmp_path / "verify", *proof, env=env).out.read_text()))
    rebuilt = firstprint(tmp_path / "rebuild", "rebuild", "--yes", env=env)
    assert rebuilt.process.returncode == 0, rebuilt.said
    assert_proved(json.loads(firstprint(tmp_path / "verify", *proof, env=env).out.read_text()))
    postgres.drop(database)
