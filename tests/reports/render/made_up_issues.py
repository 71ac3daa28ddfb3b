"""The issues of the made-up report."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta

from reports.impact import CostOfWaiting, PlanShare, Revenue
from reports.periods import weeks_until
from reports.report import (
    AgentReply,
    ArticleLink,
    Change,
    CustomerQuote,
    FixReview,
    IssuePage,
    IssueRow,
    NamedCount,
    Sentence,
    WeekPoint,
)
from reports.types import Estimate, Figure, Lineage, StateChange, Week
from reports.verification import Verification

WEEK = Week(2026, 12)
MONDAY = WEEK.monday


def moment(day, hour=9):
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def ids(issue, count, first=1):
    return tuple(f"T-{issue}{number:03d}" for number in range(first, first + count))


def points(issue, counts, expected=None):
    weeks = weeks_until(WEEK, len(counts))
    found, first = [], 1
    for place, (week, count) in enumerate(zip(weeks, counts, strict=True)):
        band = Estimate(expected, expected * 0.4, expected * 1.8) if expected and place >= 4 else None
        found.append(WeekPoint(week, count, ids(issue, count, first), band))
        first += count
    return tuple(found)


def row(number, title, state, kind, counts, **fields):
    weekly = points(number, counts)
    last, before = weekly[-1], [point.count for point in weekly[-5:-1]]
    given = {
        "change": Change(
            Estimate(3.1, 1.8, 5.4, 0.95), "chance alone gives as many once in 2,400 times", "up"
        ),
        "accounts": Figure("accounts", min(counts[-1], 7), tickets=last.tickets),
        "minutes": Figure("agent time", 200.0, "minutes", tickets=last.tickets, note="9 measured"),
        "plans": (
            PlanShare("Team", 5, 40, last.tickets[:5]),
            PlanShare("Enterprise", 2, 11, last.tickets[5:7]),
        ),
        "revenue": (Revenue("EUR", 12400.0, 7, 2100.0, 6, last.tickets),),
        "forecast": Estimate(24.2, 15, 36),
    } | fields
    tickets = Figure("tickets", counts[-1], before=sum(before) / 4, tickets=last.tickets)
    return IssueRow(f"I-{number:04d}", title, state, kind, tickets, weekly, **given)


def rows():
    return (
        row(
            1,
            "Charged twice after changing the plan",
            "growing",
            "defect",
            [2, 1, 3, 2, 2, 3, 2, 4, 3, 5, 6, 9],
        ),
        row(
            2,
            "Reminder mail sent again and again",
            "regressed",
            "defect",
            [6, 7, 5, 8, 2, 0, 0, 1, 0, 0, 3, 5],
            change=Change(Estimate(math.inf, 2.2, math.inf, 0.95), "once in 310 times", "up"),
            revenue=(
                Revenue("EUR", 3200.0, 3, None, 0, ids(2, 3)),
                Revenue("USD", 950.0, 1, 120.0, 1, ids(2, 1)),
            ),
        ),
        row(
            3,
            "How do I share a board with guests <outside> the team?",
            "steady",
            "how_to",
            [3, 4, 3, 2, 4, 3, 3, 4, 2, 3, 4, 3],
            change=Change(Estimate(1.0, 0.6, 1.7, 0.95), "no more than chance makes"),
            article=ArticleLink("guests", "Sharing with guests", "https://help.example/guests", 0.91),
        ),
        row(4, "Export stops at 1,000 rows", "new", "", [0] * 11 + [2], change=None, forecast=None, plans=()),
    )


def page_of_first():
    return IssuePage(
        issue_id="I-0001",
        summary="After a change of plan, customers see two charges for the same month; the second bears no invoice.",
        first_seen=moment(date(2025, 12, 1)),
        last_seen=moment(MONDAY + timedelta(days=5), 16),
        tickets=Figure("tickets", 42, tickets=ids(1, 42)),
        quotes=(
            CustomerQuote(
                "We changed to the yearly plan and were charged twice.", "T-1034", MONDAY, "Acme", "Team"
            ),
            CustomerQuote(
                "Zweimal abgebucht!\nBitte um Rückzahlung, 二重請求", "T-1036", MONDAY + timedelta(days=1)
            ),
        ),
        trend=points(1, [2, 1, 3, 2, 2, 3, 2, 4, 3, 5, 6, 9], expected=2.7),
        versions=(NamedCount("4.12.0", ids(1, 12)), NamedCount("4.12.1", ids(1, 6, 20))),
        codes=(NamedCount("BILL-409", ids(1, 8)),),
        plans=(PlanShare("Team", 21, 40, ids(1, 21)), PlanShare("", 2, 90, ids(1, 2))),
        revenue=(Revenue("EUR", 30900.0, 23, 4100.0, 20, ids(1, 30)),),
        evidence=(
            Sentence(
                "9 tickets in the last week where 2.9 were to be expected from the 12 before.", ids(1, 9, 34)
            ),
        ),
        workaround=(
            AgentReply(
                "I have refunded the second charge; please wait with the plan until the 1st.",
                "T-1030",
                MONDAY,
            ),
        ),
        waiting=CostOfWaiting(4, Estimate(24.2, 15, 36), Estimate(537, 333, 799)),
        cost="If nothing is done, expect 24 more tickets in 4 weeks (15 to 36), about 9.0 hours of agents' time.",
        outline=(
            AgentReply("Open Billing, Invoices, and look for the line Proration.", "T-1021", MONDAY, "Kim"),
        ),
        states=(
            StateChange("growing", MONDAY + timedelta(days=6), "9 tickets where 2.9 were to be expected."),
        ),
        lineage=(
            Lineage("born", moment(date(2025, 11, 30), 23) + timedelta(minutes=5)),
            Lineage("merged", moment(date(2026, 1, 12)), ("I-0007",), "dana"),
        ),
    )


def page_of_second():
    seen = Verification(
        "came_back", 26, 9, 4.2, Estimate(2.1, 1.1, 4.0, 0.95), "5 tickets in the last 7 days."
    )
    return IssuePage(
        issue_id="I-0002",
        summary="The reminder for an unpaid invoice is sent each hour until somebody opens it.",
        first_seen=moment(date(2025, 11, 3)),
        last_seen=moment(MONDAY + timedelta(days=6), 20),
        tickets=Figure("tickets", 37, tickets=ids(2, 37)),
        fix=FixReview(date(2026, 1, 30), "4.11.2", seen),
    )
