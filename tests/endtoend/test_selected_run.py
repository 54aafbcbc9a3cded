"""`firstprint run` with a selection: only the chosen series are subscribed, and the record of them is whole."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from processes import answer, assert_proved, clean_environment, firstprint

from firstprint.app.selection import Selection
from firstprint.app.settings import RecorderSettings
from firstprint.bootstrap.recording import recording
from firstprint.bootstrap.simulating import SimOptions, simulated_kalshi
from firstprint.config import Config
from firstprint.domain.lifecycle import Entry

MLB = ("KXMLBGAME-", "KXMLBSPREAD-", "KXMLBTOTAL-")
"""How the simulated venue names the markets of the league's three series."""


def _stays(data: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(data / "firstprint.sqlite") as store:
        rows = store.execute("select market, entry from market_participation").fetchall()
    store.close()
    return rows


def test_a_run_of_one_league_records_its_series_and_nothing_else(tmp_path: Path) -> None:
    """A3, A6: a league's markets and those created meanwhile are recorded without a hole; no other market is."""
    data, logs = tmp_path / "data", tmp_path / "logs"
    run = firstprint(logs, "run", "--simulated", "--for", "8", "--markets", "120", "--rate", "300", "--data", str(data),
                     env=clean_environment(LEAGUES="mlb"))  # fmt: skip
    assert run.process.returncode == 0, run.said
    assert "Recording leagues MLB; what else the venue tells is kept" in run.said
    proof = answer(logs, "verify", "--data", str(data), "--truth", str(tmp_path / "data-truth.jsonl"))
    assert_proved(proof)
    stays = _stays(data)
    assert stays
    assert all(market.startswith((*MLB, "0x")) for market, _ in stays), "Polymarket's side of a link is recorded too"


def test_a_sports_only_run_counts_what_it_turns_away(tmp_path: Path) -> None:
    """D1, A8: with SPORTS_ONLY and DRY_RUN no coin is recorded, and the counters and the dry run are said."""
    data, logs = tmp_path / "data", tmp_path / "logs"
    run = firstprint(logs, "run", "--simulated", "--for", "8", "--markets", "40", "--rate", "200", "--data", str(data),
                     env=clean_environment(SPORTS_ONLY="1", DRY_RUN="1"))  # fmt: skip
    assert run.process.returncode == 0, run.said
    assert "DRY_RUN: nothing places an order." in run.said
    (line,) = [line for line in run.said.splitlines() if line.startswith("Sports only: ")]
    words = line.removeprefix("Sports only: ").split()
    counts = {name: int(value.replace(",", "")) for name, value in zip(words[::2], words[1::2], strict=True)}
    rejected = counts["rejected_non_sports"] + counts["rejected_unknown"]
    assert counts["messages_received"] == counts["messages_processed"] + rejected
    assert counts["messages_processed"] > 0
    assert counts["rejected_non_sports"] > 0
    assert counts["markets_cached"] <= counts["markets_discovered"]
    assert not [market for market, _ in _stays(data) if market.startswith(("KXBTC", "KXETH", "KXFED", "KXSOL"))]
    assert_proved(answer(logs, "verify", "--data", str(data), "--truth", str(tmp_path / "data-truth.jsonl")))


@pytest.mark.parametrize(("name", "value"), [("LEAGUES", "NBAA"), ("SPORTS_ONLY", "maybe"), ("MASTER_URL", "nowhere")])
def test_a_wrong_setting_ends_the_start_with_one_line(tmp_path: Path, name: str, value: str) -> None:
    """F5: a setting that cannot be used is one line with its name and its value, and nothing starts."""
    run = firstprint(tmp_path / "logs", "run", "--simulated", "--for", "1", "--data", str(tmp_path / "data"),
                     env=clean_environment(**{name: value}))  # fmt: skip
    assert run.process.returncode == 1
    (line,) = [line for line in run.said.splitlines() if line.startswith("firstprint: ")]
    assert name in line
    assert repr(value) in line


async def test_created_markets_of_a_chosen_series_join_without_a_hole_for_the_others(tmp_path: Path) -> None:
    """A6, B2: markets created while running join as `created` on the live connections; the truth log agrees in full."""
    series = ("KXBTC15M", "KXETH15M", "KXMLBGAME", "KXMLBSPREAD", "KXMLBTOTAL")
    settings = RecorderSettings(selection=Selection(series=series))
    truth, data = tmp_path / "truth.jsonl", tmp_path / "data"
    options = SimOptions(markets=60, created_per_s=20.0, rate_per_s=300.0, truth=truth)
    async with simulated_kalshi(options, tmp_path / "keys") as where:
        config = Config(
            data=data,
            kalshi_rest_url=where.rest_url,
            kalshi_ws_url=where.ws_url,
            kalshi_key_id=where.key_id,
            kalshi_key_path=Path(where.key_path),
            recorder=settings,
        )
        async with recording(config) as under_way, asyncio.timeout(60):
            capture = under_way.recorder.capture
            late: list[str] = []
            while len(late) < 5 or not all(capture.shelf.book(market).valid for market in late):
                await asyncio.sleep(0.05)
                stays = capture.attendance.present.values()
                late = [stay.market for stay in stays if stay.entry is Entry.CREATED]
            assert all(market.startswith(series) for market in capture.attendance.present)
    assert_proved(answer(tmp_path / "logs", "verify", "--data", str(data), "--truth", str(truth)))
