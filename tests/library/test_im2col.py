import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from miniconv import col2im, conv2d, conv2d_backward, im2col, same_padding

from .oracles import central_differences, conv_batch, normal, seeds, window_settings, windows

small = settings(max_examples=60, deadline=None)
count = st.integers(1, 3)


@small
@given(seeds, count, count, window_settings())
def test_im2col_has_one_window_a_row(seed, n, c, drawn):
    size, kernel, stride, padding, _ = drawn
    x = normal(seed, n, c, *size)
    expected = windows(x, kernel, stride, padding).transpose(0, 2, 3, 1, 4, 5)
    expected = expected.reshape(-1, c * kernel[0] * kernel[1])
    np.testing.assert_array_equal(im2col(x, kernel, stride, padding), expected)


@small
@given(seeds, count, count, window_settings())
def test_col2im_adds_every_window_back(seed, n, c, drawn):
    size, kernel, stride, padding, _ = drawn
    positions = np.arange(1, n * c * size[0] * size[1] + 1).reshape(n, c, *size)
    target = im2col(positions, kernel, stride, padding).astype(int)
    cols = normal(seed, *target.shape)
    expected = np.zeros(positions.size + 1)
    np.add.at(expected, target, cols)
    np.testing.assert_allclose(
        col2im(cols, positions.shape, kernel, stride, padding),
        expected[1:].reshape(positions.shape),
        atol=1e-12,
    )


@small
@given(seeds, count, count, count, window_settings())
def test_conv2d_agrees_with_scipy(seed, n, c, f, drawn):
    size, kernel, stride, padding, _ = drawn
    x, weight, bias = normal(seed, n, c, *size), normal(seed + 1, f, c, *kernel), normal(seed + 2, f)
    y = conv2d(x, weight, bias, stride, padding)
    np.testing.assert_allclose(y, conv_batch(x, weight, bias, stride, padding), atol=1e-12)
    np.testing.assert_allclose(
        conv2d(x, weight, None, stride, padding), y - bias[:, None, None], atol=1e-12
    )
    assert y.flags.c_contiguous


@settings(max_examples=25, deadline=None)
@given(seeds, st.integers(1, 2), st.integers(1, 2), st.integers(1, 2),
       window_settings(max_kernel=3, max_extra=3))
def test_conv2d_backward_agrees_with_finite_differences(seed, n, c, f, drawn):
    size, kernel, stride, padding, _ = drawn
    x, weight, bias = normal(seed, n, c, *size), normal(seed + 1, f, c, *kernel), normal(seed + 2, f)
    dout = normal(seed + 3, *conv2d(x, weight, bias, stride, padding).shape)
    dx, dweight, dbias = conv2d_backward(dout, x, weight, stride, padding)

    def loss(x=x, weight=weight, bias=bias):
        return np.sum(dout * conv2d(x, weight, bias, stride, padding))

    close = {"rtol": 1e-5, "atol": 1e-6}
    np.testing.assert_allclose(dx, central_differences(lambda v: loss(x=v), x), **close)
    np.testing.assert_allclose(dweight, central_differences(lambda v: loss(weight=v), weight), **close)
    np.testing.assert_allclose(dbias, central_differences(lambda v: loss(bias=v), bias), **close)


def test_kernel_of_3x4_with_same_padding_keeps_the_size_and_has_a_gradient():
    x, weight = normal(0, 2, 2, 5, 6), normal(1, 3, 2, 3, 4)
    padding = same_padding(3), same_padding(4)
    y = conv2d(x, weight, padding=padding)
    assert y.shape == (2, 3, 5, 6)
    dx, *_ = conv2d_backward(np.ones_like(y), x, weight, padding=padding)
    expected = central_differences(lambda v: conv2d(v, weight, padding=padding).sum(), x)
    np.testing.assert_allclose(dx, expected, rtol=1e-5, atol=1e-6)


def test_an_int_means_the_same_for_rows_and_columns():
    x, weight = normal(0, 2, 2, 7, 8), normal(1, 3, 2, 3, 3)
    np.testing.assert_array_equal(conv2d(x, weight, None, 2, 1), conv2d(x, weight, None, (2, 2), (1, 1)))
    np.testing.assert_array_equal(im2col(x, 3, 2, 1), im2col(x, (3, 3), (2, 2), (1, 1)))


def test_an_empty_batch_has_an_empty_answer():
    x, weight = np.zeros((0, 2, 5, 6)), normal(0, 3, 2, 3, 3)
    assert conv2d(x, weight).shape == (0, 3, 3, 4)
    dx, dweight, dbias = conv2d_backward(np.zeros((0, 3, 3, 4)), x, weight)
    assert dx.shape == x.shape and not dweight.any() and not dbias.any()


@pytest.mark.parametrize("order", ["C", "F"])
def test_memory_order_and_strides_of_the_input_do_not_matter(order):
    x = np.asarray(normal(0, 4, 4, 10, 12), order=order)[::2, ::-1, ::2, 1::2]
    weight = np.asarray(normal(1, 3, 4, 2, 3), order=order)[::-1]
    expected = conv2d(x.copy(), weight.copy())
    np.testing.assert_allclose(conv2d(x, weight), expected, atol=1e-12)
