"""What a failed test says: the likely cause of a wrong value is not told of another kind of value."""
import importlib.util

import numpy as np
import pytest

import classroom
from classroom import ROOT

SPEC = importlib.util.spec_from_file_location("checks", ROOT / "solutions" / "checks.py")
checks = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(checks)
MASK, KERNEL = np.array([True, False]), np.ones((2, 3))
BOTH = (KERNEL, [1.0, 2.0])
NAMES = "the kernel, the losses"


def words(found, expected, parts=""):
    with pytest.raises(AssertionError) as error:
        checks.matches(found, expected, "f", "the wrong rows", parts=parts)
    return str(error.value)


@pytest.mark.parametrize("found, expected, parts, said", [
    (MASK.astype(int), MASK, "", "dtype int64 found, bool expected."),
    ([True, False], MASK, "", "a list of 2 values found, an array of shape (2,) and dtype bool expected."),
    (KERNEL, BOTH, NAMES, f"an array of shape (2, 3) and dtype float64 found, a tuple of 2 values expected ({NAMES})."),
    ((KERNEL,), BOTH, NAMES, f"1 values found, 2 expected ({NAMES})."),
    (BOTH[::-1], BOTH, NAMES, "the kernel: a list of 2 values found, an array of shape (2, 3) and dtype float64 expected."),
    ((KERNEL, 2.0), BOTH, NAMES, "the losses: a number (float) found, a list of 2 values expected."),
    (5.0, 5, "", "a number (float) found, a whole number expected: // or int() gives one."),
    (True, 1, "", "a number (bool) found, a whole number expected."),
    ([5], 5, "", "a list of 1 values found, a whole number expected."),
    ((3, 4.0), (3, 4), "", "value 2 of 2: a number (float) found, a whole number expected: // or int() gives one."),
    (None, MASK, "", "None came back, an array of shape (2,) and dtype bool was expected. Is a return statement missing?"),
])
def test_no_likely_cause_is_told_of_another_kind_of_value(found, expected, parts, said):
    assert words(found, expected, parts) == f"f: {said}"


@pytest.mark.parametrize("found, expected, parts, said", [
    (~MASK, MASK, "", "2 of 2 values are wrong: 0 at [0] found, 1 expected."),
    (MASK, KERNEL, "", "shape (2,) found, (2, 3) expected."),
    (KERNEL > 0, KERNEL, "", "dtype bool found, float64 expected."),
    ((KERNEL, [1.0]), BOTH, NAMES, "the losses: 1 values found, 2 expected."),
    ((KERNEL, [1.0, 3.0]), BOTH, NAMES, "the losses: value 2 of 2: the value is wrong: 3 found, 2 expected."),
    (1.5, 1, "", "a number (float) found, a whole number expected."),
])
def test_the_likely_cause_of_anything_else_is_told(found, expected, parts, said):
    assert words(found, expected, parts) == f"f: {said} Likely cause: the wrong rows."


@pytest.mark.parametrize("error, explained", [
    (ValueError("shapes do not go together"), True), (IndexError("24 is out of bounds"), True), (NameError("no such name"), False),
])
def test_the_likely_cause_of_an_exception_is_told_where_shapes_may_not_fit(error, explained):
    def f():
        raise error

    with pytest.raises(AssertionError) as failure:
        checks.agrees(f, (), 1, "a case", "the wrong rows")
    said = f"f, a case: the code stopped with {type(error).__name__}: {error}."
    assert str(failure.value) == said + " Likely cause: the wrong rows." * explained


def test_numbers_with_names_may_come_as_one_array():
    assert checks.matches(np.array([3, 4]), (3, 4), "f", parts="rows, columns")


def test_on_an_image_of_whole_numbers_kernels_of_float32_are_named(tmp_path):
    answer = """
def gradient_magnitude(image):
    gx, gy = (np.array(kernel, "float32") for kernel in sobel_kernels())
    return np.hypot(corr2d(image, gx), corr2d(image, gy))
"""
    name, task = "02-edges", "gradient_magnitude"
    classroom.private_course(name, classroom.for_one_task(name, task), tmp_path)
    paper = classroom.answered(classroom.for_one_task(name, task), {task: answer})
    classroom.grade(name, {"student01": paper}, tmp_path)
    message = classroom.message(name, "student01", task, tmp_path)
    assert message.startswith("gradient_magnitude, an 8-bit image: dtype float32 found, float64 expected. Likely cause: ")
    assert "kernels of float32" in message
