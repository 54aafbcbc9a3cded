"""What is done to a session before anything new is recorded: leftovers are removed, a torn tail is cut off.

It may be run at any time, any number of times, on a session that nobody writes; a crash in it does no harm.
"""

from pathlib import Path
from typing import NamedTuple

from firstprint.journal.files import DiskFiles, Files
from firstprint.journal.header import TEMPORARY_SUFFIX, Container, SegmentName, parse_name
from firstprint.journal.reader import Catalog, SessionReader
from firstprint.journal.scan import Bounds, Damage, TornTail
from firstprint.journal.sealing import reads_the_same


class Recovery(NamedTuple):
    """What recovery found and did. `last_record` is the last record that can be read."""

    session: str
    last_record: int
    torn: tuple[TornTail, ...]
    damage: tuple[Damage, ...]


def recover(folder: Path, files: Files | None = None) -> Recovery:
    """Bring a session that nobody writes any more into order, and report what was cut off or is damaged.

    Damage is left as it is. Only the end of the session is read; to check all of it, read all of it.
    """
    files = files or DiskFiles()
    _remove_leftovers(files, folder)
    catalog = Catalog(files, folder)
    whole = [header.first_record for header in catalog.headers if header]
    reader = SessionReader(folder, files, tolerant=True)
    last_record = max((block.last_record for block in reader.blocks(whole[-1] - 1 if whole else 0)), default=0)
    if whole and not last_record:
        last_record = whole[-1] - 1
    for tail in reader.torn:
        _cut(files, tail)
    return Recovery(folder.name, last_record, tuple(reader.torn), tuple(reader.damage))


def _cut(files: Files, tail: TornTail) -> None:
    if tail.offset == 0:  # not even a header: nothing of the segment was ever acknowledged
        files.unlink(tail.path)
        files.sync_folder(tail.path.parent)
        return
    file = files.open(tail.path, writable=True)
    try:
        file.truncate(tail.offset)
        file.sync()
    finally:
        file.close()


def _remove_leftovers(files: Files, folder: Path) -> None:
    names = files.names(folder)
    for name in names:
        if name.endswith(TEMPORARY_SUFFIX):
            files.unlink(folder / name)
    segments = {found for found in map(parse_name, names) if found}
    for live in sorted(found for found in segments if found.container is Container.LIVE):
        sealed = live._replace(container=Container.SEALED)
        if sealed in segments:
            _keep_one(files, folder, live, sealed)
    files.sync_folder(folder)


def _keep_one(files: Files, folder: Path, live: SegmentName, sealed: SegmentName) -> None:
    catalog = Catalog(files, folder)
    numbers = [name.number for name in catalog.names]
    bounds = Bounds(catalog.acknowledged, catalog.next_first(numbers.index(live.number)))
    files.unlink(folder / (live if reads_the_same(files, folder, live, bounds) else sealed).file_name())
