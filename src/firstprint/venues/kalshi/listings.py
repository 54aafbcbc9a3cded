"""Kalshi's markets read on their own: each becomes a listing of a bet about a contest or topic, or is unread with why.

What a series is about says the table of leagues. A line is stated up to three times (strike, ticker, name), a team and
a day up to three times as well: all that is stated must agree. Nothing of another venue is looked at. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

import msgspec

from firstprint.domain.contests import Sighting
from firstprint.domain.entries import EventEntry, MarketEntry
from firstprint.domain.propositions import BetKind, Listing, Outcome, Period, Polarity, Terms, Topic, Unread
from firstprint.linkage.bets import DRAW, topic_bet
from firstprint.linkage.leagues import SeriesKind
from firstprint.linkage.sides import Refused, side_meant
from firstprint.venues.kalshi.bets import TIE, Asked, Read, read_bet
from firstprint.venues.kalshi.lists import COMBOS
from firstprint.venues.kalshi.rules import StatedStart, is_regulation, read_terms, stated_rule
from firstprint.venues.kalshi.sightings import KALSHI, Context, Game, game_of
from firstprint.venues.kalshi.tickers import outcome_named
from firstprint.venues.kalshi.topics import READERS, TopicReader, title_reader

_TRADES = {"active": True, "open": True} | dict.fromkeys(
    ("closed", "determined", "disputed", "amended", "settled", "finalized"), False
)
"""Kalshi's words for a status; of a market that is not open yet, or paused, it is not told whether it will trade."""
YES_NO = (Outcome(label="Yes"), Outcome(label="No"))


def read_event(event: EventEntry | None, markets: Sequence[MarketEntry], context: Context) -> list[Listing | Unread]:
    """Read the markets of one event, each on its own; the event may be unknown, and a market a ticker and no more."""
    if not markets:
        return []
    event_ticker = (event.ticker if event else None) or markets[0].event_ticker
    if event_ticker is None:
        return _all_unread(markets, event, None, Refused("no_event", "it does not say which event it is of"))
    series = _series(event, markets[0], event_ticker, context)
    if event_ticker.startswith(COMBOS):
        return _all_unread(markets, event, event_ticker, Refused("combo", "a combination of other markets"))
    topic = _topic_reader(series, event_ticker, context)
    if topic is not None:
        return [_read_topic(event, market, event_ticker, topic, context) for market in markets]
    kind = context.leagues.kind_of(series) if series else None
    if series is None or kind is None:
        return _all_unread(markets, event, event_ticker, Refused("unread_series", "its series is not one that is read"))
    game = game_of(event, markets, event_ticker, series, context)
    if isinstance(game, Refused):
        return _all_unread(markets, event, event_ticker, game)
    return _read_game(event, markets, game, kind, context)


def read_markets(
    events: Mapping[str, EventEntry], markets: Iterable[MarketEntry], context: Context
) -> list[Listing | Unread]:
    """Read markets of any events, given the events that are known by ticker."""
    placed = (market if market.event_ticker else _placed(market, context) for market in markets)
    ordered = sorted(placed, key=lambda market: market.event_ticker or "")
    read: list[Listing | Unread] = []
    for ticker, group in groupby(ordered, key=lambda market: market.event_ticker):
        read.extend(read_event(events.get(ticker or ""), list(group), context))
    return read


def _placed(market: MarketEntry, context: Context) -> MarketEntry:
    """Give a market that states no event the one that its ticker begins with, where a known series begins it.

    A code with a hyphen cuts it short: then it names no two teams, and is refused.
    """
    first = market.ticker.partition("-")[0]
    series = context.leagues.series_of_event(market.ticker) or (first if first in READERS else None)
    if series is None:
        return market
    event, _, own = market.ticker[len(series) + 1 :].partition("-")
    return msgspec.structs.replace(market, event_ticker=f"{series}-{event}") if own else market


def _series(event: EventEntry | None, market: MarketEntry, event_ticker: str, context: Context) -> str | None:
    stated = (event.series_ticker if event else None) or market.series_ticker
    if stated is not None and event_ticker.startswith(f"{stated}-"):
        return stated
    first = event_ticker.partition("-")[0]
    return context.leagues.series_of_event(event_ticker) or (first if first in READERS else None)


def _topic_reader(series: str | None, event_ticker: str, context: Context) -> TopicReader | None:
    if series is None or series in READERS:
        return READERS.get(series or "")
    kind, league = context.leagues.title_of(series), context.leagues.of_series(series)
    return title_reader(kind, league, context.teams.pool_of(league)) if kind and league else None


def _read_topic(
    event: EventEntry | None, market: MarketEntry, event_ticker: str, read: TopicReader, context: Context
) -> Listing | Unread:
    outcome = outcome_named(market.ticker, event_ticker)
    meant = read(event, market, event_ticker, outcome) if outcome else _foreign(market, event_ticker)
    if isinstance(meant, Refused):
        return _unread(market, event, event_ticker, meant)
    terms = _with_sources(read_terms(market.rules_primary, market.rules_secondary), event_ticker, context)
    terms = msgspec.structs.replace(terms, rounding=meant.rounding)
    read_as = (topic_bet(meant.outcome), Polarity.YES)
    return _listing(market, event, event_ticker, meant.topic, read_as, terms, ("structure",))


def _read_game(
    event: EventEntry | None, markets: Sequence[MarketEntry], game: Game, kind: SeriesKind, context: Context
) -> list[Listing | Unread]:
    ticker = game.sighting.id
    outcomes = [outcome_named(market.ticker, ticker) for market in markets]
    three_way = game.league.draws or kind.bet is BetKind.RESULT or TIE in outcomes
    regulation = is_regulation(event.title if event else None)
    texts: dict[tuple[str, str], Terms] = {}
    read: list[Listing | Unread] = []
    for market, outcome in zip(markets, outcomes, strict=True):
        rule = stated_rule(market.rules_primary)
        said = (rule.behind, market.rules_secondary or "")
        terms = texts.get(said)
        if terms is None:
            terms = texts[said] = _with_sources(read_terms(*said), ticker, context)
        period = _period(game, kind, market, terms, regulation=regulation)
        meant: Read | Refused
        if outcome is None:
            meant = _foreign(market, ticker)
        else:
            asked = Asked(game, kind, market, outcome, terms, period, three_way)
            meant = _dates_disagree(game, rule.start) or read_bet(asked)
            meant = _target_disagrees(asked, meant, context) or meant
        if isinstance(meant, Refused):
            read.append(_unread(market, event, ticker, meant))
        else:
            read.append(_listing(market, event, ticker, game.sighting, meant, terms, _evidence(game)))
    return read


def _with_sources(terms: Terms, event_ticker: str, context: Context) -> Terms:
    sources = context.sources.get(event_ticker)
    return msgspec.structs.replace(terms, sources=sources) if sources else terms


def _period(game: Game, kind: SeriesKind, market: MarketEntry, terms: Terms, *, regulation: bool) -> Period:
    """Give what counts: in soccer, and where the rules leave overtime out, regulation time stands for the whole."""
    if kind.period is not Period.FULL:
        return kind.period
    if regulation or terms.overtime is False or is_regulation(market.title) or is_regulation(market.yes_sub_title):
        return Period.REGULATION
    return Period.REGULATION if game.league.sport == "soccer" and terms.overtime is None else Period.FULL


def _dates_disagree(game: Game, stated: StatedStart | None) -> Refused | None:
    """Refuse a market whose rules state another day, or another time, than its event's ticker."""
    name = game.name
    if stated is None:
        return None
    if stated.day != name.day or (stated.start and name.start and stated.start != name.start):
        said = stated.start or stated.day
        return Refused("dates_disagree", f"the ticker says {name.start or name.day}, the rules {said}")
    return None


def _target_disagrees(asked: Asked, meant: Read | Refused, context: Context) -> Refused | None:
    """Refuse a market whose structured target is another team than the one that it was read to be about."""
    if isinstance(meant, Refused) or not context.targets or not asked.market.custom_strike:
        return None
    bet, polarity = meant
    if bet.side is None or bet.side == DRAW:
        return None
    pair = asked.game.pair
    team = pair.first if pair.first.key == bet.side else pair.second
    team = team if polarity is Polarity.YES else pair.other(team)
    for value in asked.market.custom_strike.values():
        name = context.targets.get(value) if isinstance(value, str) else None
        if name is not None and isinstance(side_meant(asked.game.pool, pair, team, name), Refused):
            return Refused("code_and_name_disagree", f"read as {team.name}, its structured target is {name[:60]!r}")
    return None


# -- what comes of it ------------------------------------------------------------------------------------------------


def _evidence(game: Game) -> tuple[str, ...]:
    start = game.sighting.start
    return (*game.pair.evidence, "start") if start is not None and start.exact else game.pair.evidence


def _foreign(market: MarketEntry, event_ticker: str) -> Refused:
    return Refused("not_of_event", f"{market.ticker[:80]} is no market of {event_ticker[:80]}")


def _listing(
    market: MarketEntry,
    event: EventEntry | None,
    event_ticker: str,
    about: Sighting | Topic,
    read: Read,
    terms: Terms,
    evidence: tuple[str, ...],
) -> Listing:
    bet, polarity = read
    return Listing(
        venue=KALSHI,
        market=market.ticker,
        name=market.ticker,
        event=event_ticker,
        title=market.title or (event.title if event else None),
        about=about,
        bet=bet,
        polarity=polarity,
        outcomes=YES_NO,
        terms=terms,
        live=_TRADES.get(market.status or ""),
        evidence=evidence,
    )


def _all_unread(
    markets: Sequence[MarketEntry], event: EventEntry | None, event_ticker: str | None, why: Refused
) -> list[Listing | Unread]:
    return [_unread(market, event, event_ticker or market.event_ticker, why) for market in markets]


def _unread(market: MarketEntry, event: EventEntry | None, event_ticker: str | None, why: Refused) -> Unread:
    return Unread(
        venue=KALSHI,
        market=market.ticker,
        name=market.ticker,
        event=event_ticker,
        title=market.title or (event.title if event else None),
        reason=why.reason,
        detail=why.detail,
        proposed=why.proposed,
    )
