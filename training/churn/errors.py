"""Errors of churn training.

TrainingError
└── ModelRefused   the model is no better than knowing nothing, or than a simple rule; it was not promoted
"""

from __future__ import annotations

from training.errors import TrainingError


class ModelRefused(TrainingError):
    """A model was measured and is not worth using; the message says against what it lost."""
