import io
import os

import numpy as np
import pytest

from miniconv import Dense, load, save

from .networks import small_network, small_set


def test_round_trip(tmp_path):
    model, other, (images, _) = small_network(1), small_network(2), small_set()
    path = tmp_path / "weights of a model"
    save(model, path)
    assert os.listdir(tmp_path) == [path.name]
    arrays = list(other.params.values())
    load(other, str(path))
    np.testing.assert_array_equal(other.forward(images), model.forward(images))
    assert all(a is b for a, b in zip(arrays, other.params.values()))


def test_the_file_holds_plain_arrays(tmp_path):
    model = small_network()
    save(model, tmp_path / "w.npz")
    with np.load(tmp_path / "w.npz", allow_pickle=False) as archive:
        assert sorted(archive.files) == sorted(model.params)
        for name, param in model.params.items():
            np.testing.assert_array_equal(archive[name], param)


def test_a_failed_save_keeps_the_old_file(tmp_path):
    path = tmp_path / "w.npz"
    model = small_network(1)
    save(model, path)
    before = path.read_bytes()

    class Unwritable:
        def __array__(self, *args, **kwargs):
            raise OSError("no such numbers")

    layer = Dense(2, 2)
    layer.params = {"weight": np.zeros(1000), "bias": Unwritable()}
    with pytest.raises(OSError, match="no such numbers"):
        save(layer, path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["w.npz"]


def test_save_into_a_missing_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        save(small_network(), tmp_path / "nowhere" / "w.npz")


def archive_bytes(tmp_path, **arrays):
    np.savez(tmp_path / "made.npz", **arrays)
    return (tmp_path / "made.npz").read_bytes()


def test_a_file_that_does_not_fit_changes_nothing(tmp_path):
    layer = Dense(3, 2)
    save(layer, tmp_path / "good.npz")
    good = (tmp_path / "good.npz").read_bytes()
    bias, weight = np.ones(2, np.float32), np.ones((3, 2), np.float32)
    damaged = {
        "empty": (b"", "not a complete file"),
        "not an archive": (b"hello", "not a complete file"),
        "cut short": (good[: len(good) // 2], "not a complete file"),
        "one byte changed": (good[:140] + bytes([good[140] ^ 1]) + good[141:], "not a complete file"),
        "unknown compression": (_with_field(good, 10, 99), "not a complete file"),
        "encrypted": (_with_field(good, 8, 1), "not a complete file"),
        "one array only": (_npy(weight), "not a complete file"),
        "a name missing": (archive_bytes(tmp_path, weight=weight), "'bias', 'weight'"),
        "a name too many": (archive_bytes(tmp_path, weight=weight, bias=bias, more=bias), "more"),
        "wrong shape": (archive_bytes(tmp_path, weight=weight, bias=np.ones(3)), r"bias.*\(2,\).*\(3,\)"),
        "turned": (archive_bytes(tmp_path, bias=bias, weight=weight.T), r"weight.*\(3, 2\).*\(2, 3\)"),
        "texts": (archive_bytes(tmp_path, bias=bias, weight=weight.astype(str)), "weight must hold"),
        "objects": (archive_bytes(tmp_path, bias=bias, weight=weight.astype(object)), "not a complete"),
    }
    before = {name: p.copy() for name, p in layer.params.items()}
    path = tmp_path / "w.npz"
    for kind, (content, message) in damaged.items():
        path.write_bytes(content)
        with pytest.raises(ValueError, match=message):
            load(layer, path)
        for name, p in layer.params.items():
            np.testing.assert_array_equal(p, before[name], err_msg=kind)


def _with_field(archive, offset, value):
    """Return the archive with another number in the first entry of its directory."""
    at = archive.find(b"PK\x01\x02") + offset
    return archive[:at] + bytes([value]) + archive[at + 1:]


def _npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def test_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere.npz"):
        load(Dense(2, 2), tmp_path / "nowhere.npz")


def test_a_folder_is_no_file(tmp_path):
    for use in save, load:
        with pytest.raises(ValueError, match="path must name a file, found the folder"):
            use(Dense(1, 1), tmp_path)
