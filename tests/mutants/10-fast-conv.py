# Answers to 10-fast-conv, right and wrong, as people write them.

# %% conv_work right: one formula
def conv_work(x_shape, weight_shape, stride=1, padding=0):
    (sh, sw), (ph, pw) = (np.broadcast_to(value, 2).tolist() for value in (stride, padding))
    if len(x_shape) != 4 or len(weight_shape) != 4 or x_shape[1] != weight_shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    n, c, h, w = x_shape
    f, c, kh, kw = weight_shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1:
        raise ValueError("no window fits")
    return n * f * oh * ow * c * kh * kw, 4 * n * oh * ow * c * kh * kw

# %% conv_work right: windows counted by ranges
def conv_work(x_shape, weight_shape, stride=1, padding=0):
    n, c, h, w = x_shape
    f, channels, kh, kw = weight_shape
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    if c != channels or ph < 0 or pw < 0 or sh < 0 or sw < 0:
        raise ValueError("channels, stride or padding")
    tops, lefts = range(0, h + 2 * ph - kh + 1, sh), range(0, w + 2 * pw - kw + 1, sw)
    windows = n * len(tops) * len(lefts)
    if windows == 0:
        raise ValueError("no window")
    size = windows * c * kh * kw
    return size * f, size * np.dtype("float32").itemsize

# %% conv_work right: NumPy integers and a list
def conv_work(x_shape, weight_shape, stride=1, padding=0):
    if len(x_shape) != 4 or len(weight_shape) != 4 or x_shape[1] != weight_shape[1]:
        raise ValueError("shapes")
    stride, padding = np.ones(2, int) * stride, np.ones(2, int) * padding
    if (stride < 1).any() or (padding < 0).any():
        raise ValueError("stride or padding")
    output = (np.array(x_shape[2:]) + 2 * padding - weight_shape[2:]) // stride + 1
    if (output < 1).any():
        raise ValueError("the kernel is too large")
    matrix = x_shape[0] * output.prod() * np.prod(weight_shape[1:])
    return [matrix * weight_shape[0], matrix * 4]

# %% conv_work wrong: one image only
# edits: one formula
#-    return n * f * oh * ow * c * kh * kw, 4 * n * oh * ow * c * kh * kw
#+    return f * oh * ow * c * kh * kw, 4 * oh * ow * c * kh * kw

# %% conv_work wrong: bytes of float64
# edits: one formula
#-    return n * f * oh * ow * c * kh * kw, 4 * n * oh * ow * c * kh * kw
#+    return n * f * oh * ow * c * kh * kw, 8 * n * oh * ow * c * kh * kw

# %% conv_work wrong: numbers instead of bytes
# edits: one formula
#-    return n * f * oh * ow * c * kh * kw, 4 * n * oh * ow * c * kh * kw
#+    return n * f * oh * ow * c * kh * kw, n * oh * ow * c * kh * kw

# %% conv_work wrong: additions and products counted apart
# edits: one formula
#-    return n * f * oh * ow * c * kh * kw, 4 * n * oh * ow * c * kh * kw
#+    return 2 * n * f * oh * ow * c * kh * kw, 4 * n * oh * ow * c * kh * kw

# %% conv_work wrong: the padding on one side only
# edits: one formula
#-    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
#+    oh, ow = (h + ph - kh) // sh + 1, (w + pw - kw) // sw + 1

# %% conv_work wrong: stride (rows, columns) taken as (columns, rows)
# edits: one formula
#-    (sh, sw), (ph, pw) = (np.broadcast_to(value, 2).tolist() for value in (stride, padding))
#+    (sw, sh), (ph, pw) = (np.broadcast_to(value, 2).tolist() for value in (stride, padding))

# %% conv_work wrong: the kernel taken as square
# edits: one formula
#-    return n * f * oh * ow * c * kh * kw, 4 * n * oh * ow * c * kh * kw
#+    return n * f * oh * ow * c * kh * kh, 4 * n * oh * ow * c * kh * kh

# %% conv_work wrong: windows that do not fit are counted
# edits: one formula
#-    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
#+    oh, ow = (h + 2 * ph - kh + sh - 1) // sh + 1, (w + 2 * pw - kw) // sw + 1

# %% conv_work wrong: the matrix times the filters
# edits: one formula
#-    return n * f * oh * ow * c * kh * kw, 4 * n * oh * ow * c * kh * kw
#+    return n * f * oh * ow * c * kh * kw, 4 * f * n * oh * ow * c * kh * kw

# %% conv_work wrong: the channels left out
# edits: one formula
#-    return n * f * oh * ow * c * kh * kw, 4 * n * oh * ow * c * kh * kw
#+    return n * f * oh * ow * kh * kw, 4 * n * oh * ow * kh * kw

# %% conv_work wrong: a kernel that does not fit goes unnoticed
# edits: one formula
#-    if oh < 1 or ow < 1:
#+    if False:

# %% conv_work wrong: channels are not compared
# edits: one formula
#-    if len(x_shape) != 4 or len(weight_shape) != 4 or x_shape[1] != weight_shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
#+    if len(x_shape) != 4 or len(weight_shape) != 4 or min(sh, sw) < 1 or min(ph, pw) < 0:

# %% conv_work wrong: decimal numbers
# edits: one formula
#-    return n * f * oh * ow * c * kh * kw, 4 * n * oh * ow * c * kh * kw
#+    return 1.0 * n * f * oh * ow * c * kh * kw, 4 * n * oh * ow * c * kh * kw

# %% conv_work wrong: a stride of 0 rows only is refused
def conv_work(x_shape, weight_shape, stride=1, padding=0):
    (sh, sw), (ph, pw) = (np.broadcast_to(value, 2).tolist() for value in (stride, padding))
    if len(x_shape) != 4 or len(weight_shape) != 4 or x_shape[1] != weight_shape[1] or sh < 1 or min(ph, pw) < 0:
        raise ValueError("bad input")
    n, c, h, w = x_shape
    f, c, kh, kw = weight_shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // max(sw, 1) + 1
    if oh < 1 or ow < 1:
        raise ValueError("no window fits")
    return n * f * oh * ow * c * kh * kw, 4 * n * oh * ow * c * kh * kw

# %% bias_relu_pool right: one corner copied, the others compared with it
def bias_relu_pool(bench, y, bias):
    f, h, w, n = y.shape
    oh, ow = h // 2, w // 2
    peaks = bench.empty(f, oh, ow, n)
    bench.copy(y[:, 0:2 * oh:2, 0:2 * ow:2], out=peaks)
    for i, j in [(0, 1), (1, 0), (1, 1)]:
        bench.maximum(peaks, y[:, i:2 * oh:2, j:2 * ow:2], out=peaks)
    bench.add(peaks, bias.reshape(f, 1, 1, 1), out=peaks)
    bench.maximum(peaks, 0, out=peaks)
    return peaks

# %% bias_relu_pool right: columns first, then rows
def bias_relu_pool(bench, y, bias):
    f, h, w, n = y.shape
    rows = bench.empty(f, h, w // 2, n)
    bench.maximum(y[:, :, 0:w - w % 2:2], y[:, :, 1::2], rows)
    result = bench.empty(f, h // 2, w // 2, n)
    bench.maximum(rows[:, 0:h - h % 2:2], rows[:, 1::2], result)
    bench.add(result, bias[:, None, None, None], result)
    bench.maximum(result, 0, result)
    return result

# %% bias_relu_pool right: from minus infinity
def bias_relu_pool(bench, y, bias):
    f, h, w, n = y.shape
    out = bench.empty((f, h // 2, w // 2, n))
    bench.copy(-np.inf, out)
    for i in range(2):
        for j in range(2):
            bench.maximum(out, y[:, i:h - h % 2:2, j:w - w % 2:2], out)
    bench.add(out, bias[:, None, None, None], out)
    bench.maximum(out, 0, out)
    return out

# %% bias_relu_pool right: the windows as axes, and ReLU before the bias with its threshold moved
def bias_relu_pool(bench, y, bias):
    f, h, w, n = y.shape
    windows = y[:, :h // 2 * 2, :w // 2 * 2].reshape(f, h // 2, 2, w // 2, 2, n)
    result, threshold = bench.zeros(f, h // 2, w // 2, n), bench.zeros(f)
    bench.subtract(threshold, bias, threshold)
    bench.maximum(windows[:, :, 0, :, 0], threshold[:, None, None, None], result)
    for i, j in ((0, 1), (1, 0), (1, 1)):
        bench.maximum(result, windows[:, :, i, :, j], result)
    bench.add(result, bias[:, None, None, None], result)
    return result

# %% bias_relu_pool wrong: in the order of the formula
def bias_relu_pool(bench, y, bias):
    f, h, w, n = y.shape
    z = bench.empty(f, h, w, n)
    bench.add(y, bias[:, None, None, None], out=z)
    bench.maximum(z, 0, out=z)
    oh, ow = h // 2, w // 2
    peaks = bench.empty(f, oh, ow, n)
    bench.maximum(z[:, 0:2 * oh:2, 0:2 * ow:2], z[:, 0:2 * oh:2, 1:2 * ow:2], out=peaks)
    bench.maximum(peaks, z[:, 1:2 * oh:2, 0:2 * ow:2], out=peaks)
    bench.maximum(peaks, z[:, 1:2 * oh:2, 1:2 * ow:2], out=peaks)
    return peaks

# %% bias_relu_pool wrong: ReLU after the pooling, the bias before
def bias_relu_pool(bench, y, bias):
    f, h, w, n = y.shape
    z = bench.empty(f, h, w, n)
    bench.add(y, bias[:, None, None, None], out=z)
    oh, ow = h // 2, w // 2
    peaks = bench.empty(f, oh, ow, n)
    bench.maximum(z[:, 0:2 * oh:2, 0:2 * ow:2], z[:, 0:2 * oh:2, 1:2 * ow:2], out=peaks)
    bench.maximum(peaks, z[:, 1:2 * oh:2, 0:2 * ow:2], out=peaks)
    bench.maximum(peaks, z[:, 1:2 * oh:2, 1:2 * ow:2], out=peaks)
    bench.maximum(peaks, 0, out=peaks)
    return peaks

# %% bias_relu_pool wrong: y copied as a whole first
def bias_relu_pool(bench, y, bias):
    f, h, w, n = y.shape
    oh, ow = h // 2, w // 2
    peaks = bench.empty(f, oh, ow, n)
    z = bench.empty(f, h, w, n)
    bench.copy(y, out=z)
    y = z
    bench.copy(y[:, 0:2 * oh:2, 0:2 * ow:2], out=peaks)
    for i, j in [(0, 1), (1, 0), (1, 1)]:
        bench.maximum(peaks, y[:, i:2 * oh:2, j:2 * ow:2], out=peaks)
    bench.add(peaks, bias.reshape(f, 1, 1, 1), out=peaks)
    bench.maximum(peaks, 0, out=peaks)
    return peaks

# %% bias_relu_pool wrong: a pooled map at a time, pixel by pixel
def bias_relu_pool(bench, y, bias):
    f, h, w, n = y.shape
    peaks = bench.empty(f, h // 2, w // 2, n)
    for r in range(h // 2):
        for c in range(w // 2):
            p = peaks[:, r, c]
            bench.maximum(y[:, 2 * r, 2 * c], y[:, 2 * r, 2 * c + 1], out=p)
            bench.maximum(p, y[:, 2 * r + 1, 2 * c], out=p)
            bench.maximum(p, y[:, 2 * r + 1, 2 * c + 1], out=p)
            bench.add(p, bias[:, None], out=p)
            bench.maximum(p, 0, out=p)
    return peaks

# %% bias_relu_pool wrong: ReLU before the bias
def bias_relu_pool(bench, y, bias):
    f, h, w, n = y.shape
    oh, ow = h // 2, w // 2
    peaks = bench.empty(f, oh, ow, n)
    bench.copy(y[:, 0:2 * oh:2, 0:2 * ow:2], out=peaks)
    for i, j in [(0, 1), (1, 0), (1, 1)]:
        bench.maximum(peaks, y[:, i:2 * oh:2, j:2 * ow:2], out=peaks)
    bench.maximum(peaks, 0, out=peaks)
    bench.add(peaks, bias.reshape(f, 1, 1, 1), out=peaks)
    return peaks

# %% bias_relu_pool wrong: no ReLU
# edits: one corner copied, the others compared with it
#-    bench.maximum(peaks, 0, out=peaks)

# %% bias_relu_pool wrong: no bias
# edits: one corner copied, the others compared with it
#-    bench.add(peaks, bias.reshape(f, 1, 1, 1), out=peaks)

# %% bias_relu_pool wrong: the first bias for every map
# edits: one corner copied, the others compared with it
#-    bench.add(peaks, bias.reshape(f, 1, 1, 1), out=peaks)
#+    bench.add(peaks, bias[0], out=peaks)

# %% bias_relu_pool wrong: one corner of each window forgotten
# edits: one corner copied, the others compared with it
#-    for i, j in [(0, 1), (1, 0), (1, 1)]:
#+    for i, j in [(0, 1), (1, 1)]:

# %% bias_relu_pool wrong: windows that overlap
def bias_relu_pool(bench, y, bias):
    f, h, w, n = y.shape
    oh, ow = h // 2, w // 2
    peaks = bench.empty(f, oh, ow, n)
    bench.copy(y[:, 0:oh, 0:ow], out=peaks)
    for i, j in [(0, 1), (1, 0), (1, 1)]:
        bench.maximum(peaks, y[:, i:oh + i, j:ow + j], out=peaks)
    bench.add(peaks, bias.reshape(f, 1, 1, 1), out=peaks)
    bench.maximum(peaks, 0, out=peaks)
    return peaks

# %% bias_relu_pool wrong: an odd last row or column is not left out
def bias_relu_pool(bench, y, bias):
    f, h, w, n = y.shape
    oh, ow = h // 2, w // 2
    peaks = bench.empty(f, oh, ow, n)
    bench.copy(y[:, 0::2, 0::2], out=peaks)
    for i, j in [(0, 1), (1, 0), (1, 1)]:
        bench.maximum(peaks, y[:, i::2, j::2], out=peaks)
    bench.add(peaks, bias.reshape(f, 1, 1, 1), out=peaks)
    bench.maximum(peaks, 0, out=peaks)
    return peaks

# %% bias_relu_pool wrong: the return forgotten
# edits: one corner copied, the others compared with it
#-    return peaks

# %% bias_relu_pool wrong: computed in NumPy and laid on the bench
# edits: one corner copied, the others compared with it
#-    return peaks
#+    return bench.put(peaks.values)

# %% bias_relu_pool wrong: y overwritten
# edits: one corner copied, the others compared with it
#-    bench.maximum(peaks, 0, out=peaks)
#+    bench.maximum(peaks, 0, out=peaks)
#+    bench.copy(0, out=y)

# %% conv_rows right: channels outside, columns inside
def conv_rows(bench, x, weight):
    (c, h, w, n), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = h - kh + 1, w - kw + 1
    shifts = bench.empty(c, kw, h, ow, n)
    for j in range(kw):
        bench.copy(x[:, :, j:j + ow], out=shifts[:, j])
    y, term = bench.empty(f, oh * ow * n), bench.empty(f, oh * ow * n)
    kernel = bench.empty(f, c, kw)
    for i in range(kh):
        bench.copy(weight[:, :, i], out=kernel)
        bench.matmul(kernel.reshape(f, c * kw), shifts[:, :, i:i + oh].reshape(c * kw, oh * ow * n), out=y if i == 0 else term)
        if i > 0:
            bench.add(y, term, out=y)
    return y.reshape(f, oh, ow, n)

# %% conv_rows right: a sum that starts from zeros
def conv_rows(bench, x, weight):
    c, h, w, n = x.shape
    f, c, kh, kw = weight.shape
    oh, ow = h - kh + 1, w - kw + 1
    copies = bench.zeros(kw * c, h, ow * n)
    for j in range(kw):
        bench.copy(x[:, :, j:j + ow, :], copies.reshape(kw, c, h, ow, n)[j, :, :, :, :])
    kernels = bench.zeros(kh, kw * c, f)
    bench.copy(weight.transpose(2, 3, 1, 0), kernels.reshape(kh, kw, c, f))
    total, product = bench.zeros(f, oh * ow * n), bench.zeros(f, oh * ow * n)
    for i in range(kh):
        bench.matmul(kernels[i].transpose(), copies[:, i:i + oh].reshape(kw * c, -1), product)
        bench.add(product, total, total)
    return total.reshape(f, oh, ow, n)

# %% conv_rows right: two blocks of rows, so that the term is half as large
def conv_rows(bench, x, weight):
    (c, h, w, n), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = h - kh + 1, w - kw + 1
    shifts, kernels = bench.empty(kw, c, h, ow, n), bench.empty(f, kh, kw, c)
    bench.copy(weight.transpose(0, 2, 3, 1), kernels)
    for j in range(kw):
        bench.copy(x[:, :, j:j + ow], shifts[j])
    y, half = bench.empty(f, oh, ow, n), (oh + 1) // 2
    term = bench.empty(f, half, ow, n)
    for start, stop in ((0, half), (half, oh)):
        rows = stop - start
        if rows == 0:
            continue
        part = y[:, start:stop].reshape(f, rows * ow * n)
        other = term[:, :rows].reshape(f, rows * ow * n)
        for i in range(kh):
            matrix = shifts[:, :, start + i:stop + i].reshape(kw * c, rows * ow * n)
            bench.matmul(kernels[:, i].reshape(f, kw * c), matrix, other if i else part)
            if i:
                bench.add(part, other, part)
    return y

# %% conv_rows right: no copy of x for a kernel of one column, a last copy into the result
def conv_rows(bench, x, weight):
    (c, h, w, n), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = h - kh + 1, w - kw + 1
    if kw == 1:
        shifts = x[None]
    else:
        shifts = bench.empty(kw, c, h, ow, n)
        for j in range(kw):
            bench.copy(x[:, :, j:ow + j], shifts[j])
    kernels = bench.empty(kh, f, kw, c)
    for i in range(kh):
        bench.copy(weight[:, :, i].transpose(0, 2, 1), kernels[i])
    total, term = bench.empty(f, oh, ow, n), bench.empty(f, oh, ow, n)
    for i in range(kh - 1, -1, -1):
        bench.matmul(kernels[i].reshape(f, -1), shifts[:, :, i:i + oh].reshape(kw * c, -1), term.reshape(f, -1))
        if i == kh - 1:
            bench.copy(term, total)
        else:
            bench.add(total, term, total)
    return total

# %% conv_rows wrong: im2col
def conv_rows(bench, x, weight):
    (c, h, w, n), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = h - kh + 1, w - kw + 1
    windows = bench.empty(c, kh, kw, oh, ow, n)
    for i in range(kh):
        for j in range(kw):
            bench.copy(x[:, i:i + oh, j:j + ow], out=windows[:, i, j])
    y = bench.empty(f, oh * ow * n)
    bench.matmul(weight.reshape(f, c * kh * kw), windows.reshape(c * kh * kw, oh * ow * n), out=y)
    return y.reshape(f, oh, ow, n)

# %% conv_rows wrong: a product for each entry of the kernel
def conv_rows(bench, x, weight):
    (c, h, w, n), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = h - kh + 1, w - kw + 1
    y, term = bench.zeros(f, oh * ow * n), bench.empty(f, oh * ow * n)
    shift, kernels = bench.empty(c, h, ow, n), bench.empty(kh, kw, f, c)
    bench.copy(weight.transpose(2, 3, 0, 1), out=kernels)
    for j in range(kw):
        bench.copy(x[:, :, j:j + ow], out=shift)
        for i in range(kh):
            bench.matmul(kernels[i, j], shift[:, i:i + oh].reshape(c, oh * ow * n), out=term)
            bench.add(y, term, out=y)
    return y.reshape(f, oh, ow, n)

# %% conv_rows wrong: one product for all rows of the kernel, at every row of the image
def conv_rows(bench, x, weight):
    (c, h, w, n), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = h - kh + 1, w - kw + 1
    shifts, kernels = bench.empty(c, kw, h, ow, n), bench.empty(kh, f, c, kw)
    for j in range(kw):
        bench.copy(x[:, :, j:j + ow], out=shifts[:, j])
    bench.copy(weight.transpose(2, 0, 1, 3), out=kernels)
    terms, y = bench.empty(kh, f, h, ow, n), bench.empty(f, oh, ow, n)
    bench.matmul(kernels.reshape(kh * f, c * kw), shifts.reshape(c * kw, -1), out=terms.reshape(kh * f, -1))
    bench.copy(terms[0, :, :oh], out=y)
    for i in range(1, kh):
        bench.add(y, terms[i, :, i:i + oh], out=y)
    return y

# %% conv_rows wrong: no copies, but a product for each row of the result
def conv_rows(bench, x, weight):
    (c, h, w, n), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = h - kh + 1, w - kw + 1
    kernels = bench.empty(kh, kw, f, c)
    bench.copy(weight.transpose(2, 3, 0, 1), out=kernels)
    y, term = bench.zeros(f, oh, ow * n), bench.empty(f, ow * n)
    for r in range(oh):
        for i in range(kh):
            for j in range(kw):
                bench.matmul(kernels[i, j], x[:, r + i, j:j + ow].reshape(c, ow * n), out=term)
                bench.add(y[:, r], term, out=y[:, r])
    return y.reshape(f, oh, ow, n)

# %% conv_rows wrong: the numbers are read and summed in NumPy
def conv_rows(bench, x, weight):
    (c, h, w, n), (f, _, kh, kw) = x.shape, weight.shape
    windows = np.lib.stride_tricks.sliding_window_view(x.values, (kh, kw), axis=(1, 2))
    y = bench.empty(f, h - kh + 1, w - kw + 1, n)
    for place, value in enumerate(np.einsum("chwnij,fcij->fhwn", windows, weight.values).ravel()[:20]):
        bench.copy(value, out=y.reshape(-1)[place])
    return y

# %% conv_rows wrong: columns outside in the kernel, channels outside in the copies
def conv_rows(bench, x, weight):
    (c, h, w, n), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = h - kh + 1, w - kw + 1
    shifts = bench.empty(c, kw, h, ow, n)
    for j in range(kw):
        bench.copy(x[:, :, j:j + ow], out=shifts[:, j])
    y, term = bench.empty(f, oh * ow * n), bench.empty(f, oh * ow * n)
    kernel = bench.empty(f, kw, c)
    for i in range(kh):
        bench.copy(weight[:, :, i].transpose(0, 2, 1), out=kernel)
        bench.matmul(kernel.reshape(f, c * kw), shifts[:, :, i:i + oh].reshape(c * kw, oh * ow * n), out=y if i == 0 else term)
        if i > 0:
            bench.add(y, term, out=y)
    return y.reshape(f, oh, ow, n)

# %% conv_rows wrong: the kernel upside down
# edits: channels outside, columns inside
#-        bench.copy(weight[:, :, i], out=kernel)
#+        bench.copy(weight[:, :, kh - 1 - i], out=kernel)

# %% conv_rows wrong: the kernel left to right
# edits: channels outside, columns inside
#-        bench.copy(weight[:, :, i], out=kernel)
#+        bench.copy(weight[:, :, i, ::-1], out=kernel)

# %% conv_rows wrong: the last row of the kernel left out
# edits: channels outside, columns inside
#-    for i in range(kh):
#+    for i in range(max(kh - 1, 1)):

# %% conv_rows wrong: every row of the kernel meets the same rows
# edits: channels outside, columns inside
#-        bench.matmul(kernel.reshape(f, c * kw), shifts[:, :, i:i + oh].reshape(c * kw, oh * ow * n), out=y if i == 0 else term)
#+        bench.matmul(kernel.reshape(f, c * kw), shifts[:, :, :oh].reshape(c * kw, oh * ow * n), out=y if i == 0 else term)

# %% conv_rows wrong: the terms are not added up
# edits: channels outside, columns inside
#-            bench.add(y, term, out=y)
#+            bench.copy(term, out=y)

# %% conv_rows wrong: added to an array that is not cleared
def conv_rows(bench, x, weight):
    (c, h, w, n), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = h - kh + 1, w - kw + 1
    shifts = bench.empty(c, kw, h, ow, n)
    for j in range(kw):
        bench.copy(x[:, :, j:j + ow], out=shifts[:, j])
    y, term = bench.empty(f, oh * ow * n), bench.empty(f, oh * ow * n)
    kernel = bench.empty(f, c, kw)
    for i in range(kh):
        bench.copy(weight[:, :, i], out=kernel)
        bench.matmul(kernel.reshape(f, c * kw), shifts[:, :, i:i + oh].reshape(c * kw, oh * ow * n), out=term)
        bench.add(y, term, out=y)
    return y.reshape(f, oh, ow, n)

# %% conv_rows wrong: the matrix is returned
# edits: channels outside, columns inside
#-    return y.reshape(f, oh, ow, n)
#+    return y

# %% conv_rows wrong: the axes of the images as those of NCHW
# edits: channels outside, columns inside
#-    return y.reshape(f, oh, ow, n)
#+    return y.reshape(f, oh, ow, n).transpose(3, 0, 1, 2)

# %% conv_rows wrong: x copied as a whole for each shift and cut afterwards
def conv_rows(bench, x, weight):
    (c, h, w, n), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = h - kh + 1, w - kw + 1
    shifts, whole = bench.empty(c, kw, h, ow, n), bench.empty(kw, c, h, w, n)
    for j in range(kw):
        bench.copy(x, out=whole[j])
        bench.copy(whole[j, :, :, j:j + ow], out=shifts[:, j])
    y, term = bench.empty(f, oh * ow * n), bench.empty(f, oh * ow * n)
    kernel = bench.empty(f, c, kw)
    for i in range(kh):
        bench.copy(weight[:, :, i], out=kernel)
        bench.matmul(kernel.reshape(f, c * kw), shifts[:, :, i:i + oh].reshape(c * kw, oh * ow * n), out=y if i == 0 else term)
        if i > 0:
            bench.add(y, term, out=y)
    return y.reshape(f, oh, ow, n)

# %% conv_rows wrong: one image at a time
def conv_rows(bench, x, weight):
    (c, h, w, n), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = h - kh + 1, w - kw + 1
    shifts = bench.empty(c, kw, h, ow, n)
    for j in range(kw):
        bench.copy(x[:, :, j:j + ow], out=shifts[:, j])
    y, term = bench.empty(f, oh * ow * n), bench.empty(f, oh * ow)
    kernels = bench.empty(f, kh, c, kw)
    bench.copy(weight.transpose(0, 2, 1, 3), out=kernels)
    image = bench.empty(c, kw, h, ow)
    bench.copy(0, out=y)
    for k in range(n):
        bench.copy(shifts[..., k], out=image)
        for i in range(kh):
            bench.matmul(kernels[:, i].reshape(f, c * kw), image[:, :, i:i + oh].reshape(c * kw, oh * ow), out=term)
            bench.add(y[:, k::n], term, out=y[:, k::n])
    return y.reshape(f, oh, ow, n)
    kernel = bench.empty(f, c, kw)
    for i in range(kh):
        bench.copy(weight[:, :, i], out=kernel)
        bench.matmul(kernel.reshape(f, c * kw), shifts[:, :, i:i + oh].reshape(c * kw, oh * ow * n), out=y if i == 0 else term)
        if i > 0:
            bench.add(y, term, out=y)
    return y.reshape(f, oh, ow, n)

# %% conv_dx right: the shifts with their zeros at once
def conv_dx(bench, dout, weight):
    (f, oh, ow, n), (_, c, kh, kw) = dout.shape, weight.shape
    h, w = oh + kh - 1, ow + kw - 1
    shifts = bench.zeros(kw, f, h + kh - 1, w, n)
    for j in range(kw):
        bench.copy(dout, out=shifts[j, :, kh - 1:kh - 1 + oh, kw - 1 - j:kw - 1 - j + ow])
    kernels = bench.empty(kh, c, kw, f)
    bench.copy(weight[:, :, ::-1, ::-1].transpose(2, 1, 3, 0), out=kernels)
    dx, term = bench.empty(c, h * w * n), bench.empty(c, h * w * n)
    for i in range(kh):
        matrix = shifts[:, :, i:i + h].reshape(kw * f, h * w * n)
        bench.matmul(kernels[i].reshape(c, kw * f), matrix, out=term if i else dx)
        if i:
            bench.add(dx, term, out=dx)
    return dx.reshape(c, h, w, n)

# %% conv_dx right: no zeros above and below: each row of the kernel adds its rows
def conv_dx(bench, dout, weight):
    (f, oh, ow, n), (_, c, kh, kw) = dout.shape, weight.shape
    h, w = oh + kh - 1, ow + kw - 1
    shifts, kernels = bench.zeros(kw, f, oh, w, n), bench.empty(kh, c, kw, f)
    for j in range(kw):
        bench.copy(dout, out=shifts[j, :, :, j:j + ow])
    bench.copy(weight.transpose(2, 1, 3, 0), out=kernels)
    dx, term = bench.zeros(c, h, w, n), bench.empty(c, oh, w, n)
    for i in range(kh):
        bench.matmul(kernels[i].reshape(c, kw * f), shifts.reshape(kw * f, -1), out=term.reshape(c, -1))
        bench.add(dx[:, i:i + oh], term, out=dx[:, i:i + oh])
    return dx

# %% conv_dx right: a padded copy, then conv_rows with the kernel turned by a copy of its own
def conv_dx(bench, dout, weight):
    f, oh, ow, n = dout.shape
    _, c, kh, kw = weight.shape
    padded = bench.zeros((f, oh + 2 * (kh - 1), ow + 2 * (kw - 1), n))
    bench.copy(dout, padded[:, kh - 1:oh + kh - 1, kw - 1:ow + kw - 1])
    h, w = oh + kh - 1, ow + kw - 1
    copies, turned = bench.empty(f, kw, h + kh - 1, w, n), bench.empty(kh, f * kw, c)
    for j in range(kw):
        bench.copy(padded[:, :, j:j + w], copies[:, j])
        for i in range(kh):
            bench.copy(weight[:, :, kh - 1 - i, kw - 1 - j], turned[i].reshape(f, kw, c)[:, j])
    total, term = bench.zeros(c, h * w * n), bench.empty(c, h * w * n)
    for i in range(kh):
        bench.matmul(turned[i].transpose(), copies[:, :, i:i + h].reshape(f * kw, h * w * n), term)
        bench.add(total, term, total)
    return total.reshape(c, h, w, n)

# %% conv_dx right: the padded rows as one long row
def conv_dx(bench, dout, weight):
    (f, oh, ow, n), (_, c, kh, kw) = dout.shape, weight.shape
    h, w = oh + kh - 1, ow + kw - 1
    shifts = bench.zeros(f * kw, (h + kh - 1) * w * n)
    pixels = shifts.reshape(f, kw, h + kh - 1, w, n)
    for j in range(kw):
        bench.copy(dout, pixels[:, j, kh - 1:kh - 1 + oh, j:j + ow])
    kernels = bench.empty(kh, c, f, kw)
    bench.copy(weight.transpose(2, 1, 0, 3), kernels)
    dx, term = bench.empty(c, h * w * n), bench.empty(c, h * w * n)
    for i in range(kh):
        start = (kh - 1 - i) * w * n
        bench.matmul(kernels[i].reshape(c, -1), shifts[:, start:start + h * w * n], term if i else dx)
        if i:
            bench.add(dx, term, dx)
    return dx.reshape(c, h, w, n)

# %% conv_dx wrong: the matrix of col2im
def conv_dx(bench, dout, weight):
    (f, oh, ow, n), (_, c, kh, kw) = dout.shape, weight.shape
    cols, dx = bench.empty(c, kh, kw, oh, ow, n), bench.zeros(c, oh + kh - 1, ow + kw - 1, n)
    bench.matmul(weight.reshape(f, -1).transpose(), dout.reshape(f, -1), out=cols.reshape(c * kh * kw, -1))
    for i in range(kh):
        for j in range(kw):
            bench.add(dx[:, i:i + oh, j:j + ow], cols[:, i, j], out=dx[:, i:i + oh, j:j + ow])
    return dx

# %% conv_dx wrong: a product and an addition for each entry of the kernel
def conv_dx(bench, dout, weight):
    (f, oh, ow, n), (_, c, kh, kw) = dout.shape, weight.shape
    term, kernel = bench.empty(c, oh, ow, n), bench.empty(c, f)
    dx = bench.zeros(c, oh + kh - 1, ow + kw - 1, n)
    for i in range(kh):
        for j in range(kw):
            bench.copy(weight[:, :, i, j].transpose(), out=kernel)
            bench.matmul(kernel, dout.reshape(f, -1), out=term.reshape(c, -1))
            bench.add(dx[:, i:i + oh, j:j + ow], term, out=dx[:, i:i + oh, j:j + ow])
    return dx

# %% conv_dx wrong: im2col of the padded gradient
def conv_dx(bench, dout, weight):
    (f, oh, ow, n), (_, c, kh, kw) = dout.shape, weight.shape
    h, w = oh + kh - 1, ow + kw - 1
    windows, kernel = bench.zeros(f, kh, kw, h, w, n), bench.empty(c, f, kh, kw)
    for i in range(kh):
        for j in range(kw):
            bench.copy(dout, out=windows[:, i, j, i:i + oh, j:j + ow])
    bench.copy(weight.transpose(1, 0, 2, 3), out=kernel)
    dx = bench.empty(c, h * w * n)
    bench.matmul(kernel.reshape(c, -1), windows.reshape(f * kh * kw, -1), out=dx)
    padded = bench.zeros(f, h + kh - 1, w + kw - 1, n)
    for i in range(kh):
        for j in range(kw):
            bench.copy(padded[:, i:i + h, j:j + w], out=windows[:, i, j])
    return dx.reshape(c, h, w, n)

# %% conv_dx wrong: the kernel is not turned round
# edits: the shifts with their zeros at once
#-    bench.copy(weight[:, :, ::-1, ::-1].transpose(2, 1, 3, 0), out=kernels)
#+    bench.copy(weight.transpose(2, 1, 3, 0), out=kernels)

# %% conv_dx wrong: the kernel is turned upside down only
# edits: the shifts with their zeros at once
#-    bench.copy(weight[:, :, ::-1, ::-1].transpose(2, 1, 3, 0), out=kernels)
#+    bench.copy(weight[:, :, ::-1].transpose(2, 1, 3, 0), out=kernels)

# %% conv_dx wrong: rows and columns of the kernel swapped
# edits: the shifts with their zeros at once
#-    bench.copy(weight[:, :, ::-1, ::-1].transpose(2, 1, 3, 0), out=kernels)
#+    bench.copy(weight[:, :, ::-1, ::-1].transpose(3, 1, 2, 0), out=kernels)

# %% conv_dx wrong: filters outside in the kernel, columns outside in the copies
# edits: the shifts with their zeros at once
#-    kernels = bench.empty(kh, c, kw, f)
#-    bench.copy(weight[:, :, ::-1, ::-1].transpose(2, 1, 3, 0), out=kernels)
#+    kernels = bench.empty(kh, c, f, kw)
#+    bench.copy(weight[:, :, ::-1, ::-1].transpose(2, 1, 0, 3), out=kernels)

# %% conv_dx wrong: the copies are not cleared first
# edits: the shifts with their zeros at once
#-    shifts = bench.zeros(kw, f, h + kh - 1, w, n)
#+    shifts = bench.empty(kw, f, h + kh - 1, w, n)

# %% conv_dx wrong: zeros on one side only
# edits: the shifts with their zeros at once
#-        bench.copy(dout, out=shifts[j, :, kh - 1:kh - 1 + oh, kw - 1 - j:kw - 1 - j + ow])
#+        bench.copy(dout, out=shifts[j, :, :oh, kw - 1 - j:kw - 1 - j + ow])

# %% conv_dx wrong: the first row of the kernel left out
# edits: the shifts with their zeros at once
#-            bench.add(dx, term, out=dx)
#+            bench.add(dx, term, out=dx)
#+    bench.subtract(dx, term, out=dx)

# %% conv_dx wrong: the size of dout
# edits: the shifts with their zeros at once
#-    return dx.reshape(c, h, w, n)
#+    return dx.reshape(c, h, w, n)[:, :oh, :ow]

# %% conv_dx wrong: added to an array that is not cleared
# edits: no zeros above and below: each row of the kernel adds its rows
#-    dx, term = bench.zeros(c, h, w, n), bench.empty(c, oh, w, n)
#+    dx, term = bench.empty(c, h, w, n), bench.empty(c, oh, w, n)

# %% conv_dx wrong: every row of the kernel adds to the same rows
# edits: no zeros above and below: each row of the kernel adds its rows
#-        bench.add(dx[:, i:i + oh], term, out=dx[:, i:i + oh])
#+        bench.add(dx[:, :oh], term, out=dx[:, :oh])

# %% conv_dx wrong: a filter at a time
def conv_dx(bench, dout, weight):
    (f, oh, ow, n), (_, c, kh, kw) = dout.shape, weight.shape
    h, w = oh + kh - 1, ow + kw - 1
    shifts, kernels = bench.zeros(kw, f, oh, w, n), bench.empty(kh, c, kw, f)
    for j in range(kw):
        bench.copy(dout, out=shifts[j, :, :, j:j + ow])
    bench.copy(weight.transpose(2, 1, 3, 0), out=kernels)
    dx, term = bench.zeros(c, h, w, n), bench.empty(c, oh, w, n)
    for i in range(kh):
        for k in range(f):
            kernel = bench.empty(c, kw)
            bench.copy(kernels[i, :, :, k], out=kernel)
            part = bench.empty(kw, oh * w * n)
            bench.copy(shifts[:, k].reshape(kw, -1), out=part)
            bench.matmul(kernel, part, out=term.reshape(c, -1))
            bench.add(dx[:, i:i + oh], term, out=dx[:, i:i + oh])
    return dx

# %% FastConv right: arrays made beforehand
class FastConv:
    def __init__(self, bench, x_shape, weight_shape, padding):
        (c, h, w, n), (f, _, kh, kw), p = x_shape, weight_shape, padding
        self.bench, self.padding = bench, padding
        self.oh, self.ow = h + 2 * p - kh + 1, w + 2 * p - kw + 1
        self.padded = bench.zeros(c, h + 2 * p, w + 2 * p, n)
        self.shifts = bench.empty(c, kw, h + 2 * p, self.ow, n)
        self.kernels = bench.empty(kh, f, c, kw)
        self.y, self.term = bench.empty(f, self.oh, self.ow, n), bench.empty(f, self.oh, self.ow, n)

    def forward(self, x, weight):
        (c, h, w, n), (f, _, kh, kw), p = x.shape, weight.shape, self.padding
        self.bench.copy(x, self.padded[:, p:p + h, p:p + w])
        for j in range(kw):
            self.bench.copy(self.padded[:, :, j:j + self.ow], self.shifts[:, j])
        self.bench.copy(weight.transpose(2, 0, 1, 3), self.kernels)
        for i in range(kh):
            matrix = self.shifts[:, :, i:i + self.oh].reshape(c * kw, -1)
            out = self.term if i else self.y
            self.bench.matmul(self.kernels[i].reshape(f, c * kw), matrix, out.reshape(f, -1))
            if i:
                self.bench.add(self.y, self.term, self.y)
        return self.y

# %% FastConv right: arrays made in the first call, the sum from zeros
class FastConv:
    def __init__(self, bench, x_shape, weight_shape, padding):
        self.bench, self.p, self.arrays = bench, padding, {}

    def array(self, name, *shape):
        if name not in self.arrays:
            self.arrays[name] = self.bench.zeros(*shape)
        return self.arrays[name]

    def forward(self, x, weight):
        bench, p = self.bench, self.p
        c, h, w, n = x.shape
        f, c, kh, kw = weight.shape
        oh, ow = h + 2 * p - kh + 1, w + 2 * p - kw + 1
        padded = self.array("padded", c, h + 2 * p, w + 2 * p, n)
        bench.copy(x, padded[:, p:h + p, p:w + p])
        shifts = self.array("shifts", kw, c, h + 2 * p, ow, n)
        for j in range(kw):
            bench.copy(padded[:, :, j:j + ow], shifts[j])
        kernels = self.array("kernels", kh, kw, c, f)
        bench.copy(weight.transpose(2, 3, 1, 0), kernels)
        y, term = self.array("y", f, oh * ow * n), self.array("term", f, oh * ow * n)
        bench.copy(0.0, y)
        for i in range(kh):
            bench.matmul(kernels[i].reshape(kw * c, f).transpose(), shifts[:, :, i:i + oh].reshape(kw * c, -1), term)
            bench.add(y, term, y)
        return y.reshape(f, oh, ow, n)

# %% FastConv right: the shifts with their border of zeros at once
class FastConv:
    def __init__(self, bench, x_shape, weight_shape, padding):
        c, h, w, n = x_shape
        f, _, kh, kw = weight_shape
        self.bench, self.out_shape = bench, (f, h + 2 * padding - kh + 1, w + 2 * padding - kw + 1, n)
        _, self.oh, self.ow, _ = self.out_shape
        self.shifts = bench.zeros(kw, c, h + 2 * padding, self.ow, n)
        self.copies = []
        for j in range(kw):
            first, last = max(0, padding - j), min(self.ow, w + padding - j)
            if first < last:
                inside = self.shifts[j, :, padding:padding + h, first:last]
                self.copies.append((inside, slice(first + j - padding, last + j - padding)))
        self.kernels = bench.empty(kh, f, kw * c)
        self.result = bench.empty(f, self.oh * self.ow * n)
        self.term = bench.empty(f, self.oh * self.ow * n)

    def forward(self, x, weight):
        for inside, columns in self.copies:
            self.bench.copy(x[:, :, columns], out=inside)
        f, c, kh, kw = weight.shape
        self.bench.copy(weight.transpose(2, 0, 3, 1), out=self.kernels.reshape(kh, f, kw, c))
        matrices = [self.shifts[:, :, i:i + self.oh].reshape(kw * c, -1) for i in range(kh)]
        self.bench.matmul(self.kernels[0], matrices[0], out=self.result)
        for kernel, matrix in zip([self.kernels[i] for i in range(1, kh)], matrices[1:]):
            self.bench.matmul(kernel, matrix, out=self.term)
            self.bench.add(self.result, self.term, out=self.result)
        return self.result.reshape(*self.out_shape)

# %% FastConv wrong: conv_rows in every call
class FastConv:
    def __init__(self, bench, x_shape, weight_shape, padding):
        self.bench, self.padding = bench, padding
        c, h, w, n = x_shape
        self.padded = bench.zeros(c, h + 2 * padding, w + 2 * padding, n)

    def forward(self, x, weight):
        p, (c, h, w, n) = self.padding, x.shape
        self.bench.copy(x, out=self.padded[:, p:p + h, p:p + w])
        return conv_rows(self.bench, self.padded, weight)

# %% FastConv wrong: im2col in arrays that are kept
class FastConv:
    def __init__(self, bench, x_shape, weight_shape, padding):
        (c, h, w, n), (f, _, kh, kw), p = x_shape, weight_shape, padding
        self.bench, self.p = bench, p
        self.oh, self.ow = h + 2 * p - kh + 1, w + 2 * p - kw + 1
        self.padded = bench.zeros(c, h + 2 * p, w + 2 * p, n)
        self.windows = bench.empty(c, kh, kw, self.oh, self.ow, n)
        self.y = bench.empty(f, self.oh * self.ow * n)

    def forward(self, x, weight):
        (c, h, w, n), (f, _, kh, kw), p = x.shape, weight.shape, self.p
        self.bench.copy(x, self.padded[:, p:p + h, p:p + w])
        for i in range(kh):
            for j in range(kw):
                self.bench.copy(self.padded[:, i:i + self.oh, j:j + self.ow], self.windows[:, i, j])
        self.bench.matmul(weight.reshape(f, -1), self.windows.reshape(c * kh * kw, -1), self.y)
        return self.y.reshape(f, self.oh, self.ow, n)

# %% FastConv wrong: the filters put into order only once
# edits: arrays made beforehand
#-        self.bench.copy(weight.transpose(2, 0, 1, 3), self.kernels)
#+        if not hasattr(self, 'ready'):
#+            self.bench.copy(weight.transpose(2, 0, 1, 3), self.kernels)
#+            self.ready = True

# %% FastConv wrong: the shifts copied only once
# edits: arrays made beforehand
#-        for j in range(kw):
#+        for j in range(0 if hasattr(self, 'ready') else kw):
#+            self.ready = True

# %% FastConv wrong: a new array for the terms in each call
# edits: arrays made beforehand
#-        self.bench.copy(weight.transpose(2, 0, 1, 3), self.kernels)
#+        self.bench.copy(weight.transpose(2, 0, 1, 3), self.kernels)
#+        self.term = self.bench.empty(f, self.oh, self.ow, n)

# %% FastConv wrong: a new result in each call
# edits: arrays made beforehand
#-        self.bench.copy(weight.transpose(2, 0, 1, 3), self.kernels)
#+        self.bench.copy(weight.transpose(2, 0, 1, 3), self.kernels)
#+        self.y = self.bench.empty(f, self.oh, self.ow, n)

# %% FastConv wrong: a new padded x in each call
# edits: arrays made beforehand
#-        (c, h, w, n), (f, _, kh, kw), p = x.shape, weight.shape, self.padding
#+        (c, h, w, n), (f, _, kh, kw), p = x.shape, weight.shape, self.padding
#+        self.padded = self.bench.zeros(c, h + 2 * p, w + 2 * p, n)

# %% FastConv wrong: the border is not cleared
# edits: arrays made beforehand
#-        self.padded = bench.zeros(c, h + 2 * p, w + 2 * p, n)
#+        self.padded = bench.empty(c, h + 2 * p, w + 2 * p, n)

# %% FastConv wrong: no padding at the top and the left
# edits: arrays made beforehand
#-        self.bench.copy(x, self.padded[:, p:p + h, p:p + w])
#+        self.bench.copy(x, self.padded[:, :h, :w])

# %% FastConv wrong: two terms for each kernel row
# edits: arrays made beforehand
#-            if i:
#+            if i:
#+                for _ in range(3):
#+                    self.bench.add(self.term, 0, self.term)

# %% FastConv wrong: the result of the first call for ever
# edits: arrays made beforehand
#-    def forward(self, x, weight):
#+    def forward(self, x, weight):
#+        if hasattr(self, 'done'):
#+            return self.y
#+        self.done = True

# %% FastConv wrong: the return forgotten
# edits: arrays made beforehand
#-        return self.y

# %% FastConv wrong: eight sets of arrays to begin with
# edits: arrays made beforehand
#-        self.kernels = bench.empty(kh, f, c, kw)
#+        self.kernels = bench.empty(kh, f, c, kw)
#+        self.spare = [bench.zeros(c, kw, h + 2 * p, self.ow, n) for _ in range(8)]

# %% FastConv wrong: the sum goes on from the call before
# edits: arrays made in the first call, the sum from zeros
#-        bench.copy(0.0, y)

# %% FastConv wrong: the arrays are forgotten after each call
# edits: arrays made in the first call, the sum from zeros
#-            bench.add(y, term, y)
#+            bench.add(y, term, y)
#+        self.arrays = {}

# %% winograd_row right: pairs of pixels as an axis, one product at a time
def winograd_row(bench, x, weight):
    (c, h, w, n), f = x.shape, weight.shape[0]
    t = w // 2 - 1
    pairs = x.reshape(c, h, w // 2, 2, n)
    d0, d1, d2, d3 = pairs[:, :, :-1, 0], pairs[:, :, :-1, 1], pairs[:, :, 1:, 0], pairs[:, :, 1:, 1]
    g = bench.empty(3, f, c)
    bench.copy(weight[:, :, 0].transpose(2, 0, 1), out=g)
    plus, minus = bench.empty(f, c), bench.empty(f, c)
    bench.add(g[0], g[2], out=plus)
    bench.subtract(plus, g[1], out=minus)
    bench.add(plus, g[1], out=plus)
    bench.multiply(plus, 0.5, out=plus)
    bench.multiply(minus, 0.5, out=minus)
    y = bench.empty(f, h, t, 2, n)
    left, right = y[:, :, :, 0], y[:, :, :, 1]
    total, m = bench.empty(c, h, t, n), bench.empty(f, h, t, n)

    def product(kernel):
        bench.matmul(kernel, total.reshape(c, h * t * n), out=m.reshape(f, h * t * n))

    bench.add(d1, d2, out=total)
    product(plus)
    bench.copy(m, out=left)
    bench.copy(m, out=right)
    bench.subtract(d2, d1, out=total)
    product(minus)
    bench.add(left, m, out=left)
    bench.subtract(right, m, out=right)
    bench.subtract(d0, d2, out=total)
    product(g[0])
    bench.add(left, m, out=left)
    bench.subtract(d1, d3, out=total)
    product(g[2])
    bench.subtract(right, m, out=right)
    return y.reshape(f, h, w - 2, n)

# %% winograd_row right: tiles copied first, the halves at the pixels
def winograd_row(bench, x, weight):
    c, h, w, n = x.shape
    f, _, _, _ = weight.shape
    t = (w - 2) // 2
    d = bench.empty(4, c, h, t, n)
    for k in range(4):
        bench.copy(x[:, :, k:k + 2 * t - 1:2], d[k])
    b = bench.empty(4, c, h * t * n)
    pixels = b.reshape(4, c, h, t, n)
    bench.subtract(d[0], d[2], pixels[0])
    bench.add(d[1], d[2], pixels[1])
    bench.subtract(d[2], d[1], pixels[2])
    bench.subtract(d[1], d[3], pixels[3])
    bench.multiply(pixels[1:3], 0.5, pixels[1:3])
    kernels = bench.empty(4, f, c)
    g0, g1, g2 = weight[:, :, 0, 0], weight[:, :, 0, 1], weight[:, :, 0, 2]
    bench.copy(g0, kernels[0])
    bench.copy(g2, kernels[3])
    bench.add(g0, g1, kernels[1])
    bench.add(kernels[1], g2, kernels[1])
    bench.subtract(g0, g1, kernels[2])
    bench.add(kernels[2], g2, kernels[2])
    m = bench.empty(4, f, h * t * n)
    for k in range(4):
        bench.matmul(kernels[k], b[k], m[k])
    bench.add(m[0], m[1], m[0])
    bench.add(m[0], m[2], m[0])
    bench.subtract(m[1], m[2], m[1])
    bench.subtract(m[1], m[3], m[1])
    y = bench.empty(f, h, t, 2, n)
    bench.copy(m[:2].reshape(2, f, h, t, n).transpose(1, 2, 3, 0, 4), y)
    return y.reshape(f, h, 2 * t, n)

# %% winograd_row right: the kernels by one small matrix product
def winograd_row(bench, x, weight):
    c, h, w, n = x.shape
    f, t = weight.shape[0], w // 2 - 1
    transform = bench.zeros(4, 3)
    for place, value in [((0, 0), 1), ((1, 0), 0.5), ((1, 1), 0.5), ((1, 2), 0.5), ((2, 0), 0.5), ((2, 1), -0.5), ((2, 2), 0.5),
                         ((3, 2), 1)]:
        bench.add(transform[place], value, transform[place])
    kernels = bench.empty(4, f * c)
    bench.matmul(transform, weight.reshape(f * c, 3).transpose(), kernels)
    inputs, products = bench.empty(4, c, h, t, n), bench.empty(4, f, h, t, n)
    d = [x[:, :, k:w - 3 + k:2] for k in range(4)]
    for k, (step, a, b) in enumerate([(bench.subtract, 0, 2), (bench.add, 1, 2), (bench.subtract, 2, 1), (bench.subtract, 1, 3)]):
        step(d[a], d[b], inputs[k])
        bench.matmul(kernels[k].reshape(f, c), inputs[k].reshape(c, -1), products[k].reshape(f, -1))
    y = bench.empty(f, h, w - 2, n)
    bench.add(products[0], products[1], y[:, :, ::2])
    bench.add(y[:, :, ::2], products[2], y[:, :, ::2])
    bench.subtract(products[1], products[2], y[:, :, 1::2])
    bench.subtract(y[:, :, 1::2], products[3], y[:, :, 1::2])
    return y

# %% winograd_row wrong: the direct sum
def winograd_row(bench, x, weight):
    return conv_rows(bench, x, weight)

# %% winograd_row wrong: the direct sum for each output of a tile
def winograd_row(bench, x, weight):
    (c, h, w, n), f = x.shape, weight.shape[0]
    t = w // 2 - 1
    g, y = bench.empty(3, f, c), bench.zeros(f, h, t, 2, n)
    bench.copy(weight[:, :, 0].transpose(2, 0, 1), out=g)
    d, m = bench.empty(c, h, t, n), bench.empty(f, h, t, n)
    for output in range(2):
        for k in range(3):
            bench.add(x[:, :, output + k:output + k + 2 * t:2], 0, out=d)
            bench.matmul(g[k], d.reshape(c, -1), out=m.reshape(f, -1))
            bench.add(y[:, :, :, output], m, out=y[:, :, :, output])
    return y.reshape(f, h, 2 * t, n)

# %% winograd_row wrong: number by number, without a matrix product
def winograd_row(bench, x, weight):
    (c, h, w, n), f = x.shape, weight.shape[0]
    y, term = bench.zeros(f, h, w - 2, n), bench.empty(f, h, w - 2, n)
    for channel in range(c):
        for k in range(3):
            bench.multiply(weight[:, channel, 0, k].reshape(f, 1, 1, 1), x[channel, :, k:k + w - 2], out=term)
            bench.add(y, term, out=y)
    return y

# %% winograd_row wrong: two entries of the kernel by matrix products, the third number by number
def winograd_row(bench, x, weight):
    (c, h, w, n), f = x.shape, weight.shape[0]
    y, term = bench.empty(f, h, w - 2, n), bench.empty(f, h, w - 2, n)
    kernel, shifts = bench.empty(f, 2, c), bench.empty(2, c, h, w - 2, n)
    bench.copy(weight[:, :, 0, :2].transpose(0, 2, 1), out=kernel)
    for k in range(2):
        bench.add(x[:, :, k:k + w - 2], 0, out=shifts[k])
    bench.matmul(kernel.reshape(f, 2 * c), shifts.reshape(2 * c, -1), out=y.reshape(f, -1))
    for channel in range(c):
        bench.multiply(weight[:, channel, 0, 2].reshape(f, 1, 1, 1), x[channel, :, 2:], out=term)
        bench.add(y, term, out=y)
    return y

# %% winograd_row wrong: d1 - d2 instead of d2 - d1
# edits: tiles copied first, the halves at the pixels
#-    bench.subtract(d[2], d[1], pixels[2])
#+    bench.subtract(d[1], d[2], pixels[2])

# %% winograd_row wrong: the halves forgotten
# edits: tiles copied first, the halves at the pixels
#-    bench.multiply(pixels[1:3], 0.5, pixels[1:3])

# %% winograd_row wrong: halves at all four products
# edits: tiles copied first, the halves at the pixels
#-    bench.multiply(pixels[1:3], 0.5, pixels[1:3])
#+    bench.multiply(pixels, 0.5, pixels)

# %% winograd_row wrong: the last product added
# edits: tiles copied first, the halves at the pixels
#-    bench.subtract(m[1], m[3], m[1])
#+    bench.add(m[1], m[3], m[1])

# %% winograd_row wrong: the first output twice
# edits: tiles copied first, the halves at the pixels
#-    bench.copy(m[:2].reshape(2, f, h, t, n).transpose(1, 2, 3, 0, 4), y)
#+    bench.copy(m[:1].reshape(1, f, h, t, n).transpose(1, 2, 3, 0, 4), y)

# %% winograd_row wrong: all first outputs, then all second ones
# edits: tiles copied first, the halves at the pixels
#-    y = bench.empty(f, h, t, 2, n)
#-    bench.copy(m[:2].reshape(2, f, h, t, n).transpose(1, 2, 3, 0, 4), y)
#+    y = bench.empty(f, h, 2, t, n)
#+    bench.copy(m[:2].reshape(2, f, h, t, n).transpose(1, 2, 0, 3, 4), y)

# %% winograd_row wrong: tiles of four pixels that do not overlap
# edits: tiles copied first, the halves at the pixels
#-        bench.copy(x[:, :, k:k + 2 * t - 1:2], d[k])
#+        bench.copy(x[:, :, min(k, w - 4):min(k, w - 4) + 1], d[k])

# %% winograd_row wrong: the kernel left to right
# edits: tiles copied first, the halves at the pixels
#-    bench.copy(g0, kernels[0])
#-    bench.copy(g2, kernels[3])
#+    bench.copy(g2, kernels[0])
#+    bench.copy(g0, kernels[3])

# %% winograd_row wrong: the sums of the pixels computed for every filter
# edits: tiles copied first, the halves at the pixels
#-    bench.multiply(pixels[1:3], 0.5, pixels[1:3])
#+    bench.multiply(pixels[1:3], 0.5, pixels[1:3])
#+    for _ in range(f):
#+        bench.subtract(d[1], d[3], pixels[3])
#+        bench.subtract(d[0], d[2], pixels[0])

# %% winograd_row wrong: pixels copied three times
# edits: tiles copied first, the halves at the pixels
#-    bench.multiply(pixels[1:3], 0.5, pixels[1:3])
#+    bench.multiply(pixels[1:3], 0.5, pixels[1:3])
#+    for _ in range(3):
#+        bench.copy(b, bench.empty(4, c, h * t * n))

# %% winograd_row wrong: the images one after the other
# edits: tiles copied first, the halves at the pixels
#-        bench.matmul(kernels[k], b[k], m[k])
#+        for r in range(h):
#+            for tile in range(t * n):
#+                place = slice(r * t * n + tile, r * t * n + tile + 1)
#+                bench.matmul(kernels[k], b[k, :, place], m[k, :, place])
