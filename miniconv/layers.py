"""Layers: a forward function, its gradient and what both need to remember (chapter 8).

A layer has ``forward(x)``, ``backward(dout)``, which returns the gradient with respect to `x`, and two dicts
with the same keys: ``params``, its weights, and ``grads``, their gradients from the last call of
``backward``. An optimizer changes the weights in place.
"""

import math

import numpy as np

from . import _validate
from .activations import relu, relu_backward
from .dense import dense_backward, dense_forward
from .im2col import conv2d, conv2d_backward
from .init import he_normal
from .padding import sides
from .pooling import (
    avg_pool2d,
    avg_pool2d_backward,
    global_avg_pool,
    global_avg_pool_backward,
    max_pool2d,
    max_pool2d_backward,
)


class Layer:
    """What all layers share: their parameters, and the last input for the backward pass."""

    def __init__(self):
        self.params = {}
        self.grads = {}
        self._input = None

    def forward(self, x):
        """Return the output for the batch `x` and remember `x`."""
        raise NotImplementedError

    def backward(self, dout):
        """Return the gradient with respect to the last `x`, and keep those of the parameters in ``grads``."""
        raise NotImplementedError

    @property
    def _last_input(self):
        if self._input is None:
            raise RuntimeError(f"{type(self).__name__}.backward needs a call of forward before it")
        return self._input


class Wrapper:
    """What layers around another layer share: its parameters and gradients are theirs."""

    def __init__(self, model):
        self.model = _validate.layer(model, "model")

    @property
    def params(self):
        return self.model.params

    @property
    def grads(self):
        return self.model.grads


class _Affine(Layer):
    """A layer with a random weight and a bias of zeros."""

    def __init__(self, weight_shape, outputs, rng, dtype):
        super().__init__()
        dtype = _validate.floating(dtype)
        self.params = {"weight": he_normal(weight_shape, rng).astype(dtype), "bias": np.zeros(outputs, dtype)}
        self.grads = {name: np.zeros_like(param) for name, param in self.params.items()}


class Conv2d(_Affine):
    """Convolutional layer.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size : int or (int, int)
    stride, padding
        As in `conv2d`.
    rng : numpy.random.Generator, optional
        For the starting weights (`he_normal`); freshly seeded by default. The bias starts at 0.
    dtype : dtype
        Of the parameters.

    Examples
    --------
    >>> Conv2d(1, 8, 3).forward(np.zeros((5, 1, 28, 28))).shape
    (5, 8, 26, 26)
    """

    def __init__(
        self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None, dtype=np.float32
    ):
        in_channels = _validate.integer(in_channels, "in_channels", 1)
        out_channels = _validate.integer(out_channels, "out_channels", 1)
        kernel_size = _validate.pair(kernel_size, "kernel_size", 1)
        self.stride = _validate.pair(stride, "stride", 1)
        self.padding = sides(padding)
        super().__init__((out_channels, in_channels, *kernel_size), out_channels, rng, dtype)

    def forward(self, x):
        self._input = x
        return conv2d(x, self.params["weight"], self.params["bias"], self.stride, self.padding)

    def backward(self, dout):
        dx, self.grads["weight"], self.grads["bias"] = conv2d_backward(
            dout, self._last_input, self.params["weight"], self.stride, self.padding
        )
        return dx


class _Pool(Layer):
    """A layer with windows."""

    def __init__(self, size, stride=None):
        super().__init__()
        self.size = _validate.pair(size, "size", 1)
        self.stride = self.size if stride is None else _validate.pair(stride, "stride", 1)


class MaxPool2d(_Pool):
    """Max pooling as a layer.

    Parameters
    ----------
    size, stride
        As in `max_pool2d`.

    Examples
    --------
    >>> MaxPool2d(2).forward(np.zeros((5, 8, 26, 26))).shape
    (5, 8, 13, 13)
    """

    def forward(self, x):
        self._input = x
        return max_pool2d(x, self.size, self.stride)

    def backward(self, dout):
        return max_pool2d_backward(dout, self._last_input, self.size, self.stride)


class AvgPool2d(_Pool):
    """Average pooling as a layer.

    Parameters
    ----------
    size, stride
        As in `avg_pool2d`.

    Examples
    --------
    >>> AvgPool2d(3, stride=2).forward(np.zeros((5, 8, 9, 9))).shape
    (5, 8, 4, 4)
    """

    def forward(self, x):
        self._input = x
        return avg_pool2d(x, self.size, self.stride)

    def backward(self, dout):
        return avg_pool2d_backward(dout, np.shape(self._last_input), self.size, self.stride)


class GlobalAvgPool2d(Layer):
    """Global average pooling as a layer.

    Examples
    --------
    >>> GlobalAvgPool2d().forward(np.zeros((5, 8, 9, 9))).shape
    (5, 8)
    """

    def forward(self, x):
        self._input = x
        return global_avg_pool(x)

    def backward(self, dout):
        return global_avg_pool_backward(dout, np.shape(self._last_input))


class ReLU(Layer):
    """Rectified linear unit as a layer.

    Examples
    --------
    >>> ReLU().forward([-1.0, 2.0])
    array([0., 2.])
    """

    def forward(self, x):
        self._input = x
        return relu(x)

    def backward(self, dout):
        return relu_backward(dout, self._last_input)


class Flatten(Layer):
    """Each image of a batch as one row of numbers.

    Examples
    --------
    >>> Flatten().forward(np.zeros((5, 8, 2, 3))).shape
    (5, 48)
    """

    def forward(self, x):
        self._input = x = _validate.float_array(x, "x", "N ...")
        return x.reshape(len(x), math.prod(x.shape[1:]))

    def backward(self, dout):
        x = self._last_input
        dout = _validate.float_array(dout, "dout", "N D")
        _validate.same_shape(dout, "dout", (len(x), math.prod(x.shape[1:])), "the output")
        return dout.reshape(x.shape)


class Dense(_Affine):
    """Fully connected layer.

    Parameters
    ----------
    in_features, out_features : int
    rng : numpy.random.Generator, optional
        For the starting weights (`he_normal`); freshly seeded by default. The bias starts at 0.
    dtype : dtype
        Of the parameters.

    Examples
    --------
    >>> Dense(48, 10).forward(np.zeros((5, 48))).shape
    (5, 10)
    """

    def __init__(self, in_features, out_features, rng=None, dtype=np.float32):
        in_features = _validate.integer(in_features, "in_features", 1)
        out_features = _validate.integer(out_features, "out_features", 1)
        super().__init__((in_features, out_features), out_features, rng, dtype)

    def forward(self, x):
        self._input = x
        return dense_forward(x, self.params["weight"], self.params["bias"])

    def backward(self, dout):
        dx, self.grads["weight"], self.grads["bias"] = dense_backward(
            dout, self._last_input, self.params["weight"]
        )
        return dx


class Sequential:
    """Layers one after another, itself a layer.

    Parameters
    ----------
    layers : sequence of layers
        Each layer once, also within others, since a layer remembers one input only.

    Attributes
    ----------
    params, grads : dict
        Those of all layers under the names ``"0.weight"``, ``"0.bias"`` and so on, after the position of the
        layer. The dicts are put together at each access, and the arrays in them are the layers' own.

    Examples
    --------
    >>> model = Sequential([Conv2d(1, 4, 3), ReLU(), Flatten(), Dense(16, 10)])
    >>> model.forward(np.zeros((5, 1, 4, 4))).shape
    (5, 10)
    >>> list(model.params)
    ['0.weight', '0.bias', '3.weight', '3.bias']
    """

    def __init__(self, layers):
        members = list(_members(layers)) if isinstance(layers, (list, tuple)) else None
        if members is None or len(set(members)) != len(members):
            raise ValueError(f"layers must be a list of different layers, found {layers!r}")
        self.layers = [_validate.layer(layer, "each of the layers") for layer in layers]

    @property
    def params(self):
        return {f"{i}.{name}": p for i, layer in enumerate(self.layers) for name, p in layer.params.items()}

    @property
    def grads(self):
        return {f"{i}.{name}": g for i, layer in enumerate(self.layers) for name, g in layer.grads.items()}

    def forward(self, x):
        """Return the output of the last layer for the batch `x`."""
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dout):
        """Return the gradient with respect to the last `x`, and keep those of the parameters."""
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout


def inner_layers(layer):
    """Return what a layer is made of: the layers of a `Sequential`, the model of a `Wrapper`, nothing of others."""
    return [*getattr(layer, "layers", ()), *([layer.model] if hasattr(layer, "model") else [])]


def _members(layers):
    """Yield the identities of layers and of all layers inside them."""
    for layer in layers:
        yield id(layer)
        yield from _members(inner_layers(layer))
