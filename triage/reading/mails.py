"""Rows of an mbox file: a mail each, as an exported group or shared mailbox holds them."""

from __future__ import annotations

import email
import re
from collections.abc import Collection, Iterator
from datetime import UTC
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from kb.reader.decoding import NotTextError, decode
from triage.reading.row import Row

_ESCAPED = re.compile(rb"^>(>*From )")
_KEPT_HEADERS = {"in_reply_to": "In-Reply-To", "list_id": "List-Id", "auto_submitted": "Auto-Submitted"}
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, MessageError, NotTextError)


def mail_rows(path: Path, headers: Collection[str] = ()) -> Iterator[Row]:
    """Yields a row a mail: Message-ID as id, From as customer_id, Date as created_at, text before HTML.

    ``headers`` are further ones to read, each to a column of its name. What a mail answers, its mailing list and
    Auto-Submitted are columns too. The line is that of the mail's ``From `` line.
    """
    for line, content in _messages(path):
        try:
            message = email.message_from_bytes(content, policy=default)
            yield Row(line, _values(message, headers))
        except _UNREADABLE as error:
            yield Row(line, fault=f"is a mail that cannot be read: {type(error).__name__}")


def _messages(path: Path) -> Iterator[tuple[int, bytes]]:
    # mailbox.mbox tells no line numbers and reads the whole file before it gives the first mail.
    start, blank = 0, True
    held: list[bytes] = []
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if blank and line.startswith(b"From "):
                if start:
                    yield start, b"".join(held[:-1])  # the blank line before the next mail is not its text
                start, held = number, []
            elif start:
                held.append(_ESCAPED.sub(rb"\1", line))
            blank = not line.strip()
    if start:
        yield start, b"".join(held)


def _values(message: EmailMessage, headers: Collection[str]) -> dict[str, object]:
    values: dict[str, object] = {
        "id": _header(message, "Message-ID").strip("<> \t"),
        "subject": _header(message, "Subject"),
        "body": _body(message),
        "customer_id": _sender(message),
        "created_at": _date(message),
        "channel": "email",
    }
    values |= {column: _header(message, name).strip("<> \t") for column, name in _KEPT_HEADERS.items()}
    return values | {name: _header(message, name) for name in headers}


def _header(message: EmailMessage, name: str) -> str:
    return " ".join(str(message[name] or "").split())


def _sender(message: EmailMessage) -> str:
    addresses = getattr(message["From"], "addresses", ())
    return addresses[0].addr_spec.lower() if addresses else _header(message, "From")


def _date(message: EmailMessage) -> str:
    date = message["Date"]
    moment = getattr(date, "datetime", None)
    if moment is None:
        return str(date or "")
    # "-0000" is UTC of an unknown place: RFC 5322, 3.3.
    return str((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat())


def _body(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except LookupError:  # a charset that does not exist
        content = part.get_payload(decode=True)
        return decode(content) if isinstance(content, bytes) else ""
