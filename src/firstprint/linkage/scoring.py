"""Linkage measured against labels: what was found, what was wrong, what was missed and why."""

from collections.abc import Iterable

import msgspec

from firstprint.domain.links import ContestLink, Link
from firstprint.domain.propositions import Listing
from firstprint.linkage.labels import ContestLabel, Label, LookalikeLabel, MarketLabel


class Miss(msgspec.Struct, frozen=True, kw_only=True):
    """A labelled pair that was not found, or was found wrong: which, what was expected, what was said, and why."""

    where: str
    kalshi: str
    expected: str
    found: str | None
    reason: str


class Score(msgspec.Struct, kw_only=True):
    """Counts over labelled pairs. `unlisted` are pairs of which one side is in no payload: they cannot be found."""

    labelled: int = 0
    unlisted: int = 0
    right: int = 0
    wrong: int = 0
    missed: int = 0
    refused: int = 0
    """Of the missed, how many are in the refusals, with a reason."""
    lookalikes: int = 0
    lookalikes_linked: int = 0
    misses: list[Miss] = []

    @property
    def precision(self) -> float | None:
        """Give the share of right links among those that were made for a label; None when there is none."""
        made = self.right + self.wrong + self.lookalikes_linked
        return self.right / made if made else None

    @property
    def recall(self) -> float | None:
        """Give the share of found pairs among those that both sides list; None when there is none."""
        listed = self.right + self.wrong + self.missed
        return self.right / listed if listed else None


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What linkage came to, in the form that labels are compared with."""

    links: dict[str, Link]
    contests: dict[str, ContestLink]
    kalshi_markets: frozenset[str]
    kalshi_events: frozenset[str]
    polymarket: dict[str, Listing | None]
    """Every id of a Polymarket market (condition, slug, number, tokens) with its listing; None where unread."""
    source_ids: frozenset[tuple[str, str]]
    refused: dict[str, str]
    """Why each refused Kalshi market, or event of a contest, was refused."""


def score(labels: Iterable[Label], found: Finding) -> Score:
    """Compare labels with what linkage came to."""
    result = Score()
    for label in labels:
        if isinstance(label, MarketLabel):
            _score_market(label, found, result)
        elif isinstance(label, ContestLabel):
            _score_contest(label, found, result)
        else:
            _score_lookalike(label, found, result)
    return result


def _score_market(label: MarketLabel, found: Finding, result: Score) -> None:
    result.labelled += 1
    named = _named(label)
    if label.kalshi_ticker not in found.kalshi_markets or not any(name in found.polymarket for name in named):
        result.unlisted += 1
        return
    link = found.links.get(label.kalshi_ticker)
    expected = label.token_id or label.condition_id or named[0]
    if link is None:
        _missed(result, found, label.where, label.kalshi_ticker, expected)
    elif _agrees(label, link, found):
        result.right += 1
    else:
        result.wrong += 1
        said = f"{link.b_name} {link.token_id}"
        result.misses.append(
            Miss(where=label.where, kalshi=label.kalshi_ticker, expected=expected, found=said, reason=link.reason)
        )


def _named(label: MarketLabel) -> list[str]:
    ids = (label.condition_id, label.polymarket_slug, label.polymarket_market_id, label.token_id)
    return [one for one in ids if one is not None]


def _agrees(label: MarketLabel, link: Link, found: Finding) -> bool:
    """Tell whether a link names the labelled market, and the labelled token where one is labelled."""
    if label.token_id is not None and link.token_id != label.token_id:
        return False
    if label.condition_id is not None:
        return link.b_market == label.condition_id
    if label.polymarket_market_id is not None:
        listing = found.polymarket.get(label.polymarket_market_id)
        return listing is not None and listing.market == link.b_market
    return label.polymarket_slug in (None, link.b_name, link.b_event)


def _missed(result: Score, found: Finding, where: str, kalshi: str, expected: str) -> None:
    result.missed += 1
    result.refused += kalshi in found.refused
    reason = found.refused.get(kalshi, "not refused either: a hole in the accounting")
    result.misses.append(Miss(where=where, kalshi=kalshi, expected=expected, found=None, reason=reason))


def _score_contest(label: ContestLabel, found: Finding, result: Score) -> None:
    result.labelled += 1
    event = label.kalshi_event_ticker
    if event not in found.kalshi_events or (label.source, label.id) not in found.source_ids:
        result.unlisted += 1
        return
    contest = found.contests.get(event)
    ids = () if contest is None else contest.ids.get(label.source, ())
    if label.id in ids:
        result.right += 1
    elif ids and contest is not None:
        result.wrong += 1
        said = ", ".join(ids)
        miss = Miss(where=label.where, kalshi=event, expected=label.id, found=said, reason=contest.reason)
        result.misses.append(miss)
    else:
        _missed(result, found, label.where, event, label.id)


def _score_lookalike(label: LookalikeLabel, found: Finding, result: Score) -> None:
    result.lookalikes += 1
    link = found.links.get(label.kalshi_ticker)
    if link is not None and label.polymarket_event_id in (link.b_event, link.b_market):
        result.lookalikes_linked += 1
        said = f"{link.b_name} {link.token_id}"
        result.misses.append(
            Miss(where=label.where, kalshi=label.kalshi_ticker, expected="no link", found=said, reason=link.reason)
        )
