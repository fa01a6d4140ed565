"""Independent ways to compute what the library computes, from SciPy and NumPy's own tools."""

import numpy as np
import scipy.signal
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view


def correlate(image, kernel, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    """Cross-correlation: dilate the kernel with zeros, pad the image, take all windows, drop some."""
    kh, kw = kernel.shape
    dilated = np.zeros((dilation[0] * (kh - 1) + 1, dilation[1] * (kw - 1) + 1))
    dilated[:: dilation[0], :: dilation[1]] = kernel
    padded = np.pad(image, [(padding[0], padding[0]), (padding[1], padding[1])])
    return scipy.signal.correlate2d(padded, dilated, mode="valid")[:: stride[0], :: stride[1]]


def conv_batch(x, weight, bias, stride, padding):
    return np.array([
        [sum(correlate(plane, k, stride, padding) for plane, k in zip(image, kernel)) + b
         for kernel, b in zip(weight, bias)]
        for image in x
    ])


def windows(x, size, stride, padding=(0, 0)):
    """All windows of the last two axes, shape (..., OH, OW, kh, kw)."""
    ends = [(0, 0)] * (x.ndim - 2) + [(p, p) for p in padding]
    view = sliding_window_view(np.pad(x, ends), size, axis=(-2, -1))
    return view[..., :: stride[0], :: stride[1], :, :]


def central_differences(f, x, eps=1e-6):
    gradient = np.zeros(x.size)
    for k in range(x.size):
        step = np.zeros(x.size)
        step[k] = eps
        step = step.reshape(x.shape)
        gradient[k] = (f(x + step) - f(x - step)) / (2 * eps)
    return gradient.reshape(x.shape)


def central_differences_in_place(loss, param):
    """Central differences of ``loss()`` with respect to an array that it reads."""
    def at(values):
        kept = param.copy()
        param[...] = values
        result = loss()
        param[...] = kept
        return result

    return central_differences(at, param.copy())


def normal(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape)


seeds = st.integers(0, 2**32 - 1)


def pairs(low, high):
    return st.tuples(st.integers(low, high), st.integers(low, high))


@st.composite
def window_settings(draw, max_kernel=4, max_padding=2, max_extra=5, dilated=False):
    """An image size, kernel, stride, padding and dilation, all pairs, for which at least one window fits."""
    kernel = draw(pairs(1, max_kernel))
    stride = draw(pairs(1, 3))
    padding = draw(pairs(0, max_padding))
    dilation = draw(pairs(1, 3)) if dilated else (1, 1)
    extra = draw(pairs(0, max_extra))
    span = [d * (k - 1) + 1 for d, k in zip(dilation, kernel)]
    size = tuple(max(1, s - 2 * p) + e for s, p, e in zip(span, padding, extra))
    return size, kernel, stride, padding, dilation
