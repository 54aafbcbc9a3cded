"""Commands of the client: subscribe, update_subscription, unsubscribe, list_subscriptions, and their errors.

Source: Kalshi AsyncAPI of September 2026, and recorded conversations: a second subscribe to a channel is merged into
its sid and answered `ok`; every `ok` and `unsubscribed` about a sid consumes one of its numbers; the list of an `ok`
is sorted and whole. A ticker that does not exist is accepted and stays silent, since error 16 is retired.
"""

from typing import Any

import msgspec

from firstprint.sim.kalshi.connection import SimConnection, Subscription
from firstprint.sim.kalshi.delivery import Delivery
from firstprint.sim.kalshi.feeds import COMBO_LIFE, LIFE, Feeds
from firstprint.sim.kalshi.settings import SimSettings
from firstprint.sim.kalshi.wire import encode
from firstprint.sim.kalshi.world import World

_MARKET_CHANNELS = frozenset({"orderbook_delta", "ticker", "trade"})
_FIREHOSES = frozenset({LIFE, COMBO_LIFE})
_SILENT_CHANNELS = frozenset({"fill", "market_positions", "user_orders", "order_group_updates", "communications"})
_NEEDS = {"cfbenchmarks_value": ("index_ids", 24), "cfbenchmarks_value_5hz": ("index_ids", 24),
          "pyth_value": ("underlying_tickers", 28)}  # fmt: skip
_ACTIONS = frozenset({"add_markets", "delete_markets", "get_snapshot"})


class Command(msgspec.Struct, frozen=True):
    """One command: `{"id": 1, "cmd": "subscribe", "params": {...}}`."""

    cmd: str = ""
    id: int | None = None
    params: dict[str, Any] | None = None


class Refused(Exception):  # noqa: N818 an answer to the client, not a failure of ours
    """A command is answered with an error code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def decode_command(raw: bytes) -> Command | None:
    """Read a client's frame; None when it is no command."""
    try:
        return msgspec.json.decode(raw, type=Command)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


class Commands:
    """Executes commands on the state of one exchange."""

    def __init__(self, settings: SimSettings, world: World, feeds: Feeds, delivery: Delivery) -> None:
        self._settings = settings
        self._world = world
        self._feeds = feeds
        self._delivery = delivery

    def execute(self, connection: SimConnection, command: Command, now_ns: int) -> None:
        """Carry out one command, or answer why not."""
        row = {"c": connection.number, "id": command.id, "cmd": command.cmd, "at": now_ns}
        self._delivery.note("command", row)
        try:
            self._dispatch(connection, command, now_ns)
        except Refused as refusal:
            self._delivery.error(connection, refusal.code, now_ns, command.id or None)
        self._feeds.sweep()

    def _dispatch(self, connection: SimConnection, command: Command, now_ns: int) -> None:
        if command.cmd == "list_subscriptions":
            self._list(connection, command, now_ns)
            return
        action = {"subscribe": self._subscribe, "update_subscription": self._update, "unsubscribe": self._unsubscribe}
        if command.cmd not in action:
            raise Refused(5)
        if command.params is None:
            raise Refused(2)
        action[command.cmd](connection, command, now_ns)

    def _list(self, connection: SimConnection, command: Command, now_ns: int) -> None:
        rows = [{"channel": sub.channel, "sid": sub.sid} for sub in connection.subscriptions.values()]
        self._delivery.plain(connection, "ok", encode(rows), now_ns, command=command.id)

    # --- subscribe

    def _subscribe(self, connection: SimConnection, command: Command, now_ns: int) -> None:
        params = command.params or {}
        channels = params.get("channels")
        if not isinstance(channels, list) or not channels:
            raise Refused(3)
        for channel in channels:
            try:
                self._subscribe_one(connection, str(channel), params, command.id or None, now_ns)
            except Refused as refusal:
                self._delivery.error(connection, refusal.code, now_ns, command.id or None)

    def _subscribe_one(
        self, connection: SimConnection, channel: str, params: dict[str, Any], command: int | None, now_ns: int
    ) -> None:
        tickers = self._wanted(channel, params)
        sub = connection.of_channel(channel)
        if sub is None:
            self._check_cap(set(), tickers)
            sub = connection.open_subscription(channel)
            sub.yes_price = bool(params.get("use_yes_price", False))
            sub.tickers = set(tickers) if tickers is not None else None
            self._feeds.watch(sub, sub.tickers)
            self._delivery.plain(connection, "subscribed", encode({"channel": channel, "sid": sub.sid}), now_ns,
                                 command=command)  # fmt: skip
            added = tickers
        else:
            added = self._merge(sub, tickers)
            self._acknowledge(sub, params, command, now_ns)
        self._show(sub, added, params, now_ns)

    def _wanted(self, channel: str, params: dict[str, Any]) -> list[str] | None:
        """Read which markets a subscribe names: None for all. Raises Refused for what the channel does not take."""
        if channel in _NEEDS and not params.get(_NEEDS[channel][0]):
            raise Refused(_NEEDS[channel][1])
        if channel in _FIREHOSES or channel in _SILENT_CHANNELS or channel in _NEEDS:
            return None
        if channel not in _MARKET_CHANNELS:
            raise Refused(8)
        tickers = self._tickers(params, ids=channel == "ticker")
        if channel == "orderbook_delta" and not tickers:
            raise Refused(14)
        return tickers or None

    def _tickers(self, params: dict[str, Any], *, ids: bool = False) -> list[str]:
        one, many = params.get("market_ticker"), params.get("market_tickers")
        if one is not None and many is not None:
            raise Refused(11)
        named = many if many is not None else [one] if one is not None else []
        if not isinstance(named, list) or not all(isinstance(ticker, str) and ticker for ticker in named):
            raise Refused(11)
        if ids and not named:
            wanted = {params.get("market_id"), *(params.get("market_ids") or ())} - {None}
            named = [m.ticker for m in self._world.markets if m.market_id in wanted] if wanted else []
        return list(dict.fromkeys(named))

    def _check_cap(self, have: set[str], more: list[str] | None) -> None:
        if more is not None and len(have.union(more)) > self._settings.markets_per_subscription_max:
            raise Refused(26)

    def _merge(self, sub: Subscription, tickers: list[str] | None) -> list[str] | None:
        """Add markets to a subscription; give those that are new. Asking for all swallows a list."""
        if sub.tickers is None:
            return []
        self._check_cap(sub.tickers, tickers)
        if tickers is None:
            self._feeds.unwatch(sub, sub.tickers)
            sub.tickers = None
            self._feeds.watch(sub, None)
            return []
        fresh = [ticker for ticker in tickers if ticker not in sub.tickers]
        sub.tickers.update(fresh)
        self._feeds.watch(sub, set(fresh))
        return fresh

    def _acknowledge(self, sub: Subscription, params: dict[str, Any], command: int | None, now_ns: int) -> None:
        body: dict[str, Any] = {}
        if sub.tickers is not None and not (sub.channel == "ticker" and params.get("skip_ticker_ack")):
            body["market_tickers"] = sorted(sub.tickers)
        self._delivery.numbered(sub, "ok", encode(body), now_ns, {}, command)

    def _show(self, sub: Subscription, added: list[str] | None, params: dict[str, Any], now_ns: int) -> None:
        """Send what a new watcher sees first: a snapshot of each book, or a ticker where it was asked for."""
        first_tickers = sub.channel == "ticker" and params.get("send_initial_snapshot")
        if sub.channel != "orderbook_delta" and not first_tickers:
            return
        every = [m.ticker for m in self._world.plain_markets() if m.status == "active"] if added is None else added
        for ticker in every:
            market = self._world.by_ticker.get(ticker)
            if market is None or not sub.alive:
                continue
            if sub.channel == "ticker":
                self._feeds.ticker(sub, market, now_ns)
            else:
                self._feeds.snapshot(sub, market, now_ns)

    # --- update and unsubscribe

    def _update(self, connection: SimConnection, command: Command, now_ns: int) -> None:
        params = command.params or {}
        sub = self._target(connection, params)
        action = params.get("action")
        if not action:
            raise Refused(15)
        if action not in _ACTIONS or sub.channel not in _MARKET_CHANNELS:
            raise Refused(13)
        tickers = self._tickers(params, ids=sub.channel == "ticker")
        if not tickers:
            raise Refused(14)
        if action == "get_snapshot":
            self._snapshots(sub, tickers, command.id or None, now_ns)
        elif action == "add_markets":
            added = self._merge(sub, tickers)
            self._acknowledge(sub, params, command.id or None, now_ns)
            self._show(sub, added or [], params, now_ns)
        else:
            self._delete(sub, tickers)
            self._acknowledge(sub, params, command.id or None, now_ns)

    def _target(self, connection: SimConnection, params: dict[str, Any]) -> Subscription:
        sids = params.get("sids") if "sids" in params else [params["sid"]] if "sid" in params else []
        if not isinstance(sids, list) or len(sids) != 1:
            raise Refused(12)
        sub = connection.subscriptions.get(sids[0]) if isinstance(sids[0], int) else None
        if sub is None:
            raise Refused(7)
        return sub

    def _snapshots(self, sub: Subscription, tickers: list[str], command: int | None, now_ns: int) -> None:
        if sub.channel != "orderbook_delta":
            raise Refused(13)
        for ticker in tickers:
            market = self._world.by_ticker.get(ticker)
            if market is not None and sub.alive:
                self._feeds.snapshot(sub, market, now_ns, command)

    def _delete(self, sub: Subscription, tickers: list[str]) -> None:
        if sub.tickers is None:
            raise Refused(11)
        gone = sub.tickers.intersection(tickers)
        sub.tickers -= gone
        self._feeds.unwatch(sub, gone)

    def _unsubscribe(self, connection: SimConnection, command: Command, now_ns: int) -> None:
        sids = (command.params or {}).get("sids")
        if not isinstance(sids, list) or not sids:
            raise Refused(4)
        for sid in sids:
            sub = connection.subscriptions.pop(sid, None) if isinstance(sid, int) else None
            if sub is None:
                self._delivery.error(connection, 7, now_ns, command.id or None)
                continue
            self._feeds.unwatch(sub, sub.tickers)
            self._delivery.numbered(sub, "unsubscribed", b"", now_ns, {}, command.id or None)
            self._delivery.release_swapped(connection)
            sub.alive = False
