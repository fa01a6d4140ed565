"""What depends on where the course and its book are published, all of it from the address of the repository.

That address is ``repository: url`` in ``_config.yml``. From it follow the links that pages write as
``{{ course_link }}``, ``{{ binder_link }}`` and ``{{ codespaces_link }}``; and, unless ``html: baseurl`` names another
place, the address of the book itself, which the social card and the page for wrong addresses need.
"""
import sys
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from docutils import nodes

sys.path.append(str(Path(__file__).parents[1]))
CARD = "_static/social-card.jpg"
CARD_SHOWS = ("The name of the book, and a photograph of a cat. A window moves over it and turns it, row by row, into a "
              "drawing of its edges.")


def setup(app):
    app.connect("config-inited", set_addresses)
    app.connect("html-page-context", describe)
    app.connect("html-collect-pages", not_found)
    app.connect("build-finished", draw_card)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def set_addresses(app, config):
    """Derive every address from that of the repository."""
    repository = config.html_theme_options["repository_url"].rstrip("/")
    owner, name = repository.split("/")[-2:]
    branch = config.html_theme_options["repository_branch"]
    config.html_baseurl = (config.html_baseurl or f"https://{owner}.github.io/{name}").rstrip("/") + "/"
    config.myst_substitutions = {
        "course_link": f"[course]({repository})",
        "binder_link": f"<https://mybinder.org/v2/gh/{owner}/{name}/{branch}?urlpath=lab/tree/exercises>",
        "codespaces_link": f"<https://codespaces.new/{owner}/{name}>",
    }


def describe(app, pagename, templatename, context, doctree):
    """Add to a page what other sites show of it where it is linked."""
    title = app.env.titles[pagename].astext() if pagename in app.env.titles else app.config.html_title
    paragraph = next(doctree.findall(nodes.paragraph), None) if doctree else None
    words = " ".join(paragraph.astext().split()) if paragraph else app.config.html_title
    properties = {
        "og:type": "website",
        "og:site_name": app.config.html_title,
        "og:title": title,
        "og:description": words if len(words) <= 200 else words[:200].rsplit(" ", 1)[0] + " …",
        "og:url": f"{app.config.html_baseurl}{pagename}.html",
        "og:image": app.config.html_baseurl + CARD,
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": CARD_SHOWS,
        "twitter:card": "summary_large_image",
    }
    context["metatags"] = context.get("metatags", "") + "".join(
        f'<meta property="{key}" content="{escape(value)}" />\n' for key, value in properties.items())


def not_found(app):
    """The page that hosts show for an address that does not exist."""
    chapters = [name for name in app.env.toctree_includes[app.config.root_doc] if app.env.toc_secnumbers.get(name)]
    yield "404", {
        "home": urlsplit(app.config.html_baseurl).path,
        "front": app.config.root_doc,
        "chapters": [(name, app.env.toc_secnumbers[name][""][0], app.env.titles[name].astext()) for name in chapters],
    }, "not-found.html"


def draw_card(app, exception):
    """Draw the picture that other sites show beside a link to the book."""
    if exception is None and app.builder.name == "html":
        from cover import social_card
        social_card(app.config.html_title, app.outdir / CARD)
