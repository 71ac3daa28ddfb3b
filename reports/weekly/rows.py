"""The table of issues: what came, whether it grows, whom it touches and what it costs."""

from __future__ import annotations

import statistics
from collections.abc import Mapping

from reports.forecast import issue_forecast
from reports.impact import Impact, impact_of
from reports.knowledge import FindArticles, article_for
from reports.periods import shifted, weeks_until
from reports.report import ArticleLink, Change, Direction, IssueRow, WeekPoint
from reports.states import certainty
from reports.types import Estimate, Figure, Issue, Week
from reports.weekly.material import Material

SPARKLINE = 12
_BEFORE = 4
_AHEAD = 4  # weeks
_RECENT = 4  # weeks in which an issue without a ticket of this week still has a row
_TOLD = ("growing", "regressed", "fixed", "verified")
_LEAST_NEWS = 3  # tickets of an issue whose change of state is news


def reported(material: Material) -> list[Issue]:
    """The issues of the table: with a ticket of the week, with one of late and something to say of it, or with news."""
    recent = [str(week) for week in weeks_until(material.week, _RECENT)]
    return [
        issue
        for issue in material.issues
        if issue.state != "dismissed"
        and len(issue.tickets) > 1
        and (
            issue.weekly.get(str(material.week), 0)
            or (issue.state in _TOLD and any(issue.weekly.get(week, 0) for week in recent))
            or (is_news(issue, material) and len(issue.tickets) >= _LEAST_NEWS)
        )
    ]


def is_news(issue: Issue, material: Material) -> bool:
    """Whether its state changed in the week to one that is told."""
    last = issue.states[-1:]
    return bool(last) and last[0].on >= material.week.monday and issue.state in (*_TOLD, "fading")


def rows_of(material: Material, risks: Mapping[str, float]) -> tuple[IssueRow, ...]:
    """Give the table, the most costly issue first: by agents' time to come, then revenue, then tickets."""
    find = material.sources.articles(material.window.as_of)
    rows = [_row(material, issue, risks, find) for issue in reported(material)]
    return tuple(sorted(rows, key=_cost))


def impact_in_week(material: Material, issue: Issue, risks: Mapping[str, float]) -> Impact:
    """What an issue did in the week."""
    of_week = [material.by_id[one] for one in material.in_week(issue, material.week)]
    return impact_of(
        issue.id,
        of_week,
        material.by_account,
        material.today,
        forecast_of(material, issue),
        risks=risks,
        time=material.sources.time,
        weeks=_AHEAD,
    )


def forecast_of(material: Material, issue: Issue) -> Estimate:
    """The tickets of the coming four weeks together, if nothing is done."""
    born = Week.of(issue.first_seen.date())
    weeks = [born]
    while weeks[-1] < material.week:
        weeks.append(shifted(weeks[-1], 1))
    counts = [issue.weekly.get(str(week), 0) for week in weeks]
    exposure = [max(material.exposure.week(week), 1e-9) for week in weeks]
    return issue_forecast(counts, exposure, weeks=_AHEAD, extra=material.extra)


def change_of(material: Material, issue: Issue) -> Change | None:
    """The issue's last weeks against those before; None while it is too young."""
    trend = material.trends.get(issue.id)
    if trend is None:
        return None
    direction: Direction = "up" if trend.rises else "down" if trend.falls else ""
    return Change(trend.ratio, certainty(trend), direction, round(trend.recent.weeks))


def _row(material: Material, issue: Issue, risks: Mapping[str, float], find: FindArticles) -> IssueRow:
    impact = impact_in_week(material, issue, risks)
    article: ArticleLink | None = article_for(issue, material.by_id, find)
    return IssueRow(
        id=issue.id,
        title=issue.title,
        state=issue.state,
        kind=issue.kind,
        tickets=_tickets_figure(material, issue),
        weekly=tuple(
            WeekPoint(week, issue.weekly.get(str(week), 0), material.in_week(issue, week))
            for week in weeks_until(material.week, SPARKLINE)
        ),
        change=change_of(material, issue),
        accounts=impact.accounts,
        minutes=impact.minutes,
        plans=impact.plans,
        revenue=impact.revenue,
        forecast=impact.waiting.tickets,
        article=article,
    )


def _tickets_figure(material: Material, issue: Issue) -> Figure:
    earlier = [
        issue.weekly.get(str(shifted(material.week, -back)), 0)
        for back in range(1, _BEFORE + 1)
        if material.exposure.week(shifted(material.week, -back))
    ]
    own = material.in_week(issue, material.week)
    return Figure("tickets", len(own), "tickets", statistics.fmean(earlier) if earlier else None, own)


def _cost(row: IssueRow) -> tuple[float, float, float, str]:
    """By what is still to come, so that a burst and a steady drip are compared alike."""
    share = (row.minutes.value or 0.0) / row.tickets.value if row.tickets.value else 0.0
    forecast = row.forecast.value if row.forecast else 0.0
    revenue = sum(one.monthly for one in row.revenue)
    return -round(forecast * max(share, 1.0), 6), -revenue, -forecast, row.id
