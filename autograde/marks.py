"""A class's marks as a table: ``python -m autograde.marks [NAME ...]`` (default: every assignment that was handed in).

Reads the gradebook that ``nbgrader_config.py`` names, so the folder of the class is CLASS_DIR (default: autograde).
"""
import sys

from nbgrader.api import MissingEntry

from autograde.course import configured


def main(names):
    course = configured()
    with course.gradebook() as gradebook:
        names = names or [work.name for work in gradebook.assignments if work.submissions]
    if not names:
        print("Nobody has handed in anything yet.")
    for name in names:
        try:
            print(report(course, name), end="\n\n")
        except MissingEntry:
            sys.exit(f"The gradebook has no assignment called {name}.")


def report(course, name):
    """One assignment's marks as text: the table, what was out of order, and who handed nothing in."""
    with course.gradebook() as gradebook:
        lines = [table(gradebook, name)]
    problems = {student: notes for student, notebook in course.graded_notebooks(name).items() if (notes := notes_of(notebook))}
    if problems:
        lines += ["", "Problems:", *(f"  {student}: {note}" for student, notes in problems.items() for note in notes)]
    if missing := course.missing(name):
        lines += ["", f"Nothing was handed in by: {', '.join(missing)}"]
    return "\n".join(printable(line) for text in lines for line in text.split("\n"))


def notes_of(notebook):
    """What grading wrote down about a submission that was out of order."""
    return notebook.metadata.get("autograde", {}).get("notes", [])


def printable(text):
    """A line without what could steer a terminal: file names come from students."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


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
        rows.append([paper.student.id, *by_task, number(final_score(paper)), str(by_hand or "")])
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = [row[0].ljust(widths[0]) + "".join(f"  {text:>{width}}" for text, width in zip(row[1:], widths[1:]))
             for row in rows]
    return "\n".join([name, *map(str.rstrip, lines)])


def task_of(cell_name):
    """The task that a graded cell belongs to: its visible and its hidden tests count together."""
    return cell_name.removesuffix("-visible").removesuffix("-hidden")


def final_score(paper):
    """The points of a `paper`, nbgrader's ``SubmittedAssignment``, without what is taken off because it came late."""
    return max(0.0, paper.score - (paper.late_submission_penalty or 0))


def number(score):
    return f"{score:g}"


if __name__ == "__main__":
    main(sys.argv[1:])
