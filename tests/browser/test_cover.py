"""The figure of the front page: what it shows under the window is what the library computes."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage
from skimage import data

pytestmark = pytest.mark.xdist_group("browser")
DOWN = np.outer([-1, 0, 1], [1, 2, 1])
LUMA = [0.299, 0.587, 0.114]


@pytest.fixture(scope="module")
def seen(drive):
    return drive("cover")


@pytest.fixture(scope="module")
def drawing(seen):
    """The strength of the edges of the photograph in the page, black on white, by scipy."""
    photograph = np.asarray(Image.open(io.BytesIO(base64.b64decode(seen["photograph"].partition(",")[2]))))
    assert np.array_equal(photograph, data.chelsea()[20:272])
    grey = photograph @ LUMA
    strength = np.hypot(*(ndimage.correlate(grey, kernel)[1:-1, 1:-1] for kernel in (DOWN, DOWN.T)))
    return 255 * (1 - np.minimum(strength / np.quantile(strength, 0.985), 1)**0.7)


def place(step):
    """The row and column that the words under the figure name."""
    return tuple(map(int, re.search(r"row (\d+), column (\d+)", step["text"]).groups()))


def test_the_window_follows_mouse_finger_and_keyboard(seen):
    start, mouse, drag, touch, key = map(place, seen["steps"])
    assert start == (137, 267)
    assert mouse == (62, pytest.approx(0.7 * 449, abs=4))
    assert drag == (112, pytest.approx(0.3 * 449, abs=4))
    assert touch == (187, pytest.approx(0.8 * 449, abs=4))
    assert key[0] == touch[0] and 0 < key[1] - touch[1] <= 8


def test_the_drawing_is_right(seen, drawing):
    values = [step["value"] for step in seen["steps"]]
    assert np.ptp(values) > 20
    assert values == pytest.approx([drawing[place(step)] for step in seen["steps"]], abs=0.1)
