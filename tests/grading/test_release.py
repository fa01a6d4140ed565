"""What students get: stubs that the sources generate, byte for byte, with no solution and no hidden test in them."""
import filecmp
import re

import pytest

import classroom
from classroom import ROOT

REGION = re.compile(r"### BEGIN (SOLUTION|HIDDEN TESTS)\n(.*?)### END \1", re.DOTALL)
FOR_STUDENTS = {".ipynb", ".npz", ".py"}
MARKERS = ["BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN TESTS", "END HIDDEN TESTS", "MARK SCHEME"]


@pytest.mark.parametrize("name", classroom.assignments())
def test_the_committed_stub_is_what_the_source_generates(name, tmp_path):
    classroom.nbgrader("generate_assignment", name, class_dir=tmp_path)
    made, committed = tmp_path / "release" / name, ROOT / "exercises" / name
    assert {path.suffix for path in made.iterdir()} <= FOR_STUDENTS
    files = sorted(path.name for path in made.iterdir())
    assert sorted(path.name for path in committed.iterdir() if path.is_file()) == files
    assert filecmp.cmpfiles(made, committed, files, shallow=False)[0] == files, "run: make exercises"


@pytest.mark.parametrize("name", classroom.assignments())
def test_no_solution_and_no_hidden_test_is_released(name):
    source, released = classroom.notebook(name), classroom.notebook(name, "exercises")
    shown = "\n".join(cell.source for cell in released.cells)
    assert not [marker for marker in MARKERS if marker in shown]
    open_text = "\n".join(REGION.sub("", cell.source) for cell in source.cells)
    secret = [line.strip() for cell in source.cells for _, region in REGION.findall(cell.source)
              for line in region.split("\n") if len(line.strip()) >= 12 and line.strip() not in open_text]
    assert len(secret) > 20
    assert not [line for line in secret if line in shown]


@pytest.mark.parametrize("name", classroom.assignments())
def test_released_test_cells_cannot_be_edited_and_keep_no_output(name):
    for cell in classroom.notebook(name, "exercises").cells:
        metadata = classroom.grader_metadata(cell)
        if metadata.get("grade") and cell.cell_type == "code":
            assert metadata["locked"] and cell.metadata["editable"] is False, cell.id
        if cell.cell_type == "code":
            assert not cell.outputs and cell.execution_count is None, cell.id


def test_only_what_a_student_needs_is_released():
    left_by_running = {".ipynb_checkpoints", "__pycache__"}
    for name in classroom.assignments():
        for path in (ROOT / "exercises" / name).iterdir():
            assert path.suffix in FOR_STUDENTS or path.name in left_by_running, path
