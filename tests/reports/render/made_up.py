"""A made-up report in which nothing is missing, and one in which everything is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from reports.forecast import DayForecast, ForecastReview
from reports.report import (
    AccountAtRisk,
    AgentReply,
    ArticleLink,
    ChurnSection,
    DayAgents,
    Footer,
    KnowledgeGap,
    MachineSection,
    ModelUsed,
    Sentence,
    VolumeSection,
    WeeklyReport,
    Window,
)
from reports.types import Estimate, Figure
from tests.reports.render.made_up_issues import (
    MONDAY,
    WEEK,
    ids,
    moment,
    page_of_first,
    page_of_second,
    points,
    rows,
)
from triage.audit.promise import MeasuredError
from triage.types import Reason

__all__ = ["MONDAY", "WEEK", "bare_report", "full_report", "points"]


def accounts():
    reasons = (
        Reason("asked how to cancel", 1.4, "T-9001", "how do we get out of the contract"),
        Reason("38 % fewer seats used than two months ago", 0.6),
    )
    return (
        AccountAtRisk(
            *("A-17", "Acme", "at_risk", 0.42, reasons, "Team", 1900.0, "EUR", date(2026, 4, 30)),
            change="up from 31 %",
            issues=("I-0001", "I-0004"),
            tickets=("T-9001", "T-1034"),
        ),
        AccountAtRisk("A-40", "", "explicit", None, (Reason("said that they leave", 2.0, "T-9002"),)),
    )


def service():
    names = (
        ("volume", 240.0, "tickets", 221.5, "created in the week"),
        ("first_reply_median", 48.0, "minutes", 61.0, "replied to in the week"),
        ("resolution_p90", 5900.0, "minutes", 5100.0, "solved in the week"),
        ("sla_first_reply", 0.934, "share", 0.951, "in time, of those due in the week"),
        ("csat_mean", 4.31, "of 5", 4.4, "rated, of those solved in the week"),
        ("answered_from_knowledge", None, "share", None, "of those created in the week"),
        ("nps", 31.0, "points", None, "last answer of 80 active accounts; no tickets are behind it"),
    )
    return tuple(
        Figure(name, value, unit, before, ids(5, round(value)) if name == "volume" else (), note)
        for name, value, unit, before, note in names
    )


def volume():
    first = MONDAY + timedelta(days=7)
    days = [first + timedelta(days=number) for number in range(7)]
    return VolumeSection(
        history=points(5, [210, 190, 230, 205, 215, 240, 226, 208, 219, 231, 222, 240]),
        weeks=tuple(
            DayForecast(first + timedelta(days=7 * n), Estimate(238 + n, 205 - n, 274 + 4 * n))
            for n in range(4)
        ),
        days=tuple(DayForecast(day, Estimate(34.0, 22, 47)) for day in days),
        agents=tuple(
            DayAgents(
                day, Estimate(34.0, 22, 47), moment(day, 10).astimezone(ZoneInfo("Europe/Berlin")), 3, 5, 4
            )
            for day in days[:5]
        ),
        review=ForecastReview(WEEK, Estimate(229, 196, 264), 240, 0.71, 6 / 7),
        promise="80 % of tickets answered within 60 minutes.",
        assumptions="A ticket takes 22 minutes; 30 % of paid time is away from the queue; Erlang C.",
    )


def machine():
    return MachineSection(
        audit=(
            MeasuredError("topic", 0.05, "kept", 212, 4, 0.0189, 0.005, 0.047, 0.68, 12, None),
            MeasuredError("urgency", 0.05, "too few yet", 0, 0, None, 0.0, 1.0, None, 30, 72),
        ),
        figures=(Figure("corrected topics", 0.041, "share", 0.05, ids(8, 7), "7 of 171 seen by people"),),
        sentences=(Sentence("The mix of topics is as in the weeks of training."),),
    )


def full_report():
    as_of = moment(MONDAY + timedelta(days=7), 3).astimezone(ZoneInfo("Europe/Berlin"))
    return WeeklyReport(
        week=WEEK,
        zone="Europe/Berlin",
        window=Window(moment(date(2025, 9, 1), 0), moment(MONDAY + timedelta(days=7), 0), as_of),
        headlines=(
            Sentence(
                "Double charges grow: 9 tickets of 7 accounts, three times the usual.",
                ids(1, 9, 34),
                "I-0001",
            ),
            Sentence("Reminder mails are back six weeks after their fix.", ids(2, 5, 33), "I-0002"),
            Sentence("Replies are faster than in the four weeks before."),
        ),
        issues=rows(),
        pages=(page_of_first(), page_of_second()),
        alone=Figure(
            "alone", 0.42, "share", tickets=ids(6, 101), note="of the week's tickets belong to no issue"
        ),
        false_alarms="At this setting expect about one false alarm in 14 weeks.",
        churn=ChurnSection(
            (Sentence("2 accounts are new on the list."),),
            accounts(),
            (Figure("newly_flagged", 2, "accounts", tickets=("T-9001", "T-9002")),),
        ),
        gaps=(
            KnowledgeGap(
                "Can guests comment?",
                6,
                ("can guests comment on a board", "=SUM(1) guests | comments"),
                ("nothing_close",),
                ids(7, 6),
                "I-0003",
                (ArticleLink("guests", "Sharing with guests", "https://help.example/guests"),),
                (AgentReply("Guests may comment once an editor invites them.", "T-7001"),),
            ),
        ),
        service=service(),
        volume=volume(),
        machine=machine(),
        footer=Footer(
            3120,
            412,
            moment(date(2025, 9, 1)),
            moment(MONDAY + timedelta(days=6), 20),
            (ModelUsed("topic", "v3"), ModelUsed("urgency", "v2")),
            ("Issues are grouped from 2 tickets on.",),
            "0.2.0",
        ),
        company="Harbour Boards",
    )


def bare_report():
    return replace(
        full_report(),
        headlines=(),
        issues=(),
        pages=(),
        alone=Figure("alone", None, "share"),
        churn=ChurnSection(),
        gaps=(),
        service=(),
        volume=VolumeSection(),
        machine=MachineSection(),
        footer=Footer(0, 0, None, None),
        company="",
    )
