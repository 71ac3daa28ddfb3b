"""The rows of the table of operations that are about issues and weekly reports."""

from __future__ import annotations

from api.described import LEADERS, STAFF, Operation
from api.issue_payloads import IssueChangeBody, IssueMergeBody, IssuesQuery, IssueTicketsBody, ReportQuery
from api.issue_replies import IssueReply, IssuesReply

_ISSUE = "/issues/<issue_id>"

ISSUE_OPERATIONS: dict[str, Operation] = {
    "list_issues": Operation(
        "GET",
        "/issues",
        "Repeat issues, the one with the latest ticket first",
        STAFF,
        query=IssuesQuery,
        gives=IssuesReply,
    ),
    "read_issue": Operation(
        "GET", _ISSUE, "An issue with its life, its weeks and its tickets", STAFF, gives=IssueReply
    ),
    "change_issue": Operation(
        "PATCH",
        _ISSUE,
        "Rename an issue, or say that it is fixed, no issue, open again, or what kind it is",
        LEADERS,
        takes=IssueChangeBody,
        gives=IssueReply,
    ),
    "merge_issue": Operation(
        "POST",
        f"{_ISSUE}/merge",
        "Let an issue take up another",
        LEADERS,
        takes=IssueMergeBody,
        gives=IssueReply,
        repeatable=True,
    ),
    "split_issue": Operation(
        "POST",
        f"{_ISSUE}/split",
        "Make some of an issue's tickets an issue of their own",
        LEADERS,
        takes=IssueTicketsBody,
        gives=IssueReply,
        statuses=(201,),
        repeatable=True,
    ),
    "move_to_issue": Operation(
        "POST",
        f"{_ISSUE}/tickets",
        "Move tickets to an issue",
        LEADERS,
        takes=IssueTicketsBody,
        gives=IssueReply,
        repeatable=True,
    ),
    "weekly_report": Operation(
        "GET",
        "/reports/weekly/<week>",
        "A week's report, in the form that Accept or the ending (.json .csv .md .html .pdf) asks for",
        STAFF,
        query=ReportQuery,
        also=("text/html", "text/markdown", "application/zip", "application/pdf"),
    ),
}
