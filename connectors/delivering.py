"""Tells what hindered a connector in the words of the port that it serves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from connectors.errors import ConnectorError, ServiceUnavailable
from reports.sinks import DeliveryFailed
from triage.account_values import EventNotDelivered


@contextmanager
def delivering(sink: str) -> Iterator[None]:
    """Turn a connector's error into `DeliveryFailed` of that sink; only an unavailable service may be tried again."""
    try:
        yield
    except ConnectorError as error:
        permanent = not isinstance(error, ServiceUnavailable)
        raise DeliveryFailed(sink, str(error), permanent=permanent) from error


@contextmanager
def alerting(sink: str) -> Iterator[None]:
    """Turn a connector's error into `EventNotDelivered` of that sink."""
    try:
        yield
    except ConnectorError as error:
        raise EventNotDelivered(sink, str(error)) from error
