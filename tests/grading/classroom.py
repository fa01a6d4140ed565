"""A class on paper: make submissions out of an assignment's notebook and grade them with the real nbgrader.

The answers come from ``tests/mutants/NAME.py``: a file of cells, each headed ``# %% TASK right: WORDS`` or
``# %% TASK wrong: WORDS``, whose code is one way of writing that task. Where it is another answer but for a few lines, only
these are written: after ``# edits: WORDS`` of that answer, earlier in the file, each ``#-`` line is replaced by the ``#+`` lines
below it.
"""
import csv
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil

ROOT = Path(__file__).resolve().parents[2]
ANSWERS = ROOT / "tests" / "mutants"
HEADING = re.compile(r"^# %% (?P<task>\S+) (?P<kind>right|wrong): (?P<words>.+)$", re.MULTILINE)
EDITS = re.compile(r"# edits: (?P<words>.+)\n")
EDIT = re.compile(r"^(?P<old>(?:#-.*\n)+)(?P<new>(?:#\+.*\n)*)", re.MULTILINE)


@dataclass(frozen=True)
class Answer:
    task: str
    right: bool
    words: str
    source: str


def assignments():
    """The names of all assignments, in order."""
    return sorted(path.stem for path in (ROOT / "solutions").glob("*/*.md") if path.stem == path.parent.name)


def notebook(name, stage="solutions"):
    """The notebook of an assignment: its solution, or with ``stage="exercises"`` its stub."""
    return nbformat.read(ROOT / stage / name / f"{name}.ipynb", 4)


def grader_metadata(cell):
    return cell.metadata.get("nbgrader", {})


def tasks(name):
    """The ids of the code cells that the student fills in, in order."""
    return [cell.id for cell in notebook(name).cells
            if grader_metadata(cell).get("solution") and not grader_metadata(cell)["grade"]]


def points(name):
    """Maximal points of each code task: {task: points}."""
    result = dict.fromkeys(tasks(name), 0)
    for cell in notebook(name).cells:
        if cell.cell_type == "code" and grader_metadata(cell).get("grade"):
            result[task_of(cell.id)] += grader_metadata(cell)["points"]
    return result


def task_of(cell_id):
    """The task that a test cell belongs to: ``corr2d`` for ``corr2d-hidden``."""
    return cell_id.rpartition("-")[0]


def answers(name):
    """All answers in ``tests/mutants/NAME.py``."""
    text = (ANSWERS / f"{name}.py").read_text(encoding="utf-8")
    found = list(HEADING.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    made, sources = [], {}
    for match, end in zip(found, ends):
        source = text[match.end():end].strip()
        if edits := EDITS.match(source):
            source = _edited(sources[match["task"], edits["words"]], source)
        sources[match["task"], match["words"]] = source
        made.append(Answer(match["task"], match["kind"] == "right", match["words"], source))
    return made


def _edited(source, edits):
    """`source` with the lines of each edit replaced; together they must stand in it once."""
    for edit in EDIT.finditer(f"{edits}\n"):
        old, new = ("\n" + re.sub(r"^#[-+]", "", edit[part], flags=re.MULTILINE) for part in ("old", "new"))
        if f"\n{source}\n".count(old) != 1:
            raise ValueError(f"these lines of an edit must stand once in the answer that it edits:{old}")
        source = f"\n{source}\n".replace(old, new)[1:-1]
    return source


def answer(name, task, words):
    """The one answer to `task` that goes by these words."""
    chosen = [a for a in answers(name) if (a.task, a.words) == (task, words)]
    if len(chosen) != 1:
        raise KeyError(f"{len(chosen)} answers to {task} of {name} are called {words!r}, one was expected")
    return chosen[0]


def right_answer(name, task):
    """The code of the first right answer to `task`."""
    return next(answer.source for answer in answers(name) if answer.task == task and answer.right)


def private_course(name, source, class_dir):
    """Let the class in `class_dir` be graded by `source` as the notebook of assignment `name`, beside its files."""
    folder = Path(class_dir, "solutions")
    (folder / name).mkdir(parents=True)
    for path in (ROOT / "solutions" / name).iterdir():
        if path.suffix in (".py", ".npz"):
            shutil.copy(path, folder / name)
    for cell in source.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(source, folder / name / f"{name}.ipynb")


def submission(name, sources, stage="solutions"):
    """A notebook in which each task of ``sources = {task: code}`` holds that code; the others stay as in `stage`."""
    return answered(notebook(name, stage), sources)


def answered(work, sources):
    for task, source in sources.items():
        cell, = (cell for cell in work.cells if cell.id == task)
        cell.source = source
    return work


def for_one_task(name, task):
    """The solution with the tests of one task only, and no cell that just draws: it is graded in a fraction of the time."""
    work = notebook(name)
    work.cells = [cell for cell in work.cells if grader_metadata(cell)
                  and (not grader_metadata(cell)["grade"] or task_of(cell.id) == task)]
    return work


def nbgrader(*arguments, class_dir, check=True, **environment):
    """Run an nbgrader command on the class in `class_dir`; its release folder is there, and its `private_course`, if any."""
    return _run("nbgrader", arguments, class_dir, check, environment)


def autograde(*arguments, class_dir, check=True, **environment):
    """Run ``python -m autograde`` on the class in `class_dir`."""
    return _run("autograde", arguments, class_dir, check, environment)


def command(module, *arguments, class_dir):
    """The command line of ``python -m module`` for the class in `class_dir`."""
    line = [sys.executable, "-m", module, *arguments, f"--CourseDirectory.release_directory={class_dir}/release"]
    if Path(class_dir, "solutions").exists():
        line.append(f"--CourseDirectory.source_directory={class_dir}/solutions")
    return line


def _run(module, arguments, class_dir, check, environment):
    return subprocess.run(command(module, *arguments, class_dir=class_dir), cwd=ROOT, check=check, text=True,
                          capture_output=True, env={**os.environ, "CLASS_DIR": str(class_dir), **environment})


def hand_in(name, submissions, class_dir):
    """Put ``submissions = {student: notebook}`` into the class's folder, and the assignment into its gradebook."""
    for student, work in submissions.items():
        folder = Path(class_dir, "submitted", student, name)
        folder.mkdir(parents=True)
        nbformat.write(work, folder / f"{name}.ipynb")
    nbgrader("generate_assignment", name, "--force", class_dir=class_dir)


def grade(name, submissions, class_dir, **environment):
    """Marks of ``submissions = {student: notebook}``: {student: {task: points}}, graded by nbgrader autograde."""
    hand_in(name, submissions, class_dir)
    nbgrader("autograde", name, class_dir=class_dir, **environment)
    return marks(name, class_dir)


def marks(name, class_dir):
    """Marks in the gradebook of `class_dir`: {student: {task: points}}; written questions under their cell's id."""
    from nbgrader.api import Gradebook

    result = {}
    with Gradebook(f"sqlite:///{class_dir}/gradebook.db", "convolutional-networks-from-scratch") as gradebook:
        for paper in gradebook.assignment_submissions(name):
            result[paper.student.id] = scores = {}
            for grade_ in paper.notebooks[0].grades:
                task = task_of(grade_.cell.name) or grade_.cell.name
                scores[task] = scores.get(task, 0) + grade_.score
    return result


def message(name, student, task, class_dir):
    """What the first failing test of a task said to a student; "" if none failed."""
    work = nbformat.read(Path(class_dir, "autograded", student, name, f"{name}.ipynb"), 4)
    errors = [output.evalue for cell in work.cells if cell.cell_type == "code" and task_of(cell.id) == task
              for output in cell.outputs if output.output_type == "error"]
    return errors[0] if errors else ""


def exported(class_dir):
    """The rows that ``nbgrader export`` writes."""
    target = Path(class_dir, "marks.csv")
    nbgrader("export", "--to", str(target), class_dir=class_dir)
    with target.open(newline="") as file:
        return list(csv.DictReader(file))


def lives(process):
    """Whether it has neither ended nor waits only for somebody to ask how it ended."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
