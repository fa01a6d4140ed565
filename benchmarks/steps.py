"""One idea of the fast engine at a time: what it costs without it and with it. Each answer is one figure of chapter 9."""

import threading
import time

import numpy as np

import miniconv
from miniconv import fast
from miniconv.fast.alone import FewChannels, TurnedRound
from miniconv.fast.layout import batch_innermost, empty, pixels, zeros
from miniconv.fast.pooling import MaxPool
from miniconv.fast.rows import RowConvolution
from miniconv.fast.shifts import Shifts
from miniconv.fast.stages import convolution
from miniconv.fast.winograd import Winograd
from networks import BATCH, layers
from timing import contest

LAYOUTS = {
    "images first (N, C, H, W)": (0, 1, 2, 3),
    "channels last (N, H, W, C)": (0, 2, 3, 1),
    "batch innermost (C, H, W, N)": (1, 2, 3, 0),
}

def measure(seconds=0.3):
    """Return a dict with the answer to each question."""
    return {
        "copies": copies(seconds),
        "buffers": buffers(seconds),
        "thin products": thin_products(seconds),
        "alignment": alignment(seconds),
        "strips": strips(seconds),
        "items": items(seconds),
        "input gradient": input_gradient(seconds),
        "pooling": pooling(seconds),
        "order": order(seconds),
        "Winograd": winograd(seconds),
        "alone": alone(seconds),
        "workers": workers(),
    }


def copies(seconds):
    """Nanoseconds to copy one number of the im2col matrix, by layout, for three layers."""
    answer = {}
    for n, c, size, k in ((32, 1, 28, 5), (64, 16, 14, 3), (16, 64, 56, 3)):
        x = np.random.default_rng(0).normal(size=(n, c, size, size)).astype(np.float32)
        calls = {name: _fill(x, k, axes) for name, axes in LAYOUTS.items()}
        numbers = n * c * (size - k + 1) ** 2 * k * k
        times = contest(calls, seconds)
        answer[f"({n}, {c}, {size}, {size}), {k}×{k}"] = {
            name: round(1e9 * t["median"] / numbers, 3) for name, t in times.items()
        }
    return answer


def _fill(x, k, axes):
    """Return a function that copies all windows of `x`, with its axes in this order."""
    own = np.ascontiguousarray(x.transpose(axes))
    rows, columns = axes.index(2), axes.index(3)
    count = x.shape[2] - k + 1
    shape = [count if axis in (rows, columns) else size for axis, size in enumerate(own.shape)]
    target = np.empty((k, k, *shape), np.float32)

    def fill():
        for i, j in np.ndindex(k, k):
            place = [slice(None)] * 4
            place[rows], place[columns] = slice(i, i + count), slice(j, j + count)
            target[i, j] = own[tuple(place)]

    return fill


def buffers(seconds):
    """Nanoseconds for each number of a sum that is written into a new array, and into one that is there."""
    answer = {"numbers": [2**power for power in range(10, 27, 2)], "new array": [], "kept array": []}
    for numbers in answer["numbers"]:
        a = np.ones(numbers, np.float32)
        out = np.empty_like(a)
        times = contest({"new array": lambda a=a: a + a, "kept array": lambda a=a, out=out: np.add(a, a, out=out)}, seconds)
        for name, t in times.items():
            answer[name].append(round(1e9 * t["median"] / numbers, 3))
    return answer


def thin_products(seconds):
    """GF/s of (m, m) times (m, 20,000) in float32: where few rows make a product slow."""
    answer = {"rows": [4, 8, 16, 24, 32, 48, 64, 96, 128, 256], "GF/s": []}
    for rows in answer["rows"]:
        a = np.ones((rows, rows), np.float32)
        b = np.ones((rows, 20_000), np.float32)
        out = np.empty_like(b)
        time_ = contest({"": lambda a=a, b=b, out=out: np.matmul(a, b, out=out)}, seconds)[""]["median"]
        answer["GF/s"].append(round(2 * rows * rows * 20_000 / time_ / 1e9, 1))
    return answer


def alignment(seconds):
    """Time of a product and of a sum by the byte of a line at which their arrays begin, over that at byte 0."""
    answer = {"bytes": [0, 16, 32, 48]}
    rng = np.random.default_rng(0)
    a, b, numbers = (rng.normal(size=shape).astype(np.float32) for shape in ((16, 800), (800, 64), 4096))
    ways = {
        "product (16, 800) @ (800, 64)": lambda start: _product_at(start, a, b),
        "sum of arrays of 16 kB": lambda start: _sum_at(start, numbers),
    }
    for name, way in ways.items():
        times = [t["median"] for t in contest({start: way(start) for start in answer["bytes"]}, seconds).values()]
        answer[name] = [round(time_ / times[0], 3) for time_ in times]
    return answer


def _product_at(start, a, b):
    b, out = _copy_at(start, b), _copy_at(start, a @ b)
    return lambda: np.matmul(a, b, out=out)


def _sum_at(start, numbers):
    x, y, out = (_copy_at(start, numbers) for _ in range(3))
    return lambda: np.add(x, y, out=out)


def _copy_at(start, array):
    """Return a copy that begins so many bytes after the beginning of a line of the cache."""
    moved = empty((start // array.itemsize + array.size,), array.dtype)[start // array.itemsize:]
    moved[...] = array.ravel()
    return moved.reshape(array.shape)


def strips(seconds):
    """Milliseconds of a convolution of (64, C, 14, 14) with kernels of 5x5, by how many columns of windows are copied at a time.

    However many they are, each matrix product is for one column.
    """
    n, size, k = 64, 14, 5
    answer = {"columns": [1, 2, 7, 14]}
    for c, f in ((16, 32), (32, 16)):
        rng = np.random.default_rng(0)
        x = rng.normal(size=(c, size, size, n)).astype(np.float32)
        matrix = rng.normal(size=(f, k * k * c)).astype(np.float32)
        calls = {width: _strip_by_strip(x, matrix, k, width) for width in answer["columns"]}
        answer[f"{c} channels, {f} filters"] = [round(1e3 * t["median"], 3) for t in contest(calls, seconds).values()]
    return answer


def _strip_by_strip(x, matrix, k, width):
    """Return a function that convolves `x` with the kernels in `matrix`, `width` columns of windows at a time."""
    size = x.shape[1:3]
    shifts = Shifts(x.shape, (k, k), (1, 1), (k // 2, k // 2), size, width, x.dtype)
    windows = shifts.windows.reshape(*shifts.windows.shape[:2], width, -1).swapaxes(1, 2)
    y = empty((shifts.strips, size[0], width, len(matrix), x.shape[-1]), x.dtype)

    def convolve():
        for strip, out in enumerate(y):
            shifts.read(x, strip)
            np.matmul(matrix, windows, out=out)
        return y

    return convolve


def items(seconds):
    """Milliseconds to copy every other column of (64, 56, 56, 16): as numbers, and as items of 16 numbers."""
    x, y = (zeros((64, 56, size, 16), np.float32) for size in (56, 28))
    as_items = tuple(pixels(array) for array in (x, y))
    calls = {name: lambda source=source, target=target: np.copyto(target, source[:, :, ::2])
             for name, (source, target) in (("numbers", (x, y)), ("items", as_items))}
    return {name: round(1e3 * t["median"], 3) for name, t in contest(calls, seconds).items()}


def input_gradient(seconds):
    """Milliseconds for dX of (64, 32, 14, 14) with 64 filters 5x5: as a product and sums, and as a convolution."""
    n, c, h, w, f, k = 64, 32, 14, 14, 64, 5
    rng = np.random.default_rng(0)
    weight = rng.normal(size=(f, c, k, k)).astype(np.float32)
    dy = batch_innermost(rng.normal(size=(n, f, h, w)).astype(np.float32))
    rows = RowConvolution((c, h, w, n), weight.shape, (1, 1), (k // 2, k // 2), (h, w), np.float32)
    columns = np.empty((k, k, c, h, w, n), np.float32)
    padded = np.zeros((c, h + k - 1, w + k - 1, n), np.float32)
    matrix = np.ascontiguousarray(weight.transpose(2, 3, 1, 0)).reshape(-1, f)

    def product_and_sums():
        np.matmul(matrix, dy.reshape(f, -1), out=columns.reshape(len(matrix), -1))
        padded[...] = 0
        for i, j in np.ndindex(k, k):
            padded[:, i:i + h, j:j + w] += columns[i, j]

    calls = {"product, then sums": product_and_sums, "a convolution": lambda: rows._input_gradient(dy, weight)}
    return {name: round(1e3 * t["median"], 2) for name, t in contest(calls, seconds).items()}


def pooling(seconds):
    """Milliseconds for 2x2 maximum pooling of (64, 16, 28, 28), there and back, in four ways."""
    n, c, h, w = 64, 16, 28, 28
    x = np.random.default_rng(0).normal(size=(n, c, h, w)).astype(np.float32)
    dout = np.ones((n, c, h // 2, w // 2), np.float32)
    inner, dinner = batch_innermost(x), batch_innermost(dout)
    fast_pool = MaxPool(inner.shape, (2, 2), np.float32)

    def all_equal():
        windows = x.reshape(n, c, h // 2, 2, w // 2, 2)
        y = windows.max(axis=(3, 5))
        return (windows == y[:, :, :, None, :, None]) * dout[:, :, :, None, :, None]

    def winners():
        fast_pool.forward(inner)
        fast_pool.backward(dinner)

    def library():
        miniconv.max_pool2d(x)
        miniconv.max_pool2d_backward(dout, x)

    calls = {"maximum over a reshaped array, then all that equal it": all_equal, "miniconv": library,
             "batch innermost, columns then rows, masks of the winners": winners}
    return {name: round(1e3 * t["median"], 2) for name, t in contest(calls, seconds).items()}


def order(seconds):
    """Milliseconds for bias, ReLU and 2x2 pooling of (16, 28, 28, 64), by what comes first."""
    c, h, w, n = 16, 28, 28, 64
    y = np.random.default_rng(0).normal(size=(c, h, w, n)).astype(np.float32)
    bias = np.ones((c, 1, 1, 1), np.float32)
    before, zeros_before = np.empty_like(y), np.zeros_like(y)
    pool = MaxPool(y.shape, (2, 2), np.float32)
    zeros_after = np.zeros((c, h // 2, w // 2, n), np.float32)

    def pooling_last():
        np.add(y, bias, out=before)
        np.maximum(before, zeros_before, out=before)
        pool.forward(before)

    def pooling_first():
        pooled = pool.forward(y)
        pooled += bias
        np.maximum(pooled, zeros_after, out=pooled)

    calls = {"bias, ReLU, pooling": pooling_last, "pooling, bias, ReLU": pooling_first}
    return {name: round(1e3 * t["median"], 2) for name, t in contest(calls, seconds).items()}


def winograd(seconds):
    """Milliseconds of a 3x3 layer (16, C, 28, 28) with C filters, there and back: direct and by F(4x4, 3x3)."""
    answer = {"channels": [8, 16, 32, 48, 64, 96, 128], "direct": [], "Winograd": []}
    for c in answer["channels"]:
        rng = np.random.default_rng(0)
        x, dy = (rng.normal(size=(c, 28, 28, 16)).astype(np.float32) for _ in range(2))
        weight = rng.normal(size=(c, c, 3, 3)).astype(np.float32)
        arguments = x.shape, weight.shape
        ways = {"direct": RowConvolution(*arguments, (1, 1), (1, 1), (28, 28), np.float32),
                "Winograd": Winograd(*arguments, (1, 1), (28, 28), np.float32)}

        def both(way):
            way.read(x)
            way.product(weight)
            way.backward(dy, weight)

        for name, t in contest({name: lambda way=way: both(way) for name, way in ways.items()}, seconds).items():
            answer[name].append(round(1e3 * t["median"], 2))
    return answer


def alone(seconds):
    """Milliseconds of a layer (64, 1, 28, 28) with 32 filters 5x5, there and back: images turned round, and as they are."""
    rng = np.random.default_rng(0)
    x, dy, weight = (rng.normal(size=shape).astype(np.float32) for shape in ((64, 1, 28, 28), (64, 32, 28, 28), (32, 1, 5, 5)))
    bias, (padding, stride) = np.zeros(32, np.float32), (((2, 2), (2, 2)), (1, 1))
    inner = convolution((1, 28, 28, 64), weight.shape, stride, padding, np.dtype(np.float32))
    ways = {"turned round": TurnedRound(inner),
            "as they are": FewChannels(x.shape, weight.shape, stride, padding, np.dtype(np.float32))}

    def both(way):
        way.read(x)
        way.product(weight, bias)
        way.backward(dy, weight)

    times = contest({name: lambda way=way: both(way) for name, way in ways.items()}, seconds)
    return {name: round(1e3 * t["median"], 2) for name, t in times.items()}


def workers(turns=7, steps=30):
    """Steps a second of the middle network by the clock: one worker, two threads, two forked processes."""
    mnist = miniconv.load_mnist()
    x, y = miniconv.as_batch(mnist.train_images[:BATCH]), mnist.train_labels[:BATCH]

    def network():
        return fast.Sequential(layers("middle"), need_dx=False)

    def step(model, x, y):
        _, dlogits = miniconv.softmax_cross_entropy(model.forward(x), y)
        model.backward(dlogits)

    alone, halves = network(), [network(), network()]

    def two_threads():
        threads = [threading.Thread(target=step, args=(half, x[part], y[part]))
                   for half, part in zip(halves, (slice(0, BATCH // 2), slice(BATCH // 2, None)))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    with fast.DataParallel(network(), 2) as team:
        ways = {"one": lambda: step(alone, x, y), "two threads": two_threads, "two processes": lambda: step(team, x, y)}
        rates = {name: [] for name in ways}
        for _ in range(turns):
            for name, way in ways.items():
                start = time.perf_counter()
                for _ in range(steps):
                    way()
                rates[name].append(steps / (time.perf_counter() - start))
    return {name: round(float(np.median(found)), 1) for name, found in rates.items()}
