"""The figures of miniconv.plots: what is drawn, on which scale, and what is refused."""

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from miniconv import plots

matplotlib.use("Agg")
RNG = np.random.default_rng(0)
EXAMPLES = [
    lambda: plots.images([np.eye(4), RNG.random((4, 6, 3))]),
    lambda: plots.responses([RNG.normal(size=(4, 6))]),
    lambda: plots.feature_maps([RNG.normal(size=(2, 4, 6))], labels=["conv"]),
    lambda: plots.kernels([np.eye(3)]),
    lambda: plots.arrays([np.eye(3)]),
    lambda: plots.confusion_matrix(np.eye(3, dtype=int)),
    lambda: plots.learning_curves({"training": [2.0, 1.0]}),
    lambda: plots.digits(RNG.random((3, 8, 8))),
]


def cells(ax):
    """The texts of a number grid, without its title."""
    return [text.get_text() for text in ax.texts if text.get_gid() != "title"]


@pytest.mark.parametrize("draw", EXAMPLES)
def test_a_plot_returns_a_closed_white_figure_and_leaves_the_settings_alone(draw):
    before = dict(matplotlib.rcParams)
    figure = draw()
    assert isinstance(figure, Figure)
    assert plt.get_fignums() == [], "pyplot still holds the figure: a notebook would show it twice"
    assert to_hex(figure.get_facecolor()) == "#ffffff"
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize("draw", EXAMPLES)
def test_words_are_as_large_as_the_page_around_them(draw):
    figure = draw()
    assert figure.get_size_inches()[0] <= plots.WIDTH + 1e-9
    sizes = [text.get_fontsize() for text in figure.findobj(matplotlib.text.Text) if text.get_text()]
    assert all(size >= 10 for size in sizes)


def test_images_share_one_grey_scale():
    figure = plots.images([np.array([[0.0, 1.0]]), np.array([[5.0, 9.0]])], titles=["a", "b"])
    assert [ax.images[0].get_clim() for ax in figure.axes] == [(0, 9), (0, 9)]
    assert [ax.get_title() for ax in figure.axes] == ["a", "b"]
    assert {ax.images[0].get_cmap().name for ax in figure.axes} == {"gray"}


def test_images_take_given_limits_and_colour_pictures():
    colour = RNG.random((4, 5, 3))
    figure = plots.images([np.eye(4), colour], limits=(0, 255))
    assert figure.axes[0].images[0].get_clim() == (0, 255)
    assert np.array_equal(figure.axes[1].images[0].get_array(), colour)


def test_images_stand_at_equal_height_with_square_pixels():
    figure = plots.images([np.zeros((10, 20)), np.zeros((30, 30))])
    width, height = figure.get_size_inches()
    boxes = [ax.get_position() for ax in figure.axes]
    assert boxes[0].height == pytest.approx(boxes[1].height)
    assert boxes[0].width * width == pytest.approx(2 * boxes[0].height * height)


def test_images_outline_the_window():
    figure = plots.images([np.zeros((9, 9)), np.zeros((9, 9))], windows=[(2, 3, 4, 5), None])
    outline = figure.axes[0].patches[-1]
    assert (outline.get_xy(), outline.get_width(), outline.get_height()) == ((2.5, 1.5), 5, 4)
    assert to_hex(outline.get_edgecolor()) == plots.KERNEL.lower()
    assert not figure.axes[1].patches


def test_responses_share_a_symmetric_scale_with_white_at_zero():
    figure = plots.responses([np.array([[-1.0, 0.0]]), np.array([[4.0, 2.0]])])
    *maps, bar = figure.axes
    assert len(maps) == 2
    for ax in maps:
        picture = ax.images[0]
        assert picture.get_clim() == (-4, 4)
        red, green, blue = picture.cmap(picture.norm(0.0))[:3]
        assert min(red, green, blue) > 0.95
        positive, negative = picture.cmap(picture.norm(4.0)), picture.cmap(picture.norm(-4.0))
        assert positive[0] > positive[2] and negative[2] > negative[0]


def test_responses_of_a_flat_or_unfinished_map_are_drawn():
    assert plots.responses([np.zeros((2, 2))]).axes[0].images[0].get_clim() == (-1, 1)
    assert plots.responses([np.array([[np.nan, np.inf, 3.0]])]).axes[0].images[0].get_clim() == (-3, 3)


def test_unsigned_integers_do_not_wrap_in_a_scale():
    assert plots.responses([np.array([[200]], dtype=np.uint8)]).axes[0].images[0].get_clim() == (-200, 200)
    assert plots.responses([np.array([[-128]], dtype=np.int8)]).axes[0].images[0].get_clim() == (-128, 128)


def test_a_limit_sets_the_scale():
    assert plots.responses([np.array([[9.0]])], limit=2).axes[0].images[0].get_clim() == (-2, 2)
    assert plots.feature_maps([np.full((1, 2, 2), 9.0)], limit=2).axes[0].images[0].get_clim() == (-2, 2)


def test_feature_maps_are_rows_of_channels_on_one_scale():
    steps = [np.full((3, 8, 12), -2.0), np.zeros((3, 8, 12)), np.ones((3, 4, 6))]
    figure = plots.feature_maps(steps, labels=["conv", "ReLU", "pool"])
    *maps, bar = figure.axes
    assert len(maps) == 9
    assert {ax.images[0].get_clim() for ax in maps} == {(-2, 2)}
    assert [ax.images[0].get_array().shape for ax in maps[::3]] == [(8, 12), (8, 12), (4, 6)]
    assert [text.get_text() for text in figure.texts] == ["conv", "ReLU", "pool"]
    tops = [ax.get_position().y1 for ax in maps[::3]]
    assert tops == sorted(tops, reverse=True)
    heights = [text.get_position()[1] for text in figure.texts]
    assert all(ax.get_position().y0 < y < ax.get_position().y1 for ax, y in zip(maps[::3], heights))


def test_kernels_are_drawn_with_their_numbers():
    figure = plots.kernels([np.array([[1, 0, -1]]), np.array([[0.126], [-0.5]])], titles=["a", "b"])
    assert [cells(ax) for ax in figure.axes] == [["1", "0", "−1"], ["0.13", "−0.5"]]
    faces = [patch.get_facecolor() for patch in figure.axes[0].patches[:3]]
    assert faces[0][0] > faces[0][2] and faces[2][2] > faces[2][0] and min(faces[1]) > 0.95


def test_numbers_in_dark_cells_are_white():
    figure = plots.kernels([np.array([[1.0, 0.0]])])
    assert [text.get_color() for text in figure.axes[0].texts] == ["white", "#1a1a1a"]


@pytest.mark.parametrize("value, text", [
    (0.0, "0"), (-0.001, "0"), (2.0, "2"), (-1.5, "−1.5"), (100, "100"), (np.nan, "nan"), (True, "1")])
def test_numbers_are_written_short(value, text):
    assert cells(plots.arrays([np.array([[value]])]).axes[0]) == [text]


def test_arrays_show_numbers_window_and_signs_in_the_given_colours():
    figure = plots.arrays([np.arange(9).reshape(3, 3), np.ones((2, 2))], ["x", "k"],
                          colours=[plots.INPUT, plots.KERNEL], windows=[(1, 0, 2, 2), None], signs=["⋆"])
    left, right = figure.axes
    assert cells(left) == list("012345678") and cells(right) == ["1"] * 4
    assert [text.get_text() for text in figure.texts] == ["⋆"]
    window = left.patches[-1]
    assert (window.get_xy(), window.get_width(), window.get_height()) == ((-0.5, 0.5), 2, 2)
    assert to_hex(window.get_edgecolor()) == plots.INPUT.lower()
    assert to_hex(right.patches[-1].get_edgecolor()) == plots.KERNEL.lower()


def test_arrays_have_cells_of_one_size():
    figure = plots.arrays([np.ones((5, 4)), np.ones((2, 3))])
    sizes = [ax.get_position().width / (np.ptp(ax.get_xlim())) for ax in figure.axes]
    heights = [ax.get_position().height / np.ptp(ax.get_ylim()) for ax in figure.axes]
    assert sizes[0] == pytest.approx(sizes[1]) and heights[0] == pytest.approx(heights[1])


def test_a_confusion_matrix_shades_mistakes_and_writes_every_count():
    figure = plots.confusion_matrix(np.array([[90, 3], [1, 80]]), labels=["cat", "dog"])
    ax, = figure.axes
    assert cells(ax) == ["90", "3", "1", "80"]
    assert ax.images[0].get_array().tolist() == [[0, 3], [1, 0]]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["cat", "dog"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted", "true")


def test_a_confusion_matrix_without_mistakes_is_drawn():
    assert cells(plots.confusion_matrix(np.diag([5, 7])).axes[0]) == ["5", "0", "0", "7"]


def test_learning_curves_start_at_epoch_one():
    figure = plots.learning_curves({"training": [2.0, 1.0, 0.5], "validation": [2.1, 1.2, 0.9]},
                                   {"training": [0.1, 0.9]})
    loss, accuracy = figure.axes
    assert [line.get_xdata().tolist() for line in loss.lines] == [[1, 2, 3], [1, 2, 3]]
    assert list(accuracy.lines[0].get_ydata()) == [0.1, 0.9]
    assert len({(line.get_color(), line.get_linestyle()) for line in loss.lines}) == 2
    assert [text.get_text() for text in loss.get_legend().get_texts()] == ["training", "validation"]


def test_digits_stand_in_rows_with_their_labels():
    figure = plots.digits(RNG.random((7, 28, 28)), labels=range(7), columns=3)
    assert [ax.get_title() for ax in figure.axes] == list("0123456")
    rows = sorted({round(ax.get_position().y0, 6) for ax in figure.axes})
    assert len(rows) == 3
    assert {ax.images[0].get_cmap().name for ax in figure.axes} == {"gray_r"}


@pytest.mark.parametrize("draw, words", [
    (lambda: plots.images([]), "at least one"),
    (lambda: plots.images([np.ones(3)]), r"\(H, W\) or \(H, W, 3\).*\(3,\)"),
    (lambda: plots.images([np.ones((2, 2))], titles=["a", "b"]), "expected 1.*found 2"),
    (lambda: plots.images([np.ones((2, 2))], windows=[]), "windows: expected 1.*found 0"),
    (lambda: plots.responses([np.ones((2, 2, 2))]), r"\(H, W\).*\(2, 2, 2\)"),
    (lambda: plots.responses([np.ones((0, 2))]), r"not empty.*\(0, 2\)"),
    (lambda: plots.responses([np.ones((2, 2))], limit=0), "greater than 0"),
    (lambda: plots.feature_maps([np.ones((2, 2))]), r"\(C, H, W\).*\(2, 2\)"),
    (lambda: plots.feature_maps([np.ones((1, 2, 2))], labels=["a", "b"]), "labels: expected 1"),
    (lambda: plots.feature_maps([np.ones((1, 2, 2))], limit=np.nan), "greater than 0"),
    (lambda: plots.kernels([np.ones(3)]), r"\(H, W\).*\(3,\)"),
    (lambda: plots.arrays([np.ones((2, 2))], signs=["="]), "expected 0, found 1"),
    (lambda: plots.arrays([np.ones((2, 2))], windows=[(1, 1, 2, 2)]), "does not lie inside"),
    (lambda: plots.confusion_matrix(np.ones((2, 3))), r"square.*\(2, 3\)"),
    (lambda: plots.confusion_matrix(np.ones((2, 2), int), labels=["a"]), "expected 2.*found 1"),
    (lambda: plots.learning_curves({}), "at least one curve"),
    (lambda: plots.learning_curves({"a": [1.0]}, {"a": []}), "accuracy"),
    (lambda: plots.digits(np.ones((28, 28))), r"\(N, H, W\).*\(28, 28\)"),
    (lambda: plots.digits(np.ones((2, 8, 8)), labels=[1]), "expected 2.*found 1"),
    (lambda: plots.digits(np.ones((2, 8, 8)), columns=0), "at least 1"),
])
def test_bad_input_is_refused_in_words_and_leaves_no_figure_open(draw, words):
    with pytest.raises(ValueError, match=words):
        draw()
    assert plt.get_fignums() == []
