"""What people said of earlier answers moves the ranking of like questions: a little, and shown in the evidence."""

from __future__ import annotations

from collections.abc import Sequence

from kb.index.port import FloatVector
from kb.store.values import ArticleFeedback

LIMIT = 0.06  # of the score, in which a passage's cosine counts whole: enough to turn a close race, no more
_STEP = 0.03
_ALIKE = 0.75  # cosine from which two questions are taken for alike


def nudges(said: Sequence[ArticleFeedback], vector: FloatVector) -> dict[str, float]:
    """Give for each article between ``-LIMIT`` and ``LIMIT``, by the feedback to questions like this one."""
    moved: dict[str, float] = {}
    for one in said:
        if len(one.vector) != len(vector):
            continue
        likeness = float(one.vector @ vector)
        if likeness >= _ALIKE:
            step = _STEP * (likeness - _ALIKE) / (1 - _ALIKE) * (1 if one.helpful else -1)
            moved[one.article_id] = moved.get(one.article_id, 0.0) + step
    return {article: max(-LIMIT, min(LIMIT, step)) for article, step in moved.items()}
