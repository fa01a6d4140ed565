"""Convolution with the batch innermost, from copies of the horizontal shifts only."""

from functools import cached_property

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .layout import overlap
from .products import product_cuts, transposed_product_cuts

FEW_CHANNELS = 4
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
    A matrix for im2col holds each pixel kh*kw times. Here only the kw horizontal shifts are copied, each
    pixel kw times, and those of one row of the image lie together, an array (H, kw, C, OW, N). So what a row
    of windows needs is a piece of it, kh rows of the image, which is already a matrix (kh*kw*C, OW*N). The
    next row's matrix is a view that begins a row later. There is a product for each, small enough that its
    matrix is still in the cache when the next one needs most of it again.
    """

    def __init__(self, x_shape, weight_shape, stride, before, out_size, dtype):
        c, h, w, n = self.x_shape = x_shape
        f, _, kh, kw = self.weight_shape = weight_shape
        sh, sw = self.stride = stride
        top, left = self.before = before
        oh, ow = self.out_size = out_size
        height, terms, columns = sh * (oh - 1) + kh, kh * kw * c, ow * n
        self._shifts = np.zeros((height, kw, c, ow, n), dtype)
        self._rows = overlap(height, 1, -top, h)
        self._columns = [overlap(ow, sw, j - left, w) for j in range(kw)]
        row, number = self._shifts.strides[0], self._shifts.itemsize
        windows = as_strided(self._shifts, (oh, terms, columns), (sh * row, columns * number, number))

        self._y = np.empty((f, oh, ow, n), dtype)
        cuts = product_cuts(f, terms, columns)
        self._windows = windows.reshape(oh, terms, cuts, -1).swapaxes(1, 2)
        self._y_matrices = self._y.reshape(f, oh, cuts, -1).transpose(1, 2, 0, 3)
        row_cuts, self._cuts = transposed_product_cuts(f, terms, columns, dtype)
        self._turned = windows.reshape(oh, row_cuts, -1, self._cuts, columns // self._cuts).transpose(0, 3, 1, 2, 4)

    def read(self, x):
        """Copy the shifts of `x`. Where they reach beyond it they are 0, from the start."""
        inside, rows = self._rows
        for j, (into, out_of) in enumerate(self._columns):
            self._shifts[inside, j, :, into] = x[:, rows, out_of].swapaxes(0, 1)

    def product(self, weight):
        """Return the convolution of what was read, (F, OH, OW, N)."""
        np.matmul(_matrix(weight), self._windows, out=self._y_matrices)
        return self._y

    def backward(self, dy, weight, need_dx=True):
        """Return `dx`, or None if it is not needed, and `dweight` for what was read.

        Like the product, `dweight` has a term for each row of windows; each is computed as ``windows @ dy.T``,
        which is faster than its transpose: the matrix with more rows comes first.
        """
        f, c, kh, kw = weight.shape
        dy_matrices = dy.reshape(f, len(self._turned), self._cuts, 1, -1).transpose(1, 2, 3, 4, 0)
        dmatrix = np.zeros((kh * kw * c, f), dy.dtype)
        rows = max(1, MOST_TERMS // (self._cuts * dmatrix.size))
        for start in range(0, len(self._turned), rows):
            some = slice(start, start + rows)
            dmatrix += (self._turned[some] @ dy_matrices[some]).sum((0, 1)).reshape(dmatrix.shape)
        dweight = np.ascontiguousarray(dmatrix.reshape(kh, kw, c, f).transpose(3, 2, 0, 1))
        return self._input_gradient(dy, weight) if need_dx else None, dweight

    @cached_property
    def _input_gradient(self):
        if self.x_shape[0] < FEW_CHANNELS:
            return self._sum_of_shifts
        return InputGradient(
            self.x_shape, self.weight_shape, self.stride, self.before, self.out_size, self._y.dtype
        )

    def _sum_of_shifts(self, dy, weight):
        """Return `dx` for few channels, (C, H, W, N): the product gives what each entry of each window gets."""
        (sh, _), (top, _), (c, h, _, n) = self.stride, self.before, self.x_shape
        (oh, ow), (f, _, kh, kw) = self.out_size, self.weight_shape
        np.matmul(_matrix(weight).T, dy.reshape(f, oh, -1).swapaxes(0, 1), out=self._dwindows)
        dwindows = self._dwindows.reshape(oh, kh, kw, c, ow, n)
        self._dx[...] = 0
        for i in range(kh):
            inside, rows = overlap(oh, sh, i - top, h)
            for j, (into, out_of) in enumerate(self._columns):
                self._dx[:, rows, out_of] += dwindows[inside, i, j, :, into].swapaxes(0, 1)
        return self._dx

    @cached_property
    def _dwindows(self):
        (f, c, kh, kw), (oh, ow) = self.weight_shape, self.out_size
        return np.empty((oh, kh * kw * c, ow * self.x_shape[-1]), self._y.dtype)

    @cached_property
    def _dx(self):
        return np.empty(self.x_shape, self._y.dtype)


def _matrix(weight):
    """Return the kernels as rows, with their entries in the order of the shifts."""
    return weight.transpose(0, 2, 3, 1).reshape(len(weight), -1)


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
        self._dx = np.zeros(x_shape, dtype) if stride != (1, 1) else None

    def __call__(self, dy, weight):
        """Return `dx`, (C, H, W, N)."""
        for convolution, part, pixels in self._parts:
            convolution.read(dy)
            dx = convolution.product(weight[part][:, :, ::-1, ::-1].swapaxes(0, 1))
            if self._dx is None:
                return dx
            self._dx[pixels] = dx
        return self._dx
