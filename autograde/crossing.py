"""How values cross between the student's process and the tests': by value if they are plain, otherwise as a handle.

Plain are None, truth values, numbers, text, NumPy arrays and scalars of numbers, dtypes, slices, and lists, tuples, sets
and dicts of them. A value becomes a tree of lists that JSON can hold, plus a list of buffers for the arrays. Nothing is
pickled, and nothing that comes in is run.
"""
import math

import numpy as np

DEEPEST = 20
KINDS = "biufcSU"  # NumPy's letters for truth values, whole numbers, numbers, complex numbers and text
SEQUENCES = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}


class BadMessage(Exception):
    """What came in is not what `encode` makes."""


def encode(value, other, buffers, depth=0):
    """A tree for `value`; its arrays are appended to `buffers`.

    ``other(value)`` gives the tree of a value that is not plain.
    """
    if value is None or isinstance(value, bool):
        return ["plain", value]
    if isinstance(value, np.ndarray | np.generic):
        array = np.array(value, order="K", subok=False)
        if array.dtype.kind not in KINDS:
            return other(value)
        # A transposed array arrives as one: code that fails for such must fail here too.
        axes = sorted(range(array.ndim), key=lambda axis: -array.strides[axis])
        buffers.append(array.transpose(axes).tobytes())
        return ["array", array.dtype.str, list(array.shape), axes, len(buffers) - 1, isinstance(value, np.generic)]
    if isinstance(value, int):
        return ["int", hex(value)]
    if isinstance(value, float):
        return ["float", repr(float(value))]
    if isinstance(value, complex):
        return ["complex", repr(value.real), repr(value.imag)]
    if isinstance(value, str):
        return ["plain", str(value).encode("utf-8", "replace").decode("utf-8")]
    if isinstance(value, np.dtype) and value.kind in KINDS:
        return ["dtype", value.str, False]
    if isinstance(value, type) and issubclass(value, np.generic) and np.dtype(value).kind in KINDS:
        return ["dtype", np.dtype(value).str, True]
    if value is Ellipsis:
        return ["ellipsis"]
    if depth < DEEPEST:
        if isinstance(value, slice):
            return ["slice", *(encode(part, other, buffers, depth + 1) for part in (value.start, value.stop, value.step))]
        if isinstance(value, dict):
            return ["dict", [[encode(part, other, buffers, depth + 1) for part in item] for item in value.items()]]
        for name, kind in SEQUENCES.items():
            if isinstance(value, kind):
                return [name, [encode(item, other, buffers, depth + 1) for item in value]]
    return other(value)


def decode(tree, other, buffers):
    """The value of a tree; ``other(tree)`` gives that of a tree whose kind is not a plain one's. Raises `BadMessage`."""
    try:
        return _decode(tree, other, buffers)
    except BadMessage:
        raise
    except (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError, ValueError) as error:
        raise BadMessage(type(error).__name__) from None


def _decode(tree, other, buffers):
    kind, *rest = tree
    if kind == "plain" and (rest[0] is None or isinstance(rest[0], bool | str)):
        return rest[0]
    if kind == "array":
        letters, shape, axes, number, is_scalar = rest
        dtype = np.dtype(letters)
        if dtype.kind not in KINDS or not dtype.itemsize or not all(isinstance(n, int) and n >= 0 for n in shape):
            raise BadMessage("not an array of numbers")
        if len(buffers[number]) != math.prod(shape) * dtype.itemsize:
            raise BadMessage("an array of another size")
        array = np.frombuffer(bytes(buffers[number]), dtype).reshape([shape[axis] for axis in axes])
        array = array.transpose([axes.index(axis) for axis in range(len(shape))])
        return array[()] if is_scalar and not shape else array.copy(order="K")
    if kind == "int":
        return int(rest[0], 16)
    if kind == "float":
        return float(rest[0])
    if kind == "complex":
        return complex(float(rest[0]), float(rest[1]))
    if kind == "dtype":
        dtype = np.dtype(rest[0])
        if dtype.kind not in KINDS:
            raise BadMessage("not a dtype of numbers")
        return dtype.type if rest[1] else dtype
    if kind == "ellipsis":
        return Ellipsis
    if kind == "slice":
        return slice(*(_decode(part, other, buffers) for part in rest))
    if kind == "dict":
        return {_decode(key, other, buffers): _decode(value, other, buffers) for key, value in rest[0]}
    if kind in SEQUENCES:
        return SEQUENCES[kind](_decode(item, other, buffers) for item in rest[0])
    return other(tree)


def arrays(value):
    """The arrays in arguments, in the order in which they crossed."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from arrays(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from arrays(item)
