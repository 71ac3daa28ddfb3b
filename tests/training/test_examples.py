from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from tests.training.builders import examples
from training.examples import folds


@pytest.fixture(scope="module")
def learnt(tmp_path_factory):
    return examples(tmp_path_factory.mktemp("index"))


def test_every_question_has_its_candidates(learnt):
    assert [one.question.id for one in learnt[:3]] == ["q1", "q2", "q3"]
    assert {one.corpus for one in learnt} == {"tiny"}
    assert "trash" in {stored.passage.article_id for stored in learnt[0].found.passages}
    assert Counter(one.answerable for one in learnt) == {True: 8, False: 8}


def test_folds_are_even_and_the_same_for_one_seed(learnt):
    dealt = folds(learnt, 5)
    assert sorted(Counter(dealt.tolist()).values()) == [3, 3, 3, 3, 4]
    assert np.array_equal(dealt, folds(learnt, 5))
    assert not np.array_equal(dealt, folds(learnt, 5, seed=1))
