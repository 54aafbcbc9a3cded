"""Spoiled frames: what the fault kinds make of the bytes of one frame."""

from collections.abc import Callable
from typing import Any

import msgspec

_HUGE = 99_999_999


def spoil(kind: str, raw: bytes) -> list[bytes]:
    """Give the frames to send in place of `raw`, for the kinds that touch nothing but bytes."""
    return _SPOILERS[kind](raw)


def _edited(raw: bytes, edit: Callable[[dict[str, Any]], None]) -> bytes:
    message = msgspec.json.decode(raw)
    edit(message)
    return msgspec.json.encode(message) + b"\n"


def _differing(message: dict[str, Any]) -> None:
    body = message["msg"]
    if "delta_fp" in body:
        body["delta_fp"] = "77.00" if body["delta_fp"] != "77.00" else "78.00"
    else:
        body["delta"] = 77 if body["delta"] != 77 else 78


def _below_zero(message: dict[str, Any]) -> None:
    body = message["msg"]
    key, value = ("delta_fp", f"-{_HUGE}.00") if "delta_fp" in body else ("delta", -_HUGE)
    body[key] = value


def _between_ticks(message: dict[str, Any]) -> None:
    body = message["msg"]
    if "price_dollars" in body:
        body["price_dollars"] = f"{body['price_dollars']}5"
    else:
        body["price"] = 100


def _new_fields(message: dict[str, Any]) -> None:
    message["sim_new_envelope_field"] = {"nested": [1, 2]}
    if isinstance(message.get("msg"), dict):
        message["msg"]["sim_new_field"] = "unannounced"


def _empty_side(value: list[object] | None) -> Callable[[dict[str, Any]], None]:
    def edit(message: dict[str, Any]) -> None:
        body = message["msg"]
        suffix = "" if "yes" in body or "no" in body else "_dollars_fp"
        for side in ("yes", "no"):
            body.setdefault(f"{side}{suffix}", value)

    return edit


_SPOILERS: dict[str, Callable[[bytes], list[bytes]]] = {
    "drop": lambda _: [],
    "duplicate": lambda raw: [raw, raw],
    "duplicate_differs": lambda raw: [raw, _edited(raw, _differing)],
    "truncate": lambda raw: [raw[: len(raw) * 2 // 3]],
    "malformed": lambda raw: [raw.replace(b":", b"::", 1)],
    "unknown_type": lambda raw: [raw, b'{"type":"sim_unheard_of","msg":{"what":"a type of tomorrow"}}\n'],
    "unknown_field": lambda raw: [_edited(raw, _new_fields)],
    "negative_level": lambda raw: [_edited(raw, _below_zero)],
    "off_grid": lambda raw: [_edited(raw, _between_ticks)],
    "side_null": lambda raw: [_edited(raw, _empty_side(None))],
    "side_list": lambda raw: [_edited(raw, _empty_side([]))],
}
