"""The simulated The Odds API on loopback."""

from firstprint.domain.clock import Clock
from firstprint.sim.oddsapi.api import OddsApi, OddsSettings
from firstprint.sim.world.shared import SharedWorld
from firstprint.sim.world.sourcing import SimulatedSource, SourceFaults


class SimulatedOddsApi(SimulatedSource):
    """`async with SimulatedOddsApi(shared, clock) as odds`, then `odds.url`, `odds.counts` and `odds.api.remaining`."""

    def __init__(
        self,
        shared: SharedWorld,
        clock: Clock,
        *,
        settings: OddsSettings | None = None,
        faults: SourceFaults | None = None,
        port: int = 0,
    ) -> None:
        self.api = OddsApi(shared, settings or OddsSettings())
        super().__init__(shared, clock, self.api, faults or SourceFaults(), port)
