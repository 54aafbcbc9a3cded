"""What readers ask of the links: each question is one transaction, bounded, in the order of the id."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine

from firstprint.domain.contests import Contest, Sighting
from firstprint.domain.games import KALSHI, POLYMARKET, Game, GameMapping, GameMarket, MarketPair, make_game, make_pair
from firstprint.domain.link_changes import (
    GameQuery,
    LinkChange,
    LinkQuery,
    LinkRow,
    PairQuery,
    RefusalQuery,
    ReviewItem,
)
from firstprint.domain.links import Decision
from firstprint.domain.odds import Consensus
from firstprint.domain.propositions import BetKind, Listing, Period, Polarity
from firstprint.store.columns import storable
from firstprint.store.driver import Row, among, ask
from firstprint.store.errors import store_errors
from firstprint.store.filters import Filters
from firstprint.store.link_decisions import list_decisions
from firstprint.store.link_laying import HISTORY_COLUMNS
from firstprint.store.link_rows import (
    BET_COLUMNS,
    CONTESTS,
    LINKS,
    LISTING_COLUMNS,
    REFUSALS,
    read_bet,
    read_contest,
    read_link,
    read_listing,
    read_review,
)
from firstprint.store.linkage_tables import LINKS as REVISION
from firstprint.store.revision import revision_of

RECALLED_MAX = 200_000
"""Sightings and listings that are recalled at once: those of some days of every league."""
_CONTEST = ", ".join((*CONTESTS.facts, "last_wall_ns"))
_LINK = ", ".join(LINKS.columns)
_REFUSAL = ", ".join(REFUSALS.columns)
_SEEN = "EXISTS (SELECT 1 FROM sightings WHERE sightings.contest = contests.id)"
_LINKED = "EXISTS (SELECT 1 FROM links WHERE links.contest = contests.id AND retired_wall_ns IS NULL)"
_MARKETS = (
    "SELECT l.contest, l.venue, l.name, p.kind, p.period, l.last_wall_ns "
    "FROM listings l JOIN propositions p ON p.id = l.proposition "
    "WHERE l.gone_wall_ns IS NULL AND (l.live IS NULL OR l.live = 1) AND {0}"
)
_BET = ", ".join(f"p.{name}" for name in BET_COLUMNS)
_LISTINGS = (
    f"SELECT {', '.join(f'l.{name}' for name in LISTING_COLUMNS)}, {_BET} "  # noqa: S608 names of this package
    "FROM listings l JOIN propositions p ON p.id = l.proposition "
    "WHERE l.gone_wall_ns IS NULL ORDER BY l.last_wall_ns DESC, l.market, l.venue LIMIT ?"
)
_PAIR_JOINS = (
    "links JOIN propositions p ON p.id = links.proposition "
    "JOIN listings a ON a.venue = links.a_venue AND a.market = links.a_market "
    "LEFT JOIN contests c ON c.id = links.contest"
)
_PAIR = (
    f"{', '.join(f'links.{name}' for name in LINKS.columns)}, {_BET}, p.about, a.polarity, c.league, c.team_a, c.team_b"
)


class SqlLinkReader:
    """A reader of links on SQLite or PostgreSQL. Raises StoreUnavailable when the database is away."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with store_errors(), self._engine.begin() as connection:
            yield connection

    def revision(self) -> int:
        """Give a number that moves whenever anything about contests, listings, links or odds changes."""
        with self._reading() as connection:
            return revision_of(connection, REVISION)

    def games(self, query: GameQuery) -> list[Game]:
        """List games by id, with their listings, odds and how many links they have."""
        with self._reading() as connection:
            filters = Filters(connection, "contests").equal("league", query.league).equal("sport", query.sport)
            filters.equal("state", None if query.state is None else query.state.value)
            filters.between("start_ns", query.starts_from_ns, query.starts_to_ns).also(_SEEN)
            if query.linked is not None:
                filters.also(_LINKED if query.linked else f"NOT {_LINKED}")
            return _games(connection, filters.page_by("id", query.after, query.limit).rows(_CONTEST))

    def game(self, game: str) -> tuple[Game, GameMapping] | None:
        """Give a game with its links; None when there is none of this id."""
        with self._reading() as connection:
            found = Filters(connection, "contests").equal("id", game).also(_SEEN).rows(_CONTEST)
            if not found:
                return None
            [known] = _games(connection, found)
            links = _standing(connection, game)
            contest = read_contest(found[0][:-1], _sightings(connection, [known.game_id])[known.game_id])
        changed_ns = known.last_updated_ns
        return known, GameMapping(game_id=contest.id, contest=contest, links=links, last_updated_ns=changed_ns)

    def links(self, query: LinkQuery) -> list[LinkRow]:
        """List links by id."""
        with self._reading() as connection:
            filters = Filters(connection, "links").equal("contest", query.contest)
            _either(filters, "venue", query.venue)
            _either(filters, "market", query.market)
            if not query.gone:
                filters.also("retired_wall_ns IS NULL")
            return [read_link(row) for row in filters.page_by("id", query.after, query.limit).rows(_LINK)]

    def link_history(self, link: str, *, limit: int = 1_000) -> list[LinkChange]:
        """List the changed fields of a link, oldest first."""
        query = f"SELECT {', '.join(HISTORY_COLUMNS)} FROM link_history WHERE link = ? ORDER BY revision, field LIMIT ?"  # noqa: S608 names of this package
        with self._reading() as connection:
            found = ask(connection, query, (storable(link), limit))
        return [LinkChange(**dict(zip(LinkChange.__struct_fields__, row, strict=True))) for row in found]

    def pairs(self, query: PairQuery) -> list[MarketPair]:
        """List the pairs of markets that stand, by link; links without a token are none."""
        with self._reading() as connection:
            filters = Filters(connection, _PAIR_JOINS).equal("c.league", query.league).equal("p.kind", query.kind)
            filters.equal("links.contest", query.contest).also("links.retired_wall_ns IS NULL")
            filters.equal("links.a_venue", KALSHI).equal("links.b_venue", POLYMARKET)
            filters.also("links.token_id IS NOT NULL").page_by("links.id", query.after, query.limit)
            return [pair for row in filters.rows(_PAIR) if (pair := _pair(row)) is not None]

    def refusals(self, query: RefusalQuery) -> list[ReviewItem]:
        """List refused work by work item."""
        with self._reading() as connection:
            filters = Filters(connection, "link_refusals").equal("venue", query.venue)
            if not query.gone:
                filters.also("resolved_wall_ns IS NULL")
            return [read_review(row) for row in filters.page_by("work_item", query.after, query.limit).rows(_REFUSAL)]

    def decisions(self) -> list[Decision]:
        """List the decisions of people that hold, oldest first; `a` comes before `b`."""
        with self._reading() as connection:
            return list_decisions(connection)

    def sightings(self, limit: int = RECALLED_MAX) -> list[Sighting]:
        """List what sources told of contests, what changed last first."""
        query = "SELECT body FROM sightings ORDER BY last_wall_ns DESC, id, source LIMIT ?"
        with self._reading() as connection:
            return [msgspec.json.decode(row[0], type=Sighting) for row in ask(connection, query, (limit,))]

    def listings(self, limit: int = RECALLED_MAX) -> list[Listing]:
        """List the listings that are placed and still there, what changed last first."""
        with self._reading() as connection:
            return [read_listing(row) for row in ask(connection, _LISTINGS, (limit,))]

    def review(self, limit: int = 1_000) -> list[ReviewItem]:
        """List the work items that are open, those of most listings first; what just has no counterpart comes last.

        What a person has decided is no work any more.
        """
        query = (
            f"SELECT {_REFUSAL} FROM link_refusals WHERE resolved_wall_ns IS NULL "  # noqa: S608 names of this package
            "AND substr(code, 1, 8) <> 'decided_' "
            "ORDER BY CASE WHEN substr(code, 1, 14) = 'no_counterpart' THEN 1 ELSE 0 END, listings DESC, work_item "
            "LIMIT ?"
        )
        with self._reading() as connection:
            return [read_review(row) for row in ask(connection, query, (limit,))]


def _games(connection: Connection, found: Sequence[Row]) -> list[Game]:
    ids = [row[0] for row in found]
    sightings, links = _sightings(connection, ids), _link_counts(connection, ids)
    markets, odds = _markets(connection, ids), _odds(connection, ids)
    games = []
    for *fields, changed_ns in found:
        key, sport = fields[0], fields[2]
        count, linked_ns = links.get(key, (0, 0))
        listed = markets[key]
        updated_ns = max((changed_ns, linked_ns, *(ns for _, ns in listed), *(one.computed_ns for one in odds[key])))
        contest: Contest = read_contest(tuple(fields), sightings[key])
        games.append(make_game(contest, sport, [one for one, _ in listed], odds[key], count, updated_ns))
    return games


def _of(connection: Connection, query: str, column: str, ids: Collection[str]) -> list[Row]:
    condition, value = among(connection, column, ids)
    return ask(connection, query.format(condition), (value,))


def _sightings(connection: Connection, ids: Collection[str]) -> dict[str, list[Sighting]]:
    found: dict[str, list[Sighting]] = defaultdict(list)
    query = "SELECT contest, body FROM sightings WHERE {0} ORDER BY source, id"
    for contest, body in _of(connection, query, "contest", ids):
        found[contest].append(msgspec.json.decode(body, type=Sighting))
    return found


def _link_counts(connection: Connection, ids: Collection[str]) -> dict[str, tuple[int, int]]:
    query = (
        "SELECT contest, COUNT(*), MAX(last_wall_ns) FROM links WHERE retired_wall_ns IS NULL AND {0} GROUP BY contest"
    )
    return {contest: (count, changed_ns) for contest, count, changed_ns in _of(connection, query, "contest", ids)}


def _markets(connection: Connection, ids: Collection[str]) -> dict[str, list[tuple[GameMarket, int]]]:
    found: dict[str, list[tuple[GameMarket, int]]] = defaultdict(list)
    for contest, venue, name, kind, period, changed_ns in _of(connection, _MARKETS, "l.contest", ids):
        found[contest].append((GameMarket(venue, name, BetKind(kind), Period(period)), changed_ns))
    return found


def _odds(connection: Connection, ids: Collection[str]) -> dict[str, list[Consensus]]:
    found: dict[str, list[Consensus]] = defaultdict(list)
    for contest, body in _of(
        connection, "SELECT contest, body FROM odds_latest WHERE {0} ORDER BY bet", "contest", ids
    ):
        found[contest].append(msgspec.json.decode(body, type=Consensus))
    return found


def _standing(connection: Connection, game: str) -> tuple[Any, ...]:
    query = f"SELECT {_LINK} FROM links WHERE contest = ? AND retired_wall_ns IS NULL ORDER BY id"  # noqa: S608 names of this package
    return tuple(read_link(row).link for row in ask(connection, query, (storable(game),)))


def _either(filters: Filters, column: str, value: str | None) -> None:
    if value is not None:
        filters.also(f"(a_{column} = ? OR b_{column} = ?)", storable(value), storable(value))


def _pair(row: Row) -> MarketPair | None:
    link = read_link(row[: len(LINKS.columns)]).link
    told = row[len(LINKS.columns) :]
    bet, (about, polarity, league, *teams) = read_bet(told[: len(BET_COLUMNS)]), told[len(BET_COLUMNS) :]
    return make_pair(link, bet, Polarity(polarity), league, about, tuple(team for team in teams if team is not None))
