"""From what is wanted on a connection to the commands that bring it about. Pure; it looks, compares and says.

It is level-triggered: whatever happened (an acknowledgement, a gap, a terminal error, a market more or less), the same
comparison of wanted and actual says what to send now. Nothing is remembered that the feed does not know, but pauses.

Rules:

1. One subscription per channel. No subscription: subscribe with the whole wanted set. Otherwise `add_markets` and
   `delete_markets` on the live one.
2. A book that is doubtful and for which nobody has asked gets a `get_snapshot`, one at a time for each subscription.
   Where the venue refuses get_snapshot, the subscription is ended and made anew with the current set.
3. A command unanswered for 5 s, snapshots that do not come three times in a row, a terminal error that does not say of
   what, or ten errors in a row: give up the connection. Markets without a snapshot on a connection that answers
   everything else are refused instead, and a snapshot that comes and cannot be used is asked for again after 5 s.
4. Error 26 shows how many markets fit: the rest goes elsewhere. Error 27: wait a second. An error that names a market,
   or an answer that leaves it out: that market is refused, the others go on. An error 11 or 16 that names none of many:
   ask in smaller parts until it stands alone.

Source: DESIGN.md 5; docs/venues/kalshi.md; faults F05, F13, F19, F37.
"""

from collections.abc import Iterator, Sequence

import msgspec

from firstprint.domain.clock import NS_PER_S
from firstprint.domain.gaps import GapReason
from firstprint.venues.kalshi import commands
from firstprint.venues.kalshi.commands import BOOKS, Command
from firstprint.venues.kalshi.conversation import (
    MARKET_CODES,
    MUST_ASK,
    OMITTED,
    TERMINAL_CODES,
    UNKNOWN_SID,
    Failure,
)
from firstprint.venues.kalshi.session import KalshiFeed
from firstprint.venues.kalshi.subscription import Subscription

ANSWER_DUE_NS = 5 * NS_PER_S
QUIET_NS_MAX = 20 * NS_PER_S
COMMAND_PAUSE_NS = NS_PER_S
MARKETS_PER_COMMAND = 200
ASKED_IN_VAIN_MAX = 3
FAILURES_IN_A_ROW_MAX = 10
_TOO_MANY_MARKETS, _TOO_FAST, _UNKNOWN_CHANNEL = 26, 27, 8
_NOT_SUPPORTED = frozenset({5, 11, 13, 14, 15})


class Course(msgspec.Struct):
    """What to do on a connection now.

    `commands` are frames to send, in order. `overflow` are markets that must go to another connection, `refused` those
    that the venue does not know. `ask` is always empty: numbers prove the books. `give_up` is why the connection should
    be closed, None when it is fine.
    """

    commands: list[bytes] = []
    overflow: list[str] = []
    refused: list[str] = []
    ask: list[str] = []
    give_up: GapReason | None = None


class KalshiSteering:
    """Steers one connection. `channels` are those it shall have; `firehose` channels take no list of markets."""

    def __init__(self, feed: KalshiFeed, channels: Sequence[str], *, firehose: bool = False) -> None:
        self._feed = feed
        self._talk = feed.talk
        self._channels = list(channels)
        self._firehose = firehose
        self._paused_until_mono_ns = 0
        self._asked_in_vain = 0
        self._answered_when_asked = 0
        self._failed_in_a_row = 0
        self._answered_before = 0
        self._part_max: int | None = None
        self._snapshots_refused = False
        self.markets_max: int | None = None

    def steer(self, wanted: set[str], now_mono_ns: int) -> Course:
        """Compare the wanted markets with the connection as it is; say what to do now."""
        course = Course()
        if self._talk.answered != self._answered_before:
            self._answered_before, self._failed_in_a_row = self._talk.answered, 0
        while self._talk.failures:
            self._heed(self._talk.failures.popleft(), course, now_mono_ns)
        course.give_up = course.give_up or self._unanswered(now_mono_ns)
        if course.give_up is not None or now_mono_ns < self._paused_until_mono_ns:
            return course
        for channel in self._channels:
            self._subscribe(channel, wanted, course)
        self._ask_for_snapshots(course, now_mono_ns)
        self._probe(course, now_mono_ns)
        return course

    def _unanswered(self, now_mono_ns: int) -> GapReason | None:
        for command in tuple(self._talk.pending.values()):
            if now_mono_ns - command.sent_mono_ns > ANSWER_DUE_NS and self._talk.answered_in_part(command.id):
                self._talk.forget(command.id)
        oldest = min((command.sent_mono_ns for command in self._talk.pending.values()), default=now_mono_ns)
        late = now_mono_ns - oldest > ANSWER_DUE_NS
        useless = self._asked_in_vain > ASKED_IN_VAIN_MAX or self._failed_in_a_row > FAILURES_IN_A_ROW_MAX
        return GapReason.DATA_SILENCE if late or useless else None

    def _heed(self, failure: Failure, course: Course, now_mono_ns: int) -> None:
        command = failure.command
        if failure.code in TERMINAL_CODES and failure.sid is None:
            course.give_up = GapReason.SUBSCRIPTION_ENDED
        elif command is None and failure.code != _TOO_FAST:
            return
        elif command is None or failure.code == _TOO_FAST:
            self._pause(now_mono_ns)
        elif failure.code == OMITTED:
            course.refused.extend(failure.markets)
        elif failure.code == _TOO_MANY_MARKETS and (len(command.markets) > 1 or self._held(command)):
            self._shrink(command, course)
        elif failure.code == _UNKNOWN_CHANNEL and command.channel in self._channels[1:]:
            self._channels.remove(command.channel)
        elif failure.code in MARKET_CODES and (failure.markets or command.markets):
            self._refuse(failure, command, course)
        elif command.action == "get_snapshot" and failure.code in _NOT_SUPPORTED:
            self._snapshots_refused = True
        elif failure.code != UNKNOWN_SID:
            self._pause(now_mono_ns)

    def _pause(self, now_mono_ns: int) -> None:
        self._failed_in_a_row += 1
        self._paused_until_mono_ns = now_mono_ns + COMMAND_PAUSE_NS

    def _refuse(self, failure: Failure, command: Command, course: Course) -> None:
        """Refuse the markets that an error means; where it names none of many, ask in halves."""
        if failure.markets or len(command.markets) == 1:
            course.refused.extend(failure.markets or command.markets)
        else:
            self._part_max = max(1, len(command.markets) // 2)

    def _held(self, command: Command) -> int:
        """Count the markets on the subscription that a command wanted to change."""
        sub = self._talk.subscriptions.get(command.sid) if command.sid is not None else None
        sub = sub if sub is not None or command.channel is None else self._talk.on_channel(command.channel)
        return len(sub.markets) if sub is not None else 0

    def _shrink(self, command: Command, course: Course) -> None:
        held = self._held(command)
        self.markets_max = held or len(command.markets) // 2
        kept = 0 if held else self.markets_max
        course.overflow.extend(command.markets[kept:])

    def _subscribe(self, channel: str, wanted: set[str], course: Course) -> None:
        sub = self._talk.on_channel(channel)
        if sub is None:
            if not self._subscribing(channel) and (wanted or self._firehose):
                listed = None if self._firehose else sorted(wanted)[: self._part_max]
                course.commands.append(commands.subscribe(self._id(), channel, listed))
            return
        if self._firehose:
            return
        for action, markets in (("add_markets", wanted - sub.markets), ("delete_markets", sub.markets - wanted)):
            todo = sorted(markets - self._in_flight(sub.sid, action)) if markets else []
            for part in self._parts(todo):
                course.commands.append(commands.update(self._id(), sub.sid, action, part))

    def _parts(self, markets: Sequence[str]) -> Iterator[Sequence[str]]:
        size = self._part_max or MARKETS_PER_COMMAND
        for start in range(0, len(markets), size):
            yield markets[start : start + size]

    def _subscribing(self, channel: str) -> bool:
        return any(one.cmd == "subscribe" and one.channel == channel for one in self._talk.pending.values())

    def _in_flight(self, sid: int, action: str) -> set[str]:
        pending = [one for one in self._talk.pending.values() if one.sid == sid and one.action == action]
        return {market for command in pending for market in command.markets}

    def _ask_for_snapshots(self, course: Course, now_mono_ns: int) -> None:
        sub = self._talk.on_channel(BOOKS)
        if sub is None or not self._talk.uncertain:
            self._asked_in_vain = 0 if sub is not None else self._asked_in_vain
            return
        due = [market for market, asked in self._talk.uncertain.items() if self._is_due(asked, now_mono_ns)]
        due = sorted(sub.markets.intersection(due))
        if not due or self._in_flight(sub.sid, "get_snapshot"):
            return
        if self._snapshots_refused:
            self._resubscribe(sub, course)
            return
        due = self._despair(due, course)
        self._get_snapshots(sub, due, course)

    def _despair(self, due: list[str], course: Course) -> list[str]:
        """Count how often snapshots were asked for in vain; refuse those that fail to come where others do."""
        vain = [one for one in due if self._talk.uncertain[one] != MUST_ASK and one not in self._talk.spoilt]
        self._asked_in_vain = self._asked_in_vain + 1 if vain else 0
        alive, self._answered_when_asked = self._talk.answered != self._answered_when_asked, self._talk.answered
        if self._asked_in_vain < ASKED_IN_VAIN_MAX or not alive:
            return due
        self._asked_in_vain = 0
        course.refused.extend(vain)
        return [market for market in due if market not in vain]

    def _is_due(self, asked_mono_ns: int, now_mono_ns: int) -> bool:
        return asked_mono_ns == MUST_ASK or now_mono_ns - asked_mono_ns > ANSWER_DUE_NS

    def _get_snapshots(self, sub: Subscription, due: Sequence[str], course: Course) -> None:
        for part in self._parts(due):
            course.commands.append(commands.update(self._id(), sub.sid, "get_snapshot", part))

    def _resubscribe(self, sub: Subscription, course: Course) -> None:
        if not any(one.cmd == "unsubscribe" for one in self._talk.pending.values()):
            course.commands.append(commands.unsubscribe(self._id(), sub.sid))

    def _probe(self, course: Course, now_mono_ns: int) -> None:
        """Ask something of a connection that is silent or in doubt: the answer takes a number, so it decides both."""
        if course.commands or self._talk.pending:
            return
        quiet = now_mono_ns - self._feed.last_data_mono_ns > QUIET_NS_MAX
        sub = self._talk.on_channel(BOOKS)
        doubtful = sub is not None and self._doubtful(sub, now_mono_ns)
        if sub is not None and doubtful and self._snapshots_refused:
            self._resubscribe(sub, course)
        elif sub is not None and sub.markets and (quiet or doubtful) and not self._snapshots_refused:
            self._get_snapshots(sub, sorted(sub.markets)[:1], course)
        elif quiet and self._talk.subscriptions:
            course.commands.append(commands.list_subscriptions(self._id()))

    def _doubtful(self, sub: Subscription, now_mono_ns: int) -> bool:
        since_ns = sub.mark.doubt_since_mono_ns
        return since_ns is not None and now_mono_ns - since_ns > COMMAND_PAUSE_NS

    def _id(self) -> int:
        """Take the next command id; ids are never used twice on a connection."""
        self._talk.next_id += 1
        return self._talk.next_id - 1
