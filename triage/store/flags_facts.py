"""What accounts did, as the ledger reads it from tickets and imports: statements, facts without text, changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal, cast

import sqlalchemy as sa

from kb.store.encoding import chunks
from kb.store.transactions import reading
from triage.churn.events import AccountChange
from triage.store.base import StorePart, changing
from triage.store.flags_tables import account_changes
from triage.store.flags_values import Statement
from triage.store.tables import accounts, tickets, triages
from triage.types import Account, Ticket

_BATCH = 10_000
_SPOKEN = ("at_risk", "explicit")
_COLUMNS: tuple[Literal["seats", "plan", "mrr"], ...] = ("seats", "plan", "mrr")
_OF_FACTS = (
    *("id", "account_id", "priority", "first_replied_at", "solved_at", "reopened", "csat"),
    *("said_urgency", "said_churn_intent", "said_issue_id", "predicted_urgency"),
)
Spoken = Literal["watch", "at_risk", "explicit"]


class Facts(StorePart):
    """Reads what is known of accounts."""

    def statements(
        self, since: datetime, until: datetime, account_ids: Sequence[str] | None = None
    ) -> dict[str, tuple[Statement, ...]]:
        """What accounts said of leaving in tickets after ``since`` and not after ``until``, the latest first.

        What people say of a ticket stands before the model. An audited ticket speaks once a person has labelled it.
        """
        found: dict[str, tuple[Statement, ...]] = {}
        query = _statement_query(since, until)
        with reading(self._engine) as connection:
            for chosen in _of_accounts(query, account_ids):
                for row in connection.execute(chosen).mappings():
                    one = _statement_of(row)
                    found[one.account_id] = (*found.get(one.account_id, ()), one)
        return found

    def ticket_facts(self, account_ids: Sequence[str] | None = None) -> Iterator[Ticket]:
        """All tickets of accounts without their text; urgency and churn intent as the words said when they came in."""
        names = (*_OF_FACTS, "came_at")
        columns = [tickets.c[name] for name in names]
        columns += [tickets.c.attributes[name].as_string().label(name) for name in ("csat_at", "reopened_at")]
        query = sa.select(*columns, triages.c.churn_intent.label("predicted_intent"))
        query = query.outerjoin(triages, tickets.c.triage_id == triages.c.id).where(
            tickets.c.account_id != ""
        )
        with reading(self._engine) as connection:
            for chosen in _of_accounts(query, account_ids):
                rows = connection.execution_options(yield_per=_BATCH).execute(chosen)
                for row in rows:
                    yield _fact_of(row)

    def languages(self) -> dict[str, str]:
        """The language of most tickets of each account, where there is one."""
        language = sa.func.coalesce(sa.func.nullif(tickets.c.language, ""), tickets.c.clean_language)
        counted = sa.select(tickets.c.account_id, language.label("language"), sa.func.count().label("number"))
        counted = counted.where(tickets.c.account_id != "", language != "")
        with reading(self._engine) as connection:
            rows = connection.execute(counted.group_by(tickets.c.account_id, language)).all()
        found: dict[str, str] = {}
        for row in sorted(rows, key=lambda one: (-one.number, one.language)):
            found.setdefault(row.account_id, row.language)
        return found

    def note_changes(self, before: Mapping[str, Account], after: Sequence[Account], now: datetime) -> int:
        """Keep which of plan, seats and revenue an import changed; gives how many that were."""
        rows = [
            {
                "account_id": new.account_id,
                "at": now,
                "column": column,
                "before": _text(old),
                "after": _text(value),
            }
            for new in after
            if new.account_id in before
            for column in _COLUMNS
            for old, value in [(getattr(before[new.account_id], column), getattr(new, column))]
            if old != value and value not in {None, ""}
        ]
        if rows:
            with changing(self._engine) as connection:
                connection.execute(account_changes.insert(), rows)
        return len(rows)

    def changes(self, account_ids: Sequence[str] | None = None) -> tuple[AccountChange, ...]:
        """What imports changed of accounts, the oldest first."""
        query = sa.select(account_changes)
        found = []
        with reading(self._engine) as connection:
            parts = [None] if account_ids is None else list(chunks(account_ids))
            for part in parts:
                chosen = query if part is None else query.where(account_changes.c.account_id.in_(part))
                for row in connection.execute(chosen.order_by(account_changes.c.id)).mappings():
                    column = cast(Literal["seats", "plan", "mrr"], row["column"])
                    found.append(
                        AccountChange(row["account_id"], row["at"], column, row["after"], row["before"])
                    )
        return tuple(found)

    def left_between(self, first: date, last: date) -> tuple[str, ...]:
        """The accounts that left from the first to the last day, both included, by id."""
        chosen = sa.select(accounts.c.account_id).where(
            accounts.c.churned_on >= first, accounts.c.churned_on <= last
        )
        with reading(self._engine) as connection:
            return tuple(connection.execute(chosen.order_by(accounts.c.account_id)).scalars())


def _of_accounts(
    query: sa.Select[tuple[Any, ...]], account_ids: Sequence[str] | None
) -> Iterator[sa.Select[tuple[Any, ...]]]:
    if account_ids is None:
        yield query
        return
    for part in chunks(account_ids):
        yield query.where(tickets.c.account_id.in_(part))


def _statement_query(since: datetime, until: datetime) -> sa.Select[tuple[Any, ...]]:
    said, heard = tickets.c.said_churn_intent, triages.c.churn_intent
    shown = ~tickets.c.audited | (tickets.c.said_topic != "")
    spoke = said.in_(_SPOKEN) | ((said == "") & shown & heard.in_(_SPOKEN))
    chosen = sa.select(tickets.c.id, tickets.c.account_id, tickets.c.came_at, tickets.c.subject, said, heard)
    chosen = chosen.add_columns(triages.c.payload).outerjoin(triages, tickets.c.triage_id == triages.c.id)
    came = (tickets.c.came_at > since, tickets.c.came_at <= until, tickets.c.account_id != "")
    return chosen.where(*came, spoke).order_by(tickets.c.came_at.desc(), tickets.c.id)


def _statement_of(row: sa.RowMapping) -> Statement:
    said = str(row["said_churn_intent"])
    churn: Mapping[str, Any] = (row["payload"] or {}).get("churn", {})
    accepted = bool(churn.get("words", {}).get("accepted"))
    band = said or (row["churn_intent"] if accepted else "watch")
    own = [one for one in churn.get("reasons", ()) if one.get("ticket_id") in {"", row["id"]}]
    quote = next((str(one["quote"]) for one in own if one.get("quote")), "")
    return Statement(
        ticket_id=row["id"],
        account_id=row["account_id"],
        at=row["came_at"],
        band=cast(Spoken, band),
        quote=quote,
        subject=row["subject"],
        by_person=bool(said),
    )


def _fact_of(row: sa.Row[Any]) -> Ticket:
    attributes = {}
    if row.csat_at:
        attributes["csat_at"] = row.csat_at
    if row.reopened_at:
        attributes["reopened_at"] = row.reopened_at
    return Ticket(
        id=row.id,
        created_at=row.came_at,
        account_id=row.account_id,
        priority=row.priority,
        first_replied_at=row.first_replied_at,
        solved_at=row.solved_at,
        reopened=row.reopened,
        csat=row.csat,
        urgency=row.predicted_urgency or row.said_urgency,
        churn_intent=row.predicted_intent or row.said_churn_intent,
        issue_id=row.said_issue_id,
        attributes=attributes,
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)
