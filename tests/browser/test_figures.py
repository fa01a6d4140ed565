"""What readers see when they touch a figure is what miniconv computes."""

import base64
import io
import re

import numpy as np
import pytest
from matplotlib import colormaps
from PIL import Image

import miniconv
from miniconv import plots

pytestmark = pytest.mark.xdist_group("browser")

def number(text):
    """A number as the pages write it, with a true minus sign."""
    return float(text.replace("−", "-"))


def colours(response, kernel):
    """The colours in which a response is drawn: centred on zero if the weights sum to zero, as a grey picture if not.

    matplotlib's map has 256 colours, up to three levels apart; the page's has no steps.
    """
    if abs(np.sum(kernel)) < 1e-6:
        limit = np.abs(response).max()
        return 255 * colormaps[plots.DIVERGING]((response + limit) / (2 * limit))[:, :, :3], (-limit, limit)
    low, high = response.min(), response.max()
    return np.repeat(255 * (response - low)[:, :, None] / (high - low), 3, axis=2), (low, high)


def operation(state):
    return miniconv.convolve2d if state["convolution"] else miniconv.corr2d


def terms(text):
    """The products in a line such as "Row 0, column 0: 1· times 2 + 3· times (−4) = −10"."""
    factors = re.findall(r"(−?[\d.]+)·\s*times \(?(−?[\d.]+)\)?", text)
    return [(number(pixel), number(weight)) for pixel, weight in factors]


@pytest.fixture(scope="module")
def own_photograph():
    """A picture in colour, and the bytes of its file."""
    colour = np.random.default_rng(5).integers(0, 256, size=(30, 42, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(colour).save(file, format="PNG")
    return colour, base64.b64encode(file.getvalue()).decode()


@pytest.fixture(scope="module")
def sliding_window(drive, own_photograph):
    return drive("sliding-window", photograph=own_photograph[1], notAPicture="This is a text.")


def test_the_window_goes_where_the_reader_moves_it(sliding_window):
    places = [(state["row"], state["column"]) for state in sliding_window["states"]]
    # Four rows of five windows: six steps on from the first, one back; in the output; centred on row 4, column 2.
    assert places[:6] == [(0, 0), (1, 1), (1, 0), (2, 3), (3, 1), (3, 4)]
    assert places[6] == (1, 2), "drawn by a finger to row 2, column 3 of the input"
    row, column = (sliding_window["pictures"][0][key] for key in ("row", "column"))
    assert (sliding_window["pictures"][1]["row"], sliding_window["pictures"][1]["column"]) == (row + 9, column - 1)


def test_the_output_is_the_cross_correlation_or_the_convolution(sliding_window):
    for state in sliding_window["states"]:
        expected = operation(state)(np.array(state["image"]), np.array(state["kernel"]))
        assert np.allclose(state["output"], expected, rtol=0, atol=1e-12), state["how"]
        assert state["value"] == pytest.approx(expected[state["row"], state["column"]], abs=1e-12), state["how"]
    assert sliding_window["states"][-2]["kernel"][1][2] == -2.5
    assert [state["convolution"] for state in sliding_window["states"][-2:]] == [False, True]


def test_the_line_of_products_is_the_sum_that_makes_the_output(sliding_window):
    for state in sliding_window["states"]:
        kernel = np.array(state["kernel"])[::-1, ::-1] if state["convolution"] else np.array(state["kernel"])
        r, c = state["row"], state["column"]
        window = np.array(state["image"])[r:r + 3, c:c + 3]
        assert terms(state["text"]) == list(zip(window.flat, kernel.flat)), state["how"]
        assert number(state["text"].rsplit("= ", 1)[1]) == pytest.approx(state["value"], abs=0.005)
        assert [number(text.removeprefix("×")) for text in state["laid"]] == list(kernel.flat), state["how"]


def test_on_a_photograph_the_window_makes_the_same_sum(sliding_window):
    for state in sliding_window["pictures"]:
        image, kernel = np.array(state["image"])[:, :, 0], np.array(state["kernel"])
        expected = operation(state)(image, kernel)
        r, c = state["row"], state["column"]
        assert state["value"] == pytest.approx(expected[r, c], abs=1e-9), state["how"]
        assert np.array_equal(state["window"], image[r:r + 3, c:c + 3]), state["how"]
        drawn, scale = colours(expected, kernel)
        assert np.abs(state["output"] - drawn).max() <= 4, state["how"]
        assert [number(text) for text in re.findall(r"−?\d+", state["scale"])] == pytest.approx(scale, abs=0.51)
    assert np.sum(sliding_window["pictures"][2]["kernel"]) == 0


def test_the_first_photograph_is_the_one_of_the_page(sliding_window):
    from skimage import data

    expected = miniconv.box_filter(data.camera(), 4)[::4, ::4].round()
    assert np.array_equal(np.array(sliding_window["pictures"][0]["image"])[:, :, 0], expected)


def test_the_reader_can_open_a_photograph(sliding_window, own_photograph):
    grey = own_photograph[0] @ np.array([0.299, 0.587, 0.114])
    shown = np.array(sliding_window["pictures"][-1]["image"])[:, :, 0]
    assert np.abs(shown - grey).max() <= 0.5 + 1e-9
    assert sliding_window["complaint"] == "notes.txt is not a picture that this browser can read."


@pytest.fixture(scope="module")
def edge_kernels(drive):
    return drive("edge-kernels")


def test_a_photograph_under_every_kernel(edge_kernels):
    image = np.array(edge_kernels["image"])[:, :, 0]
    for state in edge_kernels["states"]:
        kernel = np.array(state["kernel"])
        expected = miniconv.corr2d(image, kernel)
        assert state["value"] == pytest.approx(expected[state["row"], state["column"]], abs=1e-9), state["how"]
        assert f": {state['value']:.2f}".rstrip("0").rstrip(".").replace("-", "−") in state["text"], state["how"]
        drawn, scale = colours(expected, kernel)
        assert np.abs(state["output"] - drawn).max() <= 4, state["how"]
        assert [number(text) for text in re.findall(r"−?\d+", state["scale"])] == pytest.approx(scale, abs=0.51)


def test_the_kernels_to_choose_from(edge_kernels):
    gx, gy = miniconv.sobel_kernels()
    kernels = {state["chosen"]: np.array(state["kernel"]) for state in edge_kernels["states"][1:9]}
    assert np.array_equal(kernels["Sobel across"], gx) and np.array_equal(kernels["Sobel down"], gy)
    assert np.array_equal(kernels["Laplacian"], [[0, 1, 0], [1, -4, 1], [0, 1, 0]])
    assert np.allclose(kernels["mean"], 1 / 9, rtol=0, atol=1e-15)
    assert np.array_equal(kernels["falling"], np.diag([-1, 0, 1]))
    written = next(state for state in edge_kernels["states"] if state["how"] == "another weight")
    assert written["chosen"] == "your own" and written["kernel"][0][1] == 0.5


def test_the_place_to_read_goes_where_the_reader_points(edge_kernels):
    places = {state["how"]: (state["row"], state["column"]) for state in edge_kernels["states"]}
    rows, columns = np.array(edge_kernels["states"][0]["output"]).shape[:2]
    r, c = places["another weight"]
    assert places["arrow keys"] == (r - 2, c - 9)
    middle = rows / 2, columns / 2
    assert places["a click on the output"][0] < middle[0] and places["a click on the output"][1] > middle[1]
    assert places["a tap on the output"][0] > middle[0] and places["a tap on the output"][1] < middle[1]
    assert places["Home"] == (0, 0) and places["End"] == (rows - 1, columns - 1)


@pytest.fixture(scope="module")
def output_sizes(drive):
    rng = np.random.default_rng(0)
    cases = [[28, 5, 1, 0, 1], [28, 3, 2, 1, 1], [10, 3, 2, 0, 1], [1, 7, 4, 0, 3], [28, 1, 4, 3, 1]]
    cases += np.column_stack([rng.integers(low, high + 1, 40) for low, high in
                              ((1, 28), (1, 7), (1, 4), (0, 3), (1, 3))]).tolist()
    return drive("output-size", cases=cases)


def test_as_many_windows_are_drawn_as_fit(output_sizes):
    for state in output_sizes:
        n, kernel, stride, padding, dilation = state["layer"]
        try:
            count = miniconv.output_size(n, kernel, stride, padding, dilation)
        except ValueError:
            count = 0
            assert state["text"].startswith("No window fits"), state["how"]
        windows = [[start + dilation * i for i in range(kernel)]
                   for start in range(-padding, n + padding, stride) if start + dilation * (kernel - 1) < n + padding]
        assert state["count"] == len(state["windows"]) == count, state["how"]
        assert state["windows"] == windows, state["how"]
        seen = {x for window in windows for x in window}
        assert state["read"] == [0 <= x < n and x in seen for x in range(-padding, n + padding)], state["how"]
        if count:
            unread = n - sum(state["read"])
            shown = re.search(r"(\d+) pixels? (?:is|are) never read|Every pixel is read", state["text"])
            assert int(shown[1] or 0) == unread, state["text"]
            filled = re.search(r"floor\(\((.*)\) / (\d+)\) \+ 1: .* = (\d+)$", state["formula"])
            assert eval(filled[1].replace("·", "*").replace("−", "-")) // int(filled[2]) + 1 == int(filled[3]) == count
    assert any(state["count"] == 0 for state in output_sizes) and any(False in state["read"] for state in output_sizes)


def test_the_sliders_follow_keys_mouse_and_finger(output_sizes):
    start, key, click, tap, hover = output_sizes[:5]
    assert start["layer"] == [10, 3, 2, 0, 1]
    assert key["layer"] == [10, 3, 2, 1, 1]
    assert click["layer"] == [10, 7, 2, 1, 1]
    assert tap["layer"] == [28, 7, 2, 1, 1]
    assert hover["window"] == 2
    assert f"reads {', '.join(map(str, hover['windows'][2]))}." in hover["text"]


@pytest.fixture(scope="module")
def im2col(drive):
    return {int(stride): states for stride, states in drive("im2col").items()}


@pytest.mark.parametrize("stride", [1, 2])
def test_the_matrix_of_windows_and_the_counts_of_col2im(im2col, stride):
    *states, counts = im2col[stride]
    image = np.array(states[0]["image"])
    matrix = miniconv.im2col(image[None, None], 2, stride)
    for state in states:
        assert np.array_equal(state["image"], image) and np.array_equal(state["matrix"], matrix), state["how"]
    assert np.array_equal(counts["image"], miniconv.col2im(np.ones_like(matrix), (1, 1, *image.shape), 2, stride)[0, 0])


@pytest.mark.parametrize("stride", [1, 2])
def test_an_entry_shows_its_window_and_the_pixels_that_feed_its_column(im2col, stride):
    for state in im2col[stride][:2]:
        window, entry = state["chosen"][1]
        image, matrix = np.array(state["image"]), np.array(state["matrix"])
        assert state["row"] == [[window, column] for column in range(4)]
        assert state["column"] == [[row, entry] for row in range(len(matrix))]
        row, column, height, width = state["outlined"]
        assert np.array_equal(image[row:row + height, column:column + width].ravel(), matrix[window])
        assert [image[tuple(place)] for place in state["fed"]] == sorted(matrix[:, entry])
        assert image[tuple(state["chosen"][0])] == matrix[window, entry]
        assert f"The two cross at the {matrix[window, entry]:.0f}." in state["text"]
    assert [state["chosen"][1] for state in im2col[stride][:2]] == [[3, 2], [1, 1]]


@pytest.mark.parametrize("stride", [1, 2])
def test_a_pixel_shows_its_copies(im2col, stride):
    for state in im2col[stride][2:]:
        image, matrix = np.array(state["image"]), np.array(state["matrix"])
        row, column = state["chosen"][0]
        if state["how"] != "col2im of ones":
            assert state["copies"] == np.argwhere(matrix == image[row, column]).tolist(), state["how"]
        number_of_copies = len(state["copies"])
        words = {0: "no window reads", 1: "one window reads"}.get(number_of_copies, f"{number_of_copies} windows read")
        assert words in state["text"], state["how"]
        assert state["row"] == state["column"] == [], state["how"]
    assert [state["chosen"][0] for state in im2col[stride][2:5]] == [[1, 2], [2, 1], [3, 4]]
