"""What ``nbgrader autograde`` and ``nbgrader generate_feedback`` run in this course instead of nbgrader's own converters.

`nbgrader_config.py` puts them in their places with `install`: nbgrader has no option for that.
"""
import nbgrader.apps.api
import nbgrader.apps.autogradeapp
import nbgrader.apps.generatefeedbackapp
from nbgrader.converters import Autograde, NbGraderException

from autograde.class_run import ClassRun, NothingToGrade
from autograde.course import Course
from autograde.feedback import FeedbackPages
from autograde.grading import SetUpFails
from autograde.sandbox import NoSandbox
from autograde.workers import InThisProcess


def install():
    """Make nbgrader's commands and its formgrader grade in the sandbox and write our feedback."""
    nbgrader.apps.autogradeapp.Autograde = nbgrader.apps.api.Autograde = SandboxedAutograde
    nbgrader.apps.generatefeedbackapp.GenerateFeedback = nbgrader.apps.api.GenerateFeedback = FeedbackPages


class SandboxedAutograde(Autograde):
    """Grades every submission of an assignment, one after the other, in the sandbox."""

    def start(self):
        course, names = Course(self.coursedir, self.log, self.config), self.coursedir
        exclude = (names.student_id_exclude or "").split(",")
        try:
            run = ClassRun(course, names.assignment_id, names.student_id, exclude, self.force)
            for graded in run.grade(InThisProcess(run.job())):
                for note in graded.notes:
                    self.log.warning("%s: %s", graded.student, note)
        except (NothingToGrade, NoSandbox, SetUpFails) as error:
            self._refuse(str(error))
        if run.failed:
            self._refuse(f"{len(run.failed)} of {len(run.papers)} submissions could not be graded: {', '.join(run.failed)}")

    def _refuse(self, words):
        self.log.error(words)
        raise NbGraderException(words)
