"""``python -m autograde.collect``: what learning platforms and folders hold becomes one folder a student, and nothing else."""
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import PurePosixPath

import pytest

import classroom
from autograde.collect import RECORD, Collection, Student
from autograde.course import configured
from autograde.intake import receive
from classroom import ROOT

NAME = "01-cross-correlation"
FILE = f"{NAME}.ipynb"
LINK, PIPE = stat.S_IFLNK | 0o777, stat.S_IFIFO | 0o644


def collect(*paths, into, name=NAME):
    return subprocess.run([sys.executable, "-m", "autograde.collect", name, *map(str, paths)], cwd=ROOT, text=True,
                          capture_output=True, env={**os.environ, "CLASS_DIR": str(into)})


def archive(path, members):
    """A zip file of ``{name: content}``, or of ``{name: (content, Unix mode)}``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            content, mode = content if isinstance(content, tuple) else (content, stat.S_IFREG | 0o644)
            member = zipfile.ZipInfo(name)
            member.external_attr, member.compress_type = mode << 16, zipfile.ZIP_DEFLATED
            file.writestr(member, content)
    return path


def found(folder):
    """Everything below ``submitted`` but the records of whose it is: {path: content}."""
    top = folder / "submitted"
    return {path.relative_to(top).as_posix(): path.read_text() for path in top.rglob("*") if path.is_file() and path.name != RECORD}


def moodle(path, students, name=NAME):
    """A zip file as Moodle makes it, of ``{number: student}``; in each notebook stands the number."""
    return archive(path, {f"{student}_{number}_assignsubmission_file_/{name}.ipynb": str(number)
                          for number, student in students.items()})


LONG = "Juan Carlos Alfonso Víctor María de Todos los Santos y Fernández de Córdoba"
MOODLE = {
    f"Zoë van der Doe_1234_assignsubmission_file_/{FILE}": "Zoë's",
    "Zoë van der Doe_1234_assignsubmission_file_/data/values.txt": "1 2 3",
    f"Max O'Hara (evening)_1235_assignsubmission_file_{FILE}": "Max's",
    f"{LONG}_1237_assignsubmission_file_{FILE}": "Juan's",
    "Text Only_1236_assignsubmission_onlinetext_/onlinetext.html": "<p>Hello</p>",
}
CANVAS = {f"student01_1234_56789_{NAME}-2.ipynb": "one", f"student02_LATE_1235_56790_{FILE}": "two",
          "student03_1236_56791_my work.ipynb": "three"}


@pytest.mark.parametrize("members, expected", [
    (MOODLE, {f"Zoë van der Doe/{NAME}/{FILE}": "Zoë's", f"Zoë van der Doe/{NAME}/data/values.txt": "1 2 3",
              f"Max O'Hara (evening)/{NAME}/{FILE}": "Max's", f"{LONG}/{NAME}/{FILE}": "Juan's",
              f"Text Only/{NAME}/onlinetext.html": "<p>Hello</p>"}),
    (CANVAS, {f"student01/{NAME}/{FILE}": "one", f"student02/{NAME}/{FILE}": "two", f"student03/{NAME}/my work.ipynb": "three"}),
    ({f"student01/{NAME}/{FILE}": "one", f"student02/{FILE}": "two", "student03.ipynb": "three", f"student04_{FILE}": "four"},
     {f"student0{n}/{NAME}/{FILE}": words for n, words in enumerate(["one", "two", "three", "four"], 1)}),
], ids=["Moodle", "Canvas", "folders"])
def test_each_layout_becomes_one_folder_a_student(members, expected, tmp_path):
    archive(tmp_path / "work.zip", members)
    with zipfile.ZipFile(tmp_path / "work.zip") as file:
        file.extractall(tmp_path / "unpacked")
    for source in ("work.zip", "unpacked"):
        run = collect(tmp_path / source, into=tmp_path / source / "class" if source == "unpacked" else tmp_path / "class")
        assert run.returncode == 0, run.stderr
    assert found(tmp_path / "class") == expected
    assert found(tmp_path / "unpacked" / "class") == expected


def test_two_students_of_one_name_stay_apart(tmp_path):
    work = moodle(tmp_path / "work.zip", {11: "Max Doe", 12: "Max Doe", 13: "Max Doe 11"})
    said = collect(work, into=tmp_path).stdout
    assert found(tmp_path) == {f"Max Doe 11/{NAME}/{FILE}": "11", f"Max Doe 12/{NAME}/{FILE}": "12",
                               f"Max Doe 11 (13)/{NAME}/{FILE}": "13"}
    assert "More than one student is called Max Doe. New: Max Doe 11, Max Doe 12" in said and "before you grade" in said


@pytest.mark.parametrize("options", [[], ["--force"]])
def test_nobody_s_work_is_replaced_by_that_of_another_student_of_the_same_name(options, tmp_path):
    monday, tuesday = (moodle(tmp_path / f"{number}.zip", {number: "Max Doe"}) for number in (11, 13))
    both = moodle(tmp_path / "both.zip", {13: "Max Doe", 11: "Max Doe"})
    plain = archive(tmp_path / "plain.zip", {f"Max Doe/{FILE}": "whose?"})
    said = [collect(*options, work, into=tmp_path).stdout for work in (monday, tuesday, both, plain)]
    assert found(tmp_path) == {f"Max Doe/{NAME}/{FILE}": "11", f"Max Doe 13/{NAME}/{FILE}": "13"}
    assert "More than one student is called Max Doe. New: Max Doe 13; before: Max Doe\n" in said[1]
    assert not [words for words in (said[0], *said[2:]) if "More than one" in words]
    assert "Left out: Max Doe: the folder cannot be written: it holds the work of Max Doe whose number is 11" in said[3]


def test_who_a_student_is_does_not_depend_on_who_else_handed_in(tmp_path):
    other = "02-edges"
    collect(moodle(tmp_path / "first.zip", {11: "Max Doe", 13: "Max Doe", 15: "Eve Roe"}), into=tmp_path)
    second = moodle(tmp_path / "second.zip", {21: "Max Doe", 25: "Eve Roe"}, other)
    said = collect(second, into=tmp_path, name=other).stdout
    assert "More than one student is called Max Doe. New: Max Doe 21; before: Max Doe 11, Max Doe 13" in said
    assert "Eve" not in said
    submitted = tmp_path / "submitted"
    (submitted / "Max Doe 21" / other).rename(submitted / "Max Doe 13" / other)
    (submitted / "Max Doe 21").rmdir()
    work = moodle(tmp_path / "more.zip", {21: "Max Doe", 23: "Max Doe"}, other)
    assert "New: Max Doe 23;" in collect("--force", work, into=tmp_path, name=other).stdout
    assert {path: number for path, number in found(tmp_path).items() if other in path} == {
        f"Max Doe 13/{other}/{other}.ipynb": "21", f"Max Doe 23/{other}/{other}.ipynb": "23", f"Eve Roe/{other}/{other}.ipynb": "25"}


def test_a_number_in_the_gradebook_tells_that_a_name_is_shared(tmp_path):
    classroom.nbgrader("db", "student", "add", "Max Doe 11", class_dir=tmp_path)
    said = collect(moodle(tmp_path / "work.zip", {21: "Max Doe"}), into=tmp_path).stdout
    assert "New: Max Doe 21; before: Max Doe 11" in said


def test_canvas_gives_a_student_the_same_number_in_each_assignment(tmp_path):
    other = "02-edges"
    collect(archive(tmp_path / "first.zip", {f"doemax_11_1_{FILE}": "11", f"doemax_13_2_{FILE}": "13"}), into=tmp_path)
    work = archive(tmp_path / "second.zip", {f"doemax_LATE_13_3_{other}.ipynb": "13", f"doemax_17_4_{other}.ipynb": "17"})
    said = collect(work, into=tmp_path, name=other).stdout
    assert {path: number for path, number in found(tmp_path).items() if other in path} == {
        f"doemax 13/{other}/{other}.ipynb": "13", f"doemax 17/{other}/{other}.ipynb": "17"}
    assert "New: doemax 17; before: doemax 11, doemax 13" in said and "Handed in late, says Canvas: doemax\n" in said


def test_a_folder_that_was_renamed_is_found_again(tmp_path):
    work = moodle(tmp_path / "work.zip", {11: "Max Doe"})
    collect(work, into=tmp_path)
    (tmp_path / "submitted" / "Max Doe").rename(tmp_path / "submitted" / "mdoe")
    assert "left alone (--force replaces it): mdoe" in collect(work, into=tmp_path).stdout
    collect(moodle(tmp_path / "second.zip", {21: "Max Doe"}, "02-edges"), into=tmp_path, name="02-edges")
    assert set(found(tmp_path)) == {f"mdoe/{NAME}/{FILE}", "mdoe/02-edges/02-edges.ipynb"}


@pytest.mark.parametrize("names", [[f"{NAME}-1.ipynb", FILE], [FILE, f"{NAME}-1.ipynb"]])
def test_two_versions_in_one_folder_are_both_kept_and_grading_says_so(names, tmp_path):
    stub = (ROOT / "exercises" / NAME / FILE).read_text(encoding="utf-8")
    versions = {name: stub + "\n" * number for number, name in enumerate(names)}
    collect(archive(tmp_path / "work.zip", {f"Ann Lee_11_assignsubmission_file_/{name}": versions[name] for name in names}), into=tmp_path)
    assert found(tmp_path) == {f"Ann Lee/{NAME}/{name}": versions[name] for name in names}
    notes = receive(tmp_path / "submitted" / "Ann Lee" / NAME, "Ann Lee", NAME).notes
    assert notes == [f"There are several notebooks: {FILE} was graded, not {NAME}-1.ipynb."]


def test_files_of_one_name_are_all_kept_and_the_last_one_has_the_name(tmp_path):
    inner = archive(tmp_path / "inner.zip", {"a.txt": "from the zip file"})
    work = archive(tmp_path / "work.zip", {"student01/work/a.txt": "from the folder", "student01/work.zip": inner.read_bytes()})
    later = archive(tmp_path / "later.zip", {"student01/work/a.txt": "later"})
    collect(work, work, later, into=tmp_path)
    assert found(tmp_path) == {f"student01/{NAME}/work/a.txt": "later", f"student01/{NAME}/work/a-2.txt": "from the zip file",
                               f"student01/{NAME}/work/a-3.txt": "from the folder"}


@pytest.mark.parametrize("members, expected", [
    ({f"CS101-77/Ann Lee_0_assignsubmission_file_/{FILE}": "Ann's", f"CS101-77/Bo Ek_1_assignsubmission_file_{FILE}": "Bo's",
      "CS101-77/Ann Lee_0_assignsubmission_file_/a/b.txt": "1", "__MACOSX/CS101-77/._x": ""},
     {f"Ann Lee/{NAME}/{FILE}": "Ann's", f"Ann Lee/{NAME}/a/b.txt": "1", f"Bo Ek/{NAME}/{FILE}": "Bo's"}),
    ({f"CS101/leeann_1_2_{FILE}": "Ann's", f"CS101/ekbo_LATE_3_4_{NAME}-2.ipynb": "Bo's"},
     {f"leeann/{NAME}/{FILE}": "Ann's", f"ekbo/{NAME}/{FILE}": "Bo's"}),
    ({f"student01/{FILE}": "one", f"student01/leeann_1_2_{FILE}": "a student's own name for it"},
     {f"student01/{NAME}/{FILE}": "one", f"student01/{NAME}/leeann_1_2_{FILE}": "a student's own name for it"}),
    ({f"Ann Lee_0_assignsubmission_file_/Bo Ek_1_assignsubmission_file_/{FILE}": "Ann's"},
     {f"Ann Lee/{NAME}/Bo Ek_1_assignsubmission_file_/{FILE}": "Ann's"}),
    ({f"../Bo Ek_1_assignsubmission_file_/{FILE}": "evil"}, {}),
    ({f"/Bo Ek_1_assignsubmission_file_/{FILE}": "evil"}, {}),
    ({f"\x01../Bo Ek_1_assignsubmission_file_/{FILE}": "evil"}, {}),
    ({f"CS101/Bo Ek_1_assignsubmission_file_/../../{FILE}": "evil"}, {}),
], ids=["Moodle", "Canvas", "a student's folder", "a student's folder in Moodle's", "above", "the root", "hidden", "out of it"])
def test_a_folder_above_the_students_is_no_student(members, expected, tmp_path, monkeypatch):
    work = archive(tmp_path / "work.zip", {"CS101-77/": "", **members} if "CS101-77" in str(members) else members)
    with zipfile.ZipFile(work) as file:
        file.extractall(tmp_path / "unpacked")
    for source in [work, tmp_path / "unpacked"] if expected else [work]:  # what leads out is made harmless when it is unpacked
        monkeypatch.setenv("CLASS_DIR", str(tmp_path / source.stem / "class"))
        collection = Collection(NAME)
        collection.add(source)
        collection.save(configured(), force=False)
        assert found(tmp_path / source.stem / "class") == expected
        assert len(collection.left_out) == (not expected)


def test_a_student_cannot_say_when_the_work_was_handed_in(tmp_path):
    work = archive(tmp_path / "work.zip", {f"student01_1_2_{FILE}": "one", "student01_1_3_timestamp.txt": "2001-01-01 00:00:00 UTC"})
    assert "timestamp.txt: a student's own file does not tell when" in collect(work, into=tmp_path).stdout
    assert found(tmp_path) == {f"student01/{NAME}/{FILE}": "one"}


def test_an_assignment_that_does_not_exist_is_refused_and_the_others_are_named(tmp_path):
    work = archive(tmp_path / "work.zip", {f"student01/{FILE}": "one"})
    run = collect(work, into=tmp_path, name="01-crosscorrelation")
    assert run.returncode == 2 and "no assignment called '01-crosscorrelation'" in run.stderr and NAME in run.stderr
    assert not found(tmp_path)


def test_what_was_collected_before_is_replaced_by_force_only(tmp_path):
    first, second = (archive(tmp_path / name / "work.zip", {f"student01/{FILE}": name}) for name in ("first", "second"))
    collect(first, into=tmp_path)
    assert "left alone" in collect(second, into=tmp_path).stdout and set(found(tmp_path).values()) == {"first"}
    collect("--force", second, into=tmp_path)
    assert set(found(tmp_path).values()) == {"second"}


def test_hostile_members_hurt_nobody(tmp_path):
    evil, good = "student01_1_1_", f"student02_2_2_{FILE}"
    inner = archive(tmp_path / "inner.zip", {f"student02_2_2_{FILE}": "not student02's", "../../../evil.txt": "evil",
                                             "\x01../\x01../\x01../\x01../evil.py": "evil"})
    work = archive(tmp_path / "download" / "work.zip", {
        "../../../evil.txt": "evil", "/evil.txt": "evil", "..\\..\\evil.txt": "evil", f"{evil}/../../../evil.txt": "evil",
        f"{evil}link.ipynb": ("/etc/passwd", LINK), f"{evil}pipe.ipynb": ("", PIPE), f"{evil}bomb.ipynb": "0" * (70 << 20),
        f"{evil}{'n' * 300}.ipynb": "long", f"{evil}work.zip": inner.read_bytes(), "\x1b[2J.txt": "", good: "right",
        f"{evil}broken.zip": b"PK\x03\x04", "eve/\x01../\x01../\x01../evil.doc": "evil", "eve/ ../ ../evil.csv": "evil",
        "x_1_assignsubmission_file_../evil.png": "evil", "x_1_assignsubmission_file_\x01..": "evil",
        "eve/...zip": inner.read_bytes(), f"\x01.._{FILE}": "evil", "\x01": "evil",
        f"{'学' * 100}_9_assignsubmission_file_{FILE}": "evil",
        f"C:\\{FILE}": "drive", f"<img src=x onerror=alert(1)>_4_assignsubmission_file_{FILE}": "markup"})
    run = collect(work, into=tmp_path / "class")
    assert run.returncode == 0 and "\x1b" not in run.stdout
    for words in ("evil.txt", "link.ipynb", "pipe.ipynb", "bomb.ipynb", "broken.zip", "evil.py", "evil.doc", "evil.csv",
                  "evil.png", "file_\N{REPLACEMENT CHARACTER}..", "...zip: ../../../evil.txt", f".._{FILE}", "学"):
        assert any(line.startswith("Left out: ") and words in line for line in run.stdout.splitlines()), words
    everything = found(tmp_path / "class")
    assert everything.pop(f"student02/{NAME}/{FILE}") == "right"
    assert everything.pop(f"C_/{NAME}/{FILE}") == "drive"
    assert everything.pop(f"_img src=x onerror=alert(1)_/{NAME}/{FILE}") == "markup"
    assert everything and all(path.startswith(f"student01/{NAME}/") for path in everything)
    assert [path.name for path in (tmp_path / "class").iterdir()] == ["submitted"]
    assert not list(tmp_path.rglob("*evil*")) and not list((tmp_path / "class").rglob("*passwd*"))
    assert not any(path.is_symlink() for path in tmp_path.rglob("*"))


def test_links_and_pipes_in_a_folder_are_left_out(tmp_path):
    work = tmp_path / "work"
    (work / "student01").mkdir(parents=True)
    (work / "student01" / FILE).symlink_to("/etc/passwd")
    os.mkfifo(work / "student02.ipynb")
    (work / "student03.ipynb").write_text("three")
    assert collect(work, into=tmp_path).stdout.count("is no regular file") == 2
    assert found(tmp_path) == {f"student03/{NAME}/{FILE}": "three"}


def test_names_in_a_folder_lead_nowhere(tmp_path):
    names = [f" .._{FILE}", f"\x01.._{FILE}", "x_1_assignsubmission_file_..", "..zip", "...zip", "student01.ipynb"]
    (tmp_path / "work" / "eve").mkdir(parents=True)
    for name in names:
        (tmp_path / "work" / name).write_text(name)
    archive(tmp_path / "work" / "eve" / "...zip", {"evil.txt": "evil"})
    run = collect(tmp_path / "work", into=tmp_path / "class")
    assert run.returncode == 0 and run.stdout.count("Left out: ") == len(names)
    assert found(tmp_path / "class") == {f"student01/{NAME}/{FILE}": "student01.ipynb"}
    assert [path.name for path in (tmp_path / "class").iterdir()] == ["submitted"]


@pytest.mark.parametrize("student, path", [
    ("..", "a.txt"), (".", "a.txt"), ("", "a.txt"), ("../..", "a.txt"), ("link", "a.txt"),
    ("eve", "../a.txt"), ("eve", "b/../../../a.txt"), ("eve", "/a.txt"), ("eve", "."), ("eve", "")])
def test_whatever_a_name_has_become_nothing_is_written_outside_the_students_folder(student, path, tmp_path, monkeypatch):
    monkeypatch.setenv("CLASS_DIR", str(tmp_path / "class"))
    submitted, collection = tmp_path / "class" / "submitted", Collection(NAME)
    submitted.mkdir(parents=True)
    (submitted / "link").symlink_to(tmp_path)
    path = f"{tmp_path}{path}" if path.startswith("/") else path
    collection.files = {Student(student): [(PurePosixPath(path), b"evil")], Student("student01"): [(PurePosixPath(FILE), b"right")]}
    assert "student01" in collection.save(configured(), force=False)[0]
    assert len(collection.left_out) == 1
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == [submitted / "student01" / NAME / FILE]


def test_a_file_that_is_no_zip_file_is_named(tmp_path):
    (tmp_path / "work.zip").write_bytes(b"no zip file")
    names = archive(tmp_path / "names.zip", {"é": ""})
    names.write_bytes(names.read_bytes().replace("é".encode(), b"\xff\xff"))
    run = collect(tmp_path / "work.zip", names, tmp_path / "nothing", into=tmp_path)
    assert run.returncode == 1
    assert "work.zip cannot be read" in run.stdout and "names.zip cannot be read" in run.stdout
    assert "nothing is neither a folder nor a zip file" in run.stdout
