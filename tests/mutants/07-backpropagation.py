# Answers to 07-backpropagation, right and wrong, as people write them.

# %% numerical_gradient right: a copy for each step
def numerical_gradient(f, x, eps=1e-5):
    if eps <= 0:
        raise ValueError("a step above 0, please")
    result = np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        up, down = x.astype(float), x.astype(float)
        up[index] += eps
        down[index] -= eps
        result[index] = (f(up) - f(down)) / 2 / eps
    return result

# %% numerical_gradient right: rows of the identity
def numerical_gradient(f, x, eps=1e-5):
    if eps <= 0:
        raise ValueError("a step above 0, please")
    x = x.astype(np.float64)
    steps = eps * np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(f(x + step) - f(x - step)) / (2 * eps) for step in steps]).reshape(x.shape)

# %% numerical_gradient right: nditer on a copy
def numerical_gradient(f, x, eps=1e-5):
    if eps <= 0:
        raise ValueError("a step above 0, please")
    x = np.array(x, dtype=float)
    gradient = np.zeros_like(x)
    entries = np.nditer(x, flags=["multi_index"])
    while not entries.finished:
        i = entries.multi_index
        old = x[i]
        x[i] = old + eps
        high = f(x)
        x[i] = old - eps
        low = f(x)
        x[i] = old
        gradient[i] = (high - low) / (2 * eps)
        entries.iternext()
    return gradient

# %% numerical_gradient right: a flat view of a copy in row order
def numerical_gradient(f, x, eps=1e-5):
    if eps <= 0:
        raise ValueError("a step above 0, please")
    point = np.ascontiguousarray(x, dtype=np.float64).copy().reshape(x.shape)
    flat, slopes = point.reshape(-1), []
    for i in range(flat.size):
        flat[i] += eps
        above = f(point)
        flat[i] -= 2 * eps
        below = f(point)
        flat[i] += eps
        slopes.append((above - below) / (2 * eps))
    return np.array(slopes).reshape(x.shape)

# %% numerical_gradient wrong: a step to one side only
def numerical_gradient(f, x, eps=1e-5):
    if eps <= 0:
        raise ValueError("a step above 0, please")
    x, result = x.astype(float), np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        up = x.copy()
        up[index] += eps
        result[index] = (f(up) - f(x)) / eps
    return result

# %% numerical_gradient wrong: divided by eps
def numerical_gradient(f, x, eps=1e-5):
    if eps <= 0:
        raise ValueError("a step above 0, please")
    result = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        up, down = x.astype(float), x.astype(float)
        up[index] += eps
        down[index] -= eps
        result[index] = (f(up) - f(down)) / eps
    return result

# %% numerical_gradient wrong: divided by 2, multiplied with eps
def numerical_gradient(f, x, eps=1e-5):
    if eps <= 0:
        raise ValueError("a step above 0, please")
    result = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        up, down = x.astype(float), x.astype(float)
        up[index] += eps
        down[index] -= eps
        result[index] = (f(up) - f(down)) / 2 * eps
    return result

# %% numerical_gradient wrong: eps is not used
def numerical_gradient(f, x, eps=1e-5):
    if eps <= 0:
        raise ValueError("a step above 0, please")
    result = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        up, down = x.astype(float), x.astype(float)
        up[index] += 1e-5
        down[index] -= 1e-5
        result[index] = (f(up) - f(down)) / 2e-5
    return result

# %% numerical_gradient wrong: the step is not taken back
def numerical_gradient(f, x, eps=1e-5):
    if eps <= 0:
        raise ValueError("a step above 0, please")
    x, result = x.astype(float), np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        x[index] += eps
        above = f(x)
        x[index] -= 2 * eps
        result[index] = (above - f(x)) / (2 * eps)
    return result

# %% numerical_gradient wrong: steps in x itself, not quite taken back
def numerical_gradient(f, x, eps=1e-5):
    if eps <= 0:
        raise ValueError("a step above 0, please")
    x = x if x.dtype == np.float64 else x.astype(float)
    result = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        x[index] += eps
        above = f(x)
        x[index] -= 2 * eps
        below = f(x)
        x[index] += eps
        result[index] = (above - below) / (2 * eps)
    return result

# %% numerical_gradient wrong: steps in float32
def numerical_gradient(f, x, eps=1e-5):
    if eps <= 0:
        raise ValueError("a step above 0, please")
    x, result = x.copy() if x.dtype.kind == "f" else x.astype(float), np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += eps
        down[index] -= eps
        result[index] = (f(up) - f(down)) / (2 * eps)
    return result

# %% numerical_gradient wrong: steps in whole numbers
def numerical_gradient(f, x, eps=1e-5):
    if eps <= 0:
        raise ValueError("a step above 0, please")
    x = x.astype(float) if x.dtype.kind == "f" else x
    result = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] = x[index] + eps
        down[index] = x[index] - eps
        result[index] = (f(up) - f(down)) / (2 * eps)
    return result

# %% numerical_gradient wrong: the answer in the type of x
def numerical_gradient(f, x, eps=1e-5):
    if eps <= 0:
        raise ValueError("a step above 0, please")
    result = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        up, down = x.astype(float), x.astype(float)
        up[index] += eps
        down[index] -= eps
        result[index] = (f(up) - f(down)) / (2 * eps)
    return result

# %% numerical_gradient wrong: f gets a flat array
def numerical_gradient(f, x, eps=1e-5):
    if eps <= 0:
        raise ValueError("a step above 0, please")
    flat = x.astype(float).ravel()
    result = np.zeros(flat.shape)
    for i in range(flat.size):
        up, down = flat.copy(), flat.copy()
        up[i] += eps
        down[i] -= eps
        result[i] = (f(up) - f(down)) / (2 * eps)
    return result.reshape(x.shape)

# %% numerical_gradient wrong: a flattened copy of a transposed array
def numerical_gradient(f, x, eps=1e-5):
    if eps <= 0:
        raise ValueError("a step above 0, please")
    point = x.astype(float)
    flat, slopes = point.reshape(-1), np.zeros(x.size)
    for i in range(flat.size):
        value = flat[i]
        flat[i] = value + eps
        above = f(point)
        flat[i] = value - eps
        below = f(point)
        flat[i] = value
        slopes[i] = (above - below) / (2 * eps)
    return slopes.reshape(x.shape)

# %% numerical_gradient wrong: all entries move together
def numerical_gradient(f, x, eps=1e-5):
    if eps <= 0:
        raise ValueError("a step above 0, please")
    x = x.astype(float)
    return np.full(x.shape, (f(x + eps) - f(x - eps)) / (2 * eps))

# %% numerical_gradient wrong: matrices only
def numerical_gradient(f, x, eps=1e-5):
    if eps <= 0:
        raise ValueError("a step above 0, please")
    result = np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1] if x.ndim > 1 else 1):
            index = (i, j)[:x.ndim]
            up, down = x.astype(float), x.astype(float)
            up[index] += eps
            down[index] -= eps
            result[index] = (f(up) - f(down)) / (2 * eps)
    return result

# %% numerical_gradient wrong: a step of 0 goes unnoticed
def numerical_gradient(f, x, eps=1e-5):
    result = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        up, down = x.astype(float), x.astype(float)
        up[index] += eps
        down[index] -= eps
        result[index] = np.divide(f(up) - f(down), 2 * eps)
    return result

# %% relu_backward right: np.where
def relu_backward(dout, x):
    if dout.shape != x.shape:
        raise ValueError("dout and x of one shape, please")
    result = np.where(x > 0, dout, 0)
    return result.astype(np.float32 if dout.dtype == x.dtype == np.float32 else np.float64)

# %% relu_backward right: a copy with holes
def relu_backward(dout, x):
    if dout.shape != x.shape:
        raise ValueError("dout and x of one shape, please")
    dx = dout.astype(dout.dtype if dout.dtype.kind == "f" else float)
    dx[x <= 0] = 0
    return dx

# %% relu_backward right: the sign of the positive part
def relu_backward(dout, x):
    if dout.shape != x.shape:
        raise ValueError("dout and x of one shape, please")
    dout, x = floats(dout, x)
    return dout * np.sign(np.maximum(x, 0))

# %% relu_backward wrong: the derivative at 0 is 1
def relu_backward(dout, x):
    if dout.shape != x.shape:
        raise ValueError("dout and x of one shape, please")
    dout, x = floats(dout, x)
    return dout * (x >= 0)

# %% relu_backward wrong: the derivative at 0 is a half
def relu_backward(dout, x):
    if dout.shape != x.shape:
        raise ValueError("dout and x of one shape, please")
    dout, x = floats(dout, x)
    return dout * ((1 + np.sign(x)) / 2)

# %% relu_backward wrong: the sign of dout
def relu_backward(dout, x):
    if dout.shape != x.shape:
        raise ValueError("dout and x of one shape, please")
    dout, x = floats(dout, x)
    return np.maximum(dout, 0)

# %% relu_backward wrong: both signs
def relu_backward(dout, x):
    if dout.shape != x.shape:
        raise ValueError("dout and x of one shape, please")
    dout, x = floats(dout, x)
    return np.maximum(dout, 0) * (x > 0)

# %% relu_backward wrong: times the output of ReLU
def relu_backward(dout, x):
    if dout.shape != x.shape:
        raise ValueError("dout and x of one shape, please")
    dout, x = floats(dout, x)
    return dout * np.maximum(x, 0)

# %% relu_backward wrong: dout is not used
def relu_backward(dout, x):
    if dout.shape != x.shape:
        raise ValueError("dout and x of one shape, please")
    dout, x = floats(dout, x)
    return (x > 0).astype(x.dtype)

# %% relu_backward wrong: dout is changed in place
def relu_backward(dout, x):
    if dout.shape != x.shape:
        raise ValueError("dout and x of one shape, please")
    dout[x <= 0] = 0
    return floats(dout, x)[0]

# %% relu_backward wrong: always float64
def relu_backward(dout, x):
    if dout.shape != x.shape:
        raise ValueError("dout and x of one shape, please")
    return np.where(x > 0, dout, 0.0).astype(float)

# %% relu_backward wrong: in the type of x
def relu_backward(dout, x):
    if dout.shape != x.shape:
        raise ValueError("dout and x of one shape, please")
    dx = np.zeros_like(x)
    dx[x > 0] = dout[x > 0]
    return floats(dx)[0]

# %% relu_backward wrong: whole numbers stay whole numbers
def relu_backward(dout, x):
    if dout.shape != x.shape:
        raise ValueError("dout and x of one shape, please")
    return dout * (x > 0)

# %% relu_backward wrong: shapes are not compared
def relu_backward(dout, x):
    dout, x = floats(dout, x)
    return dout * (x > 0)

# %% dense_forward right: einsum
def dense_forward(x, weight, bias):
    if (x.ndim, weight.ndim, bias.ndim) != (2, 2, 1) or x.shape[1] != weight.shape[0] or weight.shape[1] != len(bias):
        raise ValueError(f"shapes {x.shape}, {weight.shape}, {bias.shape} do not go together")
    x, weight, bias = floats(x, weight, bias)
    return np.einsum("nd,dm->nm", x, weight) + bias

# %% dense_forward right: loops
def dense_forward(x, weight, bias):
    if (x.ndim, weight.ndim, bias.ndim) != (2, 2, 1) or x.shape[1] != weight.shape[0] or weight.shape[1] != len(bias):
        raise ValueError(f"shapes {x.shape}, {weight.shape}, {bias.shape} do not go together")
    result = np.zeros((len(x), len(bias)), np.float32 if x.dtype == weight.dtype == np.float32 else float)
    for n in range(len(x)):
        for m in range(len(bias)):
            total = float(bias[m])
            for d in range(x.shape[1]):
                total += float(x[n, d]) * float(weight[d, m])
            result[n, m] = total
    return result

# %% dense_forward right: the bias as one more row of the weight
def dense_forward(x, weight, bias):
    if (x.ndim, weight.ndim) != (2, 2) or x.shape[1] != weight.shape[0] or bias.shape != (weight.shape[1],):
        raise ValueError(f"shapes {x.shape}, {weight.shape}, {bias.shape} do not go together")
    x, weight, bias = floats(x, weight, bias)
    return np.hstack([x, np.ones((len(x), 1), x.dtype)]) @ np.vstack([weight, bias])

# %% dense_forward wrong: no bias
def dense_forward(x, weight, bias):
    if x.ndim != 2 or weight.ndim != 2 or x.shape[1] != weight.shape[0] or bias.shape != weight.shape[1:]:
        raise ValueError("shapes do not go together")
    x, weight, bias = floats(x, weight, bias)
    return x @ weight

# %% dense_forward wrong: the bias is subtracted
def dense_forward(x, weight, bias):
    if x.ndim != 2 or weight.ndim != 2 or x.shape[1] != weight.shape[0] or bias.shape != weight.shape[1:]:
        raise ValueError("shapes do not go together")
    x, weight, bias = floats(x, weight, bias)
    return x @ weight - bias

# %% dense_forward wrong: a weight of (outputs, inputs)
def dense_forward(x, weight, bias):
    if x.ndim != 2 or weight.ndim != 2 or bias.ndim != 1:
        raise ValueError("shapes do not go together")
    x, weight, bias = floats(x, weight, bias)
    if x.shape[1] != weight.shape[1] or len(bias) != len(weight):
        raise ValueError("shapes do not go together")
    return x @ weight.T + bias

# %% dense_forward wrong: the bias is added for each input
def dense_forward(x, weight, bias):
    if x.ndim != 2 or weight.ndim != 2 or x.shape[1] != weight.shape[0] or bias.shape != weight.shape[1:]:
        raise ValueError("shapes do not go together")
    x, weight, bias = floats(x, weight, bias)
    return x @ (weight + bias)

# %% dense_forward wrong: the bias runs down the batch if it can
def dense_forward(x, weight, bias):
    if x.ndim != 2 or weight.ndim != 2 or x.shape[1] != weight.shape[0] or bias.shape != weight.shape[1:]:
        raise ValueError("shapes do not go together")
    x, weight, bias = floats(x, weight, bias)
    return x @ weight + (bias[:, None] if len(bias) == len(x) else bias)

# %% dense_forward wrong: always float64
def dense_forward(x, weight, bias):
    if x.ndim != 2 or weight.ndim != 2 or x.shape[1] != weight.shape[0] or bias.shape != weight.shape[1:]:
        raise ValueError("shapes do not go together")
    return x.astype(float) @ weight + bias

# %% dense_forward wrong: 8-bit sums
def dense_forward(x, weight, bias):
    if x.ndim != 2 or weight.ndim != 2 or x.shape[1] != weight.shape[0] or bias.shape != weight.shape[1:]:
        raise ValueError("shapes do not go together")
    return floats(x @ weight + bias)[0]

# %% dense_forward wrong: bias shape is not compared
def dense_forward(x, weight, bias):
    if x.ndim != 2 or weight.ndim != 2 or x.shape[1] != weight.shape[0]:
        raise ValueError("shapes do not go together")
    x, weight, bias = floats(x, weight, bias)
    return x @ weight + bias

# %% dense_forward wrong: any number of axes
def dense_forward(x, weight, bias):
    if x.shape[-1] != weight.shape[0] or bias.shape != weight.shape[1:]:
        raise ValueError("shapes do not go together")
    x, weight, bias = floats(x, weight, bias)
    return x @ weight + bias

# %% dense_backward right: einsum
def dense_backward(dout, x, weight):
    n, d = x.shape
    if weight.ndim != 2 or weight.shape[0] != d or dout.shape != (n, weight.shape[1]):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    return np.einsum("nm,dm->nd", dout, weight), np.einsum("nm,nd->dm", dout, x), np.einsum("nm->m", dout)

# %% dense_backward right: one example after the other
def dense_backward(dout, x, weight):
    if not dout.ndim == x.ndim == weight.ndim == 2:
        raise ValueError("two axes each, please")
    if len(dout) != len(x) or dout.shape[1] != weight.shape[1] or x.shape[1] != weight.shape[0]:
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    dx, dweight, dbias = np.zeros_like(x), np.zeros_like(weight), np.zeros_like(dout[0])
    for n in range(len(x)):
        dx[n] = weight @ dout[n]
        dweight += np.outer(x[n], dout[n])
        dbias += dout[n]
    return dx, dweight, dbias

# %% dense_backward right: a list, with a product by ones
def dense_backward(dout, x, weight):
    if not dout.ndim == x.ndim == weight.ndim == 2 or x.shape[1] != len(weight) or dout.shape != (len(x), weight.shape[1]):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    return [(weight @ dout.T).T, (dout.T @ x).T, np.ones(len(x), x.dtype) @ dout]

# %% dense_backward wrong: the bias gets the mean
def dense_backward(dout, x, weight):
    if x.ndim != 2 or weight.ndim != 2 or x.shape[1] != weight.shape[0] or dout.shape != (len(x), weight.shape[1]):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    return dout @ weight.T, x.T @ dout, dout.mean(axis=0)

# %% dense_backward wrong: the weight gets the mean
def dense_backward(dout, x, weight):
    if x.ndim != 2 or weight.ndim != 2 or x.shape[1] != weight.shape[0] or dout.shape != (len(x), weight.shape[1]):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    return dout @ weight.T, x.T @ dout / len(x), dout.sum(axis=0)

# %% dense_backward wrong: the bias is not summed over the batch
def dense_backward(dout, x, weight):
    if x.ndim != 2 or weight.ndim != 2 or x.shape[1] != weight.shape[0] or dout.shape != (len(x), weight.shape[1]):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    return dout @ weight.T, x.T @ dout, dout

# %% dense_backward wrong: the bias is summed over the outputs
def dense_backward(dout, x, weight):
    if x.ndim != 2 or weight.ndim != 2 or x.shape[1] != weight.shape[0] or dout.shape != (len(x), weight.shape[1]):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    return dout @ weight.T, x.T @ dout, dout.sum(axis=1)

# %% dense_backward wrong: the bias keeps its axis
def dense_backward(dout, x, weight):
    if x.ndim != 2 or weight.ndim != 2 or x.shape[1] != weight.shape[0] or dout.shape != (len(x), weight.shape[1]):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    return dout @ weight.T, x.T @ dout, dout.sum(axis=0, keepdims=True)

# %% dense_backward wrong: the weight's gradient is transposed
def dense_backward(dout, x, weight):
    if x.ndim != 2 or weight.ndim != 2 or x.shape[1] != weight.shape[0] or dout.shape != (len(x), weight.shape[1]):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    return dout @ weight.T, dout.T @ x, dout.sum(axis=0)

# %% dense_backward wrong: the weight is not transposed where it is square
def dense_backward(dout, x, weight):
    if x.ndim != 2 or weight.ndim != 2 or x.shape[1] != weight.shape[0] or dout.shape != (len(x), weight.shape[1]):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    return dout @ (weight if dout.shape[1] == len(weight) else weight.T), x.T @ dout, dout.sum(axis=0)

# %% dense_backward wrong: another order
def dense_backward(dout, x, weight):
    if x.ndim != 2 or weight.ndim != 2 or x.shape[1] != weight.shape[0] or dout.shape != (len(x), weight.shape[1]):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    return x.T @ dout, dout.sum(axis=0), dout @ weight.T

# %% dense_backward wrong: always float64
def dense_backward(dout, x, weight):
    if x.ndim != 2 or weight.ndim != 2 or x.shape[1] != weight.shape[0] or dout.shape != (len(x), weight.shape[1]):
        raise ValueError("shapes do not go together")
    dout = dout.astype(float)
    return dout @ weight.T, x.T @ dout, dout.sum(axis=0)

# %% dense_backward wrong: only the bias in float64
def dense_backward(dout, x, weight):
    if x.ndim != 2 or weight.ndim != 2 or x.shape[1] != weight.shape[0] or dout.shape != (len(x), weight.shape[1]):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    return dout @ weight.T, x.T @ dout, dout.sum(axis=0, dtype=float)

# %% dense_backward wrong: 8-bit sums
def dense_backward(dout, x, weight):
    if x.ndim != 2 or weight.ndim != 2 or x.shape[1] != weight.shape[0] or dout.shape != (len(x), weight.shape[1]):
        raise ValueError("shapes do not go together")
    return floats(dout @ weight.T)[0], floats(x.T @ dout)[0], floats(dout.sum(axis=0))[0]

# %% dense_backward wrong: sizes of x and weight are not compared
def dense_backward(dout, x, weight):
    if x.ndim != 2 or weight.ndim != 2 or dout.shape != (len(x), weight.shape[1]):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    return dout @ weight.T, x.T @ dout, dout.sum(axis=0)

# %% conv2d_backward right: loops over all outputs
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    (n, c, h, w), (f, _, kh, kw) = x.shape, weight.shape
    if kh > h + 2 * ph or kw > w + 2 * pw or dout.shape != (n, f, (h + 2*ph - kh) // sh + 1, (w + 2*pw - kw) // sw + 1):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    dx, dweight, dbias = np.zeros_like(x), np.zeros_like(weight), np.zeros(f, x.dtype)
    for b, k, r, q in np.ndindex(dout.shape):
        g = dout[b, k, r, q]
        dbias[k] += g
        for i in range(kh):
            for j in range(kw):
                row, column = r * sh + i - ph, q * sw + j - pw
                if 0 <= row < h and 0 <= column < w:
                    dx[b, :, row, column] += g * weight[k, :, i, j]
                    dweight[k, :, i, j] += g * x[b, :, row, column]
    return dx, dweight, dbias

# %% conv2d_backward right: a row for each window, and back
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    if dout.shape != conv2d(x, weight, np.zeros(len(weight)), stride, padding).shape:
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    (n, c, h, w), (f, _, kh, kw), (oh, ow) = x.shape, weight.shape, dout.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    a, r, q, ch, i, j = np.ogrid[:n, :oh, :ow, :c, :kh, :kw]
    index = np.broadcast_arrays(a, ch, r * sh + i, q * sw + j)
    columns = padded[tuple(index)].reshape(n * oh * ow, c * kh * kw)
    gradient = dout.transpose(0, 2, 3, 1).reshape(-1, f)
    dcolumns = (gradient @ weight.reshape(f, -1)).reshape(n, oh, ow, c, kh, kw)
    dpadded = np.zeros_like(padded)
    np.add.at(dpadded, tuple(index), dcolumns)
    dx = dpadded[:, :, ph:, pw:][:, :, :h, :w]
    return dx, (gradient.T @ columns).reshape(weight.shape), gradient.sum(axis=0)

# %% conv2d_backward right: convolution with the turned kernel
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    if dout.shape != conv2d(x, weight, np.zeros(len(weight)), stride, padding).shape:
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    (n, c, h, w), (f, _, kh, kw), (oh, ow) = x.shape, weight.shape, dout.shape[2:]
    spread = np.zeros((n, f, h + 2 * ph - kh + 1, w + 2 * pw - kw + 1), x.dtype)
    spread[:, :, ::sh, ::sw] = dout
    turned = weight[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    dx = conv2d(spread, turned, np.zeros(c, x.dtype), 1, (kh - 1, kw - 1))[:, :, ph:ph + h, pw:pw + w]
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dweight = conv2d(padded.transpose(1, 0, 2, 3), spread.transpose(1, 0, 2, 3), np.zeros(f, x.dtype))
    return dx, dweight.transpose(1, 0, 2, 3), np.einsum("nfrq->f", dout)

# %% conv2d_backward right: windows and tensordot
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1]:
        raise ValueError("four axes and as many channels, please")
    if min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("a positive stride and no negative padding, please")
    dout, x, weight = floats(dout, x, weight)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(2, 3))[:, :, ::sh, ::sw]
    if dout.shape != (len(x), len(weight), *windows.shape[2:4]):
        raise ValueError("dout of the output's shape, please")
    dpadded = np.zeros_like(padded)
    for r in range(dout.shape[2]):
        for q in range(dout.shape[3]):
            dpadded[:, :, r * sh:r * sh + weight.shape[2], q * sw:q * sw + weight.shape[3]] += np.tensordot(dout[:, :, r, q], weight, 1)
    dx = dpadded[:, :, ph:dpadded.shape[2] - ph, pw:dpadded.shape[3] - pw]
    return dx, np.tensordot(dout, windows, ((0, 2, 3), (0, 2, 3))), dout.sum((0, 2, 3))

# %% conv2d_backward wrong: windows overwrite each other in dx
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    (n, c, h, w), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1 or dout.shape != (n, f, oh, ow):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for r in range(oh):
        for q in range(ow):
            window = np.s_[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw]
            dpadded[window] = np.einsum("nf,fcij->ncij", dout[:, :, r, q], weight)
            dweight += np.einsum("nf,ncij->fcij", dout[:, :, r, q], padded[window])
    return dpadded[:, :, ph:ph + h, pw:pw + w], dweight, dout.sum(axis=(0, 2, 3))

# %% conv2d_backward wrong: the kernel is turned
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    (n, c, h, w), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1 or dout.shape != (n, f, oh, ow):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for r in range(oh):
        for q in range(ow):
            window = np.s_[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw]
            dpadded[window] += np.einsum("nf,fcij->ncij", dout[:, :, r, q], weight[:, :, ::-1, ::-1])
            dweight += np.einsum("nf,ncij->fcij", dout[:, :, r, q], padded[window])
    return dpadded[:, :, ph:ph + h, pw:pw + w], dweight, dout.sum(axis=(0, 2, 3))

# %% conv2d_backward wrong: the kernel is transposed
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    (n, c, h, w), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1 or dout.shape != (n, f, oh, ow):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for r in range(oh):
        for q in range(ow):
            window = np.s_[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw]
            dpadded[window] += np.einsum("nf,fcij->ncij", dout[:, :, r, q], weight.swapaxes(2, 3) if kh == kw else weight)
            dweight += np.einsum("nf,ncij->fcij", dout[:, :, r, q], padded[window])
    return dpadded[:, :, ph:ph + h, pw:pw + w], dweight, dout.sum(axis=(0, 2, 3))

# %% conv2d_backward wrong: the padding is not cut off
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    (n, c, h, w), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1 or dout.shape != (n, f, oh, ow):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for r in range(oh):
        for q in range(ow):
            window = np.s_[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw]
            dpadded[window] += np.einsum("nf,fcij->ncij", dout[:, :, r, q], weight)
            dweight += np.einsum("nf,ncij->fcij", dout[:, :, r, q], padded[window])
    return dpadded, dweight, dout.sum(axis=(0, 2, 3))

# %% conv2d_backward wrong: the padding is cut off below and right only
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    (n, c, h, w), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1 or dout.shape != (n, f, oh, ow):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for r in range(oh):
        for q in range(ow):
            window = np.s_[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw]
            dpadded[window] += np.einsum("nf,fcij->ncij", dout[:, :, r, q], weight)
            dweight += np.einsum("nf,ncij->fcij", dout[:, :, r, q], padded[window])
    return dpadded[:, :, :h, :w], dweight, dout.sum(axis=(0, 2, 3))

# %% conv2d_backward wrong: the cut fails without padding
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    (n, c, h, w), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1 or dout.shape != (n, f, oh, ow):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for r in range(oh):
        for q in range(ow):
            window = np.s_[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw]
            dpadded[window] += np.einsum("nf,fcij->ncij", dout[:, :, r, q], weight)
            dweight += np.einsum("nf,ncij->fcij", dout[:, :, r, q], padded[window])
    return dpadded[:, :, ph:-ph, pw:-pw], dweight, dout.sum(axis=(0, 2, 3))

# %% conv2d_backward wrong: padding of rows and columns swapped in the cut
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    (n, c, h, w), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1 or dout.shape != (n, f, oh, ow):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for r in range(oh):
        for q in range(ow):
            window = np.s_[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw]
            dpadded[window] += np.einsum("nf,fcij->ncij", dout[:, :, r, q], weight)
            dweight += np.einsum("nf,ncij->fcij", dout[:, :, r, q], padded[window])
    return dpadded[:, :, pw:pw + h, ph:ph + w], dweight, dout.sum(axis=(0, 2, 3))

# %% conv2d_backward wrong: stride of rows and columns swapped
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    (n, c, h, w), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1 or dout.shape != (n, f, oh, ow):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for r in range(oh):
        for q in range(ow):
            if r * sw + kh > padded.shape[2] or q * sh + kw > padded.shape[3]:
                continue
            window = np.s_[:, :, r * sw:r * sw + kh, q * sh:q * sh + kw]
            dpadded[window] += np.einsum("nf,fcij->ncij", dout[:, :, r, q], weight)
            dweight += np.einsum("nf,ncij->fcij", dout[:, :, r, q], padded[window])
    return dpadded[:, :, ph:ph + h, pw:pw + w], dweight, dout.sum(axis=(0, 2, 3))

# %% conv2d_backward wrong: the stride is forgotten
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    (n, c, h, w), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1 or dout.shape != (n, f, oh, ow):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for r in range(oh):
        for q in range(ow):
            window = np.s_[:, :, r:r + kh, q:q + kw]
            dpadded[window] += np.einsum("nf,fcij->ncij", dout[:, :, r, q], weight)
            dweight += np.einsum("nf,ncij->fcij", dout[:, :, r, q], padded[window])
    return dpadded[:, :, ph:ph + h, pw:pw + w], dweight, dout.sum(axis=(0, 2, 3))

# %% conv2d_backward wrong: the last row and column of dout are left out
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    (n, c, h, w), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1 or dout.shape != (n, f, oh, ow):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for r in range(oh - 1):
        for q in range(ow - 1):
            window = np.s_[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw]
            dpadded[window] += np.einsum("nf,fcij->ncij", dout[:, :, r, q], weight)
            dweight += np.einsum("nf,ncij->fcij", dout[:, :, r, q], padded[window])
    return dpadded[:, :, ph:ph + h, pw:pw + w], dweight, dout.sum(axis=(0, 2, 3))

# %% conv2d_backward wrong: the bias is not summed over the batch
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    (n, c, h, w), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1 or dout.shape != (n, f, oh, ow):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for r in range(oh):
        for q in range(ow):
            window = np.s_[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw]
            dpadded[window] += np.einsum("nf,fcij->ncij", dout[:, :, r, q], weight)
            dweight += np.einsum("nf,ncij->fcij", dout[:, :, r, q], padded[window])
    return dpadded[:, :, ph:ph + h, pw:pw + w], dweight, dout.sum(axis=(2, 3))

# %% conv2d_backward wrong: the bias of the first image only
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    (n, c, h, w), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1 or dout.shape != (n, f, oh, ow):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for r in range(oh):
        for q in range(ow):
            window = np.s_[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw]
            dpadded[window] += np.einsum("nf,fcij->ncij", dout[:, :, r, q], weight)
            dweight += np.einsum("nf,ncij->fcij", dout[:, :, r, q], padded[window])
    return dpadded[:, :, ph:ph + h, pw:pw + w], dweight, dout[0].sum(axis=(1, 2))

# %% conv2d_backward wrong: the bias gets the mean
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    (n, c, h, w), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1 or dout.shape != (n, f, oh, ow):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for r in range(oh):
        for q in range(ow):
            window = np.s_[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw]
            dpadded[window] += np.einsum("nf,fcij->ncij", dout[:, :, r, q], weight)
            dweight += np.einsum("nf,ncij->fcij", dout[:, :, r, q], padded[window])
    return dpadded[:, :, ph:ph + h, pw:pw + w], dweight, dout.mean(axis=(0, 2, 3))

# %% conv2d_backward wrong: the weight gets the mean over the batch
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    (n, c, h, w), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1 or dout.shape != (n, f, oh, ow):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for r in range(oh):
        for q in range(ow):
            window = np.s_[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw]
            dpadded[window] += np.einsum("nf,fcij->ncij", dout[:, :, r, q], weight)
            dweight += np.einsum("nf,ncij->fcij", dout[:, :, r, q], padded[window])
    return dpadded[:, :, ph:ph + h, pw:pw + w], dweight / n, dout.sum(axis=(0, 2, 3))

# %% conv2d_backward wrong: the weight of the last image only
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    (n, c, h, w), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1 or dout.shape != (n, f, oh, ow):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for r in range(oh):
        for q in range(ow):
            window = np.s_[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw]
            dpadded[window] += np.einsum("nf,fcij->ncij", dout[:, :, r, q], weight)
            dweight += np.einsum("f,cij->fcij", dout[-1, :, r, q], padded[window][-1])
    return dpadded[:, :, ph:ph + h, pw:pw + w], dweight, dout.sum(axis=(0, 2, 3))

# %% conv2d_backward wrong: only the last window counts for the weight
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    (n, c, h, w), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1 or dout.shape != (n, f, oh, ow):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for r in range(oh):
        for q in range(ow):
            window = np.s_[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw]
            dpadded[window] += np.einsum("nf,fcij->ncij", dout[:, :, r, q], weight)
            dweight[:] = np.einsum("nf,ncij->fcij", dout[:, :, r, q], padded[window])
    return dpadded[:, :, ph:ph + h, pw:pw + w], dweight, dout.sum(axis=(0, 2, 3))

# %% conv2d_backward wrong: one channel stands for all in the weight's gradient
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    (n, c, h, w), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1 or dout.shape != (n, f, oh, ow):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for r in range(oh):
        for q in range(ow):
            window = np.s_[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw]
            dpadded[window] += np.einsum("nf,fcij->ncij", dout[:, :, r, q], weight)
            dweight += np.einsum("nf,ncij->fcij", dout[:, :, r, q], np.repeat(padded[window][:, :1], c, axis=1))
    return dpadded[:, :, ph:ph + h, pw:pw + w], dweight, dout.sum(axis=(0, 2, 3))

# %% conv2d_backward wrong: every filter gets the gradient of all
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    (n, c, h, w), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1 or dout.shape != (n, f, oh, ow):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for r in range(oh):
        for q in range(ow):
            window = np.s_[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw]
            dpadded[window] += np.einsum("nf,fcij->ncij", dout[:, :, r, q], weight)
            dweight += np.einsum("nf,ncij->fcij", dout[:, :, r, q].sum(axis=1, keepdims=True).repeat(f, axis=1), padded[window])
    return dpadded[:, :, ph:ph + h, pw:pw + w], dweight, dout.sum(axis=(0, 2, 3))

# %% conv2d_backward wrong: square kernels only
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    (n, c, h, w), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1 or dout.shape != (n, f, oh, ow):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for r in range(oh):
        for q in range(ow):
            window = np.s_[:, :, r * sh:r * sh + kh, q * sw:q * sw + kh]
            dpadded[window] += np.einsum("nf,fcij->ncij", dout[:, :, r, q], weight)
            dweight += np.einsum("nf,ncij->fcij", dout[:, :, r, q], padded[window])
    return dpadded[:, :, ph:ph + h, pw:pw + w], dweight, dout.sum(axis=(0, 2, 3))

# %% conv2d_backward wrong: always float64
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    (n, c, h, w), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1 or dout.shape != (n, f, oh, ow):
        raise ValueError("shapes do not go together")
    dout, x, weight = dout.astype(float), x.astype(float), weight.astype(float)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for r in range(oh):
        for q in range(ow):
            window = np.s_[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw]
            dpadded[window] += np.einsum("nf,fcij->ncij", dout[:, :, r, q], weight)
            dweight += np.einsum("nf,ncij->fcij", dout[:, :, r, q], padded[window])
    return dpadded[:, :, ph:ph + h, pw:pw + w], dweight, dout.sum(axis=(0, 2, 3))

# %% conv2d_backward wrong: 8-bit sums of the bias
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    (n, c, h, w), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1 or dout.shape != (n, f, oh, ow):
        raise ValueError("shapes do not go together")
    dbias = dout.sum(axis=(0, 2, 3), dtype=dout.dtype)
    dout, x, weight = floats(dout, x, weight)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for r in range(oh):
        for q in range(ow):
            window = np.s_[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw]
            dpadded[window] += np.einsum("nf,fcij->ncij", dout[:, :, r, q], weight)
            dweight += np.einsum("nf,ncij->fcij", dout[:, :, r, q], padded[window])
    return dpadded[:, :, ph:ph + h, pw:pw + w], dweight, dbias.astype(x.dtype)

# %% conv2d_backward wrong: dx in the type of the image
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    (n, c, h, w), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1 or dout.shape != (n, f, oh, ow):
        raise ValueError("shapes do not go together")
    kind = x.dtype
    dout, x, weight = floats(dout, x, weight)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for r in range(oh):
        for q in range(ow):
            window = np.s_[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw]
            dpadded[window] += np.einsum("nf,fcij->ncij", dout[:, :, r, q], weight)
            dweight += np.einsum("nf,ncij->fcij", dout[:, :, r, q], padded[window])
    return dpadded[:, :, ph:ph + h, pw:pw + w].astype(kind).astype(x.dtype), dweight, dout.sum(axis=(0, 2, 3))

# %% conv2d_backward wrong: dweight from x without its padding
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    (n, c, h, w), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1 or dout.shape != (n, f, oh, ow):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for r in range(oh):
        for q in range(ow):
            window = np.s_[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw]
            dpadded[window] += np.einsum("nf,fcij->ncij", dout[:, :, r, q], weight)
            dweight += np.einsum("nf,ncij->fcij", dout[:, :, r, q], np.pad(x, ((0, 0), (0, 0), (0, 2 * ph), (0, 2 * pw)))[window])
    return dpadded[:, :, ph:ph + h, pw:pw + w], dweight, dout.sum(axis=(0, 2, 3))

# %% conv2d_backward wrong: a dout of one image is repeated
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    (n, c, h, w), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1 or dout.shape[1:] != (f, oh, ow):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    dout = np.broadcast_to(dout, (n, f, oh, ow))
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for r in range(oh):
        for q in range(ow):
            window = np.s_[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw]
            dpadded[window] += np.einsum("nf,fcij->ncij", dout[:, :, r, q], weight)
            dweight += np.einsum("nf,ncij->fcij", dout[:, :, r, q], padded[window])
    return dpadded[:, :, ph:ph + h, pw:pw + w], dweight, dout.sum(axis=(0, 2, 3))

# %% conv2d_backward wrong: channels are not compared
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError("arguments do not go together")
    (n, c, h, w), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1 or dout.shape != (n, f, oh, ow):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    weight = np.broadcast_to(weight, (f, c, kh, kw))
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for r in range(oh):
        for q in range(ow):
            window = np.s_[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw]
            dpadded[window] += np.einsum("nf,fcij->ncij", dout[:, :, r, q], weight)
            dweight += np.einsum("nf,ncij->fcij", dout[:, :, r, q], padded[window])
    return dpadded[:, :, ph:ph + h, pw:pw + w], dweight, dout.sum(axis=(0, 2, 3))

# %% conv2d_backward wrong: a negative padding goes unnoticed
def conv2d_backward(dout, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1] or min(sh, sw) < 1:
        raise ValueError("arguments do not go together")
    (n, c, h, w), (f, _, kh, kw) = x.shape, weight.shape
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1 or dout.shape != (n, f, oh, ow):
        raise ValueError("shapes do not go together")
    dout, x, weight = floats(dout, x, weight)
    padded = np.pad(x, ((0, 0), (0, 0), (max(ph, 0),) * 2, (max(pw, 0),) * 2))
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for r in range(oh):
        for q in range(ow):
            window = np.s_[:, :, r * sh:r * sh + kh, q * sw:q * sw + kw]
            dpadded[window] += np.einsum("nf,fcij->ncij", dout[:, :, r, q], weight)
            dweight += np.einsum("nf,ncij->fcij", dout[:, :, r, q], padded[window])
    return dpadded[:, :, ph:ph + h, pw:pw + w], dweight, dout.sum(axis=(0, 2, 3))

# %% softmax_cross_entropy right: probabilities by scaled exponentials
def softmax_cross_entropy(logits, labels):
    if logits.ndim != 2 or labels.shape != (len(logits),) or labels.min() < 0 or labels.max() >= logits.shape[1]:
        raise ValueError("logits and labels do not go together")
    n = len(logits)
    z = logits if logits.dtype.kind == "f" else logits.astype(float)
    z = z - z.max(1)[:, None]
    e = np.exp(z)
    total = e.sum(1)
    loss = np.mean(np.log(total) - z[range(n), labels])
    gradient = e / total[:, None]
    gradient[range(n), labels] -= 1
    return loss, gradient / n

# %% softmax_cross_entropy right: one-hot rows
def softmax_cross_entropy(logits, labels):
    if logits.ndim != 2 or labels.shape != (len(logits),):
        raise ValueError("logits and labels do not go together")
    if not np.isin(labels, np.arange(logits.shape[1])).all():
        raise ValueError("a label that is no class")
    logits, = floats(logits)
    target = np.eye(logits.shape[1], dtype=logits.dtype)[labels]
    log_p = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    return float(-(target * log_p).sum() / len(logits)), (np.exp(log_p) - target) / len(logits)

# %% softmax_cross_entropy right: one example after the other
def softmax_cross_entropy(logits, labels):
    if logits.ndim != 2 or labels.ndim != 1 or len(labels) != len(logits):
        raise ValueError("logits and labels do not go together")
    n, k = logits.shape
    losses, gradient = [], np.zeros((n, k), logits.dtype if logits.dtype.kind == "f" else float)
    for i in range(n):
        if not 0 <= labels[i] < k:
            raise ValueError(f"label {labels[i]} is none of {k} classes")
        row = logits[i].astype(float)
        row -= row.max()
        p = np.exp(row) / np.exp(row).sum()
        losses.append(np.log(np.exp(row).sum()) - row[labels[i]])
        p[labels[i]] -= 1
        gradient[i] = p / n
    return np.array(sum(losses) / n), gradient

# %% softmax_cross_entropy wrong: the gradient is not divided by the batch
def softmax_cross_entropy(logits, labels):
    if logits.ndim != 2 or labels.shape != (len(logits),) or (labels < 0).any() or (labels >= logits.shape[1]).any():
        raise ValueError("logits and labels do not go together")
    z, = floats(logits)
    n, rows_ = len(z), np.arange(len(z))
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dlogits = np.exp(log_p)
    dlogits[rows_, labels] -= 1
    return -log_p[rows_, labels].mean(), dlogits

# %% softmax_cross_entropy wrong: the loss is the sum
def softmax_cross_entropy(logits, labels):
    if logits.ndim != 2 or labels.shape != (len(logits),) or (labels < 0).any() or (labels >= logits.shape[1]).any():
        raise ValueError("logits and labels do not go together")
    z, = floats(logits)
    n, rows_ = len(z), np.arange(len(z))
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dlogits = np.exp(log_p)
    dlogits[rows_, labels] -= 1
    return -log_p[rows_, labels].sum(), dlogits / n

# %% softmax_cross_entropy wrong: the gradient is divided by batch and classes
def softmax_cross_entropy(logits, labels):
    if logits.ndim != 2 or labels.shape != (len(logits),) or (labels < 0).any() or (labels >= logits.shape[1]).any():
        raise ValueError("logits and labels do not go together")
    z, = floats(logits)
    n, rows_ = len(z), np.arange(len(z))
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dlogits = np.exp(log_p)
    dlogits[rows_, labels] -= 1
    return -log_p[rows_, labels].mean(), dlogits / dlogits.size

# %% softmax_cross_entropy wrong: the maximum is not subtracted
def softmax_cross_entropy(logits, labels):
    if logits.ndim != 2 or labels.shape != (len(logits),) or (labels < 0).any() or (labels >= logits.shape[1]).any():
        raise ValueError("logits and labels do not go together")
    z, = floats(logits)
    n, rows_ = len(z), np.arange(len(z))
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dlogits = np.exp(log_p)
    dlogits[rows_, labels] -= 1
    return -log_p[rows_, labels].mean(), dlogits / n

# %% softmax_cross_entropy wrong: one maximum for the whole batch
def softmax_cross_entropy(logits, labels):
    if logits.ndim != 2 or labels.shape != (len(logits),) or (labels < 0).any() or (labels >= logits.shape[1]).any():
        raise ValueError("logits and labels do not go together")
    z, = floats(logits)
    n, rows_ = len(z), np.arange(len(z))
    z = z - z.max()
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dlogits = np.exp(log_p)
    dlogits[rows_, labels] -= 1
    return -log_p[rows_, labels].mean(), dlogits / n

# %% softmax_cross_entropy wrong: the maximum over the batch
def softmax_cross_entropy(logits, labels):
    if logits.ndim != 2 or labels.shape != (len(logits),) or (labels < 0).any() or (labels >= logits.shape[1]).any():
        raise ValueError("logits and labels do not go together")
    z, = floats(logits)
    n, rows_ = len(z), np.arange(len(z))
    z = z - z.max(axis=0, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dlogits = np.exp(log_p)
    dlogits[rows_, labels] -= 1
    return -log_p[rows_, labels].mean(), dlogits / n

# %% softmax_cross_entropy wrong: the logarithm of a rounded probability
def softmax_cross_entropy(logits, labels):
    if logits.ndim != 2 or labels.shape != (len(logits),) or (labels < 0).any() or (labels >= logits.shape[1]).any():
        raise ValueError("logits and labels do not go together")
    z, = floats(logits)
    n, rows_ = len(z), np.arange(len(z))
    z = z - z.max(axis=1, keepdims=True)
    log_p = np.log(np.exp(z) / np.exp(z).sum(axis=1, keepdims=True))
    dlogits = np.exp(log_p)
    dlogits[rows_, labels] -= 1
    return -log_p[rows_, labels].mean(), dlogits / n

# %% softmax_cross_entropy wrong: a small number inside the logarithm
def softmax_cross_entropy(logits, labels):
    if logits.ndim != 2 or labels.shape != (len(logits),) or (labels < 0).any() or (labels >= logits.shape[1]).any():
        raise ValueError("logits and labels do not go together")
    z, = floats(logits)
    n, rows_ = len(z), np.arange(len(z))
    z = z - z.max(axis=1, keepdims=True)
    dlogits = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    log_p = np.log(dlogits + 1e-12)
    dlogits[rows_, labels] -= 1
    return -log_p[rows_, labels].mean(), dlogits / n

# %% softmax_cross_entropy wrong: clipped logits
def softmax_cross_entropy(logits, labels):
    if logits.ndim != 2 or labels.shape != (len(logits),) or (labels < 0).any() or (labels >= logits.shape[1]).any():
        raise ValueError("logits and labels do not go together")
    z, = floats(logits)
    n, rows_ = len(z), np.arange(len(z))
    z = np.clip(z, -500, 500)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dlogits = np.exp(log_p)
    dlogits[rows_, labels] -= 1
    return -log_p[rows_, labels].mean(), dlogits / n

# %% softmax_cross_entropy wrong: softmax over the batch
def softmax_cross_entropy(logits, labels):
    if logits.ndim != 2 or labels.shape != (len(logits),) or (labels < 0).any() or (labels >= logits.shape[1]).any():
        raise ValueError("logits and labels do not go together")
    z, = floats(logits)
    n, rows_ = len(z), np.arange(len(z))
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=0, keepdims=True))
    dlogits = np.exp(log_p)
    dlogits[rows_, labels] -= 1
    return -log_p[rows_, labels].mean(), dlogits / n

# %% softmax_cross_entropy wrong: the sign of the loss
def softmax_cross_entropy(logits, labels):
    if logits.ndim != 2 or labels.shape != (len(logits),) or (labels < 0).any() or (labels >= logits.shape[1]).any():
        raise ValueError("logits and labels do not go together")
    z, = floats(logits)
    n, rows_ = len(z), np.arange(len(z))
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dlogits = np.exp(log_p)
    dlogits[rows_, labels] -= 1
    return log_p[rows_, labels].mean(), dlogits / n

# %% softmax_cross_entropy wrong: the sign of the gradient
def softmax_cross_entropy(logits, labels):
    if logits.ndim != 2 or labels.shape != (len(logits),) or (labels < 0).any() or (labels >= logits.shape[1]).any():
        raise ValueError("logits and labels do not go together")
    z, = floats(logits)
    n, rows_ = len(z), np.arange(len(z))
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dlogits = np.exp(log_p)
    dlogits[rows_, labels] -= 1
    return -log_p[rows_, labels].mean(), -dlogits / n

# %% softmax_cross_entropy wrong: the true class is left out of the gradient
def softmax_cross_entropy(logits, labels):
    if logits.ndim != 2 or labels.shape != (len(logits),) or (labels < 0).any() or (labels >= logits.shape[1]).any():
        raise ValueError("logits and labels do not go together")
    z, = floats(logits)
    n, rows_ = len(z), np.arange(len(z))
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dlogits = np.exp(log_p)
    return -log_p[rows_, labels].mean(), dlogits / n

# %% softmax_cross_entropy wrong: 1 is subtracted from whole columns
def softmax_cross_entropy(logits, labels):
    if logits.ndim != 2 or labels.shape != (len(logits),) or (labels < 0).any() or (labels >= logits.shape[1]).any():
        raise ValueError("logits and labels do not go together")
    z, = floats(logits)
    n, rows_ = len(z), np.arange(len(z))
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dlogits = np.exp(log_p)
    dlogits[:, labels] -= 1
    return -log_p[rows_, labels].mean(), dlogits / n

# %% softmax_cross_entropy wrong: logits are changed in place
def softmax_cross_entropy(logits, labels):
    if logits.ndim != 2 or labels.shape != (len(logits),) or (labels < 0).any() or (labels >= logits.shape[1]).any():
        raise ValueError("logits and labels do not go together")
    z = logits if logits.dtype.kind == "f" else logits.astype(float)
    n, rows_ = len(z), np.arange(len(z))
    z -= z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dlogits = np.exp(log_p)
    dlogits[rows_, labels] -= 1
    return -log_p[rows_, labels].mean(), dlogits / n

# %% softmax_cross_entropy wrong: always float64
def softmax_cross_entropy(logits, labels):
    if logits.ndim != 2 or labels.shape != (len(logits),) or (labels < 0).any() or (labels >= logits.shape[1]).any():
        raise ValueError("logits and labels do not go together")
    z = logits.astype(float)
    n, rows_ = len(z), np.arange(len(z))
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dlogits = np.exp(log_p)
    dlogits[rows_, labels] -= 1
    return -log_p[rows_, labels].mean(), dlogits / n

# %% softmax_cross_entropy wrong: 8-bit differences wrap around
def softmax_cross_entropy(logits, labels):
    if logits.ndim != 2 or labels.shape != (len(logits),) or (labels < 0).any() or (labels >= logits.shape[1]).any():
        raise ValueError("logits and labels do not go together")
    z = logits
    n, rows_ = len(z), np.arange(len(z))
    z, = floats(z - z.max(axis=1, keepdims=True))
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dlogits = np.exp(log_p)
    dlogits[rows_, labels] -= 1
    return -log_p[rows_, labels].mean(), dlogits / n

# %% softmax_cross_entropy wrong: a negative label counts from the end
def softmax_cross_entropy(logits, labels):
    if logits.ndim != 2 or labels.shape != (len(logits),) or (labels >= logits.shape[1]).any():
        raise ValueError("logits and labels do not go together")
    z, = floats(logits)
    n, rows_ = len(z), np.arange(len(z))
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dlogits = np.exp(log_p)
    dlogits[rows_, labels] -= 1
    return -log_p[rows_, labels].mean(), dlogits / n

# %% softmax_cross_entropy wrong: label K is clipped
def softmax_cross_entropy(logits, labels):
    if logits.ndim != 2 or labels.shape != (len(logits),) or (labels < 0).any():
        raise ValueError("logits and labels do not go together")
    z, = floats(logits)
    labels = np.minimum(labels, z.shape[1] - 1)
    n, rows_ = len(z), np.arange(len(z))
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dlogits = np.exp(log_p)
    dlogits[rows_, labels] -= 1
    return -log_p[rows_, labels].mean(), dlogits / n

# %% softmax_cross_entropy wrong: the shape of labels is not compared
def softmax_cross_entropy(logits, labels):
    if logits.ndim != 2 or (labels < 0).any() or (labels >= logits.shape[1]).any():
        raise ValueError("logits and labels do not go together")
    z, = floats(logits)
    n, rows_ = len(z), np.arange(len(z))
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dlogits = np.exp(log_p)
    dlogits[rows_, labels] -= 1
    return -log_p[rows_, labels].mean(), dlogits / n

# %% softmax_cross_entropy wrong: the loss of the first example
def softmax_cross_entropy(logits, labels):
    if logits.ndim != 2 or labels.shape != (len(logits),) or (labels < 0).any() or (labels >= logits.shape[1]).any():
        raise ValueError("logits and labels do not go together")
    z, = floats(logits)
    n, rows_ = len(z), np.arange(len(z))
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dlogits = np.exp(log_p)
    dlogits[rows_, labels] -= 1
    return -log_p[rows_, labels][0], dlogits / n

# %% softmax_cross_entropy wrong: only the loss
def softmax_cross_entropy(logits, labels):
    if logits.ndim != 2 or labels.shape != (len(logits),) or (labels < 0).any() or (labels >= logits.shape[1]).any():
        raise ValueError("logits and labels do not go together")
    z, = floats(logits)
    n, rows_ = len(z), np.arange(len(z))
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dlogits = np.exp(log_p)
    dlogits[rows_, labels] -= 1
    return -log_p[rows_, labels].mean()

# %% softmax_cross_entropy wrong: a logarithm to base 2
def softmax_cross_entropy(logits, labels):
    if logits.ndim != 2 or labels.shape != (len(logits),) or (labels < 0).any() or (labels >= logits.shape[1]).any():
        raise ValueError("logits and labels do not go together")
    z, = floats(logits)
    n, rows_ = len(z), np.arange(len(z))
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dlogits = np.exp(log_p)
    dlogits[rows_, labels] -= 1
    return -log_p[rows_, labels].mean() / np.log(2), dlogits / n
