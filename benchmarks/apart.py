"""Runs a function in a process of its own, so that its memory is measured by itself."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Generic, TypeVar

from benchmarks.processes import peak_memory_mb

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Spent(Generic[Result]):
    """What something gave, and what it took."""

    result: Result
    seconds: float
    cpu_seconds: float


def spent(run: Callable[[], Result]) -> Spent[Result]:
    """Run, and look at the clocks."""
    started, worked = time.perf_counter(), time.process_time()
    result = run()
    return Spent(result, time.perf_counter() - started, time.process_time() - worked)


def apart(function: Callable[..., Result], *arguments: object) -> tuple[Result, float]:
    """Call a function of a module in a fresh process.

    Returns:
        What it gave, and the most memory that the process has had, in MB.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_weighed, function, arguments).result()


def _weighed(function: Callable[..., Result], arguments: tuple[object, ...]) -> tuple[Result, float]:
    result = function(*arguments)
    return result, peak_memory_mb(os.getpid())
