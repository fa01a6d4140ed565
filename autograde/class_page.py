"""A page about a class's work for one assignment: how the points are spread, what went wrong how often, who is missing.

One HTML file without a script, which needs no other. It shows names and marks, so it is for the instructor only.
"""
import html
import io
import math
import operator
import re
import statistics
from collections import Counter
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from autograde.assignment import grade_id, is_test
from autograde.feedback import TEMPLATES
from autograde.marks import final_score, notes_of, number, task_of

BARS, INK = "#3f7fbf", "#010203"  # the page shows INK in the colour of its text
MOST_BINS, MOST_HINTS = 12, 15
NUMBER = re.compile(r"\d+(\.\d+)?(e[+-]?\d+)?")
STYLE = {"svg.fonttype": "none", "svg.hashsalt": "", "font.size": 11, "axes.spines.top": False, "axes.spines.right": False,
         **dict.fromkeys(["text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"], INK)}


def write(course, assignment):
    """Write the page into the folder of the class, and return its path."""
    path = Path(course.folders.root, course.folders.feedback_directory).resolve().parent / f"{assignment.name}.html"
    path.write_text(page(course, assignment), encoding="utf-8")
    return path


def page(course, assignment):
    """The page as text."""
    notebooks = course.graded_notebooks(assignment.name)
    with course.gradebook() as gradebook:
        work = gradebook.find_assignment(assignment.name)
        tasks = _tasks(work)
        students = sorted((_student(paper, tasks) for paper in work.submissions), key=operator.itemgetter("name"))
        best = work.max_score
    tasks = {task: _summary(task, sum(cells.values()), students) for task, cells in tasks.items()}
    scores, hints = [student["score"] for student in students], _hints(notebooks)
    with matplotlib.rc_context(STYLE):
        plots = {
            "scores": _scores(scores, best),
            "shares": _bars({task: row["mean"] / row["best"] for task, row in tasks.items() if row["read"] and row["best"]},
                            "mean share of the points", "The mean share of the points of each task", "{:.0%}"),
            "counts": _bars({str(place): hint["count"] for place, hint in enumerate(hints, 1)}, "students",
                            "How many students saw each message", "{}")}
    return TEMPLATES.get_template("class.html").render(
        assignment=assignment.name, students=students, tasks=tasks, best=best, median=statistics.median(scores or [0]), hints=hints,
        problems={name: notes for name, notebook in notebooks.items() if (notes := notes_of(notebook))},
        missing=course.missing(assignment.name), **plots)


def _tasks(assignment):
    """The graded cells of each task: {task: {cell: points}}."""
    tasks = {}
    for cell in (cell for notebook in assignment.notebooks for cell in notebook.grade_cells):
        tasks.setdefault(task_of(cell.name), {})[cell.name] = cell.max_score
    return tasks


def _student(paper, tasks):
    grades = {grade.name: grade for notebook in paper.notebooks for grade in notebook.grades}
    return {"name": paper.student.id, "score": final_score(paper),
            "points": {task: sum(grades[cell].score for cell in cells) for task, cells in tasks.items()},
            "to_read": {task: sum(grades[cell].needs_manual_grade for cell in cells) for task, cells in tasks.items()}}


def _summary(task, best, students):
    """How a task went for those whose answers need no reading any more."""
    points = [student["points"][task] for student in students if not student["to_read"][task]]
    return {"best": best, "read": len(points), "mean": statistics.fmean(points or [0]), "all": sum(p >= best for p in points),
            "none": sum(p <= 0 for p in points), "to_read": len(students) - len(points)}


def _hints(notebooks):
    """The most frequent messages of failed tests. Random inputs differ, so two that differ in numbers only are one."""
    count, example = Counter(), {}
    for notebook in notebooks.values():
        for cell in notebook.cells:
            if grade_id(cell) and is_test(cell) and notebook.metadata.get("autograde", {}).get("readable"):
                for said in [output.evalue for output in cell.outputs if output.output_type == "error"]:
                    key = grade_id(cell), NUMBER.sub("#", said)
                    count[key] += 1
                    example.setdefault(key, said)
    return [{"cell": key[0], "said": example[key], "count": times} for key, times in count.most_common(MOST_HINTS)]


def _scores(scores, best):
    width = max(1, math.ceil(best / MOST_BINS))
    edges = [width * step for step in range(math.ceil((best or 1) / width) + 1)]
    edges[-1] += 1e-9  # a full score is in the last bin
    figure = Figure(figsize=(7, 2.8), layout="constrained")
    axes = figure.subplots()
    counts, *_ = axes.hist([min(score, edges[-1]) for score in scores], edges, color=BARS, edgecolor=INK)
    axes.set(xlabel="points", ylabel="students", xticks=edges)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    bins = [f"{count:.0f} from {number(low)} to {number(high)}" for count, low, high in zip(counts, edges, edges[1:]) if count]
    return _svg(figure, f"How the points are spread. Students: {', '.join(bins)} points.", "scores")


def _bars(values, label, words, form):
    if not values:
        return ""
    figure = Figure(figsize=(7, 0.8 + 0.34 * len(values)), layout="constrained")
    axes = figure.subplots()
    bars = axes.barh(list(values), list(values.values()), color=BARS, edgecolor=INK)
    axes.bar_label(bars, [form.format(value) for value in values.values()], padding=4)
    axes.set(xlabel=label, xlim=(0, 1.12 * (max(values.values()) or 1)))
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=form == "{}"))
    axes.invert_yaxis()
    words = f"{words}: " + ", ".join(f"{name} {form.format(value)}" for name, value in values.items())
    return _svg(figure, words, label.split()[0])


def _svg(figure, words, name):
    """The figure as part of a page, with `words` for those who do not see it."""
    target = io.StringIO()
    figure.savefig(target, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = target.getvalue()[target.getvalue().index("<svg"):].replace(INK, "currentColor")
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", text)
    return text.replace("<svg ", f'<svg role="img" aria-label="{html.escape(words)}" ', 1)
