"""A small linked world behind the API."""

from typing import Any

from serve_kit import AT_NS, FakeLinks
from tests.linked_world import GAME, MARGIN, WINNER, a_game, a_link, a_mapping, a_proposition

from firstprint.domain.games import MarketPair, make_pair
from firstprint.domain.link_changes import LinkRow, ReviewItem
from firstprint.domain.links import Link
from firstprint.domain.propositions import Polarity


def a_link_row(link: Link | None = None, **fields: Any) -> LinkRow:
    """Make a stored link."""
    known: dict[str, Any] = {"retired_ns": None, "retired_reason": None, "created_ns": AT_NS, "updated_ns": AT_NS}
    return LinkRow(link=link or a_link(), **known | fields)


def a_work_item(work_item: str, **fields: Any) -> ReviewItem:
    """Make a work item."""
    known: dict[str, Any] = {
        "work_item": work_item, "venue": "kalshi", "market": "KX-U1", "event": None, "code": "unknown_team",
        "reason": "no team is called Utah", "candidates": ("Utah Jazz",), "listings": 3, "created_ns": AT_NS,
        "seen_ns": AT_NS, "resolved_ns": None,
    }  # fmt: skip
    return ReviewItem(**known | fields)


def a_pair(key: str = "L1", bet: Any = WINNER, polarity: Polarity = Polarity.YES) -> MarketPair:
    """Make a pair."""
    link = a_link(key, bet, proposition=a_proposition(bet).id)
    pair = make_pair(link, bet, polarity, "NBA", GAME, ("atl", "bos"))
    assert pair is not None
    return pair


def a_linked_world() -> FakeLinks:
    """Make one of everything, and two of what comes in pages."""
    links = FakeLinks()
    links.all_games = [(a_game(game), a_mapping(game)) for game in (GAME, "another")]
    retired = a_link_row(a_link("L3"), retired_ns=AT_NS, retired_reason="postponed")
    links.all_links = [a_link_row(), a_link_row(a_link("L2", MARGIN, contest="another")), retired]
    links.all_refusals = [a_work_item("team:Utah"), a_work_item("team:Miami", venue="polymarket")]
    links.all_pairs = [a_pair(), a_pair("L2", MARGIN, Polarity.NO)]
    return links
