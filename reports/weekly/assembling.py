"""Puts the sections of a weekly report together."""

from __future__ import annotations

from collections.abc import Sequence

from reports.knowledge import outline_of
from reports.metrics import service_metrics
from reports.periods import span
from reports.report import Footer, IssueRow, KnowledgeGap, WeeklyReport
from reports.trends import false_alarms
from reports.types import Figure
from reports.weekly.headlines import headlines_of
from reports.weekly.material import Material
from reports.weekly.pages import pages_of
from reports.weekly.rows import rows_of
from reports.weekly.volume import volume_section
from reports.wording import false_alarm_line

_QUESTIONS = 5


def assemble(material: Material) -> WeeklyReport:
    """Make the report; the same material gives the same report."""
    sources, window = material.sources, material.window
    risks = sources.risks(window.as_of)
    rows = rows_of(material, risks)
    pages = pages_of(material, rows, risks)
    service = _service(material)
    return WeeklyReport(
        week=material.week,
        zone=material.zone_name,
        window=window,
        headlines=headlines_of(material, rows, pages, service),
        issues=rows,
        pages=pages,
        alone=_alone(material),
        false_alarms=false_alarm_line(false_alarms(material.history, material.setting)),
        churn=sources.churn(window),
        gaps=(*sources.gaps(window), *_gaps_of_issues(material, rows)),
        service=service,
        volume=volume_section(material),
        machine=sources.machine(window),
        footer=_footer(material),
        company=sources.company(),
    )


def _service(material: Material) -> tuple[Figure, ...]:
    end = span(material.week, material.zone)[1]
    return service_metrics(
        material.tickets,
        material.week,
        material.zone,
        min(end, material.window.as_of),
        minutes=material.sources.minutes,
        due=material.sources.due(),
        answered=material.sources.answered(material.window),
        accounts=material.accounts,
    )


def _alone(material: Material) -> Figure:
    """The share of the week's tickets that repeat nothing."""
    in_issues = {one for issue in material.issues for one in issue.tickets}
    of_week = material.of_week
    alone = tuple(one.id for one in of_week if one.id not in in_issues)
    share = len(alone) / len(of_week) if of_week else None
    return Figure("alone", share, "share", tickets=alone, note="of the week's tickets belong to no issue")


def _gaps_of_issues(material: Material, rows: Sequence[IssueRow]) -> tuple[KnowledgeGap, ...]:
    """Issues that no article answers. A defect needs a fix more than an article, so those come last."""
    by_id = {issue.id: issue for issue in material.issues}
    lacking = [row for row in rows if row.article is None]
    lacking.sort(key=lambda row: (row.kind == "defect", -len(by_id[row.id].tickets), row.id))
    gaps = []
    for row in lacking:
        issue = by_id[row.id]
        asked = [material.by_id[one] for one in issue.representatives[:_QUESTIONS] if one in material.by_id]
        gaps.append(
            KnowledgeGap(
                title=row.title,
                count=len(issue.tickets),
                questions=tuple(one.subject for one in asked if one.subject),
                reasons=("nothing_close",),
                tickets=issue.tickets,
                issue_id=issue.id,
                outline=outline_of(issue, material.by_id, material.zone),
            )
        )
    return tuple(gaps)


def _footer(material: Material) -> Footer:
    tickets = material.tickets
    return Footer(
        tickets=len(tickets),
        accounts=len(material.accounts),
        first_ticket=tickets[0].created_at if tickets else None,
        last_ticket=tickets[-1].created_at if tickets else None,
        models=tuple(material.sources.models()),
        settings=material.sources.settings,
        program=material.sources.program,
    )
