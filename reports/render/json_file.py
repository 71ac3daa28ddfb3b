"""A report as a JSON document for programs."""

from __future__ import annotations

import json

from reports.render.canonical import digest_of, payload_of
from reports.report import WeeklyReport

SCHEMA = 1  # grows when a field is renamed, removed or given another meaning; new fields do not count


def json_of(report: WeeklyReport) -> bytes:
    """Give a report as JSON in UTF-8: its fields, ``schema`` and ``digest``; every figure lists its tickets."""
    document = {"schema": SCHEMA, "digest": digest_of(report), **payload_of(report)}
    return (json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()
