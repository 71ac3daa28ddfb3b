"""How the service did, what is to come and who is needed for it, and how the machine did."""

from __future__ import annotations

from reports.forecast import ForecastReview
from reports.render.blocks import (
    Block,
    Bullets,
    Cell,
    Column,
    Drawing,
    Heading,
    Paragraph,
    Run,
    Table,
    Text,
    cell,
    text,
)
from reports.render.charts import volume as volume_chart
from reports.render.layout.parts import figure, opened, sentence
from reports.render.links import Links
from reports.render.wording import NOTHING, against, amount, clock, day, interval, name_of, number, percent
from reports.report import DayAgents, WeeklyReport
from reports.types import Figure
from triage.audit.promise import MeasuredError

_FIGURES = (
    Column("Figure", 4.2),
    Column("This week", 1.8, "right"),
    Column("Four weeks before", 2.2, "right"),
    Column("Change", 1.6, "right"),
    Column("Counted from", 4.6),
)
_AGENTS = (
    Column("Day", 2.6),
    Column("Tickets", 2.6),
    Column("Busiest", 1.6),
    Column("Agents needed then", 2.2, "right"),
    Column("To be rostered", 2.0, "right"),
    Column("On a busy day", 2.0, "right"),
)
_AUDIT = (
    Column("Task", 2.4),
    Column("Errors", 2.8),
    Column("Error", 2.6),
    Column("Promised", 1.6),
    Column("Verdict", 2.2),
    Column("Coverage", 1.6, "right"),
    Column("Waiting", 1.4, "right"),
)


def service(report: WeeklyReport, links: Links) -> list[Block]:
    """The week's figures beside the four weeks before."""
    if not report.service:
        return []
    rows = tuple(_figure(one, links) for one in report.service)
    return [
        Heading("Service", 2, "service", new_page=True),
        Table("Service figures, with the mean of the four weeks before", _FIGURES, rows),
    ]


def _figure(one: Figure, links: Links) -> tuple[Cell, ...]:
    return (
        cell(name_of(one)),
        cell(figure(one, links, bold=True)),
        cell(amount(one.before, one.unit)),
        cell(against(one)),
        cell(Run(one.note, soft=True)),
    )


def volume(report: WeeklyReport, links: Links) -> list[Block]:
    """The forecast of the coming weeks, last week's error, and the agents for each day."""
    section = report.volume
    if not section.history and not section.weeks:
        return []
    blocks: list[Block] = [
        Heading("Tickets to come, and agents needed", 2, "volume"),
        Drawing(
            volume_chart(section.history, section.weeks),
            "Bars: tickets that came, by week; rings with whiskers: forecast with its interval",
        ),
    ]
    foretold = [text(f"Week from {day(one.day)}: {interval(one.tickets)} tickets.") for one in section.weeks]
    if section.review is not None:
        foretold.append(text(_review(section.review)))
    blocks += [Bullets(tuple(foretold))] if foretold else []
    if section.agents:
        rows = tuple(_agents(one, report) for one in section.agents)
        blocks.append(Table("Agents needed, day by day", _AGENTS, rows))
    notes = " ".join(note for note in (section.promise, section.assumptions) if note)
    return [*blocks, Paragraph(text(notes), "note")] if notes else blocks


def _review(review: ForecastReview) -> str:
    beside = ""
    if review.mase is not None:
        better = "better" if review.mase < 1 else "no better"
        beside = f" Its daily error was {review.mase:.2f} of that of repeating the week before ({better} than that);"
    return (
        f"Last forecast, for {review.week}: {interval(review.forecast)} tickets; {review.actual:,} came.{beside}"
        f" {percent(review.covered)} of the days fell into their interval."
    )


def _agents(one: DayAgents, report: WeeklyReport) -> tuple[Cell, ...]:
    return (
        cell(f"{one.day:%a} {day(one.day)}"),
        cell(interval(one.tickets)),
        cell(clock(one.busiest, report.zone)),
        cell(Run(number(one.agents), bold=True)),
        cell(number(one.rostered)),
        cell(number(one.on_a_busy_day)),
    )


def machine(report: WeeklyReport, links: Links) -> list[Block]:
    """Errors on the blind sample beside the promise, coverage, and what people corrected."""
    section = report.machine
    blocks: list[Block] = [Heading("How the machine did", 2, "machine")]
    if section.sentences:
        blocks.append(Bullets(tuple(sentence(one, report, links) for one in section.sentences)))
    if section.audit:
        caption = "Automatic decisions on a blind sample: the error counted beside the error promised"
        blocks.append(Table(caption, _AUDIT, tuple(_audited(one) for one in section.audit)))
    if section.figures:
        blocks.append(Bullets(tuple(_named(one, links) for one in section.figures)))
    if len(blocks) == 1:
        blocks.append(Paragraph(text("Nothing was sampled, decided or corrected this week.")))
    return blocks


def _named(one: Figure, links: Links) -> Text:
    before = "" if one.before is None else f", {amount(one.before, one.unit)} in the four weeks before"
    note = f" ({one.note})" if one.note else ""
    value = opened(amount(one.value, one.unit), one.tickets, links, bold=True)
    return text(f"{name_of(one)}: ", value, before, note)


def _audited(one: MeasuredError) -> tuple[Cell, ...]:
    error = NOTHING if one.error is None else percent(one.error)
    return (
        cell(Run(one.task.replace("_", " "), bold=True)),
        cell(f"{one.errors} of {one.tickets} accepted"),
        cell(f"{error} ({percent(one.least)} to {percent(one.most)})" if one.tickets else NOTHING),
        cell(f"at most {percent(one.promised)}"),
        cell(Run(one.verdict, bold=True)),
        cell(NOTHING if one.coverage is None else percent(one.coverage)),
        cell(number(one.waiting)),
    )
