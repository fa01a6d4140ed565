"""``python -m autograde.collect``: what learning platforms and folders hold becomes one folder a student, and nothing else."""
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import PurePosixPath

import pytest

from autograde.collect import Collection
from autograde.course import configured
from classroom import ROOT

NAME = "01-cross-correlation"
FILE = f"{NAME}.ipynb"
LINK, PIPE = stat.S_IFLNK | 0o777, stat.S_IFIFO | 0o644


def collect(*paths, into):
    return subprocess.run([sys.executable, "-m", "autograde.collect", NAME, *map(str, paths)], cwd=ROOT, text=True,
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
    """Everything below ``submitted``: {path: content}."""
    top = folder / "submitted"
    return {path.relative_to(top).as_posix(): path.read_text() for path in top.rglob("*") if path.is_file()}


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
    students = {11: "Max Doe", 12: "Max Doe", 13: "Max Doe 11"}
    work = archive(tmp_path / "work.zip", {f"{student}_{number}_assignsubmission_file_/{FILE}": str(number)
                                           for number, student in students.items()})
    collect(work, into=tmp_path)
    assert found(tmp_path) == {f"Max Doe 11/{NAME}/{FILE}": "11", f"Max Doe 12/{NAME}/{FILE}": "12",
                               f"Max Doe 11 (13)/{NAME}/{FILE}": "13"}


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
    collection.files = {(student, ""): {PurePosixPath(path): b"evil"}, ("student01", ""): {PurePosixPath(FILE): b"right"}}
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
