"""Activations: functions without parameters, one number at a time or one row at a time (chapters 4 and 7)."""

import numpy as np

from . import _validate


def relu(x):
    """Rectified linear unit, ``max(x, 0)``.

    Parameters
    ----------
    x : array_like, any shape

    Returns
    -------
    ndarray, shape of `x`
        NaN stays NaN.

    Examples
    --------
    >>> relu([-1.5, 0.0, 2.0])
    array([0., 0., 2.])
    """
    return np.maximum(_validate.float_array(x, "x", "..."), 0)


def relu_backward(dout, x):
    """Gradient of a loss with respect to the input of `relu`.

    Parameters
    ----------
    dout : array_like, shape of `x`
    x : array_like, any shape

    Returns
    -------
    ndarray, shape of `x`
        ``dout`` where `x` is positive and 0 elsewhere, also at 0.

    Examples
    --------
    >>> relu_backward([5, 5, 5], [-1.5, 0.0, 2.0])
    array([0., 0., 5.])
    """
    dout, x = _validate.float_arrays((dout, "dout", "..."), (x, "x", "..."))
    _validate.same_shape(dout, "dout", x.shape, "x")
    return masked(dout, x > 0)


def masked(dout, mask):
    """Gradient where a mask lets it through, 0 elsewhere.

    Parameters
    ----------
    dout : ndarray
    mask : ndarray of bool, shape of `dout`

    Returns
    -------
    ndarray, shape of `dout`

    Notes
    -----
    A product with the mask takes a tenth of the time of `numpy.where`, but an infinite gradient times 0 is NaN.
    """
    return dout * mask if np.isfinite(dout).all() else np.where(mask, dout, 0)


def softmax(logits):
    r"""Probabilities from logits.

    Parameters
    ----------
    logits : array_like, shape (..., K)

    Returns
    -------
    ndarray, shape (..., K)
        Numbers from 0 to 1 that add up to 1 along the last axis.

    Notes
    -----
    :math:`p_k = e^{z_k} / \sum_j e^{z_j}` does not change when a constant is added to all logits. With the
    greatest one moved to 0 no exponential overflows.

    Examples
    --------
    >>> softmax([10000.0, 10000.0])
    array([0.5, 0.5])
    """
    logits = _validate.float_array(logits, "logits", "... K")
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)
