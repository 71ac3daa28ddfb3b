"""Accounts that may leave, and what the knowledge base lacks."""

from __future__ import annotations

from reports.render.blocks import (
    Block,
    Bullets,
    Cell,
    Column,
    Heading,
    Paragraph,
    Quotation,
    Run,
    Table,
    Text,
    cell,
    text,
)
from reports.render.layout.parts import anchor_of, figure, opened, sentence
from reports.render.links import Links
from reports.render.wording import NOTHING, day, join, money, name_of, percent
from reports.report import AccountAtRisk, KnowledgeGap, WeeklyReport
from reports.wording import counted

_ACCOUNTS = (
    Column("Account", 3.2),
    Column("Risk", 2.2),
    Column("Revenue", 2.4),
    Column("Why", 6.2),
    Column("Tickets and issues", 2.6),
)
_BANDS = {"at_risk": "at risk", "explicit": "said so"}
_REASONS = {
    "nothing_close": "no article comes close",
    "conflicting": "articles contradict each other",
    "outdated": "the article is due for verification",
    "not_permitted": "the article is not for customers",
    "not_helpful": "the answer did not help",
}


def churn(report: WeeklyReport, links: Links) -> list[Block]:
    """The accounts at risk with the reasons, the figures of the week, and how earlier flags came out."""
    section = report.churn
    blocks: list[Block] = [Heading("Accounts that may leave", 2, "churn", new_page=True)]
    if section.sentences:
        blocks.append(Bullets(tuple(sentence(one, report, links) for one in section.sentences)))
    if section.figures:
        blocks.append(Bullets(tuple(_counted(report, links))))
    if not section.accounts:
        return [*blocks, Paragraph(text("No account is flagged this week."))]
    caption = (
        f"Accounts by what is at stake. Risk is the chance of leaving within {section.horizon_days} days."
    )
    rows = tuple(_account(one, report, links) for one in section.accounts)
    return [*blocks, Table(caption, _ACCOUNTS, rows)]


def _counted(report: WeeklyReport, links: Links) -> list[Text]:
    return [
        text(f"{name_of(one)}: ", figure(one, links, bold=True), f" ({one.note})" if one.note else "")
        for one in report.churn.figures
    ]


def _account(one: AccountAtRisk, report: WeeklyReport, links: Links) -> tuple[Cell, ...]:
    risk = NOTHING if one.risk is None else percent(one.risk)
    paid = NOTHING if one.revenue is None else f"{money(one.revenue, one.currency)} a month"
    renews = f"renews {day(one.renews_on)}" if one.renews_on else ""
    return (
        cell(
            Run(one.name or one.account_id, bold=True),
            Run(join(one.account_id if one.name else "", one.plan), soft=True),
        ),
        cell(Run(risk, bold=True), _BANDS.get(one.band, one.band), Run(one.change, soft=True)),
        cell(paid, Run(renews, soft=True)),
        cell(*(_reason(reason.text, reason.quote, reason.ticket_id, links) for reason in one.reasons)),
        cell(
            opened(counted(len(one.tickets), "ticket") if one.tickets else "", one.tickets, links),
            *(Run(issue, anchor_of(issue, report)) for issue in one.issues),
        ),
    )


def _reason(why: str, quote: str, ticket_id: str, links: Links) -> Text:
    source = opened(ticket_id, (ticket_id,), links) if ticket_id else ""
    return text(why, f": “{quote}”" if quote else "", " " if ticket_id else "", source)


def gaps(report: WeeklyReport, links: Links) -> list[Block]:
    """What was asked and no article answers, the most asked first, with drafts."""
    blocks: list[Block] = [Heading("What the knowledge base lacks", 2, "gaps")]
    if not report.gaps:
        return [*blocks, Paragraph(text("Every question of the week that was asked found an answer."))]
    for gap in report.gaps:
        blocks += _gap(gap, report, links)
    return blocks


def _gap(gap: KnowledgeGap, report: WeeklyReport, links: Links) -> list[Block]:
    reasons = ", ".join(_REASONS.get(reason, reason) for reason in gap.reasons)
    behind = opened(counted(len(gap.tickets), "ticket"), gap.tickets, links)
    about = Run(gap.issue_id, anchor_of(gap.issue_id, report))
    line = text(
        f"{counted(gap.count, 'question')}",
        f" · {reasons}" if reasons else "",
        " · " if gap.tickets else "",
        behind if gap.tickets else "",
        " · " if gap.issue_id else "",
        about,
    )
    blocks: list[Block] = [Heading(gap.title, 3), Paragraph(line, "note")]
    if gap.questions:
        blocks.append(Bullets(tuple(text(f"“{question}”") for question in gap.questions)))
    if gap.articles:
        near: list[str | Run] = ["Came near: "]
        for place, one in enumerate(gap.articles):
            near += [", "] * bool(place) + [Run(one.title, one.url)]
        blocks.append(Paragraph(text(*near)))
    if gap.outline:
        blocks.append(Paragraph(text(Run("Draft from agents' replies", bold=True))))
    for reply in gap.outline:
        source = opened(reply.ticket_id, (reply.ticket_id,), links)
        blocks.append(Quotation(reply.text, text(source, f" · {reply.agent or 'an agent'}")))
    return blocks
