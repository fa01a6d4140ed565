"""Changes of the images that leave their labels right: at random for training, by a pixel for better answers (chapter 9)."""

import math

import numpy as np

from . import _validate
from .layers import Wrapper


class RandomWarp:
    """A layer that turns, stretches, slants, shifts and dents the images of a batch at random.

    It goes before a network for training only; for its answers, use the network without it::

        learner = Sequential([RandomWarp(rng=rng), *network.layers])

    The pixels of the new image are taken from places of the old one, by bilinear interpolation. `group`
    neighbours in the batch share these places: NumPy fetches a run of 8 numbers in little more time than a
    single one. A batch is in random order, so that an image meets other neighbours in each epoch.

    Parameters
    ----------
    rotation : float
        Largest angle, in degrees.
    scale : float
        The height and the width are divided by numbers from 1 - `scale` to 1 + `scale`.
    shear : float
        Largest shift of a row, as a share of its distance from the middle.
    shift : float
        Largest shift down and across, in pixels.
    elastic : float
        Standard deviation of a smooth random field of shifts, in pixels.
    smoothness : float
        Over how many pixels the field changes little: the standard deviation of the Gaussian that smooths it.
    group : int
        Images that share a warp.
    rng : numpy.random.Generator, optional
        Freshly seeded by default.

    Attributes
    ----------
    params, grads : dict
        Empty.

    References
    ----------
    Simard, P. Y., Steinkraus, D. and Platt, J. C., *Best practices for convolutional neural networks applied to visual
    document analysis*, ICDAR 2003: the smooth field.

    Examples
    --------
    >>> RandomWarp(shift=2).forward(np.ones((5, 1, 28, 28))).shape
    (5, 1, 28, 28)
    """

    def __init__(
        self, rotation=0.0, scale=0.0, shear=0.0, shift=0.0, elastic=0.0, smoothness=4.0, group=8, rng=None
    ):
        self.rotation = _validate.bounded(rotation, "rotation")
        self.scale = _validate.bounded(scale, "scale", below=1)
        self.shear = _validate.bounded(shear, "shear")
        self.shift = _validate.bounded(shift, "shift")
        self.elastic = _validate.bounded(elastic, "elastic")
        self.smoothness = _validate.bounded(smoothness, "smoothness", 0.1)
        self.group = _validate.integer(group, "group", 1)
        self.rng = _validate.generator(rng)
        self.params, self.grads = {}, {}

    def forward(self, x):
        """Return warped copies of the images `x`, (N, C, H, W)."""
        x, = _validate.float_arrays((x, "x", "N C H W"))
        n, _, h, w = x.shape
        if min(h, w) < 2:
            raise ValueError(f"x must have images of at least 2x2 pixels, found {x.shape}")
        y = np.empty_like(x)
        rows, columns = self._places(math.ceil(n / self.group), h, w, x.dtype)
        for start, row, column in zip(range(0, n, self.group), rows, columns):
            images = x[start:start + self.group]
            pixels = np.ascontiguousarray(images.reshape(-1, h * w).T)
            y[start:start + self.group] = _at(pixels, row, column, h, w).T.reshape(images.shape)
        return y

    def backward(self, dout):
        """Return None: nothing before this layer learns."""
        return None

    def _places(self, count, h, w, dtype):
        """Return the rows and the columns, each (count, H*W), where `count` warps take their pixels."""
        draw = self.rng.uniform(-1, 1, (6, count, 1, 1))
        angle = np.deg2rad(self.rotation) * draw[0]
        high, wide = 1 + self.scale * draw[1:3]
        slant = self.shear * draw[3]
        down, across = np.arange(h)[:, None] - (h - 1) / 2, np.arange(w) - (w - 1) / 2
        down = high * down
        across = wide * across + slant * down
        rows = np.cos(angle) * down - np.sin(angle) * across + (h - 1) / 2 + self.shift * draw[4]
        columns = np.sin(angle) * down + np.cos(angle) * across + (w - 1) / 2 + self.shift * draw[5]
        if self.elastic:
            rows += self._field(count, h, w)
            columns += self._field(count, h, w)
        wide = np.result_type(dtype, np.float32)  # float16 knows places beyond 128 to an eighth of a pixel only
        return tuple(
            np.clip(places, 0, size - 1).reshape(count, h * w).astype(wide) for places, size in ((rows, h), (columns, w))
        )

    def _field(self, count, h, w):
        """Return smooth random fields (count, H, W): noise times a Gaussian from both sides."""
        noise = self.rng.standard_normal((count, h, w))
        return self.elastic * (_smoothing(h, self.smoothness) @ noise @ _smoothing(w, self.smoothness).T)


class ShiftMean(Wrapper):
    """A trained model that looks at each image five times: as it is, and moved by one pixel down, up, right and left.

    Its answer is the mean of the five, which errs less often than any one of them. It takes five times as long, and is
    for answers only: train the model by itself.

    Parameters
    ----------
    model : layer
        Takes images (N, C, H, W).

    Attributes
    ----------
    params, grads : dict
        Those of `model`.

    References
    ----------
    Krizhevsky, A., Sutskever, I. and Hinton, G. E., *ImageNet classification with deep convolutional neural networks*,
    NIPS 2012: there of five cut-outs and their mirror images.

    Examples
    --------
    >>> from miniconv import Flatten
    >>> ShiftMean(Flatten()).forward([[[[0.0, 10.0], [0.0, 0.0]]]])
    array([[2., 6., 0., 2.]])
    """

    def forward(self, x):
        """Return the mean of the model's outputs. A row or column that a shift leaves empty repeats the one beside it."""
        x, = _validate.float_arrays((x, "x", "N C H W"))
        h, w = x.shape[2:]
        padded = np.pad(x, [(0, 0), (0, 0), (1, 1), (1, 1)], mode="edge")
        looks = [padded[:, :, i:i + h, j:j + w] for i, j in ((1, 1), (0, 1), (2, 1), (1, 0), (1, 2))]
        return sum(self.model.forward(look) for look in looks) / len(looks)

    def backward(self, dout):
        """Refuse in words."""
        raise NotImplementedError("ShiftMean is for answers: train its model by itself")


def _smoothing(size, width):
    """Return the matrix (size, size) of a Gaussian blur that turns white noise into smooth noise of variance 1."""
    at = np.arange(size)
    matrix = np.exp(-((at[:, None] - at) ** 2) / (2 * width**2))
    return matrix / np.sqrt((matrix**2).sum(axis=1, keepdims=True))


def _at(pixels, rows, columns, h, w):
    """Return what lies at the places of images (H*W, images), from the four pixels around each."""
    above, left = (np.minimum(place.astype(np.intp), size - 2) for place, size in ((rows, h), (columns, w)))
    down, across = (rows - above)[:, None], (columns - left)[:, None]
    corner = above * w + left
    top = pixels[corner]
    top += across * (pixels[corner + 1] - top)
    bottom = pixels[corner + w]
    bottom += across * (pixels[corner + w + 1] - bottom)
    top += down * (bottom - top)
    return top
