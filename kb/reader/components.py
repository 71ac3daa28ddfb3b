"""Tags, JSX components and expressions in Markdown: what is left of each for a CommonMark parser."""

from __future__ import annotations

import re
from html import escape

from kb.reader.vocabulary import ELEMENTS, NOTES, TITLED

TAG = re.compile(r"</?(?P<name>[A-Za-z][\w.:-]*)")

_TITLE = re.compile(r"""\b(?:title|label|header|summary)\s*=\s*\{?\s*(?:"([^"]*)"|'([^']*)'|`([^`]*)`)""")
_LITERAL = re.compile(r"""\A\s*(?:"([^"]*)"|'([^']*)'|`([^`$]*)`)\s*\Z""", re.DOTALL)
_ALT = re.compile(r"""\balt=("[^"]*"|'[^']*')""")
_BELOW = re.compile(r"[ \t]*\n(?=[ \t]{0,3}[^\s<])")
_TAGS = re.compile(r"<[^<>]*>")
_GAP_NAME = re.compile(r"<[A-Za-z][^<>=/\n]{0,60}>\Z")
_BRACE = re.compile("[{}]")
_DEEPEST = 50
_LONGEST = 6000


def tag(text: str, start: int, mdx: bool) -> tuple[str, int]:
    """Returns what takes the place of the tag at ``start`` and where the text goes on."""
    found = TAG.match(text, start)
    end = _tag_end(text, found.end()) if found is not None else -1
    if found is None or end < 0 or text.startswith(("://", "@"), found.end()) or found["name"].endswith(":"):
        return text[start], start + 1
    name, whole = found["name"], text[start:end]
    if _is_gap(name, whole, text, mdx):
        return escape(whole), end
    if name == "CodeBlock" and not whole.startswith("</"):
        return _code_component(text, end, whole)
    if "." in name or (name[0].isupper() and not (name.isupper() and name.lower() in ELEMENTS)):
        return component(text, start, name.lower(), whole), end
    return (_without_expressions(whole) if "{" in whole else whole) + _gap(text, start, end), end


def component(text: str, start: int, name: str, whole: str) -> str:
    """Returns what takes the place of a component or a Liquid tag of that name: mostly nothing.

    A note becomes a ``div``; a tab, a card or the like leaves its title. ``whole`` is the tag, which starts
    with ``</`` where it closes.
    """
    line = text[text.rfind("\n", 0, start) + 1 : start]
    indent = "" if line.strip() else line
    if name in NOTES:
        if whole.startswith("</"):
            return f"\n\n{indent}</div>\n\n{indent}"
        if whole.endswith("/>"):
            return ""
        return f'\n\n{indent}<div class="note">\n\n{indent}{_title(whole, indent)}'
    if name in TITLED and not whole.startswith("</"):
        return f"\n\n{indent}{_title(whole, indent)}"
    return ""


def expression(text: str, start: int) -> tuple[str, int]:
    """Returns what takes the place of the ``{`` at ``start`` in MDX: the text of a literal, else nothing."""
    depth = 0
    for brace in _BRACE.finditer(text, start, start + _LONGEST):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return _literal(text[start + 1 : brace.start()]), brace.end()
        if depth > _DEEPEST:
            break
    return "{", start + 1


def _literal(code: str) -> str:
    found = _LITERAL.match(code)
    return next((part for part in found.groups() if part is not None), "") if found is not None else ""


def _tag_end(text: str, position: int) -> int:
    depth = 0
    quote = ""
    for index in range(position, min(len(text), position + _LONGEST)):
        character = text[index]
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'`":
            quote = character
        elif character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
        elif character == ">" and depth <= 0:
            return index + 1
        elif character == "<" and depth <= 0:
            return -1
    return -1


def _is_gap(name: str, whole: str, text: str, mdx: bool) -> bool:
    # "<domain>" or "<YOUR KEY>" in a sentence is a gap to be filled in by the reader, not an element.
    if name.lower() in ELEMENTS or not _GAP_NAME.match(whole) or f"</{name}" in text:
        return False
    return name.islower() or (not mdx and name.isupper() and len(name) > 1)


def _gap(text: str, start: int, end: int) -> str:
    # Markdown right below a line of tags is meant as Markdown; CommonMark would read it as HTML.
    line = text[text.rfind("\n", 0, start) + 1 : start]
    return "\n" if _BELOW.match(text, end) and not _TAGS.sub("", line).strip() else ""


def _without_expressions(whole: str) -> str:
    found = TAG.match(whole)
    alt = _ALT.search(whole)
    opening = found[0] if found is not None else "<span"
    return opening + (f" {alt[0]}" if alt else "") + ("/>" if whole.endswith("/>") else ">")


def _title(whole: str, indent: str) -> str:
    found = _TITLE.search(whole)
    title = next((part for part in found.groups() if part is not None), "") if found is not None else ""
    return f"<p>{escape(title)}</p>\n\n{indent}" if title else ""


def _code_component(text: str, end: int, whole: str) -> tuple[str, int]:
    close = text.find("</CodeBlock>", end)
    if whole.endswith("/>") or close < 0:
        return "", end
    body = text[end:close].strip()
    code = _literal(body[1:-1]) if body.startswith("{") else body
    return (f"\n\n```\n{code}\n```\n\n" if code else ""), close + len("</CodeBlock>")
