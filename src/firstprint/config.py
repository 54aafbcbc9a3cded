"""Configuration: the only reader of the environment. Every setting has one name, one unit and one clear error."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from firstprint.app.linking.discovery import DiscoverySettings
from firstprint.app.selection import SPORTS, Selection, read_statuses
from firstprint.app.settings import RecorderSettings
from firstprint.domain.errors import ConfigurationError
from firstprint.linkage.leagues import LeagueTable, read_leagues, shipped_leagues
from firstprint.signals.consensus import ConsensusPlan
from firstprint.signals.vig import METHODS

_TRUE, _FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})
_LEVELS = ("debug", "info", "warning", "error")
_S_PER_MIN = 60
_EVERY_MONTH_HAS = 28
_SERIES = re.compile(r"[A-Z0-9][A-Z0-9.-]{0,99}")


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """What the environment says. Command-line flags are laid over it by the commands.

    `venues` are recorded; with more than one, games are linked too. `kalshi_env` is `demo` or `prod`; the two URLs,
    when set, win over it and may point at a simulator. `database_url` is a PostgreSQL database to use in place of the
    data folder's SQLite; `master_url` the HTTP API of a securities master that the recorder takes its markets from.
    `redis_url` is where games are published; without it they are kept in memory. Addresses of venues and sources may
    point at simulators. `odds_key` is The Odds API's, whose credits begin anew on `odds_reset_day` of each month;
    without a key linkage goes on without odds. `leagues` is the whole table, chosen or not.
    """

    data: Path
    venues: tuple[str, ...] = ("kalshi",)
    kalshi_env: str = "prod"
    kalshi_key_id: str | None = None
    kalshi_key_path: Path | None = None
    kalshi_rest_url: str | None = None
    kalshi_ws_url: str | None = None
    polymarket_gamma_url: str | None = None
    polymarket_clob_url: str | None = None
    polymarket_ws_url: str | None = None
    recorder: RecorderSettings = RecorderSettings()
    log_level: str = "info"
    database_url: str | None = None
    master_url: str | None = None
    redis_url: str | None = None
    espn_url: str | None = None
    odds_url: str | None = None
    odds_key: str | None = None
    odds_reset_day: int = 1
    consensus: ConsensusPlan = ConsensusPlan()
    discovery: DiscoverySettings = DiscoverySettings()
    leagues: LeagueTable = LeagueTable(())


def environment() -> Mapping[str, str]:
    """Give the process environment."""
    return os.environ  # noqa: TID251 this is the one place


def read_config(env: Mapping[str, str] | None = None) -> Config:
    """Read the configuration. Raises ConfigurationError naming the variable, its value and what is accepted."""
    env = environment() if env is None else env
    kalshi_env = env.get("KALSHI_ENV", "prod").strip().lower()
    if kalshi_env not in ("demo", "prod"):
        raise ConfigurationError(f"KALSHI_ENV is {env['KALSHI_ENV']!r}: it must be demo or prod")
    key_path = env.get("KALSHI_PRIVATE_KEY_PATH")
    leagues = _league_table(env)
    return Config(
        data=Path(env.get("FIRSTPRINT_DATA") or "data"),
        venues=tuple(word.lower() for word in _words(env, "VENUES")) or ("kalshi",),
        kalshi_env=kalshi_env,
        kalshi_key_id=env.get("KALSHI_KEY_ID") or None,
        kalshi_key_path=Path(key_path).expanduser() if key_path else None,
        kalshi_rest_url=env.get("KALSHI_REST_URL") or None,
        kalshi_ws_url=env.get("KALSHI_WS_URL") or None,
        recorder=_recorder(env, leagues),
        log_level=_log_level(env),
        database_url=env.get("DATABASE_URL") or None,
        master_url=env.get("MASTER_URL") or None,
        redis_url=env.get("REDIS_URL") or None,
        polymarket_gamma_url=env.get("POLYMARKET_GAMMA_URL") or None,
        polymarket_clob_url=env.get("POLYMARKET_CLOB_URL") or None,
        polymarket_ws_url=env.get("POLYMARKET_WS_URL") or None,
        espn_url=env.get("ESPN_URL") or None,
        odds_url=env.get("ODDS_API_URL") or None,
        odds_key=env.get("ODDS_API_KEY", "").strip() or None,
        odds_reset_day=_whole(env, "ODDS_RESET_DAY", 1, 1, _EVERY_MONTH_HAS),
        consensus=_consensus(env),
        discovery=_discovery(env),
        leagues=leagues,
    )


def _consensus(env: Mapping[str, str]) -> ConsensusPlan:
    base = ConsensusPlan()
    method = env.get("ODDS_METHOD", "").strip().lower() or base.method
    if method not in METHODS:
        raise ConfigurationError(f"ODDS_METHOD is {method!r}: it must be one of {', '.join(METHODS)}")
    return ConsensusPlan(
        books=tuple(word.lower() for word in _words(env, "ODDS_BOOKS")) or base.books,
        method=method,
        age_s_max=float(_whole(env, "ODDS_AGE_SECS_MAX", int(base.age_s_max), 1)),
    )


def _discovery(env: Mapping[str, str]) -> DiscoverySettings:
    base = DiscoverySettings()
    ahead_min = _whole(env, "GAMES_AHEAD_MINS", int(base.ahead_s) // _S_PER_MIN, 0)
    return msgspec.structs.replace(
        base,
        ahead_s=float(ahead_min * _S_PER_MIN),
        games_s=float(_whole(env, "GAMES_POLL_SECS", int(base.games_s), 1)),
        search_s=float(_whole(env, "LISTINGS_POLL_SECS", int(base.search_s), 1)),
    )


def _log_level(env: Mapping[str, str]) -> str:
    level = env.get("FIRSTPRINT_LOG_LEVEL", "").strip().lower() or "info"
    if level not in _LEVELS:
        raise ConfigurationError(f"FIRSTPRINT_LOG_LEVEL is {level!r}: it must be one of {', '.join(_LEVELS)}")
    return level


def _recorder(env: Mapping[str, str], leagues: LeagueTable) -> RecorderSettings:
    base = RecorderSettings()
    selection = _selection(env, leagues)
    interval_min = _whole(env, "DISCOVERY_INTERVAL_MINS", 15, 0)
    return msgspec.structs.replace(
        base,
        selection=selection,
        market_cache=_switch(env, "MARKET_CACHE", selection.sports_only),
        dry_run=_switch(env, "DRY_RUN", base.dry_run),
        lifecycle_discovery=_switch(env, "LIFECYCLE_DISCOVERY_MODE", base.lifecycle_discovery),
        record_open_at_start=_switch(env, "RECORD_OPEN_AT_START", base.record_open_at_start),
        markets_per_subscription=_whole(env, "MARKETS_PER_SUBSCRIPTION", base.markets_per_subscription, 1),
        connections_max=_whole(env, "KALSHI_CONNECTIONS_MAX", base.connections_max, 1),
        discovery_interval_s=float(interval_min * _S_PER_MIN),
    )


def _league_table(env: Mapping[str, str]) -> LeagueTable:
    """Read the leagues that ship with firstprint, and over them the user's own."""
    leagues = shipped_leagues()
    own = env.get("FIRSTPRINT_LEAGUES", "").strip()
    if own:
        try:
            text = Path(own).expanduser().read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"FIRSTPRINT_LEAGUES is {own!r}: the file cannot be read: {error}") from error
        leagues |= read_leagues(text, own)
    return LeagueTable(leagues.values())


def _selection(env: Mapping[str, str], leagues: LeagueTable) -> Selection:
    category = env.get("SPORTS_CATEGORY_FILTER", "").strip() or None
    selection = Selection(
        series=tuple(_series(word) for word in _words(env, "SPORTS_SERIES_TICKERS")),
        leagues=leagues.chosen(_words(env, "LEAGUES")),
        category=category,
        tags=tuple(_words(env, "SPORTS_TAGS")),
        games_only=_switch(env, "SPORTS_GAMES_ONLY", default=False),
        sports_only=_switch(env, "SPORTS_ONLY", default=False),
        statuses=read_statuses(_words(env, "MARKET_STATUS_FILTER")),
    )
    if selection.sports_only and category not in (None, SPORTS):
        raise ConfigurationError(
            f"SPORTS_CATEGORY_FILTER is {category!r}, and SPORTS_ONLY is on: nothing can be both; unset one of them"
        )
    return selection


def _series(word: str) -> str:
    if not _SERIES.fullmatch(word):
        raise ConfigurationError(
            f"SPORTS_SERIES_TICKERS names {word[:100]!r}: a series is written as Kalshi does, such as KXNFLGAME"
        )
    return word


def _words(env: Mapping[str, str], name: str) -> list[str]:
    """Read a comma-separated list; each word once, empty ones left out."""
    return list(dict.fromkeys(word for part in env.get(name, "").split(",") if (word := part.strip())))


def _switch(env: Mapping[str, str], name: str, default: bool) -> bool:
    text = env.get(name, "").strip().lower()
    if not text:
        return default
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise ConfigurationError(f"{name} is {env[name]!r}: it must be true or false")


def _whole(env: Mapping[str, str], name: str, default: int, least: int, most: int | None = None) -> int:
    text = env.get(name, "").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or int(text) < least or (most is not None and int(text) > most):
        within = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise ConfigurationError(f"{name} is {env[name]!r}: it must be a whole number {within}")
    return int(text)
