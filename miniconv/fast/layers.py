"""The fast functions and layers: images first at both ends, as in the plain ones."""

import itertools
from functools import cached_property

import numpy as np

from .. import _validate, layers as plain
from ..im2col import conv2d as plain_conv2d, conv2d_backward as plain_conv2d_backward
from ..padding import sides, window_grid
from .alone import alone
from .chain import KINDS, Chain, can_run


def conv2d(x, weight, bias=None, stride=1, padding=0):
    """Convolutional layer on a batch, the same as `miniconv.conv2d` but for rounding.

    Parameters
    ----------
    x : array_like, shape (N, C, H, W)
    weight : array_like, shape (F, C, kh, kw)
    bias : array_like, shape (F,), optional
    stride, padding
        As in `im2col`.

    Returns
    -------
    ndarray, shape (N, F, OH, OW)

    Notes
    -----
    A layer, which keeps its arrays from one call to the next, is faster.

    Examples
    --------
    >>> conv2d(np.ones((1, 2, 3, 4)), np.ones((1, 2, 3, 3)), bias=[0.5])
    array([[[[18.5, 18.5]]]])
    """
    x, weight, bias = _validate.float_arrays(
        (x, "x", "N C H W"), (weight, "weight", "F C kh kw"), optional=(bias, "bias", "F")
    )
    operator = _operator(x, weight, stride, padding)
    if operator is None:
        return plain_conv2d(x, weight, bias, stride, padding)
    if bias is None:
        bias = np.zeros(len(weight), weight.dtype)
    _validate.same_shape(bias, "bias", weight.shape[:1], f"the filters of weight {weight.shape}")
    operator.read(x)
    return operator.product(weight, bias)


def conv2d_backward(dout, x, weight, stride=1, padding=0, need_dx=True):
    """Gradients of a loss with respect to the arguments of `conv2d`.

    Parameters
    ----------
    dout : array_like, shape (N, F, OH, OW)
        Gradient with respect to the output of ``conv2d(x, weight, bias, stride, padding)``.
    x : array_like, shape (N, C, H, W)
    weight : array_like, shape (F, C, kh, kw)
    stride, padding
        As in the forward call.
    need_dx : bool
        Whether to compute `dx`.

    Returns
    -------
    dx : ndarray, shape (N, C, H, W)
        None if it is not needed.
    dweight : ndarray, shape (F, C, kh, kw)
    dbias : ndarray, shape (F,)

    Examples
    --------
    >>> dx, dweight, dbias = conv2d_backward([[[[1, 1]]]], [[[[1, 2, 3]]]], [[[[10, 20]]]])
    >>> dx.ravel(), dweight.ravel(), dbias
    (array([10., 30., 20.]), array([3., 5.]), array([2.]))
    """
    dout, x, weight = _validate.float_arrays(
        (dout, "dout", "N F OH OW"), (x, "x", "N C H W"), (weight, "weight", "F C kh kw")
    )
    operator = _operator(x, weight, stride, padding)
    if operator is None:
        dx, dweight, dbias = plain_conv2d_backward(dout, x, weight, stride, padding)
        return dx if need_dx else None, dweight, dbias
    _validate.same_shape(dout, "dout", (len(x), len(weight), *operator.out_size), "the output")
    operator.read(x)
    return operator.backward(dout, weight, need_dx)


def _operator(x, weight, stride, padding):
    """Return what computes the convolution, None where only the plain function can, or should refuse."""
    if x.shape[1] != weight.shape[1] or len(x) == 0 or x.dtype not in (np.float32, np.float64):
        return None
    stride = _validate.pair(stride, "stride", 1)
    window_grid(x.shape[2:], weight.shape[2:], stride, padding)
    return alone(x.shape, weight.shape, stride, sides(padding), x.dtype)


class _FastLayer:
    """A layer that runs as a chain of itself alone, or as the plain one where there is no fast form."""

    @cached_property
    def _chain(self):
        return Chain([self])

    def __getstate__(self):
        """Leave the chain out of a copy: it computes with this layer. The copy keeps the input as a plain layer does."""
        state = dict(self.__dict__)
        chain = state.pop("_chain", None)
        return {**state, "_input": chain.input} if chain else state

    def forward(self, x):
        return self._chain.forward(x) if can_run(self) else super().forward(x)

    def backward(self, dout):
        return self._chain.backward(dout) if can_run(self) else super().backward(dout)


class Conv2d(_FastLayer, plain.Conv2d):
    """Convolutional layer, the same as `miniconv.Conv2d` but for rounding.

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


class MaxPool2d(_FastLayer, plain.MaxPool2d):
    """Max pooling as a layer, the same as `miniconv.MaxPool2d`.

    Windows that overlap, or leave gaps, are left to the plain layer.

    Parameters
    ----------
    size, stride
        As in `max_pool2d`.

    Examples
    --------
    >>> MaxPool2d(2).forward(np.zeros((5, 8, 26, 26))).shape
    (5, 8, 13, 13)
    """


KINDS.update({Conv2d: plain.Conv2d, MaxPool2d: plain.MaxPool2d})


class Sequential(plain.Sequential):
    """Layers one after another, run together with the batch innermost.

    Between `Conv2d`, `MaxPool2d`, `ReLU`, `Flatten` and `Dense`, plain or fast, nothing is moved back to
    images first, and pooling, bias and ReLU after a convolution are one step. Any other layer in the list
    is called as it is. The arrays for one shape of batch are kept until a batch of another shape comes. They are
    written in each call, so that a network must not be called by two threads at once.

    Parameters
    ----------
    layers : sequence of layers
        Those of a plain network too: both then have the same parameters, and either can be trained.
    need_dx : bool
        Whether `backward` computes the gradient with respect to the input. An optimizer does not need it.

    Attributes
    ----------
    params, grads : dict
        As in `miniconv.Sequential`.

    Examples
    --------
    >>> from miniconv import Dense, Flatten, ReLU
    >>> model = Sequential([Conv2d(1, 4, 3), ReLU(), MaxPool2d(2), Flatten(), Dense(16, 10)])
    >>> model.forward(np.zeros((5, 1, 6, 6))).shape
    (5, 10)
    """

    def __init__(self, layers, need_dx=True):
        super().__init__(layers)
        self.need_dx = need_dx
        self._chained = None

    def _chain(self):
        """Put the layers together to chains, anew where the list has changed."""
        if self._chained == self.layers:
            return
        self._chained, self._parts, need_dx = list(self.layers), [], self.need_dx
        for fast, run in itertools.groupby(self.layers, can_run):
            run = list(run)
            self._parts += [Chain(run, need_dx)] if fast else run
            need_dx = need_dx or any(layer.params for layer in run)

    def forward(self, x):
        """Return the output of the last layer for the batch `x`."""
        self._chain()
        for part in self._parts:
            x = part.forward(x)
        return x

    def backward(self, dout):
        """Return the gradient with respect to the last `x` if needed, and keep those of the parameters."""
        self._chain()
        for part in reversed(self._parts):
            dout = part.backward(dout)
            if isinstance(part, Chain) and not part.need_dx:
                return None
        return dout if self.need_dx else None
