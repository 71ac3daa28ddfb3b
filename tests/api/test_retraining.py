from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from api.retraining import FEWEST, NotTrainable, ask, latest, retrain
from tests.api.conftest import NOW
from triage.types import Correction, Ticket, Topic

ABOUT = {
    "payments": "card payment refund charged twice money back",
    "login": "cannot sign in password locked out authenticator",
}


def tickets() -> list[Ticket]:
    made = []
    for number in range(60):
        topic = "payments" if number % 2 else "login"
        words = ABOUT[topic].split()
        text = f"{words[number % 6]} {words[(number + 2) % 6]} again, number {number}"
        said = topic if number >= 20 else ""
        came = NOW - timedelta(days=60 - number)
        made.append(Ticket(f"t{number}", "", text, came, topic=said))
    return made


@pytest.fixture
def labelled(parts):
    """Sixty tickets: forty labelled as they came, the others by nobody."""
    parts.desk.put_topics([Topic(name, about) for name, about in ABOUT.items()], "test", NOW)
    parts.desk.put(tickets(), now=NOW)
    return parts


def test_corrections_count_and_what_is_better_serves_and_what_is_worse_is_kept_aside(labelled):
    for number in range(20):
        topic = "payments" if number % 2 else "login"
        labelled.desk.correct(Correction(f"t{number}", NOW, "Mara", topic=topic))
    steps = []
    done = retrain(labelled, "topic", "Mara", steps.append)
    assert (done.state, done.tickets, done.asked_by) == ("promoted", 60, "Mara")
    assert labelled.registry.current("topic") == done.version
    assert labelled.registry.card("topic", done.version).data.rows >= 60
    assert latest(labelled, "topic") == done
    assert any("topic" in step for step in steps)
    folder = labelled.settings.data_dir / "training" / "topic"
    assert not (folder / "tickets.jsonl").exists()
    labelled.desk.correct(Correction("t0", NOW, "Mara", topic="payments"))
    worse = retrain(labelled, "topic", "Mara")
    assert (worse.state, labelled.registry.current("topic")) == ("kept", done.version)
    assert re.fullmatch(r"Accuracy 0\.\d+, against 1\.000 of what serves\.", worse.step)


def test_too_few_labels_are_refused_and_nothing_is_queued(parts):
    parts.desk.put(tickets()[:25], now=NOW)
    with pytest.raises(NotTrainable, match=f"5 tickets have a label; it takes at least {FEWEST}"):
        ask(parts, "topic", "Mara")
    assert latest(parts, "topic") is None


def test_a_training_is_queued_once(labelled):
    first = ask(labelled, "topic", "Mara")
    assert (first.state, first.tickets) == ("waiting", 40)
    assert ask(labelled, "topic", "Ben") == first
    assert [job.name for job in labelled.queue.waiting(10)] == ["train_model"]


def test_a_training_that_fails_says_why(labelled):
    broken = replace(labelled.settings, embedder="default", weights_dir=labelled.settings.data_dir / "none")
    labelled.settings = broken
    done = retrain(labelled, "topic", "Mara")
    assert done.state == "failed"
    assert "No exported embedder" in done.step
