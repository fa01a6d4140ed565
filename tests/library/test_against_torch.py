"""The same numbers as PyTorch, where it is installed."""

import os
from contextlib import nullcontext

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    if os.environ.get("CI") == "true":
        raise
    pytest.skip("needs PyTorch: pip install torch==2.13.0", allow_module_level=True)

import miniconv
from miniconv import SGD, Adam, Dense, fast

from .networks import small_network, small_set
from .oracles import normal, seeds, window_settings
from .test_fast import winograd_everywhere

torch.set_num_threads(1)
small = settings(max_examples=40, deadline=None)
count = st.integers(1, 3)
dtypes = st.sampled_from([np.float32, np.float64])


def tensor(array):
    return torch.tensor(array, requires_grad=True)


def close(ours, theirs, dtype=np.float64):
    theirs = theirs.detach().numpy()
    assert ours.dtype == theirs.dtype
    tolerance = 1e-4 if dtype == np.float32 else 1e-10
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)


@small
@given(seeds, count, count, count, window_settings(), dtypes)
def test_conv2d(seed, n, c, f, drawn, dtype):
    size, kernel, stride, padding, _ = drawn
    arrays = normal(seed, n, c, *size), normal(seed + 1, f, c, *kernel), normal(seed + 2, f)
    x, weight, bias = (a.astype(dtype) for a in arrays)
    tx, tweight, tbias = map(tensor, (x, weight, bias))
    ty = F.conv2d(tx, tweight, tbias, stride, padding)
    close(miniconv.conv2d(x, weight, bias, stride, padding), ty, dtype)
    dout = normal(seed + 3, *ty.shape).astype(dtype)
    ty.backward(torch.tensor(dout))
    for ours, theirs in zip(miniconv.conv2d_backward(dout, x, weight, stride, padding), (tx, tweight, tbias)):
        close(ours, theirs.grad, dtype)


@small
@given(seeds, count, st.integers(1, 6), st.integers(1, 6), window_settings(), dtypes, st.booleans())
def test_fast_conv2d(seed, n, c, f, drawn, dtype, winograd):
    size, kernel, stride, padding, _ = drawn
    arrays = normal(seed, n, c, *size), normal(seed + 1, f, c, *kernel), normal(seed + 2, f)
    x, weight, bias = (a.astype(dtype) for a in arrays)
    tx, tweight, tbias = map(tensor, (x, weight, bias))
    ty = F.conv2d(tx, tweight, tbias, stride, padding)
    with winograd_everywhere() if winograd else nullcontext():
        close(fast.conv2d(x, weight, bias, stride, padding), ty, dtype)
        dout = normal(seed + 3, *ty.shape).astype(dtype)
        ty.backward(torch.tensor(dout))
        ours = fast.conv2d_backward(dout, x, weight, stride, padding)
    for part, theirs in zip(ours, (tx, tweight, tbias)):
        size = np.maximum(1, theirs.grad.abs().max().numpy())
        close(part / size, theirs.grad / torch.tensor(size), dtype)


@small
@given(seeds, window_settings(dilated=True))
def test_corr2d(seed, drawn):
    size, kernel_shape, stride, padding, dilation = drawn
    image, kernel = normal(seed, *size), normal(seed + 1, *kernel_shape)
    theirs = F.conv2d(tensor(image)[None, None], tensor(kernel)[None, None], None, stride, padding, dilation)
    close(miniconv.corr2d(image, kernel, stride, padding, dilation), theirs[0, 0])


@small
@given(seeds, count, count, window_settings(), dtypes)
def test_im2col_and_col2im(seed, n, c, drawn, dtype):
    size, kernel, stride, padding, _ = drawn
    x = normal(seed, n, c, *size).astype(dtype)
    theirs = F.unfold(tensor(x), kernel, stride=stride, padding=padding).transpose(1, 2).flatten(0, 1)
    cols = miniconv.im2col(x, kernel, stride, padding)
    close(cols, theirs, dtype)
    blocks = torch.tensor(cols.reshape(n, -1, cols.shape[1])).transpose(1, 2)
    theirs = F.fold(blocks, size, kernel, stride=stride, padding=padding)
    close(miniconv.col2im(cols, x.shape, kernel, stride, padding), theirs, dtype)


@small
@given(seeds, count, count, window_settings(max_padding=0), st.booleans(), dtypes)
def test_pooling(seed, n, c, drawn, ties, dtype):
    shape, size, stride, *_ = drawn
    x = normal(seed, n, c, *shape).astype(dtype)
    if ties:
        x = np.round(x)
    for name, theirs_of in (("max", F.max_pool2d), ("avg", F.avg_pool2d)):
        tx = tensor(x)
        ty = theirs_of(tx, size, stride)
        close(getattr(miniconv, f"{name}_pool2d")(x, size, stride), ty, dtype)
        dout = normal(seed + 1, *ty.shape).astype(dtype)
        ty.backward(torch.tensor(dout))
        point = x if name == "max" else x.shape
        close(getattr(miniconv, f"{name}_pool2d_backward")(dout, point, size, stride), tx.grad, dtype)


@small
@given(seeds, st.integers(1, 5), st.integers(1, 5), st.sampled_from([1, 1e4]), dtypes)
def test_softmax_and_cross_entropy(seed, n, k, size, dtype):
    logits = (normal(seed, n, k) * size).astype(dtype)
    labels = np.random.default_rng(seed).integers(k, size=n)
    tz = tensor(logits)
    close(miniconv.softmax(logits), tz.softmax(dim=-1), dtype)
    loss = F.cross_entropy(tz, torch.tensor(labels))
    loss.backward()
    ours, dlogits = miniconv.softmax_cross_entropy(logits, labels)
    np.testing.assert_allclose(ours, loss.item(), rtol=1e-4 if dtype == np.float32 else 1e-10, atol=1e-6)
    close(dlogits, tz.grad, dtype)


@pytest.mark.parametrize("ours, theirs", [
    (lambda: SGD(0.1, momentum=0.9), lambda p: torch.optim.SGD([p], 0.1, momentum=0.9)),
    (lambda: Adam(0.05, 0.8, 0.95, 1e-3), lambda p: torch.optim.Adam([p], 0.05, betas=(0.8, 0.95), eps=1e-3)),
    (Adam, lambda p: torch.optim.Adam([p])),
    (lambda: Adam(0.05, weight_decay=0.3), lambda p: torch.optim.AdamW([p], 0.05, weight_decay=0.3)),
])
def test_optimizers(ours, theirs):
    layer = Dense(4, 3, dtype=np.float64)
    param = tensor(layer.params["weight"].copy())
    our_optimizer, their_optimizer = ours(), theirs(param)
    for gradient in normal(0, 20, 4, 3):
        layer.grads["weight"] = gradient
        param.grad = torch.tensor(gradient)
        our_optimizer.step(layer)
        their_optimizer.step()
        close(layer.params["weight"], param)


def test_one_cycle():
    """PyTorch reaches the peak, and the end, one step earlier: its last step is at the end of the cycle."""
    optimizer = torch.optim.SGD([torch.zeros(1)], 1)
    theirs = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, 0.7, total_steps=41, pct_start=10.25 / 41, anneal_strategy="linear",
        div_factor=1e12, final_div_factor=1e12, cycle_momentum=False,
    )
    rates = []
    for _ in range(41):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if len(rates) < 41:
            theirs.step()
    ours = [miniconv.one_cycle(step / 40, 0.7, 9.25 / 40) for step in range(41)]
    np.testing.assert_allclose(ours, rates, atol=1e-9)


def test_weight_average():
    layer, average = Dense(3, 2, dtype=np.float64), miniconv.WeightAverage(0.9)
    module = torch.nn.Linear(3, 2, bias=False).double()
    theirs = torch.optim.swa_utils.AveragedModel(
        module, avg_fn=lambda mean, p, t: mean + (1 - min(0.9, (2 + t.item()) / (11 + t.item()))) * (p - mean)
    )
    for weight in normal(0, 120, 3, 2):
        layer.params["weight"][...] = weight
        module.weight.data = torch.tensor(weight.T)
        average.update(layer)
        theirs.update_parameters(module)
    with average.used_by(layer):
        close(layer.params["weight"].T, theirs.module.weight)
    np.testing.assert_array_equal(layer.params["weight"], weight)


@pytest.mark.parametrize("kind", [miniconv.Sequential, fast.Sequential])
def test_a_network_trained_side_by_side(kind):
    model, (images, labels) = kind(small_network().layers), small_set()
    theirs = torch.nn.Sequential(
        torch.nn.Conv2d(1, 3, (3, 2), padding=1), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(3, 4, 2), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(16, 3),
    ).double()
    with torch.no_grad():
        for ours, param in zip(model.params.values(), theirs.parameters()):
            param.copy_(torch.tensor(ours.T if ours.ndim == 2 else ours))
    our_optimizer = SGD(0.1, momentum=0.9)
    their_optimizer = torch.optim.SGD(theirs.parameters(), 0.1, momentum=0.9)
    for _ in range(10):
        logits = model.forward(images)
        close(logits, theirs(torch.tensor(images)))
        loss, dlogits = miniconv.softmax_cross_entropy(logits, labels)
        model.backward(dlogits)
        our_optimizer.step(model)
        their_optimizer.zero_grad()
        F.cross_entropy(theirs(torch.tensor(images)), torch.tensor(labels)).backward()
        their_optimizer.step()
