"""Tells what hindered a connector in the words of the port for reports."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from connectors.errors import ConnectorError, ServiceUnavailable
from reports.sinks import DeliveryFailed


@contextmanager
def delivering(sink: str) -> Iterator[None]:
    """Turn a connector's error into `DeliveryFailed` of that sink; only an unavailable service may be tried again."""
    try:
        yield
    except ConnectorError as error:
        permanent = not isinstance(error, ServiceUnavailable)
        raise DeliveryFailed(sink, str(error), permanent=permanent) from error
