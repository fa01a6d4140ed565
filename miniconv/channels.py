"""Many channels in, many channels out (chapter 4)."""

import numpy as np

from . import _validate
from .correlate import corr2d


def corr2d_multi_in(image, kernel, stride=1, padding=0):
    """Cross-correlation over several input channels, summed.

    Parameters
    ----------
    image : array_like, shape (C, H, W)
    kernel : array_like, shape (C, kh, kw)
        One kernel for each channel.
    stride, padding
        As in `corr2d`.

    Returns
    -------
    ndarray, shape (OH, OW)

    Examples
    --------
    >>> corr2d_multi_in([[[1, 2]], [[3, 4]]], [[[1]], [[10]]])
    array([[31., 42.]])
    """
    image, kernel = _validate.float_arrays((image, "image", "C H W"), (kernel, "kernel", "C kh kw"))
    if len(image) != len(kernel):
        raise ValueError(
            f"image and kernel must have the same number of channels, found {image.shape} and {kernel.shape}"
        )
    return sum(corr2d(plane, plane_kernel, stride, padding) for plane, plane_kernel in zip(image, kernel))


def conv_layer(image, weight, bias=None, stride=1, padding=0):
    """A bank of filters: each filter sees all input channels and makes one output channel.

    Parameters
    ----------
    image : array_like, shape (C, H, W)
    weight : array_like, shape (F, C, kh, kw)
    bias : array_like, shape (F,), optional
        One number added to each output channel.
    stride, padding
        As in `corr2d`.

    Returns
    -------
    ndarray, shape (F, OH, OW)

    Examples
    --------
    >>> conv_layer(np.ones((2, 3, 3)), np.ones((4, 2, 3, 3)), bias=[0, 1, 2, 3]).ravel()
    array([18., 19., 20., 21.])
    """
    image, weight, bias = _validate.float_arrays(
        (image, "image", "C H W"), (weight, "weight", "F C kh kw"), optional=(bias, "bias", "F")
    )
    maps = np.stack([corr2d_multi_in(image, kernel, stride, padding) for kernel in weight])
    if bias is None:
        return maps
    _validate.same_shape(bias, "bias", weight.shape[:1], f"the filters of weight {weight.shape}")
    return maps + bias[:, None, None]


def conv1x1(image, weight):
    """Mix the channels of every pixel: a 1x1 convolution as one matrix product.

    Parameters
    ----------
    image : array_like, shape (C, H, W)
    weight : array_like, shape (F, C)

    Returns
    -------
    ndarray, shape (F, H, W)

    References
    ----------
    Lin, M., Chen, Q. and Yan, S., *Network in network*, 2013, arXiv:1312.4400.

    Examples
    --------
    >>> conv1x1([[[1, 2]], [[3, 4]]], [[1, 1], [1, -1]])
    array([[[ 4.,  6.]],
    <BLANKLINE>
           [[-2., -2.]]])
    """
    image, weight = _validate.float_arrays((image, "image", "C H W"), (weight, "weight", "F C"))
    c, h, w = image.shape
    _validate.same_shape(weight, "weight", (len(weight), c), f"(filters, channels) for image {image.shape}")
    return (weight @ image.reshape(c, h * w)).reshape(-1, h, w)


def receptive_field(layers):
    r"""Side of the square of input pixels that one output unit depends on.

    Parameters
    ----------
    layers : sequence of (int, int)
        (kernel, stride) of each layer, the first layer first. Pooling counts as a layer, with its size as
        kernel.

    Returns
    -------
    int

    Notes
    -----
    Neighbouring units of a layer lie :math:`s_1 s_2 \cdots` input pixels apart, the product of the strides so
    far. A kernel of :math:`k` on top of them widens the field by :math:`k - 1` such steps:
    :math:`1 + \sum_l (k_l - 1) \prod_{m < l} s_m`.

    References
    ----------
    Araujo, A., Norris, W. and Sim, J., *Computing receptive fields of convolutional neural networks*, Distill,
    2019.

    Examples
    --------
    >>> receptive_field([(3, 1), (2, 2), (3, 1)])
    8
    """
    if not isinstance(layers, (list, tuple)):
        raise ValueError(f"layers must be a list of pairs (kernel, stride), found {layers!r}")
    field, step = 1, 1
    for layer in layers:
        kernel, stride = _validate.shape(layer, "each of the layers", "kernel stride")
        field += (kernel - 1) * step
        step *= stride
    return field


def parameter_count(in_channels, out_channels, kernel_size, bias=True):
    """Number of learned parameters of a convolutional layer.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size : int or (int, int)
    bias : bool
        Whether each output channel has a bias.

    Returns
    -------
    int

    Examples
    --------
    >>> parameter_count(3, 16, 5)
    1216
    """
    in_channels = _validate.integer(in_channels, "in_channels", 1)
    out_channels = _validate.integer(out_channels, "out_channels", 1)
    kh, kw = _validate.pair(kernel_size, "kernel_size", 1)
    return out_channels * (in_channels * kh * kw + bool(bias))
