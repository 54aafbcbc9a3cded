"""The thread that commits: as soon as something waits, and then at most once in each interval."""

import threading
from collections.abc import Callable

from firstprint.domain.clock import NS_PER_S, Clock
from firstprint.journal.journal import Journal


class Committer:
    """Commits a journal from a thread of its own. `on_failure` hears, in that thread, why it had to end; once at most.

    In virtual time nobody starts it, and `Journal.commit` is called instead.
    """

    def __init__(self, journal: Journal, clock: Clock, on_failure: Callable[[Exception], None]) -> None:
        self._journal = journal
        self._clock = clock
        self._on_failure = on_failure
        self._interval_ns = int(journal.limits.commit_interval_s * NS_PER_S)
        self._pending = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="journal-committer", daemon=True)

    def start(self) -> None:
        """Begin to commit."""
        self._journal.on_pending = self._pending.set
        self._pending.set()
        self._thread.start()

    def stop(self, timeout_s: float = 30.0) -> bool:
        """Commit what is there once more and end the thread; give whether it ended within `timeout_s`.

        The journal stays open: close it afterwards.
        """
        self._stopping.set()
        self._pending.set()
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._pending.wait(self._journal.limits.disk_retry_s)
                self._pending.clear()
                started_ns = self._clock.now().mono_ns
                self._journal.commit()
                if self._journal.queued_bytes:
                    self._pending.set()
                self._stopping.wait((started_ns + self._interval_ns - self._clock.now().mono_ns) / NS_PER_S)
            self._journal.commit()
        except Exception as error:  # noqa: BLE001 whatever ends this thread must be heard: it is handed on whole
            self._on_failure(error)
