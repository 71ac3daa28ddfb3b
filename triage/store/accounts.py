"""The customers' organisations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from kb.store.encoding import chunks
from kb.store.transactions import reading
from triage.errors import AccountNotFound
from triage.store.base import StorePart, changing, update_each
from triage.store.encoding import account_columns, account_of, digest_of
from triage.store.tables import accounts
from triage.store.values import Stored
from triage.types import Account


class Accounts(StorePart):
    """Puts and finds accounts."""

    def put_accounts(self, given: Sequence[Account], now: datetime) -> Stored:
        """Store accounts, all of them or none; of several with one id the last counts."""
        rows = {one.account_id: account_columns(one, digest_of(one), now) for one in given}
        with changing(self._engine) as connection:
            known = _digests(connection, list(rows))
            new = [row for key, row in rows.items() if key not in known]
            changed = [row for key, row in rows.items() if key in known and known[key] != row["digest"]]
            if new:
                connection.execute(accounts.insert(), new)
            rekeyed = [row | {"key": row["account_id"]} for row in changed]
            update_each(connection, accounts.c.account_id, rekeyed)
        touched = {row["account_id"] for row in (*new, *changed)}
        return Stored(
            new=tuple(row["account_id"] for row in new),
            updated=tuple(row["account_id"] for row in changed),
            unchanged=tuple(key for key in rows if key not in touched),
        )

    def account(self, account_id: str) -> Account:
        """An account.

        Raises:
            AccountNotFound: there is none of that id.
        """
        found = self._accounts(sa.select(accounts).where(accounts.c.account_id == account_id))
        if not found:
            raise AccountNotFound(account_id)
        return found[0]

    def accounts_of(self, account_ids: Sequence[str]) -> dict[str, Account]:
        """Those of the accounts that there are, by id."""
        parts = (sa.select(accounts).where(accounts.c.account_id.in_(part)) for part in chunks(account_ids))
        return {one.account_id: one for part in parts for one in self._accounts(part)}

    def list_accounts(self, after: str = "", limit: int = 50) -> tuple[Account, ...]:
        """Accounts by id; ``after`` is the last id of the page before."""
        page = sa.select(accounts).where(accounts.c.account_id > after)
        return self._accounts(page.order_by(accounts.c.account_id).limit(limit))

    def all_accounts(self) -> tuple[Account, ...]:
        """All accounts by id."""
        return self._accounts(sa.select(accounts).order_by(accounts.c.account_id))

    def currencies(self) -> tuple[str, ...]:
        """The currencies that revenue is given in."""
        given = sa.select(accounts.c.currency).where(accounts.c.mrr.is_not(None)).distinct()
        with reading(self._engine) as connection:
            return tuple(connection.execute(given.order_by(accounts.c.currency)).scalars())

    def count_accounts(self) -> int:
        """How many accounts there are."""
        with reading(self._engine) as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(accounts)).scalar_one()

    def _accounts(self, query: sa.Select[tuple[object, ...]]) -> tuple[Account, ...]:
        with reading(self._engine) as connection:
            return tuple(account_of(row) for row in connection.execute(query).mappings())


def _digests(connection: sa.Connection, account_ids: Sequence[str]) -> dict[str, str]:
    return {
        row.account_id: row.digest
        for part in chunks(account_ids)
        for row in connection.execute(
            sa.select(accounts.c.account_id, accounts.c.digest).where(accounts.c.account_id.in_(part))
        )
    }
