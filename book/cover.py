"""The pictures of the front page, and of the card that other sites show beside a link to the book."""

import base64
import io

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.patches import Rectangle
from PIL import Image
from skimage import data

from figures import TouchFigure
from miniconv import (
    as_batch, conv2d, conv2d_backward, conv_layer, corr2d, im2col, load_mnist, match_template, max_pool2d,
    max_pool2d_backward, plots, relu, relu_backward, sobel_kernels,
)

ROWS = slice(20, 272)          # of the photograph
LUMA = [0.299, 0.587, 0.114]   # grey from red, green and blue
WINDOW = 25                    # pixels a side; ten rows of windows fill the photograph
START = 125, 255               # row and column of the window at the start


def drawn(photograph):
    """A photograph (H, W, 3) as a drawing (H-2, W-2) of its edges: 0, black, where they are strong."""
    strength = np.hypot(*(corr2d(photograph @ LUMA, kernel) for kernel in sobel_kernels()))
    return 1 - np.minimum(strength / np.quantile(strength, 0.985), 1)**0.7


def half_drawn():
    """A figure without a frame: the cat, drawn row by row down to a window."""
    photograph = data.chelsea()[ROWS] / 255
    drawing = drawn(photograph)[..., None]
    picture = photograph[1:-1, 1:-1].copy()
    row, column = START
    for part in np.s_[:row, :], np.s_[row:row + WINDOW, :column + WINDOW]:
        picture[part] = drawing[part]
    height, width, _ = picture.shape
    figure = plt.figure(figsize=(7, 7 * height / width))
    ax = figure.add_axes((0, 0, 1, 1))
    ax.imshow(picture, interpolation="none", aspect="auto")
    ax.add_patch(Rectangle((column - 0.5, row - 0.5), WINDOW, WINDOW, fill=False, ec=plots.KERNEL, lw=3))
    ax.set_axis_off()
    plt.close(figure)
    return figure


def hero(*, alt):
    """The first figure of the book: move a window over a photograph, and it draws the edges."""
    file = io.BytesIO()
    Image.fromarray(data.chelsea()[ROWS]).save(file, "webp", lossless=True, method=6)
    photograph = "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode()
    kernels = [kernel.tolist() for kernel in sobel_kernels()]
    settings = {"photograph": photograph, "kernels": kernels, "luma": LUMA, "window": WINDOW, "start": START}
    return TouchFigure("cover", settings, half_drawn(), alt)


def social_card(title, path):
    """Draw the card, 1200 by 630 pixels, with the name of the book."""
    figure = half_drawn()
    figure.set_size_inches(12, 6.3)
    figure.text(0.5, 0.09, title, fontsize=39, weight="bold", color="white", ha="center", va="center",
                bbox={"facecolor": "#14181e", "alpha": 0.85, "pad": 16, "lw": 0})
    figure.savefig(path, dpi=100, pil_kwargs={"quality": 88})


def steps():
    """The small pictures of the steps of the course, by name."""
    return {"step_window": _window(), "step_edges": _edges(), "step_channels": _channels(), "step_im2col": _im2col(),
            "step_gradient": _gradient(), "step_digits": _digits()}


def _panel(*pictures, width_ratios=None, **drawing):
    """Pictures side by side without frames, three wide to two high."""
    figure, axes = plt.subplots(1, len(pictures), figsize=(3.6, 2.4), squeeze=False, width_ratios=width_ratios,
                                gridspec_kw={"left": 0, "right": 1, "bottom": 0, "top": 1, "wspace": 0.06})
    for ax, picture in zip(axes[0], pictures):
        ax.imshow(picture, **drawing)
        ax.set_axis_off()
    plt.close(figure)
    return figure


def _window():
    tray = data.coins()
    figure = _panel(tray[:232, 36:384], cmap="gray")
    row, column = match_template(tray, tray[24:74, 190:240])
    figure.axes[0].add_patch(Rectangle((column - 36, row), 50, 50, fill=False, ec=plots.KERNEL, lw=4))
    return figure


def _edges():
    eye = (data.chelsea() @ LUMA)[96:176, 126:246]
    return _panel(corr2d(eye, sobel_kernels()[0]), cmap=plots.DIVERGING, vmin=-250, vmax=250)


def _bank():
    """Four kernels (4, 1, 3, 3) that answer to edges in four directions."""
    across, down = sobel_kernels()
    return np.stack([across, down, across + down, across - down])[:, None]


def _channels():
    cat = (data.chelsea() @ LUMA)[30:230, 70:370] / 255
    maps = np.pad(conv_layer(cat[None], _bank()), ((0, 0), (0, 6), (0, 6)), constant_values=np.nan)
    return _panel(np.block([[maps[0], maps[1]], [maps[2], maps[3]]])[:-6, :-6], cmap=plots.DIVERGING, vmin=-0.9, vmax=0.9)


def _im2col():
    rows = im2col(as_batch(load_mnist().test_images[:1]), (5, 5))
    return _panel(rows[146:338], cmap="gray_r", aspect="auto", interpolation="none")


def _gradient():
    x = as_batch(load_mnist().test_images[1:2])
    maps = conv2d(x, _bank())
    pooled = max_pool2d(relu(maps))
    dmaps = relu_backward(max_pool2d_backward(pooled, relu(maps)), maps)
    gradient = conv2d_backward(dmaps, x, _bank())[0]
    limit = np.abs(gradient).max()
    return _panel(limit * x[0, 0, :, 4:24], gradient[0, 0, :, 4:24], cmap=plots.DIVERGING, vmin=-limit, vmax=limit)


def _digits():
    digits = load_mnist().test_images[:40].reshape(5, 8, 28, 28)
    return _panel(digits.swapaxes(1, 2).reshape(5 * 28, 8 * 28)[:, :210], cmap="gray_r")
