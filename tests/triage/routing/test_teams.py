from __future__ import annotations

from datetime import date

import pytest

from triage.clocks import BusinessCalendar
from triage.errors import InvalidSettings
from triage.routing import Away, Member, Team, dump_teams, parse_teams

FULL = (
    Team(
        "Billing",
        ("refund",),
        (
            Member(
                "Ana",
                5,
                ("de", "en"),
                ("refund",),
                BusinessCalendar(zone="Europe/Berlin", country="DE", region="BE"),
                (Away(date(2026, 5, 1), date(2026, 5, 9)),),
            ),
        ),
        ("email",),
        "Europe/Berlin",
    ),
)


def test_teams_that_are_written_read_back_the_same():
    assert parse_teams(dump_teams(FULL)) == FULL


def test_all_faults_of_teams_are_listed_at_once():
    document = {
        "teams": [
            {
                "name": "Billing",
                "topics": ["refund", "nonsense"],
                "members": [{"name": "Ana", "capacity": -1}],
            },
            {
                "name": "billing ",
                "zone": "Mars",
                "members": [
                    {"name": "Ben"},
                    {"name": "ben", "capacity": "3", "skills": ["juggling"]},
                    {
                        "name": "Cai",
                        "capacity": 1,
                        "away": [{"first": "2026-05-04", "last": "2026-05-01"}, {"first": "2026-02-30"}],
                        "working_hours": {"zone": "Mars"},
                    },
                ],
            },
        ],
    }
    with pytest.raises(InvalidSettings) as caught:
        parse_teams(document, topics=["Refund"])
    assert sorted(fault.where for fault in caught.value.faults) == [
        "teams.0.members.0.capacity",
        "teams.0.topics.1",
        "teams.1.members.0.capacity",
        "teams.1.members.1.capacity",
        "teams.1.members.1.name",
        "teams.1.members.1.skills.0",
        "teams.1.members.2.away.0.last",
        "teams.1.members.2.away.1.first",
        "teams.1.members.2.away.1.last",
        "teams.1.members.2.working_hours.zone",
        "teams.1.name",
        "teams.1.zone",
    ]


def test_topics_are_not_checked_where_none_are_given():
    assert parse_teams({"teams": [{"name": "A", "topics": ["x"]}]}) == (Team("A", ("x",)),)


@pytest.mark.parametrize("document", [None, [], {}, {"teams": {}}, {"teams": [None]}, {"teams": [], "x": 1}])
def test_a_document_of_another_shape_is_refused(document):
    with pytest.raises(InvalidSettings):
        parse_teams(document, topics=[])
