"""A page for each issue: what a product team needs to act on it without asking back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping

from reports.impact import impact_of
from reports.knowledge import outline_of
from reports.mentions import codes_in, versions_in
from reports.periods import weeks_until
from reports.report import CustomerQuote, FixReview, IssuePage, IssueRow, NamedCount, Sentence, WeekPoint
from reports.states import sentence
from reports.types import Estimate, Figure, Issue, Week
from reports.verification import Verification, verify_fix
from reports.weekly.material import Material
from reports.weekly.rows import forecast_of
from reports.wording import counted
from triage.text import clean
from triage.types import Ticket

_QUOTES = 3
_LONGEST_QUOTE = 300
_WEEKS = 52
_BASELINE = 12
_LEAST_BASELINE = 4
_LEVEL = 0.9
_LEAST_TICKETS = 3  # an issue with fewer has a row and no page
_MOST_PAGES = 25
_AHEAD = 4


def pages_of(
    material: Material, rows: tuple[IssueRow, ...], risks: Mapping[str, float]
) -> tuple[IssuePage, ...]:
    """Give the pages of the issues that are worth one, in the order of the table."""
    by_id = {issue.id: issue for issue in material.issues}
    worth = [row for row in rows if len(by_id[row.id].tickets) >= _LEAST_TICKETS]
    return tuple(_page(material, by_id[row.id], row, risks) for row in worth[:_MOST_PAGES])


def verification_of(material: Material, issue: Issue) -> Verification | None:
    """Whether the issue's fix worked; None where none was said, or it lies ahead."""
    if issue.fixed_on is None or issue.fixed_on > material.today:
        return None
    return verify_fix(
        [material.day_of(one) for one in material.tickets_of(issue)],
        issue.fixed_on,
        material.today,
        material.exposure,
        first_seen=issue.first_seen.date(),
        extra=material.extra,
    )


def _page(material: Material, issue: Issue, row: IssueRow, risks: Mapping[str, float]) -> IssuePage:
    tickets = material.tickets_of(issue)
    whole = impact_of(
        issue.id,
        tickets,
        material.by_account,
        material.today,
        forecast_of(material, issue),
        risks=risks,
        time=material.sources.time,
        weeks=_AHEAD,
    )
    replies = outline_of(issue, material.by_id, material.zone)
    verification = verification_of(material, issue)
    fix = FixReview(issue.fixed_on, issue.fixed_in, verification) if issue.fixed_on else None
    return IssuePage(
        issue_id=issue.id,
        summary=_summary(material, issue, whole.accounts),
        first_seen=issue.first_seen,
        last_seen=issue.last_seen,
        tickets=Figure("tickets", len(tickets), "tickets", tickets=issue.tickets),
        quotes=_quotes(material, issue),
        trend=_trend(material, issue),
        versions=_named(tickets, versions_in),
        codes=_named(tickets, codes_in),
        plans=whole.plans,
        revenue=whole.revenue,
        evidence=_evidence(material, issue, verification),
        workaround=replies[:1],
        waiting=whole.waiting,
        cost=whole.sentence,
        fix=fix,
        outline=() if row.article else replies,
        states=issue.states,
        lineage=issue.lineage,
    )


def _summary(material: Material, issue: Issue, accounts: Figure) -> str:
    since = f"since {issue.first_seen.date().isoformat()}"
    from_accounts = f" from {counted(int(accounts.value or 0), 'account')}" if accounts.value else ""
    this_week = issue.weekly.get(str(material.week), 0)
    return (
        f"{counted(len(issue.tickets), 'ticket')}{from_accounts} {since}, {this_week} of them this week."
        f" In a customer's words: “{issue.title}”."
    )


def _quotes(material: Material, issue: Issue) -> tuple[CustomerQuote, ...]:
    """Of the tickets that show it best, one a customer's account."""
    quotes: list[CustomerQuote] = []
    seen: set[str] = set()
    for ticket_id in (*issue.representatives, *reversed(issue.tickets)):
        ticket = material.by_id.get(ticket_id)
        if ticket is None or (ticket.account_id or ticket.id) in seen or len(quotes) == _QUOTES:
            continue
        text = _meant(ticket)
        if text:
            seen.add(ticket.account_id or ticket.id)
            account = material.by_account.get(ticket.account_id)
            quotes.append(
                CustomerQuote(
                    text,
                    ticket.id,
                    material.day_of(ticket),
                    account.name if account else "",
                    account.plan if account else "",
                )
            )
    return tuple(quotes)


def _meant(ticket: Ticket) -> str:
    """The message without greeting and signature, cut at a word where it is long."""
    text = clean("", ticket.body).text.strip() or ticket.subject
    return text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"


def _trend(material: Material, issue: Issue) -> tuple[WeekPoint, ...]:
    born = Week.of(issue.first_seen.date())
    weeks = [week for week in weeks_until(material.week, _WEEKS) if week >= born]
    points = []
    for place, week in enumerate(weeks):
        expected = _expected(material, issue, weeks[max(1, place - _BASELINE) : place], week)
        count = issue.weekly.get(str(week), 0)
        points.append(WeekPoint(week, count, material.in_week(issue, week), expected))
    return tuple(points)


def _expected(material: Material, issue: Issue, before: list[Week], week: Week) -> Estimate | None:
    """The band in which a week's count lies if the rate of the weeks before holds."""
    from scipy.stats import nbinom, poisson

    exposed = sum(material.exposure.week(one) for one in before)
    if len(before) < _LEAST_BASELINE or not exposed:
        return None
    seen = sum(issue.weekly.get(str(one), 0) for one in before)
    mean = seen / exposed * material.exposure.week(week)
    tail = (1 - _LEVEL) / 2
    if material.extra and mean:
        shape = 1 / material.extra
        low, high = nbinom.ppf([tail, 1 - tail], shape, shape / (shape + mean))
    else:
        low, high = poisson.ppf([tail, 1 - tail], mean)
    return Estimate(mean, max(float(low), 0.0), max(float(high), 0.0), _LEVEL)


def _named(tickets: tuple[Ticket, ...], find: Callable[[str], tuple[str, ...]]) -> tuple[NamedCount, ...]:
    found: dict[str, list[str]] = defaultdict(list)
    for ticket in tickets:
        for name in find(f"{ticket.subject}\n{ticket.body}"):
            found[name].append(ticket.id)
    ordered = sorted(found, key=lambda name: (-len(found[name]), name))
    return tuple(NamedCount(name, tuple(found[name])) for name in ordered)


def _evidence(material: Material, issue: Issue, verification: Verification | None) -> tuple[Sentence, ...]:
    told = [] if verification is None else [verification.why]
    trend = material.trends.get(issue.id)
    if trend is not None:
        told.append(sentence(trend))
    last = issue.states[-1:]
    if last and last[0].why and (trend is None or last[0].on >= material.week.monday):
        told.append(last[0].why)
    recent = [one for week in weeks_until(material.week, 4) for one in material.in_week(issue, week)]
    return tuple(Sentence(text, tuple(recent), issue.id) for text in dict.fromkeys(told))
