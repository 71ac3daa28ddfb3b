"""Reports by mail: a few lines as text and HTML, and the whole report as a PDF."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Literal

from reports.render import digest_of, render
from reports.render.brief import brief_html, brief_of, brief_text
from reports.report import WeeklyReport
from reports.sinks import DeliveryFailed

_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class MailServer:
    """An SMTP server. ``starttls`` is usually on port 587, ``tls`` on 465; ``none`` is for the own machine only."""

    host: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    seconds: float = _SECONDS


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
            DeliveryFailed: the server cannot be reached, or took the mail for nobody.
        """
        message = report_mail(report, self.sender, self.recipients, self.base_url)
        try:
            with _session(self.server) as session:
                refused = session.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            permanent = all(code >= 500 for code, _ in error.recipients.values())
            raise DeliveryFailed(self.name, "no address was accepted.", permanent=permanent) from error
        except smtplib.SMTPResponseException as error:
            why = f"{self.server.host} answered {error.smtp_code}."
            raise DeliveryFailed(self.name, why, permanent=error.smtp_code >= 500) from error
        except (OSError, smtplib.SMTPException) as error:
            why = f"{self.server.host} could not be used: {type(error).__name__}."
            raise DeliveryFailed(self.name, why) from error
        reached = len(self.recipients) - len(refused)
        left_out = f"; {len(refused)} refused by the server" if refused else ""
        return f"mailed to {reached} of {len(self.recipients)} addresses{left_out}"


def report_mail(
    report: WeeklyReport, sender: str, recipients: tuple[str, ...], base_url: str | None
) -> EmailMessage:
    """Write the mail: text, the same as HTML, and the PDF attached.

    Its id is made of the report, so that a mail program that gets it twice can show it once.
    """
    brief = brief_of(report, base_url)
    pdf = render(report, "pdf", base_url=base_url or None)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = " ".join((brief.title, *([f"- {report.company}"] if report.company else [])))
    message["From"] = sender
    message["To"] = ", ".join(recipients)
    message["Date"] = format_datetime(report.window.as_of.astimezone(UTC))
    host = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    message["Message-ID"] = f"<weekly-{report.week}-{digest_of(report)[:16]}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(brief_text(brief))
    message.add_alternative(brief_html(brief), subtype="html")
    message.add_attachment(pdf.content, maintype="application", subtype="pdf", filename=pdf.filename)
    return message


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
