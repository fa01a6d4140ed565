"""The MNIST digits, read from the repository (chapter 8)."""

import gzip
import hashlib
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from . import _validate

FOLDER = Path(__file__).resolve().parents[1] / "book" / "data" / "mnist"

FILES = {  # SHA-256 of the uncompressed bytes
    "train-images-idx3-ubyte.gz": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte.gz": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte.gz": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte.gz": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


class Mnist(NamedTuple):
    """The 60,000 digits for training and the 10,000 for testing.

    Attributes
    ----------
    train_images, test_images : ndarray of uint8, shape (N, 28, 28)
        0 is the background, 255 the full stroke.
    train_labels, test_labels : ndarray of int64, shape (N,)
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


def load_mnist(folder=None):
    """Read the MNIST digits, and check that the files are whole.

    Parameters
    ----------
    folder : str or Path, optional
        Where the four ``.gz`` files are; by default ``book/data/mnist`` in the repository that holds this
        package.

    Returns
    -------
    Mnist

    Raises
    ------
    FileNotFoundError
        If a file is missing.
    ValueError
        If a file is cut short or altered.

    References
    ----------
    LeCun, Y., Cortes, C. and Burges, C. J. C., *The MNIST database of handwritten digits*.

    Examples
    --------
    >>> load_mnist().test_images.shape
    (10000, 28, 28)
    """
    folder = FOLDER if folder is None else _validate.file_path(folder, "folder")
    train_images, train_labels, test_images, test_labels = (_read(folder / name) for name in FILES)
    return Mnist(train_images, train_labels.astype(np.int64), test_images, test_labels.astype(np.int64))


def as_batch(images):
    """Greyscale images as a batch for a network.

    Parameters
    ----------
    images : array_like of uint8, shape (N, H, W)

    Returns
    -------
    ndarray of float32, shape (N, 1, H, W)
        From 0 for black to 1 for 255.

    Examples
    --------
    >>> as_batch(np.full((2, 28, 28), 51, dtype=np.uint8))[0, 0, 0, 0]
    np.float32(0.2)
    """
    images = _validate.real_array(images, "images", "N H W")
    if images.dtype != np.uint8:
        raise ValueError(f"images must be uint8 (0 to 255), found {images.dtype} of shape {images.shape}")
    batch = images[:, None].astype(np.float32)
    batch /= 255
    return batch


def _read(path):
    """Return the array in an IDX file: 0, 0, 8 (uint8), the number of axes, their sizes, entries."""
    try:
        content = gzip.decompress(path.read_bytes())
    except FileNotFoundError:
        raise FileNotFoundError(f"{path} is missing. {_restore(path)}") from None
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{path} cannot be unpacked: {error}. {_restore(path)}") from None
    if hashlib.sha256(content).hexdigest() != FILES[path.name]:
        raise ValueError(f"{path} is not the original file: its SHA-256 differs. {_restore(path)}")
    start = 4 + 4 * content[3]
    shape = np.frombuffer(content[4:start], dtype=">u4")
    return np.frombuffer(content, dtype=np.uint8, offset=start).reshape(shape).copy()


def _restore(path):
    return f"The repository of this course has the original: git checkout -- book/data/mnist/{path.name}"
