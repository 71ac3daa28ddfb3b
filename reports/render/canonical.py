"""A report as plain JSON values with a fixed order, and the digest over them."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from reports.report import WeeklyReport
from reports.types import Week

_DIGITS = 9  # of a number: less than machines differ in, more than anybody reads


def payload_of(report: WeeklyReport) -> dict[str, Any]:
    """Give a report as values of JSON, field by field.

    Moments are UTC, days ISO 8601, weeks like ``2026-W12``; a number that is not finite (no upper end, nothing to
    compare) is null.
    """
    return {field.name: _plain(getattr(report, field.name)) for field in dataclasses.fields(report)}


def canonical_json(value: object) -> str:
    """Write JSON values as one line with sorted keys: the same values give the same text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest_of(report: WeeklyReport) -> str:
    """The sha256 of a report's canonical JSON, in hexadecimal digits."""
    return hashlib.sha256(canonical_json(payload_of(report)).encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Week):
        return str(value)
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return _number(value)
    return value


def _number(value: float) -> float | int | None:
    if not math.isfinite(value):
        return None
    rounded = float(f"{value:.{_DIGITS}g}")
    return int(rounded) if rounded.is_integer() else rounded
