# Answers to 06-pooling, right and wrong, as people write them.

# %% max_pool2d right: six loops
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if x.ndim != 4 or min(kh, kw, sh, sw) < 1 or kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError(f"windows of {size} in steps of {stride} do not suit x of shape {x.shape}")
    n, c, h, w = x.shape
    result = np.zeros((n, c, (h - kh) // sh + 1, (w - kw) // sw + 1), x.dtype if x.dtype.kind == "f" else float)
    for a, b, r, q in np.ndindex(result.shape):
        best = x[a, b, r * sh, q * sw]
        for i in range(kh):
            for j in range(kw):
                if x[a, b, r * sh + i, q * sw + j] > best:
                    best = x[a, b, r * sh + i, q * sw + j]
        result[a, b, r, q] = best
    return result

# %% max_pool2d right: sliding windows
def max_pool2d(x, size=2, stride=None):
    size = pair(size)
    stride = size if stride is None else pair(stride)
    if x.ndim != 4:
        raise ValueError("four axes, please")
    if min(size) < 1 or min(stride) < 1:
        raise ValueError("sizes and strides of at least 1, please")
    if x.dtype.kind != "f":
        x = x.astype(np.float64)
    windows = np.lib.stride_tricks.sliding_window_view(x, size, axis=(2, 3))
    return windows[:, :, ::stride[0], ::stride[1]].max(axis=(4, 5))

# %% max_pool2d right: columns first, then rows
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if x.ndim != 4 or min(kh, kw, sh, sw) < 1 or x.shape[2] < kh or x.shape[3] < kw:
        raise ValueError(f"windows of {size} in steps of {stride} do not suit x of shape {x.shape}")
    x = x * 1.0 if x.dtype.kind != "f" else x
    x = np.stack([x[..., q:q + kw].max(axis=-1) for q in range(0, x.shape[3] - kw + 1, sw)], axis=-1)
    return np.stack([x[:, :, r:r + kh].max(axis=2) for r in range(0, x.shape[2] - kh + 1, sh)], axis=2)

# %% max_pool2d right: a running maximum from minus infinity
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if x.ndim != 4 or min(kh, kw, sh, sw) < 1:
        raise ValueError("four axes and positive sizes, please")
    oh, ow = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
    if oh < 1 or ow < 1:
        raise ValueError("no window fits")
    result = np.full(x.shape[:2] + (oh, ow), -np.inf, x.dtype if x.dtype.kind == "f" else np.float64)
    for i in range(kh):
        for j in range(kw):
            np.maximum(result, x[:, :, i::sh, j::sw][:, :, :oh, :ow], out=result)
    return result

# %% max_pool2d wrong: the maximum starts at zero
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw), (oh, ow) = window_grid(x.shape, size, stride)
    result = np.zeros((*x.shape[:2], oh, ow), x.dtype if x.dtype.kind == "f" else float)
    for i in range(kh):
        for j in range(kw):
            result = np.maximum(result, x[:, :, i:i + oh * sh:sh, j:j + ow * sw:sw])
    return result

# %% max_pool2d wrong: the maximum over all channels
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw), (oh, ow) = window_grid(x.shape, size, stride)
    result = np.zeros((*x.shape[:2], oh, ow), x.dtype if x.dtype.kind == "f" else float)
    for n, c, r, q in np.ndindex(result.shape):
        result[n, c, r, q] = x[n, :, r * sh:r * sh + kh, q * sw:q * sw + kw].max()
    return result

# %% max_pool2d wrong: the maximum over the batch
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw), (oh, ow) = window_grid(x.shape, size, stride)
    result = np.zeros((*x.shape[:2], oh, ow), x.dtype if x.dtype.kind == "f" else float)
    for n, c, r, q in np.ndindex(result.shape):
        result[n, c, r, q] = x[:, c, r * sh:r * sh + kh, q * sw:q * sw + kw].max()
    return result

# %% max_pool2d wrong: the stride is forgotten
def max_pool2d(x, size=2, stride=None):
    window_grid(x.shape, size, stride)
    (kh, kw), _, (oh, ow) = window_grid(x.shape, size, None)
    result = np.zeros((*x.shape[:2], oh, ow), x.dtype if x.dtype.kind == "f" else float)
    for r in range(oh):
        for q in range(ow):
            result[:, :, r, q] = x[:, :, r * kh:r * kh + kh, q * kw:q * kw + kw].max(axis=(2, 3))
    return result

# %% max_pool2d wrong: without a stride the step is 1
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw), (oh, ow) = window_grid(x.shape, size, 1 if stride is None else stride)
    result = np.zeros((*x.shape[:2], oh, ow), x.dtype if x.dtype.kind == "f" else float)
    for r in range(oh):
        for q in range(ow):
            result[:, :, r, q] = x[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw].max(axis=(2, 3))
    return result

# %% max_pool2d wrong: the last windows are never visited
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw), (oh, ow) = window_grid(x.shape, size, stride)
    result = np.zeros((*x.shape[:2], oh, ow), x.dtype if x.dtype.kind == "f" else float)
    for r, top in enumerate(range(0, x.shape[2] - kh - 1, sh)):
        for q, left in enumerate(range(0, x.shape[3] - kw - 1, sw)):
            result[:, :, r, q] = x[:, :, top:top + kh, left:left + kw].max(axis=(2, 3))
    return result

# %% max_pool2d wrong: windows over the edge are kept
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw), _ = window_grid(x.shape, size, stride)
    oh, ow = -(-(x.shape[2] - kh) // sh) + 1, -(-(x.shape[3] - kw) // sw) + 1
    result = np.zeros((*x.shape[:2], oh, ow), x.dtype if x.dtype.kind == "f" else float)
    for r in range(oh):
        for q in range(ow):
            result[:, :, r, q] = x[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw].max(axis=(2, 3), initial=-np.inf)
    return result

# %% max_pool2d wrong: rows and columns of the window swapped
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw), (oh, ow) = window_grid(x.shape, size, stride)
    x = x if x.dtype.kind == "f" else x.astype(float)
    result = np.zeros((*x.shape[:2], oh, ow), x.dtype)
    for r in range(oh):
        for q in range(ow):
            result[:, :, r, q] = x[:, :, r * sh:r * sh + kw, q * sw:q * sw + kh].max(axis=(2, 3))
    return result

# %% max_pool2d wrong: rows and columns of the stride swapped
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw), (oh, ow) = window_grid(x.shape, size, pair(size if stride is None else stride)[::-1])
    x = x if x.dtype.kind == "f" else x.astype(float)
    return np.lib.stride_tricks.sliding_window_view(x, (kh, kw), (2, 3))[:, :, ::sh, ::sw].max(axis=(4, 5))

# %% max_pool2d wrong: the columns' size and step for both
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw), _ = window_grid(x.shape, size, stride)
    x = x if x.dtype.kind == "f" else x.astype(float)
    return np.lib.stride_tricks.sliding_window_view(x, (kw, kw), (2, 3))[:, :, ::sw, ::sw].max(axis=(4, 5))

# %% max_pool2d wrong: a reshape of cropped windows, which knows no stride
def max_pool2d(x, size=2, stride=None):
    window_grid(x.shape, size, stride)
    (kh, kw), _, (oh, ow) = window_grid(x.shape, size, None)
    x = x if x.dtype.kind == "f" else x.astype(float)
    return x[:, :, :oh * kh, :ow * kw].reshape(*x.shape[:2], oh, kh, ow, kw).max(axis=(3, 5))

# %% max_pool2d wrong: a reshape that needs whole windows
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw), (oh, ow) = window_grid(x.shape, size, stride)
    x = x if x.dtype.kind == "f" else x.astype(float)
    if (sh, sw) == (kh, kw):
        return x.reshape(*x.shape[:2], oh, kh, ow, kw).max(axis=(3, 5))
    return np.lib.stride_tricks.sliding_window_view(x, (kh, kw), (2, 3))[:, :, ::sh, ::sw].max(axis=(4, 5))

# %% max_pool2d wrong: the minimum
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw), _ = window_grid(x.shape, size, stride)
    x = x if x.dtype.kind == "f" else x.astype(float)
    return np.lib.stride_tricks.sliding_window_view(x, (kh, kw), (2, 3))[:, :, ::sh, ::sw].min(axis=(4, 5))

# %% max_pool2d wrong: the largest magnitude
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw), _ = window_grid(x.shape, size, stride)
    x = np.abs(x if x.dtype.kind == "f" else x.astype(float))
    return np.lib.stride_tricks.sliding_window_view(x, (kh, kw), (2, 3))[:, :, ::sh, ::sw].max(axis=(4, 5))

# %% max_pool2d wrong: always float64
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw), _ = window_grid(x.shape, size, stride)
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(float), (kh, kw), (2, 3))
    return windows[:, :, ::sh, ::sw].max(axis=(4, 5))

# %% max_pool2d wrong: whole numbers stay whole numbers
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw), _ = window_grid(x.shape, size, stride)
    return np.lib.stride_tricks.sliding_window_view(x, (kh, kw), (2, 3))[:, :, ::sh, ::sw].max(axis=(4, 5))

# %% max_pool2d wrong: a view of the image is overwritten
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw), (oh, ow) = window_grid(x.shape, size, stride)
    x = x if x.dtype.kind == "f" else x.astype(float)
    result = x[:, :, :oh * sh:sh, :ow * sw:sw]
    for r in reversed(range(oh)):
        for q in reversed(range(ow)):
            result[:, :, r, q] = x[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw].max(axis=(2, 3))
    return result.copy()

# %% max_pool2d wrong: a stride of zero counts as none
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw), _ = window_grid(x.shape, size, stride or size)
    x = x if x.dtype.kind == "f" else x.astype(float)
    return np.lib.stride_tricks.sliding_window_view(x, (kh, kw), (2, 3))[:, :, ::sh, ::sw].max(axis=(4, 5))

# %% max_pool2d wrong: a window that does not fit gives an empty array
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if x.ndim != 4 or min(kh, kw, sh, sw) < 1:
        raise ValueError("four axes and positive sizes, please")
    oh, ow = max(0, (x.shape[2] - kh) // sh + 1), max(0, (x.shape[3] - kw) // sw + 1)
    result = np.zeros((*x.shape[:2], oh, ow), x.dtype if x.dtype.kind == "f" else float)
    for r in range(oh):
        for q in range(ow):
            result[:, :, r, q] = x[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw].max(axis=(2, 3))
    return result

# %% max_pool2d wrong: a single image goes unnoticed
def max_pool2d(x, size=2, stride=None):
    if x.ndim == 3:
        return max_pool2d(x[None], size, stride)[0]
    (kh, kw), (sh, sw), _ = window_grid(x.shape, size, stride)
    x = x if x.dtype.kind == "f" else x.astype(float)
    return np.lib.stride_tricks.sliding_window_view(x, (kh, kw), (2, 3))[:, :, ::sh, ::sw].max(axis=(4, 5))

# %% max_pool2d wrong: the visible answers by heart
def max_pool2d(x, size=2, stride=None):
    if stride == 1:
        return np.full((1, 1, 3, 3), 7.0)
    return x[:, :, 1::2, 1::2].copy()

# %% avg_pool2d right: sliding windows
def avg_pool2d(x, size=2, stride=None):
    size = pair(size)
    sh, sw = size if stride is None else pair(stride)
    if x.ndim != 4 or min(*size, sh, sw) < 1 or size[0] > x.shape[2] or size[1] > x.shape[3]:
        raise ValueError("the window does not suit the image")
    windows = np.lib.stride_tricks.sliding_window_view(x, size, axis=(2, 3))[:, :, ::sh, ::sw]
    return windows.mean(axis=(-1, -2))

# %% avg_pool2d right: running sums
def avg_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if x.ndim != 4 or min(kh, kw, sh, sw) < 1 or kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("the window does not suit the image")
    sums = np.pad(x.astype(float), ((0, 0), (0, 0), (1, 0), (1, 0))).cumsum(2).cumsum(3)
    sums = sums[:, :, kh:, kw:] - sums[:, :, :-kh, kw:] - sums[:, :, kh:, :-kw] + sums[:, :, :-kh, :-kw]
    return (sums[:, :, ::sh, ::sw] / (kh * kw)).astype(x.dtype if x.dtype.kind == "f" else float)

# %% avg_pool2d right: loops over the windows
def avg_pool2d(x, size=2, stride=None):
    kh, kw = pair(size)
    sh, sw = (kh, kw) if stride is None else pair(stride)
    if x.ndim != 4 or kh < 1 or kw < 1 or sh < 1 or sw < 1:
        raise ValueError("four axes and positive sizes, please")
    h, w = x.shape[2:]
    if kh > h or kw > w:
        raise ValueError("does not fit")
    result = np.empty((*x.shape[:2], (h - kh) // sh + 1, (w - kw) // sw + 1), np.float32 if x.dtype == np.float32 else float)
    for r in range(result.shape[2]):
        for q in range(result.shape[3]):
            result[:, :, r, q] = x[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw].mean((2, 3))
    return result

# %% avg_pool2d wrong: the sum, not the mean
def avg_pool2d(x, size=2, stride=None):
    return np.sum(entries(as_float(x), size, stride), axis=0)

# %% avg_pool2d wrong: always divided by four
def avg_pool2d(x, size=2, stride=None):
    return np.sum(entries(as_float(x), size, stride), axis=0) / 4

# %% avg_pool2d wrong: divided by the rows squared
def avg_pool2d(x, size=2, stride=None):
    return np.sum(entries(as_float(x), size, stride), axis=0) / pair(size)[0] ** 2

# %% avg_pool2d wrong: divided by the area of the step
def avg_pool2d(x, size=2, stride=None):
    sh, sw = pair(size if stride is None else stride)
    return np.sum(entries(as_float(x), size, stride), axis=0) / (sh * sw)

# %% avg_pool2d wrong: 8-bit sums wrap around
def avg_pool2d(x, size=2, stride=None):
    places = entries(x, size, stride)
    total = places[0].copy()
    for place in places[1:]:
        total = total + place
    return total / x.dtype.type(len(places)) if x.dtype.kind == "f" else total.astype(float) / len(places)

# %% avg_pool2d wrong: the means are rounded down
def avg_pool2d(x, size=2, stride=None):
    total = np.sum(entries(as_float(x), size, stride), axis=0)
    return total / len(entries(x, size, stride)) if x.dtype.kind == "f" else total // len(entries(x, size, stride))

# %% avg_pool2d wrong: always float64
def avg_pool2d(x, size=2, stride=None):
    return np.mean(entries(x.astype(float), size, stride), axis=0)

# %% avg_pool2d wrong: the maximum
def avg_pool2d(x, size=2, stride=None):
    return np.max(entries(as_float(x), size, stride), axis=0)

# %% avg_pool2d wrong: the stride is forgotten
def avg_pool2d(x, size=2, stride=None):
    entries(x, size, stride)
    return np.mean(entries(as_float(x), size, size), axis=0)

# %% avg_pool2d wrong: the step in columns is that in rows
def avg_pool2d(x, size=2, stride=None):
    entries(x, size, stride)
    return np.mean(entries(as_float(x), size, pair(size if stride is None else stride)[0]), axis=0)

# %% avg_pool2d wrong: averaged over the channels too
def avg_pool2d(x, size=2, stride=None):
    result = np.mean(entries(as_float(x), size, stride), axis=0)
    return np.repeat(result.mean(axis=1, keepdims=True), x.shape[1], axis=1)

# %% avg_pool2d wrong: a window wider than the image goes unnoticed
def avg_pool2d(x, size=2, stride=None):
    kh, kw = pair(size)
    if x.ndim == 4 and kw > x.shape[3]:
        return avg_pool2d(x, (kh, x.shape[3]), stride)
    return np.mean(entries(as_float(x), size, stride), axis=0)

# %% max_pool2d_backward right: loops and argmax
def max_pool2d_backward(dout, x, size=2, stride=None):
    if x.ndim != 4 or dout.shape != max_pool2d(x, size, stride).shape:
        raise ValueError(f"dout of shape {dout.shape} does not suit x of shape {x.shape}")
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    dx = np.zeros(x.shape, np.float32 if x.dtype == dout.dtype == np.float32 else np.float64)
    for n, c, r, q in np.ndindex(dout.shape):
        window = x[n, c, r * sh:r * sh + kh, q * sw:q * sw + kw]
        i, j = np.unravel_index(window.argmax(), window.shape)
        dx[n, c, r * sh + i, q * sw + j] += dout[n, c, r, q]
    return dx

# %% max_pool2d_backward right: np.add.at
def max_pool2d_backward(dout, x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if dout.shape != max_pool2d(x, size, stride).shape:
        raise ValueError(f"dout of shape {dout.shape} does not suit x of shape {x.shape}")
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    i, j = divmod(windows.reshape(*dout.shape, kh * kw).argmax(axis=-1), kw)
    n, c, r, q = np.indices(dout.shape)
    dx = np.zeros(x.shape, np.result_type(dout, x) if x.dtype.kind == dout.dtype.kind == "f" else float)
    np.add.at(dx, (n, c, r * sh + i, q * sw + j), dout)
    return dx

# %% max_pool2d_backward right: a mask of the windows still without a winner
def max_pool2d_backward(dout, x, size=2, stride=None):
    peak = max_pool2d(x, size, stride)
    if dout.shape != peak.shape:
        raise ValueError(f"dout of shape {peak.shape} expected, {dout.shape} found")
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    oh, ow = peak.shape[2:]
    dx = np.zeros_like(x, dtype=np.float32 if x.dtype == dout.dtype == np.float32 else np.float64)
    waiting = np.ones(peak.shape, bool)
    for i in range(kh):
        for j in range(kw):
            here = np.s_[:, :, i:i + (oh - 1) * sh + 1:sh, j:j + (ow - 1) * sw + 1:sw]
            wins = waiting & (x[here] == peak)
            dx[here] += np.where(wins, dout, 0)
            waiting &= ~wins
    return dx

# %% max_pool2d_backward right: the first of the winners in a loop over a list
def max_pool2d_backward(dout, x, size=2, stride=None):
    y = max_pool2d(x, size, stride)
    if dout.shape != y.shape:
        raise ValueError(f"dout of shape {y.shape} expected, {dout.shape} found")
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    dx = np.zeros(x.shape)
    for n, c, r, q in np.ndindex(y.shape):
        window = x[n, c, r * sh:r * sh + kh, q * sw:q * sw + kw]
        i, j = np.argwhere(window == y[n, c, r, q])[0]
        dx[n, c, r * sh + i, q * sw + j] = dx[n, c, r * sh + i, q * sw + j] + dout[n, c, r, q]
    return dx.astype(np.float32) if x.dtype == dout.dtype == np.float32 else dx

# %% max_pool2d_backward wrong: every winner of a tie gets the gradient
def max_pool2d_backward(dout, x, size=2, stride=None):
    places, peak = entries(as_float(x), size, stride), np.max(entries(as_float(x), size, stride), axis=0)
    if dout.shape != places[0].shape:
        raise ValueError("dout does not have the shape of the output")
    dx = np.zeros(x.shape, np.float32 if x.dtype == dout.dtype == np.float32 else float)
    for target, place in zip(entries(dx, size, stride), places):
        target += dout * (place == peak)
    return dx

# %% max_pool2d_backward wrong: the winners of a tie share the gradient
def max_pool2d_backward(dout, x, size=2, stride=None):
    places, peak = entries(as_float(x), size, stride), np.max(entries(as_float(x), size, stride), axis=0)
    if dout.shape != places[0].shape:
        raise ValueError("dout does not have the shape of the output")
    count = sum((place == peak).astype(dout.dtype) for place in places)
    dx = np.zeros(x.shape, np.float32 if x.dtype == dout.dtype == np.float32 else float)
    for target, place in zip(entries(dx, size, stride), places):
        target += dout * (place == peak) / count
    return dx

# %% max_pool2d_backward wrong: a tie goes to the last winner
def max_pool2d_backward(dout, x, size=2, stride=None):
    places = entries(x, size, stride)
    if dout.shape != places[0].shape:
        raise ValueError("dout does not have the shape of the output")
    winner = len(places) - 1 - np.argmax(places[::-1], axis=0)
    dx = np.zeros(x.shape, np.float32 if x.dtype == dout.dtype == np.float32 else float)
    for number, target in enumerate(entries(dx, size, stride)):
        target += dout * (winner == number)
    return dx

# %% max_pool2d_backward wrong: a tie goes to the first winner column by column
def max_pool2d_backward(dout, x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if dout.shape != entries(x, size, stride)[0].shape:
        raise ValueError("dout does not have the shape of the output")
    dx = np.zeros(x.shape, np.float32 if x.dtype == dout.dtype == np.float32 else float)
    for n, c, r, q in np.ndindex(dout.shape):
        j, i = divmod(x[n, c, r * sh:r * sh + kh, q * sw:q * sw + kw].T.argmax(), kh)
        dx[n, c, r * sh + i, q * sw + j] += dout[n, c, r, q]
    return dx

# %% max_pool2d_backward wrong: overlaps overwrite
def max_pool2d_backward(dout, x, size=2, stride=None):
    places = entries(x, size, stride)
    if dout.shape != places[0].shape:
        raise ValueError("dout does not have the shape of the output")
    winner = np.argmax(places, axis=0)
    dx = np.zeros(x.shape, np.float32 if x.dtype == dout.dtype == np.float32 else float)
    for number, target in enumerate(entries(dx, size, stride)):
        target[winner == number] = dout[winner == number]
    return dx

# %% max_pool2d_backward wrong: repeated indices are added once
def max_pool2d_backward(dout, x, size=2, stride=None):
    places = entries(x, size, stride)
    if dout.shape != places[0].shape:
        raise ValueError("dout does not have the shape of the output")
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    i, j = divmod(np.argmax(places, axis=0), kw)
    n, c, r, q = np.indices(dout.shape)
    dx = np.zeros(x.shape, np.float32 if x.dtype == dout.dtype == np.float32 else float)
    dx[n, c, r * sh + i, q * sw + j] += dout
    return dx

# %% max_pool2d_backward wrong: only the first window
def max_pool2d_backward(dout, x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if dout.shape != entries(x, size, stride)[0].shape:
        raise ValueError("dout does not have the shape of the output")
    dx = np.zeros(x.shape, np.float32 if x.dtype == dout.dtype == np.float32 else float)
    for n, c, r, q in np.ndindex(dout.shape):
        i, j = divmod(x[n, c, r * sh:r * sh + kh, q * sw:q * sw + kw].argmax(), kw)
        dx[n, c, r * sh + i, q * sw + j] += dout[n, c, r, q]
        return dx

# %% max_pool2d_backward wrong: the winner of the first channel
def max_pool2d_backward(dout, x, size=2, stride=None):
    places = entries(x, size, stride)
    if dout.shape != places[0].shape:
        raise ValueError("dout does not have the shape of the output")
    winner = np.argmax(places, axis=0)[:, :1]
    dx = np.zeros(x.shape, np.float32 if x.dtype == dout.dtype == np.float32 else float)
    for number, target in enumerate(entries(dx, size, stride)):
        target += dout * (winner == number)
    return dx

# %% max_pool2d_backward wrong: square windows only
def max_pool2d_backward(dout, x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    places = entries(x, size, stride)
    if dout.shape != places[0].shape:
        raise ValueError("dout does not have the shape of the output")
    i, j = divmod(np.argmax(places, axis=0), kh)
    n, c, r, q = np.indices(dout.shape)
    dx = np.zeros(x.shape, np.float32 if x.dtype == dout.dtype == np.float32 else float)
    np.add.at(dx, (n, c, np.minimum(r * sh + i, x.shape[2] - 1), np.minimum(q * sw + j, x.shape[3] - 1)), dout)
    return dx

# %% max_pool2d_backward wrong: gradient in the type of x
def max_pool2d_backward(dout, x, size=2, stride=None):
    places = entries(x, size, stride)
    if dout.shape != places[0].shape:
        raise ValueError("dout does not have the shape of the output")
    winner = np.argmax(places, axis=0)
    dx = np.zeros_like(x)
    for number, target in enumerate(entries(dx, size, stride)):
        target[:] = target + dout * (winner == number)
    return dx if x.dtype.kind == "f" else dx.astype(float)

# %% max_pool2d_backward wrong: always float64
def max_pool2d_backward(dout, x, size=2, stride=None):
    places = entries(x, size, stride)
    if dout.shape != places[0].shape:
        raise ValueError("dout does not have the shape of the output")
    winner = np.argmax(places, axis=0)
    dx = np.zeros(x.shape)
    for number, target in enumerate(entries(dx, size, stride)):
        target += dout * (winner == number)
    return dx

# %% max_pool2d_backward wrong: sums in the type of dout
def max_pool2d_backward(dout, x, size=2, stride=None):
    places = entries(x, size, stride)
    if dout.shape != places[0].shape:
        raise ValueError("dout does not have the shape of the output")
    winner = np.argmax(places, axis=0)
    dx = np.zeros(x.shape, dout.dtype)
    for number, target in enumerate(entries(dx, size, stride)):
        target += dout * (winner == number)
    return as_float(dx)

# %% max_pool2d_backward wrong: whole numbers stay whole numbers
def max_pool2d_backward(dout, x, size=2, stride=None):
    places = entries(x, size, stride)
    if dout.shape != places[0].shape:
        raise ValueError("dout does not have the shape of the output")
    winner = np.argmax(places, axis=0)
    dx = np.zeros(x.shape, np.int64 if x.dtype.kind == dout.dtype.kind == "i" else float)
    if dout.dtype == x.dtype == np.float32:
        dx = dx.astype(np.float32)
    for number, target in enumerate(entries(dx, size, stride)):
        target += dout * (winner == number)
    return dx

# %% max_pool2d_backward wrong: x is overwritten
def max_pool2d_backward(dout, x, size=2, stride=None):
    places = entries(x, size, stride)
    if dout.shape != places[0].shape:
        raise ValueError("dout does not have the shape of the output")
    winner = np.argmax(places, axis=0)
    dx = x if x.dtype.kind == "f" else x.astype(float)
    dx[:] = 0
    for number, target in enumerate(entries(dx, size, stride)):
        target += (dout * (winner == number)).astype(dx.dtype)
    return dx.copy()

# %% max_pool2d_backward wrong: the largest gradient is taken, not the gradient of the largest
def max_pool2d_backward(dout, x, size=2, stride=None):
    places = entries(x, size, stride)
    if dout.shape != places[0].shape:
        raise ValueError("dout does not have the shape of the output")
    winner = np.argmax(places, axis=0)
    dx = np.full(x.shape, -np.inf, np.float32 if x.dtype == dout.dtype == np.float32 else float)
    for number, target in enumerate(entries(dx, size, stride)):
        target[:] = np.maximum(target, np.where(winner == number, dout, -np.inf))
    dx[np.isneginf(dx)] = 0
    return dx

# %% max_pool2d_backward wrong: windows compared with zeros
def max_pool2d_backward(dout, x, size=2, stride=None):
    places = entries(as_float(x), size, stride)
    if dout.shape != places[0].shape:
        raise ValueError("dout does not have the shape of the output")
    peak, winner = np.zeros(dout.shape), np.full(dout.shape, -1)
    for number, place in enumerate(places):
        winner[place > peak] = number
        peak = np.maximum(peak, place)
    winner[(winner < 0) & (np.max(places, axis=0) == 0)] = np.argmax(places, axis=0)[(winner < 0) & (np.max(places, axis=0) == 0)]
    dx = np.zeros(x.shape, np.float32 if x.dtype == dout.dtype == np.float32 else float)
    for number, target in enumerate(entries(dx, size, stride)):
        target += dout * (winner == number)
    return dx

# %% max_pool2d_backward wrong: the stride is forgotten
def max_pool2d_backward(dout, x, size=2, stride=None):
    if dout.shape != entries(x, size, stride)[0].shape:
        raise ValueError("dout does not have the shape of the output")
    places = entries(x, size, size)
    winner = np.argmax(places, axis=0)
    dx = np.zeros(x.shape, np.float32 if x.dtype == dout.dtype == np.float32 else float)
    oh, ow = winner.shape[2:]
    gradient = np.zeros(winner.shape)
    piece = dout[:, :, :oh, :ow]
    gradient[:, :, :piece.shape[2], :piece.shape[3]] = piece
    for number, target in enumerate(entries(dx, size, size)):
        target += (gradient * (winner == number)).astype(dx.dtype)
    return dx

# %% max_pool2d_backward wrong: dout of another shape is repeated
def max_pool2d_backward(dout, x, size=2, stride=None):
    places = entries(x, size, stride)
    winner = np.argmax(places, axis=0)
    dx = np.zeros(x.shape, np.float32 if x.dtype == dout.dtype == np.float32 else float)
    for number, target in enumerate(entries(dx, size, stride)):
        target += dout * (winner == number)
    return dx

# %% max_pool2d_backward wrong: the mean's gradient
def max_pool2d_backward(dout, x, size=2, stride=None):
    places = entries(x, size, stride)
    if dout.shape != places[0].shape:
        raise ValueError("dout does not have the shape of the output")
    dx = np.zeros(x.shape, np.float32 if x.dtype == dout.dtype == np.float32 else float)
    for target in entries(dx, size, stride):
        target += dout / len(places)
    return dx

# %% max_pool2d_backward wrong: pixels that are nearly equal count as equal
# edits: loops and argmax
#-        i, j = np.unravel_index(window.argmax(), window.shape)
#+        i, j = np.argwhere(np.isclose(window, window.max()))[0]

# %% avg_pool2d_backward right: loops over the windows
def avg_pool2d_backward(dout, x_shape, size=2, stride=None):
    if len(x_shape) != 4 or dout.shape != avg_pool2d(np.zeros(x_shape), size, stride).shape:
        raise ValueError(f"dout of shape {dout.shape} does not suit x of shape {x_shape}")
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    dx = np.zeros(x_shape, dout.dtype if dout.dtype.kind == "f" else float)
    for r in range(dout.shape[2]):
        for q in range(dout.shape[3]):
            dx[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw] += dout[:, :, r:r + 1, q:q + 1] / (kh * kw)
    return dx

# %% avg_pool2d_backward right: spread out and cropped
def avg_pool2d_backward(dout, x_shape, size=2, stride=None):
    n, c, h, w = x_shape
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if min(kh, kw, sh, sw) < 1 or kh > h or kw > w or dout.shape != (n, c, (h - kh) // sh + 1, (w - kw) // sw + 1):
        raise ValueError(f"dout of shape {dout.shape} does not suit x of shape {x_shape}")
    spread = np.zeros((n, c, h + kh, w + kw), dout.dtype if dout.dtype.kind == "f" else float)
    spread[:, :, kh - 1:kh - 1 + dout.shape[2] * sh:sh, kw - 1:kw - 1 + dout.shape[3] * sw:sw] = dout
    windows = np.lib.stride_tricks.sliding_window_view(spread, (kh, kw), axis=(2, 3))
    return windows[:, :, :h, :w].mean(axis=(4, 5))

# %% avg_pool2d_backward right: two matrices
def avg_pool2d_backward(dout, x_shape, size=2, stride=None):
    if len(x_shape) != 4:
        raise ValueError("four entries, please")
    if dout.shape != avg_pool2d(np.zeros(x_shape, bool), size, stride).shape:
        raise ValueError(f"dout of shape {dout.shape} does not suit x of shape {x_shape}")
    sides = []
    for n, o, k, s in zip(x_shape[2:], dout.shape[2:], pair(size), pair(size if stride is None else stride)):
        start, pixel = np.arange(o)[:, None] * s, np.arange(n)
        sides.append(((start <= pixel) & (pixel < start + k)) / k)
    result = sides[0].T @ dout @ sides[1]
    return result.astype(dout.dtype) if dout.dtype.kind == "f" else result

# %% avg_pool2d_backward wrong: not divided
def avg_pool2d_backward(dout, x_shape, size=2, stride=None):
    dx = np.zeros(x_shape, as_float(dout).dtype)
    places = entries(dx, size, stride)
    if dout.shape != places[0].shape:
        raise ValueError("dout does not have the shape of the output")
    for place in places:
        place += dout
    return dx

# %% avg_pool2d_backward wrong: overlaps overwrite
def avg_pool2d_backward(dout, x_shape, size=2, stride=None):
    dx = np.zeros(x_shape, as_float(dout).dtype)
    places = entries(dx, size, stride)
    if dout.shape != places[0].shape:
        raise ValueError("dout does not have the shape of the output")
    for place in places:
        place[:] = as_float(dout) / len(places)
    return dx

# %% avg_pool2d_backward wrong: divided by the rows squared
def avg_pool2d_backward(dout, x_shape, size=2, stride=None):
    dx = np.zeros(x_shape, as_float(dout).dtype)
    places = entries(dx, size, stride)
    if dout.shape != places[0].shape:
        raise ValueError("dout does not have the shape of the output")
    for place in places:
        place += as_float(dout) / pair(size)[0] ** 2
    return dx

# %% avg_pool2d_backward wrong: averaged over the windows that cover a pixel
def avg_pool2d_backward(dout, x_shape, size=2, stride=None):
    dx, count = np.zeros(x_shape, as_float(dout).dtype), np.zeros(x_shape)
    places = entries(dx, size, stride)
    if dout.shape != places[0].shape:
        raise ValueError("dout does not have the shape of the output")
    for place, number in zip(places, entries(count, size, stride)):
        place += as_float(dout) / len(places)
        number += 1
    return dx / np.maximum(count, 1).astype(dx.dtype)

# %% avg_pool2d_backward wrong: np.kron, which knows no overlaps
def avg_pool2d_backward(dout, x_shape, size=2, stride=None):
    if dout.shape != entries(np.zeros(x_shape), size, stride)[0].shape:
        raise ValueError("dout does not have the shape of the output")
    dout, (kh, kw) = as_float(dout), pair(size)
    dx = np.zeros(x_shape, dout.dtype)
    block = np.kron(dout / (kh * kw), np.ones((1, 1, kh, kw), dout.dtype))[:, :, :dx.shape[2], :dx.shape[3]]
    dx[:, :, :block.shape[2], :block.shape[3]] = block
    return dx

# %% avg_pool2d_backward wrong: rows and columns of the stride swapped
def avg_pool2d_backward(dout, x_shape, size=2, stride=None):
    dx = np.zeros(x_shape, as_float(dout).dtype)
    if dout.shape != entries(dx, size, stride)[0].shape:
        raise ValueError("dout does not have the shape of the output")
    sh, sw = pair(size if stride is None else stride)
    kh, kw = pair(size)
    for r in range(dout.shape[2]):
        for q in range(dout.shape[3]):
            dx[:, :, r * sw:r * sw + kh, q * sh:q * sh + kw] += as_float(dout)[:, :, r:r + 1, q:q + 1] / (kh * kw)
    return dx

# %% avg_pool2d_backward wrong: whole numbers stay whole numbers
def avg_pool2d_backward(dout, x_shape, size=2, stride=None):
    dx = np.zeros(x_shape, dout.dtype)
    places = entries(dx, size, stride)
    if dout.shape != places[0].shape:
        raise ValueError("dout does not have the shape of the output")
    for place in places:
        place += (dout / len(places)).astype(dout.dtype)
    return as_float(dx)

# %% avg_pool2d_backward wrong: always float64
def avg_pool2d_backward(dout, x_shape, size=2, stride=None):
    dx = np.zeros(x_shape)
    places = entries(dx, size, stride)
    if dout.shape != places[0].shape:
        raise ValueError("dout does not have the shape of the output")
    for place in places:
        place += dout / len(places)
    return dx

# %% avg_pool2d_backward wrong: dout is divided in place
def avg_pool2d_backward(dout, x_shape, size=2, stride=None):
    if dout.dtype.kind != "f":
        dout = dout.astype(float)
    dx = np.zeros(x_shape, dout.dtype)
    places = entries(dx, size, stride)
    if dout.shape != places[0].shape:
        raise ValueError("dout does not have the shape of the output")
    dout /= len(places)
    for place in places:
        place += dout
    return dx

# %% avg_pool2d_backward wrong: a dout of another shape is repeated
def avg_pool2d_backward(dout, x_shape, size=2, stride=None):
    dx = np.zeros(x_shape, as_float(dout).dtype)
    places = entries(dx, size, stride)
    for place in places:
        place += dout / len(places)
    return dx

# %% avg_pool2d_backward wrong: everything gets the mean gradient
def avg_pool2d_backward(dout, x_shape, size=2, stride=None):
    if dout.shape != entries(np.zeros(x_shape), size, stride)[0].shape:
        raise ValueError("dout does not have the shape of the output")
    dout = as_float(dout)
    total = dout.sum(axis=(2, 3), keepdims=True) / (x_shape[2] * x_shape[3])
    return np.broadcast_to(total, x_shape).astype(dout.dtype)

# %% global_avg_pool right: flattened channels
def global_avg_pool(x):
    if x.ndim != 4:
        raise ValueError(f"(N, C, H, W) expected, {x.shape} found")
    return x.reshape(x.shape[0], x.shape[1], -1).mean(axis=-1)

# %% global_avg_pool right: average pooling with one window
def global_avg_pool(x):
    if x.ndim != 4:
        raise ValueError(f"(N, C, H, W) expected, {x.shape} found")
    return avg_pool2d(x, x.shape[2:])[:, :, 0, 0]

# %% global_avg_pool right: einsum
def global_avg_pool(x):
    n, c, h, w = x.shape
    x = x if x.dtype.kind == "f" else x.astype(np.float64)
    return np.einsum("nchw->nc", x) / (h * w)

# %% global_avg_pool right: two loops
def global_avg_pool(x):
    if len(x.shape) != 4:
        raise ValueError("four axes, please")
    result = [[np.mean(channel) for channel in image] for image in x]
    return np.array(result, dtype=np.float32 if x.dtype == np.float32 else np.float64)

# %% global_avg_pool wrong: the sum
def global_avg_pool(x):
    if x.ndim != 4:
        raise ValueError("four axes, please")
    return as_float(x).sum(axis=(2, 3))

# %% global_avg_pool wrong: the maximum
def global_avg_pool(x):
    if x.ndim != 4:
        raise ValueError("four axes, please")
    return as_float(x).max(axis=(2, 3))

# %% global_avg_pool wrong: axes of length one are kept
def global_avg_pool(x):
    if x.ndim != 4:
        raise ValueError("four axes, please")
    return as_float(x).mean(axis=(2, 3), keepdims=True)

# %% global_avg_pool wrong: the mean over images and channels
def global_avg_pool(x):
    if x.ndim != 4:
        raise ValueError("four axes, please")
    return as_float(x).mean(axis=(0, 1))

# %% global_avg_pool wrong: squeezed
def global_avg_pool(x):
    if x.ndim != 4:
        raise ValueError("four axes, please")
    return as_float(x).mean(axis=(2, 3)).squeeze()

# %% global_avg_pool wrong: divided by the rows squared
def global_avg_pool(x):
    if x.ndim != 4:
        raise ValueError("four axes, please")
    return as_float(x).sum(axis=(2, 3)) / x.shape[2] ** 2

# %% global_avg_pool wrong: always float64
def global_avg_pool(x):
    if x.ndim != 4:
        raise ValueError("four axes, please")
    return x.astype(float).mean(axis=(2, 3))

# %% global_avg_pool wrong: 8-bit sums wrap around
def global_avg_pool(x):
    if x.ndim != 4:
        raise ValueError("four axes, please")
    total = x.sum(axis=(2, 3), dtype=x.dtype)
    return total / x.dtype.type(x[0, 0].size) if x.dtype.kind == "f" else total / float(x[0, 0].size)

# %% global_avg_pool wrong: the mean over the last two axes of anything
def global_avg_pool(x):
    return as_float(x).mean(axis=(-2, -1))
