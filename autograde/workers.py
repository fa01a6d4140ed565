"""Who grades: this process, several processes side by side, or the workers of a Dask cluster.

Each takes the same `Job` and gives back the same `Graded` submissions, in the order in which they are finished. None of them
writes a mark: that is left to the process that asked.
"""
import atexit
import multiprocessing
import os
import signal
import tempfile
import threading
from collections import Counter
from dataclasses import dataclass
from multiprocessing.connection import wait

from autograde.assignment import Assignment
from autograde.forkserver import die_with_parent
from autograde.grading import Grader, SetUpFails, without_points
from autograde.sandbox import NoSandbox

MOST_DEATHS = 2
STOPS = {signal.SIGINT, signal.SIGTERM}
LOST = "Grading it ended the grading process {} times."


@dataclass(frozen=True)
class Job:
    """What is the same for every submission of a run.

    Attributes
    ----------
    assignment : Assignment
    settings : dict
        Of `sandbox.Sandbox`.
    seconds : int
        For each cell.
    seed : str
        Of the random inputs of the tests.
    """

    assignment: Assignment
    settings: dict
    seconds: int
    seed: str

    def grade(self, submission):
        """The `Graded` submission. If the grader fails at it, the submission gets no point and the next one a new grader."""
        with _lock:
            grader = _grader(self)
            try:
                return grader.grade(submission, self.assignment)
            except (NoSandbox, SetUpFails):
                raise
            except Exception as error:
                close()
                return without_points(submission, self.assignment,
                                      f"The grader itself stopped with {type(error).__name__}: {error}.")

    def lost(self, submission, deaths):
        """What to record for a submission that ended `deaths` processes."""
        return without_points(submission, self.assignment, LOST.format(deaths))


# One grader a process: to start one takes longer than to grade with it.
_lock, _open = threading.Lock(), {}


def _grader(job):
    key = repr((job.settings, job.seconds, job.seed))
    if key not in _open:
        close()
        _open[key] = Grader(job.settings, job.seconds, job.seed).__enter__()
    return _open[key]


@atexit.register
def close():
    while _open:
        _open.popitem()[1].__exit__()


class InThisProcess:
    """Grades one submission after the other."""

    def __init__(self, job):
        self.job = job

    def grade(self, submissions):
        try:
            yield from map(self.job.grade, submissions)
        finally:
            close()


class InProcesses:
    """Grades side by side in `number` processes of this machine.

    A submission whose process dies is graded again in another one; if that dies too, it gets no point.
    """

    def __init__(self, job, number):
        self.job, self.number = job, number

    def grade(self, submissions):
        self.todo, self.again, self.deaths = iter(submissions), [], Counter()
        self.idle, self.busy = [], {}  # busy: what each process is grading
        with tempfile.TemporaryDirectory(prefix="grade-", ignore_cleanup_errors=True) as self.folder:
            try:
                self._hand_out()
                while self.busy:
                    for worker in wait(list(self.busy)):
                        if (graded := self._result(worker)) is not None:
                            self._hand_out()
                            yield graded
                    self._hand_out()
                for worker in self.idle:
                    worker.end()
            finally:
                for worker in [*self.idle, *self.busy]:
                    worker.kill()

    def _hand_out(self):
        while len(self.busy) < self.number:
            submission = self.again.pop() if self.again else next(self.todo, None)
            if submission is None:
                return
            worker = self.idle.pop() if self.idle else Worker(self.job, self.folder)
            self.busy[worker] = submission
            worker.send(submission)

    def _result(self, worker):
        """What a process sent; None if it died and another one is to try."""
        submission = self.busy.pop(worker)
        try:
            result = worker.connection.recv()
        except (EOFError, OSError):
            worker.kill()
            self.deaths[submission.student] += 1
            if self.deaths[submission.student] >= MOST_DEATHS:
                return self.job.lost(submission, MOST_DEATHS)
            self.again.append(submission)
            return None
        self.idle.append(worker)
        if isinstance(result, Exception):
            raise result
        return result


class Worker:
    """A process that grades what it is sent. It dies with its parent."""

    def __init__(self, job, folder):
        # Forked, so that nothing has to be imported again. That is safe because this process has one thread.
        context = multiprocessing.get_context("fork")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, job, folder, os.getpid()), daemon=True)
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        try:
            self.process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
        theirs.close()

    def fileno(self):
        return self.connection.fileno()

    def send(self, submission):
        try:
            self.connection.send(submission)
        except OSError:
            pass  # it is dead: that shows when its result is read

    def end(self):
        self.send(None)
        self.process.join()

    def kill(self):
        self.process.kill()
        self.process.join()
        self.connection.close()


def _serve(connection, job, folder, parent):
    os.setsid()  # Ctrl-C is for the parent
    for number in STOPS:
        signal.signal(number, signal.SIG_DFL)  # the parent's handler would print where this process was
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    die_with_parent()
    if os.getppid() != parent:
        return
    tempfile.tempdir = folder
    while (submission := connection.recv()) is not None:
        try:
            result = job.grade(submission)
        except Exception as error:
            result = error
        connection.send(result)
    close()
