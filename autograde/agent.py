"""The student's side of the crossing: does in the student's process what the tests ask for.

It is part of the student's kernel, so nothing that it says is trusted: see `autograde.proxies` for the other side.
"""
import builtins
import itertools
import json
import signal
import sys
import traceback
import warnings

import numpy as np
import zmq
from IPython.utils.text import SList
from zmq.eventloop.zmqstream import ZMQStream

from autograde.crossing import arrays, decode, encode

MOST_ITEMS = 100_000


class Agent:
    """Answers requests at a socket of its own, between two messages to the kernel: as one of these, each would take much longer.

    Parameters
    ----------
    kernel : IPythonKernel
    address : str
        Of the socket.
    """

    def __init__(self, kernel, address):
        self.names = kernel.shell.user_ns
        self.objects, self.set_up, self.hidden_ran = {}, {}, False
        # No other program is in the room: a line that calls one must not stop the cell that it stands in.
        kernel.shell.ask_exit = lambda: print("exit() does nothing here.")
        kernel.shell.system = lambda command: print(f"!{command} does nothing here.")
        kernel.shell.getoutput = lambda command, **options: SList()
        kernel.shell.events.register("post_execute", self.show_figures)
        socket = zmq.Context.instance().socket(zmq.ROUTER)
        socket.bind(address)
        self.stream = ZMQStream(socket)
        self.stream.on_recv(self.handle)

    def show_figures(self):
        """Show a cell's figures and close them, before Matplotlib, which is told of the cell's end next, draws them once more.

        After hidden tests the figures go to nobody, so that they are only closed.
        """
        inline = sys.modules.get("matplotlib_inline.backend_inline")
        if inline and self.hidden_ran:
            sys.modules["matplotlib.pyplot"].close("all")
        elif inline:
            inline.flush_figures()

    def handle(self, message):
        sender, request, *received = message
        request, buffers = json.loads(request), []
        try:
            try:
                signal.signal(signal.SIGINT, signal.default_int_handler)
                with warnings.catch_warnings():  # as `checks.call` does it where tests and code are in one process
                    warnings.simplefilter("ignore")
                    content = json.dumps({"number": request["number"], "value": self.do(request, received, buffers)})
            finally:
                signal.signal(signal.SIGINT, signal.SIG_IGN)
        except BaseException as error:
            content, buffers = json.dumps({"number": request["number"], "error": _about(error)}), []
        self.stream.send_multipart([sender, content.encode(), *buffers])

    def do(self, request, buffers, out):
        does = request["do"]
        if does == "names":
            self.hidden_ran = request["hidden"]
            return {name: self.give(self.names[name], out) for name in request["names"] if name in self.names}
        if does == "remember set-up":
            self.set_up = {name: self.names[name] for name in request["names"] if name in self.names}
            return None
        target = self.objects[request["object"]]
        if does == "get":
            return self.give(getattr(target, request["name"]), out)
        if does == "length":
            return self.give(len(target), out)
        if does == "items":
            return self.give(list(itertools.islice(target, MOST_ITEMS)), out)
        arguments = [self.take(tree, buffers) for tree in request["arguments"]]
        if does == "item":
            return self.give(target[arguments[0]], out)
        if does == "contains":
            return self.give(arguments[0] in target, out)
        keywords = {name: self.take(tree, buffers) for name, tree in request["keywords"].items()}
        given = list(arrays([arguments, keywords]))
        before = [array.copy() for array in given]
        result = target(*arguments, **keywords)
        changed = [[number, self.give(new, out)] for number, (old, new) in enumerate(zip(before, given))
                   if not _same(old, new)]
        return {"result": self.give(result, out), "changed": changed}

    def give(self, value, buffers):
        return encode(value, self.as_handle, buffers)

    def as_handle(self, value):
        self.objects[id(value)] = value
        named = [text for text in (getattr(value, "__name__", None), getattr(value, "__qualname__", None))]
        return ["object", id(value), type(value).__name__, callable(value), *(t if type(t) is str else None for t in named)]

    def take(self, tree, buffers):
        return decode(tree, self.from_tests, buffers)

    def from_tests(self, tree):
        kind, *rest = tree
        if kind == "object":
            return self.objects[rest[0]]
        if kind == "set-up":
            return self.set_up[rest[0]]
        name, state = rest
        generator = np.random.Generator(getattr(np.random, name)())
        generator.bit_generator.state = self.take(state, [])
        return generator


def _same(old, new):
    return old.shape == new.shape and old.dtype == new.dtype and np.array_equal(old, new, equal_nan=old.dtype.kind in "fc")


def _about(error):
    frames = list(traceback.walk_tb(error.__traceback__))
    function = frames[-1][0].f_code.co_qualname if frames else None
    names = [kind.__name__ for kind in type(error).__mro__ if getattr(builtins, kind.__name__, None) is kind]
    try:
        text = str(error)[:2000].encode("utf-8", "replace").decode("utf-8")
    except BaseException:
        text = ""
    return {"name": type(error).__name__, "kinds": names, "text": text, "raised_in": function}
