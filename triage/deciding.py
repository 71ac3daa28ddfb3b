"""From what models say to what a help desk is told: what may be set, what churn words mean, what stays hidden."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from triage.churn.scoring import AccountRisk
from triage.policy import Policy
from triage.predictor import UNKNOWN, Predicted
from triage.store import Labels
from triage.types import Assignment, ChurnRisk, DueTimes, Prediction, Reason, Triage

Band = Literal["none", "watch", "at_risk", "explicit"]
BANDS: tuple[Band, ...] = ("none", "watch", "at_risk", "explicit")
HORIZON_DAYS = 90
_LIKELY = 0.5
_DOUBTFUL = 0.7  # "none" that is less probable than this is worth a look
_QUIET = ChurnRisk(UNKNOWN, "none")


def accepted(
    task: str, prediction: Prediction, policy: Policy, thresholds: Mapping[str, Any], names: Mapping[str, str]
) -> Prediction:
    """Say of a prediction whether it may be set without a person.

    ``names`` are the names of today by former ones: a card knows the topics by those they had.
    """
    facts = dict(thresholds)
    facts["labels"] = {names.get(label, label): own for label, own in facts.get("labels", {}).items()}
    label = names.get(prediction.label, prediction.label)
    reached = bool(label) and prediction.probability >= policy.probability(task, label, facts)
    return replace(prediction, accepted=reached)


def churn_risk(ticket_id: str, predicted: Predicted, history: AccountRisk | None) -> ChurnRisk:
    """Join what the words say with what the account's history says, where there is a model of it.

    The band is the worse of the two; reasons of both are told, the words' own first.
    """
    words = predicted.churn
    band = _band_of(words)
    reasons: tuple[Reason, ...] = ()
    if predicted.churn_quote:
        weight = _log_odds(words.probability)
        reasons = (Reason(_SPEAKS[words.label], weight, ticket_id, predicted.churn_quote),)
    if history is None or history.risk is None or history.band == "left":
        return ChurnRisk(words, band, None, HORIZON_DAYS, reasons)
    worse = BANDS[max(BANDS.index(band), BANDS.index(history.band))]
    return ChurnRisk(words, worse, round(history.risk, 4), HORIZON_DAYS, (*reasons, *history.reasons))


def as_no_work(triage: Triage, noise: str) -> Triage:
    """What is told of spam, an automatic reply or a mere thank-you: no labels, nobody, and no clock."""
    return replace(
        triage,
        topic=UNKNOWN,
        urgency=UNKNOWN,
        churn=_QUIET,
        topics=(),
        statements=(),
        evidence=(),
        assignment=Assignment(why="It is no work."),
        due=DueTimes(),
        suggested_articles=(),
        noise=noise,
    )


def shown(triage: Triage, labels: Labels) -> Triage:
    """What may be seen of a triage: of the blind sample a task only once a person has labelled it.

    Churn and the evidence for it come with the topic, the first thing that a person says.
    """
    if not triage.audited:
        return triage
    open_tasks = {
        task
        for task, label in (
            ("topic", labels.topic),
            ("urgency", labels.urgency),
            ("churn_intent", labels.topic or labels.churn_intent),
        )
        if label
    }
    return replace(
        triage,
        topic=triage.topic if "topic" in open_tasks else UNKNOWN,
        topics=triage.topics if "topic" in open_tasks else (),
        statements=triage.statements if open_tasks >= {"topic", "urgency"} else (),
        urgency=triage.urgency if "urgency" in open_tasks else UNKNOWN,
        churn=triage.churn if "churn_intent" in open_tasks else _QUIET,
        evidence=tuple(one for one in triage.evidence if one.task in open_tasks),
    )


_SPEAKS = {
    "at_risk": "The message speaks of lost trust or of leaving",
    "explicit": "The message says that they cancel or leave",
}


def _band_of(words: Prediction) -> Band:
    if words.label == "explicit":
        return "explicit" if words.probability >= _LIKELY else "at_risk"
    if words.label == "at_risk":
        return "at_risk" if words.probability >= _LIKELY else "watch"
    return "watch" if words.label and words.probability < _DOUBTFUL else "none"


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, 1e-4), 1 - 1e-4)
    return round(math.log(bounded / (1 - bounded)), 3)
