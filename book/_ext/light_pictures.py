"""Pictures that load fast and move nothing.

The photographs inside the SVG pictures, which matplotlib stores as PNG, are stored as WebP: a quarter of the bytes. The
pictures of the figures that readers can touch, which come inside the text of the page, become files. And every picture
gets its width and height, so that a browser keeps its place free while it loads.
"""
import base64
import hashlib
import io
import re

from PIL import Image

PNG = re.compile(r"data:image/png;base64,([^\"]+)")
INLINE = re.compile(r'src="data:image/svg\+xml;base64,([^"]+)"')
LINKED = re.compile(r'<img ([^>]*src="[^"]*_images/([^"/]+\.svg)")')
SIZE = re.compile(r'<svg[^>]*? width="([\d.]+)pt" height="([\d.]+)pt"')
POINT = 4 / 3  # CSS pixels
SMALL = 20_000  # bytes; below, every pixel is kept


def setup(app):
    app.connect("env-updated", shrink_files)
    app.connect("html-page-context", prepare)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def shrink_files(app, env):
    """Make the SVG files that cells have drawn smaller."""
    for path in (app.outdir.parent / "jupyter_execute").glob("*.svg"):
        text = path.read_text(encoding="utf-8")
        if PNG.search(text):
            path.write_text(shrunk(text), encoding="utf-8")


def shrunk(svg):
    """An SVG picture with the PNG pictures inside it as WebP."""
    return PNG.sub(lambda match: webp(base64.b64decode(match[1])), svg)


def webp(png):
    """A PNG file as the address of a WebP picture."""
    file = io.BytesIO()
    options = {"lossless": True} if len(png) < SMALL else {"quality": 90, "use_sharp_yuv": True}
    Image.open(io.BytesIO(png)).save(file, "webp", method=6, **options)
    return "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode()


def prepare(app, pagename, templatename, context, doctree):
    """Put the pictures inside the text of a page into files, and give all their sizes."""
    folder = app.outdir / "_images"
    folder.mkdir(exist_ok=True)
    sources = {name: app.srcdir / path for path, name in app.builder.images.items()}

    def linked(match):
        svg = shrunk(base64.b64decode(match[1]).decode())
        name = hashlib.sha256(svg.encode()).hexdigest() + ".svg"
        (folder / name).write_text(svg, encoding="utf-8")
        return f'src="{context["pathto"](f"_images/{name}", 1)}"'

    def sized(match):
        size = SIZE.search(sources.get(match[2], folder / match[2]).read_text(encoding="utf-8")[:2000])
        if size is None:
            return match[0]
        width, height = (round(float(side) * POINT) for side in size.groups())
        return f'<img width="{width}" height="{height}" {match[1]}'

    context["body"] = LINKED.sub(sized, INLINE.sub(linked, context.get("body", "")))
