from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from triage.churn.ledger import (
    Crossing,
    Flag,
    Outcome,
    Response,
    Standing,
    answered,
    cross,
    is_withheld,
    summarise_week,
    week_of,
    with_outcomes,
)

AT = datetime(2026, 3, 18, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def flag(account_id="a", week="2026-W12", **facts):
    return Flag(f"{account_id}-{week}", account_id, week, AT, "history", "watch", 0.4, (), **facts)


def test_a_crossing_is_told_once_and_again_after_the_quiet_time():
    standing, told = Standing("a"), []
    for day, band in enumerate(["watch", "watch", "none", "watch", "at_risk", "none", "at_risk"]):
        standing, crossing = cross(standing, band, AT + day * DAY)
        told.append(crossing and crossing.after)
    assert told == ["watch", None, None, None, "at_risk", None, None]
    standing, _ = cross(standing, "none", AT + 7 * DAY)
    later = AT + 30 * DAY
    assert cross(standing, "watch", later)[1] == Crossing("a", "none", "watch", later)


def test_outcomes_come_when_their_day_has_come_or_the_account_left():
    known = with_outcomes(flag(), date(2026, 4, 30), AT + 45 * DAY)
    assert known.outcomes == (Outcome(30, False), Outcome(60, True), Outcome(90, True))
    assert with_outcomes(flag(), None, AT + 45 * DAY).outcomes == (Outcome(30, False),)
    assert (known.outcome(60), with_outcomes(flag(), None, AT).outcome(30)) == (True, None)


def test_a_departure_after_today_is_not_known_yet():
    assert with_outcomes(flag(), date(2026, 4, 1), AT).outcomes == ()


def test_responses_are_kept_once_and_a_snooze_ends():
    snooze = Response("snoozed", AT, "ana", until=AT + 7 * DAY)
    kept = answered(answered(flag(), snooze), snooze)
    assert kept.responses == (snooze,)
    assert (kept.snoozed(AT + DAY), kept.snoozed(AT + 7 * DAY), kept.acted_on) == (True, False, False)


def test_the_lot_is_the_same_each_time_and_keeps_its_share():
    drawn = [is_withheld(f"a{place}", "2026-W12", 0.2, "seed") for place in range(2000)]
    assert drawn == [is_withheld(f"a{place}", "2026-W12", 0.2, "seed") for place in range(2000)]
    assert 0.17 < sum(drawn) / 2000 < 0.23
    assert not is_withheld("a", "2026-W12", 0.0, "seed")


def test_a_week_counts_accounts_once_with_their_revenue():
    acted = (Response("acted", AT, "ana"),)
    flags = [
        flag("new", revenue=50.0),
        flag("saved", "2026-W10", revenue=70.0, responses=acted),
        flag("calm", "2026-W10", revenue=20.0),
        flag("lost", "2026-W09", revenue=10.0),
        flag("lost", "2026-W10", revenue=10.0),
        flag("hidden", revenue=999.0, withheld=True),
    ]
    found = summarise_week("2026-W12", flags, left=["lost"], calm=["saved", "calm"])
    assert (found.new, found.resolved, found.saved, found.lost) == ((1, 50), (2, 90), (1, 70), (1, 10))
    assert week_of(AT) == "2026-W12"
