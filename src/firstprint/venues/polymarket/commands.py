"""What we send to Polymarket's market channel, and how it is read back from the record. Pure.

The first frame of a connection and the later ones differ in form. None is ever answered. Two of our own uses of the
venue's optional fields tell in the record what a command is for:

- A subscription with `initial_dump` false is for broadcasts only: no market is recorded by it.
- An unsubscription with `custom_feature_enabled` is one half of a refetch: its market stays in the recording.

Source: https://docs.polymarket.com/developers/CLOB/websocket/market-channel, subscribe and update messages.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

CHANNEL = "market"
PING = b"PING"
"""A text frame, due every ten seconds; the venue answers with the text PONG."""


class Command(msgspec.Struct, frozen=True):
    """A subscription or an unsubscription that went out: of which assets, and what for."""

    subscribes: bool
    assets: tuple[str, ...]
    broadcasts_only: bool = False
    refetches: bool = False


class _WireCommand(msgspec.Struct):
    assets_ids: list[str] = []
    operation: str = "subscribe"
    initial_dump: bool = True
    custom_feature_enabled: bool = False


_decode = msgspec.json.Decoder(_WireCommand).decode


def read_command(payload: bytes) -> Command | None:
    """Read back a command that was sent; None for a PING. Raises msgspec.MsgspecError for anything else."""
    if payload == PING:
        return None
    wire = _decode(payload)
    subscribes = wire.operation != "unsubscribe"
    return Command(
        subscribes=subscribes,
        assets=tuple(wire.assets_ids),
        broadcasts_only=subscribes and not wire.initial_dump,
        refetches=not subscribes and wire.custom_feature_enabled,
    )


def open_with(assets: Sequence[str], *, broadcasts_only: bool = False) -> bytes:
    """Make the first frame of a connection: it subscribes to assets and to the venue's broadcasts."""
    frame: dict[str, Any] = {"type": CHANNEL, "assets_ids": list(assets), "custom_feature_enabled": True}
    if broadcasts_only:
        frame["initial_dump"] = False
    return msgspec.json.encode(frame)


def subscribe(assets: Sequence[str]) -> bytes:
    """Subscribe to assets on a connection that has begun; naming a subscribed one asks for its book anew."""
    return msgspec.json.encode({"operation": "subscribe", "assets_ids": list(assets), "custom_feature_enabled": True})


def unsubscribe(assets: Sequence[str], *, refetches: bool = False) -> bytes:
    """End the subscription of assets, for good or (`refetches`) to begin it again at once."""
    frame: dict[str, Any] = {"operation": "unsubscribe", "assets_ids": list(assets)}
    if refetches:
        frame["custom_feature_enabled"] = True
    return msgspec.json.encode(frame)
