"""Sliding windows: cross-correlation, convolution and their first uses (chapters 1 and 3)."""

import numpy as np

from . import _validate
from .padding import pad2d, tap, window_grid


def output_shape(image_shape, kernel_shape):
    """Shape of a valid cross-correlation.

    Parameters
    ----------
    image_shape : (int, int)
        Rows and columns of the image.
    kernel_shape : (int, int)
        Rows and columns of the kernel.

    Returns
    -------
    (int, int)
        ``(H - kh + 1, W - kw + 1)``

    Raises
    ------
    ValueError
        If the kernel does not fit in the image.

    Examples
    --------
    >>> output_shape((6, 8), (1, 2))
    (6, 7)
    """
    image_shape = _validate.shape(image_shape, "image_shape", "H W")
    kernel_shape = _validate.shape(kernel_shape, "kernel_shape", "kh kw")
    return window_grid(image_shape, kernel_shape, stride=(1, 1))


def corr2d(image, kernel, stride=1, padding=0, dilation=1):
    r"""Two-dimensional cross-correlation.

    Parameters
    ----------
    image : array_like, shape (H, W)
    kernel : array_like, shape (kh, kw)
    stride : int or (int, int)
        Step from window to window, (rows, columns).
    padding : int, (int, int) or ((int, int), (int, int))
        Zeros around the image, as in `pad2d`.
    dilation : int or (int, int)
        Distance between neighbouring kernel entries in the image, (rows, columns).

    Returns
    -------
    ndarray, shape (OH, OW)
        The response, its size by `output_size`.

    Raises
    ------
    ValueError
        If an argument has a wrong shape, or no window fits.

    Notes
    -----
    With stride :math:`s` and dilation :math:`d`, on the padded image :math:`x`,

    .. math:: y_{r,c} = \sum_{i,j} k_{i,j}\, x_{s r + d i,\; s c + d j} .

    The code exchanges the order of the sums: each kernel entry adds one scaled, shifted copy of the image.

    Examples
    --------
    >>> corr2d(np.arange(9).reshape(3, 3), np.arange(4).reshape(2, 2))
    array([[19., 25.],
           [37., 43.]])
    """
    image, kernel = _validate.float_arrays((image, "image", "H W"), (kernel, "kernel", "kh kw"))
    stride = _validate.pair(stride, "stride", 1)
    dilation = _validate.pair(dilation, "dilation", 1)
    oh, ow = window_grid(image.shape, kernel.shape, stride, padding, dilation)
    padded = pad2d(image, padding)
    response = np.zeros((oh, ow), dtype=image.dtype)
    for (i, j), entry in np.ndenumerate(kernel):
        response += entry * padded[tap(i * dilation[0], oh, stride[0]), tap(j * dilation[1], ow, stride[1])]
    return response


def corr2d_strided(image, kernel, stride=1, padding=0):
    """`corr2d` with a stride and padding.

    Parameters
    ----------
    image : array_like, shape (H, W)
    kernel : array_like, shape (kh, kw)
    stride, padding
        As in `corr2d`.

    Returns
    -------
    ndarray, shape (OH, OW)

    Examples
    --------
    >>> corr2d_strided(np.arange(16).reshape(4, 4), [[1]], stride=(2, 3))
    array([[ 0.,  3.],
           [ 8., 11.]])
    """
    return corr2d(image, kernel, stride=stride, padding=padding)


def corr2d_dilated(image, kernel, dilation=1):
    """`corr2d` with a dilated kernel.

    Parameters
    ----------
    image : array_like, shape (H, W)
    kernel : array_like, shape (kh, kw)
    dilation
        As in `corr2d`.

    Returns
    -------
    ndarray, shape (OH, OW)

    Examples
    --------
    >>> corr2d_dilated([[1, 2, 3, 4, 5]], [[-1, 1]], dilation=3)
    array([[3., 3.]])
    """
    return corr2d(image, kernel, dilation=dilation)


def convolve2d(image, kernel):
    r"""True two-dimensional convolution, valid part.

    Parameters
    ----------
    image : array_like, shape (H, W)
    kernel : array_like, shape (kh, kw)

    Returns
    -------
    ndarray, shape (H - kh + 1, W - kw + 1)

    Notes
    -----
    Convolution runs the kernel's indices against those of the image,
    :math:`y_{r,c} = \sum_{i,j} k_{i,j}\, x_{r + kh - 1 - i,\; c + kw - 1 - j}`.
    It is cross-correlation with the kernel turned by 180 degrees.

    Examples
    --------
    >>> convolve2d([[0, 0, 1, 0, 0]], [[1, 2, 3]])
    array([[1., 2., 3.]])
    >>> corr2d([[0, 0, 1, 0, 0]], [[1, 2, 3]])
    array([[3., 2., 1.]])
    """
    kernel = _validate.real_array(kernel, "kernel", "kh kw")
    return corr2d(image, kernel[::-1, ::-1])


def box_filter(image, size):
    """Mean over every square window.

    Parameters
    ----------
    image : array_like, shape (H, W)
    size : int
        Side of the window.

    Returns
    -------
    ndarray, shape (H - size + 1, W - size + 1)

    Notes
    -----
    A square window is a column of row windows: summing along one axis, then along the other, takes ``2*size``
    additions a pixel instead of ``size**2``.

    Examples
    --------
    >>> box_filter([[1, 2, 3], [4, 5, 6], [7, 8, 9]], 2)
    array([[3., 4.],
           [6., 7.]])
    """
    image = _validate.float_array(image, "image", "H W")
    size = _validate.integer(size, "size", 1)
    window_grid(image.shape, (size, size), stride=(1, 1))
    column = np.ones((size, 1), dtype=int)
    wide = image.astype(np.result_type(image, np.float32), copy=False)  # float16 ends at 65504, which a sum soon passes
    return (corr2d(corr2d(wide, column), column.T) / size**2).astype(image.dtype, copy=False)


def match_template(image, template):
    r"""Find a template in an image.

    Parameters
    ----------
    image : array_like, shape (H, W)
    template : array_like, shape (kh, kw)

    Returns
    -------
    row, column : int
        Top-left corner of the window with the highest zero-mean normalised cross-correlation, the first in
        row-major order of those whose computed scores are equal.

    Raises
    ------
    ValueError
        If the template is larger than the image, or the template or every window has no variation.

    Notes
    -----
    The score of a window :math:`w` for the template :math:`t` is

    .. math:: \frac{\sum (w - \bar w)(t - \bar t)}{\sqrt{\sum (w - \bar w)^2} \sqrt{\sum (t - \bar t)^2}} .

    The last factor is the same for every window, so it does not matter here. A window of no variation has no
    score and never matches. Its deviations are exactly zero, because its mean is measured from its own first
    pixel.

    References
    ----------
    Lewis, J. P., *Fast normalized cross-correlation*, Vision Interface, 1995.

    Examples
    --------
    >>> match_template([[9, 9, 9, 9], [9, 9, 1, 2], [9, 9, 3, 4]], [[10, 20], [30, 40]])
    (1, 2)
    """
    image = _validate.real_array(image, "image", "H W").astype(np.float64)
    template = _validate.real_array(template, "template", "kh kw").astype(np.float64)
    oh, ow = window_grid(image.shape, template.shape, stride=(1, 1))
    if not np.isfinite(template).all() or np.ptp(template) == 0:
        raise ValueError(f"the template must be finite and must not be flat, found shape {template.shape}")

    image, template = _near_one(image), _near_one(template)
    pixels = [image[tap(i, oh, 1), tap(j, ow, 1)] for i, j in np.ndindex(template.shape)]
    mean = pixels[0] + sum(pixel - pixels[0] for pixel in pixels) / template.size
    likeness, variation = np.zeros((oh, ow)), np.zeros((oh, ow))
    for pixel, entry in zip(pixels, (template - template.mean()).flat):
        deviation = pixel - mean
        likeness += deviation * entry
        variation += deviation**2
    varies = variation > 0
    if not varies.any():
        raise ValueError(f"the image must vary in some window, found shape {image.shape} with none that does")
    score = np.full((oh, ow), -np.inf)
    score[varies] = likeness[varies] / np.sqrt(variation[varies])
    row, column = np.unravel_index(np.argmax(score), score.shape)
    return int(row), int(column)


def _near_one(array):
    """Return the array times the power of two, which rounds nothing, that keeps squares of its numbers in range."""
    greatest = np.abs(array).max(where=np.isfinite(array), initial=0)
    return np.ldexp(array, -np.frexp(greatest)[1])
