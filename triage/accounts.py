"""The account desk: who may leave and why, what was done about it, and whether the warnings were right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from triage.account_outcomes import Outcomes
from triage.account_reading import AccountReading
from triage.account_refreshing import AccountRefreshing, Advance
from triage.account_settings import SETTING, AccountSettings, document_of, read_settings
from triage.account_values import AccountView, AtRisk, Destination, LedgerView, Scored, ServedModel
from triage.churn.ledger import Flag, Response, WeekOfFlags
from triage.churn.list import Order
from triage.churn.scoring import AccountRisk
from triage.store import Setting, Stored, TicketStore
from triage.store.flags import ChurnLedger, FlagNotFound, FlagPage
from triage.types import Account, Correction, Ticket, Triage


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

    def risk_of(self, account_id: str, *, now: datetime) -> AccountRisk | None:
        """What the history of an account said when it was scored last, in this week or the one before."""
        return self._reading.risk_of(account_id, now)

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

    def week(self, week: str) -> WeekOfFlags:
        """A manager's week, such as ``2026-W12``.

        Raises:
            ValueError: there is no such week.
        """
        return self._outcomes.week(week)

    def settings(self) -> AccountSettings:
        """What the team has set."""
        return read_settings(self._store.setting(SETTING).document)

    def settings_document(self) -> Setting:
        """The settings as a document with its version, from which they are changed; 0 where nothing was set yet."""
        return replace(self._store.setting(SETTING), document=document_of(self.settings()))

    def put_settings(self, settings: AccountSettings, version: int, *, who: str, now: datetime) -> Setting:
        """Change the settings from the version that was read.

        Raises:
            StaleSettings: another has changed them since.
        """
        return self._store.put_setting(SETTING, document_of(settings), version, who, now)

    def after_triage(self, triage: Triage, ticket: Ticket, now: datetime) -> None:
        """Bring the ticket's account up to date; to be called once the triage is stored."""
        self._refreshing.refresh([ticket.account_id] if ticket.account_id else [], now)

    def after_triaged(self, triages: Sequence[Triage], *, now: datetime) -> None:
        """Bring the accounts of stored triages up to date, each once."""
        found = self._store.get_many([one.ticket_id for one in triages])
        self._refreshing.refresh(sorted({one.ticket.account_id for one in found.values()} - {""}), now)

    def refresh(self, account_ids: Sequence[str], *, now: datetime) -> None:
        """Bring some accounts up to date, as after a correction of one of their tickets."""
        self._refreshing.refresh(account_ids, now)

    def score(self, *, now: datetime, progress: Advance = lambda done, total: None) -> Scored:
        """Score all accounts, raise flags, tell of worse bands, and note what became of earlier flags."""
        return self._refreshing.score(now, progress)

    def _correct(self, flag: Flag, response: Response, words_meant: str) -> None:
        named = sorted({reason.ticket_id for reason in flag.reasons if reason.ticket_id})
        there = sorted(self._store.get_many(named))
        said = (Correction(key, response.at, response.by, churn_intent=words_meant) for key in there)
        self._store.correct(tuple(said))
        self._refreshing.refresh([flag.account_id], response.at)
