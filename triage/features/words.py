"""Words and parts of words: what embeddings blur, such as product names, codes and odd spellings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sklearn.pipeline import FeatureUnion

LONGEST = 4000  # characters of a message that are read; the rest of a long log adds cost and no meaning


def word_features(rarest: int = 1) -> FeatureUnion:
    """Make an unfitted vectoriser: words and pairs of words, and runs of 2 to 5 characters within words.

    ``rarest`` is the number of messages in which a feature must occur.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import FeatureUnion

    shared = {"sublinear_tf": True, "dtype": np.float32, "min_df": rarest}
    return FeatureUnion(
        [
            ("words", TfidfVectorizer(ngram_range=(1, 2), **shared)),
            ("characters", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), **shared)),
        ]
    )


def shortened(texts: list[str]) -> list[str]:
    """Cut what is very long."""
    return [text[:LONGEST] for text in texts]
