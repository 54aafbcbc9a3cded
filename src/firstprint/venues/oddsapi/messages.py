"""The Odds API's answers as they come over the wire. Lists are read row by row, so their rows are kept as they came.

Other fields are welcome and passed over. Source: https://the-odds-api.com/liveapi/guides/v4 and recordings of 2026.
"""

from typing import Annotated, TypeAlias

import msgspec

Text: TypeAlias = Annotated[str, msgspec.Meta(max_length=256)]
Key: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
Moment: TypeAlias = Text | int | None
"""`2026-08-07T22:41:00Z`, or Unix seconds where they were asked for."""
Number: TypeAlias = msgspec.Raw | msgspec.UnsetType
"""A JSON number, kept as it was printed: prices and points are read without a float between."""
OUTCOMES_MAX = 1000


class WireOutcome(msgspec.Struct):
    """`{"name":"New York Mets","price":1.52,"point":1.5}`; American prices are whole (`-110`), h2h has no point."""

    name: Text
    price: Number = msgspec.UNSET
    point: Number = msgspec.UNSET


class WireMarket(msgspec.Struct):
    """`{"key":"spreads","last_update":"2026-08-07T13:49:00Z","outcomes":[...]}`; outcomes in no certain order."""

    key: Key
    last_update: Moment = None
    outcomes: Annotated[list[WireOutcome], msgspec.Meta(max_length=OUTCOMES_MAX)] | None = None


class WireBookmaker(msgspec.Struct):
    """`{"key":"fanduel","title":"FanDuel","last_update":"2026-08-07T13:49:00Z","markets":[...]}`.

    Odds of one event alone leave `last_update` to the markets.
    """

    key: Key
    last_update: Moment = None
    markets: list[msgspec.Raw] | None = None


class WireScore(msgspec.Struct):
    """`{"name":"Washington Mystics","score":"49"}`."""

    name: Text
    score: Text | None = None


class WireEvent(msgspec.Struct):
    """An event, with odds (`bookmakers`), with scores, or with neither.

    `{"id":"b16edbe527767ab334db0995f39c8a5d","sport_key":"baseball_mlb","sport_title":"MLB",
    "commence_time":"2026-08-07T22:41:00Z","home_team":"Pittsburgh Pirates","away_team":"New York Mets",
    "bookmakers":[...]}`; scores are `"completed":true,"scores":[...],"last_update":"..."`, null before the start.
    """

    id: Key
    sport_key: Key
    commence_time: Moment = None
    home_team: Text | None = None
    away_team: Text | None = None
    bookmakers: list[msgspec.Raw] | None = None
    completed: bool | None = None
    scores: list[WireScore] | None = None
    last_update: Moment = None


class WireWrapped(msgspec.Struct):
    """Events within an object: of the past, `{"timestamp":"...","data":[...]}`, or of a capture, `{"events":[...]}`."""

    data: list[msgspec.Raw] | None = None
    events: list[msgspec.Raw] | None = None


class WireSport(msgspec.Struct):
    """`{"key":"icehockey_nhl","group":"Ice Hockey","title":"NHL","active":true,"has_outrights":false}`."""

    key: Key
    group: Text | None = None
    title: Text | None = None
    active: bool | None = None
    has_outrights: bool | None = None


class WireError(msgspec.Struct):
    """`{"message":"...","error_code":"OUT_OF_USAGE_CREDITS","details_url":"https://the-odds-api.com/..."}`."""

    error_code: Text
    message: str | None = None
