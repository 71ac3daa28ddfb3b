from __future__ import annotations

from dataclasses import replace

import pytest

from triage.account_settings import AccountSettings, document_of, read_settings, shown_document
from triage.destinations import DestinationSetting, revealed
from triage.errors import InvalidSettings

CRM = DestinationSetting("CRM", "webhook", webhook="https://crm.example/in?key=hush")
POST = DestinationSetting("Post", "mail", host="m.example", sender="a@b.example", recipients=("c@b.example",))
SETTINGS = AccountSettings(10.0, 2.0, 0.1, 7, 0.2, 0.5, ("Bookly",), (CRM, POST))


def test_settings_are_read_back():
    assert read_settings(document_of(SETTINGS)) == SETTINGS
    assert (SETTINGS.length, read_settings(None)) == (5, AccountSettings())


def test_all_faults_are_told_together():
    document = document_of(replace(SETTINGS, hours_a_week=0.0, at_risk_from=0.2))
    twice = [
        {"name": "CRM", "kind": "webhook", "webhook": "https://a.example"},
        {"name": "crm ", "kind": "slack", "webhook": "ftp://b.example"},
        {"name": "Drive", "kind": "folder", "folder": "/x"},
        {"name": "Post", "kind": "mail", "host": "m.example"},
    ]
    with pytest.raises(InvalidSettings) as refused:
        read_settings(document | {"destinations": twice, "competitors": ["Bookly", "bookly "]})
    assert sorted(fault.where for fault in refused.value.faults) == [
        "competitors",
        "destinations.0.name",
        "destinations.1.name",
        "destinations.1.webhook",
        "destinations.2.kind",
        "destinations.3.recipients",
        "destinations.3.sender",
        "hours_a_week",
        "watch_from",
    ]


def test_of_an_address_only_the_host_is_shown_and_the_rest_is_kept():
    shown = shown_document(SETTINGS)
    assert shown["destinations"][0]["webhook"] == "https://crm.example/…"
    assert "hush" not in str(shown)
    assert read_settings(revealed(shown, SETTINGS.destinations)) == SETTINGS


def test_an_address_that_was_shown_in_part_belongs_to_its_name():
    shown = shown_document(SETTINGS)
    shown["destinations"][0]["name"] = "Other"
    with pytest.raises(InvalidSettings, match="shown in part only"):
        read_settings(revealed(shown, SETTINGS.destinations))


def test_another_address_replaces_the_one_that_was_kept():
    shown = shown_document(SETTINGS)
    shown["destinations"][0]["webhook"] = "https://new.example/in"
    read = read_settings(revealed(shown, SETTINGS.destinations))
    assert read.destinations[0].webhook == "https://new.example/in"


@pytest.mark.parametrize("document", [None, [], {"destinations": "x"}, {"destinations": [1, {"name": 2}]}])
def test_what_is_no_document_is_left_as_it_is(document):
    assert revealed(document, SETTINGS.destinations) == document


def test_bands_of_the_team_stand_before_those_of_the_model():
    own = {"watch": {"probability": 0.3, "precision": 0.4}, "at_risk": {"probability": 0.6}}
    assert AccountSettings().thresholds(own) == own
    assert AccountSettings(watch_from=0.1).thresholds(own) == own | {"watch": {"probability": 0.1}}
