"""Of which venues of a session the truth was known: a truth log that is missing, or of others, contradicts nothing."""

from collections.abc import Collection
from typing import Protocol

from firstprint.app.verify_report import VerifyReport


class Reference(Protocol):
    """A truth log, and how many states of books it was asked for and knew."""

    asked: int
    known: int


def note_truth(
    report: VerifyReport, unnumbered: Collection[str], numbers: Reference | None, hashes: Reference | None
) -> None:
    """Name in a report which of its venues were compared with their truth; say why where others were not."""
    if numbers is None and hashes is None:
        return
    for kind, truth in (("with", numbers), ("without", hashes)):
        venues = [venue for venue in report.venues if (venue in unnumbered) is (kind == "without")]
        if truth is None:
            report.notes.extend(
                f"{venue} was recorded too, and no truth log of it was given: its books were compared with a second "
                "reading only. Give its truth log with one more --truth"
                for venue in venues
            )
        elif not venues:
            report.notes.append(
                f"a truth log was given of a venue {kind} numbers, and the session recorded none: not compared"
            )
        elif truth.asked and not truth.known:
            report.notes.extend(
                f"the truth log of {venue} knows none of its books: it is that of another session. Give the right one"
                for venue in venues
            )
        else:
            report.truth_venues.extend(venues)
    report.truth_venues.sort()
