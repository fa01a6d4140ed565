"""Where the numbers lie: at which address arrays begin, the batch innermost inside, first outside."""

import math

import numpy as np

LINE = 64         # bytes
SHORT_RUN = 128   # bytes
WAY = 4096        # bytes: addresses that far apart share a place in the L1 cache,
WAYS = 8          # which has room for so many lines
IMAGES = 16       # of a batch to be turned round at a time, at least
BLOCK = 8192      # numbers to be turned back at a time,
PIXELS = 128      # and of how many pixels, at least


def empty(shape, dtype):
    """Return an array, as `numpy.empty` does, that begins with a line of the cache.

    Memory comes to the processor in lines of 64 bytes, as long as the registers of AVX-512. NumPy lets a large
    array begin 16 bytes into a line, so that what fills a register comes from two lines.
    """
    size = math.prod(shape) * np.dtype(dtype).itemsize
    memory = np.empty(size + LINE, np.uint8)
    start = -memory.ctypes.data % LINE
    return memory[start:start + size].view(dtype).reshape(shape)


def zeros(shape, dtype):
    """Return an array of zeros that begins with a line of the cache."""
    array = empty(shape, dtype)
    array[...] = 0
    return array


def pixels(x):
    """Return an array (..., N) as a view (...) with a pixel of all images as its item, for few images.

    Where columns are skipped, NumPy begins a run of numbers for each pixel, and needs longer to begin a short
    one than to go through it. An item it copies in one go. Long runs stay as they are.
    """
    size = x.shape[-1] * x.itemsize
    return x.view(np.dtype((np.void, size)))[..., 0] if size <= SHORT_RUN else x


def batch_innermost(x):
    """Return a batch (N, ...) as (..., N).

    A kernel entry meets pixels that lie side by side along W. With the batch innermost each of them brings
    its number of every image, so that a run of memory to be copied or added is W*N numbers long. In
    (N, C, H, W) it is W long, and NumPy needs longer to start such a run than to go through it.

    Each line of the result takes a pixel from every image, from addresses that are an image apart. If these
    share few places in the cache, only some images are turned round at a time.
    """
    n, *shape = x.shape
    inner = empty((*shape, n), x.dtype)
    images = max(IMAGES, WAYS * WAY // math.gcd(math.prod(shape) * x.itemsize, WAY))
    for start in range(0, n, images):
        inner[..., start:start + images] = np.moveaxis(x[start:start + images], 0, -1)
    return inner


def batch_first(x):
    """Return a batch (..., N) as a new array (N, ...), which no later call can change.

    A block at a time, so that what is read in one order and written in the other stays in L1.
    """
    *shape, n = x.shape
    rows, block = x.reshape(-1, n), max(PIXELS, BLOCK // n)
    turned = np.empty((n, len(rows)), x.dtype)
    for start in range(0, len(rows), block):
        turned[:, start:start + block] = rows[start:start + block].T
    return turned.reshape(n, *shape)


def overlap(count, step, offset, size):
    """Return the slices of t in 0 … count - 1 and of ``step*t + offset`` where it is in 0 … size - 1."""
    first = max(0, -(offset // step))
    last = max(first, min(count, -((offset - size) // step)))
    start = step * first + offset
    return slice(first, last), slice(start, start + step * (last - first), step)
