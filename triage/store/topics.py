"""A team's topics: making, describing and deleting them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from kb.store.transactions import reading
from kb.types import Fault
from triage.errors import InvalidTopics
from triage.store.base import StorePart, changing
from triage.store.labels import former_names
from triage.store.tables import corrections, tickets, topic_names, topics
from triage.store.topic_tree import tree_faults
from triage.store.trail import leave_trail
from triage.types import Topic


class Topics(StorePart):
    """Keeps the topics; their names are changed by ``TopicChanges``."""

    def topics(self) -> tuple[Topic, ...]:
        """All topics by name."""
        with reading(self._engine) as connection:
            return tuple(topic_tree(connection).values())

    def former_topic_names(self) -> dict[str, str]:
        """What renamed and merged topics are called now, by former name; older models still use that."""
        with reading(self._engine) as connection:
            return former_names(connection)

    def put_topics(self, given: Sequence[Topic], who: str, now: datetime) -> None:
        """Make topics, or give those that exist another description and place; all of them or none.

        Raises:
            InvalidTopics: names, parents or levels are wrong; all faults are listed.
        """
        with changing(self._engine) as connection:
            before = topic_tree(connection)
            changed = {one.name: one for one in given if before.get(one.name) != one}
            twice = [
                Fault(one.name, "is given twice, differently")
                for one in given
                if one != changed.get(one.name, one)
            ]
            refuse_faults(twice + tree_faults(before | changed, changed))
            for name, topic in changed.items():
                write_topic(connection, topic, before.get(name), now)
                what = "topic changed" if name in before else "topic made"
                leave_trail(connection, who, what, name, topic_json(before.get(name)), topic_json(topic), now)

    def delete_topic(self, name: str, who: str, now: datetime) -> None:
        """Delete a topic that nothing uses.

        Raises:
            InvalidTopics: there is none of that name, or tickets, corrections or topics below it use it.
        """
        with changing(self._engine) as connection:
            tree = topic_tree(connection)
            if name not in tree:
                raise InvalidTopics((Fault(name, "does not exist"),))
            below = [one.name for one in tree.values() if one.parent == name]
            faults = (
                [Fault(name, f"has topics below it ({', '.join(below)}); move them first")] if below else []
            )
            if number := _uses(connection, name):
                faults.append(
                    Fault(name, f"is used by {number} tickets; merge it into another topic instead")
                )
            refuse_faults(faults)
            connection.execute(topics.delete().where(topics.c.name == name))
            connection.execute(topic_names.delete().where(topic_names.c.topic == name))
            leave_trail(connection, who, "topic deleted", name, topic_json(tree[name]), None, now)


def topic_tree(connection: sa.Connection) -> dict[str, Topic]:
    """All topics, by name and in that order."""
    rows = connection.execute(sa.select(topics).order_by(topics.c.name))
    return {row.name: Topic(row.name, row.description, row.parent) for row in rows}


def write_topic(connection: sa.Connection, topic: Topic, before: Topic | None, now: datetime) -> None:
    """Insert or update a topic; a former name that is used again is no former name any more."""
    row = {"description": topic.description, "parent": topic.parent, "updated_at": now}
    if before is None:
        connection.execute(topics.insert().values(row | {"name": topic.name, "created_at": now}))
        connection.execute(topic_names.delete().where(topic_names.c.former == topic.name))
    else:
        connection.execute(topics.update().where(topics.c.name == topic.name).values(row))


def topic_json(topic: Topic | None) -> dict[str, str] | None:
    """A topic as the trail keeps it."""
    if topic is None:
        return None
    return {"name": topic.name, "description": topic.description, "parent": topic.parent}


def refuse_faults(faults: Sequence[Fault]) -> None:
    """Raise ``InvalidTopics`` where there are any."""
    if faults:
        raise InvalidTopics(tuple(faults))


def _uses(connection: sa.Connection, name: str) -> int:
    """How many tickets have the topic as a label or prediction, or had it by a correction."""
    corrected = sa.select(corrections.c.ticket_id).where(
        corrections.c.field == "topic", corrections.c.label == name
    )
    used = sa.select(sa.func.count()).select_from(tickets)
    columns = (tickets.c.topic, tickets.c.said_topic, tickets.c.predicted_topic)
    used = used.where(sa.or_(*(column == name for column in columns), tickets.c.id.in_(corrected)))
    return connection.execute(used).scalar_one()
