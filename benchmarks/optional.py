"""Programs to compare with, that this one does without: measured where they are installed."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata

from benchmarks.tables import tell

REQUIREMENTS = "benchmarks/requirements-peers.txt"


def version_of(package: str) -> str | None:
    """The installed version of a package; None where it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def is_there(name: str, packages: Sequence[str]) -> bool:
    """Whether a peer's packages are all installed; where not, how to install them is said on stderr."""
    missing = [package for package in packages if version_of(package) is None]
    if missing:
        tell(f"{name} is not installed, so it is left out. To compare with it: pip install -r {REQUIREMENTS}")
    return not missing
