"""A course of one small assignment, for tests that grade it many times."""
import nbformat
from nbgrader.api import Gradebook

import classroom

NAME = "tiny"
FILE = f"{NAME}.ipynb"
COURSE = "convolutional-networks-from-scratch"
POINTS = {"double-visible": 1, "double-hidden": 2, "square-visible": 1, "square-hidden": 3, "written": 2}
SOURCES = {
    "setup": "import numpy as np",
    "double": "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION",
    "double-visible": "assert double(2) == 4, 'double of 2'",
    "double-hidden": "### BEGIN HIDDEN TESTS\nassert double(0.5) == 1, 'double of a half'\n### END HIDDEN TESTS",
    "square": "def square(x):\n    ### BEGIN SOLUTION\n    return x * x\n    ### END SOLUTION",
    "square-visible": "assert square(2) == 4, 'square of 2'",
    "square-hidden": "### BEGIN HIDDEN TESTS\nassert square(0.5) == 0.25, 'square of a half'\n### END HIDDEN TESTS",
    "question": "Why?",
    "written": "### BEGIN SOLUTION\nBecause.\n### END SOLUTION",
}
ANSWERED = {"double": "def double(x):\n    return 2 * x", "square": "def square(x):\n    return x * x", "written": "Therefore."}


def make(folder, **changed):
    """Write the instructor's notebook and release it; ``square_hidden="..."`` puts another source into that cell."""
    cells = []
    for name, source in SOURCES.items():
        data = {"grade_id": name, "grade": name in POINTS, "solution": name in ANSWERED, "locked": name not in ANSWERED,
                "task": False, "schema_version": 3} | ({"points": POINTS[name]} if name in POINTS else {})
        make_cell = nbformat.v4.new_markdown_cell if name in ("question", "written") else nbformat.v4.new_code_cell
        cells.append(make_cell(changed.get(name.replace("-", "_"), source), id=name, metadata={"nbgrader": data}))
    place = folder / "source" / NAME
    place.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), place / FILE)
    nbgrader("generate_assignment", NAME, "--force", class_dir=folder)


def nbgrader(*arguments, class_dir, **environment):
    return classroom.nbgrader(*arguments, *options(class_dir), class_dir=class_dir, **environment)


def options(class_dir):
    """For every nbgrader command on the tiny course."""
    return [f"--CourseDirectory.source_directory={class_dir}/source", "--Sandbox.preload=numpy"]


def hand_in(folder, student, timestamp=None, only=None, **sources):
    """Hand in the answers, with ``square="..."`` for a wrong one; `only` some of the cells; or ``raw=b"..."``."""
    place = folder / "submitted" / student / NAME
    place.mkdir(parents=True, exist_ok=True)
    (place / "timestamp.txt").unlink(missing_ok=True)
    if timestamp:
        (place / "timestamp.txt").write_text(timestamp)
    if "raw" in sources:
        (place / FILE).write_bytes(sources["raw"])
        return
    work = nbformat.read(folder / "release" / NAME / FILE, 4)
    for cell in work.cells:
        cell.source = (ANSWERED | sources).get(cell.id, cell.source)
    work.cells = [cell for cell in work.cells if only is None or cell.id in only]
    nbformat.write(work, place / FILE)


def gradebook(folder):
    return Gradebook(f"sqlite:///{folder}/gradebook.db", COURSE)


def states(folder):
    """All that the gradebook says of everybody: {student: {what: value}}."""
    result = {}
    with gradebook(folder) as book:
        for paper in book.assignment_submissions(NAME):
            notebook, = paper.notebooks
            state = {"score": paper.score, "timestamp": str(paper.timestamp), "penalty": paper.late_submission_penalty}
            for grade in notebook.grades:
                state[grade.name] = (grade.auto_score, grade.manual_score, grade.extra_credit, grade.needs_manual_grade)
            for comment in notebook.comments:
                state[f"comment on {comment.name}"] = (comment.auto_comment, comment.manual_comment)
            result[paper.student.id] = state
    return result
