# Answers to 05-im2col, right and wrong, as people write them.

# %% im2col right: a loop over every window
def im2col(x, kernel_size, stride=1, padding=0):
    kh, kw = kernel_size if isinstance(kernel_size, (tuple, list)) else (kernel_size, kernel_size)
    sh, sw = stride if isinstance(stride, (tuple, list)) else (stride, stride)
    ph, pw = padding if isinstance(padding, (tuple, list)) else (padding, padding)
    if x.ndim != 4 or kh < 1 or kw < 1 or sh < 1 or sw < 1 or ph < 0 or pw < 0:
        raise ValueError("bad input")
    n, c, h, w = x.shape
    if h + 2 * ph < kh or w + 2 * pw < kw:
        raise ValueError("no window fits")
    padded = np.zeros((n, c, h + 2 * ph, w + 2 * pw), floating_type(x))
    padded[:, :, ph:ph + h, pw:pw + w] = x
    rows = []
    for image in padded:
        for top in range(0, h + 2 * ph - kh + 1, sh):
            for left in range(0, w + 2 * pw - kw + 1, sw):
                rows.append(image[:, top:top + kh, left:left + kw].ravel())
    return np.array(rows)

# %% im2col right: sliding windows
def im2col(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2) for value in (kernel_size, stride, padding))
    if x.ndim != 4 or min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).astype(floating_type(x))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, x.shape[1] * kh * kw)

# %% im2col right: index arrays
def im2col(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (value if np.ndim(value) else (value, value) for value in (kernel_size, stride, padding))
    if x.ndim != 4 or min(kh, kw) < 1 or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    x = np.pad(x.astype(floating_type(x)), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    n, c, h, w = x.shape
    oh, ow = (h - kh) // sh + 1, (w - kw) // sw + 1
    if oh <= 0 or ow <= 0:
        raise ValueError("no window fits")
    image, top, left, channel, i, j = np.ix_(range(n), range(oh), range(ow), range(c), range(kh), range(kw))
    return x[image, channel, top * sh + i, left * sw + j].reshape(n * oh * ow, c * kh * kw)

# %% im2col right: a column at a time, returned transposed
def im2col(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2).tolist() for value in (kernel_size, stride, padding))
    if x.ndim != 4 or min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    bottom, right = padded.shape[2] - kh + 1, padded.shape[3] - kw + 1
    if bottom < 1 or right < 1:
        raise ValueError("no window fits")
    columns = [padded[:, k, i:i + bottom:sh, j:j + right:sw].ravel()
               for k in range(x.shape[1]) for i in range(kh) for j in range(kw)]
    return np.array(columns, dtype=floating_type(x)).T

# %% im2col wrong: rows and columns of the matrix swapped
def im2col(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2) for value in (kernel_size, stride, padding))
    if x.ndim != 4 or min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).astype(floating_type(x))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, x.shape[1] * kh * kw).T

# %% im2col wrong: the axes are not moved before the reshape
def im2col(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2) for value in (kernel_size, stride, padding))
    if x.ndim != 4 or min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).astype(floating_type(x))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    return windows.reshape(-1, x.shape[1] * kh * kw)

# %% im2col wrong: rows in the order oh, ow, n
def im2col(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2) for value in (kernel_size, stride, padding))
    if x.ndim != 4 or min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).astype(floating_type(x))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    return windows.transpose(2, 3, 0, 1, 4, 5).reshape(-1, x.shape[1] * kh * kw)

# %% im2col wrong: columns in the order i, j, c
def im2col(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2) for value in (kernel_size, stride, padding))
    if x.ndim != 4 or min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).astype(floating_type(x))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    return windows.transpose(0, 2, 3, 4, 5, 1).reshape(-1, x.shape[1] * kh * kw)

# %% im2col wrong: columns in the order c, j, i
def im2col(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2) for value in (kernel_size, stride, padding))
    if x.ndim != 4 or min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).astype(floating_type(x))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    return windows.transpose(0, 2, 3, 1, 5, 4).reshape(-1, x.shape[1] * kh * kw)

# %% im2col wrong: the stride is forgotten
def im2col(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2) for value in (kernel_size, stride, padding))
    if x.ndim != 4 or min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).astype(floating_type(x))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kh, kw), axis=(2, 3))
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, x.shape[1] * kh * kw)

# %% im2col wrong: stride (rows, columns) taken as (columns, rows)
def im2col(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sw, sh), (ph, pw) = (np.broadcast_to(value, 2) for value in (kernel_size, stride, padding))
    if x.ndim != 4 or min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).astype(floating_type(x))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, x.shape[1] * kh * kw)

# %% im2col wrong: padding (rows, columns) taken as (columns, rows)
def im2col(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (pw, ph) = (np.broadcast_to(value, 2) for value in (kernel_size, stride, padding))
    if x.ndim != 4 or min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).astype(floating_type(x))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, x.shape[1] * kh * kw)

# %% im2col wrong: the padding is forgotten
def im2col(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2) for value in (kernel_size, stride, padding))
    if x.ndim != 4 or min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(floating_type(x)), (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, x.shape[1] * kh * kw)

# %% im2col wrong: padding by reflection
def im2col(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2) for value in (kernel_size, stride, padding))
    if x.ndim != 4 or min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)), mode="symmetric").astype(floating_type(x))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, x.shape[1] * kh * kw)

# %% im2col wrong: square kernels only
def im2col(x, kernel_size, stride=1, padding=0):
    (kh, _), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2) for value in (kernel_size, stride, padding))
    if x.ndim != 4 or min(*np.broadcast_to(kernel_size, 2), sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).astype(floating_type(x))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kh, kh), axis=(2, 3))[:, :, ::sh, ::sw]
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, x.shape[1] * kh * kh)

# %% im2col wrong: the number of rows of windows is used for both directions
def im2col(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2) for value in (kernel_size, stride, padding))
    if x.ndim != 4 or min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).astype(floating_type(x))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    windows = windows[:, :, :, :windows.shape[2]]
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, x.shape[1] * kh * kw)

# %% im2col wrong: the last window is forgotten
def im2col(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2).tolist() for value in (kernel_size, stride, padding))
    if x.ndim != 4 or min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).astype(floating_type(x))
    if padded.shape[2] < kh or padded.shape[3] < kw:
        raise ValueError("no window fits")
    tops, lefts = range(0, max(1, padded.shape[2] - kh), sh), range(0, max(1, padded.shape[3] - kw), sw)
    return np.array([image[:, r:r + kh, c:c + kw].ravel() for image in padded for r in tops for c in lefts])

# %% im2col wrong: only the first image
def im2col(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2) for value in (kernel_size, stride, padding))
    if x.ndim != 4 or min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    padded = np.pad(x[:1], ((0, 0), (0, 0), (ph, ph), (pw, pw))).astype(floating_type(x))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, x.shape[1] * kh * kw)

# %% im2col wrong: always float64
def im2col(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2) for value in (kernel_size, stride, padding))
    if x.ndim != 4 or min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).astype(float)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, x.shape[1] * kh * kw)

# %% im2col wrong: whole numbers stay whole numbers
def im2col(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2) for value in (kernel_size, stride, padding))
    if x.ndim != 4 or min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, x.shape[1] * kh * kw)

# %% im2col wrong: a kernel that does not fit gives an empty matrix
def im2col(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2).tolist() for value in (kernel_size, stride, padding))
    if x.ndim != 4 or min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).astype(floating_type(x))
    tops, lefts = range(0, padded.shape[2] - kh + 1, sh), range(0, padded.shape[3] - kw + 1, sw)
    rows = [image[:, r:r + kh, c:c + kw].ravel() for image in padded for r in tops for c in lefts]
    return np.array(rows, floating_type(x)).reshape(len(rows), x.shape[1] * kh * kw)

# %% im2col wrong: stride 0 and negative padding of one direction go unnoticed
def im2col(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2) for value in (kernel_size, stride, padding))
    if x.ndim != 4 or min(kh, kw, sh) < 1 or ph < 0:
        raise ValueError("bad input")
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (max(0, pw), max(0, pw)))).astype(floating_type(x))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kh, kw), axis=(2, 3))[:, :, ::sh, ::max(1, sw)]
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, x.shape[1] * kh * kw)

# %% im2col wrong: a batch of three axes goes unnoticed
def im2col(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2) for value in (kernel_size, stride, padding))
    if min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    x = x[None] if x.ndim == 3 else x
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).astype(floating_type(x))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, x.shape[1] * kh * kw)

# %% im2col wrong: a window that writes into the batch
def im2col(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2) for value in (kernel_size, stride, padding))
    if x.ndim != 4 or min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).astype(floating_type(x))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    result = windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, x.shape[1] * kh * kw).copy()
    x *= 0
    return result

# %% conv2d right: im2col and one matrix product
def conv2d(x, weight, bias=None, stride=1, padding=0):
    if weight.ndim != 4 or x.ndim != 4 or x.shape[1] != weight.shape[1]:
        raise ValueError("the channels do not match")
    filters, _, kh, kw = weight.shape
    if bias is not None and bias.shape != (filters,):
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (x, weight, bias) if a is not None])
    product = weight.reshape(filters, -1).astype(dtype) @ im2col(x.astype(dtype), (kh, kw), stride, padding).T
    if bias is not None:
        product += bias[:, None].astype(dtype)
    (sh, sw), (_, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    ow = (x.shape[3] + 2 * pw - kw) // sw + 1
    return product.reshape(filters, x.shape[0], -1, ow).transpose(1, 0, 2, 3)

# %% conv2d right: sliding windows and tensordot
def conv2d(x, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (x, weight, bias) if a is not None])
    padded = np.pad(x.astype(dtype), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(2, 3))[:, :, ::sh, ::sw]
    y = np.moveaxis(np.tensordot(windows, weight.astype(dtype), axes=([1, 4, 5], [1, 2, 3])), 3, 1)
    return y if bias is None else y + bias.astype(dtype)[:, None, None]

# %% conv2d right: plain einsum
# edits: sliding windows and tensordot
#-    y = np.moveaxis(np.tensordot(windows, weight.astype(dtype), axes=([1, 4, 5], [1, 2, 3])), 3, 1)
#+    y = np.einsum("nchwij,fcij->nfhw", windows, weight.astype(dtype))

# %% conv2d right: a loop over kernel entries
def conv2d(x, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2).tolist(), np.broadcast_to(padding, 2).tolist()
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (x, weight, bias) if a is not None])
    padded = np.pad(x.astype(dtype), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    bottom, right = padded.shape[2] - weight.shape[2] + 1, padded.shape[3] - weight.shape[3] + 1
    if bottom < 1 or right < 1:
        raise ValueError("no window fits")
    y = 0
    for i in range(weight.shape[2]):
        for j in range(weight.shape[3]):
            y = y + np.einsum("nchw,fc->nfhw", padded[:, :, i:i + bottom:sh, j:j + right:sw], weight[:, :, i, j].astype(dtype))
    return y if bias is None else y + bias.astype(dtype).reshape(1, -1, 1, 1)

# %% conv2d right: a loop over windows
def conv2d(x, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2).tolist(), np.broadcast_to(padding, 2).tolist()
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (x, weight, bias) if a is not None])
    padded = np.pad(x.astype(dtype), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    filters, _, kh, kw = weight.shape
    oh, ow = (padded.shape[2] - kh) // sh + 1, (padded.shape[3] - kw) // sw + 1
    if oh < 1 or ow < 1:
        raise ValueError("no window fits")
    matrix = weight.reshape(filters, -1).astype(dtype)
    y = np.zeros((len(x), filters, oh, ow), dtype)
    for n in range(len(x)):
        for r in range(oh):
            for c in range(ow):
                y[n, :, r, c] = matrix @ padded[n, :, r * sh:r * sh + kh, c * sw:c * sw + kw].ravel()
    if bias is not None:
        y += bias.astype(dtype)[:, None, None]
    return y

# %% conv2d right: four loops and a sum over the window
def conv2d(x, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2).tolist(), np.broadcast_to(padding, 2).tolist()
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (x, weight, bias) if a is not None])
    padded = np.pad(x.astype(dtype), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    weight = weight.astype(dtype)
    filters, _, kh, kw = weight.shape
    oh, ow = (padded.shape[2] - kh) // sh + 1, (padded.shape[3] - kw) // sw + 1
    if oh < 1 or ow < 1:
        raise ValueError("no window fits")
    y = np.zeros((len(x), filters, oh, ow), dtype)
    for n in range(len(x)):
        for f in range(filters):
            for r in range(oh):
                for c in range(ow):
                    y[n, f, r, c] = np.sum(padded[n, :, r * sh:r * sh + kh, c * sw:c * sw + kw] * weight[f])
    return y if bias is None else y + bias.astype(dtype)[:, None, None]

# %% conv2d wrong: seven nested loops, too slow
def conv2d(x, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2).tolist(), np.broadcast_to(padding, 2).tolist()
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (x, weight, bias) if a is not None])
    padded = np.pad(x.astype(dtype), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    weight = weight.astype(dtype)
    filters, channels, kh, kw = weight.shape
    oh, ow = (padded.shape[2] - kh) // sh + 1, (padded.shape[3] - kw) // sw + 1
    if oh < 1 or ow < 1:
        raise ValueError("no window fits")
    y = np.zeros((len(x), filters, oh, ow), dtype)
    for n in range(len(x)):
        for f in range(filters):
            for r in range(oh):
                for c in range(ow):
                    total = 0 if bias is None else bias[f]
                    for k in range(channels):
                        for i in range(kh):
                            for j in range(kw):
                                total += padded[n, k, r * sh + i, c * sw + j] * weight[f, k, i, j]
                    y[n, f, r, c] = total
    return y

# %% conv2d wrong: the product is reshaped without moving the axes
# edits: sliding windows and tensordot
#-    y = np.moveaxis(np.tensordot(windows, weight.astype(dtype), axes=([1, 4, 5], [1, 2, 3])), 3, 1)
#+    y = np.tensordot(windows, weight.astype(dtype), axes=([1, 4, 5], [1, 2, 3]))
#+    y = y.reshape(len(x), len(weight), *windows.shape[2:4])

# %% conv2d wrong: filters first, reshaped as if images came first
# edits: sliding windows and tensordot
#-    y = np.moveaxis(np.tensordot(windows, weight.astype(dtype), axes=([1, 4, 5], [1, 2, 3])), 3, 1)
#+    y = np.tensordot(weight.astype(dtype), windows, axes=([1, 2, 3], [1, 4, 5]))
#+    y = y.reshape(len(x), len(weight), *windows.shape[2:4])

# %% conv2d wrong: rows and columns of the output swapped
# edits: sliding windows and tensordot
#-    y = np.moveaxis(np.tensordot(windows, weight.astype(dtype), axes=([1, 4, 5], [1, 2, 3])), 3, 1)
#+    y = np.einsum("nchwij,fcij->nfwh", windows, weight.astype(dtype), optimize=True)

# %% conv2d wrong: the width stands for both sides when the output is rebuilt
def conv2d(x, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (x, weight, bias) if a is not None])
    padded = np.pad(x.astype(dtype), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(2, 3))[:, :, ::sh, ::sw]
    oh, ow = windows.shape[2:4]
    product = np.tensordot(windows, weight.astype(dtype), axes=([1, 4, 5], [1, 2, 3])).reshape(-1, len(weight))
    y = np.zeros((len(x), len(weight), oh, ow), dtype)
    for n in range(len(x)):
        for r in range(oh):
            for c in range(ow):
                y[n, :, r, c] = product[min(n * ow * ow + r * ow + c, len(product) - 1)]
    return y if bias is None else y + bias.astype(dtype)[:, None, None]

# %% conv2d wrong: flipped kernel
# edits: sliding windows and tensordot
#-    y = np.moveaxis(np.tensordot(windows, weight.astype(dtype), axes=([1, 4, 5], [1, 2, 3])), 3, 1)
#+    y = np.einsum("nchwij,fcij->nfhw", windows, weight[:, :, ::-1, ::-1].astype(dtype), optimize=True)

# %% conv2d wrong: the stride is forgotten
def conv2d(x, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (x, weight, bias) if a is not None])
    padded = np.pad(x.astype(dtype), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(2, 3))
    y = np.einsum("nchwij,fcij->nfhw", windows, weight.astype(dtype), optimize=True)
    return y if bias is None else y + bias.astype(dtype)[:, None, None]

# %% conv2d wrong: padding (rows, columns) taken as (columns, rows)
def conv2d(x, weight, bias=None, stride=1, padding=0):
    (sh, sw), (pw, ph) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (x, weight, bias) if a is not None])
    padded = np.pad(x.astype(dtype), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(2, 3))[:, :, ::sh, ::sw]
    y = np.einsum("nchwij,fcij->nfhw", windows, weight.astype(dtype), optimize=True)
    return y if bias is None else y + bias.astype(dtype)[:, None, None]

# %% conv2d wrong: the bias is added along the last axis
def conv2d(x, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (x, weight, bias) if a is not None])
    padded = np.pad(x.astype(dtype), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(2, 3))[:, :, ::sh, ::sw]
    y = np.einsum("nchwij,fcij->nfhw", windows, weight.astype(dtype), optimize=True)
    return y if bias is None else y + np.resize(bias.astype(dtype), y.shape[3])

# %% conv2d wrong: the bias is forgotten
# edits: sliding windows and tensordot
#-    y = np.moveaxis(np.tensordot(windows, weight.astype(dtype), axes=([1, 4, 5], [1, 2, 3])), 3, 1)
#-    return y if bias is None else y + bias.astype(dtype)[:, None, None]
#+    return np.einsum("nchwij,fcij->nfhw", windows, weight.astype(dtype), optimize=True)

# %% conv2d wrong: the shape of the bias is not checked
def conv2d(x, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    dtype = floating_type(*[a for a in (x, weight, bias) if a is not None])
    padded = np.pad(x.astype(dtype), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(2, 3))[:, :, ::sh, ::sw]
    y = np.einsum("nchwij,fcij->nfhw", windows, weight.astype(dtype), optimize=True)
    return y if bias is None else y + bias.astype(dtype)[:, None, None]

# %% conv2d wrong: one channel is stretched over all
def conv2d(x, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if x.ndim != 4 or weight.ndim != 4 or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (x, weight, bias) if a is not None])
    padded = np.pad(x.astype(dtype), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(2, 3))[:, :, ::sh, ::sw]
    y = np.einsum("nchwij,fcij->nfhw", windows, weight.astype(dtype), optimize=True)
    return y if bias is None else y + bias.astype(dtype)[:, None, None]

# %% conv2d wrong: always float64
def conv2d(x, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError("one bias for each filter")
    padded = np.pad(x.astype(float), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(2, 3))[:, :, ::sh, ::sw]
    y = np.einsum("nchwij,fcij->nfhw", windows, weight.astype(float), optimize=True)
    return y if bias is None else y + bias.astype(float)[:, None, None]

# %% conv2d wrong: a bias of whole numbers widens the type
def conv2d(x, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError("one bias for each filter")
    dtype = floating_type(x, weight)
    padded = np.pad(x.astype(dtype), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(2, 3))[:, :, ::sh, ::sw]
    y = np.einsum("nchwij,fcij->nfhw", windows, weight.astype(dtype), optimize=True)
    return y if bias is None else y + bias[:, None, None]

# %% conv2d wrong: products in 8-bit numbers
def conv2d(x, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (x, weight, bias) if a is not None])
    if "f" in (x.dtype.kind, weight.dtype.kind):
        x, weight = x.astype(dtype), weight.astype(dtype)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(2, 3))[:, :, ::sh, ::sw]
    y = np.einsum("nchwij,fcij->nfhw", windows, weight, optimize=True).astype(dtype)
    return y if bias is None else y + bias.astype(dtype)[:, None, None]

# %% conv2d wrong: the first image for all
def conv2d(x, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (x, weight, bias) if a is not None])
    padded = np.pad(x.astype(dtype), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(2, 3))[:, :, ::sh, ::sw]
    y = np.einsum("chwij,fcij->fhw", windows[0], weight.astype(dtype), optimize=True)
    y = y if bias is None else y + bias.astype(dtype)[:, None, None]
    return np.stack([y] * len(x))

# %% conv2d wrong: the weight is changed in place
# edits: sliding windows and tensordot
#-    y = np.moveaxis(np.tensordot(windows, weight.astype(dtype), axes=([1, 4, 5], [1, 2, 3])), 3, 1)
#+    y = np.einsum("nchwij,fcij->nfhw", windows, weight.astype(dtype), optimize=True)
#+    weight *= 0

# %% conv2d wrong: the type of x alone
# edits: sliding windows and tensordot
#-    dtype = floating_type(*[a for a in (x, weight, bias) if a is not None])
#+    dtype = floating_type(x)

# %% conv2d wrong: the bias does not count for the type
# edits: sliding windows and tensordot
#-    dtype = floating_type(*[a for a in (x, weight, bias) if a is not None])
#-    padded = np.pad(x.astype(dtype), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
#+    dtype = floating_type(x, weight)
#+    padded = np.pad(x.astype(dtype), ((0, 0), (0, 0), (ph, ph), (pw, pw)))

# %% col2im right: a loop over every row
def col2im(cols, x_shape, kernel_size, stride=1, padding=0):
    kh, kw = kernel_size if isinstance(kernel_size, (tuple, list)) else (kernel_size, kernel_size)
    sh, sw = stride if isinstance(stride, (tuple, list)) else (stride, stride)
    ph, pw = padding if isinstance(padding, (tuple, list)) else (padding, padding)
    n, c, h, w = x_shape
    if min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0 or h + 2 * ph < kh or w + 2 * pw < kw:
        raise ValueError("bad input")
    tops, lefts = range(0, h + 2 * ph - kh + 1, sh), range(0, w + 2 * pw - kw + 1, sw)
    if cols.shape != (n * len(tops) * len(lefts), c * kh * kw):
        raise ValueError("cols has the wrong shape")
    padded = np.zeros((n, c, h + 2 * ph, w + 2 * pw), floating_type(cols))
    rows = iter(cols)
    for image in padded:
        for top in tops:
            for left in lefts:
                image[:, top:top + kh, left:left + kw] += next(rows).reshape(c, kh, kw)
    return padded[:, :, ph:ph + h, pw:pw + w]

# %% col2im right: np.add.at with the numbers of the pixels
def col2im(cols, x_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2).tolist() for value in (kernel_size, stride, padding))
    n, c, h, w = x_shape
    if min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0 or h + 2 * ph < kh or w + 2 * pw < kw:
        raise ValueError("bad input")
    shape = (n, c, h + 2 * ph, w + 2 * pw)
    numbers = np.arange(np.prod(shape)).reshape(shape)
    windows = np.lib.stride_tricks.sliding_window_view(numbers, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    where = windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, c * kh * kw)
    if cols.shape != where.shape:
        raise ValueError(f"cols of shape {where.shape}, please")
    flat = np.zeros(numbers.size, floating_type(cols))
    np.add.at(flat, where, cols)
    return flat.reshape(shape)[:, :, ph:h + ph, pw:w + pw].copy()

# %% col2im right: np.bincount
def col2im(cols, x_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2).tolist() for value in (kernel_size, stride, padding))
    n, c, h, w = x_shape
    if min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0 or h + 2 * ph < kh or w + 2 * pw < kw:
        raise ValueError("bad input")
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if cols.shape != (n * oh * ow, c * kh * kw):
        raise ValueError("cols has the wrong shape")
    m, r, s, k, i, j = np.ix_(*map(range, (n, oh, ow, c, kh, kw)))
    y, x = r * sh + i - ph, s * sw + j - pw
    inside = (0 <= y) & (y < h) & (0 <= x) & (x < w)
    place = (((m * c + k) * h + np.clip(y, 0, h - 1)) * w + np.clip(x, 0, w - 1)).ravel()
    values = np.where(inside, cols.reshape(n, oh, ow, c, kh, kw), 0).ravel()
    return np.bincount(place, values, n * c * h * w).reshape(x_shape).astype(floating_type(cols))

# %% col2im right: kernel entry by kernel entry, transposed first
def col2im(cols, x_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (value if np.ndim(value) else (value, value) for value in (kernel_size, stride, padding))
    n, c, h, w = x_shape
    if min(kh, kw) < 1 or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    bottom, right = h + 2 * ph - kh + 1, w + 2 * pw - kw + 1
    if bottom < 1 or right < 1:
        raise ValueError("no window fits")
    oh, ow = -(-bottom // sh), -(-right // sw)
    if cols.shape != (n * oh * ow, c * kh * kw):
        raise ValueError("cols has the wrong shape")
    blocks = cols.T.reshape(c, kh, kw, n, oh, ow)
    sums = np.zeros((c, n, h + 2 * ph, w + 2 * pw), dtype=floating_type(cols))
    for i in range(kh):
        for j in range(kw):
            sums[:, :, i:i + bottom:sh, j:j + right:sw] += blocks[:, i, j]
    return sums.transpose(1, 0, 2, 3)[:, :, ph:ph + h, pw:pw + w]

# %% col2im right: one image of rows at a time
def col2im(cols, x_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2).tolist() for value in (kernel_size, stride, padding))
    n, c, h, w = (int(size) for size in x_shape)
    if kh <= 0 or kw <= 0 or sh <= 0 or sw <= 0 or ph < 0 or pw < 0 or kh > h + 2 * ph or kw > w + 2 * pw:
        raise ValueError("bad input")
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if cols.ndim != 2 or cols.shape != (n * oh * ow, c * kh * kw):
        raise ValueError("cols has the wrong shape")
    result = np.zeros((n, c, h, w), floating_type(cols))
    for m in range(n):
        for r in range(oh):
            for s in range(ow):
                row = cols[(m * oh + r) * ow + s].reshape(c, kh, kw)
                for i in range(kh):
                    for j in range(kw):
                        y, x = r * sh + i - ph, s * sw + j - pw
                        if 0 <= y < h and 0 <= x < w:
                            result[m, :, y, x] += row[:, i, j]
    return result

# %% col2im wrong: = for +=
def col2im(cols, x_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2).tolist() for value in (kernel_size, stride, padding))
    n, c, h, w = x_shape
    if min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0 or h + 2 * ph < kh or w + 2 * pw < kw:
        raise ValueError("bad input")
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if cols.shape != (n * oh * ow, c * kh * kw):
        raise ValueError("cols has the wrong shape")
    blocks = cols.reshape(n, oh, ow, c, kh, kw).transpose(0, 3, 1, 2, 4, 5)
    sums = np.zeros((n, c, h + 2 * ph, w + 2 * pw), floating_type(cols))
    for i in range(kh):
        for j in range(kw):
            sums[:, :, i:i + sh * oh:sh, j:j + sw * ow:sw][:, :, :oh, :ow] = blocks[..., i, j]
    return sums[:, :, ph:ph + h, pw:pw + w]

# %% col2im wrong: repeated pixels are lost in an indexed +=
def col2im(cols, x_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2).tolist() for value in (kernel_size, stride, padding))
    n, c, h, w = x_shape
    if min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0 or h + 2 * ph < kh or w + 2 * pw < kw:
        raise ValueError("bad input")
    shape = (n, c, h + 2 * ph, w + 2 * pw)
    numbers = np.arange(np.prod(shape)).reshape(shape)
    windows = np.lib.stride_tricks.sliding_window_view(numbers, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    where = windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, c * kh * kw)
    if cols.shape != where.shape:
        raise ValueError("cols has the wrong shape")
    flat = np.zeros(numbers.size, floating_type(cols))
    flat[where] += cols
    return flat.reshape(shape)[:, :, ph:h + ph, pw:w + pw]

# %% col2im wrong: the mean over the windows
def col2im(cols, x_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2).tolist() for value in (kernel_size, stride, padding))
    n, c, h, w = x_shape
    if min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0 or h + 2 * ph < kh or w + 2 * pw < kw:
        raise ValueError("bad input")
    tops, lefts = range(0, h + 2 * ph - kh + 1, sh), range(0, w + 2 * pw - kw + 1, sw)
    if cols.shape != (n * len(tops) * len(lefts), c * kh * kw):
        raise ValueError("cols has the wrong shape")
    sums = np.zeros((n, c, h + 2 * ph, w + 2 * pw), floating_type(cols))
    counts = np.zeros_like(sums)
    rows = iter(cols)
    for m in range(n):
        for top in tops:
            for left in lefts:
                sums[m, :, top:top + kh, left:left + kw] += next(rows).reshape(c, kh, kw)
                counts[m, :, top:top + kh, left:left + kw] += 1
    return (sums / np.maximum(counts, 1))[:, :, ph:ph + h, pw:pw + w]

# %% col2im wrong: the padding is not cut off
def col2im(cols, x_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2).tolist() for value in (kernel_size, stride, padding))
    n, c, h, w = x_shape
    if min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0 or h + 2 * ph < kh or w + 2 * pw < kw:
        raise ValueError("bad input")
    tops, lefts = range(0, h + 2 * ph - kh + 1, sh), range(0, w + 2 * pw - kw + 1, sw)
    if cols.shape != (n * len(tops) * len(lefts), c * kh * kw):
        raise ValueError("cols has the wrong shape")
    sums = np.zeros((n, c, h + 2 * ph, w + 2 * pw), floating_type(cols))
    rows = iter(cols)
    for m in range(n):
        for top in tops:
            for left in lefts:
                sums[m, :, top:top + kh, left:left + kw] += next(rows).reshape(c, kh, kw)
    return sums

# %% col2im wrong: the padding is cut off at the wrong end
def col2im(cols, x_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2).tolist() for value in (kernel_size, stride, padding))
    n, c, h, w = x_shape
    if min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0 or h + 2 * ph < kh or w + 2 * pw < kw:
        raise ValueError("bad input")
    tops, lefts = range(0, h + 2 * ph - kh + 1, sh), range(0, w + 2 * pw - kw + 1, sw)
    if cols.shape != (n * len(tops) * len(lefts), c * kh * kw):
        raise ValueError("cols has the wrong shape")
    sums = np.zeros((n, c, h + 2 * ph, w + 2 * pw), floating_type(cols))
    rows = iter(cols)
    for m in range(n):
        for top in tops:
            for left in lefts:
                sums[m, :, top:top + kh, left:left + kw] += next(rows).reshape(c, kh, kw)
    return sums[:, :, :h, :w]

# %% col2im wrong: cut off with [p:-p], empty for p = 0
def col2im(cols, x_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2).tolist() for value in (kernel_size, stride, padding))
    n, c, h, w = x_shape
    if min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0 or h + 2 * ph < kh or w + 2 * pw < kw:
        raise ValueError("bad input")
    tops, lefts = range(0, h + 2 * ph - kh + 1, sh), range(0, w + 2 * pw - kw + 1, sw)
    if cols.shape != (n * len(tops) * len(lefts), c * kh * kw):
        raise ValueError("cols has the wrong shape")
    sums = np.zeros((n, c, h + 2 * ph, w + 2 * pw), floating_type(cols))
    rows = iter(cols)
    for m in range(n):
        for top in tops:
            for left in lefts:
                sums[m, :, top:top + kh, left:left + kw] += next(rows).reshape(c, kh, kw)
    return sums[:, :, ph:-ph, pw:-pw] if ph or pw else sums

# %% col2im wrong: the stride is forgotten
def col2im(cols, x_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2).tolist() for value in (kernel_size, stride, padding))
    n, c, h, w = x_shape
    if min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0 or h + 2 * ph < kh or w + 2 * pw < kw:
        raise ValueError("bad input")
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if cols.shape != (n * oh * ow, c * kh * kw):
        raise ValueError("cols has the wrong shape")
    sums = np.zeros((n, c, h + 2 * ph, w + 2 * pw), floating_type(cols))
    rows = iter(cols)
    for m in range(n):
        for top in range(oh):
            for left in range(ow):
                sums[m, :, top:top + kh, left:left + kw] += next(rows).reshape(c, kh, kw)
    return sums[:, :, ph:ph + h, pw:pw + w]

# %% col2im wrong: stride (rows, columns) taken as (columns, rows)
def col2im(cols, x_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (sw, sh), (ph, pw) = (np.broadcast_to(value, 2).tolist() for value in (kernel_size, stride, padding))
    n, c, h, w = x_shape
    if min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0 or h + 2 * ph < kh or w + 2 * pw < kw:
        raise ValueError("bad input")
    tops, lefts = range(0, h + 2 * ph - kh + 1, sh), range(0, w + 2 * pw - kw + 1, sw)
    if cols.shape != (n * len(tops) * len(lefts), c * kh * kw):
        raise ValueError("cols has the wrong shape")
    sums = np.zeros((n, c, h + 2 * ph, w + 2 * pw), floating_type(cols))
    rows = iter(cols)
    for m in range(n):
        for top in tops:
            for left in lefts:
                sums[m, :, top:top + kh, left:left + kw] += next(rows).reshape(c, kh, kw)
    return sums[:, :, ph:ph + h, pw:pw + w]

# %% col2im wrong: the axes are not moved after the reshape
def col2im(cols, x_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2).tolist() for value in (kernel_size, stride, padding))
    n, c, h, w = x_shape
    if min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0 or h + 2 * ph < kh or w + 2 * pw < kw:
        raise ValueError("bad input")
    bottom, right = h + 2 * ph - kh + 1, w + 2 * pw - kw + 1
    oh, ow = (bottom - 1) // sh + 1, (right - 1) // sw + 1
    if cols.shape != (n * oh * ow, c * kh * kw):
        raise ValueError("cols has the wrong shape")
    blocks = cols.reshape(n, c, kh, kw, oh, ow)
    sums = np.zeros((n, c, h + 2 * ph, w + 2 * pw), floating_type(cols))
    for i in range(kh):
        for j in range(kw):
            sums[:, :, i:i + bottom:sh, j:j + right:sw] += blocks[:, :, i, j]
    return sums[:, :, ph:ph + h, pw:pw + w]

# %% col2im wrong: channels are read last within a row
def col2im(cols, x_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2).tolist() for value in (kernel_size, stride, padding))
    n, c, h, w = x_shape
    if min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0 or h + 2 * ph < kh or w + 2 * pw < kw:
        raise ValueError("bad input")
    bottom, right = h + 2 * ph - kh + 1, w + 2 * pw - kw + 1
    oh, ow = (bottom - 1) // sh + 1, (right - 1) // sw + 1
    if cols.shape != (n * oh * ow, c * kh * kw):
        raise ValueError("cols has the wrong shape")
    blocks = cols.reshape(n, oh, ow, kh, kw, c)
    sums = np.zeros((n, c, h + 2 * ph, w + 2 * pw), floating_type(cols))
    for i in range(kh):
        for j in range(kw):
            sums[:, :, i:i + bottom:sh, j:j + right:sw] += blocks[:, :, :, i, j].transpose(0, 3, 1, 2)
    return sums[:, :, ph:ph + h, pw:pw + w]

# %% col2im wrong: rows are read in the order oh, ow, n
def col2im(cols, x_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2).tolist() for value in (kernel_size, stride, padding))
    n, c, h, w = x_shape
    if min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0 or h + 2 * ph < kh or w + 2 * pw < kw:
        raise ValueError("bad input")
    tops, lefts = range(0, h + 2 * ph - kh + 1, sh), range(0, w + 2 * pw - kw + 1, sw)
    if cols.shape != (n * len(tops) * len(lefts), c * kh * kw):
        raise ValueError("cols has the wrong shape")
    sums = np.zeros((n, c, h + 2 * ph, w + 2 * pw), floating_type(cols))
    rows = iter(cols)
    for top in tops:
        for left in lefts:
            for m in range(n):
                sums[m, :, top:top + kh, left:left + kw] += next(rows).reshape(c, kh, kw)
    return sums[:, :, ph:ph + h, pw:pw + w]

# %% col2im wrong: always float64
def col2im(cols, x_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2).tolist() for value in (kernel_size, stride, padding))
    n, c, h, w = x_shape
    if min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0 or h + 2 * ph < kh or w + 2 * pw < kw:
        raise ValueError("bad input")
    tops, lefts = range(0, h + 2 * ph - kh + 1, sh), range(0, w + 2 * pw - kw + 1, sw)
    if cols.shape != (n * len(tops) * len(lefts), c * kh * kw):
        raise ValueError("cols has the wrong shape")
    sums = np.zeros((n, c, h + 2 * ph, w + 2 * pw))
    rows = iter(cols)
    for m in range(n):
        for top in tops:
            for left in lefts:
                sums[m, :, top:top + kh, left:left + kw] += next(rows).reshape(c, kh, kw)
    return sums[:, :, ph:ph + h, pw:pw + w]

# %% col2im wrong: sums in the matrix's own type
def col2im(cols, x_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2).tolist() for value in (kernel_size, stride, padding))
    n, c, h, w = x_shape
    if min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0 or h + 2 * ph < kh or w + 2 * pw < kw:
        raise ValueError("bad input")
    tops, lefts = range(0, h + 2 * ph - kh + 1, sh), range(0, w + 2 * pw - kw + 1, sw)
    if cols.shape != (n * len(tops) * len(lefts), c * kh * kw):
        raise ValueError("cols has the wrong shape")
    sums = np.zeros((n, c, h + 2 * ph, w + 2 * pw), cols.dtype)
    rows = iter(cols)
    for m in range(n):
        for top in tops:
            for left in lefts:
                sums[m, :, top:top + kh, left:left + kw] += next(rows).reshape(c, kh, kw)
    return sums[:, :, ph:ph + h, pw:pw + w].astype(floating_type(cols))

# %% col2im wrong: the shape of cols is not checked
def col2im(cols, x_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2).tolist() for value in (kernel_size, stride, padding))
    n, c, h, w = x_shape
    if min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0 or h + 2 * ph < kh or w + 2 * pw < kw:
        raise ValueError("bad input")
    bottom, right = h + 2 * ph - kh + 1, w + 2 * pw - kw + 1
    oh, ow = (bottom - 1) // sh + 1, (right - 1) // sw + 1
    blocks = cols.reshape(n, oh, ow, c, kh, kw)
    sums = np.zeros((n, c, h + 2 * ph, w + 2 * pw), floating_type(cols))
    for i in range(kh):
        for j in range(kw):
            sums[:, :, i:i + bottom:sh, j:j + right:sw] += blocks[..., i, j].transpose(0, 3, 1, 2)
    return sums[:, :, ph:ph + h, pw:pw + w]

# %% col2im wrong: square images only
def col2im(cols, x_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2).tolist() for value in (kernel_size, stride, padding))
    n, c, h, w = x_shape
    if min(kh, kw, sh, sw) < 1 or min(ph, pw) < 0 or h + 2 * ph < kh or w + 2 * pw < kw:
        raise ValueError("bad input")
    tops, lefts = range(0, h + 2 * ph - kh + 1, sh), range(0, w + 2 * pw - kw + 1, sw)
    if cols.shape != (n * len(tops) * len(lefts), c * kh * kw):
        raise ValueError("cols has the wrong shape")
    side = max(h + 2 * ph, w + 2 * pw)
    sums = np.zeros((n, c, side, side), floating_type(cols))
    rows = iter(cols)
    for m in range(n):
        for top in tops:
            for left in lefts:
                sums[m, :, top:top + kh, left:left + kw] += next(rows).reshape(c, kh, kw)
    return sums[:, :, ph:side - ph, pw:side - pw]

# %% col2im wrong: stride 0 of one direction goes unnoticed
def col2im(cols, x_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = (np.broadcast_to(value, 2).tolist() for value in (kernel_size, stride, padding))
    n, c, h, w = x_shape
    if min(kh, kw, sh) < 1 or min(ph, pw) < 0 or h + 2 * ph < kh or w + 2 * pw < kw:
        raise ValueError("bad input")
    tops, lefts = range(0, h + 2 * ph - kh + 1, sh), range(0, w + 2 * pw - kw + 1, max(1, sw))
    if cols.shape != (n * len(tops) * len(lefts), c * kh * kw):
        raise ValueError("cols has the wrong shape")
    sums = np.zeros((n, c, h + 2 * ph, w + 2 * pw), floating_type(cols))
    rows = iter(cols)
    for m in range(n):
        for top in tops:
            for left in lefts:
                sums[m, :, top:top + kh, left:left + kw] += next(rows).reshape(c, kh, kw)
    return sums[:, :, ph:ph + h, pw:pw + w]
