"""Directives of reStructuredText: taken apart, and what becomes of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from kb.reader.rst_lines import BULLET, dedented
from kb.reader.rst_tables import Table, csv_table
from kb.reader.vocabulary import NOTES, TITLED, UNSHOWN, words

Treatment = Literal["unshown", "code", "raw", "note", "content", "table"]

_OPTION = re.compile(r":(?P<name>[^:\s][^:]*):(?:\s+(?P<value>.*))?\Z")
_VERSIONS = {
    "versionadded": "Added in version",
    "versionchanged": "Changed in version",
    "deprecated": "Deprecated since version",
}
_CODE = words("code-block code sourcecode parsed-literal prompt doctest testcode literal")
_DOMAINS = frozenset({"py", "js", "c", "cpp", "rst", "http", "std"})


@dataclass(frozen=True, slots=True)
class Directive:
    """A directive taken apart: what follows its name, its options and its content."""

    name: str
    argument: str
    options: dict[str, str] = field(default_factory=dict)
    content: tuple[str, ...] = ()


def directive(name: str, first: str, body: Sequence[str]) -> Directive:
    """Takes a directive apart.

    Args:
        name: The name before ``::``.
        first: The rest of that line.
        body: The indented lines below it.
    """
    lines = dedented(body)
    argument = [first.strip()] if first.strip() else []
    at = 0
    while at < len(lines) and lines[at].strip() and not _OPTION.match(lines[at]) and argument:
        argument.append(lines[at].strip())
        at += 1
    options: dict[str, str] = {}
    while at < len(lines) and (found := _OPTION.match(lines[at])) is not None:
        end = at + 1
        while end < len(lines) and lines[end].strip() and lines[end][0] == " ":
            end += 1
        value = " ".join([found["value"] or "", *(line.strip() for line in lines[at + 1 : end])])
        options[found["name"].strip().lower()] = value.strip()
        at = end
    return Directive(name.lower(), " ".join(argument), options, tuple(dedented(lines[at:])))


def treatment_of(name: str) -> Treatment:
    """Returns what is to become of a directive; the content of one that is not known is kept.

    A domain of a site's own describes things for an index of its own, beside what the page says.
    """
    domain, _, short = name.rpartition(":")
    if short in UNSHOWN or (domain and domain not in _DOMAINS):
        return "unshown"
    if short in _CODE:
        return "code"
    if short in NOTES or short in _VERSIONS:
        return "note"
    if short in {"csv-table", "list-table"}:
        return "table"
    return "raw" if short == "raw" else "content"


def shown_argument(found: Directive) -> str:
    """Returns what follows the directive's name as its reader sees it, which may be nothing."""
    domain, _, short = found.name.rpartition(":")
    if short in _VERSIONS:
        return f"{_VERSIONS[short]} {found.argument}"
    return found.argument if short in TITLED or short in NOTES or domain else ""


def table_of(found: Directive) -> Table:
    """Reads a ``csv-table`` or a ``list-table``."""
    value = found.options.get("header-rows", "0")
    header_rows = int(value) if value.isdigit() else 0
    if found.name == "csv-table":
        return csv_table(found.options.get("header", ""), found.content, header_rows)
    rows = tuple(tuple(tuple(cell) for cell in _items(row)) for row in _items(found.content))
    return Table(rows, headed=header_rows > 0)


def _items(lines: Sequence[str]) -> list[list[str]]:
    items: list[list[str]] = []
    for line in dedented(lines):
        if BULLET.match(line):
            items.append([" " * 2 + line[1:].lstrip()])
        elif items:
            items[-1].append(line)
    return [dedented(item) for item in items]
