"""One market and one event of the simulated venue: what they are, where they stand, and the market's book."""

from typing import Literal, TypeAlias

from firstprint.sim.polymarket.books import SimBook
from firstprint.sim.polymarket.ids import condition_id, question_id, token_ids
from firstprint.sim.polymarket.listings import EventPlan, Plan

Stage: TypeAlias = Literal["fresh", "open", "proposed", "resolved", "inactive", "withdrawn"]
"""`fresh` has no book yet; `proposed` has none any more; `inactive` and `withdrawn` (closed early) never had one."""


class SimEvent:
    """An event and its markets."""

    __slots__ = ("game_id", "markets", "number", "parent", "plan", "rescheduled_from", "starts_ns", "updated_ns")

    def __init__(self, plan: EventPlan, number: int, game_id: int | None, parent: "SimEvent | None") -> None:
        self.plan = plan
        self.number = number
        self.game_id = game_id
        self.parent = parent
        self.markets: list[SimMarket] = []
        self.starts_ns = plan.starts_ns
        self.rescheduled_from: int | None = None
        self.updated_ns = plan.listed_ns

    @property
    def closed(self) -> bool:
        """Say whether no market of it is left open."""
        return all(market.closed for market in self.markets)


class SimMarket:
    """A market and its state. `book` is None until somebody looks; `changes` counts the changes of its book.

    `value` is what token 0 is paid, None before the result is known. `said_ms` is the newest time stamp under which
    its book was said as a whole, `touched` the best bid and ask last heard of, `quote` those that Gamma believes in,
    `fair` what it is worth and since when.
    """

    __slots__ = (
        "book", "changed_ns", "changes", "condition", "event", "fair", "last_e4", "last_size_e2", "listed_ns", "number",
        "plan", "question_id", "quote", "quoted_ns", "said_ms", "slot", "stage", "tick_e4", "tokens", "touched",
        "updated_ns", "value", "volume_e2",
    )  # fmt: skip

    def __init__(self, plan: Plan, event: SimEvent, number: int, seed: int, listed_ns: int) -> None:
        self.plan = plan
        self.event = event
        self.number = number
        self.condition = condition_id(seed, plan.slug)
        self.question_id = question_id(seed, plan.slug)
        self.tokens = token_ids(self.condition)
        self.listed_ns = self.updated_ns = self.changed_ns = listed_ns
        self.stage: Stage = "fresh"
        self.tick_e4 = plan.tick_e4
        self.book: SimBook | None = None
        self.changes = 0
        self.last_e4: int | None = None
        self.last_size_e2 = 0
        self.volume_e2 = 0
        self.value: float | None = None
        self.said_ms = 0
        self.slot = -1
        self.quote: tuple[int, int] = (0, 0)
        self.quoted_ns: int | None = None
        self.touched: tuple[int, int] | None = None
        self.fair: tuple[int, int] = (-1, 0)

    @property
    def closed(self) -> bool:
        """Say whether Gamma calls it closed."""
        return self.stage in {"resolved", "withdrawn"}

    @property
    def has_book(self) -> bool:
        """Say whether the CLOB knows it now."""
        return self.stage == "open"

    @property
    def title(self) -> str:
        """Give its name for logs: the slug."""
        return self.plan.slug
