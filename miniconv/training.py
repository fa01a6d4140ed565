"""Training a classifier, and asking it (chapter 8)."""

import math

import numpy as np
from tqdm import tqdm

from . import _validate
from .losses import softmax_cross_entropy


def train(
    model, images, labels, epochs, batch_size, optimizer, rng,
    progress=True, on_epoch=None, schedule=None, average=None,
):
    """Train a classifier by mini-batches.

    Parameters
    ----------
    model : layer
        Turns a batch of images into logits; its weights are changed in place.
    images : array_like, shape (N, ...)
    labels : array_like of int, shape (N,)
    epochs : int
        How often to go through all images, each time in a new order.
    batch_size : int
        Images for one step; the last batch of an epoch holds the rest.
    optimizer : SGD or Adam
    rng : numpy.random.Generator or None
        For the order of the images; None seeds a fresh one.
    progress : bool
        Whether to show a progress bar on standard error.
    on_epoch : callable, optional
        Called with the number of epochs done and the mean loss of the last one.
    schedule : callable, optional
        Gives the learning rate of a step for the share of the steps that is done, from 0 to below 1.
    average : WeightAverage, optional
        Updated after each step.

    Returns
    -------
    list of float
        For each epoch the mean loss over all images, each taken just before the step that it was part of.

    Raises
    ------
    ValueError
        If images and labels do not go together, or a label is not one of the model's classes.
    FloatingPointError
        If the loss is no longer finite.

    Examples
    --------
    >>> from miniconv import Dense, SGD
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(200, 2))
    >>> losses = train(Dense(2, 2, rng), x, (x[:, 0] > 0).astype(int), 10, 20, SGD(0.5), rng, progress=False)
    >>> len(losses), losses[-1] < losses[0]
    (10, True)
    """
    _validate.layer(model, "model")
    images = _validate.real_array(images, "images", "N ...")
    n = len(images)
    if n == 0:
        raise ValueError(f"images must hold at least one image, found shape {images.shape}")
    labels = _validate.class_labels(labels, n)
    epochs = _validate.integer(epochs, "epochs", 0)
    batch_size = _validate.integer(batch_size, "batch_size", 1)
    if isinstance(optimizer, type) or not callable(getattr(optimizer, "step", None)):
        raise ValueError(f"optimizer must have a method step(model), found {optimizer!r}")
    hooks = {"on_epoch": on_epoch, "schedule": schedule, "the update of average": getattr(average, "update", average)}
    for name, hook in hooks.items():
        if hook is not None and not callable(hook):
            raise ValueError(f"{name} must be something that can be called, found {hook!r}")
    rng = _validate.generator(rng)

    losses = []
    step, steps = 0, epochs * math.ceil(n / batch_size)
    with tqdm(total=epochs * n, unit=" images", disable=not progress) as bar:
        for epoch in range(1, epochs + 1):
            total = 0.0
            order = rng.permutation(n)
            for start in range(0, n, batch_size):
                batch = order[start:start + batch_size]
                loss, dlogits = softmax_cross_entropy(model.forward(images[batch]), labels[batch])
                if not math.isfinite(loss):
                    raise FloatingPointError(
                        f"the loss is {loss} in epoch {epoch}: training has diverged. "
                        "Take a smaller learning rate, and check that the images are finite and scaled"
                    )
                model.backward(dlogits)
                if schedule is not None:
                    optimizer.learning_rate = _validate.bounded(schedule(step / steps), "the rate of schedule")
                optimizer.step(model)
                if average is not None:
                    average.update(model)
                step += 1
                total += loss * len(batch)
                bar.update(len(batch))
            losses.append(total / n)
            bar.set_postfix(epoch=epoch, loss=f"{losses[-1]:.4f}")
            if on_epoch is not None:
                on_epoch(epoch, losses[-1])
    return losses


def predict(model, images, batch_size=256):
    """Most likely class of each image.

    Parameters
    ----------
    model : layer
    images : array_like, shape (N, ...)
    batch_size : int
        Images that go through the model at once; it changes the memory needed, not the answer.

    Returns
    -------
    ndarray of int, shape (N,)

    Examples
    --------
    >>> from miniconv import Sequential
    >>> predict(Sequential([]), [[0.1, 0.9], [3.0, -1.0]])
    array([1, 0])
    """
    _validate.layer(model, "model")
    images = _validate.real_array(images, "images", "N ...")
    batch_size = _validate.integer(batch_size, "batch_size", 1)
    labels = np.empty(len(images), dtype=np.int64)
    for start in range(0, len(images), batch_size):
        batch = slice(start, start + batch_size)
        logits = _validate.real_array(model.forward(images[batch]), "logits", "N K")
        if len(logits) != len(images[batch]):
            raise ValueError(f"there must be one row of logits for each image, found {logits.shape} for {len(images[batch])}")
        labels[batch] = logits.argmax(axis=1)
    return labels


def accuracy(model, images, labels, batch_size=256):
    """Share of images whose most likely class is the right one.

    Parameters
    ----------
    model : layer
    images : array_like, shape (N, ...)
    labels : array_like of int, shape (N,)
    batch_size : int
        As in `predict`.

    Returns
    -------
    float
        Between 0 and 1.

    Examples
    --------
    >>> from miniconv import Sequential
    >>> accuracy(Sequential([]), [[0.1, 0.9], [3.0, -1.0]], [1, 1])
    0.5
    """
    images = _validate.real_array(images, "images", "N ...")
    labels = _validate.class_labels(labels, len(images))
    if len(images) == 0:
        raise ValueError(f"images must hold at least one image, found shape {images.shape}")
    return float(np.mean(predict(model, images, batch_size) == labels))
