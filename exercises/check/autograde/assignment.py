"""An assignment as the instructor wrote it: the only source of tests, points and set-up."""
import ast
import functools
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from IPython.core.inputtransformer2 import TransformerManager

from autograde.cells import is_grade, is_locked, is_solution

HIDDEN_BEGINS, HIDDEN_ENDS = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"


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
                for node in ast.walk(tree_of(cell.source) or ast.Module([], [])):
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
    return tuple(line.rstrip() for line in text.strip().splitlines())


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
    """The syntax tree of a cell, or None if it has an error."""
    for transform in (str, TransformerManager().transform_cell):  # the second one knows IPython's own syntax; it is slow
        try:
            return ast.parse(transform(source))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            pass
    return None


@functools.lru_cache(1000)
def names_read(source):
    """The names that a cell of tests looks up anywhere in it."""
    nodes = ast.walk(tree_of(source) or ast.Module([], []))
    return frozenset(node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))


def definitions_in(source):
    """The imports, functions and classes of a cell, without the code around them."""
    kinds = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    lines = ["" if line.startswith(("%", "!")) else line for line in source.split("\n")]
    try:  # without IPython's own syntax, which takes long to read if there is much of it
        nodes = [node for node in ast.parse("\n".join(lines)).body if isinstance(node, kinds)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    starts = [min([node.lineno, *(part.lineno for part in getattr(node, "decorator_list", []))]) for node in nodes]
    return "\n\n".join("\n".join(lines[start - 1:node.end_lineno]) for start, node in zip(starts, nodes))


@functools.lru_cache(1000)
def names_bound(source):
    """The names that a cell defines for the cells after it."""
    bound, todo = set(), list((tree_of(source) or ast.Module([], [])).body)
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
