"""Configuration: the only reader of the environment. Every setting has one name, one unit and one clear error."""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from firstprint.app.settings import RecorderSettings
from firstprint.domain.errors import ConfigurationError

_TRUE, _FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})
_LEVELS = ("debug", "info", "warning", "error")
_S_PER_MIN = 60


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """What the environment says. Command-line flags are laid over it by the commands.

    `kalshi_env` is `demo` or `prod`; the two URLs, when set, win over it and may point at a simulator. `database_url`
    is a PostgreSQL database to use in place of the data folder's SQLite; `master_url` the HTTP API of a securities
    master that the recorder takes its markets from.
    """

    data: Path
    kalshi_env: str = "prod"
    kalshi_key_id: str | None = None
    kalshi_key_path: Path | None = None
    kalshi_rest_url: str | None = None
    kalshi_ws_url: str | None = None
    recorder: RecorderSettings = RecorderSettings()
    log_level: str = "info"
    database_url: str | None = None
    master_url: str | None = None


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
    return Config(
        data=Path(env.get("FIRSTPRINT_DATA") or "data"),
        kalshi_env=kalshi_env,
        kalshi_key_id=env.get("KALSHI_KEY_ID") or None,
        kalshi_key_path=Path(key_path).expanduser() if key_path else None,
        kalshi_rest_url=env.get("KALSHI_REST_URL") or None,
        kalshi_ws_url=env.get("KALSHI_WS_URL") or None,
        recorder=_recorder(env),
        log_level=_log_level(env),
        database_url=env.get("DATABASE_URL") or None,
        master_url=env.get("MASTER_URL") or None,
    )


def _log_level(env: Mapping[str, str]) -> str:
    level = env.get("FIRSTPRINT_LOG_LEVEL", "").strip().lower() or "info"
    if level not in _LEVELS:
        raise ConfigurationError(f"FIRSTPRINT_LOG_LEVEL is {level!r}: it must be one of {', '.join(_LEVELS)}")
    return level


def _recorder(env: Mapping[str, str]) -> RecorderSettings:
    base = RecorderSettings()
    interval_min = _whole(env, "DISCOVERY_INTERVAL_MINS", 15, 0)
    return msgspec.structs.replace(
        base,
        lifecycle_discovery=_switch(env, "LIFECYCLE_DISCOVERY_MODE", base.lifecycle_discovery),
        record_open_at_start=_switch(env, "RECORD_OPEN_AT_START", base.record_open_at_start),
        markets_per_subscription=_whole(env, "MARKETS_PER_SUBSCRIPTION", base.markets_per_subscription, 1),
        connections_max=_whole(env, "KALSHI_CONNECTIONS_MAX", base.connections_max, 1),
        discovery_interval_s=float(interval_min * _S_PER_MIN),
    )


def _switch(env: Mapping[str, str], name: str, default: bool) -> bool:
    text = env.get(name, "").strip().lower()
    if not text:
        return default
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise ConfigurationError(f"{name} is {env[name]!r}: it must be true or false")


def _whole(env: Mapping[str, str], name: str, default: int, least: int) -> int:
    text = env.get(name, "").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise ConfigurationError(f"{name} is {env[name]!r}: it must be a whole number of at least {least}")
    return int(text)
