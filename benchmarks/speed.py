"""How fast the convolutional networks of this repository are, beside PyTorch and scipy, on this machine.

    python benchmarks/speed.py             machine, layers, steps, epochs, accuracy in 15 seconds: less than 10 minutes
    python benchmarks/speed.py --quick     a little of each, not saved: less than a minute
    python benchmarks/speed.py --accuracy  all recipes of accuracy.py, up to the one of 15 minutes

The first and the last print and save their answers: ``speed.json`` beside this file, and the figures of chapter 9 in
``plots/``. ``elsewhere.json`` is a part of what the first saved on another machine; the chapter sets it beside the results
of this one. PyTorch takes part where it is installed. A star marks a time whose clock ran more than 1.15 times as long as
the processor worked: something disturbed it. A neighbour on the same processor slows it down without that sign, so that the
peak is measured again at the end.
"""

import argparse
import json
import os
import time
from datetime import date
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported

import accuracy  # noqa: E402
import drawing  # noqa: E402
import layers  # noqa: E402
import machine  # noqa: E402
import networks  # noqa: E402
import steps  # noqa: E402

HERE = Path(__file__).parent
SAVED, ELSEWHERE = HERE / "speed.json", HERE / "elsewhere.json"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--quick", action="store_true", help="a little of each, not saved")
    choice.add_argument("--accuracy", action="store_true", help="train all recipes")
    chosen = parser.parse_args()
    start = time.monotonic()
    about = {"date": str(date.today()), **machine.measure()}
    print("\n".join(f"{key}: {value}" for key, value in about.items()), flush=True)
    if chosen.accuracy:
        results = {"accuracy": {"machine": about, "runs": accuracy.measure()}}
    else:
        results = {"machine": about, **(quick(about) if chosen.quick else everything(about))}
    about["sgemm GF/s at the end"] = machine.peak("float32")
    print(f"{time.monotonic() - start:.0f} seconds; at the end load {os.getloadavg()[0]:.2f}, "
          f"sgemm {about['sgemm GF/s at the end']} GF/s")
    if not chosen.quick:
        save(results)


def everything(about):
    results = {
        "layers": shown(layers.measure(peaks(about))),
        "steps": steps.measure(),
        "epochs": networks.measure(),
        "memory of training": networks.memory(),
    }
    print("\n".join(networks.table(results["epochs"])))
    print(json.dumps({key: results[key] for key in ("steps", "memory of training")}, indent=1), flush=True)
    return {**results, "accuracy": {"machine": about, "runs": accuracy.measure(accuracy.QUICK)}}


def quick(about):
    results = {
        "layers": shown(layers.measure(peaks(about), layers.SHAPES[:1] + layers.SHAPES[3:4], 0.1)),
        "epochs": networks.measure(("small",), 6000),
    }
    print("\n".join(networks.table(results["epochs"])))
    return results


def peaks(about):
    return {"float32": about["sgemm GF/s"], "float64": about["dgemm GF/s"]}


def shown(cases):
    for case in cases:
        print("\n".join(layers.table(case)), flush=True)
    return cases


def save(results):
    """Put the new results in the place of the old ones, and draw all figures anew.

    A recipe that was not trained this time keeps its result, if it is one of the same machine. Fewer recipes than are
    there from another machine do not replace them.
    """
    known, elsewhere = (json.loads(file.read_text(encoding="utf-8")) for file in (SAVED, ELSEWHERE))
    old, new = known.get("accuracy"), results.get("accuracy")
    known.update(results)
    if old and new and old["machine"]["line"] == new["machine"]["line"]:
        runs = {run["recipe"]: run for run in old["runs"] + new["runs"]}
        new["runs"] = [runs[name] for name in accuracy.RECIPES if name in runs]
    elif old and new and len(new["runs"]) < len(old["runs"]):
        known["accuracy"] = old
    SAVED.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    drawing.draw(known, elsewhere, HERE / "plots")


if __name__ == "__main__":
    main()
