"""Every solution notebook gives the outputs that are stored in it."""
import subprocess
import sys

import pytest

import classroom
from classroom import ROOT


@pytest.mark.parametrize("name", classroom.assignments())
def test_a_solution_reproduces_its_stored_outputs(name):
    run = subprocess.run([sys.executable, "-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider", "-p", "no:xdist",
                          f"{name}.ipynb"], cwd=ROOT / "solutions" / name, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout
