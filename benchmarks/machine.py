"""What the machine is and can do: every result carries this line."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info

from timing import contest


def line(*packages):
    """One line about the processor, the system, and the versions of the packages that are there."""
    models = [text.partition(":")[2].strip() for text in Path("/proc/cpuinfo").read_text().splitlines()
              if text.startswith("model name")]
    found = [f"{package} {version(package)}" for package in packages if installed(package)]
    return ", ".join([f"{len(os.sched_getaffinity(0))} cores of {models[0] if models else platform.processor()}",
                      f"{platform.system()} {platform.release()}", f"Python {platform.python_version()}", *found])


def installed(package):
    try:
        return bool(version(package))
    except PackageNotFoundError:
        return False


def measure():
    """Return the machine as a dict: its line, its BLAS, its measured peaks (one thread), its load."""
    results = {"sgemm GF/s": peak(np.float32), "dgemm GF/s": peak(np.float64)}
    for name, numbers in (("copy from memory", 2**25), ("copy in cache", 2**14)):
        a = np.ones(numbers, np.float32)
        out = np.empty_like(a)
        times = contest({name: lambda a=a, out=out: np.copyto(out, a)}, seconds=0.5)
        results[f"{name} GB/s"] = round(2 * a.nbytes / times[name]["best"] / 1e9, 1)
    blas = numpy_blas()
    return {
        "line": line("numpy", "scipy", "torch"),
        "BLAS": f"{blas['internal_api']} {blas['version']}, kernels for {blas['architecture']}",
        "second cache MB": second_cache(),
        "load before": round(os.getloadavg()[0], 2),
        **results,
    }


def numpy_blas():
    """Return what is known of the BLAS that NumPy uses; SciPy brings another."""
    found = [info for info in threadpool_info() if info["user_api"] == "blas"]
    return next((info for info in found if "numpy" in Path(info["filepath"]).parent.name), found[0])


def second_cache():
    """Return how many MB the cache between a core's first one and the shared one holds, or None where Linux does not say."""
    size = Path("/sys/devices/system/cpu/cpu0/cache/index2/size")
    return int(size.read_text().strip().removesuffix("K")) / 1024 if size.exists() else None


def peak(dtype):
    """GF/s of a product of square matrices on one thread, the best of a second."""
    size = 1024
    a = np.random.default_rng(0).normal(size=(size, size)).astype(dtype)
    out = np.empty_like(a)
    best = contest({"": lambda: np.matmul(a, a, out=out)}, seconds=1.0)[""]["best"]
    return round(2 * size**3 / best / 1e9, 1)
