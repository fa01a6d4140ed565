"""A warm Python process that forks kernels: ``forkserver.py [--student] [--private] MODULE ...``.

It imports the modules once, which takes most of the time that a kernel needs to start, and then reads requests from
standard input, one JSON object a line, and answers each on standard output:

``{"do": "start", "folder": ..., "uid": ...}``
    fork a kernel that listens as ``connection.json`` in `folder` says; answers ``{"pid": ...}``.
``{"do": "interrupt" | "kill" | "leave alone" | "ask", "pid": ...}``
    send that kernel Ctrl-C, end it with everything it started, end only what it started, or ask how it is; answers
    ``{"alive": ..., "why": ...}``.

With ``--student`` the kernels answer to the tests' process (`autograde.agent`). With ``--private`` the process runs inside
the room that `autograde.sandbox` builds with bubblewrap, and has kept the rights to build rooms in it. Every kernel then gets
one of its own before it drops all rights: other processes, other kernels' files and what an earlier kernel wrote are out of
sight. This file is all of the grader, beside `autograde.agent` and `autograde.crossing`, that such a kernel can see.
"""
import argparse
import contextlib
import ctypes
import errno
import importlib
import json
import os
import platform
import random
import resource
import select
import shutil
import signal
import struct
import sys
import time
from pathlib import Path

MB = 1 << 20
HOME, DOOR, SOCKETS = "/home/student", "/kernel", 6
# Files that are open in a process, and that are in a folder: what the system keeps of them is memory that no process maps.
MOST_OPEN, MOST_FILES = 256, 20_000
POLL_SECONDS = 0.2
MOST_ROUNDS = 100
START_SECONDS = 60
# From the kernel's headers: linux/sched.h, linux/mount.h, linux/prctl.h, linux/capability.h, linux/keyctl.h.
CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWPID = 0x20000, 0x8000000, 0x20000000
NAMESPACES = 0x7E020000  # all of them: mount, cgroup, uts, ipc, user, pid and network
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 8, 32, 4096, 16384, 1 << 18
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 1, 4, 24, 38, 47, 4
CAPABILITY_VERSION_3 = 0x20080522
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
KEYCTL_JOIN_SESSION_KEYRING = 1
# System calls that no exercise needs and that reach beyond the room, or take memory that no limit counts: shared memory,
# semaphores and messages that no process maps, namespaces, mounts, keys, other processes' memory, files in memory, programs for
# the kernel. Numbers of linux/audit.h and of asm/unistd.h.
MACHINES = {
    "x86_64": {"audit": 0xC000003E, "keyctl": 250, "clone": 56, "clone3": 435, "refused": [
        29, 64, 68, 101, 155, 165, 166, 240, 248, 249, 250, 272, 298, 304, 308, 310, 311, 319, 321, 323, 425, 426, 427,
        *range(428, 434), 442]},
    "aarch64": {"audit": 0xC00000B7, "keyctl": 219, "clone": 220, "clone3": 435, "refused": [
        194, 190, 186, 117, 41, 40, 39, 180, 217, 218, 219, 97, 241, 265, 268, 270, 271, 279, 280, 282, 425, 426, 427,
        *range(428, 434), 442]},
}

libc = ctypes.CDLL(None, use_errno=True)
sys.path.append(str(Path(__file__).resolve().parents[1]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--student", action="store_true", help="the kernels answer to the tests' process")
    parser.add_argument("--private", action="store_true", help="give every kernel a room of its own")
    parser.add_argument("--limits", type=json.loads, default={}, help="JSON: memory_mb, cpu_seconds, file_mb, processes")
    parser.add_argument("modules", nargs="*", metavar="MODULE")
    options = parser.parse_args()
    # Where the answers go; a stray print of a module must not get in between.
    answers = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if options.private:
        _forbid_namespaces()
    sys.modules["debugpy"] = None  # a debugger nobody uses takes half of the time that a kernel needs to start
    for module in ["ipykernel.kernelapp", *(["autograde.agent"] if options.student else []), *options.modules]:
        importlib.import_module(module)
    kernels = Kernels(options.student, options.private, options.limits)
    _tell(answers, {"ready": True})
    unread = b""
    while True:
        if select.select([0], [], [], POLL_SECONDS if kernels.alive else None)[0]:
            chunk = os.read(0, 65536)
            if not chunk:
                break
            *lines, unread = (unread + chunk).split(b"\n")
            for line in lines:
                _tell(answers, kernels.answer(json.loads(line)))
        kernels.look_after()
    for pid in list(kernels.alive):
        kernels.kill(pid)


def _tell(answers, message):
    with contextlib.suppress(BrokenPipeError):  # who asked has ended meanwhile; so will the questions
        os.write(answers, json.dumps(message).encode() + b"\n")


class Kernels:
    """The kernels that were forked: who is alive, and why the others are not."""

    def __init__(self, student, private, limits):
        self.student, self.private, self.limits = student, private, limits
        self.alive, self.why, self.measured = set(), {}, 0

    def answer(self, request):
        if request["do"] == "start":
            pid = self.start(Path(request["folder"]), request.get("uid"))
            self.alive.add(pid)
            return {"pid": pid}
        pid = request["pid"]
        if request["do"] == "kill":
            self.kill(pid)
        elif request["do"] == "interrupt" and pid in self.alive:
            for child in (children_of(pid) if self.private else [pid]):
                _signal(child, signal.SIGINT)
        elif request["do"] == "leave alone" and pid in self.alive and self.private:
            _end_others(pid)
        self.look_after()
        return {"alive": pid in self.alive, "why": self.why.get(pid, "it ended by itself")}

    def start(self, folder, uid):
        """Fork a kernel and return the process to kill when it has to end."""
        if not self.private:
            if pid := os.fork():
                return pid
            _in_child(lambda: run_kernel(folder, folder / "files", self.student))
        read, write = os.pipe()
        if not (keeper := os.fork()):
            _in_child(lambda: self._keep(folder, uid, write))
        os.close(write)
        with os.fdopen(read, "rb") as pipe:
            pid = pipe.read()
        if not pid:
            os.waitpid(keeper, 0)
            raise SystemExit("a room of its own could not be made for a kernel")
        return int(pid)

    def _keep(self, folder, uid, write):
        """In a process of its own: make the first process of a new room, tell who it is when its kernel can be spoken to, and
        wait for its end."""
        _check(libc.unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC), "unshare")
        if first := os.fork():
            _shut_door(first)
            os.write(write, str(first).encode())
            os.close(write)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(first, 0)
            return
        enter_room(folder, uid, self.limits)
        _let_go()
        if kernel := os.fork():
            die_with_parent()
            libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)  # no other process of the room may look into this one
            while os.wait()[0] != kernel:  # orphans become children of the first process
                pass
            return
        run_kernel(Path(DOOR), Path(HOME), self.student)

    def kill(self, pid):
        if pid in self.alive:
            _signal(pid, signal.SIGKILL)
            if not self.private:
                _signal(-pid, signal.SIGKILL)
            self.alive.discard(pid)

    def look_after(self):
        """Notice who has ended, and now and then, since it takes a while, end a room that takes too much memory."""
        while True:
            try:
                if not os.waitpid(-1, os.WNOHANG)[0]:
                    break
            except ChildProcessError:
                break
        for pid in list(self.alive):
            if not _exists(pid):
                self.alive.discard(pid)
        limit = self.limits.get("memory_mb")
        if limit and self.alive and time.monotonic() > self.measured + POLL_SECONDS:
            self.measured = time.monotonic()
            if sum(_memory(process) for pid in self.alive for process in [pid, *descendants(pid)]) > limit * MB:
                for pid in list(self.alive):
                    self.kill(pid)
                    self.why[pid] = f"it took more than {limit} MB of memory"


def enter_room(folder, uid, limits):
    """Build a room that holds only what belongs to one kernel, then give up every right to change it."""
    _mount(None, "/", None, MS_REC | MS_PRIVATE)
    quiet = MS_NOSUID | MS_NODEV
    _mount("proc", "/proc", "proc", quiet | MS_NOEXEC)
    _mount("/proc/sys", "/proc/sys", None, MS_BIND)
    _mount(None, "/proc/sys", None, MS_REMOUNT | MS_BIND | MS_RDONLY | quiet | MS_NOEXEC)
    _mount(folder, DOOR, None, MS_BIND)
    _mount("tmpfs", folder.parent, "tmpfs", quiet | MS_RDONLY, "size=4k,mode=0555")
    size = f"size={limits.get('file_mb', 64)}m,nr_inodes={MOST_FILES}"
    _mount("/tmp", HOME, None, MS_BIND | MS_REC)
    _mount("tmpfs", "/tmp", "tmpfs", quiet, f"{size},mode=1777")
    for place in {Path(prefix).parts[2] for prefix in (sys.prefix, sys.base_prefix) if Path(prefix).is_relative_to("/tmp")}:
        os.mkdir(f"/tmp/{place}")  # the course lies in /tmp, and its Python has to stay in sight
        _mount(f"{HOME}/{place}", f"/tmp/{place}", None, MS_BIND | MS_REC)
        _mount(None, f"/tmp/{place}", None, MS_REMOUNT | MS_BIND | MS_RDONLY | quiet)
    _check(libc.umount2(HOME.encode(), MNT_DETACH), "umount")
    for place, mode in [("/dev/shm", "1777"), (HOME, "0777")]:
        _mount("tmpfs", place, "tmpfs", quiet, f"{size},mode={mode}")
    for name, value in [("RLIMIT_AS", limits.get("memory_mb", 0) * MB), ("RLIMIT_CPU", limits.get("cpu_seconds")),
                        ("RLIMIT_FSIZE", limits.get("file_mb", 0) * MB), ("RLIMIT_NPROC", limits.get("processes")),
                        ("RLIMIT_NOFILE", MOST_OPEN), ("RLIMIT_CORE", 0)]:
        if value or name == "RLIMIT_CORE":
            resource.setrlimit(getattr(resource, name), (value, value))
    for capability in range(64):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    _check(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    _check(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "clearing ambient capabilities")
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    _check(libc.capset(header, (ctypes.c_uint32 * 6)()), "capset")
    _refuse_system_calls()
    for item in (Path(DOOR) / "files").iterdir():
        shutil.copyfile(item, Path(HOME) / item.name)


def run_kernel(folder, working_folder, student):
    """Be the kernel that ``connection.json`` in `folder` describes; returns when it is shut down."""
    from ipykernel.kernelapp import IPKernelApp

    die_with_parent()
    os.setsid()
    _let_go()
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    os.chdir(working_folder)
    # Last, so that a file in the folder never stands in for a library.
    sys.path.append(str(working_folder))
    app = IPKernelApp.instance()
    app.initialize(["-f", str(folder / "connection.json"), "--IPKernelApp.quiet=True", "--log-level=CRITICAL",
                    "--IPKernelApp.capture_fd_output=False", "--InteractiveShellApp.ignore_cwd=True",
                    "--HistoryManager.enabled=False", "--InteractiveShell.xmode=Minimal"])
    app.session.pack = _pack
    if student:
        connection = json.loads((folder / "connection.json").read_text())
        sys.modules["autograde.agent"].Agent(app.kernel, f"ipc://{connection['ip']}-{connection['crossing_port']}")
    app.start()


def _pack(message):
    """JSON, as Jupyter packs it, but half a surrogate pair becomes a question mark: Jupyter's stops on it, and the kernel hangs."""
    from jupyter_client.jsonutil import json_clean, json_default

    options = {"default": json_default, "ensure_ascii": False, "allow_nan": False}
    try:
        text = json.dumps(message, **options)
    except (TypeError, ValueError):
        text = json.dumps(json_clean(message), **options)
    return text.encode("utf-8", "replace")


def _in_child(work):
    """Run `work` and end the process, whatever happens, without a word and without running anybody's exit handlers."""
    try:
        work()
    except BaseException:
        os._exit(1)
    os._exit(0)


def _let_go():
    """Close everything that the process was given."""
    for descriptor in (0, 1, 2):
        os.dup2(os.open(os.devnull, os.O_RDWR), descriptor)
    os.closerange(3, 1024)


def _shut_door(first):
    """Wait until the kernel of a room listens. From then on it can put nothing in the place of its sockets, nor fill the disk."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and not os.waitpid(first, os.WNOHANG)[0]:
        if len(list(Path(DOOR).glob("socket-*"))) == SOCKETS:
            return _mount(None, DOOR, None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC)
        time.sleep(0.002)


def _refuse_system_calls():
    """From now on, let the `MACHINES`' refused system calls of this process and of all that it starts fail."""
    machine = MACHINES.get(platform.machine())
    if not machine:
        return
    libc.syscall(machine["keyctl"], KEYCTL_JOIN_SESSION_KEYRING, None)  # nor keep the keys of whoever grades
    load, equal, at_least, any_of, back = 0x20, 0x15, 0x35, 0x45, 0x06  # instructions of linux/bpf_common.h
    allow, refuse, unknown = 0x7FFF0000, 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS
    # Of a foreign kind of call everything is refused, of `clone` what makes namespaces; `clone3` hides that from a filter.
    rules = [(load, 4), (equal, machine["audit"], 1, 0), (back, refuse), (load, 0), (at_least, 0x40000000, 0, 1), (back, refuse),
             (equal, machine["clone3"], 0, 1), (back, unknown)]
    for number in machine["refused"]:
        rules += [(equal, number, 0, 1), (back, refuse)]
    rules += [(equal, machine["clone"], 0, 3), (load, 16), (any_of, NAMESPACES, 0, 1), (back, refuse), (back, allow)]
    code = b"".join(struct.pack("HBBI", rule[0], *(rule[2:] or (0, 0)), rule[1]) for rule in rules)
    buffer = ctypes.create_string_buffer(code)
    program = struct.pack("HxxxxxxP", len(rules), ctypes.addressof(buffer))
    _check(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0), "seccomp")


def _forbid_namespaces():
    """No kernel may make namespaces. Where the room is in the host's own, the limit would be the host's: left alone."""
    with open("/proc/self/uid_map") as file:
        if int(file.read().split()[2]) != 1:
            return
    with open("/proc/sys/user/max_user_namespaces", "w") as file:
        file.write("0")


def die_with_parent():
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _end_others(first):
    """End all processes of a room but its first one and that one's first child, the kernel."""
    for _ in range(MOST_ROUNDS):  # new ones may be made meanwhile
        kernel, *orphans = children_of(first) or [None]
        others = [pid for parent in (kernel, *orphans) for pid in descendants(parent)] + orphans
        for pid in others:
            _signal(pid, signal.SIGKILL)
        if not others:
            break


def descendants(pid):
    """The processes that descend from one."""
    found = children_of(pid)
    for child in found:
        found += children_of(child)
    return found


def children_of(pid):
    """The children of a process, those of its main thread first, as old as they are."""
    found, tasks = [], []
    with contextlib.suppress(OSError):  # by now it may have ended
        tasks = sorted(map(int, os.listdir(f"/proc/{pid}/task")))
    for task in tasks:
        with contextlib.suppress(OSError):
            found += map(int, Path(f"/proc/{pid}/task/{task}/children").read_text().split())
    return found


def _exists(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] != b"Z"
    except OSError:
        return False


def _signal(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def _memory(pid):
    """Bytes of a process's memory that are no file's; of what several processes share, each has its part."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith(("Pss_Anon:", "Pss_Shmem:")))


def _mount(source, target, kind, flags, options=None):
    encoded = [None if text is None else os.fsencode(text) for text in (source, target, kind, options)]
    _check(libc.mount(*encoded[:3], ctypes.c_ulong(flags), encoded[3]), f"mount on {target}")


def _check(result, words):
    if result:
        number = ctypes.get_errno()
        raise OSError(number, f"{words}: {os.strerror(number)}")


if __name__ == "__main__":
    main()
