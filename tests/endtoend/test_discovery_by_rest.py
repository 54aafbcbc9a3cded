"""REST-polled discovery over real sockets: new markets join the running recording without the lifecycle stream."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from firstprint.app.settings import RecorderSettings
from firstprint.bootstrap.recording import Recording, recording
from firstprint.bootstrap.simulating import SimAddresses, SimOptions, simulated_kalshi
from firstprint.config import Config
from firstprint.domain.clock import NS_PER_S, Instant
from firstprint.domain.errors import VenueRefused
from firstprint.domain.lifecycle import Entry
from firstprint.net.clock import SystemClock


class SkewedClock:
    """Our clocks, with a wall clock that is ten minutes fast."""

    def now(self) -> Instant:
        mono_ns, wall_ns = SystemClock().now()
        return Instant(mono_ns, wall_ns + 600 * NS_PER_S)


def _config(data: Path, where: SimAddresses, settings: RecorderSettings) -> Config:
    return Config(
        data=data,
        kalshi_rest_url=where.rest_url,
        kalshi_ws_url=where.ws_url,
        kalshi_key_id=where.key_id,
        kalshi_key_path=Path(where.key_path),
        recorder=settings,
    )


async def _until_one_joins_late(under_way: Recording, reconciled: set[str]) -> str:
    present = under_way.recorder.capture.attendance.present
    while not present.keys() - reconciled:  # noqa: ASYNC110 the attendance is no event
        await asyncio.sleep(0.05)
    return min(present.keys() - reconciled)


async def test_new_markets_are_found_by_polling(tmp_path: Path) -> None:
    """B8, A2, A6: without lifecycle discovery a market created while running joins within an interval or two."""
    settings = msgspec.structs.replace(RecorderSettings(), lifecycle_discovery=False, discovery_interval_s=0.5)
    async with (
        simulated_kalshi(SimOptions(markets=10, created_per_s=3.0), tmp_path / "keys") as where,
        recording(_config(tmp_path / "data", where, settings)) as under_way,
        asyncio.timeout(60),
    ):
        await under_way.recorder.discovery.reconciled.wait()
        late = await _until_one_joins_late(under_way, set(under_way.recorder.capture.census.lives))
        capture = under_way.recorder.capture
        assert capture.attendance.present[late].entry is Entry.MID_LIFE
        assert all(lane.purpose == "books" for lane in under_way.recorder.lanes.values())
        while not capture.shelf.book(late).valid:  # noqa: ASYNC110 a book is no event
            await asyncio.sleep(0.05)


async def test_a_clock_that_is_off_is_told_by_how_much(tmp_path: Path) -> None:
    """F06, S32: signatures refused because our clock is ten minutes fast: the error says so, in seconds."""
    async with simulated_kalshi(SimOptions(markets=10), tmp_path / "keys") as where:
        with pytest.raises(VenueRefused, match=r"401.*(600|599|601)"):
            async with recording(_config(tmp_path / "data", where, RecorderSettings()), clock=SkewedClock()):
                pytest.fail("nothing may start")
