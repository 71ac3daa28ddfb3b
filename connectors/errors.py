"""Errors of connectors.

ConnectorError
├── AddressRefused       an address is malformed, or leads to a host that may not be reached
├── ServiceUnavailable   the other side could not be reached, or asked to come back later
├── MailRefused          a mail server lacks what it needs, or takes a mail for nobody
└── ServiceRefused       the other side said no, and would say it again
"""

from __future__ import annotations


class ConnectorError(Exception):
    """Another system cannot be used."""


class AddressRefused(ConnectorError):
    """An address is malformed, or leads to a host that may not be reached."""


class ServiceUnavailable(ConnectorError):
    """The other side could not be reached or asked to come back later; trying again may help."""


class MailRefused(ConnectorError):
    """A mail server lacks what it needs, or takes a mail for nobody."""


class ServiceRefused(ConnectorError):
    """The other side refused what was sent."""

    def __init__(self, host: str, status: int, said: str) -> None:
        super().__init__(f"{host} answered {status}" + (f": {said}" if said else ""))
        self.status = status
