from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.http import Http, HttpSetting
from connectors.slack import SlackSink, slack_message
from reports.render.brief import BriefLine, brief_of
from reports.sinks import DeliveryFailed


def sink(web):
    http = Http(HttpSetting(private_hosts=frozenset({"127.0.0.1"})), lambda seconds: None)
    return SlackSink("product", web.url, http, "https://s.example")


def test_the_report_is_posted_in_blocks(web, report):
    assert sink(web).send(report) == "posted to Slack"

    ((_, _, payload),) = web.heard
    assert payload["text"].startswith("Weekly report 2026-W12: Double charges grow: 9 tickets of 7 accounts")
    assert [block["type"] for block in payload["blocks"]] == [
        "header",
        "context",
        "section",
        "section",
        "section",
    ]
    assert payload["blocks"][0] == {
        "type": "header",
        "text": {"type": "plain_text", "text": "Weekly report 2026-W12"},
    }
    assert payload["blocks"][2]["text"]["type"] == "mrkdwn"
    assert payload["blocks"][2]["text"]["text"].splitlines()[1] == (
        "• Reminder mails are back six weeks after their fix."
        " (<https://s.example/tickets?ids=T-2033,T-2034,T-2035,T-2036,T-2037|tickets>)"
    )
    assert payload["blocks"][4]["text"]["text"] == (
        "<https://s.example/reports/weekly/2026-W12|Open the report>"
        " · <https://s.example/reports/weekly/2026-W12.pdf|PDF>"
    )


def test_customers_words_are_no_commands(report):
    row = replace(report.issues[0], title="<!channel> & <@U1>")
    payload = slack_message(brief_of(replace(report, issues=(row,)), None))

    assert "• &lt;!channel&gt; &amp; &lt;@U1&gt;: 9 tickets" in payload["blocks"][3]["text"]["text"]


def test_no_section_is_longer_than_slack_takes(report):
    brief = brief_of(report, "https://s.example")
    lines = tuple(BriefLine("word " * 300, "https://s.example/" + "x" * 1500) for _ in range(12))
    payload = slack_message(replace(brief, headlines=lines, issues=lines, title="t" * 400))

    assert all(
        len(block["text"]["text"]) <= 3000 for block in payload["blocks"] if block["type"] == "section"
    )
    assert len(payload["blocks"][0]["text"]["text"]) == 150
    assert len(payload["blocks"]) <= 50


@pytest.mark.parametrize(("status", "permanent"), [(404, True), (400, True), (500, False)])
def test_a_refusal_says_whether_trying_again_helps(web, report, status, permanent):
    web.answers = [(status, {}, "no_service")]

    with pytest.raises(
        DeliveryFailed, match=f"not delivered to 'product': 127.0.0.1 answered {status}"
    ) as caught:
        sink(web).send(report)
    assert caught.value.permanent is permanent
