"""From what is wanted on a connection to the commands that bring it about. Pure; it looks, compares and says.

It is level-triggered: whatever happened, the same comparison of wanted and actual says what to send now. What it
remembers is only how often it has asked.

Rules:

1. The first frame subscribes to all that is wanted, later ones to what is missing and from what is too much. A market
   whose asset nobody has told yet waits. What does not fit goes elsewhere: above 500 assets the venue sends no books.
2. A book that is doubtful is asked for by naming its asset again; when none comes within 5 s, by unsubscribing and
   subscribing in one go. After that the pauses grow to a minute: a new market may have no book for minutes.
3. PING every 10 s. No PONG for 30 s: give up the connection.
4. A PONG says nothing of the data: after 20 s without any one book is asked for, after 60 s the connection is given
   up.
5. A book that was silent for 30 s, not compared for 300 s, or whose best prices were not the venue's just now, is to be
   compared with REST: `ask` names it, once, and again when the answer is overdue.

A connection for broadcasts alone (`new_market`, `market_resolved`) names one asset, because none may not be allowed.

Source: DESIGN.md 5 and docs/venues/polymarket.md; faults F12, F21.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from firstprint.domain.clock import NS_PER_S
from firstprint.domain.gaps import GapReason
from firstprint.venues.polymarket import commands
from firstprint.venues.polymarket.assets import Assets
from firstprint.venues.polymarket.conversation import MUST_ASK
from firstprint.venues.polymarket.session import PolymarketFeed
from firstprint.venues.polymarket.watch import Watch

ASSETS_MAX = 200
ASSETS_MAX_ALLOWED = 500
ASSETS_PER_COMMAND = 100
PING_EVERY_NS = 10 * NS_PER_S
PONG_DUE_NS = 30 * NS_PER_S
BOOK_DUE_NS = 5 * NS_PER_S
BOOK_PAUSE_NS_MAX = 60 * NS_PER_S
QUIET_NS_MAX = 20 * NS_PER_S
SILENT_NS_MAX = 60 * NS_PER_S
MARKET_SILENT_NS_MAX = 30 * NS_PER_S
COMPARE_EVERY_NS = 300 * NS_PER_S
UNSETTLED_NS = 5 * NS_PER_S
ANSWER_DUE_NS = 15 * NS_PER_S


class Course(msgspec.Struct):
    """What to do on a connection now. Implements `firstprint.app.ports.Course`."""

    commands: list[bytes] = []
    overflow: list[str] = []
    refused: list[str] = []
    ask: list[str] = []
    give_up: GapReason | None = None


class Tries(NamedTuple):
    """How often something was asked for, and when last (our monotonic ns)."""

    times: int
    mono_ns: int


class PolymarketSteering:
    """Steers one connection. With `broadcasts_only` it records no market. `assets_max` is at most 500."""

    def __init__(
        self, feed: PolymarketFeed, assets: Assets, *, broadcasts_only: bool = False, assets_max: int = ASSETS_MAX
    ) -> None:
        self._feed = feed
        self._talk = feed.talk
        self._assets = assets
        self._broadcasts_only = broadcasts_only
        self.markets_max: int | None = min(assets_max, ASSETS_MAX_ALLOWED)
        self._opened_mono_ns: int | None = None
        self._ping_due_mono_ns = 0
        self._probed_mono_ns = 0
        self._asked_books: dict[str, Tries] = {}
        self._asked_rest: dict[str, Tries] = {}

    def steer(self, wanted: set[str], now_mono_ns: int) -> Course:
        """Compare the wanted markets with the connection as it is; say what to do now."""
        course = Course()
        if self._opened_mono_ns is None:
            self._opened_mono_ns, self._ping_due_mono_ns = now_mono_ns, now_mono_ns + PING_EVERY_NS
        course.give_up = self._dead(now_mono_ns)
        if course.give_up is not None:
            return course
        if self._broadcasts_only:
            self._listen(course)
        else:
            self._subscribe(wanted, course)
            self._ask_for_books(course, now_mono_ns)
            self._probe(course, now_mono_ns)
            self._ask_rest(course, now_mono_ns)
        self._ping(course, now_mono_ns)
        return course

    def _dead(self, now_mono_ns: int) -> GapReason | None:
        """Tell why the connection is of no use: no PONG, or no data although a book was asked for."""
        pinged = self._talk.pinged_mono_ns
        unanswered = pinged is not None and now_mono_ns - pinged > PONG_DUE_NS
        silent = self._silent_ns(now_mono_ns) > SILENT_NS_MAX and self._probed_mono_ns > self._feed.last_data_mono_ns
        return GapReason.DATA_SILENCE if unanswered or silent else None

    def _silent_ns(self, now_mono_ns: int) -> int:
        return now_mono_ns - max(self._feed.last_data_mono_ns, self._opened_mono_ns or 0)

    def _ping(self, course: Course, now_mono_ns: int) -> None:
        if now_mono_ns >= self._ping_due_mono_ns:
            self._ping_due_mono_ns = now_mono_ns + PING_EVERY_NS
            course.commands.append(commands.PING)

    def _listen(self, course: Course) -> None:
        asset = self._assets.latest()
        if not self._talk.opened and asset is not None:
            course.commands.append(commands.open_with([asset], broadcasts_only=True))

    # -- subscriptions -------------------------------------------------------------------------------------------

    def _subscribe(self, wanted: set[str], course: Course) -> None:
        """Drop what is not wanted, then take in what is missing, as far as there is room."""
        subscribed = self._talk.subscribed
        surplus = sorted(asset for asset, market in subscribed.items() if market is not None and market not in wanted)
        for part in _parts(surplus):
            course.commands.append(commands.unsubscribe(part))
        missing = sorted(market for market in wanted if market not in self._talk.watches)
        known = [(market, asset) for market in missing if (asset := self._assets.first(market)) is not None]
        new = [(market, asset) for market, asset in known if asset not in subscribed]
        room = max(0, (self.markets_max or 0) - (len(subscribed) - len(surplus)))
        course.overflow.extend(market for market, _ in new[room:])
        for part in _parts([asset for _, asset in new[:room]]):
            first = not self._talk.opened and not course.commands
            course.commands.append(commands.open_with(part) if first else commands.subscribe(part))

    def _ask_for_books(self, course: Course, now_mono_ns: int) -> None:
        self._note_books(now_mono_ns)
        due = sorted(one for one, asked in self._talk.waiting.items() if self._is_due(one, asked, now_mono_ns))
        again = [asset for asset in due if asset in self._asked_books and self._asked_books[asset].times]
        for asset in due:
            tries = self._asked_books.get(asset)
            self._asked_books[asset] = Tries(tries.times + 1 if tries is not None else 1, now_mono_ns)
        for part in _parts(again):
            course.commands.append(commands.unsubscribe(part, refetches=True))
        for part in _parts(due):
            course.commands.append(commands.subscribe(part))

    def _note_books(self, now_mono_ns: int) -> None:
        """Count anew for books that have come; when they were asked for is kept for a while, against a storm."""
        for asset, tries in tuple(self._asked_books.items()):
            if asset not in self._talk.waiting:
                if now_mono_ns - tries.mono_ns > BOOK_DUE_NS:
                    del self._asked_books[asset]
                else:
                    self._asked_books[asset] = Tries(0, tries.mono_ns)

    def _is_due(self, asset: str, asked_mono_ns: int, now_mono_ns: int) -> bool:
        tries = self._asked_books.get(asset)
        if tries is None:
            return asked_mono_ns == MUST_ASK or now_mono_ns - asked_mono_ns > BOOK_DUE_NS
        pause_ns = min(BOOK_DUE_NS * max(1, tries.times), BOOK_PAUSE_NS_MAX)
        return now_mono_ns - max(asked_mono_ns, tries.mono_ns) > pause_ns

    def _probe(self, course: Course, now_mono_ns: int) -> None:
        """Ask a connection without data for one book: that there is nothing to say is then not taken for granted."""
        if self._silent_ns(now_mono_ns) <= QUIET_NS_MAX or self._probed_mono_ns > self._feed.last_data_mono_ns:
            return
        subscribed = self._talk.watches
        if subscribed:
            self._probed_mono_ns = now_mono_ns
            course.commands.append(commands.subscribe([next(iter(subscribed.values())).asset]))

    # -- REST ----------------------------------------------------------------------------------------------------

    def _ask_rest(self, course: Course, now_mono_ns: int) -> None:
        """Name the books that are to be compared with REST now."""
        for market, watch in self._talk.watches.items():
            if not self._to_compare(watch, now_mono_ns):
                self._asked_rest.pop(market, None)
                continue
            tries = self._asked_rest.get(market)
            pause_ns = min(ANSWER_DUE_NS * tries.times, COMPARE_EVERY_NS) if tries is not None else 0
            if tries is None or now_mono_ns - tries.mono_ns > pause_ns:
                self._asked_rest[market] = Tries(tries.times + 1 if tries is not None else 1, now_mono_ns)
                course.ask.append(market)

    def _to_compare(self, watch: Watch, now_mono_ns: int) -> bool:
        if not watch.book.valid or watch.book.feed is not self._talk.mark or watch.held is not None:
            return False
        since_ns = now_mono_ns - watch.confirmed_mono_ns
        quiet_ns = now_mono_ns - max(watch.heard_mono_ns, watch.confirmed_mono_ns)
        settled = not watch.unsettled or now_mono_ns - watch.compared_mono_ns < UNSETTLED_NS
        suspect = watch.strikes > 0 or not settled
        return suspect or since_ns >= COMPARE_EVERY_NS or quiet_ns >= MARKET_SILENT_NS_MAX


def _parts(assets: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(assets), ASSETS_PER_COMMAND):
        yield assets[start : start + ASSETS_PER_COMMAND]
