"""Linkage measured on real labelled pairs and the payloads recorded beside them."""

from pathlib import Path
from typing import NamedTuple

from firstprint.bootstrap.payloads import score
from firstprint.config import read_config


class RecordedScore(NamedTuple):
    """Counts over one file of labelled pairs. `listed` pairs are those of which both sides could be read."""

    name: str
    labelled: int
    listed: int
    right: int
    wrong: int
    refused: int
    misses: list[str]


def score_recordings(folder: Path) -> list[RecordedScore]:
    """Score every file of labelled pairs in a folder of recordings; none when it is absent."""
    pairs = sorted((folder / "pairs").glob("*.csv"))
    labels = [path for path in pairs if not path.name.startswith("team_codes")]
    files = {
        "polymarket": sorted((folder / "polymarket").glob("gamma_[nms]*.json*")),
        "oddsapi": sorted((folder / "oddsapi").glob("*h2h*.json")),
        "kalshi": [folder / "kalshi-rest" / "events_sports_nested_2026-08.json"],
    }
    found = score(read_config({}), labels, files) if labels else {}
    return [
        RecordedScore(
            name=path.stem,
            labelled=one.labelled or one.lookalikes,
            listed=one.labelled - one.unlisted,
            right=one.right,
            wrong=one.wrong + one.lookalikes_linked,
            refused=one.refused,
            misses=[f"{miss.kalshi} is {miss.expected}: {miss.reason}" for miss in one.misses],
        )
        for path, one in found.items()
    ]
