"""What can be chosen about a recording. Times in seconds."""

import msgspec

from firstprint.app.selection import Selection


class RecorderSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the recorder; they are kept in the session's first record.

    `selection` says which series are recorded. `lifecycle_discovery` chooses whether new markets are heard on the
    lifecycle stream as well; every `discovery_interval_s` REST is asked for them in any case (0 never).
    `record_open_at_start` chooses whether markets that were open before are recorded. `markets_per_subscription` leaves
    head-room under the venue's unpublished limit; `connections_max` is the venue's own limit per user. `market_cache`
    keeps the latest of each market at hand. `dry_run` forbids orders, paper ones too; nothing places any yet.
    """

    selection: Selection = Selection()
    lifecycle_discovery: bool = True
    record_open_at_start: bool = True
    market_cache: bool = False
    dry_run: bool = False
    markets_per_subscription: int = 200
    connections_max: int = 200
    tick_s: float = 1.0
    stall_s: float = 5.0
    discovery_interval_s: float = 900.0
    reconcile_s: float = 3600.0
    """With the lifecycle stream: REST is asked at least so often, even with longer intervals or none."""
    exchange_status_s: float = 60.0
    rest_books_s: float = 30.0
    """How often books are read by REST where there is no key for the stream."""
    market_facts_s: float = 600.0
    """How often REST is asked what became of each market, at venues whose lists are not read."""
