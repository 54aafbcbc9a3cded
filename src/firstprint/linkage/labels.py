"""Labelled pairs: what people found to be the same, or not, by which linkage is measured.

A file is CSV with a header. It labels markets (`kalshi_ticker` with at least one of `polymarket_slug`, `condition_id`,
`token_id`, `polymarket_market_id`), contests (`kalshi_event_ticker` with `espn_event_id` or `odds_event_id`), or
lookalikes that are not the same (`kalshi_url` with `polymarket_url`). Empty fields were not labelled.
"""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO

import msgspec

from firstprint.domain.errors import ConfigurationError

_MARKETS = ("polymarket_slug", "condition_id", "token_id", "polymarket_market_id")
_CONTESTS = ("espn_event_id", "odds_event_id")
_BESIDE = frozenset({
    "asset", "away", "date_a", "date_b", "diff_min", "home", "kalshi_ticker_start_utc", "kickoff_ts", "odds_away",
    "odds_commence", "odds_home", "outcome", "polymarket_event_id", "polymarket_outcome", "round_or_meeting", "sim",
    "source", "team", "team_a", "team_b", "title_kalshi", "title_poly",
})  # fmt: skip
KEYS = ("kalshi_ticker", "kalshi_event_ticker", "kalshi_url", "polymarket_url", *_MARKETS, *_CONTESTS)


class MarketLabel(msgspec.Struct, frozen=True, kw_only=True):
    """A Kalshi market and the Polymarket outcome that pays when its YES pays; None for what is not labelled."""

    where: str
    kalshi_ticker: str
    polymarket_slug: str | None = None
    condition_id: str | None = None
    token_id: str | None = None
    polymarket_market_id: str | None = None


class ContestLabel(msgspec.Struct, frozen=True, kw_only=True):
    """A Kalshi event and the contest that it is about, at one source; its teams and start there, where the row says."""

    where: str
    kalshi_event_ticker: str
    source: str
    id: str
    teams: tuple[str, str] | None = None
    start: str | None = None


class LookalikeLabel(msgspec.Struct, frozen=True, kw_only=True):
    """A Kalshi market and a Polymarket event (its number) that look alike and are not the same."""

    where: str
    kalshi_ticker: str
    polymarket_event_id: str


Label = MarketLabel | ContestLabel | LookalikeLabel


class Labels(msgspec.Struct, frozen=True):
    """The labels of a file, and its columns that say nothing to us."""

    labels: tuple[Label, ...]
    ignored: tuple[str, ...]


def read_labels(text: str, where: str) -> Labels:
    """Read a file of labelled pairs. Raises ConfigurationError naming the file, its line and what is missing."""
    rows = csv.DictReader(StringIO(text))
    columns = [column.strip() for column in rows.fieldnames or ()]
    rows.fieldnames = columns
    maker = _maker(columns, where)
    labels = [label for number, row in enumerate(rows, 2) for label in maker(row, f"{where}:{number}")]
    return Labels(tuple(labels), tuple(one for one in columns if one not in KEYS and one not in _BESIDE))


class _Maker:
    """Makes labels of one kind from rows."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns

    def __call__(self, row: dict[str, str | None], where: str) -> Iterator[Label]:
        told = {key: value for key in self._columns if (value := (row.get(key) or "").strip())}
        if "kalshi_url" in told and "polymarket_url" in told:
            yield LookalikeLabel(
                where=where,
                kalshi_ticker=told["kalshi_url"].rstrip("/").rsplit("/", 1)[-1],
                polymarket_event_id=told["polymarket_url"].rstrip("/").rsplit("/", 1)[-1],
            )
        elif "kalshi_event_ticker" in told:
            for field, source in zip(_CONTESTS, ("espn", "oddsapi"), strict=True):
                if field in told:
                    yield _contest(told, where, source, told[field])
        elif "kalshi_ticker" in told and any(field in told for field in _MARKETS):
            fields = {field: told[field] for field in _MARKETS if field in told}
            yield MarketLabel(where=where, kalshi_ticker=told["kalshi_ticker"], **fields)
        else:
            raise ConfigurationError(f"{where}: the row labels nothing: it lacks {_needed(self._columns)}")


def _contest(told: dict[str, str], where: str, source: str, name: str) -> ContestLabel:
    names = ("team_a", "team_b") if source == "espn" else ("odds_away", "odds_home")
    teams = (told[names[0]], told[names[1]]) if names[0] in told and names[1] in told else None
    start = told.get("kickoff_ts" if source == "espn" else "odds_commence")
    event = told["kalshi_event_ticker"]
    return ContestLabel(where=where, kalshi_event_ticker=event, source=source, id=name, teams=teams, start=start)


def _maker(columns: Sequence[str], where: str) -> _Maker:
    has = set(columns)
    markets = "kalshi_ticker" in has and has & set(_MARKETS)
    contests = "kalshi_event_ticker" in has and has & set(_CONTESTS)
    lookalikes = {"kalshi_url", "polymarket_url"} <= has
    if not (markets or contests or lookalikes):
        found = ", ".join(columns) or "none"
        raise ConfigurationError(
            f"{where} is no file of labelled pairs: its columns are {found}. Known ones are kalshi_ticker with one of "
            f"{', '.join(_MARKETS)}; kalshi_event_ticker with one of {', '.join(_CONTESTS)}; or kalshi_url with "
            "polymarket_url (pairs that look alike and are not the same)"
        )
    return _Maker(columns)


def _needed(columns: Sequence[str]) -> str:
    if "kalshi_url" in columns:
        return "kalshi_url or polymarket_url"
    if "kalshi_event_ticker" in columns:
        return "kalshi_event_ticker, or an event id"
    return "kalshi_ticker, or the Polymarket side"
