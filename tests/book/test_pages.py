"""The sources of the book: every page has its parts, every picture its words, every cell runs."""

import re
import subprocess
import sys

import jupytext
import pytest

from pages import BOOK, CHAPTERS, DRAWS, NOTEBOOKS, PAGES, ROOT, TOUCHED, code_cells, is_shown, name, toc

chapters = pytest.mark.parametrize("page", CHAPTERS, ids=name)
notebooks = pytest.mark.parametrize("page", NOTEBOOKS, ids=name)
AUTODOC = re.compile(r"^\.\. auto(?:function|class):: (\w+)$", re.MULTILINE)


def test_the_table_of_contents_lists_every_page_once():
    assert sorted(toc()) == sorted(map(name, PAGES))


def test_chapters_are_in_order():
    listed = [entry for entry in toc() if re.match(r"book/\d\d-", entry)]
    assert listed == sorted(listed)


@notebooks
def test_a_cell_that_draws_has_alternative_text_a_caption_and_a_name(page):
    for cell in code_cells(page):
        touched = TOUCHED.search(cell.source)
        if DRAWS.search(cell.source) or touched:
            settings = cell.metadata.get("mystnb", {})
            alt = touched or settings.get("image", {}).get("alt", "").strip()
            assert alt, f"no alternative text:\n{cell.source}"
            assert settings.get("figure", {}).get("caption", "").strip(), f"no caption:\n{cell.source}"
            assert settings["figure"].get("name", "").startswith("fig-"), f"no name fig-...:\n{cell.source}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_picture_from_a_file_has_alternative_text(page):
    text = page.read_text()
    directive_text = re.compile(r"^[`:]{3,}\{(?:image|figure)\}.*?^[`:]{3,}$", re.MULTILINE | re.DOTALL)
    for directive in directive_text.findall(text):
        assert re.search(r"^:alt:\s*\S", directive, re.MULTILINE), directive
    assert not re.search(r"!\[\s*\]\(", text), "a Markdown image without alternative text"


def test_the_address_of_the_repository_stands_in_one_place():
    config = (ROOT / "_config.yml").read_text()
    owner = re.search(r"^  url: https://[^/]+/([^/]+)/", config, re.MULTILINE)[1]
    others = [*PAGES, ROOT / "README.md", *BOOK.rglob("*.py"), *BOOK.rglob("*.html"), *ROOT.glob(".binder/*")]
    assert config.count(owner) == 1
    assert not [path for path in others if owner in path.read_text()]


def test_figure_and_exercise_names_are_unique():
    names = [cell.metadata["mystnb"]["figure"]["name"] for page in NOTEBOOKS for cell in code_cells(page)
             if "figure" in cell.metadata.get("mystnb", {})]
    for page in PAGES:
        names += re.findall(r"^:label: (\S+)", page.read_text(), re.MULTILINE)
    assert sorted(names) == sorted(set(names))


@notebooks
def test_shown_cells_are_short_and_narrow(page):
    for cell in code_cells(page):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        if is_shown(cell):
            assert len(lines) <= 12, f"{len(lines)} lines, more than a dozen:\n{cell.source}"
            assert max(map(len, lines)) <= 79, f"wider than the page:\n{cell.source}"


@chapters
def test_a_chapter_opens_with_a_question_and_a_picture(page):
    opening = page.read_text().split("\n## ")[0]
    assert "?" in opening.split("```{code-cell}")[0], "no question before the first cell"
    assert "  figure:\n" in opening, "no figure before the first section"


@chapters
def test_a_chapter_says_what_it_is_for(page):
    box = re.search(r"^:::+\{admonition\} In this chapter\n:class: abilities\n(.*?)^:::", page.read_text(),
                    re.MULTILINE | re.DOTALL)
    assert box, "no box 'In this chapter'"
    assert "**You will be able to**" in box[1] and "**You need**" in box[1]
    assert box[1].count("\n- ") >= 2


@chapters
def test_a_chapter_has_exercises_and_each_has_a_folded_answer(page):
    text = page.read_text()
    exercises = re.findall(r"^:::+\{exercise\}.*\n:label: (\S+)", text, re.MULTILINE)
    answers = re.findall(r"^:::+\{solution(?:-start)?\} (\S+)\n:class: dropdown", text, re.MULTILINE)
    assert len(exercises) >= 2
    assert exercises == answers, "the answers do not follow their exercises one by one"


@chapters
def test_a_chapter_ends_with_a_check_an_assignment_and_reading(page):
    text = page.read_text()
    check, reading = text.index("\n## Check yourself\n"), text.index("\n## What to read next\n")
    assignment = text.index(":class: assignment")
    assert check < assignment < reading
    assert len(re.findall(r"^:::+\{dropdown\} .*\?\n", text[check:assignment], re.MULTILINE)) >= 3
    assert re.search(r"\{cite(:\w+)?\}`", text[reading:]), "nothing to read next is cited"


@chapters
def test_the_assignment_of_a_chapter_exists(page):
    notebooks = re.findall(r"`(exercises/([\w-]+)/\2\.ipynb)`", page.read_text())
    assert notebooks, "no path of the form exercises/NAME/NAME.ipynb"
    for path, _ in notebooks:
        assert (ROOT / path).is_file(), f"{path} does not exist"


def test_every_public_name_is_in_the_api_reference():
    import miniconv

    library, _ = (BOOK / "reference" / "api.md").read_text().split("\n## Figures\n")
    assert sorted(AUTODOC.findall(library)) == sorted(miniconv.__all__)


def test_every_plot_and_every_fast_layer_is_in_the_api_reference():
    from miniconv import fast, plots

    functions = [key for key, value in vars(plots).items()
                 if callable(value) and not key.startswith("_") and value.__module__ == plots.__name__]
    _, figures = (BOOK / "reference" / "api.md").read_text().split("\n## Figures\n")
    figures, engine = figures.split("\n## The fast engine\n")
    assert sorted(AUTODOC.findall(figures)) == sorted(functions)
    assert sorted(AUTODOC.findall(engine)) == sorted(fast.__all__)


@pytest.mark.xdist_group("notebooks")
# Chapter 8 trains for minutes; its cells run in the strict build, and test_mnist_chapter.py reads what they print there.
@pytest.mark.parametrize("page", [page for page in NOTEBOOKS if page.stem != "08-mnist-cnn"], ids=name)
def test_every_cell_runs(page, tmp_path):
    (tmp_path / "benchmarks").symlink_to(ROOT / "benchmarks")  # chapter 9 reads the results there
    folder = tmp_path / "book"
    folder.mkdir()
    for beside in "data", "figures.py", "cover.py":
        (folder / beside).symlink_to(BOOK / beside)
    notebook = folder / page.with_suffix(".ipynb").name
    jupytext.write(jupytext.read(page), notebook)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=600",
         "-q", "-p", "no:cacheprovider", "--rootdir", folder, notebook],
        cwd=folder, capture_output=True, text=True)
    assert run.returncode == 0, re.sub(r"\x1b\[[\d;]*m", "", run.stdout)[-4000:]
