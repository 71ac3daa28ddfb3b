"""``flask tickets``: importing tickets and accounts, and triaging those that wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import click

from api.commands.plain import PlainGroup, parts, progress, tell
from api.ticket_payloads import start_of
from api.triage_replies import triage_reply
from triage.reading import read_accounts, read_tickets
from triage.store import Stored, TicketFilter
from triage.types import RowFault, Ticket, Triage

IN_TURN = 1000  # tickets of an import that are stored at a time
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group(cls=PlainGroup)
def tickets() -> None:
    """Tickets and their triage."""


def _mapping(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in given]
    wrong = [column + sign + field for column, sign, field in pairs if not column or not field]
    if wrong:
        raise click.BadParameter(f"{', '.join(wrong)}: write COLUMN=FIELD, such as Text=body")
    return {column: field for column, _, field in pairs}


def _zone(context: click.Context, option: click.Parameter, given: str | None) -> ZoneInfo | None:
    if given is not None and given not in available_timezones():
        raise click.BadParameter(f"there is no time zone {given!r}; give one such as Europe/Helsinki")
    return None if given is None else ZoneInfo(given)


@tickets.command("import")
@click.argument("file", type=_FILE)
@click.option("--accounts", type=_FILE, help="A file of the customers' organisations, imported first.")
@click.option(
    "--map", "mapping", multiple=True, callback=_mapping, metavar="COLUMN=FIELD", help="Rename a column."
)
@click.option("--encoding", default="utf-8-sig", show_default=True, help="Encoding of the files.")
@click.option("--zone", callback=_zone, help="Time zone of moments that are written without an offset.")
def import_file(
    file: Path, accounts: Path | None, mapping: dict[str, str], encoding: str, zone: ZoneInfo | None
) -> None:
    """Import CSV, JSON Lines or mbox; the same file again changes nothing. The worker triages what is new.

    Rows that cannot be read are told with line and column, and the others are imported.
    """
    own = parts()
    if accounts is not None:
        read_of = read_accounts(accounts, encoding=encoding)
        tell_faults(accounts, read_of.faults)
        own.accounts.put_accounts(read_of.accounts, now=own.now())
        click.echo(f"{accounts.name}: {len(read_of.accounts)} accounts, {len(read_of.faults)} faults")
    read = read_tickets(file, mapping=mapping, encoding=encoding, default_zone=zone, now=own.now())
    tell_faults(file, read.faults)
    stored = _put(read.tickets)
    if stored.new or stored.updated:
        own.queue.enqueue("triage_tickets", {}, key="triage_tickets")
    click.echo(
        f"{file.name}: {len(stored.new)} new, {len(stored.updated)} updated, {len(stored.unchanged)} unchanged, "
        f"{len(read.faults)} faults"
    )


@tickets.command()
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="Triage anew all that came in since that day."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def triage(since: datetime | None, as_json: bool) -> None:
    """Triage the tickets that wait for it, or with --since those of the last days once more."""
    own = parts()
    start = None if since is None else start_of(since.date(), own.settings.time_zone)
    total = own.tickets.count(TicketFilter(triaged=None if since else False, created_from=start))
    done = 0
    with progress("tickets") as advance:
        for made in own.desk.triage_waiting(now=own.now(), since=start, again=since is not None):
            for one in made:
                click.echo(triage_reply(one).model_dump_json(by_alias=True) if as_json else _line(one))
            done += len(made)
            advance(done, max(total, done))
    tell(f"{done} tickets triaged.")


def tell_faults(file: Path, faults: Sequence[RowFault]) -> None:
    """Say what is wrong with the rows of a file."""
    for fault in faults:
        column = f", column {fault.column}" if fault.column else ""
        tell(f"{file.name}, line {fault.line}{column}: {fault.reason}")


def _put(read: Sequence[Ticket]) -> Stored:
    own = parts()
    stored = Stored()
    with progress("tickets") as advance:
        for start in range(0, len(read), IN_TURN):
            turn = own.desk.put(read[start : start + IN_TURN], now=own.now())
            stored = Stored(
                stored.new + turn.new, stored.updated + turn.updated, stored.unchanged + turn.unchanged
            )
            advance(min(start + IN_TURN, len(read)), len(read))
    return stored


def _line(made: Triage) -> str:
    if made.noise:
        return f"{made.ticket_id:20} no work: {made.noise}"
    if made.audited:
        return f"{made.ticket_id:20} blind sample: a person labels it first"
    topic = f"{made.topic.label or '-'} {made.topic.probability:.0%}{' set' if made.topic.accepted else ''}"
    urgency = made.urgency.label or "-"
    return f"{made.ticket_id:20} {topic:28} {urgency:8} {made.assignment.team} {made.assignment.assignee}".rstrip()
