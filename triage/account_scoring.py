"""From what is stored of accounts to their bands now: by their words, and by their history where a model is in use."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from triage.account_settings import AccountSettings
from triage.account_values import ServedModel
from triage.churn.events import events_of
from triage.churn.ledger import is_withheld, week_of
from triage.churn.scoring import AccountRisk, score_accounts
from triage.churn.words import HEARD_FOR, Said, WordsRisk, days_to_renewal, words_risk
from triage.store.flags import ChurnLedger, Finding, Statement, StoredRisk
from triage.types import Account, Ticket


def heard_of(
    ledger: ChurnLedger, now: datetime, account_ids: Sequence[str] | None = None
) -> dict[str, WordsRisk]:
    """What accounts said of leaving lately, by account; those that said nothing are missing."""
    spoken = ledger.statements(now - HEARD_FOR, now, account_ids)
    return {key: words_risk(key, [_said(one) for one in own]) for key, own in spoken.items()}


def scored_now(
    ledger: ChurnLedger,
    served: ServedModel,
    accounts: Sequence[Account],
    now: datetime,
    account_ids: Sequence[str] | None = None,
    arriving: Ticket | None = None,
) -> tuple[StoredRisk, ...]:
    """The risks of accounts that are customers still, by all that is known now.

    ``account_ids`` limits what is read to accounts that are scored anyway; ``arriving`` is a ticket that counts whether
    or not it is stored yet, with what its words were read as.

    Raises:
        ModelNotForUse: the model was refused when it was trained.
    """
    facts: Iterable[Ticket] = ledger.ticket_facts(account_ids)
    if arriving is not None:
        facts = [*(one for one in facts if one.id != arriving.id), arriving]
    events = events_of(facts, accounts, changes=ledger.changes(account_ids))
    # Trees explain an account by many small predictions; threads would wait for each other in every one of them.
    with threadpool_limits(1):
        found = score_accounts(served.model, served.card, accounts, events, now)
    return tuple(
        _stored(one, account, served.version, now)
        for one, account in zip(found, accounts, strict=True)
        if one.risk is not None
    )


def with_bands(served: ServedModel, settings: AccountSettings) -> ServedModel:
    """The model with the bands that the team has set in place of the card's."""
    return replace(served, card=replace(served.card, thresholds=settings.thresholds(served.card.thresholds)))


def findings_of_words(
    words: Mapping[str, WordsRisk], wanted: Iterable[str], accounts: Mapping[str, Account], now: datetime
) -> list[Finding]:
    """The bands by words of accounts; those that left, or said nothing lately, are in none."""
    found = []
    for key in wanted:
        account, own = accounts.get(key), words.get(key)
        revenue = None if account is None else account.mrr
        if own is None or has_left(account, now):
            found.append(Finding(key, "words", "none", revenue=revenue))
        else:
            found.append(Finding(key, "words", own.band, own.reasons, revenue=revenue))
    return found


def findings_of_history(
    risks: Iterable[StoredRisk], gone: Iterable[str], now: datetime, withheld_share: float, seed: str
) -> list[Finding]:
    """The bands by history; a lot decides which flags are shown to nobody."""
    found = [
        Finding(
            one.account_id,
            "history",
            one.band,
            one.reasons,
            one.risk,
            one.revenue,
            one.model_version,
            is_withheld(one.account_id, week_of(now), withheld_share, seed),
        )
        for one in risks
    ]
    return found + [Finding(key, "history", "none") for key in gone]


def has_left(account: Account | None, now: datetime) -> bool:
    """Whether an account is known to have left."""
    return account is not None and account.churned_on is not None and account.churned_on <= now.date()


def _said(one: Statement) -> Said:
    return Said(one.ticket_id, one.at, one.band, one.quote, one.subject, one.by_person)


def _stored(one: AccountRisk, account: Account, version: str, now: datetime) -> StoredRisk:
    revenue, days = _fact(one, "revenue"), _fact(one, "days_to_renewal")
    renewal = days_to_renewal(account, now)
    return StoredRisk(
        account_id=one.account_id,
        week=week_of(now),
        scored_at=now,
        risk=float(one.risk or 0.0),
        band=one.band,
        # A model need not have learnt from these, and the list ranks by them.
        revenue=account.mrr if revenue is None else revenue,
        days_to_renewal=(None if math.isnan(renewal) else renewal) if days is None else days,
        open_now=_fact(one, "open_now"),
        reasons=one.reasons,
        model_version=version,
    )


def _fact(one: AccountRisk, name: str) -> float | None:
    value = one.facts.get(name)
    return None if not isinstance(value, float | int) or math.isnan(value) else float(value)
