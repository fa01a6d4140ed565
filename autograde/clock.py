"""A clock that stands still while a process waits for a processor, so that no limit of time depends on what else a machine does."""
import time
from pathlib import Path

PATIENCE = 4  # how much longer something may take, waiting included, than its limit says


class Clock:
    """Calling it gives seconds. They are those of an ordinary clock if the system does not tell how long a process waits.

    Parameters
    ----------
    process : int or None
        Of its threads, the first one counts: it is the one that runs a notebook's cells.
    """

    def __init__(self, process):
        self.waited, self.file = 0.0, Path(f"/proc/{process}/schedstat")

    def __call__(self):
        try:
            self.waited = 1e-9 * int(self.file.read_text().split()[1])
        except (OSError, ValueError, IndexError):  # it may have ended
            pass
        return time.monotonic() - self.waited


class Limit:
    """So many seconds of a `Clock`, but `PATIENCE` times as many of an ordinary one at most."""

    def __init__(self, clock, seconds):
        self.clock, self.seconds, self.start, self.began = clock, seconds, clock(), time.monotonic()

    def spent(self):
        return max(self.clock() - self.start, (time.monotonic() - self.began) / PATIENCE)

    def left(self):
        return self.seconds - self.spent()
