"""The commands we send to Kalshi, and what we remember of one until it is answered. Pure.

Source: https://docs.kalshi.com/asyncapi.yaml, commands. `use_yes_price` is always sent: its default will change.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

BOOKS, TICKERS, TRADES, LIFECYCLE = "orderbook_delta", "ticker", "trade", "market_lifecycle_v2"
SEQUENCED_FROM_ONE = frozenset({BOOKS, TRADES, LIFECYCLE})
"""Channels whose numbers, where they carry any, begin at 1 after `subscribed`."""


class Command(msgspec.Struct, frozen=True):
    """A command in flight: its id, what it asks, for which markets, and when it was sent (our monotonic ns)."""

    id: int
    cmd: str
    action: str | None
    channel: str | None
    sid: int | None
    markets: tuple[str, ...]
    sent_mono_ns: int


class _WireParams(msgspec.Struct):
    channels: list[str] = []
    market_tickers: list[str] = []
    sids: list[int] = []
    sid: int | None = None
    action: str | None = None


class _WireCommand(msgspec.Struct):
    id: int
    cmd: str
    params: _WireParams = msgspec.field(default_factory=_WireParams)


_decode = msgspec.json.Decoder(_WireCommand).decode


def read_command(payload: bytes, sent_mono_ns: int) -> Command:
    """Read back a command that was sent. Raises msgspec.MsgspecError for anything else."""
    wire = _decode(payload)
    params = wire.params
    sid = params.sid if params.sid is not None else next(iter(params.sids), None)
    channel = next(iter(params.channels), None)
    return Command(wire.id, wire.cmd, params.action, channel, sid, tuple(params.market_tickers), sent_mono_ns)


def subscribe(command_id: int, channel: str, markets: Sequence[str] | None) -> bytes:
    """Subscribe to one channel, for given markets or (None) for all."""
    params: dict[str, Any] = {"channels": [channel]}
    if markets is not None:
        params["market_tickers"] = list(markets)
    if channel == BOOKS:
        params["use_yes_price"] = False
    return _encode(command_id, "subscribe", params)


def update(command_id: int, sid: int, action: str, markets: Sequence[str]) -> bytes:
    """Change a subscription in place: `add_markets` or `delete_markets`; or ask it for snapshots: `get_snapshot`."""
    return _encode(
        command_id, "update_subscription", {"sids": [sid], "action": action, "market_tickers": list(markets)}
    )


def unsubscribe(command_id: int, sid: int) -> bytes:
    """End a subscription."""
    return _encode(command_id, "unsubscribe", {"sids": [sid]})


def list_subscriptions(command_id: int) -> bytes:
    """Ask what the connection has subscribed to; the answer also proves that commands are still heard."""
    return msgspec.json.encode({"id": command_id, "cmd": "list_subscriptions"})


def _encode(command_id: int, cmd: str, params: dict[str, Any]) -> bytes:
    return msgspec.json.encode({"id": command_id, "cmd": cmd, "params": params})
