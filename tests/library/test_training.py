import numpy as np
import pytest

from miniconv import (
    SGD,
    Adam,
    Dense,
    Sequential,
    WeightAverage,
    accuracy,
    predict,
    softmax_cross_entropy,
    train,
)

from .networks import small_network, small_set
from .oracles import normal


def quiet(model, images, labels, epochs=1, batch_size=8, optimizer=None, seed=0, **others):
    rng = np.random.default_rng(seed)
    optimizer = optimizer or SGD(0.0)
    return train(model, images, labels, epochs, batch_size, optimizer, rng, progress=False, **others)


@pytest.mark.parametrize("optimizer", [SGD(0.1), SGD(0.05, momentum=0.9), Adam(0.01)])
def test_a_small_set_is_learned_by_heart(optimizer):
    model, (images, labels) = small_network(), small_set()
    losses = quiet(model, images, labels, epochs=60, batch_size=5, optimizer=optimizer)
    assert len(losses) == 60 and all(type(loss) is float for loss in losses)
    assert losses[0] > 0.5 and losses[-1] < 0.05
    assert accuracy(model, images, labels) == 1


def test_the_mean_loss_is_over_images_and_the_last_short_batch_counts():
    model, (images, labels) = small_network(), small_set(20)
    expected, _ = softmax_cross_entropy(model.forward(images), labels)
    for batch_size in (1, 7, 19, 20, 50):
        np.testing.assert_allclose(quiet(model, images, labels, 2, batch_size), [expected] * 2)


class Recorder:
    """A layer and optimizer in one that notes the images of every batch."""

    params, grads = {}, {}

    def __init__(self):
        self.batches, self.steps = [], 0

    def forward(self, x):
        self.batches.append(x[:, 0].astype(int).tolist())
        return np.zeros((len(x), 2))

    def backward(self, dout):
        return dout

    def step(self, model):
        self.steps += 1


def test_every_image_once_an_epoch_in_a_new_order():
    recorder = Recorder()
    images = np.arange(10)[:, None]
    quiet(recorder, images, np.zeros(10, int), epochs=3, batch_size=4, optimizer=recorder)
    assert [len(batch) for batch in recorder.batches] == [4, 4, 2] * 3
    assert recorder.steps == 9
    epochs = [sum(recorder.batches[i:i + 3], []) for i in (0, 3, 6)]
    assert all(sorted(epoch) == list(range(10)) for epoch in epochs)
    assert epochs[0] != epochs[1] != epochs[2] != list(range(10))


def test_schedule_and_average_see_every_step():
    model, (images, labels) = small_network(), small_set(10)
    progress, weights, optimizer = [], [], Adam(5.0)

    class Average:
        def update(self, model):
            weights.append(model.params["0.weight"].copy())

    def schedule(done):
        progress.append(done)
        return 0.0 if done == 0 else 0.01

    before = model.params["0.weight"].copy()
    quiet(model, images, labels, 2, 4, optimizer, schedule=schedule, average=Average())
    np.testing.assert_allclose(progress, np.arange(6) / 6)
    assert optimizer.learning_rate == 0.01 and len(weights) == 6
    np.testing.assert_array_equal(weights[0], before)
    assert not np.array_equal(weights[1], before)
    np.testing.assert_array_equal(weights[-1], model.params["0.weight"])


def test_the_mean_of_a_training_can_do_more_than_its_noisy_end():
    images, labels = small_set(40)
    model, average = small_network(), WeightAverage(0.98)
    quiet(model, images, labels, 60, 4, SGD(0.4), average=average)
    own = {name: p.copy() for name, p in model.params.items()}
    loss = softmax_cross_entropy(model.forward(images), labels)[0]
    with pytest.raises(KeyError), average.used_by(model):
        mean_loss = softmax_cross_entropy(model.forward(images), labels)[0]
        raise KeyError
    assert mean_loss < loss
    for name, p in model.params.items():
        np.testing.assert_array_equal(p, own[name])


def test_images_stay_with_their_labels():
    images = np.eye(6)
    model = Dense(6, 6, rng=np.random.default_rng(0))
    quiet(model, images, np.arange(6)[::-1], epochs=100, batch_size=4, optimizer=SGD(1.0))
    np.testing.assert_array_equal(predict(model, images), np.arange(6)[::-1])


def test_the_same_generator_gives_the_same_weights():
    images, labels = small_set()
    models = [small_network() for _ in range(2)]
    losses = [quiet(model, images, labels, 2, 8, SGD(0.1, 0.9)) for model in models]
    assert losses[0] == losses[1]
    for name, param in models[0].params.items():
        np.testing.assert_array_equal(param, models[1].params[name])


def test_on_epoch_is_told_every_epoch():
    seen = []
    losses = quiet(small_network(), *small_set(), epochs=3, on_epoch=lambda *told: seen.append(told))
    assert seen == list(enumerate(losses, 1))


@pytest.mark.parametrize("progress", [True, False])
def test_the_progress_bar_goes_to_standard_error_or_nowhere(progress, capfd):
    train(small_network(), *small_set(), 1, 8, SGD(0.1), np.random.default_rng(0), progress=progress)
    out, err = capfd.readouterr()
    assert out == ""
    assert ("20/20" in err) == progress and bool(err) == progress


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_divergence_is_an_error_in_words():
    images, labels = small_set()
    with pytest.raises(FloatingPointError, match="epoch 1.*smaller learning rate"):
        quiet(small_network(), images * np.nan, labels)
    with pytest.raises(FloatingPointError, match="diverged"):
        quiet(small_network(dtype=np.float32), images, labels, 20, 8, SGD(1e20))


def test_predict_does_not_depend_on_the_batch_size():
    model, (images, _) = small_network(), small_set(23)
    expected = model.forward(images).argmax(axis=1)
    for batch_size in (1, 5, 23, 256):
        np.testing.assert_array_equal(predict(model, images, batch_size), expected)
    assert predict(model, images[:0]).shape == (0,)
    assert predict(model, images).dtype.kind == "i"


def test_accuracy_is_the_share_of_right_answers():
    images = np.eye(4)
    assert accuracy(Sequential([]), images, [0, 1, 2, 0]) == 0.75
    assert accuracy(Sequential([]), images, [0, 1, 2, 0], batch_size=3) == 0.75


def step_by_step(optimizer, gradients, dtype=np.float64):
    layer = Dense(2, 3, rng=np.random.default_rng(0), dtype=dtype)
    weight = layer.params["weight"]
    path = [weight.copy()]
    for gradient in gradients:
        layer.grads["weight"] = gradient
        optimizer.step(layer)
        path.append(weight.copy())
    assert layer.params["weight"] is weight, "the step must be in place"
    return path


def test_momentum_by_hand():
    gradients = normal(1, 3, 2, 3)
    w0, w1, w2, w3 = step_by_step(SGD(0.1, momentum=0.5), gradients)
    v1 = -0.1 * gradients[0]
    v2 = 0.5 * v1 - 0.1 * gradients[1]
    v3 = 0.5 * v2 - 0.1 * gradients[2]
    np.testing.assert_allclose([w1, w2, w3], [w0 + v1, w0 + v1 + v2, w0 + v1 + v2 + v3])


def test_plain_gradient_descent_by_hand():
    gradients = normal(1, 2, 2, 3)
    w0, w1, w2 = step_by_step(SGD(0.1), gradients)
    np.testing.assert_allclose([w1, w2], [w0 - 0.1 * gradients[0], w0 - 0.1 * gradients.sum(axis=0)])


def test_the_first_steps_of_adam_are_as_long_as_the_learning_rate():
    gradients = np.stack([normal(1, 2, 3)] * 3)
    w0, *path = step_by_step(Adam(0.1), gradients)
    for t, weight in enumerate(path, 1):
        np.testing.assert_allclose(weight, w0 - 0.1 * t * np.sign(gradients[0]), rtol=1e-6)


@pytest.mark.parametrize("optimizer", [SGD(0.1, 0.9), Adam()])
def test_float32_weights_stay_float32_and_gradients_are_unchanged(optimizer):
    gradients = normal(1, 2, 2, 3)
    before = gradients.copy()
    path = step_by_step(optimizer, gradients, dtype=np.float32)
    assert path[-1].dtype == np.float32
    np.testing.assert_array_equal(gradients, before)


@pytest.mark.parametrize("optimizer", [SGD(0.1, 0.9), Adam()])
def test_a_gradient_of_a_wrong_shape_changes_nothing(optimizer):
    layer = Dense(2, 3)
    before = {name: p.copy() for name, p in layer.params.items()}
    layer.grads["weight"] = np.ones((2, 3))
    layer.grads["bias"] = np.ones((1, 3))
    with pytest.raises(ValueError, match=r"gradient of bias.*\(3,\).*found \(1, 3\)"):
        optimizer.step(layer)
    for name, p in layer.params.items():
        np.testing.assert_array_equal(p, before[name])


def test_adam_in_float16_stays_finite():
    layer = Dense(2, 2, dtype=np.float16)
    before = layer.params["weight"].copy()
    layer.grads["bias"] = np.array([300, -300], np.float16)  # whose squares float16 cannot hold
    Adam(0.1).step(layer)
    np.testing.assert_array_equal(layer.params["weight"], before)
    np.testing.assert_allclose(layer.params["bias"], [-0.1, 0.1], rtol=1e-3)


def test_a_step_that_is_refused_does_not_count():
    layer, adam, average = Dense(1, 1), Adam(0.1), WeightAverage()
    for use in adam.step, average.update:
        with pytest.raises(ValueError, match="model must be a layer"):
            use(3)
    del layer.grads["bias"]
    with pytest.raises(ValueError, match="each parameter must have its gradient"):
        adam.step(layer)
    assert adam.t == average.t == 0


@pytest.mark.parametrize("keeper", [SGD(0.1, 0.9), Adam(), WeightAverage()])
def test_another_model_is_refused(keeper):
    use = keeper.update if isinstance(keeper, WeightAverage) else keeper.step
    use(Dense(1, 1))
    other = Dense(3, 2)
    weight = other.params["weight"].copy()
    with pytest.raises(ValueError, match=r"weight must have the shape \(1, 1\).*\(3, 2\)"):
        use(other)
    if isinstance(keeper, WeightAverage):
        with pytest.raises(ValueError, match=r"weight must have the shape \(1, 1\).*\(3, 2\)"), keeper.used_by(other):
            pass
    np.testing.assert_array_equal(other.params["weight"], weight)


@pytest.mark.parametrize("wrong, words", [
    ({"optimizer": SGD}, "optimizer must have a method step"), ({"schedule": 0.1}, "schedule must be something that can be called"),
    ({"average": 3}, "average must be something"), ({"on_epoch": 3}, "on_epoch must be something"),
    ({"schedule": lambda progress: -1.0}, "rate of schedule must be at least 0"),
])
def test_wrong_helpers_of_a_training_are_refused_before_it_changes_a_weight(wrong, words):
    images, labels = small_set()
    network = small_network()
    before = {name: param.copy() for name, param in network.params.items()}
    with pytest.raises(ValueError, match=words):
        train(**{"model": network, "images": images, "labels": labels, "epochs": 1, "batch_size": 4, "optimizer": SGD(0.1),
                 "rng": np.random.default_rng(0), "progress": False} | wrong)
    for name, param in network.params.items():
        np.testing.assert_array_equal(param, before[name])
