"""What a plain recipe does on the same folds: words and parts of words with a linear support vector machine."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.svm import LinearSVC

from training.splits import LARGE
from triage.features.words import shortened, word_features

Places = NDArray[np.int64]


def baseline_predictions(
    texts: Sequence[str], labels: Places, splits: Sequence[tuple[Places, Places]]
) -> tuple[Places, Places]:
    """Predict the judged messages of each split by a model of its seen ones; of large data the first split only.

    Returns:
        The places of the messages that were predicted, and their labels.
    """
    places, predicted = [], []
    for seen, judged in splits[: 1 if len(texts) > LARGE else None]:
        words = word_features()
        model = LinearSVC(tol=0.01, random_state=0).fit(
            words.fit_transform(shortened([texts[one] for one in seen])), labels[seen]
        )
        predicted.append(model.predict(words.transform(shortened([texts[one] for one in judged]))))
        places.append(judged)
    return np.concatenate(places), np.concatenate(predicted)
