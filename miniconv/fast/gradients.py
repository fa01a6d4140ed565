"""The gradients of a `RowConvolution`, products of the same kind."""

from typing import NamedTuple

import numpy as np

from .layout import zeros
from .products import RowProducts, SumProducts, strip_width, sum_width
from .shifts import Shifts, kernel_matrix


class WeightGradient:
    """The gradient of a `RowConvolution` with respect to the weight.

    Like the product, it has a term for each row of windows. It is a sum over the columns, so that its strips
    are wider than those of the product.

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
            width = sum_width(out_size[1], x_shape[-1])
            shifts = Shifts(x_shape, (kh, kw), stride, before, out_size, width, dtype)
        self._shifts = shifts
        self._sum = SumProducts(shifts.windows, f)

    def __call__(self, x, dy):
        """Return `dweight`, (F, C, kh, kw)."""
        f, c, kh, kw = self._weight_shape
        dmatrix = np.zeros((kh * kw * c, f), dy.dtype)
        strips = dy.reshape(f, dy.shape[1], self._shifts.strips, -1).transpose(2, 1, 3, 0)
        for strip, columns in enumerate(strips):
            if self._reads:
                self._shifts.read(x, strip)
            self._sum.add(columns, dmatrix)
        return np.ascontiguousarray(dmatrix.reshape(kh, kw, c, f).transpose(3, 2, 0, 1))


class InputGradient:
    """The gradient of a `RowConvolution` with respect to `x`, itself made of convolutions.

    A pixel gathers what each of its windows sends back: a convolution of `dy` with the kernel upside down
    and its two channel axes swapped. With a stride, pixels of different remainder meet different parts of
    the kernel; those of one remainder are a convolution of stride 1.

    The usual way is a matrix product that writes kh*kw numbers for each pixel, and then the sum of those
    that belong together. Here the product itself sums, and writes a pixel once.

    The parameters are those of `RowConvolution`.

    Notes
    -----
    Columns of one remainder meet the same shifts of `dy`, whatever the remainder of their row. So those are
    copied once.
    """

    def __init__(self, x_shape, weight_shape, stride, before, out_size, dtype):
        (c, h, w, n), (f, _, kh, kw) = x_shape, weight_shape
        self._dx = zeros(x_shape, dtype)
        self._columns = []
        rows = list(_remainders(h, kh, stride[0], before[0]))
        if not rows:
            return
        length = max(row.length for row in rows)
        above = max(row.before for row in rows)
        below = max(row.count + row.length - 1 - row.before for row in rows)
        for column in _remainders(w, kw, stride[1], before[1]):
            width = strip_width(c, length * column.length * f, column.count, n)
            shifts = Shifts(
                (f, *out_size, n), (length, column.length), (1, 1), (above, column.before),
                (above + below - length + 1, column.count), width, dtype,
            )
            products = []
            for row in rows:
                windows = shifts.matrices(above - row.before, row.length, 1, row.count)
                dx = self._dx[:, row.pixels, column.pixels]
                part = np.index_exp[:, :, row.entries, column.entries]
                products.append((part, RowProducts(windows, dx, shifts.strips)))
            self._columns.append((shifts, products))

    def __call__(self, dy, weight):
        """Return `dx`, (C, H, W, N)."""
        weight = weight.swapaxes(0, 1)
        for shifts, products in self._columns:
            matrices = [kernel_matrix(weight[part][:, :, ::-1, ::-1]) for part, _ in products]
            for strip in range(shifts.strips):
                shifts.read(dy, strip)
                for matrix, (_, product) in zip(matrices, products):
                    product.write(matrix, strip)
        return self._dx


class _Remainder(NamedTuple):
    """Pixels along one axis that lie a stride apart, and what they meet."""

    pixels: slice
    entries: slice  # of the kernel
    count: int      # of pixels
    length: int     # of that part of the kernel
    before: int     # padding of `dy`


def _remainders(size, k, step, before):
    """Yield what there is of each remainder, for an axis with that many pixels and a kernel of k entries."""
    for i in range(min(step, k)):
        pixels, entries = slice((i - before) % step, size, step), slice(i, k, step)
        count, length = len(range(size)[pixels]), len(range(k)[entries])
        if count:
            yield _Remainder(pixels, entries, count, length, length - 1 - (pixels.start + before - i) // step)
