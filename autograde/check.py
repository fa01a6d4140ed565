"""Check your work before you hand it in: ``python check NAME`` in the folder exercises, or ``python ../check`` beside it.

Says in the words of the grader what is out of order or not done yet. Your code is not run: the notebook's own tests do that.
"""
import argparse
import ast
import json
import sys
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager

from autograde.assignment import Assignment, grade_id
from autograde.intake import receive
from autograde.structure import is_unanswered, restore, when_run

STUBS = "stubs.json"


def findings(folder, name, stub):
    """What is to be said about the work in `folder` for the assignment `name`, whose `stub` was handed out.

    Returns
    -------
    problems : list of str
        What grading would find out of order.
    unfinished : list of str
        What is not done yet.
    """
    assignment = Assignment(name, stub, stub, {})
    submission = receive(folder, "", name, assignment.cells)
    if submission.cells is None:
        return submission.notes, []
    cells, notes = restore(submission.cells, assignment)
    problems = [*submission.notes, *notes]
    unfinished = []
    for cell in cells:
        if cell.cell_type == "code" and (error := _syntax_error(cell.source)):
            problems.append(when_run(grade_id(cell), f"it stopped with {error}"))
        if grade_id(cell) and is_unanswered(cell, assignment):
            unfinished.append(grade_id(cell))
    return problems, unfinished


def _syntax_error(source):
    """What Python would say about a cell that it cannot read, and "" about any other."""
    try:
        compile(TransformerManager().transform_cell(source), "cell", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except SyntaxError as error:
        return f"{type(error).__name__} in line {error.lineno}"
    except (ValueError, RuntimeError, MemoryError) as error:  # IPython gives up on a cell with too many magics
        return type(error).__name__
    return ""


def main(here=Path(sys.argv[0]).resolve()):
    stubs = json.loads((here / STUBS).read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(prog="python check", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", metavar="NAME", nargs="?",
                        help=f"one of: {', '.join(stubs)}; its folder or notebook will do, too")
    given = parser.parse_args().name
    if given is None and Path.cwd().name not in stubs:
        parser.error(f"which assignment? NAME is one of: {', '.join(stubs)}")
    given = (given or Path.cwd().name).rstrip("/\\")
    name = Path(given).stem
    folder = here.parent / name
    if name not in stubs or given != name and not Path(given).resolve().is_relative_to(folder.resolve()):
        parser.error(f"{given!r} is no assignment in {here.parent}; there are {', '.join(stubs)}")
    problems, unfinished = findings(folder, name, stubs[name])
    for problem in problems:
        print(problem)
    if unfinished:
        print(f"Not done yet: {', '.join(unfinished)}.")
    if not problems and not unfinished:
        print(f"Every cell is filled in: {name}/{name}.ipynb can be handed in. Your code was not run: the tests in the "
              "notebook tell whether it is right.")
    sys.exit(bool(problems or unfinished))
