from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from models.card import Card, Primary, TrainingData
from tests.api.conftest import NOW
from tests.api.pages.conftest import TICKET, TRIAGE
from triage.features.graded import GradedModel
from triage.features.heads import LinearHead
from triage.features.words import word_features
from triage.policy import LabelPolicy
from triage.types import Correction, Prediction


def facts(probability: float | None, coverage: float) -> dict[str, float | None]:
    return {"probability": probability, "coverage": coverage, "error": 0.031, "bound": 0.0488}


CARD = Card(
    task="urgency",
    created_at=NOW,
    labels=("low", "normal", "high", "urgent"),
    data=TrainingData(fingerprint="0" * 64, rows=10),
    text_columns=("body",),
    metrics={"kappa": 0.7},
    primary=Primary(metric="kappa"),
    thresholds={
        "default": 0.05,
        "stated": {"0.02": facts(None, 0.0), "0.05": facts(0.83, 0.62), "0.1": facts(0.55, 0.87)},
        "labels": {"low": {"0.02": facts(0.97, 0.41), "0.05": facts(0.8, 0.7), "0.1": facts(0.4, 0.96)}},
    },
)
FORM = {"version": "0", "topic": "0.05", "urgency": "0.05", "churn_intent": "0.05"}


def graded(intercept: float) -> GradedModel:
    head = LinearHead(
        word_features().fit(["help please"]), np.zeros((64, 4), np.float32), np.zeros(4), 1.0, 1.0
    )
    return GradedModel(CARD.labels, head, head, np.zeros((8, 4)), np.full(4, intercept))


@pytest.fixture
def model(parts) -> str:
    """The version of an urgency model that states thresholds."""
    version = parts.registry.save("urgency", graded(1.0), CARD).name
    parts.registry.promote("urgency", version, force=True)
    return version


@pytest.fixture
def sample(parts, topics) -> None:
    """Forty labelled tickets of the blind sample; of those whose topic was accepted, twelve were wrong."""
    ids = [f"b{number}" for number in range(40)]
    store = parts.tickets
    store.put_new([replace(TICKET, id=key, created_at=NOW - timedelta(days=9)) for key in ids], NOW)
    store.save_triages([replace(TRIAGE, ticket_id=key, audited=True) for key in ids], NOW)
    said = {key: "bookings" if place < 12 else "payments" for place, key in enumerate(ids)}
    store.correct([Correction(key, NOW, "Mia", topic, "urgent") for key, topic in said.items()])


def test_before_a_model_is_trained_nothing_is_stated(mia, topics):
    page = mia.see("/quality")
    assert "Until then everything is suggested and nothing is set." in page
    assert "<b>Nothing is set yet,</b> so there is no error to measure." in page
    assert "were promised" not in mia.see("/tickets")


def test_thresholds_are_told_with_error_and_coverage(mia, model, topics):
    page = mia.see("/quality")
    assert model in page
    assert (
        '<td class="number">83 % on</td><td class="number">62 %</td>'
        '<td class="number">3.1 %</td><td class="number">4.9 %</td>' in page
    )
    assert "Not reachable with what was counted" in page
    assert "Nothing was measured so far." in page
    assert '<input type="radio" name="urgency" value="0.05" checked>' in page
    row = page.split('name="urgency-name" value="low"')[1].split("</tr>")[0]
    assert [row.count(f'<td class="number">{share} %</td>') for share in (41, 70, 96)] == [1, 1, 1]


def test_a_broken_promise_is_told_with_its_interval(mia, sample):
    page = mia.see("/quality")
    assert "The promise is broken." in page
    assert "Measured: 30 % (12 of 40 in the blind sample; surely between 17 % and 47 %)." in page
    assert "40 corrections" in page
    assert "Topic: the blind sample shows more errors than were promised." in mia.see("/tickets")


def test_each_task_and_label_is_set_or_suggested(mia, parts, model, topics):
    mia.see("/quality")
    labels = {"urgency-name": ["urgent", "low"], "urgency-choice": ["suggest", "0.02"]}
    page = mia.send("/quality", FORM | {"urgency": "0.1"} | labels)
    assert "Saved." in page
    assert "Last changed by Mia" in page
    policy = parts.desk.policy()
    assert policy.stated("urgency") == 0.1
    assert policy.of("urgency").labels == {
        "urgent": LabelPolicy("suggest"),
        "low": LabelPolicy("set", 0.02),
    }
    assert '<option value="suggest" selected>' in mia.see("/quality")


def test_an_error_rate_that_is_not_offered_is_refused(mia, parts, topics):
    mia.see("/quality")
    page = mia.send("/quality", FORM | {"topic": "0.3", "urgency": "few"}, status=422)
    assert "no error rate that is kept" in page
    assert "tasks.urgency.stated" in page
    assert parts.desk.setting("policy").version == 0


def test_what_another_has_changed_meanwhile_is_not_overwritten(mia, browse, parts, topics):
    bo = browse("Bo", "admin")
    mia.see("/quality")
    bo.see("/quality")
    bo.send("/quality", FORM | {"topic": "0.02"})
    page = mia.send("/quality", FORM | {"topic": "0.1"}, status=409)
    assert "were changed by another" in page
    assert parts.desk.policy().stated("topic") == 0.02


def test_quality_is_for_those_who_lead(ann, topics):
    ann.see("/quality", status=403)


def test_a_change_of_the_mix_is_told(mia, parts, topics):
    weeks_ago = {"payments": 3, "bookings": 0}
    for topic, weeks in weeks_ago.items():
        ids = [f"{topic} {number}" for number in range(40)]
        came = NOW - timedelta(weeks=weeks, days=1)
        predicted = replace(TRIAGE, topic=Prediction(topic, 0.9, True))
        parts.tickets.put_new([replace(TICKET, id=key, created_at=came) for key in ids], NOW)
        parts.tickets.save_triages([replace(predicted, ticket_id=key) for key in ids], NOW)
    page = mia.see("/quality")
    assert "It has changed." in page
    assert "bookings: 0 % before, 100 % now" in page


def test_a_training_is_asked_for_once_there_are_enough_labels(mia, parts, topics):
    assert "40 more labels and it can learn." in mia.see("/quality")
    store = parts.tickets
    store.put_new([replace(TICKET, id=f"l{number}") for number in range(40)], NOW)
    store.correct([Correction(f"l{number}", NOW, "Mia", "payments") for number in range(40)])
    assert "Learn from 40 labelled tickets" in mia.see("/quality")
    page = mia.send("/quality/train", {"task": "topic"})
    assert "<b>Waiting for the worker.</b>" in page
    assert [job.name for job in parts.queue.waiting(5)] == ["train_model"]
    mia.send("/quality/train", {"task": "weather"}, 404)


def test_the_version_before_serves_again_by_one_click(mia, parts, model, topics):
    better = parts.registry.save("urgency", graded(2.0), replace(CARD, metrics={"kappa": 0.9})).name
    parts.registry.promote("urgency", better)
    page = mia.see("/quality")
    assert "<b>0.900</b>" in page
    assert f"Back to {model}" in page
    assert f"{model} serves again" in mia.send("/quality/rollback", {"task": "urgency"})
    assert parts.registry.current("urgency") == model
