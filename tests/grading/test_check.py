"""``python check NAME``: what students are told before they hand in, in the words that grading uses."""
import filecmp
import json
import shutil
import subprocess
import sys

import nbformat
import pytest

import classroom
from classroom import ROOT

NAME = "01-cross-correlation"
FILE = f"{NAME}.ipynb"


@pytest.fixture
def exercises(tmp_path):
    """What a student has, with the assignment solved."""
    folder = tmp_path / "exercises"
    shutil.copytree(ROOT / "exercises" / NAME, folder / NAME)
    shutil.copytree(ROOT / "exercises" / "check", folder / "check")
    solution = {cell.id: cell.source for cell in classroom.notebook(NAME).cells}
    write(folder, {task: solution[task] for task in [*classroom.tasks(NAME), "written"]})
    return folder


def write(folder, sources):
    work = nbformat.read(folder / NAME / FILE, 4)
    for cell in work.cells:
        cell.source = sources.get(cell.id, cell.source)
    nbformat.write(work, folder / NAME / FILE)


def check(folder, *name):
    """The lines of the command, run without nbgrader, which students do not have."""
    code = "import runpy, sys; sys.modules['nbgrader'] = None; sys.argv[0] = 'check'; runpy.run_path('check', run_name='__main__')"
    run = subprocess.run([sys.executable, "-c", code, *name], cwd=folder, text=True, capture_output=True)
    assert run.stderr == ""
    return run.stdout.splitlines(), run.returncode


def test_complete_work_can_be_handed_in(exercises):
    said = (f"Every cell is filled in: {NAME}/{FILE} can be handed in. Your code was not run: the tests in the notebook tell "
            "whether it is right.")
    assert check(exercises, NAME) == ([said], 0)


@pytest.mark.parametrize("name", classroom.assignments())
def test_in_a_stub_every_task_is_to_be_done(name, tmp_path):
    for part in (name, "check"):
        shutil.copytree(ROOT / "exercises" / part, tmp_path / part)
    (line,), status = check(tmp_path, name)
    tasks = line.removeprefix("Not done yet: ").removesuffix(".").split(", ")
    assert sorted(tasks) == sorted([*classroom.tasks(name), "written"]) and status == 1


def test_what_is_out_of_order_is_said_in_the_words_of_grading(exercises, tmp_path):
    work = nbformat.read(exercises / NAME / FILE, 4)
    lost = next(cell for cell in work.cells if cell.id == "corr2d-visible")
    work.cells.remove(lost)
    next(cell for cell in work.cells if cell.id == "box_filter").source = "def box_filter(image, size)\n    return image"
    nbformat.write(work, exercises / NAME / "my work.ipynb")
    (exercises / NAME / FILE).unlink()
    (exercises / NAME / "old.ipynb").write_text("{")
    said, status = check(exercises, NAME)
    submitted = tmp_path / "class" / "submitted" / "student01"
    shutil.copytree(exercises / NAME, submitted / NAME)
    classroom.nbgrader("generate_assignment", NAME, "--force", class_dir=tmp_path / "class")
    classroom.autograde(NAME, class_dir=tmp_path / "class")
    graded = nbformat.read(tmp_path / "class" / "autograded" / "student01" / NAME / FILE, 4)
    assert said == graded.metadata.autograde.notes
    assert status == 1 and len(said) == 4


def test_a_cell_that_ipython_gives_up_on_is_out_of_order(exercises):
    write(exercises, {"corr2d": "!ls\n" * 501})
    said, status = check(exercises, NAME)
    assert said == ["When the cell corr2d was run, it stopped with RuntimeError."] and status == 1


def test_an_unknown_name_is_answered_with_the_known_ones(exercises):
    run = subprocess.run([sys.executable, "check", "99"], cwd=exercises, text=True, capture_output=True)
    assert run.returncode == 2 and all(name in run.stderr for name in classroom.assignments())


def test_without_a_name_it_asks_for_one(exercises):
    run = subprocess.run([sys.executable, "check"], cwd=exercises, text=True, capture_output=True)
    assert run.returncode == 2 and "which assignment? NAME is one of: " + ", ".join(classroom.assignments()) in run.stderr


@pytest.mark.parametrize("given", [f"{NAME}/", f"./{NAME}/{FILE}"])
def test_the_assignment_s_folder_or_notebook_will_do(exercises, given):
    assert check(exercises, given) == check(exercises, NAME)


def test_a_slash_after_the_name_does_not_matter_anywhere(exercises):
    run = subprocess.run([sys.executable, "../check", f"{NAME}/"], cwd=exercises / "check", text=True, capture_output=True)
    assert run.stdout.startswith("Every cell is filled in")


def test_a_copy_elsewhere_is_not_taken_for_the_work_here(exercises, tmp_path):
    copy = shutil.copy(exercises / NAME / FILE, tmp_path)
    run = subprocess.run([sys.executable, "check", copy], cwd=exercises, text=True, capture_output=True)
    assert run.returncode == 2 and "is no assignment in" in run.stderr


def test_beside_the_notebook_it_needs_no_name(exercises):
    run = subprocess.run([sys.executable, "../check"], cwd=exercises / NAME, text=True, capture_output=True)
    assert run.stdout.startswith("Every cell is filled in")


def test_the_committed_check_is_what_the_sources_make(tmp_path):
    subprocess.run([sys.executable, "-m", "autograde.students_check", "exercises", str(tmp_path / "check")], cwd=ROOT, check=True)
    files = [path.relative_to(tmp_path / "check") for path in (tmp_path / "check").rglob("*") if path.is_file()]
    assert filecmp.cmpfiles(tmp_path / "check", ROOT / "exercises" / "check", files, shallow=False)[0] == files, "run: make exercises"


def test_the_check_knows_the_stubs_only():
    stubs = json.loads((ROOT / "exercises" / "check" / "stubs.json").read_text(encoding="utf-8"))
    assert stubs == {name: (ROOT / "exercises" / name / f"{name}.ipynb").read_text(encoding="utf-8")
                     for name in classroom.assignments()}
