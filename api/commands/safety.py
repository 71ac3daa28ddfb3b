"""Backups."""

from __future__ import annotations

from pathlib import Path

import click

from api.backup import backup, restore
from api.commands.plain import PlainCommand, parts, tell


@click.command("backup", cls=PlainCommand)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup_file(file: Path) -> None:
    """Write everything to one file; the program may go on working meanwhile."""
    own = parts()
    backup(own.engine, own.settings.data_dir, file, own.now())
    tell(f"Written: {file} ({file.stat().st_size / 1e6:.1f} MB). Only its owner may read it.")


@click.command("restore", cls=PlainCommand)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Overwrite what the database holds.")
def restore_file(file: Path, force: bool) -> None:
    """Make the database what it was when the backup was written."""
    own = parts()
    manifest = restore(own.engine, own.settings.data_dir, file, own.now(), force=force)
    tell(f"Restored as of {manifest.created_at:%Y-%m-%d %H:%M} UTC. Indexes follow at the next start.")
