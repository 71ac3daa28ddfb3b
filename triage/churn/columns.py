"""Columns of accounts as features: numbers or words, and never a personal one unless it was named."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import fields

import numpy as np

from triage.churn.events import Events, Integers, Kind
from triage.churn.windows import Facts, Moments
from triage.features.account import AccountTable, Words
from triage.features.heads import Floats
from triage.types import Account

_FIELDS = frozenset(field.name for field in fields(Account)) - {"attributes"}
_PERSONAL = frozenset(
    (
        *(
            "gender",
            "sex",
            "age",
            "ages",
            "aged",
            "birth",
            "birthday",
            "birthdate",
            "born",
            "dob",
            "senior",
            "citizen",
        ),
        *(
            "ethnicity",
            "ethnic",
            "race",
            "religion",
            "faith",
            "nationality",
            "citizenship",
            "marital",
            "married",
        ),
        *("spouse", "partner", "dependents", "dependants", "children", "disability", "disabled", "pregnancy"),
        *(
            "orientation",
            "salutation",
            "email",
            "mail",
            "forename",
            "surname",
            "firstname",
            "lastname",
            "fullname",
        ),
        *("ssn", "passport"),
    )
)
_NAMED = frozenset(("first", "last", "full", "customer", "contact", "user", "person", "owner"))
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def is_personal(column: str) -> bool:
    """Tell by its name whether a column says who a person is rather than what the account does.

    >>> [name for name in ("Age Group", "Usage", "SeniorCitizen", "plan_name") if is_personal(name)]
    ['Age Group', 'SeniorCitizen']
    """
    words = {word.lower() for word in _WORD.findall(column)}
    return bool(words & _PERSONAL) or words == {"name"} or ("name" in words and bool(words & _NAMED))


def value_of(account: Account, column: str) -> str:
    """Give what stands in a column of an account as text, whether it has a field or not; empty where missing."""
    if column in account.attributes:
        return account.attributes[column].strip()
    value = getattr(account, column) if column in _FIELDS else None
    return "" if value is None else str(value)


def number_of(text: str) -> float:
    """Read a number, true or false; NaN for anything else."""
    try:
        number = float(text)
    except ValueError:
        number = {"true": 1.0, "false": 0.0}.get(text.lower(), math.nan)
    return number if math.isfinite(number) else math.nan


def is_numeric(texts: Sequence[str]) -> bool:
    """Tell whether all values that are there are numbers, and there is one."""
    there = [text for text in texts if text]
    return bool(there) and not any(math.isnan(number_of(text)) for text in there)


def attribute_columns(
    accounts: Sequence[Account], moments: Moments, columns: Sequence[str]
) -> tuple[dict[str, Floats], dict[str, Words]]:
    """Read columns for rows: numbers with NaN, and words."""
    numbers, words = {}, {}
    for column in columns:
        texts = [value_of(account, column) for account in accounts]
        if is_numeric(texts):
            numbers[column] = np.array([number_of(text) for text in texts])[moments.account]
        else:
            words[column] = np.array(texts, dtype=object)[moments.account]
    return numbers, words


def table_of(accounts: Sequence[Account], numeric: Sequence[str], categorical: Sequence[str]) -> AccountTable:
    """Make a table of chosen columns, a row an account; a number that cannot be read is missing."""
    numbers = [[number_of(value_of(account, column)) for column in numeric] for account in accounts]
    words = [[value_of(account, column) for column in categorical] for account in accounts]
    shape = (len(accounts), len(categorical))
    return AccountTable(
        tuple(numeric),
        np.array(numbers, np.float64).reshape(len(accounts), len(numeric)),
        tuple(categorical),
        np.array(words, dtype=object).reshape(shape),
    )


def plans_at(accounts: Sequence[Account], events: Events, moments: Moments) -> Words:
    """Give the plan in force for each row."""
    first = np.array(
        [events.first_plan.get(place, account.plan) for place, account in enumerate(accounts)], dtype=object
    )
    found = first[moments.account]
    last = Facts.of(events, Kind.PLAN).last(moments)
    changed = ~np.isnan(last)
    places: Integers = last[changed].astype(np.int64)
    found[changed] = np.array(events.plans, dtype=object)[places] if len(places) else ""
    return np.asarray(found)
