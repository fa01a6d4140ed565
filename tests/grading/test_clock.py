"""Limits of time do not count the time in which a process waits for a processor."""
import os
import shutil
import subprocess
import sys
import time

import pytest

from autograde import clock
from autograde.clock import Clock
from autograde.kernels import ForkServer
from autograde.proxies import Student
from autograde.sandbox import Sandbox

pytestmark = [pytest.mark.xdist_group("kernels"), pytest.mark.skipif(
    not shutil.which("bwrap") and os.environ.get("CI") != "true", reason="bubblewrap is not installed")]
BUSY = "import time\ndef work():\n    end = time.process_time() + 1\n    while time.process_time() < end:\n        pass\n    return 7"
ROOMS = [{}, {"run_student_code_with_my_rights": True}]


@pytest.fixture(params=ROOMS, ids=["locked in", "with my rights"])
def crowded(request, monkeypatch):
    """A kernel that shares its processor with four processes that never rest, so that a second of work takes about five."""
    monkeypatch.setattr(clock, "PATIENCE", 1000)  # however busy the machine is besides
    place = min(os.sched_getaffinity(0))
    others = [subprocess.Popen([sys.executable, "-c", f"import os\nos.sched_setaffinity(0, {{{place}}})\nwhile True: pass"])
              for _ in range(4)]
    try:
        server = ForkServer(Sandbox(memory_mb=1000, file_mb=8, **request.param).settings())
        with server.start() as kernel:
            assert kernel.execute(f"import os\nos.sched_setaffinity(0, {{{place}}})\n{BUSY}", 60)[1] == ""
            yield kernel
        server.close()
    finally:
        for process in others:
            process.kill()
            process.wait()


def test_a_cell_has_its_time_however_long_it_waits(crowded):
    outputs, problem = crowded.execute("print(work())", 2)
    assert not problem and outputs[0].text == "7\n"


def test_a_test_s_call_has_its_time_however_long_it_waits(crowded):
    student, names = Student(crowded.connection_file, 2), {}
    student.begin(names, ["work"], hidden=False)
    assert names["work"]() == 7
    student.close()


def test_what_never_ends_is_stopped_all_the_same(crowded):
    assert crowded.execute("while True: pass", 1)[1] == "timeout"
    assert crowded.execute("import time; time.sleep(1000)", 1)[1] == "timeout"


def test_a_process_that_is_gone_does_not_stop_the_clock():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    for number in (process.pid, None):
        one, end = Clock(number), time.monotonic() + 0.01
        while one() < end:
            pass
