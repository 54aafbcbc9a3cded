"""What Gamma answers, in all its shapes: pages, lists, single objects; JSON within text; and what is no answer."""

import contextlib
import json
from typing import Any

import pytest
from gamma_kit import LAKERS, event_row, row, utc_ns
from hypothesis import given
from hypothesis import strategies as st

from firstprint.domain.errors import MalformedMessage
from firstprint.venues.polymarket.entries import is_tradable
from firstprint.venues.polymarket.gamma import new_market, parse_gamma
from firstprint.venues.polymarket.slugs import game_slug, read_suffix
from firstprint.venues.polymarket.times import moment_ns

MARKET = row(LAKERS, ("Grizzlies", "Lakers"), line=-3.5, gameStartTime="2026-01-05 02:30:00+00", gameId="5")
EVENT = event_row(LAKERS, [MARKET], gameId=5, teams=[{"name": "Lakers", "ordering": "home"}, {"name": None}])
TRADABLE = {
    "active": True, "closed": False, "enableOrderBook": True, "acceptingOrders": True, "umaResolutionStatus": "",
}  # fmt: skip


def parsed(body: Any) -> Any:
    """Parse a body written as JSON."""
    return parse_gamma(json.dumps(body).encode())


@pytest.mark.parametrize(
    ("body", "events", "markets", "cursor"),
    [
        ({"events": [EVENT], "next_cursor": "abc"}, 1, 0, "abc"),
        ({"events": [EVENT]}, 1, 0, None),
        ({"markets": [MARKET], "next_cursor": ""}, 0, 1, None),
        ([EVENT, EVENT], 2, 0, None),
        ([MARKET], 0, 1, None),
        ([EVENT, MARKET], 1, 1, None),
        ({"data": [EVENT], "pagination": {"hasMore": False, "totalResults": 1}}, 1, 0, None),
        ({"events": [EVENT], "tags": [], "profiles": None}, 1, 0, None),
        ({"events": [], "next_cursor": None}, 0, 0, None),
        (EVENT, 1, 0, None),
        (MARKET, 0, 1, None),
        ({**MARKET, "events": [event_row(LAKERS, [])]}, 0, 1, None),
        ([], 0, 0, None),
    ],
)
def test_every_shape_is_read(body: Any, events: int, markets: int, cursor: str | None) -> None:
    """Keyset pages, bare lists, searches, single events and markets."""
    page = parsed(body)
    assert (len(page.events), len(page.markets), page.next_cursor, page.unreadable) == (events, markets, cursor, [])


def test_an_event_is_read_field_by_field() -> None:
    """Ids become text, numbers millionths, times nanoseconds, and lists within text lists."""
    (event,) = parsed(EVENT).events
    (market,) = event.markets
    assert (event.id, event.slug, event.game_id, [team.name for team in event.teams]) == ("9", LAKERS, "5", ["Lakers"])
    assert (market.outcomes, market.tokens) == (("Grizzlies", "Lakers"), (f"{LAKERS}/Grizzlies", f"{LAKERS}/Lakers"))
    assert (market.line_e6, market.start_ns) == (-3_500_000, utc_ns("2026-01-05T02:30:00"))


def test_a_market_says_its_event() -> None:
    """A market outside of an event's list brings the event with it."""
    (market,) = parsed([{**MARKET, "events": [event_row(LAKERS, [], title="Grizzlies vs. Lakers")]}]).markets
    assert market.event is not None
    assert (market.event.title, market.event.markets) == ("Grizzlies vs. Lakers", ())


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"outcomes": ["A", "B"], "clobTokenIds": ["1", "2"]}, (("A", "B"), ("1", "2"))),
        ({"outcomes": '["A","B"]', "clobTokenIds": ""}, (("A", "B"), ())),
        ({"outcomes": None, "clobTokenIds": None}, ((), ())),
    ],
)
def test_lists_come_as_text_or_as_lists(fields: dict[str, Any], expected: tuple[Any, Any]) -> None:
    """Both are one thing."""
    (market,) = parsed([{**MARKET, **fields}]).markets
    assert (market.outcomes, market.tokens) == expected


@pytest.mark.parametrize(("line", "line_e6"), [("-3.5", -3_500_000), (245.5, 245_500_000), ("", None), (None, None)])
def test_numbers_come_as_numbers_or_as_text(line: Any, line_e6: int | None) -> None:
    """Nothing is rounded on the way."""
    (market,) = parsed([{**MARKET, "line": line}]).markets
    assert market.line_e6 == line_e6


@pytest.mark.parametrize(
    "broken",
    [
        {"line": "much"},
        {"outcomes": "not json"},
        {"outcomes": [1, 2]},
        {"slug": None},
        {"line": 1e-9},
        {"active": "so"},
    ],
)
def test_a_broken_market_is_kept_aside_with_why(broken: dict[str, Any]) -> None:
    """Its event and the other markets of it are read."""
    page = parsed([event_row(LAKERS, [{**MARKET, **broken}, MARKET])])
    assert ([len(event.markets) for event in page.events], len(page.unreadable)) == ([1], 1)
    why, raw = page.unreadable[0]
    assert why
    assert json.loads(raw)["conditionId"] == MARKET["conditionId"]


def test_new_fields_are_welcome() -> None:
    """What is not known is passed over."""
    assert parsed([{**EVENT, "brandNew": {"deep": [1]}, "markets": [{**MARKET, "alsoNew": 1}]}]).unreadable == []


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"<!DOCTYPE html><html><body>502</body></html>", "HTML_BODY"),
        (b"\n <html>", "HTML_BODY"),
        (b'{"type":"validation error","error":"offset too large"}', "NO_ROWS"),
        (b"{}", "NO_ROWS"),
        (b"", "BAD_BODY"),
        (b"null", "BAD_BODY"),
        (b'{"events":5}', "BAD_BODY"),
        (b"[[]", "BAD_BODY"),
        (b"\xff\xfe", "BAD_BODY"),
    ],
)
def test_what_is_no_answer_is_refused(body: bytes, why: str) -> None:
    """A page of HTML says so, and so does an error of Gamma's: neither is an empty list."""
    with pytest.raises(MalformedMessage) as refused:
        parse_gamma(body)
    assert refused.value.reason == why


@pytest.mark.parametrize(
    "changed",
    [{"active": False}, {"closed": True}, {"enableOrderBook": False}, {"acceptingOrders": False},
     {"umaResolutionStatus": "proposed"}, {"archived": True}, {"acceptingOrders": None}],
)  # fmt: skip
def test_what_does_not_trade_is_told(changed: dict[str, Any]) -> None:
    """Closed and accepting orders at once does occur: every condition counts."""
    (market,) = parsed([{**MARKET, **TRADABLE}]).markets
    assert is_tradable(market)
    (market,) = parsed([{**MARKET, **TRADABLE, **changed}]).markets
    assert not is_tradable(market)


def test_a_new_market_of_the_stream_is_a_market() -> None:
    """The stream says the same in other words: text numbers, empty where nothing is stated."""
    frame = {
        "event_type": "new_market", "id": "1", "slug": f"{LAKERS}-spread-home-3pt5", "market": "0xabc",
        "outcomes": ["Lakers", "Grizzlies"], "assets_ids": ["1", "2"], "sports_market_type": "spreads", "line": "-3.5",
        "game_start_time": "2026-01-05T02:30:00Z", "order_price_min_tick_size": "0.01", "active": True,
        "event_message": {"id": "9", "slug": LAKERS, "title": "Grizzlies vs. Lakers"},
    }  # fmt: skip
    market = new_market(json.dumps(frame).encode())
    assert (market.condition_id, market.tokens, market.line_e6, market.tick_e6) == (
        "0xabc",
        ("1", "2"),
        -3_500_000,
        10_000,
    )
    assert market.event is not None
    assert market.event.slug == LAKERS
    bare = new_market(json.dumps({**frame, "line": "", "game_start_time": "", "event_message": None}).encode())
    assert (bare.line_e6, bare.start_ns, bare.event) == (None, None, None)
    with pytest.raises(MalformedMessage):
        new_market(json.dumps({**frame, "line": "some"}).encode())
    with pytest.raises(MalformedMessage):
        new_market(b"PONG")


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("2026-01-05 02:30:00+00", utc_ns("2026-01-05T02:30:00")),
        ("2026-01-05T02:30:00Z", utc_ns("2026-01-05T02:30:00")),
        ("2026-01-03T15:06:04.241696Z", utc_ns("2026-01-03T15:06:04") + 241_696_000),
        ("2026-01-04T21:30:00-05:00", utc_ns("2026-01-05T02:30:00")),
        ("2026-01-05", None), ("2026-01-05T02:30:00", None), ("", None), (None, None), ("1601-01-01T00:00:00Z", None),
        ("soon", None),
    ],
)  # fmt: skip
def test_times_have_a_zone_or_are_none(text: str | None, ns: int | None) -> None:
    """No zone is assumed, and no time invented."""
    assert moment_ns(text) == ns


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("nba-mem-lal-2026-01-04", ("nba", "mem", "lal", None, "")),
        ("mlb-stl-cin-2026-08-17-dh2", ("mlb", "stl", "cin", 2, "")),
        ("mlb-stl-cin-2026-08-17-dh2-total-8pt5", ("mlb", "stl", "cin", 2, "total-8pt5")),
        ("epl-ars-che-2026-09-15-more-markets", ("epl", "ars", "che", None, "more-markets")),
        ("nba-mem-lal-2026-01-04-20260617190323537", ("nba", "mem", "lal", None, "")),
    ],
)
def test_slugs_of_games_are_read(slug: str, expected: tuple[Any, ...]) -> None:
    """League, codes, the number of the game, and the rest without the tail of a relisting."""
    found = game_slug(slug)
    assert found is not None
    assert (found.league, found.first, found.second, found.game, found.rest) == expected


@pytest.mark.parametrize("slug", ["fed-decision-in-july", "nba-mem-lal-2026-13-40", "wnba-2026-champion-464", ""])
def test_other_slugs_are_no_games(slug: str) -> None:
    """A season's title and a decision have no two teams and no day."""
    assert game_slug(slug) is None


@given(st.text(max_size=120))
def test_any_slug_is_read_without_harm(slug: str) -> None:
    """Slugs are outside text too."""
    game_slug(slug), game_slug(f"nba-mem-lal-2026-01-04-{slug}"), read_suffix(slug, frozenset({"points"}))
    moment_ns(slug)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["events", "markets", "data", "slug", "id", "outcomes", "line", "teams", "question", "gameId"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=16,
)


@given(st.binary(max_size=200) | values.map(lambda value: json.dumps(value).encode()))
def test_no_body_raises_anything_else(body: bytes) -> None:
    """Whatever arrives is a page, or a MalformedMessage; and so it is with the stream's new markets."""
    with contextlib.suppress(MalformedMessage):
        parse_gamma(body)
    with contextlib.suppress(MalformedMessage):
        new_market(body)
