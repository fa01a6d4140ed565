"""Every formulation of a convolutional layer on the shapes that networks have: time, share of peak, error, memory."""

import numpy as np
from tqdm import tqdm

import miniconv
from formulations import OURS, PEERS
from timing import contest, peak_memory

SHAPES = [  # batch, channels, height, width, filters, kernel, stride
    (32, 1, 28, 28, 8, 3, 1),
    (64, 1, 28, 28, 32, 5, 1),
    (64, 32, 14, 14, 64, 5, 1),
    (64, 16, 14, 14, 32, 3, 1),
    (8, 16, 32, 48, 32, 3, 1),
    (16, 64, 56, 56, 64, 3, 1),
    (16, 128, 28, 28, 128, 3, 1),
    (64, 1, 28, 28, 32, 5, 2),
    (64, 16, 14, 14, 32, 3, 2),
    (16, 64, 56, 56, 64, 3, 2),
]
DOUBLE = ("miniconv.fast, images first", "row im2col, batch innermost", "Winograd, batch innermost", "PyTorch, images first",
          "PyTorch, channels last")


def measure(peaks, shapes=SHAPES, seconds=0.12):
    """Return a list with one dict for each shape and dtype.

    Parameters
    ----------
    peaks : dict
        GF/s of one thread for each dtype.
    shapes : list of tuple
    seconds : float
        That each formulation may take for each of its three times.
    """
    for kind in PEERS:  # what a library sets up once is no layer's memory
        kind(np.ones((1, 1, 3, 3), np.float32), np.ones((1, 1, 3, 3), np.float32), 1, 1).forward()
    cases = [(shape, dtype) for dtype in ("float32", "float64") for shape in shapes]
    inputs = {case: _inputs(*case) for case in cases}
    memory = {(case, kind): _memory(kind, case, inputs[case])
              for case in tqdm(cases, desc="memory of layers") if case[1] == "float32" for kind in _kinds(case)}
    return [_case(case, inputs[case], peaks[case[1]], memory, seconds) for case in tqdm(cases, desc="layers")]


def words(shape):
    """Return a shape as the tables write it."""
    n, c, h, w, f, kernel, stride = shape
    return f"({n}, {c}, {h}, {w}) → {f}, {kernel}×{kernel}" + (f", stride {stride}" if stride > 1 else "")


def _inputs(shape, dtype):
    n, c, h, w, f, kernel, stride = shape
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, c, h, w)).astype(dtype)
    weight = (rng.normal(size=(f, c, kernel, kernel)) / np.sqrt(c * kernel * kernel)).astype(dtype)
    padding = kernel // 2
    sizes = ((size + 2 * padding - kernel) // stride + 1 for size in (h, w))
    dy = rng.normal(size=(n, f, *sizes)).astype(dtype)
    return x, weight, dy, stride, padding


def _kinds(case):
    (*_, kernel, stride), dtype = case
    return [kind for kind in OURS + PEERS
            if kind.fits(kernel, stride) and (dtype == "float32" or kind.name in DOUBLE)]


def _memory(kind, case, inputs):
    """Bytes for a forward and a backward pass, with the arrays that are kept, but without `x`, `weight` and `dy`."""
    if kind.images:
        return None
    x, weight, dy, stride, padding = inputs

    def run():
        way = kind(x, weight, stride, padding)
        y = way.forward()
        gradients = way.backward(way.own(dy), True)
        return y, gradients

    return peak_memory(run)


def _case(case, inputs, peak, memory, seconds):
    shape, dtype = case
    x, weight, dy, stride, padding = inputs
    exact = [array.astype(np.float64) for array in (x, weight, dy)]
    y = miniconv.conv2d(exact[0], exact[1], None, stride, padding)
    dx, dweight, _ = miniconv.conv2d_backward(exact[2], exact[0], exact[1], stride, padding)
    operations = 2 * y.size * weight[0].size  # a multiplication and an addition
    ways = {kind.name: kind(x, weight, stride, padding) for kind in _kinds(case)}
    gradients = {name: way.own(dy[:way.images]) for name, way in ways.items()}
    calls = {
        "forward": {name: way.forward for name, way in ways.items()},
        "backward": {name: lambda way=way, own=gradients[name]: way.backward(own, True)
                     for name, way in ways.items() if way.backward},
        "backward without dX": {name: lambda way=way, own=gradients[name]: way.backward(own, False)
                                for name, way in ways.items() if way.backward},
    }
    rows = {name: {"error": _error(way, gradients[name], y, dx, dweight)} for name, way in ways.items()}
    for step, contestants in calls.items():
        for name, time in contest(contestants, seconds).items():
            share = len(x) / (ways[name].images or len(x))
            milliseconds = 1e3 * share * time["median"]
            work = operations * {"forward": 1, "backward": 2, "backward without dX": 1}[step]
            rows[name][step] = {"ms": round(milliseconds, 3), "share of peak": round(work / milliseconds / 1e6 / peak, 3),
                                "disturbed": time["disturbed"]}
    for name, row in rows.items():
        if "backward" in row:
            row["both"] = row["forward"]["ms"] + row["backward"]["ms"]
            row["both without dX"] = row["forward"]["ms"] + row["backward without dX"]["ms"]
    torch = [name for name in rows if name.startswith("PyTorch")]
    for total in ("both", "both without dX") if torch else ():
        best = min(rows[name][total] for name in torch)
        for row in rows.values():
            if total in row:
                row[f"ratio, {total}"] = round(row[total] / best, 3)
    if dtype == "float32":
        for kind in _kinds(case):
            bytes_ = memory[case, kind]
            rows[kind.name]["memory MB"] = bytes_ and round(bytes_ / 1e6, 1)
    return {"shape": words(shape), "sizes": shape, "dtype": dtype, "operations": operations, "ways": rows}


def _error(way, dy, y, dx, dweight):
    """Return the largest difference from float64 in y, dX and dW, each relative to its largest entry."""
    found = [(way.first(way.forward()), y)]
    if way.backward:
        own_dx, own_dweight = way.backward(dy, True)
        found.append((way.first(own_dx), dx))
        if not way.images:
            found.append((own_dweight, dweight))
    return float(f"{max(np.abs(a - b[:len(a)]).max() / np.abs(b).max() for a, b in found):.1e}")


def table(case):
    """Return the lines of one shape's table."""
    lines = [f"{case['shape']}  {case['dtype']}",
             f"{'':30}{'forward':>10}{'peak':>6}{'backward':>10}{'peak':>6}{'no dX':>9}{'ratio':>8}{'no dX':>8}{'MB':>8}{'error':>9}"]
    for name, row in sorted(case["ways"].items(), key=lambda item: item[1].get("both", 9e9)):
        times = [row.get(step) for step in ("forward", "backward")]
        cells = "".join(f"{t['ms']:9.2f}{'*' if t['disturbed'] else ' '}{t['share of peak']:6.0%}" if t else " " * 16 for t in times)
        only = row.get("backward without dX")
        cells += f"{only['ms']:9.2f}" if only else " " * 9
        cells += "".join(f"{row[key]:8.2f}" if key in row else " " * 8 for key in ("ratio, both", "ratio, both without dX"))
        memory = row.get("memory MB")
        lines.append(f"{name:30}{cells}{'' if memory is None else f'{memory:.0f}':>8}{row['error']:9.0e}")
    return lines
