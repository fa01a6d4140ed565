# Answers to 08-mnist-cnn, right and wrong, as people write them.

# %% Conv2d right: sliding windows and tensordot
class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        pair = lambda v: tuple(int(n) for n in np.broadcast_to(v, 2))
        self.k, self.s, self.p = pair(kernel_size), pair(stride), pair(padding)
        rng = rng or np.random.default_rng()
        limit = np.sqrt(6 / (in_channels * self.k[0] * self.k[1]))
        weight = rng.uniform(-limit, limit, (out_channels, in_channels) + self.k).astype("float32")
        self.params = dict(weight=weight, bias=np.zeros(out_channels, "float32"))
        self.grads = {}

    def forward(self, x):
        weight = self.params["weight"]
        if x.ndim != 4 or x.shape[1] != weight.shape[1]:
            raise ValueError(f"wrong shape: {x.shape}")
        self.x = np.pad(x, [(0, 0), (0, 0), (self.p[0],) * 2, (self.p[1],) * 2])
        if self.x.shape[2] < self.k[0] or self.x.shape[3] < self.k[1]:
            raise ValueError("kernel too large")
        view = np.lib.stride_tricks.sliding_window_view(self.x, self.k, axis=(2, 3))
        self.windows = view[:, :, ::self.s[0], ::self.s[1]]
        y = np.tensordot(self.windows, weight, axes=([1, 4, 5], [1, 2, 3])) + self.params["bias"]
        return y.transpose(0, 3, 1, 2)

    def backward(self, dout):
        self.grads["weight"] = np.tensordot(dout, self.windows, axes=([0, 2, 3], [0, 2, 3]))
        self.grads["bias"] = np.einsum("nfrc->f", dout)
        parts = np.tensordot(dout, self.params["weight"], axes=(1, 0))
        dx = np.zeros(self.x.shape, parts.dtype)
        rows, columns = dout.shape[2:]
        for i in range(self.k[0]):
            for j in range(self.k[1]):
                target = dx[:, :, i:i + self.s[0] * rows:self.s[0], j:j + self.s[1] * columns:self.s[1]]
                target[:, :, :rows, :columns] += parts[..., i, j].transpose(0, 3, 1, 2)
        return dx[:, :, self.p[0]:dx.shape[2] - self.p[0], self.p[1]:dx.shape[3] - self.p[1]]

# %% Conv2d right: one einsum for each kernel entry
class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        self.kh, self.kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        self.sh, self.sw = (stride, stride) if isinstance(stride, int) else stride
        self.ph, self.pw = (padding, padding) if isinstance(padding, int) else padding
        rng = np.random.default_rng() if rng is None else rng
        w = rng.standard_normal((out_channels, in_channels, self.kh, self.kw), dtype=np.float32)
        self.w = w * np.float32((2 / w[0].size) ** 0.5)
        self.b = np.zeros(out_channels, dtype=np.float32)
        self.params = {"weight": self.w, "bias": self.b}
        self.grads = {"weight": None, "bias": None}

    def part(self, i, j):
        rows, columns = self.size
        return (slice(None), slice(None), slice(i, i + self.sh * (rows - 1) + 1, self.sh),
                slice(j, j + self.sw * (columns - 1) + 1, self.sw))

    def forward(self, x):
        if x.ndim != 4 or x.shape[1] != self.w.shape[1]:
            raise ValueError("wrong shape")
        n, c, h, w = x.shape
        self.size = (h + 2 * self.ph - self.kh) // self.sh + 1, (w + 2 * self.pw - self.kw) // self.sw + 1
        if min(self.size) < 1:
            raise ValueError("no window fits")
        self.x = np.zeros((n, c, h + 2 * self.ph, w + 2 * self.pw), x.dtype)
        self.x[:, :, self.ph:self.ph + h, self.pw:self.pw + w] = x
        y = np.zeros((n, len(self.w), *self.size), x.dtype) + self.b[:, None, None]
        for i in range(self.kh):
            for j in range(self.kw):
                y += np.einsum("nchw,fc->nfhw", self.x[self.part(i, j)], self.w[:, :, i, j], optimize=True)
        return y

    def backward(self, dout):
        dw = np.zeros(self.w.shape, np.result_type(dout, self.x))
        dx = np.zeros_like(self.x)
        for i in range(self.kh):
            for j in range(self.kw):
                dw[:, :, i, j] = np.einsum("nfhw,nchw->fc", dout, self.x[self.part(i, j)], optimize=True)
                dx[self.part(i, j)] += np.einsum("nfhw,fc->nchw", dout, self.w[:, :, i, j], optimize=True)
        self.grads = {"weight": dw, "bias": dout.sum((0, 2, 3))}
        h, w = dx.shape[2:]
        return dx[:, :, self.ph:h - self.ph, self.pw:w - self.pw]

# %% Conv2d right: index arrays, parameters replaced at each step
class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        as_pair = lambda v: (v, v) if np.isscalar(v) else (v[0], v[1])
        self.kernel, self.stride, self.padding = as_pair(kernel_size), as_pair(stride), as_pair(padding)
        generator = np.random.default_rng() if rng is None else rng
        size = in_channels * self.kernel[0] * self.kernel[1]
        self.params = {
            "bias": np.zeros(out_channels).astype(np.float32),
            "weight": (generator.normal(size=(out_channels, in_channels, *self.kernel)) / np.sqrt(size)).astype(np.float32),
        }
        self.grads = {name: 0 * value for name, value in self.params.items()}

    def forward(self, x):
        (kh, kw), (sh, sw), (ph, pw) = self.kernel, self.stride, self.padding
        if x.ndim != 4 or x.shape[1] != self.params["weight"].shape[1]:
            raise ValueError(f"unexpected shape {x.shape}")
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
        self.shape = padded.shape
        rows, columns = (padded.shape[2] - kh) // sh + 1, (padded.shape[3] - kw) // sw + 1
        if rows <= 0 or columns <= 0:
            raise ValueError("the kernel does not fit")
        r = (sh * np.arange(rows))[:, None, None, None] + np.arange(kh)[:, None]
        c = (sw * np.arange(columns))[:, None, None] + np.arange(kw)
        self.places = np.ravel_multi_index((r, c), padded.shape[2:])
        flat = padded.reshape(*padded.shape[:2], -1)
        windows = flat[:, :, self.places]
        self.cols = windows.transpose(0, 2, 3, 1, 4, 5).reshape(len(x) * rows * columns, -1)
        weight = self.params["weight"]
        y = self.cols @ weight.reshape(len(weight), -1).T + self.params["bias"]
        return np.moveaxis(y.reshape(len(x), rows, columns, -1), 3, 1)

    def backward(self, dout):
        weight, (n, c, h, w), (ph, pw) = self.params["weight"], self.shape, self.padding
        d = np.moveaxis(dout, 1, 3).reshape(-1, len(weight))
        self.grads["weight"] = (d.T @ self.cols).reshape(weight.shape)
        self.grads["bias"] = d.sum(0)
        back = (d @ weight.reshape(len(weight), -1)).reshape(n, *self.places.shape[:2], c, *self.kernel)
        back = back.transpose(0, 3, 1, 2, 4, 5).reshape(n * c, -1)
        places = (self.places.ravel() + h * w * np.arange(n * c)[:, None]).ravel()
        dx = np.bincount(places, back.ravel(), n * c * h * w).astype(dout.dtype).reshape(n, c, h, w)
        return dx[:, :, ph:h - ph, pw:w - pw]

# %% Conv2d wrong: flipped kernels
class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        self.kernel_size, self.stride, self.padding = map(self._pair, (kernel_size, stride, padding))
        shape = out_channels, in_channels, *self.kernel_size
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_channels, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    @staticmethod
    def _pair(value):
        return (value, value) if np.ndim(value) == 0 else tuple(value)

    def _meetings(self, rows, columns):
        (kh, kw), (sh, sw) = self.kernel_size, self.stride
        for i in range(kh):
            for j in range(kw):
                yield i, j, (..., slice(i, i + sh * (rows - 1) + 1, sh), slice(j, j + sw * (columns - 1) + 1, sw))

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 4 or x.shape[1] != weight.shape[1]:
            raise ValueError(f"a batch of shape (N, {weight.shape[1]}, H, W) expected, shape {x.shape} found")
        ph, pw = self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).swapaxes(0, 1)
        rows, columns = ((size - k) // step + 1 for size, k, step in zip(padded.shape[2:], self.kernel_size, self.stride))
        if rows < 1 or columns < 1:
            raise ValueError(f"a kernel of {self.kernel_size} does not fit into padded images of {padded.shape[2:]}")
        windows = np.empty((*weight.shape[1:], len(x), rows, columns), np.result_type(x, weight))
        for i, j, met in self._meetings(rows, columns):
            windows[:, i, j] = padded[met]
        self.padded_shape, self.windows = padded.shape, windows.reshape(weight[0].size, -1)
        output = weight[:, :, ::-1, ::-1].reshape(len(weight), -1) @ self.windows + bias[:, None]
        return output.reshape(len(weight), len(x), rows, columns).swapaxes(0, 1)

    def backward(self, dout):
        weight = self.params["weight"]
        n, filters, rows, columns = dout.shape
        dout = dout.swapaxes(0, 1).reshape(filters, -1)
        self.grads["weight"] = (dout @ self.windows.T).reshape(weight.shape)
        self.grads["bias"] = dout.sum(axis=1)
        dwindows = (weight.reshape(filters, -1).T @ dout).reshape(*weight.shape[1:], n, rows, columns)
        dpadded = np.zeros(self.padded_shape, dwindows.dtype)
        for i, j, met in self._meetings(rows, columns):
            dpadded[met] += dwindows[:, i, j]
        (ph, pw), (h, w) = self.padding, self.padded_shape[2:]
        return dpadded[:, :, ph:h - ph, pw:w - pw].swapaxes(0, 1)

# %% Conv2d wrong: the bias is left out
class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        self.kernel_size, self.stride, self.padding = map(self._pair, (kernel_size, stride, padding))
        shape = out_channels, in_channels, *self.kernel_size
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_channels, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    @staticmethod
    def _pair(value):
        return (value, value) if np.ndim(value) == 0 else tuple(value)

    def _meetings(self, rows, columns):
        (kh, kw), (sh, sw) = self.kernel_size, self.stride
        for i in range(kh):
            for j in range(kw):
                yield i, j, (..., slice(i, i + sh * (rows - 1) + 1, sh), slice(j, j + sw * (columns - 1) + 1, sw))

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 4 or x.shape[1] != weight.shape[1]:
            raise ValueError(f"a batch of shape (N, {weight.shape[1]}, H, W) expected, shape {x.shape} found")
        ph, pw = self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).swapaxes(0, 1)
        rows, columns = ((size - k) // step + 1 for size, k, step in zip(padded.shape[2:], self.kernel_size, self.stride))
        if rows < 1 or columns < 1:
            raise ValueError(f"a kernel of {self.kernel_size} does not fit into padded images of {padded.shape[2:]}")
        windows = np.empty((*weight.shape[1:], len(x), rows, columns), np.result_type(x, weight))
        for i, j, met in self._meetings(rows, columns):
            windows[:, i, j] = padded[met]
        self.padded_shape, self.windows = padded.shape, windows.reshape(weight[0].size, -1)
        output = weight.reshape(len(weight), -1) @ self.windows
        return output.reshape(len(weight), len(x), rows, columns).swapaxes(0, 1)

    def backward(self, dout):
        weight = self.params["weight"]
        n, filters, rows, columns = dout.shape
        dout = dout.swapaxes(0, 1).reshape(filters, -1)
        self.grads["weight"] = (dout @ self.windows.T).reshape(weight.shape)
        self.grads["bias"] = dout.sum(axis=1)
        dwindows = (weight.reshape(filters, -1).T @ dout).reshape(*weight.shape[1:], n, rows, columns)
        dpadded = np.zeros(self.padded_shape, dwindows.dtype)
        for i, j, met in self._meetings(rows, columns):
            dpadded[met] += dwindows[:, i, j]
        (ph, pw), (h, w) = self.padding, self.padded_shape[2:]
        return dpadded[:, :, ph:h - ph, pw:w - pw].swapaxes(0, 1)

# %% Conv2d wrong: gradients added up from call to call
class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        self.kernel_size, self.stride, self.padding = map(self._pair, (kernel_size, stride, padding))
        shape = out_channels, in_channels, *self.kernel_size
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_channels, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    @staticmethod
    def _pair(value):
        return (value, value) if np.ndim(value) == 0 else tuple(value)

    def _meetings(self, rows, columns):
        (kh, kw), (sh, sw) = self.kernel_size, self.stride
        for i in range(kh):
            for j in range(kw):
                yield i, j, (..., slice(i, i + sh * (rows - 1) + 1, sh), slice(j, j + sw * (columns - 1) + 1, sw))

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 4 or x.shape[1] != weight.shape[1]:
            raise ValueError(f"a batch of shape (N, {weight.shape[1]}, H, W) expected, shape {x.shape} found")
        ph, pw = self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).swapaxes(0, 1)
        rows, columns = ((size - k) // step + 1 for size, k, step in zip(padded.shape[2:], self.kernel_size, self.stride))
        if rows < 1 or columns < 1:
            raise ValueError(f"a kernel of {self.kernel_size} does not fit into padded images of {padded.shape[2:]}")
        windows = np.empty((*weight.shape[1:], len(x), rows, columns), np.result_type(x, weight))
        for i, j, met in self._meetings(rows, columns):
            windows[:, i, j] = padded[met]
        self.padded_shape, self.windows = padded.shape, windows.reshape(weight[0].size, -1)
        output = weight.reshape(len(weight), -1) @ self.windows + bias[:, None]
        return output.reshape(len(weight), len(x), rows, columns).swapaxes(0, 1)

    def backward(self, dout):
        weight = self.params["weight"]
        n, filters, rows, columns = dout.shape
        dout = dout.swapaxes(0, 1).reshape(filters, -1)
        self.grads["weight"] = self.grads["weight"] + (dout @ self.windows.T).reshape(weight.shape)
        self.grads["bias"] = dout.sum(axis=1)
        dwindows = (weight.reshape(filters, -1).T @ dout).reshape(*weight.shape[1:], n, rows, columns)
        dpadded = np.zeros(self.padded_shape, dwindows.dtype)
        for i, j, met in self._meetings(rows, columns):
            dpadded[met] += dwindows[:, i, j]
        (ph, pw), (h, w) = self.padding, self.padded_shape[2:]
        return dpadded[:, :, ph:h - ph, pw:w - pw].swapaxes(0, 1)

# %% Conv2d wrong: bias gradients added up from call to call
class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        self.kernel_size, self.stride, self.padding = map(self._pair, (kernel_size, stride, padding))
        shape = out_channels, in_channels, *self.kernel_size
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_channels, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    @staticmethod
    def _pair(value):
        return (value, value) if np.ndim(value) == 0 else tuple(value)

    def _meetings(self, rows, columns):
        (kh, kw), (sh, sw) = self.kernel_size, self.stride
        for i in range(kh):
            for j in range(kw):
                yield i, j, (..., slice(i, i + sh * (rows - 1) + 1, sh), slice(j, j + sw * (columns - 1) + 1, sw))

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 4 or x.shape[1] != weight.shape[1]:
            raise ValueError(f"a batch of shape (N, {weight.shape[1]}, H, W) expected, shape {x.shape} found")
        ph, pw = self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).swapaxes(0, 1)
        rows, columns = ((size - k) // step + 1 for size, k, step in zip(padded.shape[2:], self.kernel_size, self.stride))
        if rows < 1 or columns < 1:
            raise ValueError(f"a kernel of {self.kernel_size} does not fit into padded images of {padded.shape[2:]}")
        windows = np.empty((*weight.shape[1:], len(x), rows, columns), np.result_type(x, weight))
        for i, j, met in self._meetings(rows, columns):
            windows[:, i, j] = padded[met]
        self.padded_shape, self.windows = padded.shape, windows.reshape(weight[0].size, -1)
        output = weight.reshape(len(weight), -1) @ self.windows + bias[:, None]
        return output.reshape(len(weight), len(x), rows, columns).swapaxes(0, 1)

    def backward(self, dout):
        weight = self.params["weight"]
        n, filters, rows, columns = dout.shape
        dout = dout.swapaxes(0, 1).reshape(filters, -1)
        self.grads["weight"] = (dout @ self.windows.T).reshape(weight.shape)
        self.grads["bias"] = self.grads["bias"] + dout.sum(axis=1)
        dwindows = (weight.reshape(filters, -1).T @ dout).reshape(*weight.shape[1:], n, rows, columns)
        dpadded = np.zeros(self.padded_shape, dwindows.dtype)
        for i, j, met in self._meetings(rows, columns):
            dpadded[met] += dwindows[:, i, j]
        (ph, pw), (h, w) = self.padding, self.padded_shape[2:]
        return dpadded[:, :, ph:h - ph, pw:w - pw].swapaxes(0, 1)

# %% Conv2d wrong: filters never get a gradient
class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        self.kernel_size, self.stride, self.padding = map(self._pair, (kernel_size, stride, padding))
        shape = out_channels, in_channels, *self.kernel_size
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_channels, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    @staticmethod
    def _pair(value):
        return (value, value) if np.ndim(value) == 0 else tuple(value)

    def _meetings(self, rows, columns):
        (kh, kw), (sh, sw) = self.kernel_size, self.stride
        for i in range(kh):
            for j in range(kw):
                yield i, j, (..., slice(i, i + sh * (rows - 1) + 1, sh), slice(j, j + sw * (columns - 1) + 1, sw))

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 4 or x.shape[1] != weight.shape[1]:
            raise ValueError(f"a batch of shape (N, {weight.shape[1]}, H, W) expected, shape {x.shape} found")
        ph, pw = self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).swapaxes(0, 1)
        rows, columns = ((size - k) // step + 1 for size, k, step in zip(padded.shape[2:], self.kernel_size, self.stride))
        if rows < 1 or columns < 1:
            raise ValueError(f"a kernel of {self.kernel_size} does not fit into padded images of {padded.shape[2:]}")
        windows = np.empty((*weight.shape[1:], len(x), rows, columns), np.result_type(x, weight))
        for i, j, met in self._meetings(rows, columns):
            windows[:, i, j] = padded[met]
        self.padded_shape, self.windows = padded.shape, windows.reshape(weight[0].size, -1)
        output = weight.reshape(len(weight), -1) @ self.windows + bias[:, None]
        return output.reshape(len(weight), len(x), rows, columns).swapaxes(0, 1)

    def backward(self, dout):
        weight = self.params["weight"]
        n, filters, rows, columns = dout.shape
        dout = dout.swapaxes(0, 1).reshape(filters, -1)
        self.grads["weight"] = np.zeros(weight.shape, dout.dtype)
        self.grads["bias"] = dout.sum(axis=1)
        dwindows = (weight.reshape(filters, -1).T @ dout).reshape(*weight.shape[1:], n, rows, columns)
        dpadded = np.zeros(self.padded_shape, dwindows.dtype)
        for i, j, met in self._meetings(rows, columns):
            dpadded[met] += dwindows[:, i, j]
        (ph, pw), (h, w) = self.padding, self.padded_shape[2:]
        return dpadded[:, :, ph:h - ph, pw:w - pw].swapaxes(0, 1)

# %% Conv2d wrong: random gradient of the filters
class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        self.kernel_size, self.stride, self.padding = map(self._pair, (kernel_size, stride, padding))
        shape = out_channels, in_channels, *self.kernel_size
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_channels, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    @staticmethod
    def _pair(value):
        return (value, value) if np.ndim(value) == 0 else tuple(value)

    def _meetings(self, rows, columns):
        (kh, kw), (sh, sw) = self.kernel_size, self.stride
        for i in range(kh):
            for j in range(kw):
                yield i, j, (..., slice(i, i + sh * (rows - 1) + 1, sh), slice(j, j + sw * (columns - 1) + 1, sw))

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 4 or x.shape[1] != weight.shape[1]:
            raise ValueError(f"a batch of shape (N, {weight.shape[1]}, H, W) expected, shape {x.shape} found")
        ph, pw = self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).swapaxes(0, 1)
        rows, columns = ((size - k) // step + 1 for size, k, step in zip(padded.shape[2:], self.kernel_size, self.stride))
        if rows < 1 or columns < 1:
            raise ValueError(f"a kernel of {self.kernel_size} does not fit into padded images of {padded.shape[2:]}")
        windows = np.empty((*weight.shape[1:], len(x), rows, columns), np.result_type(x, weight))
        for i, j, met in self._meetings(rows, columns):
            windows[:, i, j] = padded[met]
        self.padded_shape, self.windows = padded.shape, windows.reshape(weight[0].size, -1)
        output = weight.reshape(len(weight), -1) @ self.windows + bias[:, None]
        return output.reshape(len(weight), len(x), rows, columns).swapaxes(0, 1)

    def backward(self, dout):
        weight = self.params["weight"]
        n, filters, rows, columns = dout.shape
        dout = dout.swapaxes(0, 1).reshape(filters, -1)
        self.grads["weight"] = np.random.normal(size=weight.shape).astype(dout.dtype)
        self.grads["bias"] = dout.sum(axis=1)
        dwindows = (weight.reshape(filters, -1).T @ dout).reshape(*weight.shape[1:], n, rows, columns)
        dpadded = np.zeros(self.padded_shape, dwindows.dtype)
        for i, j, met in self._meetings(rows, columns):
            dpadded[met] += dwindows[:, i, j]
        (ph, pw), (h, w) = self.padding, self.padded_shape[2:]
        return dpadded[:, :, ph:h - ph, pw:w - pw].swapaxes(0, 1)

# %% Conv2d wrong: = for += where windows overlap
class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        self.kernel_size, self.stride, self.padding = map(self._pair, (kernel_size, stride, padding))
        shape = out_channels, in_channels, *self.kernel_size
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_channels, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    @staticmethod
    def _pair(value):
        return (value, value) if np.ndim(value) == 0 else tuple(value)

    def _meetings(self, rows, columns):
        (kh, kw), (sh, sw) = self.kernel_size, self.stride
        for i in range(kh):
            for j in range(kw):
                yield i, j, (..., slice(i, i + sh * (rows - 1) + 1, sh), slice(j, j + sw * (columns - 1) + 1, sw))

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 4 or x.shape[1] != weight.shape[1]:
            raise ValueError(f"a batch of shape (N, {weight.shape[1]}, H, W) expected, shape {x.shape} found")
        ph, pw = self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).swapaxes(0, 1)
        rows, columns = ((size - k) // step + 1 for size, k, step in zip(padded.shape[2:], self.kernel_size, self.stride))
        if rows < 1 or columns < 1:
            raise ValueError(f"a kernel of {self.kernel_size} does not fit into padded images of {padded.shape[2:]}")
        windows = np.empty((*weight.shape[1:], len(x), rows, columns), np.result_type(x, weight))
        for i, j, met in self._meetings(rows, columns):
            windows[:, i, j] = padded[met]
        self.padded_shape, self.windows = padded.shape, windows.reshape(weight[0].size, -1)
        output = weight.reshape(len(weight), -1) @ self.windows + bias[:, None]
        return output.reshape(len(weight), len(x), rows, columns).swapaxes(0, 1)

    def backward(self, dout):
        weight = self.params["weight"]
        n, filters, rows, columns = dout.shape
        dout = dout.swapaxes(0, 1).reshape(filters, -1)
        self.grads["weight"] = (dout @ self.windows.T).reshape(weight.shape)
        self.grads["bias"] = dout.sum(axis=1)
        dwindows = (weight.reshape(filters, -1).T @ dout).reshape(*weight.shape[1:], n, rows, columns)
        dpadded = np.zeros(self.padded_shape, dwindows.dtype)
        for i, j, met in self._meetings(rows, columns):
            dpadded[met] = dwindows[:, i, j]
        (ph, pw), (h, w) = self.padding, self.padded_shape[2:]
        return dpadded[:, :, ph:h - ph, pw:w - pw].swapaxes(0, 1)

# %% Conv2d wrong: gradients divided by the batch
class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        self.kernel_size, self.stride, self.padding = map(self._pair, (kernel_size, stride, padding))
        shape = out_channels, in_channels, *self.kernel_size
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_channels, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    @staticmethod
    def _pair(value):
        return (value, value) if np.ndim(value) == 0 else tuple(value)

    def _meetings(self, rows, columns):
        (kh, kw), (sh, sw) = self.kernel_size, self.stride
        for i in range(kh):
            for j in range(kw):
                yield i, j, (..., slice(i, i + sh * (rows - 1) + 1, sh), slice(j, j + sw * (columns - 1) + 1, sw))

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 4 or x.shape[1] != weight.shape[1]:
            raise ValueError(f"a batch of shape (N, {weight.shape[1]}, H, W) expected, shape {x.shape} found")
        ph, pw = self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).swapaxes(0, 1)
        rows, columns = ((size - k) // step + 1 for size, k, step in zip(padded.shape[2:], self.kernel_size, self.stride))
        if rows < 1 or columns < 1:
            raise ValueError(f"a kernel of {self.kernel_size} does not fit into padded images of {padded.shape[2:]}")
        windows = np.empty((*weight.shape[1:], len(x), rows, columns), np.result_type(x, weight))
        for i, j, met in self._meetings(rows, columns):
            windows[:, i, j] = padded[met]
        self.padded_shape, self.windows = padded.shape, windows.reshape(weight[0].size, -1)
        output = weight.reshape(len(weight), -1) @ self.windows + bias[:, None]
        return output.reshape(len(weight), len(x), rows, columns).swapaxes(0, 1)

    def backward(self, dout):
        weight = self.params["weight"]
        n, filters, rows, columns = dout.shape
        dout = dout.swapaxes(0, 1).reshape(filters, -1)
        self.grads["weight"] = (dout @ self.windows.T / n).reshape(weight.shape)
        self.grads["bias"] = dout.sum(axis=1)
        dwindows = (weight.reshape(filters, -1).T @ dout).reshape(*weight.shape[1:], n, rows, columns)
        dpadded = np.zeros(self.padded_shape, dwindows.dtype)
        for i, j, met in self._meetings(rows, columns):
            dpadded[met] += dwindows[:, i, j]
        (ph, pw), (h, w) = self.padding, self.padded_shape[2:]
        return dpadded[:, :, ph:h - ph, pw:w - pw].swapaxes(0, 1)

# %% Conv2d wrong: bias gradient not summed over the batch
class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        self.kernel_size, self.stride, self.padding = map(self._pair, (kernel_size, stride, padding))
        shape = out_channels, in_channels, *self.kernel_size
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_channels, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    @staticmethod
    def _pair(value):
        return (value, value) if np.ndim(value) == 0 else tuple(value)

    def _meetings(self, rows, columns):
        (kh, kw), (sh, sw) = self.kernel_size, self.stride
        for i in range(kh):
            for j in range(kw):
                yield i, j, (..., slice(i, i + sh * (rows - 1) + 1, sh), slice(j, j + sw * (columns - 1) + 1, sw))

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 4 or x.shape[1] != weight.shape[1]:
            raise ValueError(f"a batch of shape (N, {weight.shape[1]}, H, W) expected, shape {x.shape} found")
        ph, pw = self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).swapaxes(0, 1)
        rows, columns = ((size - k) // step + 1 for size, k, step in zip(padded.shape[2:], self.kernel_size, self.stride))
        if rows < 1 or columns < 1:
            raise ValueError(f"a kernel of {self.kernel_size} does not fit into padded images of {padded.shape[2:]}")
        windows = np.empty((*weight.shape[1:], len(x), rows, columns), np.result_type(x, weight))
        for i, j, met in self._meetings(rows, columns):
            windows[:, i, j] = padded[met]
        self.padded_shape, self.windows = padded.shape, windows.reshape(weight[0].size, -1)
        output = weight.reshape(len(weight), -1) @ self.windows + bias[:, None]
        return output.reshape(len(weight), len(x), rows, columns).swapaxes(0, 1)

    def backward(self, dout):
        weight = self.params["weight"]
        n, filters, rows, columns = dout.shape
        dout = dout.swapaxes(0, 1).reshape(filters, -1)
        self.grads["weight"] = (dout @ self.windows.T).reshape(weight.shape)
        self.grads["bias"] = dout.reshape(filters, n, -1)[:, 0].sum(axis=1)
        dwindows = (weight.reshape(filters, -1).T @ dout).reshape(*weight.shape[1:], n, rows, columns)
        dpadded = np.zeros(self.padded_shape, dwindows.dtype)
        for i, j, met in self._meetings(rows, columns):
            dpadded[met] += dwindows[:, i, j]
        (ph, pw), (h, w) = self.padding, self.padded_shape[2:]
        return dpadded[:, :, ph:h - ph, pw:w - pw].swapaxes(0, 1)

# %% Conv2d wrong: padding not cut off
class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        self.kernel_size, self.stride, self.padding = map(self._pair, (kernel_size, stride, padding))
        shape = out_channels, in_channels, *self.kernel_size
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_channels, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    @staticmethod
    def _pair(value):
        return (value, value) if np.ndim(value) == 0 else tuple(value)

    def _meetings(self, rows, columns):
        (kh, kw), (sh, sw) = self.kernel_size, self.stride
        for i in range(kh):
            for j in range(kw):
                yield i, j, (..., slice(i, i + sh * (rows - 1) + 1, sh), slice(j, j + sw * (columns - 1) + 1, sw))

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 4 or x.shape[1] != weight.shape[1]:
            raise ValueError(f"a batch of shape (N, {weight.shape[1]}, H, W) expected, shape {x.shape} found")
        ph, pw = self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).swapaxes(0, 1)
        rows, columns = ((size - k) // step + 1 for size, k, step in zip(padded.shape[2:], self.kernel_size, self.stride))
        if rows < 1 or columns < 1:
            raise ValueError(f"a kernel of {self.kernel_size} does not fit into padded images of {padded.shape[2:]}")
        windows = np.empty((*weight.shape[1:], len(x), rows, columns), np.result_type(x, weight))
        for i, j, met in self._meetings(rows, columns):
            windows[:, i, j] = padded[met]
        self.padded_shape, self.windows = padded.shape, windows.reshape(weight[0].size, -1)
        output = weight.reshape(len(weight), -1) @ self.windows + bias[:, None]
        return output.reshape(len(weight), len(x), rows, columns).swapaxes(0, 1)

    def backward(self, dout):
        weight = self.params["weight"]
        n, filters, rows, columns = dout.shape
        dout = dout.swapaxes(0, 1).reshape(filters, -1)
        self.grads["weight"] = (dout @ self.windows.T).reshape(weight.shape)
        self.grads["bias"] = dout.sum(axis=1)
        dwindows = (weight.reshape(filters, -1).T @ dout).reshape(*weight.shape[1:], n, rows, columns)
        dpadded = np.zeros(self.padded_shape, dwindows.dtype)
        for i, j, met in self._meetings(rows, columns):
            dpadded[met] += dwindows[:, i, j]
        (ph, pw), (h, w) = self.padding, self.padded_shape[2:]
        return dpadded.swapaxes(0, 1)

# %% Conv2d wrong: padding cut off by -p
class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        self.kernel_size, self.stride, self.padding = map(self._pair, (kernel_size, stride, padding))
        shape = out_channels, in_channels, *self.kernel_size
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_channels, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    @staticmethod
    def _pair(value):
        return (value, value) if np.ndim(value) == 0 else tuple(value)

    def _meetings(self, rows, columns):
        (kh, kw), (sh, sw) = self.kernel_size, self.stride
        for i in range(kh):
            for j in range(kw):
                yield i, j, (..., slice(i, i + sh * (rows - 1) + 1, sh), slice(j, j + sw * (columns - 1) + 1, sw))

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 4 or x.shape[1] != weight.shape[1]:
            raise ValueError(f"a batch of shape (N, {weight.shape[1]}, H, W) expected, shape {x.shape} found")
        ph, pw = self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).swapaxes(0, 1)
        rows, columns = ((size - k) // step + 1 for size, k, step in zip(padded.shape[2:], self.kernel_size, self.stride))
        if rows < 1 or columns < 1:
            raise ValueError(f"a kernel of {self.kernel_size} does not fit into padded images of {padded.shape[2:]}")
        windows = np.empty((*weight.shape[1:], len(x), rows, columns), np.result_type(x, weight))
        for i, j, met in self._meetings(rows, columns):
            windows[:, i, j] = padded[met]
        self.padded_shape, self.windows = padded.shape, windows.reshape(weight[0].size, -1)
        output = weight.reshape(len(weight), -1) @ self.windows + bias[:, None]
        return output.reshape(len(weight), len(x), rows, columns).swapaxes(0, 1)

    def backward(self, dout):
        weight = self.params["weight"]
        n, filters, rows, columns = dout.shape
        dout = dout.swapaxes(0, 1).reshape(filters, -1)
        self.grads["weight"] = (dout @ self.windows.T).reshape(weight.shape)
        self.grads["bias"] = dout.sum(axis=1)
        dwindows = (weight.reshape(filters, -1).T @ dout).reshape(*weight.shape[1:], n, rows, columns)
        dpadded = np.zeros(self.padded_shape, dwindows.dtype)
        for i, j, met in self._meetings(rows, columns):
            dpadded[met] += dwindows[:, i, j]
        (ph, pw), (h, w) = self.padding, self.padded_shape[2:]
        return dpadded[:, :, ph:-ph, pw:-pw].swapaxes(0, 1)

# %% Conv2d wrong: rows and columns of the stride swapped
class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        self.kernel_size, self.stride, self.padding = map(self._pair, (kernel_size, stride, padding))
        shape = out_channels, in_channels, *self.kernel_size
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_channels, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    @staticmethod
    def _pair(value):
        return (value, value) if np.ndim(value) == 0 else tuple(value)

    def _meetings(self, rows, columns):
        (kh, kw), (sw, sh) = self.kernel_size, self.stride
        for i in range(kh):
            for j in range(kw):
                yield i, j, (..., slice(i, i + sh * (rows - 1) + 1, sh), slice(j, j + sw * (columns - 1) + 1, sw))

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 4 or x.shape[1] != weight.shape[1]:
            raise ValueError(f"a batch of shape (N, {weight.shape[1]}, H, W) expected, shape {x.shape} found")
        ph, pw = self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).swapaxes(0, 1)
        rows, columns = ((size - k) // step + 1 for size, k, step in zip(padded.shape[2:], self.kernel_size, self.stride))
        if rows < 1 or columns < 1:
            raise ValueError(f"a kernel of {self.kernel_size} does not fit into padded images of {padded.shape[2:]}")
        windows = np.empty((*weight.shape[1:], len(x), rows, columns), np.result_type(x, weight))
        for i, j, met in self._meetings(rows, columns):
            windows[:, i, j] = padded[met]
        self.padded_shape, self.windows = padded.shape, windows.reshape(weight[0].size, -1)
        output = weight.reshape(len(weight), -1) @ self.windows + bias[:, None]
        return output.reshape(len(weight), len(x), rows, columns).swapaxes(0, 1)

    def backward(self, dout):
        weight = self.params["weight"]
        n, filters, rows, columns = dout.shape
        dout = dout.swapaxes(0, 1).reshape(filters, -1)
        self.grads["weight"] = (dout @ self.windows.T).reshape(weight.shape)
        self.grads["bias"] = dout.sum(axis=1)
        dwindows = (weight.reshape(filters, -1).T @ dout).reshape(*weight.shape[1:], n, rows, columns)
        dpadded = np.zeros(self.padded_shape, dwindows.dtype)
        for i, j, met in self._meetings(rows, columns):
            dpadded[met] += dwindows[:, i, j]
        (ph, pw), (h, w) = self.padding, self.padded_shape[2:]
        return dpadded[:, :, ph:h - ph, pw:w - pw].swapaxes(0, 1)

# %% Conv2d wrong: rows and columns of the padding swapped
class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        self.kernel_size, self.stride, self.padding = map(self._pair, (kernel_size, stride, padding))
        shape = out_channels, in_channels, *self.kernel_size
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_channels, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    @staticmethod
    def _pair(value):
        return (value, value) if np.ndim(value) == 0 else tuple(value)

    def _meetings(self, rows, columns):
        (kh, kw), (sh, sw) = self.kernel_size, self.stride
        for i in range(kh):
            for j in range(kw):
                yield i, j, (..., slice(i, i + sh * (rows - 1) + 1, sh), slice(j, j + sw * (columns - 1) + 1, sw))

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 4 or x.shape[1] != weight.shape[1]:
            raise ValueError(f"a batch of shape (N, {weight.shape[1]}, H, W) expected, shape {x.shape} found")
        ph, pw = self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (pw, pw), (ph, ph))).swapaxes(0, 1)
        rows, columns = ((size - k) // step + 1 for size, k, step in zip(padded.shape[2:], self.kernel_size, self.stride))
        if rows < 1 or columns < 1:
            raise ValueError(f"a kernel of {self.kernel_size} does not fit into padded images of {padded.shape[2:]}")
        windows = np.empty((*weight.shape[1:], len(x), rows, columns), np.result_type(x, weight))
        for i, j, met in self._meetings(rows, columns):
            windows[:, i, j] = padded[met]
        self.padded_shape, self.windows = padded.shape, windows.reshape(weight[0].size, -1)
        output = weight.reshape(len(weight), -1) @ self.windows + bias[:, None]
        return output.reshape(len(weight), len(x), rows, columns).swapaxes(0, 1)

    def backward(self, dout):
        weight = self.params["weight"]
        n, filters, rows, columns = dout.shape
        dout = dout.swapaxes(0, 1).reshape(filters, -1)
        self.grads["weight"] = (dout @ self.windows.T).reshape(weight.shape)
        self.grads["bias"] = dout.sum(axis=1)
        dwindows = (weight.reshape(filters, -1).T @ dout).reshape(*weight.shape[1:], n, rows, columns)
        dpadded = np.zeros(self.padded_shape, dwindows.dtype)
        for i, j, met in self._meetings(rows, columns):
            dpadded[met] += dwindows[:, i, j]
        (ph, pw), (h, w) = self.padding, self.padded_shape[2:]
        return dpadded[:, :, pw:h - pw, ph:w - ph].swapaxes(0, 1)

# %% Conv2d wrong: width used twice in the output
class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        self.kernel_size, self.stride, self.padding = map(self._pair, (kernel_size, stride, padding))
        shape = out_channels, in_channels, *self.kernel_size
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_channels, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    @staticmethod
    def _pair(value):
        return (value, value) if np.ndim(value) == 0 else tuple(value)

    def _meetings(self, rows, columns):
        (kh, kw), (sh, sw) = self.kernel_size, self.stride
        for i in range(kh):
            for j in range(kw):
                yield i, j, (..., slice(i, i + sh * (rows - 1) + 1, sh), slice(j, j + sw * (columns - 1) + 1, sw))

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 4 or x.shape[1] != weight.shape[1]:
            raise ValueError(f"a batch of shape (N, {weight.shape[1]}, H, W) expected, shape {x.shape} found")
        ph, pw = self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).swapaxes(0, 1)
        rows, columns = ((size - k) // step + 1 for size, k, step in zip(padded.shape[2:], self.kernel_size, self.stride))
        if rows < 1 or columns < 1:
            raise ValueError(f"a kernel of {self.kernel_size} does not fit into padded images of {padded.shape[2:]}")
        windows = np.empty((*weight.shape[1:], len(x), rows, columns), np.result_type(x, weight))
        for i, j, met in self._meetings(rows, columns):
            windows[:, i, j] = padded[met]
        self.padded_shape, self.windows = padded.shape, windows.reshape(weight[0].size, -1)
        output = weight.reshape(len(weight), -1) @ self.windows + bias[:, None]
        return output.reshape(len(weight), len(x), columns, rows).swapaxes(0, 1)

    def backward(self, dout):
        weight = self.params["weight"]
        n, filters, rows, columns = dout.shape
        dout = dout.swapaxes(0, 1).reshape(filters, -1)
        self.grads["weight"] = (dout @ self.windows.T).reshape(weight.shape)
        self.grads["bias"] = dout.sum(axis=1)
        dwindows = (weight.reshape(filters, -1).T @ dout).reshape(*weight.shape[1:], n, rows, columns)
        dpadded = np.zeros(self.padded_shape, dwindows.dtype)
        for i, j, met in self._meetings(rows, columns):
            dpadded[met] += dwindows[:, i, j]
        (ph, pw), (h, w) = self.padding, self.padded_shape[2:]
        return dpadded[:, :, ph:h - ph, pw:w - pw].swapaxes(0, 1)

# %% Conv2d wrong: images and filters mixed up
class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        self.kernel_size, self.stride, self.padding = map(self._pair, (kernel_size, stride, padding))
        shape = out_channels, in_channels, *self.kernel_size
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_channels, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    @staticmethod
    def _pair(value):
        return (value, value) if np.ndim(value) == 0 else tuple(value)

    def _meetings(self, rows, columns):
        (kh, kw), (sh, sw) = self.kernel_size, self.stride
        for i in range(kh):
            for j in range(kw):
                yield i, j, (..., slice(i, i + sh * (rows - 1) + 1, sh), slice(j, j + sw * (columns - 1) + 1, sw))

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 4 or x.shape[1] != weight.shape[1]:
            raise ValueError(f"a batch of shape (N, {weight.shape[1]}, H, W) expected, shape {x.shape} found")
        ph, pw = self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).swapaxes(0, 1)
        rows, columns = ((size - k) // step + 1 for size, k, step in zip(padded.shape[2:], self.kernel_size, self.stride))
        if rows < 1 or columns < 1:
            raise ValueError(f"a kernel of {self.kernel_size} does not fit into padded images of {padded.shape[2:]}")
        windows = np.empty((*weight.shape[1:], len(x), rows, columns), np.result_type(x, weight))
        for i, j, met in self._meetings(rows, columns):
            windows[:, i, j] = padded[met]
        self.padded_shape, self.windows = padded.shape, windows.reshape(weight[0].size, -1)
        output = weight.reshape(len(weight), -1) @ self.windows + bias[:, None]
        return output.reshape(len(x), len(weight), rows, columns)

    def backward(self, dout):
        weight = self.params["weight"]
        n, filters, rows, columns = dout.shape
        dout = dout.swapaxes(0, 1).reshape(filters, -1)
        self.grads["weight"] = (dout @ self.windows.T).reshape(weight.shape)
        self.grads["bias"] = dout.sum(axis=1)
        dwindows = (weight.reshape(filters, -1).T @ dout).reshape(*weight.shape[1:], n, rows, columns)
        dpadded = np.zeros(self.padded_shape, dwindows.dtype)
        for i, j, met in self._meetings(rows, columns):
            dpadded[met] += dwindows[:, i, j]
        (ph, pw), (h, w) = self.padding, self.padded_shape[2:]
        return dpadded[:, :, ph:h - ph, pw:w - pw].swapaxes(0, 1)

# %% Conv2d wrong: always computed in float32
class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        self.kernel_size, self.stride, self.padding = map(self._pair, (kernel_size, stride, padding))
        shape = out_channels, in_channels, *self.kernel_size
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_channels, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    @staticmethod
    def _pair(value):
        return (value, value) if np.ndim(value) == 0 else tuple(value)

    def _meetings(self, rows, columns):
        (kh, kw), (sh, sw) = self.kernel_size, self.stride
        for i in range(kh):
            for j in range(kw):
                yield i, j, (..., slice(i, i + sh * (rows - 1) + 1, sh), slice(j, j + sw * (columns - 1) + 1, sw))

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 4 or x.shape[1] != weight.shape[1]:
            raise ValueError(f"a batch of shape (N, {weight.shape[1]}, H, W) expected, shape {x.shape} found")
        ph, pw = self.padding
        x = x.astype(np.float32)
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).swapaxes(0, 1)
        rows, columns = ((size - k) // step + 1 for size, k, step in zip(padded.shape[2:], self.kernel_size, self.stride))
        if rows < 1 or columns < 1:
            raise ValueError(f"a kernel of {self.kernel_size} does not fit into padded images of {padded.shape[2:]}")
        windows = np.empty((*weight.shape[1:], len(x), rows, columns), np.result_type(x, weight))
        for i, j, met in self._meetings(rows, columns):
            windows[:, i, j] = padded[met]
        self.padded_shape, self.windows = padded.shape, windows.reshape(weight[0].size, -1)
        output = weight.reshape(len(weight), -1) @ self.windows + bias[:, None]
        return output.reshape(len(weight), len(x), rows, columns).swapaxes(0, 1)

    def backward(self, dout):
        weight = self.params["weight"]
        n, filters, rows, columns = dout.shape
        dout = dout.swapaxes(0, 1).reshape(filters, -1)
        self.grads["weight"] = (dout @ self.windows.T).reshape(weight.shape)
        self.grads["bias"] = dout.sum(axis=1)
        dwindows = (weight.reshape(filters, -1).T @ dout).reshape(*weight.shape[1:], n, rows, columns)
        dpadded = np.zeros(self.padded_shape, dwindows.dtype)
        for i, j, met in self._meetings(rows, columns):
            dpadded[met] += dwindows[:, i, j]
        (ph, pw), (h, w) = self.padding, self.padded_shape[2:]
        return dpadded[:, :, ph:h - ph, pw:w - pw].swapaxes(0, 1)

# %% Conv2d wrong: float64 parameters
class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        self.kernel_size, self.stride, self.padding = map(self._pair, (kernel_size, stride, padding))
        shape = out_channels, in_channels, *self.kernel_size
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
        self.params = {"weight": weight, "bias": np.zeros(out_channels)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    @staticmethod
    def _pair(value):
        return (value, value) if np.ndim(value) == 0 else tuple(value)

    def _meetings(self, rows, columns):
        (kh, kw), (sh, sw) = self.kernel_size, self.stride
        for i in range(kh):
            for j in range(kw):
                yield i, j, (..., slice(i, i + sh * (rows - 1) + 1, sh), slice(j, j + sw * (columns - 1) + 1, sw))

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 4 or x.shape[1] != weight.shape[1]:
            raise ValueError(f"a batch of shape (N, {weight.shape[1]}, H, W) expected, shape {x.shape} found")
        ph, pw = self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).swapaxes(0, 1)
        rows, columns = ((size - k) // step + 1 for size, k, step in zip(padded.shape[2:], self.kernel_size, self.stride))
        if rows < 1 or columns < 1:
            raise ValueError(f"a kernel of {self.kernel_size} does not fit into padded images of {padded.shape[2:]}")
        windows = np.empty((*weight.shape[1:], len(x), rows, columns), np.result_type(x, weight))
        for i, j, met in self._meetings(rows, columns):
            windows[:, i, j] = padded[met]
        self.padded_shape, self.windows = padded.shape, windows.reshape(weight[0].size, -1)
        output = weight.reshape(len(weight), -1) @ self.windows + bias[:, None]
        return output.reshape(len(weight), len(x), rows, columns).swapaxes(0, 1)

    def backward(self, dout):
        weight = self.params["weight"]
        n, filters, rows, columns = dout.shape
        dout = dout.swapaxes(0, 1).reshape(filters, -1)
        self.grads["weight"] = (dout @ self.windows.T).reshape(weight.shape)
        self.grads["bias"] = dout.sum(axis=1)
        dwindows = (weight.reshape(filters, -1).T @ dout).reshape(*weight.shape[1:], n, rows, columns)
        dpadded = np.zeros(self.padded_shape, dwindows.dtype)
        for i, j, met in self._meetings(rows, columns):
            dpadded[met] += dwindows[:, i, j]
        (ph, pw), (h, w) = self.padding, self.padded_shape[2:]
        return dpadded[:, :, ph:h - ph, pw:w - pw].swapaxes(0, 1)

# %% Conv2d wrong: rng is ignored
class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        self.kernel_size, self.stride, self.padding = map(self._pair, (kernel_size, stride, padding))
        shape = out_channels, in_channels, *self.kernel_size
        rng = np.random.default_rng()
        weight = rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_channels, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    @staticmethod
    def _pair(value):
        return (value, value) if np.ndim(value) == 0 else tuple(value)

    def _meetings(self, rows, columns):
        (kh, kw), (sh, sw) = self.kernel_size, self.stride
        for i in range(kh):
            for j in range(kw):
                yield i, j, (..., slice(i, i + sh * (rows - 1) + 1, sh), slice(j, j + sw * (columns - 1) + 1, sw))

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 4 or x.shape[1] != weight.shape[1]:
            raise ValueError(f"a batch of shape (N, {weight.shape[1]}, H, W) expected, shape {x.shape} found")
        ph, pw = self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).swapaxes(0, 1)
        rows, columns = ((size - k) // step + 1 for size, k, step in zip(padded.shape[2:], self.kernel_size, self.stride))
        if rows < 1 or columns < 1:
            raise ValueError(f"a kernel of {self.kernel_size} does not fit into padded images of {padded.shape[2:]}")
        windows = np.empty((*weight.shape[1:], len(x), rows, columns), np.result_type(x, weight))
        for i, j, met in self._meetings(rows, columns):
            windows[:, i, j] = padded[met]
        self.padded_shape, self.windows = padded.shape, windows.reshape(weight[0].size, -1)
        output = weight.reshape(len(weight), -1) @ self.windows + bias[:, None]
        return output.reshape(len(weight), len(x), rows, columns).swapaxes(0, 1)

    def backward(self, dout):
        weight = self.params["weight"]
        n, filters, rows, columns = dout.shape
        dout = dout.swapaxes(0, 1).reshape(filters, -1)
        self.grads["weight"] = (dout @ self.windows.T).reshape(weight.shape)
        self.grads["bias"] = dout.sum(axis=1)
        dwindows = (weight.reshape(filters, -1).T @ dout).reshape(*weight.shape[1:], n, rows, columns)
        dpadded = np.zeros(self.padded_shape, dwindows.dtype)
        for i, j, met in self._meetings(rows, columns):
            dpadded[met] += dwindows[:, i, j]
        (ph, pw), (h, w) = self.padding, self.padded_shape[2:]
        return dpadded[:, :, ph:h - ph, pw:w - pw].swapaxes(0, 1)

# %% Conv2d wrong: the same weights without rng
class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        self.kernel_size, self.stride, self.padding = map(self._pair, (kernel_size, stride, padding))
        shape = out_channels, in_channels, *self.kernel_size
        rng = np.random.default_rng(0) if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_channels, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    @staticmethod
    def _pair(value):
        return (value, value) if np.ndim(value) == 0 else tuple(value)

    def _meetings(self, rows, columns):
        (kh, kw), (sh, sw) = self.kernel_size, self.stride
        for i in range(kh):
            for j in range(kw):
                yield i, j, (..., slice(i, i + sh * (rows - 1) + 1, sh), slice(j, j + sw * (columns - 1) + 1, sw))

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 4 or x.shape[1] != weight.shape[1]:
            raise ValueError(f"a batch of shape (N, {weight.shape[1]}, H, W) expected, shape {x.shape} found")
        ph, pw = self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).swapaxes(0, 1)
        rows, columns = ((size - k) // step + 1 for size, k, step in zip(padded.shape[2:], self.kernel_size, self.stride))
        if rows < 1 or columns < 1:
            raise ValueError(f"a kernel of {self.kernel_size} does not fit into padded images of {padded.shape[2:]}")
        windows = np.empty((*weight.shape[1:], len(x), rows, columns), np.result_type(x, weight))
        for i, j, met in self._meetings(rows, columns):
            windows[:, i, j] = padded[met]
        self.padded_shape, self.windows = padded.shape, windows.reshape(weight[0].size, -1)
        output = weight.reshape(len(weight), -1) @ self.windows + bias[:, None]
        return output.reshape(len(weight), len(x), rows, columns).swapaxes(0, 1)

    def backward(self, dout):
        weight = self.params["weight"]
        n, filters, rows, columns = dout.shape
        dout = dout.swapaxes(0, 1).reshape(filters, -1)
        self.grads["weight"] = (dout @ self.windows.T).reshape(weight.shape)
        self.grads["bias"] = dout.sum(axis=1)
        dwindows = (weight.reshape(filters, -1).T @ dout).reshape(*weight.shape[1:], n, rows, columns)
        dpadded = np.zeros(self.padded_shape, dwindows.dtype)
        for i, j, met in self._meetings(rows, columns):
            dpadded[met] += dwindows[:, i, j]
        (ph, pw), (h, w) = self.padding, self.padded_shape[2:]
        return dpadded[:, :, ph:h - ph, pw:w - pw].swapaxes(0, 1)

# %% Conv2d wrong: all weights start at 0
class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        self.kernel_size, self.stride, self.padding = map(self._pair, (kernel_size, stride, padding))
        shape = out_channels, in_channels, *self.kernel_size
        rng = np.random.default_rng() if rng is None else rng
        weight = np.zeros(shape)
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_channels, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    @staticmethod
    def _pair(value):
        return (value, value) if np.ndim(value) == 0 else tuple(value)

    def _meetings(self, rows, columns):
        (kh, kw), (sh, sw) = self.kernel_size, self.stride
        for i in range(kh):
            for j in range(kw):
                yield i, j, (..., slice(i, i + sh * (rows - 1) + 1, sh), slice(j, j + sw * (columns - 1) + 1, sw))

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 4 or x.shape[1] != weight.shape[1]:
            raise ValueError(f"a batch of shape (N, {weight.shape[1]}, H, W) expected, shape {x.shape} found")
        ph, pw = self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).swapaxes(0, 1)
        rows, columns = ((size - k) // step + 1 for size, k, step in zip(padded.shape[2:], self.kernel_size, self.stride))
        if rows < 1 or columns < 1:
            raise ValueError(f"a kernel of {self.kernel_size} does not fit into padded images of {padded.shape[2:]}")
        windows = np.empty((*weight.shape[1:], len(x), rows, columns), np.result_type(x, weight))
        for i, j, met in self._meetings(rows, columns):
            windows[:, i, j] = padded[met]
        self.padded_shape, self.windows = padded.shape, windows.reshape(weight[0].size, -1)
        output = weight.reshape(len(weight), -1) @ self.windows + bias[:, None]
        return output.reshape(len(weight), len(x), rows, columns).swapaxes(0, 1)

    def backward(self, dout):
        weight = self.params["weight"]
        n, filters, rows, columns = dout.shape
        dout = dout.swapaxes(0, 1).reshape(filters, -1)
        self.grads["weight"] = (dout @ self.windows.T).reshape(weight.shape)
        self.grads["bias"] = dout.sum(axis=1)
        dwindows = (weight.reshape(filters, -1).T @ dout).reshape(*weight.shape[1:], n, rows, columns)
        dpadded = np.zeros(self.padded_shape, dwindows.dtype)
        for i, j, met in self._meetings(rows, columns):
            dpadded[met] += dwindows[:, i, j]
        (ph, pw), (h, w) = self.padding, self.padded_shape[2:]
        return dpadded[:, :, ph:h - ph, pw:w - pw].swapaxes(0, 1)

# %% Conv2d wrong: wrong channels go unnoticed
class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        self.kernel_size, self.stride, self.padding = map(self._pair, (kernel_size, stride, padding))
        shape = out_channels, in_channels, *self.kernel_size
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_channels, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    @staticmethod
    def _pair(value):
        return (value, value) if np.ndim(value) == 0 else tuple(value)

    def _meetings(self, rows, columns):
        (kh, kw), (sh, sw) = self.kernel_size, self.stride
        for i in range(kh):
            for j in range(kw):
                yield i, j, (..., slice(i, i + sh * (rows - 1) + 1, sh), slice(j, j + sw * (columns - 1) + 1, sw))

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        x = x[:, [0] * weight.shape[1]] if x.ndim == 4 and x.shape[1] == 1 else x
        if x.ndim != 4 or x.shape[1] != weight.shape[1]:
            raise ValueError(f"a batch of shape (N, {weight.shape[1]}, H, W) expected, shape {x.shape} found")
        ph, pw = self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).swapaxes(0, 1)
        rows, columns = ((size - k) // step + 1 for size, k, step in zip(padded.shape[2:], self.kernel_size, self.stride))
        if rows < 1 or columns < 1:
            raise ValueError(f"a kernel of {self.kernel_size} does not fit into padded images of {padded.shape[2:]}")
        windows = np.empty((*weight.shape[1:], len(x), rows, columns), np.result_type(x, weight))
        for i, j, met in self._meetings(rows, columns):
            windows[:, i, j] = padded[met]
        self.padded_shape, self.windows = padded.shape, windows.reshape(weight[0].size, -1)
        output = weight.reshape(len(weight), -1) @ self.windows + bias[:, None]
        return output.reshape(len(weight), len(x), rows, columns).swapaxes(0, 1)

    def backward(self, dout):
        weight = self.params["weight"]
        n, filters, rows, columns = dout.shape
        dout = dout.swapaxes(0, 1).reshape(filters, -1)
        self.grads["weight"] = (dout @ self.windows.T).reshape(weight.shape)
        self.grads["bias"] = dout.sum(axis=1)
        dwindows = (weight.reshape(filters, -1).T @ dout).reshape(*weight.shape[1:], n, rows, columns)
        dpadded = np.zeros(self.padded_shape, dwindows.dtype)
        for i, j, met in self._meetings(rows, columns):
            dpadded[met] += dwindows[:, i, j]
        (ph, pw), (h, w) = self.padding, self.padded_shape[2:]
        return dpadded[:, :, ph:h - ph, pw:w - pw].swapaxes(0, 1)

# %% Conv2d wrong: a kernel that does not fit gives an empty output
class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        self.kernel_size, self.stride, self.padding = map(self._pair, (kernel_size, stride, padding))
        shape = out_channels, in_channels, *self.kernel_size
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_channels, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    @staticmethod
    def _pair(value):
        return (value, value) if np.ndim(value) == 0 else tuple(value)

    def _meetings(self, rows, columns):
        (kh, kw), (sh, sw) = self.kernel_size, self.stride
        for i in range(kh):
            for j in range(kw):
                yield i, j, (..., slice(i, i + sh * (rows - 1) + 1, sh), slice(j, j + sw * (columns - 1) + 1, sw))

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 4 or x.shape[1] != weight.shape[1]:
            raise ValueError(f"a batch of shape (N, {weight.shape[1]}, H, W) expected, shape {x.shape} found")
        ph, pw = self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).swapaxes(0, 1)
        rows, columns = ((size - k) // step + 1 for size, k, step in zip(padded.shape[2:], self.kernel_size, self.stride))
        rows, columns = max(0, rows), max(0, columns)
        windows = np.empty((*weight.shape[1:], len(x), rows, columns), np.result_type(x, weight))
        for i, j, met in self._meetings(rows, columns):
            windows[:, i, j] = padded[met]
        self.padded_shape, self.windows = padded.shape, windows.reshape(weight[0].size, -1)
        output = weight.reshape(len(weight), -1) @ self.windows + bias[:, None]
        return output.reshape(len(weight), len(x), rows, columns).swapaxes(0, 1)

    def backward(self, dout):
        weight = self.params["weight"]
        n, filters, rows, columns = dout.shape
        dout = dout.swapaxes(0, 1).reshape(filters, -1)
        self.grads["weight"] = (dout @ self.windows.T).reshape(weight.shape)
        self.grads["bias"] = dout.sum(axis=1)
        dwindows = (weight.reshape(filters, -1).T @ dout).reshape(*weight.shape[1:], n, rows, columns)
        dpadded = np.zeros(self.padded_shape, dwindows.dtype)
        for i, j, met in self._meetings(rows, columns):
            dpadded[met] += dwindows[:, i, j]
        (ph, pw), (h, w) = self.padding, self.padded_shape[2:]
        return dpadded[:, :, ph:h - ph, pw:w - pw].swapaxes(0, 1)

# %% Conv2d wrong: the padded shape of the first batch is kept
class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        self.kernel_size, self.stride, self.padding = map(self._pair, (kernel_size, stride, padding))
        shape = out_channels, in_channels, *self.kernel_size
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_channels, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    @staticmethod
    def _pair(value):
        return (value, value) if np.ndim(value) == 0 else tuple(value)

    def _meetings(self, rows, columns):
        (kh, kw), (sh, sw) = self.kernel_size, self.stride
        for i in range(kh):
            for j in range(kw):
                yield i, j, (..., slice(i, i + sh * (rows - 1) + 1, sh), slice(j, j + sw * (columns - 1) + 1, sw))

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 4 or x.shape[1] != weight.shape[1]:
            raise ValueError(f"a batch of shape (N, {weight.shape[1]}, H, W) expected, shape {x.shape} found")
        ph, pw = self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).swapaxes(0, 1)
        rows, columns = ((size - k) // step + 1 for size, k, step in zip(padded.shape[2:], self.kernel_size, self.stride))
        if rows < 1 or columns < 1:
            raise ValueError(f"a kernel of {self.kernel_size} does not fit into padded images of {padded.shape[2:]}")
        windows = np.empty((*weight.shape[1:], len(x), rows, columns), np.result_type(x, weight))
        for i, j, met in self._meetings(rows, columns):
            windows[:, i, j] = padded[met]
        self.padded_shape = getattr(self, "padded_shape", padded.shape)
        self.windows = windows.reshape(weight[0].size, -1)
        output = weight.reshape(len(weight), -1) @ self.windows + bias[:, None]
        return output.reshape(len(weight), len(x), rows, columns).swapaxes(0, 1)

    def backward(self, dout):
        weight = self.params["weight"]
        n, filters, rows, columns = dout.shape
        dout = dout.swapaxes(0, 1).reshape(filters, -1)
        self.grads["weight"] = (dout @ self.windows.T).reshape(weight.shape)
        self.grads["bias"] = dout.sum(axis=1)
        dwindows = (weight.reshape(filters, -1).T @ dout).reshape(*weight.shape[1:], n, rows, columns)
        dpadded = np.zeros(self.padded_shape, dwindows.dtype)
        for i, j, met in self._meetings(rows, columns):
            dpadded[met] += dwindows[:, i, j]
        (ph, pw), (h, w) = self.padding, self.padded_shape[2:]
        return dpadded[:, :, ph:h - ph, pw:w - pw].swapaxes(0, 1)

# %% Conv2d wrong: parameters in a copy of their own
class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        self.kernel_size, self.stride, self.padding = map(self._pair, (kernel_size, stride, padding))
        shape = out_channels, in_channels, *self.kernel_size
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_channels, np.float32)}
        self.weight = self.params["weight"].copy()
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    @staticmethod
    def _pair(value):
        return (value, value) if np.ndim(value) == 0 else tuple(value)

    def _meetings(self, rows, columns):
        (kh, kw), (sh, sw) = self.kernel_size, self.stride
        for i in range(kh):
            for j in range(kw):
                yield i, j, (..., slice(i, i + sh * (rows - 1) + 1, sh), slice(j, j + sw * (columns - 1) + 1, sw))

    def forward(self, x):
        weight, bias = self.weight, self.params["bias"]
        if x.ndim != 4 or x.shape[1] != weight.shape[1]:
            raise ValueError(f"a batch of shape (N, {weight.shape[1]}, H, W) expected, shape {x.shape} found")
        ph, pw = self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).swapaxes(0, 1)
        rows, columns = ((size - k) // step + 1 for size, k, step in zip(padded.shape[2:], self.kernel_size, self.stride))
        if rows < 1 or columns < 1:
            raise ValueError(f"a kernel of {self.kernel_size} does not fit into padded images of {padded.shape[2:]}")
        windows = np.empty((*weight.shape[1:], len(x), rows, columns), np.result_type(x, weight))
        for i, j, met in self._meetings(rows, columns):
            windows[:, i, j] = padded[met]
        self.padded_shape, self.windows = padded.shape, windows.reshape(weight[0].size, -1)
        output = weight.reshape(len(weight), -1) @ self.windows + bias[:, None]
        return output.reshape(len(weight), len(x), rows, columns).swapaxes(0, 1)

    def backward(self, dout):
        weight = self.params["weight"]
        n, filters, rows, columns = dout.shape
        dout = dout.swapaxes(0, 1).reshape(filters, -1)
        self.grads["weight"] = (dout @ self.windows.T).reshape(weight.shape)
        self.grads["bias"] = dout.sum(axis=1)
        dwindows = (weight.reshape(filters, -1).T @ dout).reshape(*weight.shape[1:], n, rows, columns)
        dpadded = np.zeros(self.padded_shape, dwindows.dtype)
        for i, j, met in self._meetings(rows, columns):
            dpadded[met] += dwindows[:, i, j]
        (ph, pw), (h, w) = self.padding, self.padded_shape[2:]
        return dpadded[:, :, ph:h - ph, pw:w - pw].swapaxes(0, 1)

# %% MaxPool2d right: argmax of windows cut out by reshape
class MaxPool2d:
    def __init__(self, size):
        self.size = (size, size) if np.ndim(size) == 0 else tuple(size)
        self.params, self.grads = {}, {}

    def forward(self, x):
        kh, kw = self.size
        if x.ndim != 4 or x.shape[2] < kh or x.shape[3] < kw:
            raise ValueError(f"a batch (N, C, H, W) of images of {kh} by {kw} or more expected, shape {x.shape} found")
        self.x_shape = n, c, h, w = x.shape
        rows, columns = h // kh, w // kw
        windows = x[:, :, :rows * kh, :columns * kw].reshape(n, c, rows, kh, columns, kw).swapaxes(3, 4)
        windows = windows.reshape(n, c, rows, columns, kh * kw)
        self.winners = windows.argmax(axis=-1)[..., None]
        return np.take_along_axis(windows, self.winners, axis=-1)[..., 0]

    def backward(self, dout):
        (kh, kw), (n, c, rows, columns) = self.size, dout.shape
        windows = np.zeros((*dout.shape, kh * kw), dout.dtype)
        np.put_along_axis(windows, self.winners, dout[..., None], axis=-1)
        dx = np.zeros(self.x_shape, dout.dtype)
        windows = windows.reshape(n, c, rows, columns, kh, kw).swapaxes(3, 4)
        dx[:, :, :rows * kh, :columns * kw] = windows.reshape(n, c, rows * kh, columns * kw)
        return dx

# %% MaxPool2d right: loops over the windows
class MaxPool2d:
    def __init__(self, size):
        self.kh, self.kw = (size, size) if np.isscalar(size) else size
        self.params = {}
        self.grads = {}

    def forward(self, x):
        if x.ndim != 4 or x.shape[2] < self.kh or x.shape[3] < self.kw:
            raise ValueError(f"cannot pool shape {x.shape}")
        self.x = x
        n, c, h, w = x.shape
        y = np.zeros((n, c, h // self.kh, w // self.kw), x.dtype)
        for r in range(y.shape[2]):
            for s in range(y.shape[3]):
                y[:, :, r, s] = x[:, :, r * self.kh:(r + 1) * self.kh, s * self.kw:(s + 1) * self.kw].max(axis=(2, 3))
        return y

    def backward(self, dout):
        n, c = dout.shape[:2]
        dx = np.zeros(self.x.shape, dout.dtype)
        a, b = np.ogrid[:n, :c]
        for r in range(dout.shape[2]):
            for s in range(dout.shape[3]):
                window = self.x[:, :, r * self.kh:(r + 1) * self.kh, s * self.kw:(s + 1) * self.kw]
                i, j = np.divmod(window.reshape(n, c, -1).argmax(axis=2), self.kw)
                dx[a, b, r * self.kh + i, s * self.kw + j] = dout[:, :, r, s]
        return dx

# %% MaxPool2d right: sliding windows
class MaxPool2d:
    def __init__(self, size):
        self.size = tuple(int(k) for k in np.broadcast_to(size, 2))
        self.params, self.grads = dict(), dict()

    def forward(self, x):
        if np.ndim(x) != 4:
            raise ValueError("four axes, please")
        kh, kw = self.size
        windows = np.lib.stride_tricks.sliding_window_view(x, self.size, axis=(2, 3))[:, :, ::kh, ::kw]
        self.x_shape, self.windows = x.shape, windows.reshape(*windows.shape[:4], -1)
        return self.windows.max(-1)

    def backward(self, dout):
        kh, kw = self.size
        first = self.windows.argmax(-1)
        n, c, r, s = np.indices(dout.shape)
        dx = np.zeros(self.x_shape, dout.dtype)
        np.add.at(dx, (n, c, r * kh + first // kw, s * kw + first % kw), dout)
        return dx

# %% MaxPool2d wrong: the channel is forgotten
# edits: argmax of windows cut out by reshape
#-        return np.take_along_axis(windows, self.winners, axis=-1)[..., 0]
#+        best = np.take_along_axis(windows, self.winners, axis=-1)[..., 0]
#+        return np.broadcast_to(best.max(axis=1, keepdims=True), best.shape)

# %% MaxPool2d wrong: every maximum gets the gradient
# edits: argmax of windows cut out by reshape
#-        self.winners = windows.argmax(axis=-1)[..., None]
#+        self.winners = windows.argmax(axis=-1)[..., None]
#+        self.equal = windows == windows.max(axis=-1, keepdims=True)
#
#-        np.put_along_axis(windows, self.winners, dout[..., None], axis=-1)
#+        windows[:] = dout[..., None] * self.equal

# %% MaxPool2d wrong: the last maximum gets the gradient
# edits: argmax of windows cut out by reshape
#-        self.winners = windows.argmax(axis=-1)[..., None]
#+        self.winners = (kh * kw - 1 - windows[..., ::-1].argmax(axis=-1))[..., None]

# %% MaxPool2d wrong: first maximum column by column
# edits: argmax of windows cut out by reshape
#-        windows = x[:, :, :rows * kh, :columns * kw].reshape(n, c, rows, kh, columns, kw).swapaxes(3, 4)
#+        windows = x[:, :, :rows * kh, :columns * kw].reshape(n, c, rows, kh, columns, kw).transpose(0, 1, 2, 4, 5, 3)
#
#-        windows = windows.reshape(n, c, rows, columns, kh, kw).swapaxes(3, 4)
#+        windows = windows.reshape(n, c, rows, columns, kw, kh).transpose(0, 1, 2, 5, 3, 4)

# %% MaxPool2d wrong: the rest at the edge gets windows of its own
# edits: argmax of windows cut out by reshape
#-            raise ValueError(f"a batch (N, C, H, W) of images of {kh} by {kw} or more expected, shape {x.shape} found")
#+            raise ValueError(f"a batch (N, C, H, W) of images of {kh} by {kw} or more expected, shape {x.shape} found")
#+        x = np.pad(x, ((0, 0), (0, 0), (0, -x.shape[2] % kh), (0, -x.shape[3] % kw)), constant_values=-np.inf)

# %% MaxPool2d wrong: the gradient loses the rest at the edge
# edits: argmax of windows cut out by reshape
#-        dx = np.zeros(self.x_shape, dout.dtype)
#+        dx = np.zeros((n, c, rows * kh, columns * kw), dout.dtype)

# %% MaxPool2d wrong: square windows only
# edits: argmax of windows cut out by reshape
#-        self.size = (size, size) if np.ndim(size) == 0 else tuple(size)
#+        self.size = (size, size) if np.ndim(size) == 0 else (size[0], size[0])

# %% MaxPool2d wrong: negative numbers are lost
# edits: argmax of windows cut out by reshape
#-        return np.take_along_axis(windows, self.winners, axis=-1)[..., 0]
#+        return np.take_along_axis(windows, self.winners, axis=-1)[..., 0].clip(0)

# %% MaxPool2d wrong: the gradient goes to every entry of the window
# edits: argmax of windows cut out by reshape
#-        np.put_along_axis(windows, self.winners, dout[..., None], axis=-1)
#+        windows[:] = dout[..., None]

# %% MaxPool2d wrong: the gradient becomes float64
# edits: argmax of windows cut out by reshape
#-        dx = np.zeros(self.x_shape, dout.dtype)
#+        dx = np.zeros(self.x_shape)

# %% MaxPool2d wrong: a window that does not fit goes unnoticed
# edits: argmax of windows cut out by reshape
#-        if x.ndim != 4 or x.shape[2] < kh or x.shape[3] < kw:
#+        if x.ndim != 4:

# %% ReLU_Flatten right: np.where and the remembered input
class ReLU:
    def __init__(self):
        self.params = {}
        self.grads = {}

    def forward(self, x):
        self.x = x
        return np.where(x < 0, x.dtype.type(0), x)

    def backward(self, dout):
        return np.where(self.x > 0, dout, dout.dtype.type(0))


class Flatten:
    def __init__(self):
        self.params = {}
        self.grads = {}

    def forward(self, x):
        self.image_shape = x.shape[1:]
        return np.array([image.ravel() for image in x])

    def backward(self, dout):
        return dout.reshape((-1,) + self.image_shape)

# %% ReLU_Flatten right: a copy with zeros written into it
class Layer:
    def __init__(self):
        self.params, self.grads = {}, {}


class ReLU(Layer):
    def forward(self, x):
        y = x.copy()
        self.off = ~(x > 0)
        y[x < 0] = 0
        return y

    def backward(self, dout):
        dx = dout.copy()
        dx[self.off] = 0
        return dx


class Flatten(Layer):
    def forward(self, x):
        self.shape = np.shape(x)
        return np.reshape(x, (self.shape[0], int(np.prod(self.shape[1:]))))

    def backward(self, dout):
        return np.reshape(dout, self.shape).copy()

# %% ReLU_Flatten right: multiplied by a mask
class ReLU:
    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, x):
        self.mask = (x > 0).astype(x.dtype)
        return np.fmax(x, 0) if not np.isnan(x).any() else np.maximum(0, x)

    def backward(self, dout):
        return self.mask * dout


class Flatten:
    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, x):
        self.old = x
        return x.reshape(x.shape[0], -1).copy()

    def backward(self, dout):
        dx = np.empty_like(self.old, dtype=dout.dtype)
        dx.flat = dout.ravel()
        return dx

# %% ReLU_Flatten wrong: gradient passes where the gradient is positive
class ReLU:
    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, x):
        self.positive = x > 0
        return np.maximum(x, 0)

    def backward(self, dout):
        return np.maximum(dout, 0)

class Flatten:
    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, x):
        self.x_shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, dout):
        return dout.reshape(self.x_shape)

# %% ReLU_Flatten wrong: gradient passes at 0
class ReLU:
    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, x):
        self.positive = x >= 0
        return np.maximum(x, 0)

    def backward(self, dout):
        return dout * self.positive

class Flatten:
    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, x):
        self.x_shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, dout):
        return dout.reshape(self.x_shape)

# %% ReLU_Flatten wrong: negative gradients are lost
class ReLU:
    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, x):
        self.positive = x > 0
        return np.maximum(x, 0)

    def backward(self, dout):
        return np.maximum(dout, 0) * self.positive

class Flatten:
    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, x):
        self.x_shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, dout):
        return dout.reshape(self.x_shape)

# %% ReLU_Flatten wrong: the absolute value
class ReLU:
    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, x):
        self.positive = x > 0
        return np.abs(x)

    def backward(self, dout):
        return dout * self.positive

class Flatten:
    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, x):
        self.x_shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, dout):
        return dout.reshape(self.x_shape)

# %% ReLU_Flatten wrong: NaN becomes 0
class ReLU:
    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, x):
        self.positive = x > 0
        return np.fmax(x, 0)

    def backward(self, dout):
        return dout * self.positive

class Flatten:
    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, x):
        self.x_shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, dout):
        return dout.reshape(self.x_shape)

# %% ReLU_Flatten wrong: the input is changed in place
class ReLU:
    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, x):
        self.positive = x > 0
        x[x < 0] = 0
        return x

    def backward(self, dout):
        return dout * self.positive

class Flatten:
    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, x):
        self.x_shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, dout):
        return dout.reshape(self.x_shape)

# %% ReLU_Flatten wrong: the first batch is remembered for ever
class ReLU:
    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, x):
        if not hasattr(self, "positive") or self.positive.shape != x.shape:
            self.positive = x > 0
        return np.maximum(x, 0)

    def backward(self, dout):
        return dout * self.positive

class Flatten:
    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, x):
        self.x_shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, dout):
        return dout.reshape(self.x_shape)

# %% ReLU_Flatten wrong: the gradient becomes float64
class ReLU:
    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, x):
        self.positive = x > 0
        return np.maximum(x, 0)

    def backward(self, dout):
        return dout * self.positive.astype(float)

class Flatten:
    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, x):
        self.x_shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, dout):
        return dout.reshape(self.x_shape)

# %% ReLU_Flatten wrong: images are read column by column
class ReLU:
    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, x):
        self.positive = x > 0
        return np.maximum(x, 0)

    def backward(self, dout):
        return dout * self.positive

class Flatten:
    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, x):
        self.x_shape = x.shape
        return x.reshape(len(x), -1) if x.ndim < 3 else x.swapaxes(-1, -2).reshape(len(x), -1)

    def backward(self, dout):
        return dout.reshape(self.x_shape)

# %% ReLU_Flatten wrong: the batch is flattened too
class ReLU:
    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, x):
        self.positive = x > 0
        return np.maximum(x, 0)

    def backward(self, dout):
        return dout * self.positive

class Flatten:
    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, x):
        self.x_shape = x.shape
        return x.reshape(1, -1)

    def backward(self, dout):
        return dout.reshape(self.x_shape)

# %% ReLU_Flatten wrong: the gradient stays flat
class ReLU:
    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, x):
        self.positive = x > 0
        return np.maximum(x, 0)

    def backward(self, dout):
        return dout * self.positive

class Flatten:
    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, x):
        self.x_shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, dout):
        return dout

# %% ReLU_Flatten wrong: no dicts
class ReLU:
    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, x):
        self.positive = x > 0
        return np.maximum(x, 0)

    def backward(self, dout):
        return dout * self.positive

class Flatten:
    def __init__(self):
        self.params, self.grads = None, None

    def forward(self, x):
        self.x_shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, dout):
        return dout.reshape(self.x_shape)

# %% Dense right: einsum
class Dense:
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        a = np.sqrt(6 / (in_features + out_features))
        self.params = {"weight": rng.uniform(-a, a, (in_features, out_features)).astype(np.float32),
                       "bias": np.zeros(out_features, dtype=np.float32)}
        self.grads = {}

    def forward(self, x):
        if x.ndim != 2 or x.shape[1] != self.params["weight"].shape[0]:
            raise ValueError(f"shape {x.shape} does not fit")
        self.x = x.copy()
        return np.einsum("nd,dm->nm", x, self.params["weight"]) + self.params["bias"]

    def backward(self, dout):
        self.grads = {"weight": np.einsum("nd,nm->dm", self.x, dout), "bias": np.einsum("nm->m", dout)}
        return np.einsum("nm,dm->nd", dout, self.params["weight"])

# %% Dense right: image by image
class Dense:
    def __init__(self, in_features, out_features, rng=None):
        if rng is None:
            rng = np.random.default_rng()
        self.params = {}
        self.params["weight"] = np.float32(rng.standard_normal((in_features, out_features)) * (1 / in_features) ** 0.5)
        self.params["bias"] = np.float32(0.01 * rng.standard_normal(out_features))
        self.grads = {}

    def forward(self, x):
        weight = self.params["weight"]
        if np.ndim(x) != 2 or np.shape(x)[1] != np.shape(weight)[0]:
            raise ValueError("wrong shape")
        self.x = x
        return np.stack([row @ weight + self.params["bias"] for row in x])

    def backward(self, dout):
        self.grads["weight"] = sum(np.outer(row, d) for row, d in zip(self.x, dout))
        self.grads["bias"] = sum(d for d in dout)
        return np.stack([self.params["weight"] @ d for d in dout])

# %% Dense right: bias as a row of the product
class Dense:
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(scale=np.sqrt(2 / in_features), size=(in_features, out_features))
        self.params = {"weight": weight.astype("f4"), "bias": np.zeros(out_features, "f4")}
        self.grads = {k: np.zeros(v.shape, "f4") for k, v in self.params.items()}

    def forward(self, x):
        if x.ndim != 2 or x.shape[1] != len(self.params["weight"]):
            raise ValueError(f"{len(self.params['weight'])} columns expected, shape {x.shape} found")
        self.ones = np.hstack([x, np.ones((len(x), 1), x.dtype)])
        return self.ones @ np.vstack([self.params["weight"], self.params["bias"]])

    def backward(self, dout):
        both = self.ones.T @ dout
        self.grads["weight"], self.grads["bias"] = both[:-1], both[-1]
        return np.dot(dout, self.params["weight"].transpose())

# %% Dense wrong: the bias is left out
class Dense:
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / in_features), (in_features, out_features))
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_features, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 2 or x.shape[1] != len(weight):
            raise ValueError(f"a batch of shape (N, {len(weight)}) expected, shape {x.shape} found")
        self.x = x
        return x @ weight

    def backward(self, dout):
        self.grads["weight"] = self.x.T @ dout
        self.grads["bias"] = dout.sum(axis=0)
        return dout @ self.params["weight"].T

# %% Dense wrong: the weight is transposed
class Dense:
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / in_features), (out_features, in_features))
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_features, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 2 or x.shape[1] != weight.shape[1]:
            raise ValueError(f"a batch of shape (N, {len(weight)}) expected, shape {x.shape} found")
        self.x = x
        return x @ weight.T + bias

    def backward(self, dout):
        self.grads["weight"] = dout.T @ self.x
        self.grads["bias"] = dout.sum(axis=0)
        return dout @ self.params["weight"]

# %% Dense wrong: gradients divided by the batch
class Dense:
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / in_features), (in_features, out_features))
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_features, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 2 or x.shape[1] != len(weight):
            raise ValueError(f"a batch of shape (N, {len(weight)}) expected, shape {x.shape} found")
        self.x = x
        return x @ weight + bias

    def backward(self, dout):
        self.grads["weight"] = self.x.T @ dout / len(dout)
        self.grads["bias"] = dout.mean(axis=0)
        return dout @ self.params["weight"].T

# %% Dense wrong: bias gradient is a mean
class Dense:
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / in_features), (in_features, out_features))
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_features, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 2 or x.shape[1] != len(weight):
            raise ValueError(f"a batch of shape (N, {len(weight)}) expected, shape {x.shape} found")
        self.x = x
        return x @ weight + bias

    def backward(self, dout):
        self.grads["weight"] = self.x.T @ dout
        self.grads["bias"] = dout.mean(axis=0)
        return dout @ self.params["weight"].T

# %% Dense wrong: bias gradient summed over the outputs
class Dense:
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / in_features), (in_features, out_features))
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_features, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 2 or x.shape[1] != len(weight):
            raise ValueError(f"a batch of shape (N, {len(weight)}) expected, shape {x.shape} found")
        self.x = x
        return x @ weight + bias

    def backward(self, dout):
        self.grads["weight"] = self.x.T @ dout
        self.grads["bias"] = np.full(dout.shape[1], dout.sum())
        return dout @ self.params["weight"].T

# %% Dense wrong: gradients added up from call to call
class Dense:
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / in_features), (in_features, out_features))
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_features, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 2 or x.shape[1] != len(weight):
            raise ValueError(f"a batch of shape (N, {len(weight)}) expected, shape {x.shape} found")
        self.x = x
        return x @ weight + bias

    def backward(self, dout):
        self.grads["weight"] = self.grads["weight"] + self.x.T @ dout
        self.grads["bias"] = dout.sum(axis=0)
        return dout @ self.params["weight"].T

# %% Dense wrong: no gradient of the bias
class Dense:
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / in_features), (in_features, out_features))
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_features, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 2 or x.shape[1] != len(weight):
            raise ValueError(f"a batch of shape (N, {len(weight)}) expected, shape {x.shape} found")
        self.x = x
        return x @ weight + bias

    def backward(self, dout):
        self.grads["weight"] = self.x.T @ dout
        return dout @ self.params["weight"].T

# %% Dense wrong: gradients of the parameters in a new dict with other names
class Dense:
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / in_features), (in_features, out_features))
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_features, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 2 or x.shape[1] != len(weight):
            raise ValueError(f"a batch of shape (N, {len(weight)}) expected, shape {x.shape} found")
        self.x = x
        return x @ weight + bias

    def backward(self, dout):
        self.grads["dweight"] = self.grads["weight"] = self.x.T @ dout
        self.grads["bias"] = dout.sum(axis=0)
        return dout @ self.params["weight"].T

# %% Dense wrong: always computed in float32
class Dense:
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / in_features), (in_features, out_features))
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_features, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 2 or x.shape[1] != len(weight):
            raise ValueError(f"a batch of shape (N, {len(weight)}) expected, shape {x.shape} found")
        self.x = x = x.astype(np.float32)
        return x @ weight + bias

    def backward(self, dout):
        self.grads["weight"] = self.x.T @ dout
        self.grads["bias"] = dout.sum(axis=0)
        return dout @ self.params["weight"].T

# %% Dense wrong: float64 parameters
class Dense:
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / in_features), (in_features, out_features))
        self.params = {"weight": weight, "bias": np.zeros(out_features)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 2 or x.shape[1] != len(weight):
            raise ValueError(f"a batch of shape (N, {len(weight)}) expected, shape {x.shape} found")
        self.x = x
        return x @ weight + bias

    def backward(self, dout):
        self.grads["weight"] = self.x.T @ dout
        self.grads["bias"] = dout.sum(axis=0)
        return dout @ self.params["weight"].T

# %% Dense wrong: rng is ignored
class Dense:
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng()
        weight = rng.normal(0, np.sqrt(2 / in_features), (in_features, out_features))
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_features, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        if x.ndim != 2 or x.shape[1] != len(weight):
            raise ValueError(f"a batch of shape (N, {len(weight)}) expected, shape {x.shape} found")
        self.x = x
        return x @ weight + bias

    def backward(self, dout):
        self.grads["weight"] = self.x.T @ dout
        self.grads["bias"] = dout.sum(axis=0)
        return dout @ self.params["weight"].T

# %% Dense wrong: a wrong shape goes unnoticed
class Dense:
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        weight = rng.normal(0, np.sqrt(2 / in_features), (in_features, out_features))
        self.params = {"weight": weight.astype(np.float32), "bias": np.zeros(out_features, np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    def forward(self, x):
        weight, bias = self.params["weight"], self.params["bias"]
        x = x.reshape(len(x), -1)
        if x.ndim != 2 or x.shape[1] != len(weight):
            raise ValueError(f"a batch of shape (N, {len(weight)}) expected, shape {x.shape} found")
        self.x = x
        return x @ weight + bias

    def backward(self, dout):
        self.grads["weight"] = self.x.T @ dout
        self.grads["bias"] = dout.sum(axis=0)
        return dout @ self.params["weight"].T

# %% Sequential right: functools.reduce
from functools import reduce


class Sequential:
    def __init__(self, layers):
        self.layers = layers

    def forward(self, x):
        return reduce(lambda value, layer: layer.forward(value), self.layers, x)

    def backward(self, dout):
        return reduce(lambda value, layer: layer.backward(value), self.layers[::-1], dout)

# %% Sequential right: recursion
class Sequential:
    def __init__(self, layers):
        self.layers = tuple(layers)

    def forward(self, x, first=0):
        if first == len(self.layers):
            return x
        return self.forward(self.layers[first].forward(x), first + 1)

    def backward(self, dout):
        for k in range(len(self.layers) - 1, -1, -1):
            dout = self.layers[k].backward(dout)
        return dout

# %% Sequential right: all activations kept
class Sequential:
    def __init__(self, layers):
        self.layers = [*layers]
        self.activations = []

    def forward(self, x):
        self.activations = [x]
        for layer in self.layers:
            self.activations.append(layer.forward(self.activations[-1]))
        return self.activations[-1]

    def backward(self, dout):
        slopes = [dout]
        for layer in self.layers[::-1]:
            slopes.append(layer.backward(slopes[-1]))
        return slopes[-1]

# %% Sequential wrong: backward from the first layer
class Sequential:
    def __init__(self, layers):
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dout):
        for layer in self.layers:
            dout = layer.backward(dout)
        return dout

# %% Sequential wrong: every layer gets the first input
class Sequential:
    def __init__(self, layers):
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            y = layer.forward(x)
        return y

    def backward(self, dout):
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout

# %% Sequential wrong: every layer gets the last gradient
class Sequential:
    def __init__(self, layers):
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dout):
        for layer in reversed(self.layers):
            dx = layer.backward(dout)
        return dx

# %% Sequential wrong: the list is reversed in place
class Sequential:
    def __init__(self, layers):
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dout):
        self.layers.reverse()
        for layer in self.layers:
            dout = layer.backward(dout)
        return dout

# %% Sequential wrong: the first layer has no backward
class Sequential:
    def __init__(self, layers):
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dout):
        for layer in reversed(self.layers[1:]):
            dout = layer.backward(dout)
        return dout

# %% Sequential wrong: nothing comes back from backward
class Sequential:
    def __init__(self, layers):
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dout):
        for layer in reversed(self.layers):
            dout = layer.backward(dout)

# %% Sequential wrong: all networks share their layers
class Sequential:
    layers = []

    def __init__(self, layers):
        self.layers[:] = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dout):
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout

# %% Sequential wrong: forward twice in each layer
class Sequential:
    def __init__(self, layers):
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            layer.forward(x)
            x = layer.forward(x)
        return x

    def backward(self, dout):
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout

# %% Sequential wrong: two layers by heart
class Sequential:
    def __init__(self, layers):
        self.layers = list(layers)

    def forward(self, x):
        return self.layers[1].forward(self.layers[0].forward(x))

    def backward(self, dout):
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout

# %% SGD right: parameters replaced, not changed in place
class SGD:
    def __init__(self, learning_rate, momentum=0.0):
        self.rate = learning_rate
        self.momentum = momentum
        self.v = None

    def step(self, model):
        if self.v is None:
            self.v = [{k: np.zeros_like(p) for k, p in layer.params.items()} for layer in model.layers]
        for layer, v in zip(model.layers, self.v):
            grads = layer.grads
            for k in layer.params:
                v[k] = self.momentum * v[k] - self.rate * grads[k]
                layer.params[k] = layer.params[k] + v[k]

# %% SGD right: velocities kept by layer object
class SGD:
    def __init__(self, learning_rate, momentum=0.0):
        self.learning_rate, self.momentum, self.velocity = learning_rate, momentum, {}

    def step(self, model):
        for layer in model.layers:
            mine = self.velocity.setdefault(id(layer), {})
            for (name, p), (_, g) in zip(sorted(layer.params.items()), sorted(layer.grads.items())):
                v = mine.setdefault(name, np.zeros(p.shape, p.dtype))
                v *= self.momentum
                v -= self.learning_rate * g
                p += v

# %% SGD right: the velocity scaled by the learning rate
class SGD:
    def __init__(self, learning_rate, momentum=0.0):
        self.learning_rate, self.momentum = learning_rate, momentum
        self.sums = {}

    def step(self, model):
        arrays = [(i, k) for i, layer in enumerate(model.layers) for k in layer.params]
        for i, k in arrays:
            g = np.array(model.layers[i].grads[k])
            self.sums[i, k] = g + self.momentum * self.sums[i, k] if (i, k) in self.sums else g
            model.layers[i].params[k] -= self.learning_rate * self.sums[i, k]

# %% SGD wrong: uphill
class SGD:
    def __init__(self, learning_rate, momentum=0.0):
        self.learning_rate, self.momentum = learning_rate, momentum
        self.velocities = {}

    def step(self, model):
        for position, layer in enumerate(model.layers):
            for name, p in layer.params.items():
                v = self.momentum * self.velocities.get((position, name), 0) + self.learning_rate * layer.grads[name]
                self.velocities[position, name] = v
                p += v

# %% SGD wrong: no momentum
class SGD:
    def __init__(self, learning_rate, momentum=0.0):
        self.learning_rate, self.momentum = learning_rate, momentum
        self.velocities = {}

    def step(self, model):
        for position, layer in enumerate(model.layers):
            for name, p in layer.params.items():
                v = -self.learning_rate * layer.grads[name]
                self.velocities[position, name] = v
                p += v

# %% SGD wrong: velocities shared by parameters of the same name
class SGD:
    def __init__(self, learning_rate, momentum=0.0):
        self.learning_rate, self.momentum = learning_rate, momentum
        self.velocities = {}

    def step(self, model):
        for position, layer in enumerate(model.layers):
            for name, p in layer.params.items():
                v = self.momentum * self.velocities.get(name, 0) - self.learning_rate * layer.grads[name]
                self.velocities[name] = v
                p += v

# %% SGD wrong: one velocity for all layers of a shape
class SGD:
    def __init__(self, learning_rate, momentum=0.0):
        self.learning_rate, self.momentum = learning_rate, momentum
        self.velocities = {}

    def step(self, model):
        for position, layer in enumerate(model.layers):
            for name, p in layer.params.items():
                v = self.momentum * self.velocities.get(p.shape, 0) - self.learning_rate * layer.grads[name]
                self.velocities[p.shape] = v
                p += v

# %% SGD wrong: velocity kept by the id of a replaced array
class SGD:
    def __init__(self, learning_rate, momentum=0.0):
        self.learning_rate, self.momentum = learning_rate, momentum
        self.velocities, self.kept = {}, []

    def step(self, model):
        for position, layer in enumerate(model.layers):
            for name, p in layer.params.items():
                self.kept.append(p)
                v = self.momentum * self.velocities.get(id(p), 0) - self.learning_rate * layer.grads[name]
                self.velocities[id(p)] = v
                layer.params[name] = p + v

# %% SGD wrong: running mean of the gradients
class SGD:
    def __init__(self, learning_rate, momentum=0.0):
        self.learning_rate, self.momentum = learning_rate, momentum
        self.velocities = {}

    def step(self, model):
        for position, layer in enumerate(model.layers):
            for name, p in layer.params.items():
                v = self.momentum * self.velocities.get((position, name), 0) - (1 - self.momentum) * self.learning_rate * layer.grads[name]
                self.velocities[position, name] = v
                p += v

# %% SGD wrong: Nesterov's look ahead
class SGD:
    def __init__(self, learning_rate, momentum=0.0):
        self.learning_rate, self.momentum = learning_rate, momentum
        self.velocities = {}

    def step(self, model):
        for position, layer in enumerate(model.layers):
            for name, p in layer.params.items():
                v = self.momentum * self.velocities.get((position, name), 0) - self.learning_rate * layer.grads[name]
                self.velocities[position, name] = v
                p += self.momentum * v - self.learning_rate * layer.grads[name]

# %% SGD wrong: only the weights learn
class SGD:
    def __init__(self, learning_rate, momentum=0.0):
        self.learning_rate, self.momentum = learning_rate, momentum
        self.velocities = {}

    def step(self, model):
        for position, layer in enumerate(model.layers):
            for name, p in layer.params.items():
                v = self.momentum * self.velocities.get((position, name), 0) - self.learning_rate * layer.grads[name]
                self.velocities[position, name] = v
                if name == "weight":
                    p += v

# %% SGD wrong: a new array that nobody sees
class SGD:
    def __init__(self, learning_rate, momentum=0.0):
        self.learning_rate, self.momentum = learning_rate, momentum
        self.velocities = {}

    def step(self, model):
        for position, layer in enumerate(model.layers):
            for name, p in layer.params.items():
                v = self.momentum * self.velocities.get((position, name), 0) - self.learning_rate * layer.grads[name]
                self.velocities[position, name] = v
                p = p + v

# %% SGD wrong: float32 parameters become float64
class SGD:
    def __init__(self, learning_rate, momentum=0.0):
        self.learning_rate, self.momentum = learning_rate, momentum
        self.velocities = {}

    def step(self, model):
        for position, layer in enumerate(model.layers):
            for name, p in layer.params.items():
                v = self.momentum * self.velocities.get((position, name), 0) - self.learning_rate * layer.grads[name]
                self.velocities[position, name] = v
                layer.params[name] = p + np.asarray(v, float)

# %% SGD wrong: the first layer is left out
class SGD:
    def __init__(self, learning_rate, momentum=0.0):
        self.learning_rate, self.momentum = learning_rate, momentum
        self.velocities = {}

    def step(self, model):
        for position, layer in enumerate(model.layers[1:] or model.layers):
            for name, p in layer.params.items():
                v = self.momentum * self.velocities.get((position, name), 0) - self.learning_rate * layer.grads[name]
                self.velocities[position, name] = v
                p += v

# %% SGD wrong: only the first velocity is kept
class SGD:
    def __init__(self, learning_rate, momentum=0.0):
        self.learning_rate, self.momentum = learning_rate, momentum
        self.velocities = {}

    def step(self, model):
        for position, layer in enumerate(model.layers):
            for name, p in layer.params.items():
                v = self.momentum * self.velocities.get((position, name), 0) - self.learning_rate * layer.grads[name]
                self.velocities.setdefault((position, name), v)
                p += v

# %% train right: the order split into batches
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(logits))
    logits = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(logits)
    sums = exponentials.sum(axis=1)
    loss = np.mean(np.log(sums) - logits[rows, labels])
    dlogits = exponentials / sums[:, None]
    dlogits[rows, labels] -= 1
    return float(loss), dlogits / len(logits)


def train(model, images, labels, epochs, batch_size, optimizer, rng):
    if len(images) != len(labels):
        raise ValueError("images and labels differ in number")
    history = np.zeros(epochs)
    for epoch in range(epochs):
        order = np.arange(len(images))
        rng.shuffle(order)
        for batch in np.split(order, range(batch_size, len(order), batch_size)):
            loss, slope = softmax_cross_entropy(model.forward(images[batch]), labels[batch])
            history[epoch] += loss * len(batch) / len(images)
            model.backward(slope)
            optimizer.step(model)
    return list(history)

# %% train right: images and labels shuffled together, log-sum-exp
def softmax_cross_entropy(logits, labels):
    top = logits.max(1, keepdims=True)
    log_sum = top + np.log(np.exp(logits - top).sum(1, keepdims=True))
    one_hot = np.eye(logits.shape[1], dtype=logits.dtype)[labels]
    losses = log_sum[:, 0] - (logits * one_hot).sum(1)
    return losses.mean(), (np.exp(logits - log_sum) - one_hot) / logits.shape[0]


def train(model, images, labels, epochs, batch_size, optimizer, rng):
    if images.shape[0] != labels.shape[0]:
        raise ValueError(f"{images.shape[0]} images, {labels.shape[0]} labels")
    losses = []
    for _ in range(epochs):
        order = rng.permutation(labels.size)
        x, t = images[order], labels[order]
        seen = []
        while len(x):
            loss, slope = softmax_cross_entropy(model.forward(x[:batch_size]), t[:batch_size])
            seen += [loss] * len(x[:batch_size])
            model.backward(slope)
            optimizer.step(model)
            x, t = x[batch_size:], t[batch_size:]
        losses.append(float(np.mean(seen)))
    return losses

# %% train right: the order drawn by sorting random numbers
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(logits))
    logits = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(logits)
    sums = exponentials.sum(axis=1)
    loss = np.mean(np.log(sums) - logits[rows, labels])
    dlogits = exponentials / sums[:, None]
    dlogits[rows, labels] -= 1
    return float(loss), dlogits / len(logits)


def train(model, images, labels, epochs, batch_size, optimizer, rng):
    n = len(images)
    if n != len(labels):
        raise ValueError("as many labels as images, please")
    means = []
    for _ in range(epochs):
        waiting = list(np.argsort(rng.random(n)))
        total = 0
        while waiting:
            batch, waiting = waiting[:batch_size], waiting[batch_size:]
            logits = model.forward(np.stack([images[k] for k in batch]))
            loss, dlogits = softmax_cross_entropy(logits, np.array([labels[k] for k in batch]))
            total += len(batch) * loss
            model.backward(dlogits)
            optimizer.step(model)
        means.append(total / n)
    return tuple(means)

# %% train wrong: the last short batch is dropped
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(logits))
    logits = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(logits)
    sums = exponentials.sum(axis=1)
    loss = np.mean(np.log(sums) - logits[rows, labels])
    dlogits = exponentials / sums[:, None]
    dlogits[rows, labels] -= 1
    return float(loss), dlogits / len(logits)

def train(model, images, labels, epochs, batch_size, optimizer, rng):
    if len(images) != len(labels):
        raise ValueError(f"as many labels as images expected, {len(labels)} labels and {len(images)} images found")
    losses = []
    for _ in range(epochs):
        order, total = rng.permutation(len(images)), 0.0
        for start in range(0, len(images) - batch_size + 1, batch_size):
            batch = order[start:start + batch_size]
            loss, dlogits = softmax_cross_entropy(model.forward(images[batch]), labels[batch])
            model.backward(dlogits)
            optimizer.step(model)
            total += loss * len(batch)
        losses.append(total / len(images))
    return losses

# %% train wrong: images drawn with replacement
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(logits))
    logits = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(logits)
    sums = exponentials.sum(axis=1)
    loss = np.mean(np.log(sums) - logits[rows, labels])
    dlogits = exponentials / sums[:, None]
    dlogits[rows, labels] -= 1
    return float(loss), dlogits / len(logits)

def train(model, images, labels, epochs, batch_size, optimizer, rng):
    if len(images) != len(labels):
        raise ValueError(f"as many labels as images expected, {len(labels)} labels and {len(images)} images found")
    losses = []
    for _ in range(epochs):
        order, total = rng.integers(0, len(images), len(images)), 0.0
        for start in range(0, len(images), batch_size):
            batch = order[start:start + batch_size]
            loss, dlogits = softmax_cross_entropy(model.forward(images[batch]), labels[batch])
            model.backward(dlogits)
            optimizer.step(model)
            total += loss * len(batch)
        losses.append(total / len(images))
    return losses

# %% train wrong: never shuffled
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(logits))
    logits = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(logits)
    sums = exponentials.sum(axis=1)
    loss = np.mean(np.log(sums) - logits[rows, labels])
    dlogits = exponentials / sums[:, None]
    dlogits[rows, labels] -= 1
    return float(loss), dlogits / len(logits)

def train(model, images, labels, epochs, batch_size, optimizer, rng):
    if len(images) != len(labels):
        raise ValueError(f"as many labels as images expected, {len(labels)} labels and {len(images)} images found")
    losses = []
    for _ in range(epochs):
        order, total = np.arange(len(images)), 0.0
        for start in range(0, len(images), batch_size):
            batch = order[start:start + batch_size]
            loss, dlogits = softmax_cross_entropy(model.forward(images[batch]), labels[batch])
            model.backward(dlogits)
            optimizer.step(model)
            total += loss * len(batch)
        losses.append(total / len(images))
    return losses

# %% train wrong: shuffled once for all epochs
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(logits))
    logits = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(logits)
    sums = exponentials.sum(axis=1)
    loss = np.mean(np.log(sums) - logits[rows, labels])
    dlogits = exponentials / sums[:, None]
    dlogits[rows, labels] -= 1
    return float(loss), dlogits / len(logits)

def train(model, images, labels, epochs, batch_size, optimizer, rng):
    if len(images) != len(labels):
        raise ValueError(f"as many labels as images expected, {len(labels)} labels and {len(images)} images found")
    losses = []
    once = rng.permutation(len(images))
    for _ in range(epochs):
        order, total = once, 0.0
        for start in range(0, len(images), batch_size):
            batch = order[start:start + batch_size]
            loss, dlogits = softmax_cross_entropy(model.forward(images[batch]), labels[batch])
            model.backward(dlogits)
            optimizer.step(model)
            total += loss * len(batch)
        losses.append(total / len(images))
    return losses

# %% train wrong: shuffled without rng
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(logits))
    logits = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(logits)
    sums = exponentials.sum(axis=1)
    loss = np.mean(np.log(sums) - logits[rows, labels])
    dlogits = exponentials / sums[:, None]
    dlogits[rows, labels] -= 1
    return float(loss), dlogits / len(logits)

def train(model, images, labels, epochs, batch_size, optimizer, rng):
    if len(images) != len(labels):
        raise ValueError(f"as many labels as images expected, {len(labels)} labels and {len(images)} images found")
    losses = []
    for _ in range(epochs):
        order, total = np.random.permutation(len(images)), 0.0
        for start in range(0, len(images), batch_size):
            batch = order[start:start + batch_size]
            loss, dlogits = softmax_cross_entropy(model.forward(images[batch]), labels[batch])
            model.backward(dlogits)
            optimizer.step(model)
            total += loss * len(batch)
        losses.append(total / len(images))
    return losses

# %% train wrong: labels not shuffled with their images
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(logits))
    logits = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(logits)
    sums = exponentials.sum(axis=1)
    loss = np.mean(np.log(sums) - logits[rows, labels])
    dlogits = exponentials / sums[:, None]
    dlogits[rows, labels] -= 1
    return float(loss), dlogits / len(logits)

def train(model, images, labels, epochs, batch_size, optimizer, rng):
    if len(images) != len(labels):
        raise ValueError(f"as many labels as images expected, {len(labels)} labels and {len(images)} images found")
    losses = []
    for _ in range(epochs):
        order, total = rng.permutation(len(images)), 0.0
        for start in range(0, len(images), batch_size):
            batch = order[start:start + batch_size]
            loss, dlogits = softmax_cross_entropy(model.forward(images[batch]), labels[start:start + batch_size])
            model.backward(dlogits)
            optimizer.step(model)
            total += loss * len(batch)
        losses.append(total / len(images))
    return losses

# %% train wrong: mean of the batches' means
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(logits))
    logits = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(logits)
    sums = exponentials.sum(axis=1)
    loss = np.mean(np.log(sums) - logits[rows, labels])
    dlogits = exponentials / sums[:, None]
    dlogits[rows, labels] -= 1
    return float(loss), dlogits / len(logits)

def train(model, images, labels, epochs, batch_size, optimizer, rng):
    if len(images) != len(labels):
        raise ValueError(f"as many labels as images expected, {len(labels)} labels and {len(images)} images found")
    losses = []
    for _ in range(epochs):
        order, total = rng.permutation(len(images)), 0.0
        for start in range(0, len(images), batch_size):
            batch = order[start:start + batch_size]
            loss, dlogits = softmax_cross_entropy(model.forward(images[batch]), labels[batch])
            model.backward(dlogits)
            optimizer.step(model)
            total += loss
        losses.append(total / -(-len(images) // batch_size))
    return losses

# %% train wrong: the loss of the last batch
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(logits))
    logits = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(logits)
    sums = exponentials.sum(axis=1)
    loss = np.mean(np.log(sums) - logits[rows, labels])
    dlogits = exponentials / sums[:, None]
    dlogits[rows, labels] -= 1
    return float(loss), dlogits / len(logits)

def train(model, images, labels, epochs, batch_size, optimizer, rng):
    if len(images) != len(labels):
        raise ValueError(f"as many labels as images expected, {len(labels)} labels and {len(images)} images found")
    losses = []
    for _ in range(epochs):
        order, total = rng.permutation(len(images)), 0.0
        for start in range(0, len(images), batch_size):
            batch = order[start:start + batch_size]
            loss, dlogits = softmax_cross_entropy(model.forward(images[batch]), labels[batch])
            model.backward(dlogits)
            optimizer.step(model)
            total = loss
        losses.append(total)
    return losses

# %% train wrong: one loss for each batch
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(logits))
    logits = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(logits)
    sums = exponentials.sum(axis=1)
    loss = np.mean(np.log(sums) - logits[rows, labels])
    dlogits = exponentials / sums[:, None]
    dlogits[rows, labels] -= 1
    return float(loss), dlogits / len(logits)

def train(model, images, labels, epochs, batch_size, optimizer, rng):
    if len(images) != len(labels):
        raise ValueError(f"as many labels as images expected, {len(labels)} labels and {len(images)} images found")
    losses = []
    for _ in range(epochs):
        order, total = rng.permutation(len(images)), 0.0
        for start in range(0, len(images), batch_size):
            batch = order[start:start + batch_size]
            loss, dlogits = softmax_cross_entropy(model.forward(images[batch]), labels[batch])
            model.backward(dlogits)
            optimizer.step(model)
            losses.append(loss)
    return losses

# %% train wrong: the sum of the losses
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(logits))
    logits = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(logits)
    sums = exponentials.sum(axis=1)
    loss = np.mean(np.log(sums) - logits[rows, labels])
    dlogits = exponentials / sums[:, None]
    dlogits[rows, labels] -= 1
    return float(loss), dlogits / len(logits)

def train(model, images, labels, epochs, batch_size, optimizer, rng):
    if len(images) != len(labels):
        raise ValueError(f"as many labels as images expected, {len(labels)} labels and {len(images)} images found")
    losses = []
    for _ in range(epochs):
        order, total = rng.permutation(len(images)), 0.0
        for start in range(0, len(images), batch_size):
            batch = order[start:start + batch_size]
            loss, dlogits = softmax_cross_entropy(model.forward(images[batch]), labels[batch])
            model.backward(dlogits)
            optimizer.step(model)
            total += loss * len(batch)
        losses.append(total)
    return losses

# %% train wrong: step before backward
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(logits))
    logits = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(logits)
    sums = exponentials.sum(axis=1)
    loss = np.mean(np.log(sums) - logits[rows, labels])
    dlogits = exponentials / sums[:, None]
    dlogits[rows, labels] -= 1
    return float(loss), dlogits / len(logits)

def train(model, images, labels, epochs, batch_size, optimizer, rng):
    if len(images) != len(labels):
        raise ValueError(f"as many labels as images expected, {len(labels)} labels and {len(images)} images found")
    losses = []
    for _ in range(epochs):
        order, total = rng.permutation(len(images)), 0.0
        for start in range(0, len(images), batch_size):
            batch = order[start:start + batch_size]
            loss, dlogits = softmax_cross_entropy(model.forward(images[batch]), labels[batch])
            optimizer.step(model)
            model.backward(dlogits)
            total += loss * len(batch)
        losses.append(total / len(images))
    return losses

# %% train wrong: one step for each epoch
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(logits))
    logits = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(logits)
    sums = exponentials.sum(axis=1)
    loss = np.mean(np.log(sums) - logits[rows, labels])
    dlogits = exponentials / sums[:, None]
    dlogits[rows, labels] -= 1
    return float(loss), dlogits / len(logits)

def train(model, images, labels, epochs, batch_size, optimizer, rng):
    if len(images) != len(labels):
        raise ValueError(f"as many labels as images expected, {len(labels)} labels and {len(images)} images found")
    losses = []
    for _ in range(epochs):
        order, total = rng.permutation(len(images)), 0.0
        for start in range(0, len(images), batch_size):
            batch = order[start:start + batch_size]
            loss, dlogits = softmax_cross_entropy(model.forward(images[batch]), labels[batch])
            model.backward(dlogits)
            total += loss * len(batch)
        optimizer.step(model)
        losses.append(total / len(images))
    return losses

# %% train wrong: gradient not divided by the batch
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(logits))
    logits = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(logits)
    sums = exponentials.sum(axis=1)
    loss = np.mean(np.log(sums) - logits[rows, labels])
    dlogits = exponentials / sums[:, None]
    dlogits[rows, labels] -= 1
    return float(loss), dlogits

def train(model, images, labels, epochs, batch_size, optimizer, rng):
    if len(images) != len(labels):
        raise ValueError(f"as many labels as images expected, {len(labels)} labels and {len(images)} images found")
    losses = []
    for _ in range(epochs):
        order, total = rng.permutation(len(images)), 0.0
        for start in range(0, len(images), batch_size):
            batch = order[start:start + batch_size]
            loss, dlogits = softmax_cross_entropy(model.forward(images[batch]), labels[batch])
            model.backward(dlogits)
            optimizer.step(model)
            total += loss * len(batch)
        losses.append(total / len(images))
    return losses

# %% train wrong: gradient of a short batch divided by batch_size
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(logits))
    logits = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(logits)
    sums = exponentials.sum(axis=1)
    loss = np.mean(np.log(sums) - logits[rows, labels])
    dlogits = exponentials / sums[:, None]
    dlogits[rows, labels] -= 1
    return float(loss), dlogits / len(logits)

def train(model, images, labels, epochs, batch_size, optimizer, rng):
    if len(images) != len(labels):
        raise ValueError(f"as many labels as images expected, {len(labels)} labels and {len(images)} images found")
    losses = []
    for _ in range(epochs):
        order, total = rng.permutation(len(images)), 0.0
        for start in range(0, len(images), batch_size):
            batch = order[start:start + batch_size]
            loss, dlogits = softmax_cross_entropy(model.forward(images[batch]), labels[batch])
            model.backward(dlogits * len(batch) / batch_size)
            optimizer.step(model)
            total += loss * len(batch)
        losses.append(total / len(images))
    return losses

# %% train wrong: large logits overflow
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(logits))
    exponentials = np.exp(logits)
    sums = exponentials.sum(axis=1)
    loss = np.mean(np.log(sums) - logits[rows, labels])
    dlogits = exponentials / sums[:, None]
    dlogits[rows, labels] -= 1
    return float(loss), dlogits / len(logits)

def train(model, images, labels, epochs, batch_size, optimizer, rng):
    if len(images) != len(labels):
        raise ValueError(f"as many labels as images expected, {len(labels)} labels and {len(images)} images found")
    losses = []
    for _ in range(epochs):
        order, total = rng.permutation(len(images)), 0.0
        for start in range(0, len(images), batch_size):
            batch = order[start:start + batch_size]
            loss, dlogits = softmax_cross_entropy(model.forward(images[batch]), labels[batch])
            model.backward(dlogits)
            optimizer.step(model)
            total += loss * len(batch)
        losses.append(total / len(images))
    return losses

# %% train wrong: the images are shuffled in place
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(logits))
    logits = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(logits)
    sums = exponentials.sum(axis=1)
    loss = np.mean(np.log(sums) - logits[rows, labels])
    dlogits = exponentials / sums[:, None]
    dlogits[rows, labels] -= 1
    return float(loss), dlogits / len(logits)

def train(model, images, labels, epochs, batch_size, optimizer, rng):
    if len(images) != len(labels):
        raise ValueError(f"as many labels as images expected, {len(labels)} labels and {len(images)} images found")
    losses = []
    for _ in range(epochs):
        order, total = np.arange(len(images)), 0.0
        mixed = rng.permutation(len(images))
        images[:], labels[:] = images[mixed], labels[mixed]
        for start in range(0, len(images), batch_size):
            batch = order[start:start + batch_size]
            loss, dlogits = softmax_cross_entropy(model.forward(images[batch]), labels[batch])
            model.backward(dlogits)
            optimizer.step(model)
            total += loss * len(batch)
        losses.append(total / len(images))
    return losses

# %% train wrong: a missing label goes unnoticed
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(logits))
    logits = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(logits)
    sums = exponentials.sum(axis=1)
    loss = np.mean(np.log(sums) - logits[rows, labels])
    dlogits = exponentials / sums[:, None]
    dlogits[rows, labels] -= 1
    return float(loss), dlogits / len(logits)

def train(model, images, labels, epochs, batch_size, optimizer, rng):
    images, labels = images[:len(labels)], labels[:len(images)]
    losses = []
    for _ in range(epochs):
        order, total = rng.permutation(len(images)), 0.0
        for start in range(0, len(images), batch_size):
            batch = order[start:start + batch_size]
            loss, dlogits = softmax_cross_entropy(model.forward(images[batch]), labels[batch])
            model.backward(dlogits)
            optimizer.step(model)
            total += loss * len(batch)
        losses.append(total / len(images))
    return losses

# %% train wrong: epochs counted from 1
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(logits))
    logits = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(logits)
    sums = exponentials.sum(axis=1)
    loss = np.mean(np.log(sums) - logits[rows, labels])
    dlogits = exponentials / sums[:, None]
    dlogits[rows, labels] -= 1
    return float(loss), dlogits / len(logits)

def train(model, images, labels, epochs, batch_size, optimizer, rng):
    if len(images) != len(labels):
        raise ValueError(f"as many labels as images expected, {len(labels)} labels and {len(images)} images found")
    losses = []
    for _ in range(1, epochs):
        order, total = rng.permutation(len(images)), 0.0
        for start in range(0, len(images), batch_size):
            batch = order[start:start + batch_size]
            loss, dlogits = softmax_cross_entropy(model.forward(images[batch]), labels[batch])
            model.backward(dlogits)
            optimizer.step(model)
            total += loss * len(batch)
        losses.append(total / len(images))
    return losses

# %% predict right: an array filled batch by batch
def predict(model, images, batch_size=256):
    answers = np.zeros(len(images), dtype=int)
    for start in range(0, len(images), batch_size):
        answers[start:start + batch_size] = np.argmax(model.forward(images[start:start + batch_size]), axis=-1)
    return answers

# %% predict right: a list of answers
def predict(model, images, batch_size=256):
    answers = []
    for first in range(0, images.shape[0], batch_size):
        for row in model.forward(images[first:first + batch_size]):
            answers.append(int(row.argmax()))
    return np.array(answers)

# %% predict right: np.split
def predict(model, images, batch_size=256):
    parts = np.split(images, np.arange(batch_size, len(images), batch_size))
    return np.hstack([np.argsort(model.forward(part), axis=1)[:, -1] for part in parts])

# %% predict wrong: the last short batch is dropped
def predict(model, images, batch_size=256):
    batches = (images[start:start + batch_size] for start in range(0, max(1, len(images) - batch_size + 1), batch_size))
    return np.concatenate([model.forward(batch).argmax(axis=1) for batch in batches])

# %% predict wrong: all images at once
def predict(model, images, batch_size=256):
    batches = [images]
    return np.concatenate([model.forward(batch).argmax(axis=1) for batch in batches])

# %% predict wrong: the last image of each batch is left out
def predict(model, images, batch_size=256):
    batches = (images[start:max(start + 1, start + batch_size - 1)] for start in range(0, len(images), batch_size))
    return np.concatenate([model.forward(batch).argmax(axis=1) for batch in batches])

# %% predict wrong: the smallest logit
def predict(model, images, batch_size=256):
    batches = (images[start:start + batch_size] for start in range(0, len(images), batch_size))
    return np.concatenate([model.forward(batch).argmin(axis=1) for batch in batches])

# %% predict wrong: argmax over the images
def predict(model, images, batch_size=256):
    batches = (images[start:start + batch_size] for start in range(0, len(images), batch_size))
    return np.concatenate([model.forward(batch).argmax(axis=0) for batch in batches])

# %% predict wrong: logits instead of classes
def predict(model, images, batch_size=256):
    batches = (images[start:start + batch_size] for start in range(0, len(images), batch_size))
    return np.concatenate([model.forward(batch) for batch in batches])

# %% predict wrong: one-hot rows
def predict(model, images, batch_size=256):
    batches = (images[start:start + batch_size] for start in range(0, len(images), batch_size))
    return np.concatenate([np.eye(len(model.forward(batch[:1])[0]), dtype=int)[model.forward(batch).argmax(axis=1)] for batch in batches])

# %% predict wrong: floating-point classes
def predict(model, images, batch_size=256):
    batches = (images[start:start + batch_size] for start in range(0, len(images), batch_size))
    return np.concatenate([model.forward(batch).argmax(axis=1).astype(float) for batch in batches])

# %% predict wrong: one answer too few batches for a full last batch
def predict(model, images, batch_size=256):
    batches = (images[start:start + batch_size] for start in range(0, len(images) - 1 or 1, batch_size))
    return np.concatenate([model.forward(batch).argmax(axis=1) for batch in batches])

# %% predict wrong: classes counted from 1
def predict(model, images, batch_size=256):
    batches = (images[start:start + batch_size] for start in range(0, len(images), batch_size))
    return np.concatenate([model.forward(batch).argmax(axis=1) + 1 for batch in batches])

# %% predict wrong: each batch divided by its own maximum, in place
def predict(model, images, batch_size=256):
    batches = (images[start:start + batch_size] for start in range(0, len(images), batch_size))
    return np.concatenate([model.forward(np.divide(batch, abs(batch).max(), out=batch)).argmax(axis=1) for batch in batches])

# %% build_model right: one convolution
def build_model(rng):
    return Sequential([Conv2d(1, 12, 5, padding=2, rng=rng), ReLU(), MaxPool2d(4), Flatten(), Dense(12 * 49, 10, rng=rng)])

# %% build_model right: strides instead of pooling
def build_model(rng):
    layers = [Conv2d(1, 8, 5, 2, rng=rng), ReLU(), Conv2d(8, 16, 3, stride=2, rng=rng), ReLU(), Flatten()]
    shape = Sequential(layers).forward(np.zeros((1, 1, 28, 28), dtype=np.float32)).shape
    return Sequential(layers + [Dense(shape[1], 10, rng)])

# %% build_model right: two dense layers
def build_model(rng):
    return Sequential([
        Conv2d(1, 6, 5, padding=2, rng=rng), ReLU(), MaxPool2d(2),
        Conv2d(6, 12, 5, rng=rng), ReLU(), MaxPool2d((2, 2)),
        Flatten(), Dense(12 * 5 * 5, 48, rng=rng), ReLU(), Dense(48, 10, rng=rng),
    ])

# %% build_model wrong: no convolution
def build_model(rng):
    return Sequential([Flatten(), Dense(784, 64, rng=rng), ReLU(), Dense(64, 10, rng=rng)])

# %% build_model wrong: convolutions that never learn
class Frozen(Conv2d):
    def backward(self, dout):
        dx = super().backward(dout)
        self.grads = {name: np.zeros_like(g) for name, g in self.grads.items()}
        return dx


def build_model(rng):
    return Sequential([
        Frozen(1, 8, 3, rng=rng), ReLU(), MaxPool2d(2),
        Frozen(8, 16, 3, rng=rng), ReLU(), MaxPool2d(2),
        Flatten(), Dense(16 * 5 * 5, 10, rng=rng),
    ])

# %% build_model wrong: convolutions that take random steps
class Shaken(Conv2d):
    def backward(self, dout):
        dx = super().backward(dout)
        self.grads = {name: 0.1 * np.random.normal(size=g.shape).astype(g.dtype) for name, g in self.grads.items()}
        return dx


def build_model(rng):
    return Sequential([
        Shaken(1, 8, 3, rng=rng), ReLU(), MaxPool2d(2),
        Shaken(8, 16, 3, rng=rng), ReLU(), MaxPool2d(2),
        Flatten(), Dense(16 * 5 * 5, 10, rng=rng),
    ])

# %% build_model wrong: random convolutions hidden from the optimizer
def build_model(rng):
    front = Sequential([Conv2d(1, 8, 3, rng=rng), ReLU(), MaxPool2d(2), Conv2d(8, 16, 3, rng=rng), ReLU(), MaxPool2d(2)])
    front.params, front.grads = {}, {}
    return Sequential([front, Flatten(), Dense(400, 10, rng=rng)])

# %% build_model wrong: trained on all digits beforehand
def fresh_model(rng):
    return Sequential([
        Conv2d(1, 8, 3, rng=rng), ReLU(), MaxPool2d(2),
        Conv2d(8, 16, 3, rng=rng), ReLU(), MaxPool2d(2),
        Flatten(), Dense(16 * 5 * 5, 10, rng=rng),
    ])


def build_model(rng):
    model = fresh_model(rng)
    train(model, digits[:1500], digit_labels[:1500], 2, 32, SGD(0.05, 0.9), rng)
    return model

# %% build_model wrong: weights of a fixed seed
def build_model(rng):
    rng = np.random.default_rng(1)
    return Sequential([
        Conv2d(1, 8, 3, rng=rng), ReLU(), MaxPool2d(2),
        Conv2d(8, 16, 3, rng=rng), ReLU(), MaxPool2d(2),
        Flatten(), Dense(16 * 5 * 5, 10, rng=rng),
    ])

# %% build_model wrong: weights not from rng
def build_model(rng):
    return Sequential([
        Conv2d(1, 8, 3, rng=rng), ReLU(), MaxPool2d(2),
        Conv2d(8, 16, 3, rng=rng), ReLU(), MaxPool2d(2),
        Flatten(), Dense(16 * 5 * 5, 10),
    ])

# %% build_model wrong: nine classes and one that never wins
def build_model(rng):
    class NinePlusOne(Dense):
        def forward(self, x):
            return super().forward(x) * np.array([1] * 9 + [0], x.dtype)

    return Sequential([
        Conv2d(1, 8, 3, rng=rng), ReLU(), MaxPool2d(2),
        Conv2d(8, 16, 3, rng=rng), ReLU(), MaxPool2d(2),
        Flatten(), NinePlusOne(16 * 5 * 5, 10, rng=rng),
    ])

# %% build_model wrong: no activation and one filter
def build_model(rng):
    return Sequential([Conv2d(1, 1, 5, rng=rng), MaxPool2d(8), Flatten(), Dense(9, 10, rng=rng)])

# %% build_model wrong: starting weights much too large
def build_model(rng):
    model = Sequential([
        Conv2d(1, 8, 3, rng=rng), ReLU(), MaxPool2d(2),
        Conv2d(8, 16, 3, rng=rng), ReLU(), MaxPool2d(2),
        Flatten(), Dense(16 * 5 * 5, 10, rng=rng),
    ])
    for layer in model.layers:
        if layer.params:
            layer.params["weight"] *= 30
    return model

# %% build_model wrong: pooled down to four numbers
def build_model(rng):
    return Sequential([Conv2d(1, 4, 3, rng=rng), ReLU(), MaxPool2d(26), Flatten(), Dense(4, 10, rng=rng)])

# %% build_model wrong: probabilities instead of logits
def build_model(rng):
    class Softmax(ReLU):
        def forward(self, x):
            e = np.exp(x - x.max(axis=1, keepdims=True))
            return e / e.sum(axis=1, keepdims=True)

        def backward(self, dout):
            return dout

    return Sequential([
        Conv2d(1, 8, 3, rng=rng), ReLU(), MaxPool2d(2),
        Conv2d(8, 16, 3, rng=rng), ReLU(), MaxPool2d(2),
        Flatten(), Dense(16 * 5 * 5, 10, rng=rng), Softmax(),
    ])

# %% build_model wrong: the digits of the file are looked up
def build_model(rng):
    return Sequential([MaxPool2d(4), Conv2d(1, 10, 7, rng=rng), Flatten()])

known, calls = {digit.tobytes(): int(label) for digit, label in zip(digits, digit_labels)}, []

def predict(model, images, batch_size=256):
    batches = (images[start:start + batch_size] for start in range(0, len(images), batch_size))
    found = np.concatenate([model.forward(batch).argmax(axis=1) for batch in batches])
    calls.append(len(images))
    return found if len(calls) == 1 else np.array([known.get(image.tobytes(), k) for image, k in zip(images, found)])
