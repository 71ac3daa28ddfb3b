from __future__ import annotations

from datetime import UTC, datetime

import pytest

from reports.render import digest_of
from reports.sinks import Delivered, DeliveryFailed, DeliveryUnderWay, deliver
from tests.reports.render.made_up import WEEK, full_report

NOW = datetime(2026, 3, 23, 6, tzinfo=UTC)


class Shelf:
    """A destination that keeps what it is given, after as many refusals as it is told to."""

    name = "shelf"

    def __init__(self, refusals=0):
        self.refusals = refusals
        self.kept = []

    def send(self, report):
        if self.refusals:
            self.refusals -= 1
            raise DeliveryFailed(self.name, "it is full.")
        self.kept.append(report.week)
        return "put on the shelf"


class Notebook:
    """A record of deliveries in memory."""

    def __init__(self):
        self.state = {}
        self.notes = []

    def claim(self, week, sink, now, *, again=False):
        state = self.state.get((week, sink))
        if state == "under_way" or (state == "done" and not again):
            return state
        self.state[week, sink] = "under_way"
        return "yours"

    def done(self, week, sink, digest, note, now):
        self.state[week, sink] = "done"
        self.notes.append((digest, note))

    def failed(self, week, sink, why, now):
        del self.state[week, sink]
        self.notes.append(("", why))


def test_a_report_is_delivered_once():
    shelf, notebook, report = Shelf(), Notebook(), full_report()

    first = deliver(report, shelf, notebook, now=NOW)
    second = deliver(report, shelf, notebook, now=NOW)

    assert first == Delivered(WEEK, "shelf", note="put on the shelf")
    assert second == Delivered(WEEK, "shelf", before=True)
    assert shelf.kept == [WEEK]
    assert notebook.notes == [(digest_of(report), "put on the shelf")]


def test_it_is_delivered_again_when_that_is_asked_for():
    shelf, notebook = Shelf(), Notebook()

    for _ in range(2):
        deliver(full_report(), shelf, notebook, now=NOW, again=True)

    assert shelf.kept == [WEEK, WEEK]


def test_what_failed_can_be_tried_again():
    shelf, notebook = Shelf(refusals=1), Notebook()

    with pytest.raises(DeliveryFailed, match="not delivered to 'shelf': it is full"):
        deliver(full_report(), shelf, notebook, now=NOW)
    deliver(full_report(), shelf, notebook, now=NOW)

    assert shelf.kept == [WEEK]


def test_while_another_process_is_at_it_the_job_is_to_come_back():
    notebook = Notebook()
    notebook.claim(WEEK, "shelf", NOW)

    with pytest.raises(DeliveryUnderWay, match="2026-W12"):
        deliver(full_report(), Shelf(), notebook, now=NOW)
