import numpy as np
from hypothesis import given, settings, strategies as st

from miniconv import Conv2d, conv1x1, conv2d, conv_layer, corr2d_multi_in, parameter_count, receptive_field

from .oracles import conv_batch, correlate, normal, seeds, window_settings

small = settings(max_examples=40, deadline=None)
count = st.integers(1, 4)


@small
@given(seeds, count, count, window_settings())
def test_conv_layer_agrees_with_scipy(seed, c, f, drawn):
    size, kernel, stride, padding, _ = drawn
    image, weight, bias = normal(seed, c, *size), normal(seed + 1, f, c, *kernel), normal(seed + 2, f)
    expected = conv_batch(image[None], weight, bias, stride, padding)[0]
    np.testing.assert_allclose(conv_layer(image, weight, bias, stride, padding), expected, atol=1e-12)
    np.testing.assert_allclose(
        conv_layer(image, weight, stride=stride, padding=padding), expected - bias[:, None, None], atol=1e-12
    )
    np.testing.assert_allclose(conv2d(image[None], weight, bias, stride, padding)[0], expected, atol=1e-12)


@small
@given(seeds, count, window_settings(max_padding=0))
def test_corr2d_multi_in_agrees_with_scipy(seed, c, drawn):
    size, kernel, *_ = drawn
    image, kernel = normal(seed, c, *size), normal(seed + 1, c, *kernel)
    expected = sum(correlate(plane, k) for plane, k in zip(image, kernel))
    np.testing.assert_allclose(corr2d_multi_in(image, kernel), expected, atol=1e-12)


@small
@given(seeds, count, count)
def test_conv1x1_is_conv_layer_with_a_1x1_kernel(seed, c, f):
    image, weight = normal(seed, c, 3, 5), normal(seed + 1, f, c)
    np.testing.assert_allclose(conv1x1(image, weight), np.einsum("fc,chw->fhw", weight, image), atol=1e-12)


@small
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3)), max_size=4))
def test_receptive_field_counts_the_inputs_that_reach_one_output(layers):
    reach = {0}
    for kernel, stride in reversed(layers):
        reach = {unit * stride + i for unit in reach for i in range(kernel)}
    assert receptive_field(layers) == max(reach) - min(reach) + 1


@small
@given(count, count, st.integers(1, 3), st.integers(1, 3), st.booleans())
def test_parameter_count_agrees_with_a_layer(c, f, kh, kw, bias):
    params = Conv2d(c, f, (kh, kw)).params
    expected = params["weight"].size + bias * params["bias"].size
    assert parameter_count(c, f, (kh, kw), bias) == expected
    if kh == kw:
        assert parameter_count(c, f, kh, bias) == expected
