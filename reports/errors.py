"""Errors of reports.

ReportError
├── IssueNotFound        no issue has that id
├── InvalidIssueChange   a merge, split, move or state change cannot be made; all faults are listed
├── NothingToReport      the week holds no data, or lies in the future
└── StateUnreadable      a state directory or file of issues is damaged
"""

from __future__ import annotations

from kb.types import Fault


class ReportError(Exception):
    """Anything reports refuse or cannot do."""


class IssueNotFound(ReportError):
    """No issue has that id."""

    def __init__(self, issue_id: str) -> None:
        super().__init__(f"There is no issue {issue_id!r}.")


class InvalidIssueChange(ReportError):
    """A change of an issue cannot be made; ``faults`` lists why."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(f"{fault.where}: {fault.reason}" for fault in faults))
        self.faults = faults


class NothingToReport(ReportError):
    """The week holds no data, or lies in the future."""


class StateUnreadable(ReportError):
    """A state directory or file of issues is damaged; the message says which and what to do."""
