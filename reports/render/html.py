"""A report as a page: all in one file, made for screens and for printing."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, Template

from reports.render.blocks import Document
from reports.render.svg import svg_of

_FOLDER = Path(__file__).with_name("templates")


def html_of(document: Document) -> bytes:
    """Give a whole page in UTF-8 that needs no other file, not even scripts."""
    return (_template("report.html.j2").render(document=document, style=style()) + "\n").encode()


def html_fragment(document: Document) -> str:
    """Give what stands inside the page's ``main``, to be set into a page that has its own frame and style."""
    return _template("blocks.html.j2").render(document=document)


@cache
def style() -> str:
    """The style sheet of the page."""
    return (_FOLDER / "report.css").read_text(encoding="utf-8")


def content_security_policy() -> str:
    """The policy to serve the page with: nothing is loaded and nothing runs, and only its own style counts."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["svg"] = svg_of
    environment.tests["block"] = lambda value, kind: type(value).__name__ == kind
    return environment.get_template(name)
