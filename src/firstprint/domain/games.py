"""Games as readers meet them: a contest with its listings on every venue, its odds and its links; and market pairs.

By command, HTTP, Redis and Python alike. What is made here is made from contests, listings, links and consensus alone,
so that a process that linked them and one that reads them from a database say the same. Texts are from outside.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from firstprint.domain.contests import Contest, ContestState
from firstprint.domain.links import Link
from firstprint.domain.odds import Consensus
from firstprint.domain.propositions import Bet, BetKind, Period, Polarity
from firstprint.domain.units import format_e6

KALSHI, POLYMARKET = "kalshi", "polymarket"
VENUES = (KALSHI, POLYMARKET)
SOCCER = "soccer"
"""The sport whose bets are on regulation time unless they say otherwise."""

MARKET_WORDS = {
    BetKind.WINNER: "moneyline",
    BetKind.RESULT: "moneyline",
    BetKind.MARGIN: "spread",
    BetKind.TOTAL: "total",
    BetKind.TEAM_TOTAL: "team_total",
    BetKind.BOTH_SCORE: "both_score",
    BetKind.STAT: "player",
    BetKind.TOPIC: "topic",
}


class GameMarket(NamedTuple):
    """A listing of a game: its venue, its name there (ticker, slug), and what it is about."""

    venue: str
    name: str
    kind: BetKind
    period: Period


class Game(msgspec.Struct, frozen=True, kw_only=True):
    """A contest as readers see it.

    `game_id` is the contest's id. `home` and `away` are None where no source says who is at home. `markets` is, by
    venue and kind of market (`moneyline`, `spread`, `total_first_half`, ...), the names of its listings there that can
    be traded; both venues are always there. `sources` are the contest's ids elsewhere. `links` counts those that stand.
    """

    game_id: str
    sport: str | None
    league: str
    teams: tuple[str, str]
    home: str | None
    away: str | None
    start_ns: int | None
    state: ContestState
    markets: dict[str, dict[str, tuple[str, ...]]]
    sources: dict[str, tuple[str, ...]]
    odds: tuple[Consensus, ...] = ()
    links: int = 0
    last_updated_ns: int


class GameMapping(msgspec.Struct, frozen=True, kw_only=True):
    """A contest with all its links: what a program needs to trade it on both venues."""

    game_id: str
    contest: Contest
    links: tuple[Link, ...]
    last_updated_ns: int


class MarketPair(msgspec.Struct, frozen=True, kw_only=True):
    """A Kalshi market and the Polymarket market that is the same bet. `id` is the link's.

    `yes_token_id` pays when Kalshi's YES pays, `no_token_id` when its NO pays. `team` and `line_e6` say Kalshi's YES:
    the team (or `draw`, or a topic's outcome), and the strict line in millionths. `kind` is a BetKind's value, `period`
    a Period's; `contest` and `league` are None for a topic.
    """

    id: str
    league: str | None
    kind: str
    period: str
    description: str
    kalshi_event: str | None
    kalshi_market: str
    polymarket_slug: str
    condition_id: str
    yes_token_id: str
    no_token_id: str | None
    line_e6: int | None
    team: str | None
    contest: str | None
    confidence: float


def market_word(kind: BetKind, period: Period, sport: str | None) -> str:
    """Name a kind of market: `moneyline`; another period than the sport's usual one is said: `total_first_half`."""
    usual = period is Period.FULL or (period is Period.REGULATION and sport == SOCCER)
    return MARKET_WORDS[kind] if usual else f"{MARKET_WORDS[kind]}_{period.value}"


def make_game(
    contest: Contest,
    sport: str | None,
    markets: Iterable[GameMarket],
    odds: Sequence[Consensus],
    links: int,
    last_updated_ns: int,
) -> Game:
    """Join what is known of a contest into a game."""
    away = None if contest.home is None else _other(contest.teams, contest.home)
    return Game(
        game_id=contest.id,
        sport=sport,
        league=contest.league,
        teams=contest.teams,
        home=contest.home,
        away=away,
        start_ns=contest.start_ns,
        state=contest.state,
        markets=_by_venue(markets, sport),
        sources=_ids(contest),
        odds=tuple(odds),
        links=links,
        last_updated_ns=last_updated_ns,
    )


def yes_side(bet: Bet, polarity: Polarity, teams: Sequence[str]) -> tuple[str | None, int | None]:
    """Say a listing's first outcome: its side and strict line, turned back from the canonical bet."""
    if polarity is Polarity.YES or bet.kind not in (BetKind.WINNER, BetKind.MARGIN) or bet.side is None:
        return bet.side, bet.line_e6
    return _other(teams, bet.side), None if bet.line_e6 is None else -bet.line_e6


def describe(bet: Bet, polarity: Polarity, about: str, teams: Sequence[str] = ()) -> str:
    """Say what a listing's first outcome pays on, in one line of our own words."""
    side, line_e6 = yes_side(bet, polarity, teams)
    line = "" if line_e6 is None else line_text(line_e6)
    said = _SAID[bet.kind].format(side=side, line=line, subject=bet.subject, stat=bet.stat)
    turned = polarity is Polarity.NO and bet.kind not in (BetKind.WINNER, BetKind.MARGIN)
    period = "" if bet.period is Period.FULL else f" ({bet.period.value.replace('_', ' ')})"
    return f"{' - '.join(teams) or about}: {'not: ' if turned else ''}{said}{period}"


def make_pair(
    link: Link, bet: Bet, polarity: Polarity, league: str | None, about: str, teams: Sequence[str]
) -> MarketPair | None:
    """Make the pair of a link from Kalshi to Polymarket; `polarity` is that of Kalshi's listing.

    `about` is the proposition's; `league` and `teams` are its contest's, None and empty for a topic. Gives None for a
    link between other venues, or one whose token is not known.
    """
    if (link.a_venue, link.b_venue) != VENUES or link.token_id is None:
        return None
    team, line_e6 = yes_side(bet, polarity, teams)
    return MarketPair(
        id=link.id,
        league=league,
        kind=bet.kind.value,
        period=bet.period.value,
        description=describe(bet, polarity, about, teams),
        kalshi_event=link.a_event,
        kalshi_market=link.a_market,
        polymarket_slug=link.b_name,
        condition_id=link.b_market,
        yes_token_id=link.token_id,
        no_token_id=link.other_token_id,
        line_e6=line_e6,
        team=team,
        contest=link.contest,
        confidence=link.confidence,
    )


def line_text(line_e6: int) -> str:
    """Say a line as a decimal number without trailing zeros: `3.5`, `-4`."""
    return format_e6(line_e6).rstrip("0").rstrip(".")


_SAID: Mapping[BetKind, str] = {
    BetKind.WINNER: "{side} wins",
    BetKind.RESULT: "{side}",
    BetKind.MARGIN: "{side} by more than {line}",
    BetKind.TOTAL: "more than {line} together",
    BetKind.TEAM_TOTAL: "{side} more than {line}",
    BetKind.BOTH_SCORE: "both score",
    BetKind.STAT: "{subject} more than {line} {stat}",
    BetKind.TOPIC: "{side}",
}


def _by_venue(markets: Iterable[GameMarket], sport: str | None) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, set[str]]] = {venue: {} for venue in VENUES}
    for one in markets:
        word = market_word(one.kind, one.period, sport)
        found.setdefault(one.venue, {}).setdefault(word, set()).add(one.name)
    return {venue: {word: tuple(sorted(kinds[word])) for word in sorted(kinds)} for venue, kinds in found.items()}


def _ids(contest: Contest) -> dict[str, tuple[str, ...]]:
    ids: dict[str, list[str]] = {}
    for sighting in contest.sightings:
        ids.setdefault(sighting.source, []).append(sighting.id)
    return {source: tuple(sorted(ids[source])) for source in sorted(ids)}


def _other(teams: Sequence[str], team: str) -> str | None:
    return next((one for one in teams if one != team), None)
