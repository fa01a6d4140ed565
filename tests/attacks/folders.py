"""Attacks by what lies in a student's folder: links, names, metadata, scripts. Each is a function that fills the folder."""
import json
import os
import socket

import nbformat

import hostile
from hostile import BREACH, CANARIES, NAME, Attack

ATTACKS = {"folders": [], "endless": []}
WORK = f"{NAME}.ipynb"


def attack(kind, words, group="folders", solved=()):
    """Put a function that fills a student's folder, maybe with honest answers too, into one of the classes."""
    def note(build):
        ATTACKS[group].append(Attack(kind, words, f"{group}{len(ATTACKS[group]) + 1:02}", solved=solved, build=build))
        return build
    return note


def notebook(course, folder, change=lambda cells: None, solved=(), metadata=None):
    """Hand in the stub after ``change({name: cell})``."""
    work = hostile.paper(course.dir, {}, solved)
    change({cell.id: cell for cell in work.cells})
    work.metadata.update(metadata or {})
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WORK).write_text(json.dumps(work))


def each(cells, kind):
    return [cell for name, cell in cells.items() if name.endswith(kind)]


@attack("links", "the notebook is a link to the solution")
def _(course, folder):
    folder.mkdir()
    (folder / WORK).symlink_to(course.dir / "solutions" / NAME / WORK)


@attack("links", "the notebook is a second name of the solution's file")
def _(course, folder):
    folder.mkdir()
    os.link(course.dir / "solutions" / NAME / WORK, folder / WORK)


@attack("links", "the notebook is a second name of another student's file")
def _(course, folder):
    folder.mkdir()
    work = course.folder("neighbour") / WORK
    work.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(hostile.paper(course.dir, {("after", "setup"): f"# {CANARIES['neighbour']}"}, hostile.TASKS), work)
    os.link(work, folder / WORK)


@attack("links", "the folder is a link to another student's")
def _(course, folder):
    folder.symlink_to(course.folder("aa-honest"))


@attack("links", "the student's own folder is a link to another's")
def _(course, folder):
    folder.parent.rmdir()
    folder.parent.symlink_to(course.folder("aa-honest").parent)


@attack("links", "the folder is a link to the solutions")
def _(course, folder):
    folder.symlink_to(course.dir / "solutions" / NAME)


@attack("links", "files beside the notebook that are links")
def _(course, folder):
    notebook(course, folder)
    for number, target in enumerate([course.dir / "instructor.txt", course.dir / "solutions" / NAME / WORK, course.dir / "gradebook.db",
                                     "/etc/passwd", "/dev/zero", "/", "/proc/self/environ", course.folder("aa-honest") / WORK]):
        (folder / f"link{number}.txt").symlink_to(target)
    os.link(course.dir / "instructor.txt", folder / "hard.txt")
    (folder / "timestamp.txt").symlink_to(course.dir / "home" / ".ssh" / "id_ed25519")
    (folder / "deep").symlink_to(course.dir)


@attack("links", "the notebook is a link to a file without an end")
def _(course, folder):
    folder.mkdir()
    (folder / WORK).symlink_to("/dev/zero")


@attack("links", "the notebook is a named pipe, and beside it lie a socket and a deep folder")
def _(course, folder):
    folder.mkdir()
    os.mkfifo(folder / WORK)
    os.mkfifo(folder / "timestamp.txt")
    here = os.getcwd()
    os.chdir(folder)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("socket.ipynb")
    os.chdir(here)
    (folder / "/".join("abcdefghijklmnopqrstuvwxyz")).mkdir(parents=True)


@attack("links", "the notebook's name leads out of the folder")
def _(course, folder):
    folder.mkdir()
    for name in ["..\\..\\evil.ipynb", f".{WORK}.unfinished", f".{NAME}.unfinished", "-rf", "--", "$(reboot).txt", "a\nb.txt",
                 "\x1b[2Jc.txt", "con", "%2e%2e%2fd.txt", "zz-honest: MADE UP.txt", "<script>alert(1)<", "…\u202etxt.exe"]:
        (folder / name).write_text("{}")
    (folder / "<script>alert(1)<.ipynb").write_text("{}")
    (folder / "\x1b[2J\nzz-honest: MADE UP.ipynb").write_text("{}")


@attack("modules", "files that shadow the libraries, the checks and the grader")
def _(course, folder):
    notebook(course, folder)
    code = f"print('{BREACH}: imported from the submission')\nagrees = refuses = matches = call = lambda *a, **k: True\n" \
        "random_numbers = forbid_other_libraries = in_students_process = lambda *a: None\n"
    for name in ["numpy", "checks", "matplotlib", "autograde", "json", "random", "zmq", "sitecustomize", "usercustomize", "IPython",
                 "nbgrader_config", "conftest", "builtins", "warnings", "traceback", "debugpy", "ipython_config", "io", "copy"]:
        (folder / f"{name}.py").write_text(code)
    (folder / "photograph.npz").write_bytes(b"not an archive")
    (folder / "startup.pth").write_text("import numpy")


@attack("modules", "a folder that shadows the grader's package")
def _(course, folder):
    notebook(course, folder)
    for package in ("autograde", "numpy", ".ipython/profile_default/startup", "IPython"):
        (folder / package).mkdir(parents=True)
        (folder / package / "__init__.py").write_text(f"print('{BREACH}')")


@attack("tags", "cells of tests that are to be skipped")
def _(course, folder):
    def change(cells):
        for cell in cells.values():
            cell.metadata["tags"] = ["skip-execution", "raises-exception", "remove-cell", "nbgrader-skip", "hide-input"]
    notebook(course, folder, change)


@attack("tags", "points, flags and types of cells changed")
def _(course, folder):
    def change(cells):
        for cell in each(cells, "-visible") + each(cells, "-hidden"):
            cell.metadata.nbgrader.update(points=1000, locked=False, solution=True, schema_version=3)
            cell.source = "1000"
        for name in hostile.TASKS:
            cells[name].metadata.nbgrader.update(grade=True, points=1000, solution=False, locked=True)
    notebook(course, folder, change)


@attack("tags", "cells of tests emptied, retyped and with outputs of success")
def _(course, folder):
    def change(cells):
        for number, cell in enumerate(each(cells, "-visible") + each(cells, "-hidden")):
            cell.source, cell.cell_type = "", ["code", "markdown", "raw"][number % 3]
            cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "1000"})]
            cell.execution_count = 1
    notebook(course, folder, change)


@attack("tags", "the notebook says that it has been graded")
def _(course, folder):
    notebook(course, folder, metadata={
        "autograde": {"complete": True, "readable": True, "submission": "", "notes": [f"{BREACH}"]}, "celltoolbar": "Create Assignment",
        "kernelspec": {"name": "bash", "language": "bash", "display_name": "x", "argv": ["sh", "-c", "reboot"]},
        "nbgrader": {"score": 1000}, "language_info": {"name": "bash"}})


@attack("tags", "cells under the names of tests that are not theirs")
def _(course, folder):
    def change(cells):
        for name in hostile.TASKS:
            cells[name].metadata.nbgrader["grade_id"], cells[f"{name}-hidden"].metadata.nbgrader["grade_id"] = f"{name}-hidden", name
            cells[name].source = "assert True"
    notebook(course, folder, change)


@attack("tags", "names of cells that are no names")
def _(course, folder):
    def change(cells):
        odd = [["a"], {"a": 1}, 5, None, True, "../../x", "x" * 10_000, "\x1b[2J", "'; drop table grade; --", "<script>", ""]
        for value, cell in zip(odd, list(cells.values())[1:], strict=False):
            cell.metadata["nbgrader"] = {"grade_id": value, "grade": value, "points": value}
            cell["id"] = value
    notebook(course, folder, change)


@attack("copies", "every cell of tests ten times over")
def _(course, folder):
    folder.mkdir()
    work = hostile.paper(course.dir, {})
    work.cells = [cell for cell in work.cells for _ in range(10 if cell.id.endswith(("-visible", "-hidden")) else 1)]
    (folder / WORK).write_text(json.dumps(work))


@attack("copies", "the autograded copy of another student's, with marks in it")
def _(course, folder):
    def change(cells):
        for cell in each(cells, "-hidden"):
            cell.metadata.nbgrader["checksum"] = "0" * 32
            cell.outputs = []
            cell.source += "\n### BEGIN HIDDEN TESTS\nassert True\n### END HIDDEN TESTS"
    notebook(course, folder, change, metadata={"autograde": {"submission": "0", "complete": True}})


SCRIPT = "<script>document.title = 'RAN'; alert('RAN')</script>"
MARKUP = [SCRIPT, "<img src=x onerror=\"alert('RAN')\">", "<svg onload=\"alert('RAN')\"></svg>",
          "[click](javascript:alert('RAN'))", f"<iframe srcdoc=\"{SCRIPT}\"></iframe>", "<a href='javascript:alert(1)'>RAN</a>",
          "<style>body { background: url('http://127.0.0.1/RAN') }</style>", "<meta http-equiv=refresh content='0;url=http://127.0.0.1/'>",
          f"</pre></code></div></body>{SCRIPT}", "<form action='http://127.0.0.1/'><input name=x autofocus onfocus=alert(1)></form>",
          "![x](http://127.0.0.1/RAN.png)", "<base href='http://127.0.0.1/'>", f"<!-- {SCRIPT} -->",
          "$\\href{javascript:alert(1)}{x}$ $$\\unicode{<script>alert(1)</script>}$$", "{{ 7 * 7 }}{% raw %}", "<details open ontoggle=alert(1)>"]


@attack("script", "in a written answer")
def _(course, folder):
    notebook(course, folder, lambda cells: cells["written"].update(source="\n\n".join(MARKUP)))


@attack("script", "in code, comments and markdown of the student's own")
def _(course, folder):
    def change(cells):
        for name in hostile.TASKS:
            cells[name].source = "\n".join(f"# {text}" for text in MARKUP) + f"\n'''{SCRIPT}'''"
    notebook(course, folder, change)


@attack("script", "in outputs, errors and notes")
def _(course, folder):
    def change(cells):
        cells["output_shape"].source = f"""
from IPython.display import HTML, Javascript, SVG, Markdown, display
for text in {MARKUP!r}:
    display(HTML(text), Markdown(text), {{"text/html": text, "image/svg+xml": text, "application/javascript": text, "text/latex": text}}, raw=True)
    display(HTML(text)), display(Markdown(text)), display(Javascript("alert('RAN')")), print(text)
raise type({SCRIPT!r}, (Exception,), {{}})({SCRIPT!r})
"""
        cells["corr2d"].source = f"def corr2d(image, kernel):\n    raise ValueError({SCRIPT!r})"
        cells["box_filter"].source = f"def box_filter(image, size): ...\nbox_filter.__name__ = box_filter.__qualname__ = {SCRIPT!r}"
    notebook(course, folder, change)
    (folder / f"{SCRIPT.replace('/', '')}.ipynb").write_text("{}")
    (folder / f"{NAME}.html").write_text(SCRIPT)
    (folder / "index.html").write_text(SCRIPT)


@attack("time", "marks of merge conflicts that never end")
def _(course, folder):
    folder.mkdir()
    (folder / WORK).write_text("<<<<<<< a\n" * 3000 + "=======\n" * 3000 + "x" * 3000)


@attack("time", "lists in lists in lists")
def _(course, folder):
    folder.mkdir()
    (folder / WORK).write_text('{"cells": ' + "[" * 500_000)
    (folder / "other.ipynb").write_text('{"cells": [' + '{"cell_type": "code", "source": [' * 5000 + "]}" * 5000 + "]}")


@attack("time", "cells of magics that change with every pass")
def _(course, folder):
    notebook(course, folder, lambda cells: cells["output_shape"].update(source="!ls\n" * 600 + "x = 1\n" * 5000 + "import os\nos._exit(1)"))


@attack("time", "more magics than IPython takes, where an answer is looked for", solved=("output_shape", "corr2d"))
def _(course, folder):
    folder.mkdir()
    work = hostile.paper(course.dir, {("after", "setup"): "!ls\n" * 501}, ["output_shape", "corr2d"])
    (folder / WORK).write_text(json.dumps(work))


@attack("time", "hundreds of cells without an end", group="endless")
def _(course, folder):
    folder.mkdir()
    work = hostile.paper(course.dir, {})
    work.cells[1:1] = [nbformat.v4.new_code_cell("while True: pass") for _ in range(300)]
    (folder / WORK).write_text(json.dumps(work))


@attack("time", "a time stamp of many digits")
def _(course, folder):
    notebook(course, folder)
    (folder / "timestamp.txt").write_text("2026-" + "1 2 " * 2_000_000)


@attack("memory", "large files that are not there")
def _(course, folder):
    folder.mkdir()
    for name in [WORK, *(f"{number}.ipynb" for number in range(40)), *(f"{number}.txt" for number in range(300))]:
        with open(folder / name, "wb") as file:
            file.truncate(60 << 20)
