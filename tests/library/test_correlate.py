import numpy as np
import pytest
import scipy.ndimage
import scipy.signal
from hypothesis import given, settings, strategies as st

from miniconv import (
    box_filter,
    convolve2d,
    corr2d,
    corr2d_dilated,
    corr2d_strided,
    match_template,
    output_shape,
)

from . import oracles
from .oracles import normal, seeds, window_settings

small = settings(max_examples=80, deadline=None)


@small
@given(seeds, window_settings(dilated=True))
def test_corr2d_agrees_with_scipy(seed, drawn):
    size, kernel_shape, stride, padding, dilation = drawn
    image, kernel = normal(seed, *size), normal(seed + 1, *kernel_shape)
    expected = oracles.correlate(image, kernel, stride, padding, dilation)
    np.testing.assert_allclose(corr2d(image, kernel, stride, padding, dilation), expected, atol=1e-12)
    np.testing.assert_allclose(
        corr2d_strided(image, kernel, stride, padding),
        oracles.correlate(image, kernel, stride, padding),
        atol=1e-12,
    )


@small
@given(seeds, st.integers(1, 3), st.integers(1, 3), st.integers(0, 2), st.integers(1, 2))
def test_an_int_means_the_same_for_rows_and_columns(seed, k, stride, padding, dilation):
    image, kernel = normal(seed, 7, 9), normal(seed + 1, k, k)
    expected = corr2d(image, kernel, (stride, stride), (padding, padding), (dilation, dilation))
    np.testing.assert_array_equal(corr2d(image, kernel, stride, padding, dilation), expected)
    np.testing.assert_array_equal(
        corr2d_dilated(image, kernel, dilation), corr2d(image, kernel, dilation=(dilation, dilation))
    )


@small
@given(seeds, window_settings(max_padding=0))
def test_convolve2d_agrees_with_scipy(seed, drawn):
    size, kernel_shape, *_ = drawn
    image, kernel = normal(seed, *size), normal(seed + 1, *kernel_shape)
    np.testing.assert_allclose(
        convolve2d(image, kernel), scipy.signal.convolve2d(image, kernel, mode="valid"), atol=1e-12
    )
    assert output_shape(size, kernel_shape) == convolve2d(image, kernel).shape


def test_known_responses():
    np.testing.assert_array_equal(
        corr2d(np.arange(9).reshape(3, 3), np.arange(4).reshape(2, 2)), [[19, 25], [37, 43]]
    )
    np.testing.assert_array_equal(corr2d([[19, 25], [37, 43]], [[1, 0], [1, 3]]), [[185]])

    bar = np.ones((6, 8))
    bar[:, 2:6] = 0
    edges = np.zeros((6, 7))
    edges[:, 1], edges[:, 5] = 2, -2
    np.testing.assert_array_equal(corr2d(bar, [[2, -2]]), edges)
    np.testing.assert_array_equal(corr2d(bar.T, [[2], [-2]]), edges.T)

    np.testing.assert_array_equal(
        corr2d(np.eye(5), [[2, -2], [2, -2]]), 2 * np.eye(4, k=1) - 2 * np.eye(4, k=-1)
    )


def test_small_integers_do_not_wrap():
    image = np.array([[200, 100], [255, 0]], dtype=np.uint8)
    np.testing.assert_array_equal(corr2d(image, np.array([[1, -1], [1, 1]], dtype=np.int8)), [[355]])
    np.testing.assert_array_equal(box_filter(image, 2), [[138.75]])


@small
@given(seeds, st.integers(1, 6), st.integers(0, 5), st.integers(0, 5))
def test_box_filter_agrees_with_scipy(seed, size, down, across):
    image = normal(seed, size + down, size + across)
    mean = scipy.ndimage.uniform_filter(image, size, mode="constant")
    first = size // 2
    expected = mean[first:first + down + 1, first:first + across + 1]
    np.testing.assert_allclose(box_filter(image, size), expected, atol=1e-12)


def test_a_box_in_float16_does_not_pass_its_greatest_number():
    means = box_filter(np.full((20, 20), 255, np.float16), 17)
    assert means.dtype == np.float16 and (means == 255).all()


def test_a_nan_spoils_only_its_own_windows():
    image = np.ones((5, 6))
    image[0, 0] = np.nan
    assert np.isnan(box_filter(image, 2)).sum() == 1


@small
@given(seeds, st.integers(2, 4), st.integers(2, 4), st.floats(0.1, 100), st.floats(-1000, 1000))
def test_match_template_agrees_with_scikit_image(seed, kh, kw, contrast, brightness):
    skimage_feature = pytest.importorskip("skimage.feature")
    image = normal(seed, 9, 12)
    template = normal(seed + 1, kh, kw)
    score = skimage_feature.match_template(image, template)
    expected = np.unravel_index(np.argmax(score), score.shape)
    assert match_template(image, template) == expected

    row, column = seed % (10 - kh), seed % (13 - kw)
    cut = image[row:row + kh, column:column + kw]
    assert match_template(image, contrast * cut + brightness) == (row, column)


def test_match_template_takes_the_first_of_equals_and_never_a_flat_or_broken_window():
    image = np.full((6, 8), 0.1)
    image[3, 5] = image[3, 2] = 0.9
    assert match_template(image, [[0, 0], [0, 1]]) == (2, 1)
    image[0, 0] = np.nan
    assert match_template(image, [[0, 0], [0, 1]]) == (2, 1)


def test_a_flat_window_does_not_beat_one_that_is_unlike_the_template():
    assert match_template([[0.1, 0.1, 0.1, 0.1, 0.0]], [[0, 1, 5]]) == (0, 2)


def test_match_template_on_a_bright_flat_ground():
    image = np.full((8, 8), 1e6 + 0.1)
    image[4, 4] += 1e-3
    assert match_template(image, [[0, 0, 0], [0, 1, 0], [0, 0, 0]]) == (3, 3)


@pytest.mark.parametrize("scale", [1e160, 1e-170, 1e-300])
def test_match_template_does_not_depend_on_the_scale(scale):
    image = normal(0, 12, 12)
    assert match_template(image * scale, image[5:9, 4:8] * scale) == (5, 4)
    assert match_template(image * scale, image[5:9, 4:8]) == (5, 4)


def test_match_template_returns_plain_ints():
    assert [type(n) for n in match_template(np.eye(4), np.eye(2))] == [int, int]
