"""Real nbgrader runs: solutions get every point, stubs none, and the sample class the marks written down for it."""
import csv
import sys
import zipfile

import pytest

import classroom
from classroom import ROOT

sys.path.insert(0, str(ROOT / "tests" / "sample_class"))
import sample_class  # noqa: E402


@pytest.mark.parametrize("name", classroom.assignments())
def test_a_solution_gets_every_point_and_a_stub_none(name, tmp_path):
    graded = classroom.grade(name, {"solution": classroom.notebook(name), "stub": classroom.notebook(name, "exercises")},
                             tmp_path)
    full = classroom.points(name)
    assert graded == {"solution": {**full, "written": 0}, "stub": {**dict.fromkeys(full, 0), "written": 0}}


@pytest.fixture(scope="module")
def graded_class(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    sample_class.grade(folder)
    return folder


@pytest.mark.xdist_group("sample class")
@pytest.mark.parametrize("name", sample_class.assignments())
def test_the_sample_class_gets_its_marks(name, graded_class):
    found = {student: {task: score for task, score in scores.items() if task != "written"}
             for student, scores in classroom.marks(name, graded_class).items()}
    assert found == sample_class.expected(name)


@pytest.mark.xdist_group("sample class")
def test_the_export_has_a_row_for_everybody(graded_class):
    rows = classroom.exported(graded_class)
    for name in sample_class.assignments():
        sums = {row["student_id"]: float(row["raw_score"]) for row in rows if row["assignment"] == name}
        expected = sample_class.expected(name)
        assert {student: sums[student] for student in expected} == {s: sum(m.values()) for s, m in expected.items()}


@pytest.mark.xdist_group("sample class")
def test_everybody_has_feedback_and_the_instructor_a_page(graded_class):
    for name in sample_class.assignments():
        class_page = (graded_class / f"{name}.html").read_text(encoding="utf-8")
        for student, marks in sample_class.expected(name).items():
            page = graded_class / "feedback" / student / name / f"{name}.html"
            assert f"<strong>{sum(marks.values())} of " in page.read_text(encoding="utf-8")
            assert f'<th scope="row">{student}</th>' in class_page


@pytest.mark.xdist_group("sample class")
def test_the_table_of_marks(graded_class, monkeypatch, capsys):
    from autograde import marks

    monkeypatch.setenv("CLASS_DIR", str(graded_class))
    marks.main(["01-cross-correlation"])
    rows = {line.split()[0]: line.split()[1:] for line in capsys.readouterr().out.splitlines()[1:] if line}
    assert rows["student"][:5] == classroom.tasks("01-cross-correlation")
    assert rows["student01"][:7] == ["2", "5", "3", "3", "5", "0", "18"]
    assert rows["student05"][:7] == ["0", "0", "0", "0", "0", "0", "0"]
    with pytest.raises(SystemExit, match="no assignment called 99"):
        marks.main(["99"])


def test_the_same_seed_gives_the_same_tests_and_another_seed_the_same_marks(tmp_path):
    name = "01-cross-correlation"
    wrong = classroom.answer(name, "corr2d", "the last row and column are left out")
    work = {"student01": classroom.notebook(name), "student02": classroom.submission(name, {wrong.task: wrong.source})}
    first, second = (classroom.grade(name, work, tmp_path / seed, TEST_SEED=seed) for seed in ("1", "2"))
    assert first == second


@pytest.mark.xdist_group("sample class")
@pytest.mark.parametrize("platform, login, before", [("Moodle", "username", 0), ("Canvas", "SIS Login ID", 1)])
def test_the_tables_for_learning_platforms(platform, login, before, graded_class, tmp_path):
    target = tmp_path / "marks.csv"
    classroom.nbgrader("export", "--exporter", f"autograde.export.{platform}Export", "--to", str(target),
                       class_dir=graded_class)
    with target.open(newline="") as file:
        rows = list(csv.DictReader(file))[before:]
    handed_in = {name: sample_class.expected(name) for name in sample_class.assignments()}
    assert [row[login] for row in rows] == sorted({student for marks in handed_in.values() for student in marks})
    for row in rows:
        for name, marks in handed_in.items():
            found = float(row[name]) if row[name] else None
            assert found == (sum(marks[row[login]].values()) if row[login] in marks else None), (row[login], name)


def test_submissions_are_collected_from_a_learning_platforms_zip(tmp_path):
    archive = tmp_path / "downloaded" / "01-cross-correlation" / "archive"
    archive.mkdir(parents=True)
    stub = ROOT / "exercises" / "01-cross-correlation" / "01-cross-correlation.ipynb"
    with zipfile.ZipFile(archive / "submissions.zip", "w") as file:
        file.write(stub, "student01_1234_56789_01-cross-correlation-1.ipynb")
        file.write(stub, "student02_1234_assignsubmission_file_01-cross-correlation.ipynb")
    classroom.nbgrader("zip_collect", "01-cross-correlation", class_dir=tmp_path)
    collected = sorted((tmp_path / "submitted").rglob("*.ipynb"))
    assert [path.relative_to(tmp_path / "submitted").as_posix() for path in collected] == [
        f"{student}/01-cross-correlation/01-cross-correlation.ipynb" for student in ("student01", "student02")]
    assert all(path.read_bytes() == stub.read_bytes() for path in collected)
