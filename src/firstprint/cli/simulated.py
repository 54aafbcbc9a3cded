"""A simulated world beside a command: started before it, gone after it."""

import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from firstprint.bootstrap import children
from firstprint.bootstrap.simulating import WorldAddresses
from firstprint.config import Config
from firstprint.domain.errors import ConfigurationError

SIMULATED_DATA = Path("data-simulated")
EVERY_VENUE = ("kalshi", "polymarket")
TRUTH_FLAGS = ("--truth", "--polymarket-truth")


@asynccontextmanager
async def simulated_world(
    config: Config, options: Sequence[str] | None, *, truth: bool = True
) -> AsyncIterator[tuple[Config, tuple[Path, ...]]]:
    """Start simulated venues and sources, and point the configuration at them; their truth logs lie beside the data.

    Without options nothing is started, and the configuration stays as it is. Without `truth` no log is written: one
    that lies there belongs to a recording.
    """
    if options is None:
        yield config, ()
        return
    with tempfile.TemporaryDirectory(prefix="firstprint-sim-") as scratch:
        names = ("truth", "poly-truth") if truth else ()
        truths = tuple(config.data.with_name(f"{config.data.name}-{name}.jsonl") for name in names)
        config.data.parent.mkdir(parents=True, exist_ok=True)
        logs = [word for pair in zip(TRUTH_FLAGS, map(str, truths), strict=False) for word in pair]
        async with children.child(["sim", "world", *options, *logs, "--keys", scratch]) as world:
            line = await world.line()
            if not line:
                raise ConfigurationError("the simulated world did not start; its reason stands above")
            yield _pointed(config, msgspec.json.decode(line, type=WorldAddresses)), truths


def _pointed(config: Config, where: WorldAddresses) -> Config:
    return msgspec.structs.replace(
        config,
        kalshi_rest_url=where.kalshi.rest_url,
        kalshi_ws_url=where.kalshi.ws_url,
        kalshi_key_id=where.kalshi.key_id,
        kalshi_key_path=Path(where.kalshi.key_path),
        polymarket_gamma_url=where.gamma_url,
        polymarket_clob_url=where.clob_url,
        polymarket_ws_url=where.polymarket_ws_url,
        espn_url=where.espn_url,
        odds_url=where.odds_url,
        odds_key=where.odds_key,
    )
