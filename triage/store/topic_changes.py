"""Renaming, merging and splitting topics: labels, corrections and history move along in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from kb.store.encoding import chunks
from kb.types import Fault
from triage.store.base import StorePart, changing
from triage.store.relabelling import relabel
from triage.store.tables import tickets, topic_names, topics
from triage.store.topic_tree import tree_faults
from triage.store.topics import refuse_faults, topic_json, topic_tree, write_topic
from triage.store.trail import leave_trail
from triage.types import Topic

Tree = Mapping[str, Topic]


class TopicChanges(StorePart):
    """Changes of topics that restate what was said of tickets, as if the topics had always been so."""

    def rename_topic(self, name: str, to: str, who: str, now: datetime) -> int:
        """Give a topic another name.

        Returns:
            How many tickets people had labelled with it.

        Raises:
            InvalidTopics: there is no such topic, or the name cannot be had; all faults are listed.
        """
        with changing(self._engine) as connection:
            before = topic_tree(connection)
            taken = [Fault(to, "exists already; merge the two instead")] if to in before else []
            refuse_faults(_missing(before, [name]) + taken)
            renamed = replace(before[name], name=to)
            after = {to: renamed} | {
                key: _below(one, {name: to}) for key, one in before.items() if key != name
            }
            refuse_faults(tree_faults(after, {to}))
            number = _labelled(connection, [name])
            _replace_names(connection, before, after, {name: to}, now)
            was, now_is = topic_json(before[name]), {"topic": topic_json(renamed), "tickets": number}
            leave_trail(connection, who, "topic renamed", to, was, now_is, now)
        return number

    def merge_topics(self, names: Sequence[str], into: str, who: str, now: datetime) -> int:
        """Make several topics one that exists; topics below them come to lie below it.

        Returns:
            How many tickets people had labelled with those that are gone.

        Raises:
            InvalidTopics: a topic does not exist, or there would be three levels; all faults are listed.
        """
        gone = dict.fromkeys(names, into)
        with changing(self._engine) as connection:
            before = topic_tree(connection)
            itself = [Fault(into, "cannot be merged into itself")] if into in gone else []
            refuse_faults(_missing(before, list({**gone, into: into})) + itself)
            after = {key: _below(one, gone) for key, one in before.items() if key not in gone}
            refuse_faults(tree_faults(after, {into}))
            number = _labelled(connection, list(gone))
            _replace_names(connection, before, after, gone, now)
            was = {"topics": [topic_json(before[name]) for name in (*gone, into)]}
            now_is = {"topic": topic_json(after[into]), "tickets": number}
            leave_trail(connection, who, "topics merged", into, was, now_is, now)
        return number

    def split_topic(
        self, name: str, into: Sequence[Topic], where: Mapping[str, str], who: str, now: datetime
    ) -> None:
        """Move tickets of a topic, each by its id, to topics that exist or are made with ``into``.

        Tickets that ``where`` does not name keep the topic.

        Raises:
            InvalidTopics: topics or tickets are not as the change supposes; all faults are listed.
        """
        with changing(self._engine) as connection:
            before = topic_tree(connection)
            made = {topic.name: topic for topic in into if topic.name not in before}
            after = before | made
            faults = _missing(before, [name]) + tree_faults(after, made)
            faults += _missing(after, sorted(set(where.values())))
            refuse_faults(faults + _strangers(connection, name, list(where)))
            for topic in made.values():
                write_topic(connection, topic, None, now)
            for target in sorted(set(where.values()) - {name}):
                relabel(connection, {name: target}, [key for key, to in where.items() if to == target])
            parts = [topic_json(after[each]) for each in sorted(set(where.values()))]
            now_is = {"topics": parts, "tickets": dict(where)}
            leave_trail(connection, who, "topic split", name, topic_json(before[name]), now_is, now)


def _missing(tree: Tree, names: Sequence[str]) -> list[Fault]:
    return [Fault(name, "is not among the topics") for name in names if name not in tree]


def _below(topic: Topic, names: Mapping[str, str]) -> Topic:
    """The topic below what its parent is called now; one that its own parent goes into moves to the top."""
    parent = names.get(topic.parent, topic.parent)
    return replace(topic, parent="" if parent == topic.name else parent)


def _labelled(connection: sa.Connection, names: Sequence[str]) -> int:
    counted = sa.select(sa.func.count()).select_from(tickets).where(tickets.c.said_topic.in_(names))
    return connection.execute(counted).scalar_one()


def _replace_names(
    connection: sa.Connection, before: Tree, after: Tree, names: Mapping[str, str], now: datetime
) -> None:
    connection.execute(topics.delete().where(topics.c.name.in_(list(names))))
    for topic in after.values():
        if before.get(topic.name) != topic:
            write_topic(connection, topic, before.get(topic.name), now)
    relabel(connection, names)
    for former, name in names.items():
        connection.execute(topic_names.update().where(topic_names.c.topic == former).values(topic=name))
        connection.execute(topic_names.insert().values(former=former, topic=name))


def _strangers(connection: sa.Connection, name: str, ticket_ids: Sequence[str]) -> list[Fault]:
    """Faults of tickets that do not exist, or have the topic neither as a label nor as a prediction."""
    columns = (tickets.c.topic, tickets.c.said_topic, tickets.c.predicted_topic)
    known: set[str] = set()
    for part in chunks(ticket_ids):
        own = sa.select(tickets.c.id).where(tickets.c.id.in_(part))
        known.update(connection.execute(own.where(sa.or_(*(column == name for column in columns)))).scalars())
    return [Fault(key, f"is no ticket of the topic {name!r}") for key in ticket_ids if key not in known]
