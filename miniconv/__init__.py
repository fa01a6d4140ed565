"""miniconv: convolutional networks in plain NumPy, one small module an idea.

Images are ``(H, W)``, images with channels ``(C, H, W)``, batches ``(N, C, H, W)``, weights ``(F, C, kh,
kw)``. Floating input keeps its dtype, integers and bools are computed in float64, no function changes its
arguments, and bad input raises `ValueError`.
"""

from .activations import relu, relu_backward, softmax
from .augment import RandomWarp, ShiftMean
from .channels import conv1x1, conv_layer, corr2d_multi_in, parameter_count, receptive_field
from .correlate import (
    box_filter,
    convolve2d,
    corr2d,
    corr2d_dilated,
    corr2d_strided,
    match_template,
    output_shape,
)
from .data import Mnist, as_batch, load_mnist
from .dense import dense_backward, dense_forward
from .edges import edge_mask, gradient_magnitude, kernel_gradient, learn_kernel, sobel_kernels
from .gradcheck import numerical_gradient, relative_error
from .im2col import col2im, conv2d, conv2d_backward, im2col
from .init import glorot_uniform, he_normal
from .layers import AvgPool2d, Conv2d, Dense, Flatten, GlobalAvgPool2d, MaxPool2d, ReLU, Sequential
from .losses import softmax_cross_entropy
from .optim import SGD, Adam, WeightAverage, one_cycle
from .padding import output_size, pad2d, same_padding
from .pooling import (
    avg_pool2d,
    avg_pool2d_backward,
    global_avg_pool,
    global_avg_pool_backward,
    max_pool2d,
    max_pool2d_backward,
)
from .training import accuracy, predict, train
from .weights import load, save

__all__ = [
    "Adam",
    "AvgPool2d",
    "Conv2d",
    "Dense",
    "Flatten",
    "GlobalAvgPool2d",
    "MaxPool2d",
    "Mnist",
    "RandomWarp",
    "ReLU",
    "SGD",
    "Sequential",
    "ShiftMean",
    "WeightAverage",
    "accuracy",
    "as_batch",
    "avg_pool2d",
    "avg_pool2d_backward",
    "box_filter",
    "col2im",
    "conv1x1",
    "conv2d",
    "conv2d_backward",
    "conv_layer",
    "convolve2d",
    "corr2d",
    "corr2d_dilated",
    "corr2d_multi_in",
    "corr2d_strided",
    "dense_backward",
    "dense_forward",
    "edge_mask",
    "global_avg_pool",
    "global_avg_pool_backward",
    "glorot_uniform",
    "gradient_magnitude",
    "he_normal",
    "im2col",
    "kernel_gradient",
    "learn_kernel",
    "load",
    "load_mnist",
    "match_template",
    "max_pool2d",
    "max_pool2d_backward",
    "numerical_gradient",
    "one_cycle",
    "output_shape",
    "output_size",
    "pad2d",
    "parameter_count",
    "predict",
    "receptive_field",
    "relative_error",
    "relu",
    "relu_backward",
    "same_padding",
    "save",
    "sobel_kernels",
    "softmax",
    "softmax_cross_entropy",
    "train",
]
