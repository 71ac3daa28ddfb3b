"""The columns and rows of the CSV files on everything but issues."""

from __future__ import annotations

from reports.render.canonical import digest_of
from reports.render.csv_values import Rows, estimate, ids, utc
from reports.report import WeeklyReport
from reports.types import Figure

REPORT = (
    *(
        "week",
        "zone",
        "begins_at",
        "ends_at",
        "as_of",
        "restated",
        "company",
        "tickets_read",
        "accounts_read",
    ),
    *("models", "program", "digest"),
)
HEADLINES = ("week", "place", "text", "issue_id", "ticket_ids")
ACCOUNTS = (
    *(
        "week",
        "place",
        "account_id",
        "name",
        "plan",
        "band",
        "risk",
        "horizon_days",
        "monthly_revenue",
        "currency",
    ),
    *("renews_on", "change", "reasons", "issue_ids", "ticket_ids"),
)
GAPS = ("week", "place", "title", "questions_asked", "questions", "reasons", "issue_id", "ticket_ids")
FIGURES = ("week", "section", "name", "value", "unit", "before", "note", "ticket_ids")
VOLUME = ("week", "kind", "first_day", "tickets", "low", "high", "level", "ticket_ids")
AGENTS = ("week", "day", "tickets", "low", "high", "busiest_at", "agents", "rostered", "on_a_busy_day")
AUDIT = (
    *(
        "week",
        "task",
        "promised",
        "verdict",
        "tickets",
        "errors",
        "error",
        "least",
        "most",
        "coverage",
        "waiting",
    ),
)


def report(whole: WeeklyReport) -> Rows:
    """One row on the report itself."""
    window, foot = whole.window, whole.footer
    yield (
        *(
            str(whole.week),
            whole.zone,
            utc(window.begin),
            utc(window.end),
            utc(window.as_of),
            window.restated,
        ),
        *(whole.company, foot.tickets, foot.accounts),
        "; ".join(f"{one.task} {one.version}" for one in foot.models),
        *(foot.program, digest_of(whole)),
    )


def headlines(whole: WeeklyReport) -> Rows:
    """The sentences at the top."""
    for place, one in enumerate(whole.headlines, 1):
        yield (str(whole.week), place, one.text, one.issue_id, ids(one.tickets))


def accounts(whole: WeeklyReport) -> Rows:
    """The accounts that may leave."""
    for place, one in enumerate(whole.churn.accounts, 1):
        yield (
            *(str(whole.week), place, one.account_id, one.name, one.plan, one.band, one.risk),
            *(whole.churn.horizon_days, one.revenue, one.currency, one.renews_on, one.change),
            "; ".join(reason.text for reason in one.reasons),
            *(ids(one.issues), ids(one.tickets)),
        )


def gaps(whole: WeeklyReport) -> Rows:
    """What the knowledge base lacks; questions stand a line each."""
    for place, one in enumerate(whole.gaps, 1):
        said = ("\n".join(one.questions), "; ".join(one.reasons))
        yield (str(whole.week), place, one.title, one.count, *said, one.issue_id, ids(one.tickets))


def figures(whole: WeeklyReport) -> Rows:
    """Every single figure: of the service, of churn, of the machine, and the tickets that belong to no issue."""
    sections: tuple[tuple[str, tuple[Figure, ...]], ...] = (
        ("issues", (whole.alone,)),
        ("service", whole.service),
        ("churn", whole.churn.figures),
        ("machine", whole.machine.figures),
    )
    for section, listed in sections:
        for one in listed:
            shown = (one.name, one.value, one.unit, one.before, one.note)
            yield (str(whole.week), section, *shown, ids(one.tickets))


def volume(whole: WeeklyReport) -> Rows:
    """Tickets that came (``actual_week``) and that are foretold (``forecast_week``, ``forecast_day``)."""
    section = whole.volume
    for point in section.history:
        shown = (point.week.monday, point.count, None, None, None)
        yield (str(whole.week), "actual_week", *shown, ids(point.tickets))
    for kind, listed in (("forecast_week", section.weeks), ("forecast_day", section.days)):
        for one in listed:
            yield (str(whole.week), kind, one.day, *estimate(one.tickets), "")
    if section.review is not None:
        made = section.review
        yield (str(whole.week), "last_forecast_week", made.week.monday, *estimate(made.forecast), "")


def agents(whole: WeeklyReport) -> Rows:
    """The agents needed, day by day."""
    for one in whole.volume.agents:
        needed = (one.agents, one.rostered, one.on_a_busy_day)
        yield (str(whole.week), one.day, *estimate(one.tickets)[:3], utc(one.busiest), *needed)


def audit(whole: WeeklyReport) -> Rows:
    """The error on the blind sample beside the promise."""
    for one in whole.machine.audit:
        counted = (one.task, one.promised, one.verdict, one.tickets, one.errors, one.error)
        yield (str(whole.week), *counted, one.least, one.most, one.coverage, one.waiting)
