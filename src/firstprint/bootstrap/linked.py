"""A recording with discovery beside it: what is linked on another venue is recorded there too."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from firstprint.app.linking.state import Settled
from firstprint.bootstrap.discovering import Discovering, discovering, going_on
from firstprint.bootstrap.recording import Recording


@asynccontextmanager
async def linked(under_way: Recording) -> AsyncIterator[Discovering]:
    """Discover beside a recording until the block is left: both share the venues' limits.

    A venue that is recorded on demand records every market of its own that is linked.
    """
    searches = [one.search for one in under_way.venues if one.search is not None]
    async with discovering(under_way.config, searches=searches, clock=under_way.clock) as found:
        found.discovery.publishing.on_settled = lambda settled: _want(under_way, settled)
        async with going_on(found):
            yield found


def _want(under_way: Recording, settled: Settled) -> None:
    for link in settled.changes.links:
        for venue, market in ((link.a_venue, link.a_market), (link.b_venue, link.b_market)):
            recorder = under_way.recorder.venues.get(venue)
            if recorder is not None and recorder.wanted is not None:
                recorder.wanted.want((market,))
