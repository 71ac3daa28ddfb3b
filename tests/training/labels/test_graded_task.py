from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from models.registry import Registry
from tests.training.ticket_builders import NOW, silent, write_rows
from training.dataset import Dataset, Message
from training.labels import graded_task
from training.labels.graded_task import GradedTask, learn_grades, written_messages
from triage.features.graded import GradedModel

TASK = GradedTask("urgency", ("low", "normal", "urgent"), "urgency", False, "quadratic_kappa")
SPOKEN = {
    "low": "whenever you find the time",
    "normal": "please look until Friday evening",
    "urgent": "nobody can work at the moment",
}
INDUSTRIES = ("travel", "retail", "health", "schools", "sports")


@pytest.fixture(autouse=True)
def written(tmp_path, monkeypatch):
    """Messages of five industries by three hands, each of which wrote all labels."""
    for hand in range(3):
        folder = tmp_path / "written" / "some"
        folder.mkdir(parents=True, exist_ok=True)
        some = [
            {
                "id": f"{hand}-{n}",
                "body": f"In our {industry} shop {SPOKEN[label]}. Case {hand}-{n}.",
                "urgency": label,
                "industry": industry,
            }
            for n, (industry, label) in enumerate(product(INDUSTRIES, TASK.labels))
        ]
        write_rows(folder / f"hand{hand}.jsonl", some)
    monkeypatch.setattr(graded_task, "WRITTEN", tmp_path / "written")


def own_tickets():
    some = [
        Message(f"own-{n}", f"Ticket {n}: {SPOKEN[TASK.labels[n % 3]]}.", TASK.labels[n % 3], f"account {n}")
        for n in range(9)
    ]
    return Dataset((*some, Message("x", "of another scale", "sometime")), ("body",), "urgency", "own.csv")


def test_written_messages_bear_their_hand_and_industry():
    found = written_messages("urgency")
    assert len(found.messages) == 45
    assert {message.hand for message in found.messages} == {"some/hand0", "some/hand1", "some/hand2"}
    assert {message.group for message in found.messages} == set(INDUSTRIES)
    assert (found.source, found.label_column) == ("training/written", "urgency")


def test_what_ships_is_measured_on_hands_and_industries_it_had_not_seen(embedder):
    run = learn_grades(TASK, None, embedder, NOW, silent)
    assert isinstance(run.model, GradedModel)
    assert (run.card.task, run.card.labels, run.card.data.rows) == ("urgency", TASK.labels, 45)
    held_out = run.card.metrics["held_out"]
    assert held_out["rows"] == run.card.metrics["industry_left_out"]["rows"] == 45
    assert {name: facts["rows"] for name, facts in run.card.metrics["hands"].items()} == {
        "some/hand0": 15,
        "some/hand1": 15,
        "some/hand2": 15,
    }
    assert held_out["accuracy"] > 0.9
    assert run.card.params == {"embedder": embedder.fingerprint, "written": 45, "team": 0}


def test_a_team_s_own_tickets_teach_thrice_and_are_judged_once(embedder):
    run = learn_grades(TASK, own_tickets(), embedder, NOW, silent)
    assert (run.card.data.rows, run.card.params["team"]) == (45 + 3 * 9, 9)
    assert run.card.metrics["held_out"]["rows"] == 9
    assert [facts["rows"] for facts in run.card.metrics["labels"].values()] == [3, 3, 3]
    assert run.card.data.sources == ("training/written", "own.csv")
    assert np.bincount(run.grades).tolist() == [24, 24, 24]
    assert "industry_left_out" not in run.card.metrics and run.card.metrics["hands"] == {}


def test_the_same_messages_make_the_same_bytes(embedder, tmp_path):
    saved = []
    for name in ("first", "second"):
        run = learn_grades(TASK, None, embedder, NOW, silent)
        folder = Registry([tmp_path / name]).save("urgency", run.model, run.card)
        saved.append((folder.name, (folder / "model.joblib").read_bytes()))
    assert saved[0] == saved[1]


def test_what_a_hand_says_nothing_of_is_not_read(tmp_path):
    folder = tmp_path / "written" / "other"
    folder.mkdir()
    write_rows(
        folder / "silent.jsonl", [{"id": "x", "body": "cancel it", "urgency": "", "industry": "travel"}]
    )
    assert "x" not in {message.id for message in written_messages("urgency").messages}
