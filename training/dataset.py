"""Reads labelled messages for training: export files, with the columns that hold the text and the label."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.errors import DatasetInvalid
from triage.errors import ImportUnreadable
from triage.reading.delimited import delimited_rows
from triage.reading.json_rows import array_rows, line_rows
from triage.reading.opening import lines_of, start_of
from triage.reading.row import Row
from triage.text import clean

TICKET_TEXT = ("subject", "body")


@dataclass(frozen=True, slots=True)
class Message:
    """A row of an export: ``text`` as its writer meant it; empty fields and None are not known."""

    id: str
    text: str
    label: str = ""
    account: str = ""
    created_at: datetime | None = None
    group: str = ""  # what must not lie on both sides of a split, where that is more than an account
    topic: str = ""  # as the export tells it, whatever the label is
    hand: str = ""  # who wrote it, of what was written to learn from


@dataclass(frozen=True, slots=True)
class Dataset:
    """Messages with the columns they were read from, and what was left out and why."""

    messages: tuple[Message, ...]
    text_columns: tuple[str, ...]
    label_column: str
    source: str
    left_out: tuple[str, ...] = ()

    @property
    def texts(self) -> list[str]:
        """The texts."""
        return [message.text for message in self.messages]

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that occur, in alphabetical order."""
        return tuple(sorted({message.label for message in self.messages}))

    def places(self, labels: Sequence[str]) -> NDArray[np.int64]:
        """Give each message's label by its place in ``labels``; -1 where it is not among them."""
        place = {label: number for number, label in enumerate(labels)}
        return np.array([place.get(message.label, -1) for message in self.messages], np.int64)

    def fingerprint(self) -> str:
        """The sha256 of ids, texts and labels as they are used."""
        content = json.dumps([[one.id, one.text, one.label] for one in self.messages], ensure_ascii=False)
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def read_messages(
    path: Path,
    label_columns: Sequence[str] = (),
    text_columns: Sequence[str] = (),
    *,
    encoding: str = "utf-8-sig",
    group_column: str = "",
    need_label: bool = True,
    need_text: bool = True,
) -> Dataset:
    """Read messages from CSV (commas, semicolons or tabs), JSON Lines or a JSON array; a faulty row is left out.

    Args:
        path: of the file.
        label_columns: the column of the label; of several, their values joined by " / " are the label.
        text_columns: the columns of the text, joined by a blank line; by default ``subject`` and ``body``.
        encoding: of the file, by its name in Python.
        group_column: the column of what must not lie on both sides of a split.
        need_label: leave rows without a label out.
        need_text: leave rows without text out, as training does; predictions are wanted of every row.

    Raises:
        DatasetInvalid: the file or a column is missing, or no row can be used.
    """
    rows = _rows(path, encoding, {*TICKET_TEXT, *text_columns, *label_columns})
    if not rows:
        raise DatasetInvalid(path, ["it has no rows"])
    chosen = _text_columns(path, rows, text_columns, label_columns)
    messages, left_out = [], []
    for number, row in enumerate(rows):
        message = _message(row.values, number, chosen, label_columns, group_column)
        if row.fault:
            left_out.append(_fault(row))
        elif not message.text and need_text:
            left_out.append(f"row {number}: no text")
        elif need_label and not message.label:
            left_out.append(f"row {number}: no label")
        else:
            messages.append(message)
    if not messages:
        raise DatasetInvalid(path, left_out or ["no row can be used"])
    return Dataset(tuple(messages), chosen, " / ".join(label_columns), path.name, tuple(left_out))


def message_text(subject: str, body: str) -> str:
    """Give what the writer of a ticket meant: quotes and signatures off, or all of it where nothing else is left."""
    return clean(subject, body).text or "\n\n".join(filter(None, (subject, body)))


def _text_columns(
    path: Path, rows: Sequence[Row], text_columns: Sequence[str], label_columns: Sequence[str]
) -> tuple[str, ...]:
    present = set().union(*(row.values for row in rows))
    if not present:
        raise DatasetInvalid(path, [_fault(row) for row in rows])
    chosen = tuple(text_columns) or tuple(column for column in TICKET_TEXT if column in present)
    missing = [name for name in (*chosen, *label_columns) if name not in present]
    if missing or not chosen:
        raise DatasetInvalid(
            path,
            [f"there is no column {name!r}" for name in missing]
            + ([] if chosen else ["it has neither subject nor body; name the text with --text"])
            + [f"it has: {', '.join(sorted(name for name in present if name))}"],
        )
    return chosen


def _rows(path: Path, encoding: str, wanted: set[str]) -> list[Row]:
    """Read rows that are not wholly blank; ``wanted`` columns speak for a delimiter."""
    try:
        start = start_of(path, encoding)
        return [
            row for row in _parsed(path, start, lines_of(path, encoding), wanted) if row.fault or row.values
        ]
    except ImportUnreadable as error:
        raise DatasetInvalid(path, [str(error)]) from error


def _parsed(path: Path, start: str, lines: Iterator[str], wanted: set[str]) -> Iterator[Row]:
    if start.startswith("[") and path.suffix.lower() == ".json":
        return array_rows(lines)
    if start.startswith("{") or path.suffix.lower() in (".jsonl", ".ndjson"):
        return line_rows(lines)
    return delimited_rows(lines, {name.lower() for name in wanted})


def _fault(row: Row) -> str:
    return f"line {row.line}: {row.fault}"


def _message(
    row: Mapping[str, object],
    number: int,
    text_columns: Sequence[str],
    label_columns: Sequence[str],
    group_column: str,
) -> Message:
    values = [_word(row, column) for column in text_columns]
    ticket = tuple(text_columns) == TICKET_TEXT
    subject, body = values if ticket else ("", "\n\n".join(filter(None, values)))
    return Message(
        id=_word(row, "id") or str(number),
        text=message_text(subject, body),
        label=" / ".join(filter(None, (_word(row, column) for column in label_columns))),
        account=_word(row, "account_id"),
        topic=_word(row, "topic"),
        created_at=_moment(_word(row, "created_at")),
        group=_word(row, group_column) if group_column else "",
    )


def _word(row: Mapping[str, object], column: str) -> str:
    value = row.get(column)
    return "" if value is None else str(value).strip()


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
