"""Grade a whole class: ``python -m autograde NAME``.

Grades what waits, side by side, prints the table of marks, and writes everybody's feedback and a page about the class.
Started again after it was stopped or killed, it goes on where it was.
"""
import logging
import os
import signal
import sys

# An optional part of a library that checks JSON, never used here, takes longer to import than all the rest.
sys.modules["rfc3987_syntax"] = None

from nbgrader.apps.baseapp import NbGrader, nbgrader_aliases, nbgrader_flags  # noqa: E402
from nbgrader.converters import NbGraderException  # noqa: E402
from tqdm import tqdm  # noqa: E402
from traitlets import Bool, Integer, Unicode, default  # noqa: E402

from autograde import class_page, marks  # noqa: E402
from autograde.class_run import ClassRun, NothingToGrade  # noqa: E402
from autograde.course import Course  # noqa: E402
from autograde.feedback import FeedbackPages  # noqa: E402
from autograde.grading import SetUpFails  # noqa: E402
from autograde.sandbox import NoSandbox  # noqa: E402
from autograde.workers import InProcesses  # noqa: E402

INTERRUPTED = 130


class GradeClass(NbGrader):
    """The command. Its options, nbgrader's and those of the sandbox also stand in ``nbgrader_config.py``."""

    name = "python -m autograde"
    description = __doc__
    examples = """
    python -m autograde 02-edges
    python -m autograde 02-edges --workers=4 --seed=7
    python -m autograde 02-edges --student=student01 --force
    python -m autograde 02-edges --scheduler=tcp://192.168.0.10:8786
    """
    aliases = {**nbgrader_aliases, "workers": "GradeClass.workers", "seed": "GradeClass.seed",
               "scheduler": "GradeClass.scheduler"}
    flags = {**nbgrader_flags, "force": ({"GradeClass": {"force": True}}, "Grade also what has been graded.")}

    workers = Integer(os.cpu_count(), min=1, help="Processes that grade side by side.").tag(config=True)
    seed = Integer(None, min=0, allow_none=True, help="Of the tests' random inputs; without it they are drawn afresh."
                   ).tag(config=True)
    scheduler = Unicode(help="Address of a Dask scheduler, whose workers grade instead of this machine.").tag(config=True)
    force = Bool(False, help="Grade also what has been graded.").tag(config=True)

    @default("log_level")
    def _log_level_default(self):
        return logging.WARNING

    def start(self):
        super().start()
        if len(self.extra_args) == 1:
            self.coursedir.assignment_id = self.extra_args[0]
        if not self.coursedir.assignment_id or len(self.extra_args) > 1:
            self.fail("Which assignment? python -m autograde NAME")
        if self.seed is not None:
            os.environ["TEST_SEED"] = str(self.seed)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            self.exit(self.grade(Course(self.coursedir, self.log, self.config)))
        except (NothingToGrade, NoSandbox, SetUpFails, NbGraderException) as error:
            self.fail(str(error))
        except KeyboardInterrupt:
            print("\nStopped. What was graded is saved; the same command goes on with the rest.", file=sys.stderr)
            self.exit(INTERRUPTED)

    def grade(self, course):
        """Grade, report, and return the command's exit status."""
        folders, name = self.coursedir, self.coursedir.assignment_id
        run = ClassRun(course, name, folders.student_id, (folders.student_id_exclude or "").split(","), self.force)
        with Progress(len(run.papers)) as progress:
            for graded in run.grade(self.way(run.job())):
                progress.show(graded, run)
            progress.show(None, run)
        FeedbackPages(coursedir=folders, parent=self).start()
        print(marks.report(course, name))
        print(f"\nThe class on one page: {class_page.write(course, run.assignment)}")
        return bool(run.failed)

    def way(self, job):
        if not self.scheduler:
            return InProcesses(job, self.workers)
        try:
            from autograde.cluster import OnCluster
        except ImportError as error:
            raise NothingToGrade(f"A cluster needs Dask: pip install distributed ({error}).") from None
        return OnCluster(job, self.scheduler)


class Progress:
    """A bar on a terminal, elsewhere a line for each submission."""

    def __init__(self, total):
        self.total, self.done, self.problems = total, 0, 0
        tqdm.monitor_interval = 0  # no thread beside the one that forks
        self.bar = tqdm(total=total, unit="", disable=not sys.stderr.isatty(), dynamic_ncols=True)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.bar.close()

    def show(self, graded, run):
        """Count one more `Graded` submission, and those that were skipped."""
        count = self.done + (graded is not None) + len(run.skipped)
        self.done += graded is not None
        self.problems += graded is not None and bool(graded.notes)
        self.bar.set_postfix_str(f"{self.done} graded, {len(run.skipped)} before, {self.problems} with problems", refresh=False)
        self.bar.update(count - self.bar.n)
        if self.bar.disable and graded is not None:
            print(f"{count} of {self.total}: {marks.printable(graded.student)}", flush=True)


if __name__ == "__main__":
    GradeClass.launch_instance()
