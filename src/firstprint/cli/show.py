"""`firstprint sessions` and `firstprint gaps`: what was recorded, and what is missing."""

from pathlib import Path

from firstprint.bootstrap import reading
from firstprint.cli.configured import row_limit, with_flags
from firstprint.cli.output import say, say_json, say_table, when
from firstprint.config import read_config

MARKETS_SHOWN = 3


def sessions(*, data: Path | None = None, json: bool = False) -> int:
    """List the sessions of a data folder: one for each run of the recorder.

    Parameters
    ----------
    data
        Data folder (FIRSTPRINT_DATA, default ./data).
    json
        Print one JSON document.
    """
    summaries = reading.recorded_sessions(data or read_config().data)
    rows = [
        {
            "session": one.session,
            "opened": when(one.first_wall_ns),
            "last": when(one.last_wall_ns),
            "outcome": "clean" if one.closed else "not closed",
            "records": one.last_record,
            "bytes": one.bytes,
            "segments": one.segments,
            "sealed": one.sealed_segments,
        }
        for one in summaries
    ]
    if json:
        say_json({"sessions": rows})
    else:
        say_table(("session", "opened (UTC)", "last record", "outcome", "records", "bytes", "segments", "sealed"),
                  [tuple(row.values()) for row in rows])  # fmt: skip
    return 0


def gaps(
    *,
    session: str | None = None,
    market: str | None = None,
    reason: str | None = None,
    open_only: bool = False,
    limit: int = 1000,
    data: Path | None = None,
    json: bool = False,
) -> int:
    """List the holes: when, where, which numbers, which markets, why, and how and when each was repaired.

    Parameters
    ----------
    session
        Only of this session.
    market
        Only those that touched this market.
    reason
        Only of this reason, such as SEQ_GAP or DISCONNECTED.
    open_only
        Only those that are not repaired.
    limit
        At most so many.
    data
        Data folder (FIRSTPRINT_DATA, default ./data).
    json
        Print one JSON document.
    """
    with reading.store(with_flags(data)) as store:
        found = store.gaps(session=session, market=market, reason=reason, open_only=open_only, limit=row_limit(limit))
    if json:
        say_json({"gaps": [one._asdict() for one in found]})
        return 0
    say_table(
        ("opened (UTC)", "reason", "connection", "sid", "channel", "from", "to", "markets", "repaired (UTC)", "by"),
        [
            (
                when(one.opened_wall_ns), one.reason, one.connection, one.sid, one.channel, one.seq_from, one.seq_to,
                _some(one.markets), when(one.repaired_wall_ns) or "not yet", one.method,
            )
            for one in found
        ],
    )  # fmt: skip
    say(f"{len(found)} gaps, {sum(one.repaired_record is None for one in found)} not repaired")
    return 0


def _some(markets: tuple[str, ...]) -> str:
    more = len(markets) - MARKETS_SHOWN
    return " ".join(markets[:MARKETS_SHOWN]) + (f" and {more} more" if more > 0 else "")
