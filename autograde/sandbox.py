"""The room in which students' code runs: built by bubblewrap, with only what a kernel needs in it.

In the room there is no network, no other user's process or file, nothing of the instructor's environment, and no library but
NumPy, matplotlib and what they and the kernel need. Everything is read-only but three small folders in memory. Each kernel
has a copy of the room for itself (`autograde.forkserver`).
"""
import os
import re
import shutil
import site
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from traitlets import Bool, Integer, List, Unicode
from traitlets.config import Configurable

HERE = Path(__file__).resolve().parent
INSIDE = "/grader/autograde"  # where the grader's own files stand in the room
FILES = ["__init__.py", "agent.py", "crossing.py", "forkserver.py"]
NOBODY = 65534
SYSTEM = ["/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/usr/share/fonts", "/usr/share/zoneinfo", "/usr/share/locale"]


class NoSandbox(Exception):
    """Students' code cannot be locked in on this machine."""


class Sandbox(Configurable):
    """What students' code may use and how much of it."""

    packages = List(Unicode(), ["numpy", "matplotlib"], help="Packages that students' code may import; what they require "
                    "is added.").tag(config=True)
    preload = List(Unicode(), ["numpy.random", "matplotlib.pyplot", "matplotlib.backends.backend_agg"], help="Modules that "
                   "are imported once, before any kernel starts.").tag(config=True)
    memory_mb = Integer(3000, help="Megabytes of memory for one submission, all its processes together.").tag(config=True)
    file_mb = Integer(64, help="Megabytes for the files that a submission writes into each of its folders.").tag(config=True)
    cpu_seconds = Integer(900, help="Seconds of processor time for each process of a submission.").tag(config=True)
    processes = Integer(64, help="Processes and threads of a submission at the same time.").tag(config=True)
    run_student_code_with_my_rights = Bool(False, help="DANGER: run students' code without any sandbox, with all your "
                                           "rights: it can read and change all your files, the gradebook and the solutions, "
                                           "and use the network.").tag(config=True)

    def settings(self):
        """The options as a dict that can be sent to another process."""
        return {name: getattr(self, name) for name in self.trait_names(config=True)}


def explain_refusal(reason):
    return (f"Students' code cannot be locked in: {reason}\n"
            "Nothing was graded. On Linux, install bubblewrap (Debian and Ubuntu: apt install bubblewrap; Fedora: dnf install "
            "bubblewrap).\nOn other systems, grade in the container that the Dockerfile in the root of the course builds.\n"
            "If you trust every submission, --Sandbox.run_student_code_with_my_rights=True grades without a sandbox:\nstudents' "
            "code can then read and change all your files, the gradebook and the solutions.")


def command(settings, run_folder):
    """The command that starts a fork server for students' kernels, whose folders will lie in `run_folder`.

    Raises
    ------
    NoSandbox
        If there is no bubblewrap, or if it does not work here.
    """
    limits = {name: settings[name] for name in ("memory_mb", "file_mb", "cpu_seconds", "processes")}
    server = ["--student", "--limits", str(limits).replace("'", '"'), *settings["preload"]]
    if settings["run_student_code_with_my_rights"]:
        return [sys.executable, str(HERE / "forkserver.py"), *server]
    bubblewrap = shutil.which("bwrap")
    if not bubblewrap:
        raise NoSandbox(explain_refusal("bubblewrap (the command bwrap) is not installed."))
    room = [bubblewrap, *_room(settings["packages"], run_folder)]
    trial = subprocess.run([*room, "--", sys.executable, "-I", "-c", ""], capture_output=True, text=True, env={})
    if trial.returncode:
        reason = trial.stderr.strip().splitlines()[-1:] or ["it ended with an error"]
        raise NoSandbox(explain_refusal(f"bubblewrap does not work here: {reason[0]}."))
    return [*room, "--", sys.executable, "-I", f"{INSIDE}/forkserver.py", "--private", *server]


def _room(packages, run_folder):
    """bubblewrap's options."""
    tree = _Tree()
    tree.add("--tmpfs", "/tmp")
    for place in ("/lib", "/lib64"):
        if os.path.islink(place):
            tree.add("--symlink", place, os.readlink(place))
        else:
            tree.bind(place)
    # Debian keeps shared libraries apart from programs' other files; elsewhere they come together.
    for place in sorted(map(str, Path("/usr/lib").glob("*-linux-gnu*"))) or ["/usr/lib"]:
        tree.bind(place)
    for place in ("/usr/lib64", "/usr/lib/locale", *SYSTEM):
        tree.bind(place)
    for place in _python():
        tree.bind(place)
    for place in _other_packages():
        tree.hide(place)
    for place in _files_of(packages):
        tree.bind(place)
    for name in FILES:
        tree.bind(HERE / name, f"{INSIDE}/{name}")
    for place in ("/home/student", "/kernel"):
        tree.add("--dir", place)
    tree.bind(run_folder, writable=True)
    variables = {"PATH": "/usr/bin:/bin", "HOME": "/home/student", "USER": "student", "LOGNAME": "student", "LANG": "C.UTF-8",
                 "MPLBACKEND": "module://matplotlib_inline.backend_inline", "MPLCONFIGDIR": "/tmp/matplotlib",
                 "PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    keep = ["CAP_SYS_ADMIN", "CAP_SYS_PTRACE", "CAP_SYS_RESOURCE", "CAP_SETPCAP"]
    rights = ["--cap-drop", "ALL"]
    if os.getuid() == 0:
        keep += ["CAP_SETUID", "CAP_SETGID", "CAP_KILL", "CAP_CHOWN"]
    else:
        rights += ["--unshare-user", "--uid", str(NOBODY), "--gid", str(NOBODY)]
    return ["--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--hostname", "grader",
            "--die-with-parent", "--new-session", "--clearenv",
            *(word for name, value in variables.items() for word in ("--setenv", name, value)),
            *rights, *(word for name in keep for word in ("--cap-add", name)),
            *tree.options, "--dev", "/dev", "--proc", "/proc",
            # Else a kernel of an ordinary user's could leave modules in these folders for the kernels after it.
            *(word for place in (*tree.hidden, "/dev", "/") for word in ("--remount-ro", place)), "--chdir", "/"]


class _Tree:
    """bubblewrap's options for files and folders, with the folders above them made readable."""

    def __init__(self):
        self.options, self.made, self.hidden = [], {"/", "/dev", "/proc"}, []

    def add(self, option, place, *before):
        self._above(place)
        self.made.add(str(place))
        self.options += [*(["--perms", "0755"] if option == "--dir" else []), option, *before, str(place)]

    def bind(self, place, target=None, writable=False):
        if os.path.exists(place):
            self.add("--bind" if writable else "--ro-bind", target or place, str(place))

    def hide(self, place):
        self.hidden.append(str(place))
        self.options += ["--perms", "0755", "--tmpfs", str(place)]

    def _above(self, place):
        for folder in reversed(Path(place).parents):
            if str(folder) not in self.made:
                self.made.add(str(folder))
                self.options += ["--perms", "0755", "--dir", str(folder)]


def _python():
    """The interpreter and its standard library, and the virtual environment's folder without packages."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    base = {Path(sys.base_prefix), Path(sys.base_exec_prefix)}
    for prefix in base | {path.resolve() for path in base}:
        yield prefix / "lib" / version
        yield from sorted((prefix / "lib").glob("libpython*"))
        for name in ("python3", version, "python"):
            yield prefix / "bin" / name
    if sys.prefix != sys.base_prefix:
        yield Path(sys.prefix) / "pyvenv.cfg"
        link = Path(sys.executable)
        while True:
            yield link
            if not link.is_symlink():
                break
            link = link.parent / os.readlink(link)


def _other_packages():
    """The folders of installed packages inside what `_python` and the system's libraries bring."""
    places = {Path(base) / "lib" for base in (sys.base_prefix, sys.base_exec_prefix)} | {Path("/usr/lib"), Path("/usr/local/lib")}
    for place in sorted(places | {place.resolve() for place in places}):
        for folder in sorted(place.glob("python3*/*-packages")):
            if not folder.is_symlink():
                yield folder


def _files_of(packages):
    """The files and folders of the packages, of the kernel, and of everything that they require."""
    folders = {Path(folder).resolve() for folder in [*site.getsitepackages(), *sys.path] if folder.endswith("-packages")}
    entries, todo, seen = set(), ["ipykernel", *packages], set()
    while todo:
        name = re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", todo.pop())[0]).lower()
        if name in seen:
            continue
        seen.add(name)
        try:
            found = distribution(name)
        except PackageNotFoundError:
            if name in packages:
                raise NoSandbox(explain_refusal(f"the package {name}, which students may use, is not installed.")) from None
            continue
        todo += [text for text in found.requires or [] if "extra ==" not in text]
        for part in {file.parts[0] for file in found.files or []}:
            place = Path(found.locate_file(part))
            if place.resolve().parent in folders and place.name != "__pycache__":
                inside = sys.prefix != sys.base_prefix and place.is_relative_to(sys.prefix)
                entries.add(place if inside else place.resolve())  # an environment may be reached through a link
    return sorted(entries)
