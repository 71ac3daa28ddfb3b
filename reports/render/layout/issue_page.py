"""A page for each issue: what the product team needs to act on it without asking back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from reports.periods import local_day
from reports.render.blocks import Block, Bullets, Drawing, Heading, Paragraph, Quotation, Run, Text, text
from reports.render.charts import trend
from reports.render.layout.parts import anchor, article, opened, plan, revenue, sentence
from reports.render.links import Links
from reports.render.wording import KINDS, day, duration, interval, join, local, percent
from reports.report import AgentReply, CustomerQuote, FixReview, IssuePage, IssueRow, NamedCount, WeeklyReport
from reports.types import Lineage
from reports.wording import counted

_STEPS = {
    "born": "first found to repeat",
    "joined": "joined by",
    "split": "split with",
    "merged": "merged with",
    "renamed": "renamed",
    "moved": "a ticket was moved here",
    "dismissed": "said to be no issue",
    "reopened": "reopened",
}


def issue_page(row: IssueRow, page: IssuePage, report: WeeklyReport, links: Links) -> list[Block]:
    """Everything of one issue."""
    blocks: list[Block] = [
        Heading(f"{row.id}: {row.title}", 2, anchor(row.id), new_page=True),
        Paragraph(text(_since(row, page, report)), "note"),
        Paragraph(text(page.summary), "lead"),
    ]
    if page.trend:
        chart = trend(page.trend)
        blocks.append(Drawing(chart, _caption(page)))
    blocks += _quotes(page.quotes, report, links)
    blocks += _listed("Where and who", _facts(page, links))
    blocks += _listed(
        "Evidence", [sentence(replace(one, issue_id=""), report, links) for one in page.evidence]
    )
    blocks += _replies("Workaround, in agents' words", page.workaround, links)
    blocks += _cost(page, row)
    blocks += _fix(page.fix)
    blocks += _answer(row, page, links)
    return blocks + _listed("Its life so far", _life(page, report))


def _since(row: IssueRow, page: IssuePage, report: WeeklyReport) -> str:
    return join(
        row.state,
        KINDS[row.kind],
        f"since {local(page.first_seen, report.zone)}",
        f"latest {local(page.last_seen, report.zone)}",
        f"{counted(round(page.tickets.value or 0), 'ticket')} in all",
    )


def _caption(page: IssuePage) -> str:
    band = any(point.expected for point in page.trend)
    return "Tickets by week" + (
        "; dashed and shaded: what was to be expected, with its interval" if band else ""
    )


def _quotes(quotes: Sequence[CustomerQuote], report: WeeklyReport, links: Links) -> list[Block]:
    if not quotes:
        return []
    shown: list[Block] = [Heading("In customers' words", 3)]
    for one in quotes:
        written = day(one.written_on) if one.written_on else ""
        about = join("", one.account, one.plan, written)
        source = opened(one.ticket_id, (one.ticket_id,), links)
        shown.append(Quotation(one.text, text(source, f" · {about}" if about else "")))
    return shown


def _facts(page: IssuePage, links: Links) -> list[Text]:
    everything = opened(counted(round(page.tickets.value or 0), "ticket"), page.tickets.tickets, links)
    facts = [text("All of it: ", everything)]
    if page.versions:
        facts.append(_named("Versions", page.versions, links))
    if page.codes:
        facts.append(_named("Codes", page.codes, links))
    if page.plans:
        facts.append(text("Accounts by plan: ", *_between([plan(one, links) for one in page.plans])))
    facts += [text("Revenue touched: ", *revenue(one, links)) for one in page.revenue]
    return facts


def _named(title: str, counts: Sequence[NamedCount], links: Links) -> Text:
    shown = [text(opened(f"{one.name} ({len(one.tickets)})", one.tickets, links)) for one in counts]
    return text(f"{title}: ", *_between(shown))


def _between(texts: Sequence[Text]) -> list[Run]:
    runs: list[Run] = []
    for one in texts:
        runs += [Run(", ")] * bool(runs) + list(one)
    return runs


def _cost(page: IssuePage, row: IssueRow) -> list[Block]:
    sentences = [text(page.cost)] if page.cost else []
    if page.waiting is not None:
        waiting = page.waiting
        share = percent(waiting.tickets.level)
        sentences.append(
            text(
                f"In {waiting.weeks} weeks: {interval(waiting.tickets)} tickets,"
                f" {interval(waiting.minutes, 'minutes')} of agents' time ({share} intervals)."
            )
        )
    if row.minutes.note:
        spent = duration(row.minutes.value or 0)
        sentences.append(text(f"This week: {spent} of agents' time ({row.minutes.note})."))
    return _listed("Cost of not fixing", sentences)


def _fix(fix: FixReview | None) -> list[Block]:
    if fix is None:
        return []
    said = f"Said to be fixed on {day(fix.fixed_on)}" + (f" in {fix.fixed_in}" if fix.fixed_in else "") + "."
    seen = fix.verification
    verdict = "" if seen is None else f" {seen.verdict.replace('_', ' ').capitalize()}:"
    why = Run("" if seen is None else f" {seen.why}")
    return [Heading("Did the fix work?", 3), Paragraph(text(said, Run(verdict, bold=True), why))]


def _answer(row: IssueRow, page: IssuePage, links: Links) -> list[Block]:
    near = row.article
    chance = (
        ""
        if near is None or near.probability is None
        else f" (answers it with a probability of {percent(near.probability)})"
    )
    answer: list[Block] = [Heading("Knowledge base", 3), Paragraph(text(article(row), chance))]
    return answer + _replies("Draft of an article, from agents' replies", page.outline, links, level=4)


def _replies(title: str, replies: Sequence[AgentReply], links: Links, *, level: int = 3) -> list[Block]:
    if not replies:
        return []
    shown: list[Block] = [Heading(title, level)]
    for one in replies:
        about = join(one.agent or "an agent", day(one.written_on) if one.written_on else "")
        shown.append(Quotation(one.text, text(opened(one.ticket_id, (one.ticket_id,), links), f" · {about}")))
    return shown


def _life(page: IssuePage, report: WeeklyReport) -> list[Text]:
    # What is done at the end of a week has its first moment after it.
    moment, zone = timedelta(microseconds=1), ZoneInfo(report.zone)
    steps = [(local_day(one.at - moment, zone), _step(one), one.by) for one in page.lineage]
    steps += [(one.on, f"{one.state}. {one.why}", one.by) for one in page.states]
    shown = []
    for on, what, by in sorted(steps, key=lambda step: step[0]):
        shown.append(text(Run(f"{day(on)}: ", bold=True), what.strip(), Run(f" (by {by})" if by else "")))
    return shown


def _step(step: Lineage) -> str:
    return " ".join([_STEPS[step.kind], ", ".join(step.others)]).strip() + "."


def _listed(title: str, texts: Sequence[Text]) -> list[Block]:
    return [Heading(title, 3), Bullets(tuple(texts))] if texts else []
