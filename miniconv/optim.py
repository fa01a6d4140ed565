"""Optimizers: how the gradients change the weights (chapter 8).

An optimizer keeps a state for each parameter, by its name. Use a new one for each model.
"""

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
        for name, p, g in _parameters(model):
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
        Keeps the division finite where a gradient has always been 0.

    Notes
    -----
    For a parameter `p` with the gradient `g`, at step `t` = 1, 2, …: ``m = beta1*m + (1 - beta1)*g``,
    ``s = beta2*s + (1 - beta2)*g**2``, both from 0, and
    ``p -= learning_rate * (m / (1 - beta1**t)) / (sqrt(s / (1 - beta2**t)) + eps)``.

    References
    ----------
    Kingma, D. P. and Ba, J., *Adam: a method for stochastic optimization*, ICLR 2015, arXiv:1412.6980.

    Examples
    --------
    >>> from miniconv import Dense
    >>> layer = Dense(1, 1)
    >>> layer.grads["bias"] = np.array([2.0])
    >>> Adam(learning_rate=0.1).step(layer)
    >>> layer.params["bias"].round(4)
    array([-0.1], dtype=float32)
    """

    def __init__(self, learning_rate=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        self.learning_rate = _validate.bounded(learning_rate, "learning_rate")
        self.beta1 = _validate.bounded(beta1, "beta1", below=1)
        self.beta2 = _validate.bounded(beta2, "beta2", below=1)
        self.eps = _validate.bounded(eps, "eps")
        self.mean, self.square = {}, {}
        self.t = 0

    def step(self, model):
        """Change the parameters of `model` in place, by its gradients."""
        self.t += 1
        for name, p, g in _parameters(model):
            self.mean[name] = m = self.beta1 * self.mean.get(name, 0) + (1 - self.beta1) * g
            self.square[name] = s = self.beta2 * self.square.get(name, 0) + (1 - self.beta2) * g**2
            m_hat = m / (1 - self.beta1**self.t)
            s_hat = s / (1 - self.beta2**self.t)
            p -= self.learning_rate * m_hat / (np.sqrt(s_hat) + self.eps)


def _parameters(model):
    """Return (name, parameter, gradient) of all parameters, checked before the first one is changed."""
    _validate.layer(model, "model")
    grads = model.grads
    triples = [(name, p, grads[name]) for name, p in model.params.items()]
    for name, p, g in triples:
        _validate.same_shape(g, f"the gradient of {name}", p.shape, "its parameter")
    return triples
