"""A row as it stands in a file, before it means anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Row:
    """Values by column with the physical line where the row begins (the file's first line is 1).

    ``fault`` says why the row could not be read; its values are empty then. ``column`` goes with it.
    """

    line: int
    values: Mapping[str, object] = field(default_factory=dict)
    fault: str = ""
    column: str = ""
