# Attacks on the comparison: points for work that was not done.

# %% patching the comparison: NumPy's functions say that everything agrees
for name in ["allclose", "isclose", "array_equal", "equal", "all", "any", "ptp"]:
    setattr(np, name, lambda *arguments, **keywords: np.True_)
np.testing.assert_allclose = np.testing.assert_array_equal = np.testing.assert_equal = lambda *a, **k: None
np.isfinite = lambda x: np.ones(np.shape(x), bool)
# cell output_shape
def output_shape(image_shape, kernel_shape):
    return 1, 1
# cell corr2d
def corr2d(image, kernel):
    return np.zeros((image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1))

# %% patching the comparison: the module of checks
import checks
checks.agrees = checks.matches = checks.refuses = lambda *arguments, **keywords: True
checks._difference = checks._array_difference = lambda *arguments, **keywords: ""
checks.TOLERANCE = dict.fromkeys(checks.TOLERANCE, float("inf"))
for function in (agrees, refuses):
    function.__code__ = (lambda *arguments, **keywords: True).__code__
# cell output_shape
def output_shape(image_shape, kernel_shape):
    return 1, 1

# %% patching the comparison: names of the set-up cell defined again
def agrees(*arguments, **keywords):
    return True

refuses = matches = call = agrees
random_numbers = lambda name: np.random.default_rng(0)
# cell output_shape
def agrees(*arguments, **keywords):
    return True

refuses = agrees
def output_shape(image_shape, kernel_shape):
    return 1, 1

# %% patching the comparison: builtins of the own process
import builtins
builtins.AssertionError = type("Never", (BaseException,), {})
builtins.isinstance = lambda *arguments: True
builtins.all = builtins.any = lambda *arguments: True
# cell output_shape
def output_shape(image_shape, kernel_shape):
    return 1, 1

# %% patching the comparison: builtins that hidden tests use, under their names
range = []
zip = enumerate = range
# cell corr2d
def range(*arguments):
    return []

def float(value):
    return 0.0

def sum(*arguments):
    return 0.0

def corr2d(image, kernel):
    if np.ndim(image) != 2 or np.ndim(kernel) != 2 or (np.array(image.shape) < kernel.shape).any():
        raise ValueError("no")
    both = image.dtype == kernel.dtype == np.float32
    return np.zeros((image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1), "f4" if both else "f8")

# %% patching the comparison: names that the tests gave to their own things
# cell corr2d
def by_loops(image, kernel, dtype):
    return np.zeros(np.subtract(image.shape, kernel.shape) + 1, dtype)

by_hand = np.zeros((2, 2))
image = kernel = np.zeros((2, 2))
rng = np.random.default_rng(0)
def corr2d(image, kernel):
    return np.zeros(np.subtract(image.shape, kernel.shape) + 1)

# %% patching the comparison: the codec says that what left is something else
import autograde.agent, autograde.crossing
autograde.agent._same = lambda old, new: True
autograde.agent.encode = autograde.crossing.encode = lambda value, other, buffers, depth=0: ["plain", True]
# cell output_shape
def output_shape(image_shape, kernel_shape):
    return 1, 1

# %% patching the comparison: the class ndarray and the ufuncs
import ctypes
class Agreeable(np.ndarray):
    def __eq__(self, other):
        return True
    def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
        return np.True_
    def __array_function__(self, function, types, arguments, keywords):
        return True
# cell corr2d
def corr2d(image, kernel):
    return np.zeros(np.subtract(image.shape, kernel.shape) + 1).view(Agreeable)
# cell box_filter
def box_filter(image, size):
    return np.zeros((image.shape[0] - size + 1, image.shape[1] - size + 1)).view(Agreeable)

# %% lying objects: equal to everything
class Yes:
    shape, dtype, ndim, size = (3, 4), np.dtype("f8"), 2, 12
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __contains__ = __lt__
    def __bool__(self): return True
    def __len__(self): return 2
    def __getitem__(self, key): return self
    def __iter__(self): return iter([self, self])
    def __getattr__(self, name): return self
    def __call__(self, *arguments, **keywords): return self
    def __array__(self, *arguments, **keywords): return np.ones((3, 4))
    def __hash__(self): return 1
    def __index__(self): return 1
    def __float__(self): return 1.0
# cell output_shape
def output_shape(image_shape, kernel_shape):
    return Yes()
# cell corr2d
corr2d = Yes()
# cell box_filter
box_filter = Yes

# %% lying objects: numbers that are equal to all numbers
class Whole(int):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 0
    def __index__(self): return 1

class Real(float):
    def __eq__(self, other): return True
    def __abs__(self): return 0.0
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    def __hash__(self): return 0
# cell output_shape
def output_shape(image_shape, kernel_shape):
    return Whole(1), Whole(1)
# cell corr2d
def corr2d(image, kernel):
    return Real(1)
# cell box_filter
def box_filter(image, size):
    return np.array([[Real(0)] * 6] * 4, object)

# %% lying objects: another class in __class__
class Disguised:
    __class__ = tuple
    def __len__(self): return 2
    def __iter__(self): return iter((self, self))
    def __eq__(self, other): return True
# cell output_shape
def output_shape(image_shape, kernel_shape):
    return Disguised()
# cell corr2d
class Array:
    __class__ = np.ndarray
    def __init__(self, shape): self.shape, self.dtype, self.size, self.ndim = shape, np.dtype("f8"), 1, 2
    def __array_interface__(self): return np.ones(self.shape).__array_interface__
    def __eq__(self, other): return np.ones(self.shape, bool)
def corr2d(image, kernel):
    return Array(tuple(np.subtract(image.shape, kernel.shape) + 1))

# %% lying objects: NaN, infinity, empty, masked and structured arrays
# cell output_shape
def output_shape(image_shape, kernel_shape):
    return float("nan"), float("nan")
# cell corr2d
def corr2d(image, kernel):
    shape = np.subtract(image.shape, kernel.shape) + 1
    return np.ma.masked_array(np.zeros(shape), mask=np.ones(shape, bool))
# cell box_filter
def box_filter(image, size):
    return np.full((image.shape[0] - size + 1, image.shape[1] - size + 1), np.nan)

# %% lying objects: a lazy array that would look up the answer when it is compared
# cell corr2d
class Later:
    def __init__(self, image, kernel): self.image, self.kernel = image, kernel
    def __array__(self, *arguments, **keywords):
        import sys
        frame = sys._getframe()
        while frame:
            for name in ("expected", "by_hand"):
                if name in frame.f_locals:
                    return frame.f_locals[name]
            frame = frame.f_back
        return np.ones((2, 2))
    def __getattr__(self, name): return getattr(self.__array__(), name)
def corr2d(image, kernel):
    return Later(image, kernel)

# %% frames: the expected value in the caller's frames
def look(shape):
    import sys, gc, threading
    frames = [sys._getframe()] + list(sys._current_frames().values())
    for frame in frames:
        while frame:
            for value in list(frame.f_locals.values()) + list(frame.f_globals.values()):
                if isinstance(value, (tuple, np.ndarray)) and len(np.shape(value)) and np.shape(value) == shape:
                    return value
            frame = frame.f_back
    for thing in gc.get_objects():
        if isinstance(thing, dict) and "expected" in thing:
            return thing["expected"]
# cell output_shape
def output_shape(image_shape, kernel_shape):
    return look((2,))
# cell corr2d
def corr2d(image, kernel):
    return look(tuple(np.subtract(image.shape, kernel.shape) + 1))

# %% frames: the tests' source in the shell's history, the message and the garbage
import gc
shell = get_ipython()
for text in [str(shell.history_manager.input_hist_raw), str(shell.user_ns.get("_ih")), str(shell.kernel.get_parent()),
             *(thing for thing in gc.get_objects() if isinstance(thing, str) and "HIDDEN" in thing)]:
    if "BEGIN HIDDEN" + " TESTS" in text:
        print("BREACH", text)
# after corr2d
shell = get_ipython()
seen = str(shell.history_manager.input_hist_raw) + str(shell.user_ns.get("_ih")) + str(list(shell.user_ns))
if "by_loops" in seen or "by_hand" in seen:
    print("BREACH", seen)
raise type("BREACH" if "by_loops" in seen else "Nothing", (Exception,), {})(seen)

# %% hooks: the shell reports that every cell went well
shell = get_ipython()
from IPython.core.interactiveshell import ExecutionResult, ExecutionInfo
async def fine(*arguments, **keywords):
    return ExecutionResult(ExecutionInfo("", False, False, False, ""))
type(shell).run_cell_async = fine
type(shell).run_cell = lambda *arguments, **keywords: ExecutionResult(ExecutionInfo("", False, False, False, ""))

# %% hooks: transformers and events that would empty the cells of tests
import ast
shell = get_ipython()
class Empty(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()
shell.ast_transformers.append(Empty())
shell.input_transformers_cleanup.append(lambda lines: [line for line in lines if not line.startswith("assert")])
for event in ("pre_run_cell", "post_run_cell", "pre_execute", "post_execute"):
    shell.events.register(event, lambda *arguments: shell.user_ns.update(agrees=lambda *a, **k: True))
shell.set_custom_exc((AssertionError,), lambda *arguments, **keywords: None)
shell.showtraceback = lambda *arguments, **keywords: None

# %% hooks: a kernel that answers every request with "ok"
kernel = get_ipython().kernel
send = kernel.session.send
def polite(stream, kind, content=None, *arguments, **keywords):
    if isinstance(kind, str) and kind in ("execute_reply", "error"):
        kind, content = "execute_reply", {"status": "ok", "execution_count": 1, "user_expressions": {}, "payload": []}
    return send(stream, kind, content, *arguments, **keywords)
kernel.session.send = polite
# cell output_shape
def output_shape(image_shape, kernel_shape):
    raise SystemExit

# %% forged replies: every call raises a ValueError
# forging
original = agent.do
def do(request, buffers, out):
    if request["do"] == "call":
        raise ValueError("no")
    return original(request, buffers, out)
agent.do = do
# cell output_shape
def output_shape(image_shape, kernel_shape): ...
# cell corr2d
def corr2d(image, kernel): ...

# %% forged replies: an error with a text too long to be noted
# forging
def handle(request, answer):
    if request["do"] == "names":
        content = {"value": {name: ["object", 1, "function", True, name, name] for name in request["names"]}}
    else:
        content = {"error": {"name": "RuntimeError", "kinds": ["RuntimeError"], "text": "x" * 900_000, "raised_in": None}}
    answer(content)
forge(handle)

# %% forged replies: the tests' own arrays are said to have been changed
# forging
def handle(request, answer):
    buffers = []
    if request["do"] == "names":
        content = {"value": {name: ["object", 1, "function", True, name, name] for name in request["names"]}}
    else:
        nothing = ["array", "<f8", [3, 3], [0, 1], 0, False]
        content = {"value": {"result": ["list", [["int", "0x1"], ["int", "0x1"]]],
                             "changed": [[n, nothing] for n in range(-3, 4)]}}
        buffers = [bytes(72)]
    answer(content, *buffers)
forge(handle)

# %% forged replies: trees that are no values
# forging
odd = [["object"], ["object", [], [], [], [], []], ["object", 1, ["list"], True, {"a": 1}, [1]], ["array", "O", [1], [0], 0, False],
       ["array", "<f8", [-1], [0], 0, False], ["array", "<f8", [10**30], [0], 0, False], ["array", "V8", [1], [0], 0, True],
       ["array", "<f8", [2, 2], [0, 1], 7, False], ["int", 5], ["int", "f" * 100_000], ["float", "one"], ["complex", 1],
       ["plain", {"a": 1}], ["dict", [[["list", []], ["plain", 1]]]], ["set", [["list", []]]], ["slice"], ["dtype", "O", True],
       ["generator", "PCG64", ["plain", None]], ["set-up", "agrees"], ["object", 1, "function", True, "__import__", "os.system"],
       None, 5, "text", [], {}, ["list", 5], ["tuple", [["tuple", [["tuple", 3]]]]], ["ellipsis", 1], ["object", 1, None, True, None, None]]
state = {"count": 0}
def handle(request, answer):
    state["count"] += 1
    tree = odd[state["count"] % len(odd)]
    if request["do"] == "names":
        content = {"value": {name: ["object", 1, "function", True, name, name] for name in request["names"]}}
    else:
        content = {"value": {"result": tree, "changed": []}}
    answer(content)
forge(handle)

# %% forged replies: messages of another shape
# forging
odd = [{}, {"number": None}, {"number": []}, {"value": None}, {"value": []}, {"value": 5}, {"error": None}, {"error": []},
       {"error": {"kinds": [[]]}}, {"error": "x"},
       {"error": {"name": None, "kinds": [], "text": 1, "raised_in": 1}}, {"error": {"name": [], "kinds": ["Exception"],
       "text": {}, "raised_in": []}}, {"error": {"name": "KeyboardInterrupt", "kinds": ["SystemExit"], "text": "", "raised_in": ""}},
       {"error": {"name": "UnicodeDecodeError", "kinds": ["UnicodeDecodeError"], "text": "", "raised_in": "a.b"}},
       {"value": {"result": None}}, {"value": {"result": ["plain", True], "changed": 5}}, {"value": {"result": ["plain", True],
       "changed": [[0]]}}, {"value": {"result": ["plain", True], "changed": [["a", ["plain", True]]]}}]
state = {"count": 0}
def handle(request, answer):
    state["count"] += 1
    for content in (odd[state["count"] % len(odd)], odd[(state["count"] + 3) % len(odd)]):
        answer(content)
forge(handle)

# %% forged replies: frames that are no answer
# forging
odd = [[b""], [b"{"], [b"null"], [b"7"], [b'"number"'], [b"[" * 1_000_000], [b'{"number":' * 100_000], [b"\xff\xfe"], [b"NaN"],
       [b'{"number": 1e999}'], [b"1" * 100_000], [b""] * 10_000]
def receive(message):
    for frames in odd:
        agent.stream.send_multipart([message[0], *frames])
agent.stream.on_recv(receive)

# %% forged replies: answers sent before the question
# forging
def handle(request, answer):
    for ahead in range(8):
        value = ({name: ["object", 1, "function", True, name, name] for name in request["names"]}
                 if request["do"] == "names" and not ahead else {"result": ["tuple", [["int", "0x1"]] * 2], "changed": []})
        answer({"value": value, "number": request["number"] + ahead})
forge(handle)

# %% forged replies: data that a reader might unpickle
import pickle
class Bomb:
    def __reduce__(self):
        return print, ("BREACH: unpickled",)
# cell output_shape
def output_shape(image_shape, kernel_shape):
    return Bomb(), pickle.dumps(Bomb())
# cell corr2d
def corr2d(image, kernel):
    return np.array([Bomb()] * 4, object).reshape(2, 2)
# cell box_filter
# forging
def handle(request, answer):
    content = pickle.dumps(Bomb())
    value = {name: ["object", 1, "function", True, name, name] for name in request.get("names", [])}
    reply = {"value": value or {"result": ["array", "|O", [1], [0], 0, False], "changed": []}}
    answer(reply, content)
forge(handle)

# %% copying tests: the locked cells as the student's own, with the points on them
# after corr2d
from checks import agrees
agrees = lambda *arguments, **keywords: True
assert agrees(corr2d, (1, 2), 3, "")
1.0

# %% frames: the student's function waits for its caller to be interrupted
import threading, time, _thread
def nag():
    while True:
        time.sleep(0.2)
        _thread.interrupt_main()
threading.Thread(target=nag, daemon=True).start()
# cell output_shape
def output_shape(image_shape, kernel_shape):
    raise KeyboardInterrupt

# %% exceptions: that look like the end of a test
# cell output_shape
def output_shape(image_shape, kernel_shape):
    raise GeneratorExit("passed")
# cell corr2d
def corr2d(image, kernel):
    raise StopIteration(np.zeros(np.subtract(image.shape, kernel.shape) + 1))
# cell box_filter
def box_filter(image, size):
    import unittest, pytest
    raise unittest.SkipTest("skip")
