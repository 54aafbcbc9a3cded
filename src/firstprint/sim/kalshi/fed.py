"""The Federal Reserve's meetings as the venue lists them: five outcomes of each, of which one happens."""

from firstprint.sim.kalshi.listings import Batch, Plan, SimEvent, Strike
from firstprint.sim.kalshi.making import Maker
from firstprint.sim.world.meetings import OUTCOMES, Meeting

_DAY_S = 86_400.0
_CHANGES = {"H0": "Hike of 0bps", "C25": "Cut of 25bps", "C26": "Cut of >25bps", "H25": "Hike of 25bps",
            "H26": "Hike of >25bps"}  # fmt: skip


def decision_batch(maker: Maker, meeting: Meeting) -> Batch:
    """List what a meeting may decide."""
    series = maker.serie("KXFEDDECISION", "Fed decision", "Economics", "custom", tag="Fed")
    month = f"{meeting.day:%B %Y}"
    event = SimEvent(
        meeting.event_ticker, series, f"Fed decision in {meeting.day:%b %Y}?", f"At their {month} meeting",
        exclusive=True, start_ns=meeting.decided_ns, meeting=meeting,
    )  # fmt: skip
    plans = (
        Plan(
            meeting.ticker(code), event, words, Strike("custom"), "yes" if code == meeting.outcome else "no",
            title=_title(_CHANGES[code], month), side=_CHANGES[code],
            chance=meeting.chances[code],
        )
        for code, words, _ in OUTCOMES
    )  # fmt: skip
    return maker.fresh(plans, _DAY_S, 30 * _DAY_S)


def _title(change: str, month: str) -> str:
    word, _, size = change.partition(" of ")
    return f"Will the Federal Reserve {word} rates by {size} at their {month} meeting?"
