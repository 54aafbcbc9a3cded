"""ESPN's scoreboard as it comes over the wire. Every field may be missing, and any may be null.

Only what a sighting or a game's state is read from is named; other fields are welcome and passed over.
Source: recordings of 2022 and 2026; there is no official documentation.
https://site.api.espn.com/apis/site/v2/sports/{sport}/{league}/scoreboard
"""

from typing import Annotated, Any, TypeAlias

import msgspec

Text: TypeAlias = Annotated[str, msgspec.Meta(max_length=256)]
Id: TypeAlias = Annotated[str, msgspec.Meta(max_length=64)] | int
"""An id: text everywhere in the recordings, a number where a feed of theirs forgot."""
Score: TypeAlias = msgspec.Raw | msgspec.UnsetType
"""A score, kept as it was printed: text as a rule (`"0"`), in cricket `"123/4 (20)"`, elsewhere a number."""
COMPETITORS_MAX = 500


class WireStatusType(msgspec.Struct):
    """`{"id":"1","name":"STATUS_SCHEDULED","state":"pre","completed":false,"detail":"8/9 - 12:15 PM EDT"}`.

    `name` is null in cricket. A postponed contest is `post` and not completed.
    """

    name: Text | None = None
    state: Text | None = None
    completed: bool | None = None
    detail: Text | None = None


class WireStatus(msgspec.Struct):
    """`{"clock":0.0,"displayClock":"0:00","period":1,"type":{...}}`."""

    period: int | None = None
    display_clock: Text | None = msgspec.field(default=None, name="displayClock")
    type: WireStatusType | None = None


class WireTeam(msgspec.Struct, rename="camel"):
    """`{"id":"20","abbreviation":"WSH","displayName":"Washington Nationals","location":"Washington"}`."""

    abbreviation: Text | None = None
    display_name: Text | None = None
    location: Text | None = None


class WireAthlete(msgspec.Struct, rename="camel"):
    """`{"fullName":"Jon Jones","displayName":"Jon Jones","shortName":"J. Jones"}`: fighters, players, drivers."""

    display_name: Text | None = None
    full_name: Text | None = None


class WireCompetitor(msgspec.Struct, rename="camel"):
    """`{"id":"20","homeAway":"home","order":0,"score":"0","team":{...}}`; `order` says nothing about who is at home."""

    id: Id | None = None
    home_away: Text | None = None
    score: Score = msgspec.UNSET
    winner: bool | None = None
    team: WireTeam | None = None
    athlete: WireAthlete | None = None


class WireNote(msgspec.Struct):
    """`{"type":"event","headline":"Doubleheader - Game 1 - Makeup from July 17"}`."""

    headline: str | None = None


class WireCompetition(msgspec.Struct, rename="camel"):
    """`{"id":"401816457","date":"2026-08-09T16:15Z","timeValid":true,"neutralSite":false,"competitors":[...]}`."""

    id: Id | None = None
    date: Text | None = None
    start_date: Text | None = None
    time_valid: bool | None = None
    neutral_site: bool | None = None
    competitors: Annotated[list[WireCompetitor], msgspec.Meta(max_length=COMPETITORS_MAX)] | None = None
    notes: list[WireNote] | None = None
    status: WireStatus | None = None


class WireEvent(msgspec.Struct, rename="camel"):
    """`{"id":"401816457","uid":"s:1~l:10~e:401816457","date":"2026-08-10T00:20Z","name":"Away at Home",...}`.

    One competition as a rule; a fight card has one for each fight.
    """

    id: Id | None = None
    uid: Text | None = None
    date: Text | None = None
    name: Text | None = None
    short_name: Text | None = None
    competitions: list[WireCompetition] | None = None
    status: WireStatus | None = None


class WireScoreboard(msgspec.Struct):
    """`{"leagues":[{"id":"28","slug":"nfl",...}],"day":{"date":"2022-09-17"},"events":[...]}`.

    Events are read one by one, and what is odd about the leagues keeps no event back.
    """

    leagues: Any = None
    events: list[msgspec.Raw] | None = None
