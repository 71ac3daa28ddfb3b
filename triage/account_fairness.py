"""Gathers what the report of risk and error by plan, language and region is made of: scores, flags and departures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from triage.account_scoring import has_left
from triage.churn.fairness import Fairness, Watched, fairness_by
from triage.churn.ledger import Flag, week_of
from triage.store import TicketStore
from triage.store.flags import ChurnLedger, StoredRisk
from triage.types import Account

KINDS = ("plan", "language", "region")
DAYS = 90
NEAR = timedelta(days=DAYS)
_COLUMNS = {"language": ("language", "locale"), "region": ("region", "country")}


def fairness_of(store: TicketStore, ledger: ChurnLedger, now: datetime) -> tuple[Fairness, ...]:
    """Compare groups of accounts by plan, language and region.

    Language and region are columns of those names of the accounts (or ``locale``, ``country``); an account without
    such a language has that of most of its tickets.
    """
    accounts = store.all_accounts()
    spoken = ledger.languages()
    flags: dict[str, list[Flag]] = {}
    for flag in ledger.flags_between(None, None):
        flags.setdefault(flag.account_id, []).append(flag)
    began = min((own[0].raised_at for own in flags.values()), default=now)
    banded = {*ledger.banded("words"), *ledger.banded("history")}
    current = {
        one.account_id: one.risk
        for one in ledger.risks_of_weeks((week_of(now - timedelta(weeks=1)), week_of(now)))
    }
    then = {one.account_id: one for one in ledger.risks_before(week_of(now - NEAR))}
    watched = [
        _watched(
            account,
            _groups(account, spoken.get(account.account_id, "")),
            flags.get(account.account_id, ()),
            then.get(account.account_id),
            began,
            now,
            in_band=account.account_id in banded,
            risk=current.get(account.account_id),
        )
        for account in accounts
    ]
    return tuple(fairness_by(kind, watched) for kind in KINDS)


def _watched(
    account: Account,
    groups: Mapping[str, str],
    flags: Sequence[Flag],
    then: StoredRisk | None,
    began: datetime,
    now: datetime,
    *,
    in_band: bool,
    risk: float | None,
) -> Watched:
    customer = not has_left(account, now)
    known = [left for flag in flags if (left := flag.left_of(DAYS, now)) is not None]
    left_on = None if customer else account.churned_on
    unwarned = None
    if left_on is not None and left_on > began.date():
        unwarned = not any(left_on - NEAR <= flag.raised_at.date() <= left_on for flag in flags)
    return Watched(
        groups,
        customer=customer,
        in_band=in_band,
        risk=risk if customer else None,
        warned_right=any(known) if known else None,
        left_unwarned=unwarned,
        expected=None if then is None else then.risk,
        left_since=then is not None
        and left_on is not None
        and then.scored_at.date() < left_on <= (then.scored_at + NEAR).date(),
    )


def _groups(account: Account, spoken: str) -> dict[str, str]:
    given = {name.casefold(): value.strip() for name, value in account.attributes.items()}
    found = {
        kind: next((given[name] for name in names if given.get(name)), "") for kind, names in _COLUMNS.items()
    }
    return {"plan": account.plan, "language": found["language"] or spoken, "region": found["region"]}
