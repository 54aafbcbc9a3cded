"""A client of the HTTP API that `firstprint serve` offers.

    from firstprint.client import MasterClient

    async with MasterClient("http://127.0.0.1:8300") as master:
        async for series in master.series(category="Sports", games_only=True):
            async for market in master.markets(series=series.ticker, status="active"):
                print(market.ticker, market.close_time)

        async for game in master.games(league="NBA", state="live"):
            print(game.game_id, game.markets["kalshi"], game.markets["polymarket"])

What it gives are the records of `firstprint.domain.answers` and `firstprint.domain.link_answers`.
"""

from firstprint.client.errors import MasterRefused, MasterUnavailable, MasterUnreadable
from firstprint.client.master_client import MasterClient

__all__ = ["MasterClient", "MasterRefused", "MasterUnavailable", "MasterUnreadable"]
