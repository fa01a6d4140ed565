import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from miniconv import corr2d, output_size, pad2d, same_padding

from .oracles import normal, pairs, seeds

small = settings(max_examples=60, deadline=None)


@small
@given(st.integers(1, 30), st.integers(1, 6), st.integers(1, 5), st.integers(0, 4), st.integers(1, 4))
def test_output_size_counts_the_windows_that_fit(n, kernel, stride, padding, dilation):
    total = n + 2 * padding
    starts = [s for s in range(0, total, stride) if s + dilation * (kernel - 1) < total]
    if starts:
        assert output_size(n, kernel, stride, padding, dilation) == len(starts)
    else:
        with pytest.raises(ValueError, match="no window fits"):
            output_size(n, kernel, stride, padding, dilation)


@given(st.integers(1, 50))
def test_same_padding_keeps_the_size_and_puts_the_extra_one_after(kernel):
    before, after = same_padding(kernel)
    assert before + after == kernel - 1
    assert after - before == (kernel + 1) % 2


@pytest.mark.parametrize("kernel_shape", [(1, 1), (2, 2), (3, 4), (4, 3), (5, 2)])
def test_same_padding_with_corr2d_keeps_the_shape(kernel_shape):
    image, kernel = normal(0, 6, 7), normal(1, *kernel_shape)
    padding = tuple(same_padding(k) for k in kernel_shape)
    expected = corr2d(np.pad(image, padding), kernel)
    assert expected.shape == image.shape
    np.testing.assert_allclose(corr2d(image, kernel, padding=padding), expected)


@small
@given(seeds, pairs(0, 3), pairs(0, 3), st.sampled_from([0.0, -1.5, np.inf, np.nan]),
       st.sampled_from([(), (2,), (2, 3), (0,)]))
def test_pad2d_agrees_with_numpy(seed, rows, columns, value, leading):
    image = normal(seed, *leading, 3, 4)
    ends = [(0, 0)] * len(leading)
    np.testing.assert_array_equal(
        pad2d(image, (rows, columns), value), np.pad(image, [*ends, rows, columns], constant_values=value)
    )
    both = (rows[0], columns[0])
    np.testing.assert_array_equal(
        pad2d(image, both), np.pad(image, [*ends, (both[0],) * 2, (both[1],) * 2])
    )
    all_sides = (rows[0],) * 2
    np.testing.assert_array_equal(pad2d(image, rows[0]), np.pad(image, [*ends, all_sides, all_sides]))


def test_pad2d_by_nothing_is_a_copy():
    image = normal(0, 3, 4)
    assert not np.shares_memory(pad2d(image, 0), image)


@pytest.mark.parametrize(
    "padding", [-1, 1.0, True, (1,), (1, 2, 3), ((1, 2), (3, -4)), ((1, 2, 3), (1, 2)), "1", None, ()]
)
def test_pad2d_refuses(padding):
    with pytest.raises(ValueError, match="padding"):
        pad2d(np.zeros((3, 4)), padding)
