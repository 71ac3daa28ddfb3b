"""``flask accounts``: importing accounts, scoring them, and who is at risk."""

from __future__ import annotations

import json
from pathlib import Path

import click

from api.account_shown import at_risk_reply
from api.commands.plain import PlainGroup, parts, progress, tell
from triage.account_values import ListedAccount
from triage.churn.list import Order
from triage.destinations import concealed
from triage.reading import read_accounts


@click.group("accounts", cls=PlainGroup)
def accounts() -> None:
    """Accounts and their risk of leaving."""


@accounts.command("import")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--map", "mapping", multiple=True, metavar="COLUMN=FIELD", help="A column of another name.")
@click.option("--encoding", default="utf-8-sig", show_default=True, help="Of the file.")
@click.pass_context
def import_file(context: click.Context, path: Path, mapping: tuple[str, ...], encoding: str) -> None:
    """Import accounts from CSV or JSON Lines; fails where rows had faults, and imports the others."""
    own = parts()
    reading = read_accounts(path, mapping=_renamed(mapping), encoding=encoding)
    for fault in reading.faults:
        column = f", {fault.column}" if fault.column else ""
        tell(f"Left out line {fault.line}{column}: {fault.reason}")
    stored = own.accounts.put_accounts(reading.accounts, now=own.now())
    click.echo(
        f"{len(stored.new)} added, {len(stored.updated)} updated, {len(stored.unchanged)} unchanged, "
        f"{len({fault.line for fault in reading.faults})} left out"
    )
    if reading.faults:
        context.exit(1)


@accounts.command()
def score() -> None:
    """Score all accounts now, raise flags, tell of worse bands, and note what became of earlier flags."""
    own = parts()
    with progress("accounts") as advance:
        done = own.accounts.score(now=own.now(), progress=advance)
    click.echo(
        f"{done.accounts} accounts, {done.with_risk} scored by their history; {done.flags} flags raised, "
        f"{done.moves} moved between bands, {done.told} told; outcomes noted for {done.outcomes} flags"
    )


@accounts.command("at-risk")
@click.option("--limit", type=click.IntRange(1, 100_000), help="How many; as the hours of outreach reach.")
@click.option("--by", type=click.Choice(["risk", "revenue", "to_save"]), default="risk", show_default=True)
@click.option("--min-revenue", type=click.FloatRange(min=0), default=0.0, help="A month, at least.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def at_risk(limit: int | None, by: Order, min_revenue: float, as_json: bool) -> None:
    """List the accounts that may leave, with the words and the history behind it."""
    own = parts()
    found = own.accounts.at_risk(now=own.now(), by=by, limit=limit, min_revenue=min_revenue)
    if as_json:
        click.echo(at_risk_reply(found, None).model_dump_json(indent=2))
        return
    if found.note:
        tell(found.note)
    for entry in found.entries:
        click.echo("\n".join(_lines(entry)))
    tell(f"{len(found.entries)} of {found.total} accounts; {found.set_aside} set aside.")


@accounts.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def destinations(as_json: bool) -> None:
    """List who is told when an account comes into a worse band; with the key that signs what a webhook is sent."""
    from api.account_delivery import signing_key
    from api.secret import session_secret

    own = parts()
    secret = session_secret(own.settings)
    rows = [
        {
            "name": one.name,
            "kind": one.kind,
            "to": ", ".join(one.recipients) or one.webhook,
            "key": signing_key(secret, one.name) if one.kind == "webhook" else "",
        }
        for one in map(concealed, own.accounts.settings().destinations)
    ]
    click.echo(json.dumps(rows, indent=2) if as_json else "\n".join("  ".join(row.values()) for row in rows))


def _renamed(mapping: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for given in mapping:
        column, mark, field = given.partition("=")
        if not mark:
            raise click.BadParameter(f"{given!r} is not COLUMN=FIELD")
        found[column.strip()] = field.strip()
    return found


def _lines(entry: ListedAccount) -> list[str]:
    named = entry.account.name if entry.account is not None and entry.account.name else entry.account_id
    risk = "" if entry.history is None else f"  risk {entry.history.risk:.0%} ({entry.history.band})"
    lines = [f"{entry.place:4}  {named}  words: {entry.words.band}{risk}"]
    for reason in (*entry.words.reasons[:2], *(() if entry.history is None else entry.history.reasons[:2])):
        quote = f' "{" ".join(reason.quote.split())}"' if reason.quote else ""
        lines.append(f"      {reason.text}{quote}")
    return lines
