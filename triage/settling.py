"""The part of the desk where a team decides: its topics, and the documents that triage goes by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from triage.policy import Policy, dump_policy
from triage.store import Setting, TicketStore
from triage.team import POLICY, SLA, TEAMS, TeamDecisions
from triage.types import Topic


class DeskSettings:
    """Reads and changes what a team has decided; every change leaves a trail."""

    def __init__(self, store: TicketStore) -> None:
        self.store = store
        self._team = TeamDecisions(store)

    def topics(self) -> tuple[Topic, ...]:
        """The team's topics by name."""
        return self.store.topics()

    def put_topics(self, topics: Sequence[Topic], who: str, now: datetime) -> None:
        """Make topics or change their descriptions and places; all of them or none.

        Raises:
            InvalidTopics: with all faults.
        """
        self.store.put_topics(topics, who, now)

    def delete_topic(self, name: str, who: str, now: datetime) -> None:
        """Delete a topic that nothing uses.

        Raises:
            InvalidTopics: something does, or there is none.
        """
        self.store.delete_topic(name, who, now)

    def rename_topic(self, name: str, to: str, who: str, now: datetime) -> int:
        """Rename a topic everywhere, teams and policy included; gives how many tickets people had labelled with it.

        Raises:
            InvalidTopics: with all faults.
        """
        number = self.store.rename_topic(name, to, who, now)
        self._team.follow_renaming({name: to}, who, now)
        return number

    def merge_topics(self, names: Sequence[str], into: str, who: str, now: datetime) -> int:
        """Make several topics one that exists; gives how many tickets people had labelled with those that are gone.

        Raises:
            InvalidTopics: with all faults.
        """
        number = self.store.merge_topics(names, into, who, now)
        self._team.follow_renaming(dict.fromkeys(names, into), who, now)
        return number

    def split_topic(
        self, name: str, into: Sequence[Topic], where: Mapping[str, str], who: str, now: datetime
    ) -> None:
        """Move tickets of a topic, by id, to others that exist or are made.

        Raises:
            InvalidTopics: with all faults.
        """
        self.store.split_topic(name, into, where, who, now)

    def policy(self) -> Policy:
        """What may be set without a person; `setting` gives its version."""
        return self._team.state().policy

    def set_policy(self, policy: Policy, version: int, who: str, now: datetime) -> Setting:
        """Decide what may be set without a person.

        Raises:
            InvalidSettings: with all faults.
            StaleSettings: another has changed it since ``version``.
        """
        return self._team.set_document(POLICY, dump_policy(policy), version, who, now)

    def teams(self) -> Setting:
        """The teams as a document with its version."""
        return self._team.document(TEAMS)

    def set_teams(self, document: object, version: int, who: str, now: datetime) -> Setting:
        """Set the teams; raises as `set_policy` does."""
        return self._team.set_document(TEAMS, document, version, who, now)

    def sla(self) -> Setting:
        """The SLA table as a document with its version."""
        return self._team.document(SLA)

    def set_sla(self, document: object, version: int, who: str, now: datetime) -> Setting:
        """Set the SLA table; raises as `set_policy` does."""
        return self._team.set_document(SLA, document, version, who, now)

    def setting(self, name: str) -> Setting:
        """One of the documents ``teams``, ``sla`` and ``policy`` with its version.

        Raises:
            InvalidSettings: there is no such document.
        """
        return self._team.document(name)

    def set_setting(self, name: str, document: object, version: int, who: str, now: datetime) -> Setting:
        """Set one of the documents; raises as `set_policy` does."""
        return self._team.set_document(name, document, version, who, now)
