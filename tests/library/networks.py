"""A small network and a small labelled set of images, for the tests of training."""

import numpy as np

from miniconv import Conv2d, Dense, Flatten, MaxPool2d, ReLU, Sequential


def small_network(seed=0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    return Sequential([
        Conv2d(1, 3, (3, 2), padding=1, rng=rng, dtype=dtype),
        ReLU(),
        MaxPool2d(2),
        Conv2d(3, 4, 2, rng=rng, dtype=dtype),
        ReLU(),
        Flatten(),
        Dense(16, 3, rng=rng, dtype=dtype),
    ])


def small_set(n=20, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 1, 6, 6)), rng.integers(3, size=n)
