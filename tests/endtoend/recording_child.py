"""A recorder that says each number it acknowledges on a pipe, so that a test can kill it and hold it to its word.

Arguments: the data folder, and the file descriptor to write to. Venue and key come from the environment.
"""

import asyncio
import os
import sys
from pathlib import Path

import msgspec

from firstprint.bootstrap.recording import recording
from firstprint.config import read_config


async def record(data: Path, pipe: int) -> None:
    """Record until killed."""
    config = msgspec.structs.replace(read_config(), data=data)
    async with recording(config, on_durable=lambda number: os.write(pipe, b"%d\n" % number)) as under_way:
        await under_way.stop.wait()


asyncio.run(record(Path(sys.argv[1]), int(sys.argv[2])))
