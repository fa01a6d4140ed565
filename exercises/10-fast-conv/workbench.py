"""A workbench for arrays on which every step is counted and written down.

A `Bench` hands out arrays. What is done to them is done by the bench: it allocates, copies, multiplies matrices and
computes numbers one by one, and counts each. A part of an array, its transpose, or the same numbers in another shape are
views: they cost nothing.

The steps stand in the bench's `log` as plain lists. `replay` does them again on other numbers, after a check of each.
"""
import math
import operator

import numpy as np

ITEM = 4  # bytes: numbers on the bench are float32
COUNTS = ("calls", "multiply_adds", "elementwise_operations", "bytes_copied", "allocations", "bytes_allocated")
ELEMENTWISE = {"add": np.add, "subtract": np.subtract, "multiply": np.multiply, "maximum": np.maximum}
# So many steps and so much work are enough for every task. Nothing larger is begun.
MOST = {"calls": 5_000, "multiply_adds": 10**9, "elementwise_operations": 10**8, "bytes_copied": 10**9, "allocations": 1_000,
        "bytes_allocated": 10**8}
MOST_AXES, MOST_NUMBERS = 8, 10**7  # of one operand


class Array:
    """A view of numbers on a bench. NumPy cannot compute with it: the functions of the bench do."""

    def __init__(self, bench, buffer, values):
        self._bench, self._buffer, self._values = bench, buffer, values

    @property
    def shape(self):
        return self._values.shape

    @property
    def size(self):
        return self._values.size

    @property
    def values(self):
        """The numbers, to look at: a NumPy array that cannot be written into."""
        values = self._values.view()
        values.flags.writeable = False
        return values

    def __getitem__(self, key):
        """A part, as a view. The key holds whole numbers, slices, None and ..., as in NumPy."""
        key = key if isinstance(key, tuple) else (key,)
        for part in key:
            if not (part is None or part is Ellipsis or isinstance(part, (slice, int, np.integer))) or isinstance(part, bool):
                raise TypeError(f"only whole numbers, slices, None and ... give a view; {type(part).__name__} found")
        if not any(part is Ellipsis for part in key):
            key += (...,)
        return self._view(self._values[key])

    def __setitem__(self, key, value):
        raise TypeError("an array of the bench is written into with bench.copy(source, out)")

    def reshape(self, *shape):
        """The same numbers in another shape. ValueError if they would have to be copied for it."""
        values = self._values.reshape(*shape)
        if values.size and not np.may_share_memory(values, self._values):
            raise ValueError(f"to give shape {values.shape} to this view of shape {self.shape}, its numbers would have to be "
                             "copied: copy them into an array of their own first, with bench.copy")
        return self._view(values)

    def transpose(self, *axes):
        """The same numbers with the axes in another order; without arguments, in the opposite one."""
        return self._view(self._values.transpose(*axes))

    def _view(self, values):
        return Array(self._bench, self._buffer, values)

    def __array_ufunc__(self, *arguments, **keywords):
        self.__array__()

    def __array__(self, *arguments, **keywords):
        raise TypeError("NumPy cannot compute with an array of the bench: use the functions of the bench, and array.values "
                        "to look at the numbers")

    def __repr__(self):
        return f"array on the bench, of shape {self.shape}:\n{self._values}"


class Bench:
    """Arrays of float32 numbers, and what can be done to them.

    Attributes
    ----------
    counts : dict
        What the steps took so far: ``calls`` of a function that copies or computes; ``multiply_adds`` of matrix products;
        ``elementwise_operations``, one for each number that add, subtract, multiply or maximum writes; ``bytes_copied``;
        ``allocations`` and ``bytes_allocated``.
    log : list
        The steps, as plain lists.

    Examples
    --------
    >>> bench = Bench()
    >>> x = bench.put(np.ones((2, 3)))
    >>> y = bench.zeros((3, 2))
    >>> bench.add(x.transpose(), 1, out=y)
    >>> bench.counts["elementwise_operations"]
    6
    """

    def __init__(self):
        self.counts, self.log, self._buffers, self._given = dict.fromkeys(COUNTS, 0), [], [], set()

    def put(self, values):
        """Lay numbers on the bench, as the given input of a task: not counted, and not to be written into."""
        self.log.append(["put"])
        array = self._new(np.array(values, np.float32))
        self._given.add(array._buffer)
        return array

    def zeros(self, *shape):
        """A new array full of zeros."""
        return self._allocate("zeros", shape, 0)

    def empty(self, *shape):
        """A new array to write into. Until then it is full of NaN."""
        return self._allocate("empty", shape, np.nan)

    def copy(self, source, out):
        """Write the numbers of `source`, an array or one number, into `out`; as in NumPy, they are repeated to fit."""
        self._do("copy", out, source)

    def matmul(self, a, b, out):
        """Write the product of the matrices `a` and `b` into the matrix `out`.

        Along the rows or along the columns, the numbers of each must lie side by side: NumPy would copy it otherwise.
        """
        self._do("matmul", out, a, b)

    def add(self, a, b, out):
        """Write ``a + b`` into `out`, number by number. Each of `a` and `b` is an array or a number, repeated to fit."""
        self._do("add", out, a, b)

    def subtract(self, a, b, out):
        """Write ``a - b`` into `out`, number by number, as in `add`."""
        self._do("subtract", out, a, b)

    def multiply(self, a, b, out):
        """Write ``a * b`` into `out`, number by number, as in `add`."""
        self._do("multiply", out, a, b)

    def maximum(self, a, b, out):
        """Write the larger of `a` and `b` into `out`, number by number, as in `add`."""
        self._do("maximum", out, a, b)

    def operand(self, array):
        """An array of this bench as a plain list: [buffer, offset, shape, strides], counted in numbers."""
        if not isinstance(array, Array) or array._bench is not self:
            found = "None found: the functions of the bench return nothing, and a return statement can be missing" \
                if array is None else f"{type(array).__name__} found"
            raise TypeError(f"an array of the bench was expected, {found}")
        values, buffer = array._values, self._buffers[array._buffer]
        offset = (values.ctypes.data - buffer.ctypes.data) // ITEM if values.size else 0
        return [array._buffer, offset, list(values.shape), [stride // ITEM for stride in values.strides]]

    def __str__(self):
        return "\n".join(f"{name.replace('_', ' '):24}{count:>14,}" for name, count in self.counts.items())

    def _new(self, values):
        self._buffers.append(values)
        return Array(self, len(self._buffers) - 1, values)

    def _allocate(self, kind, shape, value):
        shape = shape[0] if len(shape) == 1 and isinstance(shape[0], (tuple, list)) else shape
        step = [kind, [operator.index(n) for n in shape]]
        _count(step, self.counts)
        self.log.append(step)
        return self._new(np.full(step[1], value, np.float32))

    def _do(self, name, out, *sources):
        step = [name, *(float(s) if isinstance(s, (int, float, np.number)) else self.operand(s) for s in sources),
                self.operand(out)]
        if step[-1][0] in self._given:
            raise ValueError("an array that was given is not to be written into: allocate one with bench.empty or bench.zeros")
        _count(step, self.counts)
        self.log.append(step)
        _compute(name, [s._values if isinstance(s, Array) else s for s in sources], out._values)


def replay(segments, inputs):
    """Do written steps again, on other numbers.

    Nothing in `segments` is trusted: every step is checked before it is done.

    Parameters
    ----------
    segments : list of [steps, result]
        Steps as they stand in a bench's log, cut into segments, and the operand that each segment gives as its result, or
        None. Arrays are numbered in the order in which they are laid on the bench or allocated.
    inputs : list of lists of arrays
        What is laid on the bench before each segment.

    Returns
    -------
    list of (array or None, dict)
        The result and the counts of each segment. All is computed in float64; bytes are those of float32.

    Raises
    ------
    ValueError
        If a step is none, reads or writes outside an array or takes too much, in words.
    """
    if type(segments) is not list or len(segments) != len(inputs):
        raise ValueError("the list of steps is not one that a bench writes")
    buffers, given, results = [], set(), []
    total = dict.fromkeys(COUNTS, 0)
    for segment, arrays in zip(segments, inputs):
        if type(segment) is not list or len(segment) != 2 or type(segment[0]) is not list:
            raise ValueError("the list of steps is not one that a bench writes")
        before, (steps, result) = dict(total), segment
        for array in arrays:
            given.add(len(buffers))
            buffers.append(np.array(array, np.float64).ravel())
        for step in steps:
            _check(step, buffers, given)
            try:
                _count(step, total)
            except ValueError:  # its words hold numbers from outside
                raise ValueError("a step does not fit the arrays that it uses, or takes too much") from None
            if step[0] in ("zeros", "empty"):
                buffers.append(np.full(math.prod(step[1]), 0.0 if step[0] == "zeros" else np.nan))
            else:
                *sources, out = [_view(part, buffers) for part in step[1:]]
                _compute(step[0], sources, out)
        if result is not None:
            _check_operand(result, buffers)
            result = _view(result, buffers).copy()
        results.append((result, {name: total[name] - before[name] for name in COUNTS}))
    return results


def _check(step, buffers, given):
    """ValueError if a step from outside is not one that a bench writes."""
    if type(step) is not list or not step or type(step[0]) is not str:
        raise ValueError("a step is not one that a bench writes")
    name, *parts = step
    if name == "put":
        raise ValueError("numbers are laid on the bench with bench.put in the middle of the work: only what was given may be used")
    if name in ("zeros", "empty"):
        if len(parts) != 1:
            raise ValueError("a step is not one that a bench writes")
        _check_whole(parts[0], MOST["bytes_allocated"])
        if min(parts[0], default=0) < 0:
            raise ValueError("an array of negative size is asked for")
        return
    if name not in ELEMENTWISE and name not in ("copy", "matmul"):
        raise ValueError("a step is asked for that the bench does not have")
    if len(parts) != (2 if name == "copy" else 3):
        raise ValueError("a step is not one that a bench writes")
    for part in parts[:-1]:
        if type(part) is not float or name == "matmul":
            _check_operand(part, buffers)
    _check_operand(parts[-1], buffers)
    number, _, shape, strides = parts[-1]
    if number in given:
        raise ValueError("an array that was given is written into")
    reach = 0
    for stride, n in sorted((abs(stride), n) for stride, n in zip(strides, shape) if n > 1):
        if stride <= reach and 0 not in shape:
            raise ValueError("a step writes several numbers to one place")
        reach += stride * (n - 1)


def _check_whole(numbers, most):
    """ValueError unless this is a short list of whole numbers of at most `most`."""
    if type(numbers) is not list or len(numbers) > MOST_AXES or not all(type(n) is int and abs(n) <= most for n in numbers):
        raise ValueError("a step is not one that a bench writes")


def _check_operand(operand, buffers):
    """ValueError unless this is a view that lies in one of the buffers."""
    if type(operand) is not list or len(operand) != 4:
        raise ValueError("a step is not one that a bench writes")
    number, offset, shape, strides = operand
    _check_whole([number, offset], MOST["bytes_allocated"])
    _check_whole(shape, MOST["bytes_allocated"])
    _check_whole(strides, MOST["bytes_allocated"])
    if len(shape) != len(strides) or min(shape, default=0) < 0 or math.prod(shape) > MOST_NUMBERS:
        raise ValueError("a step is not one that a bench writes")
    if not 0 <= number < len(buffers):
        raise ValueError("a step uses an array that does not exist")
    reach = [(n - 1) * stride for n, stride in zip(shape, strides)]
    first, last = offset + sum(min(r, 0) for r in reach), offset + sum(max(r, 0) for r in reach)
    if 0 not in shape and not (0 <= first and last < buffers[number].size):
        raise ValueError("a step reaches outside an array")


def _view(operand, buffers):
    """The numbers of a checked operand."""
    if type(operand) is float:
        return operand
    number, offset, shape, strides = operand
    if 0 in shape:
        return np.empty(shape)
    buffer = buffers[number]
    return np.ndarray(shape, buffer.dtype, buffer, offset * buffer.itemsize, [stride * buffer.itemsize for stride in strides])


def _count(step, counts):
    """Add what a step takes to `counts`. ValueError if its shapes do not fit, or if it is all too much."""
    name, *parts = step
    if name in ("zeros", "empty"):
        takes = {"allocations": 1, "bytes_allocated": ITEM * math.prod(parts[0])}
    else:
        shapes = [() if type(part) is float else tuple(part[2]) for part in parts]
        takes = {"calls": 1}
        if name == "matmul":
            _check_product(parts, shapes)
            takes["multiply_adds"] = math.prod(shapes[0]) * shapes[1][1]
        else:
            _check_fit(shapes)
            takes |= {"bytes_copied": ITEM * math.prod(shapes[-1])} if name == "copy" else {
                "elementwise_operations": math.prod(shapes[-1])}
    for count, amount in takes.items():
        if counts[count] + amount > MOST[count]:
            raise ValueError(f"that is too much for the bench: more than {MOST[count]:,} {count.replace('_', ' ')}")
        counts[count] += amount


def _check_product(parts, shapes):
    if [len(shape) for shape in shapes] != [2, 2, 2]:
        raise ValueError(f"matmul takes three matrices, shapes {', '.join(map(str, shapes))} found")
    (m, k), (k2, p), found = shapes
    if k != k2 or found != (m, p):
        raise ValueError(f"matrices of shapes (m, k), (k, p) and (m, p) expected, {shapes[0]}, {shapes[1]} and {found} found")
    for _, _, shape, strides in parts:
        if not any(stride == 1 or n == 1 for n, stride in zip(shape, strides)):
            raise ValueError(f"in a matrix of shape {tuple(shape)}, neither the numbers of a row nor those of a column lie side by "
                             "side, so that NumPy would copy it: copy it into an array of its own first, with bench.copy")


def _check_fit(shapes):
    """ValueError unless the sources can be repeated to the shape of `out`, the last one."""
    *sources, out = shapes
    for shape in sources:
        padded = (1,) * (len(out) - len(shape)) + shape
        if len(padded) != len(out) or not all(n in (1, m) for n, m in zip(padded, out)):
            raise ValueError(f"an array of shape {shape} does not fit into out of shape {out}")


def _compute(name, sources, out):
    with np.errstate(all="ignore"):
        if name == "copy":
            out[...] = sources[0]
        elif name == "matmul":
            np.matmul(*sources, out=out)
        else:
            ELEMENTWISE[name](*sources, out=out)
