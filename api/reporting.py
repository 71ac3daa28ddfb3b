"""Assembles the reports room, and does what is asked of it from the web, the commands and the job queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from api import __version__
from api.report_settings import SETTING, ReportSettings, dump_report_settings, parse_report_settings
from reports.errors import NothingToReport
from reports.periods import span
from reports.render import Form, Rendered, digest_of, render
from reports.report import WeeklyReport
from reports.service import IssueDesk
from reports.store import IssueStore, Snapshot
from reports.types import Issue, Week
from reports.weekly import Sources
from triage.destinations import concealed, revealed

if TYPE_CHECKING:
    from api.issue_payloads import IssueChangeBody
    from api.wiring import Parts
    from triage.types import Triage


def make_issue_desk(parts: Parts) -> IssueDesk:
    """The issue desk over a database; what is heavy is loaded when it is first needed."""
    from api import report_sources as told

    sources = Sources(
        articles=lambda moment: told.articles_of(parts, moment),
        gaps=lambda window: told.gaps_of(parts, window),
        risks=lambda moment: told.risks_of(parts, moment),
        churn=lambda window: told.churn_of(parts, window),
        machine=lambda window: told.machine_of(parts, window),
        models=lambda: told.models_of(parts),
        answered=lambda window: told.answered_tickets(parts, window),
        due=lambda: told.promises_of(parts),
        company=lambda: settings_of(parts).company,
        program=__version__,
    )
    zone = ZoneInfo(parts.settings.time_zone)
    return IssueDesk(IssueStore(parts.engine), parts.tickets, lambda: parts.ticket_embedder, zone, sources)


def settings_of(parts: Parts) -> ReportSettings:
    """What the team has set for its report.

    Raises:
        InvalidSettings: the document that is kept has faults.
    """
    return parse_report_settings(parts.tickets.setting(SETTING).document, parts.settings.time_zone)


def set_report_settings(parts: Parts, document: object, who: str) -> None:
    """Set when the report is made and where it goes; addresses that `shown_settings` cut short stay as they are.

    Raises:
        InvalidSettings: with all faults of the document.
    """
    kept = parts.tickets.setting(SETTING)
    before = parse_report_settings(kept.document, parts.settings.time_zone)
    read = parse_report_settings(revealed(document, before.destinations), parts.settings.time_zone)
    parts.tickets.put_setting(SETTING, dump_report_settings(read), kept.version, who, parts.now())


def shown_settings(parts: Parts) -> dict[str, Any]:
    """What the team has set, as it may be shown: who knows the address of a webhook can post there."""
    settings = settings_of(parts)
    shown = tuple(concealed(one) for one in settings.destinations)
    return dump_report_settings(replace(settings, destinations=shown))


def report_of(parts: Parts, week: Week, *, as_of: date | None = None, restated: bool = False) -> WeeklyReport:
    """A week's report; ``as_of`` is a day at whose end it was known.

    Raises:
        NothingToReport: the week has not begun, or nothing was known of it.
    """
    moment = None if as_of is None else end_of_day(as_of, ZoneInfo(parts.settings.time_zone))
    return parts.issues.report(week, now=parts.now(), as_of=moment, restated=restated)


def rendered(parts: Parts, report: WeeklyReport, form: Form, *, base_url: str | None = None) -> Rendered:
    """A report in a form."""
    return render(report, form, base_url=base_url)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a day is over in a zone."""
    return datetime.combine(day + timedelta(days=1), time(0), zone)


def is_due(settings: ReportSettings, now: datetime) -> bool:
    """Whether the moment has come this week at which last week's report is made."""
    local = now.astimezone(ZoneInfo(settings.zone))
    monday = local.date() - timedelta(days=local.weekday())
    day = monday + timedelta(days=settings.weekday)
    return now >= datetime.combine(day, settings.at, ZoneInfo(settings.zone))


def make_due_report(parts: Parts) -> str:
    """Make and keep last week's report once its moment has come, and queue what was not tried to be delivered yet.

    A report that was kept before the week was over is made anew.

    Returns:
        The week; empty where nothing was due.
    """
    settings, store = settings_of(parts), IssueStore(parts.engine)
    week = parts.issues.last_week(parts.now())
    if not is_due(settings, parts.now()):
        return ""
    kept, tried = store.snapshot(str(week)), store.tried(week)
    waiting = [sink.name for sink in settings.destinations if sink.name not in tried]
    whole = kept is not None and kept.as_of >= span(week, ZoneInfo(parts.settings.time_zone))[1]
    if whole and not waiting:
        return ""
    if not whole:
        parts.issues.regroup(parts.now())
        try:
            keep(parts, report_of(parts, week))
        except NothingToReport:
            return ""
    for sink in waiting:
        payload = {"week": str(week), "sink": sink}
        parts.queue.enqueue("deliver_report", payload, key=f"report {week} {sink}")
    return str(week)


def keep(parts: Parts, report: WeeklyReport) -> None:
    """Keep a report as it was made."""
    made = render(report, "json")
    snapshot = Snapshot(
        str(report.week), report.window.as_of, parts.now(), digest_of(report), made.content.decode()
    )
    IssueStore(parts.engine).put_snapshot(snapshot)


def join_triaged(parts: Parts, made: Sequence[Triage]) -> None:
    """Let triaged tickets belong to the issue that was found for them."""
    for triage in made:
        if triage.issue_id:
            parts.issues.join(triage.ticket_id, triage.issue_id, parts.now())


def listed_issues(parts: Parts, state: str | None = None) -> list[Issue]:
    """All issues, or those of a state; the one with the latest ticket first."""
    found = [issue for issue in parts.issues.issues() if state is None or issue.state == state]
    return sorted(found, key=lambda issue: (-issue.last_seen.timestamp(), issue.id))


def change_issue(parts: Parts, issue_id: str, body: IssueChangeBody, by: str) -> None:
    """Keep what a person says of an issue.

    Raises:
        IssueNotFound: there is no such issue.
        InvalidIssueChange: the change cannot be made.
    """
    desk, now = parts.issues, parts.now()
    if body.title is not None:
        desk.rename(issue_id, body.title, by, now)
    if body.kind is not None:
        desk.tell_kind(issue_id, body.kind, by, now)
    if body.state == "fixed" and body.fixed_on is not None:
        desk.fixed(issue_id, body.fixed_on, body.fixed_in, by, now)
    elif body.state == "dismissed":
        desk.dismiss(issue_id, by, now)
    elif body.state == "open":
        desk.reopen(issue_id, by, now)
