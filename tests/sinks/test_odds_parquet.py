"""The history of odds as files: every quote comes back exactly, in its place, or waits."""

from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.linked_world import AT_NS, MARGIN, START_NS, WINNER, a_consensus, a_sighting

from firstprint.domain.errors import DataFolderError
from firstprint.domain.odds import OddsEvent, Quote
from firstprint.journal.files import DiskFiles
from firstprint.sinks.odds_parquet import OddsHistory
from firstprint.sinks.parquet import NS_PER_DAY, SinkUnavailable

NBA = "basketball_nba"
DATE = "2026-08-07"


def a_quote(book: str = "draftkings", **fields: Any) -> Quote:
    """Make a quote on who wins."""
    known: dict[str, Any] = {
        "book": book, "outcomes": (WINNER, WINNER), "polarities": (True, False), "odds_e6": (1_760_000, 2_150_000),
        "updated_ns": AT_NS,
    }  # fmt: skip
    return Quote(**known | fields)


def an_event(*quotes: Quote, sport_key: str = NBA) -> OddsEvent:
    """Make an event with quotes."""
    return OddsEvent(sighting=a_sighting("oddsapi", "e1"), sport_key=sport_key, quotes=quotes)


def history(folder: Path, **fields: Any) -> OddsHistory:
    """Open a history."""
    return OddsHistory(folder, DiskFiles(), "s1", **fields)


def rows(folder: Path, table: str, columns: str) -> list[tuple[Any, ...]]:
    """Read the rows of a table as any reader of Parquet does."""
    pattern = str(folder / table / "date=*" / "sport=*" / "*.parquet")
    query = f"SELECT {columns} FROM read_parquet('{pattern}') ORDER BY record, book, odds_e6"  # noqa: S608 a test's own
    if table != "odds":
        query = query.partition(" ORDER BY")[0]
    return duckdb.sql(query).fetchall()


def test_every_quote_comes_back_exactly(tmp_path: Path) -> None:
    """D5: a row says which book quoted what on which bet and when, in exact millionths; what is not said is NULL."""
    odds = history(tmp_path)
    spread = a_quote("fanduel", outcomes=(MARGIN,), polarities=(False,), odds_e6=(1_909_091,), updated_ns=None)
    odds.take([an_event(a_quote(), spread)], record=7, wall_ns=AT_NS, contests={"e1": "c1"})
    odds.take([an_event(a_quote(odds_e6=(1, 2)))], record=8, wall_ns=AT_NS, contests={})
    assert odds.flush() == 1
    columns = "record, book, contest, kind, side, line_e6, pays_when_true, odds_e6, updated_ns, stat"
    assert rows(tmp_path, "odds", columns) == [
        (7, "draftkings", "c1", "winner", "atl", None, True, 1_760_000, AT_NS, None),
        (7, "draftkings", "c1", "winner", "atl", None, False, 2_150_000, AT_NS, None),
        (7, "fanduel", "c1", "margin", "atl", -3_500_000, False, 1_909_091, None, None),
        (8, "draftkings", None, "winner", "atl", None, True, 1, AT_NS, None),
        (8, "draftkings", None, "winner", "atl", None, False, 2, AT_NS, None),
    ]
    told = rows(tmp_path, "odds", "session, event, league, start_ns, recv_wall_ns, sport_key")
    assert set(told) == {("s1", "e1", "NBA", START_NS, AT_NS, NBA)}


def test_consensus_is_kept_with_its_books(tmp_path: Path) -> None:
    """D5: what the books together say is kept with both spreads, and each book with its age."""
    odds = history(tmp_path)
    odds.take_consensus([a_consensus()], record=3, sport_key=NBA)
    odds.flush()
    [(record, probability, method, spread, books)] = rows(
        tmp_path, "odds_consensus", "record, probability, method, method_spread, books"
    )
    assert (record, probability, method, spread) == (3, 0.505, "power", 0.01)
    assert [book["age_s"] for book in msgspec.json.decode(books)] == [12.5, 12.5]


def test_files_lie_by_date_and_sport(tmp_path: Path) -> None:
    """A file is of one date and one sport, and a sport that cannot name a folder names none."""
    odds = history(tmp_path)
    for sport, wall_ns in ((NBA, AT_NS), (NBA, AT_NS + NS_PER_DAY), ("../../etc", AT_NS), ("", AT_NS)):
        odds.take([an_event(a_quote(), sport_key=sport)], record=1, wall_ns=wall_ns, contests={})
    assert odds.flush() == 3
    assert sorted(path.relative_to(tmp_path).parent.as_posix() for path in tmp_path.rglob("*.parquet")) == [
        f"odds/date={DATE}/sport={NBA}", f"odds/date={DATE}/sport=other", f"odds/date=2026-08-08/sport={NBA}",
    ]  # fmt: skip
    assert {row[0] for row in rows(tmp_path, "odds", "sport_key")} == {NBA, "../../etc", ""}


def test_what_waits_is_bounded(tmp_path: Path) -> None:
    """No more rows wait than allowed: one more writes those that do."""
    odds = history(tmp_path, rows_max=5)
    for record in range(4):
        odds.take([an_event(a_quote())], record=record, wall_ns=AT_NS, contests={})
        assert odds.pending <= 5
    odds.flush()
    assert (odds.pending, odds.flush()) == (0, 0)
    assert [row[0] for row in rows(tmp_path, "odds", "record")] == [0, 0, 1, 1, 2, 2, 3, 3]


def test_a_disk_that_refuses_loses_nothing(tmp_path: Path) -> None:
    """What cannot be written waits and is written later, once; a full waiting room says that it is full."""
    folder = tmp_path / "odds-folder"
    folder.write_text("a file where the folder should be")
    odds = history(folder, rows_max=2)
    odds.take([an_event(a_quote())], record=1, wall_ns=AT_NS, contests={})
    with pytest.raises(SinkUnavailable):
        odds.take([an_event(a_quote())], record=2, wall_ns=AT_NS, contests={})
    assert odds.pending == 2
    folder.unlink()
    odds.flush()
    assert [row[0] for row in rows(folder, "odds", "record")] == [1, 1]


def test_unfinished_files_are_removed_at_the_next_start(tmp_path: Path) -> None:
    """What a crash left behind is removed, and what is finished stays."""
    odds = history(tmp_path)
    odds.take([an_event(a_quote())], record=1, wall_ns=AT_NS, contests={})
    odds.flush()
    [finished] = tmp_path.rglob("*.parquet")
    finished.with_name("s0-1.parquet.tmp").write_bytes(b"half")
    history(tmp_path).prepare()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [finished]


def test_a_session_that_cannot_name_a_file_is_refused(tmp_path: Path) -> None:
    """A session's id is part of a path: one that is more than a name is refused."""
    with pytest.raises(DataFolderError):
        OddsHistory(tmp_path, DiskFiles(), "../s")


@given(
    quotes=st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=("Cs",)), max_size=20),
            st.integers(1, 1 << 62),
            st.none() | st.integers(0, 1 << 62),
        ),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_any_quote_survives_the_file(tmp_path_factory: pytest.TempPathFactory, quotes: list[Any]) -> None:
    """Whatever a book is called and quotes, the file gives it back."""
    folder = tmp_path_factory.mktemp("odds")
    odds = history(folder)
    told = [
        a_quote(book, outcomes=(WINNER,), polarities=(True,), odds_e6=(odds_e6,), updated_ns=updated_ns)
        for book, odds_e6, updated_ns in quotes
    ]
    odds.take([an_event(*told)], record=1, wall_ns=AT_NS, contests={})
    odds.flush()
    found = rows(folder, "odds", "book, odds_e6, updated_ns")
    assert sorted(found, key=repr) == sorted(quotes, key=repr)
