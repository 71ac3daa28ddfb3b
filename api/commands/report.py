"""``flask report`` and ``flask issues``: repeat issues, and the weekly report."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import cast

import click

from api.commands.plain import PlainGroup, parts, tell
from api.issue_replies import summary_reply
from api.report_delivery import send_report, sink_names
from api.reporting import keep, listed_issues, report_of, set_report_settings, shown_settings
from reports.render import FORMS, Form, render
from reports.types import Week


class WeekName(click.ParamType):  # type: ignore[type-arg]
    """An ISO week such as 2026-W12."""

    name = "week"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Week:
        """Read it."""
        try:
            return value if isinstance(value, Week) else Week.parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Day(click.ParamType):  # type: ignore[type-arg]
    """A day such as 2026-03-22."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read it."""
        try:
            return value if isinstance(value, date) else datetime.strptime(str(value), "%Y-%m-%d").date()  # noqa: DTZ007
        except ValueError:
            self.fail(f"{value!r} is no day; write it like 2026-03-22", param, ctx)


week_option = click.option(
    "--week", type=WeekName(), help="Such as 2026-W12; the last one that is over if left out."
)


@click.group("report", cls=PlainGroup)
def report() -> None:
    """The weekly report."""


@report.command()
@week_option
@click.option("--format", "form", type=click.Choice(FORMS), default="html", show_default=True)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="The file to write; else standard output."
)
@click.option("--as-of", type=Day(), help="As it was known at the end of this day.")
@click.option("--restated", is_flag=True, help="With what is known today.")
def weekly(week: Week | None, form: str, out: Path | None, as_of: date | None, restated: bool) -> None:
    """Write a week's report, as it was known when the week ended."""
    if as_of is not None and restated:
        raise click.UsageError("Give --as-of or --restated, not both.")
    own = parts()
    own.issues.regroup(own.now())
    made = report_of(own, week or own.issues.last_week(own.now()), as_of=as_of, restated=restated)
    if as_of is None and not restated:
        keep(own, made)
    rendered = render(made, cast(Form, form))
    if out is None:
        sys.stdout.buffer.write(rendered.content)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(rendered.content)
    tell(f"Written: {out}")


@report.command()
@click.option("--to", "sink", required=True, help="The name of a destination, or folder:PATH.")
@week_option
@click.option("--again", is_flag=True, help="Send it even where it was sent before.")
def send(sink: str, week: Week | None, again: bool) -> None:
    """Send a week's report; once to each destination."""
    own = parts()
    own.issues.regroup(own.now())
    chosen = week or own.issues.last_week(own.now())
    done = send_report(own, chosen, sink, again=again)
    if done.before:
        tell(f"{sink} has the report of {chosen} already; send it again with --again.")
    else:
        tell(f"The report of {chosen}: {done.note}.")


@report.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
def settings(file: Path | None) -> None:
    """Print when the report is made and where it goes; with a FILE of JSON, set that.

    Of the address of a webhook only the host is printed; left so in FILE, it stays as it is.
    """
    own = parts()
    if file is not None:
        set_report_settings(own, json.loads(file.read_text("utf-8")), "flask report settings")
    click.echo(json.dumps(shown_settings(own), indent=2, ensure_ascii=False))


@report.command()
def sinks() -> None:
    """List the destinations that are set."""
    for name in sink_names(parts()):
        click.echo(name)


@click.group("issues", cls=PlainGroup)
def issues() -> None:
    """Repeat issues."""


@issues.command()
def regroup() -> None:
    """Group the tickets of all weeks that ended since the last time."""
    own = parts()
    made = own.issues.regroup(own.now())
    if made is None:
        tell("No week has ended since the tickets were grouped.")
        return
    click.echo(
        f"{made.tickets} tickets, {made.grouped} of them in {made.issues} issues, as of {made.at:%Y-%m-%d}."
    )


@issues.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_issues(as_json: bool) -> None:
    """List the issues, the one with the latest ticket first."""
    found = listed_issues(parts())
    if as_json:
        click.echo(json.dumps([summary_reply(issue).model_dump(mode="json") for issue in found], indent=2))
        return
    for issue in found:
        click.echo(f"{issue.id}  {issue.state:9} {len(issue.tickets):5}  {issue.title}")
