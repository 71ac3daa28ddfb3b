"""What goes out about accounts: words and history always apart."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from api.payloads import Payload
from api.replies import Probability

Band = Literal["none", "watch", "at_risk", "explicit"]
Source = Literal["words", "history"]


class ReasonReply(Payload):
    """Why, in words; with the ticket and the quote behind it where a message says so. Weights are in log-odds."""

    text: str
    weight: float
    ticket_id: str
    quote: str


class WordsReply(Payload):
    """What the customer's words say: the band of the worst statement of the last 90 days."""

    band: Band
    last_said_at: datetime | None
    statements: int
    reasons: list[ReasonReply]


class HistoryReply(Payload):
    """What the account's history says: the probability that it leaves within the horizon."""

    risk: Probability
    band: Band
    horizon_days: int
    reasons: list[ReasonReply]
    scored_at: datetime
    model_version: str


class ResponseReply(Payload):
    """What a person made of a flag."""

    kind: Literal["acknowledged", "disagreed", "snoozed", "acted"]
    at: datetime
    by: str
    note: str
    until: datetime | None


class OutcomeReply(Payload):
    """Whether the account had left so many days after the flag."""

    days: int
    left: bool


class FlagReply(Payload):
    """A warning as it was raised, what people said, and what became of the account."""

    id: str
    account_id: str
    week: str
    raised_at: datetime
    source: Source
    band: Band
    risk: Probability | None
    reasons: list[ReasonReply]
    revenue: float | None
    model_version: str
    responses: list[ResponseReply]
    outcomes: list[OutcomeReply]


class AccountFacts(Payload):
    """An account as it was imported; ``mrr`` is monthly revenue in ``currency``."""

    account_id: str
    name: str
    plan: str
    seats: int | None
    mrr: float | None
    currency: str
    signed_up_on: date | None
    renews_on: date | None
    nps: float | None
    churned_on: date | None
    attributes: dict[str, str]


class ListedReply(Payload):
    """An account on the list; ``account`` is null where only its tickets are known."""

    place: Annotated[int, Field(ge=1)]
    account_id: str
    account: AccountFacts | None
    words: WordsReply
    history: HistoryReply | None
    revenue_at_risk: float | None
    changes: list[str]
    flags: list[FlagReply]


class AtRiskReply(Payload):
    """A page of the list; ``note`` says what it cannot tell. ``set_aside`` were snoozed or disagreed with."""

    goes_by: Literal["words", "words_and_history"]
    note: str
    total: int
    set_aside: int
    items: list[ListedReply]
    next: str | None


class MoveReply(Payload):
    """An account changed its band."""

    at: datetime
    source: Source
    before: Band
    after: Band


class WeekRiskReply(Payload):
    """The last scoring of a week."""

    week: str
    risk: Probability
    band: Band


class AccountReply(Payload):
    """An account with all that is known of it."""

    account: AccountFacts
    words: WordsReply
    history: HistoryReply | None
    history_note: str
    open_tickets: int
    flags: list[FlagReply]
    moves: list[MoveReply]
    weeks: list[WeekRiskReply]


class RowFaultReply(Payload):
    """What is wrong with a row: its line (of CSV; 1 is the header) or its place in the list, from 1."""

    line: int
    column: str
    reason: str


class ImportedReply(Payload):
    """What became of each account of an import, by id; rows with faults were left out."""

    added: list[str]
    updated: list[str]
    unchanged: list[str]
    faults: list[RowFaultReply]


class CountReply(Payload):
    """Accounts, and their monthly revenue together."""

    accounts: int
    revenue: float


class WeekReply(Payload):
    """A manager's week: flagged anew, out of their band and staying, those of them that were acted for, and lost."""

    week: str
    new: CountReply
    resolved: CountReply
    saved: CountReply
    lost: CountReply


class RecordReply(Payload):
    """How many flags a band had, how many of them are 90 days old (``known``), and how many left within these."""

    source: Source
    band: Band
    flags: int
    known: int
    left: int


class EffectReply(Payload):
    """How many fewer left, as a share, with its 95 % interval; null where too little is known."""

    method: Literal["lot", "nearest"]
    kept: float | None
    low: float | None
    high: float | None
    treated: int
    compared: int
    sentence: str


class LedgerReply(Payload):
    """How the warnings fared; ``sentence`` says what the estimate of acting shows, and what it does not."""

    records: list[RecordReply]
    effects: list[EffectReply]
    sentence: str
