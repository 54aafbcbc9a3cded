"""What a client says on the market channel: the first subscription, more and fewer assets, and PING.

Source: the venue's documentation and clients of 2026, and probes: nothing is acknowledged; an asset named again gets a
fresh book; above 500 assets of one connection no first book is sent; what is no command is answered in plain text.
"""

import msgspec

from firstprint.sim.polymarket.connection import SimConnection
from firstprint.sim.polymarket.delivery import Delivery
from firstprint.sim.polymarket.faults import Target
from firstprint.sim.polymarket.feeds import Feeds
from firstprint.sim.polymarket.settings import PolymarketSettings
from firstprint.sim.polymarket.telling import BookTeller
from firstprint.sim.polymarket.world import World

PING, PONG, INVALID = b"PING", b"PONG", b"INVALID OPERATION"


class Command(msgspec.Struct, frozen=True):
    """One message: `{"type":"market","assets_ids":[...]}`, later `{"operation":"subscribe","assets_ids":[...]}`."""

    assets_ids: tuple[str, ...] = ()
    type: str = ""
    operation: str = ""
    custom_feature_enabled: bool | None = None
    initial_dump: bool = True


def decode_command(raw: bytes) -> Command | None:
    """Read a client's message; None when it is no command."""
    try:
        command = msgspec.json.decode(raw, type=Command)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    known = command.operation in {"subscribe", "unsubscribe"} or command.type.lower() == "market"
    return command if known else None


class Commands:
    """Carries out commands on the state of one exchange."""

    def __init__(
        self, settings: PolymarketSettings, world: World, feeds: Feeds, teller: BookTeller, delivery: Delivery
    ) -> None:
        self._settings = settings
        self._tokens = world.directory.tokens
        self._feeds = feeds
        self._teller = teller
        self._delivery = delivery

    def execute(self, connection: SimConnection, raw: bytes, now_ns: int) -> None:
        """Carry out one message of a client."""
        if raw.strip() == PING:
            self._delivery.plain(connection, PONG, now_ns)
            return
        command = decode_command(raw)
        if command is None or (command.operation and not connection.begun):
            self._delivery.plain(connection, INVALID, now_ns)
            return
        connection.begun = True
        if command.custom_feature_enabled is not None:
            connection.custom = command.custom_feature_enabled
        if command.operation == "unsubscribe":
            self._unsubscribe(connection, command.assets_ids, now_ns)
        else:
            self._subscribe(connection, command, now_ns)

    def _subscribe(self, connection: SimConnection, command: Command, now_ns: int) -> None:
        """Watch assets and send their books, as arrays. An asset that does not exist stays silent."""
        wanted = list(dict.fromkeys(command.assets_ids))
        for asset in wanted:
            if asset in self._tokens:
                connection.assets.setdefault(asset, len(connection.assets) < self._settings.assets_with_book_max)
                self._feeds.watch(connection, *self._tokens[asset])
        if command.initial_dump:
            shown = [asset for asset in wanted if connection.assets.get(asset)]
            for start in range(0, len(shown), self._settings.books_per_frame):
                self._show(connection, shown[start : start + self._settings.books_per_frame], now_ns)

    def _show(self, connection: SimConnection, assets: list[str], now_ns: int) -> None:
        told = [self._teller.tell(*self._tokens[asset], now_ns, event=True) for asset in assets]
        books = [one for one in told if one is not None]
        if books:
            raw = f"[{','.join(text for text, _ in books)}]".encode()
            target = Target(connection.number, "books", tuple(assets), tuple(digest for _, digest in books))
            self._delivery.post(connection, raw, now_ns, target)

    def _unsubscribe(self, connection: SimConnection, assets: tuple[str, ...], now_ns: int) -> None:
        for asset in assets:
            if connection.assets.pop(asset, None) is not None:
                self._feeds.unwatch(connection, *self._tokens[asset], now_ns)
