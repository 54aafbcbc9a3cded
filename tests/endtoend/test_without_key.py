"""Without a key what is public is recorded by REST, and one line says what a key would add."""

import sqlite3
from pathlib import Path

import duckdb
from processes import answer, clean_environment, firstprint, simulator


def test_markets_and_books_are_recorded_by_rest_and_no_book_is_valid(tmp_path: Path) -> None:
    """F2: no key, no stream: snapshots come by REST as rows, no book is VALID, and one line says what a key adds."""
    data, logs = tmp_path / "data", tmp_path / "logs"
    with simulator(tmp_path / "venue") as venue:
        run = firstprint(logs, "run", "--for", "4", "--data", str(data), env=clean_environment(**venue.public))
    assert run.process.returncode == 0, run.said
    (notice,) = [line for line in run.said.splitlines() if "No Kalshi key" in line]
    assert "KALSHI_KEY_ID" in notice
    assert "A key" in notice
    with sqlite3.connect(data / "firstprint.sqlite") as store:
        markets = store.execute("select count(*) from markets").fetchone()[0]
    store.close()
    assert markets >= 20
    covered = answer(logs, "coverage", "--data", str(data))
    assert covered["markets"]
    assert covered["valid_ns"] == 0
    report = answer(logs, "verify", "--data", str(data))
    assert (report["silent_gaps"], report["books_wrong"], report["sink_missing"]) == (0, 0, 0)
    rows = duckdb.read_parquet(f"{data}/parquet/orderbook_snapshots/**/*.parquet").unique("source")
    assert rows.fetchall() == [("rest",)]
