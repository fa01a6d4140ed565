"""A run that is killed, at whatever moment and however often, and then run again gives what an undisturbed one gives."""
import os
import random
import select
import shutil
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

import classroom
import tiny

KILLS = 20
STUDENTS = 12
FIRST_MARK = 800
pytestmark = pytest.mark.xdist_group("resume")


def hand_in_everything(folder):
    tiny.make(folder)
    for number in range(STUDENTS):
        student = f"student{number + 1:02}"
        wrong = {"square": f"def square(x):\n    return {number}"} if number % 3 else {}
        tiny.hand_in(folder, student, **wrong, written=f"Answer {number}.")
    tiny.hand_in(folder, "student03", raw=b"[]")
    tiny.hand_in(folder, "student05", square="import os\nos._exit(1)", only=["square", "written"])


def start(folder, mark):
    """Start grading. `mark` is a number of seconds that stands in the command of every process in the sandbox."""
    command = classroom.command("nbgrader", "autograde", tiny.NAME, *tiny.options(folder), f"--Sandbox.cpu_seconds={mark}",
                                class_dir=folder)
    return subprocess.Popen(command, cwd=classroom.ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            env={**os.environ, "CLASS_DIR": str(folder), "TEST_SEED": "1"})


def processes(folder, mark):
    """The processes of a run: those with its class in their environment or its mark in their command."""
    found = []
    for place in Path("/proc").iterdir():
        with suppress(OSError):
            if place.name.isdigit() and (f"CLASS_DIR={folder}\0".encode() in (place / "environ").read_bytes()
                                         or f'"cpu_seconds": {mark},'.encode() in (place / "cmdline").read_bytes()):
                found.append(int(place.name))
    return found


def wait_for_a_moment(chance, run, folder, longest):
    """Wait for any moment of a run, or for one in the middle of writing to the gradebook or right after that."""
    any_moment, transaction = chance.random() < 0.5, folder / "gradebook.db-journal"
    with suppress(subprocess.TimeoutExpired):
        run.wait(longest * (chance.uniform(0.25, 1) if any_moment else 0.25))
    for is_open in [] if any_moment else [True, False] * chance.randrange(12) + [True] * chance.randrange(2):
        while run.poll() is None and transaction.exists() != is_open:
            pass


def ends_by_itself(pid, seconds=60):
    """Whether a process that nobody kills ends within so many seconds."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], seconds)[0])
    finally:
        os.close(handle)


def everything(folder):
    """The whole gradebook, and every file beside it that grading wrote."""
    place = folder / "autograded"
    return tiny.states(folder), {str(path.relative_to(place)): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def test_a_run_that_is_killed_and_run_again_gives_the_same_gradebook(tmp_path):
    reference, folder = tmp_path / "reference", tmp_path / "killed"
    hand_in_everything(reference)
    started = time.monotonic()
    assert start(reference, FIRST_MARK).wait() == 0
    longest, expected = time.monotonic() - started, everything(reference)
    hand_in_everything(folder)
    shutil.copy(folder / "gradebook.db", tmp_path / "empty.db")
    chance, kills, most_at_work = random.Random(KILLS), 0, 0
    while kills < KILLS:
        run = start(folder, FIRST_MARK + kills)
        wait_for_a_moment(chance, run, folder, longest)
        if run.poll() is None:
            most_at_work = max(most_at_work, len(processes(folder, FIRST_MARK + kills)))
            run.kill()
            run.wait()
            while left := processes(folder, FIRST_MARK + kills):
                assert all(map(ends_by_itself, left))
            kills += 1
        else:  # everybody is graded, before the last kill: compare, and begin again
            assert run.returncode == 0 and everything(folder) == expected
            shutil.rmtree(folder / "autograded")
            shutil.copy(tmp_path / "empty.db", folder / "gradebook.db")
    assert most_at_work >= 5  # the command, two warm processes, two kernels
    assert start(folder, FIRST_MARK).wait() == 0
    assert everything(folder) == expected
