from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from kb.embedder.hashing import HashingEmbedder
from tests.training.ticket_builders import NOW, rows, silent
from training.dataset import Message
from training.errors import NothingToLearn
from training.labels import labelled as labelled_module
from training.labels.crossing import KINDS
from training.labels.labelled import Labelled, splits_of
from training.labels.topics import fit_topics
from triage.descriptions import Described, describe
from triage.types import Topic

LABELS = ("billing", "export", "login")
NOTHING = Described(np.zeros((0, 64), np.float32), np.zeros(0, np.int64))


def labelled(some, embedder):
    texts = [row["body"] for row in some]
    places = np.array([LABELS.index(row["topic"]) if row["topic"] in LABELS else -1 for row in some])
    messages = [Message(row["id"], row["body"], row["topic"], row["account_id"]) for row in some]
    return Labelled(texts, embedder.encode(texts), places, messages)


@pytest.fixture(scope="module")
def plain():
    """Tickets of three topics, and what was learnt from them."""
    data = labelled(rows(25), HashingEmbedder(64))
    return data, fit_topics(LABELS, data, NOTHING, silent)


def test_topics_are_learnt_and_judged_on_messages_not_seen(plain):
    data, found = plain
    assert found.judged.tolist() == list(range(75))
    assert found.crossed.right.mean() > 0.9
    assert found.crossed.right.tolist() == (found.crossed.predicted == data.labels).tolist()
    assert found.shares.argmax(axis=1).tolist() == found.crossed.predicted.tolist()
    assert found.model.predict(data.texts, data.vectors).best.tolist() == data.labels.tolist()


def test_labels_that_follow_nothing_are_not_pretended_to_be_known(embedder):
    data = labelled(rows(25), embedder)
    random = np.random.default_rng(2).permutation(data.labels)
    found = fit_topics(LABELS, Labelled(data.texts, data.vectors, random, data.messages), NOTHING, silent)
    assert found.crossed.right.mean() < 0.6
    assert found.crossed.probability.mean() == pytest.approx(found.crossed.right.mean(), abs=0.12)


def test_of_near_equals_the_simplest_heads_are_chosen(plain):
    _, found = plain
    top = max(found.choice.values())
    error = np.sqrt(top * (1 - top) / 75)
    assert found.kind == next(kind for kind, value in found.choice.items() if value >= top - 0.1 * error)
    assert len(found.model.heads) == len(found.model.scales) == len(KINDS[found.kind])


def test_descriptions_take_part_only_where_every_topic_has_one(embedder):
    data = labelled(rows(8), embedder)
    written = [Topic(label, f"all about {label}") for label in LABELS]
    all_described = fit_topics(LABELS, data, describe(written, LABELS, embedder), silent)
    some_described = fit_topics(LABELS, data, describe(written[:1], LABELS[:1], embedder), silent)
    assert list(all_described.choice) == list(KINDS)
    assert list(some_described.choice) == ["prototypes", "few", "many", "many and few"]


def test_a_message_like_no_topic_is_more_likely_of_none(plain, embedder):
    model = plain[1].model
    texts = ["invoice and refund", "giraffe recipe weather lottery"]
    inside, outside = model.predict(texts, embedder.encode(texts)).none_of_these
    assert outside > inside


def test_examples_of_no_topic_teach_what_that_looks_like(embedder):
    data = labelled(rows(25, (*LABELS, "oos")), embedder)
    found = fit_topics(LABELS, data, NOTHING, silent)
    scored = found.model.predict(data.texts, data.vectors)
    assert scored.none_of_these[data.labels < 0].mean() > 0.8
    assert scored.none_of_these[data.labels >= 0].mean() < 0.2
    assert len(found.crossed.right) == 75


@pytest.mark.parametrize(
    ("count", "topics_given"), [(1, ("billing", "login")), (20, ("billing",)), (20, ("oos",))]
)
def test_too_little_to_learn_from_is_told(embedder, count, topics_given):
    with pytest.raises(NothingToLearn, match="at least two labels need examples"):
        fit_topics(LABELS, labelled(rows(count, topics_given), embedder), NOTHING, silent)


def test_two_messages_of_two_labels_are_enough(embedder):
    found = fit_topics(LABELS, labelled(rows(2, ("billing", "login")), embedder), NOTHING, silent)
    assert len(found.crossed.right) == 4
    assert ((found.crossed.probability > 0) & (found.crossed.probability < 1)).all()


def test_of_large_data_a_part_is_judged_unless_all_is_asked_for(embedder, monkeypatch):
    monkeypatch.setattr(labelled_module, "LARGE", 50)
    data = labelled(rows(20), embedder)
    judged = [np.concatenate([held for _, held in splits_of(data, judge_all)]) for judge_all in (False, True)]
    assert [len(places) for places in judged] == [18, 60]
    assert set(Counter(judged[1].tolist()).values()) == {1}


def test_no_message_is_judged_by_a_model_that_saw_it(embedder):
    for seen, held in splits_of(labelled(rows(20), embedder)):
        assert sorted([*seen, *held]) == list(range(60))


def test_the_same_data_give_the_same_model(embedder):
    first, second = (fit_topics(LABELS, labelled(rows(10), embedder), NOTHING, silent) for _ in range(2))
    assert (first.kind, first.choice, first.model.sharpness) == (
        second.kind,
        second.choice,
        second.model.sharpness,
    )
    assert first.crossed.probability.tobytes() == second.crossed.probability.tobytes()


def test_a_part_that_has_seen_one_label_judges_nothing(embedder):
    # The only login lies in one fold: the model that has not seen it knows one label and is left out.
    some = rows(20, ("billing",)) + rows(1, ("login",))
    data = labelled(some, embedder)
    for seen, _ in splits_of(data):
        assert set(data.labels[seen].tolist()) == {0, 2}
    found = fit_topics(LABELS, data, NOTHING, silent)
    assert 0 < len(found.judged) < 21


def test_weeks_before_a_second_label_began_judge_nothing(embedder):
    data = labelled(rows(60, ("billing",)) + rows(60, ("login",)), embedder)
    later = [
        replace(message, created_at=NOW + timedelta(hours=hour)) for hour, message in enumerate(data.messages)
    ]
    splits = splits_of(Labelled(data.texts, data.vectors, data.labels, later))
    assert [(len(seen), len(judged)) for seen, judged in splits] == [(80, 20), (100, 20)]


def test_with_vectors_learnt_from_messages_each_part_is_judged_in_its_own(plain):
    data, _ = plain
    shown = []

    def useless(seen, judged):
        shown.append((seen.messages, judged.messages))
        return (
            replace(seen, vectors=np.ones_like(seen.vectors) / 8),
            replace(judged, vectors=np.ones_like(judged.vectors) / 8),
            NOTHING,
        )

    found = fit_topics(LABELS, data, NOTHING, silent, elsewhere=useless)
    assert len(shown) == 3  # of five: learning vectors takes long
    assert not any({one.id for one in seen} & {one.id for one in judged} for seen, judged in shown)
    assert sorted(one.id for _, judged in shown for one in judged) == sorted(
        data.messages[place].id for place in found.judged
    )
    # Of vectors that say nothing the heads on vectors alone know nothing, however good the served ones are.
    assert found.choice["prototypes"] < 0.6 < found.choice["many"]
