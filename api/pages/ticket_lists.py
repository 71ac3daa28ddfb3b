"""Just the tickets that an address names, one by one or as a list of a weekly report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from api.errors import InvalidRequest
from api.replies import FaultReply
from api.reporting import report_of
from reports.errors import NothingToReport
from reports.render.links import ticket_lists
from reports.render.reading import report_of as report_from
from reports.report import WeeklyReport
from reports.store import IssueStore
from reports.types import Week
from triage.labelling import blinded
from triage.store import TicketPage

if TYPE_CHECKING:
    from api.wiring import Parts


def named_tickets(parts: Parts, ids: str, report: str, name: str) -> tuple[str, ...] | None:
    """The ids of ``?ids=a,b`` or ``?report=2026-W12&list=NAME``; None where the address names none.

    Raises:
        InvalidRequest: both ways are mixed, half of the second is missing, or there is no such week.
        NothingToReport: no report of the week has such a list.
    """
    if not (ids or report or name):
        return None
    faults = []
    if ids and (report or name):
        faults.append(FaultReply(field="ids", detail="give ids, or report and list"))
    if name and not report:
        faults.append(FaultReply(field="report", detail="is needed with list"))
    if report and not name:
        faults.append(FaultReply(field="list", detail="is needed with report"))
    if faults:
        raise InvalidRequest(tuple(faults))
    return _list_of(parts, report, name) if name else tuple(one for one in ids.split(",") if one)


def page_of(parts: Parts, ids: Sequence[str], after: str, limit: int) -> TicketPage:
    """A page of these tickets, the newest first; ``after`` is how many came before.

    Raises:
        ValueError: ``after`` is not of a page.
    """
    if after and not (after.isascii() and after.isdecimal()):
        raise ValueError("it is not of a page of this list")
    found = sorted(
        parts.tickets.get_many(list(dict.fromkeys(ids))).values(),
        key=lambda one: (one.ticket.created_at or one.received_at, one.ticket.id),
        reverse=True,
    )
    start = int(after or 0)
    shown = tuple(blinded(one) for one in found[start : start + limit])
    return TicketPage(shown, str(start + limit) if len(found) > start + limit else "")


def _list_of(parts: Parts, report: str, name: str) -> tuple[str, ...]:
    try:
        week = Week.parse(report)
    except ValueError as error:
        raise InvalidRequest((FaultReply(field="report", detail=str(error)),)) from None
    for made in _reports(parts, week):
        if (ids := ticket_lists(made).get(name)) is not None:
            return ids
    raise NothingToReport(f"No report of {week} has that list of tickets. Open it from the report anew.")


def _reports(parts: Parts, week: Week) -> Iterator[WeeklyReport]:
    """The reports of a week that may have the list: as it was kept, known then, and known today."""
    kept = IssueStore(parts.engine).snapshot(str(week))
    if kept is not None:
        with suppress(ValueError):  # kept by a release that wrote it otherwise
            yield report_from(kept.report)
    yield report_of(parts, week)
    yield report_of(parts, week, restated=True)
