"""Times and money: exact both ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstprint.domain.units import parse_e6
from firstprint.serve.cursors import from_cursor, to_cursor
from firstprint.serve.moments import NS_MAX, dollars, read_moment, rfc3339


@given(st.integers(-NS_MAX, NS_MAX))
def test_a_time_survives_being_said_and_read(wall_ns: int) -> None:
    """C5: every time that the tables can hold comes back to the nanosecond."""
    assert read_moment(rfc3339(wall_ns)) == wall_ns


@given(st.integers(0, 9_000_000_000), st.integers(0, 999_999_999))
def test_unix_seconds_are_read_exactly(seconds: int, rest_ns: int) -> None:
    """C5: Unix seconds with decimals are the nanoseconds that they say."""
    assert read_moment(f"{seconds}.{rest_ns:09d}") == seconds * 10**9 + rest_ns
    assert read_moment(str(seconds)) == seconds * 10**9


@pytest.mark.parametrize(
    "text",
    ["", "now", "1e9", "-1", "2026-08-07", "2026-08-07T06:46:28", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00+99:00",
     "9999-01-01T00:00:00Z", "٢٠٢٦", "1.", "1.0000000001"],
)  # fmt: skip
def test_what_is_no_time_is_refused(text: str) -> None:
    """F5: a time without a zone, or none at all, is never guessed."""
    with pytest.raises(ValueError, match=r"time|month|day|offset|hour"):
        read_moment(text)


@given(st.integers(-(10**15), 10**15))
def test_money_survives_being_said_and_read(value_e6: int) -> None:
    """C5: an amount comes back to the millionth, and has at least two decimals."""
    text = dollars(value_e6)
    assert parse_e6(text) == value_e6
    assert len(text.partition(".")[2]) >= 2


@given(st.text(min_size=1).filter(lambda text: "\0" not in text and text.isprintable()))
def test_a_cursor_survives_being_sent_and_sent_back(place: str) -> None:
    """C5: a cursor is safe in an address, and is read as the place it was made of."""
    cursor = to_cursor(place)
    assert cursor.replace("-", "").replace("_", "").isalnum()
    assert from_cursor(cursor) == place
