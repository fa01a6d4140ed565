"""Convolution with the batch innermost, from copies of the horizontal shifts only."""

import math
from functools import cached_property

import numpy as np

from . import products
from .layout import empty, overlap, zeros
from .shifts import Shifts

FEW_CHANNELS = 4
MOST_WAITING = 2**20  # bytes of products that wait to be added to `dx`
MOST_TERMS = 100_000  # numbers of `dweight` that wait to be added up, which then stay in the cache


class RowConvolution:
    r"""Convolution of an `x` of one shape (C, H, W, N) with a weight (F, C, kh, kw), and its gradients.

    With zeros outside `x`,
    ``y[f, h, w] = sum weight[f, c, i, j] * x[c, sh*h + i - top, sw*w + j - left]`` over c, i and j.
    The system hands out a large new array page by page and clears each, so that it takes longer to fill than
    one that is there. So all arrays are made once, and a call overwrites what the last one returned, but for
    `dweight`.

    Parameters
    ----------
    x_shape : (int, int, int, int)
        (C, H, W, N)
    weight_shape : (int, int, int, int)
        (F, C, kh, kw)
    stride : (int, int)
    before : (int, int)
        Rows of padding at the top and columns at the left, negative where the first ones are left out.
    out_size : (int, int)
        (OH, OW), from which the padding at the bottom and the right follows.
    dtype : dtype

    Notes
    -----
    There is a product for each row of windows, or of a strip of them, small enough that its matrix is still
    in the cache when the next one needs most of it again. The shifts of a single strip serve the gradient of
    the weight, too. Those of several strips it copies again, which takes less time than fetching them from
    memory. With a stride a copy has short runs and takes longer, so that there is only one.
    """

    def __init__(self, x_shape, weight_shape, stride, before, out_size, dtype):
        self._arguments = x_shape, weight_shape, stride, before, out_size, dtype
        self.out_size = out_size
        f, c, kh, kw = weight_shape
        (oh, ow), n, terms = out_size, x_shape[-1], kh * kw * c
        self._y = empty((f, oh, ow, n), dtype)
        width, self._row_cuts = products.product_pieces(f, terms, ow, n, strips=stride[1] == 1)
        self._shifts = Shifts(x_shape, (kh, kw), stride, before, out_size, width, dtype)
        self._windows = self._shifts.windows[:, None]
        pieces = self._y.reshape(self._row_cuts, -1, oh, self._shifts.strips, width * n)
        self._strips_of_y = pieces.transpose(3, 2, 0, 1, 4)

    def read(self, x):
        """Take `x`, which must not change until `backward` is done."""
        self._x = x
        if self._shifts.strips == 1:
            self._shifts.read(x)

    def product(self, weight):
        """Return the convolution of what was read, (F, OH, OW, N)."""
        matrix = _matrix(weight)
        matrices = matrix.reshape(self._row_cuts, -1, matrix.shape[1])
        for strip, y in enumerate(self._strips_of_y):
            if self._shifts.strips > 1:
                self._shifts.read(self._x, strip)
            np.matmul(matrices, self._windows, out=y)
        return self._y

    def backward(self, dy, weight, need_dx=True):
        """Return `dx`, or None if it is not needed, and `dweight` for what was read."""
        return self._input_gradient(dy, weight) if need_dx else None, self._weight_gradient(self._x, dy)

    @cached_property
    def _weight_gradient(self):
        return WeightGradient(*self._arguments, self._shifts if self._shifts.strips == 1 else None)

    @cached_property
    def _input_gradient(self):
        x_shape, *_ = self._arguments
        return self._sum_of_shifts if x_shape[0] < FEW_CHANNELS else InputGradient(*self._arguments)

    def _sum_of_shifts(self, dy, weight):
        """Return `dx` for few channels, (C, H, W, N): products give what each entry of each window gets.

        There are kh*kw numbers for each pixel, so that they are added up some rows of windows at a time.
        """
        (_, h, w, _), (f, _, kh, kw), (sh, sw), (top, left), (oh, ow), _ = self._arguments
        matrix, rows_of_dy = _matrix(weight).T, dy.reshape(f, oh, -1).swapaxes(0, 1)
        columns = [overlap(ow, sw, j - left, w) for j in range(kw)]
        self._dx[...] = 0
        for start in range(0, oh, len(self._dwindows)):
            dwindows = self._dwindows[:oh - start]
            some = len(dwindows)
            np.matmul(matrix, rows_of_dy[start:start + some], out=dwindows.reshape(some, len(matrix), -1))
            for i in range(kh):
                inside, rows = overlap(some, sh, sh * start + i - top, h)
                for j, (into, out_of) in enumerate(columns):
                    self._dx[:, rows, out_of] += dwindows[inside, i, j, :, into].swapaxes(0, 1)
        return self._dx

    @cached_property
    def _dwindows(self):
        (c, *_, n), (_, _, kh, kw), _, _, (oh, ow), dtype = self._arguments
        row = kh, kw, c, ow, n
        rows = MOST_WAITING // (math.prod(row) * np.dtype(dtype).itemsize)
        return empty((min(oh, max(1, rows)), *row), dtype)

    @cached_property
    def _dx(self):
        x_shape, *_, dtype = self._arguments
        return empty(x_shape, dtype)


def _matrix(weight):
    """Return the kernels as rows, with their entries in the order of the shifts."""
    return weight.transpose(0, 2, 3, 1).reshape(len(weight), -1)


class WeightGradient:
    """The gradient of a `RowConvolution` with respect to the weight.

    Like the product, it has a term for each row of windows; each is computed as ``windows @ dy.T``, which is
    faster than its transpose: the matrix with more rows comes first. It is a sum over the columns, so that
    its strips are wider than those of the product.

    Parameters
    ----------
    x_shape, weight_shape, stride, before, out_size, dtype
        As for `RowConvolution`.
    shifts : Shifts, optional
        Those of all columns, if they have been read.
    """

    def __init__(self, x_shape, weight_shape, stride, before, out_size, dtype, shifts=None):
        f, c, kh, kw = self._weight_shape = weight_shape
        self._reads = shifts is None
        if self._reads:
            width = products.sum_width(out_size[1], x_shape[-1])
            shifts = Shifts(x_shape, (kh, kw), stride, before, out_size, width, dtype)
        self._shifts = shifts
        oh, terms, columns = shifts.windows.shape
        row_cuts, self._cuts = products.sum_cuts(f, terms, columns)
        windows = shifts.windows.reshape(oh, row_cuts, -1, self._cuts, columns // self._cuts)
        self._windows = windows.transpose(0, 3, 1, 2, 4)

    def __call__(self, x, dy):
        """Return `dweight`, (F, C, kh, kw)."""
        (f, c, kh, kw), oh = self._weight_shape, len(self._windows)
        dmatrix = np.zeros((kh * kw * c, f), dy.dtype)
        rows = max(1, MOST_TERMS // (self._cuts * dmatrix.size))
        strips = dy.reshape(f, oh, self._shifts.strips, self._cuts, 1, -1).transpose(2, 1, 3, 4, 5, 0)
        for strip, dy_matrices in enumerate(strips):
            if self._reads:
                self._shifts.read(x, strip)
            for start in range(0, oh, rows):
                some = slice(start, start + rows)
                dmatrix += (self._windows[some] @ dy_matrices[some]).sum((0, 1)).reshape(dmatrix.shape)
        return np.ascontiguousarray(dmatrix.reshape(kh, kw, c, f).transpose(3, 2, 0, 1))


class InputGradient:
    """The gradient of a `RowConvolution` with respect to `x`, itself made of convolutions.

    A pixel gathers what each of its windows sends back: a convolution of `dy` with the kernel upside down
    and its two channel axes swapped. With a stride, pixels of different remainder meet different parts of
    the kernel; those of one remainder are a convolution of stride 1.

    The usual way is a matrix product that writes kh*kw numbers for each pixel, and then the sum of those
    that belong together. Here the product itself sums, and writes a pixel once.

    The parameters are those of `RowConvolution`.
    """

    def __init__(self, x_shape, weight_shape, stride, before, out_size, dtype):
        c, h, w, n = x_shape
        f, _, kh, kw = weight_shape
        (sh, sw), (top, left) = stride, before
        self._parts = []
        for i, j in np.ndindex(min(sh, kh), min(sw, kw)):
            rows, columns = slice((i - top) % sh, h, sh), slice((j - left) % sw, w, sw)
            size = len(range(h)[rows]), len(range(w)[columns])
            if 0 in size:
                continue
            part = np.index_exp[:, :, i::sh, j::sw]
            part_kh, part_kw = len(range(i, kh, sh)), len(range(j, kw, sw))
            before = (
                part_kh - 1 - (rows.start + top - i) // sh,
                part_kw - 1 - (columns.start + left - j) // sw,
            )
            convolution = RowConvolution(
                (f, *out_size, n), (c, f, part_kh, part_kw), (1, 1), before, size, dtype
            )
            self._parts.append((convolution, part, np.index_exp[:, rows, columns]))
        self._dx = zeros(x_shape, dtype) if stride != (1, 1) else None

    def __call__(self, dy, weight):
        """Return `dx`, (C, H, W, N)."""
        for convolution, part, pixels in self._parts:
            convolution.read(dy)
            dx = convolution.product(weight[part][:, :, ::-1, ::-1].swapaxes(0, 1))
            if self._dx is None:
                return dx
            self._dx[pixels] = dx
        return self._dx
