"""Kalshi's lists for the securities master: page by page, from any cursor on, every request counted.

Implements `firstprint.app.secmaster.ports.VenueLists` over KalshiRest, which signs, limits and tries again.
"""

from collections.abc import AsyncIterator

from firstprint.net.paging import PAGES_MAX, follow_cursor
from firstprint.venues.kalshi.filters import ROWS_PER_PAGE, Filter, check_filters, unless_all
from firstprint.venues.kalshi.rest import Answer, KalshiRest, RequestTally


class KalshiLists:
    """Kalshi's lists as raw answers. Errors are those of KalshiRest.

    Ask for markets with `mve_filter=exclude`: without it nearly all rows are combos. Nothing is added to the filters
    but the page's size where none is given.
    """

    def __init__(self, rest: KalshiRest, *, pages_max: int = PAGES_MAX) -> None:
        self.cursors_repeated = 0
        self._rest = rest
        self._pages_max = pages_max
        self._tally = RequestTally()

    @property
    def requests(self) -> int:
        """How many requests have been sent for these lists, repeated ones too."""
        return self._tally.requests

    @property
    def throttled(self) -> int:
        """How many were answered 429."""
        return self._tally.throttled

    @property
    def rate_per_s(self) -> float:
        """How many default-cost requests a second the account may send."""
        return self._rest.limiter.rate_per_s / self._rest.costs.default

    @property
    def burst(self) -> float:
        """How many default-cost requests it may send at once."""
        return self._rest.limiter.capacity / self._rest.costs.default

    def pages(self, path: str, filters: dict[str, str], cursor: str | None = None) -> AsyncIterator[Answer]:
        """Page through a list from a cursor on; None: from its beginning.

        A list whose cursors go in a circle, or that has no end within `pages_max` pages, is left there with a line in
        the log and counted in `cursors_repeated`. Raises ConfigurationError at once for filters that the list does not
        take, and VenueRefused and VenueUnavailable while paging.
        """
        check_filters(path, filters)
        sent: dict[str, Filter] = {**ROWS_PER_PAGE.get(path, {}), **filters}
        if "mve_filter" in sent:
            sent["mve_filter"] = unless_all(sent["mve_filter"])

        async def fetch(at: str | None) -> tuple[Answer, str | None]:
            answer = await self._rest.get(path, {**sent, "cursor": at}, tally=self._tally)
            return answer, answer.following

        return follow_cursor(f"GET {path}", fetch, self._pages_max, begin=cursor, on_cut=self._cut)

    def _cut(self) -> None:
        self.cursors_repeated += 1
