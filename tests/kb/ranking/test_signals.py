from __future__ import annotations

import math

import numpy as np
import pytest

from kb.embedder.hashing import HashingEmbedder
from kb.ranking.signals import SIGNALS, Asked, measure, term_weights
from tests.kb.builders import stored_passage

EMBEDDER = HashingEmbedder(64)
FREQUENCIES = {"trash": 1, "book": 90, "restor": 4}


def asked(text, *, vector=None, word_scores=None):
    vector = EMBEDDER.encode([text])[0] if vector is None else vector
    return Asked(
        text=text,
        vector=vector,
        sentence_vector=vector,
        word_scores=word_scores or {},
        document_frequency=lambda term: FREQUENCIES.get(term, 0),
        passages=100,
    )


def signal(measured, name):
    return measured.values[:, SIGNALS.index(name)].tolist()


def test_a_passage_that_is_the_question_is_as_near_as_can_be():
    measured = measure(asked("restore booking"), [stored_passage("restore booking")])
    assert signal(measured, "passage") == pytest.approx([1.0])
    assert signal(measured, "sentence") == pytest.approx([1.0])
    assert signal(measured, "coverage") == pytest.approx([1.0])


def test_rare_words_weigh_more():
    weights = term_weights(asked("restore a booking from trash"))
    assert weights == pytest.approx(
        {
            "restor": math.log(1 + 96.5 / 4.5),
            "book": math.log(1 + 10.5 / 90.5),
            "trash": math.log(1 + 99.5 / 1.5),
        }
    )


def test_coverage_is_the_weight_of_the_words_that_a_passage_has():
    weights = term_weights(asked("restore trash"))
    measured = measure(asked("restore trash"), [stored_passage("Open Trash.")])
    assert signal(measured, "coverage") == pytest.approx([weights["trash"] / sum(weights.values())])


def test_an_article_covers_what_its_passages_cover_together():
    passages = [
        stored_passage("Open Trash.", passage_id=1),
        stored_passage("Press restore.", passage_id=2),
        stored_passage("Other.", passage_id=3, article_id="other"),
    ]
    measured = measure(asked("restore trash"), passages)
    assert measured.covered.tolist() == pytest.approx([1.0, 1.0, 0.0])


def test_words_of_the_title_count_apart():
    passages = [
        stored_passage("Nothing.", title="Restore from Trash"),
        stored_passage("Nothing.", title="Fees"),
    ]
    assert signal(measure(asked("restore trash"), passages), "title_words") == pytest.approx([1.0, 0.0])


def test_word_scores_are_shares_of_the_best():
    passages = [stored_passage("a", passage_id=number) for number in (1, 2, 3)]
    measured = measure(asked("x", word_scores={1: 8.0, 3: 2.0}), passages)
    assert signal(measured, "words") == pytest.approx([1.0, 0.0, 0.25])


def test_names_that_no_passage_has_are_counted():
    passages = [stored_passage("Error CAL-401 means you are signed out of iOS.")]
    assert measure(asked("CAL-401 on iOS with GDPR in 2024"), passages).names_missing == 1


def test_the_best_sentence_counts():
    two = np.stack([EMBEDDER.encode(["unrelated words"])[0], EMBEDDER.encode(["restore booking"])[0]])
    measured = measure(asked("restore booking"), [stored_passage("any", sentence_vectors=two)])
    assert signal(measured, "sentence") == pytest.approx([1.0])
    assert measured.sentences[0].shape == (2,)


@pytest.mark.parametrize("size", [0, 32])
def test_a_passage_with_vectors_of_another_embedder_or_none_is_judged_by_its_words(size):
    foreign = {"vector": np.ones(size, np.float32), "sentence_vectors": np.ones((0, size), np.float32)}
    measured = measure(asked("restore booking"), [stored_passage("restore booking", **foreign)])
    assert signal(measured, "passage") == [0.0]
    assert signal(measured, "sentence") == [0.0]
    assert signal(measured, "coverage") == pytest.approx([1.0])


def test_a_question_without_words_covers_nothing():
    measured = measure(asked("?!"), [stored_passage("Open Trash.")])
    assert (signal(measured, "coverage"), measured.question_terms) == ([0.0], 0)


def test_no_candidates_have_no_signals():
    measured = measure(asked("restore"), [])
    assert measured.values.shape == (0, len(SIGNALS))
    assert (measured.sentences, measured.question_terms) == ((), 1)
