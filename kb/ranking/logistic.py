"""A fitted logistic regression as plain numbers: scikit-learn fits it, and serving needs no scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kb.ranking.model import Floats


@dataclass(frozen=True, slots=True, eq=False)
class LogisticProbability:
    """The probability ``1 / (1 + exp(-(features @ weights + bias)))``; ``weights`` is (features,)."""

    weights: Floats
    bias: float

    def predict_proba(self, features: Floats) -> Floats:
        """Give (rows, 2) from (rows, features): the probability of the one class and of the other."""
        # The hyperbolic tangent does not overflow, wherever the row lies.
        probability = (1 + np.tanh((features @ self.weights + self.bias) / 2)) / 2
        return np.stack([1 - probability, probability], axis=1)
