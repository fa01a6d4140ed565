import numpy as np
import pytest
import scipy.ndimage
from hypothesis import given, settings

from miniconv import corr2d, edge_mask, gradient_magnitude, kernel_gradient, learn_kernel, sobel_kernels

from .oracles import central_differences, normal, seeds, window_settings

small = settings(max_examples=40, deadline=None)


@small
@given(seeds)
def test_sobel_agrees_with_scipy(seed):
    image = normal(seed, 6, 9)
    inner = (slice(1, -1), slice(1, -1))
    across, down = (scipy.ndimage.sobel(image, axis)[inner] for axis in (1, 0))
    gx, gy = sobel_kernels()
    np.testing.assert_allclose(corr2d(image, gx), across, atol=1e-12)
    np.testing.assert_allclose(corr2d(image, gy), down, atol=1e-12)
    np.testing.assert_allclose(gradient_magnitude(image), np.sqrt(across**2 + down**2), atol=1e-12)


def test_sobel_kernels_are_new_each_time():
    gx, gy = sobel_kernels()
    gx[:], gy[:] = 0, 0
    assert sobel_kernels()[0].any() and sobel_kernels()[1].any()


@pytest.mark.parametrize("threshold", [0, 0.3, 1.0])
def test_edge_mask_compares_with_the_strongest_edge(threshold):
    image = normal(3, 7, 8)
    magnitude = gradient_magnitude(image)
    mask = edge_mask(image, threshold)
    assert mask.dtype == bool
    np.testing.assert_array_equal(mask, magnitude >= threshold * magnitude.max())
    assert mask.any()


@pytest.mark.parametrize("level", [0, 0.1, 1 / 3, 1e6 + 0.1])
@pytest.mark.parametrize("threshold", [0, 0.5])
def test_a_flat_image_has_no_edge(level, threshold):
    assert not edge_mask(np.full((9, 11), level), threshold).any()


@pytest.mark.parametrize("image", [np.tile([0.1, 0.7], (6, 3)), [[0.1, 0.1, 0.1], [0.1, 0.9, 0.1], [0.1, 0.1, 0.1]]])
def test_what_rounding_leaves_is_no_edge(image):
    assert not edge_mask(image, 0.5).any()


def test_a_broken_pixel_takes_only_the_edges_beside_it():
    image = np.zeros((8, 8))
    image[:, 4:] = 1
    for broken in np.nan, np.inf:
        image[0, 0] = broken
        mask = edge_mask(image, 0.5)
        assert mask[:, 2:4].all() and mask.sum() == 12


@small
@given(seeds, window_settings(max_padding=0))
def test_kernel_gradient_agrees_with_finite_differences(seed, drawn):
    size, kernel_shape, *_ = drawn
    image, kernel = normal(seed, *size), normal(seed + 1, *kernel_shape)
    target = normal(seed + 2, *corr2d(image, kernel).shape)
    expected = central_differences(lambda k: np.sum((corr2d(image, k) - target) ** 2), kernel)
    np.testing.assert_allclose(kernel_gradient(image, kernel, target), expected, rtol=1e-4, atol=1e-5)


def test_learn_kernel_does_gradient_descent_from_zeros():
    image, target = normal(0, 5, 6), normal(1, 4, 4)
    kernel, losses = learn_kernel(image, target, (2, 3), 0.01, 3)
    expected, expected_losses = np.zeros((2, 3)), []
    for _ in range(3):
        expected_losses.append(np.sum((corr2d(image, expected) - target) ** 2))
        expected -= 0.01 * kernel_gradient(image, expected, target)
    np.testing.assert_allclose(kernel, expected)
    np.testing.assert_allclose(losses, expected_losses)
    assert all(type(loss) is float for loss in losses)


def test_learn_kernel_finds_the_vertical_edge_kernel():
    image = np.ones((6, 8))
    image[:, 2:6] = 0
    kernel, losses = learn_kernel(image, corr2d(image, [[1, -1]]), (1, 2), 0.03, 100)
    np.testing.assert_allclose(kernel, [[1, -1]], atol=1e-3)
    assert losses[0] == 12 and losses == sorted(losses, reverse=True)


def test_no_step_leaves_zeros():
    kernel, losses = learn_kernel(np.ones((3, 3)), np.ones((2, 2)), (2, 2), 0.1, 0)
    assert not kernel.any() and losses == []
