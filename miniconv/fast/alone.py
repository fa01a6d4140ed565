"""A convolutional layer alone, with images first at both ends."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..padding import window_grid
from .layout import batch_first, batch_innermost, empty, zeros
from .products import SumProducts, row_cuts, strip_width
from .rows import FEW_CHANNELS
from .stages import convolution

MOST_WINDOWS = 2**20  # bytes of windows of several images


def alone(x_shape, weight_shape, stride, padding, dtype):
    """Return what computes a convolutional layer for an `x` of the shape (N, C, H, W) fastest.

    To turn images round takes longer the more there are to be written, and the output of few channels is all
    that there is to write. So these stay as they are.
    """
    if x_shape[1] < FEW_CHANNELS:
        return FewChannels(x_shape, weight_shape, stride, padding, dtype)
    n, *shape = x_shape
    return TurnedRound(convolution((*shape, n), weight_shape, stride, padding, dtype))


class TurnedRound:
    """A layer that has the batch innermost inside, from a convolution that has it there."""

    def __init__(self, convolution):
        self._convolution = convolution
        self.out_size = convolution.out_size

    def read(self, x):
        """Take a batch (N, C, H, W)."""
        self._convolution.read(batch_innermost(x))

    def product(self, weight, bias):
        """Return the layer's output for what was read, a new array (N, F, OH, OW)."""
        y = self._convolution.product(weight)
        y += bias[:, None, None, None]
        return batch_first(y)

    def backward(self, dy, weight, need_dx=True):
        """Return `dx`, or None if it is not needed, `dweight` and `dbias` for what was read."""
        dy = batch_innermost(dy)
        dbias = dy.reshape(len(dy), -1) @ np.ones(dy[0].size, dy.dtype)
        dx, dweight = self._convolution.backward(dy, weight, need_dx)
        return batch_first(dx) if need_dx else None, dweight, dbias


class FewChannels:
    """A layer for a batch of one shape (N, C, H, W) with few channels, im2col of some images at a time.

    The matrix of an image, (C*kh*kw, OH*OW), has few rows, and what the filters make of it lies as the output
    does. It is copied anew for the gradient of the weight, which takes less time than fetching those of all
    images from memory.

    The bias is one more entry of each filter, which meets a 1. So its sum and its gradient come with the
    products.

    Parameters
    ----------
    x_shape, weight_shape : (int, int, int, int)
    stride : (int, int)
    padding : ((int, int), (int, int))
    dtype : dtype
    """

    def __init__(self, x_shape, weight_shape, stride, padding, dtype):
        n, c, h, w = x_shape
        f, _, kh, kw = weight_shape
        (top, bottom), (left, right) = padding
        self.out_size = oh, ow = window_grid((h, w), (kh, kw), stride, padding)
        terms = c * kh * kw
        rows = strip_width(f, terms + 1, oh, ow)
        images = MOST_WINDOWS // (terms * oh * ow * np.dtype(dtype).itemsize) if rows == oh else 1
        images = min(n, max(1, images))
        self._groups = [slice(start, start + images) for start in range(0, n, images)]
        self._y_shape = n, f, oh, ow
        self._piece = rows * ow
        self._cuts = row_cuts(f, terms + 1, self._piece)

        self._matrices = empty((images * (oh // rows), terms + 1, self._piece), dtype)
        self._matrices[:, -1] = 1
        self._windows = self._matrices[:, :-1].reshape(images, oh // rows, c, kh, kw, rows, ow)
        self._sum = SumProducts(self._matrices, f)

        padded, inside = (c, top + h + bottom, left + w + right), np.index_exp[:, :, top:top + h, left:left + w]
        self._padded, self._dpadded = zeros((n, *padded), dtype), zeros((images, *padded), dtype)
        self._x, self._dx = self._padded[inside], self._dpadded[inside]
        self._x_windows = _windows(self._padded, (kh, kw), stride, rows)
        self._dx_windows = _windows(self._dpadded, (kh, kw), stride, rows)

    def read(self, x):
        """Take a batch (N, C, H, W)."""
        self._x[...] = x

    def product(self, weight, bias):
        """Return the layer's output for what was read, a new array (N, F, OH, OW)."""
        y = np.empty(self._y_shape, weight.dtype)
        matrix = np.concatenate((weight.reshape(len(weight), -1), bias[:, None]), axis=1)
        matrix = matrix.reshape(self._cuts, -1, matrix.shape[1])
        for some in self._groups:
            pieces = self._pieces(y[some])
            out = pieces.reshape(len(pieces), self._cuts, -1, self._piece)
            np.matmul(matrix, self._copied(some)[:, None], out=out)
        return y

    def backward(self, dy, weight, need_dx=True):
        """Return `dx`, or None if it is not needed, `dweight` and `dbias` for what was read."""
        dy = np.ascontiguousarray(dy)
        dmatrix = np.zeros((self._matrices.shape[1], len(weight)), dy.dtype)
        dx = np.empty(self._x.shape, dy.dtype) if need_dx else None
        for some in self._groups:
            pieces = self._pieces(dy[some])
            self._copied(some)
            self._sum.add(pieces.swapaxes(1, 2), dmatrix)
            if need_dx:
                dx[some] = self._input_gradient(pieces, weight)
        return dx, np.ascontiguousarray(dmatrix[:-1].T).reshape(weight.shape), dmatrix[-1]

    def _copied(self, some):
        """Copy the windows of some images, and return them as matrices (Q, C*kh*kw + 1, pixels)."""
        windows = self._x_windows[some]
        self._windows[:len(windows)] = windows
        return self._matrices[:len(windows) * self._windows.shape[1]]

    def _pieces(self, y):
        """Return a view (Q, F, pixels) of some images, one by one, or of a single image, some rows at a time."""
        return y.reshape(len(y), y.shape[1], -1, self._piece).swapaxes(1, 2).reshape(-1, y.shape[1], self._piece)

    def _input_gradient(self, dpieces, weight):
        """Return `dx` of some images: a product gives what each entry of each window gets, which is added up."""
        terms = self._matrices[:len(dpieces), :-1]
        np.matmul(weight.reshape(len(weight), -1).T, dpieces, out=terms)
        images = len(dpieces) // self._windows.shape[1]
        self._dpadded[...] = 0
        for i, j in np.ndindex(weight.shape[2:]):
            self._dx_windows[:images, :, :, i, j] += self._windows[:images, :, :, i, j]
        return self._dx[:images]


def _windows(padded, kernel_size, stride, rows):
    """Return a view (N, OH / rows, C, kh, kw, rows, OW) of the pixels that each entry of the kernel meets."""
    view = sliding_window_view(padded, kernel_size, axis=(2, 3), writeable=True)[:, :, ::stride[0], ::stride[1]]
    n, c, oh, ow, kh, kw = view.shape
    return view.reshape(n, c, oh // rows, rows, ow, kh, kw).transpose(0, 2, 1, 5, 6, 3, 4)


class Alone:
    """The stage of a network that is one convolutional layer."""

    def __init__(self, layer, merged, x_shape, out_shape, dtype):
        self.layer = layer
        self.out_shape = out_shape
        *shape, n = x_shape
        self._operator = alone((n, *shape), layer.params["weight"].shape, layer.stride, layer.padding, dtype)

    def forward(self, x):
        self._operator.read(x)
        return self._operator.product(**self.layer.params)

    def backward(self, dout, need_dx=True):
        dx, self.layer.grads["weight"], self.layer.grads["bias"] = self._operator.backward(
            dout, self.layer.params["weight"], need_dx
        )
        return dx
