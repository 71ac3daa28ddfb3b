from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from kb.types import Fault
from triage.clocks import (
    WEEKDAYS,
    BusinessCalendar,
    OpenHours,
    Policy,
    Promise,
    SlaTable,
    due_times,
    dump_sla_table,
    parse_sla_table,
)
from triage.errors import InvalidSettings
from triage.types import DueTimes

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = BusinessCalendar(zone="Europe/Berlin")
ALWAYS = dict.fromkeys(WEEKDAYS, (OpenHours(time(0), time(0)),))
FRIDAY = datetime(2026, 5, 22, 16, 30, tzinfo=BERLIN)


def berlin(month, day, hour, minute=0):
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


TABLE = SlaTable(
    calendar=OFFICE,
    team_calendars={"Night": BusinessCalendar(zone="Europe/Berlin", hours=ALWAYS)},
    policies=(
        Policy("high", first_reply=Promise(60), resolution=Promise(24 * 60, "calendar")),
        Policy("high", plan="Gold", first_reply=Promise(30)),
        Policy("high", channel="phone", first_reply=Promise(10)),
        Policy("high", team="Night", channel="phone", first_reply=Promise(5)),
    ),
)


def test_business_minutes_stop_over_the_weekend_and_calendar_minutes_do_not():
    assert due_times(FRIDAY, "high", TABLE) == DueTimes(berlin(5, 25, 9, 30), berlin(5, 23, 16, 30))


def test_due_times_are_utc():
    due = due_times(FRIDAY, "high", TABLE)
    assert (due.first_reply.tzinfo, due.resolution.tzinfo) == (UTC, UTC)


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="has no time zone"):
        due_times(datetime(2026, 5, 20), "low", SlaTable())  # noqa: DTZ001


def test_an_urgency_without_a_policy_is_promised_nothing():
    assert due_times(FRIDAY, "low", TABLE) == DueTimes()


@pytest.mark.parametrize(
    ("given", "first_reply"),
    [
        ({"plan": "gold "}, berlin(5, 22, 17)),
        ({"channel": "phone"}, berlin(5, 22, 16, 40)),
        ({"plan": "gold", "channel": "phone"}, berlin(5, 22, 17)),
        ({"plan": "gold", "channel": "phone", "team": "night"}, berlin(5, 22, 16, 35)),
        ({"team": "night"}, berlin(5, 22, 17, 30)),
        ({"plan": "silver"}, berlin(5, 25, 9, 30)),
    ],
)
def test_the_policy_with_most_conditions_holds_and_of_equals_the_plan(given, first_reply):
    assert due_times(FRIDAY, "high", TABLE, **given).first_reply == first_reply


def test_a_policy_holds_whole():
    assert due_times(FRIDAY, "high", TABLE, plan="Gold").resolution is None


def test_a_table_is_read_from_its_document():
    document = {
        "calendar": {
            "zone": "Europe/Berlin",
            "hours": {"monday": ["13:00-24:00", "09:00-12:00"]},
            "country": "DE",
            "region": "BY",
            "closed_on": ["2026-12-24"],
        },
        "policies": [
            {"urgency": "urgent", "plan": " Gold", "first_reply": {"minutes": 15, "clock": "calendar"}}
        ],
    }
    monday = (OpenHours(time(9), time(12)), OpenHours(time(13), time(0)))
    assert parse_sla_table(document) == SlaTable(
        (Policy("urgent", plan="Gold", first_reply=Promise(15, "calendar")),),
        BusinessCalendar("Europe/Berlin", {"monday": monday}, "DE", "BY", (date(2026, 12, 24),)),
    )


def test_an_empty_document_promises_nothing():
    assert parse_sla_table({}) == SlaTable()


def test_a_table_that_is_written_reads_back_the_same():
    assert parse_sla_table(dump_sla_table(TABLE)) == TABLE


def test_all_faults_are_listed_at_once():
    document = {
        "calendar": {
            "zone": "Europe",
            "country": "DE",
            "region": "XX",
            "hours": {
                "monday": ["9-5", "17:00-09:00", "25:00-26:00", 7],
                "tuesday": ["09:00-12:00", "11:00-13:00"],
            },
            "closed_on": ["1700000000", "2026-02-30", 20260504],
        },
        "team_calendars": {"Night": {"country": "QQ"}, "night": {"hours": {"sunday": []}}},
        "policies": [
            {"urgency": "low", "first_reply": {"minutes": 0}},
            {"urgency": "low", "channel": ""},
            {"urgency": "big", "resolve": 5},
        ],
    }
    with pytest.raises(InvalidSettings) as caught:
        parse_sla_table(document)
    places = {fault.where for fault in caught.value.faults}
    assert places == {
        "calendar.zone",
        "calendar.region",
        "calendar.hours.monday.0",
        "calendar.hours.monday.1",
        "calendar.hours.monday.2",
        "calendar.hours.monday.3",
        "calendar.hours.tuesday",
        "calendar.closed_on.0",
        "calendar.closed_on.1",
        "calendar.closed_on.2",
        "team_calendars.Night.country",
        "team_calendars.night.hours",
        "team_calendars",
        "policies.0.first_reply.minutes",
        "policies.1",
        "policies.2.urgency",
        "policies.2.resolve",
    }


def test_faults_say_what_to_do():
    document = {"calendar": {"region": "BY", "hours": {"monday": ["9-5"]}}, "polices": []}
    with pytest.raises(InvalidSettings) as caught:
        parse_sla_table(document)
    assert caught.value.faults == (
        Fault("calendar.hours.monday.0", "'9-5' are no hours; give them such as 09:00-17:30"),
        Fault("calendar.region", "the region 'BY' needs its country"),
        Fault("polices", "there is no such field"),
    )


@pytest.mark.parametrize(
    "document", [None, [], "x", 3, {"policies": {}}, {"calendar": []}, {"policies": [None]}, {1j}]
)
def test_a_document_of_another_shape_is_refused(document):
    with pytest.raises(InvalidSettings):
        parse_sla_table(document)
