"""Where the numbers lie: the batch innermost inside, first outside."""

import numpy as np

BLOCK = 128


def batch_innermost(x):
    """Return a batch (N, ...) as (..., N).

    A kernel entry meets pixels that lie side by side along W. With the batch innermost each of them brings
    its number of every image, so that a run of memory to be copied or added is W*N numbers long. In
    (N, C, H, W) it is W long, and NumPy needs longer to start such a run than to go through it.
    """
    return np.ascontiguousarray(np.moveaxis(x, 0, -1))


def batch_first(x):
    """Return a batch (..., N) as a new array (N, ...), which no later call can change.

    A block at a time, so that what is read in one order and written in the other stays in L1.
    """
    *shape, n = x.shape
    rows = x.reshape(-1, n)
    turned = np.empty((n, len(rows)), x.dtype)
    for start in range(0, len(rows), BLOCK):
        turned[:, start:start + BLOCK] = rows[start:start + BLOCK].T
    return turned.reshape(n, *shape)


def overlap(count, step, offset, size):
    """Return the slices of t in 0 … count - 1 and of ``step*t + offset`` where it is in 0 … size - 1."""
    first = max(0, -(offset // step))
    last = max(first, min(count, -((offset - size) // step)))
    start = step * first + offset
    return slice(first, last), slice(start, start + step * (last - first), step)
