"""The horizontal shifts of images, and the matrices of windows that are views of them."""

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .layout import overlap, pixels, zeros


class Shifts:
    """The horizontal shifts of an `x` of one shape (C, H, W, N), for some columns of windows at a time.

    A matrix for im2col holds each pixel kh*kw times. Here only the kw horizontal shifts are copied, each
    pixel kw times, and those of one row of the image lie together, an array (H, kw, C, width, N). So what a
    row of windows needs is a piece of it, kh rows of the image, which is already a matrix
    (kh*kw*C, width*N). The next row's matrix is a view that begins a row later.

    The columns of windows come in strips of `width`, and the array holds one strip at a time. So its numbers
    are still in the cache when the products need them, which those of all columns would not be.

    Parameters
    ----------
    x_shape, stride, before, out_size, dtype
        As for `RowConvolution`.
    kernel_size : (int, int)
    width : int
        A divisor of OW.

    Attributes
    ----------
    windows : ndarray
        (OH, kh*kw*C, width*N), of the strip that was read last.
    strips : int
        OW / width.
    """

    def __init__(self, x_shape, kernel_size, stride, before, out_size, width, dtype):
        c, h, w, n = x_shape
        (kh, kw), (sh, sw), (top, left), (oh, ow) = kernel_size, stride, before, out_size
        self.strips = ow // width
        self._shifts = zeros((sh * (oh - 1) + kh, kw, c, width, n), dtype)
        self.windows = self.matrices(0, kh, sh, oh)
        self._skips = sw > 1
        inside, rows = overlap(len(self._shifts), 1, -top, h)
        self._copies = [[] for _ in range(self.strips)]
        for strip, j in np.ndindex(self.strips, kw):
            into, columns = overlap(width, sw, sw * width * strip + j - left, w)
            shift = self._shifts[inside, j]
            edges = [edge for edge in (shift[:, :, :into.start], shift[:, :, into.stop:]) if self.strips > 1 and edge.size]
            shift = pixels(shift) if self._skips else shift
            self._copies[strip].append((shift[:, :, into], (rows, slice(None), columns), edges))

    def matrices(self, first, kh, step, count):
        """Return windows of kh rows, `count` of them and `step` apart, from row `first` of the shifts on.

        The shape is (count, kh*kw*C, width*N), a view.
        """
        _, kw, c, width, n = self._shifts.shape
        row, _, term, _, number = self._shifts.strides
        shape, strides = (count, kh * kw * c, width * n), (step * row, term, number)
        return as_strided(self._shifts[first:], shape, strides)

    def read(self, x, strip=0):
        """Copy the shifts of `x` for a strip. Where they reach beyond it they are 0."""
        x = (pixels(x) if self._skips else x).swapaxes(0, 1)
        for shift, place, edges in self._copies[strip]:
            shift[...] = x[place]
            for edge in edges:
                edge[...] = 0


def kernel_matrix(weight):
    """Return kernels (F, C, kh, kw) as rows, with their entries in the order of the shifts: (F, kh*kw*C)."""
    return weight.transpose(0, 2, 3, 1).reshape(len(weight), -1)
