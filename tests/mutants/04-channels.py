# Answers to 04-channels, right and wrong, as people write them.

# %% corr2d_multi_in right: six loops
def corr2d_multi_in(image, kernel):
    if image.ndim != 3 or kernel.ndim != 3 or image.shape[0] != kernel.shape[0]:
        raise ValueError(f"channels do not match: {image.shape}, {kernel.shape}")
    (channels, h, w), (_, kh, kw) = image.shape, kernel.shape
    if kh > h or kw > w:
        raise ValueError("the kernel does not fit")
    result = np.zeros((h - kh + 1, w - kw + 1), floating_type(image, kernel))
    for r in range(h - kh + 1):
        for c in range(w - kw + 1):
            total = 0.0
            for k in range(channels):
                for i in range(kh):
                    for j in range(kw):
                        total += float(image[k, r + i, c + j]) * float(kernel[k, i, j])
            result[r, c] = total
    return result

# %% corr2d_multi_in right: sliding windows and einsum
def corr2d_multi_in(image, kernel):
    if image.ndim != 3 or kernel.ndim != 3 or len(image) != len(kernel):
        raise ValueError("(C, H, W) and (C, kh, kw), please")
    dtype = floating_type(image, kernel)
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(dtype), kernel.shape[1:], axis=(1, 2))
    return np.einsum("krcij,kij->rc", windows, kernel.astype(dtype))

# %% corr2d_multi_in right: a box that slides along three axes
def corr2d_multi_in(image, kernel):
    if image.ndim != 3 or kernel.ndim != 3 or image.shape[0] != kernel.shape[0]:
        raise ValueError("(C, H, W) and (C, kh, kw), please")
    dtype = floating_type(image, kernel)
    boxes = np.lib.stride_tricks.sliding_window_view(image.astype(dtype), kernel.shape)[0]
    return np.tensordot(boxes, kernel.astype(dtype), axes=3)

# %% corr2d_multi_in right: a sum of maps, one for each channel
def corr2d_multi_in(image, kernel):
    def one_channel(plane, plane_kernel):
        rows, columns = plane.shape[0] - plane_kernel.shape[0] + 1, plane.shape[1] - plane_kernel.shape[1] + 1
        windows = ((plane[r:r + plane_kernel.shape[0], c:c + plane_kernel.shape[1]] * plane_kernel).sum()
                   for r in range(rows) for c in range(columns))
        return np.fromiter(windows, plane.dtype).reshape(rows, columns)

    if image.ndim != 3 or kernel.ndim != 3 or len(image) != len(kernel) or (np.array(kernel.shape) > image.shape).any():
        raise ValueError(f"the shapes do not go together: {image.shape}, {kernel.shape}")
    dtype = floating_type(image, kernel)
    return sum(one_channel(p, k) for p, k in zip(image.astype(dtype), kernel.astype(dtype)))

# %% corr2d_multi_in right: Fourier transform
def corr2d_multi_in(image, kernel):
    if image.ndim != 3 or kernel.ndim != 3 or image.shape[0] != kernel.shape[0]:
        raise ValueError("(C, H, W) and (C, kh, kw), please")
    (h, w), (kh, kw) = image.shape[1:], kernel.shape[1:]
    if kh > h or kw > w:
        raise ValueError("the kernel does not fit")
    spectrum = np.fft.rfft2(image.astype(float)) * np.conj(np.fft.rfft2(kernel.astype(float), (h, w)))
    return np.fft.irfft2(spectrum.sum(axis=0), (h, w))[:h - kh + 1, :w - kw + 1].astype(floating_type(image, kernel))

# %% corr2d_multi_in wrong: the mean over channels
def corr2d_multi_in(image, kernel):
    if image.ndim != 3 or kernel.ndim != 3 or len(image) != len(kernel):
        raise ValueError("(C, H, W) and (C, kh, kw), please")
    dtype = floating_type(image, kernel)
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(dtype), kernel.shape[1:], axis=(1, 2))
    return np.einsum("krcij,kij->rc", windows, kernel.astype(dtype)) / dtype.type(len(kernel))

# %% corr2d_multi_in wrong: = for +=, so the last channel is left
def corr2d_multi_in(image, kernel):
    if image.ndim != 3 or kernel.ndim != 3 or len(image) != len(kernel):
        raise ValueError("(C, H, W) and (C, kh, kw), please")
    dtype = floating_type(image, kernel)
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(dtype), kernel.shape[1:], axis=(1, 2))
    for plane, plane_kernel in zip(windows, kernel.astype(dtype)):
        result = np.einsum("rcij,ij->rc", plane, plane_kernel)
    return result

# %% corr2d_multi_in wrong: the channels are not summed
def corr2d_multi_in(image, kernel):
    if image.ndim != 3 or kernel.ndim != 3 or len(image) != len(kernel):
        raise ValueError("(C, H, W) and (C, kh, kw), please")
    dtype = floating_type(image, kernel)
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(dtype), kernel.shape[1:], axis=(1, 2))
    return np.einsum("krcij,kij->krc", windows, kernel.astype(dtype))

# %% corr2d_multi_in wrong: every channel meets the first channel's kernel
def corr2d_multi_in(image, kernel):
    if image.ndim != 3 or kernel.ndim != 3 or len(image) != len(kernel):
        raise ValueError("(C, H, W) and (C, kh, kw), please")
    dtype = floating_type(image, kernel)
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(dtype), kernel.shape[1:], axis=(1, 2))
    return np.einsum("krcij,ij->rc", windows, kernel[0].astype(dtype))

# %% corr2d_multi_in wrong: flipped kernel
def corr2d_multi_in(image, kernel):
    if image.ndim != 3 or kernel.ndim != 3 or len(image) != len(kernel):
        raise ValueError("(C, H, W) and (C, kh, kw), please")
    dtype = floating_type(image, kernel)
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(dtype), kernel.shape[1:], axis=(1, 2))
    return np.einsum("krcij,kij->rc", windows, kernel[:, ::-1, ::-1].astype(dtype))

# %% corr2d_multi_in wrong: products in 8-bit numbers
def corr2d_multi_in(image, kernel):
    if image.ndim != 3 or kernel.ndim != 3 or len(image) != len(kernel):
        raise ValueError("(C, H, W) and (C, kh, kw), please")
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape[1:], axis=(1, 2))
    products = windows * (kernel.astype(image.dtype) if image.dtype.kind == "f" else kernel)[:, None, None]
    return products.sum(axis=(0, 3, 4), dtype=floating_type(image, kernel))

# %% corr2d_multi_in wrong: always float64
def corr2d_multi_in(image, kernel):
    if image.ndim != 3 or kernel.ndim != 3 or len(image) != len(kernel):
        raise ValueError("(C, H, W) and (C, kh, kw), please")
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(float), kernel.shape[1:], axis=(1, 2))
    return np.einsum("krcij,kij->rc", windows, kernel.astype(float))

# %% corr2d_multi_in wrong: a kernel of whole numbers widens the type
def corr2d_multi_in(image, kernel):
    if image.ndim != 3 or kernel.ndim != 3 or len(image) != len(kernel):
        raise ValueError("(C, H, W) and (C, kh, kw), please")
    image = image if image.dtype.kind == "f" else image.astype(float)
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape[1:], axis=(1, 2))
    return np.einsum("krcij,kij->rc", windows, kernel)

# %% corr2d_multi_in wrong: channels are cut off by zip
def corr2d_multi_in(image, kernel):
    if image.ndim != 3 or kernel.ndim != 3:
        raise ValueError("(C, H, W) and (C, kh, kw), please")
    dtype = floating_type(image, kernel)
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(dtype), kernel.shape[1:], axis=(1, 2))
    return sum(np.einsum("rcij,ij->rc", plane, k) for plane, k in zip(windows, kernel.astype(dtype)))

# %% corr2d_multi_in wrong: one channel is stretched
def corr2d_multi_in(image, kernel):
    if image.ndim != 3 or kernel.ndim != 3:
        raise ValueError("(C, H, W) and (C, kh, kw), please")
    dtype = floating_type(image, kernel)
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(dtype), kernel.shape[1:], axis=(1, 2))
    return (windows * kernel.astype(dtype)[:, None, None]).sum(axis=(0, 3, 4))

# %% corr2d_multi_in wrong: square kernels only
def corr2d_multi_in(image, kernel):
    if image.ndim != 3 or kernel.ndim != 3 or len(image) != len(kernel):
        raise ValueError("(C, H, W) and (C, kh, kw), please")
    dtype, k = floating_type(image, kernel), kernel.shape[1]
    if k > min(image.shape[1:]) or kernel.shape[2] > image.shape[2]:
        raise ValueError("the kernel does not fit")
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(dtype), (k, k), axis=(1, 2))
    return np.einsum("krcij,kij->rc", windows, kernel[:, :, :k].astype(dtype))

# %% corr2d_multi_in wrong: a kernel that does not fit gives an empty array
def corr2d_multi_in(image, kernel):
    if image.ndim != 3 or kernel.ndim != 3 or len(image) != len(kernel):
        raise ValueError("(C, H, W) and (C, kh, kw), please")
    (_, h, w), (_, kh, kw) = image.shape, kernel.shape
    result = np.zeros((max(0, h - kh + 1), max(0, w - kw + 1)), floating_type(image, kernel))
    for r in range(result.shape[0]):
        for c in range(result.shape[1]):
            result[r, c] = (image[:, r:r + kh, c:c + kw].astype(float) * kernel).sum()
    return result

# %% corr2d_multi_in wrong: the image is changed in place
def corr2d_multi_in(image, kernel):
    if image.ndim != 3 or kernel.ndim != 3 or len(image) != len(kernel):
        raise ValueError("(C, H, W) and (C, kh, kw), please")
    (_, h, w), (_, kh, kw) = image.shape, kernel.shape
    if kh > h or kw > w:
        raise ValueError("the kernel does not fit")
    image = image.astype(floating_type(image, kernel), copy=False)
    for r in range(h - kh + 1):
        for c in range(w - kw + 1):
            image[0, r, c] = (image[:, r:r + kh, c:c + kw] * kernel).sum()
    return image[0, :h - kh + 1, :w - kw + 1].copy()

# %% corr2d_multi_in wrong: the visible answers by heart
def corr2d_multi_in(image, kernel):
    if image.shape == (3, 4, 6):
        return image[0, 0:3, 2:6] + image[2, 1:4, 0:4]
    if image.shape == (5, 2, 2):
        return np.array([[20.0]])
    return np.full((1, 2), 18, "float32")

# %% corr2d_multi_in wrong: the type of the image alone
# edits: sliding windows and einsum
#-    dtype = floating_type(image, kernel)
#+    dtype = floating_type(image)

# %% conv_layer right: seven loops
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    sh, sw = stride if isinstance(stride, (tuple, list)) else (stride, stride)
    ph, pw = padding if isinstance(padding, (tuple, list)) else (padding, padding)
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or sh < 1 or sw < 1 or ph < 0 or pw < 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != (weight.shape[0],):
        raise ValueError("one bias for each filter")
    (channels, h, w), (filters, _, kh, kw) = image.shape, weight.shape
    if h + 2 * ph < kh or w + 2 * pw < kw:
        raise ValueError("no window fits")
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    dtype = floating_type(image, weight) if bias is None else floating_type(image, weight, bias)
    result = np.zeros((filters, oh, ow), dtype)
    for f in range(filters):
        for r in range(oh):
            for c in range(ow):
                total = 0.0 if bias is None else float(bias[f])
                for k in range(channels):
                    for i in range(kh):
                        for j in range(kw):
                            y, x = r * sh + i - ph, c * sw + j - pw
                            if 0 <= y < h and 0 <= x < w:
                                total += float(image[k, y, x]) * float(weight[f, k, i, j])
                result[f, r, c] = total
    return result

# %% conv_layer right: sliding windows and tensordot
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or min(sh, sw) <= 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (image, weight, bias) if a is not None])
    padded = np.pad(image.astype(dtype), [(0, 0), (ph, ph), (pw, pw)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(1, 2))[:, ::sh, ::sw]
    maps = np.tensordot(weight.astype(dtype), windows, axes=([1, 2, 3], [0, 3, 4]))
    if bias is not None:
        maps += bias.astype(dtype).reshape(-1, 1, 1)
    return maps

# %% conv_layer right: one matrix product
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0]:
        raise ValueError("the channels do not match")
    if sh < 1 or sw < 1 or ph < 0 or pw < 0:
        raise ValueError("stride from 1, padding from 0")
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (image, weight, bias) if a is not None])
    channels, h, w = image.shape
    padded = np.zeros((channels, h + 2 * ph, w + 2 * pw), dtype)
    padded[:, ph:ph + h, pw:pw + w] = image
    filters, _, kh, kw = weight.shape
    tops, lefts = range(0, padded.shape[1] - kh + 1, sh), range(0, padded.shape[2] - kw + 1, sw)
    if len(tops) == 0 or len(lefts) == 0:
        raise ValueError("no window fits")
    columns = np.stack([padded[:, r:r + kh, c:c + kw].ravel() for r in tops for c in lefts], axis=1)
    maps = weight.reshape(filters, -1).astype(dtype) @ columns
    if bias is not None:
        maps = maps + bias[:, None].astype(dtype)
    return maps.reshape(filters, len(tops), len(lefts))

# %% conv_layer right: kernel entry by kernel entry
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    sh, sw = (stride, stride) if np.isscalar(stride) else stride
    ph, pw = (padding, padding) if np.isscalar(padding) else padding
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or min(sh, sw) < 1:
        raise ValueError("bad input")
    padded = np.pad(image, ((0, 0), (ph, ph), (pw, pw)), mode="constant", constant_values=0)
    filters, channels, kh, kw = weight.shape
    oh, ow = (padded.shape[1] - kh) // sh + 1, (padded.shape[2] - kw) // sw + 1
    if oh < 1 or ow < 1:
        raise ValueError("no window fits")
    if bias is None:
        bias = np.zeros(filters, floating_type(image, weight))
    if bias.shape != (filters,):
        raise ValueError("one bias for each filter")
    dtype = floating_type(image, weight, bias)
    maps = np.repeat(bias.astype(dtype), oh * ow).reshape(filters, oh, ow)
    for i in range(kh):
        for j in range(kw):
            pixels = padded[:, i:i + (oh - 1) * sh + 1:sh, j:j + (ow - 1) * sw + 1:sw].astype(dtype)
            maps += np.einsum("fk,krc->frc", weight[:, :, i, j].astype(dtype), pixels)
    return maps

# %% conv_layer wrong: the stride is forgotten
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or min(sh, sw) <= 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (image, weight, bias) if a is not None])
    padded = np.pad(image.astype(dtype), [(0, 0), (ph, ph), (pw, pw)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(1, 2))
    maps = np.tensordot(weight.astype(dtype), windows, axes=([1, 2, 3], [0, 3, 4]))
    return maps if bias is None else maps + bias.astype(dtype).reshape(-1, 1, 1)

# %% conv_layer wrong: stride (rows, columns) taken as (columns, rows)
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    (sw, sh), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or min(sh, sw) <= 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (image, weight, bias) if a is not None])
    padded = np.pad(image.astype(dtype), [(0, 0), (ph, ph), (pw, pw)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(1, 2))[:, ::sh, ::sw]
    maps = np.tensordot(weight.astype(dtype), windows, axes=([1, 2, 3], [0, 3, 4]))
    return maps if bias is None else maps + bias.astype(dtype).reshape(-1, 1, 1)

# %% conv_layer wrong: padding (rows, columns) taken as (columns, rows)
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    (sh, sw), (pw, ph) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or min(sh, sw) <= 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (image, weight, bias) if a is not None])
    padded = np.pad(image.astype(dtype), [(0, 0), (ph, ph), (pw, pw)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(1, 2))[:, ::sh, ::sw]
    maps = np.tensordot(weight.astype(dtype), windows, axes=([1, 2, 3], [0, 3, 4]))
    return maps if bias is None else maps + bias.astype(dtype).reshape(-1, 1, 1)

# %% conv_layer wrong: a pair (rows, columns) of padding is (before, after)
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    (sh, sw), (before, after) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or min(sh, sw) <= 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (image, weight, bias) if a is not None])
    padded = np.pad(image.astype(dtype), [(0, 0), (before, after), (before, after)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(1, 2))[:, ::sh, ::sw]
    maps = np.tensordot(weight.astype(dtype), windows, axes=([1, 2, 3], [0, 3, 4]))
    return maps if bias is None else maps + bias.astype(dtype).reshape(-1, 1, 1)

# %% conv_layer wrong: ints only
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or stride < 1:
        raise ValueError("bad input")
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (image, weight, bias) if a is not None])
    padded = np.pad(image.astype(dtype), [(0, 0), (padding, padding), (padding, padding)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(1, 2))[:, ::stride, ::stride]
    maps = np.tensordot(weight.astype(dtype), windows, axes=([1, 2, 3], [0, 3, 4]))
    return maps if bias is None else maps + bias.astype(dtype).reshape(-1, 1, 1)

# %% conv_layer wrong: the channels are padded too
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or min(sh, sw) <= 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (image, weight, bias) if a is not None])
    padded = np.pad(image.astype(dtype), [(ph, ph), (ph, ph), (pw, pw)])[:len(image)]
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(1, 2))[:, ::sh, ::sw]
    maps = np.tensordot(weight.astype(dtype), windows, axes=([1, 2, 3], [0, 3, 4]))
    return maps if bias is None else maps + bias.astype(dtype).reshape(-1, 1, 1)

# %% conv_layer wrong: padding by repeating the edge
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or min(sh, sw) <= 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (image, weight, bias) if a is not None])
    padded = np.pad(image.astype(dtype), [(0, 0), (ph, ph), (pw, pw)], mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(1, 2))[:, ::sh, ::sw]
    maps = np.tensordot(weight.astype(dtype), windows, axes=([1, 2, 3], [0, 3, 4]))
    return maps if bias is None else maps + bias.astype(dtype).reshape(-1, 1, 1)

# %% conv_layer wrong: padded at the bottom and right only
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or min(sh, sw) <= 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (image, weight, bias) if a is not None])
    padded = np.pad(image.astype(dtype), [(0, 0), (0, 2 * ph), (0, 2 * pw)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(1, 2))[:, ::sh, ::sw]
    maps = np.tensordot(weight.astype(dtype), windows, axes=([1, 2, 3], [0, 3, 4]))
    return maps if bias is None else maps + bias.astype(dtype).reshape(-1, 1, 1)

# %% conv_layer wrong: the image is stored through [p:-p], empty for p = 0
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or min(sh, sw) <= 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (image, weight, bias) if a is not None])
    padded = np.zeros((image.shape[0], image.shape[1] + 2 * ph, image.shape[2] + 2 * pw), dtype)
    padded[:, ph:-ph, pw:-pw] = image
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(1, 2))[:, ::sh, ::sw]
    maps = np.tensordot(weight.astype(dtype), windows, axes=([1, 2, 3], [0, 3, 4]))
    return maps if bias is None else maps + bias.astype(dtype).reshape(-1, 1, 1)

# %% conv_layer wrong: the image is stored through [p:-p], empty for a pair with a 0
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or min(sh, sw, ph + 1, pw + 1) <= 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (image, weight, bias) if a is not None])
    padded = image.astype(dtype)
    if ph or pw:
        padded = np.zeros((image.shape[0], image.shape[1] + 2 * ph, image.shape[2] + 2 * pw), dtype)
        padded[:, ph:-ph, pw:-pw] = image
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(1, 2))[:, ::sh, ::sw]
    maps = np.tensordot(weight.astype(dtype), windows, axes=([1, 2, 3], [0, 3, 4]))
    return maps if bias is None else maps + bias.astype(dtype).reshape(-1, 1, 1)

# %% conv_layer wrong: the bias is added once for each channel
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or min(sh, sw) <= 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (image, weight, bias) if a is not None])
    padded = np.pad(image.astype(dtype), [(0, 0), (ph, ph), (pw, pw)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(1, 2))[:, ::sh, ::sw]
    maps = np.tensordot(weight.astype(dtype), windows, axes=([1, 2, 3], [0, 3, 4]))
    return maps if bias is None else maps + dtype.type(len(image)) * bias.astype(dtype).reshape(-1, 1, 1)

# %% conv_layer wrong: the bias is forgotten
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or min(sh, sw) <= 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (image, weight, bias) if a is not None])
    padded = np.pad(image.astype(dtype), [(0, 0), (ph, ph), (pw, pw)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(1, 2))[:, ::sh, ::sw]
    return np.tensordot(weight.astype(dtype), windows, axes=([1, 2, 3], [0, 3, 4]))

# %% conv_layer wrong: the bias is added along the last axis
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or min(sh, sw) <= 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (image, weight, bias) if a is not None])
    padded = np.pad(image.astype(dtype), [(0, 0), (ph, ph), (pw, pw)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(1, 2))[:, ::sh, ::sw]
    maps = np.tensordot(weight.astype(dtype), windows, axes=([1, 2, 3], [0, 3, 4]))
    return maps if bias is None else maps + np.resize(bias.astype(dtype), maps.shape[-1])

# %% conv_layer wrong: truth value of the bias array
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or min(sh, sw) <= 0:
        raise ValueError("bad input")
    dtype = floating_type(*[a for a in (image, weight, bias) if a is not None])
    padded = np.pad(image.astype(dtype), [(0, 0), (ph, ph), (pw, pw)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(1, 2))[:, ::sh, ::sw]
    maps = np.tensordot(weight.astype(dtype), windows, axes=([1, 2, 3], [0, 3, 4]))
    return maps + bias.astype(dtype).reshape(-1, 1, 1) if bias else maps

# %% conv_layer wrong: bias of whole numbers widens the type
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or min(sh, sw) <= 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError("one bias for each filter")
    dtype = floating_type(image, weight)
    padded = np.pad(image.astype(dtype), [(0, 0), (ph, ph), (pw, pw)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(1, 2))[:, ::sh, ::sw]
    maps = np.tensordot(weight.astype(dtype), windows, axes=([1, 2, 3], [0, 3, 4]))
    return maps if bias is None else maps + bias.reshape(-1, 1, 1)

# %% conv_layer wrong: the shape of the bias is not checked
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or min(sh, sw) <= 0:
        raise ValueError("bad input")
    dtype = floating_type(*[a for a in (image, weight, bias) if a is not None])
    padded = np.pad(image.astype(dtype), [(0, 0), (ph, ph), (pw, pw)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(1, 2))[:, ::sh, ::sw]
    maps = np.tensordot(weight.astype(dtype), windows, axes=([1, 2, 3], [0, 3, 4]))
    return maps if bias is None else maps + bias.astype(dtype).reshape(-1, 1, 1)

# %% conv_layer wrong: stride 0 of one direction goes unnoticed
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or sh <= 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (image, weight, bias) if a is not None])
    padded = np.pad(image.astype(dtype), [(0, 0), (ph, ph), (pw, pw)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(1, 2))[:, ::sh, ::max(1, sw)]
    maps = np.tensordot(weight.astype(dtype), windows, axes=([1, 2, 3], [0, 3, 4]))
    return maps if bias is None else maps + bias.astype(dtype).reshape(-1, 1, 1)

# %% conv_layer wrong: the last window is dropped when a stride is used
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or min(sh, sw) <= 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (image, weight, bias) if a is not None])
    padded = np.pad(image.astype(dtype), [(0, 0), (ph, ph), (pw, pw)])
    kh, kw = weight.shape[2:]
    oh = (padded.shape[1] - kh + (sh == 1)) // sh + (sh > 1 and (padded.shape[1] - kh) % sh > 0)
    ow = (padded.shape[2] - kw + (sw == 1)) // sw + (sw > 1 and (padded.shape[2] - kw) % sw > 0)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kh, kw), axis=(1, 2))[:, ::sh, ::sw][:, :oh, :ow]
    maps = np.tensordot(weight.astype(dtype), windows, axes=([1, 2, 3], [0, 3, 4]))
    return maps if bias is None else maps + bias.astype(dtype).reshape(-1, 1, 1)

# %% conv_layer wrong: a window too many, partly outside
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = (int(s) for s in np.broadcast_to(stride, 2)), (int(p) for p in np.broadcast_to(padding, 2))
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or min(sh, sw) <= 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError("one bias for each filter")
    (_, h, w), (_, _, kh, kw) = image.shape, weight.shape
    if h + 2 * ph < kh or w + 2 * pw < kw:
        raise ValueError("no window fits")
    dtype = floating_type(*[a for a in (image, weight, bias) if a is not None])
    more_rows, more_columns = -(h + 2 * ph - kh) % sh, -(w + 2 * pw - kw) % sw
    padded = np.pad(image.astype(dtype), [(0, 0), (ph, ph + more_rows), (pw, pw + more_columns)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kh, kw), axis=(1, 2))[:, ::sh, ::sw]
    maps = np.tensordot(weight.astype(dtype), windows, axes=([1, 2, 3], [0, 3, 4]))
    return maps if bias is None else maps + bias.astype(dtype).reshape(-1, 1, 1)

# %% conv_layer wrong: rounded up where a window does not fit
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or min(sh, sw) <= 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (image, weight, bias) if a is not None])
    padded = np.pad(image.astype(dtype), [(0, 0), (ph, ph), (pw, pw)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(1, 2))[:, ::sh, ::sw]
    some = np.tensordot(weight.astype(dtype), windows, axes=([1, 2, 3], [0, 3, 4]))
    oh = round((padded.shape[1] - weight.shape[2]) / sh + 1)
    ow = round((padded.shape[2] - weight.shape[3]) / sw + 1)
    maps = np.zeros((len(weight), max(oh, some.shape[1]), max(ow, some.shape[2])), dtype)
    maps[:, :some.shape[1], :some.shape[2]] = some
    return maps if bias is None else maps + bias.astype(dtype).reshape(-1, 1, 1)

# %% conv_layer wrong: filters and channels swapped
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or min(sh, sw) <= 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (image, weight, bias) if a is not None])
    padded = np.pad(image.astype(dtype), [(0, 0), (ph, ph), (pw, pw)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(1, 2))[:, ::sh, ::sw]
    mixed = weight.astype(dtype).reshape(weight.shape[1], weight.shape[0], *weight.shape[2:])
    maps = np.tensordot(mixed, windows, axes=([0, 2, 3], [0, 3, 4]))
    return maps if bias is None else maps + bias.astype(dtype).reshape(-1, 1, 1)

# %% conv_layer wrong: flipped kernel
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or min(sh, sw) <= 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError("one bias for each filter")
    dtype = floating_type(*[a for a in (image, weight, bias) if a is not None])
    padded = np.pad(image.astype(dtype), [(0, 0), (ph, ph), (pw, pw)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(1, 2))[:, ::sh, ::sw]
    maps = np.tensordot(weight[:, :, ::-1, ::-1].astype(dtype), windows, axes=([1, 2, 3], [0, 3, 4]))
    return maps if bias is None else maps + bias.astype(dtype).reshape(-1, 1, 1)

# %% conv_layer wrong: always float64
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or min(sh, sw) <= 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError("one bias for each filter")
    padded = np.pad(image.astype(float), [(0, 0), (ph, ph), (pw, pw)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(1, 2))[:, ::sh, ::sw]
    maps = np.tensordot(weight.astype(float), windows, axes=([1, 2, 3], [0, 3, 4]))
    return maps if bias is None else maps + bias.astype(float).reshape(-1, 1, 1)

# %% conv_layer wrong: whole numbers come back as whole numbers
def conv_layer(image, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or min(sh, sw) <= 0:
        raise ValueError("bad input")
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError("one bias for each filter")
    arrays = [a for a in (image, weight, bias) if a is not None]
    dtype = floating_type(*arrays) if any(a.dtype.kind == "f" for a in arrays) else np.dtype("int64")
    padded = np.pad(image.astype(dtype), [(0, 0), (ph, ph), (pw, pw)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(1, 2))[:, ::sh, ::sw]
    maps = np.tensordot(weight.astype(dtype), windows, axes=([1, 2, 3], [0, 3, 4]))
    return maps if bias is None else maps + bias.astype(dtype).reshape(-1, 1, 1)

# %% conv_layer wrong: the bias does not count for the type
# edits: sliding windows and tensordot
#-    dtype = floating_type(*[a for a in (image, weight, bias) if a is not None])
#+    dtype = floating_type(image, weight)

# %% conv_layer wrong: a stride below 0 goes unnoticed
# edits: sliding windows and tensordot
#-    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or min(sh, sw) <= 0:
#+    if image.ndim != 3 or weight.ndim != 4 or weight.shape[1] != image.shape[0] or 0 in (sh, sw):

# %% conv1x1 right: einsum
def conv1x1(image, weight):
    if image.ndim != 3 or weight.ndim != 2 or image.shape[0] != weight.shape[1]:
        raise ValueError("the channels do not match")
    dtype = floating_type(image, weight)
    return np.einsum("fk,krc->frc", weight.astype(dtype), image.astype(dtype))

# %% conv1x1 right: pixels as rows
def conv1x1(image, weight):
    if image.ndim != 3 or weight.ndim != 2 or len(image) != weight.shape[1]:
        raise ValueError("the channels do not match")
    dtype = floating_type(image, weight)
    return np.moveaxis(np.moveaxis(image, 0, -1).astype(dtype) @ weight.T.astype(dtype), -1, 0)

# %% conv1x1 right: tensordot
def conv1x1(image, weight):
    if image.ndim != 3 or weight.ndim != 2:
        raise ValueError("(C, H, W) and (F, C), please")
    dtype = floating_type(image, weight)
    return np.tensordot(weight.astype(dtype), image.astype(dtype), axes=1)

# %% conv1x1 right: a filter bank of one pixel
def conv1x1(image, weight):
    if weight.ndim != 2:
        raise ValueError("(F, C), please")
    return conv_layer(image, weight[:, :, None, None])

# %% conv1x1 right: loops over filters and channels
def conv1x1(image, weight):
    if image.ndim != 3 or weight.ndim != 2 or image.shape[0] != weight.shape[1]:
        raise ValueError("the channels do not match")
    result = np.zeros((weight.shape[0],) + image.shape[1:], floating_type(image, weight))
    for f in range(weight.shape[0]):
        for k in range(weight.shape[1]):
            result[f] += result.dtype.type(weight[f, k]) * image[k]
    return result

# %% conv1x1 wrong: weight is transposed
def conv1x1(image, weight):
    if image.ndim != 3 or weight.ndim != 2 or image.shape[0] != weight.shape[1]:
        raise ValueError("the channels do not match")
    dtype = floating_type(image, weight)
    mixed = weight.astype(dtype).reshape(weight.shape[1], weight.shape[0]).T
    return np.einsum("fk,krc->frc", mixed, image.astype(dtype))

# %% conv1x1 wrong: pixels and channels are mixed up going in
def conv1x1(image, weight):
    if image.ndim != 3 or weight.ndim != 2 or image.shape[0] != weight.shape[1]:
        raise ValueError("the channels do not match")
    dtype = floating_type(image, weight)
    pixels = image.reshape(-1, len(image)).astype(dtype)
    return (pixels @ weight.T.astype(dtype)).T.reshape(-1, *image.shape[1:])

# %% conv1x1 wrong: pixels and filters are mixed up coming out
def conv1x1(image, weight):
    if image.ndim != 3 or weight.ndim != 2 or image.shape[0] != weight.shape[1]:
        raise ValueError("the channels do not match")
    dtype = floating_type(image, weight)
    pixels = image.reshape(len(image), -1).T.astype(dtype)
    return (pixels @ weight.T.astype(dtype)).reshape(-1, *image.shape[1:])

# %% conv1x1 wrong: rows and columns swapped coming out
def conv1x1(image, weight):
    if image.ndim != 3 or weight.ndim != 2 or image.shape[0] != weight.shape[1]:
        raise ValueError("the channels do not match")
    channels, h, w = image.shape
    dtype = floating_type(image, weight)
    return (weight.astype(dtype) @ image.reshape(channels, -1).astype(dtype)).reshape(-1, w, h)

# %% conv1x1 wrong: products in 8-bit numbers
def conv1x1(image, weight):
    if image.ndim != 3 or weight.ndim != 2 or image.shape[0] != weight.shape[1]:
        raise ValueError("the channels do not match")
    if image.dtype.kind == "f":
        weight = weight.astype(floating_type(image, weight))
    return np.einsum("fk,krc->frc", weight, image).astype(floating_type(image, weight))

# %% conv1x1 wrong: always float64
def conv1x1(image, weight):
    if image.ndim != 3 or weight.ndim != 2 or image.shape[0] != weight.shape[1]:
        raise ValueError("the channels do not match")
    return np.einsum("fk,krc->frc", weight.astype(float), image.astype(float))

# %% conv1x1 wrong: whole-number weights widen the type
def conv1x1(image, weight):
    if image.ndim != 3 or weight.ndim != 2 or image.shape[0] != weight.shape[1]:
        raise ValueError("the channels do not match")
    return np.einsum("fk,krc->frc", weight, image if image.dtype.kind == "f" else image.astype(float))

# %% conv1x1 wrong: as many filters as channels only
def conv1x1(image, weight):
    if image.ndim != 3 or weight.ndim != 2 or image.shape[0] != weight.shape[1]:
        raise ValueError("the channels do not match")
    dtype = floating_type(image, weight)
    return (weight.astype(dtype) @ image.reshape(len(image), -1).astype(dtype)).reshape(image.shape)

# %% conv1x1 wrong: channels are cut off by zip
def conv1x1(image, weight):
    if image.ndim != 3 or weight.ndim != 2:
        raise ValueError("(C, H, W) and (F, C), please")
    dtype = floating_type(image, weight)
    planes = image.astype(dtype)
    return np.stack([sum(w * plane for w, plane in zip(row, planes)) for row in weight.astype(dtype)])

# %% conv1x1 wrong: an image of two axes goes unnoticed
def conv1x1(image, weight):
    if weight.ndim != 2 or image.shape[0] != weight.shape[1]:
        raise ValueError("the channels do not match")
    dtype = floating_type(image, weight)
    return np.tensordot(weight.astype(dtype), image.astype(dtype), axes=1)

# %% conv1x1 wrong: the type of the image alone
# edits: einsum
#-    dtype = floating_type(image, weight)
#+    dtype = floating_type(image)

# %% relu right: a copy and a mask
def relu(x):
    result = np.array(x, dtype=floating_type(x))
    result[result < 0] = 0
    return result

# %% relu right: np.where with the question turned round
def relu(x):
    x = x.astype(floating_type(x))
    return np.where(x < 0, x.dtype.type(0), x)

# %% relu right: product with a mask
def relu(x):
    x = x.astype(floating_type(x))
    return x * (x > 0)

# %% relu right: clip
def relu(x):
    return np.clip(x.astype(floating_type(x)), 0, None)

# %% relu right: half the sum of a number and its magnitude
def relu(x):
    x = x.astype(floating_type(x))
    return (x + np.abs(x)) / 2

# %% relu wrong: the 0 is read as an axis
def relu(x):
    return np.max(x.astype(floating_type(x)), 0)

# %% relu wrong: the 0 is read as an axis, number by number
def relu(x):
    return np.array([np.max(value, 0) for value in x.ravel()], floating_type(x)).reshape(x.shape)

# %% relu wrong: NaN becomes 0
def relu(x):
    x = x.astype(floating_type(x))
    return np.where(x > 0, x, x.dtype.type(0))

# %% relu wrong: np.fmax drops NaN
def relu(x):
    return np.fmax(x.astype(floating_type(x)), 0)

# %% relu wrong: the input is changed in place
def relu(x):
    x = x.astype(floating_type(x), copy=False)
    x[x < 0] = 0
    return x

# %% relu wrong: the magnitude
def relu(x):
    return np.abs(x.astype(floating_type(x)))

# %% relu wrong: one axis only
def relu(x):
    return np.array([value if not value < 0 else 0 for value in x.astype(floating_type(x))], floating_type(x))

# %% relu wrong: whole numbers stay whole numbers
def relu(x):
    return np.maximum(x, 0)

# %% relu wrong: always float64
def relu(x):
    return np.maximum(x.astype(float), 0)

# %% relu wrong: only the positive numbers come back
def relu(x):
    x = x.astype(floating_type(x))
    return x[~(x < 0)]

# %% relu wrong: leaky
def relu(x):
    x = x.astype(floating_type(x))
    return np.maximum(x, x.dtype.type(0.01) * x)

# %% receptive_field right: from the last layer to the first
def receptive_field(layers):
    field = 1
    for kernel, stride in reversed(layers):
        if kernel < 1 or stride < 1:
            raise ValueError("kernel and stride from 1")
        field = (field - 1) * stride + kernel
    return field

# %% receptive_field right: sum of products of strides
def receptive_field(layers):
    if any(min(layer) < 1 for layer in layers):
        raise ValueError("kernel and stride from 1")
    strides = [stride for _, stride in layers]
    return 1 + sum((kernel - 1) * int(np.prod(strides[:depth])) for depth, (kernel, _) in enumerate(layers))

# %% receptive_field right: first and last pixel of one unit
def receptive_field(layers):
    first = last = 0
    for kernel, stride in layers[::-1]:
        if not (kernel > 0 and stride > 0):
            raise ValueError("kernel and stride from 1")
        first, last = first * stride, last * stride + kernel - 1
    return last - first + 1

# %% receptive_field right: recursion
def receptive_field(layers):
    if not layers:
        return 1
    (kernel, stride), *deeper = layers
    if kernel < 1 or stride < 1:
        raise ValueError("kernel and stride from 1")
    return kernel + (receptive_field(deeper) - 1) * stride

# %% receptive_field wrong: the stride is forgotten
def receptive_field(layers):
    if any(min(layer) < 1 for layer in layers):
        raise ValueError("kernel and stride from 1")
    return 1 + sum(kernel - 1 for kernel, _ in layers)

# %% receptive_field wrong: the kernels are added up
def receptive_field(layers):
    if any(min(layer) < 1 for layer in layers):
        raise ValueError("kernel and stride from 1")
    return sum(kernel for kernel, _ in layers)

# %% receptive_field wrong: a layer's own stride counts
def receptive_field(layers):
    field, step = 1, 1
    for kernel, stride in layers:
        if kernel < 1 or stride < 1:
            raise ValueError("kernel and stride from 1")
        step *= stride
        field += (kernel - 1) * step
    return field

# %% receptive_field wrong: strides are added, not multiplied
def receptive_field(layers):
    field, step = 1, 1
    for kernel, stride in layers:
        if kernel < 1 or stride < 1:
            raise ValueError("kernel and stride from 1")
        field += (kernel - 1) * step
        step += stride - 1
    return field

# %% receptive_field wrong: the stride of the layer before only
def receptive_field(layers):
    field, step = 1, 1
    for kernel, stride in layers:
        if kernel < 1 or stride < 1:
            raise ValueError("kernel and stride from 1")
        field += (kernel - 1) * step
        step = stride
    return field

# %% receptive_field wrong: the layers are read from the last to the first
def receptive_field(layers):
    field, step = 1, 1
    for kernel, stride in reversed(layers):
        if kernel < 1 or stride < 1:
            raise ValueError("kernel and stride from 1")
        field += (kernel - 1) * step
        step *= stride
    return field

# %% receptive_field wrong: every layer multiplies
def receptive_field(layers):
    field = 1
    for kernel, stride in layers:
        if kernel < 1 or stride < 1:
            raise ValueError("kernel and stride from 1")
        field *= kernel
    return field

# %% receptive_field wrong: bad input goes unnoticed
def receptive_field(layers):
    field, step = 1, 1
    for kernel, stride in layers:
        field += (kernel - 1) * step
        step *= stride
    return field

# %% receptive_field wrong: gaps are not counted
def receptive_field(layers):
    seen = {0}
    for kernel, stride in reversed(layers):
        if kernel < 1 or stride < 1:
            raise ValueError("kernel and stride from 1")
        seen = {unit * stride + offset for unit in seen for offset in range(kernel)}
    return len(seen)

# %% parameter_count right: the size of the arrays
def parameter_count(in_channels, out_channels, kernel_size, bias=True):
    kh, kw = kernel_size if isinstance(kernel_size, (tuple, list)) else (kernel_size,) * 2
    if in_channels < 1 or out_channels < 1 or kh < 1 or kw < 1:
        raise ValueError("sizes from 1")
    return np.empty((out_channels, in_channels, kh, kw)).size + (out_channels if bias else 0)

# %% parameter_count right: with np.prod
def parameter_count(in_channels, out_channels, kernel_size, bias=True):
    sizes = np.array([in_channels, out_channels, *np.broadcast_to(kernel_size, 2)])
    if (sizes <= 0).any():
        raise ValueError("sizes from 1")
    return np.prod(sizes) + out_channels * bias

# %% parameter_count right: step by step
def parameter_count(in_channels, out_channels, kernel_size, bias=True):
    if isinstance(kernel_size, int):
        rows = columns = kernel_size
    else:
        rows, columns = kernel_size
    for size in (in_channels, out_channels, rows, columns):
        if size < 1:
            raise ValueError(f"size {size} is too small")
    total = 0
    for _ in range(out_channels):
        total += rows * columns * in_channels
        if bias:
            total += 1
    return total

# %% parameter_count wrong: the bias is forgotten
def parameter_count(in_channels, out_channels, kernel_size, bias=True):
    kh, kw = np.broadcast_to(kernel_size, 2)
    if min(in_channels, out_channels, kh, kw) < 1:
        raise ValueError("sizes from 1")
    return in_channels * out_channels * kh * kw

# %% parameter_count wrong: one bias for the whole layer
def parameter_count(in_channels, out_channels, kernel_size, bias=True):
    kh, kw = np.broadcast_to(kernel_size, 2)
    if min(in_channels, out_channels, kh, kw) < 1:
        raise ValueError("sizes from 1")
    return in_channels * out_channels * kh * kw + bool(bias)

# %% parameter_count wrong: a bias for each kernel plane
def parameter_count(in_channels, out_channels, kernel_size, bias=True):
    kh, kw = np.broadcast_to(kernel_size, 2)
    if min(in_channels, out_channels, kh, kw) < 1:
        raise ValueError("sizes from 1")
    return in_channels * out_channels * (kh * kw + bool(bias))

# %% parameter_count wrong: the input channels are forgotten
def parameter_count(in_channels, out_channels, kernel_size, bias=True):
    kh, kw = np.broadcast_to(kernel_size, 2)
    if min(in_channels, out_channels, kh, kw) < 1:
        raise ValueError("sizes from 1")
    return out_channels * (kh * kw + bool(bias))

# %% parameter_count wrong: square kernels only
def parameter_count(in_channels, out_channels, kernel_size, bias=True):
    if min(in_channels, out_channels, kernel_size) < 1:
        raise ValueError("sizes from 1")
    return out_channels * (in_channels * kernel_size**2 + bool(bias))

# %% parameter_count wrong: bias is always counted
def parameter_count(in_channels, out_channels, kernel_size, bias=True):
    kh, kw = np.broadcast_to(kernel_size, 2)
    if min(in_channels, out_channels, kh, kw) < 1:
        raise ValueError("sizes from 1")
    return out_channels * (in_channels * kh * kw + 1)

# %% parameter_count wrong: a bias for each input channel
def parameter_count(in_channels, out_channels, kernel_size, bias=True):
    kh, kw = np.broadcast_to(kernel_size, 2)
    if min(in_channels, out_channels, kh, kw) < 1:
        raise ValueError("sizes from 1")
    return out_channels * in_channels * kh * kw + (in_channels if bias else 0)

# %% parameter_count wrong: a kernel of 0 goes unnoticed
def parameter_count(in_channels, out_channels, kernel_size, bias=True):
    kh, kw = np.broadcast_to(kernel_size, 2)
    if min(in_channels, out_channels) < 1:
        raise ValueError("sizes from 1")
    return out_channels * (in_channels * kh * kw + bool(bias))
