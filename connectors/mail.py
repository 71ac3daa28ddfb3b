"""Mails: reports as a few lines with the PDF attached, and account events as a few lines."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Literal

from connectors.addresses import checked
from connectors.delivering import alerting, delivering
from connectors.errors import MailRefused, ServiceRefused, ServiceUnavailable
from reports.render import digest_of, render
from reports.render.brief import brief_html, brief_of, brief_text
from reports.report import WeeklyReport
from triage.account_alerts import alert_of
from triage.account_values import AccountEvent

_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class MailServer:
    """An SMTP server. ``starttls`` is usually on port 587, ``tls`` on 465; ``none`` is for the own machine only.

    It has to be public, unless it is one of ``private_hosts``.
    """

    host: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    seconds: float = _SECONDS
    private_hosts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class MailSink:
    """Mails a report to ``recipients``, each of whom sees the others."""

    name: str
    server: MailServer
    sender: str
    recipients: tuple[str, ...]
    base_url: str | None = None

    def send(self, report: WeeklyReport) -> str:
        """Mail the report.

        An address that the server refuses does not keep the others from their mail.

        Raises:
            DeliveryFailed: the server may not or cannot be reached, or took the mail for nobody.
        """
        message = report_mail(report, self.sender, self.recipients, self.base_url)
        with delivering(self.name):
            return _mailed(self.server, message, len(self.recipients))


@dataclass(frozen=True, slots=True)
class MailAlerts:
    """Mails that an account came into a worse band."""

    name: str
    server: MailServer
    sender: str
    recipients: tuple[str, ...]
    base_url: str = ""

    def send(self, event: AccountEvent) -> str:
        """Mail an event.

        Raises:
            EventNotDelivered: the server may not or cannot be reached, or took the mail for nobody.
        """
        message = alert_mail(event, self.sender, self.recipients, self.base_url)
        with alerting(self.name):
            return _mailed(self.server, message, len(self.recipients))


def report_mail(
    report: WeeklyReport, sender: str, recipients: tuple[str, ...], base_url: str | None
) -> EmailMessage:
    """Write the mail: text, the same as HTML, and the PDF attached.

    Its id is made of the report, so that a mail program that gets it twice can show it once.
    """
    brief = brief_of(report, base_url)
    pdf = render(report, "pdf", base_url=base_url or None)
    subject = " ".join((brief.title, *([f"- {report.company}"] if report.company else [])))
    known_as = f"weekly-{report.week}-{digest_of(report)[:16]}"
    message = _message(subject, sender, recipients, report.window.as_of, known_as)
    message.set_content(brief_text(brief))
    message.add_alternative(brief_html(brief), subtype="html")
    message.add_attachment(pdf.content, maintype="application", subtype="pdf", filename=pdf.filename)
    return message


def alert_mail(event: AccountEvent, sender: str, recipients: tuple[str, ...], base_url: str) -> EmailMessage:
    """Write the mail about an account, as text; its id is the event's."""
    alert = alert_of(event, base_url)
    message = _message(alert.title, sender, recipients, event.at, f"account-{event.id}")
    message.set_content("\n".join((*alert.lines, *([alert.page] if alert.page else []))) + "\n")
    return message


def _message(
    subject: str, sender: str, recipients: tuple[str, ...], at: datetime, known_as: str
) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = " ".join(subject.split())
    message["From"] = sender
    message["To"] = ", ".join(recipients)
    message["Date"] = format_datetime(at.astimezone(UTC))
    host = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    message["Message-ID"] = f"<{known_as}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    return message


def _mailed(server: MailServer, message: EmailMessage, recipients: int) -> str:
    """Send a mail and say how many it reached.

    Raises:
        ConnectorError: the server may not or cannot be reached, or took the mail for nobody.
    """
    shown = f"[{server.host}]" if ":" in server.host else server.host
    checked(f"https://{shown}:{server.port}", server.private_hosts)
    if server.user and not server.password:
        raise MailRefused(f"{server.host} needs a password, which an operator sets in the environment.")
    try:
        with _session(server) as session:
            refused = session.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        final = all(code >= 500 for code, _ in error.recipients.values())
        kind = MailRefused if final else ServiceUnavailable
        raise kind(f"{server.host}: no address was accepted.") from error
    except smtplib.SMTPResponseException as error:
        if error.smtp_code >= 500:
            raise ServiceRefused(server.host, error.smtp_code, "") from error
        raise ServiceUnavailable(f"{server.host} answered {error.smtp_code}.") from error
    except (OSError, smtplib.SMTPException) as error:
        raise ServiceUnavailable(f"{server.host} could not be used: {type(error).__name__}.") from error
    left_out = f"; {len(refused)} refused by the server" if refused else ""
    return f"mailed to {recipients - len(refused)} of {recipients} addresses{left_out}"


@contextmanager
def _session(server: MailServer) -> Iterator[smtplib.SMTP]:
    """Open a session, encrypted and signed in as the server is set."""
    trusted = ssl.create_default_context()
    session: smtplib.SMTP
    if server.security == "tls":
        session = smtplib.SMTP_SSL(server.host, server.port, timeout=server.seconds, context=trusted)
    else:
        session = smtplib.SMTP(server.host, server.port, timeout=server.seconds)
    with session:
        if server.security == "starttls":
            session.starttls(context=trusted)
        if server.user:
            session.login(server.user, server.password)
        yield session
