"""The card of a trained artifact: what it is, what it was made from, how good it is, and its files' sums."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, JsonValue, TypeAdapter, ValidationError

from models.errors import Fault, InvalidCard

TASK_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
VERSION_NAME = re.compile(r"\d{4}\.\d{2}\.\d{2}-[0-9a-f]{8}")
_SAFE_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")


def safe_file_name(name: str) -> str:
    """Give the name back if it stays inside its folder, like ``notes.md`` or ``embedder/model.onnx``.

    Raises:
        ValueError: it could point elsewhere or names a hidden file.
    """
    if not all(_SAFE_PART.fullmatch(part) for part in name.split("/")):
        raise ValueError(f"{name!r} is no relative path of letters, digits, '.', '_' and '-'")
    return name


def _finite(facts: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
    for where, number in _numbers(facts):
        if not math.isfinite(number):
            raise ValueError(f"{where} is {number}; write null where there is no figure")
    return facts


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _whole_name(pattern: re.Pattern[str]) -> AfterValidator:
    def check(name: str) -> str:
        if not pattern.fullmatch(name):
            raise ValueError(f"{name!r} does not match {pattern.pattern}")
        return name

    return AfterValidator(check)


Moment = Annotated[AwareDatetime, AfterValidator(_utc)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
FileName = Annotated[str, AfterValidator(safe_file_name)]
Facts = Annotated[Mapping[str, JsonValue], AfterValidator(_finite)]
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingData:
    """What a model was made from. ``fingerprint`` is the sha256 of the rows as they were used."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    fingerprint: Sha256
    rows: Annotated[int, Field(ge=0)]
    window_from: Moment | None = None
    window_to: Moment | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Primary:
    """The metric that decides a promotion, as a dotted path into ``metrics`` such as ``held_out.macro_f1``.

    A version may be worse than the current one by at most ``tolerance``.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    metric: Annotated[str, Field(min_length=1)]
    tolerance: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    higher_is_better: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Previous:
    """The version before, measured on the same held-out rows as the card's own metrics."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    version: Annotated[str, _whole_name(VERSION_NAME)]
    metrics: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Everything to know about a version.

    The registry fills ``version``, ``libraries`` and ``files`` (name: sha256).
    ``metrics``, ``baseline``, ``thresholds`` and ``params`` are nested JSON objects with finite numbers.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    task: Annotated[str, _whole_name(TASK_NAME)]
    created_at: Moment
    labels: tuple[str, ...]
    data: TrainingData
    text_columns: tuple[str, ...]
    metrics: Facts
    primary: Primary
    baseline: Facts = field(default_factory=dict)
    previous: Previous | None = None
    thresholds: Facts = field(default_factory=dict)
    params: Facts = field(default_factory=dict)
    notes: str = ""
    version: Annotated[str, _whole_name(re.compile(f"|{VERSION_NAME.pattern}"))] = ""
    libraries: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[FileName, Sha256] = field(default_factory=dict)

    def to_json(self) -> str:
        """Write the card as JSON; equal cards give equal text.

        Raises:
            InvalidCard: a field holds what a card cannot; all faults are listed.
        """
        card = _checked(lambda: _CARDS.validate_python(asdict(self)))
        document = _CARDS.dump_python(card, mode="json")
        return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> Card:
        """Read a card.

        Raises:
            InvalidCard: it is no JSON or has faults; all of them are listed.
        """
        return _checked(lambda: _CARDS.validate_json(text, strict=True))

    @property
    def figure(self) -> float:
        """The primary metric of this version."""
        found = figure_at(self.metrics, self.primary.metric)
        if found is None:
            raise InvalidCard((_no_figure(self),))
        return found


def figure_at(facts: Mapping[str, JsonValue], path: str) -> float | None:
    """Look a number up by its dotted path; None where there is none."""
    found: Any = facts
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None


def _checked(validate: Callable[[], Card]) -> Card:
    try:
        card = validate()
    except ValidationError as error:
        raise InvalidCard(tuple(_fault(entry["loc"], entry["msg"]) for entry in error.errors())) from None
    faults = tuple(_contradictions(card))
    if faults:
        raise InvalidCard(faults)
    return card


def _fault(location: tuple[int | str, ...], reason: str) -> Fault:
    return Fault(".".join(str(part) for part in location) or "card", reason)


def _no_figure(card: Card) -> Fault:
    return Fault("primary.metric", f"metrics hold no number at {card.primary.metric!r}")


def _contradictions(card: Card) -> Iterator[Fault]:
    if figure_at(card.metrics, card.primary.metric) is None:
        yield _no_figure(card)
    if len(set(card.labels)) != len(card.labels):
        yield Fault("labels", "a label is listed twice")
    start, end = card.data.window_from, card.data.window_to
    if start is not None and end is not None and end < start:
        yield Fault("data.window_to", "the window ends before it starts")


def _numbers(value: JsonValue | Mapping[str, JsonValue], where: str = "") -> Iterator[tuple[str, float]]:
    if isinstance(value, float):
        yield where, value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _numbers(item, f"{where}.{name}".lstrip("."))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _numbers(item, f"{where}[{place}]")


_CARDS = TypeAdapter(Card)
