from __future__ import annotations

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
    """Messages of five industries, in the folders of three hands."""
    for hand, label in enumerate(TASK.labels):
        folder = tmp_path / "written" / label
        folder.mkdir(parents=True)
        some = [
            {
                "id": f"{hand}-{n}",
                "body": f"In our {industry} shop {SPOKEN[label]}. Case {n}.",
                "urgency": label,
                "industry": industry,
            }
            for n, industry in enumerate(INDUSTRIES * 3)
        ]
        write_rows(folder / "some.jsonl", some)
    monkeypatch.setattr(graded_task, "WRITTEN", tmp_path / "written")


def own_tickets():
    some = [
        Message(f"own-{n}", f"Ticket {n}: {SPOKEN[TASK.labels[n % 3]]}.", TASK.labels[n % 3], f"account {n}")
        for n in range(9)
    ]
    return Dataset((*some, Message("x", "of another scale", "sometime")), ("body",), "urgency", "own.csv")


def test_written_messages_are_grouped_by_industry():
    found = written_messages("urgency")
    assert len(found.messages) == 45
    assert {message.group for message in found.messages} == set(INDUSTRIES)
    assert (found.source, found.label_column) == ("training/written", "urgency")


def test_what_ships_is_measured_by_industry(embedder):
    run = learn_grades(TASK, None, embedder, NOW, silent)
    assert isinstance(run.model, GradedModel)
    assert (run.card.task, run.card.labels, run.card.data.rows) == ("urgency", TASK.labels, 45)
    assert run.card.metrics["held_out"]["rows"] == 45
    assert {name: facts["rows"] for name, facts in run.card.metrics["groups"].items()} == dict.fromkeys(
        INDUSTRIES, 9
    )
    assert run.card.metrics["held_out"]["accuracy"] > 0.9
    assert run.card.params == {"embedder": embedder.fingerprint, "written": 45, "team": 0}


def test_a_team_s_own_tickets_teach_thrice_and_are_judged_once(embedder):
    run = learn_grades(TASK, own_tickets(), embedder, NOW, silent)
    assert (run.card.data.rows, run.card.params["team"]) == (45 + 3 * 9, 9)
    assert run.card.metrics["held_out"]["rows"] == 9
    assert [facts["rows"] for facts in run.card.metrics["labels"].values()] == [3, 3, 3]
    assert run.card.data.sources == ("training/written", "own.csv")
    assert np.bincount(run.grades).tolist() == [24, 24, 24]


def test_the_same_messages_make_the_same_bytes(embedder, tmp_path):
    saved = []
    for name in ("first", "second"):
        run = learn_grades(TASK, None, embedder, NOW, silent)
        folder = Registry([tmp_path / name]).save("urgency", run.model, run.card)
        saved.append((folder.name, (folder / "model.joblib").read_bytes()))
    assert saved[0] == saved[1]
