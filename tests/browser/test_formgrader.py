"""nbgrader's formgrader on a real server: it shows what students wrote, and nothing of it runs."""
import os
import re
import shutil
import subprocess
import sys
import urllib.request

import nbformat
import pytest
from bs4 import BeautifulSoup

import tiny
from pages import ROOT

pytestmark = [pytest.mark.xdist_group("formgrader"), pytest.mark.skipif(
    not shutil.which("bwrap") and os.environ.get("CI") != "true", reason="bubblewrap is not installed")]
TOKEN = "token"
SERVER = """
from jupyter_server.serverapp import ServerApp
server = ServerApp.instance()
server.initialize()
server.io_loop.add_callback(lambda: print(server.connection_url, flush=True))  # by then it listens
server.start()
"""
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
HONEST = """Because **both** are `a < b`:

$x < y$ and \\begin{aligned} a &= b \\end{aligned}

![drawn](attachment:drawn.png)"""
EVIL = "<img src=x onerror=window.ran='name'>"  # what a student is called
ANSWER = "\n\n".join([
    "<script>window.ran = 'script'</script>", "<img src=x onerror=\"window.ran = 'image'\">",
    "<svg onload=\"window.ran = 'svg'\"></svg>",
    "<iframe srcdoc=\"<script>parent.ran = 'frame'</script>\"></iframe>", "[link](javascript:window.ran='link')",
    "```mermaid\n<img src=x onerror=\"window.ran = 'diagram'\">\n```", "$<img src=x onerror=\"window.ran = 'formula'\">$"])
OUTPUTS = """
from IPython.display import display
def show(kind, data, **metadata):
    display({kind: data, "text/plain": f"instead of {kind}"}, metadata={kind: metadata}, raw=True)
show("text/html", "<script>window.ran = 'HTML'</script>")
show("text/html", "<script>parent.ran = 'a frame of HTML'</script>", isolated=True)
show("text/markdown", "<img src=x onerror=\\"window.ran = 'Markdown'\\">")
show("application/javascript", "window.ran = 'JavaScript'")
show("image/svg+xml", "<svg onload=\\"window.ran = 'SVG'\\"></svg>")
show("image/png", "x", width="1 onerror=window.ran='width'")
show("text/latex", "<img src=x onerror=\\"window.ran = 'LaTeX'\\">")
"""


@pytest.fixture(scope="module")
def addresses(tmp_path_factory):
    """Where a Jupyter server shows the graded work of an honest and of a hostile student: two addresses."""
    folder = tmp_path_factory.mktemp("class")
    tiny.make(folder)
    output = f"from IPython.display import display\ndisplay({{'image/png': '{PICTURE}'}}, raw=True)\n"
    tiny.hand_in(folder, "honest", written=HONEST, double=output + tiny.ANSWERED["double"])
    tiny.hand_in(folder, EVIL, written=ANSWER, double=OUTPUTS + tiny.ANSWERED["double"])
    attach(folder / "submitted" / "honest" / tiny.NAME / tiny.FILE)
    tiny.nbgrader("autograde", tiny.NAME, class_dir=folder)
    with tiny.gradebook(folder) as book:
        papers = [book.find_submission_notebook(tiny.NAME, tiny.NAME, student).id for student in ("honest", EVIL)]
    places = {f"JUPYTER_{kind}_DIR": str(folder / "jupyter") for kind in ("CONFIG", "DATA", "RUNTIME")}
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, "--allow-root", "--no-browser", "--ip=127.0.0.1", "--port=0",
         f"--IdentityProvider.token={TOKEN}"],
        cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={**os.environ, **places, "CLASS_DIR": str(folder)})
    try:
        base = server.stdout.readline().strip()
        yield [f"{base}formgrader/submissions/{paper}/?token={TOKEN}" for paper in papers]
    finally:
        server.terminate()
        server.wait()


def attach(path):
    """Store the picture in the written answer, as JupyterLab does when it is pasted."""
    work = nbformat.read(path, 4)
    answer, = (cell for cell in work.cells if cell.id == "written")
    answer.attachments = {"drawn.png": {"image/png": PICTURE}}
    nbformat.write(work, path)


@pytest.fixture(scope="module")
def pages(addresses):
    return [BeautifulSoup(urllib.request.urlopen(address).read(), "html.parser") for address in addresses]


def what_can_run(page):
    """Scripts, attributes with scripts, and whatever loads something, but for the number of the submission."""
    elements = page.find_all(["script", "iframe", "object", "embed", "link", "meta", "base", "form"])
    handlers = [(element.name, name, value) for element in page.find_all() for name, value in element.attrs.items()
                if name.startswith("on") or str(value).lower().startswith("javascript:")]
    return re.sub(r'submission_id = "\w+"', "", "\n".join(map(str, elements))), handlers


def test_on_a_hostile_students_page_runs_what_runs_on_any(pages):
    honest, hostile = map(what_can_run, pages)
    assert hostile == honest


def test_an_honest_students_page_shows_answer_formulas_code_and_pictures(pages):
    page = pages[0]
    text = page.select_one("#notebook").get_text()
    for words in ("Because both are a < b:", "$x < y$", "\\begin{aligned} a &= b \\end{aligned}", "return 2 * x"):
        assert words in text, words
    assert [picture["src"] for picture in page.find_all("img")] == [f"data:image/png;base64,{PICTURE}"] * 2
    assert page.select_one("input.score#written")


def test_in_a_browser_nothing_runs_and_all_is_seen(node, addresses):
    honest, hostile = node("formgrader.mjs", *addresses)
    assert hostile["ran"] is None
    assert "window.ran = 'script'" in hostile["text"] and "instead of text/html" in hostile["text"]
    assert hostile["fields"] == honest["fields"] == len(tiny.POINTS)
    assert honest["pictures"] == [1, 1]
    assert "$x < y$" in honest["text"]
