"""The columns and rows of the CSV files on issues."""

from __future__ import annotations

from reports.render.csv_values import Rows, estimate, ids, utc
from reports.report import WeeklyReport

ISSUES = (
    *(
        "week",
        "issue_id",
        "place",
        "title",
        "state",
        "kind",
        "tickets",
        "tickets_before",
        "direction",
        "ratio",
    ),
    *("ratio_low", "ratio_high", "ratio_level", "certainty", "accounts", "agent_minutes", "forecast"),
    *("forecast_low", "forecast_high", "forecast_level", "article_id", "article_title", "first_seen_at"),
    *("last_seen_at", "summary", "ticket_ids"),
)
ISSUE_WEEKS = (
    "week",
    "issue_id",
    "counted_week",
    "tickets",
    "expected",
    "expected_low",
    "expected_high",
    "ticket_ids",
)
ISSUE_REVENUE = (
    *("week", "issue_id", "currency", "monthly_revenue", "accounts", "revenue_at_risk", "accounts_judged"),
    "ticket_ids",
)
ISSUE_PLANS = ("week", "issue_id", "plan", "accounts_touched", "accounts_active", "ticket_ids")
ISSUE_TICKETS = ("week", "issue_id", "ticket_id", "this_week")
FIXES = (
    *("week", "issue_id", "fixed_on", "fixed_in", "verdict", "tickets_before", "tickets_after", "expected"),
    *("ratio", "ratio_low", "ratio_high", "why"),
)


def issues(whole: WeeklyReport) -> Rows:
    """The table of issues."""
    pages = {page.issue_id: page for page in whole.pages}
    for place, row in enumerate(whole.issues, 1):
        change, page, article = row.change, pages.get(row.id), row.article
        ratio = estimate(change.ratio if change else None)
        yield (
            *(
                str(whole.week),
                row.id,
                place,
                row.title,
                row.state,
                row.kind,
                row.tickets.value,
                row.tickets.before,
            ),
            *(change.direction if change else "", *ratio, change.certainty if change else ""),
            *(row.accounts.value, row.minutes.value, *estimate(row.forecast)),
            *((article.article_id, article.title) if article else ("", "")),
            *((utc(page.first_seen), utc(page.last_seen), page.summary) if page else (None, None, "")),
            ids(row.tickets.tickets),
        )


def issue_weeks(whole: WeeklyReport) -> Rows:
    """The tickets of each issue by week, as far back as its page shows, else its sparkline."""
    pages = {page.issue_id: page for page in whole.pages}
    for row in whole.issues:
        page = pages.get(row.id)
        for point in (page.trend if page else ()) or row.weekly:
            expected = estimate(point.expected)[:3]
            yield (str(whole.week), row.id, str(point.week), point.count, *expected, ids(point.tickets))


def issue_revenue(whole: WeeklyReport) -> Rows:
    """The revenue that each issue touched this week, by currency."""
    for row in whole.issues:
        for one in row.revenue:
            amounts = (one.currency, one.monthly, one.accounts, one.at_risk, one.judged)
            yield (str(whole.week), row.id, *amounts, ids(one.tickets))


def issue_plans(whole: WeeklyReport) -> Rows:
    """The plans that each issue touched this week."""
    for row in whole.issues:
        for one in row.plans:
            yield (str(whole.week), row.id, one.plan, one.touched, one.active, ids(one.tickets))


def issue_tickets(whole: WeeklyReport) -> Rows:
    """All tickets of each issue, a row each: to join with the tickets of a help desk."""
    pages = {page.issue_id: page for page in whole.pages}
    for row in whole.issues:
        page, now = pages.get(row.id), frozenset(row.tickets.tickets)
        known = dict.fromkeys((*(page.tickets.tickets if page else ()), *row.tickets.tickets))
        for ticket in known:
            yield (str(whole.week), row.id, ticket, ticket in now)


def fixes(whole: WeeklyReport) -> Rows:
    """What was said to be fixed, and what the tickets say of it."""
    for page in whole.pages:
        if page.fix is None:
            continue
        seen = page.fix.verification
        counts = (seen.verdict, seen.before, seen.after, seen.expected) if seen else ("", None, None, None)
        ratio = estimate(seen.ratio if seen else None)[:3]
        why = seen.why if seen else ""
        yield (str(whole.week), page.issue_id, page.fix.fixed_on, page.fix.fixed_in, *counts, *ratio, why)
