"""The decisions of the Federal Reserve as the venue lists them: five markets a meeting, one of which pays.

Source: events of 2025 and 2026; what Kalshi calls "Cut >25bps" is "50+ bps" here, since steps are quarters of a point.
"""

from firstprint.sim.polymarket.listings import EventPlan, Plan, Tag
from firstprint.sim.polymarket.topics import relisted, steady
from firstprint.sim.world.meetings import Meeting

_DAY_NS = 86_400 * 1_000_000_000
_ORDER = ("C26", "C25", "H0", "H25", "H26")
_MOVES = {"C26": ("decrease", "50+"), "C25": ("decrease", "25"), "H25": ("increase", "25"), "H26": ("increase", "50+")}
_RULES = (
    "The FED interest rates are defined in this market by the upper bound of the target federal funds range. This"
    " market will resolve to the amount of basis points the upper bound of the target federal funds rate is changed"
    " by versus the level it was prior to the Federal Reserve's {when} meeting.\n\nIf the target federal funds rate is"
    " changed to a level not expressed in the displayed options, the change will be rounded up to the nearest 25 and"
    " will resolve to the relevant bracket."
)


def fed_slug(meeting: Meeting, code: str) -> str:
    """Give the slug of the market on one outcome, by Kalshi's code of it."""
    when = f"{meeting.day:%B-%Y}".lower()
    if code not in _MOVES:
        return f"no-change-in-fed-interest-rates-after-{when}-meeting"
    way, points = _MOVES[code]
    return f"fed-{way}s-interest-rates-by-{points.replace('+', '')}-bps-after-{when}-meeting"


def fed_event(meeting: Meeting, seed: int, now_ns: int) -> EventPlan:
    """Plan a meeting's event; some are relisted and carry a tail of digits."""
    rules = _RULES.format(when=f"{meeting.day:%B %Y}")
    return EventPlan(
        slug=relisted(f"fed-decision-in-{meeting.day:%B}".lower(), seed), title=f"Fed decision in {meeting.day:%B}?",
        description=rules, listed_ns=now_ns - 40 * _DAY_NS, deadline_ns=meeting.decided_ns, ends_ns=meeting.decided_ns,
        tags=(Tag(100196, "Fed Rates", "fed-rates"), Tag(120, "Finance", "finance")), neg_risk=True,
        plans=tuple(_plan(meeting, code, rules) for code in _ORDER), series=(10053, "fomc"),
        source="https://www.federalreserve.gov/monetarypolicy/openmarket.htm",
    )  # fmt: skip


def _plan(meeting: Meeting, code: str, rules: str) -> Plan:
    when = f"{meeting.day:%B %Y}"
    if code in _MOVES:
        way, points = _MOVES[code]
        asked, group = f"Fed {way}s interest rates by {points} bps after {when} meeting?", f"{points} bps {way}"
    else:
        asked, group = f"No change in Fed interest rates after {when} meeting?", "No change"
    return Plan(
        fed_slug(meeting, code), asked, ("Yes", "No"), rules, steady(meeting.chances[code]),
        float(code == meeting.outcome), group=group, tick_e4=10,
    )  # fmt: skip
