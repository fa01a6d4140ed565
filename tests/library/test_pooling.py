import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from miniconv import (
    avg_pool2d,
    avg_pool2d_backward,
    global_avg_pool,
    global_avg_pool_backward,
    max_pool2d,
    max_pool2d_backward,
)

from .oracles import central_differences, normal, seeds, window_settings, windows

small = settings(max_examples=60, deadline=None)
count = st.integers(1, 3)
pool_settings = window_settings(max_padding=0)


def winners(dout, x, size, stride):
    """Gradient of max pooling by loops: np.argmax takes the first NaN, or else the first maximum."""
    dx = np.zeros_like(x)
    for (n, c, oh, ow), gradient in np.ndenumerate(dout):
        top, left = oh * stride[0], ow * stride[1]
        window = x[n, c, top:top + size[0], left:left + size[1]]
        i, j = np.unravel_index(np.argmax(window), window.shape)
        dx[n, c, top + i, left + j] += gradient
    return dx


@small
@given(seeds, count, count, pool_settings, st.sampled_from(["normal", "ties", "NaN"]))
def test_max_pool_and_its_gradient(seed, n, c, drawn, kind):
    shape, size, stride, *_ = drawn
    x = normal(seed, n, c, *shape)
    if kind == "ties":
        x = np.round(x)
    if kind == "NaN":
        x[normal(seed + 1, *x.shape) > 1] = np.nan
    y = max_pool2d(x, size, stride)
    np.testing.assert_array_equal(y, windows(x, size, stride).max(axis=(-2, -1)))
    dout = normal(seed + 2, *y.shape)
    np.testing.assert_allclose(
        max_pool2d_backward(dout, x, size, stride), winners(dout, x, size, stride), atol=1e-12
    )


@small
@given(seeds, count, count, pool_settings)
def test_avg_pool_and_its_gradient(seed, n, c, drawn):
    shape, size, stride, *_ = drawn
    x = normal(seed, n, c, *shape)
    y = avg_pool2d(x, size, stride)
    np.testing.assert_allclose(y, windows(x, size, stride).mean(axis=(-2, -1)), atol=1e-12)
    dout = normal(seed + 1, *y.shape)
    expected = central_differences(lambda v: np.sum(dout * avg_pool2d(v, size, stride)), x)
    np.testing.assert_allclose(
        avg_pool2d_backward(dout, x.shape, size, stride), expected, rtol=1e-5, atol=1e-6
    )


def test_max_pool_gradient_agrees_with_finite_differences():
    x, dout = normal(0, 2, 2, 5, 7), normal(1, 2, 2, 3, 3)
    expected = central_differences(lambda v: np.sum(dout * max_pool2d(v, (2, 3), (1, 2))[:, :, :3]), x)
    full = np.concatenate([dout, np.zeros((2, 2, 1, 3))], axis=2)
    np.testing.assert_allclose(max_pool2d_backward(full, x, (2, 3), (1, 2)), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("pool", [max_pool2d, avg_pool2d])
def test_the_stride_is_the_size_by_default_and_the_size_2(pool):
    x = normal(0, 2, 3, 7, 8)
    np.testing.assert_array_equal(pool(x), pool(x, (2, 2), (2, 2)))
    np.testing.assert_array_equal(pool(x, (3, 2)), pool(x, (3, 2), (3, 2)))


def test_infinities():
    x = np.array([[[[-np.inf, -np.inf], [-np.inf, -np.inf]]]])
    assert max_pool2d(x) == -np.inf
    np.testing.assert_array_equal(max_pool2d_backward([[[[3.0]]]], x), [[[[3, 0], [0, 0]]]])
    for dout in np.inf, np.nan:
        np.testing.assert_array_equal(max_pool2d_backward([[[[dout]]]], [[[[1, 3], [2, 0]]]]), [[[[0, dout], [0, 0]]]])


def test_a_mean_in_float16_does_not_pass_its_greatest_number():
    x = np.full((1, 1, 2, 2), 40000, np.float16)
    y = avg_pool2d(x)
    assert y.dtype == np.float16 and y == 40000


def test_global_average_and_its_gradient():
    x, dout = normal(0, 2, 3, 4, 5), normal(1, 2, 3)
    np.testing.assert_allclose(global_avg_pool(x), x.mean(axis=3).mean(axis=2))
    expected = central_differences(lambda v: np.sum(dout * global_avg_pool(v)), x)
    np.testing.assert_allclose(global_avg_pool_backward(dout, x.shape), expected, rtol=1e-5, atol=1e-8)
    assert global_avg_pool_backward(dout, x.shape).flags.writeable
