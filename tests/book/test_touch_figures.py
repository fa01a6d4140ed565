"""The helper that puts figures to touch into the pages."""

import base64
import json

import numpy as np
import pytest
from bs4 import BeautifulSoup
from matplotlib.figure import Figure

import figures
from miniconv import Conv2d, Dense, Flatten, MaxPool2d, Sequential
from pages import CHAPTERS, name


def figure(data, alt="A grid."):
    still = Figure()
    still.add_subplot().plot([0, 1])
    return BeautifulSoup(figures.TouchFigure("example", data, still, alt)._repr_html_(), "html.parser").div


def read(block):
    return json.loads(block.script.string)


def test_a_figure_is_a_picture_with_words_and_data():
    block = figure({"image": np.array([[1.5, -2]]), "size": np.int64(3), "name": "x"}, alt='A "grid" of 2 < 3 numbers')
    assert block["data-figure"] == "example" and "touch-figure" in block["class"]
    assert block.img["alt"] == 'A "grid" of 2 < 3 numbers'
    kind, picture = block.img["src"].split(",")
    assert kind == "data:image/svg+xml;base64" and b"<svg" in base64.b64decode(picture)
    assert read(block) == {"image": [[1.5, -2]], "size": 3, "name": "x"}


def test_data_cannot_end_the_script_that_holds_it():
    assert read(figure({"text": "</script><b>&"})) == {"text": "</script><b>&"}


def test_the_same_figure_is_the_same_text():
    assert str(figure({"a": 1})) == str(figure({"a": 1}))


def test_a_photograph_is_not_stored_as_svg():
    still = Figure()
    still.add_subplot().imshow(np.random.default_rng(0).random((200, 200)))
    html = figures.TouchFigure("example", {}, still, "Noise.")._repr_html_()
    assert "data:image/webp;base64" in html


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_a_packed_array_keeps_its_numbers(dtype):
    array = np.random.default_rng(0).normal(100, 30, size=(3, 4)).astype(dtype)
    packed = figures.packed(array.T)
    values = np.frombuffer(base64.b64decode(packed["base64"]), np.dtype(packed["dtype"]).newbyteorder("<"))
    assert np.array_equal(values.reshape(packed["shape"]), array.T)


def test_what_the_page_cannot_read_is_refused():
    with pytest.raises(ValueError, match="uint8, float32 and float64, found int64"):
        figures.packed(np.arange(3))
    with pytest.raises(ValueError, match="no alternative text"):
        figure({}, alt=" ")


@pytest.mark.parametrize("first", [Conv2d(1, 4, 3, stride=2), Conv2d(1, 4, 3, padding=1), MaxPool2d(3, 2)])
def test_a_network_that_the_page_cannot_compute_is_refused(first):
    outputs = first.forward(np.zeros((1, 1, 28, 28), np.float32)).size
    model = Sequential([first, Flatten(), Dense(outputs, 10)])
    with pytest.raises(ValueError, match=f"found {type(first).__name__}"):
        figures.network(model, np.zeros((1, 28, 28), np.uint8), [0], alt="A digit.")


@pytest.mark.parametrize("chapter", CHAPTERS, ids=name)
def test_every_chapter_has_a_figure_to_touch(chapter, html):
    page = BeautifulSoup((html / f"{name(chapter)}.html").read_text(encoding="utf-8"), "html.parser")
    assert page.select(".touch-figure[data-figure]")
