"""Several processes train the same network as one."""

import copy
import multiprocessing
import os
import signal
import time

import numpy as np
import pytest

import miniconv
from miniconv import SGD, Adam, Dense, fast

from .networks import small_network, small_set
from .oracles import normal

needs_fork = pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="this system has no fork"
)
pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


def trained(model, optimizer, batch_size=6):
    losses = miniconv.train(
        model, *small_set(20), 5, batch_size, optimizer, np.random.default_rng(0), progress=False
    )
    return losses, {name: param.copy() for name, param in model.params.items()}


@pytest.mark.parametrize("kind", [miniconv.Sequential, fast.Sequential])
@pytest.mark.parametrize("processes", [1, 2, 3, 7])
def test_training_is_that_of_one_process(processes, kind):
    """Batches of 6 and, at the end, of 2: smaller than some of the teams."""
    losses, params = trained(small_network(), SGD(0.1, 0.9))
    with fast.DataParallel(kind(small_network().layers), processes) as team:
        team_losses, team_params = trained(team, SGD(0.1, 0.9))
    np.testing.assert_allclose(team_losses, losses, rtol=1e-10)
    for name, param in params.items():
        np.testing.assert_allclose(team_params[name], param, rtol=1e-9, atol=1e-11)


def test_a_run_can_be_repeated_to_the_last_digit():
    runs = []
    for _ in range(2):
        with fast.DataParallel(fast.Sequential(small_network(0, np.float32).layers), 3) as team:
            runs.append(trained(team, Adam(0.01)))
    assert runs[0][0] == runs[1][0]
    for name, param in runs[0][1].items():
        np.testing.assert_array_equal(param, runs[1][1][name])


def test_the_gradient_of_the_input_is_put_together():
    x, dout = normal(0, 5, 4), normal(1, 5, 3)
    layer = Dense(4, 3, dtype=np.float64)
    with fast.DataParallel(layer, 2) as team:
        np.testing.assert_allclose(team.forward(x), x @ layer.params["weight"])
        np.testing.assert_allclose(team.backward(dout), dout @ layer.params["weight"].T)
        np.testing.assert_allclose(team.grads["weight"], x.T @ dout)
    with fast.DataParallel(fast.Sequential([layer], need_dx=False), 2) as team:
        team.forward(x)
        assert team.backward(dout) is None


def test_the_last_weights_are_used_and_the_model_can_be_used_afterwards():
    x, layer = normal(0, 5, 4), Dense(4, 3, dtype=np.float64)
    with fast.DataParallel(layer, 2) as team:
        team.forward(x)
        layer.params["weight"][...] = 0
        assert not team.forward(x).any()
        assert team.forward(x[:0]).shape == (0, 3)
    assert not layer.forward(x).any() and not team.forward(x).any()
    assert not multiprocessing.active_children()


def test_without_fork_the_model_works_alone(monkeypatch):
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    with fast.DataParallel(small_network(), 4) as team:
        assert not multiprocessing.active_children()
        losses, _ = trained(team, SGD(0.1))
    np.testing.assert_allclose(losses, trained(small_network(), SGD(0.1))[0], rtol=1e-10)


def test_bad_input_is_refused_in_words_and_the_team_goes_on():
    with pytest.raises(ValueError, match="model must be a layer.*found 3"):
        fast.DataParallel(3)
    with pytest.raises(ValueError, match="processes must be an int of at least 1, found 0"):
        fast.DataParallel(small_network(), 0)
    with fast.DataParallel(Dense(4, 3), 2) as team:
        with pytest.raises(RuntimeError, match="needs a call of forward"):
            team.backward(np.zeros((5, 3)))
        with pytest.raises(ValueError, match=r"x must have one column.*\(6, 5\)"):
            team.forward(np.zeros((6, 5)))
        assert team.forward(np.zeros((6, 4))).shape == (6, 3)
        with pytest.raises(ValueError, match=r"dout must have the shape \(6, 3\).*\(5, 3\)"):
            team.backward(np.zeros((5, 3)))
        with pytest.raises(ValueError, match="dout must have the shape"):
            team.backward(np.zeros((6, 4)))


@needs_fork
def test_an_error_in_another_process_is_raised_here():
    class Fussy(Dense):
        def forward(self, x):
            if np.any(x > 1):
                raise ValueError("too large")
            return super().forward(x)

    with fast.DataParallel(Fussy(4, 3), 2) as team:
        with pytest.raises(ValueError, match="too large"):
            team.forward(np.arange(8.0).reshape(2, 4) / 4)
        assert team.forward(np.zeros((2, 4))).shape == (2, 3)


@needs_fork
def test_an_error_that_cannot_be_sent_arrives_in_words():
    class Odd(Exception):
        def __init__(self, what, where):
            super().__init__(f"{what} in {where}")

    class Fussy(Dense):
        def forward(self, x):
            if np.any(x > 1):
                raise Odd("a large number", "x")
            return super().forward(x)

    x = normal(0, 3, 4) / 100
    with fast.DataParallel(Fussy(4, 3), 3) as team:
        with pytest.raises(RuntimeError, match="Odd: a large number in x"):
            team.forward(x + np.array([[0], [2], [0]]))
        np.testing.assert_allclose(team.forward(x), x @ team.params["weight"])


@needs_fork
@pytest.mark.parametrize("own_part", ["done", "not done"])
def test_after_an_interruption_no_late_answer_is_taken_for_another(own_part):
    main = os.getpid()
    never, interrupts = np.zeros((2, 4)), np.eye(2, 4)

    class Slow(Dense):
        def forward(self, x):
            if np.array_equal(x, interrupts):
                os.kill(main, signal.SIGINT)
            if np.array_equal(x, interrupts) or np.array_equal(x, never):
                time.sleep(60)
            return super().forward(x)

    x = normal(0, 6, 4)
    model = Slow(4, 3, dtype=np.float64)
    team = fast.DataParallel(model, 3)
    with pytest.raises(KeyboardInterrupt):
        team.forward(np.concatenate([x[:2] if own_part == "done" else never, never, interrupts]))
    assert not multiprocessing.active_children()
    np.testing.assert_allclose(team.forward(x), x @ model.params["weight"])
    assert team.backward(np.ones((6, 3))).shape == x.shape
    team.close()


@needs_fork
def test_an_older_team_can_end_before_a_younger_one():
    older, younger = (fast.DataParallel(Dense(4, 3), 2) for _ in range(2))
    older.close()
    assert len(multiprocessing.active_children()) == 1
    assert younger.forward(np.zeros((2, 4))).shape == (2, 3)
    younger.close()


def test_the_way_back_needs_the_processes_of_the_way_there():
    team = fast.DataParallel(Dense(4, 3), 2)
    y = team.forward(normal(0, 5, 4))
    team.close()
    with pytest.raises(RuntimeError, match="needs a call of forward"):
        team.backward(y)


def test_a_team_is_not_copied_and_stays_whole():
    with fast.DataParallel(Dense(4, 3), 2) as team:
        with pytest.raises(TypeError, match="copy its model"):
            copy.deepcopy(team)
        assert team.forward(np.zeros((2, 4))).shape == (2, 3)


@needs_fork
def test_layers_with_one_generator_draw_from_one_in_each_process():
    class Draw(miniconv.ReLU):
        def __init__(self, rng):
            super().__init__()
            self.rng = rng

        def forward(self, x):
            return np.hstack([x, [[self.rng.normal()]] * len(x)])

    rng = np.random.default_rng(0)
    with fast.DataParallel(miniconv.Sequential([Draw(rng), Draw(rng)]), 3) as team:
        numbers = team.forward(np.zeros((3, 0)))
    assert len(set(numbers.ravel())) == 6


@needs_fork
def test_a_process_that_dies_is_noticed():
    with fast.DataParallel(Dense(4, 3), 2) as team:
        team.forward(np.zeros((2, 4)))
        other, = multiprocessing.active_children()
        os.kill(other.pid, signal.SIGKILL)
        other.join()
        for _ in range(2):
            with pytest.raises(RuntimeError, match="has died"):
                team.forward(np.zeros((2, 4)))


@needs_fork
def test_random_layers_inside_others_draw_other_numbers_in_each_process():
    warp = miniconv.RandomWarp(shift=3, group=1, rng=np.random.default_rng(0))
    model = miniconv.ShiftMean(miniconv.Sequential([warp, miniconv.Flatten()]))
    image = np.random.default_rng(1).normal(size=(1, 1, 8, 8))
    with fast.DataParallel(model, 3) as team:
        one, two, three = team.forward(np.repeat(image, 3, axis=0))
    assert not (np.array_equal(one, two) or np.array_equal(two, three) or np.array_equal(one, three))


@needs_fork
def test_parameters_that_the_processes_do_not_have_are_refused():
    layer = Dense(4, 3)
    with fast.DataParallel(layer, 2) as team:
        team.forward(np.ones((4, 4)))
        layer.params = {name: param.astype(float) for name, param in layer.params.items()}
        with pytest.raises(ValueError, match="weight is not the one that the processes have"):
            team.forward(np.ones((4, 4)))
        with pytest.raises(RuntimeError, match="needs a call of forward"):
            team.backward(np.ones((4, 3)))
