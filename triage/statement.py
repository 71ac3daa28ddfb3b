"""A separate request in a message, with labels of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Statement:
    """One of several requests in a ticket: its place in ``field`` as it came, and what the models say of it alone."""

    field: Literal["subject", "body"]
    start: int
    end: int
    topic: str = ""
    topic_probability: float = 0.0
    urgency: str = ""
    urgency_probability: float = 0.0
