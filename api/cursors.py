"""Where a list goes on, as a text that is safe in an address."""

from __future__ import annotations

import base64
import binascii


def to_cursor(place: str) -> str:
    """Write a place of a list."""
    return base64.urlsafe_b64encode(place.encode()).rstrip(b"=").decode("ascii")


def from_cursor(cursor: str) -> str:
    """Read a place of a list.

    Raises:
        ValueError: it is none.
    """
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise ValueError("The cursor is none.") from None
