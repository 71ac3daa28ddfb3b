"""The models that serve, on the quality page: learnt anew from the team's labels, and taken back, by one click."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from api.auth import page_caller
from api.current import parts_of_app
from api.operations import LEADERS
from api.pages.blueprint import pages
from api.pages.wording import TASK_TITLES
from api.retraining import COMMANDS, FEWEST, NotTrainable, Retraining, ask, labelled, latest, version_before
from api.triaging import MODELS
from api.wiring import Parts
from models.card import Card
from models.errors import ModelError

_FIGURES = {"macro_f1": "Macro F1", "quadratic_kappa": "Weighted kappa"}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a card beside that of the plain method; ``baseline`` is None where it has none."""

    name: str
    value: float
    baseline: float | None


@dataclass(frozen=True, slots=True)
class ModelPanel:
    """What serves a task, what it could learn from, and what came of the last training.

    ``card`` and ``figure`` are None where no trained model serves; ``before`` is what a rollback would serve.
    """

    task: str
    version: str
    card: Card | None
    figure: Figure | None
    before: str
    labelled: int
    wanting: int
    last: Retraining | None


@pages.post("/quality/train", endpoint="train_model")
def train() -> ResponseReturnValue:
    """Queue a training."""
    parts = parts_of_app()
    caller = page_caller(parts, LEADERS)
    task = _task()
    try:
        asked = ask(parts, task, caller.name)
    except NotTrainable as error:
        flash(str(error))
    else:
        flash(
            f"{TASK_TITLES[task]}: it learns from {asked.tickets} labelled tickets now. Reload to see how far it is."
        )
    return redirect(url_for("pages.quality", _anchor="models"), 303)


@pages.post("/quality/rollback", endpoint="roll_back_model")
def roll_back() -> ResponseReturnValue:
    """Serve the version before again."""
    parts = parts_of_app()
    page_caller(parts, LEADERS)
    task = _task()
    try:
        version = parts.registry.rollback(MODELS[task])
        flash(f"{TASK_TITLES[task]}: {version} serves again, within seconds.")
    except ModelError as error:
        flash(str(error))
    return redirect(url_for("pages.quality", _anchor="models"), 303)


def model_panels(parts: Parts) -> list[ModelPanel]:
    """The panels of all tasks."""
    return [_panel(parts, task) for task in COMMANDS]


def _panel(parts: Parts, task: str) -> ModelPanel:
    number = labelled(parts, task)
    try:
        version = parts.registry.current(MODELS[task])
        card: Card | None = parts.registry.card(MODELS[task], version)
    except ModelError:
        version, card = "", None
    return ModelPanel(
        task=task,
        version=version,
        card=card,
        figure=_figure(card) if card is not None else None,
        before=version_before(parts, task) if version else "",
        labelled=number,
        wanting=max(FEWEST - number, 0),
        last=latest(parts, task),
    )


def _figure(card: Card) -> Figure:
    name = card.primary.metric.rpartition(".")[2]
    plain = (card.baseline or {}).get(name)
    words = _FIGURES.get(name, name.replace("_", " ").capitalize())
    return Figure(words, card.figure, float(plain) if isinstance(plain, int | float) else None)


def _task() -> str:
    task = request.form.get("task", "")
    if task not in COMMANDS:
        abort(404)
    return task
