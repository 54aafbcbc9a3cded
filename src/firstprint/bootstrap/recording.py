"""The recorder, joined: data folder, journal, venue, supervisor, watchdog; opened in order and closed in order."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from random import Random, SystemRandom

import msgspec
import structlog

import firstprint
from firstprint.app.record import Recorder
from firstprint.app.recorder_ports import RecorderPorts
from firstprint.bootstrap.joined import JoinedVenue
from firstprint.bootstrap.venues import JOINERS, check_venues
from firstprint.config import Config
from firstprint.domain.clock import NS_PER_S, Clock
from firstprint.domain.errors import JournalFailed, VenueRefused, VenueUnavailable
from firstprint.domain.gaps import GapReason
from firstprint.domain.happenings import SessionOpened
from firstprint.journal.committer import Committer
from firstprint.journal.folder import DataFolder
from firstprint.journal.journal import Journal, JournalState
from firstprint.journal.recovery import Recovery, recover
from firstprint.journal.sessions import SessionSummary, list_sessions
from firstprint.net.backoff import Backoff
from firstprint.net.clock import SystemClock
from firstprint.net.tasks import Supervisor
from firstprint.net.watchdog import Heartbeat, Watchdog

_log = structlog.get_logger(__name__)

TICKS_DUE_S = 10.0
KALSHI = "kalshi"


class Recording:
    """A recording under way: what the live view reads, and how it is stopped.

    `away` names the venues that could not be joined, with the error: the others are recorded without them.
    """

    def __init__(
        self,
        config: Config,
        recorder: Recorder,
        journal: Journal,
        venues: Sequence[JoinedVenue],
        away: Mapping[str, str],
        clock: Clock,
    ) -> None:
        self.config = config
        self.recorder = recorder
        self.journal = journal
        self.venues = venues
        self.away = away
        self.clock = clock
        self.stop = asyncio.Event()
        self.failure: Exception | None = None
        self._loop = asyncio.get_running_loop()
        self.heartbeat: Heartbeat | None = None

    @property
    def session(self) -> str:
        """The id of the session being recorded."""
        return self.journal.session

    def fail(self, error: Exception) -> None:
        """Stop because the record cannot be kept; called from the committer's thread."""
        self.failure = error
        self._loop.call_soon_threadsafe(self.stop.set)

    def beat(self) -> None:
        """Say that ticks go on, and tell the scribe why frames are dropped if they are."""
        if self.heartbeat is not None:
            self.heartbeat.beat()
        full = self.journal.state is JournalState.DISK_FULL
        self.recorder.scribe.loss_cause = GapReason.DISK_FULL if full else GapReason.OVERLOAD

    # -- what the watchdog tells ---------------------------------------------------------------------------------

    def on_stalled(self, stalled_ns: int) -> None:
        """Report a loop that stands still; the record of it is written when it runs again."""
        _log.error("event_loop_stalled", stalled_s=stalled_ns / NS_PER_S)

    def on_resumed(self, stalled_ns: int) -> None:
        """Report a loop that runs again; the tick has it recorded."""
        _log.warning("event_loop_resumed", stalled_s=stalled_ns / NS_PER_S)

    def on_late(self, name: str, age_ns: int) -> None:
        """Look at the connections when a heartbeat is late: data may have stopped while pings go on."""
        _log.warning("heartbeat_late", name=name, age_s=age_ns / NS_PER_S)
        self._loop.call_soon_threadsafe(self.recorder.look_for_silence)

    def on_watchdog_lost(self, silent_ns: int) -> None:
        """Report a watchdog that watches no more."""
        _log.error("watchdog_lost", silent_s=silent_ns / NS_PER_S)


def check_free(config: Config) -> None:
    """Refuse a data folder that another recorder uses, or that cannot be used. Raises DataFolderError."""
    DataFolder.open(config.data, recorder=True).close()


def new_session_id(clock: Clock) -> str:
    """Name a session by its start in UTC and six random hexadecimal digits: names sort as sessions follow."""
    started = datetime.fromtimestamp(clock.now().wall_ns // NS_PER_S, UTC)
    return f"{started:%Y%m%dT%H%M%SZ}-{SystemRandom().getrandbits(24):06x}"


def recover_all(folder: DataFolder) -> tuple[SessionSummary | None, list[Recovery]]:
    """Bring the sessions before this one into order; give the last of them, and what was done."""
    summaries = list_sessions(folder.journal)
    recoveries = [recover(one.folder) for one in summaries if not one.closed]
    recorded = [one for one in list_sessions(folder.journal) if one.last_wall_ns is not None]
    return (recorded[-1] if recorded else None), recoveries


def opened_after(previous: SessionSummary | None, session: str, venues: Sequence[str], config: Config) -> SessionOpened:
    """Describe a session that begins now, and the one before it."""
    return SessionOpened(
        session=session,
        venue=venues[0],
        venues=list(venues),
        software=f"firstprint {firstprint.__version__} on Python {sys.version.split()[0]}",
        settings=msgspec.to_builtins(config.recorder),
        previous=previous.session if previous else None,
        previous_outcome=("clean" if previous.closed else "crashed") if previous else None,
        previous_end_wall_ns=previous.last_wall_ns if previous else None,
    )


async def _join(
    open_venues: AsyncExitStack, names: Sequence[str], config: Config, clock: Clock, random: Random
) -> tuple[list[JoinedVenue], dict[str, str]]:
    """Join venues; give them, and those that are away where others are not (A9). Raises what a sole one raises."""
    joined: list[JoinedVenue] = []
    away: dict[str, str] = {}
    for name in names:
        try:
            joined.append(await open_venues.enter_async_context(JOINERS[name](config, clock, random)))
        except (VenueRefused, VenueUnavailable) as error:
            if len(names) == 1 or len(away) == len(names) - 1:
                raise
            away[name] = str(error)
            _log.error("venue_away", venue=name, error=str(error), why="the others are recorded without it")
    return joined, away


@asynccontextmanager
async def recording(
    config: Config,
    *,
    venues: Sequence[str] = (KALSHI,),
    clock: Clock | None = None,
    on_durable: Callable[[int], None] | None = None,
) -> AsyncIterator[Recording]:
    """Record venues in one session until the block is left.

    Raises the errors of the data folder and the configuration, and those of the venue where there is no other.
    """
    check_venues(venues)
    clock, random = clock or SystemClock(), SystemRandom()
    with DataFolder.open(config.data, recorder=True) as folder:
        previous, recoveries = recover_all(folder)
        for one in recoveries:
            _log.info("session_recovered", session=one.session, last_record=one.last_record, torn=len(one.torn))
        async with AsyncExitStack() as open_venues:
            joined, away = await _join(open_venues, venues, config, clock, random)
            journal = Journal.create(folder.journal, new_session_id(clock), clock, on_durable=on_durable)
            opened = opened_after(previous, journal.session, [one.ports.venue.name for one in joined], config)
            ports = RecorderPorts(
                venues=[one.ports for one in joined],
                journal=journal,
                clock=clock,
                patience=lambda: Backoff(random),
            )
            recorder = Recorder(ports, config.recorder, opened)
            under_way = Recording(config, recorder, journal, joined, away, clock)
            async with _running(under_way, clock, random):
                yield under_way


@asynccontextmanager
async def _running(under_way: Recording, clock: Clock, random: SystemRandom) -> AsyncIterator[None]:
    committer = Committer(under_way.journal, clock, under_way.fail)
    watchdog = Watchdog(clock, under_way)
    under_way.heartbeat = watchdog.heartbeat("ticks", TICKS_DUE_S)
    under_way.recorder.on_tick = under_way.beat
    under_way.recorder.pulses = watchdog
    committer.start()
    watchdog.start()
    try:
        async with Supervisor(random) as supervisor:
            supervisor.start("recorder", lambda: under_way.recorder.run(supervisor, under_way.stop), vital=True)
            try:
                yield
            finally:
                under_way.stop.set()
                under_way.recorder.close()
                supervisor.stop()
    finally:
        watchdog.stop()
        committer.stop()
        if under_way.journal.state is not JournalState.FAILED:
            under_way.journal.close()
    if under_way.failure is not None:
        raise JournalFailed(str(under_way.failure)) from under_way.failure
