"""Answers of the HTTP hosts, and the questions they refuse."""

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import parse_qs

from firstprint.sim.polymarket.texts import parse_time
from firstprint.sim.polymarket.wire import encode

HTML = b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad gateway</h1></body></html>"


class SimAnswer(NamedTuple):
    """One HTTP answer. `delay_ns` is how long it is held back, as by a rate limit."""

    status: int
    headers: dict[str, str]
    body: bytes
    delay_ns: int = 0


class Refused(Exception):  # noqa: N818 an answer to the client, not a failure of ours
    """A request is answered with a status and a body of its own."""

    def __init__(self, status: int, body: object) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


def told(status: int, body: object) -> SimAnswer:
    """Make an answer in JSON."""
    return SimAnswer(status, {"Content-Type": "application/json"}, encode(body))


def invalid(reason: str) -> Refused:
    """Make Gamma's refusal of a parameter."""
    return Refused(422, {"type": "validation error", "error": reason})


class Query:
    """The parameters of a request; those that nobody asks about are ignored, as the venue does."""

    def __init__(self, text: str) -> None:
        self._values = parse_qs(text, keep_blank_values=True)

    def one(self, name: str) -> str:
        """Give a parameter's first value, empty when it is absent."""
        return self._values.get(name, [""])[0]

    def many(self, name: str) -> list[str]:
        """Give all values of a parameter that may be repeated."""
        return [value for value in self._values.get(name, []) if value]

    def has(self, names: Iterable[str]) -> bool:
        """Say whether any of these is there."""
        return any(name in self._values for name in names)

    def truth(self, name: str) -> bool | None:
        """Read a boolean, None when it is absent. Raises Refused."""
        text = self.one(name).lower()
        if text not in {"", "true", "false"}:
            raise invalid(f"{name} must be true or false")
        return None if not text else text == "true"

    def number(self, name: str, otherwise: int, most: int) -> int:
        """Read a count; larger ones are cut without a word. Raises Refused."""
        text = self.one(name)
        if not text:
            return otherwise
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise invalid(f"{name} must be a number")
        return min(int(text), most)

    def time_ns(self, name: str) -> int | None:
        """Read a time as Unix ns, None when it is absent. Raises Refused."""
        text = self.one(name)
        if not text:
            return None
        try:
            return parse_time(text)
        except ValueError:
            raise invalid(f"{name} must be a time") from None
