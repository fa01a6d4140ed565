"""The pages with solutions hold them, or, where the configuration says so, nothing of them."""
import shutil
import subprocess
import sys

import nbformat
import pytest

from pages import ROOT

NAMES = sorted(path.parent.name for path in (ROOT / "solutions").glob("*/*.md"))
PROJECT = """
import sys
sys.path.insert(0, {extensions!r})
extensions = ["myst_parser", "sphinx_design", "solution_pages"]
myst_enable_extensions = ["colon_fence", "dollarmath", "amsmath"]
exclude_patterns = ["solutions/**", "_build"]
show_solutions = {show}
"""


@pytest.fixture(scope="module", params=[True, False])
def pages(request, tmp_path_factory):
    """(whether solutions are shown, {name: text of the page}), from a small Sphinx project with these pages only."""
    project = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "solutions", project / "solutions")
    shutil.copytree(ROOT / "book" / "solutions", project / "book" / "solutions")
    (project / "conf.py").write_text(PROJECT.format(extensions=str(ROOT / "book" / "_ext"), show=request.param))
    (project / "index.md").write_text("# Pages\n\n```{toctree}\n:glob:\n\nbook/solutions/*\n```\n")
    build = subprocess.run([sys.executable, "-m", "sphinx", "-q", "-W", "-b", "text", project, project / "_build"],
                           capture_output=True, text=True)
    assert build.returncode == 0, build.stderr
    return request.param, {name: (project / "_build" / "book" / "solutions" / f"{name}.txt").read_text() for name in NAMES}


def test_there_is_a_page_for_every_assignment():
    assert sorted(path.stem for path in (ROOT / "book" / "solutions").glob("*.md")) == NAMES
    toc = (ROOT / "_toc.yml").read_text()
    assert all(f"book/solutions/{name}\n" in toc for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_holds_every_solution_or_none(name, pages):
    shown, text = pages[0], pages[1][name]
    notebook = nbformat.read(ROOT / "solutions" / name / f"{name}.ipynb", 4)
    inside, lines = False, []
    for cell in notebook.cells:
        for line in cell.source.splitlines() if cell.cell_type == "code" else []:
            if "SOLUTION" in line:
                inside = line.strip() == "### BEGIN SOLUTION"
            elif inside and len(line.strip()) > 25:
                lines.append(line.strip())
    assert len(lines) > 5
    found = [line for line in lines if line in text]
    assert found == (lines if shown else [])
    assert ("left the solutions out" in text) is not shown
    assert "BEGIN SOLUTION" not in text and "MARK SCHEME" not in text
