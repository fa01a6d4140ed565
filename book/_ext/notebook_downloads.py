"""A notebook file of each chapter, to be downloaded from its page.

The pages are text notebooks in MyST Markdown. Jupyter without extensions does not know MyST's roles and directives, so
they become plain Markdown here: numbers and titles are filled in as on the page, and links lead to the published book.
"""
import json
import posixpath
import re
from ast import literal_eval

import jupytext
from nbformat.v4 import new_markdown_cell

ROLE = re.compile(r"\{([a-z:]+)\}`([^`]+)`")
EXPLICIT = re.compile(r"(.+?)\s*<(.+)>$", re.DOTALL)
PLAIN = [(re.compile(pattern, re.MULTILINE | re.DOTALL), words) for pattern, words in [
    (r"^\([\w-]+\)=\n", ""),
    (r"^\$\$ \([\w-]+\)$", "$$"),
    (r"^(`{3,})\{[\w:-]+\}[^\n]*\n(?::[^\n]*\n)*(.*?)^\1$", r"\2"),
    (r"^:{3,}\{solution-start\}[^\n]*\n(?::[^\n]*\n)*", "**Answer**\n"),
    (r"^:{3,}\{solution-end\}\n", ""),
    (r"^:{3,}\{exercise\} ([^\n]*)\n(?::[^\n]*\n)*", r"**Exercise: \1**\n"),
    (r"^:{3,}\{[\w-]+\} ?([^\n]*)\n(?::[^\n]*\n)*", r"**\1**\n"),
    (r"^:{3,}$", ""),
    (r"^\*\*\*\*\n", ""),
]]


def setup(app):
    app.connect("html-page-context", offer, priority=500)  # before the theme collects its buttons
    app.connect("build-finished", write_all)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def is_notebook(app, name):
    return "kernelspec" in app.env.metadata.get(name, ())


def offer(app, pagename, templatename, context, doctree):
    """Let the theme show its button for a notebook file."""
    if is_notebook(app, pagename):
        context["ipynb_source"] = f"{pagename}.ipynb"


def write_all(app, exception):
    """Write the notebook of every page that is one."""
    if exception is None and app.builder.name == "html":
        for name in filter(lambda name: is_notebook(app, name), app.env.found_docs):
            path = app.outdir / "_sources" / f"{name}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(jupytext.writes(notebook(app, name), fmt="ipynb"), encoding="utf-8")


def notebook(app, name):
    """The notebook of a page. Its first cell says where it belongs; below each figure stands its caption."""
    page = Page(app, name)
    book = jupytext.read(app.env.doc2path(name))
    cells = [new_markdown_cell(
        f"From *{app.config.html_title}*: [this page in the book]({page.address(name)}). To run it, get the "
        f"[course]({app.config.html_theme_options['repository_url']}), install it with "
        "`pip install -r requirements.txt`, and put this file into its folder `book/`.", id="about")]
    for cell in book.cells:
        if cell.cell_type == "markdown":
            cell.source = page.plain(cell.source)
        cells.append(cell)
        if figure := cell.metadata.pop("mystnb", {}).get("figure"):
            caption = page.plain(figure["caption"]).strip()
            cells.append(new_markdown_cell(f"**{page.number(figure['name'])}.** {caption}", id=figure["name"]))
    book.cells = cells
    del book.metadata["jupytext"]
    return book


class Page:
    """A page, and what its text refers to."""

    def __init__(self, app, name):
        self.app, self.env, self.name = app, app.env, name
        path = app.outdir.parent / "jupyter_execute" / f"{name}.glue.json"
        self.glued = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}

    def plain(self, text):
        """MyST Markdown as plain Markdown."""
        for pattern, words in PLAIN:
            text = pattern.sub(words, text)
        return ROLE.sub(lambda match: self.role(*match.groups()), text)

    def role(self, kind, text):
        """What a role shows."""
        explicit = EXPLICIT.match(text)
        shown, target = explicit.groups() if explicit else (None, text)
        if kind == "doc":
            name = posixpath.normpath(posixpath.join(posixpath.dirname(self.name), target))
            return f"[{shown or self.env.titles[name].astext()}]({self.address(name)})"
        if kind == "ref":
            name, anchor, title = self.env.domaindata["std"]["labels"][target]
            return f"[{shown or title}]({self.address(name)}#{anchor})"
        if kind in ("cite", "cite:t"):
            return f"[{target}]({self.address('book/bibliography')})"
        if kind in ("numref", "eq"):
            return self.number(target)
        if kind == "glue:text":
            return self.value(*target.split(":", 1))
        return f"`{target}`" if kind in ("func", "class") else shown or text

    def address(self, name):
        """The address of a page in the published book."""
        return f"{self.app.config.html_baseurl}{name}.html"

    def number(self, label):
        """The number that a figure, a table or an equation has on its page."""
        numbers = {key: (kind, ".".join(map(str, number))) for kinds in self.env.toc_fignumbers.values()
                   for kind, names in kinds.items() for key, number in names.items()}
        kind, number = numbers.get(label) or numbers[f"equation-{label}"]
        return {"figure": f"Fig. {number}", "table": f"Table {number}", "displaymath": f"({number})"}[kind]

    def value(self, key, form=None):
        """What a cell glued under a name, in the given format."""
        value = literal_eval(self.glued[key]["data"]["text/plain"])
        return format(value, form) if form else str(value)
