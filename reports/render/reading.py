"""A report read back from its JSON, so that a past one can be given in every form as it was."""

from __future__ import annotations

import json
import math
import types
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from reports.report import WeeklyReport
from reports.types import Estimate, Week


def report_of(text: str | bytes) -> WeeklyReport:
    """Read a report from what `json_of` wrote, or from its canonical JSON.

    Numbers have nine digits there, so the report gives the same digest and the same words in every form. A field that
    is missing has its default; one that is not known is left out.

    Raises:
        ValueError: the text is no such report.
    """
    try:
        return WeeklyReport(**_fields(WeeklyReport, json.loads(text)))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"The text is no weekly report: {error}") from error


def _fields(kind: type, value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _read(hint, value[name]) for name, hint in _hints(kind).items() if name in value}


def _read(kind: Any, value: Any) -> object:  # noqa: ANN401 - types and JSON values are of any kind
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return (
            None
            if value is None
            else _read(next(one for one in get_args(kind) if one is not type(None)), value)
        )
    if origin is tuple:
        item = get_args(kind)[0]
        return tuple(_read(item, one) for one in value)
    if origin is Literal:
        return value
    if kind is Estimate:
        return _estimate(value)
    if kind in _PLAIN:
        return _PLAIN[kind](value)
    return kind(**_fields(kind, value))


def _estimate(value: Mapping[str, Any]) -> Estimate:
    """An end that is not finite was written as null: nothing to compare, or no upper end."""
    low, level = float(value["low"]), float(value["level"])
    high = math.inf if value["high"] is None else float(value["high"])
    if value["value"] is None:
        return Estimate(math.inf if low > 0 else math.nan, low, high, level)
    return Estimate(float(value["value"]), low, high, level)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


_PLAIN: dict[Any, Any] = {
    str: str,
    int: int,
    float: float,
    bool: bool,
    Week: Week.parse,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
}
