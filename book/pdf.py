"""One PDF of the built book: ``python book/pdf.py _build/html _build/book.pdf``.

The pages become one HTML document, and Chromium prints it. Links between pages lead inside the PDF, figures show their
pictures, folded answers are open. Chromium cannot put page numbers into a table of contents, so it prints twice: the
first PDF tells on which page each heading stands.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote, urldefrag

import yaml
from bs4 import BeautifulSoup

from cover import half_drawn

ROOT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
LEFT_OUT = ".headerlink, script, button, details.hide, .toctree-wrapper, .d-print-none"
DOCUMENT = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<title>{title}</title>
{sheets}
<style>{style}</style>
<script>window.MathJax = {mathjax};</script>
<script defer src="{static}/vendor/mathjax/startup.js"></script>
</head>
<body>
<header><img src="cover.png" alt=""><h1>{title}</h1><p>{author}</p><div>{footer}</div></header>
<nav><h1>Contents</h1>{contents}</nav>
{pages}
</body>
</html>
"""


def main(html, pdf):
    html, pdf = Path(html).resolve(), Path(pdf).resolve()
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    sphinx = config["sphinx"]["config"]
    mathjax = {**sphinx["mathjax3_config"], "options": {"processHtmlClass": "math"}}
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    names = [toc["root"], *(entry["file"] for part in toc["parts"] for entry in part["chapters"])]
    pages = {name: page(html, name) for name in names}
    join(html, pages)

    pdf.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "book.html"
        half_drawn().savefig(file.with_name("cover.png"), dpi=200)
        numbers = {}
        for _ in range(2):
            file.write_text(DOCUMENT.format(
                title=config["title"], author=config["author"], language=sphinx["language"], mathjax=json.dumps(mathjax),
                footer=config["html"]["extra_footer"], static=(html / "_static").as_uri(), sheets=sheets(html),
                style=(ROOT / "book" / "pdf.css").read_text(encoding="utf-8"),
                contents=contents(toc["parts"], pages, numbers), pages="\n".join(map(str, pages.values()))), encoding="utf-8")
            print_pdf(file, pdf)
            before, numbers = numbers, page_numbers(pdf.read_bytes())
    assert not before or before == numbers, "the table of contents moved the pages"


def page(html, name):
    """The article of a page, without what is of no use on paper, and with everything unfolded."""
    article = BeautifulSoup((html / f"{name}.html").read_text(encoding="utf-8"), "html.parser").article
    for tag in article.select(LEFT_OUT):
        tag.decompose()
    for details in article.find_all("details"):
        details["open"] = ""
    for image in article.find_all("img", src=True):
        if not image["src"].startswith("data:"):
            image["src"] = (html / name).parent.joinpath(image["src"]).resolve().as_uri()
    return article


def join(html, pages):
    """Make the names of anchors unique, and lead the links of each page into the document.

    A section begins where its heading stands, also where the heading has gone over to the next page.
    """
    for name, article in pages.items():
        for tag in article.find_all(id=True):
            tag["id"] = anchor(name, tag["id"])
        for heading in article.select("section[id] > :is(h2, h3)"):
            heading["id"] = heading.parent["id"]
            del heading.parent["id"]
        article["id"] = anchor(name, "top")
    anchors = {tag["id"] for article in pages.values() for tag in [article, *article.find_all(id=True)]}
    for name, article in pages.items():
        for link in article.find_all("a", href=True):
            path, fragment = urldefrag(link["href"])
            if "://" in path:
                continue
            file = (html / f"{name}.html").parent.joinpath(unquote(path)).resolve() if path else html / f"{name}.html"
            target = anchor(file.relative_to(html).with_suffix("").as_posix(), unquote(fragment) or "top")
            if target in anchors:
                link["href"] = f"#{target}"
            else:
                link.unwrap()


def anchor(name, fragment):
    """The name that an anchor of a page has in the document."""
    return f"{name}--{fragment}".replace("/", "-")


def contents(parts, pages, numbers):
    """The table of contents: parts, pages and their sections, with the numbers of their pages in the PDF."""
    lines = []
    for part in parts:
        lines.append(f"<h2>{part['caption']}</h2>")
        for article in (pages[entry["file"]] for entry in part["chapters"]):
            headings = [(article.h1, article["id"])]
            if part.get("numbered"):
                headings += [(heading, heading["id"]) for heading in article.select("section > section > h2")]
            lines += [f'<a class="{heading.name}" href="#{target}"><span>{heading.decode_contents()}</span>'
                      f'<span class="page-number">{numbers.get(target, "")}</span></a>' for heading, target in headings]
    return "\n".join(lines)


def sheets(html):
    """The style sheets of the site that matter on paper."""
    names = ("pygments.css", "sphinx-design.min.css", "custom.css", "figures/figures.css")
    return "\n".join(f'<link rel="stylesheet" href="{(html / "_static" / name).as_uri()}">' for name in names)


def print_pdf(file, pdf):
    """Print an HTML file with Chromium."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit("make pdf needs Chromium or Chrome: apt-get install chromium")
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [browser, "--headless", "--disable-gpu", f"--user-data-dir={profile}", "--no-pdf-header-footer",
             "--generate-pdf-document-outline", "--virtual-time-budget=600000", f"--print-to-pdf={pdf}",
             *(["--no-sandbox"] if os.geteuid() == 0 else []), file.as_uri()],
            check=True, capture_output=True)


def page_numbers(pdf):
    """The number of the page on which each named destination of a PDF stands, from 1."""
    kids = {node: re.findall(rb"(\d+) 0 R", list_) for node, list_ in
            re.findall(rb"(\d+) 0 obj\s<</Type /Pages\s[^>]*?/Kids \[([^\]]*)\]", pdf)}

    def leaves(node):
        return sum(map(leaves, kids[node]), []) if node in kids else [node]

    [root] = kids.keys() - {kid for nodes in kids.values() for kid in nodes}
    order = {node: number for number, node in enumerate(leaves(root), 1)}
    return {name.decode(): order[node] for name, node in re.findall(rb"/([^\s/]+) \[(\d+) 0 R /XYZ", pdf)}


if __name__ == "__main__":
    main(*sys.argv[1:])
