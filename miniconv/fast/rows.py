"""Convolution with the batch innermost, from copies of the horizontal shifts only."""

from functools import cached_property

import numpy as np

from .layout import overlap
from .products import product_with_transpose, sum_of_products

FEW_CHANNELS = 4


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
    A matrix for im2col holds each pixel kh*kw times. But its rows for a kernel entry `i` rows further down
    are the same ones, only that each begins `i` rows of the image later, which in this layout is
    ``i * OW * N`` numbers later. So only the horizontal shifts are copied, each pixel kw times, and a
    vertical shift is a view. With a stride, the same holds among the rows of equal remainder.

    The product becomes a sum of kh products. With few channels these are too thin for a matrix product to
    be fast, and copies are few: there the vertical shifts are copied too.
    """

    def __init__(self, x_shape, weight_shape, stride, before, out_size, dtype):
        c, h, w, n = self.x_shape = x_shape
        f, _, kh, kw = self.weight_shape = weight_shape
        sh, sw = self.stride = stride
        top, left = self.before = before
        oh, ow = self.out_size = out_size
        self._copy_all = c < FEW_CHANNELS
        phases, height = (kh, oh) if self._copy_all else (min(sh, kh), oh + (kh - 1) // sh)
        self._shifts = np.zeros((phases, kw, c, height, ow, n), dtype)
        rows = [overlap(height, sh, i - top, h) for i in range(phases)]
        columns = [overlap(ow, sw, j - left, w) for j in range(kw)]
        self._places = [
            (np.index_exp[i, j, :, rows[i][0], columns[j][0]], np.index_exp[:, rows[i][1], columns[j][1]])
            for i, j in np.ndindex(phases, kw)
        ]

        size = oh * ow * n
        if self._copy_all:
            self._taps = [self._shifts.reshape(kh * kw * c, size)]
        else:
            phase = self._shifts.reshape(phases, kw * c, height * ow * n)
            starts = [i // sh * ow * n for i in range(kh)]
            self._taps = [phase[i % sh][:, start:start + size] for i, start in enumerate(starts)]
        self._y = np.empty((f, size), dtype)
        self._term = np.empty((f, size), dtype) if len(self._taps) > 1 else self._y

    def read(self, x):
        """Copy the shifts of `x`. Where they reach beyond it they are 0, from the start."""
        for shifted, pixels in self._places:
            self._shifts[shifted] = x[pixels]

    def product(self, weight):
        """Return the convolution of what was read, (F, OH, OW, N)."""
        f = len(weight)
        matrices = weight.transpose(2, 3, 1, 0).reshape(len(self._taps), -1, f).swapaxes(1, 2)
        sum_of_products(list(zip(matrices, self._taps)), self._y, self._term)
        return self._y.reshape(f, *self.out_size, self.x_shape[-1])

    def backward(self, dy, weight, need_dx=True):
        """Return `dx`, or None if it is not needed, and `dweight` for what was read.

        Like the product, `dweight` has a term for each tap; each is computed as ``shifts @ dy.T``, which is
        faster than its transpose: the matrix with more rows comes first.
        """
        f, c, kh, kw = weight.shape
        dy_matrix = dy.reshape(f, -1)
        dweight = np.stack([product_with_transpose(tap, dy_matrix) for tap in self._taps])
        dweight = np.ascontiguousarray(dweight.reshape(kh, kw, c, f).transpose(3, 2, 0, 1))
        return self._input_gradient(dy, weight) if need_dx else None, dweight

    @cached_property
    def _input_gradient(self):
        if self._copy_all:
            return self._sum_of_shifts
        return InputGradient(
            self.x_shape, self.weight_shape, self.stride, self.before, self.out_size, self._y.dtype
        )

    def _sum_of_shifts(self, dy, weight):
        """Return `dx` for few channels, (C, H, W, N): the product gives what every shift gets, few numbers too."""
        f = len(weight)
        matrix = weight.transpose(2, 3, 1, 0).reshape(-1, f)
        np.matmul(matrix, dy.reshape(f, -1), out=self._dshifts.reshape(len(matrix), -1))
        self._dx[...] = 0
        for shifted, pixels in self._places:
            self._dx[pixels] += self._dshifts[shifted]
        return self._dx

    @cached_property
    def _dshifts(self):
        return np.empty_like(self._shifts)

    @cached_property
    def _dx(self):
        return np.empty(self.x_shape, self._y.dtype)


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
