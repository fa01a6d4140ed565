"""What holds for every public name.

It is documented, its examples run, it leaves its arguments alone, keeps the rule of dtypes and refuses bad
input in words.
"""

import doctest
import importlib
import inspect
import pkgutil
import re
from operator import attrgetter

import numpy as np
import pytest

import miniconv
from miniconv import SGD, Adam, Conv2d, Dense, Sequential, fast

from .networks import small_network, small_set


def ints(*shape):
    """Small whole numbers, so that every dtype holds them exactly."""
    return np.random.default_rng(len(shape)).integers(0, 4, size=shape).astype(np.float64)


# name: (its arrays, its other arguments); called by keyword
ARRAYS = {
    "avg_pool2d": ({"x": ints(2, 3, 5, 6)}, {}),
    "avg_pool2d_backward": ({"dout": ints(2, 3, 2, 3)}, {"x_shape": (2, 3, 5, 6)}),
    "box_filter": ({"image": ints(5, 6)}, {"size": 2}),
    "col2im": ({"cols": ints(12, 8)}, {"x_shape": (1, 2, 4, 5), "kernel_size": 2}),
    "conv1x1": ({"image": ints(2, 4, 5), "weight": ints(3, 2)}, {}),
    "conv2d": ({"x": ints(2, 3, 5, 6), "weight": ints(2, 3, 2, 3), "bias": ints(2)}, {}),
    "conv2d_backward": ({"dout": ints(2, 2, 4, 4), "x": ints(2, 3, 5, 6), "weight": ints(2, 3, 2, 3)}, {}),
    "conv_layer": ({"image": ints(3, 5, 6), "weight": ints(2, 3, 2, 3), "bias": ints(2)}, {}),
    "convolve2d": ({"image": ints(5, 6), "kernel": ints(2, 3)}, {}),
    "corr2d": ({"image": ints(5, 6), "kernel": ints(2, 3)}, {}),
    "corr2d_dilated": ({"image": ints(5, 6), "kernel": ints(2, 3)}, {}),
    "corr2d_multi_in": ({"image": ints(3, 5, 6), "kernel": ints(3, 2, 3)}, {}),
    "corr2d_strided": ({"image": ints(5, 6), "kernel": ints(2, 3)}, {}),
    "dense_backward": ({"dout": ints(2, 3), "x": ints(2, 4), "weight": ints(4, 3)}, {}),
    "dense_forward": ({"x": ints(2, 4), "weight": ints(4, 3), "bias": ints(3)}, {}),
    "edge_mask": ({"image": ints(5, 6)}, {"threshold": 0.5}),
    "global_avg_pool": ({"x": ints(2, 3, 5, 6)}, {}),
    "global_avg_pool_backward": ({"dout": ints(2, 3)}, {"x_shape": (2, 3, 5, 6)}),
    "gradient_magnitude": ({"image": ints(5, 6)}, {}),
    "im2col": ({"x": ints(2, 3, 5, 6)}, {"kernel_size": (2, 3)}),
    "kernel_gradient": ({"image": ints(5, 6), "kernel": ints(2, 3), "target": ints(4, 4)}, {}),
    "learn_kernel": (
        {"image": ints(5, 6), "target": ints(4, 4)},
        {"kernel_shape": (2, 3), "learning_rate": 0.001, "steps": 2},
    ),
    "match_template": ({"image": ints(5, 6), "template": ints(2, 3)}, {}),
    "max_pool2d": ({"x": ints(2, 3, 5, 6)}, {}),
    "max_pool2d_backward": ({"dout": ints(2, 3, 2, 3), "x": ints(2, 3, 5, 6)}, {}),
    "numerical_gradient": ({"x": ints(2, 3)}, {"f": np.sum}),
    "pad2d": ({"image": ints(5, 6)}, {"padding": 1}),
    "relative_error": ({"a": ints(2, 3), "b": ints(2, 3) + 1}, {}),
    "relu": ({"x": ints(2, 3)}, {}),
    "relu_backward": ({"dout": ints(2, 3), "x": ints(2, 3)}, {}),
    "softmax": ({"logits": ints(2, 3)}, {}),
    "softmax_cross_entropy": ({"logits": ints(2, 3)}, {"labels": np.array([0, 2])}),
}
# These take labels or a model, or make their answer from shapes and numbers alone.
OTHERS = {
    "Adam", "AvgPool2d", "Conv2d", "Dense", "Flatten", "GlobalAvgPool2d", "MaxPool2d", "Mnist",
    "RandomWarp", "ReLU", "SGD", "Sequential", "ShiftMean", "WeightAverage", "accuracy", "as_batch", "glorot_uniform",
    "he_normal", "load", "load_mnist", "one_cycle", "output_shape", "output_size", "parameter_count", "predict", "receptive_field", "same_padding", "save",
    "sobel_kernels", "train",
}
# Their answer has a dtype of its own.
FIXED_DTYPE = {"edge_mask", "match_template", "numerical_gradient", "relative_error"}
ANY_SHAPE = {"numerical_gradient", "relative_error", "relu", "relu_backward", "softmax", "pad2d"}
PUBLIC = sorted(miniconv.__all__)
MODULES = [m.name for m in pkgutil.walk_packages(miniconv.__path__, "miniconv.")]


def call(name, arrays, **changes):
    return getattr(miniconv, name)(**arrays, **{**ARRAYS[name][1], **changes})


def floats(result):
    """The floating arrays in an answer, which may be a tuple."""
    parts = result if isinstance(result, tuple) else (result,)
    return [part for part in parts if isinstance(part, (np.ndarray, np.generic))]


def test_the_tables_have_every_public_name():
    assert ARRAYS.keys() | OTHERS == set(PUBLIC)
    assert not ARRAYS.keys() & OTHERS
    assert PUBLIC == miniconv.__all__ and len(set(PUBLIC)) == len(PUBLIC)


# Documentation


@pytest.mark.parametrize("name", PUBLIC + [f"fast.{name}" for name in fast.__all__])
def test_docstring(name):
    thing = attrgetter(name)(miniconv)
    lines = inspect.getdoc(thing).splitlines()
    assert lines[0].endswith(".") and (len(lines) == 1 or lines[1] == ""), "one line of summary"
    sections = {title for title, rule in zip(lines, lines[1:]) if rule and set(rule) == {"-"}}
    parameters = [] if name == "Mnist" else list(inspect.signature(thing).parameters)
    assert ("Parameters" in sections) == bool(parameters)
    text = "\n".join(lines)
    named = text.split("Parameters\n---", 1)[-1].split("\n\n")[0]
    for parameter in parameters:
        assert re.search(rf"^([\w, ]+, )?{parameter}\b", named, re.M), f"{parameter} is not documented"
    assert inspect.isclass(thing) or name in ("save", "load", "train") or "Returns" in sections
    assert name in ("save", "Mnist") or "Examples" in sections


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_run(module):
    module = importlib.import_module(module)
    assert module.__doc__
    assert doctest.testmod(module).failed == 0


# Arguments unchanged


@pytest.mark.parametrize("name", ARRAYS)
def test_arguments_are_unchanged_and_not_shared(name):
    arrays = {key: array.copy() for key, array in ARRAYS[name][0].items()}
    result = call(name, arrays)
    for part in floats(result):
        assert not any(np.shares_memory(part, array) for array in arrays.values())
    for key, array in arrays.items():
        np.testing.assert_array_equal(array, ARRAYS[name][0][key])
        array.flags.writeable = False
    call(name, arrays)


def test_training_and_prediction_change_neither_images_nor_labels():
    images, labels = small_set()
    for array in (images, labels):
        array.flags.writeable = False
    model = small_network()
    rng = np.random.default_rng(0)
    miniconv.train(model, images, labels, 1, 8, SGD(0.1), rng, progress=False)
    miniconv.predict(model, images)
    miniconv.accuracy(model, images, labels)
    logits = model.forward(images)
    logits.flags.writeable = False
    model.backward(logits)


# Dtypes


@pytest.mark.parametrize("name", sorted(ARRAYS.keys() - FIXED_DTYPE))
def test_dtype_rule(name):
    arrays = ARRAYS[name][0]
    first, *rest = arrays
    reference = floats(call(name, arrays))

    def check(expected, dtypes, close=True):
        converted = {key: array.astype(dtypes.get(key, dtypes["*"])) for key, array in arrays.items()}
        result = floats(call(name, converted))
        assert result and {part.dtype for part in result} == {np.dtype(expected)}, dtypes
        for part, right in zip(result, reference) if close else ():
            np.testing.assert_allclose(part, right, rtol=1e-2 if expected == np.float16 else 1e-5, atol=1e-5)

    for floating in (np.float16, np.float32, np.float64, np.longdouble):
        check(floating, {"*": floating})
    for whole in (np.int8, np.uint8, np.int64):
        check(np.float64, {"*": whole})
        check(np.float32, {first: np.float32, "*": whole})
    check(np.float64, {"*": bool}, close=False)
    check(np.float32, {"*": ">f4"})
    for key in rest:
        check(np.float64, {key: np.float64, "*": np.float32})
        check(np.float32, {key: np.float32, "*": np.uint8})


@pytest.mark.parametrize("name", ARRAYS)
def test_nested_lists_are_arrays(name):
    arrays = ARRAYS[name][0]
    from_lists = call(name, {key: array.tolist() for key, array in arrays.items()})
    np.testing.assert_equal(from_lists, call(name, arrays))


def test_the_dtype_of_what_is_not_computed_from_floats():
    assert miniconv.edge_mask(ints(4, 4).astype(np.float32), 0.5).dtype == bool
    assert miniconv.numerical_gradient(np.sum, np.ones(2, np.float32)).dtype == np.float64


# Bad input


def message_of(function, *args, **kwargs):
    with pytest.raises(ValueError) as caught:
        function(*args, **kwargs)
    message = str(caught.value)
    assert " must " in message or "found" in message or "but" in message, message
    return message


@pytest.mark.parametrize("name", ARRAYS)
def test_what_is_no_array_of_real_numbers_is_refused(name):
    arrays = ARRAYS[name][0]
    for key, array in arrays.items():
        for bad, found in [
            (array + 1j, "complex128"),
            (array.astype(str), "<U"),
            (array.astype(object), "object"),
            (None if key != "bias" else "none", "object" if key != "bias" else "<U"),
            ([[1, 2], [3]], "unequal lengths"),
        ]:
            message = message_of(call, name, {**arrays, key: bad})
            assert message.startswith(key) and found in message, message


@pytest.mark.parametrize("name", sorted(ARRAYS.keys() - ANY_SHAPE))
def test_wrong_axes_and_empty_arrays_are_refused(name):
    arrays = ARRAYS[name][0]
    for key, array in arrays.items():
        for bad in (array[None], array[0] if array.ndim > 1 else 3.0, np.zeros((*array.shape[:-1], 0))):
            message = message_of(call, name, {**arrays, key: bad})
            assert message.startswith(key) and str(np.shape(bad)) in message, message


@pytest.mark.parametrize("name", [name for name in ARRAYS.keys() if len(ARRAYS[name][0]) > 1])
def test_shapes_that_do_not_go_together_are_refused(name):
    """Each array in turn grows along each axis that another one fixes; both shapes are in the message."""
    arrays = ARRAYS[name][0]
    refused = 0
    for key, array in arrays.items():
        for axis in range(array.ndim):
            grown = np.concatenate([array, array, array, array, array], axis=axis)
            try:
                call(name, {**arrays, key: grown})
            except ValueError as error:
                refused += 1
                shapes = [str(a.shape) for k, a in {**arrays, key: grown}.items()]
                found = [text for text in shapes if text in str(error)]
                tail = any(str(a.shape[-2:]) in str(error) for a in (array, grown))
                assert found or tail, error
    assert refused, "no change of a shape was refused"


LEAST = {"stride": 1, "dilation": 1, "kernel_size": 1, "size": 1, "padding": 0}
WINDOWED = [
    (name, key)
    for name in ARRAYS
    for key in inspect.signature(getattr(miniconv, name)).parameters.keys() & LEAST.keys()
]


@pytest.mark.parametrize("name, key", sorted(WINDOWED))
def test_what_is_no_int_or_pair_is_refused(name, key):
    arrays, low = ARRAYS[name][0], LEAST[key] - 1
    for bad in (low, 1.0, True, "2", (1, 2, 3), (1, low), (1.5, 2), [], np.nan, {1, 2}, (True, 2)):
        message = message_of(call, name, arrays, **{key: bad})
        assert key in message and repr(bad) in message, message
    if "size" in key:
        assert "no window fits" in message_of(call, name, arrays, **{key: 10**6})


images, labels = small_set(6)
network = small_network()


class Summed(Sequential):
    """A model with one answer for all images."""

    def forward(self, x):
        return x.sum(axis=0, keepdims=True)


rng = np.random.default_rng(0)
x2, x4 = np.zeros((2, 3)), np.zeros((2, 3, 5, 6))


def trained(model=network, images=images, labels=labels, epochs=1, batch_size=2, optimizer=SGD(0.1), rng=rng):
    return miniconv.train(model, images, labels, epochs, batch_size, optimizer, rng, progress=False)


def forward(layer, x):
    return layer.forward(x)


def backward(layer, x, dout):
    layer.forward(x)
    return layer.backward(dout)


def enter(context):
    with context:
        pass


# name: list of (function of no arguments, what the message must hold)
BAD = {
    "Adam": [
        (lambda: Adam(-1), "learning_rate.*-1"), (lambda: Adam(beta1=1), "beta1.*below 1.*found 1"),
        (lambda: Adam(beta2=-0.1), "beta2.*-0.1"), (lambda: Adam(eps=np.nan), "eps.*nan"),
        (lambda: Adam(weight_decay=-1), "weight_decay.*found -1"),
        (lambda: Adam().step(3), "model must be a layer.*found 3"),
    ],
    "AvgPool2d": [
        (lambda: miniconv.AvgPool2d(0), "size.*found 0"), (lambda: miniconv.AvgPool2d(2, 1.5), "stride.*1.5"),
        (lambda: forward(miniconv.AvgPool2d(2), x2), r"x must.*\(N, C, H, W\).*\(2, 3\)"),
        (lambda: backward(miniconv.AvgPool2d(2), x4, x4), r"dout.*\(2, 3, 2, 3\).*\(2, 3, 5, 6\)"),
    ],
    "Conv2d": [
        (lambda: Conv2d(0, 1, 3), "in_channels.*found 0"), (lambda: Conv2d(1, 2.0, 3), "out_channels.*2.0"),
        (lambda: Conv2d(1, 1, (3, 0)), r"kernel_size.*\(3, 0\)"), (lambda: Conv2d(1, 1, 3, 0), "stride.*0"),
        (lambda: Conv2d(1, 1, 3, 1, -1), "padding.*-1"),
        (lambda: Conv2d(1, 1, 3, rng=7), "rng.*Generator.*7"),
        (lambda: Conv2d(1, 1, 3, dtype=int), "dtype.*int64"),
        (lambda: forward(Conv2d(4, 2, 3), x4), r"channels.*\(2, 3, 5, 6\).*\(2, 4, 3, 3\)"),
        (lambda: forward(Conv2d(3, 2, 6), x4), r"no window fits.*\(6, 6\).*\(5, 6\)"),
        (lambda: backward(Conv2d(3, 2, 3), x4, x4), r"dout.*\(2, 2, 3, 4\).*\(2, 3, 5, 6\)"),
    ],
    "Dense": [
        (lambda: Dense(0, 1), "in_features.*found 0"), (lambda: Dense(1, True), "out_features.*True"),
        (lambda: Dense(1, 1, rng="x"), "rng.*'x'"), (lambda: Dense(1, 1, dtype=bool), "dtype.*bool"),
        (lambda: forward(Dense(4, 2), x2), r"\(2, 3\).*\(4, 2\)"),
        (lambda: forward(Dense(3, 2), x4), r"x.*\(N, D\).*\(2, 3, 5, 6\)"),
        (lambda: backward(Dense(3, 2), x2, x2), r"dout.*\(2, 2\).*\(2, 3\)"),
    ],
    "Flatten": [
        (lambda: forward(miniconv.Flatten(), 3.0), r"x must.*found shape \(\)"),
        (lambda: backward(miniconv.Flatten(), x4, x2), r"dout.*\(2, 90\).*\(2, 3\)"),
    ],
    "GlobalAvgPool2d": [
        (lambda: forward(miniconv.GlobalAvgPool2d(), x2), r"\(N, C, H, W\).*\(2, 3\)"),
        (lambda: backward(miniconv.GlobalAvgPool2d(), x4, x2.T), r"dout.*\(2, 3\).*\(3, 2\)"),
    ],
    "MaxPool2d": [
        (lambda: miniconv.MaxPool2d("2"), "size.*'2'"),
        (lambda: miniconv.MaxPool2d(2, (1, 0)), r"stride.*\(1, 0\)"),
        (lambda: forward(miniconv.MaxPool2d(6), x4), r"no window fits.*\(6, 6\).*\(5, 6\)"),
        (lambda: backward(miniconv.MaxPool2d(2), x4, x4), r"dout.*\(2, 3, 2, 3\).*\(2, 3, 5, 6\)"),
    ],
    "RandomWarp": [
        (lambda: miniconv.RandomWarp(-1), "rotation.*found -1"), (lambda: miniconv.RandomWarp(scale=1), "scale.*below 1"),
        (lambda: miniconv.RandomWarp(smoothness=0), "smoothness.*at least 0.1.*found 0"),
        (lambda: miniconv.RandomWarp(group=0), "group.*found 0"), (lambda: miniconv.RandomWarp(rng=1), "rng.*found 1"),
        (lambda: forward(miniconv.RandomWarp(), x2), r"x must.*\(N, C, H, W\).*\(2, 3\)"),
        (lambda: forward(miniconv.RandomWarp(), x4[:, :, :1]), r"2x2 pixels.*\(2, 3, 1, 6\)"),
    ],
    "ShiftMean": [
        (lambda: miniconv.ShiftMean(miniconv.Flatten), "model must be a layer.*Flatten"),
        (lambda: forward(miniconv.ShiftMean(miniconv.Flatten()), x2), r"x must.*\(N, C, H, W\).*\(2, 3\)"),
    ],
    "WeightAverage": [
        (lambda: miniconv.WeightAverage(1), "decay.*below 1.*found 1"),
        (lambda: miniconv.WeightAverage().update(3), "model must be a layer.*found 3"),
        (lambda: enter(miniconv.WeightAverage().used_by(Dense(1, 1))), "no weights.*update"),
    ],
    "one_cycle": [
        (lambda: miniconv.one_cycle(1.1, 1), "progress.*0 to 1.*found 1.1"),
        (lambda: miniconv.one_cycle(0.5, -1), "peak.*found -1"),
        (lambda: miniconv.one_cycle(0.5, 1, 0), "warm_up.*found 0"),
    ],
    "ReLU": [
        (lambda: forward(miniconv.ReLU(), ["a"]), "x.*real numbers.*<U1"),
        (lambda: backward(miniconv.ReLU(), x2, x4), r"dout.*\(2, 3\).*\(2, 3, 5, 6\)"),
    ],
    "SGD": [
        (lambda: SGD(np.inf), "learning_rate.*inf"), (lambda: SGD("0.1"), "learning_rate.*'0.1'"),
        (lambda: SGD(0.1, momentum=1.0), "momentum.*below 1.*1.0"),
        (lambda: SGD(0.1).step(Dense), "model.*Dense"),
    ],
    "Sequential": [
        (lambda: Sequential(3), "list.*3"), (lambda: Sequential([Dense(1, 1), np.sum]), "layer.*sum"),
        (lambda: forward(Sequential([Dense(4, 2)]), x2), r"\(2, 3\).*\(4, 2\)"),
        (lambda: backward(Sequential([Dense(3, 2)]), x2, x2), r"dout.*\(2, 2\).*\(2, 3\)"),
    ],
    "accuracy": [
        (lambda: miniconv.accuracy(3, images, labels), "model.*3"),
        (lambda: miniconv.accuracy(network, images, labels[:5]), "5 labels for 6"),
        (lambda: miniconv.accuracy(network, images, labels - 3), "at least 0.*-3 to"),
        (lambda: miniconv.accuracy(network, images[:0], labels[:0]), r"at least one image.*\(0, 1, 6, 6\)"),
        (lambda: miniconv.accuracy(network, images, labels, 0), "batch_size.*0"),
    ],
    "as_batch": [
        (lambda: miniconv.as_batch(np.zeros((2, 3, 4))), r"uint8.*float64.*\(2, 3, 4\)"),
        (lambda: miniconv.as_batch(np.zeros((3, 4), np.uint8)), r"\(N, H, W\).*\(3, 4\)"),
    ],
    "glorot_uniform": [
        (lambda: miniconv.glorot_uniform((3,)), r"shape.*\(3,\)"),
        (lambda: miniconv.glorot_uniform(3), "found 3"),
        (lambda: miniconv.glorot_uniform((3, 2, 0, 1)), r"shape.*\(3, 2, 0, 1\)"),
        (lambda: miniconv.glorot_uniform((3, 2), 0), "rng.*0"),
    ],
    "he_normal": [
        (lambda: miniconv.he_normal((3, 2.5)), r"shape.*\(3, 2.5\)"),
        (lambda: miniconv.he_normal(()), r"found \(\)"),
        (lambda: miniconv.he_normal((3, 2), "seed"), "rng.*'seed'"),
    ],
    "load": [(lambda: miniconv.load(3, "x"), "model.*3"), (lambda: miniconv.load(network, 3), "path.*3")],
    "load_mnist": [(lambda: miniconv.load_mnist(3), "folder.*3")],
    "Mnist": [],  # four arrays side by side, as load_mnist found them
    "output_shape": [
        (lambda: miniconv.output_shape((3, 4), (4, 3)), r"no window fits.*\(4, 3\).*\(3, 4\)"),
        (lambda: miniconv.output_shape((3, 4, 1), (2, 2)), r"image_shape.*\(H, W\).*\(3, 4, 1\)"),
        (lambda: miniconv.output_shape((3, 4), 2), "kernel_shape.*2"),
        (lambda: miniconv.output_shape((3, 4), (2, 0)), r"kernel_shape.*\(2, 0\)"),
        (lambda: miniconv.output_shape((3.0, 4), (2, 2)), r"image_shape.*\(3.0, 4\)"),
    ],
    "output_size": [
        (lambda: miniconv.output_size(3, 5), "no window fits.*5.*3"),
        (lambda: miniconv.output_size(0, 1), "n.*0"),
        (lambda: miniconv.output_size(5, 3, 0), "stride.*0"),
        (lambda: miniconv.output_size(5, 3, 1, -1), "-1"),
        (lambda: miniconv.output_size(5, 3, dilation=3), "spans 7.*5"),
        (lambda: miniconv.output_size(5.0, 3), "n .*5.0"),
        (lambda: miniconv.output_size(5, True), "kernel.*True"),
    ],
    "parameter_count": [
        (lambda: miniconv.parameter_count(0, 1, 3), "in_channels.*0"),
        (lambda: miniconv.parameter_count(1, 1.0, 3), "out_channels.*1.0"),
        (lambda: miniconv.parameter_count(1, 1, (3, -3)), r"kernel_size.*\(3, -3\)"),
    ],
    "predict": [
        (lambda: miniconv.predict(np.sum, images), "model.*sum"),
        (lambda: miniconv.predict(network, images, batch_size=-1), "batch_size.*-1"),
        (lambda: miniconv.predict(network, images[:, 0]), r"\(N, C, H, W\).*\(6, 6, 6\)"),
        (lambda: miniconv.predict(Sequential([]), images), r"logits.*\(N, K\).*\(6, 1, 6, 6\)"),
        (lambda: miniconv.predict(Summed([]), [[1, 2], [3, 4]]), r"one row of logits for each image.*\(1, 2\) for 2"),
    ],
    "receptive_field": [
        (lambda: miniconv.receptive_field(3), "layers.*3"),
        (lambda: miniconv.receptive_field([3, 3]), "found 3"),
        (lambda: miniconv.receptive_field([(3, 0)]), r"\(3, 0\)"),
        (lambda: miniconv.receptive_field([(3, 1, 1)]), r"\(kernel, stride\).*\(3, 1, 1\)"),
    ],
    "same_padding": [
        (lambda: miniconv.same_padding(0), "kernel.*0"), (lambda: miniconv.same_padding(3.0), "kernel.*3.0"),
        (lambda: miniconv.same_padding((3, 3)), r"kernel.*\(3, 3\)"),
    ],
    "save": [
        (lambda: miniconv.save(3, "x"), "model.*3"),
        (lambda: miniconv.save(network, None), "path.*None"),
    ],
    "sobel_kernels": [],  # takes no arguments
    "train": [
        (lambda: trained(model=3), "model.*3"),
        (lambda: trained(images=images[:5]), "6 labels for 5"),
        (lambda: trained(images=images[:0], labels=labels[:0]), r"at least one image.*\(0, 1, 6, 6\)"),
        (lambda: trained(labels=labels + 3), "0 to 2.*found [345] to [345]"),
        (lambda: trained(labels=-labels - 1), "-[123] to -[123]"),
        (lambda: trained(labels=labels * 1.0), "labels.*integers.*float64"),
        (lambda: trained(labels=labels[:, None]), r"labels.*\(6, 1\)"),
        (lambda: trained(epochs=1.5), "epochs.*1.5"), (lambda: trained(batch_size=0), "batch_size.*0"),
        (lambda: trained(optimizer="SGD"), "optimizer.*'SGD'"), (lambda: trained(rng=3), "rng.*3"),
    ],
    # what the generated cases above leave out
    "edge_mask": [
        (lambda: miniconv.edge_mask(ints(4, 4), -0.1), "threshold.*-0.1"),
        (lambda: miniconv.edge_mask(ints(2, 4), 0.5), r"no window fits.*\(3, 3\).*\(2, 4\)"),
    ],
    "box_filter": [(lambda: miniconv.box_filter(ints(3, 4), (2, 2)), r"size.*\(2, 2\)")],
    "learn_kernel": [
        (lambda: call("learn_kernel", ARRAYS["learn_kernel"][0], steps=-1), "steps.*-1"),
        (lambda: miniconv.learn_kernel(np.ones((3, 3)), np.ones((9, 9)), (2, 2), 0.1, 0), r"target.*\(2, 2\).*\(9, 9\)"),
        (lambda: call("learn_kernel", ARRAYS["learn_kernel"][0], learning_rate=None), "learning_rate.*None"),
        (lambda: call("learn_kernel", ARRAYS["learn_kernel"][0], kernel_shape=(3, 3)), r"\(3, 4\).*\(4, 4\)"),
    ],
    "match_template": [
        (lambda: miniconv.match_template(ints(4, 4), np.ones((2, 2))), r"template.*flat.*\(2, 2\)"),
        (lambda: miniconv.match_template(ints(4, 4), [[np.nan, 1]]), r"template.*finite.*\(1, 2\)"),
        (lambda: miniconv.match_template(np.ones((4, 4)), np.eye(2)), r"vary in some window.*\(4, 4\)"),
        (lambda: miniconv.match_template(np.eye(3), np.eye(4)), r"no window fits.*\(4, 4\).*\(3, 3\)"),
    ],
    "numerical_gradient": [
        (lambda: miniconv.numerical_gradient(3, [1.0]), "f must.*3"),
        (lambda: miniconv.numerical_gradient(np.sum, [1.0], eps=0), "eps.*0"),
        (lambda: miniconv.numerical_gradient(np.sum, [1.0, 1e13]), "eps must be large enough.*1e-05.*1e\\+13"),
        (lambda: miniconv.numerical_gradient(np.sin, [1.0, 2.0]), r"one number.*\(2,\)"),
    ],
    "pad2d": [(lambda: miniconv.pad2d(ints(2, 2), 1, value="0"), "value.*'0'"),
              (lambda: miniconv.pad2d(np.zeros(3), 1), r"image.*\(\.\.\., H, W\).*\(3,\)")],
    "softmax": [(lambda: miniconv.softmax(np.zeros((2, 0))), r"logits.*\(2, 0\)"),
                (lambda: miniconv.softmax(1.0), r"logits.*\(\)")],
    "softmax_cross_entropy": [
        (lambda: miniconv.softmax_cross_entropy(x2, [0, 3]), "labels.*0 to 2.*0 to 3"),
        (lambda: miniconv.softmax_cross_entropy(x2, [0, -1]), "labels.*0 to 2.*-1 to 0"),
        (lambda: miniconv.softmax_cross_entropy(x2, [0, 1, 2]), "3 labels for 2"),
        (lambda: miniconv.softmax_cross_entropy(x2, [True, False]), "labels.*integers.*bool"),
        (lambda: miniconv.softmax_cross_entropy(np.zeros((0, 3)), np.zeros(0, int)), r"logits.*\(0, 3\)"),
    ],
}


def test_bad_input_is_tested_for_every_public_name():
    assert set(PUBLIC) == ARRAYS.keys() | BAD.keys()


@pytest.mark.parametrize("name, row", [(name, row) for name in BAD for row in range(len(BAD[name]))])
def test_bad_input_is_refused_in_words(name, row):
    function, pattern = BAD[name][row]
    message = message_of(function)
    assert re.search(pattern, message, re.S), message
