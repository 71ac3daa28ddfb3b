"""The forms an article may be written in, and how one is told from another."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Literal

Form = Literal["markdown", "mdx", "html", "rst", "text"]

SUFFIXES: dict[str, Form] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdx": "mdx",
    ".html": "html",
    ".htm": "html",
    ".rst": "rst",
    ".txt": "text",
}

_HTML_START = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|title|body|header|div|article|section|main|span|p|"
    r"h[1-6]|ul|ol|table)\b",
    re.IGNORECASE | re.DOTALL,
)
_HTML_PAGE = re.compile(r"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html)\b", re.IGNORECASE | re.DOTALL)
_HTML_BLOCK = re.compile(r"</(?:p|div|li|ul|ol|h[1-6]|td|table|section|article)>", re.IGNORECASE)
_HTML_INLINE = re.compile(r"</(?:p|div|b|i|strong|em|a|span|u|code|li|h[1-6])>|<br ?/?>", re.IGNORECASE)
_RST_SIGNS = (
    re.compile(r"^[ \t]*\.\. [\w:-]+::(?:[ \t]|$)", re.MULTILINE),
    re.compile(r"^[ \t]*\.\. _[^\n]+:[ \t]*$", re.MULTILINE),
    re.compile(r":[a-z]+:`[^`\n]+`"),
    re.compile(r"^(?P<title>[^\s#|>`*-][^\n]*)\n(?P<line>[=~^\"'+]{3,}|-{4,})[ \t]*$", re.MULTILINE),
    re.compile(r"`[^`\n]+ <[^`>\n]+>`__?"),
    re.compile(r"::[ \t]*\n[ \t]*\n[ \t]+\S"),
)
_MARKDOWN_SIGNS = (
    re.compile(r"^ {0,3}#{1,6}[ \t]+\S", re.MULTILINE),
    re.compile(r"!?\[[^\]\n]*\]\([^)\n]*\)"),
    re.compile(r"^[ \t]*(?:```|~~~)", re.MULTILINE),
    re.compile(r"(?<![\w*])\*\*[^*\n]+\*\*(?!\*)"),
    re.compile(r"^[ \t]*(?:[-*+]|\d+[.)])[ \t]+\S", re.MULTILINE),
    re.compile(r"^(?:import|export) [^\n]*['\"{]", re.MULTILINE),
    re.compile(r"^[ \t]*\|?[ \t]*:?-{3,}:?[ \t]*\|", re.MULTILINE),
    re.compile(r"(?<![`:])`[^`\n]+`(?![`_:])"),
    re.compile(r"\A(?:---|\+\+\+)[ \t]*\n"),
    re.compile(r"\{%|<!--|^:::", re.MULTILINE),
)
# Bold and lists are written alike in both, so they tell Markdown from plain text only.
_SHARED = (_MARKDOWN_SIGNS[3], _MARKDOWN_SIGNS[4])


def form_of(text: str, path: str = "") -> Form:
    """Returns the form by the suffix of ``path``, else by what ``text`` looks like."""
    by_suffix = SUFFIXES.get(PurePosixPath(path).suffix.lower())
    return by_suffix or _guess(text)


def _guess(text: str) -> Form:
    if _HTML_PAGE.match(text):
        return "html"
    rst = _count(_RST_SIGNS, text)
    markdown = _count(_MARKDOWN_SIGNS, text)
    shared = _count(_SHARED, text)
    if rst and rst > markdown - shared:
        return "rst"
    if _HTML_START.match(text) and len(_HTML_BLOCK.findall(text)) > markdown:
        return "html"
    if markdown:
        return "markdown"
    return "html" if _HTML_INLINE.search(text) else "text"


def _count(signs: tuple[re.Pattern[str], ...], text: str) -> int:
    return sum(min(len(sign.findall(text)), 3) for sign in signs)
