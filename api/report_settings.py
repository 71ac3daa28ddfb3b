"""What a team sets for its weekly report: when it is made, and where it goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import time
from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from kb.types import Fault
from triage.destinations import Address, DestinationSetting, destination_faults
from triage.documents import Name, OptionalName, ZoneName, entries, parsed

SETTING = "reports"
FOLDER = "folder:"  # begins the name of a folder that is given in place of a destination
KINDS = ("folder", "slack", "teams", "mail")


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
    destinations: tuple[DestinationSetting, ...] = ()
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
    """What destinations lack, and names that cannot be told from a folder's."""
    yield from destination_faults(document, KINDS)
    for place, one in entries(document, "destinations"):
        if str(one.get("name")).strip().startswith(FOLDER):
            yield Fault(f"{place}.name", f"may not begin with {FOLDER}")
