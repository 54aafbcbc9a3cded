"""A venue joined for live use: its ports, and what a person is told of it."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from random import Random
from typing import NamedTuple, TypeAlias

from firstprint.app.linking.ports import ListingSearch
from firstprint.app.recorder_ports import VenuePorts
from firstprint.config import Config
from firstprint.domain.clock import Clock


class JoinedVenue(NamedTuple):
    """A venue ready for use. `notice` says in one line what a key would add, None where nothing is missing.

    `search` finds listings with the same limiter as the ports have: a venue's limits are kept by all together (A5).
    """

    ports: VenuePorts
    address: str
    notice: str | None = None
    search: ListingSearch | None = None


Joiner: TypeAlias = Callable[[Config, Clock, Random], AbstractAsyncContextManager[JoinedVenue]]
"""Joins one venue by the configuration. Raises ConfigurationError, VenueRefused or VenueUnavailable."""
