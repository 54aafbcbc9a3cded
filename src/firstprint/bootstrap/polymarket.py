"""Polymarket, joined: Gamma and the CLOB by REST, the market stream, and the pure half. It needs no key."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

from firstprint.app.recorder_ports import VenuePorts
from firstprint.bootstrap.joined import JoinedVenue
from firstprint.config import Config
from firstprint.domain.clock import Clock
from firstprint.net.http import HttpClient
from firstprint.net.limiter import Limiter
from firstprint.venues.polymarket.hosts import Hosts, custom_hosts
from firstprint.venues.polymarket.lookup import PolymarketLookup
from firstprint.venues.polymarket.rest import ClobRest, GammaRest, polymarket_limiter
from firstprint.venues.polymarket.search import PolymarketSearch
from firstprint.venues.polymarket.stream import PolymarketDialer
from firstprint.venues.polymarket.venue import PolymarketVenue


def polymarket_hosts(config: Config) -> Hosts:
    """Give Polymarket's addresses by the configuration. Raises ConfigurationError for one that is none."""
    return custom_hosts(config.polymarket_gamma_url, config.polymarket_clob_url, config.polymarket_ws_url)


@asynccontextmanager
async def join_search(
    hosts: Hosts, clock: Clock, random: Random, limiter: Limiter | None = None
) -> AsyncIterator[PolymarketSearch]:
    """Join the search of Gamma's listings: it asks for news ahead of all else, within the same limits.

    `limiter` is that of others who ask Gamma beside it.
    """
    shared = limiter or polymarket_limiter(random)
    async with (
        HttpClient(hosts.gamma_url, limiter=shared, clock=clock) as client,
        HttpClient(hosts.gamma_url, limiter=shared, clock=clock, goes_first=True) as first,
    ):
        yield PolymarketSearch(GammaRest(client, random=random), GammaRest(first, random=random))


@asynccontextmanager
async def join_polymarket(config: Config, clock: Clock, random: Random) -> AsyncIterator[JoinedVenue]:
    """Join Polymarket by the configuration. Raises ConfigurationError for an address that is none."""
    hosts, venue = polymarket_hosts(config), PolymarketVenue()
    shared = polymarket_limiter(random)
    async with (
        HttpClient(hosts.gamma_url, limiter=shared, clock=clock) as gamma_client,
        HttpClient(hosts.clob_url, limiter=polymarket_limiter(random), clock=clock) as clob_client,
        join_search(hosts, clock, random, shared) as search,
    ):
        gamma, clob = GammaRest(gamma_client, random=random), ClobRest(clob_client, random=random)
        ports = VenuePorts(
            venue=venue,
            dialer=PolymarketDialer(hosts, clock=clock),
            lookup=PolymarketLookup(gamma, clob, venue.assets),
        )
        yield JoinedVenue(ports, hosts.ws_url, None, search)
