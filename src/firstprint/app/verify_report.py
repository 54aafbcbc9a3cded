"""What the proof found: the figures of `firstprint verify --json`, and sentences that say where."""

import msgspec

PROBLEMS_MAX = 100


class VerifyReport(msgspec.Struct, kw_only=True):
    """The figures of one session. Everything from `silent_gaps` on that stands in WRONG must be zero.

    `gaps` and `repaired` count gap rows; `books_checked` and `books_wrong` states of a market at a sequence number;
    `books_unproved` those that a loss without a trace had made differ from the truth, at a venue without numbers;
    `silent_gaps` sequence numbers; `false_gaps` gap rows; the sink figures rows. `problems` says where, the first
    hundred; `notes` what was not, or could not be, looked at. `venues` are those that were recorded,
    `truth_venues` those of them whose books were compared with a truth log: all, some, or, without one, none.
    """

    frames: int = 0
    silent_gaps: int = 0
    false_gaps: int = 0
    gaps: int = 0
    repaired: int = 0
    books_checked: int = 0
    books_wrong: int = 0
    acknowledged_lost: int = 0
    duplicates: int = 0
    sink_missing: int = 0
    sink_extra: int = 0
    session: str = ""
    records: int = 0
    connections: int = 0
    closed: bool = False
    frames_unaccounted: int = 0
    frames_altered: int = 0
    order_broken: int = 0
    damaged: int = 0
    session_broken: int = 0
    sinks_behind: int = 0
    sink_poisoned: int = 0
    books_unproved: int = 0
    venues: list[str] = []
    truth_venues: list[str] = []
    problems: list[str] = []
    notes: list[str] = []

    @property
    def ok(self) -> bool:
        """Tell whether nothing is wrong."""
        return not any(getattr(self, name) for name in WRONG)

    def found(self, figure: str, sentence: str, count: int = 1) -> None:
        """Count something wrong, and say where while there is room."""
        setattr(self, figure, getattr(self, figure) + count)
        if len(self.problems) < PROBLEMS_MAX:
            self.problems.append(f"{figure}: {sentence}")


WRONG = (
    "silent_gaps",
    "false_gaps",
    "books_wrong",
    "acknowledged_lost",
    "duplicates",
    "sink_missing",
    "sink_extra",
    "frames_unaccounted",
    "frames_altered",
    "order_broken",
    "damaged",
    "session_broken",
)
"""The figures of which each must be zero."""
