"""The built book on a local server, and Chromium to look at it."""

import base64
import functools
import json
import os
import shutil
import subprocess
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from bs4 import BeautifulSoup

HERE = Path(__file__).parent


class Server(ThreadingHTTPServer):
    request_queue_size = 128  # a page asks for many files at once


class Host(SimpleHTTPRequestHandler):
    """A host of static pages that shows 404.html in place of what it does not have."""

    def send_error(self, code, message=None, explain=None):
        page = Path(self.directory, "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="session")
def serve():
    """Serve a folder; the address of the server is returned."""
    servers = []

    def start(folder):
        server = Server(("127.0.0.1", 0), functools.partial(Host, directory=folder))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def site(html, serve):
    """The address of the built book."""
    return serve(html)


@pytest.fixture(scope="session")
def node():
    """Run a script of this folder; what it prints is read as JSON. A keyword argument goes to the script as JSON, too."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    missing = [words for words, there in [
        ("Node (apt-get install nodejs npm)", shutil.which("node")),
        ("Chromium (apt-get install chromium)", chromium),
        ("the Node modules (npm ci in tests/browser)", (HERE / "node_modules" / "playwright-core").is_dir()),
    ] if not there]
    if missing:
        stop = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        stop("The browser tests need " + " and ".join(missing) + ".")

    def run(script, *arguments, **data):
        result = subprocess.run(["node", HERE / script, *arguments], input=json.dumps(data), capture_output=True,
                                text=True, env={**os.environ, "CHROMIUM": chromium})
        assert result.returncode == 0, result.stderr[-4000:]
        return json.loads(result.stdout)

    return run


@pytest.fixture(scope="session")
def drive(node, site):
    """Drive the figure NAME by figures/NAME.mjs: `drive(NAME, **data)` returns what the script observed."""
    return functools.partial(node, "drive.mjs", site)


@pytest.fixture(scope="session")
def data_of(html):
    """What a figure starts from: `data_of(page, name)`, with its packed arrays as arrays."""
    def unpack(value):
        if "base64" not in value:
            return value
        return np.frombuffer(base64.b64decode(value["base64"]), value["dtype"]).reshape(value["shape"])

    def read(page, name):
        tree = BeautifulSoup((html / "book" / f"{page}.html").read_text(), "html.parser")
        return json.loads(tree.select_one(f'.touch-figure[data-figure="{name}"] script').string, object_hook=unpack)

    return read
