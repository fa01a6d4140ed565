"""A warp and shifts against scipy, and what they may and may not change."""

import numpy as np
import pytest
from scipy import ndimage

from miniconv import SGD, Dense, Flatten, RandomWarp, Sequential, ShiftMean, as_batch, fast, load_mnist, predict, train

from .networks import small_network, small_set
from .oracles import normal

STRONG = {"rotation": 40, "scale": 0.4, "shear": 0.5, "shift": 4, "elastic": 1.5, "smoothness": 2}


def warp(seed=0, **sizes):
    return RandomWarp(**sizes, rng=np.random.default_rng(seed))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(7, 1, 28, 28), (5, 3, 9, 14), (1, 2, 2, 2)])
def test_pixels_come_from_the_places_of_their_group(shape, dtype):
    n, c, h, w = shape
    x = normal(0, *shape).astype(dtype)
    found = warp(3, **STRONG, group=3).forward(x)
    assert found.shape == x.shape and found.dtype == dtype
    rows, columns = warp(3, **STRONG, group=3)._places(-(-n // 3), h, w, dtype)
    for i, channel in np.ndindex(n, c):
        places = np.stack([rows[i // 3], columns[i // 3]]).reshape(2, h, w)
        expected = ndimage.map_coordinates(x[i, channel].astype(float), places, order=1, mode="nearest")
        np.testing.assert_allclose(found[i, channel], expected, atol=1e-4 if dtype == np.float32 else 1e-12)


@pytest.mark.parametrize("sizes, oracle", [
    ({"rotation": 30}, lambda d: rotation(np.deg2rad(30) * d[0])),
    ({"scale": 0.3}, lambda d: np.diag([1 + 0.3 * d[1], 1 + 0.3 * d[2]])),
    ({"shear": 0.3}, lambda d: np.array([[1, 0], [0.3 * d[3], 1]])),
    ({"rotation": 20, "scale": 0.2, "shear": 0.1}, lambda d: rotation(np.deg2rad(20) * d[0])
        @ np.array([[1, 0], [0.1 * d[3], 1]]) @ np.diag([1 + 0.2 * d[1], 1 + 0.2 * d[2]])),
])
def test_turning_stretching_and_slanting_leave_the_middle_where_it_is(sizes, oracle):
    digits = as_batch(load_mnist().test_images[:4]).astype(float)
    found = warp(5, **sizes, group=1).forward(digits)
    draws = np.random.default_rng(5).uniform(-1, 1, (6, 4))
    for digit, draw, image in zip(digits, draws.T, found):
        matrix = oracle(draw)
        middle = np.full(2, 13.5)
        expected = ndimage.affine_transform(digit[0], matrix, middle - matrix @ middle, order=1, mode="nearest")
        np.testing.assert_allclose(image[0], expected, atol=1e-9)


def rotation(angle):
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def test_a_shift_is_at_most_its_size_and_the_same_everywhere():
    ramp = np.tile(np.arange(40.0), (1000, 1, 40, 1))
    moved = (warp(0, shift=3, group=1).forward(ramp) - ramp)[:, 0, 5:-5, 5:-5]
    assert np.ptp(moved, axis=(1, 2)).max() < 1e-9
    assert 2.9 < moved.max() <= 3 and -3 <= moved.min() < -2.9


def test_an_elastic_field_has_its_size_and_is_smooth():
    field = warp(0, elastic=1.5, smoothness=4)._field(2000, 28, 20)
    np.testing.assert_allclose(field.std(axis=0), 1.5, rtol=0.1)
    np.testing.assert_allclose(field.mean(axis=0), 0, atol=0.15)
    assert np.abs(np.diff(field, axis=1)).std() < 0.4 and np.abs(np.diff(field, axis=2)).std() < 0.4


def test_without_sizes_nothing_changes_and_the_argument_never_does():
    x = normal(0, 9, 2, 6, 5)
    np.testing.assert_allclose(RandomWarp().forward(x), x, atol=1e-12)
    before = x.copy()
    assert not np.array_equal(warp(**STRONG).forward(x), x)
    np.testing.assert_array_equal(x, before)


def test_the_same_generator_gives_the_same_images_and_the_next_batch_others():
    x = normal(0, 9, 2, 6, 5)
    one, two = warp(1, **STRONG), warp(1, **STRONG)
    np.testing.assert_array_equal(one.forward(x), two.forward(x))
    assert not np.array_equal(one.forward(x), warp(1, **STRONG).forward(x))


def test_an_empty_batch_stays_empty():
    assert RandomWarp(shift=1).forward(np.zeros((0, 1, 4, 4))).shape == (0, 1, 4, 4)


@pytest.mark.parametrize("kind", [Sequential, fast.Sequential])
def test_in_front_of_a_network_it_takes_part_in_training_only(kind):
    images, labels = small_set(20)
    network = small_network()
    learner = kind([warp(0), *network.layers])
    losses = train(learner, images, labels, 3, 5, SGD(0.1), np.random.default_rng(0), progress=False)
    alone = small_network()
    expected = train(alone, images, labels, 3, 5, SGD(0.1), np.random.default_rng(0), progress=False)
    np.testing.assert_allclose(losses, expected, rtol=1e-10)
    np.testing.assert_allclose(network.forward(images), alone.forward(images), rtol=1e-8, atol=1e-10)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_each_process_draws_its_own_numbers_and_a_run_can_be_repeated():
    image = normal(0, 1, 1, 8, 8)
    x = np.repeat(image, 6, axis=0)
    answers = []
    for _ in range(2):
        with fast.DataParallel(Sequential([warp(2, **STRONG, group=2), Flatten()]), 3) as team:
            answers.append(team.forward(x))
    np.testing.assert_array_equal(*answers)
    assert len(np.unique(answers[0].round(6), axis=0)) == 3


@pytest.mark.parametrize("kind", [Sequential, fast.Sequential])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_mean_over_shifts_is_that_of_five_answers(kind, dtype):
    x, network = normal(0, 3, 1, 6, 6).astype(dtype), kind(small_network().layers)
    moves = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)]
    expected = np.mean([network.forward(ndimage.shift(x, (0, 0, *move), order=0, mode="nearest")) for move in moves], axis=0)
    before = x.copy()
    np.testing.assert_allclose(ShiftMean(network).forward(x), expected, rtol=1e-4 if dtype == np.float32 else 1e-12)
    np.testing.assert_array_equal(x, before)


def test_the_mean_over_shifts_is_asked_as_its_model_is_and_not_trained():
    images, network = small_set(20)[0], small_network()
    looks = ShiftMean(network)
    assert predict(looks, images, 7).tolist() == looks.forward(images).argmax(axis=1).tolist()
    assert all(looks.params[name] is param for name, param in network.params.items())
    with pytest.raises(NotImplementedError, match="train its model by itself"):
        looks.backward(np.zeros((20, 3)))
