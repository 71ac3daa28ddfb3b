from __future__ import annotations

import numpy as np

from training.labels import pipelines
from training.labels.counted import CountedTexts
from triage.features.words import word_features

TEXTS = ["cancel my plan", "cancel the order, cancel it all", "where is my order", "", "thank you so much"]


def test_a_part_is_weighed_as_a_vectoriser_fitted_on_it_weighs():
    vectors = np.eye(5, 8, dtype=np.float32)
    counted = CountedTexts(TEXTS, vectors, word_scale=1.3)
    seen, judged = np.array([0, 1, 4]), np.array([2, 3])
    weighing = counted.weigh(seen)
    words = word_features().fit([TEXTS[row] for row in seen])
    for rows in (seen, judged):
        found = counted.features(rows, weighing).toarray()
        np.testing.assert_allclose(found[:, :8], vectors[rows] * pipelines.VECTOR_SCALE, rtol=1e-6)
        expected = words.transform([TEXTS[row] for row in rows]).toarray() * 1.3
        np.testing.assert_allclose(found[:, 8:], expected, atol=1e-6)
