from __future__ import annotations

import pytest

from api.reporting import set_report_settings
from tests.api.conftest import NOW
from tests.api.pages.test_account_pages import form_token, signed_in_as
from tests.connectors.conftest import web  # noqa: F401 - a fixture
from triage.account_settings import AccountSettings
from triage.destinations import DestinationSetting

SECRET = "https://hooks.slack.example/services/T0/B0/hush"
PLAIN = {
    "version": "0",
    "hours_a_week": "12",
    "hours_an_account": "1.5",
    "quiet_days": "7",
    "withheld_share": "10",
    "watch_from": "",
    "at_risk_from": "42.5",
    "competitors": "Bookly\r\n\r\n Green Calendar ",
}
CHAT = {"place": ["new"], "name-new": "Chat", "kind-new": "slack", "webhook-new": SECRET}
POST = {
    "place": ["new"],
    "name-new": "Post",
    "kind-new": "mail",
    "host-new": "m.example",
    "port-new": "25",
    "security-new": "none",
    "sender-new": "a@b.example",
    "recipients-new": "c@b.example, d@b.example",
}


@pytest.fixture
def admin(client, parts):
    return signed_in_as(client, parts, "admin")


def save(client, form, status=303):
    token = form_token(client.get("/accounts/settings").text)
    response = client.post("/accounts/settings", data=form | {"csrf_token": token})
    assert response.status_code == status
    return response.text


def test_what_is_set_holds_and_who_did_it_is_shown(admin, parts):
    save(admin, PLAIN)
    assert parts.accounts.settings() == AccountSettings(
        12, 1.5, 0.1, 7, None, 0.425, ("Bookly", "Green Calendar")
    )
    page = admin.get("/accounts/settings").text
    assert "As many accounts as your hours reach: 8 now." in page
    assert 'value="42.5"' in page and "Version 1, by Mia" in page
    save(admin, PLAIN | {"version": "1", "quiet_days": "9"})
    assert "<td>Mia</td><td>Quiet days</td>" in admin.get("/accounts/settings").text


def test_an_address_is_never_shown_again_and_stays(admin, parts):
    save(admin, PLAIN | CHAT)
    page = admin.get("/accounts/settings").text
    assert 'value="https://hooks.slack.example/…"' in page and "hush" not in page
    kept = {"place": ["1"], "name-1": "Chat", "kind-1": "slack", "webhook-1": "https://hooks.slack.example/…"}
    save(admin, PLAIN | kept | {"version": "1"})
    assert parts.accounts.settings().destinations == (DestinationSetting("Chat", "slack", webhook=SECRET),)
    assert "hush" not in admin.get("/api/v1/accounts/settings").text
    save(admin, PLAIN | kept | {"version": "2", "remove-1": "1"})
    assert parts.accounts.settings().destinations == ()


def test_mail_is_set_with_its_server_and_recipients(admin, parts):
    save(admin, PLAIN | POST)
    (post,) = parts.accounts.settings().destinations
    assert (post.port, post.security, post.recipients) == (25, "none", ("c@b.example", "d@b.example"))
    assert "c@b.example, d@b.example" in admin.get("/accounts/settings").text


def test_a_manager_sets_all_but_the_destinations(client, parts):
    parts.accounts.put_settings(
        {"destinations": [{"name": "Chat", "kind": "slack", "webhook": SECRET}]}, 0, who="Ada", now=NOW
    )
    manager = signed_in_as(client, parts, "manager")
    page = manager.get("/accounts/settings").text
    assert "Slack, https://hooks.slack.example/…" in page and "hush" not in page
    save(manager, PLAIN | POST | {"version": "1"})
    settings = parts.accounts.settings()
    assert settings.quiet_days == 7
    assert settings.destinations == (DestinationSetting("Chat", "slack", webhook=SECRET),)


def test_faults_are_told_together_and_nothing_is_lost(admin, parts):
    wrong = PLAIN | CHAT | {"hours_a_week": "many", "webhook-new": "ftp://x", "watch_from": "60"}
    page = save(admin, wrong, 422)
    for fault in ("hours_a_week", "destinations.0.webhook", "watch_from"):
        assert f"<b>{fault}</b>" in page
    assert 'value="many"' in page and "Green Calendar" in page
    assert parts.accounts.settings() == AccountSettings()


def test_settings_that_another_changed_meanwhile_are_not_overwritten(admin):
    save(admin, PLAIN)
    page = save(admin, PLAIN | {"quiet_days": "3"}, 409)
    assert "changed by another" in page


def test_agents_do_not_see_settings(client, parts):
    agent = signed_in_as(client, parts, "agent")
    assert agent.get("/accounts/settings").status_code == 403
    assert agent.get("/accounts/fairness").status_code == 403


def test_a_test_is_sent_once_and_says_what_became_of_it(admin, parts, web):  # noqa: F811
    save(admin, PLAIN | CHAT | {"webhook-new": web.url})
    token = form_token(admin.get("/accounts/settings").text)
    form = {"test": "Chat", "csrf_token": token}
    refused = admin.post("/accounts/settings/test", data=form, follow_redirects=True).text
    assert "begins with http; use https." in refused and web.heard == []
    set_report_settings(parts, {"private_hosts": ["127.0.0.1"]}, "Ada")
    assert (
        "Chat: posted to Slack."
        in admin.post("/accounts/settings/test", data=form, follow_redirects=True).text
    )
    ((_, _, payload),) = web.heard
    assert payload["text"] == "A test of Pointsman: watch"


def test_a_manager_sends_no_tests(client, parts):
    manager = signed_in_as(client, parts, "manager")
    token = form_token(manager.get("/accounts/settings").text)
    sent = manager.post("/accounts/settings/test", data={"test": "Chat", "csrf_token": token})
    assert sent.status_code == 403
