"""The loss of a classifier and its gradient (chapter 7)."""

import numpy as np

from . import _validate


def softmax_cross_entropy(logits, labels):
    r"""Cross-entropy of the softmax of the logits, mean over the batch, and its gradient.

    Parameters
    ----------
    logits : array_like, shape (N, K)
    labels : array_like of int, shape (N,)
        The right class of each row, 0 to K - 1.

    Returns
    -------
    loss : float
    dlogits : ndarray, shape (N, K)
        Gradient of the loss with respect to the logits.

    Notes
    -----
    With :math:`p` the softmax of the logits :math:`z`, a row of label :math:`t` costs
    :math:`-\log p_t = \log \sum_j e^{z_j} - z_t`, and the derivative with respect to :math:`z_k` is
    :math:`p_k - [k = t]`. The logits are shifted so that the greatest is 0, as in `softmax`.

    Examples
    --------
    >>> loss, dlogits = softmax_cross_entropy([[0.0, 0.0]], [1])
    >>> round(loss, 4)
    0.6931
    >>> dlogits
    array([[ 0.5, -0.5]])
    """
    logits = _validate.float_array(logits, "logits", "N K")
    if len(logits) == 0:
        raise ValueError(f"logits must have at least one row, found shape {logits.shape}")
    n, classes = logits.shape
    labels = _validate.class_labels(labels, n, classes)
    rows = np.arange(n)
    shifted = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    totals = exponentials.sum(axis=1, keepdims=True)
    loss = np.mean(np.log(totals[:, 0]) - shifted[rows, labels])
    dlogits = exponentials / totals
    dlogits[rows, labels] -= 1
    return float(loss), dlogits / n
