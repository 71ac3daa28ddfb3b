"""Opens a file as text, and tells clearly why it cannot be."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from triage.errors import ImportUnreadable

_HEAD = 4096
_BINARY = {
    b"PK\x03\x04": "a workbook or ZIP archive",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "compressed",
    b"\xd0\xcf\x11\xe0": "a workbook",
}
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def start_of(path: Path, encoding: str) -> str:
    """Returns the first characters of a file, by which its form is known.

    Raises:
        ImportUnreadable: There is no such file, it is a folder, empty, or plainly not text.
    """
    codec = _codec(encoding)
    if path.is_dir():
        raise ImportUnreadable(f"{path} is a folder; name a file in it.")
    try:
        with path.open("rb") as file:
            start = file.read(_HEAD)
    except FileNotFoundError as error:
        raise ImportUnreadable(f"There is no file {path}.") from error
    except OSError as error:
        raise ImportUnreadable(f"{path} cannot be opened: {error.strerror or error}.") from error
    if not start.strip():
        raise ImportUnreadable(f"{path} is empty.")
    for mark, kind in _BINARY.items():
        if start.startswith(mark):
            raise ImportUnreadable(f"{path} is {kind}, not text; save it as CSV or JSON Lines first.")
    return start.decode(codec, errors="ignore").lstrip("\ufeff \t\r\n")


def lines_of(path: Path, encoding: str) -> Iterator[str]:
    """Yields the lines of a text file with their ends, as they are needed.

    Raises:
        ImportUnreadable: The file is not in that encoding, or there is no such encoding.
    """
    codec = _codec(encoding)
    line = 0
    try:
        with path.open(encoding=codec, newline="") as file:
            for line, text in enumerate(file, start=1):  # noqa: B007
                yield text
    except UnicodeError as error:
        raise ImportUnreadable(
            f"{path} is not {encoding} text (after line {line}). Name its encoding with --encoding, "
            f"for example --encoding {_guess(path)}."
        ) from error


def _codec(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
    except LookupError as error:
        raise ImportUnreadable(
            f"There is no encoding {encoding!r}. Name another with --encoding, for example --encoding cp1252."
        ) from error
    return "utf-8-sig" if name == "utf-8" else name


def _guess(path: Path) -> str:
    with path.open("rb") as file:
        return "utf-16" if file.read(2) in _WIDE else "cp1252"
