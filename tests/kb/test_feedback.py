from __future__ import annotations

import numpy as np
import pytest

from kb.feedback import LIMIT, nudges
from kb.store import ArticleFeedback
from tests.kb.builders import NOW, unit

ASKED = unit(1, 0)
ALIKE = unit(1, 0.3)
UNLIKE = unit(1, 1)


def said(article_id, *, helpful=True, vector=ASKED):
    return ArticleFeedback(article_id, helpful, vector, NOW)


def test_help_with_the_same_question_moves_an_article_up_and_no_help_down():
    moved = nudges([said("a"), said("b", helpful=False)], ASKED)
    assert moved == pytest.approx({"a": 0.03, "b": -0.03})


def test_help_with_a_like_question_moves_it_less():
    moved = nudges([said("a", vector=ALIKE)], ASKED)
    assert moved["a"] == pytest.approx(0.03 * (float(ALIKE @ ASKED) - 0.75) / 0.25)
    assert 0 < moved["a"] < 0.03


def test_help_with_another_question_moves_nothing():
    assert nudges([said("a", vector=UNLIKE)], ASKED) == {}


@pytest.mark.parametrize(("helpful", "most"), [(True, LIMIT), (False, -LIMIT)])
def test_however_many_agree_the_move_is_bounded(helpful, most):
    assert nudges([said("a", helpful=helpful)] * 50, ASKED) == {"a": most}


def test_people_who_disagree_cancel_out():
    assert nudges([said("a"), said("a", helpful=False)], ASKED) == {"a": 0.0}


def test_judgments_by_another_embedder_are_left_aside():
    assert nudges([said("a", vector=np.ones(3, np.float32))], ASKED) == {}
