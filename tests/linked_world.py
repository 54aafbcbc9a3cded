"""A small linked world: one game with its listings on both venues, a link, a refusal and odds."""

from typing import Any

import msgspec

from firstprint.domain.contests import Contest, ContestState, Sighting, StartWindow
from firstprint.domain.games import Game, GameMapping, GameMarket, make_game
from firstprint.domain.link_changes import LinkChanges, PlacedListing
from firstprint.domain.links import Difference, Link, Refusal, Relation
from firstprint.domain.odds import Consensus, FairOdds
from firstprint.domain.propositions import Bet, BetKind, Listing, Outcome, Polarity, Proposition, Terms

START_NS = 1_786_147_200_000_000_000
AT_NS = 1_786_140_000_000_000_000
TEAMS = ("atl", "bos")
GAME = "nba-2026-08-07-atl-bos"
WINNER = Bet(kind=BetKind.WINNER, side="atl")
MARGIN = Bet(kind=BetKind.MARGIN, side="atl", line_e6=-3_500_000)


def a_sighting(source: str, key: str, **fields: Any) -> Sighting:
    """Make what one source tells of the game."""
    known: dict[str, Any] = {
        "source": source, "id": key, "league": "NBA", "teams": TEAMS, "home": "bos",
        "start": StartWindow(START_NS, START_NS),
    }  # fmt: skip
    return Sighting(**known | fields)


def a_contest(key: str = GAME, **fields: Any) -> Contest:
    """Make a contest that ESPN and Kalshi tell of."""
    known: dict[str, Any] = {
        "id": key, "league": "NBA", "teams": TEAMS, "home": "bos", "start_ns": START_NS, "state": ContestState.LIVE,
        "sightings": (a_sighting("espn", f"40-{key}"), a_sighting("kalshi", f"KXNBAGAME-{key}")),
    }  # fmt: skip
    return Contest(**known | fields)


def a_proposition(bet: Bet = WINNER, contest: str = GAME) -> Proposition:
    """Make a proposition about a contest."""
    return Proposition(id=f"{contest}/{bet.kind.value}/{bet.line_e6}", about=contest, bet=bet)


def a_listing(venue: str, market: str, bet: Bet = WINNER, contest: str = GAME, **fields: Any) -> PlacedListing:
    """Make a listing of a proposition about a contest."""
    known: dict[str, Any] = {
        "venue": venue, "market": market, "name": f"name-of-{market}", "event": f"event-of-{market}",
        "title": f"Title of {market}", "about": a_sighting(venue, f"event-of-{market}"), "bet": bet,
        "polarity": Polarity.YES, "outcomes": tuple(Outcome(label=team, token=team * 20) for team in TEAMS),
        "terms": Terms(overtime=True, sources=("NBA",)), "live": True, "evidence": ("codes", "names"),
    }  # fmt: skip
    return PlacedListing(Listing(**known | fields), a_proposition(bet, contest).id, contest)


def a_link(key: str = "L1", bet: Bet = WINNER, **fields: Any) -> Link:
    """Make a link from Kalshi to Polymarket."""
    known: dict[str, Any] = {
        "id": key, "proposition": a_proposition(bet).id, "contest": GAME, "a_venue": "kalshi", "a_market": f"KX-{key}",
        "a_event": f"KXE-{key}", "b_venue": "polymarket", "b_market": f"0x{key}", "b_name": f"nba-{key}",
        "b_event": None, "token_id": "1", "other_token_id": "2", "relation": Relation.IDENTICAL, "polarity": "same",
        "reason": "same league, teams and start", "confidence": 0.99,
        "differences": (Difference(about="overtime", a="included", b="not said"),),
    }  # fmt: skip
    return Link(**known | fields)


def a_refusal(market: str | None, work_item: str = "team:Utah", **fields: Any) -> Refusal:
    """Make a refusal of a Kalshi listing."""
    known: dict[str, Any] = {
        "venue": "kalshi", "market": market, "event": None, "code": "unknown_team", "reason": "no team is called Utah",
        "work_item": work_item, "candidates": ("Utah Jazz", "Utah Mammoth"),
    }  # fmt: skip
    return Refusal(**known | fields)


def a_consensus(contest: str = GAME, bet: Bet = WINNER, **fields: Any) -> Consensus:
    """Make a consensus of two books."""
    books = tuple(
        FairOdds(book=book, multiplicative=0.5, additive=0.51, power=0.505, shin=0.503, age_s=12.5)
        for book in ("draftkings", "fanduel")
    )
    known: dict[str, Any] = {
        "contest": contest, "bet": bet, "probability": 0.505, "method": "power", "method_spread": 0.01,
        "book_spread": 0.0, "books": books, "computed_ns": AT_NS,
    }  # fmt: skip
    return Consensus(**known | fields)


def a_pass(**fields: Any) -> LinkChanges:
    """Make a pass of linkage that found one game, two listings and their link."""
    link = a_link()
    known: dict[str, Any] = {
        "contests": (a_contest(),), "sports": {"NBA": "basketball"}, "propositions": (a_proposition(),),
        "listings": (a_listing("kalshi", link.a_market), a_listing("polymarket", link.b_market)), "links": (link,),
        "refusals": (a_refusal("KX-U1"), a_refusal("KX-U2")), "odds": (a_consensus(),),
    }  # fmt: skip
    return LinkChanges(**known | fields)


def a_game(key: str = GAME, **fields: Any) -> Game:
    """Make a game as readers see it."""
    contest = a_contest(key)
    markets = [
        GameMarket(one.venue, one.market, bet.kind, bet.period)
        for bet in (WINNER, MARGIN)
        for one in (a_listing(venue, f"{venue}-{bet.kind.value}-{key}").listing for venue in ("kalshi", "polymarket"))
    ]
    game = make_game(contest, "basketball", markets, [a_consensus(key)], 1, AT_NS)
    return msgspec.structs.replace(game, **fields)


def a_mapping(key: str = GAME, **fields: Any) -> GameMapping:
    """Make a game's mapping with one link."""
    known: dict[str, Any] = {
        "game_id": key, "contest": a_contest(key), "links": (a_link(f"L-{key}", contest=key),),
        "last_updated_ns": AT_NS,
    }  # fmt: skip
    return GameMapping(**known | fields)
