"""What travels in and out of the churn ledger beside the values of ``triage.churn``."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from triage.churn.ledger import Flag
from triage.churn.scoring import HistoryBand
from triage.types import Reason

Source = Literal["words", "history"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What the words, or the history, of an account say now: its band, and all that a flag would keep of it.

    ``withheld`` flags are by lot shown to nobody, and nobody is told of them.
    """

    account_id: str
    source: Source
    band: str
    reasons: tuple[Reason, ...] = ()
    risk: float | None = None
    revenue: float | None = None
    model_version: str = ""
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class BandMove:
    """An account changed its band. ``told`` moves are events for others, known by the id."""

    id: int
    account_id: str
    source: Source
    before: str
    after: str
    at: datetime
    flag_id: str = ""
    revenue: float | None = None
    told: bool = False


@dataclass(frozen=True, slots=True)
class StoredRisk:
    """The last scoring of an account in a week (``2026-W12``)."""

    account_id: str
    week: str
    scored_at: datetime
    risk: float
    band: HistoryBand
    revenue: float | None = None
    days_to_renewal: float | None = None
    open_now: float | None = None
    reasons: tuple[Reason, ...] = ()
    model_version: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A ticket in which an account spoke of leaving. ``band`` is ``"watch"`` where the model was not sure enough.

    ``by_person`` where a person said so; ``quote`` is empty where nobody marked the words.
    """

    ticket_id: str
    account_id: str
    at: datetime
    band: Literal["watch", "at_risk", "explicit"]
    quote: str = ""
    subject: str = ""
    by_person: bool = False


@dataclass(frozen=True, slots=True)
class FlagPage:
    """A page of flags, the newest first; ``after`` asks for the next one and is empty on the last."""

    flags: tuple[Flag, ...] = field(default_factory=tuple)
    after: str = ""
