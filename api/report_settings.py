"""What a team sets for its weekly report: when it is made, and where it goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import time
from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from kb.types import Fault
from triage.documents import Name, OptionalName, ZoneName, parsed

SETTING = "reports"
FOLDER = "folder:"  # begins the name of a folder that is given in place of a destination
Address = Annotated[str, Field(pattern=r"^(https?://\S+)?$")]
_NEEDED = {
    "folder": ("folder",),
    "slack": ("webhook",),
    "teams": ("webhook",),
    "mail": ("host", "sender", "recipients"),
}


@dataclass(frozen=True, slots=True)
class Destination:
    """A place that reports go to. A folder needs ``folder``, Slack and Teams ``webhook``, mail the rest.

    The password of a mail ``user`` is no part of it: an operator sets that in the environment.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    name: Name
    kind: Literal["folder", "mail", "slack", "teams"]
    folder: str = ""
    webhook: Address = ""
    host: OptionalName = ""
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: OptionalName = ""
    sender: OptionalName = ""
    recipients: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """When last week's report is made (``weekday`` 0 is Monday, ``at`` local time of ``zone``), and where it goes.

    ``base_url`` is the address under which the program is reached, for links in what is sent.
    ``private_hosts`` are hosts of the own network that destinations may lie on; others have to be public.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    weekday: Annotated[int, Field(ge=0, le=6)] = 0
    at: time = time(7)
    zone: ZoneName | Literal[""] = ""
    destinations: tuple[Destination, ...] = ()
    company: OptionalName = ""
    base_url: Address = ""
    private_hosts: tuple[Name, ...] = ()


_SETTINGS = TypeAdapter(ReportSettings)


def parse_report_settings(document: object, zone: str) -> ReportSettings:
    """Read a decoded JSON document, None where nothing was set; ``zone`` holds where it names none.

    Raises:
        InvalidSettings: with all its faults.
    """
    settings = ReportSettings() if document is None else parsed(_SETTINGS, document, _across)
    return settings if settings.zone else replace(settings, zone=zone)


def dump_report_settings(settings: ReportSettings) -> dict[str, Any]:
    """Give settings as a document that `parse_report_settings` reads back."""
    document: dict[str, Any] = _SETTINGS.dump_python(settings, mode="json")
    return document


def _across(document: object) -> Iterator[Fault]:
    """What a destination of its kind lacks, and names that two have."""
    given = document.get("destinations") if isinstance(document, dict) else None
    listed = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    for place, one in enumerate(listed):
        for name in _NEEDED.get(str(one.get("kind")), ()):
            if not one.get(name):
                yield Fault(f"destinations.{place}.{name}", "is needed for this kind")
        if str(one.get("name")).strip().startswith(FOLDER):
            yield Fault(f"destinations.{place}.name", f"may not begin with {FOLDER}")
    counted = Counter(str(one.get("name")).strip() for one in listed)
    for name, count in counted.items():
        if count > 1:
            yield Fault("destinations", f"{count} have the name {name!r}")
