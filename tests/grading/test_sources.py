"""The solution notebooks are written as the course says: twins agree, every task is tested, test cells keep the rules."""
import ast
import builtins
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
    for cell in graded_code(name):
        metadata = grader_metadata(cell)
        assert metadata["locked"] and not metadata["solution"] and metadata["points"] > 0, cell.id
        assert max(map(len, cell.source.split("\n"))) <= 120, cell.id
        tree = ast.parse(cell.source)
        last = tree.body[-1]
        while isinstance(last, (ast.For, ast.With)):
            last = last.body[-1]
        assert isinstance(last, ast.Assert), f"{cell.id}: the last line must be an assert"
        assert not {"print", "display", "id"} & {function_of(call) for call in calls(tree)}, cell.id


@pytest.mark.parametrize("name", classroom.assignments())
def test_a_graded_cell_needs_nothing_but_the_set_up_and_the_tasks(name):
    given = set(dir(builtins)) | names_bound(setup(name)) | students_names(name)
    for cell in graded_code(name):
        tree = ast.parse(cell.source)
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        parameters = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        assert not used - given - names_bound(tree) - parameters, cell.id


@pytest.mark.parametrize("name", classroom.assignments())
def test_only_what_another_process_can_take_reaches_the_students_code(name):
    for cell in graded_code(name):
        tree = ast.parse(cell.source)
        students = derived(tree, students_names(name) | {"call"})
        of_the_cell = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)} | {"partial"}
        for call in calls(tree):
            passed = [call.args[1]] if function_of(call) in ("agrees", "refuses", "call") else call.args
            if function_of(call) in ("agrees", "refuses", "call") or depends(call.func, students):
                parts = [part for value in [*passed, *(keyword.value for keyword in call.keywords)] for part in flat(value)]
                assert not [part for part in parts if isinstance(part, ast.Lambda) or getattr(part, "id", "") in of_the_cell], \
                    f"{cell.id}, line {call.lineno}: passes a function of the test cell to the student's code"
            if function_of(call) == "isinstance":
                assert not depends(call.args[1], students), f"{cell.id}, line {call.lineno}: asks for a student's class"
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare) and any(isinstance(op, (ast.Is, ast.IsNot)) for op in node.ops):
                assert all(isinstance(other, ast.Constant) for other in node.comparators), f"{cell.id}: asks for identity"
            for target in targets(node):
                assert isinstance(target, ast.Name) or not depends(target, students), \
                    f"{cell.id}, line {node.lineno}: writes into a student's object"


@pytest.mark.parametrize("name", classroom.assignments())
def test_what_is_expected_does_not_come_from_the_students_code(name):
    for cell in graded_code(name):
        tree = ast.parse(cell.source)
        students = derived(tree, students_names(name) | {"call"}, CHOICES)
        for call in calls(tree):
            place = {"agrees": 2, "matches": 1, "within": 1}.get(function_of(call))
            assert place is None or not depends(call.args[place], students, CHOICES), f"{cell.id}, line {call.lineno}"


@pytest.mark.parametrize("name", classroom.assignments())
def test_hidden_cells_are_hidden(name):
    for cell in graded_code(name):
        if cell.id.endswith("-visible"):
            assert BEGIN not in cell.source, cell.id
        else:
            first, second, *_, last = cell.source.split("\n")
            assert re.match("# Hidden tests?: .+[.]$", first) and second == BEGIN and last == END, cell.id


@pytest.mark.parametrize("name", classroom.assignments())
def test_messages_of_hidden_tests_show_shapes_and_positions_but_no_values(name):
    for cell in graded_code(name):
        if cell.id.endswith("-visible"):
            continue
        tree = ast.parse(cell.source)
        secret = derived(tree, students_names(name) | {"call", "random_numbers"}, SHOWN)
        for node in ast.walk(tree):
            if isinstance(node, ast.Assert) and function_of(node.test) not in WORDS:
                assert node.msg, f"{cell.id}, line {node.lineno}: an assert without words"
                assert not depends(node.msg, secret, SHOWN), f"{cell.id}, line {node.lineno}: shows a value"
        for call in calls(tree):
            options = {keyword.arg: keyword.value for keyword in call.keywords}
            if function_of(call) in ("agrees", "matches", "within"):
                assert ast.unparse(options["hidden"]) == "True", f"{cell.id}, line {call.lineno}"
            words = [*call.args[WORDS.get(function_of(call), len(call.args)):], *(options[key] for key in options if key == "likely")]
            assert not [word for word in words if depends(word, secret, SHOWN)], f"{cell.id}, line {call.lineno}: shows a value"


# A student's code may choose which of the expected values is meant. What a message may tell of a value. From which argument
# on these functions take words for a message.
CHOICES = {"len", "[]"}
SHOWN = {"shape", "dtype", "len", "describe"}
WORDS = {"agrees": 3, "matches": 2, "within": 2, "refuses": 2, "call": 2}


def setup(name):
    cell, = (cell for cell in classroom.notebook(name).cells if cell.id == "setup")
    return ast.parse(cell.source)


def students_names(name):
    """What lives in the student's process: what the tasks define, and what the set-up cell marks."""
    tasks = set(classroom.tasks(name))
    defined = {node.name for cell in classroom.notebook(name, "exercises").cells if cell.id in tasks
               for node in ast.parse(cell.source).body}
    return defined | {node.name for node in setup(name).body for mark in getattr(node, "decorator_list", [])
                      if ast.unparse(mark) == "in_students_process"}


def names_bound(tree):
    bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    bound |= {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    return bound | {alias.asname or alias.name for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))
                    for alias in node.names}


def calls(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def function_of(node):
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None


def flat(value):
    """The parts of a tuple or list, and of those in it; any other expression alone."""
    return [part for each in value.elts for part in flat(each)] if isinstance(value, (ast.Tuple, ast.List)) else [value]


def targets(node):
    return [part for target in getattr(node, "targets", []) for part in flat(target)] + \
        ([node.target] if isinstance(node, ast.AugAssign) else [])


def depends(node, names, shown=frozenset()):
    """Whether an expression uses one of `names`, other than in an attribute, a call or an index named in `shown`."""
    if isinstance(node, ast.Attribute) and node.attr in shown or function_of(node) in shown:
        return False
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in shown:
        return False
    if isinstance(node, ast.Name):
        return node.id in names
    if isinstance(node, ast.Subscript) and "[]" in shown:
        return depends(node.value, names, shown)
    return any(depends(child, names, shown) for child in ast.iter_child_nodes(node))


def derived(tree, names, shown=frozenset()):
    """`names`, and the names in a test cell that get their values from them, by any number of steps."""
    names, known = set(names), None
    while known != names:
        known = set(names)
        for statement in tree.body:
            spread(statement, names, shown)
    return names


def spread(node, names, shown):
    if isinstance(node, (ast.FunctionDef, ast.Lambda)):
        return
    if isinstance(node, ast.Assign):
        for target in node.targets:
            bind(target, node.value, names, shown)
    elif isinstance(node, ast.AugAssign):
        bind(node.target, node.value, names, shown)
    elif isinstance(node, (ast.For, ast.comprehension)):
        loop(node.target, node.iter, names, shown)
    elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "append":
        bind(node.func.value, node.args[0], names, shown)
    for child in ast.iter_child_nodes(node):
        spread(child, names, shown)


def bind(target, value, names, shown):
    """Note what ``target = value`` hands on."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for one, other in zip(target.elts, value.elts):
            bind(one, other, names, shown)
    elif depends(value, names, shown):
        for part in flat(target):
            while not isinstance(part, ast.Name):
                part = part.value
            names.add(part.id)


def loop(target, values, names, shown):
    """Note what ``for target in values`` hands on."""
    if isinstance(values, (ast.Tuple, ast.List)):
        for value in values.elts:
            bind(target, value, names, shown)
    elif function_of(values) == "enumerate" and isinstance(target, ast.Tuple):
        loop(target.elts[1], values.args[0], names, shown)
    elif function_of(values) == "zip" and isinstance(target, ast.Tuple):
        for one, other in zip(target.elts, values.args, strict=True):
            loop(one, other, names, shown)
    else:
        bind(target, values, names, shown)


@pytest.mark.parametrize("name", classroom.assignments())
def test_data_files_are_small_and_no_pickles(name):
    import numpy as np

    files = list((ROOT / "solutions" / name).glob("*.npz"))
    assert sum(path.stat().st_size for path in files) < 2_000_000
    for path in files:
        with np.load(path, allow_pickle=False) as arrays:
            assert all(arrays[key].size for key in arrays)
