from __future__ import annotations

import json
import threading
import tomllib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import api
from api.reporting import keep, make_due_report, report_of, set_report_settings, settings_of, shown_settings
from kb.store import ArticleStore
from kb.types import Scope
from reports.store import IssueStore
from tests.api.conftest import COMPANY_NOW

HOOK = "https://hooks.example/services/T0/secret"


@pytest.fixture
def parts(company_parts):
    return company_parts


@pytest.fixture
def drive(parts, tmp_path):
    """Reports go to a folder."""
    set_report_settings(parts, _settings(("Drive", tmp_path / "drive")), "Aino")
    return tmp_path / "drive"


def _settings(*folders):
    return {"destinations": [{"name": name, "kind": "folder", "folder": str(path)} for name, path in folders]}


def last_week(parts):
    return parts.issues.last_week(parts.now())


def work(parts):
    parts.queue.run_worker(threading.Event(), until_empty=True)


def sent(parts):
    return {one.sink: (one.state, one.at) for one in IssueStore(parts.engine).deliveries()}


def test_the_report_is_made_and_delivered_when_its_moment_has_come(parts, drive):
    parts.now = lambda: COMPANY_NOW - timedelta(hours=2)
    assert make_due_report(parts) == ""
    parts.now = lambda: COMPANY_NOW
    assert make_due_report(parts) == str(last_week(parts))
    work(parts)
    assert [path.name for path in drive.iterdir()] == [str(last_week(parts))]


def test_a_report_that_somebody_wrote_before_is_delivered_as_well(parts, drive):
    keep(parts, report_of(parts, last_week(parts)))
    assert make_due_report(parts) == str(last_week(parts))
    work(parts)
    assert sent(parts) == {"Drive": ("done", COMPANY_NOW)}


def test_it_is_delivered_once_to_each_place(parts, drive, tmp_path):
    make_due_report(parts)
    work(parts)
    parts.now = lambda: COMPANY_NOW + timedelta(hours=1)
    assert make_due_report(parts) == ""
    set_report_settings(parts, _settings(("Drive", drive), ("Shelf", tmp_path / "shelf")), "Aino")
    assert make_due_report(parts) == str(last_week(parts))
    work(parts)
    assert {sink: at for sink, (_, at) in sent(parts).items()} == {
        "Drive": COMPANY_NOW,
        "Shelf": COMPANY_NOW + timedelta(hours=1),
    }


def test_a_delivery_that_failed_is_tried_again_by_its_own_job(parts, tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("a file where the folder should be")
    set_report_settings(parts, _settings(("Drive", taken)), "Aino")
    make_due_report(parts)
    work(parts)
    assert sent(parts)["Drive"][0] == "failed"
    assert make_due_report(parts) == ""
    waiting = [one for one in parts.queue.waiting(10) if one.name == "deliver_report"]
    assert [one.attempts for one in waiting] == [1]


def test_a_report_of_a_week_under_way_is_made_anew_once_the_week_is_over(parts, drive):
    week = last_week(parts)
    parts.now = lambda: COMPANY_NOW - timedelta(days=3)
    keep(parts, report_of(parts, week))
    parts.now = lambda: COMPANY_NOW
    make_due_report(parts)
    kept = IssueStore(parts.engine).snapshot(str(week))
    assert (kept.made_at, kept.as_of) == (COMPANY_NOW, COMPANY_NOW.replace(hour=0))


def test_the_addresses_of_webhooks_are_shown_in_part_and_stay_when_set_so(parts):
    hook = {"name": "Product", "kind": "slack", "webhook": HOOK}
    set_report_settings(parts, {"destinations": [hook], "company": "Wrenfield"}, "Aino")
    shown = shown_settings(parts)
    assert shown["destinations"][0]["webhook"] == "https://hooks.example/…"
    assert "secret" not in json.dumps(shown)
    set_report_settings(parts, shown | {"weekday": 2}, "Aino")
    assert settings_of(parts).destinations[0].webhook == HOOK
    assert settings_of(parts).weekday == 2


def test_the_report_names_the_company_and_the_program(parts):
    assert report_of(parts, last_week(parts)).company == ""
    set_report_settings(parts, {"company": "Wrenfield"}, "Aino")
    report = report_of(parts, last_week(parts))
    assert (report.company, report.footer.program) == ("Wrenfield", api.__version__)


def test_the_program_says_the_version_of_the_project():
    project = tomllib.loads((Path(api.__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
    assert api.__version__ == project["project"]["version"]


def test_tickets_that_the_knowledge_base_answered_are_counted(parts):
    def share():
        figures = report_of(parts, last_week(parts)).service
        return next(one for one in figures if one.name == "answered_from_knowledge")

    assert share().value is None
    then = COMPANY_NOW - timedelta(days=3)
    refused = parts.knowledge.answer("Where are my invoices?", Scope(), now=then, ticket_id="t0700")
    assert (refused.answered, share().value) == (False, 0.0)
    answered = replace(refused, id="found", answered=True, reason=None)
    ArticleStore(parts.engine).save_answer(answered, "agent", "t0701", None, then)
    assert share().value == pytest.approx(1 / 12)
