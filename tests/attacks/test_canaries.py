"""What stands in hidden tests never comes back: a canary in every hidden test of every assignment is looked for in everything.

The canaries stand there as a comment, a text and a name, and each cell brings them out in another way: by an assert without
words, an exception's text, a name that does not exist, NumPy's own message, printing, or as the cell's value.
"""
import ast
import hashlib
import os
import subprocess
import sys

import nbformat
import pytest

import classroom
from classroom import ROOT, grader_metadata

BEGIN, END = "### BEGIN HIDDEN TESTS\n", "\n### END HIDDEN TESTS"
WAYS = {
    "an assert without words": ("assert {canary} == 0", ""),
    "the text of an exception": ("raise ValueError(text)", ""),
    "a name that does not exist": ("{canary}_missing", ""),
    "a comparison of NumPy's": ("np.testing.assert_equal(text, 'another')", ""),
    "printing": ("import sys, warnings\nprint(text)\nprint(text, file=sys.stderr)\nwarnings.warn(text)", ""),
    "the value of the cell": ("", "text"),
}
# A student's code that looks for canaries in whatever it is given and whatever it can reach, and tells.
SNOOP = """
def snoop(*arguments, **keywords):
    import gc, os, re, sys
    seen, frame = [repr(arguments), repr(keywords), repr(dict(os.environ)), repr(get_ipython().kernel.get_parent())], sys._getframe()
    while frame:
        seen.append(repr({**frame.f_globals, **frame.f_locals}))
        frame = frame.f_back
    seen += [text for thing in gc.get_objects() if isinstance(thing, dict) for text in list(thing.values()) if isinstance(text, str)]
    for folder, _, names in os.walk("/home/student"):
        seen += [open(os.path.join(folder, name), "rb").read().decode("latin-1") for name in names]
    found = re.findall("canary" + chr(120) + ".{0,60}", " ".join(seen))
    print("found", found)
    raise type("Found" + "_".join(found), (RuntimeError,), {})(str(found))
"""
LOOK = "\ntry:\n    snoop()\nexcept Exception as error:\n    print(error)"


def canary(name, cell):
    return "canaryx" + hashlib.sha256(f"{name} {cell}".encode()).hexdigest()[:12]


def planted(name):
    """The source notebook of an assignment with its canaries."""
    work = classroom.notebook(name)
    hidden = [cell for cell in work.cells if BEGIN in cell.source]
    for number, cell in enumerate(hidden):
        word = canary(name, cell.id)
        first, last = (line.format(canary=word) for line in list(WAYS.values())[number % len(WAYS)])
        start = f"# {word}\n{word} = 1\ntext = '{word}'\n{first}\n"
        cell.source = cell.source.replace(BEGIN, BEGIN + start, 1).replace(END, f"\n{last}{END}" if last else END, 1)
    return work, [canary(name, cell.id) for cell in hidden]


def snooping(stub):
    """A submission whose every function looks around, and tells in cells after the tests too."""
    cells = []
    for cell in stub.cells:
        if grader_metadata(cell).get("solution") and cell.cell_type == "code":
            defined = [node.name for node in ast.parse(cell.source).body if hasattr(node, "name")]
            cell.source = "\n".join([SNOOP, *(f"{name} = snoop" for name in defined), LOOK])
        cells.append(cell)
        if cell.id.endswith("-hidden"):
            cells.append(nbformat.v4.new_code_cell(LOOK + "\nsnoop()"))
    stub.cells = cells
    return stub


@pytest.mark.parametrize("name", classroom.assignments())
def test_nothing_in_hidden_tests_comes_back(name, tmp_path):
    source, canaries = planted(name)
    assert len(canaries) >= 3
    classroom.private_course(name, source, tmp_path)
    classroom.nbgrader("generate_assignment", name, class_dir=tmp_path)
    stub = tmp_path / "release" / name / f"{name}.ipynb"
    works = {"student01": nbformat.read(stub, 4), "student02": snooping(nbformat.read(stub, 4)), "student03": solved(name, stub)}
    for student, work in works.items():
        (tmp_path / "submitted" / student / name).mkdir(parents=True)
        nbformat.write(work, tmp_path / "submitted" / student / name / f"{name}.ipynb")
    logs = [classroom.nbgrader(command, name, class_dir=tmp_path) for command in ("autograde", "generate_feedback")]
    table = subprocess.run([sys.executable, "-m", "autograde.marks", name], cwd=ROOT, text=True, capture_output=True, check=True,
                           env={**os.environ, "CLASS_DIR": str(tmp_path)})
    places = {str(path): path.read_bytes().decode("utf-8", "replace") for stage in ("release", "autograded", "feedback")
              for path in (tmp_path / stage).rglob("*") if path.is_file()}
    assert len(places) >= 3 + 2 * len(works)
    places |= {"the table of marks": table.stdout, "the log": "".join(log.stdout + log.stderr for log in logs)}
    found = [(word, place) for place, text in places.items() for word in canaries if word in text]
    assert not found
    graded = nbformat.read(tmp_path / "autograded" / "student02" / name / f"{name}.ipynb", 4)
    assert "found []" in str([cell.outputs for cell in graded.cells if cell.cell_type == "code"])


def solved(name, stub):
    """A right answer to the first task, so that its hidden tests run to their end; the rest as it was handed out."""
    work, task = nbformat.read(stub, 4), classroom.tasks(name)[0]
    for cell in work.cells:
        if cell.id == task:
            cell.source = classroom.right_answer(name, task)
    return work
