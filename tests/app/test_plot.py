"""The pictures: drawn whole, and safe with hostile words."""

import json
from pathlib import Path

import pytest
from verify_kit import SESSION, Script, clean_session, repaired

from firstprint.app.coverage import coverage
from firstprint.app.market_story import market_story
from firstprint.app.venues import Venues
from firstprint.cli.plot import plot_coverage, plot_market, safe
from firstprint.domain.errors import ConfigurationError
from firstprint.venues.kalshi.venue import KalshiVenue

PNG = b"\x89PNG\r\n\x1a\n"
HOSTILE = "$\\frac{1}{0}$ '; DROP TABLE \x00 \u202e <b> %s {x} " + "x" * 2_000


def recorded(markets: int = 3) -> Script:
    """Record some markets with a hole, junk, trades and a lost connection."""
    script, venue = clean_session([f"KX$M_{number}^" for number in range(markets)], deltas=400)
    body = {"market_ticker": venue.markets[0], "event_type": "created", "open_ts": 1, "additional_metadata": {}}
    body["additional_metadata"] = {"title": HOSTILE, "event_ticker": "E"}
    script.frames(1, json.dumps({"type": "market_lifecycle_v2", "sid": 3, "seq": 1, "msg": body}).encode())
    venue.any_delta()
    script.tick(after_ns=60_000_000_000)
    script.frames(1, venue.any_delta(), venue.any_delta())
    script.tick(after_ns=20_000_000_000)
    repaired(script, venue)
    for _ in range(40):
        script.frames(1, *(venue.any_delta() for _ in range(5)), after_ns=1_000_000_000)
    trade = {"trade_id": "t", "market_ticker": venue.markets[0], "yes_price_dollars": "0.4300", "count_fp": "3.00"}
    script.frames(1, json.dumps({"type": "trade", "sid": 2, "seq": 1, "msg": trade}).encode())
    script.disconnect(1)
    script.tick(after_ns=15_000_000_000)
    return script.close()


@pytest.mark.parametrize("markets", [0, 3, 70])
def test_coverage_is_drawn(markets: int, tmp_path: Path) -> None:
    """A session of any size gives a picture of 1200 by 700 points (F4)."""
    script = recorded(markets) if markets else Script().open().close()
    path = tmp_path / "coverage.png"
    plot_coverage(coverage(Venues(KalshiVenue()), SESSION, script.blocks()), path)
    content = path.read_bytes()
    assert content.startswith(PNG)
    assert (int.from_bytes(content[16:20]), int.from_bytes(content[20:24])) == (1_200, 700)


@pytest.mark.parametrize("market", ["KX$M_0^", "unknown"])
def test_a_market_is_drawn(market: str, tmp_path: Path) -> None:
    """A market's life is drawn whatever its title says, and an unknown one is an empty picture (F53)."""
    story = market_story(Venues(KalshiVenue()), SESSION, recorded().blocks(), market)
    path = tmp_path / "market.png"
    plot_market(story, path)
    assert path.read_bytes().startswith(PNG)


def test_a_picture_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    """A wrong ending or folder is an error that names the file."""
    report = coverage(Venues(KalshiVenue()), SESSION, Script().open().close().blocks())
    for name in ("coverage.docx", "no/such/folder.png"):
        with pytest.raises(ConfigurationError, match=r"end.* in \.png"):
            plot_coverage(report, tmp_path / name)


def test_words_from_outside_are_only_words() -> None:
    """No text commands anything, and none is longer than its place (F53)."""
    shown = safe(HOSTILE)
    assert "\x00" not in shown
    assert "\u202e" not in shown
    assert len(shown) <= 90
