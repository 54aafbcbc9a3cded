"""The venues that this version knows: each fold has its own, and a venue that is away is recorded without."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest

from firstprint.bootstrap import recording
from firstprint.bootstrap.joined import JoinedVenue
from firstprint.bootstrap.polymarket import polymarket_hosts
from firstprint.bootstrap.venues import JOINERS, LIST_READERS, MAKERS, check_venues, every_venue
from firstprint.config import Config
from firstprint.domain.clock import Clock
from firstprint.domain.errors import ConfigurationError, VenueRefused
from firstprint.net.clock import SystemClock


def test_every_venue_can_be_folded_and_joined() -> None:
    """A venue is one line in each table; whoever folds knows all of them, the session's first one first."""
    assert set(MAKERS) == set(JOINERS) == {"kalshi", "polymarket"}
    assert all(make().name == name for name, make in (*MAKERS.items(), *LIST_READERS.items()))
    assert [venue.name for venue in every_venue()] == ["kalshi", "polymarket"]
    assert [venue.name for venue in every_venue("polymarket")] == ["polymarket", "kalshi"]


def test_each_fold_has_venues_of_its_own() -> None:
    """What a venue learns from one journal is not known in the fold of another."""
    one, other = every_venue("polymarket").first, every_venue("polymarket").first
    assert one is not other


def test_an_unknown_venue_is_refused_by_name() -> None:
    """The message says which there are."""
    with pytest.raises(ConfigurationError, match=r"betfair.*kalshi, polymarket"):
        check_venues(("kalshi", "betfair"))


def joiner(refusal: VenueRefused | None, joined: str) -> Any:
    """Make a joiner that refuses, or joins nothing under an address."""

    @asynccontextmanager
    async def join(_config: Config, _clock: Clock, _random: Random) -> AsyncIterator[JoinedVenue]:
        if refusal is not None:
            raise refusal
        ports: Any = None
        yield JoinedVenue(ports, joined)

    return join


REFUSAL = VenueRefused("GET /account/limits", 401, "refused", "no such key")


def _joined(monkeypatch: pytest.MonkeyPatch, **joiners: Any) -> tuple[list[JoinedVenue], dict[str, str]]:
    for name, join in joiners.items():
        monkeypatch.setitem(JOINERS, name, join)

    async def run() -> tuple[list[JoinedVenue], dict[str, str]]:
        async with AsyncExitStack() as stack:
            config = Config(data=Path("unused"))
            return await recording._join(stack, tuple(joiners), config, SystemClock(), Random(1))

    return asyncio.run(run())


def test_a_venue_that_refuses_at_the_start_leaves_the_others_to_be_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A9: a key that one venue does not accept is told of, and the other venue is recorded."""
    joined, away = _joined(monkeypatch, kalshi=joiner(REFUSAL, ""), polymarket=joiner(None, "wss://p"))
    assert [one.address for one in joined] == ["wss://p"]
    assert "401" in away["kalshi"]


@pytest.mark.parametrize("names", [("kalshi",), ("kalshi", "polymarket")])
def test_when_no_venue_is_left_the_refusal_ends_it(monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]) -> None:
    """With nobody to record there is nothing to go on with."""
    with pytest.raises(VenueRefused, match="401"):
        _joined(monkeypatch, **{name: joiner(REFUSAL, "") for name in names})


def test_polymarkets_addresses_come_from_the_configuration() -> None:
    """A simulator's addresses win; what is no address is refused with the setting's name."""
    hosts = polymarket_hosts(Config(data=Path("unused"), polymarket_ws_url="ws://127.0.0.1:9"))
    assert hosts.ws_url == "ws://127.0.0.1:9/ws/market"
    with pytest.raises(ConfigurationError, match="POLYMARKET_GAMMA_URL"):
        polymarket_hosts(Config(data=Path("unused"), polymarket_gamma_url="ftp://somewhere"))
