"""What a weekly report is made of: the tickets, accounts and issues as known, with their trends."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

from reports.exposure import Exposure, exposure_of
from reports.history import History, history_of
from reports.impact import AgentTime
from reports.knowledge import FindArticles
from reports.metrics import Due, Minutes, calendar_minutes, nothing_due
from reports.periods import days_of, local_day, span, within
from reports.report import ChurnSection, KnowledgeGap, MachineSection, ModelUsed, Window
from reports.staffing import Promise
from reports.trends import Trend, TrendSetting, trends_of, variation
from reports.types import Issue, Week
from triage.types import Account, Ticket

_YEAR_OF_WEEKS = 53
USUAL = TrendSetting()


@dataclass(frozen=True, slots=True)
class Sources:
    """What other parts of the program know, as callables of the report's window or moment.

    Args:
        articles: for a moment, a function from a question to the articles of then that answer it.
        gaps: what was asked in vain within the window.
        risks: by account id, the probability of leaving, as of a moment.
        churn: who may leave, as of the window's end.
        machine: how the machine did within the window.
        answered: ids of the tickets answered from the knowledge base; None where that is not kept.
        models: which models spoke.
        due: gives when replies and solutions were promised.
        minutes: the time between two moments, in the hours that count.
        time: how agents' minutes are found.
        promise: what the agents are to keep.
        settings: sentences on what is not set as usual.
        company: gives the name at the top.
        program: the program's version.
    """

    articles: Callable[[datetime], FindArticles] = lambda moment: lambda question: ()
    gaps: Callable[[Window], Sequence[KnowledgeGap]] = lambda window: ()
    risks: Callable[[datetime], Mapping[str, float]] = lambda moment: {}
    churn: Callable[[Window], ChurnSection] = lambda window: ChurnSection()
    machine: Callable[[Window], MachineSection] = lambda window: MachineSection()
    answered: Callable[[Window], Collection[str] | None] = lambda window: None
    models: Callable[[], Sequence[ModelUsed]] = lambda: ()
    due: Callable[[], Due] = lambda: nothing_due
    minutes: Minutes = calendar_minutes
    time: AgentTime = field(default_factory=AgentTime)
    promise: Promise = field(default_factory=Promise)
    settings: tuple[str, ...] = ()
    company: Callable[[], str] = lambda: ""
    program: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """All that the sections of a report are made from.

    ``tickets`` came before the window's end, the oldest first; ``issues`` count only those; ``today`` is the last day
    looked at; ``alone`` are the week's tickets that were grouped with none.
    """

    week: Week
    zone: tzinfo
    zone_name: str
    window: Window
    today: date
    tickets: tuple[Ticket, ...]
    accounts: tuple[Account, ...]
    issues: tuple[Issue, ...]
    exposure: Exposure
    history: History
    extra: float
    sources: Sources
    trends: Mapping[str, Trend] = field(default_factory=dict)
    by_id: Mapping[str, Ticket] = field(default_factory=dict)
    by_account: Mapping[str, Account] = field(default_factory=dict)
    setting: TrendSetting = field(default_factory=TrendSetting)

    @property
    def of_week(self) -> tuple[Ticket, ...]:
        """The tickets of the week."""
        return tuple(
            one for one in self.tickets if within(one.created_at, self.window.begin, self.window.end)
        )

    def tickets_of(self, issue: Issue) -> tuple[Ticket, ...]:
        """An issue's tickets, the oldest first."""
        return tuple(self.by_id[one] for one in issue.tickets)

    def in_week(self, issue: Issue, week: Week) -> tuple[str, ...]:
        """The ids of an issue's tickets of a week."""
        begin, end = span(week, self.zone)
        return tuple(one.id for one in self.tickets_of(issue) if within(one.created_at, begin, end))

    def day_of(self, ticket: Ticket) -> date:
        """The day a ticket came."""
        return local_day(ticket.created_at or self.window.begin, self.zone)


def window_of(week: Week, zone: tzinfo, as_of: datetime, restated: bool) -> Window:
    """The time of a week that a report looks at."""
    begin, end = span(week, zone)
    return Window(begin, min(end, as_of) if as_of > begin else end, as_of, restated)


def material_of(
    week: Week,
    zone: tzinfo,
    zone_name: str,
    window: Window,
    tickets: Sequence[Ticket],
    accounts: Sequence[Account],
    issues: Sequence[Issue],
    sources: Sources,
    setting: TrendSetting = USUAL,
) -> Material:
    """Lay out what a report needs.

    Args:
        week: of the report.
        zone: whose Monday begins it.
        zone_name: its IANA name.
        window: what is looked at.
        tickets: as known, the oldest first.
        accounts: as known.
        issues: of these tickets.
        sources: what other parts of the program know.
        setting: how sure trends have to be.
    """
    looked_at = tuple(one for one in tickets if one.created_at and one.created_at < window.end)
    today = min(days_of(week)[-1], local_day(window.end - timedelta(microseconds=1), zone))
    arrivals = [local_day(one.created_at, zone) for one in looked_at if one.created_at]
    first = min([*arrivals, week.monday]) if arrivals else week.monday
    begin = max(first, week.monday - timedelta(weeks=_YEAR_OF_WEEKS)) - timedelta(days=first.weekday() + 7)
    exposure = exposure_of(accounts, arrivals, begin, today)
    counted = [issue for issue in issues if issue.state != "dismissed"]
    weeks = max(setting.lookback, setting.compared)
    history = history_of(counted, week, exposure, Week.of(first), weeks, max(setting.windows))
    extra = variation(history, setting)
    return Material(
        week=week,
        zone=zone,
        zone_name=zone_name,
        window=window,
        today=today,
        tickets=looked_at,
        accounts=tuple(accounts),
        issues=tuple(issues),
        exposure=exposure,
        history=history,
        extra=extra,
        sources=sources,
        trends={one.issue_id: one for one in trends_of(history, setting)},
        by_id={one.id: one for one in looked_at},
        by_account={one.account_id: one for one in accounts},
        setting=setting,
    )
