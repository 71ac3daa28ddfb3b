from __future__ import annotations

import pytest

from triage.team import SLA, TEAMS

DOCUMENT = {
    "teams": [
        {
            "name": "Money",
            "topics": ["payments"],
            "zone": "Europe/Berlin",
            "members": [
                {"name": "Ann", "capacity": 5, "working_hours": {"hours": {"monday": ["09:00-12:00"]}}},
                {"name": "Ben", "capacity": 3, "away": [{"first": "2026-05-04", "last": "2026-05-08"}]},
            ],
        }
    ]
}
MEMBERS = {
    "t0-name": ["Ann", "", "Nora"],
    "t0-capacity": ["7", "", "4"],
    "t0-languages": ["en, de", "", "fi"],
    "t0-skills": ["payments", "", ""],
    "t0-away": ["2026-06-01 to 2026-06-03, 2026-06-20", "", ""],
}
TEAM = {"place": "t0", "t0-team": "Money", "t0-topics": "payments, invoices", "t0-zone": "Europe/Berlin"}


@pytest.fixture
def money(parts, topics) -> None:
    parts.desk.set_teams(DOCUMENT, 0, "setup", parts.now())


def test_people_are_changed_added_and_taken_out_and_what_is_not_shown_is_kept(mia, parts, money):
    page = mia.send("/teams", {"version": "1"} | TEAM | MEMBERS)
    assert "Saved." in page
    (team,) = parts.desk.setting(TEAMS).document["teams"]
    ann, nora = team["members"]
    assert (team["topics"], [ann["name"], nora["name"]]) == (["payments", "invoices"], ["Ann", "Nora"])
    assert (ann["capacity"], ann["languages"]) == (7, ["en", "de"])
    assert ann["away"] == [
        {"first": "2026-06-01", "last": "2026-06-03"},
        {"first": "2026-06-20", "last": "2026-06-20"},
    ]
    assert ann["working_hours"]["hours"] == {"monday": ["09:00-12:00"]}
    assert 'value="2026-06-01 to 2026-06-03, 2026-06-20"' in page
    assert "<td>Mia</td><td>Money changed</td>" in page


def test_all_faults_are_told_by_name_and_what_was_written_stays(mia, parts, money):
    wrong = {"t0-zone": "Mars/Base", "t0-topics": "ghosts", "t0-capacity": ["many", "", "4"]}
    page = mia.send("/teams", {"version": "1"} | TEAM | MEMBERS | wrong, 422)
    assert "<b>Money: Ann: capacity</b> give a whole number" in page
    assert "<b>Money: zone</b> there is no time zone" in page
    assert "<b>Money: topics 1</b> there is no topic" in page
    assert 'value="Mars/Base"' in page
    assert parts.desk.setting(TEAMS).version == 1


def test_what_a_colleague_changed_meanwhile_is_not_overwritten(mia, parts, money):
    parts.desk.set_teams(DOCUMENT, 1, "Ben", parts.now())
    assert "Not saved" in mia.send("/teams", {"version": "1"} | TEAM | MEMBERS, 409)
    assert parts.desk.setting(TEAMS).changed_by == "Ben"


def test_a_team_is_removed_by_its_box(mia, parts, money):
    mia.send("/teams", {"version": "1", "t0-remove": "1"} | TEAM | MEMBERS)
    assert parts.desk.setting(TEAMS).document == {"teams": []}


HOUSE = {
    "version": "0",
    "house-zone": "Europe/Berlin",
    "house-country": "de",
    "house-region": "BE",
    "house-monday": "09:00-12:00, 13:00-17:00",
    "house-friday": "09:00-15:00",
    "house-closed_on": "2026-12-24",
    "urgency": ["high", "", "low"],
    "plan": ["Gold", "", ""],
    "team": ["", "", ""],
    "channel": ["", "", "phone"],
    "first_reply": ["30 min", "", "8 h"],
    "first_reply_clock": ["calendar", "business", "business"],
    "resolution": ["", "", "2 h"],
    "resolution_clock": ["business", "business", "business"],
}


def test_promises_and_hours_are_set_with_holidays_and_teams_of_other_hours(mia, parts, money):
    other = {"place": "new", "new-team": "Money", "new-zone": "Asia/Tokyo", "new-tuesday": "10:00-18:00"}
    page = mia.send("/sla", HOUSE | other)
    table = parts.desk.setting(SLA).document
    high, low = table["policies"]
    assert (high["urgency"], high["plan"], high["resolution"]) == ("high", "Gold", None)
    assert high["first_reply"] == {"minutes": 30, "clock": "calendar"}
    assert (low["channel"], low["first_reply"]["minutes"], low["resolution"]["minutes"]) == (
        "phone",
        480,
        120,
    )
    assert (table["calendar"]["country"], table["calendar"]["region"]) == ("DE", "BE")
    assert table["calendar"]["hours"] == {
        "monday": ["09:00-12:00", "13:00-17:00"],
        "friday": ["09:00-15:00"],
    }
    assert table["team_calendars"]["Money"]["zone"] == "Asia/Tokyo"
    assert 'value="30 min"' in page
    assert 'value="8 h"' in page
    assert "Promises, Business hours, Hours of teams" in page


def test_faults_of_promises_and_hours_are_told_at_once(mia, parts):
    wrong = {"house-monday": "9 to 5", "house-country": "XX", "first_reply": ["soon", "", "8 h"]}
    page = mia.send("/sla", HOUSE | wrong, 422)
    assert "are no hours; give them such as 09:00-17:30" in page
    assert "no holidays are known for the country" in page
    assert "<b>policies 1: first reply: minutes</b> give a whole number" in page
    assert parts.desk.setting(SLA).version == 0


@pytest.mark.parametrize("path", ["/teams", "/sla"])
def test_agents_do_not_decide_these(ann, path):
    ann.see(path, 403)
