from __future__ import annotations

from dataclasses import replace

import pytest

from api.report_delivery import sink_named
from api.report_settings import parse_report_settings
from api.reporting import keep, set_report_settings
from reports.sinks import DeliveryFailed
from reports.store import IssueStore
from tests.connectors.conftest import mailbox, web  # noqa: F401 - fixtures
from tests.reports.render.made_up import full_report
from triage.errors import InvalidSettings

WEEK = "2026-W12"


@pytest.fixture
def settings(settings):
    return replace(settings, smtp_password="of the mail server")


@pytest.fixture
def parts(parts):
    keep(parts, full_report())
    return parts


@pytest.fixture
def places(web, mailbox, tmp_path):  # noqa: F811
    mail = {"host": "127.0.0.1", "port": mailbox.port, "security": "none", "sender": "a@b.example"}
    return [
        {"name": "Drive", "kind": "folder", "folder": str(tmp_path / "drive")},
        {"name": "Product", "kind": "slack", "webhook": web.url},
        {"name": "Leads", "kind": "teams", "webhook": web.url},
        {"name": "Post", "kind": "mail", "recipients": ["dana@example.com"], **mail},
    ]


def send_to_each(parts, places):
    for place in places:
        parts.jobs["deliver_report"].handler({"week": WEEK, "sink": place["name"]})


def states(parts):
    return {one.sink: one.state for one in IssueStore(parts.engine).deliveries()}


def test_each_destination_gets_the_report_once(parts, places, web, mailbox, tmp_path):  # noqa: F811
    set_report_settings(parts, {"destinations": places, "private_hosts": ["127.0.0.1"]}, "Aino")
    send_to_each(parts, places)
    send_to_each(parts, places)
    assert states(parts) == dict.fromkeys(("Drive", "Product", "Leads", "Post"), "done")
    assert (tmp_path / "drive" / WEEK / f"weekly-{WEEK}.json").is_file()
    assert [sorted(payload) for _, _, payload in web.heard] == [["blocks", "text"], ["attachments", "type"]]
    assert [recipients for recipients, _ in mailbox.mails] == [("dana@example.com",)]
    assert sink_named(parts, "Post").server.password == "of the mail server"


def test_a_private_host_is_refused_until_it_is_named(parts, places, web, mailbox):  # noqa: F811
    set_report_settings(parts, {"destinations": places[1:]}, "Aino")
    for place in places[1:]:
        with pytest.raises(DeliveryFailed, match=r"private network|begins with http;"):
            send_to_each(parts, [place])
    assert (web.heard, mailbox.mails) == ([], [])
    assert set(states(parts).values()) == {"failed"}
    set_report_settings(parts, {"destinations": places[1:], "private_hosts": ["127.0.0.1"]}, "Aino")
    send_to_each(parts, places[1:])
    assert set(states(parts).values()) == {"done"}


def test_all_faults_of_a_document_are_named():
    places = [
        {"name": "folder:x", "kind": "folder"},
        {"name": "Post", "kind": "mail", "host": "m.example", "sender": "a@b.example", "password": "x"},
        {"name": "Post", "kind": "slack", "webhook": "ftp://s.example"},
    ]
    with pytest.raises(InvalidSettings) as caught:
        parse_report_settings({"weekday": 7, "destinations": places}, "UTC")
    assert sorted(fault.where for fault in caught.value.faults) == [
        "destinations.0.folder",
        "destinations.0.name",
        "destinations.1.name",
        "destinations.1.password",
        "destinations.1.recipients",
        "destinations.2.name",
        "destinations.2.webhook",
        "weekday",
    ]
