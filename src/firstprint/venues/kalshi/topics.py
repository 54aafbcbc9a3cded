"""Kalshi's listings about no contest that are read for certain: decisions of the Fed, season titles, nominees. Pure."""

from collections.abc import Callable
from typing import NamedTuple

from firstprint.domain.entries import EventEntry, MarketEntry
from firstprint.domain.propositions import Topic
from firstprint.linkage.leagues import League
from firstprint.linkage.names import person_key
from firstprint.linkage.sides import Pool, Refused, team_meant
from firstprint.linkage.topics import fed_decision, season_title, us_president_nominee, years_named
from firstprint.venues.kalshi.rules import bare_name
from firstprint.venues.kalshi.tickers import month_named, year_named

FED = "KXFEDDECISION"
_FED_OUTCOMES = {
    "C26": "cut_50plus",
    "C25": "cut_25",
    "H0": "no_change",
    "H25": "hike_25",
    "H26": "hike_50plus",
}
"""Kalshi says `more than 25 basis points`: the Fed moves by quarters of a point, so that is 50 or more."""
_FED_WORDS = {"cut": "C", "decrease": "C", "hike": "H", "increase": "H"}
_PARTIES = {"KXPRESNOMD": "D", "KXPRESNOMR": "R"}
_PARTY_WORDS = {"D": "democrat", "R": "republican"}


class Meant(NamedTuple):
    """What a market is about, and the outcome on which its YES pays."""

    topic: Topic
    outcome: str
    rounding: str | None = None


TopicReader = Callable[[EventEntry | None, MarketEntry, str, str], Meant | Refused]
"""Reads a market from its event (where known), itself, the event's ticker, and its own part of its ticker."""


def read_fed(event: EventEntry | None, market: MarketEntry, event_ticker: str, outcome: str) -> Meant | Refused:
    """Read what the Fed does at a meeting: `KXFEDDECISION-26JUL-C25`."""
    month = month_named(event_ticker, FED)
    if month is None or outcome not in _FED_OUTCOMES:
        return Refused("unknown_outcome", f"{market.ticker[:80]} is no decision of a month's meeting")
    words = (market.yes_sub_title or "").lower()
    if any(word in words and not outcome.startswith(letter) for word, letter in _FED_WORDS.items()):
        return Refused("code_and_name_disagree", f"the outcome is {outcome}, its name {words[:60]!r}")
    rules = f"{market.rules_primary or ''} {market.rules_secondary or ''}".lower()
    return Meant(fed_decision(*month), _FED_OUTCOMES[outcome], "stated" if "round" in rules else None)


def read_nominee(event: EventEntry | None, market: MarketEntry, event_ticker: str, outcome: str) -> Meant | Refused:
    """Read who is a party's nominee for president of the United States: `KXPRESNOMD-28-...`, by the name given."""
    series = event_ticker.partition("-")[0]
    party, year, name = _PARTIES[series], year_named(event_ticker, series), bare_name(market.yes_sub_title)
    if year is None or year % 4:
        return Refused("unknown_topic", f"{event_ticker[:60]} names no year of a presidential election")
    if name is None or not person_key(name):
        return Refused("no_subject", "the market does not say who")
    text = f"{(event and event.title) or ''} {market.title or ''} {market.rules_primary or ''}".lower()
    other = _PARTY_WORDS["R" if party == "D" else "D"]
    named = years_named(text)
    if (other in text and _PARTY_WORDS[party] not in text) or (named and year not in named):
        return Refused("dates_disagree", f"the ticker says {party} {year}, the text does not")
    return Meant(us_president_nominee(party, year), person_key(name))


def title_reader(kind: str, league: League, pool: Pool) -> TopicReader:
    """Give the reader of a season's title in this league: `KXNBA-27-ATL`, the year in which the season ends."""

    def read(event: EventEntry | None, market: MarketEntry, event_ticker: str, outcome: str) -> Meant | Refused:
        year = year_named(event_ticker, event_ticker.rpartition("-")[0])
        if year is None:
            return Refused("unknown_topic", f"{event_ticker[:60]} names no season")
        texts = (event and event.title, event and event.sub_title, market.title)
        named = years_named(" ".join(text for text in texts if text))
        if named and year not in named:
            return Refused("dates_disagree", f"the ticker says {year}, the title {sorted(named)}")
        team = team_meant(pool, pool.by_code("kalshi", outcome), bare_name(market.yes_sub_title))
        return team if isinstance(team, Refused) else Meant(season_title(kind, league, year), team.key)

    return read


READERS: dict[str, TopicReader] = {FED: read_fed, **dict.fromkeys(_PARTIES, read_nominee)}
"""Readers by series, for what no table of leagues has."""
