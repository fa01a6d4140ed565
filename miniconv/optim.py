"""Optimizers: how the gradients change the weights (chapter 8), how fast, and the mean of where they were (chapter 9).

An optimizer keeps a state for each parameter, by its name. Use a new one for each model.
"""

from contextlib import contextmanager

import numpy as np

from . import _validate


class SGD:
    """Gradient descent with momentum.

    Parameters
    ----------
    learning_rate : float
    momentum : float
        At least 0 and below 1.

    Notes
    -----
    For a parameter `p` with the gradient `g`: ``v = momentum*v - learning_rate*g``, then ``p += v``; `v`
    starts at 0.

    References
    ----------
    Sutskever, I., Martens, J., Dahl, G. and Hinton, G., *On the importance of initialization and momentum in deep
    learning*, ICML 2013.

    Examples
    --------
    >>> from miniconv import Dense
    >>> layer = Dense(1, 1)
    >>> layer.grads["bias"] = np.array([2.0])
    >>> SGD(learning_rate=0.1).step(layer)
    >>> layer.params["bias"]
    array([-0.2], dtype=float32)
    """

    def __init__(self, learning_rate, momentum=0.0):
        self.learning_rate = _validate.bounded(learning_rate, "learning_rate")
        self.momentum = _validate.bounded(momentum, "momentum", below=1)
        self.velocity = {}

    def step(self, model):
        """Change the parameters of `model` in place, by its gradients."""
        for name, p, g in _parameters(model, self.velocity):
            self.velocity[name] = v = self.momentum * self.velocity.get(name, 0) - self.learning_rate * g
            p += v


class Adam:
    """Gradient descent with a step size for each weight.

    Parameters
    ----------
    learning_rate : float
    beta1, beta2 : float
        How much of the running means of the gradient and of its square is kept at each step, at least 0 and
        below 1.
    eps : float
        Keeps the division finite where a gradient has always been 0. Of float16 weights the means are kept and
        divided in float32, where it is not 0.
    weight_decay : float
        Before each step all parameters shrink by the share ``learning_rate * weight_decay``.

    Notes
    -----
    For a parameter `p` with the gradient `g`, at step `t` = 1, 2, …: ``m = beta1*m + (1 - beta1)*g``,
    ``s = beta2*s + (1 - beta2)*g**2``, both from 0, and
    ``p -= learning_rate * (m / (1 - beta1**t)) / (sqrt(s / (1 - beta2**t)) + eps)``.
    The decay is no part of `g`, where the division would undo it.

    References
    ----------
    Kingma, D. P. and Ba, J., *Adam: a method for stochastic optimization*, ICLR 2015, arXiv:1412.6980.
    Loshchilov, I. and Hutter, F., *Decoupled weight decay regularization*, ICLR 2019, arXiv:1711.05101.

    Examples
    --------
    >>> from miniconv import Dense
    >>> layer = Dense(1, 1)
    >>> layer.grads["bias"] = np.array([2.0])
    >>> Adam(learning_rate=0.1).step(layer)
    >>> layer.params["bias"].round(4)
    array([-0.1], dtype=float32)
    """

    def __init__(self, learning_rate=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0):
        self.learning_rate = _validate.bounded(learning_rate, "learning_rate")
        self.beta1 = _validate.bounded(beta1, "beta1", below=1)
        self.beta2 = _validate.bounded(beta2, "beta2", below=1)
        self.eps = _validate.bounded(eps, "eps")
        self.weight_decay = _validate.bounded(weight_decay, "weight_decay")
        self.mean, self.square = {}, {}
        self.t = 0

    def step(self, model):
        """Change the parameters of `model` in place, by its gradients."""
        parameters = _parameters(model, self.mean)
        self.t += 1
        for name, p, g in parameters:
            wide = np.result_type(p, np.float32)
            if name not in self.mean:
                self.mean[name], self.square[name] = np.zeros(p.shape, wide), np.zeros(p.shape, wide)
            m, s, g = self.mean[name], self.square[name], g.astype(wide, copy=False)
            m *= self.beta1
            m += (1 - self.beta1) * g
            s *= self.beta2
            s += (1 - self.beta2) * g**2
            step = np.sqrt(s / (1 - self.beta2**self.t))
            step += self.eps
            np.divide(m, step, out=step)
            step *= self.learning_rate / (1 - self.beta1**self.t)
            p *= 1 - self.learning_rate * self.weight_decay
            np.subtract(p, step, out=p, casting="same_kind")


class WeightAverage:
    """Running mean of the weights of a model in training, which is often better than the weights of any one step.

    Parameters
    ----------
    decay : float
        How much of the mean is kept at each step, at least 0 and below 1. In the first steps, when there is
        little to keep, it is less: ``(1 + t) / (10 + t)`` at step `t` = 1, 2, ….

    References
    ----------
    Polyak, B. T. and Juditsky, A. B., *Acceleration of stochastic approximation by averaging*, SIAM Journal on
    Control and Optimization 30, 1992.

    Examples
    --------
    >>> from miniconv import Dense
    >>> layer, average = Dense(1, 1), WeightAverage(0.5)
    >>> for bias in (1, 2, 3):
    ...     layer.params["bias"][:] = bias
    ...     average.update(layer)
    >>> with average.used_by(layer):
    ...     layer.params["bias"].round(1)
    array([2.6], dtype=float32)
    """

    def __init__(self, decay=0.998):
        self.decay = _validate.bounded(decay, "decay", below=1)
        self.mean = {}
        self.t = 0

    def update(self, model):
        """Take the weights of `model` into the mean."""
        params = _validate.layer(model, "model").params
        _check_known(params, self.mean)
        self.t += 1
        keep = min(self.decay, (1 + self.t) / (10 + self.t))
        for name, p in params.items():
            mean = self.mean.get(name)
            if mean is None:
                self.mean[name] = p.copy()
            else:
                mean += (1 - keep) * (p - mean)

    @contextmanager
    def used_by(self, model):
        """Within a ``with``, let `model` compute with the mean instead of its own weights."""
        params = _validate.layer(model, "model").params
        if params.keys() != self.mean.keys():
            raise ValueError(f"there are no weights of this model in the mean: update it in training, found {list(self.mean)}")
        _check_known(params, self.mean)
        own = {name: p.copy() for name, p in params.items()}
        try:
            for name, p in params.items():
                p[...] = self.mean[name]
            yield
        finally:
            for name, p in params.items():
                p[...] = own[name]


def one_cycle(progress, peak, warm_up=0.2):
    """Learning rate of a training that starts at 0, rises to a peak and falls to 0, in straight lines.

    Parameters
    ----------
    progress : float
        The share of the steps that is done, from 0 to 1.
    peak : float
        Highest learning rate.
    warm_up : float
        The share of the steps at which it is reached, above 0 and below 1.

    Returns
    -------
    float

    References
    ----------
    Smith, L. N. and Topin, N., *Super-convergence: very fast training of neural networks using large learning rates*,
    2018, arXiv:1708.07120.

    Examples
    --------
    >>> [one_cycle(progress, 1.0) for progress in (0, 0.1, 0.2, 0.6, 1)]
    [0.0, 0.5, 1.0, 0.5, 0.0]
    """
    if not 0 <= _validate.number(progress, "progress") <= 1:
        raise ValueError(f"progress must be from 0 to 1, found {progress!r}")
    if not 0 < _validate.number(warm_up, "warm_up") < 1:
        raise ValueError(f"warm_up must be above 0 and below 1, found {warm_up!r}")
    peak = _validate.bounded(peak, "peak")
    return float(peak * min(progress / warm_up, (1 - progress) / (1 - warm_up)))


def _parameters(model, known):
    """Return (name, parameter, gradient) of all parameters, checked before the first one is changed."""
    params, grads = _validate.layer(model, "model").params, model.grads
    if params.keys() != grads.keys():
        raise ValueError(f"each parameter must have its gradient, found {sorted(params)} and {sorted(grads)}")
    triples = [(name, p, np.asarray(grads[name])) for name, p in params.items()]
    for name, p, g in triples:
        _validate.same_shape(g, f"the gradient of {name}", p.shape, "its parameter")
    _check_known(params, known)
    return triples


def _check_known(params, known):
    """Check that what is known of a parameter is of one of the same shape."""
    for name in params:
        if name in known:
            _validate.same_shape(params[name], name, known[name].shape, f"the {name} that was here before")
