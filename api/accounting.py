"""Assembles the account desk: the stores, the account model that is in use, and who is told of crossings."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from api.failures import log_failure
from models.errors import ModelError, ModelNotFound
from triage.account_values import ServedModel
from triage.accounts import AccountDesk
from triage.store.flags import ChurnLedger

if TYPE_CHECKING:
    from api.wiring import Parts
    from models.registry import Registry
    from triage.churn.scoring import AccountRisk
    from triage.predictor import Predicted
    from triage.store import Setting
    from triage.types import Correction, Ticket, Triage

TASK = "churn"
SCORING = "score_accounts"

logger = logging.getLogger(__name__)


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
    from api.account_delivery import QueuedDestinations

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


def change_settings(parts: Parts, document: object, version: int, who: str) -> Setting:
    """Change what the team has set about accounts, and have all of them scored again by it.

    Raises:
        InvalidSettings: with all its faults.
        StaleSettings: another has changed them since.
    """
    made = parts.accounts.put_settings(document, version, who=who, now=parts.now())
    parts.queue.enqueue(SCORING, {}, key=SCORING)
    return made


def risk_of(parts: Parts, ticket: Ticket, predicted: Predicted, now: datetime) -> AccountRisk | None:
    """What the history of a ticket's account says; a model that fails costs this, and not the triage."""
    try:
        return parts.accounts.risk_with(ticket, predicted, now)
    except ModelError as error:
        log_failure(logger, "Scoring a ticket's account", error)
        return None


def follow_triaged(parts: Parts, made: Sequence[Triage]) -> None:
    """Bring the accounts of triaged tickets up to date; what fails is made up for at night."""
    try:
        parts.accounts.after_triaged(made, now=parts.now())
    except ModelError as error:
        log_failure(logger, "Scoring accounts after their tickets", error)


def follow_correction(parts: Parts, correction: Correction) -> None:
    """Bring the account of a corrected ticket up to date; what fails is made up for at night."""
    try:
        parts.accounts.after_correction(correction, now=parts.now())
    except ModelError as error:
        log_failure(logger, "Scoring an account after a correction", error)
