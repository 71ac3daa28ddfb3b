from __future__ import annotations

from triage.features.words import LONGEST, shortened, word_features


def names(features):
    return {name.split("__")[1] for name in features.get_feature_names_out()}


def test_words_pairs_and_runs_of_characters_are_features():
    features = word_features().fit(["Reset error E-1042"])
    assert {"reset", "error", "1042", "reset error"} <= names(features)
    assert {"res", " rese", "-1042"} <= names(features)


def test_an_odd_spelling_shares_parts_with_the_right_one():
    found = word_features().fit_transform(["invoice", "invoise", "calendar"])
    likeness = (found @ found.T).toarray()
    assert likeness[0, 1] > 0.3 > likeness[0, 2]


def test_rare_features_can_be_left_out():
    texts = ["refund please", "refund today", "refund giraffe"]
    assert "giraffe" in names(word_features().fit(texts))
    assert "giraffe" not in names(word_features(rarest=2).fit(texts))
    assert "refund" in names(word_features(rarest=2).fit(texts))


def test_the_same_texts_give_the_same_features():
    texts = ["where is my refund", "cannot log in"]
    first, second = (word_features().fit_transform(texts) for _ in range(2))
    assert (first != second).nnz == 0


def test_of_a_very_long_message_the_beginning_is_read():
    assert shortened(["short", "a" * LONGEST + "b"]) == ["short", "a" * LONGEST]
