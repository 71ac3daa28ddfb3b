"""One row to an account."""

from __future__ import annotations

from collections.abc import Mapping

from triage.reading.columns import Columns
from triage.types import Account, RowFault

ACCOUNT_FIELDS = (
    *("account_id", "name", "plan", "seats", "mrr", "currency", "signed_up_on", "renews_on", "nps"),
    "churned_on",
)
_LONGEST_ID = 255


def account_of(row: Mapping[str, object], line: int) -> Account | list[RowFault]:
    """Makes an account of ``row``, or lists all that is wrong with it.

    ``nps`` is from -100 to 100, so that both a single answer (0-10) and a score fit.
    """
    columns = Columns(row, line)
    account = Account(
        account_id=columns.word("account_id"),
        name=columns.word("name"),
        plan=columns.word("plan"),
        seats=columns.count("seats"),
        mrr=columns.number("mrr", least=0),
        currency=columns.word("currency").upper(),
        signed_up_on=columns.day("signed_up_on"),
        renews_on=columns.day("renews_on"),
        nps=columns.number("nps", least=-100, most=100),
        churned_on=columns.day("churned_on"),
        attributes=columns.others(ACCOUNT_FIELDS),
    )
    _check(columns, account)
    return columns.faults or account


def _check(columns: Columns, account: Account) -> None:
    if not account.account_id and not any(fault.column == "account_id" for fault in columns.faults):
        columns.fault("account_id", "is missing; an account is known by it")
    if len(account.account_id) > _LONGEST_ID:
        columns.fault(
            "account_id", f"has {len(account.account_id)} characters; at most {_LONGEST_ID} are kept"
        )
    signed_up, churned = account.signed_up_on, account.churned_on
    if signed_up is not None and churned is not None and churned < signed_up:
        columns.fault("churned_on", f"{churned} is before signed_up_on, {signed_up}")
