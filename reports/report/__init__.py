"""The finished weekly report: plain values that every form (page, PDF, Markdown, CSV, JSON) is made from.

Whatever is counted here carries the ids of its tickets, so that it opens wherever it is shown.
"""

from __future__ import annotations

from reports.report.issues import (
    AgentReply,
    ArticleLink,
    Change,
    CustomerQuote,
    Direction,
    FixReview,
    IssueKind,
    IssuePage,
    IssueRow,
    NamedCount,
    Sentence,
    WeekPoint,
)
from reports.report.sections import (
    AccountAtRisk,
    ChurnSection,
    DayAgents,
    KnowledgeGap,
    MachineSection,
    VolumeSection,
)
from reports.report.whole import Footer, ModelUsed, WeeklyReport, Window

__all__ = [
    "AccountAtRisk",
    "AgentReply",
    "ArticleLink",
    "Change",
    "ChurnSection",
    "CustomerQuote",
    "DayAgents",
    "Direction",
    "FixReview",
    "Footer",
    "IssueKind",
    "IssuePage",
    "IssueRow",
    "KnowledgeGap",
    "MachineSection",
    "ModelUsed",
    "NamedCount",
    "Sentence",
    "VolumeSection",
    "WeekPoint",
    "WeeklyReport",
    "Window",
]
