"""Kalshi's lists, joined for a sync: REST alone, with the account's own limits where there is a key."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import structlog

from firstprint.bootstrap.venue import signer_of
from firstprint.config import Config
from firstprint.domain.clock import Clock
from firstprint.domain.errors import VenueUnavailable
from firstprint.net.http import HttpClient
from firstprint.net.limiter import Limiter
from firstprint.venues.kalshi.account import BASIC_CAPACITY, BASIC_RATE_PER_S
from firstprint.venues.kalshi.hosts import custom_rest, hosts_of
from firstprint.venues.kalshi.lists_client import KalshiLists
from firstprint.venues.kalshi.rest import KalshiRest

_log = structlog.get_logger(__name__)


@asynccontextmanager
async def join_lists(config: Config, clock: Clock, random: Random) -> AsyncIterator[KalshiLists]:
    """Join Kalshi's lists by the configuration.

    Raises ConfigurationError for an address or a key that cannot be used, VenueRefused when the key is not accepted.
    """
    url = config.kalshi_rest_url
    rest_url = hosts_of(config.kalshi_env).rest_url if url is None else custom_rest(url)
    limiter = Limiter(rate_per_s=BASIC_RATE_PER_S, capacity=BASIC_CAPACITY, random=random)
    async with HttpClient(rest_url, limiter=limiter, clock=clock) as client:
        rest = KalshiRest(client, clock=clock, random=random, signer=signer_of(config))
        try:
            await rest.tune()
        except VenueUnavailable as error:
            _log.warning("account_limits_unknown", error=str(error), rate_per_s=BASIC_RATE_PER_S)
        yield KalshiLists(rest)
