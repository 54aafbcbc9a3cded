"""By whom events are settled, out of whole payloads; what cannot be read says nothing and breaks nothing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstprint.venues.kalshi.settling import sources_within

ROW = {
    "event_ticker": "KXNBAGAME-26JAN09LALBOS",
    "settlement_sources": [{"name": "the Governing League", "url": "https://www.nba.com/"}, {"name": "ESPN"}],
}
NAMED = {"KXNBAGAME-26JAN09LALBOS": ("https://www.nba.com/", "ESPN")}


@pytest.mark.parametrize("told", [{"events": [ROW], "cursor": ""}, [ROW], {"event": ROW, "markets": []}])
def test_sources_are_found_in_each_shape(told: object) -> None:
    """A source is its address, or its name where it has none."""
    assert sources_within(json.dumps(told).encode()) == NAMED


def test_an_event_without_sources_has_none() -> None:
    """Null and empty lists are not stated; the event beside them is."""
    rows = [{"event_ticker": "A", "settlement_sources": None}, {"event_ticker": "B", "settlement_sources": []}, ROW]
    assert sources_within(json.dumps({"events": rows}).encode()) == NAMED


@given(st.binary(max_size=200), st.booleans())
def test_nothing_is_raised_for_bytes_that_are_no_payload(body: bytes, named: bool) -> None:
    """Whatever comes, listings are read without sources."""
    assert sources_within((b'{"settlement_sources"' if named else b"") + body) == {}
