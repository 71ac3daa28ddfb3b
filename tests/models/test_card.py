from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest

from models.card import Card, Previous, Primary, TrainingData, figure_at, safe_file_name
from models.errors import InvalidCard


def faults_of(error: InvalidCard) -> set[str]:
    return {fault.where for fault in error.faults}


def test_a_card_survives_being_written_and_read(make_card):
    card = make_card(
        previous=Previous(version="2026.11.01-0123abcd", metrics={"held_out": {"macro_f1": 0.79}}),
        version="2026.11.22-89abcdef",
        libraries={"scikit-learn": "1.9.1"},
        files={"model.joblib": "cd" * 32, "embedder/model.onnx": "ef" * 32},
        params={"C": 1.0, "ngrams": [1, 2], "stop": None},
    )
    assert Card.from_json(card.to_json()) == card


def test_equal_cards_are_written_alike_whatever_the_order_and_the_zone(make_card):
    berlin = timezone(timedelta(hours=1))
    here = make_card(params={"a": 1, "b": 2})
    there = make_card(params={"b": 2, "a": 1}, created_at=datetime(2026, 11, 22, 10, 30, tzinfo=berlin))
    assert there.to_json() == here.to_json()


def test_writing_lists_all_faults_at_once(make_card):
    card = make_card(
        task="../topic",
        created_at=datetime(2026, 11, 22),  # noqa: DTZ001
        data=TrainingData(fingerprint="short", rows=-1),
        baseline={"auc": float("nan")},
        params={"weight": np.float32(0.5)},
        files={"../evil": "ab" * 32},
    )
    with pytest.raises(InvalidCard) as refused:
        card.to_json()
    named = {where.split(".")[0] for where in faults_of(refused.value)}
    assert named == {"task", "created_at", "data", "baseline", "params", "files"}
    assert {"data.fingerprint", "data.rows"} <= faults_of(refused.value)


def test_contradictions_are_listed_too(make_card):
    data = make_card().data
    card = make_card(
        labels=("login", "login"),
        primary=Primary(metric="held_out.accuracy"),
        data=replace(data, window_from=data.window_to, window_to=data.window_from),
    )
    with pytest.raises(InvalidCard) as refused:
        card.to_json()
    assert faults_of(refused.value) == {"labels", "primary.metric", "data.window_to"}


def test_reading_lists_all_faults_at_once(make_card):
    document = json.loads(make_card().to_json())
    del document["labels"]
    document |= {"colour": "red", "version": "latest", "notes": 7}
    with pytest.raises(InvalidCard) as refused:
        Card.from_json(json.dumps(document))
    assert faults_of(refused.value) == {"labels", "colour", "version", "notes"}


@pytest.mark.parametrize("kept", [0, 1, 40, 400])
def test_a_truncated_card_is_refused(make_card, kept):
    with pytest.raises(InvalidCard):
        Card.from_json(make_card().to_json()[:kept])


def test_figures_are_found_by_dotted_path(make_card):
    card = make_card()
    assert card.figure == 0.8
    assert figure_at(card.metrics, "held_out.by_label.billing") is None
    assert figure_at({"passed": True}, "passed") is None


@pytest.mark.parametrize("name", ["", ".hidden", "../up", "a/../b", "/root", "a//b", "a\\b", "a\n", "a/"])
def test_file_names_that_could_point_elsewhere_are_refused(name):
    with pytest.raises(ValueError, match="no relative path"):
        safe_file_name(name)


def test_moments_are_kept_in_utc(make_card):
    card = make_card(created_at=datetime(2026, 11, 22, 0, 30, tzinfo=timezone(timedelta(hours=2))))
    assert Card.from_json(card.to_json()).created_at == datetime(2026, 11, 21, 22, 30, tzinfo=UTC)
    assert '"created_at": "2026-11-21T22:30:00Z"' in card.to_json()
