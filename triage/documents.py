"""Settings as JSON documents: read with all faults named at once, written so that they read back the same."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, ValidationError

from kb.types import Fault
from triage.errors import InvalidSettings

Settings = TypeVar("Settings")


def _trimmed(given: object) -> object:
    return given.strip() if isinstance(given, str) else given


def _day(given: object) -> object:
    # Left to itself, pydantic takes a text of digits for seconds since 1970.
    if not isinstance(given, str):
        return given
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", given, re.ASCII):
        raise ValueError("give a day such as 2026-05-04")
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise ValueError(f"there is no day {given}") from None


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # OSError: the name of a folder of zones, such as Europe
        raise ValueError(f"there is no time zone {name!r}; give one such as Europe/Berlin") from None
    return name


Name = Annotated[str, BeforeValidator(_trimmed), Field(min_length=1, max_length=200)]
OptionalName = Annotated[str, BeforeValidator(_trimmed), Field(max_length=200)]
Day = Annotated[date, BeforeValidator(_day)]
ZoneName = Annotated[str, Field(max_length=100), AfterValidator(_known_zone)]


def parsed(
    adapter: TypeAdapter[Settings], document: object, across: Callable[[object], Iterable[Fault]]
) -> Settings:
    """Read a decoded JSON document into settings.

    Args:
        adapter: of the settings' class.
        document: what a JSON reader gave.
        across: names the faults that lie between parts of the document; it is asked even where parts are
            faulty themselves, so it takes any document.

    Raises:
        InvalidSettings: with all faults of both kinds.
    """
    faults: list[Fault] = []
    settings: Settings | None = None
    try:
        # As JSON text, since only there strict reading takes a list for a tuple and a text for a day.
        settings = adapter.validate_json(json.dumps(document))
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        faults = [
            Fault(".".join(map(str, each["loc"])) or "document", _reason(each["type"], each["msg"]))
            for each in found
        ]
    except (TypeError, ValueError) as error:
        faults = [Fault("document", f"it is no JSON: {error}")]
    faults += across(document)
    if settings is None or faults:
        raise InvalidSettings(tuple(faults))
    return settings


def entries(document: object, name: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Give the objects in the list ``name`` of a document of any shape, each with its place."""
    listed = document.get(name) if isinstance(document, Mapping) else None
    for number, entry in enumerate(listed if isinstance(listed, list | tuple) else ()):
        if isinstance(entry, Mapping):
            yield f"{name}.{number}", entry


def folded(name: object) -> str:
    """Give a name as it is compared: letter case and outer spaces do not matter."""
    return name.strip().casefold() if isinstance(name, str) else ""


def _reason(kind: str, message: str) -> str:
    if kind == "unexpected_keyword_argument":
        return "there is no such field"
    if kind in {"int_type", "int_parsing", "int_from_float"}:
        return "give a whole number"
    return message.removeprefix("Value error, ")
