"""One convolutional layer, written in many ways: those of chapters 5 and 9, and those of scipy and PyTorch.

Each way is a class that is made for `x` (N, C, H, W), `weight` (F, C, kh, kw), a stride and a padding, and puts them into
the layout that it computes in, as a network would have them there. `forward()` returns the output, `backward(dy, need_dx)`
``(dx, dweight)``; `first(array)` turns an array of its layout into (N, ...), and `own(array)` the other way.
"""

from functools import cached_property
from importlib.util import find_spec

import numpy as np
import scipy.fft
import scipy.signal
from numpy.lib.stride_tricks import sliding_window_view

import miniconv
from miniconv import fast
from miniconv.fast.layout import batch_first, batch_innermost
from miniconv.fast.rows import RowConvolution
from miniconv.fast.winograd import Winograd as FastWinograd


class Layer:
    """What all ways have in common. `images` is how many of the batch are computed; times are scaled up to all."""

    images = None
    backward = None
    rows_axis = 2  # of an array in this layout; the columns are the axis after it

    def __init__(self, x, weight, stride, padding):
        self.x, self.weight = x[:self.images], weight
        self.stride, self.padding = stride, padding
        self.n, self.c, self.h, self.w = self.x.shape
        self.f, _, self.kh, self.kw = weight.shape
        self.oh = (self.h + 2 * padding - self.kh) // stride + 1
        self.ow = (self.w + 2 * padding - self.kw) // stride + 1
        self.prepare()

    @classmethod
    def fits(cls, kernel, stride):
        return True

    def prepare(self):
        pass

    def first(self, array):
        return array

    def own(self, array):
        return array

    def padded(self):
        width = [(0, 0)] * 4
        width[self.rows_axis] = width[self.rows_axis + 1] = (self.padding, self.padding)
        return np.pad(self.own(self.x), width)

    def cropped(self, dx):
        p = self.padding
        return dx[self.pixels(slice(p, p + self.h), slice(p, p + self.w))]

    def entries(self, array):
        """Yield (i, j) and the view of padded images whose pixels kernel entry (i, j) meets."""
        s = self.stride
        for i, j in np.ndindex(self.kh, self.kw):
            yield i, j, array[self.pixels(slice(i, i + s * (self.oh - 1) + 1, s), slice(j, j + s * (self.ow - 1) + 1, s))]

    def pixels(self, rows, columns):
        """The index of these rows and columns of all images and channels."""
        return (*[slice(None)] * self.rows_axis, rows, columns)


class WindowLoops(Layer):
    """One image at a time, one window at a time, as the published codes from scratch do."""

    name, images = "loops over images and windows", 1

    def windows(self, array):
        s = self.stride
        for n, i, j in np.ndindex(self.n, self.oh, self.ow):
            yield (n, i, j), array[n, :, s * i:s * i + self.kh, s * j:s * j + self.kw]

    def forward(self):
        y = np.empty((self.n, self.f, self.oh, self.ow), self.x.dtype)
        for (n, i, j), window in self.windows(self.padded()):
            y[n, :, i, j] = np.sum(self.weight * window, axis=(1, 2, 3))
        return y

    def backward(self, dy, need_dx):
        x = self.padded()
        dx, dweight = np.zeros_like(x), np.zeros_like(self.weight)
        places = self.windows(dx)
        for (n, i, j), window in self.windows(x):
            _, place = next(places)
            for f in range(self.f):
                dweight[f] += dy[n, f, i, j] * window
                if need_dx:
                    place += dy[n, f, i, j] * self.weight[f]
        return self.cropped(dx), dweight


class KernelLoops(Layer):
    """A matrix product (F, C) times (C, pixels) for each entry of the kernel."""

    name = "a product for each kernel entry"

    def forward(self):
        y = np.zeros((self.n, self.f, self.oh * self.ow), self.x.dtype)
        for i, j, view in self.entries(self.padded()):
            y += self.weight[:, :, i, j] @ view.reshape(self.n, self.c, -1)
        return y.reshape(self.n, self.f, self.oh, self.ow)

    def backward(self, dy, need_dx):
        x = self.padded()
        dx, dweight = np.zeros_like(x), np.empty_like(self.weight)
        columns = dy.reshape(self.n, self.f, -1)
        places = self.entries(dx)
        for i, j, view in self.entries(x):
            dweight[:, :, i, j] = (columns @ view.reshape(self.n, self.c, -1).swapaxes(1, 2)).sum(axis=0)
            _, _, place = next(places)
            if need_dx:
                place += (self.weight[:, :, i, j].T @ columns).reshape(place.shape)
        return self.cropped(dx), dweight


class Windows(Layer):
    """The view (N, C, OH, OW, kh, kw) of all windows, which needs no copy."""

    def view(self):
        view = sliding_window_view(self.padded(), (self.kh, self.kw), axis=(2, 3))
        return view[:, :, ::self.stride, ::self.stride]

    def scatter(self, dwindows):
        """Sum (N, OH, OW, C, kh, kw) into the pixels that the windows show."""
        dx = np.zeros((self.n, self.c, self.h + 2 * self.padding, self.w + 2 * self.padding), self.x.dtype)
        for i, j, place in self.entries(dx):
            place += dwindows[..., i, j].transpose(0, 3, 1, 2)
        return self.cropped(dx)


class Einsum(Windows):
    name = "einsum over the windows"

    def forward(self):
        return np.einsum("nchwij,fcij->nfhw", self.view(), self.weight, optimize=True)

    def backward(self, dy, need_dx):
        dweight = np.einsum("nfhw,nchwij->fcij", dy, self.view(), optimize=True)
        dwindows = np.einsum("nfhw,fcij->nhwcij", dy, self.weight, optimize=True) if need_dx else None
        return self.scatter(dwindows) if need_dx else None, dweight


class Tensordot(Windows):
    name = "tensordot over the windows"

    def forward(self):
        return np.tensordot(self.view(), self.weight, ((1, 4, 5), (1, 2, 3))).transpose(0, 3, 1, 2)

    def backward(self, dy, need_dx):
        dweight = np.tensordot(dy, self.view(), ((0, 2, 3), (0, 2, 3)))
        return self.scatter(np.tensordot(dy, self.weight, (1, 0))) if need_dx else None, dweight


class Im2col(Layer):
    """`miniconv.conv2d`, the layer of chapters 5 and 7."""

    name = "im2col, images first"

    def forward(self):
        return miniconv.conv2d(self.x, self.weight, stride=self.stride, padding=self.padding)

    def backward(self, dy, need_dx):
        dx, dweight, _ = miniconv.conv2d_backward(dy, self.x, self.weight, self.stride, self.padding)
        return dx, dweight


class ChannelsLast(Layer):
    """im2col with the channels innermost, (N, H, W, C)."""

    name, rows_axis = "im2col, channels last", 1

    def prepare(self):
        self.last = self.padded()
        self.matrix = np.ascontiguousarray(self.weight.transpose(2, 3, 1, 0)).reshape(-1, self.f)

    def first(self, array):
        return array.transpose(0, 3, 1, 2)

    def own(self, array):
        return np.ascontiguousarray(array.transpose(0, 2, 3, 1))

    def columns(self):
        columns = np.empty((self.n, self.oh, self.ow, self.kh, self.kw, self.c), self.x.dtype)
        for i, j, view in self.entries(self.last):
            columns[:, :, :, i, j] = view
        return columns.reshape(-1, len(self.matrix))

    def forward(self):
        return (self.columns() @ self.matrix).reshape(self.n, self.oh, self.ow, self.f)

    def backward(self, dy, need_dx):
        dy = dy.reshape(-1, self.f)
        dweight = (self.columns().T @ dy).reshape(self.kh, self.kw, self.c, self.f).transpose(3, 2, 0, 1)
        if not need_dx:
            return None, dweight
        dcolumns = (dy @ self.matrix.T).reshape(self.n, self.oh, self.ow, self.kh, self.kw, self.c)
        dx = np.zeros_like(self.last)
        for i, j, place in self.entries(dx):
            place += dcolumns[:, :, :, i, j]
        return self.cropped(dx), dweight


class Fourier(Layer):
    """A product for each frequency."""

    name = "fast Fourier transform"

    def prepare(self):
        self.size = [scipy.fft.next_fast_len(size + 2 * self.padding, real=True) for size in (self.h, self.w)]

    def transform(self, array):
        """Return the frequencies of (A, B, H, W) as (frequencies, A, B)."""
        return scipy.fft.rfft2(array, self.size).transpose(2, 3, 0, 1)

    def back(self, frequencies):
        return scipy.fft.irfft2(frequencies.transpose(2, 3, 0, 1), self.size)

    def forward(self):
        y = self.back(self.transform(self.padded()) @ self.transform(self.weight).conj().swapaxes(2, 3))
        s = self.stride
        return y[:, :, :s * self.oh:s, :s * self.ow:s][:, :, :self.oh, :self.ow]

    def backward(self, dy, need_dx):
        spread = np.zeros((self.n, self.f, *self.size), dy.dtype)
        s = self.stride
        spread[:, :, :s * self.oh:s, :s * self.ow:s][:, :, :self.oh, :self.ow] = dy
        dy = self.transform(spread)
        dweight = self.back(dy.conj().swapaxes(2, 3) @ self.transform(self.padded()))[:, :, :self.kh, :self.kw]
        return self.cropped(self.back(dy @ self.transform(self.weight))) if need_dx else None, dweight


class Scipy(Layer):
    """`scipy.signal.correlate` for each image and filter, forward only; it chooses between sums and FFT itself."""

    name, images = "scipy.signal.correlate", 1

    def forward(self):
        s = self.stride
        maps = [[scipy.signal.correlate(image, kernel, "valid")[0, ::s, ::s] for kernel in self.weight]
                for image in self.padded()]
        return np.array(maps)


class BatchInnermost(Layer):
    """im2col with the batch innermost, (C, H, W, N)."""

    name, rows_axis = "im2col, batch innermost", 1

    def prepare(self):
        self.inner = self.padded()
        self.columns = np.empty((self.kh, self.kw, self.c, self.oh, self.ow, self.n), self.x.dtype)
        self.matrix = np.ascontiguousarray(self.weight.transpose(0, 2, 3, 1)).reshape(self.f, -1)

    def first(self, array):
        return batch_first(array)

    def own(self, array):
        return batch_innermost(array)

    def fill(self):
        for i, j, view in self.entries(self.inner):
            self.columns[i, j] = view
        return self.columns.reshape(self.matrix.shape[1], -1)

    def forward(self):
        return (self.matrix @ self.fill()).reshape(self.f, self.oh, self.ow, self.n)

    def backward(self, dy, need_dx):
        dy = dy.reshape(self.f, -1)
        dweight = (self.fill() @ dy.T).T.reshape(self.f, self.kh, self.kw, self.c).transpose(0, 3, 1, 2)
        if not need_dx:
            return None, dweight
        dcolumns = (self.matrix.T @ dy).reshape(self.columns.shape)
        dx = np.zeros_like(self.inner)
        for i, j, place in self.entries(dx):
            place += dcolumns[i, j]
        return self.cropped(dx), dweight


class Rows(BatchInnermost):
    """The horizontal shifts only, and dX as a convolution: what `miniconv.fast` computes inside."""

    name, convolution = "row im2col, batch innermost", RowConvolution

    def prepare(self):
        arguments = (self.c, self.h, self.w, self.n), self.weight.shape
        before, out_size = (self.padding, self.padding), (self.oh, self.ow)
        self.inner = self.own(self.x)
        self.way = self.made(arguments, before, out_size)
        self.way.read(self.inner)

    def made(self, arguments, before, out_size):
        return RowConvolution(*arguments, (self.stride, self.stride), before, out_size, self.x.dtype)

    def forward(self):
        self.way.read(self.inner)
        return self.way.product(self.weight)

    def backward(self, dy, need_dx):
        return self.way.backward(dy, self.weight, need_dx)


class Winograd(Rows):
    name = "Winograd, batch innermost"

    @classmethod
    def fits(cls, kernel, stride):
        return kernel == 3 and stride == 1

    def made(self, arguments, before, out_size):
        return FastWinograd(*arguments, before, out_size, self.x.dtype)


class Fast(Layer):
    """`miniconv.fast.Conv2d`, with images first at both ends."""

    name = "miniconv.fast, images first"

    def prepare(self):
        self.layer = fast.Conv2d(self.c, self.f, self.kh, self.stride, self.padding, dtype=self.x.dtype)
        self.layer.params["weight"][...] = self.weight
        self.network = fast.Sequential([self.layer])
        self.network.forward(self.x)

    @cached_property
    def first_layer(self):
        network = fast.Sequential([self.layer], need_dx=False)
        network.forward(self.x)
        return network

    def forward(self):
        return self.network.forward(self.x)

    def backward(self, dy, need_dx):
        dx = (self.network if need_dx else self.first_layer).backward(dy)
        return dx, self.layer.grads["weight"]


class Torch(Layer):
    name, layout = "PyTorch, images first", "contiguous_format"

    def prepare(self):
        import torch

        self.torch = torch
        torch.set_num_threads(1)
        self.tx, self.tweight = self.own(self.x), self.own(self.weight)

    def own(self, array):
        layout = getattr(self.torch, self.layout)
        return self.torch.tensor(array).contiguous(memory_format=layout)

    def first(self, tensor):
        return tensor.numpy()

    def forward(self):
        return self.torch.nn.functional.conv2d(self.tx, self.tweight, None, self.stride, self.padding)

    def backward(self, dy, need_dx):
        dx, dweight, _ = self.torch.ops.aten.convolution_backward(
            dy, self.tx, self.tweight, None, [self.stride] * 2, [self.padding] * 2, [1, 1], False, [0, 0], 1,
            [need_dx, True, False],
        )
        return dx, dweight.numpy()


class TorchChannelsLast(Torch):
    name, layout = "PyTorch, channels last", "channels_last"


OURS = [WindowLoops, KernelLoops, Einsum, Tensordot, Fourier, Im2col, ChannelsLast, BatchInnermost, Rows, Winograd, Fast]
PEERS = [Scipy] + ([Torch, TorchChannelsLast] if find_spec("torch") else [])
