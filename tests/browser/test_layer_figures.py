"""The figures of pooling, of memory, of what a unit sees and of gradient descent show what miniconv computes."""

import re

import numpy as np
import pytest

from miniconv import (
    avg_pool2d, avg_pool2d_backward, conv_layer, im2col, kernel_gradient, max_pool2d, max_pool2d_backward, relu,
)

pytestmark = pytest.mark.xdist_group("browser")


# --- Pooling ----------------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def pooled(drive):
    return drive("pooling")


def pool(x, size, stride, kind):
    """The pooled grid, and a function that takes a gradient back."""
    if kind == "maximum":
        return max_pool2d(x, size, stride), lambda dout: max_pool2d_backward(dout, x, size, stride)
    return avg_pool2d(x, size, stride), lambda dout: avg_pool2d_backward(dout, x.shape, size, stride)


def grids(seen):
    """The four grids of the figure as (1, 1, H, W)."""
    return {name: np.array(seen[name]["values"], dtype=float)[None, None] for name in ("x", "y", "dout", "dx")}


def test_pooling_shows_the_outputs_and_the_gradients(pooled):
    assert len(pooled["settings"]) >= 20
    for seen in pooled["settings"]:
        grid = grids(seen)
        y, backward = pool(grid["x"], seen["size"], seen["stride"], seen["kind"])
        np.testing.assert_allclose(grid["y"], y, atol=1e-12)
        np.testing.assert_allclose(grid["dx"], backward(grid["dout"]), atol=1e-12)
        assert len(np.unique(grid["dout"])) == grid["dout"].size


def test_pooling_marks_the_window_and_where_its_gradient_goes(pooled):
    for seen in pooled["settings"]:
        grid = grids(seen)
        alone = np.zeros_like(grid["dout"])
        alone[0, 0, 0, 0] = 1
        _, backward = pool(grid["x"], seen["size"], seen["stride"], seen["kind"])
        assert seen["x"]["sources"] == np.argwhere(backward(alone)[0, 0]).tolist()
        assert seen["x"]["window"] == [list(place) for place in np.ndindex(seen["size"], seen["size"])]
        assert seen["arrows"] == 2


def test_pooling_strikes_out_the_pixels_of_no_window(pooled):
    for seen in pooled["settings"]:
        grid = grids(seen)
        reached = avg_pool2d_backward(np.ones_like(grid["dout"]), grid["x"].shape, seen["size"], seen["stride"])
        assert seen["x"]["dropped"] == np.argwhere(reached[0, 0] == 0).tolist()


def test_pooling_has_grids_with_ties(pooled):
    assert any(len(np.unique(grids(seen)["x"])) < 3 for seen in pooled["settings"])
    assert any("equal ones" in seen["words"] for seen in pooled["settings"])


def test_pooling_follows_the_mouse_and_the_finger(pooled):
    mouse, touch = pooled["mouse"], pooled["touch"]
    assert mouse["x"]["window"] == [[1 + r, 2 + c] for r in range(3) for c in range(3)]
    assert "row 1, column 2" in mouse["words"]

    x = grids(touch)["x"]
    wins = [place for place in np.ndindex(3, 3)
            if max_pool2d_backward(np.eye(9).reshape(9, 1, 3, 3)[[3 * place[0] + place[1]]], x, 3, 1)[0, 0, 2, 2]]
    assert touch["y"]["window"] == [list(place) for place in np.ndindex(3, 3)]
    assert touch["y"]["sources"] == [list(place) for place in wins]
    assert f"= {touch['dx']['values'][2][2]:g}" in touch["words"]


def test_pooling_follows_the_keyboard(pooled):
    arrows, typed = pooled["arrows"], pooled["typed"]
    assert arrows["x"]["window"] == [[1 + r, 1 + c] for r in range(3) for c in range(3)]
    assert float(arrows["focused"]) == arrows["dout"]["values"][1][1]

    before, after = grids(arrows), grids(typed)
    changed = before["x"].copy()
    changed[0, 0, -1, -1] = 12.5
    np.testing.assert_array_equal(after["x"], changed)
    np.testing.assert_allclose(after["dx"], max_pool2d_backward(before["dout"], changed, 3, 1))
    assert "12.5 in row 4, column 4" in typed["words"]


# --- Receptive field --------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def fields(drive):
    return drive("receptive-field")


@pytest.fixture(scope="module")
def stack(data_of):
    """A function from an image to the maps of all layers, and the image."""
    data = data_of("04-channels", "receptive-field")
    banks = data["banks"]

    def run(image):
        layers = [image]
        for bank in banks:
            layers.append(max_pool2d(relu(conv_layer(layers[-1], bank))[None])[0])
        return layers

    return run, banks, data["image"][None] / 255


def chosen(seen):
    """Layer, map, row and column of the unit that the words name."""
    row, column, layer, index = re.match(
        r"The unit in row (\d+), column (\d+) of layer (\d+), map (\d+) sees", seen["words"]).groups()
    return int(layer), int(index), int(row), int(column)


@pytest.mark.parametrize("way, unit", [
    ("hover", (3, 0, 3, 11)), ("mouse", (3, 0, 13, 22)), ("touch", (2, 1, 20, 30)), ("keyboard", (1, 1, 1, 11))])
def test_receptive_field_shows_the_unit_that_is_pointed_at(fields, stack, way, unit):
    run, _, image = stack
    layer, *place = unit
    assert chosen(fields[way]) == unit
    assert fields[way]["windows"][f"layer {layer}, map {place[0]}"] == [*place[1:], 1, 1]
    assert fields[way]["value"] == pytest.approx(run(image)[layer][tuple(place)], abs=1e-9)


def test_receptive_field_starts_at_the_strongest_unit_and_comes_back(fields, stack):
    run, _, image = stack
    last = run(image)[-1]
    assert chosen(fields["start"]) == (3, *np.unravel_index(last.argmax(), last.shape))
    assert fields["left"] == fields["start"]


@pytest.mark.parametrize("way", ["start", "hover", "mouse", "touch", "keyboard"])
def test_receptive_field_adds_up_the_channels(fields, stack, way):
    run, banks, image = stack
    layer, index, row, column = chosen(fields[way])
    below, bank = run(image)[layer - 1], banks[layer - 1]
    alone = np.stack([conv_layer(below[[c]], bank[[index]][:, [c]])[0] for c in range(len(below))])
    square = alone[:, 2 * row:2 * row + 2, 2 * column:2 * column + 2].reshape(len(below), 4)
    np.testing.assert_allclose(fields[way]["parts"], square[:, square.sum(axis=0).argmax()], atol=1e-9)
    assert fields[way]["total"] == pytest.approx(square.sum(axis=0).max(), abs=1e-9)


@pytest.mark.parametrize("way", ["start", "hover", "mouse", "touch", "keyboard"])
def test_receptive_field_outlines_exactly_what_the_unit_sees(fields, stack, way):
    run, _, image = stack
    layer, index, row, column = chosen(fields[way])
    top, left, height, width = fields[way]["windows"]["image"]
    assert fields[way]["patch"] == [height, width]

    def notices(rows, columns):
        spoilt = image.copy()
        spoilt[:, rows, columns] = np.nan
        return np.isnan(run(spoilt)[layer][index, row, column])

    everything = slice(None)
    for line, end, at in ((top, top + height, lambda n: (n, everything)),
                          (left, left + width, lambda n: (everything, n))):
        assert notices(*at(line)) and notices(*at(end - 1))
        assert not notices(*at(slice(0, line))) and not notices(*at(slice(end, None)))


def test_receptive_field_outlines_the_window_in_every_map_below_and_in_no_other(fields):
    outlined = {way: {name for name, window in fields[way]["windows"].items() if window[2]} for way in fields}
    below = {1: {"image"}, 2: {"image", "layer 1, map 0", "layer 1, map 1"}}
    below[3] = below[2] | {f"layer 2, map {index}" for index in range(3)}
    for way, names in outlined.items():
        layer, index, *_ = chosen(fields[way])
        assert names == below[layer] | {f"layer {layer}, map {index}"}


# --- Gradient descent -------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def walks(drive):
    return drive("descent")


@pytest.fixture(scope="module")
def examples(data_of):
    data = data_of("02-edges", "descent")
    return {one["name"]: (np.array(one["image"]), np.array(one["target"])) for one in data["examples"]}


def descend(image, target, kernel, rate, steps):
    """The kernels and the losses of gradient descent."""
    windows = np.lib.stride_tricks.sliding_window_view(image, (1, 2))[..., 0, :]
    path, losses = [np.array(kernel)], []
    for step in range(steps + 1):
        losses.append(((windows @ path[-1] - target)**2).sum())
        path.append(path[-1] - rate * kernel_gradient(image, path[-1][None], target)[0])
    return np.array(path[:-1]), np.array(losses)


@pytest.mark.parametrize("way, steps", [("start", 0), ("mouse", 4), ("touch", 10), ("moved", 0), ("keyboard", 10)])
def test_descent_takes_the_steps_of_gradient_descent(walks, examples, way, steps):
    seen = walks[way]
    path, losses = descend(*examples[seen["image"]], seen["path"][0], seen["rate"], steps)
    np.testing.assert_allclose(seen["path"], path, rtol=1e-9)
    np.testing.assert_allclose(seen["losses"], losses, rtol=1e-9)
    assert (f"Step {steps}" if steps else "Start") in seen["words"]


def test_descent_begins_where_mouse_finger_or_keys_put_it(walks):
    assert walks["start"]["path"] == walks["mouse"]["path"][:1] == [[-3, -1]]
    assert walks["touch"]["path"][0] == [-1.5, 3]
    np.testing.assert_allclose(walks["moved"]["path"], [[-0.6, 3.1]], rtol=1e-12)
    assert walks["keyboard"]["rate"] == pytest.approx(0.005)


def test_descent_shows_the_kernel_and_its_response(walks, examples):
    for seen in [walks["mouse"], walks["touch"], *walks["others"]]:
        kernel, response, target = seen["numbers"]
        image, wanted = examples[seen["image"]]
        assert kernel == seen["path"][-1]
        np.testing.assert_allclose(response, image[0, :-1] * kernel[0] + image[0, 1:] * kernel[1], atol=1e-12)
        np.testing.assert_allclose(target, wanted[0], atol=1e-12)


def test_descent_works_on_every_image(walks, examples):
    assert [seen["image"] for seen in walks["others"]] == list(examples)[1:]
    for seen in walks["others"]:
        path, losses = descend(*examples[seen["image"]], seen["path"][0], seen["rate"], 10)
        np.testing.assert_allclose(seen["path"], path, rtol=1e-9)
        np.testing.assert_allclose(seen["losses"], losses, rtol=1e-7, atol=1e-12)
        assert seen["contours"] >= 5


def test_descent_stops_where_the_rate_is_too_large(walks):
    lost = walks["lost"]
    assert lost["losses"][-1] >= 1e9 > lost["losses"][-2]
    assert {"One step", "Ten steps"} == set(lost["disabled"])
    assert "smaller learning rate" in lost["words"]


# --- Memory -----------------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def memories(drive):
    return drive("memory")


def met(seen):
    """Which numbers of the batch, (N, C, H, W), are copied for the chosen kernel entry."""
    (i, j), k = seen["entry"], seen["kernel"]
    x = np.zeros((seen["images"], seen["channels"], 4, 6), bool)
    rows = slice(None) if seen["copied"] == "only" else slice(i, i + 5 - k)
    x[:, :, rows, j:j + 7 - k] = True
    return x


def test_memory_shows_where_the_copied_numbers_lie(memories):
    axes = {"first": (0, 1, 2, 3), "last": (0, 2, 3, 1), "inner": (1, 2, 3, 0)}
    assert {(seen["layout"], seen["copied"]) for seen in memories} == {(a, b) for a in axes for b in ("all", "only")}
    for seen in memories:
        line = met(seen).transpose(axes[seen["layout"]]).ravel()
        assert seen["memory"] == seen["drawn"] == "".join(map(str, line.astype(int))), seen["how"]
        runs = np.count_nonzero(np.diff(line, prepend=False) & line)
        found = re.search(r"(\d+) runs? of (\d+) numbers?", seen["text"])
        assert [int(number) for number in found.groups()] == [runs, line.sum() // runs], seen["how"]


def test_memory_shows_the_same_pixels_in_the_image(memories):
    for seen in memories:
        (i, j), k = seen["entry"], seen["kernel"]
        assert seen["read"] == np.argwhere(met(seen)[0, 0]).tolist(), seen["how"]
        assert seen["outlined"] == [i, j, 5 - k, 7 - k], seen["how"]
        assert f"ntry ({i}, {j})" in seen["text"]


def test_memory_counts_the_numbers_of_all_copies(memories):
    for seen in memories:
        x = np.zeros((seen["images"], seen["channels"], 4, 6))
        k = seen["kernel"]
        horizontal = [x[:, :, :, j:j + 7 - k].size for j in range(k)]
        assert seen["counts"] == [im2col(x, k).size, sum(horizontal)], seen["how"]


def test_memory_follows_mouse_finger_and_keys(memories):
    assert [seen["entry"] for seen in memories[:4]] == [[0, 0], [1, 2], [2, 0], [2, 1]]
