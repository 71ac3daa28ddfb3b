"""Backups: one file that holds every table row by row, so that it restores into either database."""

from __future__ import annotations

from api.backup.manifest import Manifest
from api.backup.restoring import restore
from api.backup.saving import backup

__all__ = ["Manifest", "backup", "restore"]
