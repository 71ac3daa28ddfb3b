"""The account desk: who may leave and why, what was done about it, and whether the warnings were right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from triage.account_fairness import fairness_of
from triage.account_outcomes import Outcomes
from triage.account_reading import AccountReading
from triage.account_refreshing import AccountRefreshing, Advance
from triage.account_settings import SETTING, AccountSettings, document_of, read_settings, shown_document
from triage.account_values import AccountView, AtRisk, Destination, LedgerView, Scored, ServedModel
from triage.churn.fairness import Fairness
from triage.churn.ledger import Flag, Response, WeekOfFlags
from triage.churn.list import Order
from triage.churn.scoring import AccountRisk
from triage.destinations import revealed
from triage.store import Setting, Stored, TicketStore
from triage.store.flags import ChurnLedger, FlagNotFound, FlagPage
from triage.types import Account, Correction, Ticket, Triage

if TYPE_CHECKING:
    from triage.predictor import Predicted


class AccountDesk:
    """Accounts with their risk, over the stores that it is given.

    ``history`` gives the account model that is in use now, or None; ``seed`` decides the lot that withholds flags.
    """

    def __init__(
        self,
        store: TicketStore,
        ledger: ChurnLedger,
        *,
        history: Callable[[], ServedModel | None],
        destination: Destination | None = None,
        seed: str = "",
    ) -> None:
        self._store = store
        self._ledger = ledger
        self._history = history
        self._reading = AccountReading(store, ledger, history)
        self._outcomes = Outcomes(store, ledger)
        self._refreshing = AccountRefreshing(
            store, ledger, history=history, settings=self.settings, destination=destination, seed=seed
        )

    def put_accounts(self, given: Sequence[Account], *, now: datetime) -> Stored:
        """Store accounts; what changed of plan, seats and revenue becomes part of their history."""
        before = self._store.accounts_of([one.account_id for one in given])
        stored = self._store.put_accounts(given, now)
        latest = {one.account_id: one for one in given}
        self._ledger.note_changes(before, [latest[key] for key in stored.updated], now)
        return stored

    def at_risk(
        self,
        *,
        now: datetime,
        by: Order = "risk",
        limit: int | None = None,
        min_revenue: float = 0.0,
        offset: int = 0,
    ) -> AtRisk:
        """A page of the accounts that may leave, from ``offset``; as long as the hours of outreach unless limited."""
        length = limit or self.settings().length
        return self._reading.at_risk(now=now, by=by, limit=length, min_revenue=min_revenue, offset=offset)

    def account(self, account_id: str, *, now: datetime) -> AccountView:
        """An account with its facts, flags, quotes and weeks.

        Raises:
            AccountNotFound: there is none of that id.
        """
        return self._reading.account(account_id, now=now)

    def risk_with(self, ticket: Ticket, predicted: Predicted, now: datetime) -> AccountRisk | None:
        """What the history of a ticket's account says, a ticket that need not be stored yet included."""
        return self._refreshing.risk_with(ticket, predicted, now)

    def respond(self, account_id: str, flag_id: str, response: Response, *, words_meant: str = "") -> Flag:
        """Keep what a person made of a flag; where words were misread, ``words_meant`` corrects its tickets too.

        Raises:
            FlagNotFound: the account has no such flag, or it is withheld.
        """
        flag = self._ledger.flag(account_id, flag_id)
        if flag.withheld:
            raise FlagNotFound(account_id, flag_id)
        after = self._ledger.respond(flag, response)
        if words_meant and flag.source == "words":
            self._correct(flag, response, words_meant)
        return self._reading.quoted([after])[0]

    def flags(self, *, after: str = "", limit: int = 50) -> FlagPage:
        """A page of all flags that people may see, the newest first.

        Raises:
            ValueError: ``after`` is not of a page.
        """
        page = self._ledger.list_flags(after, limit)
        return FlagPage(self._reading.quoted(page.flags), page.after)

    def ledger(self, *, now: datetime) -> LedgerView:
        """How the warnings fared, and what acting on them was worth."""
        return self._outcomes.ledger(now)

    def fairness(self, *, now: datetime) -> tuple[Fairness, ...]:
        """Risk and its errors by plan, language and region."""
        return fairness_of(self._store, self._ledger, now)

    def week(self, week: str) -> WeekOfFlags:
        """A manager's week, such as ``2026-W12``.

        Raises:
            ValueError: there is no such week.
        """
        return self._outcomes.week(week)

    def bands(self) -> Mapping[str, Any]:
        """The account model's own bands by name, with what their precision was when it learnt; empty without one."""
        served = self._history()
        return {} if served is None else served.card.thresholds

    def settings(self) -> AccountSettings:
        """What the team has set."""
        return read_settings(self._store.setting(SETTING).document)

    def settings_document(self) -> Setting:
        """The settings as a document with its version, from which they are changed; 0 where nothing was set yet.

        Of a webhook's address it has the host alone.
        """
        return replace(self._store.setting(SETTING), document=shown_document(self.settings()))

    def put_settings(self, document: object, version: int, *, who: str, now: datetime) -> Setting:
        """Change the settings from the version that was read; addresses that were shown in part stay as they are.

        Raises:
            InvalidSettings: with all its faults.
            StaleSettings: another has changed them since.
        """
        settings = read_settings(revealed(document, self.settings().destinations))
        kept = self._store.put_setting(SETTING, document_of(settings), version, who, now)
        return replace(kept, document=shown_document(settings))

    def after_triaged(self, triages: Sequence[Triage], *, now: datetime) -> None:
        """Bring the accounts of stored triages up to date, each once."""
        self._follow([one.ticket_id for one in triages], now)

    def refresh(self, account_ids: Sequence[str], *, now: datetime) -> None:
        """Bring some accounts up to date."""
        self._refreshing.refresh(account_ids, now)

    def after_correction(self, correction: Correction, *, now: datetime) -> None:
        """Bring a ticket's account up to date, where what a person said of the ticket may change what its words say.

        A ticket of the blind sample speaks once a person has given it a topic.
        """
        if correction.churn_intent or correction.topic:
            self._follow([correction.ticket_id], now)

    def score(self, *, now: datetime, progress: Advance = lambda done, total: None) -> Scored:
        """Score all accounts, raise flags, tell of worse bands, and note what became of earlier flags."""
        return self._refreshing.score(now, progress)

    def _follow(self, ticket_ids: Sequence[str], now: datetime) -> None:
        found = self._store.get_many(ticket_ids)
        self.refresh(sorted({one.ticket.account_id for one in found.values()} - {""}), now=now)

    def _correct(self, flag: Flag, response: Response, words_meant: str) -> None:
        named = sorted({reason.ticket_id for reason in flag.reasons if reason.ticket_id})
        there = sorted(self._store.get_many(named))
        said = (Correction(key, response.at, response.by, churn_intent=words_meant) for key in there)
        self._store.correct(tuple(said))
        self.refresh([flag.account_id], now=response.at)
