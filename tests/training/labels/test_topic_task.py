from __future__ import annotations

import json

import pytest

from models.registry import Registry
from tests.training.ticket_builders import NOW, SPOKEN, rows, silent, write_rows
from training.dataset import read_messages
from training.errors import DatasetInvalid, NothingToLearn
from training.labels.topic_task import from_descriptions, learn_topics, read_topics
from triage.types import Topic

TOPICS = [Topic(name, " ".join(words)) for name, words in SPOKEN.items()]


@pytest.fixture
def dataset(tmp_path):
    def read(some):
        return read_messages(write_rows(tmp_path / "tickets.jsonl", some), ["topic"])

    return read


def test_topics_are_read_with_description_and_parent(tmp_path):
    path = tmp_path / "topics.json"
    path.write_text(
        json.dumps([{"topic": "refunds", "description": "money", "parent": "billing"}, {"topic": 7}])
    )
    assert read_topics(path) == [Topic("refunds", "money", "billing"), Topic("7")]


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        ("[]", ('it is no list like [{"topic": "billing", "description": "..."}]',)),
        ('{"topic": "a"}', ('it is no list like [{"topic": "billing", "description": "..."}]',)),
        ('[{"topic": "a"}, {"description": "b"}, "c"]', ("entry 1: no topic", "entry 2: no topic")),
    ],
)
def test_all_faults_of_a_file_of_topics_are_told(tmp_path, content, faults):
    path = tmp_path / "topics.json"
    path.write_text(content)
    with pytest.raises(DatasetInvalid) as refused:
        read_topics(path)
    assert refused.value.faults == faults


@pytest.mark.parametrize("content", [None, "[{"])
def test_a_file_of_topics_that_cannot_be_read_is_told(tmp_path, content):
    path = tmp_path / "topics.json"
    if content:
        path.write_text(content)
    with pytest.raises(DatasetInvalid, match=r"topics\.json cannot be used"):
        read_topics(path)


def test_descriptions_alone_make_a_model_that_sets_nothing(embedder):
    run = from_descriptions([*TOPICS, TOPICS[0]], embedder, NOW)
    assert run.card.labels == run.model.labels == tuple(SPOKEN)
    assert (run.card.data.rows, run.card.thresholds["stated"], run.fitted) == (0, {}, None)
    texts = ["the receipt of a payment", "a spreadsheet with columns", "my account is locked"]
    best = run.model.predict(texts, embedder.encode(texts)).best
    assert [run.model.labels[place] for place in best] == ["billing", "export", "login"]


def test_a_topic_of_which_nothing_is_known_cannot_be_begun_with(embedder):
    with pytest.raises(NothingToLearn, match="nothing is written about 17, 18:"):
        from_descriptions([Topic("17"), *TOPICS, Topic("18")], embedder, NOW)


def test_a_card_says_what_was_learnt_from_what(embedder, dataset):
    data = dataset(rows(12))
    card = learn_topics(data, [], embedder, NOW, silent).card
    assert (card.task, card.labels, card.created_at) == ("topic", ("billing", "export", "login"), NOW)
    assert card.data.fingerprint == data.fingerprint()
    assert (card.data.rows, card.data.sources) == (36, ("tickets.jsonl",))
    assert card.data.window_to == max(message.created_at for message in data.messages)
    assert card.params["embedder"] == embedder.fingerprint
    assert card.metrics["crossed"]["rows"] == 36
    assert [card.metrics["labels"][label]["rows"] for label in card.labels] == [12, 12, 12]
    assert card.baseline["ours_on_these_rows"] == card.metrics["crossed"]["accuracy"]
    assert card.notes == "Judged by models that had seen neither the message nor its account."


def test_dated_tickets_are_judged_by_models_of_earlier_ones(embedder, dataset):
    card = learn_topics(dataset(rows(36)), [], embedder, NOW, silent).card
    assert card.metrics["crossed"]["rows"] == 72  # the first third of 108 is never judged
    assert card.baseline["rows"] == 72
    assert card.notes.startswith("Each later block of messages was judged")


def test_topics_without_a_ticket_are_labels_too(embedder, dataset):
    written = [Topic("parking", "where to park"), *TOPICS]
    run = learn_topics(dataset(rows(8)), written, embedder, NOW, silent)
    assert run.card.labels == ("parking", "billing", "export", "login")
    assert run.card.metrics["labels"]["parking"]["rows"] == 0


@pytest.mark.parametrize(
    ("label", "named"), [("oos", ""), ("None of these", ""), ("other matters", "other matters")]
)
def test_tickets_of_no_topic_are_no_label(embedder, dataset, label, named):
    some = rows(22, ("billing", "login", label))
    run = learn_topics(dataset(some), [], embedder, NOW, silent, none_label=named)
    assert run.card.labels == ("billing", "login")
    assert run.card.params["none_labels"] == [label]
    assert run.card.metrics["crossed"]["rows"] == len(run.data.texts) == 44
    assert run.card.data.rows == 66
    texts = ["giraffe weather lottery"]
    assert run.model.predict(texts, embedder.encode(texts)).none_of_these[0] > 0.5


def test_with_a_none_label_named_others_are_topics(embedder, dataset):
    run = learn_topics(
        dataset(rows(6, ("billing", "none", "rest"))), [], embedder, NOW, silent, none_label="rest"
    )
    assert run.card.labels == ("billing", "none")


def test_the_same_data_make_the_same_bytes(embedder, dataset, tmp_path):
    folders = []
    for name in ("first", "second"):
        run = learn_topics(dataset(rows(12)), TOPICS, embedder, NOW, silent)
        folders.append(Registry([tmp_path / name]).save("topic", run.model, run.card))
    assert folders[0].name == folders[1].name
    first, second = ((folder / "model.joblib").read_bytes() for folder in folders)
    assert first == second


def test_a_saved_model_says_the_same_after_loading(embedder, dataset, tmp_path):
    run = learn_topics(dataset(rows(12)), [], embedder, NOW, silent)
    folder = Registry([tmp_path]).save("topic", run.model, run.card)
    loaded = Registry([tmp_path]).load(folder).model
    texts = [row["body"] for row in rows(3)]
    before, after = (model.predict(texts, embedder.encode(texts)) for model in (run.model, loaded))
    assert before.confidence.tolist() == after.confidence.tolist()
    assert before.none_of_these.tolist() == after.none_of_these.tolist()
