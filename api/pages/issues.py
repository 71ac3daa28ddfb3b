"""Repeat issues: the list, one issue with its life and what persons may do about it, and the weekly report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from api.auth import page_caller
from api.current import parts_of_app
from api.errors import InvalidRequest
from api.issue_payloads import IssueChangeBody, ReportQuery
from api.operations import LEADERS, STAFF
from api.pages.blueprint import pages
from api.replies import FaultReply
from api.reporting import change_issue, listed_issues, report_of
from api.routes.reports import as_response, week_named
from api.times import local
from api.wiring import Parts
from reports.periods import weeks_until
from reports.render import FORMS, Form, content_security_policy, render
from reports.report import WeeklyReport
from reports.types import STATES, Issue, Week
from triage.types import Ticket

WEEKS_SHOWN = 12
WEEKS_OF_ONE = 26
WEEKS_LISTED = 20
TICKETS_SHOWN = 50
STATE_WORDS = {state: state.capitalize() for state in STATES}
KIND_WORDS = {"defect": "Defect", "how_to": "How-to", "request": "Wish", "": "Not known"}
LINEAGE_WORDS = {
    "born": "First found to repeat",
    "joined": "Joined",
    "split": "Split",
    "merged": "Merged",
    "renamed": "Renamed",
    "moved": "A ticket was moved here",
    "dismissed": "Said to be no issue",
    "reopened": "Opened again",
}


@dataclass(frozen=True, slots=True)
class _Step:
    """Something that happened to an issue."""

    what: str
    on: date
    by: str
    why: str = ""
    others: tuple[str, ...] = ()


@pages.get("/issues", endpoint="issues")
def issues() -> str:
    """Show all issues, the one with the latest ticket first."""
    parts = parts_of_app()
    page_caller(parts, STAFF)
    state = request.args.get("state", "")
    found = [
        issue
        for issue in listed_issues(parts)
        if (issue.state == state if state else issue.state != "dismissed")
    ]
    weeks = weeks_until(_this_week(parts), WEEKS_SHOWN)
    return render_template(
        "issues.html",
        rows=[(issue, _bars(issue, weeks)) for issue in found],
        state=state,
        states=STATE_WORDS,
        kinds=KIND_WORDS,
        weeks=weeks,
    )


@pages.get("/issues/<issue_id>", endpoint="issue")
def issue(issue_id: str) -> str:
    """Show an issue."""
    parts = parts_of_app()
    page_caller(parts, STAFF)
    found = parts.issues.issue(issue_id)
    shown = _tickets(parts, found)
    others = [one for one in listed_issues(parts) if one.id != found.id]
    return render_template(
        "issue.html",
        issue=found,
        bars=_bars(found, weeks_until(_this_week(parts), WEEKS_OF_ONE)),
        tickets=shown,
        representatives=[one for one in shown if one.id in found.representatives],
        others=others,
        states=STATE_WORDS,
        kinds=KIND_WORDS,
        life=_life(parts, found),
        today=local(parts, parts.now()).date().isoformat(),
    )


@pages.post("/issues/<issue_id>", endpoint="change_issue")
def change(issue_id: str) -> ResponseReturnValue:
    """Keep what a person says of an issue."""
    parts = parts_of_app()
    caller = page_caller(parts, LEADERS)
    act = request.form.get("act", "")
    now, desk, leads_to = parts.now(), parts.issues, issue_id
    if act == "merge":
        desk.merge(issue_id, request.form.get("other", ""), caller.name, now)
        flash("The two are one issue now.")
    elif act == "split":
        leads_to = desk.split(issue_id, request.form.getlist("tickets"), caller.name, now)
        flash("These tickets are an issue of their own now.")
    elif act == "move":
        for ticket_id in request.form.getlist("tickets"):
            desk.move(ticket_id, request.form.get("other", ""), caller.name, now)
        flash("The tickets were moved.")
    else:
        change_issue(parts, issue_id, _change(act), caller.name)
        flash("Kept.")
    return redirect(url_for("pages.issue", issue_id=leads_to), 303)


@pages.get("/reports", endpoint="reports")
def reports() -> str:
    """Show which weeks can be reported."""
    parts = parts_of_app()
    page_caller(parts, STAFF)
    last = parts.issues.last_week(parts.now())
    return render_template(
        "reports.html", weeks=tuple(reversed(weeks_until(last, WEEKS_LISTED))), forms=FORMS
    )


@pages.get("/reports/weekly/<name>", endpoint="weekly_report")
def weekly_report(name: str) -> Response:
    """Show a week's report, or give it in the form that its ending names."""
    parts = parts_of_app()
    page_caller(parts, STAFF)
    week_name, _, ending = name.partition(".")
    form: Form = next((one for one in FORMS if one == ending), "html")
    if ending and form != ending:
        raise InvalidRequest((FaultReply(field="week", detail=f"there is no form {ending!r}"),))
    query = _query()
    made = report_of(parts, week_named(week_name), as_of=query.as_of, restated=query.restated)
    response = as_response(render(made, form, base_url=""))
    if form == "html":
        response.headers["Content-Security-Policy"] = content_security_policy()
    return response


@pages.get("/reports/compare/<name>", endpoint="compare_report")
def compare(name: str) -> str:
    """Show a week as it was known then and as it is known today, side by side."""
    parts = parts_of_app()
    page_caller(parts, STAFF)
    week = week_named(name)
    then, today = report_of(parts, week), report_of(parts, week, restated=True)
    return render_template(
        "report_compare.html",
        week=week,
        then=then,
        today=today,
        figures=_side_by_side(then, today),
        issues=_issues_side_by_side(then, today),
    )


def _query() -> ReportQuery:
    try:
        return ReportQuery.model_validate(request.args.to_dict())
    except ValidationError as error:
        raise InvalidRequest.from_validation(error) from None


def _change(act: str) -> IssueChangeBody:
    given = {name: request.form.get(name, "").strip() for name in ("title", "fixed_on", "fixed_in", "kind")}
    wanted: dict[str, object] = {
        "rename": {"title": given["title"]},
        "fixed": {"state": "fixed", "fixed_on": given["fixed_on"] or None, "fixed_in": given["fixed_in"]},
        "dismiss": {"state": "dismissed"},
        "open": {"state": "open"},
        "kind": {"kind": given["kind"]},
    }
    try:
        return IssueChangeBody.model_validate(wanted.get(act, {}))
    except ValidationError as error:
        raise InvalidRequest.from_validation(error) from None


def _this_week(parts: Parts) -> Week:
    return Week.of(local(parts, parts.now()).date())


def _bars(issue: Issue, weeks: Sequence[Week]) -> list[tuple[str, int, float]]:
    """Week, count and height (a share of the tallest) of each bar."""
    counts = [issue.weekly.get(str(week), 0) for week in weeks]
    tallest = max([*counts, 1])
    return [(str(week), count, count / tallest) for week, count in zip(weeks, counts, strict=True)]


def _life(parts: Parts, issue: Issue) -> list[_Step]:
    """Its changes and what was done to it, the latest first."""
    # What is done at the end of a week has its first moment after it.
    moment = timedelta(microseconds=1)
    steps = [
        _Step(LINEAGE_WORDS[one.kind], local(parts, one.at - moment).date(), one.by, others=one.others)
        for one in issue.lineage
    ]
    steps += [_Step(STATE_WORDS[one.state], one.on, one.by, one.why) for one in issue.states]
    return sorted(steps, key=lambda step: step.on)[::-1]


def _tickets(parts: Parts, issue: Issue) -> list[Ticket]:
    """The tickets that show it best, then the latest."""
    wanted = [
        *issue.representatives,
        *(one for one in reversed(issue.tickets) if one not in issue.representatives),
    ]
    stored = parts.tickets.get_many(wanted[:TICKETS_SHOWN])
    return [stored[one].ticket for one in wanted[:TICKETS_SHOWN] if one in stored]


def _side_by_side(then: WeeklyReport, today: WeeklyReport) -> list[tuple[str, str, object, object]]:
    later = {figure.name: figure for figure in today.service}
    return [
        (figure.name, figure.unit, figure.value, later[figure.name].value if figure.name in later else None)
        for figure in then.service
    ]


def _issues_side_by_side(then: WeeklyReport, today: WeeklyReport) -> list[tuple[str, object, object]]:
    before, after = ({row.id: row for row in made.issues} for made in (then, today))
    ids = [*before, *(one for one in after if one not in before)]
    return [(one, before.get(one), after.get(one)) for one in ids]
