"""Bytes of a file to text, whatever the encoding."""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_HEAD = 2048


class NotTextError(Exception):
    """The bytes are not text; the message says what they look like."""


def decode(content: bytes) -> str:
    """Returns the text by its byte order mark, as UTF-8, by the charset it declares, or else as Windows-1252.

    Raises:
        NotTextError: There is a NUL byte, as no text has in these encodings.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return content.decode(name, errors="replace")
    if b"\0" in content:
        raise NotTextError("is not text but binary")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode(_declared(content) or "cp1252", errors="replace")


def _declared(content: bytes) -> str:
    found = _DECLARED.search(content[:_HEAD])
    if found is None:
        return ""
    try:
        name = codecs.lookup(found[1].decode("ascii")).name
    except LookupError:
        return ""
    # A file that says UTF-8 and is not was saved by a Windows editor.
    return "" if name.startswith("utf-") else name
