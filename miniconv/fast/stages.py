"""What a network does in one go, with the batch innermost.

A stage stands for a layer and for what is merged into it, a dict of layers by their kind. It is made for one
shape of input (..., N) and one dtype, keeps its arrays from call to call, reads the layer's parameters and
writes its gradients.
"""

import math

import numpy as np

from .. import layers as plain
from ..padding import window_grid
from .layout import zeros
from .pooled import PooledConvolution, large_size
from .pooling import MaxPool
from .rows import FEW_CHANNELS, RowConvolution
from .winograd import Winograd

WINOGRAD_CHANNELS = 48
WINOGRAD_TILES = 32
MOST_ENTRIES = 6  # of a kernel that pooling enlarges, for each of its own


def convolution(x_shape, weight_shape, stride, padding, dtype):
    """Return what computes this convolution fastest, for an `x` of the shape (C, H, W, N).

    Winograd's 36 products need many channels, and tiles of many images side by side, to be fast themselves.
    """
    f, c, *kernel_size = weight_shape
    out_size = window_grid(x_shape[1:3], kernel_size, stride, padding)
    before = tuple(start for start, _ in padding)
    wide = min(f, c) >= WINOGRAD_CHANNELS and math.ceil(out_size[1] / 4) * x_shape[-1] >= WINOGRAD_TILES
    if wide and kernel_size == [3, 3] and stride == (1, 1):
        return Winograd(x_shape, weight_shape, before, out_size, dtype)
    return RowConvolution(x_shape, weight_shape, stride, before, out_size, dtype)


class _Affine:
    """A linear map with a bias, and whatever of pooling and ReLU comes after it.

    The maximum of a window plus a bias is the maximum of the sums, and the ReLU of a maximum is the maximum
    of the ReLUs. So pooling comes first, in either order of the layers, and the others work on the few
    numbers that it leaves.
    """

    def __init__(self, layer, merged, x_shape, out_shape, dtype):
        self.layer = layer
        self.out_shape = out_shape
        self._zeros = zeros(out_shape, dtype) if plain.ReLU in merged else None
        self._ones = np.ones(math.prod(out_shape[1:]), dtype)

    def _finish(self, y):
        """Add the bias to `y` in place and take its positive part, by an array of zeros.

        NumPy needs half as long again, or more, for the maximum with the number 0.
        """
        bias = self.layer.params["bias"]
        y += bias.reshape(-1, *[1] * (y.ndim - 1))
        if self._zeros is not None:
            np.maximum(y, self._zeros, out=y)
        self._y = y
        return y

    def _start_back(self, dout):
        """Return the gradient before the ReLU, and keep that of the bias.

        Its sums are a product with ones, which takes half the time of NumPy's ``sum``.
        """
        if self._zeros is not None:
            dout = dout * (self._y > 0)
        self.layer.grads["bias"] = dout.reshape(len(dout), -1) @ self._ones
        return dout


class Convolve(_Affine):
    """A convolution, with the pooling and the ReLU that follow it."""

    def __init__(self, layer, merged, x_shape, out_shape, dtype):
        super().__init__(layer, merged, x_shape, out_shape, dtype)
        shape, stride, padding = layer.params["weight"].shape, layer.stride, layer.padding
        pool, self._pool = merged.get(plain.MaxPool2d), None
        most = MOST_ENTRIES * math.prod(shape[2:])
        if pool and shape[1] < FEW_CHANNELS and math.prod(large_size(shape[2:], stride, pool.size)) <= most:
            before = tuple(start for start, _ in padding)
            self._convolution = PooledConvolution(x_shape, shape, stride, before, pool.size, out_shape[1:3], dtype)
        else:
            self._convolution = convolution(x_shape, shape, stride, padding, dtype)
            if pool:
                size = window_grid(x_shape[1:3], shape[2:], stride, padding)
                self._pool = MaxPool((shape[0], *size, x_shape[-1]), pool.size, dtype)

    def forward(self, x):
        self._convolution.read(x)
        y = self._convolution.product(self.layer.params["weight"])
        return self._finish(y if self._pool is None else self._pool.forward(y))

    def backward(self, dout, need_dx=True):
        dy = self._start_back(dout)
        if self._pool is not None:
            dy = self._pool.backward(dy)
        dx, self.layer.grads["weight"] = self._convolution.backward(dy, self.layer.params["weight"], need_dx)
        return dx


class Multiply(_Affine):
    """A fully connected layer, with the ReLU that follows it."""

    def forward(self, x):
        self._x = x
        return self._finish(self.layer.params["weight"].T @ x)

    def backward(self, dout, need_dx=True):
        dy = self._start_back(dout)
        self.layer.grads["weight"] = self._x @ dy.T
        return self.layer.params["weight"] @ dy if need_dx else None


class Pool:
    """Max pooling that follows no convolution."""

    def __init__(self, layer, merged, x_shape, out_shape, dtype):
        self.out_shape = out_shape
        self._pool = MaxPool(x_shape, layer.size, dtype)

    def forward(self, x):
        return self._pool.forward(x)

    def backward(self, dout, need_dx=True):
        return self._pool.backward(dout)


class Rectify:
    """A ReLU that follows neither a convolution nor a fully connected layer."""

    def __init__(self, layer, merged, x_shape, out_shape, dtype):
        self.out_shape = out_shape
        self._zeros = zeros(x_shape, dtype)

    def forward(self, x):
        self._y = np.maximum(x, self._zeros)
        return self._y

    def backward(self, dout, need_dx=True):
        return dout * (self._y > 0)


class Reshape:
    """Flattening, which with the batch innermost moves nothing."""

    def __init__(self, layer, merged, x_shape, out_shape, dtype):
        self._x_shape = x_shape
        self.out_shape = out_shape

    def forward(self, x):
        return x.reshape(self.out_shape)

    def backward(self, dout, need_dx=True):
        return dout.reshape(self._x_shape)
