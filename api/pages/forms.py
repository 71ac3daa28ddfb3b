"""What the forms of the settings pages have in common: lists in one field, versions, and faults by name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kb.types import Fault

_BETWEEN = re.compile(r"[,;\n]+")


def words_in(given: str) -> list[str]:
    """The words that commas, semicolons or line ends part."""
    return [word for part in _BETWEEN.split(given) if (word := part.strip())]


def whole(given: str) -> int:
    """A whole number; -1 where it is none, which no version is."""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1


def number(given: str) -> object:
    """The whole number, or the text as it came, which the reader of settings refuses with the reason."""
    return whole(given.strip()) if whole(given.strip()) >= 0 else given


def named(faults: Sequence[Fault], document: object) -> list[Fault]:
    """Faults with names in place of numbers: ``teams.0.zone`` of the team Money is ``Money: zone``."""
    return [Fault(_name(fault.where, document), fault.reason) for fault in faults]


def _name(where: str, document: object) -> str:
    names: list[str] = []
    for step in where.split("."):
        document = _inside(document, step)
        own = document.get("name") if isinstance(document, Mapping) else None
        if step.isdigit():
            names[-1:] = [str(own or f"{names[-1] if names else ''} {int(step) + 1}".strip())]
        else:
            names.append(step.replace("_", " "))
    return ": ".join(names)


def _inside(document: object, step: str) -> object:
    if isinstance(document, Mapping):
        return document.get(step)
    if isinstance(document, list | tuple) and step.isdigit() and int(step) < len(document):
        return document[int(step)]
    return None
