"""The room for students' code, and kernels in it: what is there, what is not, and what happens when code misbehaves."""
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

from classroom import ROOT

from autograde.kernels import ForkServer
from autograde.proxies import Student
from autograde.sandbox import NoSandbox, Sandbox, command

needs_bubblewrap = pytest.mark.skipif(
    not shutil.which("bwrap") and os.environ.get("CI") != "true", reason="bubblewrap is not installed")
pytestmark = [pytest.mark.xdist_group("kernels"), needs_bubblewrap]


@pytest.fixture(scope="module")
def server():
    server = ForkServer(Sandbox(memory_mb=1000, file_mb=8).settings())
    yield server
    server.close()


@pytest.fixture
def kernel(server):
    with server.start({"data.txt": b"seven", "numpy.py": b"raise RuntimeError"}) as kernel:
        yield kernel


def said(kernel, code, seconds=60):
    outputs, problem = kernel.execute(code, seconds)
    assert not problem
    return "".join(output.text if output.output_type == "stream" else output.ename + ": " + output.evalue for output in outputs)


def test_a_kernel_keeps_its_state_and_finds_its_files(kernel):
    assert said(kernel, "x = open('data.txt').read()") == ""
    assert said(kernel, "print(x, open('/home/student/data.txt').read())") == "seven seven\n"


def test_a_file_beside_the_notebook_does_not_stand_in_for_a_library(kernel):
    assert said(kernel, "import importlib, numpy; importlib.reload(numpy.linalg); print(numpy.arange(3).sum())") == "3\n"


def test_an_environment_is_found_that_is_reached_through_a_link(tmp_path):
    assert sys.prefix != sys.base_prefix
    (tmp_path / "environment").symlink_to(sys.prefix)
    program = """
from autograde.kernels import ForkServer
from autograde.sandbox import Sandbox
server = ForkServer(Sandbox(memory_mb=1000, file_mb=8).settings())
with server.start({}) as kernel:
    print(kernel.execute("import numpy; print(numpy.arange(3).sum())", 60)[0][0].text)
server.close()
"""
    run = subprocess.run([tmp_path / "environment" / "bin" / "python", "-c", program], cwd=ROOT, text=True, capture_output=True)
    assert run.stdout.split() == ["3"], run.stderr


def test_it_ends_without_a_word_when_nobody_waits_for_its_answer_any_more():
    server = subprocess.Popen([sys.executable, ROOT / "autograde" / "forkserver.py"], text=True, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    server.stdout.readline()
    server.stdout.close()
    server.stdin.write('{"do": "ask", "pid": 1}\n')
    server.stdin.close()
    assert (server.stderr.read(), server.wait()) == ("", 0)


def test_nothing_is_left_of_what_was_killed():
    server = ForkServer(preload=["numpy"])
    server.start()
    server.process.kill()
    server.process.wait()
    with pytest.raises(BrokenPipeError):
        server.start()
    server.close()
    assert not server.folder.exists()


def test_other_packages_cannot_be_imported_and_lie_nowhere_in_the_room(kernel):
    others = ["scipy", "skimage", "torch", "miniconv", "nbgrader", "pip", "sqlalchemy", "jupyterlab"]
    for module in others:
        assert said(kernel, f"import {module}").startswith("ModuleNotFoundError")
    walk = f"""
import os
for folder, folders, files in os.walk('/'):
    folders[:] = [name for name in folders if folder != '/' or name != 'proc']
    for name in folders:
        if name in {others} and '__init__.py' in os.listdir(os.path.join(folder, name)):
            print(os.path.join(folder, name))
"""
    assert said(kernel, walk, 120) == ""


def test_numpy_and_matplotlib_work_and_pictures_arrive(kernel):
    outputs, problem = kernel.execute("import matplotlib.pyplot as plt, numpy as np\nplt.plot(np.arange(3));", 60)
    assert not problem and "image/png" in outputs[-1]["data"]


def test_a_figure_is_shown_once_and_drawn_no_more_often_than_to_save_it(kernel):
    outputs, problem = kernel.execute("""
import io
import matplotlib.pyplot as plt

class Counted(plt.Line2D):
    drawn = 0
    def draw(self, renderer):
        Counted.drawn += 1
        super().draw(renderer)

figure, axes = plt.subplots()
_ = axes.add_line(Counted([0, 1], [0, 1]))
""", 60)
    assert not problem and ["image/png" in output["data"] for output in outputs] == [True]
    shown, saved, still_open = said(kernel, """
shown, Counted.drawn = Counted.drawn, 0
figure.savefig(io.BytesIO(), bbox_inches="tight")
print(shown, Counted.drawn, len(plt.get_fignums()))
""").split()
    assert shown == saved != "0" and still_open == "0"


def test_after_hidden_tests_no_figure_is_drawn_and_none_is_left_open(kernel):
    plot, student = "import matplotlib.pyplot as plt\n_ = plt.plot([1, 2])", Student(kernel.connection_file, 10)
    student.begin({}, [], hidden=False)
    assert "image/png" in kernel.execute(plot, 60)[0][-1]["data"]
    student.begin({}, [], hidden=True)
    assert kernel.execute(plot, 60) == ([], "")
    assert said(kernel, "print(plt.get_fignums())") == "[]\n"
    student.close()


def test_warnings_that_the_student_made_errors_are_none_when_a_test_calls(kernel):
    said(kernel, "import warnings\nwarnings.simplefilter('error')\ndef f():\n    warnings.warn('careful')\n    return 7")
    student, names = Student(kernel.connection_file, 10), {}
    student.begin(names, ["f"], hidden=False)
    assert names["f"]() == 7
    assert said(kernel, "f()") == "UserWarning: careful"
    student.close()


def test_an_argument_takes_the_shape_that_the_student_s_code_gave_it(kernel):
    said(kernel, "def flat(x):\n    x.shape = (-1,)\n    x[0] = 7\n    return len(x)\n"
                 "def bytes_of(x):\n    x.dtype = 'u1'\n    return 0\n"
                 "def cut(x):\n    x.resize((2, 1), refcheck=False)\n    return 0")
    student, names = Student(kernel.connection_file, 10), {}
    student.begin(names, ["flat", "bytes_of", "cut"], hidden=False)
    x = np.arange(6.0).reshape(2, 3)
    assert names["flat"](x) == 6
    assert x.tolist() == [7.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    for change, given in [("bytes_of", x), ("cut", x), ("flat", np.zeros((4, 6))[::2, ::2])]:
        with pytest.raises(AssertionError, match="has another shape or type afterwards"):
            names[change](given)
    student.close()


def test_a_large_picture_arrives_whole(kernel):
    outputs, problem = kernel.execute("""
import matplotlib.pyplot as plt, numpy as np
plt.figure(figsize=(6, 5))
_ = plt.imshow(np.random.default_rng(1).random((300, 300)))
""", 60)
    assert not problem and len(outputs[-1]["data"]["image/png"]) > 300_000


def test_nothing_of_the_instructor_s_is_in_sight(kernel):
    environment = eval(said(kernel, "import os; print(dict(os.environ))"))
    assert environment["HOME"] == "/home/student" and "TEST_SEED" not in environment
    assert not set(environment.values()) & {value for name, value in os.environ.items()
                                            if name not in ("LANG", "LC_CTYPE", "PATH") and len(value) > 3}
    assert said(kernel, "print(sorted(os.listdir('/home')), os.path.exists('/etc/passwd'))") == "['student'] False\n"
    # Where the course lies in /tmp, so does its Python, and that has to be in sight.
    above = [ROOT.parts[2]] if ROOT.is_relative_to("/tmp") else []
    assert said(kernel, "print(os.listdir('/tmp'))") == f"{above}\n"
    for name in ("solutions", "tests", "autograde", "nbgrader_config.py"):
        assert said(kernel, f"print(os.path.exists({str(ROOT / name)!r}))") == "False\n"


def test_only_three_folders_can_be_written_to(kernel):
    walk = """
import os
open_folders = []
for folder, _, _ in os.walk('/'):
    if not folder.startswith('/proc'):
        try:
            with open(os.path.join(folder, 'new file'), 'w'):
                open_folders.append(folder)
        except OSError:
            pass
print([folder for folder in open_folders if not folder.startswith('/home/student/')])
"""
    assert set(eval(said(kernel, walk, 120))) <= {"/home/student", "/tmp", "/dev/shm", "/kernel", "/kernel/files"}


def test_no_setting_of_the_machine_can_be_changed(kernel):
    code = """
import os
changed = []
for folder, _, files in os.walk('/proc/sys'):
    for file in files:
        try:
            os.close(os.open(os.path.join(folder, file), os.O_WRONLY))
            changed.append(file)
        except OSError:
            pass
print(changed)
"""
    assert said(kernel, code, 120) == "[]\n"


def test_there_are_no_rights_and_no_network(kernel):
    status = said(kernel, "print(open('/proc/self/status').read())")
    sets = {line.split()[0]: line.split()[1] for line in status.splitlines() if line.startswith("Cap")}
    assert sets and set(sets.values()) == {"0" * 16}
    assert "NoNewPrivs:\t1" in status
    assert said(kernel, "import os; print(os.getuid() == 0, os.getgroups())").startswith("False")
    assert said(kernel, "import socket; print([name for _, name in socket.if_nameindex()])") == "['lo']\n"
    assert said(kernel, "socket.create_connection(('192.0.2.1', 80), 1)").startswith("OSError: [Errno 101]")


def test_kernels_do_not_see_each_other(server, kernel):
    said(kernel, "open('/tmp/note', 'w').close()")
    with server.start() as other:
        assert said(other, "import os; print(os.path.exists('/tmp/note'))") == "False\n"
        processes = "print([name for name in os.listdir('/proc') if name.isdigit()])"
        assert len(eval(said(other, processes))) == 2
        assert said(other, "print(os.listdir('/home/student'))").replace("'.ipython'", "") == "[]\n"


def test_chance_differs_from_kernel_to_kernel(server):
    drawn = set()
    for _ in range(2):
        with server.start() as kernel:
            drawn.add(said(kernel, "import random, numpy as np; print(random.random(), np.random.rand())"))
    assert len(drawn) == 2


def test_code_that_runs_too_long_is_interrupted_and_the_kernel_works_on(kernel):
    said(kernel, "x = 5")
    outputs, problem = kernel.execute("while True: pass", 1)
    assert problem == "timeout" and outputs[-1].ename == "KeyboardInterrupt"
    assert said(kernel, "print(x)") == "5\n"


def test_code_that_does_not_stop_is_ended(kernel):
    stubborn = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    assert kernel.execute(stubborn, 1)[1] == "it did not stop when it was interrupted"
    assert not kernel.alive()[0]


@pytest.mark.parametrize("code, why", [
    ("import os; os._exit(1)", "it ended by itself"),
    ("import ctypes; ctypes.string_at(0)", "it ended by itself"),
    ("import os\nfor _ in range(8):\n    if not os.fork():\n        hog = b'x' * (180 << 20)\n        break\n"
     "import time; time.sleep(50)", "it took more than 1000 MB of memory"),
])
def test_code_that_ends_its_kernel(kernel, code, why):
    assert kernel.execute(code, 60)[1] == why


def test_too_much_memory_in_one_process_is_an_ordinary_error(kernel):
    assert said(kernel, "hog = bytearray(2 << 30)").startswith("MemoryError")


def test_a_fork_bomb_runs_into_a_limit(kernel):
    code = "import os, time\nwhile True:\n    try:\n        if not os.fork():\n            time.sleep(60)\n" \
           "    except OSError as error:\n        print(type(error).__name__)\n        break"
    assert said(kernel, code) == "BlockingIOError\n"


def test_files_have_a_limit(kernel):
    assert "OSError" in said(kernel, "open('large', 'wb').write(bytes(20 << 20))")


def test_what_a_kernel_started_ends_with_it(server):
    with server.start() as kernel:
        said(kernel, "import os, time\nif not os.fork():\n    os.setsid()\n    time.sleep(1000)")
        ends = kernel.pid
        assert kernel.alive()[0]
    assert server.ask(do="ask", pid=ends)["alive"] is False


def test_output_has_a_limit_and_the_cells_after_it_are_heard(kernel):
    outputs, problem = kernel.execute("for _ in range(60):\n    print('x' * 1_000_000)", 120)
    assert not problem and sum(len(output.text) for output in outputs) < 2_000_000
    assert said(kernel, "print('still here')") == "still here\n"


def test_what_no_encoding_can_write_arrives_as_a_question_mark(kernel):
    assert said(kernel, "print('a\\ud83db')", 5) == "a?b\n"
    assert kernel.execute("raise ValueError('\\ud83d')", 5)[0][0].evalue == "?"


def test_a_question_to_the_keyboard_is_an_error(kernel):
    assert said(kernel, "input('name?')").startswith("StdinNotImplementedError")


def test_without_bubblewrap_there_is_a_refusal_in_words(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoSandbox, match="(?s)not installed.*Nothing was graded.*apt install bubblewrap.*Dockerfile"):
        command(Sandbox().settings(), tmp_path)


def test_a_package_that_is_not_there_is_named(tmp_path):
    with pytest.raises(NoSandbox, match="no-such-package"):
        command(Sandbox(packages=["numpy", "no-such-package"]).settings(), tmp_path)


def test_the_loud_switch_needs_no_bubblewrap(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    server = ForkServer(Sandbox(run_student_code_with_my_rights=True).settings())
    with server.start({"data.txt": b"seven"}) as kernel:
        assert said(kernel, "import os; print(open('data.txt').read(), os.getuid())") == f"seven {os.getuid()}\n"
    server.close()
