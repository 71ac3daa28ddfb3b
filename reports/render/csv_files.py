"""A report as CSV files for Tableau and other tools: one file a subject, with columns that stay as they are.

UTF-8, a header, CRLF, a point for decimals, ISO 8601 for times; an empty field is "not known". Every file begins with
``week``, so that the files of many weeks can be laid one below the other. ``ticket_ids`` are joined with ``;``. New
columns are added at the end only. A text that a spreadsheet would take for a formula is led by an apostrophe.
"""

from __future__ import annotations

import csv
import io
import math
import zipfile
from collections.abc import Callable, Sequence
from datetime import date

from reports.render import csv_issue_rows, csv_rows
from reports.render.csv_meanings import MEANINGS
from reports.render.csv_values import Rows, Value
from reports.report import WeeklyReport

_EARLIEST = (1980, 1, 1, 0, 0, 0)  # a zip file knows no time before
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

FILES: dict[str, tuple[tuple[str, ...], Callable[[WeeklyReport], Rows]]] = {
    "report.csv": (csv_rows.REPORT, csv_rows.report),
    "headlines.csv": (csv_rows.HEADLINES, csv_rows.headlines),
    "issues.csv": (csv_issue_rows.ISSUES, csv_issue_rows.issues),
    "issue_weeks.csv": (csv_issue_rows.ISSUE_WEEKS, csv_issue_rows.issue_weeks),
    "issue_revenue.csv": (csv_issue_rows.ISSUE_REVENUE, csv_issue_rows.issue_revenue),
    "issue_plans.csv": (csv_issue_rows.ISSUE_PLANS, csv_issue_rows.issue_plans),
    "issue_tickets.csv": (csv_issue_rows.ISSUE_TICKETS, csv_issue_rows.issue_tickets),
    "fixes.csv": (csv_issue_rows.FIXES, csv_issue_rows.fixes),
    "accounts_at_risk.csv": (csv_rows.ACCOUNTS, csv_rows.accounts),
    "knowledge_gaps.csv": (csv_rows.GAPS, csv_rows.gaps),
    "figures.csv": (csv_rows.FIGURES, csv_rows.figures),
    "volume.csv": (csv_rows.VOLUME, csv_rows.volume),
    "agents.csv": (csv_rows.AGENTS, csv_rows.agents),
    "audit.csv": (csv_rows.AUDIT, csv_rows.audit),
}


def csv_files_of(report: WeeklyReport) -> dict[str, bytes]:
    """Give the files by name, each with its header even where it has no row, and ``columns.csv``."""
    files = {name: _written(columns, list(rows(report))) for name, (columns, rows) in FILES.items()}
    return files | {"columns.csv": _described()}


def csv_zip_of(report: WeeklyReport) -> bytes:
    """Give all the files in one zip file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in csv_files_of(report).items():
            entry = zipfile.ZipInfo(f"{report.week}-{name}", _EARLIEST)
            entry.compress_type, entry.external_attr, entry.create_system = (
                zipfile.ZIP_DEFLATED,
                0o644 << 16,
                3,
            )
            archive.writestr(entry, content)
    return packed.getvalue()


def _described() -> bytes:
    """Say what the columns of the files mean."""
    columns = ((name, column) for name, (listed, _) in FILES.items() for column in listed)
    return _written(("file", "column", "meaning"), [(*one, MEANINGS[one[1]]) for one in columns])


def _written(columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([[_shown(value) for value in row] for row in rows])
    return text.getvalue().encode()


def _shown(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.9g}" if math.isfinite(value) else ""
    if isinstance(value, date):
        return value.isoformat()
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else str(value)
