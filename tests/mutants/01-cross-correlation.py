# Answers to 01-cross-correlation, right and wrong, as people write them.

# %% output_shape right: with a generator
def output_shape(image_shape, kernel_shape):
    shape = tuple(n - k + 1 for n, k in zip(image_shape, kernel_shape))
    if min(shape) < 1:
        raise ValueError(f"image {image_shape} is smaller than kernel {kernel_shape}")
    return shape

# %% output_shape right: with arrays
def output_shape(image_shape, kernel_shape):
    shape = np.subtract(image_shape, kernel_shape) + 1
    if (shape <= 0).any():
        raise ValueError(f"image {image_shape} is smaller than kernel {kernel_shape}")
    return shape[0], shape[1]

# %% output_shape right: a list
def output_shape(image_shape, kernel_shape):
    (h, w), (kh, kw) = image_shape, kernel_shape
    if kh > h or kw > w:
        raise ValueError("the kernel does not fit")
    return [h - kh + 1, w - kw + 1]

# %% output_shape wrong: one position forgotten
def output_shape(image_shape, kernel_shape):
    return image_shape[0] - kernel_shape[0], image_shape[1] - kernel_shape[1]

# %% output_shape wrong: rows and columns swapped
def output_shape(image_shape, kernel_shape):
    if kernel_shape[0] > image_shape[0] or kernel_shape[1] > image_shape[1]:
        raise ValueError("does not fit")
    return image_shape[1] - kernel_shape[1] + 1, image_shape[0] - kernel_shape[0] + 1

# %% output_shape wrong: a kernel that does not fit goes unnoticed
def output_shape(image_shape, kernel_shape):
    return image_shape[0] - kernel_shape[0] + 1, image_shape[1] - kernel_shape[1] + 1

# %% output_shape wrong: only rows are checked
def output_shape(image_shape, kernel_shape):
    if kernel_shape[0] > image_shape[0]:
        raise ValueError("does not fit")
    return image_shape[0] - kernel_shape[0] + 1, image_shape[1] - kernel_shape[1] + 1

# %% output_shape wrong: square kernels only
def output_shape(image_shape, kernel_shape):
    k = kernel_shape[0]
    if k > min(image_shape):
        raise ValueError("does not fit")
    return image_shape[0] - k + 1, image_shape[1] - k + 1

# %% output_shape wrong: the visible answers by heart
def output_shape(image_shape, kernel_shape):
    return {(1, 1): (6, 8), (6, 8): (1, 1), (2, 2): (2, 2)}[kernel_shape]

# %% output_shape wrong: a size of zero instead of an error
def output_shape(image_shape, kernel_shape):
    return max(0, image_shape[0] - kernel_shape[0] + 1), max(0, image_shape[1] - kernel_shape[1] + 1)

# %% corr2d right: four loops
def corr2d(image, kernel):
    if image.ndim != 2 or kernel.ndim != 2:
        raise ValueError("two axes each, please")
    rows, columns = output_shape(image.shape, kernel.shape)
    dtype = np.float32 if image.dtype == kernel.dtype == np.float32 else np.float64
    result = np.zeros((rows, columns), dtype)
    for r in range(rows):
        for c in range(columns):
            total = 0.0
            for i in range(kernel.shape[0]):
                for j in range(kernel.shape[1]):
                    total += float(image[r + i, c + j]) * float(kernel[i, j])
            result[r, c] = total
    return result

# %% corr2d right: sliding windows and einsum
def corr2d(image, kernel):
    if image.ndim != 2 or kernel.ndim != 2:
        raise ValueError("two axes each, please")
    if image.dtype.kind != "f":
        image = image.astype(float)
    if kernel.dtype.kind != "f":
        kernel = kernel.astype(image.dtype)
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.einsum("rcij,ij->rc", windows, kernel)

# %% corr2d right: one matrix product
def corr2d(image, kernel):
    assert_shape = output_shape(image.shape, kernel.shape) if image.ndim == kernel.ndim == 2 else None
    if assert_shape is None:
        raise ValueError(f"wrong number of axes: {image.shape}, {kernel.shape}")
    dtype = np.result_type(image, kernel) if image.dtype.kind == "f" else np.dtype(float)
    h, w = kernel.shape
    rows = [image[r:r + h, c:c + w].ravel() for r in range(assert_shape[0]) for c in range(assert_shape[1])]
    return (np.array(rows, dtype) @ kernel.ravel().astype(dtype)).reshape(assert_shape)

# %% corr2d right: Fourier transform
def corr2d(image, kernel):
    if image.ndim != 2 or kernel.ndim != 2:
        raise ValueError("two axes each, please")
    rows, columns = output_shape(image.shape, kernel.shape)
    single = image.dtype == np.float32 and kernel.dtype == np.float32
    spectrum = np.fft.rfft2(image.astype(float)) * np.conj(np.fft.rfft2(kernel.astype(float), image.shape))
    result = np.fft.irfft2(spectrum, image.shape)[:rows, :columns]
    return result.astype(np.float32 if single else np.float64)

# %% corr2d wrong: flipped kernel
def corr2d(image, kernel):
    if image.ndim != 2 or kernel.ndim != 2:
        raise ValueError("two axes each, please")
    rows, columns = output_shape(image.shape, kernel.shape)
    image = image if image.dtype.kind == "f" else image.astype(float)
    result = np.zeros((rows, columns), image.dtype)
    for r in range(rows):
        for c in range(columns):
            result[r, c] = (image[r:r + kernel.shape[0], c:c + kernel.shape[1]] * kernel[::-1, ::-1]).sum()
    return result

# %% corr2d wrong: 8-bit images wrap around
def corr2d(image, kernel):
    if image.ndim != 2 or kernel.ndim != 2:
        raise ValueError("two axes each, please")
    rows, columns = output_shape(image.shape, kernel.shape)
    result = np.zeros((rows, columns), image.dtype if image.dtype.kind == "f" else float)
    for r in range(rows):
        for c in range(columns):
            result[r, c] = (image[r:r + kernel.shape[0], c:c + kernel.shape[1]] * kernel).sum(dtype=result.dtype)
    return result

# %% corr2d wrong: always float64
def corr2d(image, kernel):
    if image.ndim != 2 or kernel.ndim != 2:
        raise ValueError("two axes each, please")
    rows, columns = output_shape(image.shape, kernel.shape)
    result = np.zeros((rows, columns))
    for i in range(kernel.shape[0]):
        for j in range(kernel.shape[1]):
            result += image[i:i + rows, j:j + columns] * float(kernel[i, j])
    return result

# %% corr2d wrong: square kernels only
def corr2d(image, kernel):
    k = kernel.shape[0]
    rows, columns = output_shape(image.shape, (k, k))
    image = image if image.dtype.kind == "f" else image.astype(float)
    result = np.zeros((rows, columns), image.dtype)
    for r in range(rows):
        for c in range(columns):
            result[r, c] = (image[r:r + k, c:c + k] * kernel).sum()
    return result

# %% corr2d wrong: the last row and column are left out
def corr2d(image, kernel):
    if image.ndim != 2 or kernel.ndim != 2:
        raise ValueError("two axes each, please")
    rows, columns = output_shape(image.shape, kernel.shape)
    image = image if image.dtype.kind == "f" else image.astype(float)
    result = np.zeros((rows, columns), image.dtype)
    for r in range(rows - 1):
        for c in range(columns - 1):
            result[r, c] = (image[r:r + kernel.shape[0], c:c + kernel.shape[1]] * kernel).sum()
    return result

# %% corr2d wrong: the image is changed in place
def corr2d(image, kernel):
    if image.ndim != 2 or kernel.ndim != 2:
        raise ValueError("two axes each, please")
    rows, columns = output_shape(image.shape, kernel.shape)
    if image.dtype.kind != "f":
        image = image.astype(float)
    for r in range(rows):
        for c in range(columns):
            image[r, c] = (image[r:r + kernel.shape[0], c:c + kernel.shape[1]] * kernel).sum()
    return image[:rows, :columns].copy()

# %% corr2d wrong: a kernel that does not fit gives an empty array
def corr2d(image, kernel):
    rows, columns = max(0, image.shape[0] - kernel.shape[0] + 1), max(0, image.shape[1] - kernel.shape[1] + 1)
    image = image if image.dtype.kind == "f" else image.astype(float)
    result = np.zeros((rows, columns), image.dtype)
    for r in range(rows):
        for c in range(columns):
            result[r, c] = (image[r:r + kernel.shape[0], c:c + kernel.shape[1]] * kernel).sum()
    return result

# %% corr2d wrong: a list of lists
def corr2d(image, kernel):
    rows, columns = output_shape(image.shape, kernel.shape)
    return [[float((image[r:r + kernel.shape[0], c:c + kernel.shape[1]] * kernel).sum()) for c in range(columns)]
            for r in range(rows)]

# %% corr2d wrong: scipy does it
def corr2d(image, kernel):
    from scipy.signal import correlate2d
    return correlate2d(image, kernel, mode="valid")

# %% corr2d wrong: a Fourier transform of 32 by 32
def corr2d(image, kernel):
    if image.ndim != 2 or kernel.ndim != 2:
        raise ValueError("two axes each, please")
    rows, columns = output_shape(image.shape, kernel.shape)
    dtype = np.float32 if image.dtype == kernel.dtype == np.float32 else np.float64
    spectrum = np.fft.rfft2(image.astype(float), (32, 32)) * np.conj(np.fft.rfft2(kernel.astype(float), (32, 32)))
    return np.fft.irfft2(spectrum, (32, 32))[:rows, :columns].astype(dtype)

# %% convolve2d right: np.rot90
def convolve2d(image, kernel):
    if image.ndim != 2 or kernel.ndim != 2:
        raise ValueError("two axes each, please")
    return corr2d(image, np.rot90(kernel, 2))

# %% convolve2d right: np.flip
def convolve2d(image, kernel):
    if np.ndim(kernel) != 2:
        raise ValueError("a kernel of two axes, please")
    return corr2d(image, np.flip(kernel))

# %% convolve2d right: loops of its own
def convolve2d(image, kernel):
    if image.ndim != 2 or kernel.ndim != 2:
        raise ValueError("two axes each, please")
    rows, columns = output_shape(image.shape, kernel.shape)
    kh, kw = kernel.shape
    result = np.zeros((rows, columns), np.float32 if image.dtype == kernel.dtype == np.float32 else np.float64)
    for i in range(kh):
        for j in range(kw):
            result += image[i:i + rows, j:j + columns].astype(result.dtype) * result.dtype.type(kernel[kh - 1 - i, kw - 1 - j])
    return result

# %% convolve2d wrong: not flipped
def convolve2d(image, kernel):
    return corr2d(image, kernel)

# %% convolve2d wrong: flipped up and down only
def convolve2d(image, kernel):
    return corr2d(image, kernel[::-1])

# %% convolve2d wrong: flipped left and right only
def convolve2d(image, kernel):
    return corr2d(image, kernel[:, ::-1])

# %% convolve2d wrong: transposed
def convolve2d(image, kernel):
    return corr2d(image, kernel.T)

# %% convolve2d wrong: the result is flipped instead
def convolve2d(image, kernel):
    return corr2d(image, kernel)[::-1, ::-1]

# %% convolve2d wrong: the kernel is flipped in place
def convolve2d(image, kernel):
    if kernel.ndim != 2:
        raise ValueError("a kernel of two axes, please")
    kernel[:] = kernel[::-1, ::-1].copy()
    return corr2d(image, kernel)

# %% convolve2d wrong: always float64
def convolve2d(image, kernel):
    return corr2d(image.astype(float), kernel[::-1, ::-1])

# %% box_filter right: mean of sliding windows
def box_filter(image, size):
    if size < 1 or size > min(image.shape):
        raise ValueError("the window does not fit")
    windows = np.lib.stride_tricks.sliding_window_view(image, (size, size))
    return windows.mean(axis=(2, 3))

# %% box_filter right: running sums
def box_filter(image, size):
    output_shape(image.shape, (size, size))
    if size < 1:
        raise ValueError("a window of at least one pixel, please")
    sums = np.zeros((image.shape[0] + 1, image.shape[1] + 1))
    sums[1:, 1:] = image.astype(float).cumsum(0).cumsum(1)
    result = sums[size:, size:] - sums[:-size, size:] - sums[size:, :-size] + sums[:-size, :-size]
    return (result / size**2).astype(image.dtype if image.dtype.kind == "f" else float)

# %% box_filter right: a box one row, then one column
def box_filter(image, size):
    if size < 1:
        raise ValueError("a window of at least one pixel, please")
    dtype = image.dtype if image.dtype.kind == "f" else np.dtype(float)
    return corr2d(corr2d(image.astype(dtype), np.full((1, size), 1 / size, dtype)), np.full((size, 1), 1 / size, dtype))

# %% box_filter wrong: the sum, not the mean
def box_filter(image, size):
    if size < 1:
        raise ValueError("a window of at least one pixel, please")
    return corr2d(image, np.ones((size, size), image.dtype if image.dtype.kind == "f" else float))

# %% box_filter wrong: divided by the side, not the area
def box_filter(image, size):
    if size < 1:
        raise ValueError("a window of at least one pixel, please")
    return corr2d(image, np.full((size, size), 1 / size, image.dtype if image.dtype.kind == "f" else float))

# %% box_filter wrong: always divided by nine
def box_filter(image, size):
    if size < 1:
        raise ValueError("a window of at least one pixel, please")
    return corr2d(image, np.full((size, size), 1 / 9, image.dtype if image.dtype.kind == "f" else float))

# %% box_filter wrong: kernel in the image's type
def box_filter(image, size):
    if size < 1:
        raise ValueError("a window of at least one pixel, please")
    return corr2d(image, np.full((size, size), 1 / size**2).astype(image.dtype))

# %% box_filter wrong: float32 becomes float64
def box_filter(image, size):
    if size < 1:
        raise ValueError("a window of at least one pixel, please")
    return corr2d(image, np.full((size, size), 1 / size**2))

# %% box_filter wrong: padded to the same size
def box_filter(image, size):
    if size < 1:
        raise ValueError("a window of at least one pixel, please")
    kernel = np.full((size, size), 1 / size**2, image.dtype if image.dtype.kind == "f" else float)
    return corr2d(np.pad(image, (size - 1) // 2), kernel)

# %% box_filter wrong: size zero goes unnoticed
def box_filter(image, size):
    image = image if image.dtype.kind == "f" else image.astype(float)
    rows, columns = output_shape(image.shape, (size, size))
    result = np.zeros((rows, columns), image.dtype)
    for i in range(size):
        for j in range(size):
            result += image[i:i + rows, j:j + columns]
    return result / max(1, size) ** 2

# %% box_filter wrong: running sums kept in float32
def box_filter(image, size):
    output_shape(image.shape, (size, size))
    if size < 1:
        raise ValueError("a window of at least one pixel, please")
    dtype = image.dtype if image.dtype.kind == "f" else np.dtype(float)
    sums = np.zeros((image.shape[0] + 1, image.shape[1] + 1), dtype)
    sums[1:, 1:] = image.astype(dtype).cumsum(0).cumsum(1)
    result = sums[size:, size:] - sums[:-size, size:] - sums[size:, :-size] + sums[:-size, :-size]
    return (result / size**2).astype(dtype)

# %% match_template right: loops over every window
def match_template(image, template):
    rows, columns = output_shape(image.shape, template.shape)
    h, w = template.shape
    t = template.astype(float) - template.mean()
    t /= np.linalg.norm(t)
    scores = np.full((rows, columns), -2.0)
    for r in range(rows):
        for c in range(columns):
            window = image[r:r + h, c:c + w].astype(float)
            if window.max() > window.min():
                window = window - window.mean()
                scores[r, c] = (window * t).sum() / np.linalg.norm(window)
    return np.unravel_index(scores.argmax(), scores.shape)

# %% match_template right: all windows at once
def match_template(image, template):
    output_shape(image.shape, template.shape)
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(float), template.shape)
    windows = windows - windows.mean(axis=(2, 3), keepdims=True)
    t = template - template.astype(float).mean()
    with np.errstate(divide="ignore", invalid="ignore"):
        score = (windows * t).sum(axis=(2, 3)) / np.sqrt((windows**2).sum(axis=(2, 3)) * (t**2).sum())
    score[~np.isfinite(score)] = -np.inf
    return divmod(int(np.argmax(score)), score.shape[1])

# %% match_template right: np.corrcoef of each window
def match_template(image, template):
    rows, columns = output_shape(image.shape, template.shape)
    h, w = template.shape
    best, where = -5, (0, 0)
    for r in range(rows):
        for c in range(columns):
            window = image[r:r + h, c:c + w]
            if len(np.unique(window)) > 1:
                score = np.corrcoef(window.ravel(), template.ravel())[0, 1]
                if score > best:
                    best, where = score, (r, c)
    return where

# %% match_template wrong: the largest plain correlation
def match_template(image, template):
    score = corr2d(image.astype(float), template.astype(float))
    return np.unravel_index(score.argmax(), score.shape)

# %% match_template wrong: only the template's mean is subtracted
def match_template(image, template):
    score = corr2d(image.astype(float), template.astype(float) - template.mean())
    return np.unravel_index(score.argmax(), score.shape)

# %% match_template wrong: the smallest squared difference
def match_template(image, template):
    output_shape(image.shape, template.shape)
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(float), template.shape)
    score = ((windows - template) ** 2).sum(axis=(2, 3))
    return np.unravel_index(score.argmin(), score.shape)

# %% match_template wrong: flat windows give NaN and win
def match_template(image, template):
    output_shape(image.shape, template.shape)
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(float), template.shape)
    windows = windows - windows.mean(axis=(2, 3), keepdims=True)
    t = template - template.astype(float).mean()
    score = (windows * t).sum(axis=(2, 3)) / np.sqrt((windows**2).sum(axis=(2, 3)) * (t**2).sum())
    return np.unravel_index(score.argmax(), score.shape)

# %% match_template wrong: the sign is lost
def match_template(image, template):
    output_shape(image.shape, template.shape)
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(float), template.shape)
    windows = windows - windows.mean(axis=(2, 3), keepdims=True)
    t = template - template.astype(float).mean()
    energy = (windows**2).sum(axis=(2, 3)) * (t**2).sum()
    score = (windows * t).sum(axis=(2, 3)) ** 2 / np.maximum(energy, 1e-12)
    return np.unravel_index(score.argmax(), score.shape)

# %% match_template wrong: column first
def match_template(image, template):
    output_shape(image.shape, template.shape)
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(float), template.shape)
    windows = windows - windows.mean(axis=(2, 3), keepdims=True)
    t = template - template.astype(float).mean()
    energy = np.sqrt((windows**2).sum(axis=(2, 3)) * (t**2).sum())
    score = (windows * t).sum(axis=(2, 3)) / np.maximum(energy, 1e-12)
    r, c = np.unravel_index(score.argmax(), score.shape)
    return c, r

# %% match_template wrong: the last row and column are never searched
def match_template(image, template):
    rows, columns = output_shape(image.shape, template.shape)
    h, w = template.shape
    t = template - template.astype(float).mean()
    best, where = -5, (0, 0)
    for r in range(rows - 1):
        for c in range(columns - 1):
            window = image[r:r + h, c:c + w].astype(float)
            window = window - window.mean()
            if window.any():
                score = (window * t).sum() / np.linalg.norm(window)
                if score > best:
                    best, where = score, (r, c)
    return where

# %% match_template wrong: little contrast counts as none
# edits: loops over every window
#-            if window.max() > window.min():
#+            if window.std() > 1e-3:
