"""What an issue costs: tickets, accounts, plans, revenue touched and at risk, agents' time, and four more weeks."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from reports.types import Estimate, Figure
from reports.wording import counted
from triage.types import Account, Ticket


@dataclass(frozen=True, slots=True)
class AgentTime:
    """How an agent's minutes for a ticket are found.

    The table ``by_topic`` speaks first. Else it is the time from first reply to solution, at most ``cap`` minutes,
    because much of it is waiting for the customer. A ticket with neither is given the median of those that have it,
    and ``usual`` minutes where none has.
    """

    by_topic: Mapping[str, float] = field(default_factory=dict)
    cap: float = 45.0
    usual: float = 15.0


@dataclass(frozen=True, slots=True)
class PlanShare:
    """Accounts of a plan that an issue touched, of all that are active on it."""

    plan: str
    touched: int
    active: int
    tickets: tuple[str, ...]

    @property
    def share(self) -> float:
        """The touched among the active."""
        return self.touched / self.active


@dataclass(frozen=True, slots=True)
class Revenue:
    """Monthly recurring revenue of the accounts touched, in one currency.

    ``at_risk`` is the sum of each account's revenue times its probability of leaving, over the ``judged`` accounts
    that have one; None where none has.
    """

    currency: str
    monthly: float
    accounts: int
    at_risk: float | None
    judged: int
    tickets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CostOfWaiting:
    """What the coming weeks bring if nothing is done: tickets and agents' minutes, with their intervals."""

    weeks: int
    tickets: Estimate
    minutes: Estimate


@dataclass(frozen=True, slots=True)
class Impact:
    """What an issue did in a time. ``revenue`` is by currency; ``left`` are the touched accounts that have gone."""

    issue_id: str
    tickets: Figure
    accounts: Figure
    minutes: Figure
    plans: tuple[PlanShare, ...]
    revenue: tuple[Revenue, ...]
    left: tuple[str, ...]
    waiting: CostOfWaiting

    @property
    def sentence(self) -> str:
        """The cost of not fixing, in words."""
        tickets, hours = self.waiting.tickets, self.waiting.minutes.value / 60
        return (
            f"If nothing is done, expect {tickets.value:.0f} more tickets in {self.waiting.weeks} weeks"
            f" ({tickets.low:.0f} to {tickets.high:.0f}), about {hours:.1f} hours of agents' time."
        )


def impact_of(
    issue_id: str,
    tickets: Sequence[Ticket],
    accounts: Mapping[str, Account],
    today: date,
    forecast: Estimate,
    *,
    risks: Mapping[str, float] | None = None,
    time: AgentTime = AgentTime(),
    weeks: int = 4,
) -> Impact:
    """Add up what an issue's tickets of a time cost.

    Args:
        issue_id: the issue.
        tickets: its tickets of the time.
        accounts: all accounts by id.
        today: the last day of the report; accounts that had left by then have no revenue any more.
        forecast: from `reports.forecast.issue_forecast`, of the coming ``weeks``.
        risks: by account id, its probability of leaving.
        time: how minutes are found.
        weeks: of the forecast.
    """
    touched = _by_account(tickets)
    known = {one: accounts[one] for one in touched if one in accounts}
    active = {one: account for one, account in known.items() if _active(account, today)}
    minutes = agent_minutes(tickets, time)
    each = (minutes.value or 0.0) / len(tickets) if tickets else time.usual
    return Impact(
        issue_id=issue_id,
        tickets=Figure("tickets", len(tickets), tickets=_ids(tickets)),
        accounts=_accounts_figure(tickets, touched, known),
        minutes=minutes,
        plans=_plans(touched, active, accounts, today),
        revenue=_revenue(touched, active, risks or {}),
        left=tuple(sorted(known.keys() - active.keys())),
        waiting=CostOfWaiting(
            weeks,
            forecast,
            Estimate(forecast.value * each, forecast.low * each, forecast.high * each, forecast.level),
        ),
    )


def agent_minutes(tickets: Sequence[Ticket], time: AgentTime = AgentTime()) -> Figure:
    """Add up agents' minutes; the note says how many tickets were measured and how many estimated."""
    by_topic = [time.by_topic.get(ticket.topic) for ticket in tickets]
    spans = [_span(ticket, time.cap) for ticket in tickets]
    measured = [
        span for known, span in zip(by_topic, spans, strict=True) if known is None and span is not None
    ]
    usual = statistics.median(measured) if measured else time.usual
    total, estimated = 0.0, 0
    for known, span in zip(by_topic, spans, strict=True):
        estimated += known is None and span is None
        total += known if known is not None else span if span is not None else usual
    listed = sum(known is not None for known in by_topic)
    told = (
        (listed, "by the table of topics"),
        (len(measured), f"from first reply to solution (at most {time.cap:g} minutes)"),
        (estimated, f"estimated at {usual:.0f} minutes"),
    )
    note = ", ".join(f"{count} {how}" for count, how in told if count)
    return Figure("agent time", total, "minutes", tickets=_ids(tickets), note=note)


def _by_account(tickets: Sequence[Ticket]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for ticket in tickets:
        if ticket.account_id:
            found.setdefault(ticket.account_id, []).append(ticket.id)
    return found


def _accounts_figure(
    tickets: Sequence[Ticket], touched: Mapping[str, Sequence[str]], known: Mapping[str, Account]
) -> Figure:
    without = sum(not ticket.account_id for ticket in tickets)
    notes = []
    if without:
        notes.append(f"{counted(without, 'ticket')} without an account")
    if len(touched) > len(known):
        notes.append(f"{counted(len(touched) - len(known), 'account')} missing in the list of accounts")
    behind = tuple(ticket.id for ticket in tickets if ticket.account_id)
    return Figure("accounts", len(touched), tickets=behind, note="; ".join(notes))


def _plans(
    touched: Mapping[str, Sequence[str]],
    active: Mapping[str, Account],
    accounts: Mapping[str, Account],
    today: date,
) -> tuple[PlanShare, ...]:
    on_plan = Counter(account.plan for account in accounts.values() if _active(account, today))
    shares = []
    for plan in sorted({account.plan for account in active.values()}):
        of_plan = [one for one in touched if one in active and active[one].plan == plan]
        behind = tuple(ticket for one in of_plan for ticket in touched[one])
        shares.append(PlanShare(plan, len(of_plan), on_plan[plan], behind))
    return tuple(sorted(shares, key=lambda share: (-share.touched, share.plan)))


def _revenue(
    touched: Mapping[str, Sequence[str]], active: Mapping[str, Account], risks: Mapping[str, float]
) -> tuple[Revenue, ...]:
    paying: dict[str, list[tuple[str, float]]] = {}
    for one, account in active.items():
        if account.mrr is not None:
            paying.setdefault(account.currency, []).append((one, account.mrr))
    found = []
    for currency, accounts in paying.items():
        at_risk = [mrr * risks[one] for one, mrr in accounts if one in risks]
        found.append(
            Revenue(
                currency=currency,
                monthly=sum(mrr for _, mrr in accounts),
                accounts=len(accounts),
                at_risk=sum(at_risk) if at_risk else None,
                judged=len(at_risk),
                tickets=tuple(ticket for one, _ in accounts for ticket in touched[one]),
            )
        )
    return tuple(sorted(found, key=lambda revenue: (-revenue.monthly, revenue.currency)))


def _active(account: Account, today: date) -> bool:
    came = account.signed_up_on is None or account.signed_up_on <= today
    return came and (account.churned_on is None or account.churned_on > today)


def _span(ticket: Ticket, cap: float) -> float | None:
    if ticket.first_replied_at is None or ticket.solved_at is None:
        return None
    minutes = (ticket.solved_at - ticket.first_replied_at).total_seconds() / 60
    return min(max(minutes, 0.0), cap)


def _ids(tickets: Sequence[Ticket]) -> tuple[str, ...]:
    return tuple(ticket.id for ticket in tickets)
