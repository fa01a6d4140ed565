from operator import attrgetter

import numpy as np
import pytest

import miniconv
from miniconv import (
    AvgPool2d,
    Conv2d,
    Dense,
    Flatten,
    GlobalAvgPool2d,
    MaxPool2d,
    ReLU,
    Sequential,
    fast,
    softmax_cross_entropy,
)

from .networks import small_network, small_set
from .oracles import central_differences, central_differences_in_place, normal

LAYERS = {
    "Conv2d": (lambda: Conv2d(2, 3, (3, 2), stride=(2, 1), padding=(1, 0), dtype=np.float64), (2, 2, 5, 6)),
    "MaxPool2d": (lambda: MaxPool2d((2, 3), stride=(1, 2)), (2, 2, 5, 6)),
    "AvgPool2d": (lambda: AvgPool2d((2, 3), stride=(1, 2)), (2, 2, 5, 6)),
    "GlobalAvgPool2d": (GlobalAvgPool2d, (2, 2, 5, 6)),
    "ReLU": (ReLU, (2, 3, 4)),
    "Flatten": (Flatten, (2, 3, 4, 5)),
    "Dense": (lambda: Dense(4, 3, dtype=np.float64), (5, 4)),
    "Sequential": (small_network, (2, 1, 6, 6)),
    "fast.Conv2d": (lambda: fast.Conv2d(2, 3, (3, 2), (2, 1), padding=(1, 0), dtype=np.float64), (2, 2, 5, 6)),
    "fast.MaxPool2d": (lambda: fast.MaxPool2d((2, 3)), (2, 2, 5, 6)),
    "fast.Sequential": (lambda: fast.Sequential(small_network().layers), (2, 1, 6, 6)),
}


def test_the_table_has_every_layer():
    names = [*miniconv.__all__, *(f"fast.{name}" for name in fast.__all__)]
    classes = {name for name in names if hasattr(attrgetter(name)(miniconv), "backward")}
    assert classes - {"RandomWarp", "ShiftMean", "fast.DataParallel"} == LAYERS.keys()  # which have tests of their own


@pytest.mark.parametrize("name", LAYERS)
def test_gradients_agree_with_finite_differences(name):
    make, shape = LAYERS[name]
    layer, x = make(), normal(0, *shape)
    dout = normal(1, *layer.forward(x).shape)
    dx = layer.backward(dout)
    expected = central_differences(lambda v: np.sum(dout * layer.forward(v)), x)
    np.testing.assert_allclose(dx, expected, rtol=1e-4, atol=1e-6)

    assert layer.grads.keys() == layer.params.keys()
    for key, param in layer.params.items():
        expected = central_differences_in_place(lambda: np.sum(dout * layer.forward(x)), param)
        np.testing.assert_allclose(layer.grads[key], expected, rtol=1e-4, atol=1e-6)


def test_layers_pass_their_settings_on():
    x = normal(0, 2, 2, 6, 7)
    conv = Conv2d(2, 3, (3, 2), stride=(2, 1), padding=((1, 0), (0, 2)), dtype=np.float64)
    conv.params["bias"][:] = 1, 2, 3
    expected = miniconv.conv2d(
        np.pad(x, [(0, 0), (0, 0), (1, 0), (0, 2)]), conv.params["weight"], [1, 2, 3], (2, 1)
    )
    np.testing.assert_allclose(conv.forward(x), expected)
    for layer, function in ((MaxPool2d, miniconv.max_pool2d), (AvgPool2d, miniconv.avg_pool2d)):
        np.testing.assert_array_equal(layer((2, 3), (1, 2)).forward(x), function(x, (2, 3), (1, 2)))
        np.testing.assert_array_equal(layer(3).forward(x), function(x, 3, 3))


@pytest.mark.parametrize("name", LAYERS)
def test_backward_before_forward_says_so(name):
    make, shape = LAYERS[name]
    with pytest.raises(RuntimeError, match="needs a call of forward"):
        make().backward(np.zeros((2, 3)))


@pytest.mark.parametrize("name", LAYERS)
def test_grads_have_the_names_and_shapes_of_params_from_the_start(name):
    layer = LAYERS[name][0]()
    assert {k: g.shape for k, g in layer.grads.items()} == {k: p.shape for k, p in layer.params.items()}


@pytest.mark.parametrize("name", LAYERS)
def test_an_empty_batch_passes_through(name):
    make, shape = LAYERS[name]
    layer, x = make(), np.zeros((0, *shape[1:]))
    y = layer.forward(x)
    assert len(y) == 0
    assert layer.backward(np.zeros_like(y)).shape == x.shape


def test_whole_network_gradient():
    model, (images, labels) = small_network(1), small_set(4)
    _, dlogits = softmax_cross_entropy(model.forward(images), labels)
    model.backward(dlogits)
    grads = {name: g.copy() for name, g in model.grads.items()}
    assert list(grads) == ["0.weight", "0.bias", "3.weight", "3.bias", "6.weight", "6.bias"]
    for name, param in model.params.items():
        expected = central_differences_in_place(
            lambda: softmax_cross_entropy(model.forward(images), labels)[0], param
        )
        np.testing.assert_allclose(grads[name], expected, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_network_keeps_its_dtype(dtype):
    model = small_network(dtype=dtype)
    y = model.forward(small_set(2)[0].astype(dtype))
    assert y.dtype == dtype
    assert model.backward(np.ones_like(y)).dtype == dtype
    assert {g.dtype for g in model.grads.values()} == {np.dtype(dtype)}
    assert {p.dtype for p in model.params.values()} == {np.dtype(dtype)}


def test_weights_are_float32_and_the_bias_0_by_default():
    for layer in (Conv2d(2, 3, 5), Dense(4, 3)):
        assert {p.dtype for p in layer.params.values()} == {np.dtype(np.float32)}
        assert not layer.params["bias"].any() and layer.params["weight"].all()


@pytest.mark.parametrize("make", [lambda rng: Conv2d(2, 3, 3, rng=rng), lambda rng: Dense(4, 3, rng=rng)])
def test_weights_follow_the_generator_and_are_fresh_without_one(make):
    one, two = (make(np.random.default_rng(5)).params["weight"] for _ in range(2))
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(make(None).params["weight"], make(None).params["weight"])


def test_sequential_is_a_layer_of_a_sequential():
    inner = Sequential([Dense(4, 3), ReLU()])
    outer = Sequential([Flatten(), inner, Dense(3, 2)])
    assert list(outer.params) == ["1.0.weight", "1.0.bias", "2.weight", "2.bias"]
    assert outer.params["1.0.weight"] is inner.layers[0].params["weight"]
    assert outer.forward(normal(0, 5, 2, 2)).shape == (5, 2)
    assert outer.backward(normal(1, 5, 2)).shape == (5, 2, 2)


def test_a_layer_cannot_stand_twice_in_a_sequential():
    relu = ReLU()
    with pytest.raises(ValueError, match="different layers"):
        Sequential([relu, Dense(2, 2), relu])
    for within in Sequential([relu]), Sequential([Sequential([relu])]), miniconv.ShiftMean(relu):
        with pytest.raises(ValueError, match="different layers"):
            Sequential([relu, Dense(2, 2), within])


def test_the_dtype_of_weights_must_be_a_floating_one():
    for wrong in "flot32", int, None, "U3":
        with pytest.raises(ValueError, match="dtype must be a floating one"):
            Dense(2, 2, dtype=wrong)
