"""From Kalshi's words to ours: times, single messages of both generations, and lifecycle messages."""

import json
from datetime import UTC, datetime

import pytest
import recorded
from feed_kit import Bench
from hypothesis import given
from hypothesis import strategies as st

from firstprint.domain.errors import MalformedMessage
from firstprint.venues.kalshi import parse
from firstprint.venues.kalshi.times import millis_ns, rfc3339_ns, seconds_ns

RECORDINGS = recorded.RECORDINGS / "kalshi-ws"


@given(st.datetimes(datetime(1970, 1, 1), datetime(2262, 1, 1), timezones=st.just(UTC)), st.integers(0, 9))  # noqa: DTZ001 the strategy adds the zone
def test_a_time_is_read_to_the_nanosecond(moment: datetime, digits: int) -> None:
    """RFC 3339 with 0 to 9 fraction digits agrees with datetime, in exact integers (F56)."""
    fraction = f"{moment.microsecond:06d}789"[:digits]
    text = moment.strftime("%Y-%m-%dT%H:%M:%S") + (f".{fraction}" if fraction else "") + "Z"
    whole_s = (moment.replace(microsecond=0) - datetime(1970, 1, 1, tzinfo=UTC)) // (moment.resolution * 10**6)
    assert rfc3339_ns(text) == whole_s * 10**9 + int(fraction.ljust(9, "0"))


@pytest.mark.parametrize(
    "text", [None, "", "soon", "2026-08-07", "2026-08-07T06:46:28", "2026-13-01T00:00:00Z", "1969-12-31T23:59:59Z",
             "9999-12-31T00:00:00Z"],
)  # fmt: skip
def test_a_time_that_cannot_be_read_is_none(text: str | None) -> None:
    """No time is invented, and none is given that a table could not hold (F56)."""
    assert rfc3339_ns(text) is None


@pytest.mark.parametrize("value", [None, True, -1, "1", 1.0, 10**30])
def test_seconds_that_are_none_are_none(value: object) -> None:
    """Only whole seconds from 1970 to 2262 are a time."""
    assert seconds_ns(value) is None
    assert millis_ns(10**30) is None


@recorded.needs_recordings
@pytest.mark.parametrize("name", ["trade-cents-and-dollars.jsonl", "ticker-cents-and-dollars.jsonl"])
def test_messages_with_cents_and_dollars_agree_with_themselves(name: str) -> None:
    """Real messages that carry both generations are taken, and cents are a hundredth of the dollars."""
    lines = [json.loads(line) for line in (RECORDINGS / name).read_text().splitlines() if line.strip()]
    bench = Bench().hear(*lines)
    assert bench.counts == (len(lines), 0, 0, bench.counts[3])
    assert bench.heard.quarantined == []
    for trade, line in zip(bench.heard.trades, lines, strict=False):
        assert trade.yes_price_e6 == line["msg"]["yes_price"] * 10_000


@recorded.needs_recordings
def test_single_real_messages_are_read() -> None:
    """Each single ticker, trade and lifecycle message of 2026 is taken, none quarantined."""
    text = (RECORDINGS / "single-messages-2026.jsonl").read_text()
    frames = [json.loads(line)["frame"] for line in text.splitlines() if line.strip()]
    heard = [Bench().hear(frame) for frame in frames]
    assert [bench.heard.quarantined for bench in heard] == [[]] * len(frames)
    kinds = [bool(bench.heard.trades or bench.heard.tickers or bench.heard.lifecycle) for bench in heard]
    assert all(kinds)


def test_what_a_creation_says_becomes_facts() -> None:
    """`created` gives open and close time, event, title and grid, in our units."""
    event = parse.market_event(
        {"market_ticker": "M", "event_type": "created", "open_ts": 10, "close_ts": 20,
         "price_ranges": [{"start": "0.0000", "end": "1.0000", "step": "0.0100"}],
         "additional_metadata": {"event_ticker": "E", "title": "T"}}, 1, 2,
    )  # fmt: skip
    facts = event.facts
    assert facts is not None
    assert (facts.open_ns, facts.close_ns, facts.event_ticker, facts.status) == (10**10, 2 * 10**10, "E", "initialized")
    assert facts.grid is not None
    assert facts.grid.holds(410_000)


def test_an_unknown_event_type_is_an_event_and_moves_nothing() -> None:
    """A lifecycle type that we do not know is kept with all it said (F35)."""
    event = parse.market_event({"market_ticker": "M", "event_type": "renamed", "to": "N"}, 1, 2)
    assert (event.event_type, event.raw["to"]) == ("renamed", "N")
    assert event.facts is not None
    assert event.facts.status is None


@pytest.mark.parametrize(
    "ranges",
    [[{"start": "0"}], [{"start": "0", "end": "1", "step": "0"}], ["x"], [{"start": "1", "end": "0", "step": "1"}]],
)
def test_a_grid_that_leads_nowhere_is_malformed(ranges: list) -> None:
    """A grid is the venue's data: one that cannot be read is never guessed."""
    with pytest.raises(MalformedMessage, match="BAD_GRID"):
        parse.price_grid(ranges)
