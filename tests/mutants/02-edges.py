# Answers to 02-edges, right and wrong, as people write them.

# %% sobel_kernels right: written out
def sobel_kernels():
    gx = np.array([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])
    gy = np.array([[-1.0, -2.0, -1.0], [0.0, 0.0, 0.0], [1.0, 2.0, 1.0]])
    return gx, gy

# %% sobel_kernels right: a quarter turn
def sobel_kernels():
    gx = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype=np.float32)
    return [gx, np.rot90(gx, -1)]

# %% sobel_kernels right: one array of both
def sobel_kernels():
    smooth, slope = np.array([[1, 2, 1]], np.int8), np.array([[-1, 0, 1]], np.int8)
    return np.stack([smooth.T * slope, slope.T * smooth])

# %% sobel_kernels wrong: signs swapped, as for true convolution
def sobel_kernels():
    gx = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
    return gx, gx.T

# %% sobel_kernels wrong: gx and gy swapped
def sobel_kernels():
    gx = np.outer([1, 2, 1], [-1, 0, 1])
    return gx.T, gx

# %% sobel_kernels wrong: the middle row counts once
def sobel_kernels():
    gx = np.outer([1, 1, 1], [-1, 0, 1])
    return gx, gx.T

# %% sobel_kernels wrong: divided by 8
def sobel_kernels():
    gx = np.outer([1, 2, 1], [-1, 0, 1]) / 8
    return gx, gx.T

# %% sobel_kernels wrong: gy grows upwards
def sobel_kernels():
    gx = np.outer([1, 2, 1], [-1, 0, 1])
    return gx, gx.T[::-1]

# %% sobel_kernels wrong: the weight 2 in the wrong row
def sobel_kernels():
    gx = np.array([[-1, 0, 1], [-1, 0, 1], [-2, 0, 2]])
    return gx, gx.T

# %% sobel_kernels wrong: a sign lost in a corner
def sobel_kernels():
    gx = np.array([[-1, 0, 1], [-2, 0, 2], [1, 0, 1]])
    return gx, np.outer([-1, 0, 1], [1, 2, 1])

# %% sobel_kernels wrong: one kernel only
def sobel_kernels():
    return np.outer([1, 2, 1], [-1, 0, 1])

# %% sobel_kernels wrong: Scharr's weights
def sobel_kernels():
    gx = np.outer([3, 10, 3], [-1, 0, 1])
    return gx, gx.T

# %% gradient_magnitude right: differences of slices
def gradient_magnitude(image):
    if image.ndim != 2 or min(image.shape) < 3:
        raise ValueError(f"an image of at least 3 by 3 expected, shape {image.shape} found")
    x = image if image.dtype.kind == "f" else image.astype(float)
    across, down = x[:, 2:] - x[:, :-2], x[2:] - x[:-2]
    gx = across[:-2] + 2 * across[1:-1] + across[2:]
    gy = down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:]
    return np.sqrt(gx**2 + gy**2)

# %% gradient_magnitude right: one complex kernel
def gradient_magnitude(image):
    if image.ndim != 2 or image.shape[0] < 3 or image.shape[1] < 3:
        raise ValueError("too small")
    gx, gy = sobel_kernels()
    windows = np.lib.stride_tricks.sliding_window_view(image, (3, 3))
    result = np.abs((windows * (gx + 1j * gy)).sum(axis=(2, 3)))
    return result.astype(image.dtype if image.dtype.kind == "f" else float)

# %% gradient_magnitude right: loops over every window
def gradient_magnitude(image):
    if len(image.shape) != 2 or min(image.shape) < 3:
        raise ValueError("two axes and 3 by 3 pixels at least")
    gx, gy = sobel_kernels()
    rows, columns = image.shape
    result = np.empty((rows - 2, columns - 2), np.float32 if image.dtype == np.float32 else np.float64)
    for r in range(rows - 2):
        for c in range(columns - 2):
            a = b = 0.0
            for i in range(3):
                for j in range(3):
                    a += float(gx[i, j]) * float(image[r + i, c + j])
                    b += float(gy[i, j]) * float(image[r + i, c + j])
            result[r, c] = (a * a + b * b) ** 0.5
    return result

# %% gradient_magnitude right: the length along a new axis
def gradient_magnitude(image):
    responses = np.stack([corr2d(image, kernel) for kernel in sobel_kernels()])
    return np.linalg.norm(responses, axis=0)

# %% gradient_magnitude wrong: absolute values added up
def gradient_magnitude(image):
    gx, gy = sobel_kernels()
    return np.abs(corr2d(image, gx)) + np.abs(corr2d(image, gy))

# %% gradient_magnitude wrong: no square root
def gradient_magnitude(image):
    gx, gy = sobel_kernels()
    return corr2d(image, gx)**2 + corr2d(image, gy)**2

# %% gradient_magnitude wrong: the larger of the two
def gradient_magnitude(image):
    gx, gy = sobel_kernels()
    return np.maximum(np.abs(corr2d(image, gx)), np.abs(corr2d(image, gy)))

# %% gradient_magnitude wrong: gx twice
def gradient_magnitude(image):
    gx, gy = sobel_kernels()
    return np.hypot(corr2d(image, gx), corr2d(image, gx))

# %% gradient_magnitude wrong: padded to the image's size
def gradient_magnitude(image):
    corr2d(image, np.ones((3, 3)))
    gx, gy = sobel_kernels()
    padded = np.pad(image, 1)
    return np.hypot(corr2d(padded, gx), corr2d(padded, gy))

# %% gradient_magnitude wrong: 8-bit differences wrap around
def gradient_magnitude(image):
    if image.ndim != 2 or min(image.shape) < 3:
        raise ValueError("too small")
    x = image.astype(float) if image.dtype.kind == "b" else image
    gx = x[:-2, 2:] - x[:-2, :-2] + 2 * (x[1:-1, 2:] - x[1:-1, :-2]) + x[2:, 2:] - x[2:, :-2]
    gy = x[2:, :-2] - x[:-2, :-2] + 2 * (x[2:, 1:-1] - x[:-2, 1:-1]) + x[2:, 2:] - x[:-2, 2:]
    dtype = image.dtype if image.dtype.kind == "f" else np.dtype(float)
    return np.hypot(gx.astype(dtype), gy.astype(dtype))

# %% gradient_magnitude wrong: 16-bit squares wrap around
def gradient_magnitude(image):
    gx, gy = sobel_kernels()
    across, down = corr2d(image, gx), corr2d(image, gy)
    if image.dtype.kind in "iu":
        across, down = across.astype(image.dtype if image.dtype == np.int16 else int), down.astype(int)
    return np.sqrt((across**2 + down**2).astype(floating_type(image)))

# %% gradient_magnitude wrong: float32 becomes float64
def gradient_magnitude(image):
    gx, gy = sobel_kernels()
    return np.hypot(corr2d(image, gx.astype(float)), corr2d(image, gy))

# %% gradient_magnitude wrong: cut off at 255
def gradient_magnitude(image):
    gx, gy = sobel_kernels()
    return np.clip(np.hypot(corr2d(image, gx), corr2d(image, gy)), 0, 255)

# %% gradient_magnitude wrong: scaled to a maximum of 1
def gradient_magnitude(image):
    gx, gy = sobel_kernels()
    length = np.hypot(corr2d(image, gx), corr2d(image, gy))
    return length / length.max()

# %% gradient_magnitude wrong: an image that is too small gives an empty array
def gradient_magnitude(image):
    if image.ndim != 2:
        raise ValueError("two axes, please")
    x = image.astype(floating_type(image))
    across, down = x[:, 2:] - x[:, :-2], x[2:] - x[:-2]
    return np.hypot(across[:-2] + 2 * across[1:-1] + across[2:], down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:])

# %% gradient_magnitude wrong: an image with channels goes through
def gradient_magnitude(image):
    if min(image.shape[:2]) < 3:
        raise ValueError("too small")
    x = image.astype(floating_type(image))
    across, down = x[:, 2:] - x[:, :-2], x[2:] - x[:-2]
    return np.hypot(across[:-2] + 2 * across[1:-1] + across[2:], down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:])

# %% gradient_magnitude wrong: the image's mean is subtracted in place
def gradient_magnitude(image):
    if image.dtype.kind == "f":
        image -= image.mean()
    gx, gy = sobel_kernels()
    return np.hypot(corr2d(image, gx), corr2d(image, gy))

# %% gradient_magnitude wrong: square images only
def gradient_magnitude(image):
    gx, gy = sobel_kernels()
    n = min(image.shape)
    return np.hypot(corr2d(image, gx), corr2d(image, gy))[:n - 2, :n - 2]

# %% edge_mask right: magnitudes scaled to a maximum of 1
def edge_mask(image, threshold):
    length = gradient_magnitude(image)
    if (image == image[0, 0]).all():
        return np.full(length.shape, False)
    return length / length.max() >= threshold

# %% edge_mask right: a rest left by rounding counts as nothing
def edge_mask(image, threshold):
    length = gradient_magnitude(image)
    peak = length.max()
    if np.isclose(peak, 0):
        return np.zeros_like(length, dtype=bool)
    return np.where(length < threshold * peak, False, True)

# %% edge_mask right: squares instead of lengths
def edge_mask(image, threshold):
    gx, gy = (corr2d(image, kernel) for kernel in sobel_kernels())
    energy = gx**2 + gy**2
    return (energy >= threshold**2 * energy.max()) & (len(np.unique(image)) > 1)

# %% edge_mask right: pixel by pixel
def edge_mask(image, threshold):
    length = gradient_magnitude(image)
    flat = image.max() == image.min()
    mask = np.empty(length.shape, bool)
    for r in range(length.shape[0]):
        for c in range(length.shape[1]):
            mask[r, c] = not flat and length[r, c] >= threshold * np.max(length)
    return mask

# %% edge_mask wrong: a flat image is all edge
def edge_mask(image, threshold):
    length = gradient_magnitude(image)
    return length >= threshold * length.max()

# %% edge_mask wrong: a rest left by rounding counts as an edge
def edge_mask(image, threshold):
    gradient_magnitude(image)
    rows, columns = image.shape[0] - 2, image.shape[1] - 2
    gx, gy = np.zeros((2, rows, columns), floating_type(image))
    for i in range(3):
        for j in range(3):
            piece = image[i:i + rows, j:j + columns].astype(gx.dtype)
            gx += sobel_kernels()[0][i, j] * piece
            gy += sobel_kernels()[1][i, j] * piece
    length = np.hypot(gx, gy)
    return (length >= threshold * length.max()) & (length > 0)

# %% edge_mask wrong: above the threshold only
def edge_mask(image, threshold):
    length = gradient_magnitude(image)
    return (length > threshold * length.max()) & (image.min() < image.max())

# %% edge_mask wrong: the threshold is a magnitude
def edge_mask(image, threshold):
    return (gradient_magnitude(image) >= threshold) & (image.min() < image.max())

# %% edge_mask wrong: a fraction of the brightest pixel
def edge_mask(image, threshold):
    return (gradient_magnitude(image) >= threshold * float(image.max())) & (image.min() < image.max())

# %% edge_mask wrong: a fraction of the mean
def edge_mask(image, threshold):
    length = gradient_magnitude(image)
    return (length >= threshold * length.mean()) & (image.min() < image.max())

# %% edge_mask wrong: a fraction of the range
def edge_mask(image, threshold):
    length = gradient_magnitude(image)
    return (length - length.min() >= threshold * np.ptp(length)) & (image.min() < image.max())

# %% edge_mask wrong: a quantile
def edge_mask(image, threshold):
    length = gradient_magnitude(image)
    return (length >= np.quantile(length, threshold)) & (image.min() < image.max())

# %% edge_mask wrong: inverted
def edge_mask(image, threshold):
    length = gradient_magnitude(image)
    return (length < threshold * length.max()) & (image.min() < image.max())

# %% edge_mask wrong: ones and zeros
def edge_mask(image, threshold):
    length = gradient_magnitude(image)
    return ((length >= threshold * length.max()) & (image.min() < image.max())).astype(int)

# %% edge_mask wrong: the size of the image
def edge_mask(image, threshold):
    length = gradient_magnitude(image)
    return np.pad((length >= threshold * length.max()) & (image.min() < image.max()), 1)

# %% edge_mask wrong: the magnitude in 8 bits
def edge_mask(image, threshold):
    length = gradient_magnitude(image)
    if image.dtype == np.uint8:
        length = length.astype(np.uint8)
    return (length >= threshold * length.max()) & (image.min() < image.max())

# %% edge_mask wrong: dim images count as flat
def edge_mask(image, threshold):
    length = gradient_magnitude(image)
    return (length >= threshold * length.max()) & (length.max() > 0.1)

# %% edge_mask wrong: the image is scaled in place
def edge_mask(image, threshold):
    flat = image.min() == image.max()
    if image.dtype.kind == "f" and not flat:
        image /= np.abs(image).max()
    length = gradient_magnitude(image)
    return (length >= threshold * length.max()) & (not flat)

# %% edge_mask wrong: pixels that are nearly equal count as equal
def edge_mask(image, threshold):
    length = gradient_magnitude(image)
    if np.allclose(image, image.flat[0]):
        return np.full(length.shape, False)
    return length >= threshold * length.max()

# %% kernel_gradient right: a sum over windows
def kernel_gradient(image, kernel, target):
    output = corr2d(image, kernel)
    if output.shape != target.shape:
        raise ValueError(f"target {target.shape}, output {output.shape}")
    error = output - target
    gradient = np.zeros(kernel.shape)
    for r in range(error.shape[0]):
        for c in range(error.shape[1]):
            gradient += 2 * error[r, c] * image[r:r + kernel.shape[0], c:c + kernel.shape[1]]
    return gradient.astype(floating_type(image, kernel, target))

# %% kernel_gradient right: einsum
def kernel_gradient(image, kernel, target):
    if image.ndim != 2 or kernel.ndim != 2:
        raise ValueError("two axes, please")
    dtype = floating_type(image, kernel, target)
    image, kernel, target = image.astype(dtype), kernel.astype(dtype), target.astype(dtype)
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    if windows.shape[:2] != target.shape:
        raise ValueError("the target has the wrong shape")
    error = np.einsum("rcij,ij->rc", windows, kernel) - target
    return np.einsum("rcij,rc->ij", windows, 2 * error)

# %% kernel_gradient right: one matrix product
def kernel_gradient(image, kernel, target):
    if image.ndim != 2 or kernel.ndim != 2 or target.ndim != 2:
        raise ValueError("two axes, please")
    expected = (image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1)
    if min(expected) < 1 or target.shape != expected:
        raise ValueError(f"target {target.shape}, output {expected}")
    rows = np.array([image[r:r + kernel.shape[0], c:c + kernel.shape[1]].ravel() for r, c in np.ndindex(expected)], float)
    error = rows @ kernel.ravel() - target.ravel()
    gradient = (2 * error @ rows).reshape(kernel.shape)
    return gradient.astype(np.float32) if image.dtype == kernel.dtype == target.dtype == np.float32 else gradient

# %% kernel_gradient right: central differences, exact for a sum of squares
def kernel_gradient(image, kernel, target):
    wide = [array.astype(float) for array in (image, kernel, target)]
    if corr2d(*wide[:2]).shape != target.shape:
        raise ValueError("the target has the wrong shape")
    gradient = np.zeros(kernel.shape)
    for place in np.ndindex(kernel.shape):
        step = np.zeros(kernel.shape)
        step[place] = 1
        up = ((corr2d(wide[0], wide[1] + step) - wide[2])**2).sum()
        down = ((corr2d(wide[0], wide[1] - step) - wide[2])**2).sum()
        gradient[place] = (up - down) / 2
    return gradient.astype(floating_type(image, kernel, target))

# %% kernel_gradient wrong: the 2 is lost
def kernel_gradient(image, kernel, target):
    output = corr2d(image, kernel)
    if target.shape != output.shape:
        raise ValueError("the target has the wrong shape")
    return corr2d(image, output - target)

# %% kernel_gradient wrong: the sign is lost
def kernel_gradient(image, kernel, target):
    output = corr2d(image, kernel)
    if target.shape != output.shape:
        raise ValueError("the target has the wrong shape")
    return 2 * corr2d(image, (target - output).astype(output.dtype))

# %% kernel_gradient wrong: of the mean, not the sum
def kernel_gradient(image, kernel, target):
    output = corr2d(image, kernel)
    if target.shape != output.shape:
        raise ValueError("the target has the wrong shape")
    return 2 * corr2d(image, output - target) / output.size

# %% kernel_gradient wrong: the target is left out
def kernel_gradient(image, kernel, target):
    output = corr2d(image, kernel)
    if target.shape != output.shape:
        raise ValueError("the target has the wrong shape")
    return 2 * corr2d(image, output)

# %% kernel_gradient wrong: flipped
def kernel_gradient(image, kernel, target):
    output = corr2d(image, kernel)
    if target.shape != output.shape:
        raise ValueError("the target has the wrong shape")
    return 2 * corr2d(image, output - target)[::-1, ::-1]

# %% kernel_gradient wrong: with respect to the image
def kernel_gradient(image, kernel, target):
    output = corr2d(image, kernel)
    if target.shape != output.shape:
        raise ValueError("the target has the wrong shape")
    kh, kw = kernel.shape
    padded = np.pad(output - target, ((kh - 1, kh - 1), (kw - 1, kw - 1)))
    return 2 * corr2d(padded, kernel[::-1, ::-1])

# %% kernel_gradient wrong: a target of another shape is repeated
def kernel_gradient(image, kernel, target):
    return 2 * corr2d(image, corr2d(image, kernel) - target)

# %% kernel_gradient wrong: a swapped target goes through
def kernel_gradient(image, kernel, target):
    output = corr2d(image, kernel)
    if target.size != output.size or target.ndim != 2:
        raise ValueError("the target has the wrong size")
    return 2 * corr2d(image, output - target.reshape(output.shape))

# %% kernel_gradient wrong: the last row of errors is left out
def kernel_gradient(image, kernel, target):
    output = corr2d(image, kernel)
    if target.shape != output.shape:
        raise ValueError("the target has the wrong shape")
    error = output - target
    gradient = np.zeros(kernel.shape)
    for r in range(max(1, error.shape[0] - 1)):
        for c in range(error.shape[1]):
            gradient += 2 * error[r, c] * image[r:r + kernel.shape[0], c:c + kernel.shape[1]]
    return gradient.astype(floating_type(image, kernel, target))

# %% kernel_gradient wrong: always float64
def kernel_gradient(image, kernel, target):
    output = corr2d(image, kernel)
    if target.shape != output.shape:
        raise ValueError("the target has the wrong shape")
    return 2 * corr2d(image, output.astype(float) - target)

# %% kernel_gradient wrong: 8-bit products wrap around
def kernel_gradient(image, kernel, target):
    output = corr2d(image, kernel)
    if target.shape != output.shape:
        raise ValueError("the target has the wrong shape")
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    error = (windows * kernel).sum(axis=(2, 3), dtype=output.dtype) - target
    return np.einsum("rcij,rc->ij", windows, 2 * error)

# %% kernel_gradient wrong: square kernels only
def kernel_gradient(image, kernel, target):
    output = corr2d(image, kernel)
    if target.shape != output.shape:
        raise ValueError("the target has the wrong shape")
    error, k = output - target, kernel.shape[0]
    gradient = np.zeros((k, k), output.dtype)
    for i in range(k):
        for j in range(k):
            gradient[i, j] = 2 * (error * image[i:i + error.shape[0], j:j + error.shape[1]]).sum()
    return gradient

# %% kernel_gradient wrong: the target is changed in place
def kernel_gradient(image, kernel, target):
    output = corr2d(image, kernel)
    if target.shape != output.shape:
        raise ValueError("the target has the wrong shape")
    if target.dtype != output.dtype:
        target = target.astype(output.dtype)
    target -= output
    return -2 * corr2d(image, target)

# %% learn_kernel right: gradient worked out on the spot
def learn_kernel(image, target, kernel_shape, learning_rate, steps):
    kernel = np.zeros(kernel_shape, floating_type(image, target))
    losses = np.zeros(steps)
    for i in range(steps):
        output = corr2d(image, kernel)
        if output.shape != target.shape:
            raise ValueError("the target has the wrong shape")
        losses[i] = np.sum((output - target)**2)
        kernel = kernel - 2 * learning_rate * corr2d(image, output - target).astype(kernel.dtype)
    return kernel, losses

# %% learn_kernel right: a list of both, losses of NumPy's type
def learn_kernel(image, target, kernel_shape, learning_rate, steps):
    dtype = np.float32 if image.dtype == target.dtype == np.float32 else np.float64
    kernel, losses = np.zeros(kernel_shape).astype(dtype), []
    while len(losses) < steps:
        error = corr2d(image, kernel) - target
        slope = kernel_gradient(image, kernel, target)
        losses += [np.square(error).sum()]
        kernel = (kernel - learning_rate * slope).astype(dtype)
    return [kernel, losses]

# %% learn_kernel right: the normal equations, step by step
def learn_kernel(image, target, kernel_shape, learning_rate, steps):
    kh, kw = kernel_shape
    rows, columns = image.shape[0] - kh + 1, image.shape[1] - kw + 1
    if rows < 1 or columns < 1 or target.shape != (rows, columns):
        raise ValueError(f"image {image.shape}, kernel {kernel_shape}, target {target.shape}")
    x = image.astype(float)
    a = np.stack([x[i:i + rows, j:j + columns].ravel() for i in range(kh) for j in range(kw)], axis=1)
    t = target.ravel().astype(float)
    k, losses = np.zeros(kh * kw), []
    for _ in range(steps):
        losses.append(float(np.sum((a @ k - t)**2)))
        k = k - learning_rate * (2 * a.T @ (a @ k) - 2 * a.T @ t)
    return k.reshape(kh, kw).astype(floating_type(image, target)), tuple(losses)

# %% learn_kernel wrong: uphill
def learn_kernel(image, target, kernel_shape, learning_rate, steps):
    kernel, losses = np.zeros(kernel_shape, floating_type(image, target)), []
    for _ in range(steps):
        gradient = kernel_gradient(image, kernel, target)
        losses.append(float(((corr2d(image, kernel) - target)**2).sum()))
        kernel += learning_rate * gradient
    return kernel, losses

# %% learn_kernel wrong: a random start
def learn_kernel(image, target, kernel_shape, learning_rate, steps):
    kernel, losses = np.random.normal(size=kernel_shape).astype(floating_type(image, target)), []
    for _ in range(steps):
        gradient = kernel_gradient(image, kernel, target)
        losses.append(float(((corr2d(image, kernel) - target)**2).sum()))
        kernel -= learning_rate * gradient
    return kernel, losses

# %% learn_kernel wrong: the loss after the step
def learn_kernel(image, target, kernel_shape, learning_rate, steps):
    kernel, losses = np.zeros(kernel_shape, floating_type(image, target)), []
    for _ in range(steps):
        kernel -= learning_rate * kernel_gradient(image, kernel, target)
        losses.append(float(((corr2d(image, kernel) - target)**2).sum()))
    return kernel, losses

# %% learn_kernel wrong: one loss too many
def learn_kernel(image, target, kernel_shape, learning_rate, steps):
    kernel = np.zeros(kernel_shape, floating_type(image, target))
    losses = [float(((corr2d(image, kernel) - target)**2).sum())]
    for _ in range(steps):
        kernel -= learning_rate * kernel_gradient(image, kernel, target)
        losses.append(float(((corr2d(image, kernel) - target)**2).sum()))
    return kernel, losses

# %% learn_kernel wrong: one step too few
def learn_kernel(image, target, kernel_shape, learning_rate, steps):
    kernel, losses = np.zeros(kernel_shape, floating_type(image, target)), []
    for i in range(steps):
        gradient = kernel_gradient(image, kernel, target)
        losses.append(float(((corr2d(image, kernel) - target)**2).sum()))
        if i < steps - 1:
            kernel -= learning_rate * gradient
    return kernel, losses

# %% learn_kernel wrong: the loss is a mean
def learn_kernel(image, target, kernel_shape, learning_rate, steps):
    kernel, losses = np.zeros(kernel_shape, floating_type(image, target)), []
    for _ in range(steps):
        gradient = kernel_gradient(image, kernel, target)
        losses.append(float(((corr2d(image, kernel) - target)**2).mean()))
        kernel -= learning_rate * gradient
    return kernel, losses

# %% learn_kernel wrong: the gradient of the start is used for every step
def learn_kernel(image, target, kernel_shape, learning_rate, steps):
    kernel, losses = np.zeros(kernel_shape, floating_type(image, target)), []
    gradient = kernel_gradient(image, kernel, target)
    for _ in range(steps):
        losses.append(float(((corr2d(image, kernel) - target)**2).sum()))
        kernel -= learning_rate * gradient
    return kernel, losses

# %% learn_kernel wrong: kernel and losses swapped
def learn_kernel(image, target, kernel_shape, learning_rate, steps):
    kernel, losses = np.zeros(kernel_shape, floating_type(image, target)), []
    for _ in range(steps):
        gradient = kernel_gradient(image, kernel, target)
        losses.append(float(((corr2d(image, kernel) - target)**2).sum()))
        kernel -= learning_rate * gradient
    return losses, kernel

# %% learn_kernel wrong: the last loss only
def learn_kernel(image, target, kernel_shape, learning_rate, steps):
    kernel, last = np.zeros(kernel_shape, floating_type(image, target)), 0.0
    for _ in range(steps):
        gradient = kernel_gradient(image, kernel, target)
        last = float(((corr2d(image, kernel) - target)**2).sum())
        kernel -= learning_rate * gradient
    return kernel, last

# %% learn_kernel wrong: rows and columns of the kernel swapped
def learn_kernel(image, target, kernel_shape, learning_rate, steps):
    kernel, losses = np.zeros(kernel_shape[::-1], floating_type(image, target)), []
    for _ in range(steps):
        gradient = kernel_gradient(image, kernel, target)
        losses.append(float(((corr2d(image, kernel) - target)**2).sum()))
        kernel -= learning_rate * gradient
    return kernel, losses

# %% learn_kernel wrong: a target of another shape is repeated
def learn_kernel(image, target, kernel_shape, learning_rate, steps):
    kernel, losses = np.zeros(kernel_shape, floating_type(image, target)), []
    for _ in range(steps):
        error = corr2d(image, kernel) - target
        losses.append(float((error**2).sum()))
        kernel -= (2 * learning_rate * corr2d(image, error)).astype(kernel.dtype)
    return kernel, losses

# %% learn_kernel wrong: float32 becomes float64
def learn_kernel(image, target, kernel_shape, learning_rate, steps):
    kernel, losses = np.zeros(kernel_shape), []
    for _ in range(steps):
        gradient = kernel_gradient(image, kernel, target)
        losses.append(float(((corr2d(image, kernel) - target)**2).sum()))
        kernel -= learning_rate * gradient
    return kernel, losses

# %% learn_kernel wrong: the kernel in the image's type
def learn_kernel(image, target, kernel_shape, learning_rate, steps):
    kernel, losses = np.zeros(kernel_shape, image.dtype), []
    for _ in range(steps):
        gradient = kernel_gradient(image, kernel, target)
        losses.append(float(((corr2d(image, kernel) - target)**2).sum()))
        kernel = (kernel - learning_rate * gradient).astype(image.dtype)
    return kernel, losses

# %% learn_kernel wrong: the learning rate shrinks
def learn_kernel(image, target, kernel_shape, learning_rate, steps):
    kernel, losses = np.zeros(kernel_shape, floating_type(image, target)), []
    for i in range(steps):
        gradient = kernel_gradient(image, kernel, target)
        losses.append(float(((corr2d(image, kernel) - target)**2).sum()))
        kernel -= learning_rate / (i + 1) * gradient
    return kernel, losses

# %% learn_kernel wrong: the list keeps growing from call to call
def learn_kernel(image, target, kernel_shape, learning_rate, steps, losses=[]):
    kernel = np.zeros(kernel_shape, floating_type(image, target))
    for _ in range(steps):
        gradient = kernel_gradient(image, kernel, target)
        losses.append(float(((corr2d(image, kernel) - target)**2).sum()))
        kernel -= learning_rate * gradient
    return kernel, losses
