"""Reasons and flags to what a row holds, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from triage.churn.ledger import Flag, Outcome, Response
from triage.types import Reason


def reasons_json(reasons: Iterable[Reason]) -> list[list[object]]:
    """Text, weight and ticket of each; a quote stays with its ticket, so that it can be forgotten there."""
    return [[one.text, one.weight, one.ticket_id] for one in reasons]


def reasons_of(data: Iterable[Sequence[Any]]) -> tuple[Reason, ...]:
    return tuple(Reason(text, weight, ticket_id) for text, weight, ticket_id in data)


def outcomes_json(outcomes: Iterable[Outcome]) -> list[list[object]]:
    return [[one.days, one.left] for one in outcomes]


def flag_of(row: sa.RowMapping, said: Mapping[str, tuple[Response, ...]]) -> Flag:
    """A flag from a whole row and the responses by flag id."""
    names = ("id", "account_id", "week", "raised_at", "source", "band", "risk", "revenue", "model_version")
    return Flag(
        **{name: row[name] for name in names},
        reasons=reasons_of(row["reasons"]),
        withheld=row["withheld"],
        responses=said.get(row["id"], ()),
        outcomes=tuple(Outcome(days, left) for days, left in row["outcomes"]),
    )
