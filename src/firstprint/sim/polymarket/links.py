"""The truth that linkage is measured by: which listings of both venues are the same bet.

Kalshi's tickers are functions of contest and meeting (`sim.world.ids`, `sim.world.meetings`), as the simulated Kalshi
makes them; which of them it really lists, its caller may say.
"""

from collections.abc import Collection, Iterator

from firstprint.sim.polymarket.directory import Directory
from firstprint.sim.polymarket.fed import fed_slug
from firstprint.sim.polymarket.games import line_slug, sides
from firstprint.sim.polymarket.market import SimEvent, SimMarket
from firstprint.sim.world import ids
from firstprint.sim.world.contests import SimContest, TrueLink
from firstprint.sim.world.meetings import OUTCOMES, Meeting


def true_links(
    directory: Directory,
    meetings: Collection[Meeting],
    tickers: Collection[str] | None = None,
    *,
    tradable: bool = False,
) -> list[TrueLink]:
    """Give every pair of listings that is the same bet, of what this venue has listed so far.

    `tickers` are those that the simulated Kalshi lists; without them its lists are taken to be whole for the contests
    that it lists at all. `tradable` leaves out what this venue does not trade, or no more: it hides what is closed.
    """
    found = [link for event in directory.events for link in _of_event(event, directory)]
    found += [link for meeting in meetings for link in _of_meeting(meeting, directory)]
    if tradable:
        found = [link for link in found if directory.conditions[link.condition_id].stage in {"fresh", "open"}]
    return found if tickers is None else [link for link in found if link.kalshi_ticker in tickers]


def _link(ticker: str, market: SimMarket | None, index: int = 0) -> Iterator[TrueLink]:
    if market is not None:
        yield TrueLink(ticker, market.plan.slug, market.condition, market.tokens[index])


def _of_event(event: SimEvent, directory: Directory) -> Iterator[TrueLink]:
    """Give the links of a contest, once: at its own event, not at the children's."""
    contest = event.plan.contest
    if contest is None or contest.listed_ns is None or event.parent is not None:
        return
    slug, listed = event.plan.slug, directory.market_slugs
    if contest.league.ways == 3:
        for side in ("home", "draw", "away"):
            tail = "draw" if side == "draw" else ids.team_of(contest, side).polymarket_code.lower()
            yield from _link(ids.kalshi_winner(contest, side), listed.get(f"{slug}-{tail}"))
    else:
        for index, side in enumerate(sides(contest)):
            yield from _link(ids.kalshi_winner(contest, side), listed.get(slug), index)
    yield from _of_lines(contest, slug, directory)


def _of_lines(contest: SimContest, slug: str, directory: Directory) -> Iterator[TrueLink]:
    """Give the lines that both venues list; the first outcome covers, or is Over."""
    listed = directory.market_slugs
    for side, line in (both for both in contest.spread_lines if both in contest.polymarket_spreads):
        ticker = ids.kalshi_spread(contest, side, line)
        yield from _link(ticker, listed.get(f"{slug}-spread-{side}-{line_slug(line)}"))
    for line in (both for both in contest.total_lines if both in contest.polymarket_totals):
        yield from _link(ids.kalshi_total(contest, line), listed.get(f"{slug}-total-{line_slug(line)}"))


def _of_meeting(meeting: Meeting, directory: Directory) -> Iterator[TrueLink]:
    for code, _, _ in OUTCOMES:
        yield from _link(meeting.ticker(code), directory.market_slugs.get(fed_slug(meeting, code)))
