"""Reads labelled messages for training: export files, with the columns that hold the text and the label."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.errors import DatasetInvalid
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
    """Read messages from CSV or JSON Lines.

    Args:
        path: ``.jsonl`` and ``.ndjson`` are JSON Lines; all else is CSV with commas, semicolons or tabs.
        label_columns: the column of the label; of several, their values joined by " / " are the label.
        text_columns: the columns of the text, joined by a blank line; by default ``subject`` and ``body``.
        encoding: of the file, by its name in Python.
        group_column: the column of what must not lie on both sides of a split.
        need_label: leave rows without a label out.
        need_text: leave rows without text out, as training does; predictions are wanted of every row.

    Raises:
        DatasetInvalid: the file or a column is missing, or no row can be used.
    """
    rows = list(_rows(path, encoding))
    if not rows:
        raise DatasetInvalid(path, ["it has no rows"])
    present = set().union(*rows)
    chosen = tuple(text_columns) or tuple(column for column in TICKET_TEXT if column in present)
    missing = [name for name in (*chosen, *label_columns) if name not in present]
    if missing or not chosen:
        raise DatasetInvalid(
            path,
            [f"there is no column {name!r}" for name in missing]
            + ([] if chosen else ["it has neither subject nor body; name the text with --text"])
            + [f"it has: {', '.join(sorted(name for name in present if name))}"],
        )
    messages, left_out = [], []
    for number, row in enumerate(rows):
        message = _message(row, number, chosen, label_columns, group_column)
        if not message.text and need_text:
            left_out.append(f"row {number}: no text")
        elif need_label and not message.label:
            left_out.append(f"row {number}: no label")
        else:
            messages.append(message)
    if not messages:
        raise DatasetInvalid(path, left_out or ["no row can be used"])
    return Dataset(tuple(messages), chosen, " / ".join(label_columns), path.name, tuple(left_out))


def _rows(path: Path, encoding: str) -> Iterator[Mapping[str, object]]:
    if not path.is_file():
        raise DatasetInvalid(path, ["there is no such file"])
    try:
        text = path.read_text(encoding)
    except UnicodeDecodeError as error:
        raise DatasetInvalid(
            path, [f"it is not {encoding} ({error.reason}); name another with --encoding"]
        ) from error
    except LookupError as error:
        raise DatasetInvalid(path, [f"{error}; name another with --encoding"]) from error
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        yield from _json_lines(path, text)
    else:
        yield from _csv_rows(path, text)


def _csv_rows(path: Path, text: str) -> Iterator[Mapping[str, object]]:
    csv.field_size_limit(10_000_000)
    head = text[:4096].splitlines()[0] if text else ""
    delimiter = max(",;\t", key=head.count)
    # Not str.splitlines: a form feed or a line separator of Unicode inside a field ends no row.
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from reader
    except csv.Error as error:
        raise DatasetInvalid(path, [f"after line {reader.line_num}: {error}"]) from error


def _json_lines(path: Path, text: str) -> Iterator[Mapping[str, object]]:
    faults = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            faults.append(f"line {number}: {error}")
            continue
        if isinstance(row, dict):
            yield row
        else:
            faults.append(f"line {number}: it is no object with columns")
    if faults:
        raise DatasetInvalid(path, faults)


def _message(
    row: Mapping[str, object],
    number: int,
    text_columns: Sequence[str],
    label_columns: Sequence[str],
    group_column: str,
) -> Message:
    values = [_word(row, column) for column in text_columns]
    whole = "\n\n".join(filter(None, values))
    subject, body = (values[0], values[1]) if tuple(text_columns) == TICKET_TEXT else ("", whole)
    return Message(
        id=_word(row, "id") or str(number),
        text=clean(subject, body).text or whole,
        label=" / ".join(filter(None, (_word(row, column) for column in label_columns))),
        account=_word(row, "account_id"),
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
