"""The built book: it works without a network, nothing is broken, and the promised arrays are there."""

import json
import re
from urllib.parse import unquote, urlsplit

import matplotlib.image
import nbformat
import numpy as np
import pytest
from bs4 import BeautifulSoup

from pages import NOTEBOOKS, code_cells, name, toc


@pytest.fixture(scope="module")
def pages(html):
    """Every built page, parsed: its path below the folder of the HTML, and its tree.

    Not 404.html: its links start at the root of a host.
    """
    return {path.relative_to(html).as_posix(): BeautifulSoup(path.read_text(), "html.parser")
            for path in html.rglob("*.html")
            if "_static" not in path.relative_to(html).parts and path.name != "404.html"}


@pytest.fixture(scope="module")
def book_pages(pages):
    """The pages of the table of contents."""
    return {f"{entry}.html": pages[f"{entry}.html"] for entry in toc()}


def printed(page):
    """The text of every output on a page."""
    return [output.get_text() for output in page.select(".cell_output pre")]


def matrices(page):
    """Every matrix printed on a page."""
    found = [re.findall(r"\[\[.*?\]\s*\]", text, re.DOTALL) for text in printed(page)]
    return [np.array([row.strip("[], \n").replace(",", " ").split() for row in re.split(r"\]\s*,?\s*\[", text)], float)
            for text in sum(found, [])]


def show(page, array):
    """Whether an array is printed on the page."""
    return any(np.array_equal(matrix, array) for matrix in matrices(page))


def windows_dot(image, kernel):
    """Cross-correlation by its definition."""
    image, kernel = np.asarray(image, float), np.asarray(kernel, float)
    shape = [n - k + 1 for n, k in zip(image.shape, kernel.shape)]
    return np.array([[(image[r:r + kernel.shape[0], c:c + kernel.shape[1]] * kernel).sum()
                      for c in range(shape[1])] for r in range(shape[0])])


def test_the_front_page_leads_to_the_book(html, pages):
    refresh = pages["index.html"].find("meta", attrs={"http-equiv": re.compile("refresh", re.IGNORECASE)})
    target = refresh["content"].split("url=")[1].strip("'\"")
    assert (html / target).is_file() and target == "book/index.html"


def test_nothing_is_loaded_from_another_host(html, pages):
    for name, page in pages.items():
        loaded = [tag.get("src") for tag in page.find_all(src=True)]
        loaded += [tag["href"] for tag in page.find_all("link", href=True) if tag["rel"] != ["canonical"]]
        assert not [url for url in loaded if urlsplit(url).netloc], name
        inline = "\n".join(script.get_text() for script in page.find_all("script", src=False))
        assert not re.search(r"https?://", inline), name
    for sheet in html.rglob("*.css"):
        assert not re.search(r"(?:@import|url\()\s*[\"']?(?:https?:)?//", sheet.read_text()), sheet


def test_formulas_are_set_by_the_copy_of_mathjax(html, pages):
    page = pages["book/01-sliding-windows.html"]
    source = next(tag["src"] for tag in page.find_all("script", src=True) if "mathjax" in tag["src"])
    assert (html / "book" / source.split("?")[0]).resolve().is_file()
    assert (html / "_static" / "vendor" / "mathjax" / "LICENSE").is_file()


def test_every_picture_has_words_and_a_caption(book_pages):
    for name, page in book_pages.items():
        article = page.find("article")
        for image in article.find_all("img"):
            assert image.get("alt", "").strip(), f"{name}: {image}"
            assert image["alt"] not in image["src"], f"{name}: a file name is no description: {image}"
            assert image.find_parent("figure"), f"{name}: a picture without a figure: {image}"
        for figure in article.find_all("figure"):
            caption = figure.find("figcaption")
            assert caption and caption.get_text().strip(), f"{name}: {figure.get('id')} has no caption"


def test_a_figure_to_touch_has_a_picture_with_words_and_a_caption_and_its_script_exists(html, book_pages):
    used = set()
    for page in book_pages.values():
        for figure in page.select(".touch-figure"):
            used.add(figure["data-figure"])
            assert figure.select_one("img.still")["alt"].strip()
            assert figure.find_parent("figure").find("figcaption").get_text().strip()
            json.loads(figure.find("script").string)
    scripts = {path.stem for path in (html / "_static" / "figures").glob("*.js")} - {"figures"}
    assert used == scripts


def test_no_link_is_broken(html, pages):
    anchors = {name: {tag["id"] for tag in page.find_all(id=True)} for name, page in pages.items()}
    broken = []
    for name, page in pages.items():
        here = (html / name).parent
        for link in page.find_all("a", href=True):
            url = urlsplit(link["href"])
            if url.scheme or url.netloc:
                continue
            target = (here / unquote(url.path)).resolve() if url.path else html / name
            key = target.relative_to(html.resolve()).as_posix() if url.path else name
            lost = url.fragment and key in anchors and unquote(url.fragment) not in anchors[key]
            if lost or not target.exists():
                broken.append(f"{name}: {link['href']}")
    assert not broken, broken


def test_next_leads_through_the_whole_book_and_previous_back(book_pages):
    def follow(page, selector):
        return [link["href"].rpartition("/")[2] for link in page.select(selector)]

    names = [name.rpartition("/")[2] for name in book_pages]
    assert [follow(page, "a.right-next") for page in book_pages.values()] == [*([name] for name in names[1:]), []]
    assert [follow(page, "a.left-prev") for page in book_pages.values()] == [[], *([name] for name in names[:-1])]


def test_a_page_says_what_other_sites_show_of_it(html, book_pages):
    for name, page in book_pages.items():
        card = {tag["property"]: tag["content"] for tag in page.find_all("meta", property=True)}
        base = page.find("link", rel="canonical")["href"].removesuffix(name)
        assert base.startswith("https://") and card["og:url"] == base + name
        assert card["og:title"] and card["og:description"] and card["og:image:alt"]
        picture = html / card["og:image"].removeprefix(base)
        assert matplotlib.image.imread(picture).shape[:2] == (630, 1200)


@pytest.mark.parametrize("page", NOTEBOOKS, ids=name)
def test_a_page_can_be_downloaded_as_a_plain_notebook(page, html):
    notebook = nbformat.read(html / "_sources" / f"{name(page)}.ipynb", 4)
    nbformat.validate(notebook)
    assert [cell.source for cell in notebook.cells if cell.cell_type == "code"] == [
        cell.source for cell in code_cells(page)]
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert not re.findall(r"\{[a-z:-]+\}`[^`]+`|^:::.*|^`{3,}\{.*|^\(.*\)=$", text, re.MULTILINE)


def test_pictures_keep_their_place_and_are_light(html, book_pages):
    for name, page in book_pages.items():
        pictures = [image for image in page.article.find_all("img") if image["src"].endswith(".svg")]
        assert all(image["width"] and image["height"] for image in pictures), name
        assert not [image for image in pictures
                    if "data:image/png" in (html / name).parent.joinpath(image["src"]).read_text()], name


def test_no_cell_shows_an_error(book_pages):
    for name, page in book_pages.items():
        assert not page.select(".cell_output .output.stderr, .cell_output .output.traceback"), name
        assert not [text for text in printed(page) if "Traceback (most recent call last)" in text], name


def test_every_glued_number_is_there(book_pages):
    for name, page in book_pages.items():
        assert all(glued.get_text().strip() for glued in page.select(".pasted-text")), name


def test_licences_are_stated_on_every_page(book_pages):
    for name, page in book_pages.items():
        footer = page.select_one("footer.bd-footer, .bd-footer-content").get_text()
        assert "CC BY 4.0" in footer and "MIT" in footer, name


def test_chapter_1_shows_the_first_array(book_pages):
    page = book_pages["book/01-sliding-windows.html"]
    assert show(page, [[19, 25], [37, 43]])
    assert any("0·0 + 1·1 + 3·2 + 4·3 = 19" in text for text in printed(page))


def test_chapter_1_finds_the_coin_only_by_the_normalised_score(book_pages):
    text = " ".join(printed(book_pages["book/01-sliding-windows.html"]))
    wrong, wrong_too, right = (text.find(place) for place in ("(24, 130)", "(168, 77)", "(24, 190), score 1.0000"))
    assert 0 <= wrong < wrong_too < right


@pytest.fixture
def edges(book_pages):
    if "book/02-edges.html" not in book_pages:
        pytest.skip("02-edges is not in _toc.yml")
    return book_pages["book/02-edges.html"]


def test_chapter_2_shows_vertical_and_horizontal_edges(edges):
    image = np.ones((6, 8))
    image[:, 2:6] = 0
    vertical = windows_dot(image, [[2, -2]])
    assert vertical[0].tolist() == [0, 2, 0, 0, 0, -2, 0]
    assert show(edges, vertical)
    assert show(edges, vertical.T)


def test_chapter_2_shows_the_diagonal_edge(edges):
    assert show(edges, windows_dot(np.eye(5), [[2, -2], [2, -2]]))


def test_chapter_2_learns_the_kernel(edges):
    tables = [dict(re.findall(r"^\s*(\d+)\s+([\d.]+)\s*$", text, re.MULTILINE)) for text in printed(edges)]
    learned = {"2": 20.1, "4": 3.4, "6": 0.57, "8": 0.10, "10": 0.02}
    assert any(table.keys() == learned.keys()
               and all(float(table[step]) == pytest.approx(loss, rel=0.05, abs=0.006)
                       for step, loss in learned.items()) for table in tables), tables
    assert any(matrix.shape == (1, 2) and np.allclose(matrix, [[1.98, -1.97]], atol=0.011)
               for matrix in matrices(edges))


def test_chapter_2_shows_a_second_layer(edges):
    assert show(edges, [[185]])
