"""Without a sandbox nothing is graded, unless the instructor says in loud words that it should be."""
import subprocess
import sys

import pytest

import classroom
import hostile
from classroom import ROOT
from hostile import NAME


@pytest.fixture
def class_dir(tmp_path):
    classroom.hand_in(NAME, {"student01": classroom.notebook(NAME, "exercises")}, tmp_path)
    return tmp_path


def autograde(class_dir, path, *options):
    return classroom.nbgrader("autograde", NAME, *options, class_dir=class_dir, check=False, PATH=str(path))


def broken_bubblewrap(folder):
    """A folder with a bwrap in it that does not work."""
    folder.mkdir()
    (folder / "bwrap").write_text("#!/bin/sh\necho 'bwrap: No permissions to create a new namespace' >&2\nexit 1\n")
    (folder / "bwrap").chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


def test_without_bubblewrap_nothing_is_graded(class_dir):
    run = autograde(class_dir, class_dir / "empty")
    assert run.returncode != 0
    assert "bubblewrap" in run.stderr and "apt install bubblewrap" in run.stderr and "Nothing was graded" in run.stderr
    assert "Traceback" not in run.stderr
    assert not (class_dir / "autograded").exists() and not classroom.marks(NAME, class_dir)


def test_with_a_bubblewrap_that_does_not_work_nothing_is_graded(class_dir):
    run = autograde(class_dir, broken_bubblewrap(class_dir / "bin"))
    assert run.returncode != 0
    assert "No permissions to create a new namespace" in run.stderr and "Nothing was graded" in run.stderr
    assert not (class_dir / "autograded").exists() and not classroom.marks(NAME, class_dir)


def test_the_loud_switch_grades_without_a_sandbox(class_dir):
    run = autograde(class_dir, class_dir / "empty", "--Sandbox.run_student_code_with_my_rights=True")
    assert run.returncode == 0, run.stderr
    assert sum(classroom.marks(NAME, class_dir)["student01"].values()) == 0
    described = subprocess.run([sys.executable, "-c", "from autograde.sandbox import Sandbox; Sandbox.class_print_help()"], cwd=ROOT,
                               text=True, capture_output=True, check=True).stdout
    assert "DANGER" in described
