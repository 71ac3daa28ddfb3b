from __future__ import annotations

import json
from dataclasses import replace

import pytest

from connectors.http import Http, HttpSetting
from connectors.teams import LARGEST, TeamsSink, teams_message
from reports.render.brief import BriefLine, brief_of
from reports.sinks import DeliveryFailed


def sink(web):
    http = Http(HttpSetting(private_hosts=frozenset({"127.0.0.1"})), lambda seconds: None)
    return TeamsSink("leads", web.url, http, "https://s.example")


def card(payload):
    return payload["attachments"][0]["content"]


def test_the_report_is_posted_as_an_adaptive_card(web, report):
    web.answers = [(202, {}, "")]

    assert sink(web).send(report) == "posted to Teams"

    ((_, _, payload),) = web.heard
    (attachment,) = payload["attachments"]
    assert payload["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attachment["contentUrl"] is None
    assert card(payload)["$schema"] == "http://adaptivecards.io/schemas/adaptive-card.json"
    assert (card(payload)["type"], card(payload)["version"]) == ("AdaptiveCard", "1.4")
    assert card(payload)["body"][0] == {
        "type": "TextBlock",
        "text": "Weekly report 2026-W12",
        "wrap": True,
        "size": "Large",
        "weight": "Bolder",
    }
    assert card(payload)["actions"][0] == {
        "type": "Action.OpenUrl",
        "title": "Open the report",
        "url": "https://s.example/reports/weekly/2026-W12",
    }


def test_figures_open_their_tickets(report):
    lines = [block["text"] for block in card(teams_message(brief_of(report, "https://s.example")))["body"]]

    assert lines[3] == (
        "- Reminder mails are back six weeks after their fix."
        " ([tickets](https://s.example/tickets?ids=T-2033,T-2034,T-2035,T-2036,T-2037))"
    )


def test_without_an_address_there_are_no_buttons(report):
    assert "actions" not in card(teams_message(brief_of(report, None)))


def test_customers_words_are_not_read_as_markdown(report):
    row = replace(report.issues[0], title="[free](http://x) *now*")
    lines = [
        block["text"] for block in card(teams_message(brief_of(replace(report, issues=(row,)), None)))["body"]
    ]

    assert lines[6].startswith(r"- \[free\](http://x) \*now\*: 9 tickets")


def test_a_card_is_never_larger_than_teams_takes(report):
    lines = tuple(BriefLine("é" * 600, "https://s.example/" + "x" * 1500) for _ in range(30))
    brief = replace(brief_of(report, "https://s.example"), headlines=lines, issues=lines[:9], more=0)
    payload = teams_message(brief)

    assert len(json.dumps(payload, ensure_ascii=False).encode()) <= LARGEST
    assert card(payload)["body"][-1]["text"] == "and 9 more issues"


@pytest.mark.parametrize(("status", "permanent"), [(404, True), (502, False)])
def test_a_refusal_says_whether_trying_again_helps(web, report, status, permanent):
    web.answers = [(status, {}, "")] * 3

    with pytest.raises(DeliveryFailed, match=f"127.0.0.1 answered {status}") as caught:
        sink(web).send(report)
    assert caught.value.permanent is permanent
