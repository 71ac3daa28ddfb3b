"""Accounts at a moment to risks, bands and reasons: what serves and what ``predict`` writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

import numpy as np

from models.card import Card, figure_at
from triage.churn.columns import table_of
from triage.churn.events import Events, events_of, seconds
from triage.churn.history import features_as_of
from triage.churn.windows import Moments
from triage.churn.wording import STORIES, Values, tell
from triage.errors import TriageError
from triage.features.account import AccountModel, AccountTable
from triage.features.heads import Floats
from triage.types import Account, Reason, Ticket

HistoryBand = Literal["none", "watch", "at_risk", "left"]
BANDS: tuple[HistoryBand, ...] = ("none", "watch", "at_risk")  # from harmless to worst
RAISING, LOWERING = 4, 2  # how many reasons are told
SMALLEST_WEIGHT = 0.05


class ModelNotForUse(TriageError):
    """A churn model was refused in training; the message says why."""

    def __init__(self, why: str) -> None:
        super().__init__(f"This churn model was refused when it was trained, and gives no risks. {why}")


@dataclass(frozen=True, slots=True)
class AccountRisk:
    """What the history of an account says at a moment.

    ``risk`` is None and ``band`` is ``"left"`` for an account that is gone. ``facts`` are its columns by name.
    """

    account_id: str
    risk: float | None
    band: HistoryBand
    reasons: tuple[Reason, ...] = ()
    facts: Values = field(default_factory=dict)


def predict_accounts(
    model: AccountModel, card: Card, accounts: Sequence[Account], tickets: Iterable[Ticket], as_of: datetime
) -> list[dict[str, str]]:
    """Give the rows of a predictions file, in the order of the accounts: ``id``, ``risk``, ``band``, ``reasons``.

    Raises:
        ModelNotForUse: the model was refused when it was trained.
    """
    risks = score_accounts(model, card, accounts, events_of(tickets, accounts), as_of)
    return [
        {
            "id": one.account_id,
            "risk": "" if one.risk is None else f"{one.risk:.4f}",
            "band": one.band,
            "reasons": "; ".join(_told(reason) for reason in one.reasons),
        }
        for one in risks
    ]


def score_accounts(
    model: AccountModel, card: Card, accounts: Sequence[Account], events: Events, as_of: datetime
) -> tuple[AccountRisk, ...]:
    """Score accounts as of a moment, with reasons; later events count for nothing.

    Raises:
        ModelNotForUse: the model was refused when it was trained.
    """
    refusal = str(card.params.get("refused") or "")
    if refusal:
        raise ModelNotForUse(refusal)
    if not accounts:
        return ()
    table = _table(model, card, accounts, events, as_of)
    risks, weights = model.probabilities(table), model.contributions(table)
    today = as_of.astimezone(UTC).date()
    return tuple(
        _gone(account)
        if account.churned_on is not None and account.churned_on <= today
        else _risk(account, float(risk), card, own, _values(table, place))
        for place, (account, risk, own) in enumerate(zip(accounts, risks, weights, strict=True))
    )


def band_of(risk: float, thresholds: Mapping[str, object]) -> HistoryBand:
    """Give the worst band whose threshold a risk reaches; a band without a threshold is never given."""
    for band in reversed(BANDS[1:]):
        start = figure_at(thresholds, f"{band}.probability")  # type: ignore[arg-type]
        if start is not None and risk >= start:
            return band
    return "none"


def reasons_of(names: Sequence[str], weights: Floats, values: Values) -> tuple[Reason, ...]:
    """Tell what raised a risk most, then what lowered it, each with its weight in log-odds."""
    weight = dict(zip(names, weights.tolist(), strict=True))
    reasons = []
    for story in STORIES:
        own = [column for column in story.columns if column in weight]
        if own:
            reasons.append(Reason(story.told(values), round(sum(weight.pop(column) for column in own), 3)))
    reasons += [Reason(tell(column, values), round(rest, 3)) for column, rest in weight.items()]
    ordered = sorted(reasons, key=lambda reason: (-abs(reason.weight), reason.text))
    raising = [reason for reason in ordered if reason.weight >= SMALLEST_WEIGHT]
    lowering = [reason for reason in ordered if reason.weight <= -SMALLEST_WEIGHT]
    return (*raising[:RAISING], *lowering[:LOWERING])


def _table(
    model: AccountModel, card: Card, accounts: Sequence[Account], events: Events, as_of: datetime
) -> AccountTable:
    if card.params.get("shape") == "table":
        return table_of(accounts, model.numeric, model.categorical)
    moments = Moments(np.arange(len(accounts)), np.full(len(accounts), seconds(as_of), np.int64))
    base = features_as_of(accounts, events, moments)
    extra = table_of(
        accounts,
        [name for name in model.numeric if name not in base.names],
        [name for name in model.categorical if name not in base.names],
    )
    joined = AccountTable(
        base.numeric + extra.numeric,
        np.column_stack([base.numbers, extra.numbers]),
        base.categorical + extra.categorical,
        np.column_stack([base.words, extra.words]),
    )
    # A linear model explains against the average account, so only the columns it knows may take part.
    return joined.columns(model.numeric + model.categorical)


def _values(table: AccountTable, place: int) -> Values:
    numbers = dict(zip(table.numeric, table.numbers[place].tolist(), strict=True))
    return {**numbers, **dict(zip(table.categorical, table.words[place].tolist(), strict=True))}


def _risk(account: Account, risk: float, card: Card, weights: Floats, values: Values) -> AccountRisk:
    names = tuple(values)
    return AccountRisk(
        account.account_id, risk, band_of(risk, card.thresholds), reasons_of(names, weights, values), values
    )


def _gone(account: Account) -> AccountRisk:
    return AccountRisk(account.account_id, None, "left", (Reason(f"Left on {account.churned_on}", 0.0),))


def _told(reason: Reason) -> str:
    return f"{reason.text} ({reason.weight:+.2f})" if reason.weight else reason.text
