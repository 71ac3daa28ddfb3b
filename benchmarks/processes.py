"""What the operating system knows of a process: its memory, its processor time, what it has loaded, its children."""

from __future__ import annotations

import os
from pathlib import Path

_PROC = Path("/proc")


def memory_mb(process_id: int | None = None) -> float:
    """The resident memory of a process (this one by default) in MB; NaN where there is no ``/proc``."""
    kilobytes = _field(process_id or os.getpid(), "VmRSS:")
    return float(kilobytes) / 1000 if kilobytes else float("nan")


def peak_memory_mb(process_id: int) -> float:
    """The most resident memory that a process has had, in MB."""
    kilobytes = _field(process_id, "VmHWM:")
    return float(kilobytes) / 1000 if kilobytes else float("nan")


def cpu_seconds(process_id: int) -> float:
    """The processor time a process has used so far, user and system; NaN where there is no ``/proc``."""
    try:
        fields = (_PROC / str(process_id) / "stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def has_loaded(process_id: int, library: str) -> bool:
    """Whether a process has a shared library of that name in its memory."""
    try:
        return library in (_PROC / str(process_id) / "maps").read_text("utf-8", errors="replace")
    except OSError:
        return False


def children(process_id: int) -> list[int]:
    """The processes that a process has started and that still run."""
    try:
        listed = (_PROC / str(process_id) / "task" / str(process_id) / "children").read_text("utf-8")
    except OSError:
        return []
    return [int(child) for child in listed.split()]


def _field(process_id: int, name: str) -> str:
    try:
        lines = (_PROC / str(process_id) / "status").read_text("utf-8").splitlines()
    except OSError:
        return ""
    return next((line.split()[1] for line in lines if line.startswith(name)), "")
