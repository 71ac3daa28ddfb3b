"""A report in a few lines, for chats and the text of a mail: what is new, what costs most, and where the rest is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from html import escape

from reports.render.links import Links
from reports.render.wording import day, join, money, times
from reports.report import IssueRow, WeeklyReport
from reports.wording import counted

_CHANGES = {"up": "growing", "down": "falling", "": ""}
_LINE = 600  # characters


@dataclass(frozen=True, slots=True)
class BriefLine:
    """A line; ``href`` leads to its tickets, and is empty where there are no links."""

    text: str
    href: str = ""

    @property
    def short(self) -> str:
        """The text, cut where a chat message should not be longer."""
        return self.text if len(self.text) <= _LINE else self.text[: _LINE - 1] + "…"


@dataclass(frozen=True, slots=True)
class Brief:
    """The lines; ``more`` issues are left out. ``page`` and ``pdf`` are the addresses of the whole report."""

    title: str
    period: str
    headlines: tuple[BriefLine, ...]
    issues: tuple[BriefLine, ...]
    more: int = 0
    page: str = ""
    pdf: str = ""


def brief_of(report: WeeklyReport, base_url: str | None, *, issues: int = 5) -> Brief:
    """Shorten a report to its headlines and its most costly issues."""
    links = Links(base_url or None, str(report.week))
    first = report.week.monday
    title = f"Weekly report {report.week}" + (" (restated)" if report.window.restated else "")
    return Brief(
        title=title,
        period=join(report.company, f"{day(first)} to {day(first + timedelta(days=6))}"),
        headlines=tuple(BriefLine(one.text, links.tickets(one.tickets)) for one in report.headlines),
        issues=tuple(
            BriefLine(_issue(row), links.tickets(row.tickets.tickets)) for row in report.issues[:issues]
        ),
        more=max(0, len(report.issues) - issues),
        page=links.report(),
        pdf=links.report("pdf"),
    )


def brief_text(brief: Brief) -> str:
    """Give the lines as plain text."""
    parts = [brief.title, brief.period, *_section("", brief.headlines), *_section("Issues", brief.issues)]
    if brief.more:
        parts.append(f"and {counted(brief.more, 'more issue')}")
    return "\n".join([*parts, *([f"\nThe whole report: {brief.page}"] if brief.page else [])]) + "\n"


def brief_html(brief: Brief) -> str:
    """Give the lines as HTML that mail programs show: no style sheet, no pictures."""
    page = f'<p><a href="{escape(brief.page)}">The whole report</a></p>' if brief.page else ""
    more = f"<p>and {counted(brief.more, 'more issue')}</p>" if brief.more else ""
    return (
        f'<html lang="en"><body style="font-family:sans-serif;line-height:1.5;max-width:44em">'
        f"<h1 style='font-size:1.4em'>{escape(brief.title)}</h1><p>{escape(brief.period)}</p>"
        f"{_list(brief.headlines)}"
        f"{'<h2 style=font-size:1.1em>Issues</h2>' if brief.issues else ''}{_list(brief.issues)}{more}{page}"
        "</body></html>\n"
    )


def _issue(row: IssueRow) -> str:
    change = ""
    if row.change is not None and row.change.direction:
        change = f"{_CHANGES[row.change.direction]}, {times(row.change.ratio)}"
    return f"{row.title}: " + join(
        counted(round(row.tickets.value or 0), "ticket"),
        counted(round(row.accounts.value or 0), "account"),
        *(f"{money(one.monthly, one.currency)} a month" for one in row.revenue),
        change,
        row.state if not change or row.state == "regressed" else "",
        "" if row.article else "no article",
    )


def _section(title: str, lines: tuple[BriefLine, ...]) -> list[str]:
    if not lines:
        return []
    return ["", *([f"{title}:"] if title else []), *(f"- {line.text}" for line in lines)]


def _list(lines: tuple[BriefLine, ...]) -> str:
    items = [
        f'{escape(line.text)} <a href="{escape(line.href)}">tickets</a>' if line.href else escape(line.text)
        for line in lines
    ]
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>" if items else ""
