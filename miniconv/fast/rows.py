"""Convolution with the batch innermost, from copies of the horizontal shifts only."""

import math
from functools import cached_property

import numpy as np

from .gradients import InputGradient, WeightGradient
from .layout import empty, overlap
from .products import RowProducts, strip_width
from .shifts import Shifts, kernel_matrix

FEW_CHANNELS = 4
MOST_WAITING = 2**20  # bytes of products that wait to be added to `dx`


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
        (oh, ow), n = out_size, x_shape[-1]
        width = strip_width(f, kh * kw * c, ow, n) if stride[1] == 1 else ow
        self._shifts = Shifts(x_shape, (kh, kw), stride, before, out_size, width, dtype)
        self._y = empty((f, oh, ow, n), dtype)
        self._rows = RowProducts(self._shifts.windows, self._y, self._shifts.strips)

    def read(self, x):
        """Take `x`, which must not change until `backward` is done."""
        self._x = x
        if self._shifts.strips == 1:
            self._shifts.read(x)

    def product(self, weight):
        """Return the convolution of what was read, (F, OH, OW, N)."""
        matrix = kernel_matrix(weight)
        for strip in range(self._shifts.strips):
            if self._shifts.strips > 1:
                self._shifts.read(self._x, strip)
            self._rows.write(matrix, strip)
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
        matrix, rows_of_dy = kernel_matrix(weight).T, dy.reshape(f, oh, -1).swapaxes(0, 1)
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
