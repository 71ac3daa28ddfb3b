from __future__ import annotations

import numpy as np
import pytest

from kb.ranking.model import FEATURES
from kb.ranking.plain import plain_model
from kb.ranking.signals import SIGNALS


def test_the_share_of_shared_words_is_the_probability():
    features = np.zeros((2, len(FEATURES)))
    features[:, FEATURES.index("article_coverage")] = [0.25, 1.0]
    assert plain_model().probabilities(features).tolist() == [0.25, 1.0]


def test_no_signal_counts_against_a_passage():
    weights = dict(zip(SIGNALS, plain_model().weights.tolist(), strict=True))
    assert weights == {"passage": 1.0, "sentence": 0.3, "coverage": 0.3, "title_words": 0.1, "words": 0.0}


@pytest.mark.parametrize("threshold", [0.2, 0.9])
def test_the_threshold_is_the_callers(threshold):
    assert plain_model(threshold).threshold == threshold
