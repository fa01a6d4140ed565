"""Where the pages of the book are, and how to read them."""

import re
from pathlib import Path

import jupytext
import yaml

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
PAGES = sorted(page for page in BOOK.rglob("*.md") if BOOK / "data" not in page.parents)
CHAPTERS = sorted(BOOK.glob("[0-9][0-9]-*.md"))
NOTEBOOKS = [page for page in PAGES if page.read_text().startswith("---\njupytext:")]
TOUCHED = re.compile(r"\bfigures\.[a-z_]+\((?=.*\balt=)", re.DOTALL)  # TouchFigure itself refuses an empty alt
DRAWS = re.compile(r"\bplots\.[a-z_]+\(|\bplt\.(?:subplots|figure|subplot_mosaic)\(")


def name(page):
    """The path of a page below the root, as a test's id and as in _toc.yml."""
    return page.relative_to(ROOT).with_suffix("").as_posix()


def toc():
    """The pages that _toc.yml lists, in order."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text())
    return [contents["root"], *(entry["file"] for part in contents["parts"] for entry in part["chapters"])]


def code_cells(page):
    """The code cells of a page."""
    return [cell for cell in jupytext.read(page).cells if cell.cell_type == "code"]


def is_shown(cell):
    """Whether the reader sees the code of the cell."""
    return not {"remove-cell", "remove-input", "hide-input", "hide-cell"} & set(cell.metadata.get("tags", []))
