"""Convolution of a batch as one matrix product (chapter 5), and its gradient (chapter 7)."""

import numpy as np

from . import _validate
from .padding import pad2d, sides, tap, window_grid


def im2col(x, kernel_size, stride=1, padding=0):
    """Lay out every window of a batch as one row of a matrix.

    Parameters
    ----------
    x : array_like, shape (N, C, H, W)
    kernel_size : int or (int, int)
        (kh, kw)
    stride : int or (int, int)
    padding : int, (int, int) or ((int, int), (int, int))
        Zeros around each image, as in `pad2d`.

    Returns
    -------
    ndarray, shape (N*OH*OW, C*kh*kw)
        Rows in the order n, oh, ow; columns in the order c, i, j.

    Notes
    -----
    For each kernel entry the pixels that it meets are one strided slice of the batch. The matrix is stored
    column by column, so that each slice is copied into one block of memory.

    References
    ----------
    Chellapilla, K., Puri, S. and Simard, P., *High performance convolutional neural networks for document
    processing*, 2006.

    Examples
    --------
    >>> im2col(np.arange(6).reshape(1, 1, 2, 3), 2)
    array([[0., 1., 3., 4.],
           [1., 2., 4., 5.]])
    """
    x = _validate.float_array(x, "x", "N C H W")
    n, c, h, w = x.shape
    kh, kw = kernel_size = _validate.pair(kernel_size, "kernel_size", 1)
    sh, sw = stride = _validate.pair(stride, "stride", 1)
    oh, ow = window_grid((h, w), kernel_size, stride, padding)
    planes = pad2d(x, padding).swapaxes(0, 1)
    cols = np.empty((c, kh, kw, n, oh, ow), dtype=x.dtype)
    for i in range(kh):
        for j in range(kw):
            cols[:, i, j] = planes[:, :, tap(i, oh, sh), tap(j, ow, sw)]
    return cols.reshape(c * kh * kw, n * oh * ow).T


def col2im(cols, x_shape, kernel_size, stride=1, padding=0):
    """Add every row of a matrix back into the window that `im2col` took it from.

    Parameters
    ----------
    cols : array_like, shape (N*OH*OW, C*kh*kw)
    x_shape : (int, int, int, int)
        (N, C, H, W)
    kernel_size, stride, padding
        As in `im2col`.

    Returns
    -------
    ndarray, shape (N, C, H, W)
        Where windows overlap their entries are summed. What falls on the padding is dropped.

    Notes
    -----
    This is the adjoint of `im2col`: ``sum(im2col(x) * cols) == sum(x * col2im(cols))`` for all `x` and
    `cols`.

    Examples
    --------
    >>> col2im(np.ones((2, 4)), (1, 1, 2, 3), 2)
    array([[[[1., 2., 1.],
             [1., 2., 1.]]]])
    """
    cols = _validate.float_array(cols, "cols", "N K")
    n, c, h, w = x_shape = _validate.shape(x_shape, "x_shape", "N C H W")
    kh, kw = kernel_size = _validate.pair(kernel_size, "kernel_size", 1)
    sh, sw = stride = _validate.pair(stride, "stride", 1)
    oh, ow = window_grid((h, w), kernel_size, stride, padding)
    expected = (n * oh * ow, c * kh * kw)
    _validate.same_shape(cols, "cols", expected, f"im2col for x {x_shape} and kernel {kernel_size}")
    cols = cols.T.reshape(c, kh, kw, n, oh, ow)
    (top, bottom), (left, right) = sides(padding)
    planes = np.zeros((c, n, top + h + bottom, left + w + right), dtype=cols.dtype)
    for i in range(kh):
        for j in range(kw):
            planes[:, :, tap(i, oh, sh), tap(j, ow, sw)] += cols[:, i, j]
    return np.ascontiguousarray(planes[:, :, top:top + h, left:left + w].swapaxes(0, 1))


def conv2d(x, weight, bias=None, stride=1, padding=0):
    """Convolutional layer on a batch.

    Parameters
    ----------
    x : array_like, shape (N, C, H, W)
    weight : array_like, shape (F, C, kh, kw)
    bias : array_like, shape (F,), optional
    stride, padding
        As in `im2col`.

    Returns
    -------
    ndarray, shape (N, F, OH, OW)

    Notes
    -----
    With the filters as the rows of a matrix, ``y = weight @ im2col(x).T + bias``: filters down, windows
    across.

    Examples
    --------
    >>> conv2d(np.ones((1, 2, 3, 4)), np.ones((1, 2, 3, 3)), bias=[0.5])
    array([[[[18.5, 18.5]]]])
    """
    x, weight, bias = _validate.float_arrays(
        (x, "x", "N C H W"), (weight, "weight", "F C kh kw"), optional=(bias, "bias", "F")
    )
    n, (f, _, *kernel_size) = len(x), weight.shape
    _check_channels(x, weight)
    oh, ow = window_grid(x.shape[2:], kernel_size, _validate.pair(stride, "stride", 1), padding)
    y = weight.reshape(f, -1) @ im2col(x, kernel_size, stride, padding).T
    if bias is not None:
        _validate.same_shape(bias, "bias", (f,), f"the filters of weight {weight.shape}")
        y += bias[:, None]
    return np.ascontiguousarray(y.reshape(f, n, oh, ow).swapaxes(0, 1))


def conv2d_backward(dout, x, weight, stride=1, padding=0):
    """Gradients of a loss with respect to the arguments of `conv2d`.

    Parameters
    ----------
    dout : array_like, shape (N, F, OH, OW)
        Gradient with respect to the output of ``conv2d(x, weight, bias, stride, padding)``.
    x : array_like, shape (N, C, H, W)
    weight : array_like, shape (F, C, kh, kw)
    stride, padding
        As in the forward call.

    Returns
    -------
    dx : ndarray, shape (N, C, H, W)
    dweight : ndarray, shape (F, C, kh, kw)
    dbias : ndarray, shape (F,)

    Notes
    -----
    From ``y = weight @ cols.T + bias`` follow ``dweight = dy @ cols``, ``dcols.T = weight.T @ dy``, and
    `dbias` as the sum of `dy` over the windows. `col2im` takes `dcols` back to the images.

    Examples
    --------
    >>> dx, dweight, dbias = conv2d_backward([[[[1, 1]]]], [[[[1, 2, 3]]]], [[[[10, 20]]]])
    >>> dx.ravel(), dweight.ravel(), dbias
    (array([10., 30., 20.]), array([3., 5.]), array([2.]))
    """
    dout, x, weight = _validate.float_arrays(
        (dout, "dout", "N F OH OW"), (x, "x", "N C H W"), (weight, "weight", "F C kh kw")
    )
    n, (f, _, *kernel_size) = len(x), weight.shape
    _check_channels(x, weight)
    oh, ow = window_grid(x.shape[2:], kernel_size, _validate.pair(stride, "stride", 1), padding)
    _validate.same_shape(dout, "dout", (n, f, oh, ow), "the output")
    dy = dout.swapaxes(0, 1).reshape(f, n * oh * ow)
    dweight = dy @ im2col(x, kernel_size, stride, padding)
    dcols = (weight.reshape(f, -1).T @ dy).T
    return col2im(dcols, x.shape, kernel_size, stride, padding), dweight.reshape(weight.shape), dy.sum(axis=1)


def _check_channels(x, weight):
    if x.shape[1] != weight.shape[1]:
        raise ValueError(
            f"x and weight must have the same number of channels, found {x.shape} and {weight.shape}"
        )
