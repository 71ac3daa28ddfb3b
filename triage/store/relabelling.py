"""Giving topics other names wherever they are kept: labels, corrections, and triages of any age."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa

from kb.store.encoding import CHUNK, chunks
from triage.store.base import update_each
from triage.store.encoding import TRIAGE, payload_of
from triage.store.tables import corrections, tickets, triages
from triage.types import Choice, Evidence, Triage

OF_TICKET = ("topic", "said_topic", "predicted_topic", "shown_topic")


def relabelled(triage: Triage, names: Mapping[str, str]) -> Triage:
    """A triage with topics under their names of today, by former name.

    Probabilities stay as they were stated; where two choices become one, the likelier stays.
    """
    label = names.get(triage.topic.label, triage.topic.label)
    others = tuple(one for one in _renamed(triage.topic.alternatives, names) if one.label != label)
    return replace(
        triage,
        topic=replace(triage.topic, label=label, alternatives=others),
        topics=_renamed(triage.topics, names),
        statements=tuple(replace(one, topic=names.get(one.topic, one.topic)) for one in triage.statements),
        evidence=tuple(_reworded(one, names) for one in triage.evidence),
    )


def relabel(
    connection: sa.Connection, names: Mapping[str, str], ticket_ids: Sequence[str] | None = None
) -> None:
    """Rename topics in all tickets or in some; said and shown labels stay right, as all move together."""
    for part in [None] if ticket_ids is None else chunks(ticket_ids):
        for former, name in names.items():
            _relabel_columns(connection, former, name, part)
        _relabel_payloads(connection, names, part)


def _renamed(choices: Sequence[Choice], names: Mapping[str, str]) -> tuple[Choice, ...]:
    kept: dict[str, Choice] = {}
    for choice in choices:
        label = names.get(choice.label, choice.label)
        kept.setdefault(label, replace(choice, label=label))
    return tuple(kept.values())


def _reworded(evidence: Evidence, names: Mapping[str, str]) -> Evidence:
    if evidence.task not in {"", "topic"} or evidence.speaks_for not in names:
        return evidence
    return replace(evidence, speaks_for=names[evidence.speaks_for])


def _relabel_columns(
    connection: sa.Connection, former: str, name: str, ticket_ids: Sequence[str] | None
) -> None:
    for column in (tickets.c[each] for each in OF_TICKET):
        moved = tickets.update().where(column == former, *_among(tickets.c.id, ticket_ids))
        connection.execute(moved.values({column.name: name}))
    said = corrections.update().where(corrections.c.field == "topic", corrections.c.label == former)
    connection.execute(said.where(*_among(corrections.c.ticket_id, ticket_ids)).values(label=name))
    given = triages.update().where(triages.c.topic == former, *_among(triages.c.ticket_id, ticket_ids))
    connection.execute(given.values(topic=name))


def _relabel_payloads(
    connection: sa.Connection, names: Mapping[str, str], ticket_ids: Sequence[str] | None
) -> None:
    # A cheap sieve in front of the parsing: the payload is kept as json.dumps wrote it.
    text = sa.cast(triages.c.payload, sa.Text)
    mentions = sa.or_(*(text.contains(json.dumps(former), autoescape=True) for former in names))
    for rows in _batches(connection, [mentions, *_among(triages.c.ticket_id, ticket_ids)]):
        changed = [
            {
                "key": row["id"],
                "payload": payload_of(relabelled(TRIAGE.validate_python(row["payload"]), names)),
            }
            for row in rows
        ]
        update_each(connection, triages.c.id, changed)


def _batches(
    connection: sa.Connection, conditions: Sequence[sa.ColumnElement[bool]]
) -> Iterator[Sequence[sa.RowMapping]]:
    last = 0
    while True:
        batch = sa.select(triages.c.id, triages.c.payload).where(triages.c.id > last, *conditions)
        rows = connection.execute(batch.order_by(triages.c.id).limit(CHUNK)).mappings().all()
        if rows:
            yield rows
        if len(rows) < CHUNK:
            return
        last = rows[-1]["id"]


def _among(column: sa.ColumnElement[str], ticket_ids: Sequence[str] | None) -> list[sa.ColumnElement[bool]]:
    return [] if ticket_ids is None else [column.in_(ticket_ids)]
