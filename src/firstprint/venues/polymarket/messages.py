"""Polymarket's market WebSocket as it stands on the wire, today's messages and those of 2024 and 2025.

Numbers are strings. Only what firstprint uses is declared: fields it does not know are welcome everywhere, and fields
that were seen to be left out are optional. A frame is one object, an array of objects (the first books after a
subscription), or a bare word (`PONG`); what it will be is not promised.

Source: https://docs.polymarket.com/developers/CLOB/websocket/market-channel (AsyncAPI of May 2026), and frames recorded
from 2024 to 2026.
"""

from typing import Any, TypeAlias

import msgspec

PONG = b"PONG"
"""The answer to our text `PING`: a whole text frame, not JSON."""


class WireLevel(msgspec.Struct, gc=False):
    """One price level. `{"price":"0.48","size":"30"}`."""

    price: str
    size: str


class BookFrame(msgspec.Struct, tag_field="event_type", tag="book"):
    """A whole book of one asset, best level last on both sides. 2024 said `buys` and `sells`; REST leaves the type out.

    `{"event_type":"book","asset_id":"6581861965…","market":"0xbd31dc8a…","bids":[{"price":"0.48","size":"30"},…],
    "asks":[…],"timestamp":"1757908892351","hash":"0xabc123…","tick_size":"0.01","last_trade_price":"0.870"}`
    """

    asset_id: str
    market: str
    timestamp: str
    bids: list[WireLevel] | None = None
    asks: list[WireLevel] | None = None
    buys: list[WireLevel] | None = None
    sells: list[WireLevel] | None = None
    hash: str | None = None
    tick_size: str | None = None


class PriceChange(msgspec.Struct, gc=False):
    """One level's new size, absolute; "0" takes the level away. `side` is BUY (a bid) or SELL (an ask).

    `{"asset_id":"7132104567…","price":"0.5","size":"200","side":"BUY","hash":"56621a12…","best_bid":"0.5",
    "best_ask":"1"}`; an empty side has the best bid "0", or the best ask "1".
    """

    asset_id: str
    price: str
    size: str
    side: str
    best_bid: str | None = None
    best_ask: str | None = None


class OldChange(msgspec.Struct, gc=False):
    """A change of 2025 inside a message that names its asset. `{"price":"0.4","side":"SELL","size":"3300"}`."""

    price: str
    size: str
    side: str


class PriceChangeFrame(msgspec.Struct, gc=False, tag_field="event_type", tag="price_change"):
    """Changes of one market's levels, of both its assets since 2025-09-15.

    `{"event_type":"price_change","market":"0x5f65177b…","price_changes":[…],"timestamp":"1757908892351"}`; before that
    `{"event_type":"price_change","asset_id":"…","market":"0x…","changes":[…],"hash":"…","timestamp":"…"}`, and in 2024
    a single change stood in the message itself: `{"event_type":"price_change","asset_id":"…","price":"0.4",
    "side":"SELL","size":"3300",…}`.
    """

    timestamp: str
    market: str | None = None
    price_changes: list[PriceChange] | None = None
    asset_id: str | None = None
    changes: list[OldChange] | None = None
    price: str | None = None
    size: str | None = None
    side: str | None = None


class TradeFrame(msgspec.Struct, gc=False, tag_field="event_type", tag="last_trade_price"):
    """A trade; `side` is what the taker did with this asset.

    `{"event_type":"last_trade_price","asset_id":"1141220715…","market":"0x6a67b9d8…","price":"0.456",
    "size":"219.217767","fee_rate_bps":"0","side":"BUY","timestamp":"1750428146322","transaction_hash":"0xeeef…"}`
    """

    asset_id: str
    market: str
    price: str
    size: str
    side: str
    timestamp: str
    transaction_hash: str | None = None


class TickSizeFrame(msgspec.Struct, tag_field="event_type", tag="tick_size_change"):
    """The market has another price grid from now on.

    `{"event_type":"tick_size_change","asset_id":"6581861965…","market":"0xbd31dc8a…","old_tick_size":"0.01",
    "new_tick_size":"0.001","timestamp":"1757908892351"}`
    """

    asset_id: str
    market: str
    new_tick_size: str
    timestamp: str
    old_tick_size: str | None = None


class TouchFrame(msgspec.Struct, gc=False, tag_field="event_type", tag="best_bid_ask"):
    """The best prices of one asset; comes with `custom_feature_enabled` only.

    `{"event_type":"best_bid_ask","market":"0x0005c0d3…","asset_id":"8535495606…","best_bid":"0.73","best_ask":"0.77",
    "spread":"0.04","timestamp":"1766789469958"}`
    """

    asset_id: str
    market: str
    timestamp: str
    best_bid: str | None = None
    best_ask: str | None = None


class NewMarketFrame(msgspec.Struct, tag_field="event_type", tag="new_market"):
    """A market was listed; told to every connection with `custom_feature_enabled`, whatever it subscribed to.

    `{"event_type":"new_market","id":"1031769","question":"Will NVIDIA …?","market":"0x311d0c4b…","slug":"nvda-…",
    "assets_ids":["7604307375…","3169093426…"],"outcomes":["Yes","No"],"event_message":{"id":"125819","slug":"nvda-…"},
    "timestamp":"1766790415550","active":true,"order_price_min_tick_size":"0.01",…}`
    """

    market: str
    timestamp: str
    assets_ids: list[str] | None = None
    question: str | None = None
    active: bool | None = None
    event_message: dict[str, Any] | None = None
    order_price_min_tick_size: str | None = None


class ResolvedFrame(msgspec.Struct, tag_field="event_type", tag="market_resolved"):
    """A market's outcome is known; sometimes it is never told.

    `{"event_type":"market_resolved","id":"1031769","market":"0x311d0c4b…","assets_ids":["7604307375…","3169093426…"],
    "winning_asset_id":"7604307375…","winning_outcome":"Yes","timestamp":"1766790415550","tags":["stocks"]}`
    """

    market: str
    timestamp: str
    assets_ids: list[str] | None = None
    winning_asset_id: str | None = None
    winning_outcome: str | None = None


class Head(msgspec.Struct):
    """What can be said of any object, of a type we know or not."""

    event_type: str | None = None
    market: str | None = None
    asset_id: str | None = None


Message: TypeAlias = (
    BookFrame | PriceChangeFrame | TradeFrame | TickSizeFrame | TouchFrame | NewMarketFrame | ResolvedFrame
)

UNDECODABLE = (msgspec.MsgspecError, ValueError, RecursionError)
"""How decoding may fail."""

decode_frame = msgspec.json.Decoder(Message | list[msgspec.Raw]).decode
"""Decode one frame: a message, or the raw messages of an array. Raises what `UNDECODABLE` lists."""
decode_change = msgspec.json.Decoder(PriceChangeFrame).decode
"""Decode the frame that nearly all are. Fails for any other type; a frame without a type is read as one, too."""
decode_message = msgspec.json.Decoder(Message).decode
decode_head = msgspec.json.Decoder(Head).decode
decode_object = msgspec.json.Decoder(dict[str, Any]).decode
