"""What students hand in: a hundred kinds of damaged submission, each with its marks and with the lines that it is told.

Every kind starts as a notebook in which all tasks of the assignment are answered rightly. A builder damages it: it changes
the notebook, which is a plain dict, or returns other bytes to store in its place, or puts into the student's folder what it
likes and returns `DONE`.
"""
import copy
import json
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field

import nbformat

NAME = "01-cross-correlation"
FILE = f"{NAME}.ipynb"
SECONDS = 8
ALL = {"output_shape": 2, "corr2d": 5, "convolve2d": 3, "box_filter": 3, "match_template": 5}
NONE = dict.fromkeys(ALL, 0)
TESTS = [f"{task}-{sort}" for task in ALL for sort in ("visible", "hidden")]
DONE = object()
KINDS = []


@dataclass(frozen=True)
class Kind:
    """One student.

    Attributes
    ----------
    words : str
        What is wrong.
    damage : function of (notebook, folder)
    marks : dict
        {task: points}
    notes : list of str
        The lines that instructor and student read; of one that ends with "…", the beginning.
    student : str
    answer : str
        What becomes of the written answer: it "waits" for a person, or there is "no response".
    said : dict
        What the first failing test of a task says: {task: words}.
    """

    words: str
    damage: Callable
    marks: dict
    notes: list
    student: str
    answer: str = "waits"
    said: dict = field(default_factory=dict)


def kind(words, *notes, student=None, answer="waits", said=(), unreadable=False, **marks):
    """Make a kind of the decorated builder; marks are full but for those that are named."""
    def decorate(damage):
        number = f"student{len(KINDS) + 1:03}"
        expected = NONE if unreadable else {**ALL, **marks}
        KINDS.append(Kind(words, damage, expected, list(notes), student or number,
                          "no response" if unreadable else answer, dict(said)))
        return damage
    return decorate


def cell(notebook, name):
    """The first cell that is called `name`."""
    return next(cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") == name)


def place(notebook, name):
    return notebook["cells"].index(cell(notebook, name))


def code(source):
    """A new cell of the student's own."""
    return {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": source}


def text(source):
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def after(notebook, name, new):
    notebook["cells"].insert(place(notebook, name) + 1, new)


def tests(notebook):
    return [cell(notebook, name) for name in TESTS]


def unwrite(notebook, *tasks):
    """Leave these tasks as they are handed out: not written yet."""
    for task in tasks:
        cell(notebook, task)["source"] = f"def {task}(*arguments):\n    raise NotImplementedError('replace this line with your code')"


def add(notebook, task, source):
    """Add code to a task's cell."""
    cell(notebook, task)["source"] += "\n" + source


def store(folder, notebook, name=FILE):
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(notebook))
    return DONE


# ---------------------------------------------------------------------------------------------------------------- cells

TWICE = "Cells were there more than once, and the last changed one counts: {}."
RESTORED = "Cells that may not be changed had been changed and were restored: {}."
DATA = "The points, flags, tags or schema of cells had been changed and were restored: {}."
PUT_BACK = "Cells were missing and were put back: {}."
FOUND = "Cells had lost their names and were found again: {}."
TAKEN = "Answers stood in other cells and were taken from there: {}."
MOVED = "Cells of tests were out of order and were moved down."
TOO_LONG = "Cells were too long and count as empty (200,000 characters of code or lines of text is the most, 500,000 in all cells " \
    "together): {}."


@kind("a cell of tests copied", TWICE.format("corr2d-visible"))
def _(notebook, folder):
    after(notebook, "corr2d-visible", copy.deepcopy(cell(notebook, "corr2d-visible")))


@kind("a task copied with its answer", TWICE.format("corr2d"))
def _(notebook, folder):
    after(notebook, "corr2d", copy.deepcopy(cell(notebook, "corr2d")))


@kind("a draft kept, the answer in a copy at the end", TWICE.format("corr2d"), MOVED)
def _(notebook, folder):
    notebook["cells"].append(copy.deepcopy(cell(notebook, "corr2d")))
    cell(notebook, "corr2d")["source"] = "def corr2d(image, kernel):\n    return None"


@kind("the stub of a task pasted again below its answer", TWICE.format("corr2d"))
def _(notebook, folder):
    stub = copy.deepcopy(cell(notebook, "corr2d"))
    stub["source"] = notebook["metadata"]["stubs"]["corr2d"]
    after(notebook, "corr2d", stub)


@kind("every cell copied", TWICE.format(", ".join(
    ["setup", *(name for task in ALL for name in (task, f"{task}-visible", f"{task}-hidden")), "written-question", "written"])))
def _(notebook, folder):
    notebook["cells"] = [twin for one in notebook["cells"] for twin in (one, copy.deepcopy(one))]


@kind("a task split in two cells", TWICE.format("corr2d"))
def _(notebook, folder):
    second = copy.deepcopy(cell(notebook, "corr2d"))
    second["id"] = "new"
    after(notebook, "corr2d", second)
    cell(notebook, "corr2d")["source"] = "def helper(image):\n    return image"
    second["source"] = second["source"].replace("    if image.ndim", "    image = helper(image)\n    if image.ndim")


@kind("a cell of tests split in two", TWICE.format("corr2d-visible"), RESTORED.format("corr2d-visible"))
def _(notebook, folder):
    second = copy.deepcopy(cell(notebook, "corr2d-visible"))
    first = cell(notebook, "corr2d-visible")
    first["source"], second["source"] = first["source"].split("\n\n")
    after(notebook, "corr2d-visible", second)


@kind("two tasks merged into one cell", "The cells of tasks are missing: convolve2d.")
def _(notebook, folder):
    add(notebook, "corr2d", "\n" + cell(notebook, "convolve2d")["source"])
    notebook["cells"].remove(cell(notebook, "convolve2d"))


@kind("a task merged into the one after it, and its tests stay above", "The cells of tasks are missing: corr2d.", MOVED)
def _(notebook, folder):
    add(notebook, "convolve2d", "\n" + cell(notebook, "corr2d")["source"])
    notebook["cells"].remove(cell(notebook, "corr2d"))


@kind("a task merged with its tests", PUT_BACK.format("corr2d-visible"))
def _(notebook, folder):
    add(notebook, "corr2d", "\n" + cell(notebook, "corr2d-visible")["source"])
    notebook["cells"].remove(cell(notebook, "corr2d-visible"))


@kind("all tests deleted", PUT_BACK.format(", ".join(TESTS)))
def _(notebook, folder):
    for each in tests(notebook):
        notebook["cells"].remove(each)


@kind("a task deleted", "The cells of tasks are missing: match_template.", match_template=0,
      said={"match_template": "match_template is not there: no cell that could be run defines it."})
def _(notebook, folder):
    notebook["cells"].remove(cell(notebook, "match_template"))


@kind("the set-up deleted", PUT_BACK.format("setup"))
def _(notebook, folder):
    notebook["cells"].remove(cell(notebook, "setup"))


@kind("the set-up changed: an import added that a task needs, another one lost", RESTORED.format("setup"))
def _(notebook, folder):
    setup = cell(notebook, "setup")
    setup["source"] = "import math\n" + setup["source"].replace("import numpy as np", "")
    source = cell(notebook, "match_template")["source"]
    cell(notebook, "match_template")["source"] = source.replace("best, place = -np.inf", "best, place = -math.inf")


@kind("the set-up moved to the end")
def _(notebook, folder):
    notebook["cells"].append(notebook["cells"].pop(place(notebook, "setup")))


@kind("tests changed so that they always pass", RESTORED.format(", ".join(f"{task}-visible" for task in ALL)), **NONE,
      said={"corr2d": "corr2d is not written yet."})
def _(notebook, folder):
    unwrite(notebook, *ALL)
    for task in ALL:
        cell(notebook, f"{task}-visible")["source"] = "assert True"


@kind("a function that a task needs, defined in a cell of tests", RESTORED.format("output_shape-visible"))
def _(notebook, folder):
    cell(notebook, "output_shape-visible")["source"] += "\ndef as_float(image):\n    return image.astype(np.float64)"
    source = cell(notebook, "match_template")["source"]
    cell(notebook, "match_template")["source"] = source.replace("image.astype(np.float64)", "as_float(image)")


@kind("a task made a text cell", "The cell corr2d had become a markdown cell and was made a code cell again.")
def _(notebook, folder):
    cell(notebook, "corr2d")["cell_type"] = "markdown"


@kind("a task made a raw cell", "The cell corr2d had become a raw cell and was made a code cell again.")
def _(notebook, folder):
    cell(notebook, "corr2d")["cell_type"] = "raw"


@kind("tests made text cells", RESTORED.format("corr2d-visible, box_filter-hidden"))
def _(notebook, folder):
    for name in ("corr2d-visible", "box_filter-hidden"):
        cell(notebook, name)["cell_type"] = "markdown"


@kind("all text made code")
def _(notebook, folder):
    for each in notebook["cells"]:
        if not each["metadata"].get("nbgrader"):
            each |= {"cell_type": "code", "outputs": [], "execution_count": None}


@kind("all cells in reverse order", MOVED)
def _(notebook, folder):
    notebook["cells"].reverse()


@kind("two tasks and their tests swapped", MOVED)
def _(notebook, folder):
    cells, corr2d, convolve2d, box_filter = notebook["cells"], *(place(notebook, name) for name in
                                                                 ("corr2d", "convolve2d", "box_filter"))
    notebook["cells"] = cells[:corr2d] + cells[convolve2d:box_filter] + cells[corr2d:convolve2d] + cells[box_filter:]


@kind("the names of two tasks swapped", MOVED)
def _(notebook, folder):
    one, other = cell(notebook, "corr2d"), cell(notebook, "box_filter")
    one["metadata"], other["metadata"] = other["metadata"], one["metadata"]


@kind("tasks given other names", FOUND.format("corr2d"), TAKEN.format("box_filter"))
def _(notebook, folder):
    for task in ("corr2d", "box_filter"):
        cell(notebook, task)["metadata"]["nbgrader"]["grade_id"] = f"my-{task}"
    notebook["cells"][place(notebook, "my-box_filter")]["id"] = "new"


@kind("a task given the name of its tests", FOUND.format("corr2d"))
def _(notebook, folder):
    cell(notebook, "corr2d")["metadata"]["nbgrader"]["grade_id"] = "corr2d-visible"


@kind("all names and identifiers lost",
      FOUND.format(", ".join(["setup", *TESTS, "written-question"])), TAKEN.format(", ".join([*ALL, "written"])))
def _(notebook, folder):
    for each in notebook["cells"]:
        each["metadata"] = {}
        each.pop("id", None)


@kind("nothing but the functions in a new notebook", TAKEN.format(", ".join(ALL)), PUT_BACK.format(", ".join(
    ["setup", *TESTS, "written-question", "written"])),
    answer="no response")
def _(notebook, folder):
    notebook["cells"] = [code(cell(notebook, task)["source"]) for task in ALL]


@kind("the answer in a cell below the tests, the stub left", TAKEN.format("corr2d"), MOVED)
def _(notebook, folder):
    notebook["cells"].append(code(cell(notebook, "corr2d")["source"]))
    cell(notebook, "corr2d")["source"] = notebook["metadata"]["stubs"]["corr2d"]


@kind("points changed", DATA.format(", ".join(TESTS)))
def _(notebook, folder):
    for each in tests(notebook):
        each["metadata"]["nbgrader"]["points"] = 100


@kind("flags changed", DATA.format("corr2d, corr2d-visible, corr2d-hidden"))
def _(notebook, folder):
    cell(notebook, "corr2d")["metadata"]["nbgrader"].update(solution=False, locked=True)
    cell(notebook, "corr2d-visible")["metadata"]["nbgrader"].update(grade=False, solution=True, locked=False)
    cell(notebook, "corr2d-hidden")["metadata"]["nbgrader"].update(grade="no", task=True, points=None)


@kind("tests tagged to be skipped", DATA.format(", ".join(TESTS)),
      **NONE)
def _(notebook, folder):
    unwrite(notebook, *ALL)
    for each in tests(notebook):
        each["metadata"]["tags"] = ["skip-execution"]


for version in (1, 99, "three"):
    @kind(f"schema {version}", DATA.format("setup, corr2d, corr2d-hidden, written"))
    def _(notebook, folder, version=version):
        for name in ("setup", "corr2d", "corr2d-hidden", "written"):
            cell(notebook, name)["metadata"]["nbgrader"]["schema_version"] = version


@kind("all cells with the same identifier")
def _(notebook, folder):
    for each in notebook["cells"]:
        each["id"] = "corr2d"


@kind("a task emptied", "The cell match_template is empty.", match_template=0,
      said={"match_template": "match_template is not there: no cell that could be run defines it."})
def _(notebook, folder):
    cell(notebook, "match_template")["source"] = " \n"


@kind("thousands of cells", "The notebook has 5000 cells: 2000 were looked at.")
def _(notebook, folder):
    thoughts = [text(f"Thought {number}") for number in range(5000 - len(notebook["cells"]))]
    notebook["cells"] = [*thoughts, *notebook["cells"]]


@kind("the answer among magics in a cell of the student's own, the stub left", TAKEN.format("corr2d"))
def _(notebook, folder):
    source = "%%time\n!ls\nfiles = !ls\nif files:\n    %pwd\nnp.pad?\n" + cell(notebook, "corr2d")["source"]
    after(notebook, "corr2d", code(source))
    cell(notebook, "corr2d")["source"] = notebook["metadata"]["stubs"]["corr2d"]


@kind("more code than can be read, in a task and in a cell of the student's own",
      TOO_LONG.format("match_template, a cell of the student's own"), "The cell match_template is empty.", match_template=0,
      said={"match_template": "match_template is not there: no cell that could be run defines it."})
def _(notebook, folder):
    add(notebook, "match_template", "# a thought\n" * 20_000)
    after(notebook, "setup", code("x = 1\n" * 40_000))


@kind("more code than can be read, in many cells of the student's own", TOO_LONG.format("a cell of the student's own"))
def _(notebook, folder):
    notebook["cells"][1:1] = [code("# a thought\n" * 10_000) for _ in range(6)]


@kind("more lines of text than can be read", TOO_LONG.format("a cell of the student's own"))
def _(notebook, folder):
    after(notebook, "setup", text("-\n" * 300_000))


@kind("a megabyte in a picture pasted into the written answer")
def _(notebook, folder):
    cell(notebook, "written")["source"] += f"\n\n![plot](data:image/png;base64,{'iVBOR' * 200_000})"


# ------------------------------------------------------------------------------------------------- the written answer

@kind("the written answer deleted", PUT_BACK.format("written"), answer="no response")
def _(notebook, folder):
    notebook["cells"].remove(cell(notebook, "written"))


@kind("the written answer left as it was", answer="no response")
def _(notebook, folder):
    cell(notebook, "written")["source"] = "*Replace this line with your answer.*"


@kind("the written answer emptied", "The cell written is empty.", answer="no response")
def _(notebook, folder):
    cell(notebook, "written")["source"] = ""


@kind("the written answer given another name and identifier", TAKEN.format("written"))
def _(notebook, folder):
    answer = cell(notebook, "written")
    answer["id"], answer["metadata"]["nbgrader"]["grade_id"] = "new", "my-answer"


@kind("the written answer made code", "The cell written had become a code cell and was made a markdown cell again.")
def _(notebook, folder):
    cell(notebook, "written")["cell_type"] = "code"


@kind("the written answer in a new cell beside the untouched one", TAKEN.format("written"))
def _(notebook, folder):
    after(notebook, "written", text(cell(notebook, "written")["source"]))
    cell(notebook, "written")["source"] = "*Replace this line with your answer.*"


@kind("the written answer below the question, in its cell", TAKEN.format("written"), PUT_BACK.format("written-question"))
def _(notebook, folder):
    cell(notebook, "written-question")["source"] += "\n\n" + cell(notebook, "written")["source"]
    cell(notebook, "written")["source"] = "*Replace this line with your answer.*"


# ------------------------------------------------------------------------------------------------------------ the file

FORMAT = "The notebook is stored in another format than Jupyter's present one (nbformat {} instead of 4)."
UNREADABLE = FILE + " cannot be read: {}."
STORED = "The notebook is stored as {} instead of UTF-8."
INSTEAD = "The notebook was handed in as {} instead of " + FILE + "."


@kind("nbformat 3", FORMAT.format(3))
def _(notebook, folder):
    old = nbformat.convert(nbformat.from_dict(notebook), 3)
    return json.dumps(old).encode()


@kind("a newer nbformat", FORMAT.format(7))
def _(notebook, folder):
    notebook["nbformat"] = 7
    for each in notebook["cells"]:
        each["of the future"] = {"unknown": 1}


@kind("no nbformat")
def _(notebook, folder):
    del notebook["nbformat"], notebook["nbformat_minor"], notebook["metadata"]


@kind("cut off", UNREADABLE.format("it is not valid JSON from line 1 on"), unreadable=True,
      said={"corr2d": "No point could be given. " + UNREADABLE.format("it is not valid JSON from line 1 on")})
def _(notebook, folder):
    return json.dumps(notebook).encode()[:5000]


@kind("empty", UNREADABLE.format("it is empty"), unreadable=True)
def _(notebook, folder):
    return b""


@kind("only white space and zeros", UNREADABLE.format("it is empty"), unreadable=True)
def _(notebook, folder):
    return b"\n \0\0\0\0\n"


for content in ("[]", '"text"', "3", "null", "{}", '{"cells": 3}', '{"worksheets": [3]}'):
    @kind(f"JSON that is no notebook: {content}", UNREADABLE.format("it is not a notebook"), unreadable=True)
    def _(notebook, folder, content=content):
        return content.encode()


@kind("JSON a hundred thousand levels deep", UNREADABLE.format("it is not a notebook"), unreadable=True)
def _(notebook, folder):
    return b"[" * 100_000 + b"]" * 100_000


@kind("a number with a million digits", UNREADABLE.format("it is not valid JSON from line 1 on"), unreadable=True)
def _(notebook, folder):
    return b'{"cells": [' + b"1" * 1_000_000 + b"]}"


MANY = "it is too large (more than 1,000,000 values)"


@kind("JSON of a million values", UNREADABLE.format(MANY), unreadable=True)
def _(notebook, folder):
    notebook["metadata"]["values"] = [{"": 0}] * 600_000


@kind("a million values in a text that a cell printed")
def _(notebook, folder):
    cell(notebook, "corr2d")["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "[0, 1], " * 700_000}]


@kind("a million values behind the marks of a merge conflict", UNREADABLE.format(MANY), unreadable=True)
def _(notebook, folder):
    return b'{"cells":\n<<<<<<< "\n[' + b"0," * 1_000_000 + b"0]\n=======\n[]\n>>>>>>> main\n}"


@kind("not JSON at all", UNREADABLE.format("it is not valid JSON from line 1 on"), unreadable=True)
def _(notebook, folder):
    return b"%PDF-1.7 \xff\xfe\x00 my work"


@kind("the marks of a merge conflict", "The notebook holds the marks of a merge conflict: its first version was graded.")
def _(notebook, folder):
    lines = json.dumps(notebook, indent=1).split("\n")
    line = next(number for number, line in enumerate(lines) if '"cells"' in line)
    lines[line:line] = ["<<<<<<< HEAD", ' "mine": 1,', "||||||| base", "=======", ' "theirs": 1,', ">>>>>>> main"]
    return "\r\n".join(lines).encode()


@kind("the marks of a merge conflict in the middle of a value",
      UNREADABLE.format("it holds the marks of a merge conflict, and neither version is valid JSON"), unreadable=True)
def _(notebook, folder):
    return b'{"cells":\n<<<<<<< HEAD\n[\n=======\n[\n>>>>>>> main\n'


for encoding, words in [("utf-16", "UTF-16"), ("utf-8-sig", "UTF-8 with a byte order mark"), ("cp1252", "Windows-1252")]:
    @kind(f"stored as {words}", STORED.format(words))
    def _(notebook, folder, encoding=encoding):
        cell(notebook, "written")["source"] += " UMLAUT"
        return json.dumps(notebook).replace("UMLAUT", "Größe").encode(encoding)


@kind("a folder in its place", f"There is no notebook: {FILE} was expected, an empty folder was found.", unreadable=True)
def _(notebook, folder):
    (folder / FILE).mkdir()
    return DONE


@kind("in a folder of the notebook's name", INSTEAD.format(f"{FILE}/{FILE}"))
def _(notebook, folder):
    return store(folder, notebook, f"{FILE}/{FILE}")


@kind("a named pipe in its place", UNREADABLE.format("it is a named pipe"), unreadable=True)
def _(notebook, folder):
    os.mkfifo(folder / FILE)
    return DONE


@kind("a socket in its place", UNREADABLE.format("it is a socket"), unreadable=True)
def _(notebook, folder):
    os.mknod(folder / FILE, stat.S_IFSOCK | 0o600)
    return DONE


@kind("a link in its place", UNREADABLE.format("it is a link"), unreadable=True)
def _(notebook, folder):
    store(folder.parent, notebook, "elsewhere.ipynb")
    (folder / FILE).symlink_to(folder.parent / "elsewhere.ipynb")
    return DONE


@kind("a hard link in its place", UNREADABLE.format("it is a hard link, a second name of another file"), unreadable=True)
def _(notebook, folder):
    store(folder.parent, notebook, "elsewhere.ipynb")
    (folder / FILE).hardlink_to(folder.parent / "elsewhere.ipynb")
    return DONE


@kind("a link that leads nowhere in its place", UNREADABLE.format("it is a link"), unreadable=True)
def _(notebook, folder):
    (folder / FILE).symlink_to("nowhere")
    return DONE


@kind("a link in the place of the folder", f"In the place of the folder {NAME} there is a link.", unreadable=True)
def _(notebook, folder):
    store(folder.parent / "elsewhere", notebook)
    folder.rmdir()
    folder.symlink_to(folder.parent / "elsewhere")
    return DONE


@kind("a file in the place of the folder", f"In the place of the folder {NAME} there is a file.", unreadable=True)
def _(notebook, folder):
    folder.rmdir()
    folder.write_text(json.dumps(notebook))
    return DONE


@kind("an empty folder", f"There is no notebook: {FILE} was expected, an empty folder was found.", unreadable=True)
def _(notebook, folder):
    return DONE


@kind("another file than a notebook", f"There is no notebook: {FILE} was expected, work.pdf, work.py was found.", unreadable=True)
def _(notebook, folder):
    (folder / "work.py").write_text("print(1)")
    (folder / "work.pdf").write_text("%PDF")
    return DONE


if os.getuid():
    unopened = {"unreadable": True}, [UNREADABLE.format("it cannot be opened (Permission denied)")]
else:
    unopened = {}, []  # nothing stops the system's administrator


@kind("without permission to read it", *unopened[1], **unopened[0])
def _(notebook, folder):
    store(folder, notebook)
    (folder / FILE).chmod(0)
    return DONE


for name in ("my work.ipynb", FILE.upper(), f"{NAME} (1).ipynb", f"{FILE}.txt", f"homework/part 1/{FILE}", "übung №1.ipynb"):
    @kind(f"handed in as {name}", INSTEAD.format(name))
    def _(notebook, folder, name=name):
        return store(folder, notebook, name)


@kind("several notebooks", f"There are several notebooks: {FILE} was graded, not Untitled.ipynb, backup/{FILE}.",
      "old.ipynb cannot be read: it is empty.")
def _(notebook, folder):
    store(folder, notebook)
    unwrite(notebook, *ALL)
    store(folder, notebook, f"backup/{FILE}")
    store(folder, {"nbformat": 4, "cells": []}, "Untitled.ipynb")
    (folder / "old.ipynb").write_bytes(b"")
    return DONE


@kind("the answers beside a notebook without a single cell of the assignment", INSTEAD.format("final.ipynb"),
      f"There are several notebooks: final.ipynb was graded, not {FILE}.")
def _(notebook, folder):
    store(folder, notebook, "final.ipynb")
    return store(folder, {"nbformat": 4, "cells": []})


@kind("the notebook of another assignment",
      f"None of the tasks of {NAME} is there: is this the notebook of another assignment?", answer="no response", **NONE)
def _(notebook, folder):
    notebook["cells"] = [code("def relu(x):\n    return x"), text("relu")]
    notebook["cells"][0]["metadata"] = {"nbgrader": {"grade_id": "relu", "solution": True, "grade": False}}


@kind("20 MB of stored outputs")
def _(notebook, folder):
    cell(notebook, "corr2d")["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 20_000_000}]


@kind("70 MB", UNREADABLE.format("it is too large (70 MB)"), unreadable=True)
def _(notebook, folder):
    with (folder / FILE).open("wb") as file:
        file.truncate(70 << 20)
    return DONE


@kind("outputs that are none")
def _(notebook, folder):
    for task, outputs in zip(ALL, (None, 3, [None], [{"output_type": "error"}], {"a": 1})):
        cell(notebook, task)["outputs"] = outputs


@kind("outputs and counters missing")
def _(notebook, folder):
    for each in notebook["cells"]:
        each.pop("outputs", None), each.pop("execution_count", None)


@kind("sources that are lists of lines")
def _(notebook, folder):
    for each in notebook["cells"]:
        each["source"] = [*each["source"].splitlines(keepends=True), None, 3]


@kind("a source that is null and one that is a number", "The cell match_template is empty.", "The cell written is empty.",
      match_template=0, answer="no response")
def _(notebook, folder):
    cell(notebook, "match_template")["source"] = None
    cell(notebook, "written")["source"] = 17


@kind("cells without a type")
def _(notebook, folder):
    for task in ALL:
        del cell(notebook, task)["cell_type"]
    cell(notebook, "setup")["cell_type"] = ["code"]


@kind("metadata that is null, or a text", FOUND.format("corr2d, box_filter, written-question"))
def _(notebook, folder):
    cells = [cell(notebook, name) for name in ("corr2d", "box_filter", "written-question")]
    for each, metadata in zip(cells, (None, "text", {"nbgrader": ["list"]})):
        each["metadata"] = metadata
    notebook["metadata"] = None


@kind("cells that are none")
def _(notebook, folder):
    notebook["cells"][2:2] = [None, 3, "text", [], {}]


@kind("half a surrogate pair in the code and in what it prints")
def _(notebook, folder):
    add(notebook, "corr2d", "# \ud83d\nprint('\\ud83d')")


@kind("Windows line ends, and tabs in the code")
def _(notebook, folder):
    for task in ALL:
        cell(notebook, task)["source"] = cell(notebook, task)["source"].replace("    ", "\t")
    for each in notebook["cells"]:
        each["source"] = each["source"].replace("\n", "\r\n")


# ----------------------------------------------------------------------------------------------- what lies beside it

@kind("a time stamp that is none", "The time stamp cannot be read, so the work counts as handed in without one.")
def _(notebook, folder):
    (folder / "timestamp.txt").write_text("yesterday")


@kind("a time stamp in bytes", "The time stamp cannot be read, so the work counts as handed in without one.")
def _(notebook, folder):
    (folder / "timestamp.txt").write_bytes(bytes(range(256)))


@kind("an empty time stamp")
def _(notebook, folder):
    (folder / "timestamp.txt").write_text("")


@kind("a folder in the place of the time stamp")
def _(notebook, folder):
    (folder / "timestamp.txt").mkdir()


@kind("a link in the place of the time stamp", "timestamp.txt cannot be read: it is a link.")
def _(notebook, folder):
    (folder / "timestamp.txt").symlink_to("/etc/hostname")


@kind("a helper module beside the notebook")
def _(notebook, folder):
    (folder / "helper.py").write_text("def as_float(image):\n    return image.astype('float64')")
    source = cell(notebook, "match_template")["source"].replace("image.astype(np.float64)", "helper.as_float(image)")
    cell(notebook, "match_template")["source"] = "import helper\n" + source


@kind("a helper module beside the notebook in a folder", INSTEAD.format(f"work/{FILE}"))
def _(notebook, folder):
    (folder / "work").mkdir()
    (folder / "work" / "helper.py").write_text("from numpy import inf")
    source = cell(notebook, "match_template")["source"].replace("-np.inf, None", "-helper.inf, None")
    cell(notebook, "match_template")["source"] = "import helper\n" + source
    return store(folder, notebook, f"work/{FILE}")


@kind("files with the names of libraries and of the assignment's own files")
def _(notebook, folder):
    for name in ("numpy.py", "checks.py", "photograph.npz", "sitecustomize.py", "json.py"):
        (folder / name).write_text("raise SystemExit")


@kind("files with names that are no text", "pi?e.txt cannot be read: it is a named pipe.")
def _(notebook, folder):
    os.mkfifo(os.fsencode(folder) + b"/pi\xffe.txt")
    (folder / "a\nb.txt").write_text("two lines")
    open(os.fsencode(folder) + b"/d\xe9j\xe0.txt", "w").close()


@kind("files of 20 MB", "large.bin cannot be read: it is too large (20 MB).")
def _(notebook, folder):
    with (folder / "large.bin").open("wb") as file:
        file.truncate(20 << 20)


@kind("three hundred files", "Only 200 of the files and folders were looked at.")
def _(notebook, folder):
    for number in range(300):
        (folder / f"0{number}.txt").touch()


for student in ("student 201", " student 202", "étudiant·e 203", "学生204", "student'205\"", "student;206&<b>", "-student207",
                "student%208{}", "*", "s" * 120):
    @kind(f"a student called {student}", student=student)
    def _(notebook, folder):
        pass


@kind("a student whose name has two lines", student="student_210")
def _(notebook, folder):
    store(folder, notebook)
    folder.parent.rename(folder.parent.with_name("student\n210"))
    return DONE


@kind("a student whose name is stored as Latin-1", student="étudiant 211")
def _(notebook, folder):
    store(folder, notebook)
    os.rename(folder.parent, os.fsencode(folder.parent.parent) + b"/\xe9tudiant 211")
    return DONE


# ------------------------------------------------------------------------------------------------------------ the code

STOPPED = f"When the cell {{}} was run, it was stopped after {SECONDS} seconds."
STOPS = "When the cell {} was run, it stopped with {}."
LOST = "When the cell {} was run, its process was lost: {}."
CALLED = "When the tests in match_template-{} called the student's code, {}."
ENDED, DEAF = "it ended by itself", "it did not stop when it was interrupted"


def _in_a_cell(words, source, *notes, **more):
    """Code at the end of the cell of a task, which costs no point: the function above it is defined."""
    @kind(f"{words} in a cell", *notes, **more)
    def _(notebook, folder):
        add(notebook, "match_template", source)


def _in_a_function(words, source, *notes, said, **more):
    """Code in a function that the tests call, which costs the points of that task and of no other."""
    @kind(f"{words} in a function", *notes, match_template=0, said={"match_template": said}, **more)
    def _(notebook, folder):
        lines = "\n    ".join(source.splitlines())
        cell(notebook, "match_template")["source"] = f"def match_template(image, template):\n    {lines}"


def _both(words, source, in_a_cell=(), in_a_function=(), said=""):
    _in_a_cell(words, source, *in_a_cell)
    _in_a_function(words, source, *in_a_function, said=said)


def _in_both_tests(words):
    return [CALLED.format("visible", words), CALLED.format("hidden", words)]


TEMPLATE = "match_template, a piece cut out of the image: "
LATE = _in_both_tests(f"it was stopped after {SECONDS} seconds")
KILLED = "When the tests called your code, its process was lost: {}."

_both("an endless loop", "while True:\n    pass", [STOPPED.format("match_template")], LATE,
      TEMPLATE + "the code was still running when the time was over.")
_both("an endless loop that cannot be interrupted",
      "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass",
      [LOST.format("match_template", DEAF)], _in_both_tests("its process was lost: the student's process does not answer"),
      KILLED.format("the student's process does not answer"))
_both("exit()", "exit()", [], [], TEMPLATE + "None came back, a tuple of 2 values was expected. Is a return statement missing?")
_both("sys.exit", "import sys\nsys.exit('over')", [STOPS.format("match_template", "SystemExit")], [],
      TEMPLATE + "the code stopped with Exception.")
_both("os._exit", "import os\nos._exit(0)", [LOST.format("match_template", ENDED)],
      _in_both_tests(f"its process was lost: {ENDED}"), KILLED.format(ENDED))
_both("a crash", "import ctypes\nctypes.string_at(0)", [LOST.format("match_template", ENDED)],
      _in_both_tests(f"its process was lost: {ENDED}"), KILLED.format(ENDED))
_both("too much memory at once", "np.ones((100_000, 100_000))", [STOPS.format("match_template", "MemoryError")], [],
      TEMPLATE + "the code stopped with MemoryError.")
_both("memory taken bit by bit", "hoard = []\nwhile True:\n    hoard.append(bytearray(1 << 24))",
      [STOPS.format("match_template", "MemoryError")], [], TEMPLATE + "the code stopped with MemoryError.")
_both("input()", "number = input('a number? ')", [STOPS.format("match_template", "an error")], [],
      TEMPLATE + "the code stopped with EOFError.")
_both("endless recursion", "def again(n):\n    return again(n + 1)\nagain(0)",
      [STOPS.format("match_template", "RecursionError")], [],
      TEMPLATE + "the code stopped with RecursionError.")
# How it ends depends on which limit it meets first.
_in_a_cell("a fork bomb", "import os\nwhile True:\n    os.fork()", "When the cell match_template was run, it…")
_in_a_cell("100 MB of output", "for _ in range(100_000):\n    print('x' * 1000)")
_in_a_cell("100 MB of output in one line", "print('x' * 100_000_000)")
_in_a_cell("threads that never end", "import threading, time\nfor daemon in (True, False):\n"
           "    threading.Thread(target=lambda: [time.sleep(0.01) for _ in iter(int, 1)], daemon=daemon).start()")
_in_a_cell("a process that never ends", "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'while True: pass'])")
_in_a_cell("figures in a loop", "for n in range(3):\n    plt.plot(range(n))\n    plt.show()")
_in_a_cell("stdout closed", "import sys\nsys.stdout = sys.stderr = None")
_in_a_cell("the files removed and the folder left", "import os\nos.remove('photograph.npz')\nos.remove('checks.py')\nos.chdir('/')")
_in_a_cell("random seeds set", "import random\nrandom.seed(0)\nnp.random.seed(0)")
_in_a_cell("names that the tests use", "agrees = refuses = random_numbers = cat = None\nimage = kernel = rng = by_loops = 7\n"
           "def sum(*numbers):\n    return 0\nfloat = zip = all = isinstance = None")
_in_a_cell("a library that is not there", "import pandas", STOPS.format("match_template", "ModuleNotFoundError"))
_in_a_cell("magics", "%time corr2d(np.eye(3), np.eye(2))\n%matplotlib inline\n!ls\nfiles = !ls\nnp.pad?")
_in_a_cell("top-level await", "import asyncio\nawait asyncio.sleep(0)\nasync def later():\n    return 1\nassert await later() == 1")
_in_a_cell("an error", "1 / 0", STOPS.format("match_template", "ZeroDivisionError"))


@kind("a syntax error", STOPS.format("match_template", "SyntaxError in line 2"), match_template=0,
      said={"match_template": "match_template is not there: when its cell was run, it stopped with SyntaxError in line 2."})
def _(notebook, folder):
    cell(notebook, "match_template")["source"] = "import numpy\ndef match_template(image, template)\n    return 0, 0"


@kind("a task timed by a magic of its cell")
def _(notebook, folder):
    cell(notebook, "corr2d")["source"] = "%%time\n" + cell(notebook, "corr2d")["source"]


@kind("the functions are asynchronous", match_template=0,
      said={"match_template": TEMPLATE + "a value of type object found, a tuple of 2 values expected."})
def _(notebook, folder):
    cell(notebook, "match_template")["source"] = "async def match_template(image, template):\n    return 0, 0"


@kind("warnings, prints and errors on stderr from a function")
def _(notebook, folder):
    source = cell(notebook, "match_template")["source"].replace("    rows, columns", (
        "    import sys, warnings\n    warnings.warn('careful')\n    print('working', file=sys.stderr)\n    print('on it')\n"
        "    np.float64(1) / 0\n    rows, columns"), 1)
    cell(notebook, "match_template")["source"] = source


@kind("a cell of the student's own that never ends", f"When a cell of the student's own was run, it was stopped after {SECONDS} seconds.")
def _(notebook, folder):
    after(notebook, "corr2d", code("import time\nwhile True:\n    time.sleep(1)"))


@kind("a cell of the student's own that ends the process", f"When a cell of the student's own was run, its process was lost: {ENDED}.")
def _(notebook, folder):
    after(notebook, "corr2d", code("helper = 1\nimport os\nos.kill(os.getpid(), 9)"))
