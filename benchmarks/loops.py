"""Layers that compute one window of one image at a time, as published networks from scratch do."""

import numpy as np

import miniconv
from formulations import WindowLoops


class LoopConv2d(miniconv.Conv2d):
    """A convolutional layer of stride 1 for one image, in loops over windows and, on the way back, filters."""

    def forward(self, x):
        (padding, _), _ = self.padding
        self.loops = WindowLoops(x, self.params["weight"], 1, padding)
        return self.loops.forward() + self.params["bias"][:, None, None]

    def backward(self, dout):
        dx, self.grads["weight"] = self.loops.backward(dout, True)
        self.grads["bias"] = dout.sum(axis=(0, 2, 3))
        return dx


class LoopMaxPool2d(miniconv.MaxPool2d):
    """A maximum pooling of 2x2 windows in loops over images, channels and windows."""

    def windows(self, x):
        n, c, h, w = x.shape
        for m, k, i, j in np.ndindex(n, c, h // 2, w // 2):
            yield (m, k, i, j), x[m, k, 2 * i:2 * i + 2, 2 * j:2 * j + 2]

    def forward(self, x):
        self.x = x
        n, c, h, w = x.shape
        y = np.empty((n, c, h // 2, w // 2), x.dtype)
        for place, window in self.windows(x):
            y[place] = window.max()
        return y

    def backward(self, dout):
        dx = np.zeros_like(self.x)
        places = self.windows(dx)
        for place, window in self.windows(self.x):
            _, target = next(places)
            target[np.unravel_index(window.argmax(), (2, 2))] = dout[place]
        return dx
