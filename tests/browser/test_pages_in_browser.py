"""Every page in a real browser, light and dark, on a desktop and on a phone. The table is _build/browser/report.html."""

from html import escape
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

from pages import toc

pytestmark = pytest.mark.xdist_group("browser")

PAGES = [*toc(), "genindex", "py-modindex", "search"]
MEGABYTE = 1e6
HEAVIEST = 1.5 * MEGABYTE


def moved(visit):
    """The figures whose height changed after they were on the page."""
    return [f"{figure['name']}: {figure['heights']} pixels" for figure in visit["figures"] if len(figure["heights"]) > 1]


# What is wrong on one visit of a page.
CHECKS = {
    "WCAG 2.1 A and AA": lambda visit: visit["violations"],
    "no error": lambda visit: visit["errors"],
    "no outside request": lambda visit: visit["outside"],
    "no sideways scroll": lambda visit: [f"{visit['overflow']} pixels too wide"] if visit["overflow"] > 0 else [],
    "figures keep their box": moved,
    "every picture shows": lambda visit: visit["lost"],
    "the theme follows the device": lambda visit: [visit["theme"]] if visit["theme"] != visit["scheme"] else [],
}


def sent(visits):
    """The bytes of a page as a host sends them that compresses text."""
    return sum(file["sent"] for visit in visits for file in visit.get("files", ()))


def found(check, visits):
    """What a check finds on the visits of a page, each with its setting."""
    return [f"{visit['scheme']}, {visit['size']}: {problem}" for visit in visits for problem in CHECKS[check](visit)]


@pytest.fixture(scope="module")
def look(node):
    """Visit pages of a site: the visits of each page, by its name."""
    def visit(site, names):
        seen = node("check.mjs", site, *names)
        return {name: [visit for visit in seen if visit["name"] == name] for name in names}
    return visit


@pytest.fixture(scope="module")
def seen(look, site, html):
    """The visits of all pages of the book; a report of them is written beside the book."""
    visits = look(site, PAGES)
    report = html.parent / "browser" / "report.html"
    report.parent.mkdir(exist_ok=True)
    report.write_text(table(visits), encoding="utf-8")
    return visits


def table(seen):
    """Pages and checks as an HTML table."""
    rows = []
    for name, visits in seen.items():
        cells = ["<br>".join(map(escape, found(check, visits))) or "yes" for check in CHECKS]
        live = [visit["interactive"] for visit in visits if visit["interactive"] is not None]
        loaded = sum(file["bytes"] for visit in visits for file in visit.get("files", ()))
        cells += [f"{sent(visits) / MEGABYTE:.2f}", f"{loaded / MEGABYTE:.2f}",
                  f"{max(visit['shift'] for visit in visits):.3f}",
                  f"{min(live)} to {max(live)}" if live else ""]
        rows.append(f"<tr><th scope=row>{name}" + "".join(f"<td>{cell}" for cell in cells))
    heads = [*CHECKS, "MB, compressed", "MB", "layout shift", "first figure live after ms"]
    return ("<!doctype html><html lang=en-GB><meta charset=utf-8><title>Pages and checks</title>"
            "<style>body{font-family:sans-serif} th,td{padding:.2em .6em;text-align:left;vertical-align:top}</style>"
            "<h1>Pages and checks</h1><p>Each page light and dark, 1280 and 360 pixels wide. The worst of the four is shown."
            "<table><thead><tr><th>page" + "".join(f"<th scope=col>{head}" for head in heads) + "<tbody>" + "\n".join(rows)
            + "</table>")


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("page", PAGES)
def test_page(page, check, seen):
    assert not found(check, seen[page])


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_not_heavier_than_1_5_megabytes(page, seen):
    files = sorted((file["sent"], file["url"]) for visit in seen[page] for file in visit.get("files", ()))
    assert 0 < sent(seen[page]) < HEAVIEST, files[-8:]


def broken_links(seen, site, html):
    """The links whose page, file or anchor does not exist."""
    anchors = {f"{site}/{name}.html": set(visit["anchors"]) for name, visits in seen.items()
               for visit in visits if "anchors" in visit}
    broken = []
    for name, visits in seen.items():
        for link in visits[0]["links"]:
            if not link.startswith(site):
                continue
            url, anchor = urldefrag(link)
            path = Path(html, unquote(url.removeprefix(site)).lstrip("/").partition("?")[0])
            if not path.is_file() or (anchor and url in anchors and unquote(anchor) not in anchors[url]):
                broken.append(f"{name}: {link}")
    return broken


def test_no_link_is_broken(seen, site, html):
    assert not broken_links(seen, site, html)


BROKEN = """<!doctype html><html lang=en data-theme=purple><title>A page with everything wrong</title>
<main><h1>Wrong</h1><p style="color:#bbb;background:#fff">Too pale to read.
<p><a href="#nowhere">To no anchor</a> <a href="lost.html">To no page</a>
<p style="width:1500px">Wide
<img src="lost.png" alt="lost"><img src="https://example.org/picture.png" alt="outside">
<div class="touch-figure" data-figure="grows">Small</div></main>
<script>requestAnimationFrame(() => setTimeout(() => {
  const figure = document.querySelector(".touch-figure");
  figure.style.height = "300px";
  figure.classList.add("is-live");
}));
console.error("wrong");</script>"""


def test_the_checks_find_what_is_wrong(look, serve, tmp_path):
    (tmp_path / "wrong.html").write_text(BROKEN)
    (tmp_path / "404.html").write_text("not found")
    site = serve(tmp_path)
    seen = look(site, ["wrong"])
    wrong = {check: found(check, seen["wrong"]) for check in CHECKS}
    assert all(wrong.values()), wrong
    assert any("color-contrast" in problem for problem in wrong["WCAG 2.1 A and AA"])
    assert any(problem.endswith(": wrong") for problem in wrong["no error"])
    assert any("example.org" in problem for problem in wrong["no outside request"])
    assert broken_links(seen, site, tmp_path) == [f"wrong: {site}/wrong.html#nowhere", f"wrong: {site}/lost.html"]
