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
SHAPES_DO_NOT_FIT = (ValueError, IndexError)
NOT_AN_ANSWER = {"scipy", "skimage", "torch", "miniconv", "cv2", "sklearn", "tensorflow", "jax", "numba"}


def random_numbers(name):
    """A random generator for each name, seeded by the environment variable TEST_SEED (0 if it is not set)."""
    return np.random.default_rng([int(os.environ.get("TEST_SEED", "0")), zlib.crc32(name.encode())])


def floating_type(*arrays):
    """The widest floating type among the arrays; float64 if all hold whole numbers or truth values."""
    floating = [array.dtype for array in arrays if array.dtype.kind == "f"]
    return np.result_type(*floating) if floating else np.dtype(np.float64)


def in_students_process(helper):
    """Mark a function or class of the set-up cell that has to live where the student's code lives.

    When work is graded, tests and student's code run in two processes, and arrays reach the other one as copies. So
    what writes into a student's object, or is called by the student's code, works only beside that code.
    """
    helper.in_students_process = True
    return helper


def agrees(function, arguments, expected, case, likely="", hidden=False, tolerance=None, parts="", **keywords):
    """True if ``function(*arguments, **keywords)`` gives `expected` and leaves its arguments alone.

    Otherwise an AssertionError says what was found, what was expected and the likely cause. The other options are those
    of `matches`.
    """
    __tracebackhide__ = True
    found = call(function, arguments, case, likely, **keywords)
    return matches(found, expected, f"{name_of(function)}, {case}", likely, hidden, tolerance, parts)


def matches(found, expected, what, likely="", hidden=False, tolerance=None, parts=""):
    """True if `found` has the type, shape, dtype and values of `expected`, and is finite where `expected` is.

    Otherwise an AssertionError says how `what` differs; the `likely` cause explains anything but another kind of value,
    such as 5.0 for 5. With ``hidden=True`` it names shapes and types, never a value.
    `tolerance` replaces the one for the expected dtype; with ``np.inf`` any values will do. `parts` names the
    values of a tuple, as in ``"dx, dweight, dbias"``.

    After a hidden test no value is named in a visible one either: it could be one that the code has kept.
    """
    __tracebackhide__ = True
    hidden = hidden or "HIDDEN_TESTS_HAVE_RUN" in os.environ
    problem = _kind_difference(found, expected, parts)
    assert not problem, _sentence(what, problem)
    problem = _difference(found, expected, hidden, tolerance, parts)
    assert not problem, _sentence(what, problem, likely)
    return True


def refuses(function, arguments, case, likely="", **keywords):
    """True if ``function(*arguments, **keywords)`` raises a ValueError, as it must for bad input."""
    __tracebackhide__ = True
    try:
        found = call(function, arguments, case, likely, expect=ValueError, **keywords)
    except ValueError:
        return True
    problem = f"a ValueError was expected, {describe(found)} came back"
    raise AssertionError(_sentence(f"{name_of(function)}, {case}", problem, likely))


def call(function, arguments, case, likely="", expect=None, **keywords):
    """What ``function(*arguments, **keywords)`` returns; its prints and warnings are dropped.

    An exception of the class `expect` is raised again. Otherwise an AssertionError in plain words tells of a function
    that is not written yet, that stops with an exception or that changes its arguments. The `likely` cause stands in it
    where the exception is of a kind that arrays raise whose shapes do not fit, or has no text, as in hidden tests.
    """
    __tracebackhide__ = True
    what, silence = f"{name_of(function)}, {case}", io.StringIO()
    before = [copy.deepcopy(argument) if _is_plain(argument) else None for argument in arguments]
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(silence), contextlib.redirect_stderr(silence):
            warnings.simplefilter("ignore")
            found = function(*arguments, **keywords)
    except NotImplementedError as error:
        missing = (_raised_in(error) or name_of(function)).removesuffix(".__init__")
        needed = "" if missing == name_of(function) else f", and {name_of(function)} needs it"
        raise AssertionError(f"{missing} is not written yet{needed}.") from None
    except KeyboardInterrupt:
        raise AssertionError(_sentence(what, "the code was still running when the time was over")) from None
    except (Exception, SystemExit) as error:
        if expect and isinstance(error, expect):
            raise
        expected = f"a {expect.__name__} was expected, but " if expect else ""
        explained = isinstance(error, SHAPES_DO_NOT_FIT) or not str(error)
        raise AssertionError(_sentence(what, expected + _stopped(error), likely if explained else "")) from error
    for position, (old, new) in enumerate(zip(before, arguments), start=1):
        assert old is None or _same(old, new), _sentence(
            what, f"argument {position} was changed", "the code writes into its input: work on a copy")
    return found


def _kind_difference(found, expected, parts=""):
    """Words for a `found` that is another kind of value than `expected`, as no array or no tuple; "" if it is not."""
    if found is None:
        return f"None came back, {describe(expected)} was expected. Is a return statement missing?"
    if isinstance(expected, (tuple, list)):
        return _sequence_kind_difference(found, expected, parts)
    if isinstance(expected, np.ndarray):
        if not isinstance(found, (np.ndarray, np.generic)):
            return f"{describe(found)} found, {describe(expected)} expected"
        if expected.dtype.kind == "b" and found.dtype.kind != "b":
            return f"dtype {_dtype(found)} found, bool expected"
        return ""
    kind, words = _scalar_kind(expected)
    wrong = isinstance(found, numbers.Number) and found != expected  # a value that has to be explained
    if wrong or _is_of(kind, found):
        return ""
    decimal = isinstance(found, numbers.Real) and not isinstance(found, TRUTH)
    remedy = ": // or int() gives one" if decimal and kind is numbers.Integral else ""
    return f"{describe(found)} found, {words} expected{remedy}"


def _scalar_kind(expected):
    return next((kind, words) for kind, words in SCALARS if isinstance(expected, kind))


def _is_of(kind, found):
    if isinstance(found, np.ndarray) and found.shape == ():
        found = found[()]
    return isinstance(found, kind) and (kind is TRUTH or not isinstance(found, TRUTH))


def _sequence_kind_difference(found, expected, parts):
    meaning, in_an_array = f" ({parts})" if parts else "", all(isinstance(value, numbers.Number) for value in expected)
    one_array = isinstance(found, np.ndarray) and (found.ndim == 0 or parts and not in_an_array)
    if one_array or not isinstance(found, (tuple, list, np.ndarray)):
        return f"{describe(found)} found, {describe(expected)} expected{meaning}"
    if parts and len(found) != len(expected):
        return f"{len(found)} values found, {len(expected)} expected{meaning}"
    for name, one, other in zip(_names(expected, parts), found, expected):
        if problem := _kind_difference(one, other):
            return f"{name}: {problem}"
    return ""


def _names(expected, parts):
    return parts.split(", ") if parts else [f"value {i} of {len(expected)}" for i in range(1, len(expected) + 1)]


def _difference(found, expected, hidden, tolerance, parts=""):
    """Words for how a `found` of the right kind differs from `expected` in type, shape, dtype or value; "" if not."""
    if isinstance(expected, (tuple, list)):
        return _sequence_difference(found, expected, hidden, tolerance, parts)
    if isinstance(expected, np.ndarray):
        return _array_difference(found, expected, hidden, tolerance)
    kind, words = _scalar_kind(expected)
    if not _is_of(kind, found):
        return f"{describe(found)} found, {words} expected"
    if kind is numbers.Real:
        return _array_difference(np.asarray(found, float), np.asarray(expected, float), hidden, tolerance)
    if found == expected or tolerance == np.inf:
        return ""
    return f"{words} other than the expected one came back" if hidden else f"{found} found, {expected} expected"


def _sequence_difference(found, expected, hidden, tolerance, parts):
    if len(found) != len(expected):
        return f"{len(found)} values found, {len(expected)} expected"
    for name, one, other in zip(_names(expected, parts), found, expected, strict=True):
        if problem := _difference(one, other, hidden, tolerance):
            return f"{name}: {problem}"
    return ""


def _array_difference(found, expected, hidden, tolerance):
    found = np.asarray(found)
    if found.shape != expected.shape:
        return f"{_shape(found)} found, {expected.shape} expected"
    if found.dtype.name != expected.dtype.name:
        return f"dtype {_dtype(found)} found, {expected.dtype.name} expected"
    lost = ~np.isfinite(found) & np.isfinite(expected)
    if lost.any():
        return f"{_share(lost)} NaN or infinite where a finite number was expected"
    if tolerance == np.inf:
        return ""
    if expected.dtype.kind in "fc":
        limit = TOLERANCE[expected.dtype.name] if tolerance is None else tolerance
        scale = max(1.0, float(np.abs(expected[np.isfinite(expected)]).max(initial=0.0)))
        wrong = ~np.isclose(found, expected, rtol=0, atol=limit * scale, equal_nan=True)
    else:
        wrong = found != expected
    if not wrong.any():
        return ""
    first = tuple(int(i) for i in np.argwhere(wrong)[0])
    count, where = f"{_share(wrong)} wrong", f" at {list(first)}" if first else ""
    if hidden:
        return count + (f", the first{where}" if where else "")
    return f"{count}: {found[first]:.6g}{where} found, {expected[first]:.6g} expected"


def _share(chosen):
    return f"{chosen.sum()} of {chosen.size} values are" if chosen.size > 1 else "the value is"


def describe(value):
    """A few words for a value: its type, and for an array its shape and dtype."""
    if isinstance(value, np.ndarray):
        return f"an array of {_shape(value)} and dtype {_dtype(value)}"
    if isinstance(value, numbers.Number):
        return f"a number ({type(value).__name__})"
    if isinstance(value, (tuple, list)):
        return f"a {type(value).__name__} of {len(value)} values"
    return "None" if value is None else f"a value of type {type(value).__name__}"


def _shape(array):
    """Words for a shape. One that no exercise has is not told: its numbers could be a hidden test's, brought out."""
    possible = array.ndim <= 8 and max(array.shape, default=0) < 100_000
    return f"shape {array.shape}" if possible else "an impossible shape"


def _dtype(array):
    return "text" if array.dtype.kind in "SU" else array.dtype.name


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


def _sentence(what, problem, likely=""):
    return f"{what}: {_ended(problem)}" + (f" Likely cause: {_ended(likely)}" if likely else "")


def _ended(text):
    return text if text.endswith("?") else text.rstrip(".") + "."


def _raised_in(error):
    """Name of the function that raised the exception: the grader's word for it, or that of the innermost frame."""
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    return getattr(error, "raised_in", frame.f_code.co_qualname)


def _stopped(error):
    """Words for an exception: the nearest built-in class, and the text if there is one."""
    kind = next(base.__name__ for base in type(error).__mro__ if base.__module__ == "builtins")
    text = str(error).rstrip(". ")
    return f"the code stopped with {kind}" + (f": {text}" if text else "")


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
