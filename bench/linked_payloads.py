"""What simulated venues and sources answer when everybody is asked for everything, for the benchmark of linkage.

`python bench/linked_payloads.py FILE WORLDS` writes the answers of so many worlds into one file: pairs of source and
body, as MessagePack. Six worlds are more than 500 games, and 5,000 listings of each venue that are read: of Kalshi's
events, of which there would be more, every fourth is left out.
"""

import sys
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.simulated_world import answers_of

MARKETS = 1_250
"""Kalshi's markets of one world: of them, and of Polymarket's of the same contests, about two thousand are read."""


def thinned(source: str, body: bytes) -> tuple[str, bytes]:
    """Leave every fourth event out of a page of Kalshi's."""
    if source != "kalshi":
        return source, body
    page = msgspec.json.decode(body)
    if "events" in page:
        page["events"] = [event for place, event in enumerate(page["events"]) if place % 4]
    return source, msgspec.json.encode(page)


def main() -> None:
    """Write the answers, and say how many."""
    seeds = range(1, int(sys.argv[2]) + 1)
    bodies = [thinned(*body) for seed in seeds for body in answers_of(seed, markets=MARKETS).bodies]
    Path(sys.argv[1]).write_bytes(msgspec.msgpack.encode(bodies))
    print(f'{{"bodies":{len(bodies)}}}')


if __name__ == "__main__":
    main()
