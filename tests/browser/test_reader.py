"""The site as a reader uses it: search, dark mode, downloads, wrong addresses, no scripts, no server."""

import nbformat
import pytest
import yaml

from pages import ROOT

pytestmark = pytest.mark.xdist_group("browser")
REPOSITORY = yaml.safe_load((ROOT / "_config.yml").read_text())["repository"]["url"]


@pytest.fixture(scope="module")
def seen(node, site, html):
    return node("reader.mjs", site, str(html))


def test_search_finds_the_chapter_and_opens_it(seen, site):
    assert any(link.startswith(f"{site}/book/05-im2col.html") for link in seen["search"]["found"])
    assert "col2im" in seen["search"]["text"]


def test_the_theme_can_be_chosen_and_stays(seen):
    before, *chosen, on_the_next_page = seen["theme"]
    assert {"light", "dark"} == {before, *chosen}
    assert on_the_next_page == chosen[-1]


def test_the_buttons_lead_to_the_repository(seen):
    links = seen["buttons"]["links"]
    owner_and_name = REPOSITORY.removeprefix("https://github.com/")
    for start in (REPOSITORY, f"{REPOSITORY}/edit/main/book/02-edges.md", f"{REPOSITORY}/issues/new?",
                  f"https://mybinder.org/v2/gh/{owner_and_name}/main?urlpath=lab/tree/book/02-edges.md"):
        assert any(link.startswith(start) for link in links), (start, links)


def test_a_chapter_can_be_downloaded_as_a_plain_notebook(seen):
    notebook = nbformat.reads(seen["buttons"]["notebook"], as_version=4)
    nbformat.validate(notebook)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    assert "# Edges" in text and "corr2d(" in code
    assert "{" + "cite" not in text and ":::" not in text and "{glue" not in text
    assert "**Fig. 2.1.**" in text


def test_a_wrong_address_leads_back_into_the_book(seen, site, html):
    wrong = seen["wrongAddress"]
    assert wrong["heading"]
    assert f"{site}/book/index.html" in wrong["links"] and f"{site}/book/08-mnist-cnn.html" in wrong["links"]
    assert all((html / link.removeprefix(f"{site}/")).is_file() for link in wrong["links"])
    assert wrong["search"] == f"{site}/search.html?q=pooling"


def test_without_scripts_a_figure_is_a_picture(seen):
    assert seen["withoutScripts"]
    assert all(still["seen"] and still["width"] and still["alt"].strip() for still in seen["withoutScripts"])


def test_pages_work_from_the_disk(seen):
    disk = seen["fromDisk"]
    assert disk["errors"] == []
    assert disk["formulas"] > 0
    assert disk["live"] == disk["figures"] > 0
