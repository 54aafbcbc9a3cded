"""The syncs of the securities master, joined: the venue's REST, the run journals, the database."""

import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from random import Random, SystemRandom

import msgspec
from sqlalchemy import Engine

import firstprint
from firstprint.app.secmaster.ports import RunOpened, RunProgress
from firstprint.app.secmaster.sync import SyncPorts
from firstprint.bootstrap.database import master_of
from firstprint.bootstrap.lists import join_lists
from firstprint.bootstrap.recording import new_session_id
from firstprint.config import Config
from firstprint.domain.clock import Clock
from firstprint.domain.happenings import SessionOpened
from firstprint.journal.runs import RunJournal, RunJournals
from firstprint.net.clock import SystemClock
from firstprint.store.security_master import SqlSecurityMaster
from firstprint.venues.kalshi.venue import KalshiVenue


def software() -> str:
    """Name this program and its Python, for the record."""
    return f"firstprint {firstprint.__version__} on Python {sys.version.split()[0]}"


@asynccontextmanager
async def syncing(
    config: Config, *, clock: Clock | None = None, on_progress: Callable[[RunProgress], None] = lambda _: None
) -> AsyncIterator[SyncPorts]:
    """Join what a sync needs. Raises the errors of the data folder, the database, the configuration and the venue."""
    clock, random = clock or SystemClock(), SystemRandom()
    with master_of(config) as engine:
        async with join_lists(config, clock, random) as lists:
            yield sync_ports(config, engine, lists, clock, random, on_progress)


def sync_ports(
    config: Config,
    engine: Engine,
    lists: object,
    clock: Clock,
    random: Random,
    on_progress: Callable[[RunProgress], None] = lambda _: None,
) -> SyncPorts:
    """Join a sync over a database that is open, and a venue's lists."""
    journals = RunJournals(config.data, clock)

    @contextmanager
    def begin(opened: RunOpened) -> Iterator[RunJournal]:
        with journals.begin(_session_of(opened)) as journal:
            yield journal

    return SyncPorts(
        lists=lists,
        reader=KalshiVenue(),
        master=SqlSecurityMaster(engine),
        begin=begin,
        earlier=journals.earlier,
        new_run_id=lambda: new_session_id(clock),
        clock=clock,
        random=random,
        software=software(),
        on_progress=on_progress,
    )


def _session_of(opened: RunOpened) -> SessionOpened:
    return SessionOpened(
        session=opened.run,
        venue=opened.venue,
        software=opened.software,
        settings=msgspec.to_builtins(opened),
        previous=opened.resumes,
    )
