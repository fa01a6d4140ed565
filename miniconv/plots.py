"""The figures of the book: photographs, responses, number grids, feature maps and training records.

Every function returns a closed :class:`matplotlib.figure.Figure`: a notebook shows it when it is the value of
a cell. Nothing here changes matplotlib's global settings. The colours of input, kernel and output are the
same on every page.
"""

import numpy as np
from matplotlib import colormaps, pyplot as plt
from matplotlib.colors import Normalize
from matplotlib.patches import Rectangle

INPUT = "#0072B2"   # blue, vermilion and green of the Okabe-Ito palette: told apart by colour-blind readers
KERNEL = "#D55E00"
OUTPUT = "#009E73"
DIVERGING = "RdBu_r"  # red is positive, white is zero, blue is negative

WIDTH = 7.0        # inches: the text column of the book
MAX_HEIGHT = 3.6   # inches: of one row of pictures
STYLE = {"font.size": 12, "axes.titlesize": 12, "axes.labelsize": 12, "text.color": "#1a1a1a",
         "figure.dpi": 144, "figure.facecolor": "white"}

# Load the backend now: loaded inside one of the style contexts below, it would lose its interactive mode when the
# context ends, and a notebook would not show figures that the reader draws with pyplot.
plt.draw_if_interactive()


def images(pictures, titles=None, windows=None, limits=None):
    """Draw pictures side by side, at equal height.

    Parameters
    ----------
    pictures : sequence of array
        Grey images of shape ``(H, W)`` or colour images of shape ``(H, W, 3)``.
    titles : sequence of str, optional
        One for each picture.
    windows : sequence, optional
        One entry for each picture: None, or ``(row, column, height, width)`` of a window to outline.
    limits : (float, float), optional
        The values drawn black and white. By default the least and the greatest value of all grey pictures
        together, so that equal values look equal.

    Returns
    -------
    matplotlib.figure.Figure
        One axes for each picture.

    Raises
    ------
    ValueError
        If there is no picture, a shape is not ``(H, W)`` or ``(H, W, 3)``, or a list is not as long as
        ``pictures``.

    Examples
    --------
    >>> len(images([np.eye(4), np.ones((4, 6))], titles=["a", "b"]).axes)
    2
    """
    pictures = _arrays(pictures, "pictures", colour=True)
    titles = _one_each(titles, pictures, "titles")
    windows = _one_each(windows, pictures, "windows")
    grey = [picture for picture in pictures if picture.ndim == 2]
    if limits is None and grey:
        numbers = np.concatenate([picture[np.isfinite(picture)] for picture in grey])
        limits = (numbers.min(), numbers.max()) if numbers.size else (0, 1)
    with plt.rc_context(STYLE):
        fig, axes = _row_of_axes(pictures)
        for ax, picture, title, window in zip(axes, pictures, titles, windows):
            low, high = limits if picture.ndim == 2 else (None, None)
            ax.imshow(picture, cmap="gray", vmin=low, vmax=high)
            ax.set_title(title or "")
            if window is not None:
                row, column, height, width = window
                place = (column - 0.5, row - 0.5)
                for colour, line in (("white", 4.5), (KERNEL, 2.5)):
                    ax.add_patch(Rectangle(place, width, height, fill=False, ec=colour, lw=line))
    return _closed(fig)


def responses(maps, titles=None, limit=None):
    """Draw the answers of filters side by side, in one diverging colour map centred on zero.

    All maps share one symmetric scale, given by the colour bar: red is positive, white is zero, blue is
    negative.

    Parameters
    ----------
    maps : sequence of array, each (H, W)
        The responses.
    titles : sequence of str, optional
        One for each map.
    limit : float, optional
        The magnitude drawn in the darkest colours, by default the greatest; anything beyond it looks the
        same.

    Returns
    -------
    matplotlib.figure.Figure
        One axes for each map, then the axes of the colour bar.

    Raises
    ------
    ValueError
        If there is no map, a map is not two-dimensional, there are not as many titles as maps, or ``limit``
        is not positive.

    Examples
    --------
    >>> responses([np.array([[-1.0, 3.0]])]).axes[0].images[0].get_clim()
    (-3.0, 3.0)
    """
    maps = _arrays(maps, "maps")
    titles = _one_each(titles, maps, "titles")
    scale = _symmetric(maps, limit)
    with plt.rc_context(STYLE):
        fig, axes = _row_of_axes(maps, right=0.8)
        for ax, response, title in zip(axes, maps, titles):
            picture = ax.imshow(response, cmap=DIVERGING, norm=scale)
            ax.set_title(title or "")
        _colour_bar(fig, axes[-1].get_position(), picture)
    return _closed(fig)


def feature_maps(rows, labels=None, limit=None):
    """Draw rows of feature maps: one row for each step of a layer, one column for each channel.

    All maps share one symmetric scale centred on zero, so that a step can be compared with the one before.

    Parameters
    ----------
    rows : sequence of array, each (C, H, W)
        The maps after each step, say convolution, ReLU and pooling. Their sizes may differ.
    labels : sequence of str, optional
        One for each row, written to its left.
    limit : float, optional
        The magnitude drawn in the darkest colours, by default the greatest; anything beyond it looks the
        same.

    Returns
    -------
    matplotlib.figure.Figure
        The axes of the maps in row order, then the axes of the colour bar.

    Raises
    ------
    ValueError
        If there is no row, a row is not ``(C, H, W)``, there are not as many labels as rows, or ``limit`` is
        not positive.

    Examples
    --------
    >>> len(feature_maps([np.ones((3, 4, 4)), np.ones((3, 2, 2))], labels=["conv", "pool"]).axes)
    7
    """
    rows = _arrays(rows, "rows", ndim=3)
    labels = _one_each(labels, rows, "labels")
    scale = _symmetric(rows, limit)
    columns = max(len(row) for row in rows)
    left, right, gap = (0.9 if any(labels) else 0.0), 0.8, 0.12
    cell_width = min((WIDTH - left - right - gap * (columns - 1)) / columns, MAX_HEIGHT)
    heights = [min(cell_width * row.shape[1] / row.shape[2], MAX_HEIGHT) for row in rows]
    width = left + right + columns * (cell_width + gap) - gap
    height = sum(heights) + gap * (len(rows) - 1)
    with plt.rc_context(STYLE):
        fig = plt.figure(figsize=(width, height))
        top = height
        for row, label, row_height in zip(rows, labels, heights):
            top -= row_height
            for channel, feature_map in enumerate(row):
                ax = _axes(fig, left + channel * (cell_width + gap), top, cell_width, row_height)
                picture = ax.imshow(feature_map, cmap=DIVERGING, norm=scale)
            if label:
                middle = (top + row_height / 2) / height
                fig.text((left - 0.12) / width, middle, label, ha="right", va="center")
            top -= gap
        _colour_bar(fig, ax.get_position(), picture, x=1 - (right - 0.12) / width)
    return _closed(fig)


def kernels(weights, titles=None):
    """Draw kernels with their numbers written in the cells, in one diverging colour map centred on zero.

    Parameters
    ----------
    weights : sequence of array, each (kh, kw)
        The kernels.
    titles : sequence of str, optional
        One for each kernel.

    Returns
    -------
    matplotlib.figure.Figure
        One axes for each kernel, with one text for each cell.

    Raises
    ------
    ValueError
        If there is no kernel, a kernel is not two-dimensional, or there are not as many titles as kernels.

    Examples
    --------
    >>> [text.get_text() for text in kernels([np.array([[2, -2]])]).axes[0].texts]
    ['2', '−2']
    """
    weights = _arrays(weights, "kernels")
    titles = _one_each(titles, weights, "titles")
    scale = _symmetric(weights)
    with plt.rc_context(STYLE):
        fig, axes, cell = _row_of_grids(weights, gap=1.2)
        for ax, weight, title in zip(axes, weights, titles):
            colours = colormaps[DIVERGING](scale(weight))
            _number_grid(ax, weight, colours, title, cell, edge="#595959")
    return _closed(fig)


def arrays(values, titles=None, colours=None, windows=None, signs=None):
    """Draw small arrays as grids of numbers, with an optional shaded window in each.

    Parameters
    ----------
    values : sequence of array, each (H, W)
        The arrays. All cells are drawn at the same size.
    titles : sequence of str, optional
        One for each array.
    colours : sequence of str, optional
        One for each array: `INPUT`, `KERNEL` or `OUTPUT`, for its outline and its window.
    windows : sequence, optional
        One entry for each array: None, or ``(row, column, height, width)`` of the window to shade.
    signs : sequence of str, optional
        What to write between one array and the next, such as ``["⋆", "="]``.

    Returns
    -------
    matplotlib.figure.Figure
        One axes for each array, with one text for each cell.

    Raises
    ------
    ValueError
        If there is no array, an array is not two-dimensional, a window does not lie inside its array, or a
        list has not the right length.

    Examples
    --------
    >>> fig = arrays([np.eye(2), np.ones((1, 2))], colours=[INPUT, OUTPUT], signs=["→"])
    >>> len(fig.axes)
    2
    """
    values = _arrays(values, "arrays")
    titles = _one_each(titles, values, "titles")
    colours = [colour or "#595959" for colour in _one_each(colours, values, "colours")]
    windows = _one_each(windows, values, "windows")
    if signs is not None and len(signs) != len(values) - 1:
        raise ValueError(f"signs stand between arrays: expected {len(values) - 1}, found {len(signs)}")
    with plt.rc_context(STYLE):
        fig, axes, cell = _row_of_grids(values, gap=1.4)
        for ax, array, title, colour, window in zip(axes, values, titles, colours, windows):
            _number_grid(ax, array, np.ones((*array.shape, 4)), title, cell, edge=colour, window=window)
        for left, right, sign in zip(axes, axes[1:], signs or []):
            x = (left.get_position().x1 + right.get_position().x0) / 2
            y = (left.get_position().y0 + left.get_position().y1) / 2
            fig.text(x, y, sign, ha="center", va="center", fontsize=30 if sign == "⋆" else 18)
    return _closed(fig)


def confusion_matrix(counts, labels=None):
    """Draw a confusion matrix with its counts: the darker a cell, the more often that mistake was made.

    Only mistakes are shaded; right answers, on the diagonal, are outlined. The many right answers would
    otherwise hide the few mistakes.

    Parameters
    ----------
    counts : array of int, (K, K)
        ``counts[i, j]`` examples of class i were called class j.
    labels : sequence of str, optional
        The names of the classes; 0 to K - 1 by default.

    Returns
    -------
    matplotlib.figure.Figure
        One axes, with one text for each cell.

    Raises
    ------
    ValueError
        If ``counts`` is not square or there are not as many labels as classes.

    Examples
    --------
    >>> len(confusion_matrix(np.array([[5, 1], [0, 6]])).axes[0].texts)
    4
    """
    counts = np.asarray(counts)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or counts.size == 0:
        raise ValueError(f"a confusion matrix is square, (K, K); found shape {counts.shape}")
    labels = range(len(counts)) if labels is None else _one_each(labels, counts, "labels")
    mistakes = np.where(np.eye(len(counts), dtype=bool), 0, counts)
    with plt.rc_context(STYLE):
        side = min(WIDTH, 0.56 * len(counts) + 1.0)
        fig, ax = plt.subplots(figsize=(side, side))
        ax.imshow(mistakes, cmap="Oranges", vmin=0, vmax=max(1, mistakes.max()))
        for (i, j), count in np.ndenumerate(counts):
            colour = "white" if mistakes[i, j] > 0.6 * mistakes.max() > 0 else "#1a1a1a"
            ax.text(j, i, f"{count}", ha="center", va="center", fontsize=11, color=colour)
            if i == j:
                ax.add_patch(Rectangle((j - 0.48, i - 0.48), 0.96, 0.96, fill=False, ec=OUTPUT, lw=1.5))
        ax.set_xticks(range(len(counts)), labels)
        ax.set_yticks(range(len(counts)), labels)
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        ax.set_xlabel("predicted")
        ax.set_ylabel("true")
    return _closed(fig)


def learning_curves(losses, accuracies=None):
    """Draw loss, and accuracy if given, against the epoch.

    Parameters
    ----------
    losses : dict of str to sequence of float
        One curve for each entry, one value for each epoch:
        ``{"training": [2.3, 0.4], "validation": [0.5, 0.3]}``.
    accuracies : dict of str to sequence of float, optional
        The same for the accuracy, as a share between 0 and 1.

    Returns
    -------
    matplotlib.figure.Figure
        One axes for the loss and one for the accuracy.

    Raises
    ------
    ValueError
        If there is no curve, or a curve is empty or not one-dimensional.

    Examples
    --------
    >>> fig = learning_curves({"training": [2.3, 0.4]}, {"training": [0.1, 0.9]})
    >>> [ax.get_ylabel() for ax in fig.axes]
    ['loss', 'accuracy']
    """
    panels = [("loss", losses)] + ([("accuracy", accuracies)] if accuracies is not None else [])
    styles = [(INPUT, "-", "o"), (KERNEL, "--", "s"), (OUTPUT, "-.", "^"), ("#595959", ":", "D")]
    with plt.rc_context(STYLE):
        fig, axes = plt.subplots(1, len(panels), figsize=(WIDTH, 3.0), squeeze=False, layout="constrained")
        for ax, (name, curves) in zip(axes[0], panels):
            if not curves or any(np.ndim(curve) != 1 or len(curve) == 0 for curve in curves.values()):
                plt.close(fig)
                raise ValueError(
                    f"{name}: expected at least one curve, each with one value an epoch, found {curves}")
            for (label, curve), (colour, line, marker) in zip(curves.items(), styles * len(curves)):
                epochs = range(1, len(curve) + 1)
                ax.plot(epochs, curve, color=colour, ls=line, marker=marker, ms=4, label=label)
            ax.set_xlabel("epoch")
            ax.set_ylabel(name)
            ax.xaxis.get_major_locator().set_params(integer=True)
            ax.spines[["top", "right"]].set_visible(False)
            ax.legend(frameon=False)
    return _closed(fig)


def digits(pictures, labels=None, columns=10):
    """Draw many small pictures of equal size in rows, each with a label above it.

    Parameters
    ----------
    pictures : array (N, H, W)
        The pictures. Each is drawn dark on white over its own range.
    labels : sequence, optional
        One for each picture.
    columns : int
        How many pictures a row holds.

    Returns
    -------
    matplotlib.figure.Figure
        One axes for each picture.

    Raises
    ------
    ValueError
        If ``pictures`` is not ``(N, H, W)`` with N at least 1, there are not as many labels as pictures, or
        ``columns`` is less than 1.

    Examples
    --------
    >>> len(digits(np.ones((12, 28, 28)), labels=range(12)).axes)
    12
    """
    pictures = np.asarray(pictures)
    if pictures.ndim != 3 or pictures.size == 0:
        raise ValueError(f"pictures of digits have shape (N, H, W), N at least 1; found {pictures.shape}")
    if columns < 1:
        raise ValueError(f"columns is how many pictures a row holds, at least 1; found {columns}")
    labels = _one_each(labels, pictures, "labels")
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    gap, title = 0.08, 0.28 if any(label is not None for label in labels) else 0.0
    side = min((WIDTH - gap * (columns - 1)) / columns, 1.2)
    step = side * pictures.shape[1] / pictures.shape[2] + gap + title
    with plt.rc_context(STYLE):
        fig = plt.figure(figsize=(columns * (side + gap) - gap, rows * step))
        for k, (picture, label) in enumerate(zip(pictures, labels)):
            row, column = divmod(k, columns)
            ax = _axes(fig, column * (side + gap), (rows - row - 1) * step + gap, side, step - gap - title)
            ax.imshow(picture, cmap="gray_r")
            if label is not None:
                ax.set_title(f"{label}", pad=3)
    return _closed(fig)


def _arrays(values, name, ndim=2, colour=False):
    """The values as arrays, after a check of their shapes."""
    values = [np.asarray(value) for value in values]
    if not values:
        raise ValueError(f"{name}: expected at least one array, found none")
    for value in values:
        fits = value.ndim == ndim or (colour and value.ndim == 3 and value.shape[2] == 3)
        if not fits or value.size == 0:
            expected = "(H, W) or (H, W, 3)" if colour else {2: "(H, W)", 3: "(C, H, W)"}[ndim]
            raise ValueError(
                f"{name}: expected arrays of shape {expected} that are not empty, found {value.shape}")
    return values


def _one_each(given, values, name):
    """The given list, or as many times None as there are values."""
    if given is None:
        return [None] * len(values)
    if len(given) != len(values):
        raise ValueError(f"{name}: expected {len(values)}, one for each array, found {len(given)}")
    return list(given)


def _symmetric(values, limit=None):
    """A scale from minus to plus the limit, or else the greatest finite magnitude of all values."""
    if limit is None:
        magnitudes = [np.abs(value[np.isfinite(value)].astype(float)) for value in values]
        limit = max((float(m.max()) for m in magnitudes if m.size), default=0.0) or 1.0
    if not limit > 0:
        raise ValueError(f"limit is the magnitude drawn darkest, greater than 0; found {limit}")
    return Normalize(-limit, limit)


def _axes(fig, left, bottom, width, height):
    """Axes without ticks at a place given in inches."""
    w, h = fig.get_size_inches()
    ax = fig.add_axes((left / w, bottom / h, width / w, height / h))
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    return ax


def _row_of_axes(pictures, right=0.0, gap=0.2):
    """A figure with one axes for each picture, all at one height."""
    ratios = [picture.shape[1] / picture.shape[0] for picture in pictures]
    height = min((WIDTH - right - gap * (len(pictures) - 1)) / sum(ratios), MAX_HEIGHT)
    fig = plt.figure(figsize=(sum(ratios) * height + gap * (len(pictures) - 1) + right, height))
    lefts = np.cumsum([0] + [ratio * height + gap for ratio in ratios])
    return fig, [_axes(fig, left, 0, ratio * height, height) for left, ratio in zip(lefts, ratios)]


def _colour_bar(fig, beside, picture, x=None):
    """A colour bar as high as the figure, to the right of the axes at ``beside``."""
    width = fig.get_size_inches()[0]
    bar = fig.add_axes((beside.x1 + 0.12 / width if x is None else x, 0.02, 0.14 / width, 0.96))
    fig.colorbar(picture, cax=bar).outline.set_visible(False)


def _row_of_grids(values, gap):
    """A figure with one axes for each array, all cells of one size; the gap is counted in cells."""
    columns = [array.shape[1] for array in values]
    rows = max(array.shape[0] for array in values)
    cell = min(0.52, WIDTH / (sum(columns) + gap * (len(values) - 1)))
    fig = plt.figure(figsize=(cell * (sum(columns) + gap * (len(values) - 1)), cell * rows))
    lefts = np.cumsum([0] + [cell * (c + gap) for c in columns])
    axes = [_axes(fig, left, 0, cell * c, cell * rows) for left, c in zip(lefts, columns)]
    for ax, array in zip(axes, values):
        middle = (array.shape[0] - 1) / 2
        ax.set_xlim(-0.5, array.shape[1] - 0.5)
        ax.set_ylim(middle + rows / 2, middle - rows / 2)
    return fig, axes, cell


def _number_grid(ax, array, colours, title, cell, edge, window=None):
    """Draw the cells, their numbers, the outline, the shaded window and the title."""
    height, width = array.shape
    texts = [_number(value) for value in array.flat]
    size = min(12, 72 * cell / (0.68 * max(3, max(map(len, texts)))))
    for (i, j), text in zip(np.ndindex(array.shape), texts):
        ax.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, fc=colours[i, j], ec="#b3b3b3", lw=0.8))
        dark = colours[i, j, :3] @ (0.299, 0.587, 0.114) < 0.5
        ax.text(j, i, text, ha="center", va="center", fontsize=size, color="white" if dark else "#1a1a1a")
    ax.add_patch(Rectangle((-0.5, -0.5), width, height, fill=False, ec=edge, lw=2, clip_on=False))
    if window is not None:
        row, column, rows, columns = window
        if not (0 <= row <= row + rows <= height and 0 <= column <= column + columns <= width):
            plt.close(ax.figure)
            raise ValueError(f"the window {tuple(window)}, (row, column, height, width), does not lie inside "
                             f"an array of shape {array.shape}")
        place = (column - 0.5, row - 0.5)
        ax.add_patch(Rectangle(place, columns, rows, fc=edge, alpha=0.22, lw=0))
        ax.add_patch(Rectangle(place, columns, rows, fill=False, ec=edge, lw=3, clip_on=False))
    if title:
        ax.text((width - 1) / 2, -0.72, title, ha="center", va="bottom", gid="title")


def _number(value):
    """A number as short as it can be written with two decimals, with a true minus sign."""
    text = f"{value:.2f}".rstrip("0").rstrip(".") if np.isfinite(value) else str(value)
    return ("0" if text == "-0" else text).replace("-", "−")


def _closed(fig):
    """The figure, no longer known to pyplot, so that a notebook shows it once."""
    plt.close(fig)
    return fig
