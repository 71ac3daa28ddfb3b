from __future__ import annotations

import numpy as np

from training.labels.graded import parted
from training.labels.graded_heads import GradedMessages, fit_heads, servable
from triage.features.graded import joined_scores

TEXTS = [
    "The page is down. We cannot work at all.",
    "A typo is on the page. No hurry with that one.",
    "It is slow today. It was not yesterday, oddly.",
    "Nobody can work. The whole shop stands still.",
    "Could the list be blue? No hurry whatsoever.",
    "The till is slow again. Please look at it soon.",
]
GRADES = np.array([2, 0, 1, 2, 0, 1])


def test_rows_are_taken_with_their_sentences(embedder):
    given = GradedMessages(parted(TEXTS, embedder), GRADES, 3)
    places, owner = given.sentences_of(np.array([1, 3]))
    assert [given.data.sentences[place] for place in places] == [
        "A typo is on the page.",
        "No hurry with that one.",
        "Nobody can work.",
        "The whole shop stands still.",
    ]
    assert owner.tolist() == [0, 0, 1, 1]


def test_what_serves_says_what_was_measured(embedder):
    data = parted(TEXTS, embedder)
    given = GradedMessages(data, GRADES, 3)
    rows = np.arange(len(TEXTS))
    heads = fit_heads(given, rows)
    message, sentence = servable(given, heads)
    served = joined_scores(
        message.scores(data.texts, data.vectors),
        sentence.scores(data.sentences, data.sentence_vectors),
        data.owner,
    )
    np.testing.assert_allclose(heads.features(given, rows), served, atol=1e-5)
