"""What may be set without a person: per task a stated error rate, per label whether it is set or only suggested."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, ConfigDict, TypeAdapter

from kb.types import Fault
from triage.documents import Name, parsed
from triage.thresholds import DEFAULT, NEVER, STATED, probability_at
from triage.types import CHURN_INTENTS, TASKS, URGENCIES

Mode = Literal["set", "suggest"]
Facts = Mapping[str, Any]
_STRICT = ConfigDict(extra="forbid", strict=True)
_NOTHING: Facts = MappingProxyType({})


def _offered(rate: float) -> float:
    if rate not in STATED:
        raise ValueError(f"{rate:g} is no error rate that is kept; give one of {', '.join(map(str, STATED))}")
    return rate


def _known_task(task: str) -> str:
    if task not in TASKS:
        raise ValueError(f"there is no task {task!r}; there are {', '.join(TASKS)}")
    return task


Rate = Annotated[float, AfterValidator(_offered)]
Task = Annotated[str, AfterValidator(_known_task)]


@dataclass(frozen=True, slots=True)
class LabelPolicy:
    """What becomes of a label: set at ``stated`` (None: the task's own rate), or only ever suggested."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    mode: Mode = "set"
    stated: Rate | None = None


@dataclass(frozen=True, slots=True)
class TaskPolicy:
    """The stated error rate of a task, and the labels that are treated apart."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    stated: Rate = DEFAULT
    labels: Mapping[Name, LabelPolicy] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Policy:
    """The policies by task; a task that is not named has the default one."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    tasks: Mapping[Task, TaskPolicy] = field(default_factory=dict)

    def of(self, task: str) -> TaskPolicy:
        """The policy of a task."""
        return self.tasks.get(task, TaskPolicy())

    def mode(self, task: str, label: str) -> Mode:
        """Whether a label may be set at all."""
        return self.of(task).labels.get(label, LabelPolicy()).mode

    def stated(self, task: str, label: str = "") -> float:
        """The error rate that a label is set at; without a label the task's own."""
        own = self.of(task).labels.get(label, LabelPolicy()).stated
        return self.of(task).stated if own is None else own

    def probability(self, task: str, label: str, thresholds: Facts) -> float:
        """From which probability on a label is set, by the thresholds of the task's card; `NEVER` where it is not.

        A label with a rate of its own goes by its own threshold where the card has one.
        """
        if self.mode(task, label) == "suggest":
            return NEVER
        stated = self.stated(task, label)
        if self.of(task).labels.get(label, LabelPolicy()).stated is not None:
            own = thresholds.get("labels", _NOTHING).get(label)
            if own is not None:
                return probability_at(own, stated)
        return probability_at(thresholds.get("stated", _NOTHING), stated)


_DOCUMENT = TypeAdapter(Policy)


def parse_policy(document: object, *, topics: Collection[str] | None = None) -> Policy:
    """Read a decoded JSON document, ``{"tasks": {task: {"stated", "labels": {label: {"mode", "stated"}}}}}``.

    Raises:
        InvalidSettings: with all its faults; with ``topics``, a topic that is not among them is one.
    """
    allowed: dict[str, Collection[str] | None] = {
        "topic": topics,
        "urgency": URGENCIES,
        "churn_intent": CHURN_INTENTS,
    }

    def across(given: object) -> Iterator[Fault]:
        tasks = given.get("tasks") if isinstance(given, Mapping) else None
        for task, own in tasks.items() if isinstance(tasks, Mapping) else ():
            labels = own.get("labels") if isinstance(own, Mapping) else None
            known = allowed.get(task)
            for label in labels if isinstance(labels, Mapping) and known is not None else ():
                if label not in (known or ()):
                    yield Fault(f"tasks.{task}.labels.{label}", f"there is no {task} {label!r}")

    return parsed(_DOCUMENT, document, across)


def dump_policy(policy: Policy) -> dict[str, Any]:
    """Give a policy as a document that ``parse_policy`` reads back."""
    document: dict[str, Any] = _DOCUMENT.dump_python(policy, mode="json")
    return document
