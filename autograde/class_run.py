"""Grade what a class handed in for one assignment: the same for every command and for every way of grading."""
import contextlib
import itertools
import os

from nbgrader.preprocessors import Execute

from autograde.sandbox import Sandbox
from autograde.workers import Job


class NothingToGrade(Exception):
    """Nothing can be graded; the text says why."""


class ClassRun:
    """One run over the submissions of an assignment.

    Parameters
    ----------
    course : Course
    name : str
        Of the assignment.
    students : str
        Whose work is graded, as a pattern.
    exclude : list of str
        Students who are left out.
    force : bool
        Grade also what has been graded.

    Attributes
    ----------
    papers : list of Paper
    skipped, failed : list of str
        The students whose work had been graded before, and those whose work could not be graded. The next run tries
        the latter again.
    """

    def __init__(self, course, name, students="*", exclude=(), force=False):
        self.course, self.force, self.skipped, self.failed = course, force, [], []
        try:
            self.assignment = course.assignment(name)
        except FileNotFoundError as error:
            raise NothingToGrade(str(error)) from None
        self.papers = course.papers(name, students, exclude)
        if not self.papers:
            raise NothingToGrade(f"Nobody has handed in {name}: nothing matches "
                                 f"{course.path(course.folders.submitted_directory, students, name)}")

    def job(self):
        """What the workers have to know, from nbgrader's configuration and the environment."""
        config, seed = self.course.config, os.environ.get("TEST_SEED", "0")
        if not seed.isdecimal():
            raise NothingToGrade(f"TEST_SEED is {seed!r}, but has to be a whole number.")
        return Job(self.assignment, Sandbox(config=config).settings(), Execute(config=config).timeout, seed)

    def grade(self, way):
        """Grade what waits in this `way` (see `autograde.workers`), save the marks, and yield each `Graded` submission."""
        waiting = self._waiting()
        first = next(waiting, None)
        if first is None:
            return
        with contextlib.closing(way.grade(itertools.chain([first], waiting))) as results:
            for graded in results:
                try:
                    self.course.record(graded, self.assignment)
                except Exception:
                    self.course.log.exception("The marks of %s could not be saved", graded.student)
                    self.failed.append(graded.student)
                    continue
                if graded.digest is None:
                    self.failed.append(graded.student)
                yield graded

    def _waiting(self):
        for paper in self.papers:
            submission = self.course.receive(paper, self.assignment)
            if not self.force and self.course.is_graded(paper, self.assignment, submission):
                self.course.log.info("Skipping %s: this submission has been graded", paper.student)
                self.skipped.append(paper.student)
            else:
                self.course.log.info("Grading %s", paper.folder)
                yield submission
