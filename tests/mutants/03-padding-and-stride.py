# Answers to 03-padding-and-stride, right and wrong, as people write them.

# %% pad2d right: np.pad
def pad2d(image, padding, value=0.0):
    rows, columns = as_pair(padding)
    if image.ndim != 2:
        raise ValueError(f"an image of two axes expected, shape {image.shape} found")
    return np.pad(image.astype(floating_type(image)), ((rows, rows), (columns, columns)), constant_values=value)

# %% pad2d right: blocks put together
def pad2d(image, padding, value=0.0):
    p = (padding, padding) if isinstance(padding, (int, np.integer)) else padding
    if len(image.shape) != 2 or min(p) < 0:
        raise ValueError("an image of two axes and a padding of at least 0, please")
    dtype = image.dtype if image.dtype.kind == "f" else np.dtype(float)
    beside = np.full((image.shape[0], p[1]), value, dtype)
    middle = np.hstack([beside, image.astype(dtype), beside])
    above = np.full((p[0], middle.shape[1]), value, dtype)
    return np.vstack([above, middle, above])

# %% pad2d right: pixel by pixel
def pad2d(image, padding, value=0.0):
    rows, columns = as_pair(padding)
    if rows < 0 or columns < 0 or image.ndim != 2:
        raise ValueError("an image of two axes and a padding of at least 0, please")
    height, width = image.shape
    result = np.zeros((height + 2 * rows, width + 2 * columns), np.float32 if image.dtype == np.float32 else np.float64)
    result += value
    for r in range(height):
        for c in range(width):
            result[r + rows, c + columns] = image[r, c]
    return result

# %% pad2d wrong: a slice that is empty for padding 0
def pad2d(image, padding, value=0.0):
    rows, columns = as_pair(padding)
    if rows < 0 or columns < 0 or image.ndim != 2:
        raise ValueError("an image of two axes and a padding of at least 0, please")
    result = np.full((image.shape[0] + 2 * rows, image.shape[1] + 2 * columns), value, floating_type(image))
    result[rows:-rows, columns:-columns] = image
    return result

# %% pad2d wrong: rows and columns swapped
def pad2d(image, padding, value=0.0):
    columns, rows = as_pair(padding)
    if rows < 0 or columns < 0 or image.ndim != 2:
        raise ValueError("an image of two axes and a padding of at least 0, please")
    return np.pad(image.astype(floating_type(image)), ((rows, rows), (columns, columns)), constant_values=value)

# %% pad2d wrong: the value is ignored
def pad2d(image, padding, value=0.0):
    rows, columns = as_pair(padding)
    if image.ndim != 2:
        raise ValueError("an image of two axes, please")
    return np.pad(image.astype(floating_type(image)), ((rows, rows), (columns, columns)))

# %% pad2d wrong: padded above and left only
def pad2d(image, padding, value=0.0):
    rows, columns = as_pair(padding)
    if image.ndim != 2:
        raise ValueError("an image of two axes, please")
    return np.pad(image.astype(floating_type(image)), ((rows, 0), (columns, 0)), constant_values=value)

# %% pad2d wrong: the image's 8-bit type
def pad2d(image, padding, value=0.0):
    rows, columns = as_pair(padding)
    if image.ndim != 2:
        raise ValueError("an image of two axes, please")
    return np.pad(image, ((rows, rows), (columns, columns)), constant_values=value)

# %% pad2d wrong: the value in the image's type
def pad2d(image, padding, value=0.0):
    rows, columns = as_pair(padding)
    if image.ndim != 2:
        raise ValueError("an image of two axes, please")
    padded = np.pad(image, ((rows, rows), (columns, columns)), constant_values=np.array(value).astype(image.dtype))
    return padded.astype(floating_type(image))

# %% pad2d wrong: float32 becomes float64
def pad2d(image, padding, value=0.0):
    rows, columns = as_pair(padding)
    if image.ndim != 2:
        raise ValueError("an image of two axes, please")
    return np.pad(image.astype(float), ((rows, rows), (columns, columns)), constant_values=value)

# %% pad2d wrong: a single number only
def pad2d(image, padding, value=0.0):
    if image.ndim != 2:
        raise ValueError("an image of two axes, please")
    padding = int(as_pair(padding)[0])
    return np.pad(image.astype(floating_type(image)), padding, constant_values=value)

# %% pad2d wrong: the nearest pixel repeated
def pad2d(image, padding, value=0.0):
    rows, columns = as_pair(padding)
    if image.ndim != 2:
        raise ValueError("an image of two axes, please")
    return np.pad(image.astype(floating_type(image)), ((rows, rows), (columns, columns)), mode="edge")

# %% pad2d wrong: every axis is padded
def pad2d(image, padding, value=0.0):
    rows, columns = as_pair(padding)
    frame = [(rows, rows), (columns, columns)] + [(0, 0)] * (image.ndim - 2)
    return np.pad(image.astype(floating_type(image)), frame, constant_values=value)

# %% pad2d wrong: negative padding cuts the image
def pad2d(image, padding, value=0.0):
    rows, columns = as_pair(padding)
    if image.ndim != 2:
        raise ValueError("an image of two axes, please")
    cut = image[max(0, -rows):image.shape[0] + min(0, rows), max(0, -columns):image.shape[1] + min(0, columns)]
    frame = ((max(0, rows),) * 2, (max(0, columns),) * 2)
    return np.pad(cut.astype(floating_type(image)), frame, constant_values=value)

# %% pad2d wrong: only the rows are checked
def pad2d(image, padding, value=0.0):
    rows, columns = as_pair(padding)
    if image.ndim != 2 or rows < 0:
        raise ValueError("an image of two axes and a padding of at least 0, please")
    columns = abs(columns)
    return np.pad(image.astype(floating_type(image)), ((rows, rows), (columns, columns)), constant_values=value)

# %% output_size right: windows counted
def output_size(n, kernel, stride=1, padding=0, dilation=1):
    if kernel < 1 or stride < 1 or dilation < 1 or padding < 0:
        raise ValueError("at least 1, 1, 1 and 0, please")
    count, start = 0, -padding
    while start + dilation * (kernel - 1) <= n + padding - 1:
        count, start = count + 1, start + stride
    if count == 0:
        raise ValueError(f"kernel {kernel} does not fit into {n}")
    return count

# %% output_size right: the length of a range
def output_size(n, kernel, stride=1, padding=0, dilation=1):
    size = len(range(0, n + 2 * padding - dilation * (kernel - 1), stride)) if stride > 0 else 0
    if min(kernel, dilation) < 1 or padding < 0 or size < 1:
        raise ValueError(f"no size for {n}, {kernel}, {stride}, {padding}, {dilation}")
    return size

# %% output_size right: np.floor
def output_size(n, kernel, stride=1, padding=0, dilation=1):
    if stride <= 0 or dilation <= 0 or kernel <= 0 or padding < 0:
        raise ValueError("positive numbers, please")
    size = np.floor((n + 2 * padding - dilation * (kernel - 1) - 1) / stride).astype(int) + 1
    if size < 1:
        raise ValueError("the window does not fit")
    return size

# %% output_size wrong: one window forgotten
def output_size(n, kernel, stride=1, padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    if min(kernel, stride, dilation) < 1 or padding < 0 or span > n + 2 * padding:
        raise ValueError("does not fit")
    return (n + 2 * padding - span) // stride

# %% output_size wrong: the padding counts once
def output_size(n, kernel, stride=1, padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    if min(kernel, stride, dilation) < 1 or padding < 0 or span > n + padding:
        raise ValueError("does not fit")
    return (n + padding - span) // stride + 1

# %% output_size wrong: the dilation is left out
def output_size(n, kernel, stride=1, padding=0, dilation=1):
    if min(kernel, stride, dilation) < 1 or padding < 0 or kernel > n + 2 * padding:
        raise ValueError("does not fit")
    return (n + 2 * padding - kernel) // stride + 1

# %% output_size wrong: the dilation widens the last entry too
def output_size(n, kernel, stride=1, padding=0, dilation=1):
    span = dilation * kernel
    if min(kernel, stride, dilation) < 1 or padding < 0 or span > n + 2 * padding:
        raise ValueError("does not fit")
    return (n + 2 * padding - span) // stride + 1

# %% output_size wrong: rounded up
def output_size(n, kernel, stride=1, padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    if min(kernel, stride, dilation) < 1 or padding < 0 or span > n + 2 * padding:
        raise ValueError("does not fit")
    return -((n + 2 * padding - span) // -stride) + 1

# %% output_size wrong: a number that is not whole
def output_size(n, kernel, stride=1, padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    if min(kernel, stride, dilation) < 1 or padding < 0 or span > n + 2 * padding:
        raise ValueError("does not fit")
    return (n + 2 * padding - span) / stride + 1

# %% output_size wrong: int() rounds a negative number towards zero
def output_size(n, kernel, stride=1, padding=0, dilation=1):
    if min(kernel, stride, dilation) < 1 or padding < 0:
        raise ValueError("at least 1, 1, 1 and 0, please")
    size = int((n + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1
    if size < 1:
        raise ValueError("does not fit")
    return size

# %% output_size wrong: 0 where nothing fits
def output_size(n, kernel, stride=1, padding=0, dilation=1):
    if min(kernel, stride, dilation) < 1 or padding < 0:
        raise ValueError("at least 1, 1, 1 and 0, please")
    return max(0, (n + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1)

# %% output_size wrong: a stride of 0 divides by zero
def output_size(n, kernel, stride=1, padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    if min(kernel, dilation) < 1 or padding < 0 or span > n + 2 * padding:
        raise ValueError("does not fit")
    return (n + 2 * padding - span) // stride + 1

# %% output_size wrong: a negative padding goes through
def output_size(n, kernel, stride=1, padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    if min(kernel, stride, dilation) < 1 or span > n + 2 * padding:
        raise ValueError("does not fit")
    return (n + 2 * padding - span) // stride + 1

# %% output_size wrong: the padding is left out of the comparison
def output_size(n, kernel, stride=1, padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    if min(kernel, stride, dilation) < 1 or padding < 0 or span > n:
        raise ValueError("does not fit")
    return (n + 2 * padding - span) // stride + 1

# %% output_size wrong: the stride divides before the kernel is taken off
def output_size(n, kernel, stride=1, padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    if min(kernel, stride, dilation) < 1 or padding < 0 or span > n + 2 * padding:
        raise ValueError("does not fit")
    return (n + 2 * padding) // stride - span // stride + 1

# %% same_padding right: what is left after the first half
def same_padding(kernel):
    if kernel < 1:
        raise ValueError("a kernel of at least one entry, please")
    total = kernel - 1
    before = total // 2
    return before, total - before

# %% same_padding right: divmod
def same_padding(kernel):
    if kernel <= 0:
        raise ValueError("a kernel of at least one entry, please")
    half, odd = divmod(kernel - 1, 2)
    return [half, half + odd]

# %% same_padding right: NumPy's rounding
def same_padding(kernel):
    if kernel < 1:
        raise ValueError("a kernel of at least one entry, please")
    return int(np.floor((kernel - 1) / 2)), int(np.ceil((kernel - 1) / 2))

# %% same_padding wrong: half a kernel on both sides
def same_padding(kernel):
    if kernel < 1:
        raise ValueError("a kernel of at least one entry, please")
    return kernel // 2, kernel // 2

# %% same_padding wrong: one short for even kernels
def same_padding(kernel):
    if kernel < 1:
        raise ValueError("a kernel of at least one entry, please")
    return (kernel - 1) // 2, (kernel - 1) // 2

# %% same_padding wrong: the extra pixel before
def same_padding(kernel):
    if kernel < 1:
        raise ValueError("a kernel of at least one entry, please")
    return kernel // 2, (kernel - 1) // 2

# %% same_padding wrong: all of it after
def same_padding(kernel):
    if kernel < 1:
        raise ValueError("a kernel of at least one entry, please")
    return 0, kernel - 1

# %% same_padding wrong: halves that are not whole
def same_padding(kernel):
    if kernel < 1:
        raise ValueError("a kernel of at least one entry, please")
    return (kernel - 1) / 2, (kernel - 1) / 2

# %% same_padding wrong: the total only
def same_padding(kernel):
    if kernel < 1:
        raise ValueError("a kernel of at least one entry, please")
    return kernel - 1

# %% same_padding wrong: the visible answers by heart
def same_padding(kernel):
    if kernel < 1:
        raise ValueError("a kernel of at least one entry, please")
    return {1: (0, 0), 2: (0, 1)}.get(kernel, (1, 1))

# %% same_padding wrong: a kernel of no entries goes through
def same_padding(kernel):
    return (kernel - 1) // 2, kernel // 2

# %% same_padding wrong: only a kernel of 0 is refused
def same_padding(kernel):
    if kernel == 0:
        raise ValueError("a kernel of at least one entry, please")
    return (kernel - 1) // 2, kernel // 2

# %% corr2d_strided right: six loops
def corr2d_strided(image, kernel, stride=1, padding=0):
    if image.ndim != 2 or kernel.ndim != 2:
        raise ValueError("two axes each, please")
    (sr, sc), (pr, pc) = as_pair(stride), as_pair(padding)
    h, w = image.shape
    rows = output_size(h, kernel.shape[0], sr, pr)
    columns = output_size(w, kernel.shape[1], sc, pc)
    result = np.zeros((rows, columns), floating_type(image, kernel))
    for r in range(rows):
        for c in range(columns):
            total = 0.0
            for i in range(kernel.shape[0]):
                for j in range(kernel.shape[1]):
                    y, x = r * sr + i - pr, c * sc + j - pc
                    if 0 <= y < h and 0 <= x < w:
                        total += float(image[y, x]) * float(kernel[i, j])
            result[r, c] = total
    return result

# %% corr2d_strided right: every second window of all
def corr2d_strided(image, kernel, stride=1, padding=0):
    if kernel.ndim != 2 or min(as_pair(stride)) < 1:
        raise ValueError("a kernel of two axes and a stride of at least 1, please")
    down, across = as_pair(stride)
    dtype = floating_type(image, kernel)
    windows = np.lib.stride_tricks.sliding_window_view(pad2d(image, padding).astype(dtype), kernel.shape)
    return np.einsum("rcij,ij->rc", windows[::down, ::across], kernel.astype(dtype))

# %% corr2d_strided right: one matrix product
def corr2d_strided(image, kernel, stride=1, padding=0):
    if image.ndim != 2 or kernel.ndim != 2:
        raise ValueError("two axes each, please")
    padded, (sr, sc), (kh, kw) = pad2d(image, padding), as_pair(stride), kernel.shape
    shape = [output_size(n, k, s) for n, k, s in zip(padded.shape, kernel.shape, (sr, sc))]
    rows = [padded[r * sr:r * sr + kh, c * sc:c * sc + kw].ravel() for r in range(shape[0]) for c in range(shape[1])]
    return (np.array(rows) @ kernel.ravel()).reshape(shape).astype(floating_type(image, kernel))

# %% corr2d_strided right: Fourier transform
def corr2d_strided(image, kernel, stride=1, padding=0):
    if kernel.ndim != 2:
        raise ValueError("a kernel of two axes, please")
    padded, (sr, sc) = pad2d(image, padding).astype(float), as_pair(stride)
    rows = output_size(padded.shape[0], kernel.shape[0], sr)
    columns = output_size(padded.shape[1], kernel.shape[1], sc)
    spectrum = np.fft.rfft2(padded) * np.conj(np.fft.rfft2(kernel.astype(float), padded.shape))
    full = np.fft.irfft2(spectrum, padded.shape)
    return full[::sr, ::sc][:rows, :columns].astype(floating_type(image, kernel))

# %% corr2d_strided wrong: the stride is forgotten
def corr2d_strided(image, kernel, stride=1, padding=0):
    if kernel.ndim != 2 or min(as_pair(stride)) < 1:
        raise ValueError("a kernel of two axes and a stride of at least 1, please")
    return corr2d_dilated(pad2d(image, padding), kernel).astype(floating_type(image, kernel))

# %% corr2d_strided wrong: the padding is forgotten
def corr2d_strided(image, kernel, stride=1, padding=0):
    if image.ndim != 2 or kernel.ndim != 2 or min(as_pair(padding)) < 0:
        raise ValueError("two axes each, please")
    (sr, sc), dtype = as_pair(stride), floating_type(image, kernel)
    rows, columns = output_size(image.shape[0], kernel.shape[0], sr), output_size(image.shape[1], kernel.shape[1], sc)
    result = np.zeros((rows, columns), dtype)
    for i, j in np.ndindex(kernel.shape):
        result += image[i::sr, j::sc][:rows, :columns] * dtype.type(kernel[i, j])
    return result

# %% corr2d_strided wrong: strides of rows and columns swapped
def corr2d_strided(image, kernel, stride=1, padding=0):
    if kernel.ndim != 2:
        raise ValueError("a kernel of two axes, please")
    padded, (sc, sr), dtype = pad2d(image, padding), as_pair(stride), floating_type(image, kernel)
    rows, columns = output_size(padded.shape[0], kernel.shape[0], sr), output_size(padded.shape[1], kernel.shape[1], sc)
    result = np.zeros((rows, columns), dtype)
    for i, j in np.ndindex(kernel.shape):
        result += padded[i::sr, j::sc][:rows, :columns] * dtype.type(kernel[i, j])
    return result

# %% corr2d_strided wrong: the kernel takes large steps too
def corr2d_strided(image, kernel, stride=1, padding=0):
    if kernel.ndim != 2:
        raise ValueError("a kernel of two axes, please")
    padded, (sr, sc), dtype = pad2d(image, padding), as_pair(stride), floating_type(image, kernel)
    rows, columns = output_size(padded.shape[0], kernel.shape[0], sr), output_size(padded.shape[1], kernel.shape[1], sc)
    result = np.zeros((rows, columns), dtype)
    for r, c, i, j in np.ndindex(rows, columns, *kernel.shape):
        y, x = min((r + i) * sr, padded.shape[0] - 1), min((c + j) * sc, padded.shape[1] - 1)
        result[r, c] += padded[y, x] * kernel[i, j]
    return result

# %% corr2d_strided wrong: flipped kernel
def corr2d_strided(image, kernel, stride=1, padding=0):
    if kernel.ndim != 2:
        raise ValueError("a kernel of two axes, please")
    padded, (sr, sc), dtype = pad2d(image, padding), as_pair(stride), floating_type(image, kernel)
    rows, columns = output_size(padded.shape[0], kernel.shape[0], sr), output_size(padded.shape[1], kernel.shape[1], sc)
    result = np.zeros((rows, columns), dtype)
    for i, j in np.ndindex(kernel.shape):
        result += padded[i::sr, j::sc][:rows, :columns] * dtype.type(kernel[-1 - i, -1 - j])
    return result

# %% corr2d_strided wrong: the size is divided first
def corr2d_strided(image, kernel, stride=1, padding=0):
    if kernel.ndim != 2:
        raise ValueError("a kernel of two axes, please")
    padded, (sr, sc), dtype = pad2d(image, padding), as_pair(stride), floating_type(image, kernel)
    output_size(padded.shape[0], kernel.shape[0], sr), output_size(padded.shape[1], kernel.shape[1], sc)
    rows, columns = (padded.shape[0] - kernel.shape[0]) // sr, (padded.shape[1] - kernel.shape[1]) // sc
    result = np.zeros((rows + (sr == 1), columns + (sc == 1)), dtype)
    for r, c in np.ndindex(result.shape):
        window = padded[r * sr:r * sr + kernel.shape[0], c * sc:c * sc + kernel.shape[1]]
        result[r, c] = (window * kernel).sum()
    return result

# %% corr2d_strided wrong: the last windows stay 0
def corr2d_strided(image, kernel, stride=1, padding=0):
    if kernel.ndim != 2:
        raise ValueError("a kernel of two axes, please")
    padded, (sr, sc), (kh, kw) = pad2d(image, padding), as_pair(stride), kernel.shape
    rows, columns = output_size(padded.shape[0], kh, sr), output_size(padded.shape[1], kw, sc)
    result = np.zeros((rows, columns), floating_type(image, kernel))
    for r in range(0, padded.shape[0] - kh, sr):
        for c in range(0, padded.shape[1] - kw, sc):
            result[r // sr, c // sc] = (padded[r:r + kh, c:c + kw] * kernel).sum()
    return result

# %% corr2d_strided wrong: square kernels only
def corr2d_strided(image, kernel, stride=1, padding=0):
    if kernel.ndim != 2:
        raise ValueError("a kernel of two axes, please")
    k, padded, (sr, sc) = kernel.shape[0], pad2d(image, padding), as_pair(stride)
    rows, columns = output_size(padded.shape[0], k, sr), output_size(padded.shape[1], k, sc)
    result = np.zeros((rows, columns), floating_type(image, kernel))
    for r, c in np.ndindex(rows, columns):
        result[r, c] = (padded[r * sr:r * sr + k, c * sc:c * sc + k] * kernel).sum()
    return result

# %% corr2d_strided wrong: float32 becomes float64
def corr2d_strided(image, kernel, stride=1, padding=0):
    if kernel.ndim != 2:
        raise ValueError("a kernel of two axes, please")
    padded, (sr, sc) = pad2d(image, padding), as_pair(stride)
    rows, columns = output_size(padded.shape[0], kernel.shape[0], sr), output_size(padded.shape[1], kernel.shape[1], sc)
    result = np.zeros((rows, columns))
    for i, j in np.ndindex(kernel.shape):
        result += padded[i::sr, j::sc][:rows, :columns] * kernel[i, j]
    return result

# %% corr2d_strided wrong: 8-bit products wrap around
def corr2d_strided(image, kernel, stride=1, padding=0):
    if kernel.ndim != 2:
        raise ValueError("a kernel of two axes, please")
    padded, (sr, sc) = pad2d(image, padding).astype(image.dtype), as_pair(stride)
    rows, columns = output_size(padded.shape[0], kernel.shape[0], sr), output_size(padded.shape[1], kernel.shape[1], sc)
    result = np.zeros((rows, columns), floating_type(image, kernel))
    for i, j in np.ndindex(kernel.shape):
        result += padded[i::sr, j::sc][:rows, :columns] * kernel[i, j]
    return result

# %% corr2d_strided wrong: the frame is written into the image
def corr2d_strided(image, kernel, stride=1, padding=0):
    if kernel.ndim != 2 or image.ndim != 2:
        raise ValueError("two axes each, please")
    padded, (sr, sc), dtype = pad2d(image, padding), as_pair(stride), floating_type(image, kernel)
    rows, columns = output_size(padded.shape[0], kernel.shape[0], sr), output_size(padded.shape[1], kernel.shape[1], sc)
    result = np.zeros((rows, columns), dtype)
    for i, j in np.ndindex(kernel.shape):
        result += padded[i::sr, j::sc][:rows, :columns] * dtype.type(kernel[i, j])
    image[:rows, :columns] = result[:image.shape[0], :image.shape[1]]
    return result

# %% corr2d_strided wrong: a kernel that does not fit gives an empty array
def corr2d_strided(image, kernel, stride=1, padding=0):
    if kernel.ndim != 2 or min(as_pair(stride)) < 1:
        raise ValueError("a kernel of two axes and a stride of at least 1, please")
    padded, (sr, sc), dtype = pad2d(image, padding), as_pair(stride), floating_type(image, kernel)
    rows, columns = (max(0, (n - k) // s + 1) for n, k, s in zip(padded.shape, kernel.shape, (sr, sc)))
    result = np.zeros((rows, columns), dtype)
    for i, j in np.ndindex(kernel.shape):
        result += padded[i::sr, j::sc][:rows, :columns] * dtype.type(kernel[i, j])
    return result

# %% corr2d_strided wrong: the kernel has to fit without the frame
def corr2d_strided(image, kernel, stride=1, padding=0):
    if image.ndim != 2 or kernel.ndim != 2 or np.less(image.shape, kernel.shape).any():
        raise ValueError("the kernel does not fit")
    padded, (sr, sc), dtype = pad2d(image, padding), as_pair(stride), floating_type(image, kernel)
    rows, columns = output_size(padded.shape[0], kernel.shape[0], sr), output_size(padded.shape[1], kernel.shape[1], sc)
    result = np.zeros((rows, columns), dtype)
    for i, j in np.ndindex(kernel.shape):
        result += padded[i::sr, j::sc][:rows, :columns] * dtype.type(kernel[i, j])
    return result

# %% corr2d_strided wrong: padding of rows and columns swapped
def corr2d_strided(image, kernel, stride=1, padding=0):
    if kernel.ndim != 2:
        raise ValueError("a kernel of two axes, please")
    padded, (sr, sc), dtype = pad2d(image, as_pair(padding)[::-1]), as_pair(stride), floating_type(image, kernel)
    rows, columns = output_size(padded.shape[0], kernel.shape[0], sr), output_size(padded.shape[1], kernel.shape[1], sc)
    result = np.zeros((rows, columns), dtype)
    for i, j in np.ndindex(kernel.shape):
        result += padded[i::sr, j::sc][:rows, :columns] * dtype.type(kernel[i, j])
    return result

# %% corr2d_strided wrong: a stride below 0 goes unnoticed
def corr2d_strided(image, kernel, stride=1, padding=0):
    (sr, sc), (pr, pc) = as_pair(stride), as_pair(padding)
    if image.ndim != 2 or kernel.ndim != 2 or 0 in (sr, sc) or min(pr, pc) < 0:
        raise ValueError("bad input")
    dtype = floating_type(image, kernel)
    padded = np.pad(image.astype(dtype), ((pr, pr), (pc, pc)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape)[::sr, ::sc]
    return np.einsum("rcij,ij->rc", windows, kernel.astype(dtype))

# %% corr2d_dilated right: the kernel spread out with zeros
def corr2d_dilated(image, kernel, dilation=1):
    if kernel.ndim != 2 or dilation < 1:
        raise ValueError("a kernel of two axes and a dilation of at least 1, please")
    wide = np.zeros([dilation * (k - 1) + 1 for k in kernel.shape], kernel.dtype)
    wide[::dilation, ::dilation] = kernel
    return corr2d_strided(image, wide)

# %% corr2d_dilated right: sliding windows with gaps
def corr2d_dilated(image, kernel, dilation=1):
    if image.ndim != 2 or kernel.ndim != 2 or dilation < 1:
        raise ValueError("two axes each and a dilation of at least 1, please")
    dtype = floating_type(image, kernel)
    spans = tuple(dilation * (k - 1) + 1 for k in kernel.shape)
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(dtype), spans)[..., ::dilation, ::dilation]
    return np.tensordot(windows, kernel.astype(dtype), axes=2)

# %% corr2d_dilated right: four loops
def corr2d_dilated(image, kernel, dilation=1):
    if image.ndim != 2 or kernel.ndim != 2:
        raise ValueError("two axes each, please")
    rows = output_size(image.shape[0], kernel.shape[0], dilation=dilation)
    columns = output_size(image.shape[1], kernel.shape[1], dilation=dilation)
    result = np.empty((rows, columns), floating_type(image, kernel))
    for r in range(rows):
        for c in range(columns):
            result[r, c] = sum(float(image[r + dilation * i, c + dilation * j]) * float(kernel[i, j])
                               for i in range(kernel.shape[0]) for j in range(kernel.shape[1]))
    return result

# %% corr2d_dilated wrong: the dilation is forgotten
def corr2d_dilated(image, kernel, dilation=1):
    if dilation < 1 or max(dilation * (k - 1) + 1 - n for n, k in zip(image.shape, kernel.shape)) > 0:
        raise ValueError("does not fit")
    return corr2d_strided(image, kernel)

# %% corr2d_dilated wrong: the dilation is a stride
def corr2d_dilated(image, kernel, dilation=1):
    if dilation < 1 or max(dilation * (k - 1) + 1 - n for n, k in zip(image.shape, kernel.shape)) > 0:
        raise ValueError("does not fit")
    return corr2d_strided(image, kernel, dilation)

# %% corr2d_dilated wrong: a gap of as many pixels as the dilation
def corr2d_dilated(image, kernel, dilation=1):
    if image.ndim != 2 or kernel.ndim != 2 or dilation < 1:
        raise ValueError("two axes each and a dilation of at least 1, please")
    step = dilation + 1 if dilation > 1 else 1
    rows, columns = (output_size(n, k, dilation=step) for n, k in zip(image.shape, kernel.shape))
    result = np.zeros((rows, columns), floating_type(image, kernel))
    for i, j in np.ndindex(kernel.shape):
        result += image[i * step:i * step + rows, j * step:j * step + columns] * result.dtype.type(kernel[i, j])
    return result

# %% corr2d_dilated wrong: rows only
def corr2d_dilated(image, kernel, dilation=1):
    if image.ndim != 2 or kernel.ndim != 2:
        raise ValueError("two axes each, please")
    rows, columns = (output_size(n, k, dilation=dilation) for n, k in zip(image.shape, kernel.shape))
    result = np.zeros((rows, columns), floating_type(image, kernel))
    for i, j in np.ndindex(kernel.shape):
        result += image[i * dilation:i * dilation + rows, j:j + columns] * result.dtype.type(kernel[i, j])
    return result

# %% corr2d_dilated wrong: transposed kernel
def corr2d_dilated(image, kernel, dilation=1):
    if image.ndim != 2 or kernel.ndim != 2:
        raise ValueError("two axes each, please")
    kernel = kernel.T
    rows, columns = (output_size(n, k, dilation=dilation) for n, k in zip(image.shape, kernel.shape))
    result = np.zeros((rows, columns), floating_type(image, kernel))
    for i, j in np.ndindex(kernel.shape):
        y, x = i * dilation, j * dilation
        result += image[y:y + rows, x:x + columns] * result.dtype.type(kernel[i, j])
    return result

# %% corr2d_dilated wrong: flipped kernel
def corr2d_dilated(image, kernel, dilation=1):
    if image.ndim != 2 or kernel.ndim != 2:
        raise ValueError("two axes each, please")
    rows, columns = (output_size(n, k, dilation=dilation) for n, k in zip(image.shape, kernel.shape))
    result = np.zeros((rows, columns), floating_type(image, kernel))
    for i, j in np.ndindex(kernel.shape):
        y, x = i * dilation, j * dilation
        result += image[y:y + rows, x:x + columns] * result.dtype.type(kernel[-1 - i, -1 - j])
    return result

# %% corr2d_dilated wrong: the kernel spread out in a type of whole numbers
def corr2d_dilated(image, kernel, dilation=1):
    if kernel.ndim != 2 or dilation < 1:
        raise ValueError("a kernel of two axes and a dilation of at least 1, please")
    wide = np.zeros([dilation * (k - 1) + 1 for k in kernel.shape], int)
    wide[::dilation, ::dilation] = kernel
    return corr2d_strided(image, wide)

# %% corr2d_dilated wrong: float32 becomes float64
def corr2d_dilated(image, kernel, dilation=1):
    if kernel.ndim != 2 or dilation < 1:
        raise ValueError("a kernel of two axes and a dilation of at least 1, please")
    wide = np.zeros([dilation * (k - 1) + 1 for k in kernel.shape])
    wide[::dilation, ::dilation] = kernel
    return corr2d_strided(image, wide)

# %% corr2d_dilated wrong: 8-bit products wrap around
def corr2d_dilated(image, kernel, dilation=1):
    if image.ndim != 2 or kernel.ndim != 2:
        raise ValueError("two axes each, please")
    rows, columns = (output_size(n, k, dilation=dilation) for n, k in zip(image.shape, kernel.shape))
    result = np.zeros((rows, columns), floating_type(image, kernel))
    for i, j in np.ndindex(kernel.shape):
        y, x = i * dilation, j * dilation
        result += image[y:y + rows, x:x + columns] * kernel[i, j]
    return result

# %% corr2d_dilated wrong: the size before spreading decides whether it fits
def corr2d_dilated(image, kernel, dilation=1):
    if image.ndim != 2 or kernel.ndim != 2 or dilation < 1 or np.less(image.shape, kernel.shape).any():
        raise ValueError("does not fit")
    rows, columns = (max(0, n - dilation * (k - 1)) for n, k in zip(image.shape, kernel.shape))
    result = np.zeros((rows, columns), floating_type(image, kernel))
    for i, j in np.ndindex(kernel.shape):
        y, x = i * dilation, j * dilation
        result += image[y:y + rows, x:x + columns] * result.dtype.type(kernel[i, j])
    return result

# %% corr2d_dilated wrong: a dilation of 0 goes through
def corr2d_dilated(image, kernel, dilation=1):
    if image.ndim != 2 or kernel.ndim != 2:
        raise ValueError("two axes each, please")
    rows, columns = (n - dilation * (k - 1) for n, k in zip(image.shape, kernel.shape))
    if rows < 1 or columns < 1:
        raise ValueError("does not fit")
    result = np.zeros((rows, columns), floating_type(image, kernel))
    for i, j in np.ndindex(kernel.shape):
        y, x = i * dilation, j * dilation
        result += image[y:y + rows, x:x + columns] * result.dtype.type(kernel[i, j])
    return result

# %% corr2d_dilated wrong: the last row and column are left out
def corr2d_dilated(image, kernel, dilation=1):
    if image.ndim != 2 or kernel.ndim != 2:
        raise ValueError("two axes each, please")
    rows, columns = (output_size(n, k, dilation=dilation) for n, k in zip(image.shape, kernel.shape))
    result = np.zeros((rows, columns), floating_type(image, kernel))
    kh, kw = kernel.shape
    for r, c in np.ndindex(rows - 1, columns - 1):
        window = image[r::dilation, c::dilation][:kh, :kw]
        result[r, c] = (window * kernel).sum()
    return result
