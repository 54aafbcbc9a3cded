"""One seed: a world with faults, a recorder that something happens to, and the proof of what it left."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import NamedTuple

from firstprint.app.record import Recorder
from firstprint.app.recorder_ports import RecorderPorts, VenuePorts
from firstprint.app.settings import RecorderSettings
from firstprint.app.venues import Venues
from firstprint.app.verify import Verifier
from firstprint.app.verify_report import VerifyReport
from firstprint.bootstrap.recorded import JournalSession
from firstprint.domain.clock import NS_PER_S
from firstprint.domain.happenings import SessionOpened
from firstprint.journal.acknowledged import read_acknowledged
from firstprint.journal.journal import Journal
from firstprint.journal.limits import JournalLimits
from firstprint.journal.recovery import recover
from firstprint.journal.sessions import list_sessions
from firstprint.net.backoff import Backoff
from firstprint.net.limiter import Limiter
from firstprint.net.tasks import Supervisor
from firstprint.sim.kalshi.exchange import Exchange
from firstprint.sim.kalshi.faults import FaultScript
from firstprint.sim.kalshi.keys import KeyRing, generate_key
from firstprint.sim.kalshi.settings import SimSettings
from firstprint.sim.kalshi.truth import TruthLog
from firstprint.venues.kalshi.auth import Signer, load_private_key
from firstprint.venues.kalshi.rest import KalshiRest
from firstprint.venues.kalshi.venue import KalshiVenue
from tests.net.virtual_loop import run_virtual
from tests.simulation.disk import CutDisk, PowerCut
from tests.simulation.venue import Pump, SimDialer, SimHttp, VirtualClock

COMMIT_S = 0.005
JOURNAL = Path("/simulated/journal")
LIMITS = JournalLimits(reserve_bytes=1 << 21, segment_bytes_max=1 << 19, queue_bytes_max=1 << 21, control_bytes=1 << 18)
SMALL_QUEUE = JournalLimits(
    reserve_bytes=1 << 18, segment_bytes_max=1 << 19, queue_bytes_max=1 << 18, control_bytes=1 << 17
)
"""For those whose disk goes away: a queue that some seconds fill."""
SETTINGS = RecorderSettings(markets_per_subscription=5, reconcile_s=20.0)

MISHAPS = ("none", "power_cut", "wall_step", "disk_full", "disk_away", "stall")


class Plan(NamedTuple):
    """What one seed runs. `mishap` is what happens to the recorder itself, in the middle of the run.

    `cut_at` cuts the power at a sync instead: N + 0.0 right before the Nth, N + 0.5 right after it.
    """

    seed: int
    virtual_s: float = 30.0
    markets: int = 12
    rate_per_s: float = 60.0
    faults: str = "standard"
    mishap: str = "none"
    cut_at: float | None = None


class Outcome(NamedTuple):
    """What became of a seed: the proofs of its sessions, and what was lost of what had been acknowledged."""

    plan: Plan
    reports: list[VerifyReport]
    acknowledged_lost: int
    gap_reasons: set[str]

    @property
    def ok(self) -> bool:
        """Tell whether everything held."""
        looked = any(report.books_checked for report in self.reports)
        return looked and all(report.ok for report in self.reports) and not self.acknowledged_lost

    @property
    def problems(self) -> list[str]:
        """Say what did not hold."""
        nothing = [] if any(report.books_checked for report in self.reports) else ["no book was compared"]
        return (
            nothing
            + [problem for report in self.reports for problem in report.problems]
            + ([f"{self.acknowledged_lost} acknowledged records lost"] if self.acknowledged_lost else [])
        )


def plan_of(seed: int) -> Plan:
    """Draw a plan from a seed alone."""
    random = Random(f"plan/{seed}")
    return Plan(
        seed,
        markets=random.choice((6, 12, 20)),
        rate_per_s=random.choice((20.0, 60.0, 120.0)),
        faults=random.choice(("none", "standard", "standard", "standard")),
        mishap=MISHAPS[seed % len(MISHAPS)],
    )


def simulate(plan: Plan, scratch: Path) -> Outcome:
    """Run one seed from start to orderly stop, on virtual time, and prove what it left."""
    return run_virtual(Simulation(plan, scratch).run())


class Simulation:
    """One world, and one recorder after the other in it."""

    def __init__(self, plan: Plan, scratch: Path) -> None:
        self._plan = plan
        self._random = Random(plan.seed)
        self._clock = VirtualClock()
        self._truth: list[bytes] = []
        self._key = generate_key(scratch, kind="ed25519")
        self._disk = CutDisk(cut_at=plan.cut_at)
        self._lost = 0
        self._reasons: set[str] = set()

    async def run(self) -> Outcome:
        """Run it."""
        self._exchange = self._open_exchange()
        self._pump = Pump(self._exchange, self._clock)
        self._pump.turn()
        middle_s = self._plan.virtual_s * self._random.uniform(0.3, 0.7)
        if self._plan.mishap == "power_cut":
            with suppress(PowerCut):
                await self._record("one", middle_s, clean=False)
            self._cut_power("one")
            await asyncio.sleep(self._random.uniform(0.5, 4.0))
            await self._record("two", self._plan.virtual_s - middle_s, clean=True)
        else:
            await self._record("one", self._plan.virtual_s, clean=True, mishap_at_s=middle_s)
        self._pump.stop()
        self._exchange.finish(self._clock.venue_ns())
        lines = b"".join(self._truth).splitlines()
        return Outcome(self._plan, list(self._prove(lines)), self._lost, self._reasons)

    def _open_exchange(self) -> Exchange:
        plan, keys = self._plan, KeyRing()
        keys.add(self._key.key_id, self._key.public_key)
        settings = SimSettings(
            seed=plan.seed, markets=plan.markets, rate_per_s=plan.rate_per_s, created_per_s=0.3, compression=600.0,
            combos=4,
        )  # fmt: skip
        faults = FaultScript.named(plan.faults, plan.seed)
        return Exchange(settings, self._clock.venue_ns(), keys, faults, TruthLog(self._truth.append))

    async def _record(self, session: str, for_s: float, *, clean: bool, mishap_at_s: float | None = None) -> None:
        opened = self._opened(session)
        journal = Journal.create(JOURNAL, session, self._clock, files=self._disk, limits=self._limits())
        recorder = self._recorder(journal, opened)
        stop = asyncio.Event()
        self._committing = True
        async with Supervisor(self._random) as supervisor:
            supervisor.start("commits", lambda: self._commit_for_ever(journal), vital=True)
            supervisor.start("recorder", lambda: recorder.run(supervisor, stop), vital=True)
            if mishap_at_s is not None:
                await asyncio.sleep(mishap_at_s)
                await self._mishap()
                for_s -= mishap_at_s
            await asyncio.sleep(for_s)
            if clean:
                recorder.close()
            supervisor.stop()
        self._reasons.update(recorder.live.gaps_opened)
        if clean:
            journal.close()

    def _limits(self) -> JournalLimits:
        return SMALL_QUEUE if self._plan.mishap.startswith("disk") else LIMITS

    def _opened(self, session: str) -> SessionOpened:
        """Recover what the session before left, as a start does, and describe the new one."""
        before = list_sessions(JOURNAL, self._disk)
        for one in before:
            recover(one.folder, self._disk)
        recorded = [one for one in list_sessions(JOURNAL, self._disk) if one.last_record]
        last = recorded[-1] if recorded else None
        return SessionOpened(
            session=session,
            venue="kalshi",
            software="simulation",
            previous=last.session if last else None,
            previous_outcome=("clean" if last.closed else "crashed") if last else None,
            previous_end_wall_ns=last.last_wall_ns if last else None,
        )

    def _recorder(self, journal: Journal, opened: SessionOpened) -> Recorder:
        signer = Signer(self._key.key_id, load_private_key(Path(self._key.path).read_bytes()))
        limiter = Limiter(rate_per_s=200, capacity=400, random=self._random)
        rest = KalshiRest(
            SimHttp(self._pump, limiter),  # type: ignore[arg-type] # what it needs of an HTTP client, no more
            clock=self._clock,
            random=self._random,
            signer=signer,
        )
        ports = RecorderPorts(
            venues=[VenuePorts(venue=KalshiVenue(), directory=rest, dialer=SimDialer(self._pump, signer))],
            journal=journal,
            clock=self._clock,
            patience=lambda: Backoff(self._random),
        )
        return Recorder(ports, SETTINGS, opened)

    async def _commit_for_ever(self, journal: Journal) -> None:
        while True:
            await asyncio.sleep(COMMIT_S)
            if self._committing:
                journal.commit()

    async def _mishap(self) -> None:
        mishap, away_s = self._plan.mishap, self._random.uniform(1.0, 12.0)
        if mishap == "wall_step":
            self._clock.wall_step_ns += self._random.choice((-3600, -1, 1, 3600)) * NS_PER_S
        elif mishap == "disk_full":
            self._disk.full = True
            await asyncio.sleep(away_s)
            self._disk.full = False
        elif mishap == "disk_away":
            self._committing = False
            await asyncio.sleep(away_s)
            self._committing = True
        elif mishap == "stall":
            asyncio.get_running_loop().now_s += away_s + 5.0  # type: ignore[attr-defined] # the virtual loop's own time

    def _cut_power(self, session: str) -> None:
        for wire in tuple(self._pump.wires):
            wire.listener.closed = lambda *_: None  # type: ignore[method-assign] # nobody is left to hear it
            wire.end(1006, "power cut", "us")
        acknowledged = read_acknowledged(self._disk, JOURNAL / session)
        self._disk = CutDisk(self._disk.after_power_cut(self._random))
        left = recover(JOURNAL / session, self._disk)
        self._lost += max(0, acknowledged - left.last_record)

    def _prove(self, lines: list[bytes]) -> Iterator[VerifyReport]:
        for one in list_sessions(JOURNAL, self._disk):
            if not one.last_record:
                continue  # nothing of it had become durable
            yield Verifier(Venues(KalshiVenue()), JournalSession(one.folder, self._disk), truth=lines).verify()
