"""Polymarket's markets read on their own: each becomes a listing of a bet, or is unread with why.

Closed and inactive markets are read like the others; which of them trade says `entries.is_tradable`. Nothing of another
venue is looked at. Pure.
"""

from collections.abc import Iterable
from functools import lru_cache

import msgspec

from firstprint.domain.contests import Sighting
from firstprint.domain.propositions import Listing, Outcome, Period, Polarity, Terms, Topic, Unread
from firstprint.linkage.bets import DRAW, opposite, topic_bet
from firstprint.linkage.sides import Refused
from firstprint.venues.polymarket.bets import HALF_TIME, SLUG_STATS, Asked, Read, read_bet
from firstprint.venues.polymarket.entries import GammaEvent, GammaMarket, is_tradable
from firstprint.venues.polymarket.rules import is_draw, is_of_a_half, read_terms, winner_named
from firstprint.venues.polymarket.sightings import POLYMARKET, Context, Game, game_of
from firstprint.venues.polymarket.slugs import game_slug, read_suffix, rest_within
from firstprint.venues.polymarket.topics import read_topic

OUTCOMES = 2
TYPE_LENGTH_MAX = 80
SOCCER = "soccer_"
"""What some types begin with: `soccer_team_totals` are `team_totals`."""
NO_TOKENS = (None, None)
_PERIODS = tuple((f"{period.value}_", period) for period in Period if period is not Period.FULL)


def read_event(event: GammaEvent, context: Context) -> list[Listing | Unread]:
    """Read the markets of one event, each on its own."""
    slug = game_slug(event.slug)
    if slug is None:
        return [_read_topical(event, market, context) for market in event.markets]
    game = game_of(event, slug, context)
    if isinstance(game, Refused):
        return [_unread(event, market, game) for market in event.markets]
    return [_read_game(event, market, game) for market in event.markets]


def read_markets(markets: Iterable[GammaMarket], context: Context) -> list[Listing | Unread]:
    """Read markets that came without their event's list; each says its event, or the slug's own part stands for it."""
    events: dict[str, list[GammaMarket]] = {}
    of: dict[str, GammaEvent] = {}
    for market in markets:
        event = market.event or _event_of(market)
        of.setdefault(event.slug, event)
        events.setdefault(event.slug, []).append(market)
    read: list[Listing | Unread] = []
    for slug, group in events.items():
        read.extend(read_event(msgspec.structs.replace(of[slug], markets=tuple(group)), context))
    return read


def _event_of(market: GammaMarket) -> GammaEvent:
    slug = game_slug(market.slug)
    game = f"-dh{slug.game}" if slug is not None and slug.game else ""
    return GammaEvent(id=f"of-{market.id}", slug=f"{slug.root}{game}" if slug is not None else market.slug)


def _read_topical(event: GammaEvent, market: GammaMarket, context: Context) -> Listing | Unread:
    meant = read_topic(event, market, context.leagues, context.teams)
    if meant is None:
        return _unread(event, market, Refused("unread_event", "its event is neither a game nor a topic that is read"))
    if isinstance(meant, Refused):
        return _unread(event, market, meant)
    labels = tuple(label.lower() for label in market.outcomes)
    if sorted(labels) != ["no", "yes"] or _bad_outcomes(market) is not None:
        return _unread(event, market, Refused("bad_outcomes", f"outcomes {market.outcomes!r}"[:200]))
    polarity = Polarity.YES if labels[0] == "yes" else opposite(Polarity.YES)
    terms = read_terms(market.rules, market.resolution_source or event.resolution_source)
    rounding = "stated" if "round" in (market.rules or "").lower() else None
    terms = msgspec.structs.replace(terms, rounding=rounding)
    return _listing(event, market, meant.topic, (topic_bet(meant.outcome), polarity), terms, ("structure",))


def _read_game(event: GammaEvent, market: GammaMarket, game: Game) -> Listing | Unread:
    terms = read_terms(market.rules, market.resolution_source or event.resolution_source)
    read = _bad_outcomes(market) or _placeholder(market) or _read_bet(market, game, terms)
    if isinstance(read, Refused):
        return _unread(event, market, read)
    return _listing(event, market, game.sighting, read, terms, _evidence(game))


def _read_bet(market: GammaMarket, game: Game, terms: Terms) -> Read | Refused:
    rest = rest_within(market.slug, game.slug.root)
    if rest is None:
        return Refused("not_of_event", f"its slug {market.slug[:80]!r} is of another game than its event's")
    suffix = read_suffix(rest, SLUG_STATS)
    stated, slugged = market.type, suffix.type
    said = (stated.removeprefix(SOCCER) if stated else None) or slugged or _asked_type(market, game, rest)
    if said is None:
        return Refused("unread_kind", f"neither type nor slug say what it is about: {rest[:60]!r}")
    if slugged is not None and slugged != "moneyline" and slugged.replace("-", "_") != said:
        return Refused("type_disagrees", f"its type is {said[:40]!r}, its slug says {slugged[:40]!r}")
    base, period = _base(said[:TYPE_LENGTH_MAX])
    if period is Period.FULL and base != HALF_TIME and is_of_a_half(market.rules):
        return Refused("type_disagrees", f"its type is {said[:40]!r}, its rules are about a half of the game")
    return read_bet(Asked(game, market, rest, suffix, base, _counts(game, base, period, terms), terms))


def _asked_type(market: GammaMarket, game: Game, rest: str) -> str | None:
    """Give the type of a market that states none, when question and slug ask who wins, or for a draw, and no more."""
    asks = is_draw(market.question) if rest == DRAW else winner_named(market.question) is not None
    return "moneyline" if asks and rest in (DRAW, game.slug.first, game.slug.second) else None


@lru_cache(maxsize=1_024)
def _base(type_: str) -> tuple[str, Period]:
    for prefix, period in _PERIODS:
        if type_.startswith(prefix):
            return type_[len(prefix) :], period
        if type_.endswith(f"_{period.value}"):
            return type_[: -len(period.value) - 1], period
    return type_, Period.FULL


def _counts(game: Game, base: str, period: Period, terms: Terms) -> Period:
    """Give what counts: in soccer, and where the rules leave overtime out, regulation time stands for the whole."""
    if period is not Period.FULL:
        return period
    if terms.overtime is False:
        return Period.REGULATION
    return Period.REGULATION if game.league.sport == "soccer" and terms.overtime is None else Period.FULL


def _bad_outcomes(market: GammaMarket) -> Refused | None:
    if len(market.outcomes) == OUTCOMES and len(market.tokens) in (0, OUTCOMES):
        return None
    return Refused("bad_outcomes", f"{len(market.outcomes)} outcomes with {len(market.tokens)} tokens")


def _placeholder(market: GammaMarket) -> Refused | None:
    return Refused("placeholder", "it stands for outcomes that are not named yet") if market.neg_risk_other else None


def _evidence(game: Game) -> tuple[str, ...]:
    start = game.sighting.start
    return (*game.pair.evidence, "start") if start is not None and start.exact else game.pair.evidence


def _listing(
    event: GammaEvent,
    market: GammaMarket,
    about: Sighting | Topic,
    read: Read,
    terms: Terms,
    evidence: tuple[str, ...],
) -> Listing:
    bet, polarity = read
    (first, second), tokens = market.outcomes, market.tokens or NO_TOKENS
    return Listing(
        venue=POLYMARKET,
        market=market.key,
        name=market.slug,
        event=event.slug,
        title=market.question or event.title,
        about=about,
        bet=bet,
        polarity=polarity,
        outcomes=(Outcome(label=first, token=tokens[0]), Outcome(label=second, token=tokens[1])),
        terms=terms,
        also=(market.id,),
        live=None if market.active is None and market.closed is None else is_tradable(market),
        evidence=evidence,
    )


def _unread(event: GammaEvent, market: GammaMarket, why: Refused) -> Unread:
    return Unread(
        venue=POLYMARKET,
        market=market.key,
        name=market.slug,
        event=event.slug,
        title=market.question or event.title,
        reason=why.reason,
        detail=why.detail,
        proposed=why.proposed,
    )
