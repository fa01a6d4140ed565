"""Whole MNIST epochs of three networks: ours in one process and in two, PyTorch with one thread and with two."""

import json
import multiprocessing
import statistics
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from tqdm import tqdm

import miniconv
from formulations import WindowLoops
from loops import LoopConv2d, LoopMaxPool2d
from miniconv import fast
from timing import DISTURBED, own_pages, reset_peak, status

BATCH, SLICES = 64, 6
LOOPS = WindowLoops.name
MOST = {"miniconv": 1000, LOOPS: 1}  # images of each slice that a slow way trains on; its times are scaled up
LAYOUTS = {"PyTorch, images first": "contiguous_format", "PyTorch, channels last": "channels_last"}
POOL = None
NETWORKS = {  # (filters, kernel) of each convolution, where a pooling halves the maps, and the dense layer's width, if there is one
    "small": ([(8, 3), POOL, (16, 3), POOL], None),
    "middle": ([(16, 5), POOL, (32, 3), POOL], 128),
    "large": ([(16, 5), POOL, (32, 5), POOL], 128),
}


def words(parts, width):
    convolutions = [f"conv {filters} {kernel}×{kernel}" for filters, kernel in filter(None, parts)]
    return ", ".join(convolutions + [f"dense {outputs}" for outputs in (width, 10) if outputs])


def layers(network, conv=miniconv.Conv2d, pool=miniconv.MaxPool2d):
    """Return the layers of a network of the table."""
    return build(*NETWORKS[network], np.random.default_rng(0), conv, pool)


def build(parts, width, rng, conv=miniconv.Conv2d, pool=miniconv.MaxPool2d):
    """Return the layers of a network for digits that is described as those of the table; a convolution keeps the size."""
    made, channels, size = [], 1, 28
    for part in parts:
        if part is POOL:
            made.append(pool(2))
            size //= 2
        else:
            filters, kernel = part
            made += [conv(channels, filters, kernel, padding=kernel // 2, rng=rng), miniconv.ReLU()]
            channels = filters
    made.append(miniconv.Flatten())
    features = channels * size**2
    if width:
        made += [miniconv.Dense(features, width, rng), miniconv.ReLU()]
    return [*made, miniconv.Dense(width or features, 10, rng)]


class Ours:
    """A network of this library, trained by a slice of the epoch at a time."""

    def __init__(self, model, processes=1, batch=BATCH):
        self.model = fast.DataParallel(model, processes) if processes > 1 else model
        self.optimizer = miniconv.SGD(0.01, 0.9)
        self.batch = batch

    def train(self, images, labels):
        rng = np.random.default_rng(0)
        return miniconv.train(self.model, images, labels, 1, self.batch, self.optimizer, rng, progress=False)[0]

    def close(self):
        if isinstance(self.model, fast.DataParallel):
            self.model.close()


class Theirs:
    """The same network in PyTorch, from the same weights on."""

    def __init__(self, network, layout, threads=1):
        import torch

        self.torch = torch
        ours = layers(network)
        self.layout, self.threads = getattr(torch, layout), threads
        self.model = torch.nn.Sequential(*map(in_torch, ours)).to(memory_format=self.layout)
        for theirs, weights in zip(self.model.parameters(), miniconv.Sequential(ours).params.values()):
            theirs.data.copy_(torch.from_numpy(weights.T if weights.ndim == 2 else weights))
        self.optimizer = torch.optim.SGD(self.model.parameters(), 0.01, momentum=0.9)

    def train(self, images, labels):
        torch = self.torch
        torch.set_num_threads(self.threads)
        images, labels = torch.from_numpy(images), torch.from_numpy(labels)
        order = torch.from_numpy(np.random.default_rng(0).permutation(len(labels)))
        total = 0.0
        for batch in order.split(BATCH):
            x = images[batch].contiguous(memory_format=self.layout)
            loss = torch.nn.functional.cross_entropy(self.model(x), labels[batch])
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            total += loss.item() * len(batch)
        return total / len(labels)

    def close(self):
        self.torch.set_num_threads(1)


def in_torch(layer):
    """Return a layer of PyTorch of the same kind and size."""
    from torch import nn

    match layer:
        case miniconv.Conv2d():
            filters, channels, *kernel = layer.params["weight"].shape
            return nn.Conv2d(channels, filters, kernel, padding=[before for before, _ in layer.padding])
        case miniconv.Dense():
            return nn.Linear(*layer.params["weight"].shape)
        case miniconv.MaxPool2d():
            return nn.MaxPool2d(layer.size)
        case miniconv.ReLU():
            return nn.ReLU()
        case miniconv.Flatten():
            return nn.Flatten()


WAYS = {
    "miniconv.fast": lambda network: Ours(fast.Sequential(layers(network), need_dx=False)),
    "miniconv.fast, two processes": lambda network: Ours(fast.Sequential(layers(network), need_dx=False), 2),
    "miniconv": lambda network: Ours(miniconv.Sequential(layers(network))),
    LOOPS: lambda network: Ours(miniconv.Sequential(layers(network, LoopConv2d, LoopMaxPool2d)), batch=1),
}
if find_spec("torch"):
    for name, layout in LAYOUTS.items():
        WAYS[name] = lambda network, layout=layout: Theirs(network, layout)
        WAYS[f"{name}, two threads"] = lambda network, layout=layout: Theirs(network, layout, 2)


def measure(networks=tuple(NETWORKS), images=60_000):
    """Return a list with one dict for each network and way: seconds of an epoch by the clock and of one thread."""
    mnist = miniconv.load_mnist()
    x, y = miniconv.as_batch(mnist.train_images[:images]), mnist.train_labels[:images]
    results = []
    for network in tqdm(networks, desc="epochs"):
        rows = _race({name: make(network) for name, make in WAYS.items()}, x, y)
        best = min((row["cpu"] for name, row in rows.items() if name.startswith("PyTorch") and "two" not in name), default=None)
        ours = rows["miniconv.fast"]["cpu"]
        for name, row in rows.items():
            row = {"network": network, "layers": words(*NETWORKS[network]), "way": name, **row}
            if best and "two" not in name:
                row["ratio to the better PyTorch"] = round(row["cpu"] / best, 3)
            if name == LOOPS:
                row["times miniconv.fast"] = round(row["cpu"] / ours)
            results.append(row)
    return results


def _race(ways, x, y):
    """Let each way train on the same slice of the images in turn; an epoch is all slices."""
    slices = np.array_split(np.arange(len(x)), SLICES)
    rows = {name: {"wall": 0.0, "cpu": 0.0, "loss": []} for name in ways}
    for name, way in ways.items():  # once before it counts, so that every array is there
        some = slices[0][:10 * BATCH][:MOST.get(name)]
        way.train(x[some], y[some])
    for part in slices:
        for name, way in ways.items():
            some = part[:MOST.get(name)]
            scale = len(part) / len(some)
            wall, cpu = time.perf_counter(), time.process_time()
            rows[name]["loss"].append(way.train(x[some], y[some]))
            rows[name]["cpu"] += scale * (time.process_time() - cpu)
            rows[name]["wall"] += scale * (time.perf_counter() - wall)
    for way in ways.values():
        way.close()
    for name, row in rows.items():
        several = "two" in name
        row["disturbed"] = not several and row["wall"] > DISTURBED * row["cpu"]
        row["loss"] = None if name in MOST else round(statistics.mean(row["loss"]), 3)
        row["cpu"] = None if several else round(row["cpu"], 2)
        row["wall"] = round(row["wall"], 2)
    return rows


def memory(network="large"):
    """Return for each way the greatest size in MB of a fresh process that has read MNIST and trains, with its child's own pages."""
    sizes = {}
    for name in tqdm([name for name in WAYS if name != LOOPS], desc="memory of training"):
        done = subprocess.run([sys.executable, __file__, network, name], capture_output=True, text=True, check=True,
                              cwd=Path(__file__).parent)
        sizes[name] = json.loads(done.stdout)
    return sizes


def _train_a_little(network, name):
    """Read all images, train on some, and print the size in MB."""
    mnist = miniconv.load_mnist()
    images = miniconv.as_batch(mnist.train_images)
    reset_peak()
    way = WAYS[name](network)
    way.train(images[:20 * BATCH], mnist.train_labels[:20 * BATCH])
    size = status("VmHWM") + sum(own_pages(child.pid) for child in multiprocessing.active_children())
    way.close()
    print(round(size / 1e6))


def table(results):
    """Return the lines of the table of all networks."""
    lines = []
    for network in dict.fromkeys(row["network"] for row in results):
        rows = [row for row in results if row["network"] == network]
        lines += [f"{network}: {rows[0]['layers']}", f"{'':34}{'seconds':>9}{'one thread':>12}{'ratio':>8}{'loss':>8}"]
        for row in sorted(rows, key=lambda row: row["cpu"] or row["wall"]):
            wall = f"{row['wall']:9,.2f}"
            cpu = f"{row['cpu']:11,.1f}{'*' if row.get('disturbed') else ' '}" if row["cpu"] else " " * 12
            ratio = row.get("ratio to the better PyTorch")
            loss = f"{row['loss']:8.3f}" if row.get("loss") else ""
            if "times miniconv.fast" in row:
                loss = f"  {row['times miniconv.fast']:,} × miniconv.fast"
            lines.append(f"{row['way']:34}{wall}{cpu}{f'{ratio:8.2f}' if ratio else ' ' * 8}{loss}")
    return lines


if __name__ == "__main__":
    _train_a_little(*sys.argv[1:])
