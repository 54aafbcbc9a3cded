"""The numbering of frames, as recorded conversations show it."""

from typing import Any

from sim_kit import Venue


def outline(frames: list[dict[str, Any]]) -> list[tuple[str, int | None, int | None, int | None]]:
    """Give type, id, sid and seq of each frame."""
    return [(f["type"], f.get("id"), f.get("sid"), f.get("seq")) for f in frames]


def test_a_recorded_conversation_of_subscribes_is_numbered_as_the_venue_did() -> None:
    """`subscribed` has no number; then ok(n) and snapshot(n+1) alternate on one sid, and each ok lists all."""
    venue = Venue()
    connection = venue.connect()
    a, b, c = venue.open_tickers(3)
    for number, ticker in enumerate((c, a, b), start=1):
        venue.books(connection, ticker, number=number)
    frames = venue.hear(connection)
    assert outline(frames) == [
        ("subscribed", 1, None, None),
        ("orderbook_snapshot", None, 1, 1),
        ("ok", 2, 1, 2),
        ("orderbook_snapshot", None, 1, 3),
        ("ok", 3, 1, 4),
        ("orderbook_snapshot", None, 1, 5),
    ]
    assert frames[0]["msg"] == {"channel": "orderbook_delta", "sid": 1}
    assert frames[4]["msg"] == {"market_tickers": sorted([a, b, c])}


def test_acknowledgements_and_asked_for_snapshots_consume_numbers() -> None:
    """get_snapshot is answered with the command's id and a number; so are delete_markets and unsubscribe (F24)."""
    venue = Venue()
    connection = venue.connect()
    a, b = venue.open_tickers(2)
    venue.books(connection, a, b)
    venue.hear(connection)
    venue.tell(connection, "update_subscription", 5, sids=[1], action="get_snapshot", market_tickers=[a])
    venue.tell(connection, "update_subscription", 6, sid=1, action="delete_markets", market_tickers=[a])
    venue.tell(connection, "unsubscribe", 7, sids=[1])
    frames = venue.hear(connection)
    assert outline(frames) == [("orderbook_snapshot", 5, 1, 3), ("ok", 6, 1, 4), ("unsubscribed", 7, 1, 5)]
    assert "msg" not in frames[2]


def test_numbers_of_a_sid_have_no_hole_over_all_markets_and_acknowledgements() -> None:
    """With books moving and commands in between, each numbered sid counts 1, 2, 3, ... to its end."""
    venue = Venue(rate_per_s=400, created_per_s=3)
    connection = venue.connect()
    tickers = venue.open_tickers(20)
    venue.books(connection, *tickers[:10])
    venue.tell(connection, "subscribe", 2, channels=["trade", "market_lifecycle_v2", "ticker"])
    for number, ticker in enumerate(tickers[10:], start=3):
        venue.run(0.3)
        venue.tell(connection, "update_subscription", number, sid=1, action="add_markets", market_tickers=[ticker])
    frames = venue.hear(connection)
    for sid in (1, 2, 3):
        numbers = [f["seq"] for f in frames if f.get("sid") == sid and "seq" in f]
        assert numbers == list(range(1, len(numbers) + 1))
        assert numbers
    assert all("seq" not in f for f in frames if f["type"] == "ticker")


def test_a_snapshot_comes_before_any_delta_of_its_market() -> None:
    """No delta of a market precedes its snapshot on a connection."""
    venue = Venue(rate_per_s=1_000, command_delay_ms_max=5.0)
    connection = venue.connect()
    for number, ticker in enumerate(venue.open_tickers(20), start=1):
        venue.books(connection, ticker, number=number)
        venue.run(0.02)
    venue.run(1)
    seen: set[str] = set()
    for frame in venue.hear(connection):
        if frame["type"] == "orderbook_snapshot":
            seen.add(frame["msg"]["market_ticker"])
        if frame["type"] == "orderbook_delta":
            assert frame["msg"]["market_ticker"] in seen


def test_commands_given_together_are_answered_out_of_order() -> None:
    """With a delay, twelve commands are all answered, and not in the order given."""
    venue = Venue(command_delay_ms_max=5.0)
    connection = venue.connect()
    for number, ticker in enumerate(venue.open_tickers(12), start=1):
        venue.books(connection, ticker, number=number)
    venue.run(0.1)
    answers = [f["id"] for f in venue.hear(connection) if "id" in f]
    assert sorted(answers) == list(range(1, 13))
    assert answers != sorted(answers)


def test_a_new_subscription_on_the_connection_has_a_new_sid_and_counts_from_one() -> None:
    """After unsubscribe the channel opens under the next sid, numbered from 1."""
    venue = Venue()
    connection = venue.connect()
    (a,) = venue.open_tickers(1)
    venue.books(connection, a)
    venue.tell(connection, "unsubscribe", 2, sids=[1])
    venue.books(connection, a, number=3)
    assert outline(venue.hear(connection))[-2:] == [
        ("subscribed", 3, None, None),
        ("orderbook_snapshot", None, 2, 1),
    ]
