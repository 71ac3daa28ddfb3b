"""How the service did in a week beside the four weeks before, each figure with the tickets it was counted from."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime, tzinfo

from reports.measures import Measure, Period, backlog, mean_of, share_kept, share_of, took, volume
from reports.periods import shifted, span
from reports.types import Figure, Week
from triage.types import Account, DueTimes, Ticket

WEEKS_BEFORE = 4
Minutes = Callable[[datetime, datetime], float]
Due = Callable[[Ticket], DueTimes]


def calendar_minutes(start: datetime, end: datetime) -> float:
    """Minutes by the clock, nights and weekends too; give business minutes instead where the promise is in those."""
    return (end - start).total_seconds() / 60


def nothing_due(_: Ticket) -> DueTimes:
    """No ticket was promised anything."""
    return DueTimes()


def service_metrics(
    tickets: Sequence[Ticket],
    week: Week,
    zone: tzinfo,
    now: datetime,
    *,
    minutes: Minutes = calendar_minutes,
    due: Due = nothing_due,
    answered: Collection[str] | None = None,
    accounts: Sequence[Account] = (),
) -> tuple[Figure, ...]:
    """Give the figures of a week.

    A reply counts in the week it was given and a solution in the week it was reached, so that slow ones are not
    missing. A share or mean without a ticket behind it is None, and ``before`` is the mean of those of the four weeks
    before that have one.

    Args:
        tickets: all that are known.
        week: the week of the report.
        zone: whose Monday begins it.
        now: what comes later is not known; a week under way ends now.
        minutes: counts the time between two moments.
        due: when a ticket's first reply and solution were due.
        answered: ids of the tickets answered from the knowledge base; None where that was not kept.
        accounts: with the last answer to "would you recommend us" (0-10), for the net promoter score.
    """
    periods = [_period(shifted(week, back), zone, now) for back in range(-WEEKS_BEFORE, 1)]
    known = [ticket for ticket in tickets if ticket.created_at is not None and ticket.created_at < now]
    begun = min((ticket.created_at for ticket in known if ticket.created_at), default=now)
    before = [period for period in periods[:-1] if period.end > begun]
    figures = []
    for name, unit, note, measure in _measures(minutes, due, answered):
        value, behind = measure(known, periods[-1])
        earlier = [one for one in (measure(known, period)[0] for period in before) if one is not None]
        mean = statistics.fmean(earlier) if earlier else None
        figures.append(Figure(name, value, unit, mean, tuple(ticket.id for ticket in behind), note))
    return (*figures, promoters(accounts, periods[-1].end.date()))


def promoters(accounts: Iterable[Account], today: date) -> Figure:
    """The net promoter score of the active accounts that answered: % of 9 and 10 less % of 0 to 6 (Reichheld, 2003)."""
    scores = [
        account.nps
        for account in accounts
        if account.nps is not None and (account.churned_on is None or account.churned_on > today)
    ]
    note = f"last answer of {len(scores)} active accounts; no tickets are behind it"
    if not scores:
        return Figure("nps", None, "points", note=note)
    value = 100 * (sum(score >= 9 for score in scores) - sum(score <= 6 for score in scores)) / len(scores)
    return Figure("nps", value, "points", note=note)


def _period(week: Week, zone: tzinfo, now: datetime) -> Period:
    begin, end = span(week, zone)
    return Period(begin, min(end, max(now, begin)))


def _measures(
    minutes: Minutes, due: Due, answered: Collection[str] | None
) -> tuple[tuple[str, str, str, Measure], ...]:
    return (
        ("volume", "tickets", "created in the week", volume),
        *_times(minutes),
        (
            "reopened",
            "share",
            "of those solved in the week",
            share_of(_solved_at, lambda one: one.reopened > 0),
        ),
        *_promises(due),
        (
            "csat_mean",
            "of 5",
            "rated, of those solved in the week",
            mean_of(_rated_at, lambda one: one.csat or 0.0),
        ),
        (
            "csat_good",
            "share",
            "4 or 5, of those rated",
            share_of(_rated_at, lambda one: (one.csat or 0.0) >= 4),
        ),
        ("backlog", "tickets", "open at the end of the week", backlog),
        (
            "answered_from_knowledge",
            "share",
            "of those created in the week",
            share_of(
                lambda one: None if answered is None else one.created_at,
                lambda one: one.id in (answered or ()),
            ),
        ),
    )


def _times(minutes: Minutes) -> tuple[tuple[str, str, str, Measure], ...]:
    return (
        ("first_reply_median", "minutes", "replied to in the week", took(_replied_at, minutes, 0.5)),
        ("first_reply_p90", "minutes", "replied to in the week", took(_replied_at, minutes, 0.9)),
        ("resolution_median", "minutes", "solved in the week", took(_solved_at, minutes, 0.5)),
        ("resolution_p90", "minutes", "solved in the week", took(_solved_at, minutes, 0.9)),
    )


def _promises(due: Due) -> tuple[tuple[str, str, str, Measure], ...]:
    note = "in time, of those due in the week"
    return (
        ("sla_first_reply", "share", note, share_kept(lambda one: due(one).first_reply, _replied_at)),
        ("sla_resolution", "share", note, share_kept(lambda one: due(one).resolution, _solved_at)),
    )


def _replied_at(ticket: Ticket) -> datetime | None:
    return ticket.first_replied_at


def _solved_at(ticket: Ticket) -> datetime | None:
    return ticket.solved_at


def _rated_at(ticket: Ticket) -> datetime | None:
    """No help desk file says when a rating was given, so it counts with the solution."""
    return None if ticket.csat is None else ticket.solved_at or ticket.created_at
