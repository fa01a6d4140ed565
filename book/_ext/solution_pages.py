"""Pages with the solutions of the assignments, written at build time from the solution notebooks.

A page ``book/solutions/NAME.md`` holds a title and an introduction; below them this extension puts every task of the
assignment NAME, with its solution folded away. The instructor's guide gets the wrong answers that the course collects,
with what the tests say to them, and the written questions with model answers and mark schemes. Where the configuration value ``show_solutions`` is false, as in the book of a class that
is graded, nothing of a solution gets into the pages.
"""
import csv
import re
from html import escape
from itertools import groupby
from operator import itemgetter
from pathlib import PurePosixPath

import nbformat

FOLDER = "book/solutions/"
GUIDE = "book/instructors-guide"
LEFT_OUT = "Your instructor has left the solutions out of this copy of the book.\n"
MARKED = re.compile(r"^ *### (BEGIN|END) SOLUTION *\n?", re.MULTILINE)
SCHEME = re.compile(r"=== BEGIN MARK SCHEME ===(.*?)=== END MARK SCHEME ===", re.DOTALL)


def setup(app):
    app.add_config_value("show_solutions", True, "env", types=[bool])
    app.connect("source-read", add_solution)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def add_solution(app, docname, source):
    """Append to a page what the solution notebooks have for it."""
    if docname != GUIDE and not docname.startswith(FOLDER):
        return
    if not app.config.show_solutions:
        source[0] += "\n" + LEFT_OUT
        return
    folder = app.srcdir / "solutions"
    if docname == GUIDE:
        path = app.srcdir / "tests" / "mutants" / "mistakes.csv"
        app.env.note_dependency(path)
        source[0] += mistakes(path) + "\n## Written questions\n"
        names = sorted(path.name for path in folder.iterdir() if (path / f"{path.name}.ipynb").is_file())
    else:
        names = [PurePosixPath(docname).name]
    for name in names:
        path = folder / name / f"{name}.ipynb"
        app.env.note_dependency(path)
        notebook = nbformat.read(path, 4)
        parts = written_question(name, notebook) if docname == GUIDE else blocks(notebook)
        source[0] += "\n" + "\n\n".join(parts) + "\n"


def mistakes(path):
    """The section on wrong answers: a folded table for each assignment."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = [{key: escape(text) for key, text in row.items()} for row in csv.DictReader(file)]
    section = ["\n## Common mistakes, and what the tests say\n",
               "The course keeps wrong answers to every task and proves that each one loses points. Here is every one, with the",
               "first thing that the tests said to it.\n"]
    for name, group in groupby(rows, key=itemgetter("assignment")):
        body = "".join("<tr><td><code>{task}</code></td><td>{mistake}</td><td>{message}</td></tr>".format(**row) for row in group)
        section.append(f"<details><summary>{name}</summary><table class='table'><thead><tr><th>task</th><th>mistake</th>"
                       f"<th>message</th></tr></thead><tbody>{body}</tbody></table></details>\n")
    return "\n".join(section)


def written_question(name, notebook):
    """The question of an assignment that is graded by hand, its model answer and its mark scheme."""
    cells = {cell.id: cell for cell in notebook.cells}
    heading, _, question = cells["written-question"].source.partition("\n")
    answer = MARKED.sub("", cells["written"].source)
    yield f"### {name}: {heading.strip('# ')}"
    yield question
    yield folded("A model answer", SCHEME.sub("", answer).strip())
    yield folded("Mark scheme", SCHEME.search(answer)[1].strip().replace("\n", "  \n"))


def blocks(notebook):
    """The notebook as Markdown: what is said in the open, what is to be found out in folded blocks."""
    for cell in notebook.cells[1:]:
        grader = cell.metadata.get("nbgrader", {})
        if grader.get("solution"):
            answer = SCHEME.sub("", MARKED.sub("", cell.source)).strip()
            if cell.cell_type == "code":
                yield folded(f"A solution of `{cell.id}`", code(answer))
            else:
                yield folded("A model answer", answer)
        elif grader.get("grade"):
            if cell.id.endswith("-hidden"):
                yield "*" + cell.source.partition("\n")[0].removeprefix("# ") + "*"
        elif cell.cell_type == "markdown":
            yield cell.source
        else:
            yield folded("The set-up cell" if grader else "The cell that shows it", code(cell.source))


def folded(title, text):
    return f":::::{{dropdown}} {title}\n{text}\n:::::"


def code(source):
    return f"```python\n{source}\n```"
