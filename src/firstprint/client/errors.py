"""What can go wrong when a master is asked over HTTP.

::

    FirstprintError
    ├── MasterUnavailable    RETRY   no answer, 429, 5xx: nothing is known
    ├── MasterRefused        STOP    the server says what is wrong with the question
    └── MasterUnreadable     STOP    this is not an answer of firstprint
"""

from typing import Any

from firstprint.domain.errors import Advice, FirstprintError


class MasterUnavailable(FirstprintError):  # noqa: N818 a state that passes, as VenueUnavailable is
    """No answer could be had. `status` is the HTTP status, if there was one."""

    advice = Advice.RETRY

    def __init__(self, url: str, status: int | None, detail: str) -> None:
        said = "no answer" if status is None else f"HTTP {status}"
        super().__init__(f"the master at {url} is unavailable ({said}): {detail}. Does `firstprint serve` run there?")
        self.status = status


class MasterRefused(FirstprintError):  # noqa: N818 as VenueRefused
    """The server refuses the question; `code` and `details` are its own."""

    def __init__(self, url: str, status: int, code: str, message: str, details: dict[str, Any]) -> None:
        super().__init__(f"the master at {url} refuses (HTTP {status} {code}): {message}")
        self.status = status
        self.code = code
        self.details = details


class MasterUnreadable(FirstprintError):  # noqa: N818 it says what the answer is
    """What answers is not firstprint, or of a version that this one cannot read."""

    def __init__(self, url: str, detail: str) -> None:
        super().__init__(
            f"what {url} answers cannot be read: {detail}. Give the address that `firstprint serve` prints, "
            "and use the same version on both ends"
        )
