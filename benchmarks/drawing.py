"""The figures of chapter 9, from the saved results."""

import matplotlib

matplotlib.use("svg")

import numpy as np  # noqa: E402
from matplotlib import pyplot as plt  # noqa: E402
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator  # noqa: E402

from miniconv import plots  # noqa: E402

OURS, PLAIN, THEIRS = plots.OUTPUT, plots.INPUT, plots.KERNEL
ON_A_LINE = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}  # behind a number
PUBLISHED = {  # test accuracy in %; see book/references.bib
    "Andreoni 2023, loops": 96.0,
    "LeNet-5, 1998": 99.05,
    "Simard et al., 2003": 99.6,
}
LADDER = [  # from the top rung to the bottom
    "loops over images and windows", "fast Fourier transform", "tensordot over the windows", "a product for each kernel entry",
    "einsum over the windows", "im2col, channels last", "im2col, images first", "im2col, batch innermost",
    "row im2col, batch innermost", "Winograd, batch innermost", "PyTorch, images first", "PyTorch, channels last",
]


def draw(results, elsewhere, folder):
    """Draw each figure whose results are there, as an SVG file; two show those of another machine beside them."""
    folder.mkdir(exist_ok=True)
    pictures = {
        "ladder": (ladder, "layers"), "roofline": (roofline, "layers"), "networks": (networks, "epochs"),
        "copies": (copies, "steps"), "buffers": (buffers, "steps"), "thin-products": (thin_products, "steps"),
        "alignment": (lambda here: alignment(here, elsewhere), "steps"),
        "strips": (lambda here: strips(here, elsewhere), "steps"), "pooling": (pooling, "steps"), "winograd": (winograd, "steps"),
        "workers": (workers, "steps"), "accuracy": (accuracy, "accuracy"),
    }
    with plt.rc_context({**plots.STYLE, "svg.hashsalt": "speed", "svg.fonttype": "path"}):
        for name, (picture, needed) in pictures.items():
            if needed in results:
                fig = picture(results)
                fig.savefig(folder / f"{name}.svg", metadata={"Date": None})
                plt.close(fig)


def ladder(results):
    """Time of each formulation over that of the better PyTorch, for three layers."""
    shown = [find(results, sizes) for sizes in ((64, 1, 28, 28, 32, 5, 1), (64, 16, 14, 14, 32, 3, 1), (16, 128, 28, 28, 128, 3, 1))]
    fig, axes = plt.subplots(1, 3, figsize=(9, 4.2), sharey=True, layout="constrained")
    for ax, case in zip(axes, shown):
        names = LADDER[::-1]
        ratios = [case["ways"].get(name, {}).get("ratio, both") for name in names]
        bars = ax.barh(names, [ratio or 0 for ratio in ratios], color=[colour(name) for name in names])
        ax.bar_label(bars, [f"{ratio:.3g}" if ratio else "–" for ratio in ratios], padding=3,
                     bbox=ON_A_LINE)
        ax.axvline(1, color="black", lw=1)
        ax.set_xscale("log")
        ax.set_xlim(0.1, 20_000)
        ax.xaxis.set_minor_locator(NullLocator())
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        ax.set_xticks([1, 100])
        ax.set_title(case["shape"].replace(" → ", "\n→ "))
        bare(ax)
    axes[1].set_xlabel("time forward and backward, PyTorch = 1")
    return fig


def roofline(results):
    """Share of the peak over operations for each byte that has to move."""
    about = results["machine"]
    peak, bandwidth = about["sgemm GF/s"], about["copy from memory GB/s"]
    fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
    intensity = np.logspace(-0.5, 3, 200)
    ax.plot(intensity, np.minimum(peak, bandwidth * intensity), color="black")
    ax.text(8, peak * 1.12, f"{peak:.0f} GF/s", ha="center")
    ax.text(0.6, bandwidth * 0.6 * 1.5, f"{bandwidth:.0f} GB/s", rotation=40)
    for name, label, marker in (("row im2col, batch innermost", "row im2col", "o"), ("im2col, images first", "im2col", "s"),
                                ("PyTorch, images first", "PyTorch", "^")):
        points = [(intensity_of(case, name == "im2col, images first"), speed(case, name)) for case in results["layers"]
                  if case["dtype"] == "float32" and name in case["ways"]]
        ax.scatter(*zip(*points), label=label, marker=marker, color=colour(name), alpha=0.8)
    ax.set(xscale="log", yscale="log", xlabel="operations for each byte moved", ylabel="GF/s, forward", ylim=(3, 250))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.legend(loc="lower right", frameon=False)
    ax.spines[["top", "right"]].set_visible(False)
    return fig


def intensity_of(case, with_matrix):
    """Operations over bytes: input, weights and output once, and the matrix of im2col written and read."""
    n, c, h, w, f, k, s = case["sizes"]
    pixels = case["operations"] / (2 * f * c * k * k)
    numbers = n * c * h * w + f * c * k * k + pixels * f
    if with_matrix:
        numbers += 2 * pixels * c * k * k
    return case["operations"] / (4 * numbers)


def speed(case, name):
    return case["operations"] / case["ways"][name]["forward"]["ms"] / 1e6


def networks(results):
    """Seconds of an epoch on one thread, three networks."""
    names = ["loops over images and windows", "miniconv", "PyTorch, images first", "PyTorch, channels last", "miniconv.fast"]
    fig, axes = plt.subplots(1, 3, figsize=(9, 2.6), sharey=True, layout="constrained")
    for ax, network in zip(axes, dict.fromkeys(row["network"] for row in results["epochs"])):
        rows = {row["way"]: row["cpu"] for row in results["epochs"] if row["network"] == network}
        shown = [name for name in names[::-1] if name in rows]
        bars = ax.barh(shown, [rows[name] for name in shown], color=[colour(name) for name in shown])
        ax.bar_label(bars, [f"{rows[name]:,.0f} s" if rows[name] >= 10 else f"{rows[name]:.1f} s" for name in shown], padding=3)
        ax.set_xscale("log")
        ax.set_xlim(0.5, 1e6)
        ax.set_xticks([])
        ax.xaxis.set_minor_locator(NullLocator())
        ax.set_title(network)
        bare(ax)
    return fig


def copies(results):
    """Nanoseconds for each number of the matrix, by layout, for three layers."""
    found = results["steps"]["copies"]
    fig, ax = plt.subplots(figsize=(7, 3.4), layout="constrained")
    width = 0.26
    for i, layout in enumerate(next(iter(found.values()))):
        at = np.arange(len(found)) + (i - 1) * width
        bars = ax.bar(at, [times[layout] for times in found.values()], width, label=layout, color=(PLAIN, THEIRS, OURS)[i])
        ax.bar_label(bars, fmt="%.2f", padding=2)
    ax.set_xticks(range(len(found)), [name.replace(", ", "\n", 4).replace("\n", ", ", 3) for name in found])
    ax.set_ylabel("ns for each number")
    ax.set_ylim(top=1.15 * max(max(times.values()) for times in found.values()))
    fig.legend(frameon=False, loc="outside lower center", ncols=2)
    bare(ax)
    return fig


def buffers(results):
    """Nanoseconds for each number of a sum, into a new array and into a kept one."""
    found = results["steps"]["buffers"]
    fig, ax = plt.subplots(figsize=(7, 3), layout="constrained")
    kilobytes = [4 * numbers / 1024 for numbers in found["numbers"]]
    ax.plot(kilobytes, found["new array"], "o-", color=THEIRS, label="into a new array")
    ax.plot(kilobytes, found["kept array"], "s-", color=OURS, label="into an array that is there")
    ax.set(xscale="log", yscale="log", xlabel="size of the array", ylabel="ns for each number")
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.set_xticks([4, 64, 1024, 16384, 262144], ["4 kB", "64 kB", "1 MB", "16 MB", "256 MB"])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.legend(frameon=False)
    ax.spines[["top", "right"]].set_visible(False)
    return fig


def thin_products(results):
    """GF/s of a product over the number of its rows."""
    found = results["steps"]["thin products"]
    fig, ax = plt.subplots(figsize=(7, 3), layout="constrained")
    ax.plot(found["rows"], found["GF/s"], "o-", color=OURS)
    peak = results["machine"]["sgemm GF/s"]
    ax.axhline(peak, color="black", lw=1, ls="--")
    ax.text(4, 1.03 * peak, f"peak, {peak:.0f} GF/s")
    ax.set(xscale="log", xlabel="rows and columns of the left matrix", ylabel="GF/s", ylim=(0, 1.25 * peak))
    ax.set_xticks(found["rows"][::2], found["rows"][::2])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.spines[["top", "right"]].set_visible(False)
    return fig


def alignment(results, elsewhere):
    """Time of a product and of a sum, by the byte of a line at which their arrays begin, on two machines."""
    return on_two_machines((results, elsewhere), "alignment", "bytes", "byte of a line at which the arrays begin", "time, byte 0 = 1")


def strips(results, elsewhere):
    """Milliseconds of a convolution by the columns of windows that are copied at a time, for two layers, on two machines."""
    return on_two_machines((results, elsewhere), "strips", "columns", "columns of windows copied at a time", "ms")


def on_two_machines(machines, step, key, xlabel, ylabel):
    """Two series of bars over the values of `key`, for each machine."""
    fig, axes = plt.subplots(1, 2, figsize=(9, 3), sharey=True, layout="constrained")
    for ax, results in zip(axes, machines):
        found = results["steps"][step]
        series = {name: times for name, times in found.items() if name != key}
        for i, (name, times) in enumerate(series.items()):
            bars = ax.bar(np.arange(len(times)) + 0.4 * (i - 0.5), times, 0.38, label=name, color=(PLAIN, OURS)[i])
            ax.bar_label(bars, fmt="%.2f", padding=2)
        ax.set_xticks(range(len(found[key])), found[key])
        ax.set(title=processor(results), xlabel=xlabel)
        bare(ax)
    axes[0].set(ylabel=ylabel, ylim=(0, 1.1 * axes[0].get_ylim()[1]))
    fig.legend(*axes[0].get_legend_handles_labels(), frameon=False, loc="outside lower center", ncols=2)
    return fig


def pooling(results):
    """Milliseconds of pooling in three ways, and of bias, ReLU and pooling in two orders."""
    fig, axes = plt.subplots(2, 1, figsize=(7, 3.2), layout="constrained", height_ratios=[3, 2])
    for ax, key, title in zip(axes, ("pooling", "order"), ("2×2 pooling, there and back", "forward only, 2×2 pooling included")):
        found = results["steps"][key]
        wrapped = [name.replace(", then", ",\nthen").replace("innermost, columns then rows, ", "innermost,\n") for name in found]
        bars = ax.barh(wrapped, list(found.values()), color=PLAIN)
        bars[-1].set_color(OURS)
        ax.bar_label(bars, fmt="%.2f ms", padding=3)
        ax.set_title(title, loc="left")
        ax.set_xlim(0, 1.2 * max(found.values()))
        ax.set_xticks([])
        ax.invert_yaxis()
        bare(ax)
    return fig


def winograd(results):
    """Time of Winograd's way over the direct one, by the number of channels."""
    found = results["steps"]["Winograd"]
    ratio = np.divide(found["Winograd"], found["direct"])
    fig, ax = plt.subplots(figsize=(7, 3), layout="constrained")
    ax.plot(found["channels"], ratio, "o-", color=OURS)
    ax.axhline(1, color="black", lw=1)
    for channels, value in zip(found["channels"], ratio):
        ax.annotate(f"{value:.2f}", (channels, value), xytext=(0, 7), textcoords="offset points", ha="center",
                    bbox=ON_A_LINE)
    ax.set(xscale="log", xlabel="channels and filters", ylabel="time, direct = 1", ylim=(0, 1.15 * max(ratio)))
    ax.set_xticks(found["channels"], found["channels"])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.spines[["top", "right"]].set_visible(False)
    return fig


def workers(results):
    """Steps a second of one worker, two threads, two processes."""
    found = results["steps"]["workers"]
    fig, ax = plt.subplots(figsize=(7, 1.9), layout="constrained")
    bars = ax.barh(list(found), list(found.values()), color=[PLAIN, PLAIN, OURS])
    ax.bar_label(bars, [f"{rate:.0f} steps a second, {rate / found['one']:.2f} ×" for rate in found.values()], padding=3)
    ax.set_xlim(0, 1.5 * max(found.values()))
    ax.set_xticks([])
    ax.invert_yaxis()
    bare(ax)
    return fig


def accuracy(results):
    """Test accuracy over seconds of training, with the published accuracies as lines."""
    runs = results["accuracy"]["runs"]
    fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
    ax.plot([run["seconds"] for run in runs], [100 - run["test accuracy"] for run in runs], "o-", color=OURS)
    for run in runs:
        ax.annotate(f"{run['test accuracy']:.2f} %", (run["seconds"], 100 - run["test accuracy"]), xytext=(6, 8),
                    textcoords="offset points", bbox=ON_A_LINE)
    for name, value in PUBLISHED.items():
        ax.axhline(100 - value, color="grey", lw=1, ls="--")
        ax.text(7500, (100 - value) * 1.04, f"{name}: {value} %", ha="right", color="#1a1a1a")
    ax.set(xscale="log", yscale="log", xlim=(8, 8000), ylim=(0.2, 6), xlabel="training on two cores", ylabel="errors on the test digits")
    ax.set_xticks([15, 60, 180, 900], ["15 s", "1 min", "3 min", "15 min"])
    ax.set_yticks([0.25, 0.5, 1, 2, 4], ["0.25 %", "0.5 %", "1 %", "2 %", "4 %"])
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_minor_locator(NullLocator())
    ax.spines[["top", "right"]].set_visible(False)
    return fig


def processor(results):
    """Return the name of the processor that the results belong to."""
    return results["machine"]["line"].split(", ")[0].partition(" of ")[2].replace("(R)", "")


def find(results, sizes):
    return next(case for case in results["layers"] if tuple(case["sizes"]) == sizes and case["dtype"] == "float32")


def colour(name):
    if name.startswith("PyTorch"):
        return THEIRS
    return OURS if name in ("row im2col, batch innermost", "Winograd, batch innermost", "miniconv.fast") else PLAIN


def bare(ax):
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines["bottom"].set_visible(ax.get_xticks().size > 0)
    ax.tick_params(axis="both", length=0)
