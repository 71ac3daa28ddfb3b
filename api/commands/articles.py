"""``flask kb``: importing, searching, and looking after the indexes."""

from __future__ import annotations

import json
from pathlib import Path

import click

from api.commands.plain import PlainGroup, parts, progress, tell
from api.payloads import GapsQuery
from api.replies import hit_replies
from api.upkeep import find_gaps, gaps_csv
from kb.types import Health, ImportReport, Scope

EVERYWHERE = Scope()


@click.group("kb", cls=PlainGroup)
def knowledge() -> None:
    """The knowledge base."""


@knowledge.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--audience", default="public", show_default=True, help="Who may see articles that do not say so."
)
@click.option("--source", help="Name of the source; the folder's name where not given.")
@click.option("--base-url", default="", help="Address that the articles' own paths are relative to.")
def import_folder(path: Path, audience: str, source: str | None, base_url: str) -> None:
    """Import a folder or a file of articles; files that are gone since the last import are removed."""
    own = parts()
    with progress("articles") as advance:
        report = own.knowledge.import_path(
            path,
            source or path.resolve().stem,
            audience=audience,
            base_url=base_url,
            now=own.now(),
            progress=advance,
        )
    tell_report(report)


@knowledge.command()
@click.argument("question")
@click.option("--limit", type=click.IntRange(1, 50), default=8, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def search(question: str, limit: int, as_json: bool) -> None:
    """Search the articles."""
    hits = parts().knowledge.search(question, EVERYWHERE, limit=limit)
    if as_json:
        click.echo(json.dumps([hit.model_dump(mode="json") for hit in hit_replies(hits)], indent=2))
        return
    for hit in hits:
        place = " > ".join((hit.title, *hit.headings))
        click.echo(
            f"{hit.probability:4.0%}  {place}\n      {' '.join(hit.snippet.split())}\n      {hit.article_id}"
        )


@knowledge.command()
def rebuild() -> None:
    """Make the indexes anew, and the vectors too where another embedder is set than made them."""
    own = parts()
    with progress("passages") as advance:
        if own.knowledge.needs_reembedding():
            own.knowledge.reembed(advance)
        own.knowledge.rebuild(advance)
    tell("The indexes are new.")


@knowledge.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def check(context: click.Context, as_json: bool) -> None:
    """Compare the indexes with the database; fails where they differ."""
    health = parts().knowledge.check()
    click.echo(json.dumps(_health_values(health), indent=2) if as_json else _health_lines(health))
    if health.faults:
        tell("Make the indexes anew with: flask kb rebuild")
        context.exit(1)


@knowledge.command()
@click.option(
    "--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="How far back to look."
)
@click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True)
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
def gaps(days: int, limit: int, as_csv: bool) -> None:
    """List unanswered questions, grouped by meaning."""
    found = find_gaps(parts(), EVERYWHERE, GapsQuery(days=days, limit=limit))
    if as_csv:
        click.echo(gaps_csv(found), nl=False)
        return
    for gap in found:
        nearest = f" (nearest: {gap.nearest_title})" if gap.nearest_title else ""
        click.echo(f"{gap.count:5}  {gap.title}{nearest}")
    tell(f"{len(found)} gaps in the last {days} days.")


def tell_report(report: ImportReport) -> None:
    """Say what an import did."""
    for fault in report.skipped:
        tell(f"Left out {fault.where}: {fault.reason}")
    click.echo(
        f"{report.source}: {report.added} added, {report.updated} updated, {report.unchanged} unchanged, "
        f"{report.removed} removed, {len(report.skipped)} left out; {report.passages} passages written"
    )


def _health_values(health: Health) -> dict[str, object]:
    names = ("articles", "passages", "generation", "index_kind", "index_size", "lexical_size", "embedder")
    faults = [{"where": fault.where, "reason": fault.reason} for fault in health.faults]
    return {name: getattr(health, name) for name in names} | {"faults": faults}


def _health_lines(health: Health) -> str:
    values = {name: value for name, value in _health_values(health).items() if name != "faults"}
    lines = [f"{name.replace('_', ' '):14} {value}" for name, value in values.items()]
    lines += [f"fault          {fault.where}: {fault.reason}" for fault in health.faults]
    return "\n".join(lines)
