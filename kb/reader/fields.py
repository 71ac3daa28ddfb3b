"""Front matter to what an article records: each field checked, and each bad value told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import chain
from reprlib import Repr

from kb.reader.addresses import usable
from kb.reader.parts import one_line

_TITLE = ("title", "sidebar_label", "nav_title", "linktitle")
_ADDRESS = ("url", "permalink", "slug")
_LANGUAGE = ("language", "lang", "locale")
_OWNER = ("owner", "author", "authors")
_UPDATED = (
    "updated_at",
    "last_updated",
    "updated",
    "last_update",
    "lastmod",
    "last_modified_at",
    "modified",
    "date",
)
_VERIFIED = ("verified_at", "last_verified", "verified_on", "last_reviewed", "reviewed_at")
_VERIFY_BY = ("verify_by", "review_by", "next_review")
_HIDING = ("draft", "hidden", "unlisted")
_LANGUAGE_CODE = re.compile(r"(?P<primary>[a-z]{2,3})(?:[-_][A-Za-z0-9]+)*\Z")
_AUDIENCE_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}\Z")
_FORMATS = (
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%d %H:%M %z",
    "%Y/%m/%d",
    "%B %d, %Y",
    "%b %d, %Y",
    "%d %B %Y",
    "%d %b %Y",
    "%a, %d %b %Y %H:%M:%S %z",
)
_TRUTHS = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}
# YAML can nest a value into itself, so that the whole of it would never end.
_SHORT = Repr()
_SHORT.maxlevel = 2
_SHORT.maxstring = 60


@dataclass(frozen=True, slots=True)
class Fields:
    """The checked fields of an article. ``withheld`` says why its author keeps it from readers."""

    title: str = ""
    address: str = ""
    audience: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    owner: str = ""
    updated_at: datetime | None = None
    verified_at: datetime | None = None
    verify_by: date | None = None
    withheld: str = ""
    faults: tuple[str, ...] = ()


def read_fields(raw: dict[str, object]) -> Fields:
    """Reads the fields known here and ignores all others.

    An unusable value is told in ``faults`` and left away, but for the audience: who may read such an article
    is unknown, so it is withheld.
    """
    check = _Check(raw)
    audience = check.audience()
    return Fields(
        title=check.text(_TITLE),
        address=check.address(),
        audience=audience,
        language=check.language(),
        tags=check.tags(),
        owner=check.owner(),
        updated_at=check.moment(_UPDATED),
        verified_at=check.moment(_VERIFIED),
        verify_by=check.day(_VERIFY_BY),
        withheld=check.withheld(),
        faults=tuple(check.faults),
    )


class _Check:
    def __init__(self, raw: dict[str, object]) -> None:
        self._raw = raw
        self._audience_unknown = False
        self.faults: list[str] = []

    def text(self, names: tuple[str, ...]) -> str:
        for name in names:
            value = self._raw.get(name)
            if isinstance(value, str | int | float | date) and value is not False and str(value).strip():
                return one_line(str(value))
            if value not in (None, "", False):
                self._refuse(name, value, "is not a text")
        return ""

    def address(self) -> str:
        name = next((name for name in _ADDRESS if self._raw.get(name)), "")
        address = self.text((name,)) if name else ""
        if usable(address):
            return address
        self._refuse(name, address, "is not the address of a page; its path is used")
        return ""

    def audience(self) -> str:
        if self._raw.get("internal") is True:
            return "internal"
        name = next(
            (name for name in ("audience", "visibility") if self._raw.get(name) not in (None, "")), ""
        )
        if not name:
            return ""
        value = self._raw[name]
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        audience = value.strip().lower() if isinstance(value, str) else ""
        if not _AUDIENCE_NAME.match(audience):
            self._audience_unknown = True
            self._refuse(name, value, "is not one name, such as public or internal")
            return ""
        return audience

    def language(self) -> str:
        for name in _LANGUAGE:
            value = self._raw.get(name)
            if value in (None, ""):
                continue
            found = _LANGUAGE_CODE.match(value.strip()) if isinstance(value, str) else None
            # YAML 1.1 reads a bare "no", Norwegian, as false.
            if value is False:
                return "no"
            if found is not None:
                return found["primary"]
            self._refuse(name, value, "is not a language code, such as en or pt-BR")
        return ""

    def tags(self) -> tuple[str, ...]:
        value = self._raw.get("tags")
        if value in (None, ""):
            return ()
        given = re.split(r"[,;]", value) if isinstance(value, str) else value
        if not isinstance(given, list):
            self._refuse("tags", value, "is not a list")
            return ()
        names = [item.get("label") or item.get("name") if isinstance(item, dict) else item for item in given]
        if not all(isinstance(name, str | int | float | date | None) for name in names):
            self._refuse("tags", value, "has an entry that is not a word")
            return ()
        return tuple(dict.fromkeys(one_line(str(name)) for name in names if name not in (None, "")))

    def owner(self) -> str:
        for name in _OWNER:
            value = self._raw.get(name)
            if value in (None, "", []):
                continue
            people = value if isinstance(value, list) else [value]
            names = [person.get("name", "") if isinstance(person, dict) else person for person in people]
            if all(isinstance(person, str) for person in names):
                return ", ".join(one_line(str(person)) for person in names if person)
            self._refuse(name, value, "is not a name")
        return ""

    def moment(self, names: tuple[str, ...]) -> datetime | None:
        for name in names:
            value = self._raw.get(name)
            if isinstance(value, dict):
                value = value.get("date")
            if value in (None, ""):
                continue
            moment = _moment(value)
            if moment is not None:
                return moment
            self._refuse(name, value, "is not a date, such as 2026-03-31")
        return None

    def day(self, names: tuple[str, ...]) -> date | None:
        moment = self.moment(names)
        return moment.date() if moment is not None else None

    def withheld(self) -> str:
        if self._audience_unknown:
            return "left out, because its audience is not known"
        for name in _HIDING:
            if self._flag(name):
                return f"left out, because it says {name}: true"
        if self._raw.get("published") is not None and self._flag("published") is False:
            return "left out, because it says published: false"
        classes = self._raw.get("sidebar_class_name")
        if isinstance(classes, str) and "hidden" in classes.split():
            return "left out, because it says sidebar_class_name: hidden"
        return ""

    def _flag(self, name: str) -> bool | None:
        value = self._raw.get(name)
        word = str(value).strip().lower() if isinstance(value, str | int) else ""
        if value is None or word in _TRUTHS:
            return _TRUTHS.get(word)
        self._refuse(name, value, "is neither true nor false")
        return None

    def _refuse(self, name: str, value: object, why: str) -> None:
        self.faults.append(f"{name}: {_SHORT.repr(value)} {why}")


def _moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return _zoned(value)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    if not isinstance(value, str):
        return None
    return next(chain(_parsed(value.strip()), (None,)))


def _parsed(text: str) -> list[datetime]:
    try:
        return [_zoned(datetime.fromisoformat(text))]
    except ValueError:
        pass
    for form in _FORMATS:
        try:
            return [_zoned(datetime.strptime(text, form))]  # noqa: DTZ007  the zone is given or UTC
        except ValueError:
            continue
    return []


def _zoned(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
