"""The relevance model for an embedder that none was trained for."""

from __future__ import annotations

import numpy as np

from kb.ranking.model import FEATURES, Floats, RelevanceModel
from kb.ranking.signals import SIGNALS

_WEIGHTS = {"passage": 1.0, "sentence": 0.3, "coverage": 0.3, "title_words": 0.1}


class SharedWords:
    """Takes the share of the question's words that an article has for the probability that it answers."""

    def predict_proba(self, features: Floats) -> Floats:
        """Give (articles, 2): the probability of not answering and of answering."""
        share = features[:, FEATURES.index("article_coverage")]
        return np.stack([1 - share, share], axis=1)


def plain_model(threshold: float = 0.5) -> RelevanceModel:
    """A fixed sum of signals, not calibrated: train one with ``python -m training search --fit``."""
    return RelevanceModel(np.array([_WEIGHTS.get(name, 0.0) for name in SIGNALS]), SharedWords(), threshold)
