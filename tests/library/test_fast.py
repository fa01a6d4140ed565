"""The fast engine computes what the plain functions and layers do."""

import copy
import pickle
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import miniconv
from miniconv import SGD, Adam, fast, softmax_cross_entropy
from miniconv.fast import alone, chain, layout, products, rows, stages
from miniconv.fast.shifts import Shifts
from miniconv.padding import window_grid

from .networks import small_network, small_set
from .oracles import central_differences, normal, pairs, seeds
from .test_public import BAD, message_of

TOLERANCE = {np.dtype(np.float32): 1e-4, np.dtype(np.float64): 1e-10}
dtypes = st.sampled_from([np.float32, np.float64])
count = st.integers(1, 6)
many = settings(max_examples=150, deadline=None)


def close(ours, expected):
    """Equal in shape and dtype, and in value relative to the greatest of the array."""
    assert ours.shape == expected.shape and ours.dtype == expected.dtype
    size = np.abs(expected).max(initial=1)
    np.testing.assert_allclose(ours / size, expected / size, rtol=0, atol=TOLERANCE[expected.dtype])


@contextmanager
def winograd_everywhere():
    """Let every 3x3 convolution of stride 1 be one by Winograd's method, however narrow."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stages, "WINOGRAD_CHANNELS", 1)
        patch.setattr(stages, "WINOGRAD_TILES", 1)
        yield


@st.composite
def conv_settings(draw, kernel=pairs(1, 5), stride=pairs(1, 3)):
    """An image size, kernel, stride and padding, which differs on all four sides and may pass the kernel."""
    kernel, stride = draw(kernel), draw(stride)
    padding = draw(pairs(0, 6)), draw(pairs(0, 6))
    extra = draw(pairs(0, 9))
    size = tuple(max(1, k - sum(ends)) + e for k, ends, e in zip(kernel, padding, extra))
    return size, kernel, stride, padding


def check_conv(seed, n, c, f, drawn, dtype):
    size, kernel, stride, padding = drawn
    shapes = (n, c, *size), (f, c, *kernel), (f,)
    x, weight, bias = (normal(seed + i, *shape).astype(dtype) for i, shape in enumerate(shapes))
    y = miniconv.conv2d(x, weight, bias, stride, padding)
    close(fast.conv2d(x, weight, bias, stride, padding), y)
    dout = normal(seed + 3, *y.shape).astype(dtype)
    expected = miniconv.conv2d_backward(dout, x, weight, stride, padding)
    for ours, right in zip(fast.conv2d_backward(dout, x, weight, stride, padding), expected):
        close(ours, right)
    dx, dweight, _ = fast.conv2d_backward(dout, x, weight, stride, padding, need_dx=False)
    assert dx is None
    close(dweight, expected[1])


# The functions


@many
@given(seeds, count, count, count, conv_settings(), dtypes)
def test_convolution(seed, n, c, f, drawn, dtype):
    check_conv(seed, n, c, f, drawn, dtype)


@many
@given(seeds, count, count, count, conv_settings(st.just((3, 3)), st.just((1, 1))), dtypes)
def test_winograd(seed, n, c, f, drawn, dtype):
    with winograd_everywhere():
        check_conv(seed, n, c, f, drawn, dtype)


@many
@given(seeds, count, count, count, conv_settings(), pairs(1, 3), dtypes)
def test_pooling_right_after_a_convolution_with_ties(seed, n, c, f, drawn, pool, dtype):
    size, kernel, stride, padding = drawn
    rng = np.random.default_rng(seed)
    conv = miniconv.Conv2d(c, f, kernel, stride, padding, rng)
    conv.params["weight"] = rng.integers(-1, 2, (f, c, *kernel)).astype(dtype)
    conv.params["bias"] = rng.integers(-1, 2, f).astype(dtype)
    x = rng.integers(-2, 3, (n, c, *size)).astype(dtype)
    pool = tuple(map(min, pool, conv.forward(x).shape[2:]))
    networks = [kind([copy.deepcopy(conv), miniconv.MaxPool2d(pool)]) for kind in (miniconv.Sequential, fast.Sequential)]
    expected, ours = (network.forward(x) for network in networks)
    np.testing.assert_array_equal(ours, expected)
    for dout in rng.integers(-2, 3, (2, *expected.shape)).astype(dtype):
        expected, ours = (network.backward(dout) for network in networks)
        np.testing.assert_array_equal(ours, expected)
        for name, grad in networks[0].grads.items():
            np.testing.assert_array_equal(networks[1].grads[name], grad)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("channels, n, wide", [(47, 8, False), (48, 7, False), (48, 8, True), (128, 9, True)])
def test_wide_layers(channels, n, wide, dtype):
    padding = (1, 1), (1, 1)
    operator = stages.convolution((channels, 14, 13, n), (64, channels, 3, 3), (1, 1), padding, dtype)
    assert isinstance(operator, stages.Winograd) == wide
    check_conv(0, n, channels, 64, ((14, 13), (3, 3), (1, 1), padding), dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("small_kernels, most_waiting, limits", [
    (True, 2**20, {}),
    (True, 0, {"MILLION": 2000, "FEWEST_COLUMNS": 3, "LONG_SUM": 20, "FEWEST_TERMS": 2}),
    (True, 0, {"MILLION": 2000, "FEWEST_COLUMNS": 3, "LONG_SUM": 3, "FEWEST_TERMS": 2, "MOST_OUTPUTS": 10}),
    (True, 2**20, {"MILLION": 100, "FEWEST_COLUMNS": 3, "FEWEST_ROWS": 1}),
    (False, 0, {}),
])
@pytest.mark.parametrize("channels", [1, 5])
def test_blocks_change_nothing(small_kernels, most_waiting, limits, channels, dtype, monkeypatch):
    monkeypatch.setattr(rows, "MOST_WAITING", most_waiting)
    monkeypatch.setattr(alone, "MOST_WINDOWS", most_waiting)
    for name, limit in {"SMALL_KERNELS": small_kernels, **limits}.items():
        monkeypatch.setattr(products, name, limit)
    check_conv(0, 3, channels, 4, ((9, 11), (3, 3), (1, 1), ((1, 1), (1, 1))), dtype)
    check_conv(0, 3, channels, 4, ((9, 11), (3, 2), (2, 1), ((0, 2), (1, 0))), dtype)


@pytest.mark.parametrize("m, k, ow, n", [
    (1, 1, 1, 1), (3, 5, 7, 1), (16, 72, 14, 64), (32, 400, 14, 64), (64, 25, 11, 909), (160, 64, 3, 1000), (8, 1300, 20, 100),
    (5000, 300, 4, 64), (64, 800, 14, 64), (32, 1600, 14, 64),
])
def test_pieces_of_products_are_equal_and_small_enough_or_whole(m, k, ow, n, monkeypatch):
    monkeypatch.setattr(products, "SMALL_KERNELS", True)
    for width in products.strip_width(m, k, ow, n), ow:
        row_cuts = products.row_cuts(m, k, width * n)
        assert ow % width == m % row_cuts == 0
        assert (width, row_cuts) == (ow, 1) or m // row_cuts * k * width * n <= 1_000_000
    for p in n * ow, n * products.sum_width(ow, n):
        row_cuts, cuts = products.sum_cuts(m, k, p)
        assert p % cuts == k % row_cuts == 0
        assert (row_cuts, cuts) == (1, 1) or m * k // row_cuts * p // cuts <= 1_000_000
        assert (row_cuts, cuts) == (1, 1) or m * k // row_cuts <= 1200
    monkeypatch.setattr(products, "SMALL_KERNELS", False)
    assert products.strip_width(m, k, ow, n) == ow and products.row_cuts(m, k, ow * n) == 1
    assert products.sum_cuts(m, k, ow * n) == (1, 1)


@given(
    st.lists(st.integers(0, 5), max_size=4), st.sampled_from([np.float32, np.float64, bool]),
    st.sampled_from([layout.empty, layout.zeros]),
)
def test_arrays_begin_with_a_line_of_the_cache(shape, dtype, make):
    array = make(tuple(shape), dtype)
    assert array.shape == tuple(shape) and array.dtype == dtype
    assert array.flags.c_contiguous and array.flags.writeable
    assert array.size == 0 or array.ctypes.data % 64 == 0
    if make is layout.zeros:
        assert not array.any()


@pytest.mark.parametrize("shape", [(1, 3, 5, 7), (33, 2, 32, 32), (40, 1, 28, 28), (130, 4, 16, 16), (3, 1, 90, 1)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_batch_is_turned_round_and_back(shape, dtype):
    x = normal(0, *shape).astype(dtype)
    inner = layout.batch_innermost(x)
    np.testing.assert_array_equal(inner, np.moveaxis(x, 0, -1))
    np.testing.assert_array_equal(layout.batch_first(inner), x)


@pytest.mark.parametrize("kernel_size, stride, padding", [
    ((3, 3), (1, 1), ((1, 1), (1, 1))), ((2, 5), (2, 3), ((0, 2), (4, 3))), ((3, 3), (1, 1), ((0, 0), (9, 0))),
])
def test_a_strip_of_shifts_is_a_part_of_all_of_them(kernel_size, stride, padding):
    x = normal(0, 3, 7, 12, 2)
    oh, ow = window_grid(x.shape[1:3], kernel_size, stride, padding)
    shape = x.shape, kernel_size, stride, tuple(before for before, _ in padding), (oh, ow)
    everything, column = Shifts(*shape, ow, x.dtype), Shifts(*shape, 1, x.dtype)
    everything.read(x)
    columns = everything.windows.reshape(oh, -1, ow, x.shape[-1])
    for strip in np.random.default_rng(0).permutation(np.repeat(range(column.strips), 2)):
        column.read(x, strip)
        np.testing.assert_array_equal(column.windows, columns[:, :, strip])


def test_arguments_are_unchanged_and_results_are_the_callers_own():
    arrays = normal(0, 2, 5, 6, 6), normal(1, 3, 5, 3, 3), normal(2, 3)
    kept = [a.copy() for a in arrays]
    for array in arrays:
        array.flags.writeable = False
    y = fast.conv2d(*arrays)
    gradients = fast.conv2d_backward(y, *arrays[:2])
    for part in (y, *gradients):
        assert part.flags.c_contiguous and part.flags.writeable
        assert not any(np.shares_memory(part, array) for array in arrays)
    for array, before in zip(arrays, kept):
        np.testing.assert_array_equal(array, before)


@pytest.mark.parametrize("channels", [2, 10])
@pytest.mark.parametrize("order", ["C", "F"])
def test_memory_order_and_strides_of_the_input_do_not_matter(order, channels):
    x = np.asarray(normal(0, 4, channels, 10, 12), order=order)[::2, ::-1, ::2, 1::2]
    weight = np.asarray(normal(1, 3, channels, 2, 3), order=order)[::-1]
    expected = miniconv.conv2d(x, weight)
    close(fast.conv2d(x, weight), expected)
    dout = np.asarray(expected, order=order)
    gradients = (m.conv2d_backward(dout, x, weight) for m in (fast, miniconv))
    for ours, right in zip(*gradients):
        close(ours, right)


def test_integers_lists_and_other_dtypes_follow_the_plain_rule():
    x, weight, bias = (np.round(3 * normal(0, *shape)) for shape in [(2, 2, 5, 6), (3, 2, 2, 3), (3,)])
    for dtypes in ["iii", "fif", "iff", "ffd", "eee", "efe", "ggg", "bbb", ">f4 f f".split(), "ddd"]:
        arrays = [a.astype(d) for a, d in zip((x, weight, bias), dtypes)]
        ours, right = fast.conv2d(*arrays), miniconv.conv2d(*arrays)
        assert ours.dtype == right.dtype
        np.testing.assert_array_equal(ours, right)
        dout = right.astype(dtypes[0])
        both = zip(fast.conv2d_backward(dout, *arrays[:2]), miniconv.conv2d_backward(dout, *arrays[:2]))
        for ours, right in both:
            assert ours.dtype == right.dtype
            np.testing.assert_allclose(ours, right, rtol=1e-2 if "e" in dtypes else 1e-5)
    np.testing.assert_array_equal(fast.conv2d(x.tolist(), weight.tolist()), miniconv.conv2d(x, weight))


def test_an_empty_batch_has_an_empty_answer():
    x, weight = np.zeros((0, 2, 5, 6)), normal(0, 3, 2, 3, 3)
    assert fast.conv2d(x, weight).shape == (0, 3, 3, 4)
    dx, dweight, dbias = fast.conv2d_backward(np.zeros((0, 3, 3, 4)), x, weight)
    assert dx.shape == x.shape and not dweight.any() and not dbias.any()


# Layers and networks


def layers(seed=0, dtype=np.float64):
    """Lists of layers that merge in each way, or cannot, for images (2, 12, 13)."""
    def conv(*args, **kwargs):
        layer = miniconv.Conv2d(*args, rng=np.random.default_rng(seed), dtype=dtype, **kwargs)
        layer.params["bias"][:] = normal(seed, args[1])
        return layer

    def dense(*args):
        return miniconv.Dense(*args, rng=np.random.default_rng(seed), dtype=dtype)

    m = miniconv
    return {
        "convolution": [conv(2, 5, 3, padding=1)],
        "pooling": [m.MaxPool2d(2)],
        "pooling, not square": [m.MaxPool2d((3, 2))],
        "pooling of single pixels": [m.MaxPool2d((1, 3)), m.MaxPool2d((2, 1)), m.MaxPool2d(1)],
        "overlapping pooling": [conv(2, 3, 3), m.MaxPool2d(3, 2), m.ReLU()],
        "pooling with gaps": [m.MaxPool2d(2, 3)],
        "ReLU": [m.ReLU()],
        "ReLU, then pooling": [conv(2, 5, 3), m.ReLU(), m.MaxPool2d(2), conv(5, 4, 2, stride=2), m.ReLU()],
        "pooling, then ReLU": [conv(2, 5, 3, padding=((0, 1), (2, 0))), m.MaxPool2d((2, 3)), m.ReLU()],
        "pooling alone": [conv(2, 5, 3), m.MaxPool2d(2), conv(5, 3, 1), m.MaxPool2d(2), m.MaxPool2d(2)],
        "ReLU twice": [conv(2, 3, 3), m.ReLU(), m.ReLU(), m.MaxPool2d(2), m.ReLU()],
        "no activation": [conv(2, 6, 5, padding=2), conv(6, 2, 4, stride=(1, 2))],
        "pooling first": [m.MaxPool2d(2), m.ReLU(), conv(2, 3, 3), m.Flatten(), dense(48, 5), m.ReLU()],
        "dense": [m.Flatten(), dense(312, 4), m.ReLU(), dense(4, 3), m.ReLU(), m.ReLU()],
        "others": [m.ReLU(), m.AvgPool2d(2), conv(2, 3, 3), m.ReLU(), m.GlobalAvgPool2d(), dense(3, 2)],
        "nested": [conv(2, 3, 3), m.Sequential([m.ReLU(), m.MaxPool2d(2)]), m.Flatten(), dense(75, 2)],
        "flat": [m.Flatten()],
        "none": [],
    }


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", layers())
def test_networks_with_batches_of_changing_size(name, dtype):
    """Each output and gradient is compared twice: when it is returned, and after all later calls."""
    plain, network = miniconv.Sequential(layers(0, dtype)[name]), fast.Sequential(layers(0, dtype)[name])
    returned = []
    for seed, n in enumerate((4, 4, 7, 1, 1, 7, 4)):
        x = normal(seed, n, 2, 12, 13).astype(dtype)
        pairs = [(network.forward(x), plain.forward(x))]
        dout = normal(seed, *pairs[0][1].shape).astype(dtype)
        pairs.append((network.backward(dout), plain.backward(dout)))
        assert network.grads.keys() == plain.grads.keys()
        pairs += [(grad, plain.grads[key]) for key, grad in network.grads.items()]
        for ours, right in pairs:
            close(ours, right)
        returned += pairs
    for ours, right in returned:
        close(ours, right)


def test_images_of_changing_size():
    plain, network = (kind(layers()["no activation"]) for kind in (miniconv.Sequential, fast.Sequential))
    for size in ((12, 13), (9, 13), (12, 13), (5, 8), (6, 8)):
        x = normal(0, 3, 2, *size)
        y = plain.forward(x)
        close(network.forward(x), y)
        close(network.backward(y), plain.backward(y))


@pytest.mark.parametrize("size", [2, 3, (2, 3), (3, 2), (1, 2), (4, 1)])
def test_ties_go_to_the_first_maximum(size):
    layer, plain = fast.MaxPool2d(size), miniconv.MaxPool2d(size)
    for seed in range(5):
        x = np.random.default_rng(seed).integers(0, 3, (4, 3, 11, 12)).astype(float)
        y = plain.forward(x)
        np.testing.assert_array_equal(layer.forward(x), y)
        dout = normal(seed, *y.shape)
        np.testing.assert_array_equal(layer.backward(dout), plain.backward(dout))


@pytest.mark.parametrize("size, stride", [(2, 3), (3, 2), (2, (2, 1)), ((1, 3), 2)])
def test_pooling_with_another_stride_is_left_to_the_plain_layer(size, stride):
    x = normal(0, 2, 3, 9, 8)
    y = miniconv.max_pool2d(x, size, stride)
    dx = miniconv.max_pool2d_backward(y, x, size, stride)
    for network in fast.MaxPool2d(size, stride), fast.Sequential([fast.MaxPool2d(size, stride)]):
        np.testing.assert_array_equal(network.forward(x), y)
        np.testing.assert_array_equal(network.backward(y), dx)


@pytest.mark.parametrize("pool", [2, 4, 7, 14, (1, 9), 28])
def test_pooling_of_few_channels_with_windows_of_any_size(pool):
    made = [kind([miniconv.Conv2d(2, 3, 3, padding=1, rng=np.random.default_rng(0), dtype=float), miniconv.MaxPool2d(pool),
                  miniconv.ReLU()]) for kind in (miniconv.Sequential, fast.Sequential)]
    x = normal(0, 5, 2, 28, 28)
    y, ours = (network.forward(x) for network in made)
    close(ours, y)
    for network in made:
        network.params["0.weight"][...] *= 2
    dx, ours = (network.backward(y) for network in made)
    close(ours, dx)
    operator = stages.Convolve(made[1].layers[0], {miniconv.MaxPool2d: made[1].layers[1]}, (2, 28, 28, 5), (3, 14, 14, 5),
                               np.dtype(float))._convolution
    assert isinstance(operator, stages.PooledConvolution) == (pool in (2, 4, (1, 9)))


def test_whole_numbers_as_weights():
    kernels = np.stack(miniconv.sobel_kernels())[:, None]
    x = normal(0, 2, 1, 6, 7).astype(np.float32)
    dense = np.arange(8).reshape(4, 2)
    for kind, convolution in (fast.Sequential, miniconv.Conv2d), (fast.Sequential, fast.Conv2d):
        network, plain = kind([convolution(1, 2, 3), miniconv.ReLU()]), miniconv.Sequential([miniconv.Conv2d(1, 2, 3), miniconv.ReLU()])
        for each in network, plain:
            each.layers[0].params["weight"] = kernels
        close(network.forward(x), plain.forward(x))
        layer = convolution(1, 2, 3)
        layer.params["weight"] = kernels
        close(layer.forward(x), plain.layers[0].forward(x))
    made = [kind([miniconv.Dense(4, 2), miniconv.ReLU()]) for kind in (fast.Sequential, miniconv.Sequential)]
    for network in made:
        network.layers[0].params["weight"] = dense
    close(*(network.forward(normal(1, 3, 4).astype(np.float32)) for network in made))


@pytest.mark.parametrize("name, shape", [
    ("bias", (1,)), ("bias", (2, 1)), ("bias", ()), ("bias", (3,)), ("weight", (2, 4, 3)), ("weight", (0, 4, 3, 3)),
])
def test_parameters_of_a_wrong_shape_are_refused_as_by_the_plain_layers(name, shape):
    messages = []
    for kind in miniconv.Sequential, fast.Sequential:
        layer = miniconv.Conv2d(4, 2, 3)
        layer.params[name] = np.ones(shape, np.float32)
        network = kind([layer, miniconv.ReLU()])
        messages.append(message_of(lambda: network.forward(np.ones((2, 4, 5, 5), np.float32))))
    assert messages[0] == messages[1]


def test_changed_layers_and_settings_are_noticed():
    x = normal(0, 2, 1, 8, 8).astype(np.float32)
    layer = fast.Conv2d(1, 2, 3)
    assert layer.forward(x).shape == (2, 2, 6, 6)
    layer.padding = (1, 1), (1, 1)
    assert layer.forward(x).shape == (2, 2, 8, 8)
    layer.stride = 2, 2
    assert layer.forward(x).shape == (2, 2, 4, 4)
    pool = miniconv.MaxPool2d(2)
    network = fast.Sequential([layer, pool, miniconv.Flatten(), miniconv.Dense(8, 3), miniconv.Dense(3, 5)])
    assert network.forward(x).shape == (2, 5)
    network.layers.pop()
    assert network.forward(x).shape == (2, 3)
    network.layers[-1] = miniconv.Dense(8, 4)
    assert network.forward(x).shape == (2, 4) and network.backward(np.ones((2, 4))).shape == x.shape
    pool.stride = 1, 1
    close(fast.Sequential([layer, pool]).forward(x), miniconv.max_pool2d(miniconv.Conv2d.forward(layer, x), 2, 1))
    network.layers[2:] = []
    close(network.forward(x), miniconv.max_pool2d(miniconv.Conv2d.forward(layer, x), 2, 1))


def test_a_shallow_copy_of_a_layer_has_its_own_input_and_parameters():
    layer, (x, other) = fast.Conv2d(1, 2, 3, dtype=float), normal(0, 2, 3, 1, 6, 6)
    y = layer.forward(x)
    twin = copy.copy(layer)
    close(twin.backward(y), miniconv.conv2d_backward(y, x, layer.params["weight"])[0])
    twin.forward(other)
    layer.backward(y)
    close(layer.grads["weight"], miniconv.conv2d_backward(y, x, layer.params["weight"])[1])
    twin.params = {name: np.zeros_like(param) for name, param in layer.params.items()}
    assert not twin.forward(x).any() and layer.forward(x).any()


def test_after_a_batch_that_was_refused_there_is_no_way_back():
    for network in fast.Conv2d(1, 2, 3), fast.Sequential([miniconv.Conv2d(1, 2, 3), miniconv.ReLU()]):
        y = network.forward(normal(0, 2, 1, 6, 6).astype(np.float32))
        with pytest.raises(ValueError, match="x must hold real numbers"):
            network.forward("abc")
        with pytest.raises(RuntimeError, match="needs a call of forward"):
            network.backward(y)


def test_a_nan_is_not_lost():
    x = normal(0, 2, 2, 8, 8)
    x[1, 1, 3, 4] = np.nan
    network = layers()["ReLU, then pooling"][:3]
    np.testing.assert_array_equal(
        np.isnan(fast.Sequential(network).forward(x)), np.isnan(miniconv.Sequential(network).forward(x))
    )
    assert np.isnan(fast.MaxPool2d(2).forward(x)).sum() == 1


def test_winograd_gradient_agrees_with_finite_differences():
    x, weight, dout = normal(0, 2, 2, 5, 6), normal(1, 3, 2, 3, 3), normal(2, 2, 3, 5, 6)
    with winograd_everywhere():
        dx, dweight, _ = fast.conv2d_backward(dout, x, weight, 1, 1)
        for gradient, point, y in [
            (dx, x, lambda v: fast.conv2d(v, weight, None, 1, 1)),
            (dweight, weight, lambda v: fast.conv2d(x, v, None, 1, 1)),
        ]:
            expected = central_differences(lambda v, y=y: np.sum(dout * y(v)), point)
            np.testing.assert_allclose(gradient, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("optimizer", [lambda: SGD(0.1, 0.9), lambda: Adam(0.01)])
def test_training_goes_step_by_step_like_the_plain_network(optimizer, dtype):
    plain = small_network(dtype=dtype)
    network = fast.Sequential(small_network(dtype=dtype).layers, need_dx=False)
    images, labels = small_set()
    images = images.astype(dtype)
    plain_optimizer, fast_optimizer = optimizer(), optimizer()
    for step in range(20):
        batch = slice(step % 3, 20 - step % 4)
        for model, its in ((plain, plain_optimizer), (network, fast_optimizer)):
            _, dlogits = softmax_cross_entropy(model.forward(images[batch]), labels[batch])
            model.backward(dlogits)
            its.step(model)
        for name, param in network.params.items():
            close(param, plain.params[name])


def test_a_plain_network_and_its_fast_form_share_their_parameters(tmp_path):
    plain = small_network(dtype=np.float32)
    network = fast.Sequential(plain.layers)
    assert all(param is plain.params[name] for name, param in network.params.items())
    images, labels = small_set()
    images = images.astype(np.float32)
    miniconv.train(network, images, labels, 2, 8, SGD(0.1), np.random.default_rng(0), progress=False)
    close(network.forward(images), plain.forward(images))
    miniconv.save(network, tmp_path / "weights.npz")
    other = small_network(1, np.float32)
    miniconv.load(other, tmp_path / "weights.npz")
    for name, param in other.params.items():
        np.testing.assert_array_equal(param, network.params[name])


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda network: pickle.loads(pickle.dumps(network))])
def test_a_copy_of_a_network_that_has_run_is_whole_and_apart(copied):
    network, other = fast.Sequential(layers()["ReLU, then pooling"]), normal(1, 3, 2, 12, 13)
    x = normal(0, 3, 2, 12, 13)
    network.forward(x)
    twin = copied(network)
    y = twin.forward(other)
    np.testing.assert_array_equal(y, network.forward(other))
    network.params["0.weight"][...] = 0
    np.testing.assert_array_equal(twin.forward(other), y)


def test_ufunc_buffers_are_left_as_they_were():
    before = np.getbufsize()
    fast.MaxPool2d(2).forward(normal(0, 1, 1, 4, 4))
    assert np.getbufsize() == before


def test_without_dx_the_gradients_of_the_parameters_are_the_same():
    x = normal(0, 3, 2, 12, 13)
    for chosen in "ReLU, then pooling", "dense", "others":
        full, short = fast.Sequential(layers()[chosen]), fast.Sequential(layers()[chosen], need_dx=False)
        dout = normal(1, *full.forward(x).shape)
        short.forward(x)
        full.backward(dout)
        assert short.backward(dout) is None
        for key, grad in short.grads.items():
            np.testing.assert_array_equal(grad, full.grads[key])


def test_a_copy_goes_back_from_the_last_input():
    network = fast.Sequential(layers()["ReLU, then pooling"])
    network.forward(normal(0, 2, 2, 12, 13).astype(np.float32))  # by the plain layers, which remember it
    dout = normal(2, *network.forward(normal(1, 3, 2, 12, 13)).shape)
    twin = copy.deepcopy(network)
    close(twin.backward(dout), network.backward(dout))
    for key, grad in network.grads.items():
        close(twin.grads[key], grad)


def test_a_layer_inside_that_gives_no_gradient_is_not_passed_over():
    network = fast.Sequential([miniconv.Conv2d(1, 1, 1), miniconv.RandomWarp(), miniconv.Flatten()])
    y = network.forward(normal(0, 2, 1, 4, 4).astype(np.float32))
    with pytest.raises(ValueError, match="dout must hold real numbers"):
        network.backward(y)


# What only the plain layers do


def fast_runs(network):
    return [part._stages is not None for part in network._parts if isinstance(part, chain.Chain)]


@pytest.mark.parametrize("weights, images, douts, fits", [
    (np.float32, np.float32, np.float32, True),
    (np.float64, np.uint8, np.float64, True),
    (np.float32, np.uint8, np.int64, True),
    (np.float32, np.float32, np.float64, True),
    (np.float32, np.float64, np.float64, False),
    (np.float64, np.float32, np.float64, False),
    (np.float16, np.float16, np.float16, False),
    (np.longdouble, np.longdouble, np.longdouble, False),
])
def test_dtypes_follow_the_plain_rule(weights, images, douts, fits):
    kinds = miniconv.Sequential, fast.Sequential
    plain, network = (kind(small_network(dtype=weights).layers) for kind in kinds)
    x = (10 * small_set(4)[0]).astype(images)
    pairs = [(network.forward(x), plain.forward(x))]
    assert fast_runs(network) == [fits]
    dout = (3 * normal(1, 4, 3)).astype(douts)
    pairs.append((network.backward(dout), plain.backward(dout)))
    pairs += [(network.grads[key], grad) for key, grad in plain.grads.items()]
    for ours, right in pairs:
        assert ours.dtype == right.dtype
        np.testing.assert_allclose(ours, right, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("first", [miniconv.Flatten(), miniconv.ReLU(), miniconv.MaxPool2d(2)], ids=lambda layer: type(layer).__name__)
def test_integers_that_reach_a_layer_without_weights_follow_the_plain_rule(first):
    x = np.arange(64, dtype=np.uint8).reshape(2, 2, 4, 4)
    layers = [first, miniconv.Flatten(), miniconv.Dense(8 if type(first) is miniconv.MaxPool2d else 32, 3)]
    y, right = (kind(layers).forward(x) for kind in (fast.Sequential, miniconv.Sequential))
    assert y.dtype == right.dtype == np.float64
    np.testing.assert_array_equal(y, right)


@pytest.mark.parametrize("base", [miniconv.MaxPool2d, fast.MaxPool2d])
def test_a_subclass_is_called_as_it_is(base):
    class Doubled(base):
        def forward(self, x):
            return 2 * super().forward(x)

    x = normal(0, 2, 3, 4, 4)
    for network in Doubled(2), fast.Sequential([Doubled(2)]):
        np.testing.assert_array_equal(network.forward(x), 2 * miniconv.max_pool2d(x))


def test_fast_layers_are_layers_of_any_network():
    x = normal(0, 3, 2, 8, 8).astype(np.float32)
    fast_layers = [fast.Conv2d(2, 4, 3), miniconv.ReLU(), fast.MaxPool2d(2)]
    plain = [miniconv.Conv2d(2, 4, 3), miniconv.ReLU(), miniconv.MaxPool2d(2)]
    plain[0].params = fast_layers[0].params
    y = miniconv.Sequential(plain).forward(x)
    for kind in miniconv.Sequential, fast.Sequential:
        network = kind(fast_layers)
        close(network.forward(x), y)
        close(network.backward(y), miniconv.Sequential(plain).backward(y))
    assert fast_runs(network) == [True]


# Bad input


@pytest.mark.parametrize("name, row", [
    (name, row) for name in ("Conv2d", "MaxPool2d", "Sequential") for row in range(len(BAD[name]))
])
def test_bad_input_is_refused_in_the_same_words(name, row, monkeypatch):
    bad, _ = BAD[name][row]
    expected = message_of(bad)
    for place in (bad.__globals__, vars(miniconv)):
        monkeypatch.setitem(place, name, getattr(fast, name))
    assert message_of(bad) == expected


bad_x, bad_weight = np.zeros((2, 3, 5, 6)), np.zeros((2, 3, 2, 3))


@pytest.mark.parametrize("changes", [
    {"x": bad_x[0]}, {"x": bad_x[:, :2]}, {"x": bad_x + 1j}, {"x": [[1, 2], [3]]}, {"x": bad_x[:, :, :0]},
    {"weight": bad_weight[0]}, {"weight": np.zeros((2, 3, 6, 6))}, {"weight": "a"},
    {"weight": bad_weight[:0]},
    {"stride": 0}, {"stride": 1.5}, {"stride": (1, 2, 3)}, {"padding": -1}, {"padding": "2"},
    {"padding": ((1, 2), (0, -1))}, {"bias": np.zeros(3)}, {"bias": np.zeros((2, 1))}, {"bias": "none"},
    {"dout": np.zeros((2, 2, 4, 5))}, {"dout": np.zeros(3)},
])
def test_the_functions_refuse_bad_input_in_the_same_words(changes):
    arguments = {"x": bad_x, "weight": bad_weight}
    if "dout" not in changes:
        ours, right = (message_of(m.conv2d, **{**arguments, **changes}) for m in (fast, miniconv))
        assert ours == right
    if "bias" not in changes:
        arguments["dout"] = np.zeros((2, 2, 4, 4))
        ours, right = (message_of(m.conv2d_backward, **{**arguments, **changes}) for m in (fast, miniconv))
        assert ours == right


def test_a_shape_that_does_not_fit_inside_a_network_is_refused_in_the_same_words():
    for chosen, size in (("ReLU, then pooling", (2, 3)), ("pooling first", (5, 12)), ("dense", (3, 3))):
        messages = [message_of(kind(layers()[chosen]).forward, np.zeros((1, 2, *size)))
                    for kind in (fast.Sequential, miniconv.Sequential)]
        assert messages[0] == messages[1]
