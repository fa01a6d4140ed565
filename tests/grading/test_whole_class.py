"""``python -m autograde``: marks as by the plain command in every way of grading, whoever is killed, and one page at the end."""
import contextlib
import csv
import html.parser
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

import classroom
import tiny
from classroom import ROOT

from autograde.cluster import OnCluster
from autograde.workers import Job

pytestmark = [pytest.mark.xdist_group("whole class"), pytest.mark.skipif(
    not shutil.which("bwrap") and os.environ.get("CI") != "true", reason="bubblewrap is not installed")]
SEED = "7"
SLOW = "import time\ntime.sleep(2)\n"
SCRIPT = "<img src=x onerror=alert(1)>"
STUDENTS = {
    "student01": {},
    "student02": {"square": "def square(x):\n    return x + x", "written": "![a picture](attachment:lost.png)"},
    "student03": {"double": SLOW + tiny.ANSWERED["double"]},
    "student04": {"square": "def square(x):\n    raise ValueError('not today')"},
    "student05": {"raw": b'{"cells": ['},
    "student06": {"double": SLOW + "def double(x)\n    return 2 * x"},
    "zoé van [der] Doe": {"square": SLOW + "def square(x):\n    return 4"},
}


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    """A class that has handed in and is not graded. One hidden test passes with odd seeds only."""
    folder = tmp_path_factory.mktemp("handed in") / "class"
    tiny.make(folder, double_hidden="### BEGIN HIDDEN TESTS\nimport os\nassert double(0.5) == 1, 'double of a half'\n"
                                    "assert int(os.environ['TEST_SEED']) % 2, 'the seed is even'\n### END HIDDEN TESTS")
    for student, sources in STUDENTS.items():
        tiny.hand_in(folder, student, **sources)
    (folder / "submitted" / "student05" / tiny.NAME / f"{SCRIPT}.ipynb").write_text("{}")
    with tiny.gradebook(folder) as gradebook:
        gradebook.add_student("student07")
    return folder


@pytest.fixture(scope="module")
def plain(handed_in, tmp_path_factory):
    """The class as the plain command grades it."""
    folder = copy_of(handed_in, tmp_path_factory.mktemp("plain"))
    tiny.nbgrader("autograde", tiny.NAME, class_dir=folder, TEST_SEED=SEED)
    return folder


@pytest.fixture(scope="module")
def graded(handed_in, tmp_path_factory):
    """The class as two processes grade it, and what the command printed."""
    folder = copy_of(handed_in, tmp_path_factory.mktemp("graded"))
    return folder, run("--workers=2", folder=folder)


def copy_of(handed_in, folder):
    return shutil.copytree(handed_in, folder / "class")


def run(*options, folder, seed=SEED, **more):
    return classroom.autograde(tiny.NAME, *tiny.options(folder), f"--seed={seed}", *options, class_dir=folder, **more)


def start(*options, folder):
    """Start the command in a session of its own, as a terminal does."""
    command = classroom.command("autograde", tiny.NAME, *tiny.options(folder), f"--seed={SEED}", *options, class_dir=folder)
    return subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
                            env={**os.environ, "CLASS_DIR": str(folder), "PYTHONUNBUFFERED": "1"})


def below(pid, recursive=False):
    """The processes that `pid` has started, or all below it."""
    return psutil.Process(pid).children(recursive)


def until(condition, seconds=300):
    """What `condition` gives once that is true."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end
        time.sleep(0.01)
    return found


def fork_servers(process):
    """The processes below it that fork kernels, and those kernels."""
    found = []
    for child in process.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if "forkserver.py" in " ".join(child.cmdline()):
                found.append(child)
    return found


def first_line(process):
    """Wait until one submission has been graded."""
    return next(line for line in process.stdout if line.startswith("1 of "))


def test_marks_are_those_of_the_plain_command(plain, graded):
    folder, command = graded
    assert tiny.states(folder) == tiny.states(plain)
    assert {student: state["score"] for student, state in tiny.states(folder).items()} == {
        "student01": 7, "student02": 4, "student03": 7, "student04": 3, "student05": 0, "student06": 4, "zoé van [der] Doe": 4}
    for student in STUDENTS:
        one, other = (place / "autograded" / student / tiny.NAME / tiny.FILE for place in (folder, plain))
        assert one.read_text() == other.read_text()


def test_one_process_gives_the_same_marks(plain, handed_in, tmp_path):
    folder = copy_of(handed_in, tmp_path)
    run("--workers=1", folder=folder)
    assert tiny.states(folder) == tiny.states(plain)


def test_it_says_who_was_graded_what_went_wrong_and_who_is_missing(graded):
    lines = graded[1].stdout.splitlines()
    assert sorted(line.split(": ")[1] for line in lines if re.match(r"\d of 7: ", line)) == sorted(STUDENTS)
    row, = (line.split() for line in lines if line.startswith("student02  "))
    assert row == ["student02", "3", "1", "0", "4", "1"]
    problems = lines[lines.index("Problems:"):]
    assert any("student05" in line and "not valid JSON" in line for line in problems)
    assert any("student06" in line and "SyntaxError in line 3" in line for line in problems)
    assert "Nothing was handed in by: student07" in lines


def test_everybody_has_feedback(graded):
    for student in STUDENTS:
        assert student in (graded[0] / "feedback" / student / tiny.NAME / f"{tiny.NAME}.html").read_text(encoding="utf-8")


def test_what_is_graded_is_skipped_and_graded_again_by_force_with_another_seed(graded, tmp_path):
    folder = copy_of(graded[0], tmp_path)
    before = tiny.states(folder)
    assert " of 7" not in run(folder=folder).stdout
    assert tiny.states(folder) == before
    run("--student=zoé van [der] Doe", folder=folder)
    command = run("--force", "--student=student01", folder=folder, seed=8)
    assert "1 of 1: student01" in command.stdout
    after = tiny.states(folder)
    assert after.pop("student01")["double-hidden"][0] == 0 and before.pop("student01")["double-hidden"][0] == 2
    assert after == before


def test_a_worker_that_is_killed_changes_nothing(plain, handed_in, tmp_path):
    folder = copy_of(handed_in, tmp_path)
    process = start("--workers=2", folder=folder)
    first_line(process)
    below(process.pid)[0].kill()
    assert "\n7 of 7: " in process.communicate()[0] and process.returncode == 0
    assert tiny.states(folder) == tiny.states(plain)


def test_what_forks_kernels_is_killed_and_changes_nothing(plain, handed_in, tmp_path):
    folder = copy_of(handed_in, tmp_path)
    process = start("--workers=1", folder=folder)
    first_line(process)
    for server in fork_servers(below(process.pid)[0]):
        with contextlib.suppress(psutil.NoSuchProcess):
            server.kill()
    assert "\n7 of 7: " in process.communicate()[0] and process.returncode == 0
    assert tiny.states(folder) == tiny.states(plain)


def test_a_submission_that_ends_two_workers_gets_an_explicit_0_and_is_tried_again(plain, handed_in, tmp_path):
    folder = copy_of(handed_in, tmp_path)
    process = start("--workers=1", "--student=student03", folder=folder)
    first, = until(lambda: below(process.pid))
    first.kill()
    second, = until(lambda: set(below(process.pid)) - {first})
    second.kill()
    said = process.communicate()[0]
    assert process.returncode == 1
    assert "student03: Grading it ended the grading process 2 times." in said
    assert tiny.states(folder)["student03"]["score"] == 0
    run(folder=folder)
    assert tiny.states(folder) == tiny.states(plain)


@pytest.mark.parametrize("number, status", [(signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGKILL, -9)])
def test_when_it_is_stopped_nothing_is_left_running_and_it_can_go_on(number, status, plain, handed_in, tmp_path):
    folder = copy_of(handed_in, tmp_path)
    process = start("--workers=2", folder=folder)
    first_line(process)
    others = below(process.pid, recursive=True)
    if number == signal.SIGINT:  # Ctrl-C reaches everything in the foreground
        os.killpg(process.pid, number)
    else:
        os.kill(process.pid, number)
    said = process.communicate()[0]
    assert process.returncode == status
    assert "Traceback" not in said
    until(lambda: not any(map(classroom.lives, others)))
    run(folder=folder)
    assert tiny.states(folder) == tiny.states(plain)


def address_in(file):
    """The address of a Dask scheduler; None as long as its file is not there or not whole."""
    with contextlib.suppress(OSError, ValueError):
        return json.loads(file.read_text())["address"]


@pytest.fixture
def cluster(tmp_path):
    """A Dask scheduler with two workers: its address, and the process whose children the workers are."""
    file = tmp_path / "scheduler.json"
    quiet = {"cwd": ROOT, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    dask = [sys.executable, "-m", "dask"]
    scheduler = subprocess.Popen([*dask, "scheduler", "--host=127.0.0.1", "--port=0", "--no-dashboard",
                                  f"--scheduler-file={file}"], **quiet)
    workers = subprocess.Popen([*dask, "worker", f"--scheduler-file={file}", "--nworkers=2", "--nthreads=1", "--no-dashboard",
                                f"--local-directory={tmp_path}/dask"], **quiet)
    try:
        yield until(lambda: address_in(file)), workers
    finally:
        for process in (workers, scheduler):
            process.terminate()
            process.wait()


def test_a_cluster_gives_the_same_marks_even_if_a_worker_is_killed(cluster, plain, handed_in, tmp_path):
    address, workers = cluster
    folder = copy_of(handed_in, tmp_path)
    process = start(f"--scheduler={address}", folder=folder)
    first_line(process)
    busy = [worker for worker in below(workers.pid) if fork_servers(worker)]
    busy[0].kill()
    assert "\n7 of 7: " in process.communicate()[0] and process.returncode == 0
    assert tiny.states(folder) == tiny.states(plain)


def test_workers_of_a_cluster_that_die_at_the_end_do_not_stop_the_command(cluster):
    address, workers = cluster

    def no_submissions():
        for worker in below(workers.pid):
            worker.suspend()  # so that it is sent the message that takes leave, and dies before it answers
            threading.Timer(1, worker.kill).start()
        yield from ()

    assert list(OnCluster(Job(None, {}, 1, SEED), address).grade(no_submissions())) == []


@pytest.mark.parametrize("options, words", [
    (["--scheduler=tcp://127.0.0.1:1"], "There is no Dask scheduler at tcp://127.0.0.1:1"),
    (["--student=nobody"], "Nobody has handed in tiny"),
    (["--Sandbox.packages=no-such-package"], "the package no-such-package, which students may use, is not installed"),
])
def test_it_refuses_in_words(options, words, handed_in):
    command = run(*options, folder=handed_in, check=False, DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT="1s")
    assert command.returncode == 1
    assert words in command.stderr and "Traceback" not in command.stderr
    assert tiny.states(handed_in) == {}


def test_a_machine_without_dask_is_told_so(handed_in):
    code = "import runpy, sys; sys.modules['distributed'] = None; runpy.run_module('autograde', run_name='__main__')"
    command = subprocess.run(
        [sys.executable, "-c", code, tiny.NAME, *tiny.options(handed_in), "--scheduler=tcp://127.0.0.1:1",
         f"--CourseDirectory.release_directory={handed_in}/release"],
        cwd=ROOT, text=True, capture_output=True, env={**os.environ, "CLASS_DIR": str(handed_in)})
    assert command.returncode == 1
    assert "pip install distributed" in command.stderr and "Traceback" not in command.stderr


class Page(html.parser.HTMLParser):
    """The rows of a page's tables, its tags, its labels and its text."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.tags, self.labels, self.text = [], [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag == "svg":
            self.labels.append(dict(attributes)["aria-label"])
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data):
        self.text += data
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip()


@pytest.fixture(scope="module")
def page(graded):
    return Page((graded[0] / f"{tiny.NAME}.html").read_text(encoding="utf-8"))


def test_the_page_has_everybodys_marks_and_what_was_out_of_order(page, plain):
    for student, state in tiny.states(plain).items():
        row, = (row for row in page.rows if row and row[0] == student)
        tasks = [str(int((state[f"{task}-visible"][0] or 0) + (state[f"{task}-hidden"][0] or 0))) for task in ("double", "square")]
        assert row[1:5] == [*tasks, "0", str(int(state["score"]))]
    assert "student07" in page.text and "not valid JSON" in page.text


def test_the_page_counts_what_failed_tests_said(page):
    counts = {(row[1], row[2]): row[3] for row in page.rows if len(row) == 4}
    assert counts["square-hidden", "square of a half"] == "2"
    assert ("square-visible", "square of 2") not in counts
    assert [row[1:] for row in page.rows if row and row[0] == "double"][0] == ["3", "2.14", "5", "0", "2", ""]


def test_the_page_needs_no_other_file_runs_nothing_and_describes_its_plots(page, graded):
    assert page.labels and all(len(label.split()) > 5 for label in page.labels)
    assert page.tags.count("svg") == len(page.labels) == 3
    assert not {"script", "img", "link", "iframe"} & set(page.tags)
    assert SCRIPT in page.text
    source = (graded[0] / f"{tiny.NAME}.html").read_text(encoding="utf-8")
    assert not re.findall(r'(?:src|href)="(?!#)', source) and "default-src 'none'" in source
    ids = re.findall(r'\bid="([^"]+)"', source)
    assert len(ids) == len(set(ids)) and set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', source)) <= {
        pair for name in ids for pair in ((name, ""), ("", name))}


@pytest.mark.parametrize("platform, login", [("Moodle", "username"), ("Canvas", "SIS Login ID")])
def test_the_export_has_0_for_what_cannot_be_read_and_nothing_for_the_missing(platform, login, graded, tmp_path):
    target = tmp_path / "marks.csv"
    tiny.nbgrader("export", "--exporter", f"autograde.export.{platform}Export", "--to", str(target), class_dir=graded[0])
    with target.open(newline="", encoding="utf-8") as file:
        marks = {row[login]: row[tiny.NAME] for row in csv.DictReader(file)}
    assert float(marks["student05"]) == 0 and marks["student07"] == "" and float(marks["zoé van [der] Doe"]) == 4


def test_moodle_finds_students_by_their_addresses(graded, tmp_path):
    folder, students = copy_of(graded[0], tmp_path), tmp_path / "students.csv"
    students.write_text("id,email\nzoé van [der] Doe,zoe@example.org\n", encoding="utf-8")
    tiny.nbgrader("db", "student", "import", str(students), class_dir=folder)
    command = tiny.nbgrader("export", "--exporter", "autograde.export.MoodleExport", "--to", str(tmp_path / "marks.csv"),
                            class_dir=folder)
    with (tmp_path / "marks.csv").open(newline="", encoding="utf-8") as file:
        marks = {row["email"]: row[tiny.NAME] for row in csv.DictReader(file)}
    assert marks["zoe@example.org"] == "4.0"
    warning, = (line for line in command.stderr.splitlines() if "e-mail" in line)
    assert all(student in warning for student in ("student01", "student07")) and "zoé" not in warning
