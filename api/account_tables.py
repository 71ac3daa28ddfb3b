"""Tables for spreadsheets and BI tools: UTF-8, a header, ISO 8601 times in UTC, a point in numbers, empty for none.

The columns stay as they are and in this order; new ones are added at the end.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime

from triage.account_values import AtRisk, ListedAccount
from triage.accounts import AccountDesk
from triage.churn.fairness import Fairness, GroupFairness, Rate
from triage.churn.ledger import OUTCOME_DAYS, Flag, Response

AT_RISK_COLUMNS = (
    *("place", "account_id", "name", "plan", "seats", "mrr", "currency", "renews_on"),
    *("words_band", "words_last_said_at", "words_statements", "words_ticket_id", "words_quote"),
    *("history_risk", "history_band", "history_reasons", "history_scored_at", "model_version"),
    *("revenue_at_risk", "changes"),
)
FLAG_COLUMNS = (
    *("flag_id", "account_id", "week", "raised_at", "source", "band", "risk", "revenue", "model_version"),
    *("reasons", "ticket_ids", "acknowledged_at", "disagreed_at", "snoozed_until", "acted_at", "acted_by"),
    *("action", *(f"left_{days}" for days in OUTCOME_DAYS)),
)
FAIRNESS_COLUMNS = (
    *("kind", "group", "customers", "in_band", "mean_risk"),
    *("warned_known", "warned_stayed", "stayed_share", "stayed_least", "stayed_most"),
    *("left", "left_unwarned", "unwarned_share", "unwarned_least", "unwarned_most"),
    *("scored_90_days_ago", "expected_to_leave", "left_of_scored"),
)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_PAGE = 500


def at_risk_csv(found: AtRisk) -> str:
    """The list as CSV."""
    return _table(AT_RISK_COLUMNS, (_listed(one) for one in found.entries))


def flags_csv(desk: AccountDesk) -> str:
    """All flags that people may see as CSV, the newest first."""
    return _table(FLAG_COLUMNS, (_flag(one) for one in _all_flags(desk)))


def fairness_csv(found: Sequence[Fairness]) -> str:
    """Risk and its errors by group as CSV; shares are empty where too few accounts are behind them."""
    return _table(FAIRNESS_COLUMNS, (_fairness(one.kind, group) for one in found for group in one.groups))


def _fairness(kind: str, one: GroupFairness) -> tuple[object, ...]:
    return (
        *(kind, one.group, one.customers, one.in_band.number),
        None if one.mean_risk is None else round(one.mean_risk, 4),
        *(one.stayed.of, one.stayed.number, *_share(one.stayed)),
        *(one.missed.of, one.missed.number, *_share(one.missed)),
        *(one.scored, round(one.expected, 2), one.left),
    )


def _share(rate: Rate) -> tuple[float | None, ...]:
    if rate.share is None:
        return None, None, None
    return round(rate.share, 4), round(rate.least, 4), round(rate.most, 4)


def _all_flags(desk: AccountDesk) -> Iterator[Flag]:
    page = desk.flags(limit=_PAGE)
    yield from page.flags
    while page.after:
        page = desk.flags(after=page.after, limit=_PAGE)
        yield from page.flags


def _listed(one: ListedAccount) -> tuple[object, ...]:
    account, words, history = one.account, one.words, one.history
    facts = ("name", "plan", "seats", "mrr", "currency", "renews_on")
    worst = words.said[0] if words.said else None
    return (
        one.place,
        one.account_id,
        *(None if account is None else getattr(account, name) for name in facts),
        words.band,
        words.last_at,
        len(words.said),
        "" if worst is None else worst.ticket_id,
        "" if worst is None else worst.quote,
        None if history is None else round(history.risk, 4),
        "" if history is None else history.band,
        "" if history is None else "; ".join(reason.text for reason in history.reasons),
        None if history is None else history.scored_at,
        "" if history is None else history.model_version,
        None if one.revenue_at_risk is None else round(one.revenue_at_risk, 2),
        "; ".join(one.changes),
    )


def _flag(flag: Flag) -> tuple[object, ...]:
    said = {kind: _latest(flag, kind) for kind in ("acknowledged", "disagreed", "snoozed", "acted")}
    acted, snoozed = said["acted"], said["snoozed"]
    return (
        *(flag.id, flag.account_id, flag.week, flag.raised_at, flag.source, flag.band),
        None if flag.risk is None else round(flag.risk, 4),
        *(flag.revenue, flag.model_version),
        "; ".join(reason.text for reason in flag.reasons),
        " ".join(dict.fromkeys(reason.ticket_id for reason in flag.reasons if reason.ticket_id)),
        *(None if one is None else one.at for one in (said["acknowledged"], said["disagreed"])),
        None if snoozed is None else snoozed.until,
        *((None, "", "") if acted is None else (acted.at, acted.by, acted.note)),
        *(flag.outcome(days) for days in OUTCOME_DAYS),
    )


def _latest(flag: Flag, kind: str) -> Response | None:
    own = [one for one in flag.responses if one.kind == kind]
    return max(own, key=lambda one: one.at, default=None)


def _table(columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return table.getvalue()


def _cell(value: object) -> object:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case str() if value.startswith(_FORMULA_STARTS):
            # Spreadsheets run a cell that begins like a formula, and customers write these.
            return f"'{value}"
        case _:
            return value
