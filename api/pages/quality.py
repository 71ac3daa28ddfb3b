"""What is promised of each decision, what is measured, and what may be set without a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.auth import page_caller
from api.current import parts_of_app
from api.operations import LEADERS
from api.pages.blueprint import pages
from api.pages.forms import whole
from api.pages.models import model_panels
from api.pages.wording import TASK_LABELS, TASK_TITLES, percent
from api.triaging import MODELS
from api.wiring import Parts
from kb.types import Fault
from models.errors import ModelError
from triage.audit import MeasuredError
from triage.errors import InvalidSettings, StaleSettings
from triage.policy import LabelPolicy, Policy, parse_policy
from triage.quality import TaskQuality
from triage.team import POLICY
from triage.thresholds import STATED
from triage.types import TASKS

SUGGEST = "suggest"
PICTURE_WIDTH = 200
_SMALLEST_SCALE = 0.12  # the picture of an interval reaches this share at least

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RateRow:
    """A stated error rate with what the card says of it; ``probability`` is None where it cannot be kept."""

    stated: float
    value: str
    probability: float | None
    coverage: float
    error: float
    bound: float


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A label, what is done with it, and its coverage at each stated rate (None: it cannot be kept)."""

    name: str
    choice: str
    coverages: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """Places in the picture of a measured error, in its own units from the left."""

    least: float
    most: float
    promised: float
    error: float | None


@dataclass(frozen=True, slots=True)
class ShownTask:
    """A task on the page."""

    task: str
    stated: float
    rates: tuple[RateRow, ...]
    labels: tuple[LabelRow, ...]
    has_own: bool
    measured: MeasuredError
    coverage_promised: float | None
    coverage_seen: float | None
    corrections: int
    model: str
    picture: Picture

    @property
    def sets_something(self) -> bool:
        """Whether any label is set at the rate that is chosen, so that there is a promise to keep."""
        return self.measured.tickets > 0 or any(
            rate.probability is not None for rate in self.rates if rate.stated == self.stated
        )


@pages.get("/quality", endpoint="quality")
def quality() -> str:
    """Show thresholds, measured errors, drift and models."""
    page_caller(parts_of_app(), LEADERS)
    return _page()


@pages.post("/quality", endpoint="set_policy")
def decide() -> ResponseReturnValue:
    """Decide what may be set without a person."""
    parts = parts_of_app()
    caller = page_caller(parts, LEADERS)
    try:
        policy = parse_policy(_document())
        parts.desk.set_policy(policy, whole(request.form.get("version", "")), caller.name, parts.now())
    except InvalidSettings as error:
        return _page(error.faults), 422
    except StaleSettings as error:
        return _page((Fault("Not saved", str(error)),)), 409
    flash("Saved. It holds for tickets from now on.")
    return redirect(url_for("pages.quality"), 303)


def _page(faults: Sequence[Fault] = ()) -> str:
    parts = parts_of_app()
    report = parts.desk.quality(now=parts.now())
    setting = parts.desk.setting(POLICY)
    policy = parts.desk.policy()
    return render_template(
        "quality.html",
        faults=faults,
        version=setting.version,
        changed_by=setting.changed_by,
        changed_at=setting.changed_at,
        drift=report.drift,
        shown_tasks=[_shown(parts, one, report.models.get(one.task, ""), policy) for one in report.tasks],
        panels=model_panels(parts),
        titles=TASK_TITLES,
        offered=STATED,
        choices=[
            ("", "As the others"),
            *((f"{stated:g}", f"Set, at most {percent(stated)} wrong") for stated in STATED),
            (SUGGEST, "Only suggest"),
        ],
    )


def _shown(parts: Parts, found: TaskQuality, model: str, policy: Policy) -> ShownTask:
    thresholds = _thresholds(parts, found.task, model)
    own = policy.of(found.task).labels
    measured = found.measured
    return ShownTask(
        task=found.task,
        stated=policy.stated(found.task),
        rates=tuple(_rates(thresholds.get("stated", {}))),
        labels=tuple(_labels(parts, found.task, thresholds.get("labels", {}), own)),
        has_own=bool(own),
        measured=measured,
        coverage_promised=found.promised_coverage,
        coverage_seen=found.coverage,
        corrections=found.corrections,
        model=model,
        picture=_picture(measured),
    )


def _thresholds(parts: Parts, task: str, version: str) -> Facts:
    """What the card of the version that serves states; nothing where no trained model does."""
    try:
        return parts.registry.card(MODELS[task], version).thresholds if version else {}
    except ModelError:
        return {}


def _rates(stated: Facts) -> Iterator[RateRow]:
    for rate in STATED:
        facts = stated.get(f"{rate:g}")
        if facts is not None:
            yield RateRow(
                rate, f"{rate:g}", facts["probability"], facts["coverage"], facts["error"], facts["bound"]
            )


def _labels(parts: Parts, task: str, facts: Facts, own: Mapping[str, LabelPolicy]) -> Iterator[LabelRow]:
    names = TASK_LABELS.get(task) or [topic.name for topic in parts.desk.topics()]
    for name in names:
        policy = own.get(name, LabelPolicy())
        choice = SUGGEST if policy.mode == SUGGEST else "" if policy.stated is None else f"{policy.stated:g}"
        yield LabelRow(name, choice, tuple(_coverage(facts.get(name, {}), rate) for rate in STATED))


def _coverage(facts: Facts, rate: float) -> float | None:
    found = facts.get(f"{rate:g}", {})
    return found.get("coverage") if found.get("probability") is not None else None


def _picture(measured: MeasuredError) -> Picture:
    scale = max(_SMALLEST_SCALE, measured.promised * 1.5, min(measured.most, 1.0) * 1.1)
    return Picture(
        least=round(measured.least / scale * PICTURE_WIDTH, 1),
        most=round(measured.most / scale * PICTURE_WIDTH, 1),
        promised=round(measured.promised / scale * PICTURE_WIDTH, 1),
        error=None if measured.error is None else round(measured.error / scale * PICTURE_WIDTH, 1),
    )


def _document() -> dict[str, object]:
    """The policy as the form has it; what is chosen "as the others" is left out."""
    tasks: dict[str, object] = {}
    for task in TASKS:
        names, chosen = (request.form.getlist(f"{task}-{what}") for what in ("name", "choice"))
        labels = {
            name: _label_document(choice) for name, choice in zip(names, chosen, strict=False) if choice
        }
        tasks[task] = {"stated": _number(request.form.get(task, "")), "labels": labels}
    return {"tasks": tasks}


def _label_document(choice: str) -> dict[str, object]:
    return {"mode": SUGGEST} if choice == SUGGEST else {"mode": "set", "stated": _number(choice)}


def _number(given: str) -> object:
    """The number, or the text as it came, which the reader of policies refuses with the reason."""
    try:
        return float(given)
    except ValueError:
        return given
