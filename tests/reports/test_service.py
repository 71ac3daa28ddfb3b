from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from api.database import make_engine
from reports.errors import InvalidIssueChange, IssueNotFound, NothingToReport
from reports.render import render
from reports.service import IssueDesk
from reports.store import IssueStore
from reports.types import Week
from tests.reports.company import EXPORT, MONDAY, WEEKS, Subjects, accounts, tickets
from triage.store import TicketStore
from triage.types import Correction, Ticket

NOW = MONDAY + timedelta(weeks=WEEKS, hours=6)
LAST = Week(2026, 9)
EMBEDDER = Subjects()


@pytest.fixture(scope="module")
def prepared(sqlite_template, tmp_path_factory):
    """Two SQLite files: the company's tickets, and the same with its weeks grouped."""
    folder = tmp_path_factory.mktemp("company")
    filled, grouped = folder / "filled.db", folder / "grouped.db"
    shutil.copyfile(sqlite_template, filled)
    with opened(filled) as engine:
        fill(engine)
    shutil.copyfile(filled, grouped)
    with opened(grouped) as engine:
        desk_over(engine).regroup(NOW)
    return filled, grouped


@pytest.fixture
def store(engine, request):
    if engine.dialect.name == "sqlite":
        put_in_place(request.getfixturevalue("prepared")[0], engine)
    else:
        fill(engine)
    return TicketStore(engine)


@pytest.fixture
def desk(engine, store):
    return desk_over(engine)


@pytest.fixture
def grouped(engine, desk, request):
    if engine.dialect.name == "sqlite":
        put_in_place(request.getfixturevalue("prepared")[1], engine)
    else:
        desk.regroup(NOW)
    return desk


@contextmanager
def opened(path):
    engine = make_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


def put_in_place(file, engine):
    engine.dispose()
    shutil.copyfile(file, engine.url.database)


def fill(engine):
    store = TicketStore(engine)
    store.upsert(tickets(), NOW)
    store.put_accounts(accounts(), NOW)


def desk_over(engine):
    return IssueDesk(IssueStore(engine), TicketStore(engine), lambda: EMBEDDER, ZoneInfo("UTC"))


def export_of(desk, as_of=None):
    return next(issue for issue in desk.issues(as_of) if "t0000" in issue.tickets)


def login_of(desk):
    return next(issue for issue in desk.issues() if "t0002" in issue.tickets)


def of_export(weeks=WEEKS):
    return {f"t{week:02}0{place}" for week in range(weeks) for place in (0, 1)}


def test_tickets_that_repeat_become_issues_and_others_do_not(grouped):
    export, login = export_of(grouped), login_of(grouped)
    assert set(export.tickets) == of_export()
    assert {f"t{week:02}0{place}" for week in range(WEEKS) for place in (2, 3)} <= set(login.tickets)
    assert "export" in export.title


def test_weeks_that_ended_are_gone_through_one_by_one_and_once(desk):
    made = desk.regroup(NOW)
    assert made.at == MONDAY + timedelta(weeks=WEEKS)
    assert desk.regroup(NOW) is None
    export = export_of(desk)
    assert export.lineage[0].at <= MONDAY + timedelta(weeks=2)
    assert export.states[0].state == "new"
    assert export.weekly == {str(Week(2026, number)): 2 for number in range(2, 10)}


def test_an_issue_keeps_its_id_when_tickets_come_later(desk, store):
    desk.regroup(MONDAY + timedelta(weeks=4))
    before = export_of(desk)
    desk.regroup(NOW)
    assert export_of(desk).id == before.id


def test_a_past_moment_has_the_issues_of_then(grouped):
    then = export_of(grouped, MONDAY + timedelta(weeks=4))
    assert set(then.tickets) == of_export(4)


def test_a_new_ticket_joins_an_open_issue_and_another_none(grouped):
    export = export_of(grouped)
    like, unlike = EMBEDDER.encode([EXPORT[0], "Penguins sing in the green cellar."])
    assert grouped.issue_of(like, Ticket("new", body=EXPORT[0], created_at=NOW)) == export.id
    assert grouped.issue_of(unlike, Ticket("new", body="Penguins", created_at=NOW)) == ""
    assert grouped.issue_of(like, Ticket("t0002", created_at=NOW)) == login_of(grouped).id


def test_before_anything_is_grouped_a_ticket_joins_nothing(desk):
    assert desk.issue_of(np.ones(64, np.float32) / 8, Ticket("new", created_at=NOW)) == ""


def test_a_ticket_that_joined_is_counted_at_once(grouped, store):
    export = export_of(grouped)
    store.upsert([Ticket("new", body=EXPORT[0], created_at=NOW)], NOW)
    grouped.join("new", export.id, NOW)
    grouped.join("new", login_of(grouped).id, NOW)
    assert grouped.issue(export.id).tickets[-1] == "new"


def test_what_persons_decide_stays_when_weeks_are_grouped_again(grouped, store):
    export = export_of(grouped)
    fresh = grouped.split(export.id, ["t0000", "t0100"], "Aino", NOW)
    grouped.rename(fresh, "Export of the first weeks", "Aino", NOW)
    grouped.move("t0004", export.id, "Aino", NOW)
    later = [
        replace(one, id=f"l{one.id}", created_at=one.created_at + timedelta(weeks=WEEKS))
        for one in tickets(1)
    ]
    store.upsert(later, NOW)
    grouped.regroup(NOW + timedelta(weeks=1))
    assert {"t0000", "t0100"} <= set(grouped.issue(fresh).tickets)
    assert "t0004" in grouped.issue(export.id).tickets
    assert grouped.issue(fresh).title == "Export of the first weeks"
    assert grouped.issue(fresh).titled_by == "Aino"
    assert grouped.issue(fresh).lineage[0].others == (export.id,)


def test_a_correction_elsewhere_moves_a_ticket_when_the_week_is_grouped(grouped, store):
    export = export_of(grouped)
    store.correct([Correction("t0004", NOW, "Aino", issue_id=export.id)])
    store.upsert([Ticket("late", body=EXPORT[1], created_at=NOW)], NOW)
    grouped.regroup(NOW + timedelta(weeks=1))
    assert "t0004" in grouped.issue(export.id).tickets


def test_a_merged_issue_leads_to_the_one_that_took_it_up(grouped):
    export, login = export_of(grouped), login_of(grouped)
    grouped.merge(export.id, login.id, "Aino", NOW)
    assert grouped.issue(login.id).id == export.id
    assert set(grouped.issue(export.id).tickets) >= {*export.tickets, *login.tickets}


def test_no_issue_and_back(grouped):
    export = export_of(grouped)
    grouped.dismiss(export.id, "Aino", NOW)
    assert grouped.issue(export.id).state == "dismissed"
    assert export.id not in [row.id for row in grouped.report(LAST, now=NOW, restated=True).issues]
    grouped.reopen(export.id, "Aino", NOW)
    assert grouped.issue(export.id).state == "steady"


def test_a_fix_is_said_with_its_day_and_version(grouped):
    export = export_of(grouped)
    grouped.fixed(export.id, date(2026, 3, 1), "4.2", "Aino", NOW)
    found = grouped.issue(export.id)
    assert (found.state, found.fixed_on, found.fixed_in) == ("fixed", date(2026, 3, 1), "4.2")
    assert found.states[-1].by == "Aino"


def test_a_fix_after_which_nothing_comes_is_verified_by_itself(grouped):
    export = export_of(grouped)
    grouped.fixed(export.id, date(2026, 3, 1), "", "Aino", NOW)
    grouped.regroup(NOW + timedelta(weeks=6))
    assert [change.state for change in grouped.issue(export.id).states][-2:] == ["fixed", "verified"]


def test_changes_that_cannot_be_made_are_refused(grouped):
    export = export_of(grouped)
    with pytest.raises(IssueNotFound):
        grouped.issue("I-0099")
    with pytest.raises(IssueNotFound):
        grouped.rename("I-0099", "x", "Aino", NOW)
    with pytest.raises(InvalidIssueChange):
        grouped.merge(export.id, export.id, "Aino", NOW)
    with pytest.raises(InvalidIssueChange):
        grouped.split(export.id, ["t0002"], "Aino", NOW)
    with pytest.raises(InvalidIssueChange):
        grouped.fixed(export.id, date(2027, 1, 1), "", "Aino", NOW)


def test_the_report_counts_the_week_and_opens_to_its_tickets(grouped):
    made = grouped.report(LAST, now=NOW)
    rows = {row.id: row for row in made.issues}
    export = rows[export_of(grouped).id]
    assert export.tickets.value == 2
    assert export.tickets.tickets == ("t0700", "t0701")
    assert export.tickets.before == 2
    assert made.alone.value == len(made.alone.tickets) / 12
    assert not set(made.alone.tickets) & {"t0700", "t0701", "t0702", "t0703"}
    assert made.service[0].value == 12
    assert len(made.headlines[0].tickets) == 12
    page = next(page for page in made.pages if page.issue_id == export.id)
    assert page.tickets.value == 2 * WEEKS
    assert page.outline[0].text == "Choose a shorter period for the export."
    assert page.quotes[0].account.startswith("Firm")


def test_the_same_inputs_give_the_same_report_byte_for_byte(engine, grouped):
    one, two = (desk.report(LAST, now=NOW) for desk in (grouped, desk_over(engine)))
    for form in ("json", "html", "md", "csv"):
        assert render(one, form).content == render(two, form).content


def test_a_past_week_is_as_it_was_known_then_and_restated_with_what_is_known_today(grouped):
    week, moment = Week(2026, 5), MONDAY + timedelta(weeks=4)
    before = grouped.report(week, now=moment)
    export = export_of(grouped)
    grouped.rename(export.id, "Half an export", "Aino", NOW)
    then, today = grouped.report(week, now=NOW), grouped.report(week, now=NOW, restated=True)
    assert then == before
    assert "Half an export" not in [row.title for row in then.issues]
    assert "Half an export" in [row.title for row in today.issues]
    assert today.window.restated
    assert then.service[0] == today.service[0]


def test_a_week_under_way_is_reported_up_to_now(grouped):
    made = grouped.report(LAST, now=NOW, as_of=MONDAY + timedelta(weeks=7, days=1, hours=12))
    assert made.window.end == MONDAY + timedelta(weeks=7, days=1, hours=12)
    assert made.service[0].value == 3


def test_a_week_without_data_or_ahead_cannot_be_reported(grouped):
    with pytest.raises(NothingToReport):
        grouped.report(Week(2026, 30), now=NOW)
    with pytest.raises(NothingToReport):
        grouped.report(Week(2025, 30), now=NOW)


def test_the_last_week_is_the_one_that_is_over(desk):
    assert desk.last_week(datetime(2026, 3, 2, tzinfo=UTC)) == LAST
    assert desk.last_week(datetime(2026, 3, 1, 23, tzinfo=UTC)) == Week(2026, 8)
