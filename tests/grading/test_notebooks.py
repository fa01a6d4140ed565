"""Every solution notebook gives the outputs that are stored in it; every stub runs, and only its tests fail."""
import re
import subprocess
import sys

import pytest

import classroom
from classroom import ROOT

# Jupyter chooses a kernel's ports a while before the kernel takes them. All tests that start one this way are one group, so
# that no two of them choose at the same time.
pytestmark = pytest.mark.xdist_group("notebooks")


def nbval(name, stage, *options):
    return subprocess.run([sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", "-p", "no:xdist", *options,
                           f"{name}.ipynb"], cwd=ROOT / stage / name, capture_output=True, text=True)


@pytest.mark.parametrize("name", classroom.assignments())
def test_a_solution_reproduces_its_stored_outputs(name):
    run = nbval(name, "solutions", "--nbval")
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("name", classroom.assignments())
def test_in_a_stub_set_up_and_definitions_run_and_every_visible_test_fails(name):
    run = nbval(name, "exercises", "--nbval-lax")
    verdict = {int(number): word for number, word in re.findall(r"::Cell (\d+) (PASSED|FAILED|XFAIL)", run.stdout)}
    code = [cell for cell in classroom.notebook(name, "exercises").cells if cell.cell_type == "code"]
    assert sorted(verdict) == list(range(len(code))), run.stdout
    for number, cell in enumerate(code):
        if cell.id.endswith("-visible"):
            assert verdict[number] == "FAILED", cell.id
        elif classroom.grader_metadata(cell):
            assert verdict[number] == "PASSED", (cell.id, run.stdout)
