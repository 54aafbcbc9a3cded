"""Commands, their answers and their errors."""

import json
from typing import Any

import pytest
from sim_kit import Venue


def codes(frames: list[dict[str, Any]]) -> list[int]:
    """Give the error codes among frames."""
    return [f["msg"]["code"] for f in frames if f["type"] == "error"]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("not json", 1),
        ('{"id":1,"cmd":"subscribe"}', 2),
        ('{"id":1,"cmd":"subscribe","params":{}}', 3),
        ('{"id":1,"cmd":"unsubscribe","params":{}}', 4),
        ('{"id":1,"cmd":"dance","params":{}}', 5),
        ('{"id":1,"cmd":"unsubscribe","params":{"sids":[9]}}', 7),
        ('{"id":1,"cmd":"subscribe","params":{"channels":["nonsense"]}}', 8),
        ('{"id":1,"cmd":"subscribe","params":{"channels":["ticker"],"market_tickers":[5]}}', 11),
        ('{"id":1,"cmd":"update_subscription","params":{"sids":[1,2],"action":"get_snapshot"}}', 12),
        ('{"id":1,"cmd":"update_subscription","params":{"sid":9,"action":"get_snapshot"}}', 7),
        ('{"id":1,"cmd":"update_subscription","params":{"sid":1,"action":"fly"}}', 13),
        ('{"id":1,"cmd":"update_subscription","params":{"sid":1,"action":"get_snapshot"}}', 14),
        ('{"id":1,"cmd":"update_subscription","params":{"sid":1}}', 15),
        ('{"id":1,"cmd":"subscribe","params":{"channels":["orderbook_delta"]}}', 14),
        ('{"id":1,"cmd":"subscribe","params":{"channels":["cfbenchmarks_value"]}}', 24),
        ('{"id":1,"cmd":"subscribe","params":{"channels":["pyth_value"]}}', 28),
    ],
)
def test_a_wrong_command_is_answered_by_its_code(raw: str, code: int) -> None:
    """Each mistake has the venue's own error code, and the command's id where it could be read."""
    venue = Venue()
    connection = venue.connect()
    venue.books(connection, *venue.open_tickers(1))
    venue.hear(connection)
    connection.receive(raw.encode(), venue.now_ns)
    (answer,) = venue.hear(connection)
    assert codes([answer]) == [code]
    assert answer.get("id") == (None if code == 1 else 1)


def test_one_bad_channel_leaves_the_good_ones_open() -> None:
    """A subscribe to a good and a bad channel opens the one and answers error 8 for the other."""
    venue = Venue()
    connection = venue.connect()
    venue.tell(connection, "subscribe", channels=["trade", "nonsense", "market_lifecycle_v2"])
    frames = venue.hear(connection)
    assert [f["msg"].get("channel", f["msg"].get("code")) for f in frames] == ["trade", 8, "market_lifecycle_v2"]


def test_a_subscription_holds_no_more_markets_than_its_cap() -> None:
    """Error 26 refuses what would exceed the cap, and changes nothing."""
    venue = Venue(markets_per_subscription_max=3)
    connection = venue.connect()
    tickers = venue.open_tickers(4)
    venue.books(connection, *tickers[:3])
    venue.hear(connection)
    venue.tell(connection, "update_subscription", 2, sid=1, action="add_markets", market_tickers=tickers[3:])
    assert codes(venue.hear(connection)) == [26]
    assert len(connection.subscriptions[1].tickers or ()) == 3


def test_commands_faster_than_the_rate_are_refused() -> None:
    """Error 27 answers the commands beyond the rate, and the next second is free again."""
    venue = Venue(commands_per_s_max=2)
    connection = venue.connect()
    for number in (1, 2, 3):
        venue.tell(connection, "list_subscriptions", number)
    assert codes(venue.hear(connection)) == [27]
    venue.run(1)
    venue.tell(connection, "list_subscriptions", 4)
    assert codes(venue.hear(connection)) == []


def test_list_subscriptions_names_channels_and_sids_without_a_number() -> None:
    """The list is an `ok` without sid and seq."""
    venue = Venue()
    connection = venue.connect()
    venue.tell(connection, "subscribe", 1, channels=["trade", "ticker"])
    venue.hear(connection)
    venue.tell(connection, "list_subscriptions", 2)
    assert venue.hear(connection) == [
        {"type": "ok", "id": 2, "msg": [{"channel": "trade", "sid": 1}, {"channel": "ticker", "sid": 2}]}
    ]


def test_use_yes_price_quotes_the_no_side_in_yes_terms() -> None:
    """The same book told both ways differs only in the no side's prices: one dollar minus each."""
    venue = Venue()
    plain, yes = venue.connect(), venue.connect()
    ticker = next(
        m.ticker
        for m in venue.exchange.world.plain_markets()
        if m.status == "active" and venue.exchange.world.book(m).best("no")
    )
    venue.books(plain, ticker)
    venue.tell(yes, "subscribe", channels=["orderbook_delta"], market_tickers=[ticker], use_yes_price=True)
    first, second = (venue.hear(c)[1]["msg"]["no_dollars_fp"] for c in (plain, yes))
    assert sorted((f"{1 - float(price):.4f}", size) for price, size in first) == sorted(map(tuple, second))


def test_initial_tickers_come_when_asked_for() -> None:
    """send_initial_snapshot sends one ticker for each market of the subscription."""
    venue = Venue()
    connection = venue.connect()
    tickers = venue.open_tickers(3)
    venue.tell(connection, "subscribe", channels=["ticker"], market_tickers=tickers, send_initial_snapshot=True)
    frames = venue.hear(connection)
    assert [f["msg"]["market_ticker"] for f in frames[1:]] == tickers


def test_frames_end_with_a_newline_and_may_carry_the_sending_time() -> None:
    """Each frame is one JSON object and a newline; sending_ts_ms is there when switched on."""
    venue = Venue(sending_ts=True)
    connection = venue.connect()
    venue.books(connection, *venue.open_tickers(2))
    raws = connection.take(venue.now_ns)
    assert all(raw.endswith(b"}\n") and raw.count(b"\n") == 1 for raw in raws)
    assert all(json.loads(raw)["sending_ts_ms"] == venue.now_ns // 1_000_000 for raw in raws)


def test_the_old_wire_speaks_whole_cents_and_contracts() -> None:
    """In the generation of 2025 books and deltas are integers, and fields of today are absent."""
    venue = Venue(wire="cents", rate_per_s=200)
    connection = venue.connect()
    venue.books(connection, *venue.open_tickers(10))
    venue.run(2)
    frames = venue.hear(connection)
    deltas = [f["msg"] for f in frames if f["type"] == "orderbook_delta"]
    assert deltas
    for body in deltas:
        assert isinstance(body["price"], int)
        assert isinstance(body["delta"], int)
        assert "price_dollars" not in body
        assert "ts_ms" not in body
    levels = [level for f in frames if f["type"] == "orderbook_snapshot" for level in f["msg"].get("yes", [])]
    assert all(isinstance(number, int) and number > 0 for level in levels for number in level)


def test_a_slow_reader_loses_its_subscription_by_error_25() -> None:
    """When the outgoing queue is full the subscription ends with error 25 and nothing more comes on it (F19)."""
    venue = Venue(rate_per_s=1_000, buffer_frames_max=200)
    connection = venue.connect()
    venue.books(connection, *venue.open_tickers(20))
    venue.run(3)
    frames = venue.hear(connection)
    assert frames[-1]["type"] == "error"
    assert frames[-1]["msg"]["code"] == 25
    assert len(frames) <= 210
    venue.run(1)
    assert venue.hear(connection) == []
    assert connection.closed is None


@pytest.mark.parametrize(("way", "value"), [("null", None), ("list", [])])
def test_the_empty_side_and_price_can_be_said_in_every_known_way(way: str, value: object) -> None:
    """Settings choose how an empty side and the price of a market without a trade are said (F33)."""
    venue = Venue(markets=200, empty_side=way, empty_prices=True)
    connection = venue.connect()
    tickers = venue.open_tickers(200)
    venue.books(connection, *tickers)
    venue.tell(connection, "subscribe", 2, channels=["ticker"], market_tickers=tickers, send_initial_snapshot=True)
    frames = venue.hear(connection)
    sides = [f["msg"]["yes_dollars_fp"] for f in frames if f["type"] == "orderbook_snapshot"]
    assert value in sides
    assert {f["msg"]["price_dollars"] for f in frames if f["type"] == "ticker"} == {""}
