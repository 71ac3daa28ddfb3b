"""What stands where in a report, the same in every form that people read."""

from __future__ import annotations

from datetime import timedelta

from reports.render.blocks import Block, Document, Heading, Paragraph, text
from reports.render.canonical import digest_of
from reports.render.layout.footer import footer
from reports.render.layout.issue_page import issue_page
from reports.render.layout.people import churn, gaps
from reports.render.layout.service import machine, service, volume
from reports.render.layout.summary import issues, summary
from reports.render.links import Links
from reports.render.wording import day, join, local
from reports.report import WeeklyReport

__all__ = ["document_of"]


def document_of(report: WeeklyReport, links: Links) -> Document:
    """Lay a report out."""
    rows = {row.id: row for row in report.issues}
    blocks: list[Block] = [*_top(report), *summary(report, links), *issues(report, links)]
    for page in report.pages:
        blocks += issue_page(rows[page.issue_id], page, report, links)
    blocks += [
        *churn(report, links),
        *gaps(report, links),
        *service(report, links),
        *volume(report, links),
        *machine(report, links),
        *footer(report, links),
    ]
    foot = join(f"Weekly report {report.week}", report.company, f"digest {digest_of(report)[:12]}")
    return Document(f"Weekly report {report.week}", tuple(blocks), foot)


def _top(report: WeeklyReport) -> list[Block]:
    first = report.week.monday
    known = f"as known on {local(report.window.as_of, report.zone)}"
    if report.window.restated:
        known = f"restated with what is known on {local(report.window.as_of, report.zone)}"
    line = join(report.company, f"{day(first)} to {day(first + timedelta(days=6))}", report.zone, known)
    return [Heading(f"Weekly report {report.week}", 1), Paragraph(text(line), "note")]
