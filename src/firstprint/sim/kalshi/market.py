"""One market of the simulated venue: what it is, where it stands, and its book."""

from typing import NamedTuple, Self

from firstprint.sim.kalshi.books import SimBook
from firstprint.sim.kalshi.grids import Grid
from firstprint.sim.kalshi.listings import Plan
from firstprint.sim.kalshi.texts import DOLLAR_E4, uuid_of

_GAME_NS = 3 * 3_600 * 1_000_000_000
LIVE = ("initialized", "active", "inactive")
VALUE_E4 = {"yes": DOLLAR_E4, "no": 0, "scalar": DOLLAR_E4 // 2, "": 0}


class Times(NamedTuple):
    """A market's appointed times, Unix ns. `close_ns` may still move; `far_ns` is the latest expiration."""

    created_ns: int
    open_ns: int
    close_ns: int
    determine_ns: int
    settle_ns: int

    @property
    def far_ns(self) -> int:
        """Give the latest expiration: two days after the appointed close."""
        return self.close_ns + 2 * 86_400 * 1_000_000_000

    def sooner(self, by_ns: int) -> Self:
        """Move the close nearer, and what follows it as much."""
        return self._replace(
            close_ns=self.close_ns - by_ns, determine_ns=self.determine_ns - by_ns, settle_ns=self.settle_ns - by_ns
        )


class SimTrade(NamedTuple):
    """One trade: `taker` is the outcome the taker bought; price in yes terms."""

    trade_id: str
    ticker: str
    yes_price_e4: int
    size_e2: int
    taker: str
    at_ns: int


class SimMarket:
    """A market and its state. `book` is None until somebody looks: most of a hundred thousand are never looked at."""

    __slots__ = (
        "book", "combo", "grid", "id_text", "index", "interest_e2", "last_e4", "last_size_e2", "plan", "result",
        "settled_ns", "slot", "status", "ticker", "times", "title", "updated_ns", "volume_e2", "zombie",
    )  # fmt: skip

    def __init__(self, plan: Plan, index: int, times: Times) -> None:
        self.plan = plan
        self.ticker = plan.ticker
        self.title = plan.title or plan.event.title
        self.index = index
        self.times = times
        self.grid: Grid = plan.grid
        self.combo = bool(plan.legs)
        self.status = "initialized"
        self.result = ""
        self.settled_ns: int | None = None
        self.updated_ns = times.created_ns
        self.book: SimBook | None = None
        self.slot = -1
        self.zombie = False
        self.last_e4 = 0
        self.last_size_e2 = 0
        self.volume_e2 = 0
        self.interest_e2 = 0
        self.id_text: str | None = None

    @property
    def market_id(self) -> str:
        """Give the uuid that the WebSocket says and REST does not."""
        if self.id_text is None:
            self.id_text = uuid_of(f"market/{self.ticker}")
        return self.id_text

    @property
    def expected_ns(self) -> int:
        """Give when the venue expects it to be over: three hours after a game's start, else when it is determined."""
        game = self.plan.event.game
        return self.times.determine_ns if game is None else game.start_ns + _GAME_NS

    @property
    def value_e4(self) -> int:
        """Give what a yes contract pays, 1e-4 dollars."""
        return VALUE_E4[self.result]
