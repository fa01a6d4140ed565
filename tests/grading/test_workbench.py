"""The workbench of 10-fast-conv: what it counts, and that nobody gains by writing down steps that were not taken."""
import contextlib
import doctest
import importlib.util
import resource

import nbformat
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import classroom
from classroom import ROOT

NAME = "10-fast-conv"
SPEC = importlib.util.spec_from_file_location("workbench", ROOT / "solutions" / NAME / "workbench.py")
workbench = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(workbench)
Bench, replay = workbench.Bench, workbench.replay
X = np.arange(12.0).reshape(3, 4)
WHOLE = [0, 0, [3, 4], [4, 1]]
NEW = ["empty", [3, 4]]
MADE = [1, 0, [3, 4], [4, 1]]


def test_the_examples_in_the_docstrings_are_true():
    assert doctest.testmod(workbench, extraglobs={"np": np}) == doctest.TestResults(0, 5)


def test_each_step_is_counted():
    bench = Bench()
    x, out = bench.put(X), bench.zeros(2, 5)
    matrix = bench.empty(4, 5)
    bench.copy(x[:2, 1:2], out=out)
    bench.copy(2.5, out=matrix)
    bench.matmul(x[:2], matrix, out=out)
    bench.maximum(out, 30, out=out)
    assert bench.counts == {"calls": 4, "multiply_adds": 2 * 4 * 5, "elementwise_operations": 10, "bytes_copied": 4 * (10 + 20),
                            "allocations": 2, "bytes_allocated": 4 * (10 + 20)}
    assert (out.values == np.array([[30.0] * 5, [55.0] * 5])).all()


def test_steps_taken_again_give_the_same_counts_and_the_result_for_the_other_numbers():
    bench, other = Bench(), -3 * X
    x = bench.put(X)
    bench.log = []
    y, z = bench.empty(4, 3), bench.zeros(2, 2)
    bench.subtract(x.transpose(), x[::-1, 0], out=y)
    bench.add(y.reshape(2, 2, 3)[..., 1], z, out=z)
    bench.multiply(y[::2, ::-1], 0.5, out=y[1::2])
    (result, took), = replay([[bench.log, bench.operand(y[1:])]], [[other]])
    expected = other.T - other[::-1, 0]
    expected[1::2] = 0.5 * expected[::2, ::-1]
    assert took == bench.counts
    np.testing.assert_allclose(result, expected[1:])


def test_views_are_free_and_a_reshape_that_copies_is_refused():
    bench = Bench()
    x = bench.put(np.arange(24.0).reshape(2, 3, 4))
    view = x[:, 1:].reshape(2, 8)[None, ..., 3].transpose(1, 0)
    assert view.values.tolist() == [[7.0], [19.0]] and not any(bench.counts.values())
    with pytest.raises(ValueError, match="copied"):
        x.transpose(2, 1, 0).reshape(24)


@st.composite
def views(draw, array):
    """A view of an array of the bench, taken in a few random steps."""
    for _ in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(["part", "axes", "flat"]))
        if kind == "part":
            array = array[draw(hnp.basic_indices(array.shape, allow_newaxis=True, max_dims=6))]
        elif kind == "axes":
            array = array.transpose(*draw(st.permutations(range(len(array.shape)))))
        else:
            with contextlib.suppress(ValueError):
                array = array.reshape(-1)
    return array


@settings(deadline=None)
@given(st.data(), hnp.array_shapes(min_dims=1, max_dims=4, max_side=5))
def test_every_view_can_be_read_and_written_again(data, shape):
    bench, other = Bench(), np.random.default_rng(0).normal(size=shape)
    x = bench.put(np.ones(shape))
    bench.log = []
    source = data.draw(views(x))
    y = bench.zeros(*shape)
    target = data.draw(views(y))
    bench.copy(source, out=bench.empty(*source.shape))
    bench.add(target, 1, out=target)
    bench.maximum(target, y[(0,) * len(shape)], out=target)
    (result, took), = replay([[bench.log, bench.operand(y)]], [[other]])
    assert took == bench.counts
    np.testing.assert_array_equal(result, y.values)


@pytest.mark.parametrize("step", [
    lambda bench, x: x + 1, lambda bench, x: np.add(x, 1), lambda bench, x: np.asarray(x), lambda bench, x: x[[0, 1]],
    lambda bench, x: x[x.values > 3], lambda bench, x: x.values.sort(), lambda bench, x: bench.add(x, 1, out=x),
    lambda bench, x: bench.copy(X, out=bench.zeros(3, 4)), lambda bench, x: bench.copy(x, out=bench.zeros(4, 4)),
    lambda bench, x: bench.matmul(x, x, out=bench.zeros(3, 3)), lambda bench, x: bench.zeros(10**6, 10**6),
    lambda bench, x: bench.matmul(x[:, ::2], bench.zeros(2, 2), out=bench.zeros(3, 2)),
    lambda bench, x: bench.add(Bench().zeros(3, 4), 1, out=bench.zeros(3, 4)), lambda bench, x: x.__setitem__(0, 1)])
def test_what_would_not_be_counted_is_refused(step):
    bench = Bench()
    x = bench.put(X)
    with pytest.raises((TypeError, ValueError)):
        step(bench, x)
    assert (x.values == X).all()


FORGED = {
    "no list": None,
    "text": "steps",
    "no segment": [],
    "too many segments": [[[], WHOLE], [[], WHOLE]],
    "a segment that is no pair": [[[]]],
    "steps that are no list": [[{}, WHOLE]],
    "a step that is no list": [[[7], WHOLE]],
    "a step without a name": [[[[]], WHOLE]],
    "a name that is no text": [[[[["add"], WHOLE, WHOLE]], WHOLE]],
    "a function of NumPy": [[[NEW, ["convolve", WHOLE, WHOLE, MADE]], MADE]],
    "a name with two underscores": [[[NEW, ["__class__", WHOLE, MADE]], MADE]],
    "numbers from outside": [[[["put"]], WHOLE]],
    "an operand too few": [[[NEW, ["add", WHOLE, MADE]], MADE]],
    "an operand of three parts": [[[NEW, ["copy", WHOLE[:3], MADE]], MADE]],
    "an operand that is an array": [[[NEW, ["copy", X, MADE]], MADE]],
    "a whole number as operand": [[[NEW, ["copy", 3, MADE]], MADE]],
    "a number as result": [[[], 4.0]],
    "out that is a number": [[[NEW, ["copy", WHOLE, 4.0]], MADE]],
    "an array that does not exist": [[[], [1, 0, [3, 4], [4, 1]]]],
    "an array before the first": [[[], [-1, 0, [3, 4], [4, 1]]]],
    "an array of its own numbers": [[[NEW, ["copy", [0.0, 0, [3, 4], [4, 1]], MADE]], MADE]],
    "a truth value as array number": [[[], [False, 0, [3, 4], [4, 1]]]],
    "behind the end": [[[], [0, 1, [3, 4], [4, 1]]]],
    "before the beginning": [[[], [0, 0, [3, 4], [-4, 1]]]],
    "a negative offset": [[[], [0, -4, [3, 4], [4, 1]]]],
    "far away": [[[], [0, 10**30, [3, 4], [4, 1]]]],
    "steps far apart": [[[], [0, 0, [3, 4], [10**30, 1]]]],
    "more steps than axes": [[[], [0, 0, [3, 4], [4, 1, 1]]]],
    "a negative size": [[[], [0, 0, [-3, 4], [4, 1]]]],
    "too many axes": [[[], [0, 0, [1] * 100, [0] * 100]]],
    "a giant result of one number": [[[], [0, 0, [10**7, 10**7], [0, 0]]]],
    "an array of negative size": [[[["empty", [-3, -4]]], WHOLE]],
    "an array of negative and positive size": [[[["zeros", [-1, 10**6]]], WHOLE]],
    "a giant array": [[[["zeros", [10**5, 10**5]]], WHOLE]],
    "an array of a number's size": [[[["zeros", 12]], WHOLE]],
    "an array of giant size": [[[["zeros", [10**100]]], WHOLE]],
    "giant arrays together": [[[["zeros", [10**6]]] * 100, WHOLE]],
    "too many arrays": [[[["zeros", [1]]] * 2000, WHOLE]],
    "too many calls": [[[NEW, *[["copy", WHOLE, MADE]] * 6000], MADE]],
    "too much work": [[[["zeros", [3000, 3000]], ["zeros", [3000, 3000]],
                        ["matmul", *[[1, 0, [3000, 3000], [3000, 1]]] * 2, [2, 0, [3000, 3000], [3000, 1]]]], WHOLE]],
    "much work on one number": [[[["zeros", [1]], ["matmul", [1, 0, [1, 10**8], [0, 0]], [1, 0, [10**8, 1], [0, 0]],
                                                   [1, 0, [1, 1], [1, 1]]]], WHOLE]],
    "what was given is written into": [[[["copy", 1.0, WHOLE]], WHOLE]],
    "several numbers to one place": [[[NEW, ["copy", WHOLE, [1, 0, [3, 4], [0, 1]]]], MADE]],
    "rows that overlap": [[[NEW, ["copy", WHOLE, [1, 0, [3, 4], [3, 1]]]], MADE]],
    "shapes that do not fit": [[[NEW, ["add", WHOLE, [0, 0, [4, 3], [3, 1]], MADE]], MADE]],
    "matrices that do not fit": [[[NEW, ["matmul", WHOLE, WHOLE, MADE]], MADE]],
    "a product with a number": [[[NEW, ["matmul", 1.0, WHOLE, MADE]], MADE]],
    "a product of vectors": [[[NEW, ["matmul", [0, 0, [4], [1]], [0, 0, [4], [1]], [1, 0, [], []]]], MADE]],
    "a matrix that NumPy would copy": [[[NEW, ["matmul", [0, 0, [3, 2], [4, 2]], [0, 0, [2, 2], [2, 1]], [1, 0, [3, 2], [2, 1]]]],
                                        MADE]],
}


@pytest.mark.parametrize("words", FORGED)
def test_steps_that_no_bench_writes_are_refused_in_words_without_much_work(words):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ValueError) as error:
        replay(FORGED[words], [[X]])
    message = str(error.value)
    assert 20 < len(message) < 120 and "\n" not in message and not any(character.isdigit() for character in message)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # kilobytes


def test_a_later_result_cannot_be_computed_in_an_earlier_segment():
    early = [[NEW, ["copy", [2, 0, [3, 4], [4, 1]], MADE]], None]
    with pytest.raises(ValueError, match="does not exist"):
        replay([early, [[], MADE]], [[X], [X]])


WASTEFUL = {task: next(a.source for a in classroom.answers(NAME) if (a.task, a.words) == (task, words)) for task, words in [
    ("conv_rows", "im2col"), ("FastConv", "conv_rows in every call"), ("winograd_row", "the direct sum")]}
# What a cheat puts before the wasteful answers above. In each, the answers themselves run on.
CHEATS = {
    "counts of zero": """
from workbench import COUNTS
Bench.counts = property(lambda self: dict.fromkeys(COUNTS, 0), lambda self, value: None)
""",
    "nothing is counted": """
import workbench
workbench._count = lambda step, counts: None
workbench.MOST = dict.fromkeys(workbench.MOST, 10**12)
""",
    "every budget is kept": """
def within(*arguments, **keywords):
    return True
for budget in (pool_budget, rows_budget, dx_budget, winograd_budget):
    budget.__code__ = (lambda *shapes: {}).__code__
""",
    "the replay returns what the test expects": """
import workbench
replay = workbench.replay = lambda segments, inputs: [(None, dict.fromkeys(workbench.COUNTS, 0))] * len(segments)
on_bench = taken_again = lambda *arguments: (np.zeros(1), {})
""",
    "only every second step is written down": """
steps = Bench._do
def half(self, name, out, *sources):
    steps(self, name, out, *sources)
    if len(self.log) % 2:
        self.log.pop()
Bench._do = half
""",
    "the steps that copy are not written down": """
copy = Bench.copy
def silent(self, source, out):
    copy(self, source, out)
    self.log.pop()
Bench.copy = silent
""",
    "the log says that everything was given": """
def forged(function, *shapes):
    return [[[], [0, 0, list(shapes[0]), [0] * len(shapes[0])]]]
steps_of.__code__ = forged.__code__
""",
    "a log that is an object": """
class Log(list):
    def __iter__(self):
        return iter([])
def forged(*arguments):
    return [[Log(), object()]]
steps_of.__code__ = forged.__code__
steps_of.__globals__["Log"] = Log
""",
    "a log without an end": """
def forged(*arguments):
    steps = []
    steps.append(steps)
    return steps
steps_of.__code__ = forged.__code__
""",
    "a log of giant arrays": """
def forged(*arguments):
    return [[[["zeros", [10**9, 10**9]]] * 1000, [0, 0, [1], [1]]]]
steps_of.__code__ = forged.__code__
""",
    "the result is computed in NumPy and laid on the bench": """
import workbench
def operand(self, array, honest=Bench.operand):
    return honest(self, self.put(array.values) if array._values.ndim == 4 else array)
Bench.operand = operand
put = Bench.put
def silent(self, values):
    array = put(self, values)
    self.log.pop()
    return array
Bench.put = silent
""",
}


@pytest.fixture(scope="module")
def cheats(tmp_path_factory):
    """A class in which everyone cheats but one: {words: student}, {student: marks}, {student: {task: message}}."""
    folder = tmp_path_factory.mktemp("cheats")
    students = {f"cheat{number:02}": code for number, code in enumerate(CHEATS.values())} | {"honest": None}
    papers = {}
    for student, code in students.items():
        paper = classroom.submission(NAME, WASTEFUL if code else {})
        if code:
            cell, = (cell for cell in paper.cells if cell.id == "conv_work")
            cell.source += "\n" + code
        papers[student] = paper
    marks = classroom.grade(NAME, papers, folder)
    for student in students:
        graded = nbformat.read(folder / "autograded" / student / NAME / f"{NAME}.ipynb", 4)
        assert not graded.metadata.autograde.notes  # each cheat ran to its end
    messages = {student: {task: classroom.message(NAME, student, task, folder) for task in WASTEFUL} for student in students}
    return dict(zip([*CHEATS, "honest"], students)), marks, messages


@pytest.mark.parametrize("words", CHEATS)
def test_a_cheat_earns_nothing_with_wasteful_answers(words, cheats):
    students, marks, messages = cheats
    full, scored = classroom.points(NAME), marks[students[words]]
    assert scored["conv_work"] == full["conv_work"]
    for task in WASTEFUL:
        assert scored[task] == 0, task
        message = messages[students[words]][task]
        assert message.startswith(task) and "\n" not in message and len(message) < 250


def test_an_honest_student_among_cheats_gets_every_point(cheats):
    assert cheats[1]["honest"] == classroom.points(NAME) | {"written": 0}
