"""Keeps the memory of a server process low, where the C library is glibc; elsewhere nothing happens."""

from __future__ import annotations

import ctypes
from contextlib import suppress

_ARENA_MAX = -8  # mallopt's name for it
_ARENAS = 2


def use_few_arenas() -> None:
    """Let threads share memory pools: each thread's own would keep what its largest request took."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, _ARENAS)


def give_back_memory() -> None:
    """Return what is free to the operating system: loading weights takes, for a moment, twice their size."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
