"""A class's marks as a table: ``python -m autograde.marks [NAME ...]`` (default: every assignment that was handed in).

Reads the gradebook that ``nbgrader_config.py`` names, so the folder of the class is CLASS_DIR (default: autograde).
"""
import sys
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from traitlets.config import PyFileConfigLoader

ROOT = Path(__file__).resolve().parents[1]


def main(names):
    course = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config().CourseDirectory
    with Gradebook(course.db_url, course.course_id) as gradebook:
        names = names or [work.name for work in gradebook.assignments if work.submissions]
        if not names:
            print("Nobody has handed in anything yet.")
        for name in names:
            try:
                print(table(gradebook, name), end="\n\n")
            except MissingEntry:
                sys.exit(f"The gradebook has no assignment called {name}.")


def table(gradebook, name):
    """One assignment's marks as text: a row a student, a column a task, and how many answers wait to be read."""
    assignment = gradebook.find_assignment(name)
    tasks = {}
    for notebook in assignment.notebooks:
        for cell in notebook.grade_cells:
            tasks.setdefault(task_of(cell.name), []).append(cell)
    full = [number(sum(cell.max_score for cell in cells)) for cells in tasks.values()]
    rows = [["student", *tasks, "sum", "to grade by hand"], ["(of)", *full, number(assignment.max_score), ""]]
    for paper in sorted(gradebook.assignment_submissions(name), key=lambda paper: paper.student.id):
        grades = [grade for notebook in paper.notebooks for grade in notebook.grades]
        score = {grade.cell_id: grade.score for grade in grades}
        by_task = [number(sum(score[cell.id] for cell in cells)) for cells in tasks.values()]
        by_hand = sum(grade.needs_manual_grade for grade in grades)
        rows.append([paper.student.id, *by_task, number(paper.score), str(by_hand or "")])
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = [row[0].ljust(widths[0]) + "".join(f"  {text:>{width}}" for text, width in zip(row[1:], widths[1:]))
             for row in rows]
    return "\n".join([name, *map(str.rstrip, lines)])


def task_of(cell_name):
    """The task that a graded cell belongs to: its visible and its hidden tests count together."""
    return cell_name.removesuffix("-visible").removesuffix("-hidden")


def number(score):
    return f"{score:g}"


if __name__ == "__main__":
    main(sys.argv[1:])
