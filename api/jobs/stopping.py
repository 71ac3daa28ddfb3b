"""Ends a worker when the operating system asks for it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from types import FrameType


@contextmanager
def stop_on_signals(stop: threading.Event) -> Iterator[None]:
    """Set ``stop`` on the first SIGTERM or SIGINT; a second one ends the process at once.

    To be used in the main thread. What is cut off by the second signal is run again later.
    """
    # A signal comes in the middle of anything, also where the main thread holds the event's lock. So another
    # thread sets it, and is told by the one kind of queue that may be used from a signal's handler.
    asked: SimpleQueue[bool] = SimpleQueue()

    def ask(number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        asked.put(True)

    def set_when_asked() -> None:
        if asked.get():
            stop.set()

    thread = threading.Thread(target=set_when_asked)
    thread.start()
    before = {each: signal.signal(each, ask) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        asked.put(False)
        thread.join()
