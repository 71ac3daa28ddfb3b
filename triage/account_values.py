"""What the account desk gives: accounts with their words and their history apart, the list, events, the week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from models.card import Card
from triage.churn.effect import Effect
from triage.churn.ledger import Flag
from triage.churn.words import WordsRisk
from triage.errors import TriageError
from triage.features.account import AccountModel
from triage.store.flags import BandMove, Source, StoredRisk
from triage.types import Account

WORDS_ALONE = (
    "No account model of the team's own is in use, so this goes by what customers wrote and gives no probabilities. "
    "Train one from accounts that left: python -m training churn."
)
NOTHING_SCORED = (
    "The account model has scored nothing yet; that is done every night, or by: flask accounts score."
)


@dataclass(frozen=True, slots=True, eq=False)
class ServedModel:
    """An account model that is in use, with its card."""

    model: AccountModel
    card: Card
    version: str

    @property
    def horizon_days(self) -> int:
        """Within how many days the model says an account leaves."""
        return self.model.horizon_days


@dataclass(frozen=True, slots=True)
class AccountEvent:
    """An account came into a worse band. ``id`` is the same however often it is delivered."""

    id: str
    account_id: str
    name: str
    source: Source
    before: str
    after: str
    at: datetime
    flag_id: str
    revenue: float | None = None
    currency: str = ""


class Destination(Protocol):
    """Who events are given to as they happen. Giving the same event twice must not harm."""

    def deliver(self, event: AccountEvent) -> None:
        """Take an event over; what it takes to bring it on is the destination's business."""


class EventSink(Protocol):
    """A place outside that events are brought to."""

    @property
    def name(self) -> str:
        """Its name among the destinations."""
        ...

    def send(self, event: AccountEvent) -> str:
        """Bring an event there and say in a few words what was done.

        Raises:
            EventNotDelivered: the place did not take it; it may be tried again.
        """
        ...


class EventNotDelivered(TriageError):
    """A destination did not take an event; it is sent again later."""

    def __init__(self, sink: str, why: str) -> None:
        super().__init__(f"The event was not delivered to {sink!r}: {why}")
        self.sink = sink


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """An account on the list: what its words say and what its history says, apart; ``account`` where it was imported.

    ``revenue_at_risk`` is risk times monthly revenue; ``flags`` are the latest of each source.
    """

    place: int
    account_id: str
    account: Account | None
    words: WordsRisk
    history: StoredRisk | None
    revenue_at_risk: float | None
    changes: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        """What speaks against the account now: its words, its history or both."""
        bands: dict[Source, str] = {
            "words": self.words.band,
            "history": "none" if self.history is None else self.history.band,
        }
        return tuple(source for source, band in bands.items() if band not in {"none", "left"})


@dataclass(frozen=True, slots=True)
class AtRisk:
    """A page of the list. ``total`` accounts are on it in all, ``set_aside`` were snoozed or disagreed with.

    ``goes_by`` says whether history is in it; ``note`` says in words what is missing.
    """

    entries: tuple[ListedAccount, ...]
    total: int
    set_aside: int
    goes_by: Literal["words", "words_and_history"]
    note: str = ""
    horizon_days: int | None = None


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account with all that is known of it; ``weeks`` are its risks, the latest first."""

    account: Account
    words: WordsRisk
    history: StoredRisk | None
    history_note: str
    weeks: tuple[StoredRisk, ...]
    flags: tuple[Flag, ...]
    moves: tuple[BandMove, ...]
    open_tickets: int
    horizon_days: int | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """What a scoring did: accounts with a risk, moves between bands, flags raised, outcomes noted, events told."""

    accounts: int = 0
    with_risk: int = 0
    moves: int = 0
    flags: int = 0
    outcomes: int = 0
    told: int = 0


@dataclass(frozen=True, slots=True)
class BandRecord:
    """How many flags a band had, how many of them are 90 days old (``known``), and how many left within these."""

    source: Source
    band: str
    flags: int
    known: int
    left: int


@dataclass(frozen=True, slots=True)
class LedgerView:
    """How the warnings fared, and what acting on them was worth; ``sentence`` says so where too little is known."""

    records: tuple[BandRecord, ...]
    effects: tuple[Effect, ...]
    sentence: str
