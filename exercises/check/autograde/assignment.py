"""An assignment as the instructor wrote it: the only source of tests, points and set-up."""
import ast
import functools
import hashlib
import json
import re
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from autograde.cells import is_grade, is_locked, is_solution

HIDDEN_BEGINS, HIDDEN_ENDS = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
LONGEST_SOURCE = 200_000  # characters of a code cell


@dataclass(frozen=True)
class Assignment:
    """The source notebook of an assignment and the files beside it.

    Attributes
    ----------
    name : str
        Of the assignment, of its folder and of its notebook.
    text : str
        The source notebook, as JSON.
    stub : str
        The notebook that students were given, as JSON.
    files : dict of bytes
        What lies beside the notebook and is handed out with it: {name: content}.
    """

    name: str
    text: str
    stub: str
    files: dict = field(repr=False)

    @classmethod
    def read(cls, course, name):
        """The assignment `name` of a course (nbgrader's ``CourseDirectory``). Raises FileNotFoundError in words."""
        source, release = (Path(course.format_path(folder, ".", name))
                           for folder in (course.source_directory, course.release_directory))
        for path in (source, release):
            if not (path / f"{name}.ipynb").is_file():
                raise FileNotFoundError(f"{path / name}.ipynb is not there. Is the assignment's name right, and has "
                                        f"`nbgrader generate_assignment {name}` been run?")
        from nbgrader.utils import find_all_files

        beside = [Path(path) for path in find_all_files(str(source), [*course.ignore, "*.ipynb"])]
        return cls(name, *((path / f"{name}.ipynb").read_text(encoding="utf-8") for path in (source, release)),
                   {path.name: path.read_bytes() for path in beside if path.parent == source})

    @functools.cached_property
    def cells(self):
        """The source's cells that nbgrader knows: {grade id: cell}, in order."""
        cells = nbformat.reads(self.text, 4).cells
        return {grade_id(cell): cell for cell in cells if grade_id(cell)}

    @functools.cached_property
    def stub_cells(self):
        """The same cells as students were given them."""
        cells = nbformat.reads(self.stub, 4).cells
        return {grade_id(cell): cell for cell in cells if grade_id(cell)}

    @functools.cached_property
    def stub_texts(self):
        """The texts of all cells that students were given, as `lines_of` gives them."""
        return {lines_of(cell.source) for cell in nbformat.reads(self.stub, 4).cells}

    @functools.cached_property
    def given_texts(self):
        """The texts of the cells that nbgrader knows, before a student changes one, and of the tests with the hidden ones."""
        locked = [cell for cell in self.cells.values() if not is_solution(cell)]
        return {lines_of(cell.source) for cell in (*self.stub_cells.values(), *locked)}

    @functools.cached_property
    def asked_for(self):
        """The names that the tasks ask students to define: the only ones that tests take from a student."""
        tasks = [name for name, cell in self.cells.items() if cell.cell_type == "code" and is_solution(cell)]
        return {bound for name in tasks for cells in (self.cells, self.stub_cells) for bound in names_bound(cells[name].source)}

    @functools.cached_property
    def known_names(self):
        """Every name in the source: they may stand in a message."""
        known = set()
        for cell in self.cells.values():
            if cell.cell_type == "code":
                for node in ast.walk(tree_of(cell.source)):
                    known |= {getattr(node, attribute) for attribute in ("id", "name", "attr", "arg")
                              if isinstance(getattr(node, attribute, None), str)}
        return known

    @functools.cached_property
    def digest(self):
        """A text that changes with the tests, the set-up and the files beside the notebook."""
        cells = [[cell.cell_type, cell.source, cell.metadata] for cell in (*self.cells.values(), *self.stub_cells.values())]
        files = {name: hashlib.sha256(content).hexdigest() for name, content in self.files.items()}
        return hashlib.sha256(json.dumps([cells, files], sort_keys=True).encode()).hexdigest()


def grade_id(cell):
    """nbgrader's name for a cell, or None."""
    data = cell.metadata.get("nbgrader")
    found = data.get("grade_id") if isinstance(data, dict) else None
    return found if isinstance(found, str) else None


def is_test(cell):
    """Whether the cell is one of tests, whose outcome is its mark."""
    return cell.cell_type == "code" and is_grade(cell) and not is_solution(cell)


def is_set_up(cell):
    """Whether the cell is the instructor's code, the same for everyone."""
    return cell.cell_type == "code" and is_locked(cell) and not is_grade(cell)


def is_hidden(cell):
    """Whether a cell of the source has hidden tests in it."""
    return HIDDEN_BEGINS in cell.source


def lines_of(text):
    """The lines of a cell without the white space at their ends, for comparing."""
    return tuple(line.rstrip() for line in text.strip().split("\n"))


def without_hidden(source):
    """The source of a test cell as students may see it."""
    shown, hidden = [], False
    for line in source.split("\n"):
        hidden = hidden or HIDDEN_BEGINS in line
        if not hidden:
            shown.append(line)
        hidden = hidden and HIDDEN_ENDS not in line
    return "\n".join(shown).rstrip()


def tree_of(source):
    """The syntax tree of a cell; an empty one if it has an error or is too long."""
    if len(source) <= LONGEST_SOURCE:
        for transform in (str, python_in):
            try:
                return ast.parse(transform(source))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                pass
    return ast.Module([], [])


def python_in(source):
    """A cell, line by line, with Python that does nothing in the place of IPython's own syntax.

    IPython's translation begins anew after each of its lines, and gives up after 500: a cell of many would take minutes.
    """
    return "\n".join(map(_python_line, textwrap.dedent(source).split("\n")))


def _python_line(line):
    code, indent = line.strip(), line[:len(line) - len(line.lstrip())]
    if code.startswith(("%", "!", "?")) or re.fullmatch(r"[\w.*]+\?+", code):
        return f"{indent}pass"
    name, _, value = code.partition("=")
    return f"{indent}{name}= None" if value.lstrip().startswith(("%", "!")) else line


@functools.lru_cache(1000)
def names_read(source):
    """The names that a cell of tests looks up anywhere in it."""
    return frozenset(node.id for node in ast.walk(tree_of(source))
                     if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))


def definitions_in(source):
    """The imports, functions and classes of a cell, without the code around them."""
    kinds = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    lines, nodes = source.split("\n"), [node for node in tree_of(source).body if isinstance(node, kinds)]
    starts = [min([node.lineno, *(part.lineno for part in getattr(node, "decorator_list", []))]) for node in nodes]
    return "\n\n".join("\n".join(lines[start - 1:node.end_lineno]) for start, node in zip(starts, nodes))


@functools.lru_cache(4000)  # more than a submission has cells: each is asked for again and again
def names_bound(source):
    """The names that a cell defines for the cells after it."""
    bound, todo = set(), tree_of(source).body
    while todo:
        node = todo.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            bound |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound.add(node.id)
        elif not isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            todo += ast.iter_child_nodes(node)
    return frozenset(bound)
