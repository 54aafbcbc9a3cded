"""What can go wrong with the database, in addition to the DataFolderError of the domain."""

from firstprint.domain.errors import Advice, FirstprintError


class StoreUnavailable(FirstprintError):  # noqa: N818 it names a state that passes, as VenueUnavailable does
    """The database cannot be used now (locked, full, gone). Whether the last commit happened may be unknown."""

    advice = Advice.RETRY

    def __init__(self, detail: str) -> None:
        super().__init__(f"the database cannot be used now: {detail}")
