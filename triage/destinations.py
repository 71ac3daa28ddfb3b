"""Places outside that the program sends to, as a team sets them; what is secret of them is never shown again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field

from kb.types import Fault
from triage.documents import Name, OptionalName, entries, folded

Kind = Literal["folder", "mail", "slack", "teams", "webhook"]
Address = Annotated[str, Field(max_length=2000, pattern=r"^(https?://[^\s/?#@\x00]+([/?][^\s#\x00]*)?)?$")]
HIDDEN = "…"  # stands for the secret part of an address
_NEEDED = {
    "folder": ("folder",),
    "slack": ("webhook",),
    "teams": ("webhook",),
    "webhook": ("webhook",),
    "mail": ("host", "sender", "recipients"),
}


@dataclass(frozen=True, slots=True)
class DestinationSetting:
    """A place. A folder needs ``folder``; Slack, Teams and another program ``webhook``; mail the rest.

    The password of a mail ``user`` is no part of it: an operator sets that in the environment.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    name: Name
    kind: Kind
    folder: str = ""
    webhook: Address = ""
    host: OptionalName = ""
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: OptionalName = ""
    sender: OptionalName = ""
    recipients: tuple[Name, ...] = ()


def destination_faults(document: object, kinds: Collection[str]) -> Iterator[Fault]:
    """Name what ``destinations`` of a document lack, those of a kind that is not possible, and names given twice."""
    listed = list(entries(document, "destinations"))
    counted = Counter(folded(one.get("name")) for _, one in listed)
    for place, one in listed:
        kind = str(one.get("kind"))
        if kind in _NEEDED and kind not in kinds:
            yield Fault(f"{place}.kind", f"{kind!r} is not possible here; give one of {', '.join(kinds)}")
        for name in _NEEDED.get(kind, ()):
            if not one.get(name):
                yield Fault(f"{place}.{name}", "is needed for this kind")
        if HIDDEN in str(one.get("webhook", "")):
            yield Fault(f"{place}.webhook", "the address was shown in part only; give all of it")
        name = folded(one.get("name"))
        if name and counted[name] > 1:
            yield Fault(f"{place}.name", f"{name!r} is the name of two destinations; give each its own")


def concealed(one: DestinationSetting) -> DestinationSetting:
    """Leave of a webhook's address the host alone: who knows the rest can post."""
    return replace(one, webhook=_host_of(one.webhook))


def revealed(document: object, before: Sequence[DestinationSetting]) -> object:
    """Put addresses back that stand in a document as `concealed` showed them, by the destinations' names."""
    known = {folded(one.name): one for one in before}
    if not isinstance(document, Mapping) or not isinstance(document.get("destinations"), list | tuple):
        return document
    return {**document, "destinations": [_revealed(one, known) for one in document["destinations"]]}


def _revealed(given: object, known: Mapping[str, DestinationSetting]) -> object:
    if not isinstance(given, Mapping):
        return given
    one = known.get(folded(given.get("name")))
    if one is None or not one.webhook or given.get("webhook") != _host_of(one.webhook):
        return given
    return {**given, "webhook": one.webhook}


def _host_of(webhook: str) -> str:
    if not webhook:
        return ""
    parts = urlsplit(webhook)
    return f"{parts.scheme}://{parts.netloc}/{HIDDEN}"
