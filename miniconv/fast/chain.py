"""Layers that run together with the batch innermost, or not at all."""

import math

import numpy as np

from .. import _validate, layers as plain
from ..padding import window_grid
from . import stages
from .alone import Alone
from .layout import batch_first, batch_innermost


class Chain:
    """Layers one after another, with images first at both ends and the batch innermost between.

    Where the fast form cannot be, the plain layers compute: for mixed dtypes and those other than float32 and
    float64, for integers that reach a layer without parameters, for an empty batch, and for an `x` or
    parameters that do not fit, which they refuse in words.

    Parameters
    ----------
    layers : list of layers
        Each of a kind that `can_run` knows. Their parameters are used, and their gradients written, in place.
    need_dx : bool
        Whether `backward` returns the gradient with respect to the input.

    Attributes
    ----------
    input
        The last batch, None if there was none or if it was refused.
    """

    def __init__(self, layers, need_dx=True):
        self.layers = layers
        self.need_dx = need_dx
        self._setting = None
        self._stages = None
        self.input = None

    def __getstate__(self):
        """Leave the stages out of a copy: its views would be torn from the arrays that they show parts of."""
        return {**self.__dict__, "_setting": None, "_stages": None}

    def forward(self, x):
        """Return the output for the batch `x` and remember what the way back needs."""
        self.input = None
        self._prepare(x)
        self.input = x
        if self._stages is None:
            return self._plain_forward(x)
        x = np.asarray(x, self._dtype)
        if isinstance(self._stages[0], Alone):
            return self._stages[0].forward(x)
        x = batch_innermost(x)
        for stage in self._stages:
            x = stage.forward(x)
        return batch_first(x)

    def backward(self, dout):
        """Return the gradient with respect to the last `x`, and keep those of the parameters."""
        if self._setting is None and self.input is not None:  # a copy
            self._plain_forward(self.input)
        if self._stages is None:
            return self._plain_backward(dout)
        if self.input is None:
            raise RuntimeError(f"{type(self.layers[-1]).__name__}.backward needs a call of forward before it")
        *rest, n = self._stages[-1].out_shape
        dout = _validate.real_array(dout, "dout", "N ...")
        _validate.same_shape(dout, "dout", (n, *rest), "the output")
        if dout.dtype.kind == "f" and dout.dtype != self._dtype:
            self._plain_forward(self.input)
            return self._plain_backward(dout)
        dout = dout.astype(self._dtype, copy=False)
        if isinstance(self._stages[0], Alone):
            return self._stages[0].backward(dout, self.need_dx)
        dout = batch_innermost(dout)
        for stage in self._stages[:0:-1]:
            dout = stage.backward(dout)
        dx = self._stages[0].backward(dout, self.need_dx)
        return batch_first(dx) if self.need_dx else None

    def _prepare(self, x):
        """Make the stages for `x`, unless they are there; None if there can be none."""
        x = _validate.real_array(x, "x", "...")
        params = [param for layer in self.layers for param in layer.params.values()]
        windows = [vars(layer).get(name) for layer in self.layers for name in ("stride", "padding", "size")]
        setting = x.shape, x.dtype, windows, [(np.shape(param), getattr(param, "dtype", None)) for param in params]
        if setting == self._setting:
            return
        self._setting, self._stages = setting, None
        if not all(isinstance(param, np.ndarray) and param.dtype.kind == "f" for param in params):
            return
        if x.dtype.kind != "f" and not self.layers[0].params:
            return
        dtypes = {array.dtype for array in (x, *params) if array.dtype.kind == "f"} or {np.dtype(float)}
        self._dtype = dtypes.pop()
        if not dtypes and self._dtype in (np.float32, np.float64) and x.size > 0 < x.ndim:
            self._stages = _stages(self.layers, (*x.shape[1:], len(x)), self._dtype)

    def _plain_forward(self, x):
        for layer in self.layers:
            x = KINDS[type(layer)].forward(layer, x)
        return x

    def _plain_backward(self, dout):
        for layer in reversed(self.layers):
            dout = KINDS[type(layer)].backward(layer, dout)
        return dout if self.need_dx else None


def can_run(layer):
    """Return whether this kind of layer has a fast form; a subclass may do something else than its base."""
    return type(layer) in KINDS and (KINDS[type(layer)] is not plain.MaxPool2d or layer.stride == layer.size)


KINDS = {kind: kind for kind in (plain.Conv2d, plain.MaxPool2d, plain.ReLU, plain.Flatten, plain.Dense)}
MERGES = {plain.Conv2d: (plain.MaxPool2d, plain.ReLU), plain.Dense: (plain.ReLU,)}
STAGES = {
    plain.Conv2d: stages.Convolve,
    plain.Dense: stages.Multiply,
    plain.MaxPool2d: stages.Pool,
    plain.ReLU: stages.Rectify,
    plain.Flatten: stages.Reshape,
}


def _groups(layers):
    """Return lists of layers, each for one stage: what can be merged is in the list of what it follows."""
    groups = []
    for layer in layers:
        kind = KINDS[type(layer)]
        present = [KINDS[type(member)] for member in groups[-1]] if groups else []
        if present and kind in MERGES.get(present[0], ()) and kind not in present:
            groups[-1].append(layer)
        else:
            groups.append([layer])
    return groups


def _stages(layers, shape, dtype):
    """Return the stages for an input of `shape` (..., N), None where a layer cannot take what reaches it."""
    made = []
    for group in _groups(layers):
        x_shape = shape
        for layer in group:
            shape = _out_shape(layer, shape)
            if shape is None:
                return None
        first, *others = group
        merged = {KINDS[type(layer)]: layer for layer in others}
        stage = Alone if layers == [first] and isinstance(first, plain.Conv2d) else STAGES[KINDS[type(first)]]
        made.append(stage(first, merged, x_shape, shape, dtype))
    return made


def _out_shape(layer, shape):
    """Return the shape (..., N) of a layer's output for that of its input, None if it cannot be."""
    kind = KINDS[type(layer)]
    if kind is plain.ReLU:
        return shape
    if kind is plain.Flatten:
        return math.prod(shape[:-1]), shape[-1]
    if kind is plain.Dense:
        features, outputs = _weight_shape(layer, axes=2, outputs=1)
        return (outputs, shape[-1]) if shape[:-1] == (features,) and outputs else None
    if kind is plain.Conv2d:
        filters, channels, *window = _weight_shape(layer, axes=4, outputs=0)
        padding = layer.padding
    else:
        filters = channels = shape[0] if can_run(layer) else None
        window, padding = layer.size, ((0, 0), (0, 0))
    if len(shape) != 4 or shape[0] != channels:
        return None
    if any(k > size + sum(ends) for k, size, ends in zip(window, shape[1:3], padding)):
        return None
    return filters, *window_grid(shape[1:3], window, layer.stride, padding), shape[-1]


def _weight_shape(layer, axes, outputs):
    """Return the shape of a weight that its bias goes with, zeros for any other."""
    shape = layer.params["weight"].shape
    right = len(shape) == axes and all(shape) and layer.params["bias"].shape == shape[outputs:outputs + 1]
    return shape if right else (0,) * axes
