"""A convolution and the max pooling after it in one, for few channels."""

import numpy as np

from .layout import empty, zeros
from .pooling import keep_maxima, pass_back
from .rows import RowConvolution


def large_size(kernel_size, stride, size):
    """Return the rows and columns of a kernel that has room for every place in a pooling window of this `size`."""
    return tuple(k + (p - 1) * s for k, s, p in zip(kernel_size, stride, size))


class PooledConvolution:
    """Max pooling of a convolution, for an `x` of one shape (C, H, W, N).

    The entries of a pooling window come from windows of `x` that lie a step apart. Each is what the same
    kernel gives, moved by that step within a larger one. So there are ph*pw sets of larger kernels, one for
    each entry, and the larger windows lie as far apart as the pooling's. The feature maps come apart by
    entries, in whole arrays, so that their maxima are those of arrays and not of strided views.

    The zeros in the larger kernels are multiplied, too, (kh+ph-1)*(kw+pw-1) numbers in place of kh*kw with
    strides of 1. With few channels a product is so thin that more rows cost little.

    Parameters
    ----------
    x_shape, weight_shape, stride, before
        As for `RowConvolution`.
    size : (int, int)
        Rows and columns of the pooling window.
    out_size : (int, int)
        After pooling.
    dtype : dtype
    """

    def __init__(self, x_shape, weight_shape, stride, before, size, out_size, dtype):
        f, c, kh, kw = weight_shape
        (sh, sw), (ph, pw), n = stride, size, x_shape[-1]
        self._places = [np.index_exp[:, :, i * sh:i * sh + kh, j * sw:j * sw + kw] for i, j in np.ndindex(size)]
        kernels = ph * pw, f, c, *large_size((kh, kw), stride, size)
        self._kernels = zeros(kernels, dtype)
        self._large = self._kernels.reshape(-1, *kernels[2:])
        self._convolution = RowConvolution(x_shape, self._large.shape, (ph * sh, pw * sw), before, out_size, dtype)
        self._peaks = empty((f, *out_size, n), dtype)
        self._wins = empty((ph * pw - 1, f, *out_size, n), bool)

    def read(self, x):
        """Copy the shifts of `x`."""
        self._convolution.read(x)

    def product(self, weight):
        """Return the pooled convolution of what was read, (F, OH, OW, N)."""
        self._entries = self._convolution.product(self._enlarge(weight)).reshape(-1, *self._peaks.shape)
        keep_maxima(self._entries, self._peaks, self._wins)
        return self._peaks

    def backward(self, dy, weight, need_dx=True):
        """Return `dx`, or None if it is not needed, and `dweight`; the entries' gradients take the entries' place."""
        pass_back(dy, self._wins, self._entries)
        dentries = self._entries.reshape(-1, *self._entries.shape[2:])
        dx, dlarge = self._convolution.backward(dentries, self._enlarge(weight), need_dx)
        dkernels = dlarge.reshape(self._kernels.shape)
        return dx, sum(dkernel[place] for dkernel, place in zip(dkernels, self._places))

    def _enlarge(self, weight):
        for kernels, place in zip(self._kernels, self._places):
            kernels[place] = weight
        return self._large
