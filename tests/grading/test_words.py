"""What a visible test says after hidden ones: shapes and sizes, but nothing that could be a hidden test's input."""
import pytest

import tiny
from autograde.testing import without_values
from classroom import message


@pytest.mark.parametrize("words, left", [
    ("the batches had [745995220198612, 3] images of 28 by 28", "the batches had […, 3] images of 28 by 28"),
    ("0.123456789 found, -1.5e+10 expected", "0.… found, -1.5e+10 expected"),
    ("it saw [123456, 654321, 123456] and (12, 3, 28, 28)", "it saw […] and (12, 3, 28, 28)"),
    ("in 2 epochs it saw [3, 3, 1, 3, 3, 1]", "in 2 epochs it saw [3, 3, 1, 3, 3, 1]"),
    (" ".join("and 123456" for _ in range(12)) + " end", " ".join(["and 123456"] * 10 + ["and …"] * 2) + " end"),
    (str([[123, 456, 789]] * 12), "[[123, 456, 789], [123, 456, 789], [123, 456, 789], [123, 456, 789], [123, 456, 789], "
                                  "[123, 456, 789], [123, 456, …]]"),
    ("no number at all", "no number at all"),
])
def test_long_numbers_and_long_lists_are_cut(words, left):
    assert without_values(words) == left


def test_a_visible_test_quotes_what_the_code_kept_before_hidden_tests_only(tmp_path):
    quoting = "kept = [int(value) for value in square(None)]\nassert kept == [], f'the code kept {kept}'"
    tiny.make(tmp_path, double_visible="assert double.kept() == 9, f'the code kept {double.kept()}'",
              double_hidden="### BEGIN HIDDEN TESTS\nassert double(745995220198612) == 1491990440397224\n### END HIDDEN TESTS",
              square_visible=quoting)
    double = "seen = [7]\ndef double(x):\n    seen.append(x)\n    return 2 * x\ndouble.kept = lambda: 12345678"
    tiny.hand_in(tmp_path, "student01", double=double, square="def square(x):\n    return seen")
    tiny.nbgrader("autograde", tiny.NAME, class_dir=tmp_path)
    said = [message(tiny.NAME, "student01", task, tmp_path) for task in ("double", "square")]
    assert said == ["the code kept 12345678", "the code kept [7, …]"]
