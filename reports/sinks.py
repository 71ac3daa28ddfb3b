"""Where finished reports are delivered: the port that destinations implement, and delivering once each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from reports.errors import ReportError
from reports.render.canonical import digest_of
from reports.report import WeeklyReport
from reports.types import Week

Claim = Literal["yours", "done", "under_way"]
LEASE_MINUTES = 15  # after so long without an end, whoever claimed a delivery has died


class DeliveryFailed(ReportError):
    """A destination did not take a report. Trying again may help, unless it is ``permanent``."""

    def __init__(self, sink: str, why: str, *, permanent: bool = False) -> None:
        super().__init__(f"The report was not delivered to {sink!r}: {why}")
        self.sink = sink
        self.permanent = permanent


class DeliveryUnderWay(ReportError):
    """Another process is delivering the same report to the same destination; look again later."""

    def __init__(self, week: Week, sink: str) -> None:
        super().__init__(f"Another process is delivering the report of {week} to {sink!r}. Try again later.")


class ReportSink(Protocol):
    """A destination for reports."""

    @property
    def name(self) -> str:
        """Its name among the destinations; a report is delivered once under each."""
        ...

    def send(self, report: WeeklyReport) -> str:
        """Deliver a report and say in a few words what was done, such as "mailed to 3 addresses".

        Raises:
            DeliveryFailed: the destination did not take it.
        """
        ...


class Deliveries(Protocol):
    """The record of what was delivered where."""

    def claim(self, week: Week, sink: str, now: datetime, *, again: bool = False) -> Claim:
        """Claim a delivery for this process, in one step; ``again`` even where it was delivered.

        Returns:
            ``done`` where it was delivered, ``under_way`` while another's claim is younger than `LEASE_MINUTES`, else
            ``yours``.
        """
        ...

    def done(self, week: Week, sink: str, digest: str, note: str, now: datetime) -> None:
        """Keep that a claimed delivery succeeded, and with which report."""
        ...

    def failed(self, week: Week, sink: str, why: str, now: datetime) -> None:
        """Give a claim back, so that it may be tried again, and keep why."""
        ...


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of a delivery: ``note`` says what was done; empty where it had been done before."""

    week: Week
    sink: str
    before: bool = False
    note: str = ""


def deliver(
    report: WeeklyReport, sink: ReportSink, deliveries: Deliveries, *, now: datetime, again: bool = False
) -> Delivered:
    """Deliver a report to a destination, unless its week was delivered there before (and not ``again``).

    Done again after it was cut off between the destination's yes and the record of it, it delivers twice: no
    destination can be asked whether it has the report.

    Raises:
        DeliveryFailed: the destination did not take it; the claim is given back.
        DeliveryUnderWay: another process is at it.
    """
    claim = deliveries.claim(report.week, sink.name, now, again=again)
    if claim == "done":
        return Delivered(report.week, sink.name, before=True)
    if claim == "under_way":
        raise DeliveryUnderWay(report.week, sink.name)
    try:
        note = sink.send(report)
    except BaseException as error:
        why = str(error) if isinstance(error, DeliveryFailed) else type(error).__name__
        deliveries.failed(report.week, sink.name, why, now)
        raise
    deliveries.done(report.week, sink.name, digest_of(report), note, now)
    return Delivered(report.week, sink.name, note=note)
