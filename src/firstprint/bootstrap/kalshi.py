"""Kalshi, joined: REST, the stream where there is a key, and the pure half."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import structlog

from firstprint.app.recorder_ports import VenuePorts
from firstprint.bootstrap.joined import JoinedVenue
from firstprint.bootstrap.series_directories import join_series_directories
from firstprint.config import Config
from firstprint.domain.clock import Clock
from firstprint.domain.errors import ConfigurationError, VenueUnavailable
from firstprint.net.http import HttpClient
from firstprint.net.limiter import Limiter
from firstprint.venues.kalshi.account import BASIC_CAPACITY, BASIC_RATE_PER_S
from firstprint.venues.kalshi.auth import Signer, load_private_key
from firstprint.venues.kalshi.hosts import Hosts, custom_hosts, custom_rest, hosts_of, read_key_file
from firstprint.venues.kalshi.rest import IN_FLIGHT_MAX, KalshiRest
from firstprint.venues.kalshi.search import KalshiSearch
from firstprint.venues.kalshi.stream import KalshiDialer
from firstprint.venues.kalshi.venue import KalshiVenue

_log = structlog.get_logger(__name__)


NO_KEY = (
    "No Kalshi key: markets and books are read by REST, up to 15 s old. A key (KALSHI_KEY_ID and "
    "KALSHI_PRIVATE_KEY_PATH) adds the live stream: every change of every book, and new markets at once."
)


def kalshi_hosts(config: Config) -> Hosts:
    """Give Kalshi's addresses by the configuration. Raises ConfigurationError for one that is none."""
    if config.kalshi_rest_url is None and config.kalshi_ws_url is None:
        return hosts_of(config.kalshi_env)
    if config.kalshi_rest_url is not None and config.kalshi_ws_url is None and config.kalshi_key_id is None:
        return Hosts("custom", custom_rest(config.kalshi_rest_url), "")  # without a key there is no stream to reach
    if config.kalshi_rest_url is None or config.kalshi_ws_url is None:
        raise ConfigurationError("KALSHI_REST_URL and KALSHI_WS_URL belong together: set both, or neither")
    return custom_hosts(config.kalshi_rest_url, config.kalshi_ws_url)


def signer_of(config: Config) -> Signer | None:
    """Read the key that requests are signed with; None without one. Raises ConfigurationError for what is no key."""
    if config.kalshi_key_id is None and config.kalshi_key_path is None:
        return None
    if config.kalshi_key_path is None:
        raise ConfigurationError("KALSHI_KEY_ID is set, and KALSHI_PRIVATE_KEY_PATH is not: set both, or neither")
    if config.kalshi_key_id is None:
        raise ConfigurationError("KALSHI_PRIVATE_KEY_PATH is set, and KALSHI_KEY_ID is not: set both, or neither")
    return Signer(config.kalshi_key_id, load_private_key(read_key_file(config.kalshi_key_path)))


async def _tune(rest: KalshiRest) -> None:
    """Take the account's own limits; a venue that is away now is recorded when it is back, at the lowest tier's."""
    try:
        await rest.tune()
    except VenueUnavailable as error:
        _log.warning("account_limits_unknown", error=str(error), rate_per_s=BASIC_RATE_PER_S)


@asynccontextmanager
async def join_rest(rest_url: str, clock: Clock, random: Random, signer: Signer | None) -> AsyncIterator[KalshiRest]:
    """Join Kalshi's REST API, at the account's own rate. Raises VenueRefused when the key is not accepted."""
    limiter = Limiter(rate_per_s=BASIC_RATE_PER_S, capacity=BASIC_CAPACITY, random=random, in_flight_max=IN_FLIGHT_MAX)
    async with HttpClient(rest_url, limiter=limiter, clock=clock) as client:
        rest = KalshiRest(client, clock=clock, random=random, signer=signer)
        await _tune(rest)
        yield rest


@asynccontextmanager
async def join_search(
    rest_url: str, rest: KalshiRest, clock: Clock, random: Random, signer: Signer | None
) -> AsyncIterator[KalshiSearch]:
    """Join the search of Kalshi's listings: it asks for news ahead of all else, within the same limits."""
    async with HttpClient(rest_url, limiter=rest.limiter, clock=clock, goes_first=True) as client:
        yield KalshiSearch(rest, KalshiRest(client, clock=clock, random=random, signer=signer))


@asynccontextmanager
async def join_kalshi(config: Config, clock: Clock, random: Random) -> AsyncIterator[JoinedVenue]:
    """Join Kalshi by the configuration. Raises ConfigurationError, or VenueRefused when the key is not accepted."""
    hosts, signer, venue = kalshi_hosts(config), signer_of(config), KalshiVenue()
    async with (
        join_rest(hosts.rest_url, clock, random, signer) as rest,
        join_series_directories(config, rest, venue, clock, random) as series_directories,
        join_search(hosts.rest_url, rest, clock, random, signer) as search,
    ):
        ports = VenuePorts(
            venue=venue,
            directory=rest,
            dialer=KalshiDialer(hosts, signer, clock=clock) if signer is not None else None,
            series_directories=series_directories,
            sports=config.leagues.series,
        )
        yield JoinedVenue(ports, hosts.rest_url, NO_KEY if signer is None else None, search)
