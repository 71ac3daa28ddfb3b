"""reStructuredText to parts, tolerant of whatever Sphinx and its extensions add to it.

Docutils refuses or drops what it does not know, and takes many times as long.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kb.reader.html import fragment_parts
from kb.reader.parts import Page, Place, Sheet, cell_text, one_line, rows, verbatim, words_of_image
from kb.reader.rst_directives import Directive, directive, shown_argument, table_of, treatment_of
from kb.reader.rst_inline import Names, plain
from kb.reader.rst_lines import BULLET, NUMBER, dedented, indent, indented_end, is_rule, paragraph_end
from kb.reader.rst_tables import Table, grid_end, grid_table, simple_end, simple_table

_DIRECTIVE = re.compile(r"\.\. (?P<name>[A-Za-z][\w:+.-]*)[ ]?::(?:\s+(?P<first>.*)|\Z)")
_SUBSTITUTION = re.compile(
    r"^[ ]*\.\. \|(?P<name>[^|\n]+)\|[ ]+(?P<kind>\w+)::[ ]*(?P<text>.*(?:\n[ ]+\S.*)*)", re.MULTILINE
)
_ALT = re.compile(r":alt:[ ]+(?P<text>[^\n]+)")
_TARGET = re.compile(r"^[ ]*\.\. _`?(?P<name>[^`:\n]+)`?:", re.MULTILINE)
_NOTE = re.compile(r"\.\. \[[^\]]+\]\s+(?P<text>.*)")
_FIELD = re.compile(r":(?P<name>[A-Za-z][\w .-]*):(?:[ ]+(?P<value>.*)|\Z)")


def read_rst(text: str) -> Page:
    """Reads a file; the field list at its top becomes fields."""
    lines = [line.rstrip() for line in text.expandtabs(8).split("\n")]
    reader = _Reader(_names("\n".join(lines)))
    reader.read(lines, Place())
    return Page(parts=tuple(reader.sheet.parts), fields=reader.fields)


def _names(text: str) -> Names:
    substitutions = {
        found["name"].lower(): _substitution(found["kind"], found["text"])
        for found in _SUBSTITUTION.finditer(text)
    }
    return Names(substitutions, frozenset(found["name"].strip().lower() for found in _TARGET.finditer(text)))


def _substitution(kind: str, text: str) -> str:
    if kind == "image":
        alt = _ALT.search(text)
        return words_of_image(alt["text"]) if alt is not None else ""
    return one_line(text) if kind in {"replace", "unicode"} else ""


class _Reader:
    def __init__(self, names: Names) -> None:
        self.sheet = Sheet()
        self.fields: dict[str, object] = {}
        self._names = names
        self._styles: list[tuple[str, bool]] = []

    def read(self, lines: Sequence[str], place: Place) -> None:
        constructs = (
            self._quote,
            self._explicit,
            self._overlined,
            self._underlined,
            self._rule,
            self._grid,
            self._simple,
            self._doctest,
            self._line_block,
            self._item,
            self._field,
            self._definition,
        )
        at = 0
        while at < len(lines):
            if not lines[at].strip():
                at += 1
                continue
            ends = (construct(lines, at, place) for construct in constructs)
            at = next((end for end in ends if end > at), 0) or self._paragraph(lines, at, place)

    def _quote(self, lines: Sequence[str], at: int, place: Place) -> int:
        if lines[at][0] != " ":
            return at
        end = indented_end(lines, at)
        self.read(dedented(lines[at:end]), place)
        return end

    def _explicit(self, lines: Sequence[str], at: int, place: Place) -> int:
        line = lines[at]
        if line.startswith("__ "):
            return at + 1
        if line != ".." and not line.startswith(".. "):
            return at
        if line == ".." and at + 1 < len(lines) and not lines[at + 1].strip():
            return at + 1
        end = max(indented_end(lines, at + 1), at + 1)
        body = lines[at + 1 : end]
        if (found := _DIRECTIVE.match(line)) is not None:
            self._directive(directive(found["name"], found["first"] or "", body), place)
        elif (note := _NOTE.match(line)) is not None:
            self.read([note["text"], *dedented(body)], place)
        return end

    def _overlined(self, lines: Sequence[str], at: int, place: Place) -> int:
        if at + 2 >= len(lines) or not is_rule(lines[at], 3) or not is_rule(lines[at + 2], 3):
            return at
        title = lines[at + 1].strip()
        if lines[at][0] != lines[at + 2][0] or not title or is_rule(title, 3):
            return at
        self._heading(title, (lines[at][0], True))
        return at + 3

    def _underlined(self, lines: Sequence[str], at: int, place: Place) -> int:
        if at + 1 >= len(lines) or is_rule(lines[at], 2):
            return at
        below = lines[at + 1]
        if not is_rule(below, min(4, max(2, len(lines[at])))):
            return at
        self._heading(lines[at], (below[0], False))
        return at + 2

    def _rule(self, lines: Sequence[str], at: int, place: Place) -> int:
        return at + 1 if is_rule(lines[at], 4) else at

    def _grid(self, lines: Sequence[str], at: int, place: Place) -> int:
        end = grid_end(lines, at)
        if end > at:
            self._table(grid_table(lines[at:end]))
        return end

    def _simple(self, lines: Sequence[str], at: int, place: Place) -> int:
        end = simple_end(lines, at)
        if end > at:
            self._table(simple_table(lines[at:end]))
        return end

    def _doctest(self, lines: Sequence[str], at: int, place: Place) -> int:
        if not lines[at].startswith(">>> "):
            return at
        end = paragraph_end(lines, at)
        self.sheet.add("code", verbatim("\n".join(lines[at:end])))
        return end

    def _line_block(self, lines: Sequence[str], at: int, place: Place) -> int:
        if not re.match(r"\|(\s|\Z)", lines[at]):
            return at
        end = paragraph_end(lines, at)
        self.sheet.add(place.kind, plain("\n".join(line.lstrip("| ") for line in lines[at:end]), self._names))
        return end

    def _item(self, lines: Sequence[str], at: int, place: Place) -> int:
        found = BULLET.match(lines[at]) or NUMBER.match(lines[at])
        if found is None or self._is_initial(lines, at, found[0]):
            return at
        width = found.end()
        end = max(indented_end(lines, at + 1), at + 1)
        body = [lines[at][width:], *(line[min(width, indent(line)) :] for line in lines[at + 1 : end])]
        level = place.depth + 1
        self.sheet.open_item(level)
        self.read(body, Place("paragraph", level))
        self.sheet.close_item()
        return end

    def _is_initial(self, lines: Sequence[str], at: int, marker: str) -> bool:
        # "A. Miller wrote" is an item only where the next line could belong to one.
        following = lines[at + 1] if at + 1 < len(lines) else ""
        goes_on = bool(following.strip()) and following[0] != " " and not NUMBER.match(following)
        return marker.strip("(). ").isalpha() and goes_on

    def _field(self, lines: Sequence[str], at: int, place: Place) -> int:
        found = _FIELD.match(lines[at])
        if found is None:
            return at
        end = max(indented_end(lines, at + 1), at + 1)
        value = "\n".join([found["value"] or "", *dedented(lines[at + 1 : end])]).strip()
        if not self.sheet.parts and place == Place():
            self.fields[found["name"].strip().lower().replace("-", "_").replace(" ", "_")] = value or True
        elif value:
            self.sheet.add(place.kind, plain(f"{found['name']}: {value}", self._names))
        return end

    def _definition(self, lines: Sequence[str], at: int, place: Place) -> int:
        if at + 1 >= len(lines) or not lines[at + 1].startswith(" ") or lines[at].endswith("::"):
            return at
        end = indented_end(lines, at + 1)
        self.sheet.open_item(place.depth + 1)
        self.sheet.add("paragraph", plain(lines[at], self._names))
        self.read(dedented(lines[at + 1 : end]), replace(place, depth=place.depth + 1))
        return end

    def _paragraph(self, lines: Sequence[str], at: int, place: Place) -> int:
        end = paragraph_end(lines, at)
        text = " ".join(line.strip() for line in lines[at:end])
        if not text.endswith("::"):
            self.sheet.add(place.kind, plain(text, self._names))
            return end
        before = text[:-2]
        shown = before.rstrip() if before.endswith(" ") or not before else before + ":"
        self.sheet.add(place.kind, plain(shown, self._names))
        return self._literal(lines, end)

    def _literal(self, lines: Sequence[str], at: int) -> int:
        end = indented_end(lines, at)
        if end == at and at + 1 < len(lines) and is_rule(lines[at + 1][:1], 1) and not lines[at]:
            end = paragraph_end(lines, at + 1)
        self.sheet.add("code", verbatim("\n".join(dedented(lines[at:end]))))
        return max(end, at)

    def _heading(self, title: str, style: tuple[str, bool]) -> None:
        if style not in self._styles:
            self._styles.append(style)
        self.sheet.add("heading", plain(title, self._names), min(self._styles.index(style) + 1, 6))

    def _directive(self, found: Directive, place: Place) -> None:
        content: Sequence[str] = found.content
        treatment = treatment_of(found.name)
        if treatment == "code":
            self.sheet.add("code", verbatim("\n".join(content)))
        elif treatment == "raw":
            self._raw(found)
        elif treatment == "note":
            self._inside(shown_argument(found), content, replace(place, kind="note"))
        elif treatment == "content":
            self._inside(shown_argument(found), content, place)
        elif treatment == "table":
            self.sheet.add(place.kind, plain(found.argument, self._names))
            self._table(table_of(found))

    def _inside(self, shown: str, content: Sequence[str], place: Place) -> None:
        self.sheet.add(place.kind, plain(shown, self._names))
        self.read(content, place)

    def _raw(self, found: Directive) -> None:
        if found.argument.lower() == "html":
            for part in fragment_parts("\n".join(found.content)):
                self.sheet.add(part.kind, part.text, part.level)

    def _table(self, table: Table) -> None:
        cells = [[self._cell(cell) for cell in row] for row in table.rows]
        for part in rows(cells, table.headed):
            self.sheet.add(part.kind, part.text)

    def _cell(self, lines: Sequence[str]) -> str:
        reader = _Reader(self._names)
        reader.read(dedented(list(lines)), Place(depth=0))
        return cell_text(reader.sheet.parts)
