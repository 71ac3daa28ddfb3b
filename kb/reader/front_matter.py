"""The block of fields at the top of a file: YAML between ``---`` or TOML between ``+++``."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field

import yaml

_YAML = re.compile(r"\A\s*---[ \t]*\n(?P<block>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\A\s*\+\+\+[ \t]*\n(?P<block>.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_LINE = re.compile(r"^(?P<name>[A-Za-z_][\w -]*):[ \t]+(?P<value>\S.*?)[ \t]*$", re.MULTILINE)
_FIELD = re.compile(r"^[A-Za-z_][\w -]*:(?:\s|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields by name (lower case, ``_`` for ``-``), what follows them, and what is wrong with them."""

    fields: dict[str, object] = field(default_factory=dict)
    body: str = ""
    fault: str = ""
    present: bool = False


def split(text: str) -> FrontMatter:
    """Takes the front matter off; where it cannot be read, its plain ``name: value`` lines are used."""
    found = _YAML.match(text)
    if found is not None and (not found["block"].strip() or _FIELD.search(found["block"])):
        return _yaml(found["block"], text[found.end() :])
    found = _TOML.match(text)
    if found is not None:
        return _toml(found["block"], text[found.end() :])
    return FrontMatter(body=text)


def _yaml(block: str, body: str) -> FrontMatter:
    try:
        loaded = yaml.load(block, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f" at line {mark.line + 2}" if mark is not None else ""
        lines = {match["name"]: match["value"].strip("'\"") for match in _LINE.finditer(block)}
        return FrontMatter(_named(lines), body, f"the front matter is not valid YAML{place}", True)
    if not isinstance(loaded, dict | None):
        return FrontMatter({}, body, "the front matter holds no fields", True)
    return FrontMatter(_named(loaded or {}), body, present=True)


def _toml(block: str, body: str) -> FrontMatter:
    try:
        return FrontMatter(_named(tomllib.loads(block)), body, present=True)
    except tomllib.TOMLDecodeError as error:
        return FrontMatter({}, body, f"the front matter is not valid TOML: {error}", True)


def _named(fields: dict[object, object] | dict[str, object] | dict[str, str]) -> dict[str, object]:
    return {
        str(name).strip().lower().replace("-", "_").replace(" ", "_"): value for name, value in fields.items()
    }
