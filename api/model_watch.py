"""Which models serve: those that are promoted, also where that happens while the program runs."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import TYPE_CHECKING

from api.failures import log_failure
from kb.errors import EmbedderUnavailable
from models.errors import ModelError

if TYPE_CHECKING:
    from models.registry import Registry
    from triage.serving import TrainedModels

_LOOK_SECONDS = 5.0

logger = logging.getLogger(__name__)


class ModelWatch:
    """Looks every few seconds whether versions were promoted or rolled back, by whichever process."""

    def __init__(
        self,
        registry: Registry,
        tasks: Collection[str],
        load: Callable[[], TrainedModels],
        seconds: float = _LOOK_SECONDS,
    ) -> None:
        self._registry = registry
        self._tasks = tuple(tasks)
        self._load = load
        self._seconds = seconds
        self._fresh: TrainedModels | None = None
        self._known: dict[str, str] = {}
        self._looked = 0.0
        self._lock = threading.Lock()

    def load(self) -> TrainedModels:
        """Load what is promoted now.

        Raises:
            ModelError: one is damaged, or of another release.
        """
        self._known, self._looked = self._promoted(), time.monotonic()
        return self._load()

    def __call__(self) -> TrainedModels | None:
        """Give what was promoted since, once it is loaded; loading goes on beside the requests."""
        with self._lock:
            fresh, self._fresh = self._fresh, None
            if fresh is None and time.monotonic() - self._looked >= self._seconds:
                self._looked = time.monotonic()
                promoted = self._promoted()
                if promoted != self._known:
                    self._known = promoted
                    threading.Thread(target=self._load_beside, name="models", daemon=True).start()
        return fresh

    def _load_beside(self) -> None:
        try:
            fresh = self._load()
        except (ModelError, EmbedderUnavailable) as error:
            # What serves goes on serving; the next version that is promoted is tried again.
            log_failure(logger, "Loading promoted models", error)
            return
        with self._lock:
            self._fresh = fresh

    def _promoted(self) -> dict[str, str]:
        found = {}
        for name in self._tasks:
            with suppress(ModelError):
                found[name] = self._registry.current(name)
        return found
