"""A real browser over the real server, for the tests of pages."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from werkzeug.serving import make_server

from api.app import create_app
from api.wiring import Parts
from tests.conftest import unavailable

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def launched() -> Iterator[object]:
    """A Chromium; the test is skipped where there is none."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        unavailable("Install playwright.")
    if not Path(CHROMIUM).exists():
        unavailable(f"There is no {CHROMIUM}.")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@contextmanager
def served(parts: Parts) -> Iterator[str]:
    """A server over the parts; gives its address."""
    server = make_server("127.0.0.1", 0, create_app(parts=parts), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def new_page(chromium, **wanted: object) -> Iterator[object]:
    """A page of its own, which complains of nothing."""
    context = chromium.new_context(**wanted)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []
    context.close()


def width_of(page) -> int:
    """How wide the page is with all that can be opened opened."""
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    return page.evaluate("document.documentElement.scrollWidth")
