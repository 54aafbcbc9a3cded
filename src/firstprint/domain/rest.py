"""What a REST body told, in our words."""

import msgspec

from firstprint.domain.instruments import Market
from firstprint.domain.marketdata import BookSnapshot, Trade


class RestFacts(msgspec.Struct, kw_only=True):
    """Facts from one REST body.

    `trading` says whether the exchange trades now (None: not said). `last_page` says that a list ends here.
    `unreadable` holds rows that could not be read, each with the reason.
    """

    markets: list[Market] = []
    books: list[BookSnapshot] = []
    trades: list[Trade] = []
    trading: bool | None = None
    last_page: bool = False
    unreadable: list[tuple[str, bytes]] = []
