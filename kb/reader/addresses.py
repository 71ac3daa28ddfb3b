"""The address at which readers find an article."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from posixpath import normpath
from urllib.parse import quote, urlsplit

INDEX_NAMES = frozenset({"index", "readme", "_index"})

_SAFE = "/:?#[]@!$&'()*+,;=%~"
_DATE_PREFIX = re.compile(r"(?P<date>\d{4}-\d\d-\d\d)-(?=.)")
# Folders of Jekyll that are not part of its addresses.
_UNNAMED_FOLDERS = frozenset({"_posts", "_pages"})


def url_of(path: str, address: str, base_url: str) -> str:
    """Returns ``base_url`` with the address that the article names, else with its path without suffix.

    Args:
        path: The file, relative to the folder that was read, with ``/`` between its parts.
        address: A slug, permalink or whole URL from the front matter; may be empty.
        base_url: Where the help centre lives; empty makes the address relative to the site.
    """
    if urlsplit(address).scheme in {"http", "https"}:
        return quote(address, safe=_SAFE)
    place = _site_path(path) if not usable(address) or not address else _rooted(path, address)
    return base_url.rstrip("/") + quote(place, safe=_SAFE)


def usable(address: str) -> bool:
    """Tells whether an address leads to a page: no other scheme than http, no pattern of Jekyll's."""
    return urlsplit(address).scheme in {"", "http", "https"} and "/:" not in address


def date_in_name(path: str) -> str:
    """Returns the date that the name of a post begins with, or an empty text."""
    place = PurePosixPath(path)
    found = _DATE_PREFIX.match(place.name)
    return found["date"] if found and "_posts" in place.parts else ""


def _rooted(path: str, address: str) -> str:
    if address.startswith("/"):
        return address
    folder = _folder(PurePosixPath(path))
    return normpath("/" + "/".join((*folder, address)))


def _site_path(path: str) -> str:
    place = PurePosixPath(path)
    folder = _folder(place)
    if place.stem.lower() in INDEX_NAMES:
        return "/" + "/".join(folder)
    name = _DATE_PREFIX.sub("", place.stem) if date_in_name(path) else place.stem
    return "/" + "/".join((*folder, name))


def _folder(place: PurePosixPath) -> list[str]:
    return [part.removeprefix("_") for part in place.parent.parts if part not in _UNNAMED_FOLDERS]
