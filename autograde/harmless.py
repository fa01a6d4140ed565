"""What students wrote, as HTML that runs nothing: for the pages of feedback, and for nbgrader's formgrader.

The formgrader shows graded notebooks on pages with scripts of its own and with the instructor's rights, and would let a script
of a student's run there. `nbgrader_config.py` makes it use `in_formgrader` and `without_scripts`.
"""
import contextlib
import html

import bleach
import jinja2
from nbconvert.filters.markdown_mistune import HTMLRenderer, IPythonRenderer, MarkdownWithMath

LONGEST = 20_000  # characters of a text: nbconvert's time for formulas grows with the square of them
MOST_TEXT = 5 * LONGEST  # of a whole notebook, four times the longest that is handed out
TAGS = {"p", "br", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "table", "thead", "tbody", "tr", "th", "td",
        "h1", "h2", "h3", "h4", "h5", "h6", "sub", "sup", "hr", "img"}
OUTPUTS = {"text/plain", "image/png", "image/jpeg", "image/svg+xml"}


class Renderer(IPythonRenderer):
    """nbconvert's, but it shows HTML as text, and only pictures that are stored in the cell, each once."""

    block_code = HTMLRenderer.block_code  # nbconvert's own passes diagrams on as they are

    def __init__(self, pictures):
        super().__init__(escape=True, exclude_anchor_links=True, attachments=dict(pictures))

    def image(self, text, url, title=None):
        name = url.removeprefix("attachment:")
        if name not in self.attachments:
            return text
        picture = super().image(text, f"attachment:{name}", title)
        del self.attachments[name]
        return picture


def from_markdown(text, pictures=()):
    """HTML for a text. Formulas stay as they are, and so does a text that is very long or that nbconvert cannot read.

    Parameters
    ----------
    text : str
    pictures : dict
        The cell's: {name: {type: base64 text}}.
    """
    with contextlib.suppress(Exception):
        if len(text) <= LONGEST:
            page = MarkdownWithMath(renderer=Renderer(pictures)).render(text)
            return bleach.clean(page, TAGS, {"img": ["src", "alt", "title"]}, protocols={"data"}, strip=True)
    return f"<pre>{html.escape(text)}</pre>"


@jinja2.pass_context
def in_formgrader(context, text):
    """nbconvert's filter ``markdown2html``."""
    return from_markdown(text, context["cell"].get("attachments", {}))


def without_scripts(notebook, resources):
    """A preprocessor of nbconvert's: of outputs it leaves text and pictures, and of a very long notebook the beginning.

    Names, which nbgrader's template writes as they are, become HTML.
    """
    room = MOST_TEXT
    for cell in notebook.cells:
        if len(cell.source) > room:
            cell.source = f"{cell.source[:room]}\n[too much text]"
        room = max(0, room - len(cell.source))
        for output in cell.get("outputs", []):
            if "data" in output:
                output.data = {kind: data for kind, data in output.data.items() if kind in OUTPUTS}
                output.metadata = {}
    resources.update({name: html.escape(value) for name, value in resources.items() if isinstance(value, str)})
    return notebook, resources
