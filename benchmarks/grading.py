"""How many notebooks a minute are graded: ``python benchmarks/grading.py [STUDENTS]`` (default: 48).

One class, graded by stock nbgrader without a sandbox and by this course's commands in the sandbox: one after the other, two
side by side, and on a Dask cluster of two local workers, one of which is killed on the way. Each student hands in the solution
with another answer of ``tests/mutants`` to one task. The times are those of whole commands. ``python -m autograde`` also writes
feedback and the page about the class, so that it is compared with stock nbgrader's ``autograde`` alone, and with
``generate_feedback`` after it. The result is printed and saved as ``grading.json`` beside this file.
"""
import argparse
import datetime
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "grading"))
import classroom  # noqa: E402
import machine  # noqa: E402

NAME = "01-cross-correlation"
ENVIRONMENT = {**os.environ, "TEST_SEED": "7", "OPENBLAS_NUM_THREADS": "1"}
STOCK_ALONE = "stock nbgrader, no sandbox"
STOCK = f"""
c = get_config()
c.CourseDirectory.course_id = "convolutional-networks-from-scratch"
c.CourseDirectory.source_directory = {str(ROOT / "solutions")!r}
c.CourseDirectory.db_url = "sqlite:///" + __import__("os").path.abspath("gradebook.db")
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("students", nargs="?", type=int, default=48)
    students = parser.parse_args().students
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        folder = Path(place)
        hand_in(folder / "class", students)
        ways = {STOCK_ALONE: stock, "nbgrader autograde": plain, "python -m autograde, 2 processes": two_processes,
                "python -m autograde, 2 Dask workers, one killed": cluster}
        rows, marks, pages = [], {}, 0
        for words, way in ways.items():
            own = shutil.copytree(folder / "class", folder / way.__name__)
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            seconds = way(own)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            marks[words] = classroom.marks(NAME, own)
            if way is stock:
                pages = feedback(own)
            rows.append({"way": words, "seconds": round(seconds, 1), "notebooks a minute": round(60 * students / seconds, 1),
                         "processor seconds": round(sum(getattr(after, name) - getattr(before, name)
                                                        for name in ("ru_utime", "ru_stime")), 1)})
    for row in rows:
        row["times stock"] = round(rows[0]["seconds"] / row["seconds"], 2)
        row["times stock with feedback"] = round((rows[0]["seconds"] + pages) / row["seconds"], 2)
    same = [marks[words] for words, way in ways.items() if way is not stock]
    report = {"assignment": NAME, "students": students, "machine": machine.line("nbgrader"), "date": datetime.date.today().isoformat(),
              "same marks in all of our ways": all(one == same[0] for one in same),
              "same marks as stock nbgrader": same[0] == marks[STOCK_ALONE],
              "seconds of stock nbgrader's feedback": round(pages, 1), "ways": rows}
    text = json.dumps(report, indent=2)
    Path(__file__).with_suffix(".json").write_text(text + "\n", encoding="utf-8")
    print(text)
    sys.exit(not report["same marks in all of our ways"])


def hand_in(folder, students):
    answers = islice(cycle(classroom.answers(NAME)), students)
    classroom.hand_in(NAME, {f"student{number:03}": classroom.submission(NAME, {answer.task: answer.source})
                             for number, answer in enumerate(answers, 1)}, folder)


def timed(command, **more):
    start = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
    return time.monotonic() - start


def stock(folder, command="autograde"):
    """nbgrader as it comes: its own converter, in a folder with a configuration of its own."""
    (folder / "nbgrader_config.py").write_text(STOCK)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return timed([sys.executable, "-m", "nbgrader", command, NAME], cwd=folder, env={**ENVIRONMENT, "PATH": path})


def feedback(folder):
    return stock(folder, "generate_feedback")


def plain(folder):
    return timed([sys.executable, "-m", "nbgrader", "autograde", NAME, released(folder)], **ours(folder))


def two_processes(folder):
    return timed([sys.executable, "-m", "autograde", NAME, "--workers=2", released(folder)], **ours(folder))


def cluster(folder):
    """Two workers of one thread; the first is killed when half of the class has been graded."""
    address = folder / "scheduler.json"
    quiet = {"cwd": ROOT, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": ENVIRONMENT}
    dask = [sys.executable, "-m", "dask"]
    scheduler = subprocess.Popen([*dask, "scheduler", "--host=127.0.0.1", "--port=0", "--no-dashboard",
                                  f"--scheduler-file={address}"], **quiet)
    workers = subprocess.Popen([*dask, "worker", f"--scheduler-file={address}", "--nworkers=2", "--nthreads=1", "--no-dashboard",
                                f"--local-directory={folder}/dask"], **quiet)
    try:
        while not (address.exists() and address.stat().st_size) or len(children(workers.pid)) < 2:
            time.sleep(0.1)
        start = time.monotonic()
        process = subprocess.Popen([sys.executable, "-u", "-m", "autograde", NAME, f"--scheduler={address_in(address)}",
                                    released(folder)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, **ours(folder))
        for line in process.stdout:
            count, _, total = line.partition(":")[0].partition(" of ")
            if total.isdigit() and int(count) == int(total) // 2:
                os.kill(next(iter(children(workers.pid))), signal.SIGKILL)
        assert process.wait() == 0
        return time.monotonic() - start
    finally:
        for running in (workers, scheduler):
            running.terminate()
            running.wait()


def ours(folder):
    return {"cwd": ROOT, "env": {**ENVIRONMENT, "CLASS_DIR": str(folder)}}


def released(folder):
    return f"--CourseDirectory.release_directory={folder}/release"


def address_in(file):
    return json.loads(file.read_text())["address"]


def children(pid):
    """The worker processes that a `dask worker` command has started."""
    found = [int(child) for task in Path(f"/proc/{pid}/task").glob("*/children") for child in task.read_text().split()]
    return [child for child in found if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text()]


if __name__ == "__main__":
    main()
