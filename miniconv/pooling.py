"""Pooling: one number for each window of each channel (chapter 6), and where its gradient goes (chapter 7).

Windows that do not fit are dropped. All functions go through the entries of a window one by one, for all
windows at once.
"""

import numpy as np

from . import _validate
from .activations import masked
from .padding import tap, window_grid


def max_pool2d(x, size=2, stride=None):
    """Maximum of every window.

    Parameters
    ----------
    x : array_like, shape (N, C, H, W)
    size : int or (int, int)
        Rows and columns of the window.
    stride : int or (int, int), optional
        Step from window to window; the size by default.

    Returns
    -------
    ndarray, shape (N, C, OH, OW)
        The maximum is NaN where a window holds a NaN.

    Examples
    --------
    >>> max_pool2d(np.arange(16).reshape(1, 1, 4, 4))
    array([[[[ 5.,  7.],
             [13., 15.]]]])
    """
    x = _validate.float_array(x, "x", "N C H W")
    taps, _ = _windows(x.shape, size, stride)
    peak = x[taps[0]].copy()
    for entry in taps[1:]:
        np.maximum(peak, x[entry], out=peak)
    return peak


def max_pool2d_backward(dout, x, size=2, stride=None):
    """Gradient of a loss with respect to the input of `max_pool2d`.

    Parameters
    ----------
    dout : array_like, shape (N, C, OH, OW)
    x : array_like, shape (N, C, H, W)
    size, stride
        As in the forward call.

    Returns
    -------
    ndarray, shape (N, C, H, W)

    Notes
    -----
    Each window passes its gradient to its maximum, of several equal ones to the first in row-major order. The
    maximum of a window that holds a NaN is its first NaN. Gradients from overlapping windows add up.

    Examples
    --------
    >>> max_pool2d_backward([[[[5]]]], [[[[1, 3], [3, 2]]]])
    array([[[[0., 5.],
             [0., 0.]]]])
    """
    dout, x = _validate.float_arrays((dout, "dout", "N C OH OW"), (x, "x", "N C H W"))
    taps, out_shape = _windows(x.shape, size, stride)
    _validate.same_shape(dout, "dout", out_shape, "the output")
    peak = max_pool2d(x, size, stride)
    open_windows = np.ones(out_shape, dtype=bool)
    dx = np.zeros_like(x)
    for entry in taps:
        wins = open_windows & ((x[entry] == peak) | np.isnan(x[entry]))
        dx[entry] += masked(dout, wins)
        open_windows ^= wins
    return dx


def avg_pool2d(x, size=2, stride=None):
    """Mean of every window.

    Parameters
    ----------
    x : array_like, shape (N, C, H, W)
    size, stride
        As in `max_pool2d`.

    Returns
    -------
    ndarray, shape (N, C, OH, OW)

    Examples
    --------
    >>> avg_pool2d(np.arange(16).reshape(1, 1, 4, 4))
    array([[[[ 2.5,  4.5],
             [10.5, 12.5]]]])
    """
    x = _validate.float_array(x, "x", "N C H W")
    taps, _ = _windows(x.shape, size, stride)
    wide = np.result_type(x, np.float32)  # a sum in float16 soon passes its greatest number, 65504
    return (sum(x[entry].astype(wide, copy=False) for entry in taps) / len(taps)).astype(x.dtype, copy=False)


def avg_pool2d_backward(dout, x_shape, size=2, stride=None):
    """Gradient of a loss with respect to the input of `avg_pool2d`.

    Parameters
    ----------
    dout : array_like, shape (N, C, OH, OW)
    x_shape : (int, int, int, int)
        (N, C, H, W)
    size, stride
        As in the forward call.

    Returns
    -------
    ndarray, shape (N, C, H, W)

    Notes
    -----
    Each window passes an equal share of its gradient to each of its entries. Shares from overlapping windows
    add up.

    Examples
    --------
    >>> avg_pool2d_backward([[[[8]]]], (1, 1, 2, 3))
    array([[[[2., 2., 0.],
             [2., 2., 0.]]]])
    """
    dout = _validate.float_array(dout, "dout", "N C OH OW")
    x_shape = _validate.shape(x_shape, "x_shape", "N C H W")
    taps, out_shape = _windows(x_shape, size, stride)
    _validate.same_shape(dout, "dout", out_shape, "the output")
    share = dout / len(taps)
    dx = np.zeros(x_shape, dtype=dout.dtype)
    for entry in taps:
        dx[entry] += share
    return dx


def global_avg_pool(x):
    """Mean of every channel.

    Parameters
    ----------
    x : array_like, shape (N, C, H, W)

    Returns
    -------
    ndarray, shape (N, C)

    References
    ----------
    Lin, M., Chen, Q. and Yan, S., *Network in network*, 2013, arXiv:1312.4400.

    Examples
    --------
    >>> global_avg_pool(np.arange(8).reshape(1, 2, 2, 2))
    array([[1.5, 5.5]])
    """
    return _validate.float_array(x, "x", "N C H W").mean(axis=(2, 3))


def global_avg_pool_backward(dout, x_shape):
    """Gradient of a loss with respect to the input of `global_avg_pool`.

    Parameters
    ----------
    dout : array_like, shape (N, C)
    x_shape : (int, int, int, int)
        (N, C, H, W)

    Returns
    -------
    ndarray, shape (N, C, H, W)

    Examples
    --------
    >>> global_avg_pool_backward([[4]], (1, 1, 2, 2))
    array([[[[1., 1.],
             [1., 1.]]]])
    """
    dout = _validate.float_array(dout, "dout", "N C")
    n, c, h, w = x_shape = _validate.shape(x_shape, "x_shape", "N C H W")
    _validate.same_shape(dout, "dout", (n, c), "the output")
    return np.broadcast_to(dout[:, :, None, None] / (h * w), x_shape).copy()


def _windows(x_shape, size, stride):
    """Return one index of `x` for each entry of a window, in row-major order, and the shape of the output."""
    n, c, h, w = x_shape
    size = _validate.pair(size, "size", 1)
    sh, sw = stride = size if stride is None else _validate.pair(stride, "stride", 1)
    oh, ow = window_grid((h, w), size, stride)
    return [(..., tap(i, oh, sh), tap(j, ow, sw)) for i, j in np.ndindex(size)], (n, c, oh, ow)
