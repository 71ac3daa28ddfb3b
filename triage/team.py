"""What a team decides: its topics, its people, its promises, and what may be set without it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from kb.types import Fault
from triage.account_settings import SETTING as ACCOUNTS
from triage.account_settings import read_settings
from triage.clocks import SlaTable, dump_sla_table, parse_sla_table
from triage.errors import InvalidSettings
from triage.policy import Policy, dump_policy, parse_policy
from triage.routing import Team, dump_teams, parse_teams
from triage.store import Setting, TicketStore
from triage.types import Topic

TEAMS, SLA, POLICY = "teams", "sla", "policy"
DEFAULTS: Mapping[str, Any] = {
    TEAMS: dump_teams(()),
    SLA: dump_sla_table(SlaTable()),
    POLICY: dump_policy(Policy()),
}
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class TeamState:
    """Everything a team has decided, as it is now; ``names`` are topics' names of today by former ones."""

    topics: tuple[Topic, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    teams: tuple[Team, ...] = ()
    sla: SlaTable = field(default_factory=SlaTable)
    policy: Policy = field(default_factory=Policy)
    competitors: tuple[str, ...] = ()

    @property
    def parents(self) -> dict[str, str]:
        """The wider topic of each topic that has one."""
        return {topic.name: topic.parent for topic in self.topics if topic.parent}


class TeamDecisions:
    """Reads and changes what a team has decided; documents are parsed once a version."""

    def __init__(self, store: TicketStore) -> None:
        self._store = store
        self._parsed: dict[str, tuple[Setting, Any]] = {}

    def state(self) -> TeamState:
        """Everything that a triage goes by."""
        settings = self._store.settings()
        return TeamState(
            topics=self._store.topics(),
            names=self._store.former_topic_names(),
            teams=self._read(settings, TEAMS, parse_teams),
            sla=self._read(settings, SLA, parse_sla_table),
            policy=self._read(settings, POLICY, parse_policy),
            competitors=self._read(settings, ACCOUNTS, read_settings).competitors,
        )

    def document(self, name: str) -> Setting:
        """A document with its version; the default one at version 0 where nothing was decided.

        Raises:
            InvalidSettings: there is no such document.
        """
        _refuse_unknown(name)
        found = self._store.setting(name)
        return found if found.version else replace(found, document=DEFAULTS[name])

    def set_document(self, name: str, document: object, version: int, who: str, now: datetime) -> Setting:
        """Check a document and make it the one that holds.

        Raises:
            InvalidSettings: with all its faults.
            StaleSettings: another has changed it since ``version``.
        """
        _refuse_unknown(name)
        topics = [topic.name for topic in self._store.topics()]
        if name == TEAMS:
            document = dump_teams(parse_teams(document, topics=topics))
        elif name == SLA:
            document = dump_sla_table(parse_sla_table(document))
        else:
            document = dump_policy(parse_policy(document, topics=topics))
        return self._store.put_setting(name, document, version, who, now)

    def follow_renaming(self, names: Mapping[str, str], who: str, now: datetime) -> None:
        """Let teams and policy speak of topics by their names of today."""
        for name, renamed in ((TEAMS, _renamed_teams), (POLICY, _renamed_policy)):
            before = self._store.setting(name)
            if before.version:
                after = renamed(before.document, names)
                if after != before.document:
                    self._store.put_setting(name, after, before.version, who, now)

    def _read(self, settings: Mapping[str, Setting], name: str, parse: Callable[[object], Read]) -> Read:
        found = settings.get(name, Setting(name, 0, DEFAULTS.get(name)))
        known = self._parsed.get(name)
        if known is None or known[0] != found:
            known = self._parsed[name] = (found, parse(found.document))
        read: Read = known[1]
        return read


def _refuse_unknown(name: str) -> None:
    if name not in DEFAULTS:
        raise InvalidSettings((Fault(name, f"there are no such settings; there are {', '.join(DEFAULTS)}"),))


def _renamed_teams(document: object, names: Mapping[str, str]) -> dict[str, Any]:
    teams = [
        replace(
            team,
            topics=_each_once(team.topics, names),
            members=tuple(replace(one, skills=_each_once(one.skills, names)) for one in team.members),
        )
        for team in parse_teams(document)
    ]
    return dump_teams(tuple(teams))


def _renamed_policy(document: object, names: Mapping[str, str]) -> dict[str, Any]:
    policy = parse_policy(document)
    own = policy.of("topic")
    labels = {names.get(label, label): rule for label, rule in own.labels.items()}
    if "topic" not in policy.tasks:
        return dump_policy(policy)
    return dump_policy(Policy({**policy.tasks, "topic": replace(own, labels=labels)}))


def _each_once(topics: Sequence[str], names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names.get(topic, topic) for topic in topics))
