"""The linker: takes what was read, one listing at a time, and knows at any time what is linked and what is refused.

What is known is kept in *buckets*: one for each league and pair of teams, one for each topic. A new listing changes
its own bucket and no other, so that one new market costs the same among ten as among ten thousand.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from firstprint.domain.contests import Contest, Sighting
from firstprint.domain.links import ContestLink, Decision, Link, Refusal
from firstprint.domain.propositions import Listing, Topic, Unread
from firstprint.linkage.buckets import Bucket, Found, of_contests, of_topic
from firstprint.linkage.cadence import cadence_of
from firstprint.linkage.decisions import Decisions, key_of, sides_of
from firstprint.linkage.reads import Read

Key = tuple[str, ...]


class Resolved(NamedTuple):
    """A bucket that changed: what it came to before and now, and its listings."""

    key: Key
    before: Found
    now: Found
    listings: tuple[Listing, ...]


class Linker:
    """Listings and sightings in, links and refusals out. `sport_of` gives the sport of a league's code."""

    def __init__(self, sport_of: Callable[[str], str], decisions: Iterable[Decision] = ()) -> None:
        self._sport_of = sport_of
        self.decisions = Decisions(decisions)
        self._buckets: dict[Key, Bucket] = {}
        self._home: dict[tuple[str, str], Key] = {}
        self._sighted: dict[tuple[str, str], Key] = {}
        self._unread: dict[tuple[str, str], Unread] = {}
        self._found: dict[Key, Found] = {}
        self._dirty: dict[Key, None] = {}

    # -- in ------------------------------------------------------------------------------------------------------

    def take(self, read: Iterable[Read]) -> None:
        """Take what was read; a listing read again replaces what was known of it."""
        for one in read:
            if isinstance(one, Sighting):
                self._see(one)
            elif isinstance(one, Unread):
                self.forget(one.venue, one.market)
                self._unread[one.venue, one.market] = one
            else:
                self._list(one)

    def _see(self, sighting: Sighting) -> None:
        key, name = _sighted_key(sighting), (sighting.source, sighting.id)
        home = self._sighted.get(name)
        if home == key and self._buckets[key].sightings.get((*name, "")) == sighting:
            return
        if home is not None and home != key:
            self._bucket(home).sightings.pop((*name, ""), None)
        self._sighted[name] = key
        self._bucket(key).sightings[*name, ""] = sighting

    def _list(self, listing: Listing) -> None:
        key = _key(listing)
        place = (listing.venue, listing.market)
        home = self._home.get(place)
        if home == key and self._buckets[key].listings[place] == listing:
            return  # it says what it said before: nothing is to be resolved anew
        if home is not None and home != key:
            self.forget(*place)
        self._unread.pop(place, None)
        if len(self.decisions):
            self._stir_partners(*place)
        self._home[place] = key
        bucket = self._bucket(key)
        bucket.listings[place] = listing
        if isinstance(listing.about, Sighting):
            bucket.sightings[listing.venue, listing.about.id, listing.market] = listing.about

    def _bucket(self, key: Key) -> Bucket:
        self._dirty[key] = None
        if key not in self._buckets:
            self._buckets[key] = Bucket()
        return self._buckets[key]

    def forget(self, venue: str, market: str) -> None:
        """Forget a listing: its market is over, or was read as something else."""
        self._unread.pop((venue, market), None)
        if len(self.decisions):
            self._stir_partners(venue, market)
        key = self._home.pop((venue, market), None)
        if key is not None:
            listing = self._bucket(key).listings.pop((venue, market))
            if isinstance(listing.about, Sighting):
                self._buckets[key].sightings.pop((venue, listing.about.id, market), None)

    def lose_sight(self, source: str, ids: Iterable[str]) -> None:
        """Forget what a source told of contests that it lists no more."""
        for name in ids:
            key = self._sighted.pop((source, name), None)
            if key is not None:
                self._bucket(key).sightings.pop((source, name, ""), None)

    def decide(self, decision: Decision) -> None:
        """Take a person's decision: it wins over every rule from now on."""
        self.decisions.take(decision)
        self.stir()

    def stir(self) -> None:
        """Have everything resolved anew at the next `resolve`."""
        self._dirty.update(dict.fromkeys(self._buckets))

    def _stir_partners(self, venue: str, market: str) -> None:
        """Have resolved anew what a person decided about together with a market: its link may be in another bucket."""
        for name in self.decisions.others(f"{venue}:{market}"):
            other, _, key = name.partition(":")
            home = self._home.get((other, key))
            if home is not None:
                self._dirty[home] = None

    # -- out -----------------------------------------------------------------------------------------------------

    def resolve(self) -> list[Resolved]:
        """Bring links and refusals up to date with what was taken; give the buckets that this concerned."""
        dirty, self._dirty = list(self._dirty), {}
        return [self._renew(key) for key in dirty]

    def _renew(self, key: Key) -> Resolved:
        bucket, before = self._buckets[key], self._found.pop(key, Found())
        if bucket.listings or bucket.sightings:
            self._found[key] = self._overruled(self._resolve(key, bucket), bucket)
        else:
            del self._buckets[key]
        return Resolved(key, before, self._found.get(key, Found()), tuple(bucket.listings.values()))

    def _resolve(self, key: Key, bucket: Bucket) -> Found:
        topic = next((one.about for one in bucket.listings.values() if isinstance(one.about, Topic)), None)
        if topic is not None:
            return of_topic(bucket, topic, self.decisions)
        return of_contests(bucket, cadence_of(self._sport_of(key[0])), self.decisions)

    def _overruled(self, found: Found, bucket: Bucket) -> Found:
        """Put the links that people decided on in the place of the rules' links and refusals of the same markets."""
        if not len(self.decisions):
            return found
        links: dict[str, Link] = {}
        linked: set[tuple[str, str | None]] = set()
        for listing in bucket.listings.values():
            own = key_of(listing)
            for decision in self.decisions.linking(own):
                first, second = sides_of(decision)
                other = self.listing(*(second if own == first else first).split(":", 1))
                if isinstance(other, Listing):
                    linked.add((listing.venue, listing.market))
                    if own == first:
                        link = self.decisions.link(decision, listing, other, _contest_of(found, listing.about))
                        links[link.id] = link
        return found._replace(
            links=(*links.values(), *(link for link in found.links if link.id not in links)),
            refusals=tuple(one for one in found.refusals if (one.venue, one.market) not in linked),
        )

    def listing(self, venue: str, market: str) -> Listing | Unread | None:
        """Give what was read of a market; None when it is not known here."""
        key = self._home.get((venue, market))
        return self._unread.get((venue, market)) if key is None else self._buckets[key].listings[venue, market]

    def listings(self) -> Iterator[Listing]:
        """Give every listing that could be read."""
        for bucket in self._buckets.values():
            yield from bucket.listings.values()

    def unread(self) -> Iterator[Unread]:
        """Give every listing that could not."""
        yield from self._unread.values()

    def sightings(self) -> Iterator[Sighting]:
        """Give every sighting."""
        for bucket in self._buckets.values():
            yield from bucket.sightings.values()

    def contests(self) -> Iterator[Contest]:
        """Give every contest, as of the last `resolve`."""
        for found in self._found.values():
            yield from found.contests

    def contest_links(self) -> Iterator[ContestLink]:
        """Give every contest that more than one source knows."""
        for found in self._found.values():
            yield from found.contest_links

    def links(self) -> Iterator[Link]:
        """Give every link, a person's in the place of any rule's for the same market."""
        for found in self._found.values():
            yield from found.links

    def links_of(self, resolved: Resolved) -> list[Link]:
        """Give the links of a bucket as they stand, a person's in the place of any rule's."""
        return list(resolved.now.links)

    def refusals_of(self, resolved: Resolved) -> list[Refusal]:
        """Give the refusals of a bucket as they stand: what a person linked is refused no more."""
        return list(resolved.now.refusals)

    def contest_of(self, about: Sighting | Topic) -> str | None:
        """Give the id of the contest that a sighting is of, as of the last `resolve`; None for a topic."""
        if isinstance(about, Topic) or (found := self._found.get(_sighted_key(about))) is None:
            return None
        return _contest_of(found, about)

    def refusals(self) -> Iterator[Refusal]:
        """Give every refusal, of listings that could not be read too; what a person linked is refused no more."""
        for found in self._found.values():
            yield from found.refusals
        yield from map(refusal_of, self._unread.values())


def _contest_of(found: Found, about: Sighting | Topic) -> str | None:
    """Give the contest that a sighting is of, among those of its bucket; None for a topic."""
    if isinstance(about, Topic):
        return None
    named = ((contest.id, {(one.source, one.id) for one in contest.sightings}) for contest in found.contests)
    return next((key for key, names in named if (about.source, about.id) in names), None)


def _key(listing: Listing) -> Key:
    about = listing.about
    return ("topic", about.kind, about.key) if isinstance(about, Topic) else _sighted_key(about)


def _sighted_key(sighting: Sighting) -> Key:
    return (sighting.league, *sighting.teams)


def refusal_of(unread: Unread) -> Refusal:
    """Make the refusal of a listing that could not be read."""
    return Refusal(
        venue=unread.venue,
        market=unread.market,
        event=unread.event,
        code=unread.reason,
        reason=unread.detail,
        work_item=f"{unread.reason}:{unread.event or unread.market}",
        candidates=unread.proposed,
    )
