"""The error tree. Each error carries data and answers one question: what should the caller do now.

::

    FirstprintError               advice
    ├── ConfigurationError        STOP    a setting, key or file is wrong; the text says what to do
    ├── DataFolderError           STOP    the data folder is of another version, in use, or damaged
    ├── MalformedMessage          RESYNC  a venue message that cannot be read; goes to quarantine
    ├── VenueRefused              STOP    the venue says no for good (401, 403, a market it does not know)
    ├── VenueUnavailable          RETRY   429, 5xx, a timeout, a lost connection: never a "no"
    └── JournalFailed             STOP    the record cannot be written any more
"""

from enum import Enum


class Advice(Enum):
    """What the caller of a failed operation should do."""

    RETRY = "retry"
    RESYNC = "resync"
    STOP = "stop"


class FirstprintError(Exception):
    """Base of every error firstprint raises on purpose."""

    advice = Advice.STOP


class ConfigurationError(FirstprintError):
    """A setting, a key or a file given by the user cannot be used."""


class DataFolderError(FirstprintError):
    """The data folder cannot be opened: another version, another recorder, or damage."""


class MalformedMessage(FirstprintError):  # noqa: N818 the glossary's word; "Error" would say it twice
    """A venue message that cannot be read.

    `reason` is a short code for counting, `detail` a sentence, `sid` and `seq` what could still be read for certain.
    """

    advice = Advice.RESYNC

    def __init__(self, reason: str, detail: str, sid: int | None = None, seq: int | None = None) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.sid = sid
        self.seq = seq


class VenueRefused(FirstprintError):  # noqa: N818
    """The venue answered no, and asking again will not change it. `status` is the HTTP status."""

    def __init__(self, what: str, status: int, code: str, detail: str) -> None:
        super().__init__(f"{what}: refused with HTTP {status} {code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail


class VenueUnavailable(FirstprintError):  # noqa: N818
    """No answer could be had: too many requests, a server error, a timeout, a lost connection. Nothing is known."""

    advice = Advice.RETRY

    def __init__(self, what: str, status: int | None, detail: str, retry_after_s: float | None = None) -> None:
        super().__init__(f"{what}: unavailable ({'no answer' if status is None else f'HTTP {status}'}): {detail}")
        self.status = status
        self.retry_after_s = retry_after_s


class JournalFailed(FirstprintError):  # noqa: N818
    """The journal cannot be written: the recorder must stop, because what it hears would not be kept."""
