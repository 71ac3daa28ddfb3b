"""How unexpected errors are logged: where they came from, without a word that a customer may have written."""

from __future__ import annotations

import logging
import traceback


def log_failure(logger: logging.Logger, what: str, error: BaseException) -> None:
    """Log the classes and places of an error and its causes, not their messages, which may quote a text."""
    lines = []
    cause: BaseException | None = error
    while cause is not None:
        lines.append(f"{type(cause).__module__}.{type(cause).__qualname__}")
        lines += [line.rstrip("\n") for line in traceback.format_tb(cause.__traceback__)]
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    logger.error("%s failed: %s", what, "\n".join(lines))
