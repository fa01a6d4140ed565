"""Checks of arguments, shared by the whole library.

A check returns the argument in its working form or raises `ValueError` with what was found and what was
expected. The rule for types of numbers lives here too: floating arrays keep their dtype, and integers are
computed in float64.
"""

import math
import numbers
import os
from pathlib import Path

import numpy as np


def real_array(value, name, layout):
    """Return `value` as an array of real numbers.

    `layout` names the axes, as in ``"N C H W"``; ``...`` at either end stands for any further axes. An axis
    that is named must not be empty, except ``N``: an empty batch has an empty answer.
    """
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} must be a rectangular array, found lists of unequal lengths") from None
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} must hold real numbers, found dtype {array.dtype} and shape {array.shape}")
    axes = layout.split()
    if "..." in axes:
        place = axes.index("...")
        axes[place:place + 1] = ["..."] * (array.ndim - len(axes) + 1)
    if len(axes) != array.ndim:
        raise ValueError(f"{name} must have the axes {_axes_text(layout)}, found shape {array.shape}")
    empty = [axis for axis, size in zip(axes, array.shape) if size == 0 and axis not in ("N", "...")]
    if empty:
        raise ValueError(f"{name} must not be empty along {' and '.join(empty)}, found shape {array.shape}")
    return array


def float_arrays(*arguments, optional=None):
    """Return arrays of one floating dtype, one for each ``(value, name, layout)``.

    The dtype is NumPy's promotion among the floating arguments, float64 if there is none. Integer and bool
    arguments take this dtype and do not widen it. The value of `optional`, a further argument, may be None
    and then stays None.
    """
    arrays = [real_array(*argument) for argument in arguments]
    if optional is not None:
        arrays.append(None if optional[0] is None else real_array(*optional))
    floating = [a.dtype for a in arrays if a is not None and a.dtype.kind == "f"]
    dtype = np.result_type(*floating) if floating else np.float64
    return [None if a is None else a.astype(dtype, copy=False) for a in arrays]


def float_array(value, name, layout):
    """Return one array by the rule of `float_arrays`."""
    return float_arrays((value, name, layout))[0]


def same_shape(array, name, expected, reason):
    """Check that `array` has the shape `expected`, which is that of `reason`."""
    if array.shape != tuple(expected):
        raise ValueError(f"{name} must have the shape {tuple(expected)} of {reason}, found {array.shape}")


def class_labels(value, count, classes=None):
    """Return `count` integer labels, each in 0 … classes - 1 where the number of classes is known."""
    labels = real_array(value, "labels", "N")
    if labels.dtype.kind not in "iu":
        raise ValueError(f"labels must be integers, found dtype {labels.dtype} and shape {labels.shape}")
    if len(labels) != count:
        raise ValueError(f"there must be one label for each image, found {len(labels)} labels for {count}")
    if labels.size and (labels.min() < 0 or (classes is not None and labels.max() >= classes)):
        limit = "at least 0" if classes is None else f"in 0 to {classes - 1}"
        raise ValueError(f"labels must be {limit}, found {labels.min()} to {labels.max()}")
    return labels


def integer(value, name, minimum):
    """Return an int of at least `minimum`."""
    if not _is_integer(value) or value < minimum:
        raise ValueError(f"{name} must be an int of at least {minimum}, found {value!r}")
    return int(value)


def pair(value, name, minimum):
    """Return the pair (rows, columns) that an int or a pair of ints stands for."""
    both = (value, value) if _is_integer(value) else _sequence(value)
    if len(both) != 2 or not all(_is_integer(v) and v >= minimum for v in both):
        raise ValueError(
            f"{name} must be an int of at least {minimum} or a pair of them (rows, columns), found {value!r}"
        )
    return int(both[0]), int(both[1])


def shape(value, name, layout):
    """Return a shape as a tuple of ints, one for each axis that `layout` names; only N may be 0."""
    minima = [0 if axis == "N" else 1 for axis in layout.split()]
    sizes = _sequence(value)
    if len(sizes) != len(minima) or not all(_is_integer(n) and n >= least for n, least in zip(sizes, minima)):
        raise ValueError(f"{name} must be {_axes_text(layout)}, ints of at least 1, found {value!r}")
    return tuple(int(n) for n in sizes)


def number(value, name):
    """Return a real number, which may be infinite or NaN, as a float."""
    if not isinstance(value, numbers.Real) or isinstance(value, (bool, np.bool_)):
        raise ValueError(f"{name} must be a number, found {value!r}")
    return float(value)


def bounded(value, name, minimum=0, below=math.inf):
    """Return a number of at least `minimum` and below `below` as a float."""
    if not minimum <= number(value, name) < below:
        limit = "finite" if below == math.inf else f"below {below}"
        raise ValueError(f"{name} must be at least {minimum} and {limit}, found {value!r}")
    return float(value)


def generator(rng):
    """Return `rng`, or a freshly seeded generator for None."""
    if rng is None:
        return np.random.default_rng()
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"rng must be a numpy.random.Generator or None, found {rng!r}")
    return rng


def floating(dtype):
    """Return a floating dtype, which may be given by its name or type."""
    try:
        found = None if dtype is None else np.dtype(dtype)
    except TypeError:
        found = None
    if found is None or found.kind != "f":
        raise ValueError(f"dtype must be a floating one, found {repr(dtype) if found is None else found}")
    return found


def file_path(value, name):
    """Return a str or path as a `Path`."""
    if not isinstance(value, (str, os.PathLike)):
        raise ValueError(f"{name} must be a str or a Path, found {value!r}")
    return Path(value)


def layer(value, name):
    """Return `value` if it has what every layer has."""
    whole = all(hasattr(value, part) for part in ("forward", "backward", "params", "grads"))
    if not whole or isinstance(value, type):
        raise ValueError(f"{name} must be a layer with forward, backward, params and grads, found {value!r}")
    return value


def _is_integer(value):
    return isinstance(value, numbers.Integral) and not isinstance(value, (bool, np.bool_))


def _sequence(value):
    """Return a tuple of the entries of a tuple, list or one-dimensional array, and () for anything else."""
    if isinstance(value, np.ndarray) and value.ndim == 1:
        return tuple(value)
    return tuple(value) if isinstance(value, (tuple, list)) else ()


def _axes_text(layout):
    axes = layout.split()
    return f"({', '.join(axes)}{',' if len(axes) == 1 else ''})"
