"""The rules of markets in the venue's words. What a contest's market settles on is told here, and here only.

Texts follow recorded rules of August 2026: the day is the one first scheduled, in US Eastern, with its time where the
league's tickers have one.
"""

from firstprint.sim.kalshi.listings import Plan, SimEvent
from firstprint.sim.world.contests import SimContest
from firstprint.sim.world.days import clock_text, day_text, eastern

PHRASES = {
    "NBA": "Pro Basketball", "NFL": "Pro Football", "NHL": "Pro Hockey", "MLB": "professional baseball",
    "WNBA": "women's Pro Basketball", "NCAAF": "college football", "NCAAB": "men's college basketball",
    "NCAAWB": "women's college basketball", "EPL": "professional EPL soccer",
    "LALIGA": "professional La Liga soccer", "MLS": "professional MLS soccer", "UCL": "professional UCL soccer",
}  # fmt: skip
_RULE_PHRASES = {"NBA": "professional basketball", "NFL": "professional football", "NHL": "professional hockey"}
_REGULATION = " after 90 minutes plus stoppage time (does not include extra time or penalties)"
_DISCLAIMER = (
    "Kalshi is not affiliated, associated, authorized, endorsed by, or in any way officially connected with the "
    "Governing League. All trademarks, logos, and brand names are the property of their respective owners."
)
_WITHIN_TWO_DAYS = (
    "If this game is postponed or delayed, the market will remain open and close after the rescheduled game has "
    "finished (within two days). If the game is cancelled or rescheduled to over two days away, the market will "
    "resolve to a fair price in accordance with the rules."
)
_WITHIN_48_HOURS = (
    "If the game is postponed but begins within 48 hours from its originally scheduled start time, the market will "
    "remain open and resolve based on the official final result. If the game is not started within 48 hours, the "
    "market will resolve to a fair market price."
)
_TIE_HALF = "If the game ends in a tie, the market will resolve to $0.50 for each team. "
_TIE_MARKET = (
    'If the game ends in a tie, the market called "Tie" resolves to Yes. If the game is cancelled or rescheduled to '
    "over 48 hours away, the market will resolve to a fair price in accordance with the rules."
)


def game_name(contest: SimContest) -> str:
    """Name a contest as markets' titles and rules do."""
    first, second = contest.ordered
    return f"{first.kalshi_name} vs {second.kalshi_name}"


def rules_primary(plan: Plan) -> str:
    """Say what makes a market resolve to Yes."""
    event = plan.event
    if event.game is not None and event.kind in {"GAME", "SPREAD", "TOTAL"}:
        return f"If {_condition(plan, event, event.game)}, then the market resolves to Yes."
    if event.meeting is not None:
        day, change = event.meeting.day, plan.side
        told = f"{day:%B} {day.day}, {day.year}"
        return f"If the Federal Reserve does a {change} on {told}, then the market resolves to Yes."
    return f"If {plan.yes_sub_title}, then the market resolves to Yes."


def rules_secondary(plan: Plan) -> str:
    """Say what happens otherwise: ties, overtime, postponement. Empty where nothing is said."""
    event = plan.event
    contest = event.game
    if contest is None:
        return ""
    if event.kind == "SPREAD":
        return _DISCLAIMER
    if event.kind == "TOTAL":
        note = "" if contest.league.ways == 3 else "Note: This market includes overtime.\n\n"
        return f"{note}{_WITHIN_TWO_DAYS}\n\n{_DISCLAIMER}"
    return f"{_about(contest)}{_otherwise(contest)}\n\n{_DISCLAIMER}" if event.kind == "GAME" else _DISCLAIMER


def _condition(plan: Plan, event: SimEvent, contest: SimContest) -> str:
    team = contest.home if plan.side == "home" else contest.away
    if event.kind == "TOTAL":
        return f"the teams in the {_scheduled(contest)} collectively score more than {_line(plan, contest)}"
    if event.kind == "SPREAD":
        return f"{team.kalshi_name} wins by more than {_line(plan, contest)} in the {_scheduled(contest)}"
    if plan.side == "draw":
        return f"Tie is the result of the {_scheduled(contest)}"
    return f"{team.kalshi_name} wins the {_scheduled(contest)}"


def _line(plan: Plan, contest: SimContest) -> str:
    return f"{plan.strike.floor:g} {contest.league.unit}"


def _scheduled(contest: SimContest) -> str:
    """Name the game with the time that it was first scheduled for."""
    league, at = contest.league, eastern(contest.scheduled_ns)
    when = day_text(at) + (f" at {clock_text(at)} {at:%Z}" if league.timed else "")
    phrase = _RULE_PHRASES.get(league.code, PHRASES[league.code])
    until = _REGULATION if league.ways == 3 else ""
    return f"{game_name(contest)} {phrase} game originally scheduled for {when}{until}"


def _about(contest: SimContest) -> str:
    if contest.league.women:
        return ""
    who = "" if contest.league.timed or contest.league.ways == 3 else "team who wins the "
    return f"The following market refers to the {who}{_scheduled(contest)}. "


def _otherwise(contest: SimContest) -> str:
    league = contest.league
    if league.ways == 3:
        return _TIE_MARKET
    if league.sport == "Football":
        return (_TIE_HALF if league.code == "NFL" else "") + _WITHIN_48_HOURS
    return _WITHIN_TWO_DAYS
