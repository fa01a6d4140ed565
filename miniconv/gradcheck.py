"""Checking a gradient against finite differences (chapter 7)."""

import numpy as np

from . import _validate


def numerical_gradient(f, x, eps=1e-5):
    r"""Gradient of a function by central differences.

    Parameters
    ----------
    f : callable
        Takes an array of the shape of `x` and returns one number.
    x : array_like, any shape
        The point; it is not changed.
    eps : float
        Step, greater than 0.

    Returns
    -------
    ndarray of float64, shape of `x`

    Notes
    -----
    .. math:: \frac{\partial f}{\partial x_k} \approx
        \frac{f(x + \epsilon e_k) - f(x - \epsilon e_k)}{2 \epsilon} ,

    with an error of the order of :math:`\epsilon^2`. It takes two calls of `f` for each entry of `x`: for
    tests, on small arrays.

    Examples
    --------
    >>> numerical_gradient(lambda x: np.sum(x**2), [1.0, -3.0]).round(6)
    array([ 2., -6.])
    """
    point = _validate.real_array(x, "x", "...").astype(np.float64)
    eps = _validate.bounded(eps, "eps")
    if not callable(f) or eps == 0:
        raise ValueError(f"f must be a function and eps greater than 0, found {f!r} and {eps}")

    def value_at(index, entry):
        moved = point.copy()
        moved[index] = entry
        value = np.asarray(f(moved))
        if value.shape != () or value.dtype.kind not in "biuf":
            raise ValueError(f"f must return one number, found {value.dtype} of shape {value.shape}")
        return float(value)

    if ((point + eps == point) | (point - eps == point)).any():
        raise ValueError(f"eps must be large enough to change x, found {eps} for numbers up to {np.abs(point).max():.0e}")

    gradient = np.empty_like(point)
    for index, entry in np.ndenumerate(point):
        gradient[index] = (value_at(index, entry + eps) - value_at(index, entry - eps)) / (2 * eps)
    return gradient


def relative_error(a, b):
    r"""Distance of two arrays compared with their sizes.

    Parameters
    ----------
    a, b : array_like, of one shape

    Returns
    -------
    float
        :math:`\lVert a - b \rVert / (\lVert a \rVert + \lVert b \rVert)`: 0 for equal arrays, 1 for opposite
        ones.

    Examples
    --------
    >>> relative_error([3.0, 4.0], [3.0, 4.0])
    0.0
    >>> relative_error([3.0, 4.0], [-3.0, -4.0])
    1.0
    """
    a = _validate.real_array(a, "a", "...").astype(np.float64)
    b = _validate.real_array(b, "b", "...").astype(np.float64)
    _validate.same_shape(b, "b", a.shape, "a")
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / size) if size else 0.0
