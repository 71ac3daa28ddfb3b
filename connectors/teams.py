"""Reports and account events into a Microsoft Teams channel by a Workflows webhook.

The workflow is "When a Teams webhook request is received".

It takes Adaptive Cards only; see https://adaptivecards.io/explorer/ for version 1.4. A message may have 28 KB.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.delivering import alerting, delivering
from connectors.http import Http
from reports.render.brief import Brief, BriefLine, brief_of
from reports.report import WeeklyReport
from reports.wording import counted
from triage.account_alerts import Alert, alert_of
from triage.account_values import AccountEvent

LARGEST = 28_000  # bytes
_SPECIAL = re.compile(r"([\\`*_\[\]#>~])")


@dataclass(frozen=True, slots=True)
class TeamsSink:
    """Posts the headlines and the most costly issues as a card, with the way to the whole report."""

    name: str
    webhook: str
    http: Http = field(default_factory=Http)
    base_url: str | None = None

    def send(self, report: WeeklyReport) -> str:
        """Post the report.

        Raises:
            DeliveryFailed: Teams did not take it.
        """
        with delivering(self.name):
            self.http.post_json(self.webhook, teams_message(brief_of(report, self.base_url)))
        return "posted to Teams"


@dataclass(frozen=True, slots=True)
class TeamsAlerts:
    """Posts that an account came into a worse band."""

    name: str
    webhook: str
    http: Http = field(default_factory=Http)
    base_url: str = ""

    def send(self, event: AccountEvent) -> str:
        """Post an event.

        Raises:
            EventNotDelivered: Teams did not take it.
        """
        with alerting(self.name):
            self.http.post_json(self.webhook, teams_alert(alert_of(event, self.base_url)))
        return "posted to Teams"


def teams_alert(alert: Alert) -> dict[str, Any]:
    """Give the payload of the webhook for an account event."""
    body = [_text(alert.title, size="Medium", weight="Bolder")]
    body += [_text(line, spacing="Small") for line in alert.lines]
    return _card(body, (("Open the account", alert.page),))


def teams_message(brief: Brief) -> dict[str, Any]:
    """Give the payload of the webhook; what does not fit is left out from the end."""
    message = _message(brief)
    while len(json.dumps(message, ensure_ascii=False).encode()) > LARGEST and (
        brief.issues or brief.headlines
    ):
        if brief.issues:
            brief = replace(brief, issues=brief.issues[:-1], more=brief.more + 1)
        else:
            brief = replace(brief, headlines=brief.headlines[:-1])
        message = _message(brief)
    return message


def _message(brief: Brief) -> dict[str, Any]:
    body = [
        _text(brief.title, size="Large", weight="Bolder"),
        _text(brief.period, isSubtle=True, spacing="None"),
        *_lines(brief.headlines),
    ]
    if brief.issues:
        body += [_text("Issues", weight="Bolder", spacing="Medium"), *_lines(brief.issues)]
    if brief.more:
        body.append(_text(f"and {counted(brief.more, 'more issue')}", isSubtle=True))
    return _card(body, (("Open the report", brief.page), ("PDF", brief.pdf)))


def _card(body: list[dict[str, Any]], ways: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": body,
    }
    actions = [{"type": "Action.OpenUrl", "title": title, "url": url} for title, url in ways if url]
    content = card | ({"actions": actions} if actions else {})
    return {
        "type": "message",
        "attachments": [
            {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": content}
        ],
    }


def _lines(lines: tuple[BriefLine, ...]) -> list[dict[str, Any]]:
    shown = []
    for line in lines:
        words = _escaped(line.short)
        href = line.href.replace("(", "%28").replace(")", "%29")
        shown.append(_plain(f"- {words}" + (f" ([tickets]({href}))" if href else ""), spacing="Small"))
    return shown


def _text(text: str, **look: object) -> dict[str, Any]:
    return _plain(_escaped(text), **look)


def _plain(text: str, **look: object) -> dict[str, Any]:
    return {"type": "TextBlock", "text": text, "wrap": True, **look}


def _escaped(text: str) -> str:
    """Keep customers' words from being read as Markdown."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
