"""What a REST body told, in our words."""

import msgspec

from firstprint.domain.instruments import Market
from firstprint.domain.marketdata import BookSnapshot, Trade


class RestFacts(msgspec.Struct, kw_only=True):
    """Facts from one REST body.

    `trading` says whether the exchange trades now (None: not said). `last_page` says that a list ends here.
    `unreadable` holds rows that could not be read, each with the reason. `begins_sweep` names the channel whose holes
    the list that begins with this body fills, once a body with the same `ends_sweep` has come.
    """

    markets: list[Market] = []
    books: list[BookSnapshot] = []
    trades: list[Trade] = []
    trading: bool | None = None
    last_page: bool = False
    begins_sweep: str | None = None
    ends_sweep: str | None = None
    unreadable: list[tuple[str, bytes]] = []
