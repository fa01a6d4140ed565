"""A class of damaged submissions, graded in one run: every mark and every line that instructor and students read."""
import csv
import json
import os
import tempfile
from html import unescape
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

import classroom
import tiny
from autograde.intake import receive
from kinds import ALL, DONE, FILE, KINDS, NAME, NONE, SECONDS, code

pytestmark = pytest.mark.xdist_group("damaged class")
HONEST = {"aaa": ALL, "student050 honest": {**ALL, "match_template": 0}, "zzz": NONE}


def answered(stub):
    """The stub with all tasks answered, as JSON that builders may damage."""
    answers = {cell.id: cell.source for cell in classroom.notebook(NAME).cells}
    notebook = json.loads(stub)
    notebook["metadata"]["stubs"] = {}
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["cell_type"] != "code" or "nbgrader" in cell["metadata"]]
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
        if cell["id"] in ALL:
            notebook["metadata"]["stubs"][cell["id"]] = cell["source"]
            cell["source"] = answers[cell["id"]]
        elif cell["id"] == "written":
            cell["source"] = "Both compute the same functions."
    return notebook


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    return Class(tmp_path_factory.mktemp("class"))


class Class:
    """Everybody hands in, the class is graded, feedback and a table are written."""

    def __init__(self, folder):
        self.folder = folder
        classroom.nbgrader("generate_assignment", NAME, class_dir=folder)
        self.stub = (folder / "release" / NAME / FILE).read_text(encoding="utf-8")
        for kind in KINDS:
            self.hand_in(kind.student, kind.damage)
        for student, marks in HONEST.items():
            self.hand_in(student, lambda notebook, place, marks=marks: forget(notebook, marks))
        self.run = self.grade()
        self.log = self.run.stderr.splitlines()
        classroom.nbgrader("generate_feedback", NAME, class_dir=folder)
        self.marks = classroom.marks(NAME, folder)
        with Gradebook(f"sqlite:///{folder}/gradebook.db", "convolutional-networks-from-scratch") as gradebook:
            self.waits = {paper.student.id: [grade.name for grade in paper.notebooks[0].grades if grade.needs_manual_grade]
                          for paper in gradebook.assignment_submissions(NAME)}
        target = folder / "marks.csv"
        classroom.nbgrader("export", "--exporter", "autograde.export.MoodleExport", "--to", str(target), class_dir=folder)
        with target.open(newline="", encoding="utf-8") as file:
            self.table = {row["username"]: row[NAME] for row in csv.DictReader(file)}

    def hand_in(self, student, damage):
        place = self.folder / "submitted" / student / NAME
        place.mkdir(parents=True, exist_ok=True)
        notebook = answered(self.stub)
        content = damage(notebook, place)
        if content is not DONE:
            (place / FILE).write_bytes(json.dumps(notebook).encode() if content is None else content)

    def grade(self, *options):
        return classroom.nbgrader("autograde", NAME, f"--Execute.timeout={SECONDS}", "--Sandbox.memory_mb=1500", *options,
                                  class_dir=self.folder)

    def lines(self, student):
        """What the instructor reads about a student."""
        start = f"[AutogradeApp | WARNING] {student}: "
        return [line.removeprefix(start) for line in self.log if line.startswith(start)]

    def notebook(self, student):
        return json.loads((self.folder / "autograded" / student / NAME / FILE).read_text(encoding="utf-8"))

    def page(self, student):
        """The text of what the student reads."""
        return unescape((self.folder / "feedback" / student / NAME / f"{NAME}.html").read_text(encoding="utf-8"))


def forget(notebook, marks):
    for cell in notebook["cells"]:
        if marks.get(cell["id"]) == 0:
            cell["source"] = notebook["metadata"]["stubs"][cell["id"]]


def is_as_expected(line, note):
    return line.startswith(note.removesuffix("…")) if note.endswith("…") else line == note


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.words)
def test_a_damaged_submission_gets_its_points_and_its_lines(kind, graded):
    student = kind.student
    found = dict(graded.marks[student])
    assert found.pop("written") == 0
    assert found == kind.marks, graded.lines(student)
    assert graded.waits[student] == (["written"] if kind.answer == "waits" else [])
    lines, page = graded.lines(student), graded.page(student)
    assert len(lines) == len(kind.notes) and all(map(is_as_expected, lines, kind.notes)), lines
    assert graded.notebook(student)["metadata"]["autograde"]["notes"] == lines
    assert [line for line in lines if f"<p>{line}</p>" not in page] == []
    for task, words in kind.said.items():
        assert classroom.message(NAME, student, task, graded.folder).startswith(words)
        assert words in page
    assert float(graded.table[student]) == sum(kind.marks.values())


@pytest.mark.parametrize("student", HONEST)
def test_nobody_else_s_marks_change(student, graded):
    assert graded.marks[student] == {**HONEST[student], "written": 0}
    assert graded.lines(student) == []


def test_everybody_is_in_the_table_and_nothing_else_went_wrong(graded):
    assert graded.run.returncode == 0
    assert set(graded.table) == {kind.student for kind in KINDS} | set(HONEST)
    assert not [line for line in graded.log if "Traceback" in line or "ERROR" in line]


def test_what_could_not_be_read_is_mended_and_graded_and_nothing_else_again(graded):
    mended = [kind.student for kind in KINDS if kind.words in ("empty", "cut off", "a named pipe in its place")]
    before = graded.marks
    for student in mended:
        (graded.folder / "submitted" / student / NAME / FILE).unlink()
        graded.hand_in(student, lambda notebook, place: None)
    log = graded.grade().stderr
    after = classroom.marks(NAME, graded.folder)
    assert after == before | {student: {**ALL, "written": 0} for student in mended}
    assert log.count("Skipping") == len(KINDS) + len(HONEST) - len(mended)
    assert log.count("INFO] Grading") == len(mended) == 3


@pytest.mark.skipif(os.getuid() != 0, reason="only the system's administrator can take the place of somebody else")
def test_what_the_instructor_may_not_read_is_said_so():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, NAME)
        (folder / "closed").mkdir(parents=True)
        (folder / FILE).write_text("{}")
        for path, mode in [(folder / FILE, 0), (folder / "closed", 0), (folder.parent, 0o755)]:
            path.chmod(mode)
        os.seteuid(65534)
        try:
            submission = receive(folder, "student01", NAME)
        finally:
            os.seteuid(0)
    assert submission.cells is None
    assert submission.notes == [f"{FILE} cannot be read: it cannot be opened (Permission denied).",
                                "closed cannot be read: it is a folder that cannot be opened (Permission denied)."]


def test_many_endless_loops_do_not_hold_up_the_class_for_long(tmp_path):
    tiny.make(tmp_path)
    for student in ("student01", "student02"):
        tiny.hand_in(tmp_path, student)
    path = tmp_path / "submitted" / "student01" / tiny.NAME / tiny.FILE
    notebook = json.loads(path.read_text())
    notebook["cells"] += [code("while True:\n    pass")] * 100 + [code("last = 1")]
    path.write_text(json.dumps(notebook))
    log = tiny.nbgrader("autograde", tiny.NAME, "--Execute.timeout=1", class_dir=tmp_path).stderr
    assert "student01: The student's own cells took more than 20 seconds together, so the last ones were not run." in log
    states = tiny.states(tmp_path)
    assert states["student01"]["score"] == states["student02"]["score"] == 7


def test_the_outputs_of_a_whole_notebook_have_a_limit(tmp_path):
    """The loud cells stand above all tests, since what comes after hidden tests is not shown anyway."""
    tiny.make(tmp_path)
    tiny.hand_in(tmp_path, "student01")
    path = tmp_path / "submitted" / "student01" / tiny.NAME / tiny.FILE
    notebook = json.loads(path.read_text())
    notebook["cells"][:0] = [code("print('x' * 990_000)")] * 40 + [code("print('quiet')")]
    path.write_text(json.dumps(notebook))
    classroom.autograde(tiny.NAME, "--workers=1", *tiny.options(tmp_path), class_dir=tmp_path)
    graded = json.loads((tmp_path / "autograded" / "student01" / tiny.NAME / tiny.FILE).read_text())
    texts = ["".join(output["text"]) for cell in graded["cells"] for output in cell.get("outputs", []) if output["output_type"] == "stream"]
    assert [text for text in texts if "xx" not in text] == ["\n[too much output]\n"] * 20 + ["quiet\n"]
    assert tiny.states(tmp_path)["student01"]["score"] == 7


def test_a_process_that_is_lost_when_the_time_is_over_does_not_get_it_once_more(tmp_path):
    """Only definitions are run again, and they together have the time of one cell.

    The first student's time ends when the cells are run again, before `again` is set. The second one's ends before that, and a
    definition takes what is left for definitions.
    """
    tiny.make(tmp_path)
    sleep = "import time\n    time.sleep(60)"
    asleep = f"if True:\n    {sleep}"
    hand_in_code_that_sleeps(tmp_path, "student01", [], [asleep] * 12 + ["again = 1"])
    hand_in_code_that_sleeps(tmp_path, "student02", [f"class Slow:\n    {sleep}"], [asleep] * 25)
    classroom.autograde(tiny.NAME, "--Execute.timeout=1", "--workers=2", *tiny.options(tmp_path), class_dir=tmp_path)
    for student, score, lost in [("student01", tiny.POINTS["double-hidden"], "not all were run again in a new process"),
                                 ("student02", 0, "the last ones were not run")]:
        assert tiny.states(tmp_path)[student]["score"] == score
        graded = json.loads((tmp_path / "autograded" / student / tiny.NAME / tiny.FILE).read_text())
        assert f"The student's own cells took more than 20 seconds together, so {lost}." in graded["metadata"]["autograde"]["notes"]


def hand_in_code_that_sleeps(folder, student, above, below):
    """All tests stand below cells of the student's own, some above and some below the tasks, of which `double` ends its process
    at the first test and `square` needs a name that no definition gives."""
    tiny.hand_in(folder, student, double="def double(x):\n    if x == 2:\n        import os; os._exit(0)\n    return 2 * x",
                 square="def square(x):\n    return x * x * again")
    path = folder / "submitted" / student / tiny.NAME / tiny.FILE
    notebook = json.loads(path.read_text())
    tasks = [cell for cell in notebook["cells"] if cell["id"] in ("double", "square")]
    rest = [cell for cell in notebook["cells"] if cell not in tasks]
    notebook["cells"] = [*map(code, above), *tasks, *map(code, below), *rest]
    path.write_text(json.dumps(notebook))
