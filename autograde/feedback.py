"""What ``nbgrader generate_feedback`` writes: one page a student, without hidden tests and without any script.

The page is made from the autograded notebook, in which a failed cell of tests holds one sentence, and from the marks and
comments in the gradebook. Whatever the student wrote is shown as text; the browser is told to run nothing at all.
"""
import os
from pathlib import Path

import jinja2
import nbformat
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateFeedback

from autograde import harmless
from autograde.assignment import grade_id, is_test
from autograde.course import Course
from autograde.marks import number, task_of

TEMPLATES = jinja2.Environment(loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True,
                               trim_blocks=True, lstrip_blocks=True)
TEMPLATES.filters["points"] = number


class FeedbackPages(GenerateFeedback):
    """Writes the page anew each time: it is cheap, and an old page would show old marks."""

    def start(self):
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as self.gradebook:
            super().start()

    def init_notebooks(self):
        """As nbgrader does it, but it would read the names of students' folders as patterns."""
        names, self.assignments = self.coursedir, {}
        course = Course(names, self.log)
        for student, folder in course.students_folders(names.autograded_directory, names.assignment_id, names.student_id):
            place = self._format_source(names.assignment_id, student)
            notebooks = [os.path.join(place, path.name) for path in folder.glob(f"{names.notebook_id}.ipynb")]
            if notebooks:
                self.assignments[place] = notebooks
        if not self.assignments:
            super().init_notebooks()  # which says so

    def init_destination(self, assignment_id, student_id):
        return student_id not in (self.coursedir.student_id_exclude or "").split(",")

    def init_assignment(self, assignment_id, student_id):
        """Nothing but the page goes to the student."""

    def convert_single_notebook(self, notebook_filename):
        resources = self.init_single_notebook_resources(notebook_filename)
        names = resources["nbgrader"]
        paper = self.gradebook.find_submission_notebook(names["notebook"], names["assignment"], names["student"])
        page = render(nbformat.read(notebook_filename, 4), paper, names["assignment"], names["student"])
        resources["output_extension"] = ".html"
        self.write_single_notebook(page, resources)


def render(notebook, paper, assignment, student):
    """The page for one `paper`, nbgrader's ``SubmittedNotebook``."""
    grades, comments = ({entry.name: entry for entry in entries} for entries in (paper.grades, paper.comments))
    tasks = {}
    for cell in notebook.cells:
        name = grade_id(cell)
        if name and (utils.is_grade(cell) or utils.is_solution(cell)):
            task = tasks.setdefault(task_of(name), {"tests": [], "score": 0.0, "best": 0.0, "waits": False})
            if name in grades:
                task["score"] += grades[name].score
                task["best"] += grades[name].max_score
                task["waits"] |= grades[name].needs_manual_grade and not is_test(cell)
            if is_test(cell):
                failed = [output.evalue for output in cell.outputs if output.output_type == "error"]
                task["tests"].append({"hidden": name.endswith("-hidden"), "said": failed[0] if failed else "",
                                      "score": grades[name].score, "best": grades[name].max_score})
            if utils.is_solution(cell):
                written = cell.cell_type == "markdown"
                task |= {"answer": harmless.from_markdown(cell.source) if written else "", "code": "" if written else cell.source,
                         "comment": (comments[name].comment or "") if name in comments else ""}
    penalty = paper.assignment.late_submission_penalty or 0
    return TEMPLATES.get_template("feedback.html").render(
        assignment=assignment, student=student, tasks=tasks, notes=notebook.metadata.get("autograde", {}).get("notes", []),
        penalty=penalty, score=max(0.0, paper.score - penalty), best=paper.max_score)
