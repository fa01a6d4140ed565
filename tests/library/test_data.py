import gzip
import shutil

import numpy as np
import pytest

import miniconv.data
from miniconv import as_batch, load_mnist

NAMES = list(miniconv.data.FILES)


def test_mnist_is_whole():
    digits = load_mnist()
    assert digits._fields == ("train_images", "train_labels", "test_images", "test_labels")
    assert [(a.shape, a.dtype.name) for a in digits] == [
        ((60000, 28, 28), "uint8"), ((60000,), "int64"), ((10000, 28, 28), "uint8"), ((10000,), "int64"),
    ]
    for labels in (digits.train_labels, digits.test_labels):
        assert np.unique(labels).tolist() == list(range(10))
    assert digits.train_labels[:5].tolist() == [5, 0, 4, 1, 9]
    mean = digits.train_images.mean(axis=0)  # ink in the middle, none at the border
    assert mean[10:18, 10:18].min() > 50 and max(mean[0].max(), mean[:, 0].max()) < 1
    assert all(a.flags.writeable for a in digits)


@pytest.fixture
def folder(tmp_path):
    for name in NAMES:
        shutil.copy(miniconv.data.FOLDER / name, tmp_path)
    return tmp_path


def cut(data):
    return data[:-100]


def altered(data):
    content = bytearray(gzip.decompress(data))
    content[-1] ^= 1
    return gzip.compress(bytes(content), compresslevel=1)


def not_gzip(data):
    return gzip.decompress(data)


def wrong_magic(data):
    return gzip.compress(b"\0\0\x0d" + gzip.decompress(data)[3:], compresslevel=1)


def header_only(data):
    return gzip.compress(gzip.decompress(data)[:6])


def empty(data):
    return b""


def garbage_inside(data):
    return data[:200] + b"garbage" + data[207:]


@pytest.mark.parametrize("name", NAMES[1::2])
@pytest.mark.parametrize("damage", [cut, altered, not_gzip, wrong_magic, header_only, empty, garbage_inside])
def test_a_damaged_file_is_named_with_what_to_do(folder, name, damage):
    path = folder / name
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError) as caught:
        load_mnist(folder)
    assert str(path) in str(caught.value)
    assert f"git checkout -- book/data/mnist/{name}" in str(caught.value)


def test_an_altered_image_file_is_found(folder):
    path = folder / NAMES[2]
    path.write_bytes(altered(path.read_bytes()))
    with pytest.raises(ValueError, match="SHA-256"):
        load_mnist(str(folder))


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_named_with_what_to_do(folder, name):
    (folder / name).unlink()
    with pytest.raises(FileNotFoundError, match=f"{name} is missing.*git checkout"):
        load_mnist(folder)


def test_as_batch():
    images = np.arange(24, dtype=np.uint8).reshape(2, 3, 4) * 11
    batch = as_batch(images)
    assert batch.shape == (2, 1, 3, 4) and batch.dtype == np.float32
    np.testing.assert_allclose(batch[:, 0], images / 255, rtol=1e-6)
    assert as_batch(np.full((1, 1, 1), 255, np.uint8)) == 1
