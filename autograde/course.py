"""A course's folders and gradebook: what is there to grade, and where the result goes.

Only one process at a time writes marks. A submission counts as graded when its autograded notebook says so, and that is
written last: if grading is killed, at whatever moment, the submission is graded again the next time.
"""
import contextlib
import fnmatch
import glob
import logging
import os
import shutil
import warnings
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.exc import SAWarning
from traitlets.config import PyFileConfigLoader

from autograde.assignment import Assignment, grade_id, is_test
from autograde.intake import receive
from autograde.structure import is_unanswered

# nbgrader's own way of adding a submission causes these; they mean nothing.
warnings.filterwarnings("ignore", "Object of type .* not in session", SAWarning)


def configured():
    """The `Course` that ``nbgrader_config.py`` describes."""
    root = Path(__file__).resolve().parents[1]
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    return Course(CourseDirectory(config=config), logging.getLogger("autograde"), config)


@dataclass(frozen=True)
class Paper:
    """A student's folder for an assignment."""

    student: str
    folder: Path


class Course:
    """The folders and the gradebook that nbgrader's configuration names.

    Parameters
    ----------
    folders : nbgrader.coursedir.CourseDirectory
    config : traitlets.config.Config, optional
        nbgrader's, for its plugin that takes points off late work.
    log : logging.Logger
    """

    def __init__(self, folders, log, config=None):
        self.folders, self.log, self.config = folders, log, config
        self._gradebook = None

    def assignment(self, name):
        """The `Assignment`, if it is in the gradebook as it is in its folder. Raises FileNotFoundError in words."""
        assignment = Assignment.read(self.folders, name)
        with self.gradebook() as gradebook:
            try:
                cells = {cell.name for cell in gradebook.find_notebook(name, name).source_cells}
            except MissingEntry:
                cells = set()
        if not cells == set(assignment.cells) == set(assignment.stub_cells):
            raise FileNotFoundError(f"The gradebook does not know the cells of {name}. Run: nbgrader generate_assignment {name}")
        return assignment

    def assignments(self):
        """The names of all assignments that have a source."""
        place = self.path(self.folders.source_directory, ".", ".")
        return sorted(path.name for path in place.glob("*") if any((path / f"{path.name}.{kind}").exists() for kind in ("md", "ipynb")))

    def known_students(self):
        """The names of the students in the gradebook, if there is one."""
        file = self.folders.db_url.removeprefix("sqlite:///")
        if "://" not in file and not os.path.exists(file):
            return set()
        with self.gradebook() as gradebook:
            return {student.id for student in gradebook.students}

    @contextlib.contextmanager
    def gradebook(self):
        """nbgrader's gradebook, with a session that ends with the block. It is opened once, which takes longer than to use it."""
        if self._gradebook is None:
            self._gradebook = Gradebook(self.folders.db_url, self.folders.course_id)
        try:
            yield self._gradebook
        finally:
            self._gradebook.db.remove()

    def path(self, directory, student, name):
        return Path(self.folders.root, self.folders.format_path(directory, student, name))

    def papers(self, name, students="*", exclude=()):
        """The folders that students handed in, in the order of their names."""
        # A student's own folder that is a link to another's: the link is what was handed in.
        papers = [Paper(student, path.parent if path.parent.is_symlink() else path)
                  for student, path in self.students_folders(self.folders.submitted_directory, name, students)]
        return sorted((paper for paper in papers if paper.student not in exclude and not paper.student.startswith(".")),
                      key=lambda paper: paper.student)

    def students_folders(self, directory, name, students="*"):
        """Names and folders of the `students`, which is one's name or a pattern, for the assignment `name` in one of nbgrader's
        directories."""
        place = self.path(directory, "\0", name)
        pattern = glob.escape(str(place.relative_to(place.anchor))).replace("\0", "*")
        for path in Path(place.anchor).glob(pattern):
            student = _text(path.parts[place.parts.index("\0")])
            if student == students or fnmatch.fnmatchcase(student, students):
                yield student, path

    def missing(self, name):
        """The students whom the gradebook knows and who handed nothing in."""
        there = {paper.student for paper in self.papers(name)}
        with self.gradebook() as gradebook:
            return sorted(student.id for student in gradebook.students if student.id not in there)

    def receive(self, paper, assignment):
        return receive(paper.folder, paper.student, assignment.name, assignment.cells)

    def is_graded(self, paper, assignment, submission):
        """Whether this very submission has been graded to the end, by the tests that the assignment has now."""
        return self._is_of(self._graded_before(paper.student, assignment.name), submission.digest, assignment)

    @staticmethod
    def _is_of(notebook, digest, assignment):
        """Whether a graded notebook is that of a submission with this digest, by the tests that the assignment has now."""
        done = notebook.metadata.get("autograde", {})
        return (done.get("submission"), done.get("assignment")) == (digest, assignment.digest)

    def graded_notebooks(self, name):
        """What grading wrote for everyone who has marks: {student: notebook}."""
        with self.gradebook() as gradebook:
            students = sorted(paper.student.id for paper in gradebook.assignment_submissions(name))
        return {student: self._graded_before(student, name) for student in students}

    def _graded_before(self, student, name):
        """The notebook that was written when the student's work was graded last; an empty one if there is none."""
        try:
            return nbformat.read(self.path(self.folders.autograded_directory, student, name) / f"{name}.ipynb", 4)
        except Exception:  # whatever lies there is not a notebook of this grader's
            return nbformat.v4.new_notebook()

    def record(self, graded, assignment):
        """Save the marks of a `Graded` submission in the gradebook, and then its notebook and files in their folder.

        The notebook comes last and at one stroke. Before that, another one or none is there, so the submission does not count
        as graded, and saving its marks once more changes nothing.
        """
        name, notebook = assignment.name, nbformat.reads(graded.notebook, 4)
        self._save_marks(graded, notebook, assignment, self._graded_before(graded.student, name))
        target = self.path(self.folders.autograded_directory, graded.student, name)
        target.mkdir(parents=True, exist_ok=True)
        for old in target.iterdir():
            if old.name != f"{name}.ipynb":
                shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink()
        stamp = {"timestamp.txt": graded.timestamp.encode()} if graded.timestamp else {}
        unfinished = f".{name}.unfinished"
        for file, content in {**graded.files, **stamp, unfinished: nbformat.writes(notebook).encode()}.items():
            (target / file).write_bytes(content)
            (target / file).chmod(0o664 if self.folders.groupshared else 0o444)
        os.replace(target / unfinished, target / f"{name}.ipynb")

    def _save_marks(self, graded, notebook, assignment, before):
        """Write down what the tests and the cells say now. What a person gave stays; whether it still fits is flagged."""
        name, student = assignment.name, graded.student
        cells, old_cells = ({grade_id(cell): cell for cell in work.cells if grade_id(cell)} for work in (notebook, before))
        is_new = not self._is_of(before, graded.digest, assignment)
        with self.gradebook() as gradebook:
            gradebook.update_or_create_student(student)
            gradebook.update_or_create_submission(name, student, timestamp=graded.timestamp)
            paper = gradebook.find_submission_notebook(name, name, student)
            for grade in paper.grades:
                cell, old = cells[grade.name], old_cells.get(grade.name)
                grade.auto_score = 0 if not graded.readable or is_unanswered(cell, assignment) else \
                    utils.determine_grade(cell, self.log)[0]
                if grade.manual_score is None:
                    grade.needs_manual_grade = grade.auto_score is None
                elif graded.readable and (is_new if is_test(cell) else old is None or old.source != cell.source):
                    grade.needs_manual_grade = True
            for comment in paper.comments:
                cell = cells.get(comment.name)
                comment.auto_comment = "No response." if cell is not None and is_unanswered(cell, assignment) else None
            gradebook.db.commit()
            is_late = paper.assignment.total_seconds_late > 0 or paper.late_submission_penalty
        if is_late:
            resources = {"nbgrader": {"student": student, "assignment": name, "notebook": name, "db_url": self.folders.db_url}}
            AssignLatePenalties(config=self.config).preprocess(notebook, resources)


def _text(name):
    """The name of a folder as a student's name: in an old encoding it is read as Latin-1, and it is one line."""
    try:
        name.encode()
    except UnicodeEncodeError:
        name = os.fsencode(name).decode("latin-1")
    return "".join(letter if letter.isprintable() else "_" for letter in name)
