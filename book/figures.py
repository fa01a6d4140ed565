"""The figures of the book that readers can touch.

Each function takes the arrays of the cell that calls it and returns a :class:`TouchFigure`. On the page it is a
picture with alternative text, and the data from which ``_static/figures/NAME.js`` makes the live figure that
takes its place. The picture stays where no script runs, in print and in a plain notebook.
"""

import base64
import io
import json
from html import escape

import numpy as np
from matplotlib.patches import Rectangle

import miniconv
from miniconv import (
    Conv2d, Dense, Flatten, MaxPool2d, ReLU, as_batch, conv_layer, corr2d, kernel_gradient, max_pool2d,
    max_pool2d_backward, plots, relu, softmax,
)


class TouchFigure:
    """A picture that becomes a live figure in the browser.

    Parameters
    ----------
    name : str
        The name of the script in ``_static/figures`` without ``.js``.
    data : dict
        What the script starts from: numbers, strings, lists, dicts and arrays. Arrays become nested lists; use
        `packed` for large ones.
    still : matplotlib.figure.Figure
        The picture.
    alt : str
        What the picture shows, in words.
    room : dict, optional
        Numbers from which ``_static/figures/figures.css`` knows how high the live figure will be, as its custom
        properties: ``{"rows": 6}`` becomes ``--rows: 6``.
    """

    def __init__(self, name, data, still, alt, room=None):
        if not alt.strip():
            raise ValueError(f"the figure {name} has no alternative text: say in words what its picture shows")
        self.name, self.data, self.still, self.alt, self.room = name, data, still, alt, room or {}

    def _repr_html_(self):
        data = json.dumps(self.data, default=_plain, separators=(",", ":")).replace("<", "\\u003c")
        style = "; ".join(f"--{key}: {value}" for key, value in self.room.items())
        return (f'<div class="touch-figure" data-figure="{self.name}" style="{style}">\n'
                f'<img class="still" src="{_data_url(self.still)}" alt="{escape(self.alt)}">\n'
                f'<script type="application/json">{data}</script>\n'
                f'</div>')


def packed(array):
    """The bytes of a large array of dtype uint8, float32 or float64, for `ConvFigures.unpack` on the page."""
    array = np.ascontiguousarray(array)
    if array.dtype not in (np.uint8, np.float32, np.float64):
        raise ValueError(f"the page reads uint8, float32 and float64, found {array.dtype}")
    little_endian = array.astype(array.dtype.newbyteorder("<"))
    return {"shape": array.shape, "dtype": array.dtype.name,
            "base64": base64.b64encode(little_endian.tobytes()).decode()}


def sliding_window(image, kernel, photograph=None, *, alt):
    """Step or drag a window over an image, and see the products and their sum; change the kernel.

    Parameters
    ----------
    image : array (H, W)
        A small image, shown as numbers.
    kernel : array (kh, kw)
        The weights to begin with.
    photograph : array (H, W) of uint8, optional
        A larger image, shown as a picture. The reader can put a photograph in its place.
    alt : str
        What the picture shows: image, kernel and output as grids of numbers, with the first window shaded.
    """
    still = plots.arrays([image, kernel, corr2d(image, kernel)], ["input", "kernel", "output"], signs=["⋆", "="],
                         colours=[plots.INPUT, plots.KERNEL, plots.OUTPUT],
                         windows=[(0, 0, *kernel.shape), None, (0, 0, 1, 1)])
    data = {"image": image, "kernel": kernel, "photograph": None if photograph is None else packed(photograph)}
    room = {"rows": len(image), "map-rows": len(image) - len(kernel) + 1, "bars": 1 if photograph is None else 2}
    return TouchFigure("sliding-window", data, still, alt, room)


def edge_kernels(photograph, kernels, *, alt):
    """A photograph under a kernel that the reader chooses or writes.

    Parameters
    ----------
    photograph : array (H, W) of uint8
        The picture to begin with. The reader can put a photograph in its place.
    kernels : dict of str to array (3, 3)
        The kernels to choose from. The first is the one to begin with.
    alt : str
        What the picture shows: the responses to the first two kernels.
    """
    names = list(kernels)[:2]
    still = plots.responses([corr2d(photograph, kernels[name]) for name in names], names)
    return TouchFigure("edge-kernels", {"photograph": packed(photograph), "kernels": list(kernels.items())}, still, alt)


def output_size(n, kernel, stride=1, padding=0, dilation=1, *, alt):
    """Sliders for the size of a layer, the windows on a line of pixels, and the formula that counts them.

    Parameters
    ----------
    n, kernel, stride, padding, dilation : int
        What the sliders stand at to begin with.
    alt : str
        What the picture shows: the line and the windows below it.
    """
    still, ax = plots.plt.subplots(figsize=(plots.WIDTH, 2.4))
    plots.plt.close(still)
    draw_windows(ax, n, kernel, stride, padding, dilation)
    data = {"n": n, "kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    return TouchFigure("output-size", data, still, alt)


def im2col(image, kernel_size, *, alt):
    """An image and its matrix of windows: point at an entry, or at a pixel.

    Parameters
    ----------
    image : array (H, W)
        A small image, shown as numbers.
    kernel_size : (int, int)
        The height and the width of a window.
    alt : str
        What the picture shows: image and matrix, the first window and its row shaded.
    """
    matrix = miniconv.im2col(image[None, None], kernel_size)
    still = plots.arrays([image, matrix], ["image", "matrix"], colours=[plots.INPUT] * 2, signs=["→"],
                         windows=[(0, 0, *kernel_size), (0, 0, 1, matrix.shape[1])])
    return TouchFigure("im2col", {"image": image, "window": kernel_size}, still, alt, {"rows": len(matrix)})


def memory(rows, columns, kernel, images, channels, *, alt):
    """The pixels that a kernel entry meets, in the image and in memory, in three layouts.

    Parameters
    ----------
    rows, columns : int
        Of an image. The page draws memory in lines of 24 numbers, so that a row of pixels must fit into one.
    kernel, images, channels : int
        What the settings stand at to begin with.
    alt : str
        What the picture shows: the runs of memory that the first kernel entry meets, a strip for each layout.
    """
    n, c, h, w = np.indices((images, channels, rows, columns))
    met = (h < rows - kernel + 1) & (w < columns - kernel + 1)
    layouts = {"images first": (0, 1, 2, 3), "channels last": (0, 2, 3, 1), "batch innermost": (1, 2, 3, 0)}
    with plots.plt.rc_context(plots.STYLE):
        still, axes = plots.plt.subplots(len(layouts), figsize=(plots.WIDTH, 5), layout="constrained")
        for ax, (name, axes_order) in zip(axes, layouts.items()):
            for address, copied in enumerate(met.transpose(axes_order).ravel()):
                line, place = divmod(address, 24)
                ax.add_patch(Rectangle((place, line + 0.1), 1 if copied else 0.85, 0.8, fc=plots.INPUT if copied else "#e3e3e3"))
            ax.set(xlim=(0, 24), ylim=(met.size / 24, 0))
            ax.set_title(name, loc="left")
            ax.axis("off")
        plots.plt.close(still)
    data = {"rows": rows, "columns": columns, "kernel": kernel, "images": images, "channels": channels}
    return TouchFigure("memory", data, still, alt)


def draw_windows(ax, n, kernel, stride=1, padding=0, dilation=1):
    """Draw a line of pixels into axes, those that are read filled, and below it the windows that fit."""
    count = miniconv.output_size(n, kernel, stride, padding, dilation)
    windows = stride * np.arange(count)[:, None] - padding + dilation * np.arange(kernel)
    for x in range(-padding, n + padding):
        pixel = 0 <= x < n
        fill = plots.INPUT if pixel and x in windows else "white"
        ax.add_patch(Rectangle((x - 0.4, 0.1), 0.8, 0.8, fc=fill, ec=plots.INPUT, ls="-" if pixel else ":"))
    for row, window in enumerate(windows):
        ax.plot(window, [-0.6 - 0.6 * row] * kernel, "s-", color=plots.KERNEL, lw=1.5, ms=4)
    ax.set(xlim=(-1.6, n + 0.6), ylim=(-5.2, 1), aspect="equal")
    ax.axis("off")


def pooling(grids, size, stride, *, alt):
    """Pool a small grid of numbers, and follow the gradient of each window back to its pixels.

    Parameters
    ----------
    grids : dict of str to array (H, W)
        What the reader can choose from, all of one shape. The first is shown at the start.
    size, stride : int
        Of the windows at the start.
    alt : str
        What the picture shows: the first grid, its maxima, a gradient of 1, 2, 3 ... for them, and where it goes.
    """
    x = next(iter(grids.values()))[None, None]
    y = max_pool2d(x, size, stride)
    dout = 1.0 + np.arange(y.size).reshape(y.shape)
    shown = x, y, dout, max_pool2d_backward(dout, x, size, stride)
    still = plots.arrays([array[0, 0] for array in shown], ["input x", "output y", "dout", "dx"],
                         signs=["→", "", "→"], colours=[plots.INPUT, plots.OUTPUT, plots.OUTPUT, plots.INPUT])
    data = {"grids": list(grids.items()), "size": size, "stride": stride}
    return TouchFigure("pooling", data, still, alt)


def receptive_field(image, banks, *, alt):
    """Point at a unit of a feature map, and see what it reads in the maps below it and in the image.

    Each layer is a convolution without bias, a ReLU and maximum pooling by two.

    Parameters
    ----------
    image : array (H, W)
        Grey, from 0 to 1. The page gets it with 256 levels.
    banks : sequence of array (F, C, k, k)
        The weights of each layer, the first with one channel.
    alt : str
        What the picture shows: the image and the first map of each layer, with the window that one unit of the
        last map sees in each.
    """
    levels = np.round(255 * image).astype(np.uint8)
    maps = [levels[None] / 255]
    for weight in banks:
        maps.append(max_pool2d(relu(conv_layer(maps[-1], weight))[None])[0])
    row, column = (size // 2 for size in maps[-1].shape[1:])
    windows = [(row, column, 1, 1)]
    for weight in reversed(banks):
        top, left, height, width = windows[0]
        reach = weight.shape[-1] - 1
        windows.insert(0, (2 * top, 2 * left, 2 * height + reach, 2 * width + reach))
    still = plots.images([layer[0] / layer[0].max() for layer in maps],
                         ["image", *(f"layer {number}" for number in range(1, len(maps)))], windows=windows)
    data = {"image": packed(levels), "banks": [packed(weight.astype(np.float64)) for weight in banks]}
    return TouchFigure("receptive-field", data, still, alt)


def descent(images, kernel, start, learning_rate, *, alt):
    """Walk down the loss of a kernel of two weights, step by step.

    Parameters
    ----------
    images : dict of str to array (H, W)
        Examples to learn from. The first is shown at the start.
    kernel : array (1, 2)
        The kernel to be found: the loss is the squared distance from its response.
    start : array (1, 2)
        The weights to begin with.
    learning_rate : float
    alt : str
        What the picture shows: contours of the loss over both weights, and twelve steps.
    """
    kernel, steps = np.asarray(kernel, dtype=float), [np.asarray(start, dtype=float)]
    targets = {name: corr2d(image, kernel) for name, image in images.items()}
    name, image = next(iter(images.items()))
    for _ in range(12):
        steps.append(steps[-1] - learning_rate * kernel_gradient(image, steps[-1], targets[name]))
    weights = np.linspace(-4.5, 4.5, 91)
    surface = [[((corr2d(image, [[first, second]]) - targets[name])**2).sum() for first in weights]
               for second in weights]
    with plots.plt.rc_context(plots.STYLE):
        still, ax = plots.plt.subplots(figsize=(4, 4), layout="constrained")
        ax.contour(weights, weights, surface, np.geomspace(2, 1200, 9), colors="#8c8c8c", linewidths=0.8)
        ax.plot(*np.reshape(steps, (-1, 2)).T, "o-", color=plots.KERNEL, ms=4, lw=1.2)
        ax.plot(*kernel[0], "x", color="#1a1a1a", ms=9, mew=2)
        ax.set(xlabel="first weight", ylabel="second weight", aspect="equal", xticks=(-4, 0, 4), yticks=(-4, 0, 4),
               xlim=(-4.5, 4.5), ylim=(-4.5, 4.5))
        plots.plt.close(still)
    data = {"examples": [{"name": name, "image": image, "target": targets[name]} for name, image in images.items()],
            "kernel": kernel, "start": steps[0], "rate": learning_rate}
    return TouchFigure("descent", data, still, alt)


def network(model, images, labels, *, alt):
    """Draw a digit, and watch every layer of a trained network.

    Parameters
    ----------
    model : Sequential
        Of `Conv2d` with stride 1 and no padding, `ReLU`, `MaxPool2d` with windows side by side, and `Flatten` and
        `Dense` at the end.
    images : array of uint8, (N, 28, 28)
        Digits that the reader can choose. The first is shown at the start.
    labels : array of int, (N,)
    alt : str
        What the picture shows: the first digit, the maps after each pooling and the probabilities.
    """
    layers = [_weights(layer) for layer in model.layers]
    x, maps = as_batch(images[:1]), []
    for layer in model.layers:
        x = layer.forward(x)
        if isinstance(layer, MaxPool2d):
            maps.append(_mosaic(x[0]))
    with plots.plt.rc_context(plots.STYLE):
        still, axes = plots.plt.subplots(1, len(maps) + 2, figsize=(plots.WIDTH, 2.0), layout="constrained",
                                          width_ratios=[1, *(m.shape[1] / m.shape[0] for m in maps), 1])
        axes[0].imshow(images[0], cmap="gray_r")
        for ax, mosaic in zip(axes[1:], maps):
            ax.imshow(mosaic, cmap=plots.DIVERGING, vmin=-4, vmax=4)
        for ax in axes[:-1]:
            ax.axis("off")
        axes[-1].barh(range(10), softmax(x)[0], color=plots.OUTPUT)
        axes[-1].set(yticks=range(10), ylim=(9.5, -0.5), xlim=(0, 1), xticks=(0, 1))
        axes[-1].spines[["top", "right"]].set_visible(False)
        plots.plt.close(still)
    data = {"layers": layers,
            "digits": [{"pixels": packed(image), "label": label} for image, label in zip(images, labels)]}
    return TouchFigure("network", data, still, alt)


def _plain(value):
    """An array or a NumPy number as JSON knows it."""
    return value.tolist()


def _data_url(figure):
    """A matplotlib figure in an address: photographs and maps as WebP; grids as SVG, the same bytes at every run."""
    picture = io.BytesIO()
    if any(ax.images for ax in figure.axes):
        kind = "webp"
        figure.savefig(picture, format="webp", bbox_inches="tight")
    else:
        kind = "svg+xml"
        with plots.plt.rc_context({"svg.hashsalt": "figures", "svg.fonttype": "none"}):
            figure.savefig(picture, format="svg", bbox_inches="tight", metadata={"Date": None})
    return f"data:image/{kind};base64,{base64.b64encode(picture.getvalue()).decode()}"


def _weights(layer):
    """A layer as `network.js` computes it."""
    match layer:
        case Conv2d(stride=(1, 1), padding=((0, 0), (0, 0))):
            return {"kind": "conv", **{name: packed(values) for name, values in layer.params.items()}}
        case Dense():
            return {"kind": "dense", **{name: packed(values) for name, values in layer.params.items()}}
        case MaxPool2d() if layer.size == layer.stride and layer.size[0] == layer.size[1]:
            return {"kind": "pool", "size": layer.size[0]}
        case ReLU():
            return {"kind": "relu"}
        case Flatten():
            return {"kind": "flatten"}
    raise ValueError("the page computes Conv2d with stride 1 and no padding, MaxPool2d with square windows side by "
                     f"side, ReLU, Flatten and Dense; found {type(layer).__name__}")


def _mosaic(maps):
    """Maps (C, H, W) as one picture of four rows."""
    framed = np.pad(maps, ((0, 0), (0, 1), (0, 1)), constant_values=np.nan)
    channels, height, width = framed.shape
    return framed.reshape(4, channels // 4, height, width).swapaxes(1, 2).reshape(4 * height, -1)
