"""What the benchmarks compare does compute the same, and the committed results are whole."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
BENCHMARKS = ROOT / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import drawing  # noqa: E402
import formulations  # noqa: E402
import layers  # noqa: E402
import machine  # noqa: E402
import networks  # noqa: E402
import steps  # noqa: E402
import timing  # noqa: E402

import miniconv  # noqa: E402

KINDS = formulations.OURS + formulations.PEERS
SHAPES = [((3, 2, 7, 9), 4, 3, 1), ((2, 5, 8, 6), 3, 5, 2), ((2, 1, 6, 6), 2, 1, 1), ((1, 3, 9, 8), 5, 3, 2)]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("x_shape, filters, kernel, stride", SHAPES)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_formulation_computes_the_layer(kind, x_shape, filters, kernel, stride, dtype):
    if not kind.fits(kernel, stride):
        pytest.skip(f"{kind.name} is for other layers")
    rng = np.random.default_rng(0)
    x = rng.normal(size=x_shape).astype(dtype)
    weight = rng.normal(size=(filters, x_shape[1], kernel, kernel)).astype(dtype)
    way = kind(x, weight, stride, kernel // 2)
    x = x[:way.images]
    y = miniconv.conv2d(x, weight, None, stride, kernel // 2)
    tolerance = {"rtol": 1e-4, "atol": 1e-3} if dtype == "float32" else {"rtol": 1e-9, "atol": 1e-9}
    found = way.first(way.forward())
    assert found.dtype == dtype
    np.testing.assert_allclose(found, y, **tolerance)
    if way.backward is None:
        return
    dy = rng.normal(size=y.shape).astype(dtype)
    dx, dweight, _ = miniconv.conv2d_backward(dy, x, weight, stride, kernel // 2)
    found_dx, found_dweight = way.backward(way.own(dy), True)
    np.testing.assert_allclose(way.first(found_dx), dx, **tolerance)
    np.testing.assert_allclose(found_dweight, dweight, **tolerance)
    np.testing.assert_allclose(way.backward(way.own(dy), False)[1], dweight, **tolerance)


def test_all_ways_to_train_a_network_start_alike_and_learn_alike():
    mnist = miniconv.load_mnist()
    x, y = miniconv.as_batch(mnist.train_images[:640]), mnist.train_labels[:640]
    losses = {}
    for name, make in networks.WAYS.items():
        if name == networks.LOOPS:  # takes minutes; see the next test
            continue
        way = make("small")
        try:
            losses[name] = [way.train(x, y) for _ in range(2)]
        finally:
            way.close()
    for name, found in losses.items():
        np.testing.assert_allclose(found, losses["miniconv"], rtol=1e-3, err_msg=name)


def test_the_loops_train_as_the_library_does():
    mnist = miniconv.load_mnist()
    x, y = miniconv.as_batch(mnist.train_images[:2]), mnist.train_labels[:2]
    losses = []
    for kinds in ((), (networks.LoopConv2d, networks.LoopMaxPool2d)):
        model = miniconv.Sequential(networks.layers("small", *kinds))
        rng = np.random.default_rng(0)
        losses.append(miniconv.train(model, x, y, 3, 1, miniconv.SGD(0.01), rng, progress=False))
    np.testing.assert_allclose(*losses, rtol=1e-4)
    assert losses[0][-1] < losses[0][0]


def test_contestants_take_turns_and_a_long_call_is_made_once():
    calls = []
    work = np.ones((200, 200))

    def contestant(name):
        def call():
            calls.append(name)
            work @ work
        return call

    times = timing.contest({"a": contestant("a"), "b": contestant("b")}, 0.1)
    assert times.keys() == {"a", "b"}
    assert all(0 < t["best"] <= t["median"] for t in times.values())
    turns = "".join(name for name, before in zip(calls, ["", *calls]) if name != before)
    assert turns.startswith("abab")


def test_memory_is_what_a_call_needs_at_most():
    megabytes = 50
    size = timing.peak_memory(lambda: [a := np.ones(megabytes * 2**17), a + 1])
    assert 2 * megabytes * 2**20 <= size < 2.2 * megabytes * 2**20


def test_memory_that_was_freed_before_is_counted_again():
    size = 20 * 2**20
    del_first = np.ones(size + 2**20, np.uint8)
    del del_first  # from now on, the C library keeps what is freed up to this size
    freed, in_the_way = np.ones(size, np.uint8), [np.ones(2**12, np.uint8) for _ in range(100)]
    del freed
    assert timing.peak_memory(lambda: np.ones(size, np.uint8)) > 0.9 * size
    assert len(in_the_way) == 100


def test_the_machine_line_names_the_cores_and_the_versions():
    assert f"numpy {np.__version__}" in machine.line("numpy", "no-such-package")


def test_the_blas_is_that_of_numpy():
    import scipy.linalg  # noqa: F401, it loads a BLAS of its own

    assert machine.numpy_blas()["version"] == np.show_config(mode="dicts")["Build Dependencies"]["blas"]["version"]


# The committed results


def saved(name):
    return json.loads((BENCHMARKS / f"{name}.json").read_text())


@pytest.fixture(scope="module")
def results():
    return saved("speed")


def test_every_shape_formulation_and_network_has_its_row(results):
    cases = {(tuple(case["sizes"]), case["dtype"]): case["ways"] for case in results["layers"]}
    assert cases.keys() == {(shape, dtype) for shape in layers.SHAPES for dtype in ("float32", "float64")}
    for (shape, dtype), ways in cases.items():
        *_, kernel, stride = shape
        for kind in KINDS:
            assert (kind.name in ways) == (kind.fits(kernel, stride) and (dtype == "float32" or kind.name in layers.DOUBLE))
    epochs = {(row["network"], row["way"]) for row in results["epochs"]}
    ways = {*networks.WAYS, *networks.LAYOUTS}  # PyTorch may not be installed here
    assert epochs >= {(network, way) for network in networks.NETWORKS for way in ways}
    assert results["memory of training"].keys() >= ways - {networks.LOOPS}


def test_the_results_of_two_machines_go_together(results):
    elsewhere = saved("elsewhere")
    assert drawing.processor(results) != drawing.processor(elsewhere)
    shapes = {case["shape"] for case in results["layers"]}
    assert elsewhere["layers"] and {case["shape"] for case in elsewhere["layers"]} <= shapes
    for step, found in elsewhere["steps"].items():
        assert found.keys() == results["steps"][step].keys()


def test_results_are_precise_and_training_is_small(results):
    for case in results["layers"]:
        for name, row in case["ways"].items():
            assert row["error"] < (1e-4 if case["dtype"] == "float32" else 1e-10), (case["shape"], name)
    assert max(size for way, size in results["memory of training"].items() if way.startswith("miniconv")) < 1000


def test_the_plots_are_drawn_from_the_results(tmp_path):
    import matplotlib

    drawing.draw(saved("speed"), saved("elsewhere"), tmp_path)
    committed = sorted((BENCHMARKS / "plots").glob("*.svg"))
    assert [path.name for path in committed] == sorted(path.name for path in tmp_path.iterdir())
    for path in committed:
        text = path.read_text()
        if f"Matplotlib v{matplotlib.__version__}," not in text:
            pytest.skip("they were drawn by another version of Matplotlib")
        assert text == (tmp_path / path.name).read_text(), path.name


def test_a_step_of_each_kind_is_measured():
    found = steps.pooling(0.01)
    assert len(found) == 3 and all(value > 0 for value in found.values())


def test_wrong_arguments_are_refused_in_words():
    done = subprocess.run([sys.executable, BENCHMARKS / "speed.py", "--quick", "--accuracy"], capture_output=True, text=True,
                          env={**os.environ, "OPENBLAS_NUM_THREADS": "1"})
    assert done.returncode == 2 and "not allowed with" in done.stderr
