"""Brings weekly reports to where the team wants them, once each."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from api.report_settings import FOLDER, ReportSettings
from api.reporting import report_of, settings_of
from connectors.files import FolderSink
from connectors.http import Http, HttpSetting
from connectors.mail import MailServer, MailSink
from connectors.slack import SlackSink
from connectors.teams import TeamsSink
from reports.errors import ReportError
from reports.periods import span
from reports.render.reading import report_of as report_from
from reports.report import WeeklyReport
from reports.sinks import Delivered, ReportSink, deliver
from reports.store import IssueStore
from reports.types import Week
from triage.destinations import DestinationSetting

if TYPE_CHECKING:
    from api.wiring import Parts


class UnknownSink(ReportError):
    """No destination has that name."""


def sink_names(parts: Parts) -> tuple[str, ...]:
    """The destinations that the team has set."""
    return tuple(one.name for one in settings_of(parts).destinations)


def send_report(parts: Parts, week: Week, sink: str, *, again: bool = False) -> Delivered:
    """Send a week's report to a destination of the team's, or to ``folder:PATH``.

    Raises:
        UnknownSink: there is no such destination.
        NothingToReport: nothing was known of the week.
        DeliveryFailed: the destination did not take it.
    """
    chosen = sink_named(parts, sink)
    return deliver(_report(parts, week), chosen, IssueStore(parts.engine), now=parts.now(), again=again)


def sink_named(parts: Parts, name: str) -> ReportSink:
    """A destination by its name.

    Raises:
        UnknownSink: there is none.
    """
    if name.startswith(FOLDER) and name != FOLDER:
        return FolderSink(name, Path(name.removeprefix(FOLDER)))
    settings = settings_of(parts)
    for destination in settings.destinations:
        if destination.name == name:
            return _sink(destination, settings, parts.settings.smtp_password)
    known = ", ".join(sink_names(parts)) or "none is set"
    raise UnknownSink(f"There is no destination {name!r} ({known}). Set one, or give {FOLDER}PATH.")


def _report(parts: Parts, week: Week) -> WeeklyReport:
    """The report that was kept once the week was over, so that all get the same; else it is made."""
    kept = IssueStore(parts.engine).snapshot(str(week))
    if kept is not None and kept.as_of >= span(week, ZoneInfo(parts.settings.time_zone))[1]:
        with suppress(ValueError):  # kept by a release that wrote it otherwise
            return report_from(kept.report)
    return report_of(parts, week)


def _sink(destination: DestinationSetting, settings: ReportSettings, smtp_password: str) -> ReportSink:
    name, base_url = destination.name, settings.base_url or None
    private_hosts = frozenset(host.lower() for host in settings.private_hosts)
    http = Http(HttpSetting(private_hosts=private_hosts))
    if destination.kind == "folder":
        return FolderSink(name, Path(destination.folder), base_url=base_url)
    if destination.kind == "slack":
        return SlackSink(name, destination.webhook, http, base_url)
    if destination.kind == "teams":
        return TeamsSink(name, destination.webhook, http, base_url)
    server = mail_server(destination, smtp_password, private_hosts)
    return MailSink(name, server, destination.sender, destination.recipients, base_url)


def mail_server(
    destination: DestinationSetting, smtp_password: str, private_hosts: frozenset[str]
) -> MailServer:
    """The server of a destination for mails."""
    return MailServer(
        destination.host,
        destination.port,
        destination.security,
        destination.user,
        smtp_password,
        private_hosts=private_hosts,
    )
