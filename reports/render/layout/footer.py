"""What the report rests on, so that it can be made again."""

from __future__ import annotations

from reports.render.blocks import Block, Bullets, Heading, Run, text
from reports.render.canonical import digest_of
from reports.render.links import Links
from reports.render.wording import local
from reports.report import WeeklyReport
from reports.wording import counted


def footer(report: WeeklyReport, links: Links) -> list[Block]:
    """The data window, the models, the settings and the digest."""
    foot, window = report.footer, report.window
    items = [
        text(
            f"Tickets created from {local(window.begin, report.zone)} to {local(window.end, report.zone)}"
            f" ({report.zone}), as known on {local(window.as_of, report.zone)}."
        ),
        text(
            f"Read: {counted(foot.tickets, 'ticket')}{_range(report)} and {counted(foot.accounts, 'account')}."
        ),
    ]
    if foot.models:
        models = "; ".join(f"{one.task} {one.version}" for one in foot.models)
        items.append(text(f"Models: {models}."))
    items += [text(setting) for setting in foot.settings]
    if foot.program:
        items.append(text(f"Made by Pointsman {foot.program}."))
    items.append(text("Digest (sha256 of the data of this report): ", Run(digest_of(report))))
    address = links.report()
    if address.startswith("http"):
        items.append(text(Run("This report as a page", address)))
    return [Heading("What this report rests on", 2, "rests-on"), Bullets(tuple(items))]


def _range(report: WeeklyReport) -> str:
    first, last = report.footer.first_ticket, report.footer.last_ticket
    if first is None or last is None:
        return ""
    return f", the first of {local(first, report.zone)}, the last of {local(last, report.zone)},"
