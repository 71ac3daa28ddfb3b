"""What a team sets about its work with accounts: hours of outreach, bands, the lot, the quiet time, who is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field, TypeAdapter

from kb.types import Fault
from triage.churn.list import HOURS_AN_ACCOUNT
from triage.destinations import DestinationSetting, concealed, destination_faults
from triage.documents import Name, folded, parsed

SETTING = "accounts"  # the name of the document
KINDS = ("webhook", "slack", "teams", "mail")
_STRICT = ConfigDict(extra="forbid", strict=True)
Risk = Annotated[float, Field(gt=0, lt=1)]


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """``hours_a_week`` of outreach over ``hours_an_account`` is how long the list is.

    ``withheld_share`` of the flags from history are by lot shown to nobody, so that the effect of acting can be told
    from luck; 0 where a team does not want that. ``competitors`` are names that count as "a competitor" in what
    customers write. ``watch_from`` and ``at_risk_from`` are risks from which a band begins, in place of the account
    model's own (None).
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    hours_a_week: Annotated[float, Field(gt=0, le=10_000)] = 30.0
    hours_an_account: Annotated[float, Field(gt=0, le=1_000)] = HOURS_AN_ACCOUNT
    withheld_share: Annotated[float, Field(ge=0, le=0.5)] = 0.0
    quiet_days: Annotated[int, Field(ge=0, le=365)] = 14
    watch_from: Risk | None = None
    at_risk_from: Risk | None = None
    competitors: Annotated[tuple[Name, ...], Field(max_length=500)] = ()
    destinations: Annotated[tuple[DestinationSetting, ...], Field(max_length=20)] = ()

    @property
    def length(self) -> int:
        """How many accounts the hours reach, at least one."""
        return max(1, int(self.hours_a_week / self.hours_an_account))

    @property
    def quiet(self) -> timedelta:
        """The time in which the same band is not told again."""
        return timedelta(days=self.quiet_days)

    def thresholds(self, own: Mapping[str, Any]) -> dict[str, Any]:
        """The bands of a model's card with those that the team has set in their place."""
        given = {"watch": self.watch_from, "at_risk": self.at_risk_from}
        return dict(own) | {band: {"probability": risk} for band, risk in given.items() if risk is not None}


_ADAPTER = TypeAdapter(AccountSettings)


def read_settings(document: object) -> AccountSettings:
    """Read the document; None gives what holds where nothing was set.

    Raises:
        InvalidSettings: with all its faults.
    """
    return AccountSettings() if document is None else parsed(_ADAPTER, document, _across)


def document_of(settings: AccountSettings) -> dict[str, Any]:
    """Write settings as a JSON document that reads back the same."""
    document: dict[str, Any] = _ADAPTER.dump_python(settings, mode="json")
    return document


def shown_document(settings: AccountSettings) -> dict[str, Any]:
    """Write settings for people and programs: of a webhook's address only the host."""
    return document_of(replace(settings, destinations=tuple(map(concealed, settings.destinations))))


def _across(document: object) -> Iterator[Fault]:
    yield from destination_faults(document, KINDS)
    if not isinstance(document, Mapping):
        return
    watch, at_risk = document.get("watch_from"), document.get("at_risk_from")
    if isinstance(watch, float | int) and isinstance(at_risk, float | int) and watch >= at_risk:
        yield Fault("watch_from", f"{watch:g} is not below at_risk_from, {at_risk:g}")
    names = document.get("competitors")
    counted = Counter(folded(name) for name in names) if isinstance(names, list | tuple) else Counter()
    yield from (
        Fault("competitors", f"{name!r} is given twice") for name, n in counted.items() if name and n > 1
    )
