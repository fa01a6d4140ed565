"""Edges: kernels that find them, and kernels learned from examples (chapter 2)."""

import numpy as np

from . import _validate
from .correlate import corr2d, output_shape


def sobel_kernels():
    """The two Sobel kernels: a difference along one axis, a weighted mean along the other.

    Returns
    -------
    gx, gy : ndarray of int, shape (3, 3)
        As cross-correlation kernels, `gx` answers positively where brightness grows to the right, `gy` where
        it grows downwards.

    References
    ----------
    Sobel, I., *History and definition of the Sobel operator*, 2014.

    Examples
    --------
    >>> gx, gy = sobel_kernels()
    >>> gx
    array([[-1,  0,  1],
           [-2,  0,  2],
           [-1,  0,  1]])
    """
    gx = np.outer([1, 2, 1], [-1, 0, 1])
    return gx, gx.T.copy()


def gradient_magnitude(image):
    r"""Strength of the edge at every inner pixel.

    Parameters
    ----------
    image : array_like, shape (H, W)

    Returns
    -------
    ndarray, shape (H - 2, W - 2)
        :math:`\sqrt{g_x^2 + g_y^2}` from the two valid Sobel responses.

    Examples
    --------
    >>> gradient_magnitude([[0, 0, 1, 1]] * 3)
    array([[4., 4.]])
    """
    gx, gy = sobel_kernels()
    return np.hypot(corr2d(image, gx), corr2d(image, gy))


def edge_mask(image, threshold):
    """Pixels whose edge is strong compared with the strongest of the image.

    Parameters
    ----------
    image : array_like, shape (H, W)
    threshold : float
        Fraction of the greatest magnitude, at least 0.

    Returns
    -------
    ndarray of bool, shape (H - 2, W - 2)
        True where the magnitude is at least ``threshold`` times its maximum. A flat image has no edge, nor has
        one whose magnitudes are no more than rounding leaves. Windows with a NaN or an infinity do not count.

    Examples
    --------
    >>> edge_mask([[0, 0, 0, 1, 3]] * 3, 0.5)
    array([[False, False,  True]])
    """
    image = _validate.float_array(image, "image", "H W")
    threshold = _validate.bounded(threshold, "threshold")
    magnitude = gradient_magnitude(image)
    finite = np.isfinite(magnitude)
    strongest = magnitude.max(where=finite, initial=0)
    rounding = 16 * np.finfo(image.dtype).eps * np.abs(image).max(where=np.isfinite(image), initial=0)
    return finite & (magnitude >= threshold * strongest) & (strongest > rounding)


def kernel_gradient(image, kernel, target):
    r"""Gradient of a squared error with respect to the kernel.

    Parameters
    ----------
    image : array_like, shape (H, W)
    kernel : array_like, shape (kh, kw)
    target : array_like, shape (H - kh + 1, W - kw + 1)
        The response that the kernel should give.

    Returns
    -------
    ndarray, shape (kh, kw)
        Gradient of ``sum((corr2d(image, kernel) - target)**2)``.

    Notes
    -----
    The kernel entry :math:`k_{i,j}` meets the pixel :math:`x_{r+i,\,c+j}` in the window :math:`(r, c)`, so
    with the error :math:`e = y - t`

    .. math:: \frac{\partial}{\partial k_{i,j}} \sum_{r,c} e_{r,c}^2 = 2 \sum_{r,c} e_{r,c}\, x_{r+i,\,c+j} ,

    which is again a cross-correlation: of the image with the error.

    Examples
    --------
    >>> kernel_gradient([[1, 2, 3]], [[0, 0]], [[1, 1]])
    array([[ -6., -10.]])
    """
    image, kernel, target = _validate.float_arrays(
        (image, "image", "H W"), (kernel, "kernel", "kh kw"), (target, "target", "OH OW")
    )
    _validate.same_shape(target, "target", output_shape(image.shape, kernel.shape), "corr2d(image, kernel)")
    error = corr2d(image, kernel) - target
    return 2 * corr2d(image, error)


def learn_kernel(image, target, kernel_shape, learning_rate, steps):
    """Learn a kernel from an image and the wanted response, by gradient descent from zeros.

    Parameters
    ----------
    image : array_like, shape (H, W)
    target : array_like, shape (H - kh + 1, W - kw + 1)
    kernel_shape : (int, int)
        (kh, kw)
    learning_rate : float
    steps : int

    Returns
    -------
    kernel : ndarray, shape (kh, kw)
    losses : list of float
        ``losses[i]`` is the sum of squared errors before step i.

    Examples
    --------
    >>> image = [[0, 1, 0, 2, 1]]
    >>> kernel, losses = learn_kernel(image, corr2d(image, [[-1, 1]]), (1, 2), learning_rate=0.1, steps=50)
    >>> kernel.round(2)
    array([[-1.,  1.]])
    >>> losses[0]
    7.0
    """
    image, target = _validate.float_arrays((image, "image", "H W"), (target, "target", "OH OW"))
    kernel_shape = _validate.shape(kernel_shape, "kernel_shape", "kh kw")
    learning_rate = _validate.bounded(learning_rate, "learning_rate")
    steps = _validate.integer(steps, "steps", 0)
    kernel = np.zeros(kernel_shape, dtype=image.dtype)
    _validate.same_shape(target, "target", output_shape(image.shape, kernel_shape), "corr2d(image, kernel)")
    losses = []
    for _ in range(steps):
        error = corr2d(image, kernel) - target
        losses.append(float(np.sum(error**2)))
        kernel -= learning_rate * 2 * corr2d(image, error)
    return kernel, losses
