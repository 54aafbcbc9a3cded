"""Makes the connection to a Redis: bounded waits, and no retries of its own, so that ours are the only ones."""

from typing import TYPE_CHECKING, TypeAlias

from firstprint.domain.errors import Advice, ConfigurationError, FirstprintError
from firstprint.sinks.redis_address import RedisAddress

if TYPE_CHECKING:
    from redis.asyncio import Redis

Connection: TypeAlias = "Redis"
WAIT_S_MAX = 2.0
CONNECTIONS_MAX = 4


class RedisUnavailable(FirstprintError):  # noqa: N818 a state that passes
    """The Redis cannot be reached, or refuses. What it should hold is in memory meanwhile."""

    advice = Advice.RETRY

    def __init__(self, address: RedisAddress, detail: str) -> None:
        super().__init__(f"{address} is unavailable: {detail}")


def connect(address: RedisAddress, *, wait_s_max: float = WAIT_S_MAX) -> Connection:
    """Make a client; nothing is sent yet. Raises ConfigurationError when the driver is not installed."""
    try:
        from redis.asyncio import Redis  # noqa: PLC0415 an extra: only who has a Redis needs it
        from redis.asyncio.retry import Retry  # noqa: PLC0415
        from redis.backoff import NoBackoff  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"{address}: the Redis driver is not installed: pip install 'firstprint[redis]'"
        ) from error
    return Redis.from_url(
        address.url,
        protocol=2,
        socket_timeout=wait_s_max,
        socket_connect_timeout=wait_s_max,
        retry=Retry(NoBackoff(), 0),
        max_connections=CONNECTIONS_MAX,
        client_name="firstprint",
    )


def failures() -> tuple[type[Exception], ...]:
    """Give what a Redis or the way to it raises."""
    from redis.exceptions import RedisError  # noqa: PLC0415 see connect

    return RedisError, OSError, TimeoutError
