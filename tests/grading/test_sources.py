"""The solution notebooks are written as the course says: twins agree, every task is tested, test cells keep the rules."""
import ast
import re

import jupytext
import nbformat
import pytest

import classroom
from classroom import ROOT, grader_metadata

TOTAL = {"08-mnist-cnn": 25}
BEGIN, END = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"


def graded_code(name):
    return [cell for cell in classroom.notebook(name).cells if cell.cell_type == "code" and grader_metadata(cell).get("grade")]


@pytest.mark.parametrize("name", classroom.assignments())
def test_notebook_and_text_twin_agree(name):
    folder = ROOT / "solutions" / name
    twin, notebook = jupytext.read(folder / f"{name}.md"), nbformat.read(folder / f"{name}.ipynb", 4)
    assert [(c.cell_type, c.source, c.metadata) for c in twin.cells] == \
        [(c.cell_type, c.source, c.metadata) for c in notebook.cells], f"run: python solutions/build.py {name}"


@pytest.mark.parametrize("name", classroom.assignments())
def test_every_assignment_has_the_same_checks(name):
    source = (ROOT / "solutions" / "checks.py").read_bytes()
    assert (ROOT / "solutions" / name / "checks.py").read_bytes() == source, f"run: python solutions/build.py {name}"


@pytest.mark.parametrize("name", classroom.assignments())
def test_a_notebook_ran_from_top_to_bottom_without_an_error(name):
    code = [cell for cell in classroom.notebook(name).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert not [output for cell in code for output in cell.outputs
                if output.output_type == "error" or output.get("name") == "stderr"]


@pytest.mark.parametrize("name", classroom.assignments())
def test_every_task_has_visible_and_hidden_tests_and_the_points_add_up(name):
    tasks = classroom.tasks(name)
    assert tasks
    assert [cell.id for cell in graded_code(name)] == [f"{task}-{kind}" for task in tasks for kind in ("visible", "hidden")]
    written, = (cell for cell in classroom.notebook(name).cells
                if grader_metadata(cell).get("grade") and cell.cell_type == "markdown")
    assert grader_metadata(written)["solution"]
    total = sum(grader_metadata(cell)["points"] for cell in [*graded_code(name), written])
    assert total == TOTAL.get(name, 20)


@pytest.mark.parametrize("name", classroom.assignments())
def test_the_points_table_is_true(name):
    notebook = classroom.notebook(name)
    rows = re.findall(r"^\| *\d+\.\d+ .*?\| *(\d+) *\|$", notebook.cells[0].source, re.MULTILINE)
    by_task = list(classroom.points(name).values())
    by_hand = [grader_metadata(cell)["points"] for cell in notebook.cells
               if grader_metadata(cell).get("grade") and cell.cell_type == "markdown"]
    assert list(map(int, rows)) == by_task + by_hand


@pytest.mark.parametrize("name", classroom.assignments())
def test_graded_cells_keep_the_rules(name):
    reaches_student = {"agrees", "refuses", "call", *classroom.tasks(name)}
    for cell in graded_code(name):
        metadata = grader_metadata(cell)
        assert metadata["locked"] and not metadata["solution"] and metadata["points"] > 0, cell.id
        tree = ast.parse(cell.source)
        last = tree.body[-1]
        while isinstance(last, (ast.For, ast.With)):
            last = last.body[-1]
        assert isinstance(last, ast.Assert), f"{cell.id}: the last line must be an assert"
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"print", "display", "id"}, f"{cell.id}, line {node.lineno}"
                passed = [*node.args, *(keyword.value for keyword in node.keywords)]
                passed += [part for value in passed if isinstance(value, (ast.Tuple, ast.List)) for part in value.elts]
                assert not (node.func.id in reaches_student and any(isinstance(value, ast.Lambda) for value in passed)), \
                    f"{cell.id}, line {node.lineno}: passes a lambda to the student's code"


@pytest.mark.parametrize("name", classroom.assignments())
def test_hidden_cells_are_hidden_and_name_no_values(name):
    for cell in graded_code(name):
        if cell.id.endswith("-visible"):
            assert BEGIN not in cell.source, cell.id
            continue
        first, second, *_, last = cell.source.split("\n")
        assert first.startswith("# Hidden test") and second == BEGIN and last == END, cell.id
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "agrees":
                assert any(keyword.arg == "hidden" for keyword in node.keywords), f"{cell.id}, line {node.lineno}"


@pytest.mark.parametrize("name", classroom.assignments())
def test_data_files_are_small_and_no_pickles(name):
    import numpy as np

    files = list((ROOT / "solutions" / name).glob("*.npz"))
    assert sum(path.stat().st_size for path in files) < 2_000_000
    for path in files:
        with np.load(path, allow_pickle=False) as arrays:
            assert all(arrays[key].size for key in arrays)
