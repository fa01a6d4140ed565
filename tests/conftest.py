"""What tests of several folders need: the built book, and kernels that do not depend on the machine."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / folder) for folder in ("tests/book", "tests/grading", "book")]
# The notebooks' kernels and their tests must not depend on how many cores the machine has.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# A shell lets the jobs in its background ignore Ctrl-C, and they pass this on to the commands that the tests interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def html(tmp_path_factory):
    """The folder of the built HTML: $BOOK_HTML if it is set, else a strict build from clean."""
    if given := os.environ.get("BOOK_HTML"):
        return Path(given).resolve()
    out = tmp_path_factory.mktemp("book")
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    build = subprocess.run(
        [jupyter_book, "build", ROOT, "-W", "--keep-going", "--path-output", out],
        cwd=ROOT, capture_output=True, text=True)
    assert build.returncode == 0, build.stdout[-2000:] + build.stderr[-6000:]
    return out / "_build" / "html"
