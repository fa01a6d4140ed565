"""A student has the folder exercises/, what its requirements.txt installs, and nothing else."""
import os
import re
import shutil
import subprocess
import sys

import nbformat
import pytest

import classroom
from classroom import ROOT

EXERCISES = ROOT / "exercises"
pytestmark = pytest.mark.xdist_group("notebooks")


@pytest.fixture(scope="module")
def students_python(tmp_path_factory):
    """A fresh environment, made by the one command that the book gives to students."""
    folder = tmp_path_factory.mktemp("student")
    subprocess.run([sys.executable, "-m", "venv", str(folder / "env")], check=True)
    python = folder / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
    install = subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries=10",
                              "-c", ROOT / "constraints.txt", "-r", EXERCISES / "requirements.txt"],
                             capture_output=True, text=True)
    if install.returncode and os.environ.get("CI") != "true":
        pytest.skip(f"a student's environment needs the network: {install.stderr.strip().splitlines()[-1]}")
    assert install.returncode == 0, install.stderr
    return python


@pytest.mark.parametrize("name", classroom.assignments())
def test_a_stub_runs_to_its_first_task_and_says_what_to_do(name, students_python, tmp_path):
    folder = shutil.copytree(EXERCISES / name, tmp_path / name)
    run = subprocess.run([students_python, "-m", "jupyter", "execute", "--allow-errors", "--inplace", f"{name}.ipynb"],
                         cwd=folder, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    code = [cell for cell in nbformat.read(folder / f"{name}.ipynb", 4).cells if cell.cell_type == "code"]
    errors = {cell.id: [output for output in cell.outputs if output.output_type == "error"] for cell in code}
    assert not errors["setup"]
    for task in classroom.tasks(name):
        problem, = errors[f"{task}-visible"]
        message = re.sub(r"\x1b\[[0-9;]*m", "", problem.evalue)
        assert problem.ename == "AssertionError" and len(message.split()) >= 4, (task, problem.ename, message)


def test_the_check_says_what_is_to_be_done(students_python, tmp_path):
    folder = shutil.copytree(EXERCISES, tmp_path / "exercises")
    for name in classroom.assignments():
        run = subprocess.run([students_python, "check", name], cwd=folder, capture_output=True, text=True)
        assert run.stderr == "" and run.stdout.startswith("Not done yet: "), run.stderr
        assert all(task in run.stdout for task in classroom.tasks(name))


def test_other_libraries_cannot_be_imported_in_a_notebook(students_python):
    code = "import checks; checks.forbid_other_libraries()\ntry: import scipy.signal\nexcept ImportError as e: print(e)"
    for name in classroom.assignments():
        run = subprocess.run([sys.executable, "-c", code], cwd=EXERCISES / name, capture_output=True, text=True)
        assert "not an answer here" in run.stdout, run.stderr
