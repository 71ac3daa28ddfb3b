"""What persons decide about issues; the machine never undoes it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date, datetime
from typing import Literal

from kb.types import Fault
from reports import identity
from reports.errors import InvalidIssueChange, IssueNotFound
from reports.identity import Identities
from reports.store import IssueStore
from reports.types import Lineage, StateChange

Kind = Literal["defect", "how_to", "request"]


class Deciding:
    """Changes issues; ids of issues that were merged lead to the one that took them up."""

    def __init__(self, store: IssueStore) -> None:
        self._store = store

    def rename(self, issue: str, title: str, by: str, now: datetime) -> None:
        """Give an issue a title.

        Raises:
            IssueNotFound: there is no such issue.
            InvalidIssueChange: the title is empty.
        """
        current = self._change(now, issue, lambda known, one: identity.rename(known, one, title, by, now))
        self._store.decide(current, "renamed", {"title": title.strip()}, by, now)

    def merge(self, kept: str, other: str, by: str, now: datetime) -> None:
        """Let an issue take up another.

        Raises:
            IssueNotFound: there is no such issue.
            InvalidIssueChange: they are the same.
        """
        self._change(
            now,
            kept,
            lambda known, one: identity.merge(known, one, known.current(other), by, now),
        )

    def split(self, issue: str, ticket_ids: Collection[str], by: str, now: datetime) -> str:
        """Make some of an issue's tickets an issue of their own, and give its id.

        Raises:
            IssueNotFound: there is no such issue.
            InvalidIssueChange: tickets do not belong to it, or none or all of them are named.
        """
        known = self._store.known()
        one = known.identities.current(issue)
        tickets = set(ticket_ids)
        keys = {key for key, owner in known.identities.assigned.items() if owner == one}
        chosen = {key for key in keys if known.tickets.get(key, key) in tickets}
        strange = tickets - {known.tickets.get(key, key) for key in chosen}
        after, fresh = identity.split(known.identities, one, chosen | strange, by, now)
        self._store.save(known.identities, after, now)
        return fresh

    def move(self, ticket_id: str, issue: str, by: str, now: datetime) -> None:
        """Let a ticket belong to an issue.

        Raises:
            IssueNotFound: there is no such issue.
        """

        def moved(known: Identities, one: str) -> Identities:
            tickets = self._store.known().tickets
            keys = [key for key in known.assigned if tickets.get(key, key) == ticket_id] or [ticket_id]
            for key in keys:
                known = identity.move(known, key, one, by, now)
            return known

        self._change(now, issue, moved)

    def dismiss(self, issue: str, by: str, now: datetime) -> None:
        """Say that this is not an issue.

        Raises:
            IssueNotFound: there is no such issue.
        """
        current = self._change(now, issue, lambda known, one: identity.dismiss(known, one, by, now))
        self._state(
            current, StateChange("dismissed", now.date(), "A person said that this is not an issue.", by), now
        )

    def reopen(self, issue: str, by: str, now: datetime) -> None:
        """Take back that it is not an issue, or that it is fixed.

        Raises:
            IssueNotFound: there is no such issue.
        """

        def reopened(known: Identities, one: str) -> Identities:
            if one not in set(known.assigned.values()):
                raise IssueNotFound(issue)
            step = Lineage("reopened", now, (), by)
            trail = {**known.lineage, one: (*known.lineage.get(one, ()), step)}
            return replace(known, dismissed=known.dismissed - {one}, lineage=trail)

        current = self._change(now, issue, reopened)
        self._store.decide(current, "fixed", {}, by, now)
        self._state(current, StateChange("steady", now.date(), "A person opened it again.", by), now)

    def fixed(self, issue: str, on: date, version: str, by: str, now: datetime) -> None:
        """Say that an issue is fixed since a day, in a version or under a key of the tracker.

        Raises:
            IssueNotFound: there is no such issue.
            InvalidIssueChange: the day lies ahead.
        """
        if on > now.date():
            raise InvalidIssueChange((Fault("fixed_on", f"{on} lies ahead; say so once it is fixed"),))
        current = self._living(issue)
        self._store.decide(current, "fixed", {"on": on.isoformat(), "version": version}, by, now)
        where = f" in {version}" if version else ""
        self._state(current, StateChange("fixed", on, f"Said to be fixed on {on}{where}.", by), now)

    def tell_kind(self, issue: str, kind: Kind, by: str, now: datetime) -> None:
        """Say whether an issue is a defect, a question of how to do something, or a wish.

        Raises:
            IssueNotFound: there is no such issue.
        """
        self._store.decide(self._living(issue), "kind", {"kind": kind}, by, now)

    def _living(self, issue: str) -> str:
        known = self._store.known().identities
        current = known.current(issue)
        if current not in set(known.assigned.values()):
            raise IssueNotFound(issue)
        return current

    def _change(self, now: datetime, issue: str, change: Callable[[Identities, str], Identities]) -> str:
        known = self._store.known()
        current = known.identities.current(issue)
        self._store.save(known.identities, change(known.identities, current), now)
        return current

    def _state(self, issue: str, change: StateChange, now: datetime) -> None:
        self._store.add_states({issue: change}, now)
