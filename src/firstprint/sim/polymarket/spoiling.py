"""Spoiled messages: what the fault kinds make of the bytes of one."""

from collections.abc import Callable
from typing import Any

import msgspec


def spoil(kind: str, raw: bytes) -> list[bytes]:
    """Give the messages to send in place of `raw`, for the kinds that touch nothing but bytes."""
    return _SPOILERS[kind](raw)


def _with_news(raw: bytes) -> bytes:
    """Add fields of tomorrow to a message and to what it holds."""
    message: Any = msgspec.json.decode(raw)
    for one in message if isinstance(message, list) else [message]:
        one["sim_new_field"] = {"nested": [1, 2]}
        for entry in one.get("price_changes", ()):
            entry["sim_new_field"] = "unannounced"
    return msgspec.json.encode(message)


_SPOILERS: dict[str, Callable[[bytes], list[bytes]]] = {
    "drop": lambda _: [],
    "miss": lambda _: [],
    "duplicate": lambda raw: [raw, raw],
    "malformed": lambda raw: [raw.replace(b":", b"::", 1)],
    "truncate": lambda raw: [raw[: len(raw) * 2 // 3]],
    "unknown_type": lambda raw: [raw, b'{"event_type":"sim_unheard_of","what":"a type of tomorrow"}'],
    "unknown_field": lambda raw: [_with_news(raw)],
}
