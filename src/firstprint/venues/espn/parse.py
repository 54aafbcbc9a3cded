"""From ESPN's scoreboard to games. Pure; a game that cannot be read is told with its reason and keeps no other back."""

import re
from collections.abc import Iterator

import msgspec

from firstprint.domain.contests import ContestState
from firstprint.domain.errors import MalformedMessage
from firstprint.venues.espn.messages import (
    Score,
    WireAthlete,
    WireCompetition,
    WireCompetitor,
    WireEvent,
    WireScoreboard,
    WireStatus,
    WireStatusType,
    WireTeam,
)
from firstprint.venues.espn.times import minute_ns

SCORE_CHARS_MAX = 40

_STATES = {"pre": ContestState.SCHEDULED, "in": ContestState.LIVE}
_NAMED_STATES = {
    "STATUS_POSTPONED": ContestState.POSTPONED,
    "STATUS_CANCELED": ContestState.CANCELLED,
    "STATUS_CANCELLED": ContestState.CANCELLED,
    "STATUS_ABANDONED": ContestState.UNKNOWN,
}
"""Statuses that mean what they say whatever `state` and `completed` are; an abandoned contest may be played again."""
_DOUBLEHEADER = re.compile(r"Doubleheader - Game ([12])\b")
_MAKEUP = re.compile(r"\bMakeup (?:from|of)\b", re.IGNORECASE)


class EspnSide(msgspec.Struct, frozen=True, kw_only=True):
    """One side of a game, as ESPN names it. `person` tells that it is an athlete and not a team.

    `home` is None where ESPN does not say. `score` is text, because not every sport counts in numbers.
    """

    name: str | None
    place: str | None = None
    code: str | None = None
    person: bool = False
    home: bool | None = None
    score: str | None = None
    winner: bool | None = None


class EspnGame(msgspec.Struct, frozen=True, kw_only=True):
    """A game of a scoreboard. Times are Unix nanoseconds.

    `id` is the event's, or where an event has several contests (a fight card) the contest's. `time_known` is False
    where only the day is meant. `game` is its number in a doubleheader, where a note says it. `league_id` is ESPN's
    number of the league, by which leagues whose teams share names are told apart.
    """

    id: str
    name: str | None
    start_ns: int | None
    time_known: bool
    sides: tuple[EspnSide, ...]
    state: ContestState
    status: str | None = None
    detail: str | None = None
    period: int | None = None
    clock: str | None = None
    neutral: bool = False
    game: int | None = None
    rescheduled: bool = False
    league_id: str | None = None


class Scoreboard(msgspec.Struct, kw_only=True):
    """What one body told: games, and events that could not be read, each with the reason.

    Reasons are `BAD_FIELD`, `NO_COMPETITION` (the event has no contest) and `NO_ID` (it, or one of its contests).

    `slugs` are ESPN's names of the leagues that the body is about (`nfl`, `usa.1`); some bodies do not say.
    """

    games: list[EspnGame]
    unreadable: list[tuple[str, bytes]]
    slugs: tuple[str, ...] = ()


def parse_scoreboard(body: bytes) -> Scoreboard:
    """Read a scoreboard. Raises MalformedMessage when the body is none: no JSON, a page of HTML, no list of events."""
    try:
        wire = msgspec.json.decode(body, type=WireScoreboard)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedMessage("BAD_BODY", f"not a scoreboard: {error}"[:300]) from None
    if wire.events is None:
        raise MalformedMessage("FIELD_MISSING", "a scoreboard without events")
    board = Scoreboard(games=[], unreadable=[], slugs=_slugs(wire.leagues))
    for raw in wire.events:
        _read_event(bytes(raw), board)
    return board


def _slugs(leagues: object) -> tuple[str, ...]:
    told = [one.get("slug") for one in leagues if isinstance(one, dict)] if isinstance(leagues, list) else []
    return tuple(dict.fromkeys(slug for slug in told if isinstance(slug, str)))


def _read_event(raw: bytes, board: Scoreboard) -> None:
    try:
        event = msgspec.json.decode(raw, type=WireEvent)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        board.unreadable.append(("BAD_FIELD", raw))
        return
    if not event.competitions:
        board.unreadable.append(("NO_COMPETITION", raw))
        return
    for competition in event.competitions:
        id_ = event.id if len(event.competitions) == 1 else competition.id
        if id_ in (None, ""):
            board.unreadable.append(("NO_ID", raw))
        else:
            board.games.append(_game(str(id_), event, competition))


def _game(id_: str, event: WireEvent, competition: WireCompetition) -> EspnGame:
    status = competition.status or event.status or WireStatus()
    kind = status.type or WireStatusType()
    start = competition.date or competition.start_date or event.date
    headlines = [note.headline for note in competition.notes or () if note.headline]
    return EspnGame(
        id=id_,
        name=event.name,
        start_ns=minute_ns(start),
        time_known=competition.time_valid is not False,
        sides=tuple(_sides(competition)),
        state=contest_state(kind),
        status=kind.name,
        detail=kind.detail,
        period=status.period,
        clock=status.display_clock,
        neutral=competition.neutral_site is True,
        game=_number_of_game(headlines),
        rescheduled=any(_MAKEUP.search(headline) for headline in headlines),
        league_id=_league_id(event.uid),
    )


def contest_state(kind: WireStatusType) -> ContestState:
    """Give where a contest stands. It is over only when ESPN says `completed`: `post` alone is not the end."""
    named = _NAMED_STATES.get(kind.name or "")
    if named is not None:
        return named
    return ContestState.OVER if kind.completed else _STATES.get(kind.state or "", ContestState.UNKNOWN)


def _sides(competition: WireCompetition) -> Iterator[EspnSide]:
    for one in competition.competitors or ():
        if one.team is not None:
            yield _team_side(one, one.team)
        elif one.athlete is not None:
            yield _person_side(one, one.athlete)


def _team_side(one: WireCompetitor, team: WireTeam) -> EspnSide:
    return EspnSide(
        name=team.display_name or None,
        place=team.location or None,
        code=team.abbreviation or None,
        home=_at_home(one.home_away),
        score=_score(one.score),
        winner=one.winner,
    )


def _person_side(one: WireCompetitor, athlete: WireAthlete) -> EspnSide:
    name = athlete.display_name or athlete.full_name or None
    return EspnSide(name=name, person=True, score=_score(one.score), winner=one.winner)


def _at_home(word: str | None) -> bool | None:
    return {"home": True, "away": False}.get(word or "")


def _score(raw: Score) -> str | None:
    """Give a score as text, whether it came as text or as a number; None for anything else."""
    told = msgspec.json.decode(raw) if isinstance(raw, msgspec.Raw) else None
    if isinstance(told, bool) or not isinstance(told, str | int | float):
        return None
    return str(told)[:SCORE_CHARS_MAX] or None


def _number_of_game(headlines: list[str]) -> int | None:
    found = {int(match.group(1)) for headline in headlines if (match := _DOUBLEHEADER.search(headline))}
    return found.pop() if len(found) == 1 else None


def _league_id(uid: str | None) -> str | None:
    """Read the league's number from `s:1~l:10~e:401816457`."""
    parts = dict(part.split(":", 1) for part in (uid or "").split("~") if ":" in part)
    return parts.get("l") or None
