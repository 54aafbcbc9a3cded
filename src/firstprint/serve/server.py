"""The HTTP server: binds, listens, and ends when told to. Bounded in header size, idle time and time to end."""

import asyncio
import errno
import ipaddress
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, NamedTuple

import structlog
import uvicorn

from firstprint.domain.errors import ConfigurationError
from firstprint.serve.gate import LOOPBACK_HOSTS

PORT_MAX = 65_535
HEADER_BYTES_MAX = 65_536
KEEP_ALIVE_S = 30
END_S_MAX = 5
CONNECTIONS_MAX = 1_000
BACKLOG = 512
_LIBRARY_LOG = "uvicorn.error"
_log = structlog.get_logger(__name__)


class Listener(NamedTuple):
    """A bound socket, its address, and the host names that requests may be for (None: any)."""

    socket: socket.socket
    url: str
    loopback: bool
    hosts: frozenset[str] | None


@contextmanager
def listening(host: str, port: int) -> Iterator[Listener]:
    """Bind a TCP socket; port 0 takes a free one. Raises ConfigurationError that says what to do."""
    if not 0 <= port <= PORT_MAX:
        raise ConfigurationError(f"--port is {port}: it must be from 0 (a free one) to {PORT_MAX}")
    with _bound(host, port) as bound:
        address, real_port = bound.getsockname()[:2]
        loopback = ipaddress.ip_address(address.partition("%")[0]).is_loopback
        shown = f"[{address}]" if ":" in address else address
        hosts = LOOPBACK_HOSTS | {shown, host.lower()} if loopback else None
        yield Listener(bound, f"http://{shown}:{real_port}", loopback, hosts)


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except (socket.gaierror, UnicodeError) as error:
        raise ConfigurationError(f"--host is {host!r}: there is no such address ({error})") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            what = f"{host}:{port} is in use: stop what listens there, or give another --port (0 takes a free one)"
            raise ConfigurationError(what) from error
        raise ConfigurationError(f"cannot listen on {host}:{port}: {error.strerror or error}") from error


@asynccontextmanager
async def serving(app: Any, listener: Listener) -> AsyncIterator[None]:
    """Serve an ASGI application until the block is left; requests under way have `END_S_MAX` to end."""
    server = _Server(_settings(app))
    with _library_log(), _one_by_itself():
        async with asyncio.TaskGroup() as group:
            group.create_task(server.serve(sockets=[listener.socket]))
            await server.ready.wait()
            try:
                yield
            finally:
                server.should_exit = True


@contextmanager
def _one_by_itself() -> Iterator[None]:
    """Let a single error leave as itself, not as a group of one."""
    try:
        yield
    except BaseExceptionGroup as failures:
        if len(failures.exceptions) == 1:
            raise failures.exceptions[0] from None
        raise


def _settings(app: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http="h11",  # bounds the size of headers, which the faster parser does not
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=CONNECTIONS_MAX,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=END_S_MAX,
        h11_max_incomplete_event_size=HEADER_BYTES_MAX,
    )


class _Server(uvicorn.Server):
    """uvicorn, which says when it listens and leaves signals to the command."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _ToStructlog(logging.Handler):
    """Hands what uvicorn logs on to our log."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log a record."""
        _log.log(record.levelno, "http server", said=record.getMessage(), exc_info=record.exc_info)


@contextmanager
def _library_log() -> Iterator[None]:
    library, handler = logging.getLogger(_LIBRARY_LOG), _ToStructlog(logging.WARNING)
    propagated, level = library.propagate, library.level
    library.addHandler(handler)
    library.propagate = False
    library.setLevel(logging.WARNING)
    try:
        yield
    finally:
        library.removeHandler(handler)
        library.propagate = propagated
        library.setLevel(level)
