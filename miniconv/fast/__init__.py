"""The same layers, as fast as NumPy can go.

Functions and layers take and return what the plain ones do, (N, C, H, W), and differ from them by rounding
only. (An infinity or a NaN may spread farther, to the numbers that are computed together with it.) Inside,
the batch is the innermost axis. One idea a module: `layout`, horizontal `shifts`, `products` of thin matrices,
`rows` for convolution from these two and its `gradients`, `winograd`, `pooling`, `pooled` for both in one
with few channels, `stages` that merge layers, the `chain` of them, a convolution `alone`, `layers` with the
interface, and `parallel` processes.
"""

from .layers import Conv2d, MaxPool2d, Sequential, conv2d, conv2d_backward
from .parallel import DataParallel

__all__ = ["Conv2d", "DataParallel", "MaxPool2d", "Sequential", "conv2d", "conv2d_backward"]
