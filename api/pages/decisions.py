"""What a ticket's page says of each decision: the label, how sure, who says so, and what else to choose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from api.pages.wording import LABELS, TASK_LABELS, label_words, percent, right_of_100
from triage.store import FieldCorrection, Labels
from triage.types import TASKS, ChurnRisk, Prediction, Triage

Stated = Callable[[str, str], float]  # task, label: the error rate that is stated for it
_NO_PREDICTION = Prediction("", 0.0)


@dataclass(frozen=True, slots=True)
class ShownChoice:
    """A button that gives the ticket a label; ``confirms`` where that is what the model says already."""

    label: str
    probability: float | None = None
    chosen: bool = False
    confirms: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """A task of a ticket. ``probability`` is None where a person gave the label.

    ``others`` are the labels without a button; ``further`` are topics of other requests in the ticket.
    """

    task: str
    label: str
    probability: float | None
    standing: str
    choices: tuple[ShownChoice, ...]
    others: tuple[str, ...] = ()
    further: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    quote: str = ""


def decisions_of(
    triage: Triage | None,
    labels: Labels,
    corrections: Sequence[FieldCorrection],
    topics: Sequence[str],
    stated: Stated,
) -> list[Decision]:
    """The three decisions on a ticket, in the order of `TASKS`."""
    return [
        _decision(
            task, prediction_of(triage, task), getattr(labels, task), corrections, topics, stated, triage
        )
        for task in TASKS
    ]


def prediction_of(triage: Triage | None, task: str) -> Prediction:
    """What a triage predicts for a task; the empty label where it predicts nothing."""
    if triage is None:
        return _NO_PREDICTION
    return {"topic": triage.topic, "urgency": triage.urgency, "churn_intent": triage.churn.words}[task]


def choices_of(task: str, predicted: Prediction, said: str) -> tuple[ShownChoice, ...]:
    """The labels worth a button: of a graded task all, of topics the likeliest and the one that was given."""
    likely = {one.label: one.probability for one in predicted.alternatives}
    if predicted.label:
        likely = {predicted.label: predicted.probability} | likely
    names = list(TASK_LABELS.get(task, tuple(dict.fromkeys([*likely, said]))))
    return tuple(
        ShownChoice(
            name, likely.get(name), chosen=name == said, confirms=not said and name == predicted.label
        )
        for name in names
        if name
    )


def _decision(
    task: str,
    predicted: Prediction,
    said: str,
    corrections: Sequence[FieldCorrection],
    topics: Sequence[str],
    stated: Stated,
    triage: Triage | None,
) -> Decision:
    choices = choices_of(task, predicted, said)
    shown = {one.label for one in choices}
    is_topic = task == "topic"
    return Decision(
        task,
        said or predicted.label,
        predicted.probability if predicted.label and not said else None,
        _said_standing(task, predicted, said, corrections) if said else _standing(task, predicted, stated),
        choices,
        others=tuple(name for name in topics if name not in shown) if is_topic else (),
        further=tuple(one.label for one in triage.topics[1:]) if triage and is_topic else (),
        reasons=tuple(_risk(triage.churn)) if triage and task == "churn_intent" else (),
        quote=_quote(triage.churn) if triage and task == "churn_intent" else "",
    )


def _said_standing(
    task: str, predicted: Prediction, said: str, corrections: Sequence[FieldCorrection]
) -> str:
    own = [one for one in corrections if one.field == task and one.label == said]
    who = f"Said by {own[-1].corrected_by or 'a person'}." if own else "Came with the ticket."
    if not predicted.label or predicted.label == said:
        return who
    return f"{who} The model said {label_words(predicted.label, task)} ({percent(predicted.probability)})."


def _standing(task: str, predicted: Prediction, stated: Stated) -> str:
    if not predicted.label:
        return "Nothing was predicted; please choose."
    if predicted.accepted:
        return f"Set; {right_of_100(stated(task, predicted.label))}."
    if predicted.none_of_these >= 0.5:
        return f"Suggested only: with {percent(predicted.none_of_these)}, none of the topics fits."
    return "Suggested only: not sure enough to be set, so a person decides."


def _risk(churn: ChurnRisk) -> Iterator[str]:
    if churn.risk is not None:
        yield f"From the account's history: {percent(churn.risk)} to leave within {churn.horizon_days} days."
    yield from (reason.text for reason in churn.reasons if reason.text)


def _quote(churn: ChurnRisk) -> str:
    speaks = churn.words.label in LABELS and churn.words.label != "none"
    return next((reason.quote for reason in churn.reasons if reason.quote), "") if speaks else ""
