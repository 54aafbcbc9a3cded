"""What a sync run is and has done, and what the securities master answers to those who keep it current.

Times are Unix nanoseconds.
"""

from typing import Any, NamedTuple

import msgspec


class Source(NamedTuple):
    """Where a statement is known from: the venue, the sync run, the record in the run's journal, our receipt in ns."""

    venue: str
    run: str
    record: int
    wall_ns: int


class RunOpened(msgspec.Struct, frozen=True, kw_only=True):
    """A sync run as it starts: what was asked, and what it goes on from (`resumes`: an interrupted run's id)."""

    run: str
    venue: str
    kind: str
    """`series`, `markets` or `clean`."""
    mode: str
    """`full`, `by-series`, `active-only`, `incremental`; for the other kinds, what they have."""
    scope: dict[str, Any]
    """The filters given: tags, categories, games_only, ... What is resumed must have the same."""
    plan: dict[str, Any]
    started_ns: int
    software: str
    resumes: str | None = None


class RunProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a run is, and what it has counted. Stored in the same transaction as the rows it counts.

    `step` counts the plan's steps that are done; `cursor` is where the next page of the step under way begins.
    """

    step: int = 0
    cursor: str | None = None
    requests: int = 0
    throttled: int = 0
    seen: int = 0
    new: int = 0
    changed: int = 0
    closed: int = 0
    settled: int = 0
    errors: int = 0


class RunRow(msgspec.Struct, frozen=True, kw_only=True):
    """A sync run as it is stored. `outcome` is `running`, `done`, `failed` or `interrupted`; times in Unix ns."""

    run: str
    venue: str
    kind: str
    mode: str
    scope: dict[str, Any]
    plan: dict[str, Any]
    software: str
    resumes: str | None
    started_ns: int
    progressed_ns: int
    ended_ns: int | None
    outcome: str
    error: str | None
    progress: RunProgress


class PageCounts(NamedTuple):
    """What laying one page over the master did.

    `new` and `changed` count rows of what the run is about (series for a series sync, markets otherwise); `closed` and
    `settled` count markets that passed into those statuses in this very page; `orphans` names events that markets of
    the page belong to and that the master does not have; `errors` counts rows that no database can hold.
    """

    seen: int = 0
    new: int = 0
    changed: int = 0
    closed: int = 0
    settled: int = 0
    orphans: tuple[str, ...] = ()
    errors: int = 0


class SeriesChoice(NamedTuple):
    """What the series sync decided of one series: whether it is a game, and why it is disabled, if it is."""

    ticker: str
    is_game: bool
    disabled_reason: str | None
    """`excluded` (not what was asked for), `vanished` (the venue lists it no more), or None: active."""


class KnownSeries(NamedTuple):
    """A series in the master, as far as a sync needs it."""

    ticker: str
    category: str | None
    tags: tuple[str, ...]
    is_game: bool
    active: bool
    disabled_reason: str | None


class MasterSizes(NamedTuple):
    """How much the master holds of some series (of all): what a planner estimates pages from.

    `closed` and `settled` count markets that closed or settled since the time that was asked about.
    """

    events: int
    """Events with a market that is not yet closed."""
    unopened: int
    """Markets that are listed and not yet open."""
    open: int
    closed: int
    settled: int


class Removal(NamedTuple):
    """What a clean-up removes, or would: the counts by table, and the tickers of events and markets."""

    series: int
    events: tuple[str, ...]
    markets: tuple[str, ...]
    history: int
