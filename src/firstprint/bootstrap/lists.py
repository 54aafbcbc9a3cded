"""Kalshi's lists, joined for a sync: REST alone, with the account's own limits where there is a key."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

from firstprint.bootstrap.kalshi import join_rest, signer_of
from firstprint.config import Config
from firstprint.domain.clock import Clock
from firstprint.venues.kalshi.hosts import custom_rest, hosts_of
from firstprint.venues.kalshi.lists_client import KalshiLists


@asynccontextmanager
async def join_lists(config: Config, clock: Clock, random: Random) -> AsyncIterator[KalshiLists]:
    """Join Kalshi's lists by the configuration.

    Raises ConfigurationError for an address or a key that cannot be used, VenueRefused when the key is not accepted.
    """
    url = config.kalshi_rest_url
    rest_url = hosts_of(config.kalshi_env).rest_url if url is None else custom_rest(url)
    async with join_rest(rest_url, clock, random, signer_of(config)) as rest:
        yield KalshiLists(rest)
