"""The whole weekly report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reports.report.issues import IssuePage, IssueRow, Sentence
from reports.report.sections import ChurnSection, KnowledgeGap, MachineSection, VolumeSection
from reports.types import Figure, Week


@dataclass(frozen=True, slots=True)
class Window:
    """What the report looked at: tickets created from ``begin`` up to ``end`` (excluded), as known at ``as_of``.

    A ``restated`` report is one of a past week with what is known later.
    """

    begin: datetime
    end: datetime
    as_of: datetime
    restated: bool = False


@dataclass(frozen=True, slots=True)
class ModelUsed:
    """A model that spoke in the report."""

    task: str
    version: str


@dataclass(frozen=True, slots=True)
class Footer:
    """What the report rests on. Its digest is `reports.render.digest_of`."""

    tickets: int
    accounts: int
    first_ticket: datetime | None
    last_ticket: datetime | None
    models: tuple[ModelUsed, ...] = ()
    settings: tuple[str, ...] = ()  # sentences on the settings that were not the default
    program: str = ""  # the program's version


@dataclass(frozen=True, slots=True)
class WeeklyReport:
    """A week's report.

    Args:
        week: the week.
        zone: the IANA name of the time zone whose Monday begins it; all moments are shown in it.
        window: what was looked at.
        headlines: what a manager reads if nothing else.
        issues: the table, the most costly first.
        pages: one for each issue worth a page, in the order of the table.
        alone: the share of the week's tickets that belong to no issue.
        false_alarms: how often the setting raises one, in a sentence.
        churn: who may leave.
        gaps: what the knowledge base lacks.
        service: volume, replies, promises, satisfaction.
        volume: the forecast and the agents needed.
        machine: how the machine did.
        footer: what it rests on.
        company: the name to show at the top.
    """

    week: Week
    zone: str
    window: Window
    headlines: tuple[Sentence, ...]
    issues: tuple[IssueRow, ...]
    pages: tuple[IssuePage, ...]
    alone: Figure
    false_alarms: str
    churn: ChurnSection
    gaps: tuple[KnowledgeGap, ...]
    service: tuple[Figure, ...]
    volume: VolumeSection
    machine: MachineSection
    footer: Footer
    company: str = ""
