"""What students wrote becomes HTML that shows it and runs nothing."""
import html.parser

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograde.harmless import LONGEST, MOST_TEXT, TAGS, from_markdown, without_scripts

PICTURE = {"plot.png": {"image/png": "iVBORw0KGgo="}}


class Elements(html.parser.HTMLParser):
    """The elements of a page, each with its attributes, and its text."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.text = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("text, shown", [
    ("`a < b` and **bold** & so on", "a < b and bold & so on\n"),
    ("with $a < b$ and $$c > d \\\\ e$$", "with $a < b$ and $$c > d \\\\ e$$\n"),
    ("\\begin{aligned}\na &= b \\\\\nc &< d\n\\end{aligned}", "\\begin{aligned}\na &= b \\\\\nc &< d\n\\end{aligned}\n"),
    ("```python\nif a < b:\n    pass\n```", "if a < b:\n    pass\n\n"),
    ("# Why\n\n> quoted", "Why\n\nquoted\n\n"),
    ("1 < 2, <b>not bold</b>", "1 < 2, <b>not bold</b>\n"),
])
def test_an_honest_answer_is_shown_as_it_was_written(text, shown):
    assert Elements(from_markdown(text)).text == shown


def test_a_very_long_answer_stays_as_it_is():
    text = "\\begin{a}" * (LONGEST // 9 + 1)
    assert from_markdown(text) == f"<pre>{text}</pre>"
    assert from_markdown("**a** " + "b" * (LONGEST - 6)).startswith("<p><strong>a</strong>")
    assert from_markdown("<b>" * LONGEST) == "<pre>" + "&lt;b&gt;" * LONGEST + "</pre>"


def test_a_picture_that_is_stored_in_the_cell_is_shown_once_and_any_other_by_its_words():
    page = Elements(from_markdown("![first](attachment:plot.png) ![again](attachment:plot.png) ![lost](attachment:lost.png) "
                                  "![far](http://127.0.0.1/far.png)", PICTURE))
    assert [element for element in page.elements if element[0] == "img"] == [
        ("img", {"src": "data:image/png;base64,iVBORw0KGgo=", "alt": "first"})]
    assert page.text.split() == ["again", "lost", "far"]
    assert from_markdown("![x](attachment:plot.png)", {"plot.png": {}}) == "<pre>![x](attachment:plot.png)</pre>"


@pytest.mark.parametrize("text, pictures", [
    ("<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> <svg onload=alert(1)></svg>", {}),
    ("[a link](javascript:alert(1)) <http://127.0.0.1/> http://127.0.0.1/", {}),
    ("```mermaid\n<img src=data:image/png;base64,x onerror=alert(1)>\n```", {}),
    ("```<script>alert(1)</script>\ncode\n```", {}),
    ("$<script>alert(1)</script>$ \\begin{a}<img src=x onerror=alert(1)>\\end{a}", {}),
    ("![\"><script>alert(1)</script>](attachment:plot.png \"\" onload='alert(1)\")", PICTURE),
    ("![x](attachment:x.png)", {"x.png": {"image/png": "\"><script>alert(1)</script>"}}),
    ("![x](attachment:x.png)", {"x.png": {"image/png": "\" onerror=\"alert(1)"}}),
    ("![x](attachment:x.png)", {"x.png": {"\" onerror=\"alert(1)": "x"}}),
    ("# <a href='javascript:alert(1)'>x</a>\n\n| <iframe srcdoc='x'> |\n|-|\n", {}),
])
def test_nothing_runs(text, pictures):
    page = Elements(from_markdown(text, pictures))
    assert page.elements and {tag for tag, _ in page.elements} <= TAGS
    for tag, attributes in page.elements:
        assert set(attributes) <= ({"src", "alt", "title"} if tag == "img" and pictures else set()), (tag, attributes)
        assert attributes.get("src", "data:").startswith("data:")


def test_of_a_very_long_notebook_the_formgrader_shows_the_beginning():
    texts = ["short", "a" * MOST_TEXT, "b", ""]
    notebook = new_notebook(cells=[make(text) for text in texts for make in (new_code_cell, new_markdown_cell)])
    shown = [cell.source for cell in without_scripts(notebook, {})[0].cells]
    assert shown == ["short", "short", "a" * (MOST_TEXT - 10) + "\n[too much text]", *["\n[too much text]"] * 3, "", ""]
