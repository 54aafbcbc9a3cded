"""A bounded memory of what was converted already, for lists that say the same thousands of times."""

from collections.abc import Callable, Hashable, Sized
from typing import Protocol, TypeVar


class _Key(Hashable, Sized, Protocol):
    """Text or bytes."""


K = TypeVar("K", bound=_Key)
V = TypeVar("V")


class Remembered(dict[K, V]):
    """Converts by looking up, and by `convert` what it has not met before; what raises is not remembered.

    It never holds more than `entries_max` entries: when it is full it is emptied. Keys longer than `length_max` are
    converted and forgotten.
    """

    def __init__(self, convert: Callable[[K], V], *, entries_max: int = 65_536, length_max: int = 64) -> None:
        super().__init__()
        self._convert = convert
        self._entries_max = entries_max
        self._length_max = length_max

    def __missing__(self, key: K) -> V:
        value = self._convert(key)
        if len(key) <= self._length_max:
            if len(self) >= self._entries_max:
                self.clear()
            self[key] = value
        return value
