"""The first steps: database, weights, first key, and the demo company."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click

from api.commands.articles import tell_report
from api.commands.plain import PlainCommand, parts, progress, tell
from api.database import migrate
from api.openapi import VERSION, document
from api.sample_issues import group_sample_weeks
from api.sample_tickets import load_sample_tickets
from api.searching import weights_to_export
from api.wiring import Parts
from kb.embedder.export import export_int8, is_exported

SAMPLE = Path(__file__).parents[2] / "sample" / "help_center"
SAMPLE_SOURCE = "wrenfield"
SAMPLE_URL = "https://help.wrenfield.example"


@click.command(cls=PlainCommand)
def init() -> None:
    """Set up the database and the embedder, and make the first admin key (printed once)."""
    own = parts()
    prepare(own)
    if any(key.role == "admin" and key.revoked_at is None for key in own.keys.list_keys()):
        tell("There is an admin key already. Make another with: flask keys add NAME --role admin")
        return
    made = own.keys.add("First admin", "admin", None, "flask init", own.now())
    tell("The first admin key. It is shown this once, so keep it safe:")
    click.echo(made.secret)


@click.command(cls=PlainCommand)
def demo() -> None:
    """Load the help centre and the tickets of the demo company; doing it again changes nothing."""
    own = parts()
    prepare(own)
    with progress("articles") as advance:
        report = own.knowledge.import_path(
            SAMPLE, SAMPLE_SOURCE, audience="public", base_url=SAMPLE_URL, now=own.now(), progress=advance
        )
    tell_report(report)
    done = 0
    with progress("tickets") as advance:

        def catch_up(total: int = 0) -> None:
            nonlocal done
            for made in own.desk.triage_waiting(now=own.now()):
                done += len(made)
                advance(done, max(total, done))
            own.accounts.score(now=own.now())

        new = load_sample_tickets(own, catch_up)
        catch_up()
    click.echo(f"tickets: {new} added, {done} triaged")
    if new:
        tell("Grouping the tickets of all weeks into repeat issues; this takes half a minute ...")
        group_sample_weeks(own)
        click.echo(f"issues: {len(own.issues.issues())} found")


@click.command(cls=PlainCommand)
def openapi() -> None:
    """Print the OpenAPI document."""
    click.echo(json.dumps(document(VERSION), indent=2))


def prepare(own: Parts) -> None:
    """Bring the database up to date and export the embedder's weights, where that is to be done."""
    migrate(own.engine)
    for weights in weights_to_export(own.settings):
        if is_exported(own.settings.weights_dir / weights.name, weights):
            continue
        tell(f"Preparing the embedder {weights.name}; this is done once and takes a minute or two ...")
        started = time.monotonic()
        export_int8(weights, own.settings.weights_dir)
        tell(f"Prepared in {time.monotonic() - started:.0f} s.")
