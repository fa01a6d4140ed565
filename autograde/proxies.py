"""The tests' side of the crossing: what a student defined, as objects that do the work in the student's process.

`Student` is the connection. A test cell finds, under the names that the student defined, plain values, or proxies that call
the student's functions and read the attributes and items of the student's objects. Nothing of the student's is run here, and
whatever comes back is checked by `autograde.crossing`.
"""
import builtins
import contextlib
import json
import keyword

import numpy as np
import zmq
from jupyter_client.session import Session

from autograde.clock import Clock, Limit
from autograde.crossing import BadMessage, arrays, decode, encode

LARGEST_MESSAGE = 256 << 20  # bytes
LONGEST_TEXT = 2000  # characters of an error's message
LONGEST_PATH = 3  # names in the path of a function: more could spell what nobody should read
GRACE_SECONDS = 3
PASSED_ON = {name for name, kind in vars(builtins).items()
             if isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, Warning)}


class StudentTimeout(KeyboardInterrupt):
    """The student's code ran for longer than it may in one test cell."""


class StudentGone(Exception):
    """The student's process has ended or does not answer."""


class Student:
    """A connection to the student's kernel.

    Parameters
    ----------
    connection_file : path
        Of the student's kernel.
    seconds : float
        How long, by its process's clock, the student's code may run in one test cell.
    known : set of str
        Names that the instructor's notebook has in it. Any other name that the student's process sends is not repeated.
    """

    def __init__(self, connection_file, seconds, known=()):
        with open(connection_file, encoding="utf-8") as file:
            self.connection = json.load(file)
        self.session, self.count = Session(key=self.connection["key"].encode()), 0
        self.seconds, self.known = seconds, set(known)
        self.here = {}  # the set-up cells' objects in this process: {id: name}
        self.clock = Clock(self.connection.get("process"))
        self.left, self.hidden, self.gone = seconds, False, None
        self.crossing, self.control = self._socket("crossing_port"), self._socket("control_port")
        self.poller = zmq.Poller()
        for socket in (self.crossing, self.crossing.get_monitor_socket(zmq.EVENT_DISCONNECTED)):
            self.poller.register(socket, zmq.POLLIN)

    def close(self):
        self.crossing.disable_monitor()
        for socket in (self.crossing, self.control):
            socket.close()

    def _socket(self, port):
        socket = zmq.Context.instance().socket(zmq.DEALER)
        for option, value in [(zmq.LINGER, 0), (zmq.MAXMSGSIZE, LARGEST_MESSAGE), (zmq.RECONNECT_IVL, -1),
                              (zmq.SNDTIMEO, 1000 * GRACE_SECONDS)]:
            socket.setsockopt(option, value)
        socket.connect(f"ipc://{self.connection['ip']}-{self.connection[port]}")
        return socket

    def set_up_done(self, namespace, names):
        """After the set-up cells ran in both processes: remember what `names` they defined, in both."""
        self.ask({"do": "remember set-up", "names": names})
        mine = {name: namespace[name] for name in names if name in namespace}
        self.here = {id(value): name for name, value in mine.items() if callable(value)}
        # A proxy is one that was there before, in a process that may have ended.
        there = [name for name, value in mine.items() if isinstance(value, Proxy) or getattr(value, "in_students_process", False)]
        namespace.update(self.names(there))

    def begin(self, namespace, names, hidden):
        """Before a test cell: bind the student's `names`, and start the clock."""
        self.left, self.hidden = self.seconds, hidden
        for name in names:
            namespace.pop(name, None)
        namespace.update(self.names(names))

    def names(self, names):
        reply, buffers = self.ask({"do": "names", "names": list(names), "hidden": self.hidden})
        return {name: self.take(reply[name], buffers) for name in names if name in reply}

    def ask(self, request, buffers=()):
        """Send a request and return the answer and its buffers, or raise what the student's code raised."""
        if self.gone:
            raise StudentGone(self.gone)
        if self.left <= 0:
            raise StudentTimeout(f"more than {self.seconds:g} seconds")
        limit = Limit(self.clock, self.left)
        self.count += 1
        try:
            self.crossing.send_multipart([json.dumps({**request, "number": self.count}).encode(), *buffers])
        except zmq.ZMQError:
            self.gone = "it cut the connection"
            raise StudentGone(self.gone) from None
        reply, received = self._reply(limit)
        self.left = limit.left()
        if self.gone:
            raise StudentGone(self.gone)
        if reply is None:
            self.left = 0
            with contextlib.suppress(zmq.ZMQError):
                self.session.send(self.control, "interrupt_request", {})
            if self._reply(Limit(self.clock, GRACE_SECONDS))[0] is None:
                self.gone = self.gone or "the student's process does not answer"
            raise StudentTimeout(f"more than {self.seconds:g} seconds")
        if "error" in reply:
            raise self._error(reply["error"])
        return reply.get("value"), received

    def _reply(self, limit):
        """The answer to the last request, and its buffers."""
        while (left := limit.left()) > 0:
            ready = dict(self.poller.poll(max(1, int(1000 * left))))
            if not ready:
                continue
            if self.crossing not in ready:
                self.gone = "it ended by itself"
                break
            try:
                content, *buffers = self.crossing.recv_multipart(zmq.NOBLOCK)
                reply = json.loads(content)
                if reply["number"] == self.count:
                    return reply, buffers
            except Exception:  # whatever it is, it is no answer
                continue
        return None, []

    def _error(self, about):
        try:
            kinds = [kind for kind in about["kinds"] if kind in PASSED_ON]
            name, text, where = str(about["name"]), str(about["text"])[:LONGEST_TEXT], about["raised_in"]
        except (TypeError, KeyError):
            return BadMessage("an error without a name")
        base = getattr(builtins, kinds[0]) if kinds else Exception
        name = name if name in self.known or hasattr(builtins, name) else base.__name__
        try:
            error = type(name, (base,), {})("" if self.hidden else text)
        except TypeError:  # a few built-in errors, as UnicodeDecodeError, need more than a text
            error = type(name, (Exception,), {})("" if self.hidden else text)
        error.raised_in = where if self._is_known(where) else None
        return error

    def _is_known(self, path):
        parts = path.split(".") if isinstance(path, str) else []
        return 0 < len(parts) <= LONGEST_PATH and all(part in self.known or part in ("__init__", "__call__") for part in parts)

    def give(self, value, buffers):
        return encode(value, self._from_here, buffers)

    def _from_here(self, value):
        if isinstance(value, Proxy):
            return ["object", object.__getattribute__(value, "_number")]
        if id(value) in self.here:
            return ["set-up", self.here[id(value)]]
        if isinstance(value, np.random.Generator):
            bits = value.bit_generator
            return ["generator", type(bits).__name__, self._state(bits.state)]
        raise TypeError(f"a test cannot hand a {type(value).__name__} to the student's code: only plain values, arrays, "
                        "generators, what the student defined and what a set-up cell defined")

    def _state(self, state):
        if isinstance(state, dict):
            return ["dict", [[["plain", key], self._state(part)] for key, part in state.items()]]
        if isinstance(state, np.ndarray):
            return ["list", [["int", hex(int(part))] for part in state]]
        return ["int", hex(int(state))] if isinstance(state, int | np.integer) else ["plain", state]

    def take(self, tree, buffers):
        return decode(tree, self._from_there, buffers)

    def _from_there(self, tree):
        kind, number, of, is_callable, name, path = tree
        if kind != "object" or not isinstance(number, int):
            raise BadMessage("neither a value nor an object")
        of = of if of in self.known or hasattr(builtins, str(of)) or of in ("method", "function", "generator") else "object"
        proxy = object.__new__(type(of, (Callable if is_callable is True else Proxy,), {}))
        object.__setattr__(proxy, "_student", self)
        object.__setattr__(proxy, "_number", number)
        if isinstance(name, str) and name.isidentifier() and not keyword.iskeyword(name) and self._is_known(name):
            object.__setattr__(proxy, "__name__", name)
            object.__setattr__(proxy, "__qualname__", path if self._is_known(path) else name)
        return proxy

    def on(self, proxy, does, *arguments, **more):
        buffers = []
        request = {"do": does, "object": object.__getattribute__(proxy, "_number"), **more,
                   "arguments": [self.give(argument, buffers) for argument in arguments]}
        reply, buffers = self.ask(request, buffers)
        return self.take(reply, buffers)

    def call(self, proxy, arguments, keywords):
        buffers = []
        reply, received = self.ask({
            "do": "call", "object": object.__getattribute__(proxy, "_number"),
            "arguments": [self.give(argument, buffers) for argument in arguments],
            "keywords": {name: self.give(value, buffers) for name, value in keywords.items()}}, buffers)
        try:
            result, changes = reply["result"], [(number, tree) for number, tree in reply["changed"]]
        except (TypeError, KeyError, ValueError):
            raise BadMessage("not the answer to a call") from None
        given = list(arrays([list(arguments), keywords]))
        for number, tree in changes:
            new = self.take(tree, received)
            old = given[number] if isinstance(number, int) and 0 <= number < len(given) else None
            if not isinstance(new, np.ndarray) or old is None:
                raise BadMessage("a changed argument that is no array")
            _change(old, new)
        return self.take(result, received)


def _change(old, new):
    """Let an array that was passed become what the student's code made of its copy."""
    with contextlib.suppress(ValueError, AttributeError):  # of another size, or with rows that lie apart
        old.shape = new.shape
    if (old.shape, old.dtype) != (new.shape, new.dtype):
        raise AssertionError("an array that was passed has another shape or type afterwards")
    old[...] = new


class Proxy:
    """An object in the student's process."""

    __slots__ = ("__dict__",)

    def __getattr__(self, name):
        if name.startswith("__") or name.startswith(("_ipython", "_repr")):
            raise AttributeError(name)
        return object.__getattribute__(self, "_student").on(self, "get", name=name)

    def __setattr__(self, name, value):
        raise TypeError("a test cannot change what the student defined; a function of the set-up cell that is marked "
                        "in_students_process can")

    def __len__(self):
        return int(self._student.on(self, "length"))

    def __getitem__(self, key):
        return self._student.on(self, "item", key)

    def __iter__(self):
        return iter(self._student.on(self, "items"))

    def __contains__(self, value):
        return bool(self._student.on(self, "contains", value))

    def __bool__(self):
        return True

    def __array__(self, *arguments, **keywords):
        raise TypeError(f"an array or a number was expected, not an object of type {type(self).__name__}")


class Callable(Proxy):
    """A function, class or other callable object in the student's process."""

    def __call__(self, *arguments, **keywords):
        return self._student.call(self, arguments, keywords)
