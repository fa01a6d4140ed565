"""What the test cells use: call a student's function, compare what comes back, and say in plain words what is wrong.

Every assignment's folder holds a copy of this module, so that an exercise needs nothing but its own folder.
"""
import contextlib
import copy
import importlib.abc
import io
import numbers
import os
import sys
import traceback
import warnings
import zlib

import numpy as np

# |found - expected| may be this much times the largest |expected|, and at least this much.
TOLERANCE = {"float16": 2e-2, "float32": 1e-4, "float64": 1e-8}
TRUTH = (bool, np.bool_)
SCALARS = [(TRUTH, "a truth value"), (numbers.Integral, "a whole number"), (numbers.Real, "a number")]
NOT_AN_ANSWER = {"scipy", "skimage", "torch", "miniconv", "cv2", "sklearn", "tensorflow", "jax", "numba"}


def random_numbers(name):
    """A random generator of its own for each name, seeded by the environment variable TEST_SEED (0 if it is not set)."""
    return np.random.default_rng([int(os.environ.get("TEST_SEED", "0")), zlib.crc32(name.encode())])


def agrees(function, arguments, expected, case, likely="", hidden=False, tolerance=None, **keywords):
    """True if ``function(*arguments, **keywords)`` gives `expected` and leaves its arguments alone.

    Otherwise an AssertionError says what was found, what was expected and the likely cause. With ``hidden=True`` the
    message names shapes and types, never a value. `tolerance` replaces the one for the expected dtype.
    """
    __tracebackhide__ = True
    found = call(function, arguments, case, **keywords)
    problem = difference(found, expected, hidden, tolerance)
    assert not problem, _sentence(function, case, problem, likely)
    return True


def refuses(function, arguments, case, likely="", **keywords):
    """True if ``function(*arguments, **keywords)`` raises a ValueError, as it must for bad input."""
    __tracebackhide__ = True
    try:
        found = call(function, arguments, case, expect=ValueError, **keywords)
    except ValueError:
        return True
    raise AssertionError(_sentence(function, case, f"a ValueError was expected, {describe(found)} came back", likely))


def call(function, arguments, case, expect=(), **keywords):
    """What ``function(*arguments, **keywords)`` returns; its prints and warnings are dropped.

    An AssertionError in plain words tells of a function that is not written yet, that stops with an exception (other
    than `expect`) or that changes its arguments.
    """
    __tracebackhide__ = True
    before = copy.deepcopy((arguments, keywords)) if _is_plain((arguments, keywords)) else None
    silence = io.StringIO()
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(silence), contextlib.redirect_stderr(silence):
            warnings.simplefilter("ignore")
            found = function(*arguments, **keywords)
    except NotImplementedError as error:
        *_, (frame, _) = traceback.walk_tb(error.__traceback__)
        missing = frame.f_code.co_qualname.removesuffix(".__init__")
        needed = "" if missing == name_of(function) else f", and {name_of(function)} needs it"
        raise AssertionError(f"{missing} is not written yet{needed}.") from None
    except KeyboardInterrupt:
        raise AssertionError(_sentence(function, case, "the code was still running when the time was over", "")) from None
    except expect:
        raise
    except Exception as error:
        problem = f"the code stopped with {type(error).__name__}: {error}"
        raise AssertionError(_sentence(function, case, problem, "")) from error
    if before is not None:
        for position, (old, new) in enumerate(zip(before[0], arguments), start=1):
            assert _same(old, new), _sentence(
                function, case, f"argument {position} was changed", "the code writes into its input: work on a copy")
    return found


def difference(found, expected, hidden=False, tolerance=None):
    """Words for how `found` differs from `expected` in type, shape, dtype, finiteness or value; "" if it does not."""
    if found is None:
        return f"None came back, {describe(expected)} was expected. Is a return statement missing?"
    if isinstance(expected, (tuple, list)):
        return _sequence_difference(found, expected, hidden, tolerance)
    if isinstance(expected, np.ndarray):
        return _array_difference(found, expected, hidden, tolerance)
    if isinstance(found, np.ndarray) and found.shape == ():
        found = found[()]
    kind, words = next((kind, words) for kind, words in SCALARS if isinstance(expected, kind))
    if not isinstance(found, kind) or isinstance(found, TRUTH) and kind is not TRUTH:
        return f"{describe(found)} found, {words} expected"
    if kind is numbers.Real:
        return _array_difference(np.asarray(found, float), np.asarray(expected, float), hidden, tolerance)
    if found == expected:
        return ""
    return f"{words} other than the expected one came back" if hidden else f"{found} found, {expected} expected"


def _sequence_difference(found, expected, hidden, tolerance):
    if not isinstance(found, (tuple, list, np.ndarray)) or isinstance(found, np.ndarray) and found.ndim == 0:
        return f"{describe(found)} found, {describe(expected)} expected"
    if len(found) != len(expected):
        return f"{len(found)} values found, {len(expected)} expected"
    for position, (one, other) in enumerate(zip(found, expected), start=1):
        if problem := difference(one, other, hidden, tolerance):
            return f"value {position} of {len(expected)}: {problem}"
    return ""


def _array_difference(found, expected, hidden, tolerance):
    if not isinstance(found, (np.ndarray, np.generic)):
        return f"{describe(found)} found, {describe(expected)} expected"
    found = np.asarray(found)
    if found.shape != expected.shape:
        return f"shape {found.shape} found, {expected.shape} expected"
    if found.dtype != expected.dtype:
        return f"dtype {found.dtype} found, {expected.dtype} expected"
    if expected.dtype.kind in "fc":
        lost = ~np.isfinite(found) & np.isfinite(expected)
        if lost.any():
            return f"{lost.sum()} of {found.size} values are NaN or infinite where a finite number was expected"
        limit = tolerance or TOLERANCE[expected.dtype.name]
        scale = max(1.0, float(np.abs(expected[np.isfinite(expected)]).max(initial=0.0)))
        wrong = ~np.isclose(found, expected, rtol=0, atol=limit * scale, equal_nan=True)
    else:
        wrong = found != expected
    if not wrong.any():
        return ""
    first = tuple(int(i) for i in np.argwhere(wrong)[0])
    count = f"{wrong.sum()} of {wrong.size} values are wrong" if wrong.size > 1 else "the value is wrong"
    where = f" at {list(first)}" if first else ""
    if hidden:
        return count + (f", the first{where}" if where else "")
    return f"{count}: {found[first]:.6g}{where} found, {expected[first]:.6g} expected"


def describe(value):
    """A few words for a value: its type, and for an array its shape and dtype."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and dtype {value.dtype}"
    if isinstance(value, numbers.Number):
        return f"a number ({type(value).__name__})"
    if isinstance(value, (tuple, list)):
        return f"a {type(value).__name__} of {len(value)} values"
    return "None" if value is None else f"a value of type {type(value).__name__}"


def name_of(function):
    """The function's name, for messages."""
    return getattr(function, "__name__", "the function")


def forbid_other_libraries():
    """Make the import of a library that already has the answer fail with a sentence that says so."""
    for name in NOT_AN_ANSWER & set(sys.modules):
        del sys.modules[name]
    if not any(isinstance(finder, _Forbidden) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Forbidden())


class _Forbidden(importlib.abc.MetaPathFinder):
    def find_spec(self, fullname, path=None, target=None):
        if fullname.split(".")[0] in NOT_AN_ANSWER:
            raise ImportError(f"{fullname} is not an answer here: write it in NumPy")
        return None


def _sentence(function, case, problem, likely):
    likely = f" Likely cause: {likely.rstrip('.')}{'' if likely.endswith('?') else '.'}" if likely else ""
    return f"{name_of(function)}, {case}: {problem}.{likely}"


def _is_plain(value):
    if isinstance(value, (tuple, list)):
        return all(map(_is_plain, value))
    if isinstance(value, dict):
        return all(map(_is_plain, value.values()))
    return value is None or isinstance(value, (np.ndarray, np.generic, numbers.Number, str))


def _same(old, new):
    if isinstance(old, np.ndarray):
        return old.dtype == new.dtype and np.array_equal(old, new, equal_nan=old.dtype.kind in "fc")
    if isinstance(old, (tuple, list)):
        return len(old) == len(new) and all(map(_same, old, new))
    return old == new
