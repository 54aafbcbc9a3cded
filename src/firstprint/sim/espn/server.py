"""The simulated ESPN on loopback."""

from firstprint.domain.clock import Clock
from firstprint.sim.espn.scoreboard import Scoreboard
from firstprint.sim.world.shared import SharedWorld
from firstprint.sim.world.sourcing import SimulatedSource, SourceFaults


class SimulatedEspn(SimulatedSource):
    """`async with SimulatedEspn(shared, clock) as espn`, then `espn.url` and `espn.counts`."""

    def __init__(self, shared: SharedWorld, clock: Clock, *, faults: SourceFaults | None = None, port: int = 0) -> None:
        faults = faults or SourceFaults()
        super().__init__(shared, clock, Scoreboard(shared, missing_teams=faults.missing_teams), faults, port)
