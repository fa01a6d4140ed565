"""``python -m autograde.collect``: what learning platforms and folders hold becomes one folder a student, and nothing else."""
import os
import stat
import subprocess
import sys
import zipfile

import pytest

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


MOODLE = {
    f"Zoë van der Doe_1234_assignsubmission_file_/{FILE}": "Zoë's",
    "Zoë van der Doe_1234_assignsubmission_file_/data/values.txt": "1 2 3",
    f"Max O'Hara (evening)_1235_assignsubmission_file_{FILE}": "Max's",
    "Text Only_1236_assignsubmission_onlinetext_/onlinetext.html": "<p>Hello</p>",
}
CANVAS = {f"student01_1234_56789_{NAME}-2.ipynb": "one", f"student02_LATE_1235_56790_{FILE}": "two",
          "student03_1236_56791_my work.ipynb": "three"}


@pytest.mark.parametrize("members, expected", [
    (MOODLE, {f"Zoë van der Doe/{NAME}/{FILE}": "Zoë's", f"Zoë van der Doe/{NAME}/data/values.txt": "1 2 3",
              f"Max O'Hara (evening)/{NAME}/{FILE}": "Max's", f"Text Only/{NAME}/onlinetext.html": "<p>Hello</p>"}),
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
    work = archive(tmp_path / "work.zip", {f"Max Doe_{number}_assignsubmission_file_/{FILE}": str(number) for number in (11, 12)})
    collect(work, into=tmp_path)
    assert found(tmp_path) == {f"Max Doe 11/{NAME}/{FILE}": "11", f"Max Doe 12/{NAME}/{FILE}": "12"}


def test_what_was_collected_before_is_replaced_by_force_only(tmp_path):
    first, second = (archive(tmp_path / name / "work.zip", {f"student01/{FILE}": name}) for name in ("first", "second"))
    collect(first, into=tmp_path)
    assert "left alone" in collect(second, into=tmp_path).stdout and set(found(tmp_path).values()) == {"first"}
    collect("--force", second, into=tmp_path)
    assert set(found(tmp_path).values()) == {"second"}


def test_hostile_members_hurt_nobody(tmp_path):
    evil, good = "student01_1_1_", f"student02_2_2_{FILE}"
    inner = archive(tmp_path / "inner.zip", {f"student02_2_2_{FILE}": "not student02's", "../../../evil.txt": "evil"})
    work = archive(tmp_path / "download" / "work.zip", {
        "../../../evil.txt": "evil", "/evil.txt": "evil", "..\\..\\evil.txt": "evil", f"{evil}/../../../evil.txt": "evil",
        f"{evil}link.ipynb": ("/etc/passwd", LINK), f"{evil}pipe.ipynb": ("", PIPE), f"{evil}bomb.ipynb": "0" * (70 << 20),
        f"{evil}{'n' * 300}.ipynb": "long", f"{evil}work.zip": inner.read_bytes(), "\x1b[2J.txt": "", good: "right",
        f"{evil}broken.zip": b"PK\x03\x04"})
    run = collect(work, into=tmp_path / "class")
    assert run.returncode == 0 and "\x1b" not in run.stdout
    for words in ("evil.txt", "link.ipynb", "pipe.ipynb", "bomb.ipynb", "broken.zip"):
        assert any(line.startswith("Left out: ") and words in line for line in run.stdout.splitlines()), words
    everything = found(tmp_path / "class")
    assert everything.pop(f"student02/{NAME}/{FILE}") == "right"
    assert everything and all(path.startswith(f"student01/{NAME}/") for path in everything)
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


def test_a_file_that_is_no_zip_file_is_named(tmp_path):
    (tmp_path / "work.zip").write_bytes(b"no zip file")
    run = collect(tmp_path / "work.zip", tmp_path / "nothing", into=tmp_path)
    assert run.returncode == 1
    assert "work.zip cannot be read" in run.stdout and "nothing is neither a folder nor a zip file" in run.stdout
