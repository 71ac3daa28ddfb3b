"""What an account's words say of leaving: the part that needs no history and works on the first day."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from triage.churn.ledger import Flag
from triage.churn.list import Order, still_to_save
from triage.types import Account, Reason

HEARD_FOR = timedelta(days=90)  # how long a statement counts
_RECENT = (7, 30)  # days: said this week, this month, or before
_BANDS = ("none", "watch", "at_risk", "explicit")
WordsBand = Literal["none", "watch", "at_risk", "explicit"]
_TOLD = {
    "explicit": "said that they leave",
    "at_risk": "spoke of leaving between the lines",
    "watch": "may have spoken of leaving; nobody has confirmed it",
}
_WEIGHT = {"explicit": 3.0, "at_risk": 1.0, "watch": 0.5}  # the order of the reasons, and nothing more


@dataclass(frozen=True, slots=True)
class Said:
    """A ticket in which an account spoke of leaving, with the words that carried it where they are known."""

    ticket_id: str
    at: datetime
    band: WordsBand
    quote: str = ""
    subject: str = ""
    by_person: bool = False


@dataclass(frozen=True, slots=True)
class WordsRisk:
    """What an account said lately, the worst and then the latest first. The band is that of the worst statement."""

    account_id: str
    band: WordsBand
    said: tuple[Said, ...] = ()

    @property
    def last_at(self) -> datetime | None:
        """When it spoke of leaving last."""
        return max((one.at for one in self.said), default=None)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The statements as reasons, each with its ticket and quote."""
        return tuple(Reason(_told(one), _WEIGHT[one.band], one.ticket_id, one.quote) for one in self.said)


def words_risk(account_id: str, said: Sequence[Said]) -> WordsRisk:
    """Sum up what an account said; nothing said is no band."""
    ordered = sorted(said, key=lambda one: (-_BANDS.index(one.band), -one.at.timestamp(), one.ticket_id))
    return WordsRisk(account_id, ordered[0].band if ordered else "none", tuple(ordered))


def place_by_words(
    one: WordsRisk, account: Account | None, open_tickets: int, now: datetime, by: Order = "risk"
) -> tuple[float, ...]:
    """Give what sorts accounts where only words are known, the smallest first.

    By risk: the band, said this week or month, how often, revenue, days to renewal. There is no probability to multiply
    with, so the other orders put the revenue first, or what of it can still be moved (see `still_to_save`).
    """
    revenue = (account.mrr if account is not None else None) or 0.0
    days = days_to_renewal(account, now)
    last = one.last_at
    ago = math.inf if last is None else (now - last) / timedelta(days=1)
    own = (
        -float(_BANDS.index(one.band)),
        float(sum(ago > limit for limit in _RECENT)),
        -float(len(one.said)),
        -revenue,
        math.inf if math.isnan(days) else days,
        ago,
    )
    if by == "revenue":
        return (-revenue, *own)
    return (-still_to_save(1.0, revenue, days, open_tickets), *own) if by == "to_save" else own


def days_to_renewal(account: Account | None, now: datetime) -> float:
    """Give the days to the next yearly renewal; NaN where none is known."""
    if account is None or account.renews_on is None:
        return math.nan
    return float((account.renews_on - now.date()).days % 365.25)


def _told(one: Said) -> str:
    # A date at the end would read as the day on which they leave.
    unquoted = " (labelled by a person)" if one.by_person and not one.quote else ""
    return f"On {one.at:%Y-%m-%d} {_TOLD[one.band]}{unquoted}"


def with_quotes(flag: Flag, quotes: Mapping[str, str]) -> Flag:
    """Give a flag with the quotes of its tickets, by ticket id; where one was forgotten the reason stays without."""
    reasons = (replace(one, quote=quotes.get(one.ticket_id, "")) for one in flag.reasons)
    return replace(flag, reasons=tuple(reasons))
