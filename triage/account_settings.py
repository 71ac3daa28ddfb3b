"""What a team sets about its work with accounts: hours of outreach, the lot, the quiet time, who is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field, TypeAdapter

from kb.types import Fault
from triage.churn.list import HOURS_AN_ACCOUNT
from triage.documents import Name, entries, folded, parsed

SETTING = "accounts"  # the name of the document
_STRICT = ConfigDict(extra="forbid", strict=True)
Url = Annotated[str, Field(max_length=2000, pattern=r"^https?://[^\s/?#@\x00]+([/?][^\s#\x00]*)?$")]


@dataclass(frozen=True, slots=True)
class DestinationSetting:
    """An address that is told when an account comes into a worse band."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    name: Name
    url: Url


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """``hours_a_week`` of outreach over ``hours_an_account`` is how long the list is.

    ``withheld_share`` of the flags from history are by lot shown to nobody, so that the effect of acting can be told
    from luck; 0 where a team does not want that.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    hours_a_week: Annotated[float, Field(gt=0, le=10_000)] = 30.0
    hours_an_account: Annotated[float, Field(gt=0, le=1_000)] = HOURS_AN_ACCOUNT
    withheld_share: Annotated[float, Field(ge=0, le=0.5)] = 0.0
    quiet_days: Annotated[int, Field(ge=0, le=365)] = 14
    destinations: Annotated[tuple[DestinationSetting, ...], Field(max_length=20)] = ()

    @property
    def length(self) -> int:
        """How many accounts the hours reach, at least one."""
        return max(1, int(self.hours_a_week / self.hours_an_account))

    @property
    def quiet(self) -> timedelta:
        """The time in which the same band is not told again."""
        return timedelta(days=self.quiet_days)


_ADAPTER = TypeAdapter(AccountSettings)


def read_settings(document: object) -> AccountSettings:
    """Read the document; None gives what holds where nothing was set.

    Raises:
        InvalidSettings: with all its faults.
    """
    return AccountSettings() if document is None else parsed(_ADAPTER, document, _across)


def document_of(settings: AccountSettings) -> dict[str, Any]:
    """Write settings as a JSON document that reads back the same."""
    written = asdict(settings)
    return written | {"destinations": list(written["destinations"])}


def _across(document: object) -> Iterator[Fault]:
    named = [(place, folded(entry.get("name"))) for place, entry in entries(document, "destinations")]
    counted = Counter(name for _, name in named)
    for place, name in named:
        if name and counted[name] > 1:
            yield Fault(f"{place}.name", f"{name!r} is the name of two destinations; give each its own")
