"""Versions and error codes that texts name."""

from __future__ import annotations

import re

_VERSION = re.compile(
    r"(?i)\b(?:v|ver(?:sion)?\.?\s{0,2})(\d{1,3}(?:\.\d{1,4}){1,3})\b|\b(\d{1,3}\.\d{1,4}\.\d{1,5})\b"
)
_CODE = re.compile(
    r"\b(?:ERR[_-][A-Z0-9_]{2,}|E[_-]?\d{3,5}|[A-Z]{2,}_[A-Z0-9_]{2,}|0x[0-9A-Fa-f]{3,16}"
    r"|(?:HTTP|[Ee]rror|[Cc]ode|[Ff]ehler|[Ee]rreur|[Vv]irhe)[ :#-]{1,3}\d{3,5})\b"
)
_DATE = re.compile(r"^(?:[0-2]?\d|3[01])\.(?:0?\d|1[0-2])\.(?:\d{2}|\d{4})$")


def versions_in(text: str) -> tuple[str, ...]:
    """The versions that a text names, such as 4.2.1, each once and in order; days such as 3.12.2026 are none."""
    found = (first or second for first, second in _VERSION.findall(text))
    return tuple(dict.fromkeys(one for one in found if not _DATE.match(one)))


def codes_in(text: str) -> tuple[str, ...]:
    """The error codes that a text names, such as ERR_TIMEOUT or HTTP 502, each once and in order."""
    return tuple(dict.fromkeys(" ".join(one.split()) for one in _CODE.findall(text)))
