"""A listener for one venue's markets alone, of all that a session with several venues tells. Pure."""

from typing import Any

from firstprint.domain.deaf import Deaf
from firstprint.domain.feed import CaptureListener
from firstprint.domain.happenings import SessionOpened
from firstprint.domain.marketdata import FrameStamp

OF_MARKETS = tuple(
    f"on_{what}"
    for what in ("market", "transition", "joined", "left", "snapshot", "delta", "trade", "ticker", "lifecycle")
)


class OfVenue(Deaf):
    """Passes on what is told of one venue's markets; what is told of the session and its gaps is not for it."""

    def __init__(self, venue: str, inner: CaptureListener) -> None:
        self.wants_market_data = inner.wants_market_data
        self.venue = venue
        self.inner = inner
        self.mine = False

    def on_session_opened(self, stamp: FrameStamp, opened: SessionOpened) -> None:
        """Learn the first venue."""
        self.mine = opened.venue == self.venue

    def on_venue(self, venue: str) -> None:
        """Learn of which venue the next calls speak."""
        self.mine = venue == self.venue


def _of_mine(name: str) -> Any:
    def call(self: OfVenue, *args: Any, **named: Any) -> None:
        if self.mine:
            getattr(self.inner, name)(*args, **named)

    return call


for _name in OF_MARKETS:
    setattr(OfVenue, _name, _of_mine(_name))
