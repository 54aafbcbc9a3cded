"""A process that publishes one game until it is killed: address, time to live in seconds."""

import asyncio
import sys
from random import Random

from tests.linked_world import GAME, a_consensus, a_game, a_mapping

from firstprint.sinks.redis_address import RedisAddress
from firstprint.sinks.redis_publisher import RedisPublisher


async def main(address: str, ttl_s: float) -> None:
    """Publish, say so, and keep it alive."""
    async with RedisPublisher(RedisAddress.of(address), Random(1), ttl_s=ttl_s) as publisher:
        await publisher.publish([a_game()], [a_mapping()], {GAME: [a_consensus()]})
        sys.stdout.write("published\n")
        sys.stdout.flush()
        await publisher.run()


asyncio.run(main(sys.argv[1], float(sys.argv[2])))
