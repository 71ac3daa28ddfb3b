"""``flask models``: which version of each trained model is served."""

from __future__ import annotations

import json

import click

from api.commands.plain import PlainGroup, parts, tell
from api.retraining import COMMANDS, NotTrainable, retrain
from api.triaging import MODELS
from models.card import TASK_NAME
from models.errors import ModelNotFound
from models.registry import Registry

_OUTCOME = {"promoted": "It is served from now on.", "kept": "It is kept aside, because it is worse."}


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
@click.argument("task", type=click.Choice(list(COMMANDS)))
def train(task: str) -> None:
    """Learn a task from the tickets that people labelled and corrected; serve it if it is no worse."""
    own = parts()
    try:
        done = retrain(own, task, "flask models train", tell)
    except NotTrainable as error:
        raise click.ClickException(str(error)) from None
    if done.state == "failed":
        raise click.ClickException(f"It was not trained. {done.step}")
    click.echo(
        f"{MODELS[task]} {done.version} learnt from {done.tickets} tickets. {_OUTCOME[done.state]} {done.step}".strip()
    )


@models.command()
@click.argument("task")
@click.argument("version")
@click.option("--force", is_flag=True, help="Even where it is worse than the current one.")
def promote(task: str, version: str, force: bool) -> None:
    """Serve a version from now on, if it is no worse than the current one."""
    parts().registry.promote(task, version, force=force)
    tell(f"{task} {version} is current; running servers take it up within seconds.")


@models.command()
@click.argument("task")
def rollback(task: str) -> None:
    """Go back to the version that was served before."""
    version = parts().registry.rollback(task)
    tell(f"{task} {version} is current again; running servers take it up within seconds.")


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
