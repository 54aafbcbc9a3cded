"""Kalshi's WebSocket messages as they stand on the wire, both generations.

Today prices are decimal dollars (`*_dollars`) and sizes decimal contracts (`*_fp`), as strings. Until 2026-03-12 they
were integer cents and whole contracts (`price`, `yes`, `delta`, `count`); recordings of that time are read too. Only
what firstprint uses is declared: fields it does not know are welcome everywhere. Fields that Kalshi calls required but
was seen to leave out are optional here.

Source: https://docs.kalshi.com/asyncapi.yaml (AsyncAPI 2.0.0), and the frames recorded in 2025 and 2026.
"""

from typing import Any, Literal, TypeAlias

import msgspec

WireLevels: TypeAlias = list[tuple[str, str]]
WireCentLevels: TypeAlias = list[tuple[int, int]]


class DeltaBody(msgspec.Struct, gc=False):
    """The `msg` of an orderbook_delta. Exactly one generation's price and size must be there, or both and equal."""

    market_ticker: str
    side: Literal["yes", "no"]
    price_dollars: str | None = None
    delta_fp: str | None = None
    price: int | None = None
    delta: int | None = None
    ts: str | None = None
    ts_ms: int | None = None


class DeltaFrame(msgspec.Struct, gc=False, tag_field="type", tag="orderbook_delta"):
    """A change of one level.

    `{"type":"orderbook_delta","sid":1,"seq":24,"msg":{"market_ticker":"KXMLBGAME-26AUG071840NYMPIT-NYM",
    "market_id":"957ed958-...","price_dollars":"0.4300","delta_fp":"-100.00","side":"yes",
    "ts":"2026-08-07T06:46:28.97871Z","ts_ms":1786085188978}}`; in 2025 `"price":51,"delta":-100`.
    """

    sid: int
    seq: int
    msg: DeltaBody


class SnapshotBody(msgspec.Struct):
    """The `msg` of an orderbook_snapshot. An empty side is absent, null or `[]`: all three mean empty."""

    market_ticker: str
    market_id: str | None = None
    yes_dollars_fp: WireLevels | None = None
    no_dollars_fp: WireLevels | None = None
    yes_dollars: WireLevels | None = None
    no_dollars: WireLevels | None = None
    yes: WireCentLevels | None = None
    no: WireCentLevels | None = None


class SnapshotFrame(msgspec.Struct, tag_field="type", tag="orderbook_snapshot"):
    """A whole book, bids only. `id` is there when it answers a get_snapshot.

    `{"type":"orderbook_snapshot","sid":1,"seq":1,"msg":{"market_ticker":"...","market_id":"943fcfe7-...",
    "yes_dollars_fp":[["0.0100","966425.00"]],"no_dollars_fp":[["0.0100","863923.57"]]}}`;
    in 2025 `"yes":[[1,867450],[2,3000]],"no":[]`.
    """

    sid: int
    seq: int
    msg: SnapshotBody
    id: int | None = None


class TickerBody(msgspec.Struct, gc=False):
    """The `msg` of a ticker. Prices may be missing, or the empty string when the market never traded."""

    market_ticker: str
    price_dollars: str | None = None
    yes_bid_dollars: str | None = None
    yes_ask_dollars: str | None = None
    yes_bid_size_fp: str | None = None
    yes_ask_size_fp: str | None = None
    last_trade_size_fp: str | None = None
    volume_fp: str | None = None
    open_interest_fp: str | None = None
    price: int | None = None
    yes_bid: int | None = None
    yes_ask: int | None = None
    volume: int | None = None
    open_interest: int | None = None
    ts: int | None = None
    ts_ms: int | None = None


class TickerFrame(msgspec.Struct, gc=False, tag_field="type", tag="ticker"):
    """Kalshi's summary of a market; carries no seq.

    `{"type":"ticker","sid":1,"msg":{"market_ticker":"KXBTC15M-26JUL191145-45","price_dollars":"0.9990",
    "yes_bid_dollars":"0.0000","yes_ask_dollars":"1.0000","volume_fp":"2233487.48","ts_ms":1784475900544,...}}`
    """

    sid: int
    msg: TickerBody


class TradeBody(msgspec.Struct, gc=False):
    """The `msg` of a trade. `taker_outcome_side` is what `taker_side` was before May 2026."""

    trade_id: str
    market_ticker: str
    yes_price_dollars: str | None = None
    count_fp: str | None = None
    yes_price: int | None = None
    count: int | None = None
    taker_side: str | None = None
    taker_outcome_side: str | None = None
    is_block_trade: bool | None = None
    ts: int | None = None
    ts_ms: int | None = None


class TradeFrame(msgspec.Struct, gc=False, tag_field="type", tag="trade"):
    """A trade; usually with a seq, and read without one as well.

    `{"type":"trade","sid":2,"seq":2573,"msg":{"trade_id":"5d937db7-...","market_ticker":"KXBTCD-26MAR1213-T69499.99",
    "yes_price_dollars":"0.8900","no_price_dollars":"0.1100","count_fp":"3.00","taker_side":"yes","ts":1773331880}}`
    """

    sid: int
    msg: TradeBody
    seq: int | None = None


class LifecycleFrame(msgspec.Struct, tag_field="type", tag="market_lifecycle_v2"):
    """Something happened to a market. `msg` differs by `event_type`; all its times are seconds.

    `{"type":"market_lifecycle_v2","sid":1,"seq":279597,"msg":{"market_ticker":"KXMLBSPREAD-...-ATH4",
    "determination_ts":1784501722,"result":"no","settlement_value":"0.0000","event_type":"determined"}}`
    """

    sid: int
    msg: dict[str, Any]
    seq: int | None = None


class EventLifecycleFrame(msgspec.Struct, tag_field="type", tag="event_lifecycle"):
    """An event was created.

    `{"type":"event_lifecycle","sid":5,"seq":9,"msg":{"event_ticker":"KXQUICKSETTLE-26JAN25H2150","title":"...",
    "subtitle":"...","collateral_return_type":"MECNET","series_ticker":"KXQUICKSETTLE"}}`
    """

    sid: int
    msg: dict[str, Any]
    seq: int | None = None


class EventFeeFrame(msgspec.Struct, tag_field="type", tag="event_fee_update"):
    """An event's fee rule changed.

    `{"type":"event_fee_update","sid":5,"seq":10,"msg":{"event_ticker":"KXBTCD-26MAY2018",
    "fee_type_override":"quadratic","fee_multiplier_override":1}}`
    """

    sid: int
    msg: dict[str, Any]
    seq: int | None = None


class ChannelBody(msgspec.Struct):
    """Which channel a subscription is for."""

    channel: str
    sid: int


class SubscribedFrame(msgspec.Struct, tag_field="type", tag="subscribed"):
    """A new subscription, without seq. `{"type":"subscribed","id":2,"msg":{"channel":"orderbook_delta","sid":1}}`."""

    msg: ChannelBody
    id: int | None = None


class OkBody(msgspec.Struct):
    """The full list of a subscription's markets after a change, unless it was asked to be left out."""

    market_tickers: list[str] | None = None


class OkFrame(msgspec.Struct, tag_field="type", tag="ok"):
    """A command was carried out. On a subscription it takes a seq of its own.

    `{"type":"ok","id":4,"sid":1,"seq":2,"msg":{"market_tickers":["..."]}}`, or for list_subscriptions
    `{"type":"ok","id":5,"msg":[{"channel":"ticker","sid":2}]}` without sid and seq.
    """

    id: int | None = None
    sid: int | None = None
    seq: int | None = None
    msg: OkBody | list[ChannelBody] | None = None


class UnsubscribedFrame(msgspec.Struct, tag_field="type", tag="unsubscribed"):
    """A subscription ended because we asked. `{"type":"unsubscribed","id":102,"sid":2,"seq":7}`."""

    sid: int
    id: int | None = None
    seq: int | None = None


class ErrorBody(msgspec.Struct):
    """What went wrong: a number of Kalshi's list (an open one), and its words."""

    code: int
    msg: str = ""
    market_ticker: str | None = None
    market_tickers: list[str] | None = None


class ErrorFrame(msgspec.Struct, tag_field="type", tag="error"):
    """A command failed, or (codes 10, 17, 25) a subscription ended.

    `{"type":"error","id":99,"msg":{"code":8,"msg":"Unknown channel name"}}`
    """

    msg: ErrorBody
    id: int | None = None
    sid: int | None = None
    seq: int | None = None


class Envelope(msgspec.Struct):
    """What can be said of any message, of a type we know or not."""

    type: str | None = None
    sid: int | None = None
    seq: int | None = None
    id: int | None = None


DataFrame: TypeAlias = (
    DeltaFrame | SnapshotFrame | TickerFrame | TradeFrame | LifecycleFrame | EventLifecycleFrame | EventFeeFrame
)
ControlFrame: TypeAlias = SubscribedFrame | OkFrame | UnsubscribedFrame | ErrorFrame
Message: TypeAlias = DataFrame | ControlFrame

decode_message = msgspec.json.Decoder(Message).decode
"""Decode one frame (bytes) into a message; raises msgspec.MsgspecError or UnicodeDecodeError."""
decode_envelope = msgspec.json.Decoder(Envelope).decode
decode_object = msgspec.json.Decoder(dict[str, Any]).decode
