"""Which event a market belongs to, and which series an event. Learnt from fields, never by cutting a ticker. Pure.

Only a recording of chosen series needs it. A market's own facts lie in the census; what is kept here are the series of
events, which a message about a market does not state.
"""

from collections.abc import Mapping

from firstprint.lifecycle.life import MarketLife

EVENTS_REMEMBERED_MAX = 500_000


class Lineage:
    """The series of each event heard of; the oldest are forgotten when there are too many."""

    def __init__(self, lives: Mapping[str, MarketLife]) -> None:
        self._lives = lives
        self._series_of: dict[str, str] = {}
        self.learnt: list[str] = []
        """Events whose series became known since somebody took this list."""

    def learn(self, event: str, series: str) -> None:
        """Take note of an event's series."""
        if self._series_of.get(event) == series:
            return
        if len(self._series_of) >= EVENTS_REMEMBERED_MAX:
            del self._series_of[next(iter(self._series_of))]
        self._series_of[event] = series
        self.learnt.append(event)

    def event_of(self, market: str) -> str | None:
        """Give the event that a market said it belongs to; None when nobody has said."""
        life = self._lives.get(market)
        return life.facts.event_ticker if life is not None else None

    def series_of(self, market: str) -> str | None:
        """Give a market's series, from its own field or from its event's; None when nobody has said."""
        life = self._lives.get(market)
        if life is None:
            return None
        facts = life.facts
        return facts.series_ticker or self._series_of.get(facts.event_ticker or "")

    def series_of_event(self, event: str | None) -> str | None:
        """Give an event's series; None when nobody has said."""
        return self._series_of.get(event or "")
