"""From The Odds API's bodies to contests with quotes, or with scores. Pure; what cannot be read is told, row by row."""

from collections import Counter
from collections.abc import Iterator
from typing import TypeVar

import msgspec

from firstprint.domain.contests import ContestState, Sighting
from firstprint.domain.errors import MalformedMessage
from firstprint.domain.odds import OddsEvent, Quote
from firstprint.domain.propositions import Unread
from firstprint.linkage.leagues import League, LeagueTable
from firstprint.linkage.sides import Refused, team_meant
from firstprint.linkage.teams import TeamTables
from firstprint.linkage.windows import at_time
from firstprint.venues.oddsapi.messages import WireBookmaker, WireEvent, WireMarket, WireSport, WireWrapped
from firstprint.venues.oddsapi.numbers import OddsFormat, format_told
from firstprint.venues.oddsapi.quotes import Fixture, quotes_of
from firstprint.venues.oddsapi.times import moment_ns

SOURCE = "oddsapi"

R = TypeVar("R")


class OddsRead(msgspec.Struct, kw_only=True):
    """What one body told: contests with their quotes, in its order.

    `unread` are events whose league or teams are not certain, `unreadable` rows that are broken, each with its reason.
    `left_out` counts outcomes that make no quote by reason: `LAY`, `UNKNOWN_MARKET`, `PUSH_POSSIBLE`, `BAD_PRICE`, ...
    """

    events: list[OddsEvent]
    unread: list[Unread]
    unreadable: list[tuple[str, bytes]]
    left_out: Counter[str]


class OddsScore(msgspec.Struct, frozen=True, kw_only=True):
    """A contest with its score by team key, as told: none before the start."""

    sighting: Sighting
    scores: tuple[tuple[str, str], ...]
    updated_ns: int | None


class ScoresRead(msgspec.Struct, kw_only=True):
    """What one body of scores told, with what could not be read, as in `OddsRead`."""

    scores: list[OddsScore]
    unread: list[Unread]
    unreadable: list[tuple[str, bytes]]


class Sport(msgspec.Struct, frozen=True, kw_only=True):
    """A sport that The Odds API has: its key, whether it is in season, and whether its odds are of whole seasons."""

    key: str
    group: str | None
    title: str | None
    active: bool | None
    outrights: bool | None


def parse_odds(
    body: bytes,
    leagues: LeagueTable,
    teams: TeamTables,
    odds_format: OddsFormat | None = None,
    league: League | None = None,
) -> OddsRead:
    """Read a list of events with odds, the odds of one event, or a list of events without odds.

    `odds_format` is what was asked for; without it the prices themselves tell. `league` is the one that was asked for;
    it counts where no league has the event's sport key, because tennis has one for each tournament. Raises
    MalformedMessage when the body is no list and no event: HTML, an error, other JSON.
    """
    read = OddsRead(events=[], unread=[], unreadable=[], left_out=Counter())
    told_in = odds_format or format_told(body)
    for raw in _rows(body):
        event = _decoded(raw, WireEvent, read.unreadable)
        if event is None:
            continue
        found = _sighted(event, leagues.of_sport_key(event.sport_key) or league, teams, ContestState.UNKNOWN)
        if isinstance(found, Unread):
            read.unread.append(found)
            continue
        sighting, fixture = found
        quotes = tuple(_quotes(event, fixture, told_in, read))
        read.events.append(OddsEvent(sighting=sighting, sport_key=event.sport_key, quotes=quotes))
    return read


def parse_scores(body: bytes, leagues: LeagueTable, teams: TeamTables) -> ScoresRead:
    """Read a list of events with scores. A contest is over only when it is `completed`. Raises as `parse_odds` does."""
    read = ScoresRead(scores=[], unread=[], unreadable=[])
    for raw in _rows(body):
        event = _decoded(raw, WireEvent, read.unreadable)
        if event is None:
            continue
        found = _sighted(event, leagues.of_sport_key(event.sport_key), teams, _state(event))
        if isinstance(found, Unread):
            read.unread.append(found)
        else:
            read.scores.append(_scored(event, *found))
    return read


def parse_sports(body: bytes) -> list[Sport]:
    """Read the list of sports; rows that cannot be read are passed over. Raises as `parse_odds` does."""
    sports = [_decoded(raw, WireSport, []) for raw in _rows(body)]
    return [
        Sport(key=one.key, group=one.group, title=one.title, active=one.active, outrights=one.has_outrights)
        for one in sports
        if one is not None
    ]


def _rows(body: bytes) -> list[bytes]:
    """Part a body into its rows; one event alone is one row."""
    try:
        if body.lstrip()[:1] != b"{":
            return [bytes(raw) for raw in msgspec.json.decode(body, type=list[msgspec.Raw])]
        wrapped = msgspec.json.decode(body, type=WireWrapped)
        rows = wrapped.data if wrapped.data is not None else wrapped.events
        if rows is not None:
            return [bytes(raw) for raw in rows]
        msgspec.json.decode(body, type=WireEvent)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedMessage("BAD_BODY", f"neither events nor an event: {error}"[:300]) from None
    return [body]


def _decoded(raw: bytes | msgspec.Raw, type_: type[R], unreadable: list[tuple[str, bytes]]) -> R | None:
    try:
        return msgspec.json.decode(raw, type=type_)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        unreadable.append(("BAD_FIELD", bytes(raw)))
        return None


def _sighted(
    event: WireEvent, league: League | None, teams: TeamTables, state: ContestState
) -> tuple[Sighting, Fixture] | Unread:
    if league is None:
        return _unread(event, Refused("unknown_league", f"no league has the sport key {event.sport_key[:60]!r}"))
    fixture = _fixture(event, league, teams)
    if isinstance(fixture, Refused):
        return _unread(event, fixture)
    first, second = sorted(fixture.teams.values())
    start_ns = moment_ns(event.commence_time)
    sighting = Sighting(
        source=SOURCE,
        id=event.id,
        league=league.code,
        teams=(first, second),
        home=fixture.teams[event.home_team or ""],
        start=None if start_ns is None else at_time(start_ns),
        state=state,
        title=_title(event),
    )
    return sighting, fixture


def _fixture(event: WireEvent, league: League, teams: TeamTables) -> Fixture | Refused:
    pool = teams.pool_of(league)
    keys = []
    for name in (event.home_team, event.away_team):
        team = team_meant(pool, None, name or None)
        if isinstance(team, Refused):
            return team
        keys.append(team.key)
    if keys[0] == keys[1]:
        return Refused("one_team_twice", f"both teams are read as {keys[0][:60]}")
    return Fixture({event.home_team or "": keys[0], event.away_team or "": keys[1]}, league.draws)


def _title(event: WireEvent) -> str:
    return f"{event.away_team} at {event.home_team}"


def _quotes(event: WireEvent, fixture: Fixture, odds_format: OddsFormat, read: OddsRead) -> Iterator[Quote]:
    for raw in event.bookmakers or ():
        book = _decoded(raw, WireBookmaker, read.unreadable)
        for inner in (book.markets or ()) if book is not None else ():
            market = _decoded(inner, WireMarket, read.unreadable)
            if book is None or market is None:
                continue
            updated_ns = moment_ns(market.last_update) or moment_ns(book.last_update)
            for told in quotes_of(market, book.key, updated_ns, fixture, odds_format):
                if isinstance(told, Quote):
                    yield told
                else:
                    read.left_out[told.reason] += 1


def _state(event: WireEvent) -> ContestState:
    if event.completed is None:
        return ContestState.UNKNOWN
    if event.completed:
        return ContestState.OVER
    return ContestState.LIVE if event.scores else ContestState.SCHEDULED


def _scored(event: WireEvent, sighting: Sighting, fixture: Fixture) -> OddsScore:
    told = ((fixture.teams.get(one.name), one.score) for one in event.scores or ())
    scores = tuple((team, score) for team, score in told if team is not None and score)
    return OddsScore(sighting=sighting, scores=scores, updated_ns=moment_ns(event.last_update))


def _unread(event: WireEvent, why: Refused) -> Unread:
    return Unread(
        venue=SOURCE,
        market=event.id,
        name=event.id,
        event=event.id,
        title=_title(event),
        reason=why.reason,
        detail=why.detail,
        proposed=why.proposed,
    )
