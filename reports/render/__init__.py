"""A weekly report in the forms that leave the house: page, PDF, Markdown, CSV, JSON.

The same report gives the same bytes in every form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from reports.render.canonical import digest_of
from reports.render.csv_files import csv_files_of, csv_zip_of
from reports.render.html import content_security_policy, html_fragment, html_of
from reports.render.json_file import json_of
from reports.render.layout import document_of
from reports.render.links import Links, ticket_lists
from reports.render.markdown import markdown_of
from reports.render.reading import report_of
from reports.report import WeeklyReport

__all__ = [
    "FORMS",
    "Form",
    "Rendered",
    "content_security_policy",
    "csv_files_of",
    "digest_of",
    "fragment_of",
    "render",
    "report_of",
    "ticket_lists",
]

Form = Literal["html", "md", "json", "csv", "pdf"]
FORMS: tuple[Form, ...] = get_args(Form)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A report in a form: its bytes, what they are, and a name for the file."""

    content: bytes
    media_type: str
    filename: str


def render(report: WeeklyReport, form: Form, *, base_url: str | None = None) -> Rendered:
    """Give a report in a form; ``csv`` is a zip file of several.

    Args:
        report: to render.
        form: one of `FORMS`.
        base_url: what the addresses of tickets begin with, such as ``https://support.example``; ``""`` for a page
            that the program serves itself; None for no links.
    """
    media_type, ending, make = _MAKERS[form]
    return Rendered(
        make(report, Links(base_url, str(report.week))), media_type, f"weekly-{report.week}.{ending}"
    )


def fragment_of(report: WeeklyReport, *, base_url: str | None = "") -> str:
    """Give the report as HTML to set into a page with a frame and style of its own."""
    return html_fragment(document_of(report, Links(base_url, str(report.week))))


def _pdf(report: WeeklyReport, links: Links) -> bytes:
    from reports.render.pdf import pdf_of  # the library takes half a second to load

    return pdf_of(document_of(report, links), report.window.as_of)


_MAKERS: dict[Form, tuple[str, str, Callable[[WeeklyReport, Links], bytes]]] = {
    "html": ("text/html; charset=utf-8", "html", lambda report, links: html_of(document_of(report, links))),
    "md": (
        "text/markdown; charset=utf-8",
        "md",
        lambda report, links: markdown_of(document_of(report, links)),
    ),
    "json": ("application/json", "json", lambda report, _: json_of(report)),
    "csv": ("application/zip", "csv.zip", lambda report, _: csv_zip_of(report)),
    "pdf": ("application/pdf", "pdf", _pdf),
}
