"""What a manager reads if nothing else: a handful of sentences, each with its tickets."""

from __future__ import annotations

from collections.abc import Sequence

from reports.report import IssuePage, IssueRow, Sentence
from reports.types import Figure
from reports.weekly.material import Material
from reports.weekly.rows import SPARKLINE, is_news
from reports.wording import counted, last_weeks

_EACH = 3  # issues told of for each kind of news


def headlines_of(
    material: Material, rows: Sequence[IssueRow], pages: Sequence[IssuePage], service: Sequence[Figure]
) -> tuple[Sentence, ...]:
    """Say what came, what grows, is new, came back or was fixed, and what it costs not to fix the first."""
    news = {issue.id for issue in material.issues if is_news(issue, material)}
    told = [_volume(material, service)]
    told += [_back(row) for row in _of(rows, "regressed")]
    told += [_growing(row) for row in rows if row.change and row.change.direction == "up"][:_EACH]
    told += [_new(row) for row in _of(rows, "new") if row.tickets.value][:_EACH]
    told += [_verified(row) for row in _of(rows, "verified") if row.id in news]
    told += [_fading(row) for row in _of(rows, "fading") if row.id in news]
    told += _costly(rows, pages)
    return tuple(told)


def _of(rows: Sequence[IssueRow], state: str) -> list[IssueRow]:
    return [row for row in rows if row.state == state][:_EACH]


def _volume(material: Material, service: Sequence[Figure]) -> Sentence:
    volume = next(figure for figure in service if figure.name == "volume")
    count = int(volume.value or 0)
    text = f"{counted(count, 'ticket')} this week"
    if volume.before:
        change = count / volume.before - 1
        text += (
            f", {abs(change):.0%} {'more' if change >= 0 else 'fewer'} than in the four weeks before"
            f" ({volume.before:.0f} a week)"
        )
    return Sentence(f"{text}.", volume.tickets)


def _growing(row: IssueRow) -> Sentence:
    assert row.change is not None  # noqa: S101 - only rows with one are given
    ratio = row.change.ratio
    times = (
        "after none before" if ratio.value == float("inf") else f"{ratio.value:.1f} times as often as before"
    )
    came, tickets = _came(row, row.change.weeks)
    return Sentence(f"“{row.title}” is growing: {came}, {times} ({row.change.certainty}).", tickets, row.id)


def _new(row: IssueRow) -> Sentence:
    came, tickets = _came(row, SPARKLINE)
    return Sentence(f"New: “{row.title}”, {came}.", tickets, row.id)


def _back(row: IssueRow) -> Sentence:
    text = (
        f"“{row.title}” came back after its fix: {counted(int(row.tickets.value or 0), 'ticket')} this week."
    )
    return Sentence(text, row.tickets.tickets, row.id)


def _verified(row: IssueRow) -> Sentence:
    return Sentence(
        f"The fix of “{row.title}” worked: its tickets really fell.", _came(row, SPARKLINE)[1], row.id
    )


def _fading(row: IssueRow) -> Sentence:
    came, tickets = _came(row, row.change.weeks if row.change else SPARKLINE)
    return Sentence(f"“{row.title}” is fading: {came}.", tickets, row.id)


def _came(row: IssueRow, weeks: int) -> tuple[str, tuple[str, ...]]:
    """How many tickets came in the last weeks, in words, and which."""
    tickets = tuple(one for point in row.weekly[-weeks:] for one in point.tickets)
    return f"{counted(len(tickets), 'ticket')} in {last_weeks(weeks)}", tickets


def _costly(rows: Sequence[IssueRow], pages: Sequence[IssuePage]) -> list[Sentence]:
    by_id = {page.issue_id: page for page in pages}
    first = next((row for row in rows if row.id in by_id), None)
    if first is None:
        return []
    page = by_id[first.id]
    return [
        Sentence(f"The most costly issue is “{first.title}”. {page.cost}", page.tickets.tickets, first.id)
    ]
