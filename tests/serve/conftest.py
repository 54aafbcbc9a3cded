"""Fixtures of the API's tests."""

from collections.abc import AsyncIterator

import pytest
from serve_kit import (
    Api,
    FakeMaster,
    FakeRecord,
    a_gap,
    a_market,
    a_run,
    a_series,
    a_session,
    an_event,
    api,
)


@pytest.fixture
async def served() -> AsyncIterator[Api]:
    """Serve a small master and a small record."""
    master, record = FakeMaster(), FakeRecord()
    master.all_series = [
        a_series("KXNBAGAME", tags=("Basketball",)),
        a_series("KXEPLGAME"),
        a_series("KXEPLMVP", is_game=False),
        a_series("KXELECTION", category="Politics", tags=(), is_game=False),
        a_series("KXGONE", active=False, disabled_reason="vanished"),
    ]
    master.all_events = [an_event("KXNBAGAME-A"), an_event("KXEPLGAME-B")]
    master.all_markets = [
        a_market("KXNBAGAME-A-X"),
        a_market("KXNBAGAME-A-Y", status="finalized", settlement_value_e6=435_000),
        a_market("KXEPLGAME-B-Z", status="brand_new_word"),
    ]
    record.all_runs = [a_run("r2"), a_run("r1", kind="series", outcome="failed", error="away")]
    record.all_sessions = [a_session("s1"), a_session("s2")]
    record.all_gaps = [a_gap("s1", 1), a_gap("s1", 2, repaired_record=5, repaired_wall_ns=1), a_gap("s2", 1)]
    async with api(master, record) as running:
        yield running
