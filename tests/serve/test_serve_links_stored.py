"""Games, links and pairs from a real database, over a real socket, to the Python client."""

from typing import Any

from serve_kit import api
from tests.linked_world import AT_NS, GAME, a_link, a_pass

from firstprint.client import MasterClient
from firstprint.store.database import DatabaseAddress, open_for_reading, open_store
from firstprint.store.link_reader import SqlLinkReader
from firstprint.store.link_store import SqlLinkStore


async def test_what_linkage_stored_is_what_a_client_reads(database: DatabaseAddress) -> None:
    """E6: a program far away lists games with their mappings as linkage laid them, and sees each change at once."""
    writing = open_store(database)
    store = SqlLinkStore(writing)
    store.lay(a_pass(), cause="r", wall_ns=AT_NS)
    reading = open_for_reading(database)
    links: Any = SqlLinkReader(reading)
    async with api(links=links) as served, MasterClient(served.url) as client:
        [game] = [one async for one in client.games()]
        assert (game.game_id, game.links, game.odds[0].probability) == (GAME, 1, 0.505)
        assert game.markets["kalshi"] == {"moneyline": ("name-of-KX-L1",)}
        [pair] = [one async for one in client.pairs()]
        assert (pair.kalshi_market, pair.yes_token_id, pair.team) == ("KX-L1", "1", "atl")
        assert [(one.work_item, one.listings) async for one in client.refused()] == [("team:Utah", 2)]
        store.lay(a_pass(links=(a_link(confidence=0.5),)), cause="r", wall_ns=AT_NS + 1)
        assert [one.confidence async for one in client.links()] == [0.5]
        answer = await client.game(GAME)
        assert answer is not None
        assert answer.links[0].confidence == 0.5
    reading.dispose()
    writing.dispose()
