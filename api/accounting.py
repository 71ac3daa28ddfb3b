"""Assembles the account desk: the stores, the account model that is in use, and who is told of crossings."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from models.errors import ModelNotFound
from triage.account_values import ServedModel
from triage.accounts import AccountDesk
from triage.store.flags import ChurnLedger

if TYPE_CHECKING:
    from api.wiring import Parts
    from models.registry import Registry

TASK = "churn"


class CurrentModel:
    """The promoted account model, loaded again when another is promoted; None where there is none fit for use."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._loading = threading.Lock()
        self._served: ServedModel | None = None

    def __call__(self) -> ServedModel | None:
        """Give the model.

        Raises:
            ModelError: it cannot be loaded.
        """
        with self._loading:
            try:
                version = self._registry.current(TASK)
            except ModelNotFound:
                return None
            if self._served is None or self._served.version != version:
                loaded = self._registry.load(TASK)
                self._served = ServedModel(loaded.model, loaded.card, version)
            return None if self._served.card.params.get("refused") else self._served


def make_account_desk(parts: Parts, secret: str) -> AccountDesk:
    """Assemble the desk over the parts of the application; ``secret`` seeds the lot that withholds flags."""
    from api.webhooks import QueuedDestinations

    desk: AccountDesk
    destination = QueuedDestinations(lambda: parts.queue, lambda: desk.settings())
    desk = AccountDesk(
        parts.tickets,
        ChurnLedger(parts.engine),
        history=CurrentModel(parts.registry),
        destination=destination,
        seed=secret,
    )
    return desk
