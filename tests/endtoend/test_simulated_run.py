"""`firstprint run --simulated`, and then every command that reads what it left."""

import sqlite3
from pathlib import Path

from processes import answer, assert_proved, clean_environment, expect_nobody_left, firstprint

from firstprint.journal.folder import DataFolder


def test_a_run_with_standard_faults_is_proved_read_rebuilt_and_proved_again(tmp_path: Path) -> None:
    """F3, B1-B6, B13: record a world with faults, and every command then agrees with what happened."""
    data, logs = tmp_path / "data", tmp_path / "logs"
    where = ("--data", str(data))
    run = firstprint(logs, "run", "--simulated", "--for", "6", "--seed", "3", "--faults", "standard",
                     "--markets", "40", "--rate", "300", *where)  # fmt: skip
    assert run.process.returncode == 0, run.said
    assert f"Prove it:  firstprint verify --data {data} --truth {tmp_path / 'data-truth.jsonl'}" in run.said
    expect_nobody_left(str(data))
    assert list((data / "parquet").rglob("*.parquet"))

    truth = ("--truth", str(tmp_path / "data-truth.jsonl"))
    proof = answer(logs, "verify", *where, *truth)
    assert_proved(proof)
    (session,) = answer(logs, "sessions", *where)["sessions"]
    assert (session["outcome"], session["sealed"]) == ("clean", session["segments"])
    gaps = answer(logs, "gaps", *where)["gaps"]
    assert len(gaps) == proof["gaps"]
    covered = answer(logs, "coverage", *where)["markets"]
    best = max(covered, key=lambda one: one["valid_ns"])
    at_ns = best["joined_wall_ns"] + best["present_ns"] // 2
    shown = firstprint(logs, "book", best["market"], "--at", str(at_ns), *where)
    assert best["market"] in shown.said
    drawn = firstprint(logs, "coverage", best["market"], "--plot", str(tmp_path / "market.png"), *where)
    assert drawn.process.returncode == 0, drawn.said
    assert (tmp_path / "market.png").read_bytes().startswith(b"\x89PNG")
    unknown = firstprint(logs, "coverage", "KXNOSUCH-1", *where)
    assert (unknown.process.returncode, "did not record 'KXNOSUCH-1'" in unknown.said) == (1, True)
    assert answer(logs, "book", "KXNOSUCH-1", "--at", str(at_ns), *where, code=1)["state"] == "NOT_RECORDED"

    asked = firstprint(logs, "rebuild", *where)
    assert "Nothing was changed" in asked.said
    assert firstprint(logs, "rebuild", "--yes", *where).process.returncode == 0
    again = answer(logs, "verify", *where, *truth)
    assert_proved(again)
    assert again["books_checked"] == proof["books_checked"]


def test_each_created_market_joins_with_its_entry_and_its_snapshot(tmp_path: Path) -> None:
    """B2, B3, A6: markets created during the run join as `created`, the others as `mid_life`, all in one session."""
    data, logs = tmp_path / "data", tmp_path / "logs"
    run = firstprint(logs, "run", "--simulated", "--for", "12", "--markets", "20", "--data", str(data))
    assert run.process.returncode == 0, run.said
    with sqlite3.connect(data / "firstprint.sqlite") as store:
        rows = store.execute("select entry, count(*) from market_participation group by entry").fetchall()
        sessions = store.execute("select count(*) from capture_sessions").fetchone()
    store.close()
    entries = dict(rows)
    assert entries["mid_life"] >= 10
    assert entries["created"] >= 1
    assert sessions == (1,)


def test_a_run_links_games_and_records_both_sides_of_every_link(tmp_path: Path) -> None:
    """Games are shown as they are linked, Polymarket's books lie beside Kalshi's, and both are proved right."""
    data, logs = tmp_path / "data", tmp_path / "logs"
    where = ("--data", str(data))
    run = firstprint(logs, "run", "--simulated", "--for", "15", "--markets", "120", "--rate", "300", *where,
                     env=clean_environment(LEAGUES="nba,nfl,nhl,mlb,epl,ucl,ncaaf,ncaab,wnba,mls"))  # fmt: skip
    assert run.process.returncode == 0, run.said
    assert "  linked " in run.said
    links = answer(logs, "links", *where)["links"]
    assert links
    with sqlite3.connect(data / "firstprint.sqlite") as store:
        recorded = {market for (market,) in store.execute("select market from market_participation")}
    store.close()
    assert {link["b_market"] for link in links} & recorded, "Polymarket's side of links is recorded"
    games = answer(logs, "games", *where, "--linked")["games"]
    assert all(game["markets"]["kalshi"] and game["markets"]["polymarket"] for game in games)
    truths = [word for name in ("truth", "poly-truth") for word in ("--truth", str(tmp_path / f"data-{name}.jsonl"))]
    proof = answer(logs, "verify", *where, *truths)
    assert_proved(proof)
    assert proof["books_checked"] > 100
    assert firstprint(logs, "rebuild", "--yes", *where).process.returncode == 0
    again = {link["id"] for link in answer(logs, "links", *where)["links"]}
    assert again == {link["id"] for link in links}


def test_a_simulated_world_writes_no_truth_over_that_of_a_recording(tmp_path: Path) -> None:
    """A second recorder is refused before its simulator starts; a discovery beside a recording writes no truth."""
    data, logs, truth = tmp_path / "data", tmp_path / "logs", tmp_path / "data-truth.jsonl"
    where = ("--data", str(data))
    with DataFolder.open(data, recorder=True):
        truth.write_text("the truth of the recording under way")
        second = firstprint(logs, "run", "--simulated", "--for", "2", *where)
        assert (second.process.returncode, "in use by another recorder" in second.said) == (1, True)
        beside = firstprint(logs, "discover", "--simulated", "--for", "2", *where, env=clean_environment(LEAGUES="nba"))
        assert beside.process.returncode == 0, beside.said
    assert truth.read_text() == "the truth of the recording under way"
