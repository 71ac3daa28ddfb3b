"""The list an account team works through: ranked, as long as the team has hours, with what changed since last week."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from triage.churn.scoring import BANDS, AccountRisk, HistoryBand
from triage.types import Reason

Order = Literal["risk", "revenue", "to_save"]
HOURS_AN_ACCOUNT = 1.5  # of outreach, where the team states nothing else
_NUMBER = re.compile(r"\d[\d.,]*")
SMALLEST_MOVE = 0.02  # of a risk that is worth mention


@dataclass(frozen=True, slots=True)
class ListEntry:
    """An account on the list. ``revenue_at_risk`` is risk times monthly revenue, None where revenue is not known.

    ``to_save`` is what outreach can still move: see `still_to_save`.
    """

    place: int
    account_id: str
    risk: float
    band: HistoryBand
    revenue: float | None
    revenue_at_risk: float | None
    to_save: float
    reasons: tuple[Reason, ...]
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccountList:
    """The accounts that the team's hours reach, and how many more are in a band."""

    entries: tuple[ListEntry, ...]
    beyond: int


def ranked_list(
    risks: Sequence[AccountRisk],
    *,
    by: Order = "risk",
    hours: float,
    hours_an_account: float = HOURS_AN_ACCOUNT,
    before: Mapping[str, AccountRisk] | None = None,
    least_revenue: float = 0.0,
) -> AccountList:
    """Rank accounts that are still customers; as many as the hours allow.

    Accounts without a known revenue count as the middle one where revenue matters: not knowing it is no reason to
    stay away.

    ``before`` is what was said a week ago, by account; accounts that pay less than ``least_revenue`` are left out.
    """
    here = [one for one in risks if one.risk is not None and (revenue_of(one) or 0.0) >= least_revenue]
    middle = _middle([revenue for one in here if (revenue := revenue_of(one)) is not None])
    ordered = sorted(here, key=lambda one: (-_weight(one, by, middle), -(one.risk or 0.0), one.account_id))
    length = max(0, math.floor(hours / hours_an_account))
    entries = [
        _entry(place, one, middle, (before or {}).get(one.account_id), first_week=before is None)
        for place, one in enumerate(ordered[:length], start=1)
    ]
    return AccountList(tuple(entries), sum(one.band != "none" for one in ordered[length:]))


def still_to_save(risk: float, revenue: float, days_to_renewal: float, open_tickets: float) -> float:
    """Give the monthly revenue that outreach may still save.

    Risk times revenue, in full where the renewal is two weeks to three months away: decided soon, and there is time to
    act. Less where it is nearer (half at the day itself) or farther (half from half a year on); a quarter more where
    tickets are open, because there is something that can be put right. These shares are a stated choice, not learnt.
    """
    if math.isnan(days_to_renewal):
        time = 0.75
    elif days_to_renewal < 14:
        time = 0.5 + 0.5 * max(days_to_renewal, 0.0) / 14
    else:
        time = 1.0 - 0.5 * min(max(days_to_renewal - 90, 0.0) / 90, 1.0)
    return risk * revenue * time * (1.25 if open_tickets > 0 else 1.0)


def changes_since(before: AccountRisk | None, now: AccountRisk) -> tuple[str, ...]:
    """Say in words what moved since last week: the band, the risk, reasons that are new and that are gone."""
    if now.risk is None:
        return ()
    if before is None or before.risk is None:
        return ("New: there was no risk a week ago",)
    changes = []
    if before.band != now.band:
        worse = BANDS.index(now.band) > BANDS.index(before.band)
        changes.append(f"{'Rose' if worse else 'Fell'} from {_shown(before.band)} to {_shown(now.band)}")
    moved = abs(now.risk - before.risk) >= SMALLEST_MOVE
    if moved:
        changes.append(f"Risk {before.risk:.0%} to {now.risk:.0%}")
    old, new = _raising(before), _raising(now)
    changes += [f"New: {text}" for kind, text in new.items() if kind not in old]
    # Numbers change every week; they are worth mention where the risk moved with them.
    same = [kind for kind in new if kind in old and new[kind] != old[kind]] if moved else []
    changes += [f"{new[kind]} (a week ago: {old[kind]})" for kind in same]
    changes += [f"No longer: {text}" for kind, text in old.items() if kind not in new]
    return tuple(changes)


def revenue_of(one: AccountRisk) -> float | None:
    """Give the monthly revenue of an account where it is known."""
    return _fact(one, "revenue")


def _fact(one: AccountRisk, name: str) -> float | None:
    value = one.facts.get(name)
    return None if not isinstance(value, float | int) or math.isnan(value) else float(value)


def _weight(one: AccountRisk, by: Order, middle: float) -> float:
    risk, revenue = one.risk or 0.0, revenue_of(one)
    if by == "risk":
        return risk
    known = middle if revenue is None else revenue
    return risk * known if by == "revenue" else _to_save(one, middle)


def _to_save(one: AccountRisk, middle: float) -> float:
    revenue, days = revenue_of(one), _fact(one, "days_to_renewal")
    return still_to_save(
        one.risk or 0.0,
        middle if revenue is None else revenue,
        math.nan if days is None else days,
        _fact(one, "open_now") or 0.0,
    )


def _entry(
    place: int, one: AccountRisk, middle: float, before: AccountRisk | None, *, first_week: bool
) -> ListEntry:
    risk, revenue = one.risk or 0.0, revenue_of(one)
    return ListEntry(
        place,
        one.account_id,
        risk,
        one.band,
        revenue,
        None if revenue is None else risk * revenue,
        _to_save(one, middle),
        one.reasons,
        () if first_week else changes_since(before, one),
    )


def _raising(one: AccountRisk) -> dict[str, str]:
    """Give what raises a risk, by what it is about, whatever its numbers."""
    return {_NUMBER.sub("", reason.text): reason.text for reason in one.reasons if reason.weight > 0}


def _middle(revenues: list[float]) -> float:
    return median(revenues) if revenues else 1.0


def _shown(band: HistoryBand) -> str:
    return {"none": "no band", "watch": "watch", "at_risk": "at risk", "left": "left"}[band]
