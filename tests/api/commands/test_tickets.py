from __future__ import annotations

import json

import pytest

from api.app import create_app
from api.wiring import Parts
from tests.api.conftest import NOW
from triage.store import TicketFilter

CSV = """nr,text,created_at,topic
1,Please refund my card payment,2026-05-01 10:00,payments
2,I cannot sign in,2026-05-03 10:00,login
3,,2026-05-03 10:00,login
4,My password is refused,yesterday,login
"""


@pytest.fixture
def flask(settings):
    """Runs a command as a new process would: with parts of its own."""

    def run(*arguments: str):
        app = create_app(parts=Parts(settings, now=lambda: NOW))
        return app.test_cli_runner().invoke(args=["tickets", *arguments])

    return run


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(CSV, "utf-8")
    return path


def imported(flask, file, *more):
    return flask(
        "import", str(file), "--map", "nr=id", "--map", "text=body", "--zone", "Europe/Helsinki", *more
    )


def test_a_file_is_imported_with_all_faults_of_its_rows_told(flask, file, parts):
    done = imported(flask, file)
    assert done.exit_code == 0
    assert done.stdout == "export.csv: 2 new, 0 updated, 0 unchanged, 2 faults\n"
    assert "line 4, column body" in done.stderr
    assert "line 5, column created_at" in done.stderr
    assert parts.tickets.get("1").ticket.created_at.isoformat() == "2026-05-01T07:00:00+00:00"
    assert [topic.name for topic in parts.tickets.topics()] == ["login", "payments"]


def test_the_same_file_again_changes_nothing(flask, file):
    imported(flask, file)
    assert imported(flask, file).stdout == "export.csv: 0 new, 0 updated, 2 unchanged, 2 faults\n"


def test_accounts_come_along(flask, file, tmp_path, parts):
    accounts = tmp_path / "accounts.csv"
    accounts.write_text("account_id,plan,seats\nA1,Gold,3\nA2,Gold,many\n", "utf-8")
    done = imported(flask, file, "--accounts", str(accounts))
    assert done.stdout.splitlines()[0] == "accounts.csv: 1 accounts, 1 faults"
    assert "column seats" in done.stderr
    assert parts.tickets.account("A1").plan == "Gold"


def test_the_worker_triages_what_was_imported(flask, file, parts):
    imported(flask, file)
    assert parts.queue.counts().waiting == 1
    parts.jobs["triage_tickets"].handler({})
    assert parts.tickets.count(TicketFilter(triaged=True)) == 2


def test_what_waits_is_triaged_at_the_terminal(flask, file):
    imported(flask, file)
    told = [json.loads(line) for line in flask("triage", "--json").stdout.splitlines()]
    assert sorted((one["ticket_id"], one["topic"]["label"]) for one in told) == [
        ("1", "payments"),
        ("2", "login"),
    ]
    assert flask("triage", "--json").stdout == ""
    again = flask("triage", "--since", "2026-05-02")
    assert again.stdout.split()[:2] == ["2", "login"]
    assert again.stderr.endswith("1 tickets triaged.\n")


def test_what_cannot_be_read_ends_with_one_line(flask, tmp_path, file):
    missing = flask("import", str(tmp_path / "nowhere.csv"))
    assert (missing.exit_code, len(missing.stderr.splitlines())) == (1, 1)
    assert flask("import", str(file), "--map", "nr").exit_code == 2
    assert flask("import", str(file), "--zone", "Mars/Olympus").exit_code == 2
    assert flask("import", str(file), "--map", "missing=body").exit_code == 1
