"""How well a network in NumPy reads MNIST after how many seconds, on two processes.

The recipes were tuned on 55,000 training digits and judged on the other 5,000. Here each trains on all 60,000, and the
10,000 test digits are read once, at the end, by the mean over shifts.
"""

import time
from typing import NamedTuple

import numpy as np

import miniconv
from miniconv import fast
from networks import POOL, build, words


class Recipe(NamedTuple):
    """How a network is trained. `warp` holds the arguments of `RandomWarp`, `rate` is the peak of the cycle."""

    network: str
    epochs: int
    warp: dict
    rate: float
    batch: int = 128
    decay: float = 0.01
    average: float = 0.998
    processes: int = 2


LIGHT = {"rotation": 6, "scale": 0.06, "shear": 0.08, "shift": 1}
MEDIUM = {"rotation": 8, "scale": 0.08, "shear": 0.1, "shift": 1.5}
STRONG = {"rotation": 10, "scale": 0.1, "shear": 0.12, "shift": 2, "elastic": 0.7}
RECIPES = {
    "15 seconds": Recipe("narrow", 2, LIGHT, 7e-3),
    "1 minute": Recipe("deep", 3, MEDIUM, 4e-3),
    "3 minutes": Recipe("wide", 6, STRONG, 4e-3),
    "15 minutes": Recipe("widest", 16, STRONG, 4e-3),
}
QUICK = ("15 seconds",)
NETWORKS = {  # as in networks.py
    "narrow": ([(16, 3), POOL, (32, 3), POOL], 64),
    "deep": ([(16, 5), POOL, (32, 3), POOL, (64, 3), (64, 3)], 128),
    "wide": ([(24, 5), POOL, (48, 3), (48, 3), POOL, (64, 3)], 128),
    "widest": ([(32, 3), POOL, (64, 3), (64, 3), POOL, (128, 3), (128, 3)], 128),
}


def measure(names=tuple(RECIPES), seed=0):
    """Return for each recipe the seconds of training and the accuracy on the test digits."""
    mnist = miniconv.load_mnist()
    train, test = (miniconv.as_batch(images) for images in (mnist.train_images, mnist.test_images))
    results = []
    for name in names:
        recipe = RECIPES[name]
        start = time.perf_counter()
        network, learner, average, losses = learn(recipe, train, mnist.train_labels, seed)
        seconds = time.perf_counter() - start
        with average.used_by(learner):
            share = miniconv.accuracy(miniconv.ShiftMean(fast.Sequential(network)), test, mnist.test_labels, 100)
        results.append({"recipe": name, **recipe._asdict(), "layers": words(*NETWORKS[recipe.network]), "seed": seed,
                        "seconds": round(seconds, 1), "loss": round(losses[-1], 4), "test accuracy": round(100 * share, 2)})
        print(sentence(results[-1]), flush=True)
    return results


def learn(recipe, images, labels, seed):
    """Return a network's layers, what was trained with them, the mean of its weights, and the loss of each epoch."""
    rng = np.random.default_rng(seed)
    network = build(*NETWORKS[recipe.network], rng)
    learner = fast.Sequential([miniconv.RandomWarp(**recipe.warp, rng=rng), *network], need_dx=False)
    average = miniconv.WeightAverage(recipe.average)
    with fast.DataParallel(learner, recipe.processes) as team:
        losses = miniconv.train(
            team, images, labels, recipe.epochs, recipe.batch,
            miniconv.Adam(weight_decay=recipe.decay), rng,
            schedule=lambda progress: miniconv.one_cycle(progress, recipe.rate), average=average,
        )
    return network, learner, average, losses


def sentence(result):
    return (f"{result['recipe']}: {result['test accuracy']} % of the test digits after {result['seconds']} s, "
            f"{result['epochs']} epochs of the {result['network']} network")
