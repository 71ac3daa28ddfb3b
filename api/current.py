"""What the running application was made of, for those who serve a request or run a command within it."""

from __future__ import annotations

from flask import current_app

from api.metrics import Measures
from api.wiring import Parts


def parts_of_app() -> Parts:
    """The parts that the application was made of."""
    parts: Parts = current_app.extensions["pointsman"]
    return parts


def measures_of_app() -> Measures:
    """The application's counters."""
    measures: Measures = current_app.extensions["pointsman.measures"]
    return measures
