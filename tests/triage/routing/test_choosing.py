from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from triage.clocks import BusinessCalendar
from triage.routing import Away, Member, Solved, Team, assign
from triage.types import Assignment

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)
ANA, BEN, CAI = Member("Ana", 10), Member("Ben", 10), Member("Cai", 10)
BILLING = Team("Billing", topics=("refund", "invoices"), members=(ANA, BEN, CAI))
PARENTS = {"refund": "money", "invoices": "money", "late fee": "invoices"}


def solved(person, count, *, topic="refund", language="en", hours=4.0):
    return Solved(person, topic, language, count, hours)


def chosen(
    *,
    topic="refund",
    urgency="normal",
    language="",
    channel="",
    teams=(BILLING,),
    history=(),
    load=None,
    now=NOON,
):
    return assign(topic, urgency, language, channel, teams, history, load or {}, now, parents=PARENTS)


def of(*members):
    return (replace(BILLING, members=members),)


def test_who_solved_most_of_such_tickets_takes_it_and_the_reason_is_a_sentence():
    history = [solved("Ben", 14), solved("Ana", 6), solved("Cai", 90, topic="login")]
    assert chosen(history=history, load={"Ben": 3}, language="en") == Assignment(
        "Billing",
        "Ben",
        "The topic 'refund' belongs to Billing. Ben solved 14 of the team's 20 tickets on 'refund', "
        "speaks en and has 3 of at most 10 tickets open.",
    )


def test_of_equal_records_the_faster_one_takes_it():
    history = [solved("Ana", 20, hours=9), solved("Cai", 20, hours=2)]
    assert chosen(history=history).assignee == "Cai"


def test_one_quick_ticket_does_not_outweigh_a_long_record():
    history = [solved("Ana", 20, hours=4), solved("Cai", 1, hours=0.1)]
    assert chosen(history=history).assignee == "Ana"


def test_a_little_more_history_is_no_reason_and_the_load_decides():
    history = [solved("Ana", 501), solved("Ben", 500)]
    assert chosen(history=history, load={"Ana": 2, "Ben": 1}).assignee == "Ben"


def test_without_history_the_fewest_open_tickets_decide_and_then_the_name():
    assert chosen(load={"Ana": 1, "Ben": 1}).assignee == "Cai"
    assert chosen().assignee == "Ana"


def test_a_skill_counts_for_some_history():
    skilled = replace(CAI, skills=("Refund",))
    assert chosen(teams=of(ANA, BEN, skilled)).assignee == "Cai"
    assert "has the skill 'refund'" in chosen(teams=of(ANA, BEN, skilled)).why
    assert chosen(teams=of(ANA, BEN, skilled), history=[solved("Ana", 40)]).assignee == "Ana"


def test_tickets_on_a_topic_nearby_count_less_than_on_the_topic():
    nearby = solved("Ana", 10, topic="invoices")
    assert chosen(history=[nearby]).assignee == "Ana"
    assert chosen(history=[nearby, solved("Ben", 8)]).assignee == "Ben"


def test_the_language_comes_before_the_record():
    german = replace(CAI, languages=("de",))
    history = [solved("Ana", 50)]
    assert chosen(teams=of(ANA, BEN, german), history=history, language="de-AT").assignee == "Cai"
    assert chosen(teams=of(ANA, BEN, german), history=history).assignee == "Ana"


def test_who_solved_tickets_in_a_language_speaks_it():
    history = [solved("Ana", 50), solved("Ben", 3, topic="login", language="pt-BR")]
    assert chosen(history=history, language="pt").assignee == "Ben"


def test_who_is_not_known_to_speak_it_comes_before_who_does_not():
    english = replace(ANA, languages=("en",))
    assert chosen(teams=of(english, BEN), history=[solved("Ana", 50)], language="fi").assignee == "Ben"
    alone = chosen(teams=of(english), language="fi")
    assert "Ana is free, though not known to speak fi" in alone.why


@pytest.mark.parametrize("load", [10, 11])
def test_nobody_is_taken_above_capacity(load):
    assert chosen(history=[solved("Ana", 50)], load={"Ana": load}).assignee == "Ben"


def test_nobody_who_is_away_is_taken():
    away = replace(ANA, away=(Away(date(2026, 5, 18), date(2026, 5, 20)),))
    history = [solved("Ana", 50)]
    assert chosen(teams=of(away, BEN), history=history).assignee == "Ben"
    assert chosen(teams=of(away, BEN), history=history, now=NOON.replace(day=21)).assignee == "Ana"


def test_the_day_off_is_the_day_where_the_member_works():
    hours = BusinessCalendar(zone="Pacific/Auckland")
    away = replace(ANA, working_hours=hours, away=(Away(date(2026, 5, 21), date(2026, 5, 21)),))
    assert chosen(teams=of(away, BEN), history=[solved("Ana", 50)], now=NOON).assignee == "Ben"


@pytest.mark.parametrize(
    ("urgency", "assignee"), [("low", "Ana"), ("normal", "Ana"), ("high", "Ben"), ("urgent", "Ben")]
)
def test_what_cannot_wait_goes_to_who_is_at_work(urgency, assignee):
    asleep = replace(ANA, working_hours=BusinessCalendar(zone="Pacific/Auckland"))
    history = [solved("Ana", 50)]
    assert chosen(teams=of(asleep, BEN), history=history, urgency=urgency).assignee == assignee


def test_what_cannot_wait_goes_to_who_sleeps_where_nobody_else_is_and_says_so():
    asleep = replace(ANA, working_hours=BusinessCalendar(zone="Pacific/Auckland"))
    found = chosen(teams=of(asleep), urgency="urgent")
    assert found.assignee == "Ana"
    assert found.why.endswith("Ana has 0 of at most 10 tickets open and is not at work now.")


def test_a_team_without_room_gets_the_ticket_and_nobody_in_it():
    away = replace(ANA, away=(Away(date(2026, 5, 20), date(2026, 5, 20)),))
    assert chosen(teams=of(away, BEN), load={"Ben": 10}) == Assignment(
        "Billing",
        "",
        "The topic 'refund' belongs to Billing. Nobody there has room: 1 away, "
        "1 with as many open tickets as allowed.",
    )


def test_a_team_without_members_says_so():
    assert chosen(teams=of()) == Assignment(
        "Billing", "", "The topic 'refund' belongs to Billing. It has no members."
    )


def test_a_topic_that_no_team_has_goes_where_the_wider_one_does():
    found = chosen(topic="late fee")
    assert found.team == "Billing"
    assert found.why.startswith("The topic 'invoices' belongs to Billing.")


def test_the_team_of_the_topic_comes_before_that_of_the_wider_one():
    assert chosen(teams=(Team("Accounts", topics=("money",), members=(BEN,)), BILLING)).team == "Billing"


def test_what_no_team_has_goes_to_the_team_without_topics():
    rest = Team("Front desk", members=(CAI,))
    assert chosen(topic="login", teams=(BILLING, rest)) == Assignment(
        "Front desk",
        "Cai",
        "No team has the topic 'login'; the rest goes to Front desk. Cai has 0 of at most 10 tickets open.",
    )
    assert chosen(topic="", teams=(BILLING, rest)).team == "Front desk"


def test_what_nobody_takes_stays_without_a_team():
    assert chosen(topic="login") == Assignment(
        why="No team has the topic 'login', and no team takes the rest."
    )


def test_of_two_teams_one_with_room_takes_it_and_rather_the_one_for_the_channel():
    phones = Team("Phones", topics=("refund",), members=(CAI,), channels=("phone",))
    both = (BILLING, phones)
    assert chosen(teams=both, channel="Phone").team == "Phones"
    assert chosen(teams=both).team == "Billing"
    assert chosen(teams=both, load={"Ana": 10, "Ben": 10, "Cai": 9}).assignee == "Cai"
    assert chosen(teams=both, channel="phone", load={"Cai": 10}).assignee == "Ana"
    full = (replace(BILLING, members=(ANA,)), phones)
    assert chosen(teams=full, load={"Ana": 10}).team == "Phones"


def test_the_order_of_teams_members_and_history_does_not_matter():
    history = [
        solved(name, count, hours=count) for name, count in (("Ana", 3), ("Ben", 3), ("Cai", 4), ("Ana", 2))
    ]
    phones = Team("Phones", topics=("refund",), members=(CAI, ANA))
    expected = chosen(teams=(BILLING, phones), history=history)
    shuffle = random.Random(5)
    for _ in range(20):
        shuffle.shuffle(history)
        members = shuffle.sample(BILLING.members, 3)
        teams = shuffle.sample([replace(BILLING, members=tuple(members)), phones], 2)
        assert chosen(teams=teams, history=history) == expected


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="has no time zone"):
        chosen(now=datetime(2026, 5, 20))  # noqa: DTZ001
