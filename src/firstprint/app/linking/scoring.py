"""Linkage scored against labelled pairs: what `firstprint link score` does.

What the payloads do not hold is taken from the labels themselves, as little as they say: a Kalshi ticker without any
text, a contest with two names and a start. A Polymarket market without its payload cannot be scored: its outcomes and
their tokens are in nothing but the payload.
"""

from collections.abc import Iterable, Sequence

import msgspec

from firstprint.app.linking.matching import ESPN, KALSHI, ODDS, POLYMARKET, Payloads
from firstprint.domain.propositions import Listing, Unread
from firstprint.linkage.labels import ContestLabel, Label, LookalikeLabel, MarketLabel
from firstprint.linkage.leagues import LeagueTable
from firstprint.linkage.scoring import Finding, Score, score

Body = tuple[str, bytes]


class Scorer:
    """Scores labels over payloads."""

    def __init__(self, payloads: Payloads, leagues: LeagueTable) -> None:
        self._payloads = payloads
        self._leagues = leagues

    def score(self, labels: Sequence[Label], bodies: Sequence[Body]) -> Score:
        """Read the payloads, and from the labels what is in no payload; link all; compare. Raises MalformedMessage."""
        self._payloads.take(bodies)
        self._payloads.take([*self._bare_kalshi(labels), *self._bare_contests(labels)])
        return score(labels, finding(self._payloads))

    def _bare_kalshi(self, labels: Iterable[Label]) -> list[Body]:
        """Make a payload of the tickers that no payload has."""
        known = finding(self._payloads)
        tickers = {
            label.kalshi_ticker
            for label in labels
            if isinstance(label, MarketLabel | LookalikeLabel) and label.kalshi_ticker not in known.kalshi_markets
        }
        events = {
            label.kalshi_event_ticker
            for label in labels
            if isinstance(label, ContestLabel) and label.kalshi_event_ticker not in known.kalshi_events
        }
        markets = [{"ticker": one, "event_ticker": one.rpartition("-")[0]} for one in sorted(tickers)]
        bare = [{"event_ticker": one, "markets": []} for one in sorted(events)]
        return [(KALSHI, msgspec.json.encode({"markets": markets})), (KALSHI, msgspec.json.encode({"events": bare}))]

    def _bare_contests(self, labels: Iterable[Label]) -> list[Body]:
        """Make a scoreboard, or a list of odds, of each labelled contest that no payload has."""
        known = finding(self._payloads).source_ids
        bodies = []
        for label in labels:
            if isinstance(label, ContestLabel) and label.teams is not None and (label.source, label.id) not in known:
                body = self._scoreboard(label) if label.source == ESPN else self._odds(label)
                if body is not None:
                    bodies.append((label.source, msgspec.json.encode(body)))
        return bodies

    def _scoreboard(self, label: ContestLabel) -> object:
        series = self._leagues.series_of_event(label.kalshi_event_ticker)
        league = self._leagues.of_series(series) if series is not None else None
        if league is None or league.espn is None:
            return None
        sides = [{"team": {"displayName": name}} for name in label.teams or ()]
        event = {"id": label.id, "date": label.start, "competitions": [{"competitors": sides}]}
        return {"leagues": [{"slug": league.espn.rpartition("/")[2]}], "events": [event]}

    def _odds(self, label: ContestLabel) -> object:
        series = self._leagues.series_of_event(label.kalshi_event_ticker)
        away, home = label.teams or ("", "")
        key = self._leagues.sport_of(series) if series is not None else None
        event = {"id": label.id, "sport_key": key, "commence_time": label.start, "home_team": home, "away_team": away}
        return None if key is None else [event]


def finding(payloads: Payloads) -> Finding:
    """Gather what linkage came to, in the form that labels are compared with."""
    linker, matched = payloads.linker, payloads.matched()
    listings, unread = list(linker.listings()), list(linker.unread())
    sightings = list(linker.sightings())
    read: list[Listing | Unread] = [*listings, *unread]
    links = [link for link in linker.links() if (link.a_venue, link.b_venue) == (KALSHI, POLYMARKET)]
    events = {one.id for one in sightings if one.source == KALSHI}
    events |= {one.event for one in read if one.venue == KALSHI and one.event is not None}
    known: dict[str, Listing | None] = {name: None for one in unread for name in (one.market, one.name)}
    known |= {name: one for one in listings if one.venue == POLYMARKET for name in _names(one)}
    return Finding(
        links={link.a_market: link for link in links},
        contests={event: one for one in linker.contest_links() for event in one.ids.get(KALSHI, ())},
        kalshi_markets=frozenset(one.market for one in read if one.venue == KALSHI),
        kalshi_events=frozenset(events),
        polymarket=known,
        source_ids=frozenset((one.source, one.id) for one in sightings if one.source in (ESPN, ODDS)),
        refused={row.kalshi_ticker: row.reason for row in matched.refused},
    )


def _names(listing: Listing) -> tuple[str, ...]:
    tokens = tuple(outcome.token for outcome in listing.outcomes if outcome.token is not None)
    return (listing.market, listing.name, *listing.also, *tokens)
