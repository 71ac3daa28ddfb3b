"""The first page: headlines, and the table of issues by impact."""

from __future__ import annotations

from reports.render.blocks import (
    Block,
    Bullets,
    Cell,
    Column,
    Heading,
    Paragraph,
    Run,
    Table,
    Text,
    cell,
    text,
)
from reports.render.charts import sparkline
from reports.render.layout.parts import anchor_of, article, figure, opened, plan, revenue, sentence
from reports.render.links import Links
from reports.render.wording import KINDS, duration, interval, join, times
from reports.report import IssueRow, WeeklyReport
from reports.wording import counted

_COLUMNS = (
    Column("Issue", 4.2),
    Column("Last weeks", 2.9),
    Column("This week", 2.4),
    Column("Change", 3.6),
    Column("Touched", 3.7),
    Column("Cost", 3.0),
    Column("Article", 2.3),
)


def summary(report: WeeklyReport, links: Links) -> list[Block]:
    """The headlines."""
    if not report.headlines:
        return []
    return [Bullets(tuple(sentence(one, report, links) for one in report.headlines))]


def issues(report: WeeklyReport, links: Links) -> list[Block]:
    """The table of issues, and what belongs to none."""
    share = "of the week's tickets belong to no issue"
    alone = Paragraph(text(figure(report.alone, links), f" {report.alone.note or share}."), "note")
    if not report.issues:
        return [Heading("Issues", 2), Paragraph(text("No issue had a ticket this week.")), alone]
    caption = (
        "Issues, the most costly first. A change is called one only where it holds over all issues;"
        " forecasts are for the coming four weeks together, if nothing is done."
    )
    rows = tuple(_row(row, report, links) for row in report.issues)
    return [
        Heading("Issues", 2),
        Table(caption, _COLUMNS, rows),
        Paragraph(text(report.false_alarms), "note"),
        alone,
    ]


def _row(row: IssueRow, report: WeeklyReport, links: Links) -> tuple[Cell, ...]:
    count = row.tickets.value or 0
    this_week = opened(counted(round(count), "ticket"), row.tickets.tickets, links, bold=True)
    return (
        cell(
            Run(row.title, anchor_of(row.id, report), bold=True),
            Run(join(row.id, row.state, KINDS[row.kind]), soft=True),
        ),
        Cell((), sparkline(row.weekly)),
        cell(this_week, *_before(row, links)),
        cell(*_change(row)),
        cell(
            opened(counted(round(row.accounts.value or 0), "account"), row.accounts.tickets, links),
            *(revenue(one, links) for one in row.revenue),
            *(plan(one, links) for one in row.plans),
        ),
        cell(*_cost(row, links)),
        cell(article(row)),
    )


def _before(row: IssueRow, links: Links) -> tuple[Text, ...]:
    if not row.earlier:
        return ()
    counts: list[Run] = []
    for point in row.earlier:
        counts += [opened(str(point.count), point.tickets, links), Run(", ")]
    return (text(Run("before:", soft=True)), text(*counts[:-1]))


def _change(row: IssueRow) -> tuple[Run, ...]:
    if row.change is None:
        return (Run("too young for a trend", soft=True),)
    called = {"up": "Growing: ", "down": "Falling: ", "": "No sure change: "}[row.change.direction]
    return (
        Run(called + times(row.change.ratio), bold=bool(row.change.direction)),
        Run(row.change.certainty, soft=True),
    )


def _cost(row: IssueRow, links: Links) -> tuple[Run, ...]:
    spent = opened(f"{duration(row.minutes.value or 0)} of agents' time", row.minutes.tickets, links)
    if row.forecast is None:
        return (spent,)
    return (spent, Run(f"next 4 weeks: {interval(row.forecast)} tickets", soft=True))
