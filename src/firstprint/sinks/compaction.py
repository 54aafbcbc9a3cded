"""Housekeeping of Parquet files: merge small ones, remove those that the manifest does not name.

A merge writes the new file, changes the manifest in one transaction, then removes the old ones: killed anywhere, what
the manifest names is whole, and the rest is an orphan for the next start.
"""

from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import Any

from firstprint.journal.files import Files
from firstprint.sinks.ledger import Batch, Ledger, Row
from firstprint.sinks.segment import TEMPORARY, SegmentWriter

SMALL_FILES_MAX = 16
"""How many small files of one table, date, venue and session may lie side by side before they are merged."""
ENDINGS = (".parquet", f".parquet{TEMPORARY}")


class Compactor:
    """Keeps the Parquet folder equal to its manifest, and its files few."""

    def __init__(self, folder: Path, ledger: Ledger, files: Files, writer: SegmentWriter, rows_max: int) -> None:
        self._folder = folder
        self._ledger = ledger
        self._files = files
        self._writer = writer
        self._rows_max = rows_max

    def remove_orphans(self) -> None:
        """Remove every Parquet file below the folder that the manifest does not name, finished or not."""
        named = {self._folder / row["path"] for row in self._ledger.parquet_files()}
        for path in sorted(self._folder.glob("*/date=*/venue=*/*")):
            if path.name.endswith(ENDINGS) and path not in named:
                self._files.unlink(path)

    def compact(self, session: str, *, whole: bool) -> None:
        """Merge the small files of a session where there are too many, or, when it is `whole`, wherever there are two.

        Only neighbours are merged, up to the size of a full file, so that each row is rewritten seldom.
        """
        least = 2 if whole else SMALL_FILES_MAX
        mine = [row for row in self._ledger.parquet_files(session) if row["rows"] < self._rows_max // 2]
        for _, group in groupby(sorted(mine, key=_place), key=lambda row: _place(row)[:-1]):
            for run in _runs(list(group), self._rows_max):
                if len(run) >= least:
                    self._merge(run)

    def _merge(self, run: list[Row]) -> None:
        first, last = run[0]["first_record"], run[-1]["last_record"]
        folder = Path(run[0]["path"]).parent
        path = folder / f"{run[0]['session']}-{first}-{last}.parquet"
        written = self._writer.merge([self._folder / row["path"] for row in run], self._folder / path)
        merged = {
            **run[0],
            "path": path.as_posix(),
            "last_record": last,
            "rows": sum(row["rows"] for row in run),
            "bytes": written.bytes,
            "sha256": written.sha256,
        }
        batch = Batch()
        batch.drops = [("parquet_files", {"path": row["path"]}) for row in run]
        batch.puts = [(last, "parquet_files", merged)]
        self._ledger.replace(batch)
        for row in run:
            with suppress(FileNotFoundError):
                self._files.unlink(self._folder / row["path"])


def _place(row: Row) -> tuple[Any, ...]:
    return row["table_name"], row["date"], row["venue"], row["first_record"]


def _runs(rows: list[Row], rows_max: int) -> list[list[Row]]:
    """Cut neighbours into runs that together make at most one full file."""
    runs: list[list[Row]] = []
    total = 0
    for row in rows:
        if not runs or total + row["rows"] > rows_max:
            runs.append([])
            total = 0
        runs[-1].append(row)
        total += row["rows"]
    return runs
