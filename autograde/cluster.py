"""Grading on the workers of a Dask cluster, for classes that are too large for one machine.

Each worker runs in the root of the course, on a machine that can lock students' code in: ``python -m dask worker ADDRESS``.
"""
import contextlib
import secrets

from distributed import Client, KilledWorker, WorkerPlugin, as_completed, get_worker

from autograde import workers
from autograde.class_run import NothingToGrade

WAIT_SECONDS = 60


class NoCluster(NothingToGrade):
    """There is no cluster to grade on; the text says why."""


class JobOnWorker(WorkerPlugin):
    """Brings the job to every worker, also to one that starts later, and ends what it started there."""

    def __init__(self, job, name):
        self.job, self.name = job, name

    def teardown(self, worker):
        workers.close()


def grade(submission, name):
    return get_worker().plugins[name].job.grade(submission)


class OnCluster:
    """Grades on the Dask cluster whose scheduler is at `address`.

    The scheduler gives a submission whose worker dies to another one, as often as its setting ``allowed-failures`` says;
    after that it gets no point.
    """

    def __init__(self, job, address):
        self.job, self.address, self.name = job, address, f"autograde-{secrets.token_hex(4)}"

    def grade(self, submissions):
        with self._client() as client:
            try:
                client.register_plugin(JobOnWorker(self.job, self.name))
            except ModuleNotFoundError as error:
                raise NoCluster(f"The workers cannot import {error.name}: start them in the root of the course.") from None
            try:
                yield from self._graded(client, iter(submissions))
            finally:
                with contextlib.suppress(OSError):  # a worker that has died meanwhile cannot be told
                    client.unregister_worker_plugin(self.name)

    def _client(self):
        try:
            client = Client(self.address, set_as_default=False)
        except (OSError, ValueError) as error:
            raise NoCluster(f"There is no Dask scheduler at {self.address}: {error}") from None
        try:
            client.wait_for_workers(1, timeout=WAIT_SECONDS)
            return client
        except TimeoutError:
            client.close()
            raise NoCluster(f"The Dask scheduler at {self.address} has no workers.") from None

    def _graded(self, client, todo):
        running, finished = {}, as_completed(loop=client.loop, raise_errors=False)
        while True:
            # No more at a time than there are threads: a worker that dies is then blamed on the submission that ended it.
            while len(running) < max(1, sum(client.nthreads().values())) and (submission := next(todo, None)) is not None:
                future = client.submit(grade, submission, self.name, pure=False)
                running[future] = submission
                finished.add(future)
            if not running:
                return
            future = next(finished)
            submission = running.pop(future)
            error = future.exception()
            if isinstance(error, KilledWorker):
                yield self.job.lost(submission, error.allowed_failures + 1)
            else:
                yield future.result()
