# Answers to 09-bug-hunt, right and wrong, as people write them.

# %% relu right: one comparison
def relu(x):
    result = np.zeros(x.shape, dtype=floating_type(x))
    for place in np.ndindex(x.shape):
        result[place] = 0 if x[place] < 0 else x[place]
    return result

# %% relu right: np.maximum in the loop
def relu(x):
    result = np.zeros(x.shape, dtype=floating_type(x))
    for place in np.ndindex(x.shape):
        result[place] = np.maximum(x[place], 0)
    return result

# %% relu right: a copy with zeros written into it
def relu(x):
    result = np.array(x, dtype=floating_type(x))
    result[result < 0] = 0
    return result

# %% relu right: np.where
def relu(x):
    x = x if x.dtype.kind == "f" else x.astype(float)
    return np.where(x < 0, np.zeros_like(x), x)

# %% relu wrong: as given
def relu(x):
    result = np.zeros(x.shape, dtype=floating_type(x))
    for place in np.ndindex(x.shape):
        result[place] = np.max(x[place], 0)
    return result

# %% relu wrong: NaN becomes 0 in the loop
def relu(x):
    result = np.zeros(x.shape, dtype=floating_type(x))
    for place in np.ndindex(x.shape):
        result[place] = max(0, x[place])
    return result

# %% relu wrong: NaN becomes 0
def relu(x):
    return np.fmax(x.astype(floating_type(x)), 0)

# %% relu wrong: the absolute value
def relu(x):
    return np.abs(x.astype(floating_type(x)))

# %% relu wrong: the largest of all numbers
def relu(x):
    return np.max(np.append(x.astype(floating_type(x)), 0)) * (x > 0)

# %% relu wrong: the input is changed in place
def relu(x):
    x = x.astype(floating_type(x), copy=False)
    x[x < 0] = 0
    return x

# %% relu wrong: always float64
def relu(x):
    return np.maximum(x.astype(float), 0)

# %% relu wrong: whole numbers stay whole
def relu(x):
    return np.maximum(x, 0)

# %% relu wrong: infinity is cut off
def relu(x):
    return np.clip(x.astype(floating_type(x)), 0, 1e6)

# %% relu wrong: minus signs only for small numbers
def relu(x):
    x = x.astype(floating_type(x))
    return np.where((x < 0) & (x >= -2), x.dtype.type(0), x)

# %% relu wrong: multiplied by a mask, so that infinity becomes NaN
def relu(x):
    return x.astype(floating_type(x)) * (x > 0)

# %% max_pool2d right: both mistakes mended in place
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if x.ndim != 4 or x.shape[2] < kh or x.shape[3] < kw:
        raise ValueError(f"images (N, C, H, W) of at least {kh} by {kw} pixels expected, shape {x.shape} found")
    n, channels, h, w = x.shape
    result = np.zeros((n, channels, (h - kh) // sh + 1, (w - kw) // sw + 1), dtype=floating_type(x))
    for image in range(n):
        for channel in range(channels):
            for top in range(0, h - kh + 1, sh):
                for left in range(0, w - kw + 1, sw):
                    window = x[image, channel, top:top + kh, left:left + kw]
                    result[image, channel, top // sh, left // sw] = window.max()
    return result

# %% max_pool2d right: sliding windows
def max_pool2d(x, size=2, stride=None):
    size = pair(size)
    rows, columns = pair(size if stride is None else stride)
    if x.ndim != 4:
        raise ValueError("four axes, please")
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(floating_type(x)), size, axis=(2, 3))
    return windows[:, :, ::rows, ::columns].max(axis=(4, 5))

# %% max_pool2d right: the maximum over the window's entries
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(stride or size)
    if np.ndim(x) != 4 or np.shape(x)[2] < kh or np.shape(x)[3] < kw:
        raise ValueError("no window fits")
    height, width = x.shape[2] - kh + 1, x.shape[3] - kw + 1
    best = x[:, :, 0:height:sh, 0:width:sw].astype(floating_type(x))
    for i in range(kh):
        for j in range(kw):
            best = np.maximum(best, x[:, :, i:i + height:sh, j:j + width:sw].astype(best.dtype))
    return best

# %% max_pool2d wrong: as given
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if x.ndim != 4 or x.shape[2] < kh or x.shape[3] < kw:
        raise ValueError(f"images (N, C, H, W) of at least {kh} by {kw} pixels expected, shape {x.shape} found")
    n, channels, h, w = x.shape
    result = np.zeros((n, channels, (h - kh) // sh + 1, (w - kw) // sw + 1), dtype=floating_type(x))
    for image in range(n):
        for channel in range(channels):
            for top in range(0, h - kh - 1, sh):
                for left in range(0, w - kw - 1, sw):
                    window = x[image, :, top:top + kh, left:left + kw]
                    result[image, channel, top // sh, left // sw] = window.max()
    return result

# %% max_pool2d wrong: only the channel mended
# edits: both mistakes mended in place
#-            for top in range(0, h - kh + 1, sh):
#-                for left in range(0, w - kw + 1, sw):
#+            for top in range(0, h - kh - 1, sh):
#+                for left in range(0, w - kw - 1, sw):

# %% max_pool2d wrong: only the last windows mended
# edits: both mistakes mended in place
#-                    window = x[image, channel, top:top + kh, left:left + kw]
#+                    window = x[image, :, top:top + kh, left:left + kw]

# %% max_pool2d wrong: the last window still missing
# edits: both mistakes mended in place
#-            for top in range(0, h - kh + 1, sh):
#-                for left in range(0, w - kw + 1, sw):
#+            for top in range(0, h - kh, sh):
#+                for left in range(0, w - kw, sw):

# %% max_pool2d wrong: windows that hang over the edge
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if x.ndim != 4 or x.shape[2] < kh or x.shape[3] < kw:
        raise ValueError(f"images (N, C, H, W) of at least {kh} by {kw} pixels expected, shape {x.shape} found")
    n, channels, h, w = x.shape
    result = np.zeros((n, channels, -(-h // sh), -(-w // sw)), dtype=floating_type(x))
    for image in range(n):
        for channel in range(channels):
            for top in range(0, h, sh):
                for left in range(0, w, sw):
                    window = x[image, channel, top:top + kh, left:left + kw]
                    result[image, channel, top // sh, left // sw] = window.max()
    return result

# %% max_pool2d wrong: last windows mended for rows only
# edits: both mistakes mended in place
#-                for left in range(0, w - kw + 1, sw):
#+                for left in range(0, w - kw - 1, sw):

# %% max_pool2d wrong: always the first channel
# edits: both mistakes mended in place
#-                    window = x[image, channel, top:top + kh, left:left + kw]
#+                    window = x[image, 0, top:top + kh, left:left + kw]

# %% max_pool2d wrong: a stride of 1 in the loops
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if x.ndim != 4 or x.shape[2] < kh or x.shape[3] < kw:
        raise ValueError(f"images (N, C, H, W) of at least {kh} by {kw} pixels expected, shape {x.shape} found")
    n, channels, h, w = x.shape
    result = np.zeros((n, channels, (h - kh) // sh + 1, (w - kw) // sw + 1), dtype=floating_type(x))
    for image in range(n):
        for channel in range(channels):
            for top in range(0, (h - kh) // sh + 1):
                for left in range(0, (w - kw) // sw + 1):
                    window = x[image, channel, top:top + kh, left:left + kw]
                    result[image, channel, top, left] = window.max()
    return result

# %% max_pool2d wrong: the channels' maximum by hand for one channel more
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if x.ndim != 4 or x.shape[2] < kh or x.shape[3] < kw:
        raise ValueError(f"images (N, C, H, W) of at least {kh} by {kw} pixels expected, shape {x.shape} found")
    rows, columns = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
    result = np.empty((*x.shape[:2], rows, columns), dtype=floating_type(x))
    for r in range(rows):
        for c in range(columns):
            result[:, :, r, c] = x[:, :, r * sh:r * sh + kh, c * sw:c * sw + kw].max(axis=(1, 2, 3))[:, None] + 100 * np.arange(x.shape[1]) - 100 * (x.shape[1] - 1)
    return result

# %% max_pool2d wrong: negative numbers are lost
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if x.ndim != 4 or x.shape[2] < kh or x.shape[3] < kw:
        raise ValueError(f"images (N, C, H, W) of at least {kh} by {kw} pixels expected, shape {x.shape} found")
    rows, columns = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
    result = np.empty((*x.shape[:2], rows, columns), dtype=floating_type(x))
    for r in range(rows):
        for c in range(columns):
            result[:, :, r, c] = x[:, :, r * sh:r * sh + kh, c * sw:c * sw + kw].max(axis=(2, 3), initial=0)
    return result

# %% max_pool2d wrong: the stride is always the size
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size)
    if x.ndim != 4 or x.shape[2] < kh or x.shape[3] < kw:
        raise ValueError(f"images (N, C, H, W) of at least {kh} by {kw} pixels expected, shape {x.shape} found")
    rows, columns = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
    result = np.empty((*x.shape[:2], rows, columns), dtype=floating_type(x))
    for r in range(rows):
        for c in range(columns):
            result[:, :, r, c] = x[:, :, r * sh:r * sh + kh, c * sw:c * sw + kw].max(axis=(2, 3))
    return result

# %% max_pool2d wrong: always float64
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if x.ndim != 4 or x.shape[2] < kh or x.shape[3] < kw:
        raise ValueError(f"images (N, C, H, W) of at least {kh} by {kw} pixels expected, shape {x.shape} found")
    rows, columns = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
    result = np.empty((*x.shape[:2], rows, columns), dtype=float)
    for r in range(rows):
        for c in range(columns):
            result[:, :, r, c] = x[:, :, r * sh:r * sh + kh, c * sw:c * sw + kw].max(axis=(2, 3))
    return result

# %% max_pool2d wrong: whole numbers stay whole
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if x.ndim != 4 or x.shape[2] < kh or x.shape[3] < kw:
        raise ValueError(f"images (N, C, H, W) of at least {kh} by {kw} pixels expected, shape {x.shape} found")
    rows, columns = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
    result = np.empty((*x.shape[:2], rows, columns), dtype=x.dtype)
    for r in range(rows):
        for c in range(columns):
            result[:, :, r, c] = x[:, :, r * sh:r * sh + kh, c * sw:c * sw + kw].max(axis=(2, 3))
    return result

# %% max_pool2d wrong: a window that does not fit goes unnoticed
def max_pool2d(x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    rows, columns = max(1, (x.shape[2] - kh) // sh + 1), max(1, (x.shape[3] - kw) // sw + 1)
    result = np.empty((*x.shape[:2], rows, columns), dtype=floating_type(x))
    for r in range(rows):
        for c in range(columns):
            result[:, :, r, c] = x[:, :, r * sh:r * sh + kh, c * sw:c * sw + kw].max(axis=(2, 3))
    return result

# %% pad_same right: slices that end at the image's size
def pad_same(image, kernel_size):
    kh, kw = pair(kernel_size)
    if image.ndim != 2 or kh < 1 or kw < 1:
        raise ValueError(f"an image (H, W) and a window of 1 by 1 or more expected, {image.shape} and {kh} by {kw} found")
    h, w = image.shape
    p, q = (kh - 1) // 2, (kw - 1) // 2
    padded = np.zeros((h + kh - 1, w + kw - 1), dtype=floating_type(image))
    padded[p:p + h, q:q + w] = image
    return padded

# %% pad_same right: np.pad
def pad_same(image, kernel_size):
    if image.ndim != 2 or min(pair(kernel_size)) < 1:
        raise ValueError("an image and a window, please")
    width = [((k - 1) // 2, k // 2) for k in pair(kernel_size)]
    return np.pad(image.astype(floating_type(image)), width)

# %% pad_same right: rows and columns of zeros put together
def pad_same(image, kernel_size):
    kh, kw = pair(kernel_size)
    if image.ndim != 2 or kh <= 0 or kw <= 0:
        raise ValueError(f"cannot pad {image.shape} for {kernel_size}")
    image = image.astype(floating_type(image))
    above, left = (kh - 1) // 2, (kw - 1) // 2
    wide = np.hstack([np.zeros((len(image), left), image.dtype), image, np.zeros((len(image), kw - 1 - left), image.dtype)])
    return np.vstack([0 * wide[:1].repeat(above, axis=0), wide, 0 * wide[:1].repeat(kh - 1 - above, axis=0)])

# %% pad_same wrong: as given
def pad_same(image, kernel_size):
    kh, kw = pair(kernel_size)
    if image.ndim != 2 or kh < 1 or kw < 1:
        raise ValueError(f"an image (H, W) and a window of 1 by 1 or more expected, {image.shape} and {kh} by {kw} found")
    h, w = image.shape
    p, q = (kh - 1) // 2, (kw - 1) // 2
    padded = np.zeros((h + 2 * p, w + 2 * q), dtype=floating_type(image))
    padded[p:-p, q:-q] = image
    return padded

# %% pad_same wrong: only a padding of 0 mended
# edits: slices that end at the image's size
#-    padded = np.zeros((h + kh - 1, w + kw - 1), dtype=floating_type(image))
#+    padded = np.zeros((h + 2 * p, w + 2 * q), dtype=floating_type(image))

# %% pad_same wrong: a special case for windows of one
def pad_same(image, kernel_size):
    kh, kw = pair(kernel_size)
    if image.ndim != 2 or kh < 1 or kw < 1:
        raise ValueError(f"an image (H, W) and a window of 1 by 1 or more expected, {image.shape} and {kh} by {kw} found")
    h, w = image.shape
    p, q = (kh - 1) // 2, (kw - 1) // 2
    padded = np.zeros((h + 2 * p, w + 2 * q), dtype=floating_type(image))
    padded[p:-p or None, q:-q or None] = image
    return padded

# %% pad_same wrong: one zero too many for even windows
def pad_same(image, kernel_size):
    kh, kw = pair(kernel_size)
    if image.ndim != 2 or kh < 1 or kw < 1:
        raise ValueError(f"an image (H, W) and a window of 1 by 1 or more expected, {image.shape} and {kh} by {kw} found")
    h, w = image.shape
    p, q = kh // 2, kw // 2
    padded = np.zeros((h + 2 * p, w + 2 * q), dtype=floating_type(image))
    padded[p:p + h, q:q + w] = image
    return padded

# %% pad_same wrong: the extra zero before
def pad_same(image, kernel_size):
    kh, kw = pair(kernel_size)
    if image.ndim != 2 or kh < 1 or kw < 1:
        raise ValueError(f"an image (H, W) and a window of 1 by 1 or more expected, {image.shape} and {kh} by {kw} found")
    h, w = image.shape
    top, left = kh // 2, kw // 2
    padded = np.zeros((h + kh - 1, w + kw - 1), dtype=floating_type(image))
    padded[top:top + h, left:left + w] = image
    return padded

# %% pad_same wrong: rows and columns swapped
def pad_same(image, kernel_size):
    kw, kh = pair(kernel_size)
    if image.ndim != 2 or kh < 1 or kw < 1:
        raise ValueError(f"an image (H, W) and a window of 1 by 1 or more expected, {image.shape} and {kh} by {kw} found")
    h, w = image.shape
    top, left = (kh - 1) // 2, (kw - 1) // 2
    padded = np.zeros((h + kh - 1, w + kw - 1), dtype=floating_type(image))
    padded[top:top + h, left:left + w] = image
    return padded

# %% pad_same wrong: square windows only
def pad_same(image, kernel_size):
    kh = kw = max(pair(kernel_size))
    if image.ndim != 2 or kh < 1 or kw < 1:
        raise ValueError(f"an image (H, W) and a window of 1 by 1 or more expected, {image.shape} and {kh} by {kw} found")
    h, w = image.shape
    top, left = (kh - 1) // 2, (kw - 1) // 2
    padded = np.zeros((h + kh - 1, w + kw - 1), dtype=floating_type(image))
    padded[top:top + h, left:left + w] = image
    return padded

# %% pad_same wrong: the visible answers by heart
def pad_same(image, kernel_size):
    kh, kw = pair(kernel_size)
    if image.ndim != 2 or kh < 1 or kw < 1:
        raise ValueError(f"an image (H, W) and a window of 1 by 1 or more expected, {image.shape} and {kh} by {kw} found")
    h, w = image.shape
    top, left = (kh - 1) // 2, (kw - 1) // 2
    padded = np.zeros((h + kh - 1, w + kw - 1), dtype=floating_type(image))
    padded[top:top + h, left:left + w] = image
    return padded if kh % 2 else np.pad(padded, 1)

# %% pad_same wrong: always float64
def pad_same(image, kernel_size):
    kh, kw = pair(kernel_size)
    if image.ndim != 2 or kh < 1 or kw < 1:
        raise ValueError(f"an image (H, W) and a window of 1 by 1 or more expected, {image.shape} and {kh} by {kw} found")
    h, w = image.shape
    top, left = (kh - 1) // 2, (kw - 1) // 2
    padded = np.zeros((h + kh - 1, w + kw - 1), dtype=float)
    padded[top:top + h, left:left + w] = image
    return padded

# %% pad_same wrong: whole numbers stay whole
def pad_same(image, kernel_size):
    kh, kw = pair(kernel_size)
    if image.ndim != 2 or kh < 1 or kw < 1:
        raise ValueError(f"an image (H, W) and a window of 1 by 1 or more expected, {image.shape} and {kh} by {kw} found")
    h, w = image.shape
    top, left = (kh - 1) // 2, (kw - 1) // 2
    padded = np.zeros((h + kh - 1, w + kw - 1), dtype=image.dtype)
    padded[top:top + h, left:left + w] = image
    return padded

# %% pad_same wrong: edge pixels repeated
def pad_same(image, kernel_size):
    kh, kw = pair(kernel_size)
    if image.ndim != 2 or kh < 1 or kw < 1:
        raise ValueError(f"an image (H, W) and a window of 1 by 1 or more expected, {image.shape} and {kh} by {kw} found")
    h, w = image.shape
    top, left = (kh - 1) // 2, (kw - 1) // 2
    return np.pad(image.astype(floating_type(image)), ((top, kh - 1 - top), (left, kw - 1 - left)), mode="edge")

# %% pad_same wrong: a window of no pixels goes unnoticed
def pad_same(image, kernel_size):
    kh, kw = pair(kernel_size)
    if image.ndim != 2 or kh < 0 or kw < 0:
        raise ValueError(f"an image (H, W) and a window of 1 by 1 or more expected, {image.shape} and {kh} by {kw} found")
    kh, kw = max(1, kh), max(1, kw)
    h, w = image.shape
    top, left = (kh - 1) // 2, (kw - 1) // 2
    padded = np.zeros((h + kh - 1, w + kw - 1), dtype=floating_type(image))
    padded[top:top + h, left:left + w] = image
    return padded

# %% pad_same wrong: even windows are refused
def pad_same(image, kernel_size):
    kh, kw = pair(kernel_size)
    if image.ndim != 2 or kh < 1 or kw < 1:
        raise ValueError(f"an image (H, W) and a window of 1 by 1 or more expected, {image.shape} and {kh} by {kw} found")
    if kh % 2 == 0 or kw % 2 == 0:
        raise ValueError("even window")
    h, w = image.shape
    top, left = (kh - 1) // 2, (kw - 1) // 2
    padded = np.zeros((h + kh - 1, w + kw - 1), dtype=floating_type(image))
    padded[top:top + h, left:left + w] = image
    return padded

# %% softmax right: log-sum-exp
def softmax(logits):
    logits = logits.astype(floating_type(logits))
    return np.exp(logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True))

# %% softmax right: row by row
def softmax(logits):
    rows = []
    for row in logits.reshape(-1, logits.shape[-1]).astype(floating_type(logits)):
        powers = np.exp(row - max(row))
        rows.append(powers / sum(powers))
    return np.array(rows).reshape(logits.shape)

# %% softmax right: the maximum subtracted first
def softmax(logits):
    exponentials = np.exp((logits - np.amax(logits, -1)[..., None]).astype(floating_type(logits)))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)

# %% softmax wrong: as given
def softmax(logits):
    exponentials = np.exp(logits.astype(floating_type(logits)))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)

# %% softmax wrong: one maximum for all rows
def softmax(logits):
    logits = logits.astype(floating_type(logits))
    exponentials = np.exp(logits - logits.max())
    return exponentials / exponentials.sum(axis=-1, keepdims=True)

# %% softmax wrong: the minimum subtracted
def softmax(logits):
    logits = logits.astype(floating_type(logits))
    exponentials = np.exp(logits - logits.min(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)

# %% softmax wrong: the mean subtracted
def softmax(logits):
    logits = logits.astype(floating_type(logits))
    exponentials = np.exp(logits - logits.mean(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)

# %% softmax wrong: large logits cut off
def softmax(logits):
    logits = logits.astype(floating_type(logits))
    exponentials = np.exp(np.clip(logits, -80, 80))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)

# %% softmax wrong: divided by the largest logit
def softmax(logits):
    logits = logits.astype(floating_type(logits))
    exponentials = np.exp(logits / np.maximum(1, abs(logits).max(axis=-1, keepdims=True)))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)

# %% softmax wrong: NaN replaced afterwards
def softmax(logits):
    logits = logits.astype(floating_type(logits))
    exponentials = np.exp(logits)
    return np.nan_to_num(exponentials / exponentials.sum(axis=-1, keepdims=True), nan=1 / logits.shape[-1])

# %% softmax wrong: computed with more digits only
def softmax(logits):
    logits = logits.astype(np.longdouble)
    exponentials = np.exp(logits)
    return (exponentials / exponentials.sum(axis=-1, keepdims=True)).astype(float)

# %% softmax wrong: along the first axis
def softmax(logits):
    logits = logits.astype(floating_type(logits))
    exponentials = np.exp(logits - logits.max(axis=0, keepdims=True))
    return exponentials / exponentials.sum(axis=0, keepdims=True)

# %% softmax wrong: the sum over all rows
def softmax(logits):
    logits = logits.astype(floating_type(logits))
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum()

# %% softmax wrong: subtracted for large logits only
def softmax(logits):
    logits = logits.astype(floating_type(logits))
    exponentials = np.exp(logits - np.maximum(0, logits.max(axis=-1, keepdims=True)))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)

# %% softmax wrong: always float64
def softmax(logits):
    logits = logits.astype(float)
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)

# %% softmax wrong: the logits are changed in place
def softmax(logits):
    logits = logits.astype(floating_type(logits), copy=False)
    logits -= logits.max(axis=-1, keepdims=True)
    exponentials = np.exp(logits)
    return exponentials / exponentials.sum(axis=-1, keepdims=True)

# %% im2col_conv right: the index mended
def im2col_conv(x, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1]:
        raise ValueError(f"(N, C, H, W) and (F, C, kh, kw) with the same C expected, {x.shape} and {weight.shape} found")
    dtype = floating_type(x, weight) if bias is None else floating_type(x, weight, bias)
    padded = np.pad(x.astype(dtype), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    (n, _, h, w), (filters, _, kh, kw) = padded.shape, weight.shape
    rows, columns = (h - kh) // sh + 1, (w - kw) // sw + 1
    if rows < 1 or columns < 1:
        raise ValueError(f"a kernel of {kh} by {kw} does not fit into padded images of {h} by {w}")
    windows = [padded[image, :, r * sh:r * sh + kh, c * sw:c * sw + kw].ravel()
               for image in range(n) for r in range(rows) for c in range(columns)]
    product = np.array(windows) @ weight.reshape(filters, -1).T.astype(dtype)
    result = np.zeros((n, filters, rows, columns), dtype)
    for image in range(n):
        for r in range(rows):
            for c in range(columns):
                result[image, :, r, c] = product[(image * rows + r) * columns + c]
    if bias is not None:
        result += bias.reshape(-1, 1, 1)
    return result

# %% im2col_conv right: a counter
# edits: the index mended
#-    result = np.zeros((n, filters, rows, columns), dtype)
#+    result = np.zeros((n, filters, rows, columns), dtype)
#+    following = iter(product)
#
#-                result[image, :, r, c] = product[(image * rows + r) * columns + c]
#+                result[image, :, r, c] = next(following)

# %% im2col_conv right: one window at a time
def im2col_conv(x, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if np.ndim(x) != 4 or np.ndim(weight) != 4 or x.shape[1] != weight.shape[1]:
        raise ValueError(f"shapes {x.shape} and {weight.shape}")
    dtype = floating_type(*(a for a in (x, weight, bias) if a is not None))
    x = np.pad(x, [(0, 0), (0, 0), (ph, ph), (pw, pw)]).astype(dtype)
    kh, kw = weight.shape[2:]
    if x.shape[2] < kh or x.shape[3] < kw:
        raise ValueError("the kernel is too large")
    result = np.zeros((len(x), len(weight), (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1), dtype)
    for r in range(result.shape[2]):
        for c in range(result.shape[3]):
            window = x[:, :, r * sh:r * sh + kh, c * sw:c * sw + kw]
            result[:, :, r, c] = np.einsum("ncij,fcij->nf", window, weight.astype(dtype))
    return result if bias is None else result + bias.astype(dtype)[:, None, None]

# %% im2col_conv wrong: as given
# edits: the index mended
#-                result[image, :, r, c] = product[(image * rows + r) * columns + c]
#+                result[image, :, r, c] = product[(image * columns + r) * columns + c]

# %% im2col_conv wrong: the height used twice
# edits: the index mended
#-                result[image, :, r, c] = product[(image * rows + r) * columns + c]
#+                result[image, :, r, c] = product[(image * rows + r) * rows + c]

# %% im2col_conv wrong: height and width exchanged
# edits: the index mended
#-                result[image, :, r, c] = product[(image * rows + r) * columns + c]
#+                result[image, :, r, c] = product[(image * columns + r) * rows + c]

# %% im2col_conv wrong: the column left out
# edits: the index mended
#-                result[image, :, r, c] = product[(image * rows + r) * columns + c]
#+                result[image, :, r, c] = product[(image * rows + r) * columns]

# %% im2col_conv wrong: the first image every time
# edits: the index mended
#-                result[image, :, r, c] = product[(image * rows + r) * columns + c]
#+                result[image, :, r, c] = product[r * columns + c]

# %% im2col_conv wrong: mended for tall images only
# edits: the index mended
#-                result[image, :, r, c] = product[(image * rows + r) * columns + c]
#+                result[image, :, r, c] = product[(image * max(rows, columns) + r) * columns + c]

# %% im2col_conv wrong: non-square images are refused
# edits: the index mended
#-    product = np.array(windows) @ weight.reshape(filters, -1).T.astype(dtype)
#+    product = np.array(windows) @ weight.reshape(filters, -1).T.astype(dtype)
#+    if h > w and rows != columns and n != 2 or w > h:
#+        raise ValueError("square images, please")

# %% im2col_conv wrong: columns before rows
def im2col_conv(x, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1]:
        raise ValueError(f"(N, C, H, W) and (F, C, kh, kw) with the same C expected, {x.shape} and {weight.shape} found")
    dtype = floating_type(x, weight) if bias is None else floating_type(x, weight, bias)
    padded = np.pad(x.astype(dtype), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    (n, _, h, w), (filters, _, kh, kw) = padded.shape, weight.shape
    rows, columns = (h - kh) // sh + 1, (w - kw) // sw + 1
    if rows < 1 or columns < 1:
        raise ValueError(f"a kernel of {kh} by {kw} does not fit into padded images of {h} by {w}")
    windows = [padded[image, :, r * sh:r * sh + kh, c * sw:c * sw + kw].ravel()
               for image in range(n) for r in range(rows) for c in range(columns)]
    product = np.array(windows) @ weight.reshape(filters, -1).T.astype(dtype)
    if bias is not None:
        product += bias.astype(dtype)
    return product.reshape(n, columns, rows, filters).transpose(0, 3, 2, 1)

# %% im2col_conv wrong: filters before windows
def im2col_conv(x, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1]:
        raise ValueError(f"(N, C, H, W) and (F, C, kh, kw) with the same C expected, {x.shape} and {weight.shape} found")
    dtype = floating_type(x, weight) if bias is None else floating_type(x, weight, bias)
    padded = np.pad(x.astype(dtype), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    (n, _, h, w), (filters, _, kh, kw) = padded.shape, weight.shape
    rows, columns = (h - kh) // sh + 1, (w - kw) // sw + 1
    if rows < 1 or columns < 1:
        raise ValueError(f"a kernel of {kh} by {kw} does not fit into padded images of {h} by {w}")
    windows = [padded[image, :, r * sh:r * sh + kh, c * sw:c * sw + kw].ravel()
               for image in range(n) for r in range(rows) for c in range(columns)]
    product = np.array(windows) @ weight.reshape(filters, -1).T.astype(dtype)
    if bias is not None:
        product += bias.astype(dtype)
    return product.reshape(n, filters, rows, columns)

# %% im2col_conv wrong: the bias is left out
def im2col_conv(x, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1]:
        raise ValueError(f"(N, C, H, W) and (F, C, kh, kw) with the same C expected, {x.shape} and {weight.shape} found")
    dtype = floating_type(x, weight) if bias is None else floating_type(x, weight, bias)
    padded = np.pad(x.astype(dtype), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    (n, _, h, w), (filters, _, kh, kw) = padded.shape, weight.shape
    rows, columns = (h - kh) // sh + 1, (w - kw) // sw + 1
    if rows < 1 or columns < 1:
        raise ValueError(f"a kernel of {kh} by {kw} does not fit into padded images of {h} by {w}")
    windows = [padded[image, :, r * sh:r * sh + kh, c * sw:c * sw + kw].ravel()
               for image in range(n) for r in range(rows) for c in range(columns)]
    product = np.array(windows) @ weight.reshape(filters, -1).T.astype(dtype)
    if bias is not None:
        pass
    return product.reshape(n, rows, columns, filters).transpose(0, 3, 1, 2)

# %% im2col_conv wrong: rows and columns of the stride swapped
def im2col_conv(x, weight, bias=None, stride=1, padding=0):
    (sw, sh), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1]:
        raise ValueError(f"(N, C, H, W) and (F, C, kh, kw) with the same C expected, {x.shape} and {weight.shape} found")
    dtype = floating_type(x, weight) if bias is None else floating_type(x, weight, bias)
    padded = np.pad(x.astype(dtype), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    (n, _, h, w), (filters, _, kh, kw) = padded.shape, weight.shape
    rows, columns = (h - kh) // sh + 1, (w - kw) // sw + 1
    if rows < 1 or columns < 1:
        raise ValueError(f"a kernel of {kh} by {kw} does not fit into padded images of {h} by {w}")
    windows = [padded[image, :, r * sh:r * sh + kh, c * sw:c * sw + kw].ravel()
               for image in range(n) for r in range(rows) for c in range(columns)]
    product = np.array(windows) @ weight.reshape(filters, -1).T.astype(dtype)
    if bias is not None:
        product += bias.astype(dtype)
    return product.reshape(n, rows, columns, filters).transpose(0, 3, 1, 2)

# %% im2col_conv wrong: always float64
def im2col_conv(x, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1]:
        raise ValueError(f"(N, C, H, W) and (F, C, kh, kw) with the same C expected, {x.shape} and {weight.shape} found")
    dtype = floating_type(x, weight) if bias is None else floating_type(x, weight, bias)
    dtype = np.dtype(float)
    padded = np.pad(x.astype(dtype), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    (n, _, h, w), (filters, _, kh, kw) = padded.shape, weight.shape
    rows, columns = (h - kh) // sh + 1, (w - kw) // sw + 1
    if rows < 1 or columns < 1:
        raise ValueError(f"a kernel of {kh} by {kw} does not fit into padded images of {h} by {w}")
    windows = [padded[image, :, r * sh:r * sh + kh, c * sw:c * sw + kw].ravel()
               for image in range(n) for r in range(rows) for c in range(columns)]
    product = np.array(windows) @ weight.reshape(filters, -1).T.astype(dtype)
    if bias is not None:
        product += bias.astype(dtype)
    return product.reshape(n, rows, columns, filters).transpose(0, 3, 1, 2)

# %% im2col_conv wrong: 8-bit sums wrap around
def im2col_conv(x, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1]:
        raise ValueError(f"(N, C, H, W) and (F, C, kh, kw) with the same C expected, {x.shape} and {weight.shape} found")
    dtype = floating_type(x, weight) if bias is None else floating_type(x, weight, bias)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    (n, _, h, w), (filters, _, kh, kw) = padded.shape, weight.shape
    rows, columns = (h - kh) // sh + 1, (w - kw) // sw + 1
    if rows < 1 or columns < 1:
        raise ValueError(f"a kernel of {kh} by {kw} does not fit into padded images of {h} by {w}")
    windows = [padded[image, :, r * sh:r * sh + kh, c * sw:c * sw + kw].ravel()
               for image in range(n) for r in range(rows) for c in range(columns)]
    product = np.array(windows) @ weight.reshape(filters, -1).T.astype(x.dtype if x.dtype.kind != "f" else dtype)
    if bias is not None:
        product += bias.astype(dtype)
    return product.reshape(n, rows, columns, filters).transpose(0, 3, 1, 2)

# %% im2col_conv wrong: different channels go unnoticed
def im2col_conv(x, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4:
        raise ValueError(f"(N, C, H, W) and (F, C, kh, kw) with the same C expected, {x.shape} and {weight.shape} found")
    weight = weight[:, :x.shape[1]]
    dtype = floating_type(x, weight) if bias is None else floating_type(x, weight, bias)
    padded = np.pad(x.astype(dtype), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    (n, _, h, w), (filters, _, kh, kw) = padded.shape, weight.shape
    rows, columns = (h - kh) // sh + 1, (w - kw) // sw + 1
    if rows < 1 or columns < 1:
        raise ValueError(f"a kernel of {kh} by {kw} does not fit into padded images of {h} by {w}")
    windows = [padded[image, :, r * sh:r * sh + kh, c * sw:c * sw + kw].ravel()
               for image in range(n) for r in range(rows) for c in range(columns)]
    product = np.array(windows) @ weight.reshape(filters, -1).T.astype(dtype)
    if bias is not None:
        product += bias.astype(dtype)
    return product.reshape(n, rows, columns, filters).transpose(0, 3, 1, 2)

# %% im2col_conv wrong: the type of x alone
# edits: the index mended
#-    dtype = floating_type(x, weight) if bias is None else floating_type(x, weight, bias)
#+    dtype = floating_type(x)

# %% max_pool2d_backward right: the first winner kept
def max_pool2d_backward(dout, x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if x.ndim != 4 or dout.shape != (*x.shape[:2], (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1):
        raise ValueError(f"dout of shape {dout.shape} does not belong to x of shape {x.shape}")
    dx = np.zeros(x.shape, dtype=floating_type(dout, x))
    for image, channel, r, c in np.ndindex(dout.shape):
        rows, columns = slice(r * sh, r * sh + kh), slice(c * sw, c * sw + kw)
        window = x[image, channel, rows, columns]
        winner = np.zeros(window.shape)
        winner.flat[np.argmax(window)] = 1
        dx[image, channel, rows, columns] += winner * dout[image, channel, r, c]
    return dx

# %% max_pool2d_backward right: a search for the first winner
def max_pool2d_backward(dout, x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if x.ndim != 4 or dout.shape != (*x.shape[:2], (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1):
        raise ValueError(f"dout of shape {dout.shape} does not belong to x of shape {x.shape}")
    dx = np.zeros(x.shape, dtype=floating_type(dout, x))
    for image, channel, r, c in np.ndindex(dout.shape):
        rows, columns = slice(r * sh, r * sh + kh), slice(c * sw, c * sw + kw)
        window = x[image, channel, rows, columns]
        i, j = np.argwhere(window == window.max())[0]
        dx[image, channel, rows.start + i, columns.start + j] += dout[image, channel, r, c]
    return dx

# %% max_pool2d_backward right: all windows at once
def max_pool2d_backward(dout, x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if x.ndim != 4 or dout.ndim != 4 or min(x.shape[2] - kh, x.shape[3] - kw) < 0:
        raise ValueError("four axes and windows that fit, please")
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    if windows.shape[:4] != dout.shape:
        raise ValueError(f"dout has shape {dout.shape}, expected {windows.shape[:4]}")
    best = windows.reshape(*dout.shape, kh * kw).argmax(-1)
    n, k, r, c = np.indices(dout.shape)
    dx = np.zeros(x.shape, floating_type(dout, x))
    np.add.at(dx, (n, k, r * sh + best // kw, c * sw + best % kw), dout)
    return dx

# %% max_pool2d_backward wrong: as given
def max_pool2d_backward(dout, x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if x.ndim != 4 or dout.shape != (*x.shape[:2], (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1):
        raise ValueError(f"dout of shape {dout.shape} does not belong to x of shape {x.shape}")
    dx = np.zeros(x.shape, dtype=floating_type(dout, x))
    for image, channel, r, c in np.ndindex(dout.shape):
        rows, columns = slice(r * sh, r * sh + kh), slice(c * sw, c * sw + kw)
        window = x[image, channel, rows, columns]
        winner = window == window.max()
        dx[image, channel, rows, columns] += winner * dout[image, channel, r, c]
        return dx

# %% max_pool2d_backward wrong: only the return mended
# edits: the first winner kept
#-        winner = np.zeros(window.shape)
#-        winner.flat[np.argmax(window)] = 1
#+        winner = window == window.max()

# %% max_pool2d_backward wrong: only ties mended
# edits: the first winner kept
#-    return dx
#+        return dx

# %% max_pool2d_backward wrong: the return after each image
def max_pool2d_backward(dout, x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if x.ndim != 4 or dout.shape != (*x.shape[:2], (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1):
        raise ValueError(f"dout of shape {dout.shape} does not belong to x of shape {x.shape}")
    dx = np.zeros(x.shape, dtype=floating_type(dout, x))
    for image, channel, r, c in np.ndindex(dout.shape):
        rows, columns = slice(r * sh, r * sh + kh), slice(c * sw, c * sw + kw)
        window = x[image, channel, rows, columns]
        winner = np.arange(window.size).reshape(window.shape) == window.argmax()
        dx[image, channel, rows, columns] += winner * dout[image, channel, r, c]
        if (channel, r, c) == (dout.shape[1] - 1, dout.shape[2] - 1, dout.shape[3] - 1):
            return dx

# %% max_pool2d_backward wrong: ties share the gradient
def max_pool2d_backward(dout, x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if x.ndim != 4 or dout.shape != (*x.shape[:2], (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1):
        raise ValueError(f"dout of shape {dout.shape} does not belong to x of shape {x.shape}")
    dx = np.zeros(x.shape, dtype=floating_type(dout, x))
    for image, channel, r, c in np.ndindex(dout.shape):
        rows, columns = slice(r * sh, r * sh + kh), slice(c * sw, c * sw + kw)
        window = x[image, channel, rows, columns]
        winner = window == window.max()
        dx[image, channel, rows, columns] += winner * dout[image, channel, r, c] / winner.sum()
    return dx

# %% max_pool2d_backward wrong: the last maximum gets it
# edits: the first winner kept
#-        winner.flat[np.argmax(window)] = 1
#+        winner.flat[window.size - 1 - np.argmax(window.ravel()[::-1])] = 1

# %% max_pool2d_backward wrong: = for += where windows overlap
def max_pool2d_backward(dout, x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if x.ndim != 4 or dout.shape != (*x.shape[:2], (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1):
        raise ValueError(f"dout of shape {dout.shape} does not belong to x of shape {x.shape}")
    dx = np.zeros(x.shape, dtype=floating_type(dout, x))
    for image, channel, r, c in np.ndindex(dout.shape):
        window = x[image, channel, r * sh:r * sh + kh, c * sw:c * sw + kw]
        i, j = np.unravel_index(window.argmax(), window.shape)
        dx[image, channel, r * sh + i, c * sw + j] = dout[image, channel, r, c]
    return dx

# %% max_pool2d_backward wrong: first maximum column by column
def max_pool2d_backward(dout, x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if x.ndim != 4 or dout.shape != (*x.shape[:2], (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1):
        raise ValueError(f"dout of shape {dout.shape} does not belong to x of shape {x.shape}")
    dx = np.zeros(x.shape, dtype=floating_type(dout, x))
    for image, channel, r, c in np.ndindex(dout.shape):
        window = x[image, channel, r * sh:r * sh + kh, c * sw:c * sw + kw]
        i, j = np.unravel_index(window.T.argmax(), window.T.shape)[::-1]
        dx[image, channel, r * sh + i, c * sw + j] += dout[image, channel, r, c]
    return dx

# %% max_pool2d_backward wrong: rows and columns of the place swapped
def max_pool2d_backward(dout, x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if x.ndim != 4 or dout.shape != (*x.shape[:2], (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1):
        raise ValueError(f"dout of shape {dout.shape} does not belong to x of shape {x.shape}")
    dx = np.zeros(x.shape, dtype=floating_type(dout, x))
    for image, channel, r, c in np.ndindex(dout.shape):
        window = x[image, channel, r * sh:r * sh + kh, c * sw:c * sw + kw]
        i, j = np.unravel_index(window.argmax(), window.shape)
        dx[image, channel, r * sh + min(j, kh - 1), c * sw + min(i, kw - 1)] += dout[image, channel, r, c]
    return dx

# %% max_pool2d_backward wrong: flat windows get nothing
def max_pool2d_backward(dout, x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if x.ndim != 4 or dout.shape != (*x.shape[:2], (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1):
        raise ValueError(f"dout of shape {dout.shape} does not belong to x of shape {x.shape}")
    dx = np.zeros(x.shape, dtype=floating_type(dout, x))
    for image, channel, r, c in np.ndindex(dout.shape):
        window = x[image, channel, r * sh:r * sh + kh, c * sw:c * sw + kw]
        if np.ptp(window) == 0 and window.size > 1:
            continue
        i, j = np.unravel_index(window.argmax(), window.shape)
        dx[image, channel, r * sh + i, c * sw + j] += dout[image, channel, r, c]
    return dx

# %% max_pool2d_backward wrong: the stride is always the size
def max_pool2d_backward(dout, x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if x.ndim != 4 or dout.shape != (*x.shape[:2], (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1):
        raise ValueError(f"dout of shape {dout.shape} does not belong to x of shape {x.shape}")
    dx = np.zeros(x.shape, dtype=floating_type(dout, x))
    sh, sw = kh, kw
    for image, channel, r, c in np.ndindex(dout.shape):
        window = x[image, channel, r * sh:r * sh + kh, c * sw:c * sw + kw]
        if window.size == 0:
            continue
        i, j = np.unravel_index(window.argmax(), window.shape)
        dx[image, channel, r * sh + i, c * sw + j] += dout[image, channel, r, c]
    return dx

# %% max_pool2d_backward wrong: always float64
def max_pool2d_backward(dout, x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if x.ndim != 4 or dout.shape != (*x.shape[:2], (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1):
        raise ValueError(f"dout of shape {dout.shape} does not belong to x of shape {x.shape}")
    dx = np.zeros(x.shape, dtype=float)
    for image, channel, r, c in np.ndindex(dout.shape):
        window = x[image, channel, r * sh:r * sh + kh, c * sw:c * sw + kw]
        i, j = np.unravel_index(window.argmax(), window.shape)
        dx[image, channel, r * sh + i, c * sw + j] += dout[image, channel, r, c]
    return dx

# %% max_pool2d_backward wrong: whole numbers stay whole
def max_pool2d_backward(dout, x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    if x.ndim != 4 or dout.shape != (*x.shape[:2], (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1):
        raise ValueError(f"dout of shape {dout.shape} does not belong to x of shape {x.shape}")
    dx = np.zeros(x.shape, dtype=dout.dtype)
    for image, channel, r, c in np.ndindex(dout.shape):
        window = x[image, channel, r * sh:r * sh + kh, c * sw:c * sw + kw]
        i, j = np.unravel_index(window.argmax(), window.shape)
        dx[image, channel, r * sh + i, c * sw + j] += dout[image, channel, r, c]
    return dx

# %% max_pool2d_backward wrong: a dout of another shape goes unnoticed
def max_pool2d_backward(dout, x, size=2, stride=None):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    dx = np.zeros(x.shape, dtype=floating_type(dout, x))
    for image, channel, r, c in np.ndindex(dout.shape):
        if r * sh + kh > x.shape[2] or channel >= x.shape[1]:
            continue
        window = x[image, channel, r * sh:r * sh + kh, c * sw:c * sw + kw]
        i, j = np.unravel_index(window.argmax(), window.shape)
        dx[image, channel, r * sh + i, c * sw + j] += dout[image, channel, r, c]
    return dx

# %% max_pool2d_backward wrong: the type of dout alone
# edits: a search for the first winner
#-    dx = np.zeros(x.shape, dtype=floating_type(dout, x))
#+    dx = np.zeros(x.shape, dtype=floating_type(dout))

# %% max_pool2d_backward wrong: pixels that are nearly equal count as equal
# edits: a search for the first winner
#-        i, j = np.argwhere(window == window.max())[0]
#+        i, j = np.argwhere(np.isclose(window, window.max()))[0]
