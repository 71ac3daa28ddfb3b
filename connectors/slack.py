"""Reports and account events into a Slack channel by an incoming webhook.

Shape and limits: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks and
https://docs.slack.dev/reference/block-kit/blocks (50 blocks, 3,000 characters a section, 150 a header).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from connectors.delivering import alerting, delivering
from connectors.http import Http
from reports.render.brief import Brief, BriefLine, brief_of
from reports.report import WeeklyReport
from reports.wording import counted
from triage.account_alerts import Alert, alert_of
from triage.account_values import AccountEvent

_SECTION, _HEADER = 3000, 150


@dataclass(frozen=True, slots=True)
class SlackSink:
    """Posts the headlines and the most costly issues, with the way to the whole report."""

    name: str
    webhook: str
    http: Http = field(default_factory=Http)
    base_url: str | None = None

    def send(self, report: WeeklyReport) -> str:
        """Post the report.

        Raises:
            DeliveryFailed: Slack did not take it.
        """
        with delivering(self.name):
            self.http.post_json(self.webhook, slack_message(brief_of(report, self.base_url)))
        return "posted to Slack"


@dataclass(frozen=True, slots=True)
class SlackAlerts:
    """Posts that an account came into a worse band."""

    name: str
    webhook: str
    http: Http = field(default_factory=Http)
    base_url: str = ""

    def send(self, event: AccountEvent) -> str:
        """Post an event.

        Raises:
            EventNotDelivered: Slack did not take it.
        """
        with alerting(self.name):
            self.http.post_json(self.webhook, slack_alert(alert_of(event, self.base_url)))
        return "posted to Slack"


def slack_alert(alert: Alert) -> dict[str, Any]:
    """Give the payload of the webhook for an account event."""
    told = [f"*{_escaped(alert.title)}*", *map(_escaped, alert.lines)]
    if alert.page:
        told.append(f"<{_address(alert.page)}|Open the account>")
    blocks = [{"type": "section", "text": _markdown("\n".join(told)[:_SECTION])}]
    return {"text": _escaped(alert.title)[:_SECTION], "blocks": blocks}


def slack_message(brief: Brief) -> dict[str, Any]:
    """Give the payload of the webhook: blocks, and the plain text for notifications."""
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": brief.title[:_HEADER]}},
        {"type": "context", "elements": [_markdown(_escaped(brief.period))]},
        *_section(brief.headlines),
        *_section(brief.issues, "*Issues*"),
    ]
    if brief.more:
        blocks.append(
            {"type": "context", "elements": [_markdown(f"and {counted(brief.more, 'more issue')}")]}
        )
    if brief.page:
        ways = f"<{_address(brief.page)}|Open the report> · <{_address(brief.pdf)}|PDF>"
        blocks.append({"type": "section", "text": _markdown(ways)})
    first = f": {brief.headlines[0].text}" if brief.headlines else ""
    return {"text": _escaped(brief.title + first)[:_SECTION], "blocks": blocks}


def _section(lines: tuple[BriefLine, ...], title: str = "") -> list[dict[str, Any]]:
    """Give as many sections as the lines need, each within the limit."""
    sections: list[str] = []
    for line in [title, *(_line(one) for one in lines)] if lines else []:
        if not line:
            continue
        if sections and len(sections[-1]) + len(line) + 1 <= _SECTION:
            sections[-1] += "\n" + line
        else:
            sections.append(line)
    return [{"type": "section", "text": _markdown(section)} for section in sections]


def _line(line: BriefLine) -> str:
    words = _escaped(line.short)
    return f"• {words}" + (f" (<{_address(line.href)}|tickets>)" if line.href else "")


def _markdown(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def _escaped(text: str) -> str:
    """Keep Slack from reading commands such as ``<!channel>`` in customers' words."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _address(url: str) -> str:
    return _escaped(url).replace("|", "%7C")
