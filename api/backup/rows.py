"""Table rows as JSON Lines, the same for both databases."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

BATCH = 500


def reflected(connection: sa.Connection, names: Collection[str]) -> list[sa.Table]:
    """The tables as they are in the database, those that others refer to first."""
    metadata = sa.MetaData()
    metadata.reflect(connection, only=list(names))
    tables = [table for table in metadata.sorted_tables if table.name in names]
    for column in (column for table in tables for column in table.c if isinstance(column.type, sa.JSON)):
        column.type = sa.JSON(none_as_null=bool(column.nullable))
    return tables


def write_rows(connection: sa.Connection, table: sa.Table, path: Path) -> None:
    """Write all rows of a table to a file, one JSON object a line."""
    everything = sa.select(table).execution_options(yield_per=BATCH)
    with path.open("w", encoding="utf-8") as file:
        for row in connection.execute(everything).mappings():
            file.write(json.dumps({name: _to_json(value) for name, value in row.items()}) + "\n")


def read_rows(connection: sa.Connection, table: sa.Table, path: Path) -> None:
    """Add the rows of a file that ``write_rows`` wrote."""
    zoned = connection.dialect.name != "sqlite"
    with path.open(encoding="utf-8") as file:
        rows = (
            {name: _of_json(value, table.c[name], zoned) for name, value in json.loads(line).items()}
            for line in file
        )
        for batch in _batches(rows):
            connection.execute(table.insert(), batch)


def last_ids(connection: sa.Connection, tables: Iterable[sa.Table]) -> dict[str, int]:
    """The last id that each table which never gives one out twice has given, by table."""
    if connection.dialect.name == "sqlite":
        given = connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")
        return {row.name: row.seq for row in given}
    found = {}
    for table, _, sequence in _sequences(connection, tables):
        state = connection.exec_driver_sql(f"SELECT last_value, is_called FROM {sequence}").one()
        found[table.name] = state.last_value if state.is_called else 0
    return found


def continue_ids(connection: sa.Connection, tables: Iterable[sa.Table], after: Mapping[str, int]) -> None:
    """Let tables give out ids only above ``after``, and above those they hold."""
    if connection.dialect.name == "sqlite":
        _continue_sqlite(connection, after)
        return
    for table, column, sequence in _sequences(connection, tables):
        held = connection.execute(sa.select(sa.func.max(column))).scalar() or 0
        last = max(held, after.get(table.name, 0))
        if last:
            connection.execute(sa.select(sa.func.setval(sequence, last)))


def _continue_sqlite(connection: sa.Connection, after: Mapping[str, int]) -> None:
    declared = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'"
    for name in connection.exec_driver_sql(declared.replace("%", "%%")).scalars().all():
        held = connection.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", (name,)).scalar()
        row = (max(held or 0, after.get(name, 0)), name)
        change = "UPDATE sqlite_sequence SET seq = ? WHERE name = ?"
        insert = "INSERT INTO sqlite_sequence (seq, name) VALUES (?, ?)"
        connection.exec_driver_sql(insert if held is None else change, row)


def _sequences(
    connection: sa.Connection, tables: Iterable[sa.Table]
) -> Iterator[tuple[sa.Table, sa.Column[Any], str]]:
    for table in tables:
        for column in table.primary_key:
            of_column = sa.select(sa.func.pg_get_serial_sequence(table.name, column.name))
            sequence = connection.execute(of_column).scalar()
            if sequence is not None:
                yield table, column, sequence


def _to_json(value: object) -> object:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, datetime):
        # SQLite's times have no zone and are UTC.
        zoned = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
        return zoned.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _of_json(value: object, column: sa.Column[Any], zoned: bool) -> object:
    if not isinstance(value, str):
        return value
    if isinstance(column.type, sa.LargeBinary):
        return base64.b64decode(value)
    if isinstance(column.type, sa.DateTime):
        moment = datetime.fromisoformat(value)
        return moment if zoned else moment.replace(tzinfo=None)
    return date.fromisoformat(value) if isinstance(column.type, sa.Date) else value


def _batches(rows: Iterator[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    while batch := list(islice(rows, BATCH)):
        yield batch
