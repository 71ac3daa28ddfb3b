"""How values of the account desk become what goes out over HTTP."""

from __future__ import annotations

from collections.abc import Sequence

from api.account_replies import (
    AccountFacts,
    AccountReply,
    AtRiskReply,
    CountReply,
    EffectReply,
    FlagReply,
    HistoryReply,
    ImportedReply,
    LedgerReply,
    ListedReply,
    MoveReply,
    OutcomeReply,
    ReasonReply,
    RecordReply,
    ResponseReply,
    RowFaultReply,
    WeekReply,
    WeekRiskReply,
    WordsReply,
)
from triage.account_values import AccountView, AtRisk, LedgerView, ListedAccount
from triage.churn.effect import Effect
from triage.churn.ledger import Flag, Response, WeekOfFlags
from triage.churn.words import WordsRisk
from triage.reading import AccountReading
from triage.store import Stored
from triage.store.flags import BandMove, StoredRisk
from triage.types import Account, Reason


def at_risk_reply(found: AtRisk, following: str | None) -> AtRiskReply:
    """The list as it is sent."""
    return AtRiskReply(
        goes_by=found.goes_by,
        note=found.note,
        total=found.total,
        set_aside=found.set_aside,
        items=[_listed(one, found.horizon_days) for one in found.entries],
        next=following,
    )


def account_reply(view: AccountView) -> AccountReply:
    """An account as it is sent."""
    return AccountReply(
        account=_facts(view.account),
        words=_words(view.words),
        history=_history(view.history, view.horizon_days),
        history_note=view.history_note,
        open_tickets=view.open_tickets,
        flags=[flag_reply(one) for one in view.flags],
        moves=[_move(one) for one in view.moves],
        weeks=[
            WeekRiskReply(week=one.week, risk=one.risk, band=one.band)
            for one in view.weeks
            if one.band != "left"
        ],
    )


def flag_reply(flag: Flag) -> FlagReply:
    """A flag as it is sent."""
    return FlagReply(
        id=flag.id,
        account_id=flag.account_id,
        week=flag.week,
        raised_at=flag.raised_at,
        source=flag.source,
        band=flag.band,
        risk=flag.risk,
        reasons=_reasons(flag.reasons),
        revenue=flag.revenue,
        model_version=flag.model_version,
        responses=[_response(one) for one in flag.responses],
        outcomes=[OutcomeReply(days=one.days, left=one.left) for one in flag.outcomes],
    )


def imported_reply(stored: Stored, reading: AccountReading) -> ImportedReply:
    """An import's result as it is sent."""
    return ImportedReply(
        added=list(stored.new),
        updated=list(stored.updated),
        unchanged=list(stored.unchanged),
        faults=[RowFaultReply(line=one.line, column=one.column, reason=one.reason) for one in reading.faults],
    )


def week_reply(week: WeekOfFlags) -> WeekReply:
    """A week as it is sent."""

    def counted(pair: tuple[int, float]) -> CountReply:
        return CountReply(accounts=pair[0], revenue=pair[1])

    return WeekReply(
        week=week.week,
        new=counted(week.new),
        resolved=counted(week.resolved),
        saved=counted(week.saved),
        lost=counted(week.lost),
    )


def ledger_reply(view: LedgerView) -> LedgerReply:
    """The ledger as it is sent."""
    records = [
        RecordReply(source=one.source, band=one.band, flags=one.flags, known=one.known, left=one.left)  # type: ignore[arg-type]
        for one in view.records
    ]
    return LedgerReply(
        records=records, effects=[_effect(one) for one in view.effects], sentence=view.sentence
    )


def _listed(one: ListedAccount, horizon_days: int | None) -> ListedReply:
    return ListedReply(
        place=one.place,
        account_id=one.account_id,
        account=None if one.account is None else _facts(one.account),
        words=_words(one.words),
        history=_history(one.history, horizon_days),
        revenue_at_risk=one.revenue_at_risk,
        changes=list(one.changes),
        flags=[flag_reply(flag) for flag in one.flags],
    )


def _facts(account: Account) -> AccountFacts:
    names = [name for name in AccountFacts.model_fields if name != "attributes"]
    return AccountFacts(
        **{name: getattr(account, name) for name in names}, attributes=dict(account.attributes)
    )


def _words(words: WordsRisk) -> WordsReply:
    return WordsReply(
        band=words.band,
        last_said_at=words.last_at,
        statements=len(words.said),
        reasons=_reasons(words.reasons),
    )


def _history(stored: StoredRisk | None, horizon_days: int | None) -> HistoryReply | None:
    if stored is None or horizon_days is None or stored.band == "left":
        return None
    return HistoryReply(
        risk=stored.risk,
        band=stored.band,
        horizon_days=horizon_days,
        reasons=_reasons(stored.reasons),
        scored_at=stored.scored_at,
        model_version=stored.model_version,
    )


def _reasons(reasons: Sequence[Reason]) -> list[ReasonReply]:
    return [
        ReasonReply(text=one.text, weight=one.weight, ticket_id=one.ticket_id, quote=one.quote)
        for one in reasons
    ]


def _response(one: Response) -> ResponseReply:
    return ResponseReply(kind=one.kind, at=one.at, by=one.by, note=one.note, until=one.until)


def _move(one: BandMove) -> MoveReply:
    return MoveReply(at=one.at, source=one.source, before=one.before, after=one.after)  # type: ignore[arg-type]


def _effect(one: Effect) -> EffectReply:
    names = list(EffectReply.model_fields)
    return EffectReply(**{name: getattr(one, name) for name in names})
