"""Chapter 8: the network that is trained when the book is built reads digits as well as promised."""

import re

import pytest
from bs4 import BeautifulSoup


@pytest.fixture(scope="module")
def outputs(html):
    """What the cells of the built page print."""
    tree = BeautifulSoup((html / "book" / "08-mnist-cnn.html").read_text(), "html.parser")
    return "\n".join(output.get_text() for output in tree.select(".cell_output pre"))


def numbers(pattern, text):
    """The numbers of the only line that fits the pattern."""
    [line] = re.findall(pattern, text, re.MULTILINE)
    return [float(number.replace(",", "")) for number in (line if isinstance(line, tuple) else [line])]


def table(text, header, columns):
    """The rows of numbers below a header."""
    rows = []
    for line in text[text.index(header):].splitlines()[1:]:
        cells = line.replace(",", "").replace("%", "").split()
        if len(cells) != columns:
            break
        rows.append([float(cell) for cell in cells])
    return rows


def test_at_least_99_per_cent_of_the_test_digits_are_read(outputs):
    accuracy, mistakes, digits = numbers(
        r"^test accuracy ([\d.]+)%, (\d+) mistakes in ([\d,]+) digits$", outputs)
    assert digits == 10_000
    assert accuracy == pytest.approx(100 * (1 - mistakes / digits), abs=0.006)
    assert accuracy >= 99.0


def test_all_digits_are_there(outputs):
    counts = table(outputs, "digit     train   test", 3)
    assert [row[0] for row in counts] == list(range(10))
    assert [sum(column) for column in list(zip(*counts))[1:]] == [60_000, 10_000]


def test_an_untrained_network_pays_log_10(outputs):
    [loss] = numbers(r"^spread of the logits [^\n]*\nloss ([\d.]+)$", outputs)
    assert loss == pytest.approx(2.303, abs=0.03)


def test_the_gradient_of_the_whole_network_is_right(outputs):
    names = ["0.weight", "0.bias", "3.weight", "3.bias", "7.weight", "7.bias"]
    errors = [re.findall(rf"^{re.escape(name)} +(\S+)$", outputs, re.MULTILINE) for name in names]
    assert all(len(found) == 2 for found in errors), errors
    assert all(float(found[1]) < 1e-6 for found in errors), errors


def test_a_hundred_digits_are_learned_by_heart(outputs):
    losses = [float(loss) for loss in re.findall(r"^epoch +\d+  loss ([\d.]+)$", outputs, re.MULTILINE)]
    assert losses[-1] < 0.01
    assert "on the hundred   100.0%" in outputs


def test_learned_filters_beat_random_ones(outputs):
    rows = table(outputs, "digits    random   learned", 3)
    assert [row[0] for row in rows] == [100, 1000, 10_000, 55_000]
    _, random, learned = rows[-1]
    assert 90 < random < learned - 0.5


def test_saved_weights_give_the_same_network(outputs):
    before, after, same = re.search(
        r"^before: ([\d.]+)%\n.*\nafter:  ([\d.]+)%\n(True|False)$", outputs, re.MULTILINE).groups()
    assert float(before) < 50 < 98 < float(after)
    assert same == "True"
