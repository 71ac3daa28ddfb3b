"""What a manager reads if nothing else: a handful of sentences, each with its tickets."""

from __future__ import annotations

from collections.abc import Sequence

from reports.report import IssuePage, IssueRow, Sentence
from reports.types import Figure, Issue
from reports.weekly.material import Material
from reports.wording import counted

_EACH = 3  # issues told of for each kind of news


def headlines_of(
    material: Material, rows: Sequence[IssueRow], pages: Sequence[IssuePage], service: Sequence[Figure]
) -> tuple[Sentence, ...]:
    """Say what came, what grows, is new, came back or was fixed, and what it costs not to fix the first."""
    own = {issue.id for issue in material.issues if _is_news(issue, material)}
    told = [_volume(material, service)]
    told += [_back(row) for row in _of(rows, "regressed")]
    told += [_growing(row) for row in rows if row.change and row.change.direction == "up"][:_EACH]
    told += [_new(row) for row in _of(rows, "new") if row.tickets.value][:_EACH]
    told += [_verified(row) for row in _of(rows, "verified") if row.id in own]
    told += _costly(rows, pages)
    return tuple(told)


def _of(rows: Sequence[IssueRow], state: str) -> list[IssueRow]:
    return [row for row in rows if row.state == state][:_EACH]


def _is_news(issue: Issue, material: Material) -> bool:
    return bool(issue.states) and issue.states[-1].on >= material.week.monday


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
    times = "from none" if ratio.value == float("inf") else f"{ratio.value:.1f} times as often as before"
    text = f"“{row.title}” is growing: {counted(int(row.tickets.value or 0), 'ticket')} this week, {times}"
    return Sentence(f"{text} ({row.change.certainty}).", row.tickets.tickets, row.id)


def _new(row: IssueRow) -> Sentence:
    whole = sum(point.count for point in row.weekly)
    return Sentence(
        f"New: “{row.title}”, {counted(whole, 'ticket')} so far.",
        tuple(one for point in row.weekly for one in point.tickets),
        row.id,
    )


def _back(row: IssueRow) -> Sentence:
    text = (
        f"“{row.title}” came back after its fix: {counted(int(row.tickets.value or 0), 'ticket')} this week."
    )
    return Sentence(text, row.tickets.tickets, row.id)


def _verified(row: IssueRow) -> Sentence:
    return Sentence(f"The fix of “{row.title}” worked: its tickets really fell.", row.tickets.tickets, row.id)


def _costly(rows: Sequence[IssueRow], pages: Sequence[IssuePage]) -> list[Sentence]:
    by_id = {page.issue_id: page for page in pages}
    first = next((row for row in rows if row.id in by_id), None)
    if first is None:
        return []
    page = by_id[first.id]
    return [
        Sentence(f"The most costly issue is “{first.title}”. {page.cost}", page.tickets.tickets, first.id)
    ]
