"""Brings accounts up to date: at once after a ticket, and all of them at night; tells of worse bands once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from triage.account_list import as_account_risk, is_hidden, latest_flags
from triage.account_outcomes import Outcomes
from triage.account_scoring import (
    findings_of_history,
    findings_of_words,
    has_left,
    heard_of,
    scored_now,
    with_bands,
)
from triage.account_settings import AccountSettings
from triage.account_values import AccountEvent, Destination, Scored, ServedModel
from triage.churn.ledger import is_worse, week_of
from triage.churn.scoring import AccountRisk
from triage.store import TicketStore
from triage.store.flags import BandMove, ChurnLedger, Finding, StoredRisk
from triage.types import Account, Ticket

if TYPE_CHECKING:
    from triage.predictor import Predicted

REASONS_FOR = timedelta(weeks=5)  # what is older keeps its risks alone
Advance = Callable[[int, int], None]


class AccountRefreshing:
    """Scores accounts and moves them between bands; ``seed`` decides the lot that withholds flags."""

    def __init__(
        self,
        store: TicketStore,
        ledger: ChurnLedger,
        *,
        history: Callable[[], ServedModel | None],
        settings: Callable[[], AccountSettings],
        destination: Destination | None,
        seed: str,
    ) -> None:
        self._store = store
        self._ledger = ledger
        self._history = history
        self._settings = settings
        self._destination = destination
        self._seed = seed

    def score(self, now: datetime, progress: Advance = lambda done, total: None) -> Scored:
        """Bring all accounts up to date, and note what became of earlier flags."""
        accounts = {one.account_id: one for one in self._store.all_accounts()}
        progress(0, len(accounts))
        words = heard_of(self._ledger, now)
        spoken = sorted({*words, *self._ledger.banded("words")})
        risks = self._scored(list(accounts.values()), None, now)
        findings = findings_of_words(words, spoken, accounts, now)
        moves = self._move(findings, risks, accounts, now)
        progress(len(accounts), len(accounts))
        settled = Outcomes(self._store, self._ledger).settle(now)
        flags = sum(bool(move.flag_id) for move in moves)
        return Scored(len(accounts), len(risks), len(moves), flags, settled, self.hand_over())

    def risk_with(self, ticket: Ticket, predicted: Predicted, now: datetime) -> AccountRisk | None:
        """What the history of a ticket's account says, with a ticket that need not be stored yet.

        None without a model or an account, and where a lot keeps the warning from people.
        """
        served = self._served()
        if served is None or not ticket.account_id:
            return None
        account = self._store.accounts_of([ticket.account_id]).get(ticket.account_id)
        if account is None or has_left(account, now):
            return None
        arriving = replace(
            ticket,
            created_at=ticket.created_at or now,
            urgency=predicted.urgency.label or ticket.urgency,
            churn_intent=predicted.churn.label or ticket.churn_intent,
        )
        (risk,) = scored_now(self._ledger, served, [account], now, [account.account_id], arriving)
        return None if self._is_kept_back(risk, now) else as_account_risk(risk)

    def refresh(self, account_ids: Sequence[str], now: datetime) -> None:
        """Bring some accounts up to date; ids that no account has count by their words alone."""
        if not account_ids:
            return
        accounts = self._store.accounts_of(account_ids)
        words = heard_of(self._ledger, now, account_ids)
        risks = self._scored(list(accounts.values()), sorted(accounts), now)
        self._move(findings_of_words(words, account_ids, accounts, now), risks, accounts, now)
        self.hand_over()

    def hand_over(self) -> int:
        """Give waiting events to the destination; gives how many that were."""
        told = 0
        while waiting := self._ledger.untold():
            accounts = self._store.accounts_of(sorted({move.account_id for move in waiting}))
            for move in waiting:
                if self._destination is not None:
                    self._destination.deliver(_event(move, accounts.get(move.account_id)))
            self._ledger.note_told([move.id for move in waiting])
            told += len(waiting)
        return told

    def _scored(
        self, accounts: Sequence[Account], account_ids: Sequence[str] | None, now: datetime
    ) -> tuple[StoredRisk, ...]:
        served = self._served()
        if served is None or not accounts:
            return ()
        risks = scored_now(self._ledger, served, accounts, now, account_ids)
        self._ledger.save_risks(risks, week_of(now - REASONS_FOR) if account_ids is None else "")
        return risks

    def _served(self) -> ServedModel | None:
        served = self._history()
        return None if served is None else with_bands(served, self._settings())

    def _is_kept_back(self, risk: StoredRisk, now: datetime) -> bool:
        """Whether the lot hides a risk now, or will hide the flag that it is about to raise."""
        flags = self._ledger.flags_of([risk.account_id]).get(risk.account_id, ())
        if is_hidden(latest_flags(reversed(flags)).get(risk.account_id, {}), now):
            return True
        (finding,) = findings_of_history([risk], [], now, self._settings().withheld_share, self._seed)
        before = self._ledger.standing(risk.account_id).get("history", "none")
        return finding.withheld and is_worse(risk.band, before)

    def _move(
        self,
        findings: list[Finding],
        risks: Sequence[StoredRisk],
        accounts: Mapping[str, Account],
        now: datetime,
    ) -> tuple[BandMove, ...]:
        settings = self._settings()
        gone = [key for key, one in accounts.items() if has_left(one, now)]
        findings += findings_of_history(risks, gone, now, settings.withheld_share, self._seed)
        return self._ledger.move(findings, now, settings.quiet)


def _event(move: BandMove, account: Account | None) -> AccountEvent:
    return AccountEvent(
        id=f"band-{move.id}",
        account_id=move.account_id,
        name="" if account is None else account.name,
        source=move.source,
        before=move.before,
        after=move.after,
        at=move.at,
        flag_id=move.flag_id,
        revenue=move.revenue,
        currency="" if account is None else account.currency,
    )
