"""What an account's history says when one of its tickets comes in, by the team's own model."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from models.card import Card
from triage.churn.events import Heard, events_of
from triage.churn.scoring import AccountRisk, ModelNotForUse, score_accounts
from triage.errors import AccountNotFound
from triage.features.account import AccountModel
from triage.predictor import Predicted
from triage.store import TicketFilter, TicketStore
from triage.types import Ticket

MOST_TICKETS = 500  # of an account, the newest


class AccountRisks:
    """Scores the account of a ticket as of now; None where there is nothing to go by, or the model was refused."""

    def __init__(self, store: TicketStore, model: AccountModel, card: Card) -> None:
        self._store = store
        self._model = model
        self._card = card

    def risk_of(self, ticket: Ticket, predicted: Predicted, now: datetime) -> AccountRisk | None:
        """Score the account that a ticket belongs to, the ticket included."""
        if not ticket.account_id:
            return None
        try:
            account = self._store.account(ticket.account_id)
        except AccountNotFound:
            return None
        wanted = TicketFilter(accounts=frozenset({ticket.account_id}))
        before = [one.ticket for one in self._store.list_tickets(wanted, limit=MOST_TICKETS).tickets]
        own = replace(ticket, created_at=ticket.created_at or now)
        tickets = [*(one for one in before if one.id != ticket.id), own]
        heard = {ticket.id: Heard(predicted.urgency.label, predicted.churn.label)}
        try:
            (risk,) = score_accounts(
                self._model, self._card, [account], events_of(tickets, [account], heard=heard), now
            )
        except ModelNotForUse:
            return None
        return risk
