"""The fully connected layer and its gradient (chapter 7)."""

from . import _validate


def dense_forward(x, weight, bias):
    """Fully connected layer, ``y = x @ weight + bias``.

    Parameters
    ----------
    x : array_like, shape (N, D)
    weight : array_like, shape (D, M)
    bias : array_like, shape (M,)

    Returns
    -------
    ndarray, shape (N, M)

    Examples
    --------
    >>> dense_forward([[1, 2]], [[1, 10], [100, 1000]], [0.5, 0.5])
    array([[ 201.5, 2010.5]])
    """
    x, weight, bias = _validate.float_arrays((x, "x", "N D"), (weight, "weight", "D M"), (bias, "bias", "M"))
    _check_features(x, weight)
    _validate.same_shape(bias, "bias", weight.shape[1:], f"the columns of weight {weight.shape}")
    return x @ weight + bias


def dense_backward(dout, x, weight):
    """Gradients of a loss with respect to the arguments of `dense_forward`.

    Parameters
    ----------
    dout : array_like, shape (N, M)
    x : array_like, shape (N, D)
    weight : array_like, shape (D, M)

    Returns
    -------
    dx : ndarray, shape (N, D)
        ``dout @ weight.T``
    dweight : ndarray, shape (D, M)
        ``x.T @ dout``
    dbias : ndarray, shape (M,)
        Sum of `dout` over the batch.

    Examples
    --------
    >>> dense_backward([[1, 1]], [[1, 2]], [[1, 10], [100, 1000]])
    (array([[  11., 1100.]]), array([[1., 1.],
           [2., 2.]]), array([1., 1.]))
    """
    dout, x, weight = _validate.float_arrays(
        (dout, "dout", "N M"), (x, "x", "N D"), (weight, "weight", "D M")
    )
    _check_features(x, weight)
    _validate.same_shape(dout, "dout", (len(x), weight.shape[1]), "the output")
    return dout @ weight.T, x.T @ dout, dout.sum(axis=0)


def _check_features(x, weight):
    if x.shape[1] != len(weight):
        raise ValueError(f"x must have one column for each row of weight, found {x.shape} and {weight.shape}")
