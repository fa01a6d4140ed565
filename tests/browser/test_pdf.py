"""The PDF of the book: everything is in it, and its links and page numbers lead to the right place."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from pages import ROOT, toc

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def pdf(node, html, tmp_path_factory):
    if not shutil.which("pdfinfo"):
        stop = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        stop("The tests of the PDF need pdfinfo (apt-get install poppler-utils).")
    path = tmp_path_factory.mktemp("pdf") / "book.pdf"
    subprocess.run([sys.executable, ROOT / "book" / "pdf.py", html, path], check=True)
    return path


def ask(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def text(pdf):
    """The letters, digits and backslashes of every page."""
    return [letters(page) for page in ask("pdftotext", pdf, "-").split("\f")]


def letters(text):
    """A text without spaces and hyphens, since a heading may break over lines."""
    return re.sub(r"[^\w\\]", "", text)


@pytest.fixture(scope="module")
def contents(pdf):
    """The lines of the table of contents: title and page number."""
    pages = ask("pdftotext", "-layout", "-f", "2", "-l", "6", pdf, "-").split("\f")
    lines = "\n".join(page for page in pages if re.search(r"\S {3,}\d+$", page, re.MULTILINE))
    return [(title, int(number)) for title, number in re.findall(r"^ *(\S.*?) {2,}(\d+)$", lines, re.MULTILINE)]


def test_the_table_of_contents_names_every_page_of_the_book(contents):
    titles = [title for title, _ in contents]
    chapters = [entry for entry in toc() if re.match(r"book/\d\d-", entry)]
    numbers = [int(match[1]) for match in (re.match(r"(\d+)\. ", title) for title in titles) if match]
    assert numbers == list(range(1, len(chapters) + 1))
    assert len([title for title in titles if not re.match(r"\d+\.", title)]) == len(toc()) - 1 - len(chapters)


def test_every_page_number_is_right(contents, text):
    assert len(contents) > 60
    wrong = [(title, number) for title, number in contents if letters(title) not in text[number - 1]]
    assert not wrong


def test_links_lead_inside_the_pdf_and_formulas_are_set(pdf, text):
    destinations = re.findall(r'^ *(\d+) .*"(.+)"$', ask("pdfinfo", "-dests", pdf), re.MULTILINE)
    assert {f"{name.replace('/', '-')}--top" for name in toc()[1:]} <= {name for _, name in destinations}
    assert len(destinations) > 300
    whole = "".join(text)
    assert "\\frac" not in whole and "\\sum" not in whole
    assert not [link for link in ask("pdfinfo", "-url", pdf).split() if link.startswith("file:")]
