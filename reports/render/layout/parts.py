"""Pieces that several sections share: figures that open, trends of issues, revenue, plans."""

from __future__ import annotations

from collections.abc import Sequence

from reports.impact import PlanShare, Revenue
from reports.render.blocks import Run, Text, text
from reports.render.links import Links
from reports.render.wording import amount, money
from reports.report import IssueRow, Sentence, WeeklyReport
from reports.types import Figure
from reports.wording import counted


def opened(shown: str, tickets: Sequence[str], links: Links, *, bold: bool = False) -> Run:
    """Give words that lead to tickets."""
    return Run(shown, links.tickets(tickets), bold=bold)


def figure(one: Figure, links: Links, *, bold: bool = False) -> Run:
    """Give a figure's value, which leads to its tickets."""
    return opened(amount(one.value, one.unit), one.tickets, links, bold=bold)


def sentence(one: Sentence, report: WeeklyReport, links: Links) -> Text:
    """Give a sentence, the issue it speaks of and the way to its tickets."""
    space = " " if one.issue_id else ""
    about = Run(one.issue_id, anchor_of(one.issue_id, report))
    behind = opened(counted(len(one.tickets), "ticket"), one.tickets, links)
    if not one.tickets or not behind.href:
        return text(one.text, space, about)
    return text(one.text, space, about, " (", behind, ")")


def anchor_of(issue_id: str, report: WeeklyReport) -> str:
    """Give the place of an issue's page; empty where it has none."""
    return f"#{anchor(issue_id)}" if any(page.issue_id == issue_id for page in report.pages) else ""


def anchor(issue_id: str) -> str:
    """Give the name of the place of an issue's page."""
    return f"issue-{issue_id}"


def revenue(one: Revenue, links: Links) -> Text:
    """Say the monthly revenue of the accounts touched, and what of it is at risk."""
    risk = "" if one.at_risk is None else f", {money(one.at_risk, one.currency)} at risk"
    return text(opened(f"{money(one.monthly, one.currency)} a month", one.tickets, links), risk)


def plan(one: PlanShare, links: Links) -> Text:
    """Say how many accounts of a plan were touched."""
    name = one.plan or "no plan"
    return text(opened(f"{name}: {one.touched} of {one.active}", one.tickets, links))


def article(row: IssueRow) -> Run:
    """Name the article that answers an issue."""
    if row.article is None:
        return Run("no article", bold=True)
    return Run(row.article.title, row.article.url)
