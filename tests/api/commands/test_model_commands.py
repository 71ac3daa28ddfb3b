from __future__ import annotations

from tests.api.conftest import NOW
from triage.types import Ticket, Topic


def test_training_without_labels_says_how_many_it_takes(app, parts):
    parts.desk.put_topics([Topic("payments", "cards")], "test", NOW)
    parts.desk.put([Ticket("t1", "", "My card was charged twice", NOW, topic="payments")], now=NOW)
    ended = app.test_cli_runner().invoke(args=["models", "train", "topic"])
    assert ended.exit_code == 1
    assert "1 tickets have a label; it takes at least 40" in ended.stderr


def test_a_task_that_cannot_be_trained_is_refused_with_those_that_can(app):
    ended = app.test_cli_runner().invoke(args=["models", "train", "search"])
    assert ended.exit_code == 2
    assert "'topic', 'urgency', 'churn_intent'" in ended.stderr
