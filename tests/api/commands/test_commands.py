from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from api.app import create_app
from api.wiring import Parts
from tests.api.conftest import NOW

ROOT = Path(__file__).parents[3]


@pytest.fixture
def flask(settings):
    """Runs a command as a new process would: with parts of its own."""

    def run(*arguments: str):
        app = create_app(parts=Parts(settings, now=lambda: NOW))
        return app.test_cli_runner().invoke(args=list(arguments))

    return run


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "help"
    folder.mkdir()
    (folder / "refunds.md").write_text("# Refunds\n\nA refund takes five working days.\n", "utf-8")
    (folder / "payouts.md").write_text("# Payouts\n\nThe first payout takes seven days.\n", "utf-8")
    return folder


def test_init_prepares_an_empty_database_and_prints_one_key_once(settings, tmp_path):
    fresh = replace(
        settings, data_dir=tmp_path / "fresh", database_url=f"sqlite:///{tmp_path / 'fresh' / 'p.db'}"
    )
    runner = create_app(parts=Parts(fresh, now=lambda: NOW)).test_cli_runner()
    first = runner.invoke(args=["init"])
    assert (first.exit_code, len(first.stdout.splitlines())) == (0, 1)
    parts = Parts(fresh, now=lambda: NOW)
    assert parts.keys.find(first.stdout.strip(), NOW).role == "admin"
    parts.close()
    again = runner.invoke(args=["init"])
    assert (again.exit_code, again.stdout) == (0, "")


def test_a_folder_is_imported_and_importing_it_again_changes_nothing(flask, folder):
    first = flask("kb", "import", str(folder))
    assert first.stdout.startswith("help: 2 added, 0 updated, 0 unchanged, 0 removed, 0 left out;")
    assert flask("kb", "import", str(folder)).stdout.startswith("help: 0 added, 0 updated, 2 unchanged")


def test_a_folder_that_is_not_there_is_one_clear_line(flask, tmp_path):
    result = flask("kb", "import", str(tmp_path / "none"))
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ") and len(result.stderr.splitlines()) == 1
    assert "none" in result.stderr


def test_search_prints_json_for_machines(flask, folder):
    flask("kb", "import", str(folder))
    hits = json.loads(flask("kb", "search", "refund", "--json", "--limit", "1").stdout)
    assert [hit["article_id"] for hit in hits] == ["help:refunds.md"]
    assert "Refunds" in flask("kb", "search", "refund").stdout


def test_check_tells_that_the_indexes_hold_what_the_database_does(flask, folder):
    flask("kb", "import", str(folder))
    result = flask("kb", "check", "--json")
    health = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (health["articles"], health["passages"], health["index_size"], health["faults"]) == (2, 2, 2, [])


def test_rebuild_leaves_the_search_as_it_was(flask, folder):
    flask("kb", "import", str(folder))
    before = flask("kb", "search", "refund", "--json").stdout
    assert flask("kb", "rebuild").exit_code == 0
    assert flask("kb", "search", "refund", "--json").stdout == before


def test_gaps_print_csv(flask, folder, manager):
    manager.post("/api/v1/answers", json={"question": "zebra quantum volcano"})
    rows = list(csv.DictReader(io.StringIO(flask("kb", "gaps", "--csv").stdout)))
    assert [(row["title"], row["count"]) for row in rows] == [("zebra quantum volcano", "1")]


def test_keys_are_made_listed_and_revoked(flask, parts):
    secret = flask("keys", "add", "Web shop", "--role", "helpdesk").stdout.strip()
    key = parts.keys.find(secret, NOW)
    assert (key.name, key.role, key.audiences) == ("Web shop", "helpdesk", {"public"})
    assert json.loads(flask("keys", "list", "--json").stdout)[0]["audiences"] == ["public"]
    assert flask("keys", "revoke", key.id).exit_code == 0
    assert parts.keys.find(secret, NOW) is None
    assert flask("keys", "revoke", key.id).exit_code == 1


def test_a_key_may_have_audiences_of_its_own(flask, parts):
    secret = flask("keys", "add", "Partners", "--audience", "public", "--audience", "partners").stdout.strip()
    assert parts.keys.find(secret, NOW).audiences == {"public", "partners"}
    everything = flask("keys", "add", "Bot", "--role", "helpdesk", "--all-audiences").stdout.strip()
    assert parts.keys.find(everything, NOW).audiences is None


def test_a_backup_brings_everything_back(flask, folder, tmp_path):
    flask("kb", "import", str(folder))
    assert flask("backup", str(tmp_path / "b.tar.gz")).exit_code == 0
    (folder / "refunds.md").unlink()
    flask("kb", "import", str(folder))
    refused = flask("restore", str(tmp_path / "b.tar.gz"))
    assert refused.exit_code == 1 and "would overwrite" in refused.stderr
    assert flask("restore", str(tmp_path / "b.tar.gz"), "--force").exit_code == 0
    hits = json.loads(flask("kb", "search", "refund", "--json").stdout)
    assert hits[0]["article_id"] == "help:refunds.md"


def test_the_description_is_printed(flask):
    assert json.loads(flask("openapi").stdout)["openapi"] == "3.1.0"


def test_an_unknown_model_is_one_clear_line(flask):
    result = flask("models", "promote", "topic", "2026.01.01-00000000")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: There is no version")


def test_bad_settings_are_one_line_and_no_traceback():
    environment = os.environ | {"POINTSMAN_PORT": "eighty", "POINTSMAN_COLOUR": "red"}
    command = [sys.executable, "-m", "flask", "--app", "api.commands.program:create_app", "openapi"]
    result = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stdout == ""
    assert "POINTSMAN_PORT" in result.stderr and "POINTSMAN_COLOUR is not a setting" in result.stderr
    assert "Traceback" not in result.stderr


def test_serving_never_loads_torch():
    code = (
        "import sys, api.commands.program, api.commands.running, api.server, kb.service;"
        "print([name for name in ('torch', 'sentence_transformers', 'pandas') if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
