"""Reads the list and single accounts: words and history apart, without what was withheld or set aside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from triage.account_list import (
    Known,
    as_account_risk,
    is_hidden,
    is_set_aside,
    latest_flags,
    ordered_accounts,
    page_of,
)
from triage.account_scoring import has_left, heard_of
from triage.account_values import (
    NOTHING_SCORED,
    WORDS_ALONE,
    AccountView,
    AtRisk,
    ListedAccount,
    ServedModel,
)
from triage.churn.ledger import Flag, week_of
from triage.churn.list import Order, changes_since
from triage.churn.words import WordsRisk, with_quotes
from triage.store import TicketFilter, TicketStore
from triage.store.flags import BandMove, ChurnLedger, StoredRisk
from triage.types import Account, Reason

WEEK = timedelta(weeks=1)
FLAGS_FOR = timedelta(days=120)  # flags that still decide about the list
WEEKS_SHOWN = 26
_SHOWN = {"none": "no band", "watch": "watch", "at_risk": "at risk", "explicit": "says they leave"}


class AccountReading:
    """Reads accounts; changes nothing."""

    def __init__(
        self, store: TicketStore, ledger: ChurnLedger, history: Callable[[], ServedModel | None]
    ) -> None:
        self._store = store
        self._ledger = ledger
        self._history = history

    def at_risk(self, *, now: datetime, by: Order, limit: int, min_revenue: float, offset: int) -> AtRisk:
        """A page of the accounts that may leave."""
        served = self._history()
        known = self._known(served, by, now)
        keys = ordered_accounts(known, by, min_revenue, now)
        shown = [key for key in keys if not is_set_aside(known.flags.get(key, {}), _bands(known, key), now)]
        return AtRisk(
            entries=self._entries(page_of(shown, offset, limit), known, now),
            total=len(shown),
            set_aside=len(keys) - len(shown),
            goes_by="words" if served is None else "words_and_history",
            note=WORDS_ALONE if served is None else "" if known.history else NOTHING_SCORED,
            horizon_days=None if served is None else served.horizon_days,
        )

    def account(self, account_id: str, *, now: datetime) -> AccountView:
        """An account with its flags, quotes and weeks.

        Raises:
            AccountNotFound: there is none of that id.
        """
        account = self._store.account(account_id)
        served = self._history()
        words = heard_of(self._ledger, now, [account_id]).get(account_id, WordsRisk(account_id, "none"))
        flags = self._ledger.flags_of([account_id]).get(account_id, ())
        hidden = is_hidden(latest_flags(reversed(flags)).get(account_id, {}), now)
        weeks = () if hidden else self._ledger.risks_of([account_id], WEEKS_SHOWN).get(account_id, ())
        there = served is not None and not has_left(account, now)
        history = next((one for one in weeks if one.week in _current_weeks(now)), None) if there else None
        moves = self._ledger.moves(now - 52 * WEEK, now + WEEK, account_id)
        return AccountView(
            account=account,
            words=words,
            history=history,
            history_note=_history_note(account, served, history, now),
            weeks=weeks,
            flags=self.quoted([flag for flag in flags if not flag.withheld]),
            moves=tuple(move for move in reversed(moves) if not (hidden and move.source == "history")),
            open_tickets=self._open_tickets(account_id),
            horizon_days=None if served is None else served.horizon_days,
        )

    def quoted(self, flags: Sequence[Flag]) -> tuple[Flag, ...]:
        """Flags with the quotes behind their reasons, as far as the tickets still hold them."""
        tickets = {reason.ticket_id for flag in flags for reason in flag.reasons if reason.ticket_id}
        made = self._store.latest_triages(sorted(tickets))
        quotes = {key: _quote(one.triage.churn.reasons, key) for key, one in made.items()}
        return tuple(with_quotes(flag, quotes) for flag in flags)

    def _known(self, served: ServedModel | None, by: Order, now: datetime) -> Known:
        flags = latest_flags(self._ledger.flags_between(now - FLAGS_FOR, None))
        words = heard_of(self._ledger, now)
        accounts = self._store.accounts_of(sorted(words))
        words = {key: one for key, one in words.items() if not has_left(accounts.get(key), now)}
        history: dict[str, StoredRisk] = {}
        if served is not None:
            weeks = self._ledger.risks_of_weeks(_current_weeks(now))
            history = {
                one.account_id: one for one in weeks if not is_hidden(flags.get(one.account_id, {}), now)
            }
            gone = self._ledger.left_between((now - 4 * WEEK).date(), now.date())
            history = {key: one for key, one in history.items() if key not in gone}
        waiting = {key: self._open_tickets(key) for key in words} if by == "to_save" else {}
        return Known(words, history, accounts, flags, waiting)

    def _entries(
        self, page: Sequence[tuple[int, str]], known: Known, now: datetime
    ) -> tuple[ListedAccount, ...]:
        keys = [key for _, key in page]
        accounts = self._store.accounts_of(keys)
        told = self._ledger.risks_of([key for key in keys if key in known.history])
        moved: dict[str, list[BandMove]] = {}
        for move in self._ledger.moves(now - WEEK, now + WEEK):
            moved.setdefault(move.account_id, []).append(move)
        entries = []
        for place, key in page:
            latest, *before = told.get(key, (None,))
            words = known.words.get(key, WordsRisk(key, "none"))
            revenue = None if latest is None else latest.revenue
            entries.append(
                ListedAccount(
                    place=place,
                    account_id=key,
                    account=accounts.get(key),
                    words=words,
                    history=latest,
                    revenue_at_risk=None if latest is None or revenue is None else latest.risk * revenue,
                    changes=_changes(latest, before, moved.get(key, [])),
                    flags=tuple(flag for flag in known.flags.get(key, {}).values() if not flag.withheld),
                )
            )
        return tuple(entries)

    def _open_tickets(self, account_id: str) -> int:
        return self._store.count(TicketFilter(accounts=frozenset({account_id}), is_open=True))


def _current_weeks(now: datetime) -> tuple[str, str]:
    """Last week's risks stand until this week's scoring."""
    return week_of(now - WEEK), week_of(now)


def _bands(known: Known, key: str) -> dict[str, str]:
    return {
        "words": known.words[key].band if key in known.words else "none",
        "history": known.history[key].band if key in known.history else "none",
    }


def _changes(
    latest: StoredRisk | None, before: Sequence[StoredRisk], moves: Sequence[BandMove]
) -> tuple[str, ...]:
    words = [move for move in moves if move.source == "words"]
    told = []
    if words and words[0].before != words[-1].after:
        told.append(f"Words: from {_SHOWN[words[0].before]} to {_SHOWN[words[-1].after]}")
    if latest is not None and before:
        told += changes_since(as_account_risk(before[0]), as_account_risk(latest))
    return tuple(told)


def _history_note(
    account: Account, served: ServedModel | None, history: StoredRisk | None, now: datetime
) -> str:
    if has_left(account, now):
        return f"Left on {account.churned_on}."
    if served is None:
        return WORDS_ALONE
    return NOTHING_SCORED if history is None else ""


def _quote(reasons: Sequence[Reason], ticket_id: str) -> str:
    own = (one.quote for one in reasons if one.quote and one.ticket_id in {"", ticket_id})
    return next(own, "")
