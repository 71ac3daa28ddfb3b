from __future__ import annotations

import pytest

from triage.errors import InvalidSettings
from triage.policy import Policy, dump_policy, parse_policy
from triage.thresholds import NEVER

FACTS = {
    "stated": {"0.02": {"probability": 0.9}, "0.05": {"probability": 0.7}, "0.1": {"probability": None}},
    "labels": {"payments": {"0.02": {"probability": 0.8}}},
}
DOCUMENT = {
    "tasks": {
        "topic": {
            "stated": 0.05,
            "labels": {
                "payments": {"mode": "set", "stated": 0.02},
                "login": {"mode": "suggest", "stated": None},
                "data": {"mode": "set", "stated": 0.02},
            },
        }
    }
}


def test_a_policy_reads_back_as_it_was_written():
    assert dump_policy(parse_policy(DOCUMENT)) == DOCUMENT
    assert parse_policy({"tasks": {}}) == Policy()


def test_a_label_is_set_from_the_threshold_of_its_own_rate_or_of_the_tasks():
    policy = parse_policy(DOCUMENT)
    assert policy.probability("topic", "payments", FACTS) == 0.8
    assert policy.probability("topic", "bookings", FACTS) == 0.7
    assert policy.probability("topic", "data", FACTS) == 0.9


def test_what_is_only_suggested_or_has_no_threshold_is_never_set():
    policy = parse_policy(DOCUMENT)
    assert policy.probability("topic", "login", FACTS) == NEVER
    assert policy.probability("topic", "payments", {}) == NEVER
    assert parse_policy({"tasks": {"topic": {"stated": 0.1}}}).probability("topic", "x", FACTS) == NEVER


def test_all_faults_of_a_document_are_told():
    wrong = {
        "tasks": {
            "topic": {"stated": 0.3, "labels": {"payment": {"mode": "maybe"}}},
            "urgency": {"labels": {"awful": {}}},
            "mood": {},
        }
    }
    with pytest.raises(InvalidSettings) as caught:
        parse_policy(wrong, topics=["payments"])
    told = str(caught.value)
    assert all(part in told for part in ("0.3", "payment'", "mode", "awful", "mood"))
