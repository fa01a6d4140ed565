"""Random starting weights, scaled so that a signal keeps its size from layer to layer (chapter 8)."""

import numpy as np

from . import _validate


def he_normal(shape, rng=None):
    r"""Normal weights for a layer that is followed by a ReLU.

    Parameters
    ----------
    shape : tuple of int
        (D, M) of a dense layer or (F, C, kh, kw) of a convolution.
    rng : numpy.random.Generator, optional
        Freshly seeded by default.

    Returns
    -------
    ndarray of float64
        Of mean 0 and standard deviation :math:`\sqrt{2 / n}`, where :math:`n` inputs meet in one output.

    References
    ----------
    He, K., Zhang, X., Ren, S. and Sun, J., *Delving deep into rectifiers*, ICCV 2015.

    Examples
    --------
    >>> he_normal((200, 100), np.random.default_rng(0)).std().round(2)
    np.float64(0.1)
    """
    fan_in, _, shape = _fans(shape)
    return _validate.generator(rng).normal(0, np.sqrt(2 / fan_in), shape)


def glorot_uniform(shape, rng=None):
    r"""Uniform weights for a layer that is not followed by a ReLU.

    Parameters
    ----------
    shape, rng
        As in `he_normal`.

    Returns
    -------
    ndarray of float64
        Between :math:`\pm\sqrt{6 / (n + m)}`, where :math:`n` inputs meet in one output and one input meets
        :math:`m` outputs.

    References
    ----------
    Glorot, X. and Bengio, Y., *Understanding the difficulty of training deep feedforward neural networks*,
    AISTATS 2010.

    Examples
    --------
    >>> bool(np.abs(glorot_uniform((4, 2))).max() <= 1)
    True
    """
    fan_in, fan_out, shape = _fans(shape)
    limit = np.sqrt(6 / (fan_in + fan_out))
    return _validate.generator(rng).uniform(-limit, limit, shape)


def _fans(shape):
    """Return how many inputs meet in one output, how many outputs one input meets, and the shape."""
    if isinstance(shape, (tuple, list)) and len(shape) == 4:
        f, c, kh, kw = shape = _validate.shape(shape, "shape", "F C kh kw")
        return c * kh * kw, f * kh * kw, shape
    d, m = shape = _validate.shape(shape, "shape", "D M")
    return d, m, shape
