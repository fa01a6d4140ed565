"""Kernels for students' code and for tests, forked from warm processes.

A `Kernel` speaks Jupyter's messaging protocol over Unix sockets in a folder of its own. The tests reach what the student
defined at one more socket there: `autograde.proxies` at this end, `autograde.agent` at the other.
"""
import contextlib
import json
import os
import random
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import zmq
from jupyter_client.session import Session
from nbformat.v4 import new_output, output_from_msg

from autograde import sandbox
from autograde.clock import Clock, Limit

ROOT = Path(__file__).resolve().parents[1]
LARGEST_MESSAGE = 256 << 20  # bytes; a kernel that sends a larger one is not heard any more
FLOOD = 1 << 30  # bytes that messages may take in this process before the students' kernels are ended
TESTS_MEMORY_MB = 4000
MOST_OUTPUT = 1_000_000  # bytes of a cell's messages: a large picture or two
LONGEST_TEXT = 2000  # characters of an error
START_SECONDS = 60
GRACE_SECONDS = 3
# A mark must not depend on how many cores the machine has.
ONE_THREAD = dict.fromkeys(["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"], "1")
OUTPUTS = {"stream", "display_data", "execute_result", "error"}
NOT_SHOWN = "\n[too much output]\n"
TOO_MUCH = {"msg_type": "stream", "header": {"msg_type": "stream"}, "content": {"name": "stdout", "text": NOT_SHOWN}}


class ForkServer:
    """A process of `autograde.forkserver`, in the sandbox or outside.

    Parameters
    ----------
    settings : dict, optional
        Of `sandbox.Sandbox`: the kernels are for students' code, in the sandbox. Without them they are for tests.
    preload : list of str, optional
        Modules that kernels for tests find imported.
    environment : dict, optional
        Variables that kernels for tests find set.
    """

    def __init__(self, settings=None, preload=(), environment=()):
        self.folder = Path(tempfile.mkdtemp(prefix="grade-"))
        self.folder.chmod(0o711)
        self.locked_in = bool(settings) and not settings["run_student_code_with_my_rights"]
        if settings:
            command = sandbox.command(settings, self.folder)
        else:
            command = [sys.executable, str(Path(__file__).with_name("forkserver.py")),
                       "--limits", json.dumps({"memory_mb": TESTS_MEMORY_MB}), *preload]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/" if settings else ROOT,
            env={**os.environ, **ONE_THREAD, **dict(environment)}, start_new_session=True)  # Ctrl-C is not for it
        self.count, self.ready = 0, False

    def wait_until_ready(self):
        if not self.ready:
            self.ready = self._answer()["ready"]

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the process that forks kernels ended with {self.process.wait()}")
        return json.loads(line)

    def ask(self, **request):
        self.wait_until_ready()
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        return self._answer()

    def start(self, files=None):
        """A new `Kernel`, with ``files = {name: content}`` in its working folder."""
        self.count += 1
        return Kernel(self, self.folder / str(self.count), files or {})

    def close(self):
        with contextlib.suppress(BrokenPipeError):  # it has died
            self.process.stdin.close()
        try:
            self.process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Kernel:
    """One kernel. ``with`` ends it."""

    locked_in = set()  # the students' kernels that this process speaks to

    def __init__(self, server, folder, files):
        self.server, self.folder, self.lost, self.allowed = server, folder, "", _memory() + FLOOD
        (folder / "files").mkdir(parents=True)
        for name, content in files.items():
            (folder / "files" / name).write_bytes(content)
        uid = random.SystemRandom().randrange(100_000, 1 << 30) if server.locked_in and os.getuid() == 0 else None
        inside = sandbox_door() if server.locked_in else str(folder)
        ports = {f"{name}_port": number for number, name in enumerate(["shell", "iopub", "stdin", "control", "hb", "crossing"], 1)}
        self.connection = {**ports, "transport": "ipc", "key": secrets.token_hex(16), "signature_scheme": "hmac-sha256"}
        self.connection_file = folder.with_suffix(".json")
        (folder / "connection.json").write_text(json.dumps({**self.connection, "ip": f"{inside}/socket"}))
        if uid is not None:
            for path in [folder, folder / "connection.json"]:
                os.chown(path, uid, uid)
        self.pid = server.ask(do="start", folder=str(folder), uid=uid)["pid"]
        self.session = Session(key=self.connection["key"].encode())
        self._wait_for_sockets()
        self.sockets = {name: self._connect(kind, name) for name, kind in
                        [("shell", zmq.DEALER), ("iopub", zmq.SUB), ("control", zmq.DEALER)]}
        if not self._greet():
            self.close()
            raise RuntimeError("a kernel did not start")
        process = _seen_from_here(server.process.pid, self.pid) if server.locked_in else self.pid
        self.clock = Clock(process)
        self.connection_file.write_text(json.dumps({**self.connection, "ip": f"{folder}/socket", "process": process}))
        if server.locked_in:
            self.locked_in.add(self)

    def _wait_for_sockets(self):
        last = self.folder / f"socket-{self.connection['control_port']}"
        end = time.monotonic() + START_SECONDS
        while not (last.exists() and (self.folder / f"socket-{self.connection['hb_port']}").exists()):
            if time.monotonic() > end or not self.alive()[0]:
                self.server.ask(do="kill", pid=self.pid)
                raise RuntimeError("a kernel did not start")
            time.sleep(0.002)

    def _connect(self, kind, name):
        socket = zmq.Context.instance().socket(kind)
        # Never again once it is lost: by then the name may lead elsewhere.
        for option, value in [(zmq.LINGER, 0), (zmq.MAXMSGSIZE, LARGEST_MESSAGE), (zmq.RECONNECT_IVL, -1),
                              (zmq.SNDTIMEO, 1000 * GRACE_SECONDS)]:
            socket.setsockopt(option, value)
        if kind == zmq.SUB:
            socket.setsockopt(zmq.SUBSCRIBE, b"")
        socket.connect(f"ipc://{self.folder}/socket-{self.connection[name + '_port']}")
        return socket

    def _greet(self):
        """Whether the kernel answers, and its outputs arrive."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.alive()[0]:
            sent = self.session.send(self.sockets["shell"], "kernel_info_request", {})["header"]["msg_id"]
            heard = set()
            while len(heard) < 2 and (ready := dict(self._poll(200, "shell", "iopub"))):
                for socket in ready:
                    if self._receive(socket, sent):
                        heard.add(socket)
            if len(heard) == 2:
                return True
        return False

    def _poll(self, milliseconds, *names):
        poller = zmq.Poller()
        for name in names:
            poller.register(self.sockets[name], zmq.POLLIN)
        return poller.poll(max(0, milliseconds))

    def _receive(self, socket, sent):
        """The next message if it answers the request `sent`, otherwise None."""
        try:
            frames = self.session.feed_identities(socket.recv_multipart(zmq.NOBLOCK))[1]
            # Most messages answer the tests' requests, and an output can be long: reading these would only cost time.
            if sent.encode() in frames[2]:
                size = len(frames[4])
                if size > MOST_OUTPUT and socket is self.sockets["iopub"]:
                    return {**TOO_MUCH, "size": size}
                message = self.session.deserialize(frames)
                sound = isinstance(message["msg_type"], str) and isinstance(message["content"], dict)
                return {**message, "size": size} if sound and message["parent_header"].get("msg_id") == sent else None
        except Exception:  # not a message of a kernel
            pass
        return None

    def execute(self, code, seconds, **expressions):
        """Run `code` as a cell, for so many seconds of the kernel's clock.

        Returns
        -------
        outputs : list of notebook outputs
        problem : str
            "" if the kernel came to the end of the cell, otherwise "timeout" (it was interrupted and works on) or why the
            kernel is gone.
        """
        outputs, room = [], MOST_OUTPUT
        try:
            sent = self.session.send(self.sockets["shell"], "execute_request", {
                "code": code, "silent": False, "store_history": False, "user_expressions": expressions, "allow_stdin": False,
                "stop_on_error": False})["header"]["msg_id"]
        except zmq.ZMQError:
            self.server.ask(do="kill", pid=self.pid)
            self.lost = self.lost or "it cut the connection"
            return outputs, self.lost
        limit, interrupted, reply, idle = Limit(self.clock, seconds), False, None, False
        while True:
            left = limit.left()
            if left <= 0:
                if reply:
                    break
                if interrupted:
                    self.server.ask(do="kill", pid=self.pid)
                    return outputs, "it did not stop when it was interrupted"
                self.server.ask(do="interrupt", pid=self.pid)
                interrupted, limit = True, Limit(self.clock, GRACE_SECONDS)
                continue
            self._stop_floods()
            ready = dict(self._poll(int(1000 * min(left, 0.25)) + 1, "shell", "iopub")) if not self.lost else {}
            if not ready and not reply:
                alive, why = self.alive()
                if not alive:
                    return outputs, why
            messages = [message for socket in ready if (message := self._receive(socket, sent))]
            for message in messages:
                kind, content = message["msg_type"], message["content"]
                if kind == "execute_reply" and not reply:
                    # The outputs are on their way; if the kernel's code cut their way off, there is no point in waiting.
                    reply, limit = content, Limit(self.clock, min(1, limit.left()))
                elif kind in OUTPUTS and room > 0:
                    room -= self._add(outputs, message, room)
                idle |= content.get("execution_state") == "idle"  # on its own way, so maybe before the reply
            if reply and idle:
                break
        self.reply = reply
        if reply.get("status") == "error" and not any(output.output_type == "error" for output in outputs):
            outputs.append(new_output("error", **{name: str(reply.get(name, ""))[:LONGEST_TEXT] for name in ("ename", "evalue")},
                                      traceback=[]))
        return outputs, "timeout" if interrupted else ""

    def _add(self, outputs, message, room):
        """Add a message to the outputs, and tell its size."""
        size = message["size"]
        try:
            output = output_from_msg(message if size <= room else TOO_MUCH)
            if output.output_type == "stream":
                output.text = "".join(output.text)
        except Exception:
            return size
        if output.output_type == "stream" and outputs and outputs[-1].get("name") == output.name:
            outputs[-1].text += output.text
        else:
            outputs.append(output)
        return size

    def _stop_floods(self):
        """End the students' kernels if what they send, asked or not, takes too much memory here."""
        memory = _memory()
        for kernel in [kernel for kernel in self.locked_in if memory > kernel.allowed]:
            kernel.lost = "it sent more than can be kept"
            kernel._leave()

    def alive(self, alone=False):
        """Whether the kernel runs, and why not. With ``alone=True``, what its code left running beside it is ended first."""
        if self.lost:
            return False, self.lost
        answer = self.server.ask(do="leave alone" if alone else "ask", pid=self.pid)
        return answer["alive"], answer["why"]

    def _leave(self):
        self.locked_in.discard(self)
        for socket in self.sockets.values():
            socket.close()
        self.server.ask(do="kill", pid=self.pid)

    def close(self):
        self._leave()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.connection_file.unlink(missing_ok=True)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()


def _memory():
    """Bytes of this process's memory that are no file's."""
    with open("/proc/self/statm", encoding="ascii") as file:
        _, resident, shared = file.read().split()[:3]
    return (int(resident) - int(shared)) * os.sysconf("SC_PAGE_SIZE")


def _seen_from_here(server, pid):
    """The number that a kernel in the sandbox has outside of it: its parent has the number `pid` among the processes that began
    with the process `server`. None if that cannot be found out."""
    from autograde.forkserver import children_of, descendants

    for process in descendants(server):
        try:
            status = Path(f"/proc/{process}/status").read_text()
            numbers = next(line.split()[1:] for line in status.splitlines() if line.startswith("NSpid:"))
        except (OSError, StopIteration):
            continue
        if numbers[1:2] == [str(pid)]:
            return next(iter(children_of(process)), None)
    return None


def sandbox_door():
    from autograde.forkserver import DOOR
    return DOOR
