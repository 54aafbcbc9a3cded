"""One listener that passes calls on to several. Pure."""

from typing import Any

from firstprint.domain.deaf import Deaf

CALLS = tuple(name for name in vars(Deaf) if name.startswith("on_"))


class Broadcast(Deaf):
    """Passes each call on to those listeners that have a use for it, in order; a sole one is called directly.

    Market data is wanted as soon as one of them wants it.
    """

    def __init__(self, *listeners: Deaf) -> None:
        self.wants_market_data = any(each.wants_market_data for each in listeners)
        for name in CALLS:
            hearers = [
                getattr(each, name) for each in listeners if getattr(type(each), name) is not getattr(Deaf, name)
            ]
            if len(hearers) == 1:
                setattr(self, name, hearers[0])
            elif hearers:
                setattr(self, name, _to_all(hearers))


def _to_all(hearers: list[Any]) -> Any:
    def call(*args: Any, **named: Any) -> None:
        for hear in hearers:
            hear(*args, **named)

    return call
