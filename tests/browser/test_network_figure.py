"""The network that is computed in the page is the one that chapter 8 trained."""

import base64
import re

import numpy as np
import pytest

from miniconv import (
    Conv2d, Dense, Flatten, MaxPool2d, ReLU, Sequential, as_batch, load_mnist, receptive_field, softmax,
)

pytestmark = pytest.mark.xdist_group("browser")


def random_drawings(rng, count):
    """Test digits, larger or smaller, somewhere on an empty sheet, and a sheet with one pixel."""
    for image in load_mnist().test_images[:count]:
        digit = np.kron(image, np.ones((rng.integers(1, 6), rng.integers(1, 6)))) / 255
        sheet = np.zeros(np.array(digit.shape) + rng.integers(0, 60, 2))
        top, left = (rng.integers(0, n - m + 1) for n, m in zip(sheet.shape, digit.shape))
        sheet[top:top + digit.shape[0], left:left + digit.shape[1]] = digit
        yield sheet
    yield np.pad([[1.0]], ((3, 7), (11, 2)))


@pytest.fixture(scope="module")
def drawings():
    return list(random_drawings(np.random.default_rng(0), 20))


@pytest.fixture(scope="module")
def reading(drive, drawings):
    images = load_mnist().test_images[:1000]
    sheets = [{"rows": sheet.shape[0], "columns": sheet.shape[1], "values": sheet.ravel().tolist()}
              for sheet in drawings]
    return drive("network", images=base64.b64encode(images.tobytes()).decode(), drawings=sheets)


@pytest.fixture(scope="module")
def network(data_of):
    """The network of the page, with its weights, as layers of miniconv."""
    layers = []
    for layer in data_of("08-mnist-cnn", "network")["layers"]:
        params = {name: layer[name] for name in ("weight", "bias") if name in layer}
        match layer["kind"]:
            case "conv":
                filters, channels, size, _ = params["weight"].shape
                layers.append(Conv2d(channels, filters, size))
            case "dense":
                layers.append(Dense(*params["weight"].shape))
            case "pool":
                layers.append(MaxPool2d(layer["size"]))
            case "relu":
                layers.append(ReLU())
            case "flatten":
                layers.append(Flatten())
        layers[-1].params.update(params)
    return Sequential(layers)


def test_the_page_computes_the_logits_of_miniconv(reading, network):
    logits = network.forward(as_batch(load_mnist().test_images[:1000]))
    assert np.shape(reading["logits"]) == (1000, 10)
    np.testing.assert_allclose(reading["logits"], logits, atol=1e-4, rtol=0)


def test_the_page_reads_at_least_98_per_cent_of_the_test_digits(reading):
    right = np.argmax(reading["logits"], axis=1) == load_mnist().test_labels[:1000]
    assert right.mean() >= 0.98


def prepare(ink):
    """A drawing as MNIST has its digits, with matrices of shares in place of loops."""
    rows, columns = (np.flatnonzero((ink > 0.1).any(axis=axis)) for axis in (1, 0))
    box = ink[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1]
    for _ in range(2):  # rows, then columns
        n = len(box)
        m = max(1, int(20 * n / max(np.ptp(rows) + 1, np.ptp(columns) + 1) + 0.5))
        shares = np.repeat(np.eye(n), m, axis=0).reshape(m, n, n).mean(axis=1)
        box = (shares @ box).T
    centre = [(np.arange(28)[:n] * box.sum(axis=1 - axis)).sum() / box.sum() for axis, n in enumerate(box.shape)]
    top, left = (int(np.clip(np.floor(14 - c + 0.5), 0, 28 - n)) for c, n in zip(centre, box.shape))
    return np.pad(box, ((top, 28 - top - box.shape[0]), (left, 28 - left - box.shape[1])))


def test_a_drawing_is_prepared_like_a_digit_of_mnist(reading, drawings):
    for prepared, sheet in zip(reading["prepared"], drawings, strict=True):
        np.testing.assert_allclose(np.reshape(prepared, (28, 28)), prepare(sheet), atol=1e-9)


def test_a_test_digit_is_prepared_already():
    images = load_mnist().test_images[:200] / 255
    moved = [np.abs(prepare(image) - image).max() for image in images]
    assert np.mean(np.array(moved) < 1e-9) > 0.7  # the others are moved by a pixel where the centre is half-way


def digit_of(seen):
    return int(re.search(r"The network reads an? (\d)", seen["words"])[1])


@pytest.mark.parametrize("way, digit", [("mouse", 7), ("touched", 3), ("keyboard", 1)])
def test_a_drawn_digit_is_read(reading, network, way, digit):
    seen = reading[way]
    pixels = prepare(np.reshape(seen["ink"], (280, 280)) / 255)
    np.testing.assert_allclose(np.reshape(seen["seen"], (28, 28)), 255 * (1 - pixels), atol=0.51)
    logits = network.forward(pixels[None, None].astype(np.float32))
    np.testing.assert_allclose(seen["logits"], logits[0], atol=1e-4, rtol=0)
    np.testing.assert_allclose(seen["probabilities"], softmax(logits)[0], atol=1e-4)
    assert digit_of(seen) == np.argmax(logits) == digit


def test_the_field_is_empty_when_it_is_cleared(reading, network):
    assert set(reading["empty"]["seen"]) == {255}
    assert "Nothing is drawn" in reading["empty"]["words"]
    np.testing.assert_allclose(reading["empty"]["logits"], network.forward(np.zeros((1, 1, 28, 28)))[0], atol=1e-4)


def test_the_keyboard_lifts_the_pen(reading):
    assert reading["keyboard"]["words"].startswith("Pen down in row 23, column 14.")
    assert reading["lifted"]["words"].startswith("Pen up in row 23, column 15.")
    assert reading["lifted"]["logits"] == reading["keyboard"]["logits"]


def test_the_digits_to_choose_are_read_as_miniconv_reads_them(reading, network, data_of):
    digits = data_of("08-mnist-cnn", "network")["digits"]
    images = np.stack([digit["pixels"] for digit in digits])
    logits = network.forward(as_batch(images))
    np.testing.assert_allclose([seen["logits"] for seen in reading["samples"]], logits, atol=1e-4, rtol=0)
    np.testing.assert_allclose(reading["start"]["logits"], logits[0], atol=1e-4, rtol=0)
    assert [digit_of(seen) for seen in reading["samples"]] == logits.argmax(axis=1).tolist()
    assert [seen["name"][-1] for seen in reading["samples"]] == [str(digit["label"]) for digit in digits]


@pytest.mark.parametrize("way, layer, title, index", [("hover", 3, "conv 2", 5), ("arrows", 5, "pool 2", 17)])
def test_a_map_is_shown_closer(reading, network, way, layer, title, index):
    seen = reading[way]
    pixels = prepare(np.reshape(reading["mouse"]["ink"], (280, 280)) / 255)
    maps = Sequential(network.layers[:layer + 1]).forward(pixels[None, None].astype(np.float32))[0]
    row, column = np.unravel_index(maps[index].argmax(), maps[index].shape)
    least, greatest = (f"{value:.2f}".rstrip("0").rstrip(".").replace("-", "−")
                       for value in (maps[index].min(), maps[index].max()))
    assert seen["title"] == f"{title}, map {index}"
    assert f"numbers from {least} to {greatest}" in seen["about"]
    assert f"row {row}, column {column}, sees" in seen["about"]
    assert seen["maps"] == 3 * 16 + 3 * 32

    top, left, height, width = seen["window"]
    inside = np.full((1, 1, 28, 28), np.nan)
    inside[..., top:top + height, left:left + width] = pixels[top:top + height, left:left + width]
    nan_maps = Sequential(network.layers[:layer + 1]).forward(inside)[0]
    assert nan_maps[index, row, column] == pytest.approx(float(maps[index].max()), abs=1e-5)
    assert height == width == receptive_field([(5, 1), (2, 2), (3, 1), (2, 2)][:(layer + 3) // 2])
