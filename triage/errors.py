"""Errors of triage.

TriageError
├── TicketNotFound        no ticket has that id
├── AccountNotFound       no account has that id
├── InvalidTicket         a ticket given by a caller has faults; all of them are listed
├── TicketConflict        the id is taken by a ticket with other content
├── InvalidTopics         a change of the topics has faults; all of them are listed
├── UnknownLabel          a correction names a label the team does not have
├── InvalidSettings       teams, SLA table or thresholds have faults; all of them are listed
├── StaleSettings         settings were changed by another since they were read
└── ImportUnreadable      a file cannot be read as tickets or accounts at all
"""

from __future__ import annotations

from typing import ClassVar

from kb.types import Fault


class TriageError(Exception):
    """Anything triage refuses or cannot do."""


class _Faulty(TriageError):
    what: ClassVar[str] = "The input"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(f"{self.what}: " + "; ".join(f"{fault.where}: {fault.reason}" for fault in faults))
        self.faults = faults


class TicketNotFound(TriageError):
    """No ticket has that id."""

    def __init__(self, ticket_id: str) -> None:
        super().__init__(f"There is no ticket {ticket_id!r}.")


class AccountNotFound(TriageError):
    """No account has that id."""

    def __init__(self, account_id: str) -> None:
        super().__init__(f"There is no account {account_id!r}.")


class InvalidTicket(_Faulty):
    """A ticket has faults; ``faults`` lists all of them."""

    what = "The ticket has faults"


class TicketConflict(TriageError):
    """A ticket of that id exists with other content; nothing was changed."""

    def __init__(self, ticket_id: str, fields: tuple[str, ...]) -> None:
        super().__init__(
            f"Ticket {ticket_id!r} exists with another {', '.join(fields)}. Send it under its own id, or as an update."
        )
        self.ticket_id = ticket_id
        self.fields = fields


class InvalidTopics(_Faulty):
    """A change of the topics has faults; ``faults`` lists all of them."""

    what = "The topics cannot be changed so"


class UnknownLabel(_Faulty):
    """A correction names a label that the team does not have."""

    what = "The correction has faults"


class InvalidSettings(_Faulty):
    """Teams, SLA table or thresholds have faults; ``faults`` lists all of them."""

    what = "The settings have faults"


class StaleSettings(TriageError):
    """Another has changed a settings document since it was read; nothing was changed."""

    def __init__(self, name: str, version: int, current: int) -> None:
        super().__init__(
            f"The settings {name!r} were changed by another: they are at version {current}, and this change was "
            f"made from version {version}. Read them again and repeat the change."
        )
        self.name = name
        self.current = current


class ImportUnreadable(TriageError):
    """A file cannot be read as tickets or accounts at all; the message says why and what to do."""
