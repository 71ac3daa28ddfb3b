"""``flask models``: which version of each trained model is served."""

from __future__ import annotations

import json

import click

from api.commands.plain import PlainGroup, parts, tell
from models.card import TASK_NAME
from models.errors import ModelNotFound
from models.registry import Registry


@click.group(cls=PlainGroup)
def models() -> None:
    """Trained models."""


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_models(as_json: bool) -> None:
    """List the versions of each task with their deciding figure; a star marks the one that is served."""
    registry = parts().registry
    rows = [row for task in _tasks(registry) for row in _rows(registry, task)]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        mark = "*" if row["current"] else " "
        click.echo(f"{mark} {row['task']:14} {row['version']:22} {row['metric']} {row['figure']:.4f}")


@models.command()
@click.argument("task")
@click.argument("version")
@click.option("--force", is_flag=True, help="Even where it is worse than the current one.")
def promote(task: str, version: str, force: bool) -> None:
    """Serve a version from now on, if it is no worse than the current one."""
    parts().registry.promote(task, version, force=force)
    tell(f"{task} {version} is current; running servers take it up when they start again.")


@models.command()
@click.argument("task")
def rollback(task: str) -> None:
    """Go back to the version that was served before."""
    version = parts().registry.rollback(task)
    tell(f"{task} {version} is current again; running servers take it up when they start again.")


def _tasks(registry: Registry) -> list[str]:
    folders = [folder for root in registry.roots if root.is_dir() for folder in root.iterdir()]
    names = {folder.name for folder in folders if folder.is_dir() and TASK_NAME.fullmatch(folder.name)}
    return sorted(name for name in names if registry.versions(name))


def _rows(registry: Registry, task: str) -> list[dict[str, object]]:
    try:
        current = registry.current(task)
    except ModelNotFound:
        current = ""
    cards = [registry.card(task, version) for version in registry.versions(task)]
    return [
        {
            "task": task,
            "version": card.version,
            "current": card.version == current,
            "metric": card.primary.metric,
            "figure": card.figure,
        }
        for card in cards
    ]
