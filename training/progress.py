"""Tells on stderr what a long command is doing, with the seconds since it began."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable


def telling(name: str) -> Callable[[str], None]:
    """Give a function that tells a step."""
    began = time.monotonic()

    def tell(step: str) -> None:
        sys.stderr.write(f"{name} {time.monotonic() - began:6.1f} s  {step}\n")
        sys.stderr.flush()

    return tell
