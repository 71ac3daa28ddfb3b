"""Errors of the database and its backups.

DatabaseError
├── DatabaseUnusable     the address is not one of a supported database, or its server is too old
├── SchemaTooNew         a newer release has written the database
└── BackupError
    ├── BackupUnreadable   the file is missing, is no backup, or is damaged
    ├── BackupTooNew       a newer release has written the backup
    ├── DatabaseNotEmpty   restoring would overwrite what is there
    └── DatabaseInUse      another process has the database open
"""

from __future__ import annotations


class DatabaseError(Exception):
    """Anything the database refuses or cannot do."""


class DatabaseUnusable(DatabaseError):
    """The address is not one of a supported database, or its server is too old."""


class SchemaTooNew(DatabaseError):
    """A newer release of the program has migrated the database; this one would misread it."""


class BackupError(DatabaseError):
    """A backup that cannot be written or restored."""


class BackupUnreadable(BackupError):
    """The file is missing, is no backup, or is not as it was written."""


class BackupTooNew(BackupError):
    """The backup is of a newer release of the program."""


class DatabaseNotEmpty(BackupError):
    """Restoring would overwrite what the database holds."""


class DatabaseInUse(BackupError):
    """Another process has the database open, so its file cannot be exchanged."""
