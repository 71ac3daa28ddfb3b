"""Whether the warnings were right: outcomes as their days come, the week, and what acting was worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from triage.account_values import BandRecord, LedgerView
from triage.churn.effect import Observed, effect_of_acting
from triage.churn.ledger import Flag, WeekOfFlags, summarise_week, with_outcomes
from triage.store import TicketStore
from triage.store.flags import BandMove, ChurnLedger, Source, StoredRisk
from triage.types import Account

EFFECT_DAYS = 90
_NEAR = timedelta(days=EFFECT_DAYS)  # a flag so near to a moment makes it no unflagged one
_WORST_FIRST = ("explicit", "at_risk", "watch")
NO_RISKS = (
    "Flags from words carry no probability, so there is nothing that acting on them could be compared with. Once an "
    "account model is in use, its flags are compared with accounts of like risk."
)


class Outcomes:
    """Reads and settles what became of flagged accounts."""

    def __init__(self, store: TicketStore, ledger: ChurnLedger) -> None:
        self._store = store
        self._ledger = ledger

    def settle(self, now: datetime) -> int:
        """Note outcomes that are known by now; gives for how many flags there was something new."""
        waiting = self._ledger.unsettled()
        accounts = self._store.accounts_of(sorted({flag.account_id for flag in waiting}))
        changed = [
            known
            for flag in waiting
            if (known := with_outcomes(flag, _left_on(accounts.get(flag.account_id)), now)) != flag
        ]
        self._ledger.save_outcomes(changed)
        return len(changed)

    def ledger(self, now: datetime) -> LedgerView:
        """How the warnings of the past fared."""
        flags = self._ledger.flags_between(None, None)
        observed = self._observed(flags, now)
        effects = effect_of_acting(observed, days=EFFECT_DAYS) if observed else ()
        sentence = " ".join(one.sentence for one in effects) if effects else NO_RISKS
        return LedgerView(_records(flags, now), effects, sentence)

    def week(self, week: str) -> WeekOfFlags:
        """Count a week such as ``2026-W12``.

        Raises:
            ValueError: there is no such week.
        """
        start = week_start(week)
        end = start + timedelta(weeks=1)
        left = self._ledger.left_between(start.date(), (end - timedelta(days=1)).date())
        calm = self._calm(start, end)
        earlier = self._ledger.flags_of(sorted({*left, *calm}))
        recent = {
            key: [flag for flag in own if start - _NEAR <= flag.raised_at < end]
            for key, own in earlier.items()
        }
        flags = {flag.id: flag for flag in self._ledger.flags_between(start, end)}
        flags |= {flag.id: flag for own in recent.values() for flag in own}
        return summarise_week(week, flags.values(), left=left, calm=calm)

    def _calm(self, start: datetime, end: datetime) -> tuple[str, ...]:
        """Accounts whose last move of the week took them out of all bands, and that are customers still."""
        last: dict[tuple[str, str], BandMove] = {}
        for move in self._ledger.moves(start, end):
            last[move.account_id, move.source] = move
        out = {key for (key, _), move in last.items() if move.after == "none"}
        out -= {key for (key, _), move in last.items() if move.after != "none"}
        accounts = self._store.accounts_of(sorted(out))
        there = {key for key in out if (day := _left_on(accounts.get(key))) is None or day >= end.date()}
        return tuple(sorted(there))

    def _observed(self, flags: Sequence[Flag], now: datetime) -> list[Observed]:
        flagged = [flag for flag in flags if flag.risk is not None]
        known = [flag for flag in flagged if flag.left_of(EFFECT_DAYS, now) is not None]
        if not flagged:
            return []
        seen = [
            Observed(
                flag.account_id,
                flag.risk or 0.0,
                bool(flag.outcome(EFFECT_DAYS)),
                shown=not flag.withheld,
                acted=flag.acted_on and not flag.withheld,
                withheld=flag.withheld,
            )
            for flag in known
        ]
        return seen + self._unflagged(flags, now)

    def _unflagged(self, flags: Sequence[Flag], now: datetime) -> list[Observed]:
        """Each account once, at the last moment of which the outcome is known, where no flag was near."""
        raised: dict[str, list[datetime]] = {}
        for flag in flags:
            raised.setdefault(flag.account_id, []).append(flag.raised_at)
        year, week, _ = (now - _NEAR).isocalendar()
        risks = [
            one
            for one in self._ledger.risks_before(f"{year}-W{week:02d}")
            if all(abs(at - one.scored_at) > _NEAR for at in raised.get(one.account_id, ()))
        ]
        accounts = self._store.accounts_of([one.account_id for one in risks])
        return [Observed(one.account_id, one.risk, _left_after(one, accounts)) for one in risks]


def week_start(week: str) -> datetime:
    """The Monday of a week such as ``2026-W12``, midnight UTC.

    Raises:
        ValueError: there is no such week.
    """
    year, mark, number = week.partition("-W")
    if not (mark and len(year) == 4 and len(number) == 2 and (year + number).isdecimal()):
        raise ValueError(f"{week!r} is no week; give one such as 2026-W12")
    day = date.fromisocalendar(int(year), int(number), 1)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _records(flags: Sequence[Flag], now: datetime) -> tuple[BandRecord, ...]:
    by_kind: dict[tuple[Source, str], list[bool | None]] = {}
    for flag in flags:
        by_kind.setdefault((flag.source, flag.band), []).append(flag.left_of(EFFECT_DAYS, now))
    kinds = sorted(by_kind, key=lambda kind: (kind[0], _WORST_FIRST.index(kind[1])))
    return tuple(
        BandRecord(*kind, len(seen), sum(one is not None for one in seen), sum(one is True for one in seen))
        for kind in kinds
        for seen in [by_kind[kind]]
    )


def _left_on(account: Account | None) -> date | None:
    return None if account is None else account.churned_on


def _left_after(one: StoredRisk, accounts: Mapping[str, Account]) -> bool:
    day = _left_on(accounts.get(one.account_id))
    return day is not None and one.scored_at.date() < day <= (one.scored_at + _NEAR).date()
