"""The served list: accounts by their words and their history, without those that were set aside or withheld."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.churn.ledger import Flag
from triage.churn.list import Order, ranked_list
from triage.churn.scoring import AccountRisk
from triage.churn.words import WordsRisk, place_by_words
from triage.store.flags import StoredRisk
from triage.types import Account

HIDDEN_FOR = timedelta(days=90)  # how long a lot keeps a flag from people


@dataclass(frozen=True, slots=True)
class Known:
    """All that decides about the list; flags are the latest of each account by source."""

    words: Mapping[str, WordsRisk]
    history: Mapping[str, StoredRisk]
    accounts: Mapping[str, Account]
    flags: Mapping[str, Mapping[str, Flag]]
    open_tickets: Mapping[str, int]


def ordered_accounts(known: Known, by: Order, least_revenue: float, now: datetime) -> list[str]:
    """Rank accounts.

    By risk, those that said openly that they leave come first: that is no estimate. Then history decides, and after it
    come accounts of which only words are known.
    """
    enough = [
        key for key in _all(known) if least_revenue <= 0 or (_revenue(known, key) or 0.0) >= least_revenue
    ]
    by_words = sorted(
        (key for key in enough if key in known.words),
        key=lambda key: (
            *place_by_words(
                known.words[key], known.accounts.get(key), known.open_tickets.get(key, 0), now, by
            ),
            key,
        ),
    )
    risks = [as_account_risk(known.history[key]) for key in enough if key in known.history]
    by_history = [
        one.account_id for one in ranked_list(risks, by=by, hours=len(risks), hours_an_account=1).entries
    ]
    open_words = [key for key in by_words if known.words[key].band == "explicit"] if by == "risk" else []
    return list(dict.fromkeys([*open_words, *by_history, *by_words]))


def as_account_risk(stored: StoredRisk) -> AccountRisk:
    """A stored risk as the ranking reads it."""
    names = ("revenue", "days_to_renewal", "open_now")
    facts = {name: math.nan if (value := getattr(stored, name)) is None else value for name in names}
    return AccountRisk(stored.account_id, stored.risk, stored.band, stored.reasons, facts)


def latest_flags(flags: Iterable[Flag]) -> dict[str, dict[str, Flag]]:
    """The latest flag of each account by source; ``flags`` are the oldest first."""
    found: dict[str, dict[str, Flag]] = {}
    for flag in flags:
        found.setdefault(flag.account_id, {})[flag.source] = flag
    return found


def is_hidden(flags: Mapping[str, Flag], now: datetime) -> bool:
    """Whether a lot keeps the history of an account from people now."""
    flag = flags.get("history")
    return flag is not None and flag.withheld and now < flag.raised_at + HIDDEN_FOR


def is_set_aside(flags: Mapping[str, Flag], bands: Mapping[str, str], now: datetime) -> bool:
    """Whether people snoozed or disagreed with all that speaks against an account now."""
    active = [source for source, band in bands.items() if band != "none"]
    return bool(active) and all(source in flags and _answered(flags[source], now) for source in active)


def page_of(keys: Sequence[str], offset: int, limit: int) -> list[tuple[int, str]]:
    """A part of the list with each account's place on it, from 1."""
    return [(offset + number, key) for number, key in enumerate(keys[offset : offset + limit], start=1)]


def _answered(flag: Flag, now: datetime) -> bool:
    return flag.snoozed(now) or any(one.kind == "disagreed" for one in flag.responses)


def _all(known: Known) -> list[str]:
    return sorted({*known.words, *known.history})


def _revenue(known: Known, key: str) -> float | None:
    if key in known.history:
        return known.history[key].revenue
    account = known.accounts.get(key)
    return None if account is None else account.mrr
