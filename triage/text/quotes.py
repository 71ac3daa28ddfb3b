"""Parts a mail into what its writer wrote and the older mail below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from triage.text.phrases import HEADER, SEPARATOR, introduces
from triage.text.shown import Line

Kind = Literal["", "reply", "forward", "quote"]
_LONGEST_BLOCK = 12  # lines of a header block with the folded ones
_FEWEST_HEADERS = 2
_WRAPPED = 3  # lines that an introduction may run over


@dataclass(frozen=True, slots=True)
class Parted:
    """``upper`` is the writer's own, ``lower`` the older mail without its headers and quotation marks.

    ``kind`` is ``"quote"`` where lines are quoted and nothing says whose they are.
    """

    upper: tuple[Line, ...]
    lower: tuple[Line, ...] = ()
    kind: Kind = ""


def part(lines: Sequence[Line]) -> Parted:
    """Parts ``lines`` at the first separator, introduction or header block.

    Quoted lines (``>``) are the older mail's wherever they stand; what follows them is the writer's again, as people
    answer below and between quotes.
    """
    upper: list[Line] = []
    lower: list[Line] = []
    kind: Kind = ""
    at = 0
    while at < len(lines):
        line = lines[at]
        length, found = _boundary(lines, at)
        if length and _next_is_quoted(lines, at + length):
            kind = kind or found or "reply"
            at += length
        elif length:
            lower += _unquoted(lines[at + length :])
            return Parted(_without_rules(upper), tuple(lower), kind or found or "reply")
        else:
            (lower if line.quoted else upper).append(line)
            at += 1
    return Parted(
        _without_rules(upper), _unquoted(_without_headers(lower)), kind or ("quote" if lower else "")
    )


def _boundary(lines: Sequence[Line], at: int) -> tuple[int, Kind]:
    """Returns how many lines the beginning of an older mail takes at ``at``, 0 where there is none."""
    if lines[at].quoted or not lines[at].text:
        return 0, ""
    separator = SEPARATOR.fullmatch(lines[at].text)
    if separator:
        length = 1 + _blank(lines, at + 1)
        return length + _headers(lines, at + length, fewest=1), "forward" if separator["forward"] else "reply"
    wrapped = ""
    for length in range(1, _WRAPPED + 1):
        if at + length > len(lines) or not lines[at + length - 1].text or lines[at + length - 1].quoted:
            break
        wrapped = f"{wrapped} {lines[at + length - 1].text}".strip()
        if introduces(wrapped):
            return length, "reply"
    length = _headers(lines, at, fewest=_FEWEST_HEADERS)
    return length, "reply" if length else ""


def _headers(lines: Sequence[Line], at: int, fewest: int) -> int:
    """Returns the length of a header block: a sender, and an address or a subject (a journey has "From" and "To")."""
    seen: set[str] = set()
    known, address = 0, False
    for length, line in enumerate(lines[at : at + _LONGEST_BLOCK]):
        found = HEADER.fullmatch(line.text) if line.text else None
        if not found and (not seen or not line.text or known < length):
            break
        if found:
            known = length + 1
            seen |= {name for name, value in found.groupdict().items() if value and name != "value"}
            address = address or "@" in found["value"]
    proper = "sender" in seen and len(seen) >= fewest and (address or "subject" in seen or fewest == 1)
    return known if proper else 0


def _without_headers(lines: Sequence[Line]) -> Sequence[Line]:
    plain = _unquoted(lines)
    blank = _blank(plain, 0)
    return plain[blank + _headers(plain, blank, fewest=_FEWEST_HEADERS) :]


def _next_is_quoted(lines: Sequence[Line], at: int) -> bool:
    return next((line.quoted for line in lines[at:] if line.text), False)


def _blank(lines: Sequence[Line], at: int) -> int:
    end = at
    while end < len(lines) and not lines[end].text:
        end += 1
    return end - at


def _unquoted(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Takes one level of quotation marks off lines that are quoted from the first on."""
    if not next((line.quoted for line in lines if line.text), False):
        return tuple(lines)
    return tuple(_shifted(line) for line in lines)


def _shifted(line: Line) -> Line:
    if not line.text.startswith(">"):
        return replace(line, quoted=False)
    text = line.text[1:].lstrip()
    return replace(line, text=text, start=line.end - len(text), quoted=text.startswith(">"))


def _without_rules(lines: list[Line]) -> tuple[Line, ...]:
    """Takes off the rules that parted the upper mail from the lower."""
    while lines and not lines[-1].text.strip("_-=* "):
        lines.pop()
    return tuple(lines)
