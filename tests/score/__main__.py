"""`make score`: linkage measured against labelled pairs and simulated worlds, printed, and written into the docs."""

import argparse
import sys
from collections import Counter
from pathlib import Path

from tests.recordings import RECORDINGS
from tests.score.labelled import RecordedScore, score_recordings
from tests.score.worlds import WorldScore, score_world

from firstprint.cli.output import say

DOCS = Path("docs/linkage.md")
BEGIN, END = "<!-- scores -->", "<!-- end of scores -->"


def share(part: int, whole: int) -> str:
    """Say a share in percent."""
    return f"{100 * part / whole:.1f} %" if whole else "-"


def recorded_rows(scores: list[RecordedScore]) -> list[str]:
    """Make the rows of the labelled files."""
    return [
        f"| {one.name} | {one.labelled} | {one.listed} | {one.right} | {one.wrong} | {one.refused} | "
        f"{share(one.right, one.right + one.wrong)} | {share(one.right, one.listed)} |"
        for one in scores
    ]


def world_rows(worlds: list[WorldScore]) -> list[str]:
    """Make the rows of the simulated worlds: markets, and contests at ESPN and The Odds API."""
    rows = (
        (
            "markets",
            sum(one.true for one in worlds),
            sum(one.right for one in worlds),
            sum(len(one.wrong) for one in worlds),
        ),
        (
            "contests",
            sum(one.contests_true for one in worlds),
            sum(one.contests_right for one in worlds),
            sum(len(one.contests_wrong) for one in worlds),
        ),
    )
    return [
        f"| {len(worlds)} simulated worlds, {what} | {true} | {true} | {right} | {wrong} | {true - right} | "
        f"{share(right, right + wrong)} | {share(right, true)} |"
        for what, true, right, wrong in rows
    ]


def main() -> int:
    """Measure, print, and fail when a link is wrong, a miss is not explained, or recall is below 95 %."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--write-docs", action="store_true")
    options = parser.parse_args()
    recorded = score_recordings(RECORDINGS)
    worlds = [score_world(seed) for seed in range(1, options.seeds + 1)]
    lines = [
        "| measured on | labelled | both listed | right | wrong | refused with a reason | precision | recall |",
        "|---|---|---|---|---|---|---|---|",
        *recorded_rows(recorded),
        *world_rows(worlds),
    ]
    codes = sum((one.missed_by for one in worlds), Counter[str]())
    say("\n".join(lines))
    say(f"missed in the simulated worlds, by reason: {dict(codes)}")
    for one in recorded:
        for miss in one.misses:
            say(f"{one.name}: {miss}")
    for world in worlds:
        for name in (*world.wrong, *world.contests_wrong, *world.unexplained, *world.contests_unexplained):
            say(f"seed {world.seed}: WRONG or unexplained: {name}")
    if options.write_docs:
        text = DOCS.read_text()
        head, rest = text.split(BEGIN)[0], text.split(END)[1]
        DOCS.write_text("\n".join((head + BEGIN, *lines, END)) + rest)
    return int(not good(recorded, worlds))


def good(recorded: list[RecordedScore], worlds: list[WorldScore]) -> bool:
    """Tell whether the goals are met."""
    right, true = sum(one.right for one in worlds), sum(one.true for one in worlds)
    flawless = not any(one.wrong or one.contests_wrong or one.unexplained or one.contests_unexplained for one in worlds)
    labelled = all(one.wrong == 0 and one.right >= 0.95 * one.listed for one in recorded)
    return flawless and labelled and right >= 0.95 * true


if __name__ == "__main__":
    sys.exit(main())
