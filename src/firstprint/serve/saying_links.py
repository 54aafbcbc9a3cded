"""How games, links and pairs are said: `_ns` becomes a `_time` in RFC 3339, a line decimal text."""

import msgspec

from firstprint.domain.games import Game, MarketPair, line_text
from firstprint.domain.link_answers import (
    BookOddsItem,
    DifferenceItem,
    GameItem,
    LinkItem,
    OddsItem,
    PairItem,
    RefusalItem,
)
from firstprint.domain.link_changes import LinkRow, ReviewItem
from firstprint.domain.links import Link
from firstprint.domain.odds import Consensus
from firstprint.serve.moments import rfc3339, rfc3339_or_none


def game_item(game: Game) -> GameItem:
    """Say a game."""
    fields = msgspec.structs.asdict(game)
    start_ns, updated_ns = fields.pop("start_ns"), fields.pop("last_updated_ns")
    fields |= {"state": game.state.value, "odds": tuple(map(odds_item, game.odds))}
    return GameItem(**fields, start_time=rfc3339_or_none(start_ns), last_updated_time=rfc3339(updated_ns))


def odds_item(consensus: Consensus) -> OddsItem:
    """Say what the books together say of a bet."""
    bet = consensus.bet
    return OddsItem(
        kind=bet.kind.value,
        period=bet.period.value,
        side=bet.side,
        line=_line(bet.line_e6),
        probability=consensus.probability,
        method=consensus.method,
        method_spread=consensus.method_spread,
        book_spread=consensus.book_spread,
        books=tuple(BookOddsItem(**msgspec.structs.asdict(book)) for book in consensus.books),
        computed_time=rfc3339(consensus.computed_ns),
    )


def link_item(link: Link) -> LinkItem:
    """Say a link."""
    fields = msgspec.structs.asdict(link)
    differences = tuple(DifferenceItem(**msgspec.structs.asdict(one)) for one in link.differences)
    return LinkItem(**fields | {"relation": link.relation.value, "differences": differences})


def link_row_item(row: LinkRow) -> LinkItem:
    """Say a stored link, with when it was found and, where it stands no more, since when and why."""
    return msgspec.structs.replace(
        link_item(row.link),
        retired_time=rfc3339_or_none(row.retired_ns),
        retired_reason=row.retired_reason,
        first_seen_time=rfc3339(row.created_ns),
        last_changed_time=rfc3339(row.updated_ns),
    )


def refusal_item(item: ReviewItem) -> RefusalItem:
    """Say a work item."""
    fields = msgspec.structs.asdict(item)
    created_ns, seen_ns, resolved_ns = (fields.pop(name) for name in ("created_ns", "seen_ns", "resolved_ns"))
    return RefusalItem(
        **fields,
        first_seen_time=rfc3339(created_ns),
        last_seen_time=rfc3339(seen_ns),
        resolved_time=rfc3339_or_none(resolved_ns),
    )


def pair_item(pair: MarketPair) -> PairItem:
    """Say a pair."""
    fields = msgspec.structs.asdict(pair)
    return PairItem(line=_line(fields.pop("line_e6")), **fields)


def _line(line_e6: int | None) -> str | None:
    return None if line_e6 is None else line_text(line_e6)
