"""`firstprint serve`: the HTTP API."""

import asyncio
from pathlib import Path

import uvloop

from firstprint.bootstrap.logs import configure_logs
from firstprint.bootstrap.serving import http_api
from firstprint.cli.configured import with_flags
from firstprint.cli.output import complain, say
from firstprint.cli.signals import stop_on_signals
from firstprint.config import Config


def serve(*, host: str = "127.0.0.1", port: int = 8300, data: Path | None = None, kalshi_url: str | None = None) -> int:
    """Answer questions about the securities master and the record over HTTP, until stopped.

    GET / lists what can be asked, /schema/openapi.json describes it. It reads the database of the data folder, or the
    one that DATABASE_URL names, and writes nothing. There is no authentication: it listens on this machine only,
    unless told otherwise.

    Parameters
    ----------
    host
        Address to listen on; 0.0.0.0 is every network that this machine is in.
    port
        TCP port; 0 takes a free one. The address is printed.
    data
        Data folder (FIRSTPRINT_DATA, default ./data).
    kalshi_url
        Taken by every command of the master; this one asks the master alone.
    """
    config = with_flags(data, kalshi_url)
    configure_logs(config.log_level)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_serve(config, host, port))


async def _serve(config: Config, host: str, port: int) -> int:
    stop = asyncio.Event()
    stop_on_signals(stop)
    async with http_api(config, host, port) as served:
        if not served.loopback:
            complain(f"warning: there is no authentication, and everybody who reaches {host} can read")
        say(f"serving on {served.url}")
        await stop.wait()
    return 0
