from __future__ import annotations

import numpy as np
import pytest

from kb.embedder.hashing import HashingEmbedder
from triage.descriptions import describe, described_model, spoken
from triage.types import Topic

EMBEDDER = HashingEmbedder(256)
TOPICS = [
    Topic("billing", "Invoices, refunds and charges on a card."),
    Topic("login_problems", "Passwords that fail and accounts that are locked."),
]
LABELS = ["billing", "login_problems", "export"]


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("card_arrival", "card arrival"),
        ("Billing/Refunds", "billing refunds"),
        ("sign-in  trouble", "sign in trouble"),
        ("Überweisung", "überweisung"),
        ("4711", ""),
        ("", ""),
    ],
)
def test_a_label_is_spoken_as_words(label, words):
    assert spoken(label) == words


def test_each_label_is_described_by_its_name_its_description_and_both():
    found = describe(TOPICS, LABELS, EMBEDDER)
    written = [
        "billing",
        TOPICS[0].description,
        f"billing: {TOPICS[0].description}",
        "login problems",
        TOPICS[1].description,
        f"login problems: {TOPICS[1].description}",
        "export",
    ]
    assert found.owner.tolist() == [0, 0, 0, 1, 1, 1, 2]
    assert found.vectors.tolist() == EMBEDDER.encode(written).tolist()


def test_a_label_of_which_nothing_is_known_is_left_out():
    found = describe([Topic("17", "Refunds.")], ["16", "17"], EMBEDDER)
    assert found.owner.tolist() == [1]
    assert found.vectors.tolist() == EMBEDDER.encode(["Refunds."]).tolist()


def test_nothing_written_gives_no_vectors():
    found = describe([], ["1", "2"], EMBEDDER)
    assert (found.vectors.shape, found.owner.tolist()) == ((0, 256), [])


def test_what_only_repeats_the_name_is_written_once():
    assert describe([Topic("export", "export")], ["export"], EMBEDDER).owner.tolist() == [0, 0]


def test_a_message_is_given_the_topic_whose_description_it_shares_words_with():
    model = described_model(LABELS, describe(TOPICS, LABELS, EMBEDDER))
    texts = ["two charges on my card", "my account is locked", "the export"]
    scored = model.predict(texts, EMBEDDER.encode(texts))
    assert [model.labels[place] for place in scored.best] == ["billing", "login_problems", "export"]
    assert scored.none_of_these.tolist() == [0.0, 0.0, 0.0]
    np.testing.assert_allclose(scored.shares.sum(axis=1), 1.0)
