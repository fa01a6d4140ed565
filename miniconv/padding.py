"""Padding, and how many windows fit (chapter 3).

All sliding windows of the library, of correlation and of pooling alike, are counted and cut out here.
"""

import numpy as np

from . import _validate


def output_size(n, kernel, stride=1, padding=0, dilation=1):
    r"""Number of windows that fit along one axis.

    Parameters
    ----------
    n : int
        Length of the axis before padding.
    kernel : int
        Length of the kernel along this axis.
    stride : int
        Step from one window to the next.
    padding : int
        Number of entries added at either end.
    dilation : int
        Distance between neighbouring kernel entries in the input.

    Returns
    -------
    int
        ``floor((n + 2*padding - dilation*(kernel - 1) - 1) / stride) + 1``

    Raises
    ------
    ValueError
        If no window fits.

    Notes
    -----
    A window spans ``dilation*(kernel - 1) + 1`` entries. The first one starts at 0; the last one starts at
    the greatest multiple of the stride that leaves room for this span. Entries beyond it are dropped.

    References
    ----------
    Dumoulin, V. and Visin, F., *A guide to convolution arithmetic for deep learning*, 2016, arXiv:1603.07285.

    Examples
    --------
    >>> output_size(28, 5)
    24
    >>> output_size(28, 3, stride=2, padding=1)
    14
    """
    n = _validate.integer(n, "n", 1)
    kernel = _validate.integer(kernel, "kernel", 1)
    stride = _validate.integer(stride, "stride", 1)
    padding = _validate.integer(padding, "padding", 0)
    dilation = _validate.integer(dilation, "dilation", 1)
    span = dilation * (kernel - 1) + 1
    room = n + 2 * padding - span
    if room < 0:
        raise ValueError(
            f"no window fits: kernel {kernel} with dilation {dilation} spans {span} entries, "
            f"but {n} with padding {padding} at either end are only {n + 2 * padding}"
        )
    return room // stride + 1


def same_padding(kernel):
    """Padding that keeps the size of an axis at stride 1.

    Parameters
    ----------
    kernel : int
        Length of the kernel along this axis.

    Returns
    -------
    before, after : int
        Numbers of entries to add at the two ends, ``kernel - 1`` in total. For an even kernel the extra one
        comes after.

    Examples
    --------
    >>> same_padding(3), same_padding(4)
    ((1, 1), (1, 2))
    """
    kernel = _validate.integer(kernel, "kernel", 1)
    return (kernel - 1) // 2, kernel // 2


def pad2d(image, padding, value=0.0):
    """Surround an image with a constant.

    Parameters
    ----------
    image : array_like, shape (..., H, W)
        The last two axes are padded.
    padding : int, (int, int) or ((int, int), (int, int))
        The same number of entries on all four sides, or (rows, columns), or ((top, bottom), (left, right)).
    value : float
        The constant.

    Returns
    -------
    ndarray, shape (..., top + H + bottom, left + W + right)
        A new array, also where nothing is added.

    Examples
    --------
    >>> pad2d([[1, 2]], 1)
    array([[0., 0., 0., 0.],
           [0., 1., 2., 0.],
           [0., 0., 0., 0.]])
    >>> pad2d([[1, 2]], (same_padding(1), same_padding(2)))
    array([[1., 2., 0.]])
    """
    image = _validate.float_array(image, "image", "... H W")
    (top, bottom), (left, right) = sides(padding)
    value = _validate.number(value, "value")
    *leading, h, w = image.shape
    padded = np.full((*leading, top + h + bottom, left + w + right), value, dtype=image.dtype)
    padded[..., top:top + h, left:left + w] = image
    return padded


def sides(padding):
    """Return any form of `padding` as ((top, bottom), (left, right))."""
    if isinstance(padding, (tuple, list)) and len(padding) == 2 and isinstance(padding[0], (tuple, list)):
        return tuple(_validate.pair(ends, "padding of one axis", 0) for ends in padding)
    rows, columns = _validate.pair(padding, "padding", 0)
    return (rows, rows), (columns, columns)


def window_grid(size, kernel, stride, padding=0, dilation=(1, 1)):
    """Return the numbers of windows (down, across) that fit in `size`, all as pairs (rows, columns)."""
    padded = [n + sum(ends) for n, ends in zip(size, sides(padding))]
    try:
        return tuple(output_size(n, k, s, 0, d) for n, k, s, d in zip(padded, kernel, stride, dilation))
    except ValueError:
        raise ValueError(
            f"no window fits: window {tuple(kernel)} with dilation {dilation}, "
            f"but image {tuple(size)} with padding {padding}"
        ) from None


def tap(offset, count, stride):
    """Return the slice of the entries that one kernel entry meets: `offset` in each of `count` windows."""
    return slice(offset, offset + (count - 1) * stride + 1, stride)
