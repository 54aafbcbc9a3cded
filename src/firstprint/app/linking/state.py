"""The live state of linkage: what was read is linked, and each change becomes what is stored and what is shown.

A reader of `board` sees the games, pairs and mappings of one moment: a new board takes the place of the old one whole
(A7). Pure but for the time that it is given.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import msgspec

from firstprint.domain.contests import Contest, ContestState
from firstprint.domain.games import Game, GameMapping, GameMarket, MarketPair, make_game, make_pair
from firstprint.domain.link_changes import LinkChanges, MarketKey, PlacedListing
from firstprint.domain.links import Link, Refusal
from firstprint.domain.odds import Consensus, OddsEvent
from firstprint.domain.propositions import Listing, Proposition, Topic, Unread
from firstprint.linkage.leagues import LeagueTable
from firstprint.linkage.linker import Linker, Resolved, refusal_of
from firstprint.linkage.naming import about_of, proposition_id, topic_id
from firstprint.linkage.reads import ReadBody
from firstprint.signals.consensus import ConsensusPlan, consensus_of

NOT_LINKED = frozenset({"unread_series", "unread_event", "unread_kind", "combo", "placeholder"})
"""Why most of what venues list is not read: it is about nothing that is linked. Nobody needs to look at it."""
ENDED = (ContestState.OVER, ContestState.CANCELLED)


class Board(msgspec.Struct, frozen=True):
    """What is known of games at one moment. `pairs` are by link, topics' pairs among them."""

    games: Mapping[str, Game] = MappingProxyType({})
    mappings: Mapping[str, GameMapping] = MappingProxyType({})
    pairs: Mapping[str, MarketPair] = MappingProxyType({})


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer changed: for the database, and the games that are others now, or are no more.

    `wall_ns` is when the answer was received.
    """

    wall_ns: int
    changes: LinkChanges
    changed: tuple[str, ...]
    vanished: tuple[str, ...]


class LinkState:
    """Takes what was read, and keeps links, games, pairs and odds current."""

    def __init__(self, linker: Linker, leagues: LeagueTable, plan: ConsensusPlan) -> None:
        self.linker = linker
        self.board = Board()
        self._leagues = leagues
        self._plan = plan
        self._odds: dict[str, OddsEvent] = {}
        self._gone: list[MarketKey] = []
        self._unread: list[Unread] = []

    def take(self, read: ReadBody) -> None:
        """Take what a payload held; what is of no kind that is linked is not remembered."""
        self._unread += [one for one in read.unread if one.reason not in NOT_LINKED]
        self.linker.take(one for one in read.reads if not isinstance(one, Unread) or one.reason not in NOT_LINKED)
        for event in read.odds:
            self._odds[event.sighting.id] = event
            self.linker.take([event.sighting])

    def forget(self, market: MarketKey) -> None:
        """Forget a listing that its venue lists no more."""
        self.linker.forget(market.venue, market.market)
        self._gone.append(market)

    def settle(self, now_ns: int) -> Settled | None:
        """Link what was taken, and put up a new board; None when nothing changed. `now_ns` is wall time."""
        resolved = self.linker.resolve()
        if not resolved and not self._gone and not self._unread:
            return None
        gone, self._gone = tuple(self._gone), []
        refused, self._unread = tuple(refusal_of(one) for one in self._unread), []
        games, mappings, pairs = dict(self.board.games), dict(self.board.mappings), dict(self.board.pairs)
        told: list[LinkChanges] = []
        changed: list[str] = []
        vanished: list[str] = []
        for one in resolved:
            links = self.linker.links_of(one)
            changes = self._changes(one, links, now_ns)
            told.append(changes)
            for old in one.before.contests:
                games.pop(old.id, None)
                mappings.pop(old.id, None)
            for link in one.before.links:
                pairs.pop(link.id, None)
            pairs.update(_pairs(one, links))
            for contest in one.now.contests:
                games[contest.id] = self._game(contest, changes, now_ns)
                mine = tuple(link for link in links if link.contest == contest.id)
                mappings[contest.id] = GameMapping(
                    game_id=contest.id, contest=contest, links=mine, last_updated_ns=now_ns
                )
            now = {contest.id for contest in one.now.contests}
            changed.extend(now)
            vanished.extend(contest.id for contest in one.before.contests if contest.id not in now)
        self.board = Board(MappingProxyType(games), MappingProxyType(mappings), MappingProxyType(pairs))
        return Settled(
            wall_ns=now_ns, changes=_joined(told, gone, refused), changed=tuple(changed), vanished=tuple(vanished)
        )

    def everything(self, now_ns: int) -> LinkChanges:
        """Give all that is known as one change, for a database that missed changes."""
        self.linker.stir()
        settled = self.settle(now_ns)
        return LinkChanges() if settled is None else settled.changes

    def _changes(self, one: Resolved, links: list[Link], now_ns: int) -> LinkChanges:
        of = {(s.source, s.id): contest.id for contest in one.now.contests for s in contest.sightings}
        placed = tuple(_placed(listing, of) for listing in one.listings)
        propositions = {
            it.proposition: Proposition(id=it.proposition, about=about_of(it.proposition), bet=it.listing.bet)
            for it in placed
        }
        ids = {link.id for link in links}
        contests = {contest.id for contest in (*one.before.contests, *one.now.contests)}
        return LinkChanges(
            contests=one.now.contests,
            sports={contest.league: self._sport(contest.league) for contest in one.now.contests},
            propositions=tuple(propositions.values()),
            listings=placed,
            links=tuple(links),
            refusals=tuple(self.linker.refusals_of(one)),
            odds=tuple(odds for contest in one.now.contests for odds in self._consensus(contest, now_ns)),
            complete=tuple(sorted(contests)),
            retired={link.id: "no longer found" for link in one.before.links if link.id not in ids},
        )

    def _sport(self, league: str) -> str:
        found = self._leagues.leagues.get(league)
        return found.sport if found is not None else ""

    def _consensus(self, contest: Contest, now_ns: int) -> list[Consensus]:
        events = [self._odds.get(one.id) for one in contest.sightings if one.source == "oddsapi"]
        known = [event for event in events if event is not None]
        return [odds for event in known for odds in consensus_of(event, contest.id, self._plan, now_ns)]

    def _game(self, contest: Contest, changes: LinkChanges, now_ns: int) -> Game:
        markets = [
            GameMarket(one.listing.venue, one.listing.name, one.listing.bet.kind, one.listing.bet.period)
            for one in changes.listings
            if one.contest == contest.id and one.listing.live is not False
        ]
        odds = [one for one in changes.odds if one.contest == contest.id]
        links = sum(link.contest == contest.id for link in changes.links)
        return make_game(contest, self._sport(contest.league), markets, odds, links, now_ns)

    def prune(self, now_ns: int, kept_ns: int) -> None:
        """Forget contests that began longer ago than `kept_ns`, with all that was listed on them."""
        past = now_ns - kept_ns
        old = {contest.id for contest in self.linker.contests() if _latest_ns(contest) < past}
        listings = list(self.linker.listings())
        sighted = {(s.source, s.id) for c in self.linker.contests() if c.id in old for s in c.sightings}
        for listing in listings:
            if not isinstance(listing.about, Topic) and (listing.venue, listing.about.id) in sighted:
                self.forget(MarketKey(listing.venue, listing.market))
        for source in {source for source, _ in sighted}:
            ids = [name for where, name in sighted if where == source]
            self.linker.lose_sight(source, ids)
            if source == "oddsapi":
                for name in ids:
                    self._odds.pop(name, None)


def _latest_ns(contest: Contest) -> int:
    """Give the latest start that anybody states; a contest without any is kept."""
    if contest.start_ns is not None:
        return contest.start_ns
    starts = [one.start.latest_ns for one in contest.sightings if one.start is not None]
    return max(starts, default=1 << 63)


def _placed(listing: Listing, of: Mapping[tuple[str, str], str]) -> PlacedListing:
    about = listing.about
    if isinstance(about, Topic):
        return PlacedListing(listing, proposition_id(topic_id(about), listing.bet), None)
    contest = of[listing.venue, about.id]
    return PlacedListing(listing, proposition_id(contest, listing.bet), contest)


def _pairs(resolved: Resolved, links: Iterable[Link]) -> dict[str, MarketPair]:
    listings = {(one.venue, one.market): one for one in resolved.listings}
    contests = {contest.id: contest for contest in resolved.now.contests}
    pairs = {}
    for link in links:
        a = listings[link.a_venue, link.a_market]
        contest = contests.get(link.contest or "")
        about = about_of(link.proposition)
        teams = contest.teams if contest is not None else ()
        league = contest.league if contest is not None else None
        pair = make_pair(link, a.bet, a.polarity, league, about, teams)
        if pair is not None:
            pairs[pair.id] = pair
    return pairs


def _joined(told: Iterable[LinkChanges], gone: tuple[MarketKey, ...], refused: tuple[Refusal, ...]) -> LinkChanges:
    told = list(told)
    return LinkChanges(
        contests=tuple(one for changes in told for one in changes.contests),
        sports={league: sport for changes in told for league, sport in changes.sports.items()},
        propositions=tuple(one for changes in told for one in changes.propositions),
        listings=tuple(one for changes in told for one in changes.listings),
        links=tuple(one for changes in told for one in changes.links),
        refusals=(*refused, *(one for changes in told for one in changes.refusals)),
        odds=tuple(one for changes in told for one in changes.odds),
        complete=tuple(one for changes in told for one in changes.complete),
        retired={name: why for changes in told for name, why in changes.retired.items()},
        gone=gone,
    )
