"""The application over an empty folder, with an embedder that needs no weights."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result

from api.app import create_app
from api.config import Settings
from api.wiring import Parts

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
Run = Callable[[Sequence[str]], Result]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environment(
        {
            "POINTSMAN_DATA_DIR": str(tmp_path / "data"),
            "POINTSMAN_EMBEDDER": "hashing",
            "POINTSMAN_SECRET_KEY": "s" * 32,
        }
    )


@pytest.fixture
def prepared(settings: Settings, sqlite_template: Path) -> Settings:
    """The same, as ``flask init`` leaves it."""
    settings.data_dir.mkdir()
    shutil.copyfile(sqlite_template, settings.data_dir / "pointsman.db")
    return settings


@pytest.fixture
def flask(settings: Settings) -> Run:
    """Runs the words of a ``flask`` command as a new process would: with parts of its own."""

    def run(words: Sequence[str]) -> Result:
        app = create_app(parts=Parts(settings, now=lambda: NOW))
        return app.test_cli_runner().invoke(args=list(words[1:]))

    return run


@pytest.fixture
def help_centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the README imports, beside what its other commands write."""
    folder = tmp_path / "help-centre"
    folder.mkdir()
    (folder / "refunds.md").write_text(
        "# Refunds\n\nA refund reaches the card within five working days.\n", "utf-8"
    )
    (folder / "payouts.md").write_text("# Payouts\n\nThe money arrives on the seventh day.\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    return folder
