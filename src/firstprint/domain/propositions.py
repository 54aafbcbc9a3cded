"""Propositions: bets themselves, apart from any venue; and listings, which are markets that settle on one.

A listing is read on its own into a *bet* about a contest, or about a *topic* where there is none. Bets are canonical:
a bet and its opposite are one bet with two polarities, so that listings join by equality and not by comparing text.

| kind | the bet is true when | side | line |
|---|---|---|---|
| WINNER | the side wins; two ways, a draw is void or paid half | team | |
| RESULT | the side wins, or it is a draw; three ways, within the period | team or `draw` | |
| MARGIN | the side's points minus the other's are more than the line | team | any |
| TOTAL | both teams' points together are more than the line | | from 0 |
| TEAM_TOTAL | the side's points are more than the line | team | from 0 |
| BOTH_SCORE | both teams score | | |
| STAT | the subject (a player) has more of `stat` than the line | | from 0 |
| TOPIC | the topic's outcome is the side | outcome | |

Canonical form: of WINNER and MARGIN with two teams, the side is the alphabetically first team. `ATL wins` against BOS
is WINNER(ATL) YES; `BOS wins` is WINNER(ATL) NO. `BOS -3.5` is MARGIN(BOS) > 3.5, that is NOT MARGIN(ATL) > -3.5, with
polarity NO. RESULT is not folded, because of the draw. `make_bet` in `linkage.bets` brings a bet into this form.
Lines are strict thresholds in millionths: `10 or more` of whole points is more than 9.5, `win by 4 or more` is 3.5.
"""

from enum import Enum

import msgspec

from firstprint.domain.contests import Sighting


class BetKind(Enum):
    """What a bet is about."""

    WINNER = "winner"
    RESULT = "result"
    MARGIN = "margin"
    TOTAL = "total"
    TEAM_TOTAL = "team_total"
    BOTH_SCORE = "both_score"
    STAT = "stat"
    TOPIC = "topic"


class Period(Enum):
    """Which part of the contest counts."""

    FULL = "full"
    """To its end, overtime included where the sport has it (`Terms.overtime` says what the listing states)."""
    REGULATION = "regulation"
    """Regulation time only; in soccer 90 minutes and stoppage time."""
    FIRST_HALF = "first_half"
    SECOND_HALF = "second_half"
    FIRST_QUARTER = "first_quarter"
    SECOND_QUARTER = "second_quarter"
    THIRD_QUARTER = "third_quarter"
    FOURTH_QUARTER = "fourth_quarter"
    FIRST_FIVE_INNINGS = "first_five_innings"


class Polarity(Enum):
    """Whether a listing's first outcome (Kalshi's YES, Polymarket's outcome 0) pays when the bet is true."""

    YES = "yes"
    NO = "no"


class Bet(msgspec.Struct, frozen=True, kw_only=True):
    """A bet in canonical form; equal bets about the same contest or topic are the same proposition.

    `side` is a team's key, `draw`, or a topic's outcome. `line_e6` is a strict threshold in millionths of a point.
    `stat` and `subject` name what is counted of whom (`points`, a player's name key).
    """

    kind: BetKind
    period: Period = Period.FULL
    side: str | None = None
    line_e6: int | None = None
    stat: str | None = None
    subject: str | None = None


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """What a bet is about when it is no contest: a subject whose identity its source's structure states for certain.

    `kind` is for instance `fed_decision`, `champion` or `nominee`; `key` says which: the meeting's month, the league
    and season, the party and year.
    """

    kind: str
    key: str


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What a listing's rules say beside the bet, where they say it; None is "not said", never a default.

    `postponed` and `cancelled` are what happens then (`fair_price`, `stays_open`, `half`, `no`, ...), `postponed_h_max`
    the hours within which a postponed contest still counts. `tie` is what a draw pays on a two-way bet, `inactive` what
    happens when the player does not play. `sources` are the settlement sources, as named.
    """

    overtime: bool | None = None
    tie: str | None = None
    postponed: str | None = None
    postponed_h_max: int | None = None
    cancelled: str | None = None
    inactive: str | None = None
    rounding: str | None = None
    sources: tuple[str, ...] = ()


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """One outcome of a listing: its label, and the venue's id of what pays on it (a token at Polymarket, else None)."""

    label: str
    token: str | None = None


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """A market of a venue, read on its own: what it settles on, with its polarity.

    `market` is the venue's key of it (Kalshi's ticker, Polymarket's condition id), `event` its event there (ticker or
    slug), `name` how people address it (ticker or slug). `about` is the sighting of its contest, or a topic. `outcomes`
    has the first outcome first; `polarity` is that of the first one.
    """

    venue: str
    market: str
    name: str
    event: str | None
    title: str | None
    about: Sighting | Topic
    bet: Bet
    polarity: Polarity
    outcomes: tuple[Outcome, ...] = ()
    terms: Terms = Terms()
    also: tuple[str, ...] = ()
    """Further ids of the market at its venue (Polymarket's number of it)."""
    live: bool | None = None
    """True where the venue takes orders, False where it takes none any more, None where that is open or not said."""
    evidence: tuple[str, ...] = ()
    """What the reading stands on, a word each: `codes`, `names`, `start`, `structure`."""


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """A listing that could not be read for certain, and why. It is never linked; its likely meanings are `proposed`.

    `reason` is a code (`unknown_team`, `unknown_series`, `code_and_name_disagree`, `no_line`, ...), `detail` one
    sentence.
    """

    venue: str
    market: str
    name: str
    event: str | None
    title: str | None
    reason: str
    detail: str
    proposed: tuple[str, ...] = ()


class Proposition(msgspec.Struct, frozen=True, kw_only=True):
    """A bet about a certain contest or topic. `id` is ours; `about` is a contest's id, or `kind:key` of a topic."""

    id: str
    about: str
    bet: Bet
