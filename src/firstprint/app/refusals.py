"""What a venue refuses or fails to answer, kept to itself: the other venues of the session go on (A9)."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from firstprint.app.studio import Studio
from firstprint.domain.errors import VenueRefused

_log = structlog.get_logger(__name__)

REFUSED_PAUSE_S = 60.0
"""How long a venue that refuses us, and whose refusal ends nothing, is left alone before it is asked again."""


class Refusals:
    """Counts one venue's refusals; `latest` is the last of them, in one line."""

    def __init__(self, venue: str, studio: Studio) -> None:
        self._venue = venue
        self._studio = studio
        self.count = 0
        self.latest: str | None = None

    async def insist(self, what: str, work: Callable[[], Awaitable[None]], final: Callable[[], bool]) -> None:
        """Do work again and again until it is not refused.

        A refusal that is `final` ends the session where the venue is its only one.
        """
        while True:
            try:
                await work()
            except VenueRefused as error:
                self.count += 1
                self.latest = f"{what}: {error}"
                if self._studio.alone and final():
                    self._studio.refuse(error)
                    return
                _log.error("venue_refuses", venue=self._venue, what=what, error=str(error), again_in_s=REFUSED_PAUSE_S)
            else:
                return
            await asyncio.sleep(REFUSED_PAUSE_S)
