"""Activations, the dense layer, the loss, gradient checking and starting weights."""

import numpy as np
import pytest
import scipy.special
from hypothesis import given, settings, strategies as st

from miniconv import (
    dense_backward,
    dense_forward,
    glorot_uniform,
    he_normal,
    numerical_gradient,
    relative_error,
    relu,
    relu_backward,
    softmax,
    softmax_cross_entropy,
)

from .oracles import central_differences, normal, seeds

small = settings(max_examples=40, deadline=None)
shapes = st.lists(st.integers(0, 4), max_size=4).map(tuple)


@small
@given(seeds, shapes)
def test_relu_of_any_shape(seed, shape):
    x, dout = normal(seed, *shape), normal(seed + 1, *shape)
    x = np.asarray(x)
    np.testing.assert_array_equal(relu(x), np.where(x < 0, 0, x))
    np.testing.assert_array_equal(relu_backward(dout, x), np.where(x > 0, dout, 0))


def test_relu_at_its_edges():
    np.testing.assert_array_equal(relu([np.nan, -np.inf, np.inf, -0.0]), [np.nan, 0, np.inf, 0])
    np.testing.assert_array_equal(relu_backward([1.0, 1.0], [0.0, 1e-300]), [0, 1])
    np.testing.assert_array_equal(relu_backward([np.inf, np.nan, np.inf], [-1.0, -1, 1]), [0, 0, np.inf])


@small
@given(seeds, st.integers(1, 4), st.integers(1, 4), st.sampled_from([1, 1e4]))
def test_softmax_agrees_with_scipy(seed, n, k, size):
    logits = normal(seed, 2, n, k) * size
    np.testing.assert_allclose(softmax(logits), scipy.special.softmax(logits, axis=-1), atol=1e-12)


def test_a_logit_of_minus_infinity_is_impossible():
    np.testing.assert_array_equal(softmax([-np.inf, 0, 0]), [0, 0.5, 0.5])


@small
@given(seeds, st.integers(1, 4), st.integers(1, 4), st.integers(1, 4))
def test_dense_and_its_gradients(seed, n, d, m):
    x, weight, bias, dout = (normal(seed + i, *s) for i, s in enumerate([(n, d), (d, m), (m,), (n, m)]))
    np.testing.assert_allclose(
        dense_forward(x, weight, bias), np.einsum("nd,dm->nm", x, weight) + bias, atol=1e-12
    )
    dx, dweight, dbias = dense_backward(dout, x, weight)

    def loss(x=x, weight=weight, bias=bias):
        return np.sum(dout * dense_forward(x, weight, bias))

    close = {"rtol": 1e-5, "atol": 1e-6}
    np.testing.assert_allclose(dx, central_differences(lambda v: loss(x=v), x), **close)
    np.testing.assert_allclose(dweight, central_differences(lambda v: loss(weight=v), weight), **close)
    np.testing.assert_allclose(dbias, central_differences(lambda v: loss(bias=v), bias), **close)


@small
@given(seeds, st.integers(1, 5), st.integers(1, 5), st.sampled_from([1, 30, 1e4]))
def test_cross_entropy_and_its_gradient(seed, n, k, size):
    logits = normal(seed, n, k) * size
    labels = np.random.default_rng(seed).integers(k, size=n)
    loss, dlogits = softmax_cross_entropy(logits, labels)
    assert type(loss) is float
    chosen = scipy.special.log_softmax(logits, axis=1)[np.arange(n), labels]
    np.testing.assert_allclose(loss, -chosen.mean(), rtol=1e-12, atol=1e-12)
    expected = (scipy.special.softmax(logits, axis=1) - np.eye(k)[labels]) / n
    np.testing.assert_allclose(dlogits, expected, atol=1e-12)
    if size == 1:
        numeric = central_differences(lambda z: softmax_cross_entropy(z, labels)[0], logits)
        np.testing.assert_allclose(dlogits, numeric, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_cross_entropy_of_huge_logits_is_finite(dtype):
    loss, dlogits = softmax_cross_entropy(np.array([[1e4, -1e4], [1e4, -1e4]], dtype), [0, 1])
    assert loss == 1e4
    np.testing.assert_array_equal(dlogits, [[0, 0], [0.5, -0.5]])


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0,), (2, 1, 2)])
def test_numerical_gradient_of_any_shape(shape):
    x = np.asarray(normal(0, *shape))
    before = x.copy()
    gradient = numerical_gradient(lambda v: np.sum(np.sin(v)), x)
    assert gradient.shape == shape and gradient.dtype == np.float64
    np.testing.assert_allclose(gradient, np.cos(x), rtol=1e-8)
    np.testing.assert_array_equal(x, before)


def test_numerical_gradient_of_integers_is_computed_in_float64():
    np.testing.assert_allclose(numerical_gradient(lambda v: np.sum(v**2), np.array([1, 2, 3])), [2, 4, 6])


def test_numerical_gradient_survives_a_function_that_changes_its_argument():
    def f(v):
        v *= 2
        return v.sum()

    np.testing.assert_allclose(numerical_gradient(f, np.ones(3)), [2, 2, 2])


def test_relative_error():
    assert relative_error(np.zeros(3), np.zeros(3)) == 0
    assert relative_error([1.0, 0.0], [0.0, 0.0]) == 1
    assert relative_error([1e-9], [2e-9]) == pytest.approx(1 / 3)


@pytest.mark.parametrize("shape, fan_in, fan_out", [((300, 200), 300, 200), ((40, 30, 5, 4), 600, 800)])
def test_starting_weights_have_the_published_spread(shape, fan_in, fan_out):
    rng = np.random.default_rng(0)
    he, glorot = he_normal(shape, rng), glorot_uniform(shape, rng)
    assert he.shape == glorot.shape == shape
    np.testing.assert_allclose(he.std(), (2 / fan_in) ** 0.5, rtol=0.02)
    np.testing.assert_allclose(he.mean(), 0, atol=0.01 * 0.2)
    limit = (6 / (fan_in + fan_out)) ** 0.5
    np.testing.assert_allclose([glorot.min(), glorot.max()], [-limit, limit], rtol=0.01)
    np.testing.assert_array_equal(he_normal(shape, np.random.default_rng(0)), he)
    assert not np.array_equal(he_normal(shape), he_normal(shape))
