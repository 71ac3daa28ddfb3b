from __future__ import annotations

from datetime import timedelta

import pytest

from api.work import job_table
from reports.store import IssueStore
from tests.api.conftest import COMPANY_NOW as NOW

WEEK = "2026-W09"


@pytest.fixture
def parts(company_parts):
    return company_parts


@pytest.fixture
def export(parts):
    return next(issue for issue in parts.issues.issues() if "t0000" in issue.tickets)


@pytest.fixture
def login(parts):
    return next(issue for issue in parts.issues.issues() if "t0002" in issue.tickets)


def test_issues_are_listed_page_by_page(manager, parts):
    ids, cursor = [], ""
    while cursor is not None:
        page = manager.get(f"/api/v1/issues?limit=2&cursor={cursor}").get_json()
        ids += [one["id"] for one in page["items"]]
        cursor = page["next"]
    assert sorted(ids) == sorted(issue.id for issue in parts.issues.issues())


def test_an_issue_is_given_with_its_life(agent, export):
    given = agent.get(f"/api/v1/issues/{export.id}").get_json()
    assert given["tickets"] == list(export.tickets)
    assert given["states"][0]["state"] == "new"
    assert given["lineage"][0]["kind"] == "born"
    assert given["weekly"][WEEK] == 2
    assert agent.get("/api/v1/issues/I-0999").status_code == 404


def test_persons_rename_fix_and_dismiss(manager, agent, export):
    path = f"/api/v1/issues/{export.id}"
    given = manager.patch(path, json={"title": "Export stops", "kind": "defect"}).get_json()
    assert (given["title"], given["titled_by"], given["kind"]) == ("Export stops", "The manager", "defect")
    given = manager.patch(
        path, json={"state": "fixed", "fixed_on": "2026-03-01", "fixed_in": "4.2"}
    ).get_json()
    assert (given["state"], given["fixed_on"], given["fixed_in"]) == ("fixed", "2026-03-01", "4.2")
    assert manager.patch(path, json={"state": "dismissed"}).get_json()["state"] == "dismissed"
    assert manager.patch(path, json={"state": "open"}).get_json()["state"] == "steady"
    assert manager.patch(path, json={}).status_code == 422
    assert manager.patch(path, json={"state": "fixed"}).status_code == 422
    assert agent.patch(path, json={"title": "x"}).status_code == 403


def test_issues_are_merged_and_split(manager, export, login):
    fresh = manager.post(f"/api/v1/issues/{export.id}/split", json={"tickets": ["t0000"]})
    assert fresh.status_code == 201
    assert fresh.get_json()["tickets"] == ["t0000"]
    merged = manager.post(f"/api/v1/issues/{export.id}/merge", json={"other": login.id}).get_json()
    assert set(login.tickets) <= set(merged["tickets"])
    problem = manager.post(f"/api/v1/issues/{export.id}/merge", json={"other": export.id})
    assert problem.status_code == 422
    assert problem.get_json(force=True)["errors"][0]["field"] == "other"


def test_tickets_are_moved_all_or_none(manager, parts, export):
    moved = manager.post(f"/api/v1/issues/{export.id}/tickets", json={"tickets": ["t0004"]}).get_json()
    assert "t0004" in moved["tickets"]
    unknown = manager.post(f"/api/v1/issues/{export.id}/tickets", json={"tickets": ["t0005", "nowhere"]})
    assert unknown.status_code == 422
    assert "t0005" not in parts.issues.issue(export.id).tickets


@pytest.mark.parametrize(
    ("form", "media", "start"),
    [
        ("json", "application/json", b"{"),
        ("md", "text/markdown", b"#"),
        ("html", "text/html", b"<!doctype html>"),
        ("csv", "application/zip", b"PK"),
        ("pdf", "application/pdf", b"%PDF"),
    ],
)
def test_the_report_comes_in_the_form_that_the_ending_or_accept_asks_for(manager, parts, form, media, start):
    by_ending = manager.get(f"/api/v1/reports/weekly/{WEEK}.{form}")
    by_accept = manager.get(f"/api/v1/reports/weekly/{WEEK}", headers={"Accept": media})
    assert by_ending.mimetype == by_accept.mimetype == media
    assert by_ending.data.lower().startswith(start.lower())
    assert by_ending.data == by_accept.data


def test_a_week_is_restated_or_as_of_a_day(manager, parts):
    path = f"/api/v1/reports/weekly/{WEEK}.json"
    restated = manager.get(f"{path}?restated=1").get_json()
    assert restated["window"]["restated"]
    assert [one["task"] for one in restated["footer"]["models"]] == ["urgency", "churn_words"]
    assert manager.get(f"{path}?as_of=2026-02-24").status_code == 200
    assert manager.get(f"{path}?as_of=2026-01-01").status_code == 404
    assert manager.get("/api/v1/reports/weekly/2026-W60").status_code == 422
    assert manager.get(f"/api/v1/reports/weekly/{WEEK}.doc").status_code == 422


def test_the_job_makes_the_report_once_and_sends_it_to_each_destination(parts, tmp_path):
    jobs = job_table(parts)
    place = {"name": "Drive", "kind": "folder", "folder": str(tmp_path / "drive")}
    parts.tickets.put_setting(
        "reports", {"weekday": 0, "at": "07:00", "destinations": [place]}, 0, "Aino", NOW
    )
    jobs["make_report"].handler({})
    jobs["make_report"].handler({})
    assert [job.name for job in parts.queue.waiting(10)].count("deliver_report") == 1
    jobs["deliver_report"].handler({"week": WEEK, "sink": "Drive"})
    jobs["deliver_report"].handler({"week": WEEK, "sink": "Drive"})
    (delivery,) = IssueStore(parts.engine).deliveries()
    assert (delivery.week, delivery.state) == (WEEK, "done")
    assert (tmp_path / "drive" / WEEK / f"weekly-{WEEK}.json").is_file()


def test_before_its_hour_no_report_is_made(parts):
    parts.now = lambda: NOW - timedelta(hours=2)
    job_table(parts)["make_report"].handler({})
    assert IssueStore(parts.engine).snapshots() == ()
