from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from kb.embedder.hashing import HashingEmbedder
from kb.embedder.pair import ArticleEmbedder
from kb.errors import ArticleNotFound, InvalidArticle
from kb.importing import digest, embed_passages, import_reading, prepare, quantised
from kb.passages import split_article
from kb.store import ArticleStore
from kb.types import Fault, ImportReport, Reading
from tests.kb.builders import NOW, Call, Progress, article, hashing

LATER = NOW + timedelta(days=1)


@pytest.fixture
def store(engine):
    store = ArticleStore(engine)
    store.set_active_embedder(hashing().fingerprint)
    return store


def bring_in(store, *articles, source="help", embedder=None, **others):
    reading = Reading(articles, others.pop("skipped", ()))
    return import_reading(store, embedder or hashing(), source, reading, now=LATER, **others)


class Counting(HashingEmbedder):
    """Counts the texts it embeds."""

    embedded = 0

    def encode(self, texts):
        self.embedded += len(texts)
        return super().encode(texts)


def test_a_first_import_adds_all(store):
    skipped = (Fault("logo.md", "is empty"),)
    report = bring_in(store, article("a", "One.\n\n## More\n\nTwo."), article("b"), skipped=skipped)
    assert report == ImportReport("help", added=2, passages=3, skipped=skipped)
    assert [one.id for one in store.list_articles()] == ["a", "b"]


def test_importing_again_writes_what_changed_and_removes_what_is_gone(store):
    bring_in(store, article("same"), article("changed"), article("gone"))
    generation = store.generation()
    report = bring_in(store, article("same"), article("changed", "Deposits cost more."), article("new"))
    assert report == ImportReport("help", added=1, updated=1, unchanged=1, removed=1, passages=2)
    assert [one.id for one in store.list_articles()] == ["changed", "new", "same"]
    assert store.get("changed").text == "Deposits cost more."
    assert store.get("changed").version == 2
    assert store.generation() > generation


def test_importing_the_same_again_changes_nothing(store):
    articles = (article("a"), article("b"))
    bring_in(store, *articles)
    generation = store.generation()
    assert bring_in(store, *articles) == ImportReport("help", unchanged=2)
    assert store.generation() == generation


def test_articles_of_other_sources_stay(store):
    bring_in(store, article("blog-a", source="blog"), source="blog")
    report = bring_in(store, article("a"))
    assert report.removed == 0
    assert bring_in(store).removed == 1
    assert [one.id for one in store.list_articles()] == ["blog-a"]


@pytest.mark.parametrize(
    "change",
    [
        {"audience": "internal"},
        {"tags": ("new",)},
        {"updated_at": NOW},
        {"verify_by": NOW.date()},
        {"owner": "Aino"},
    ],
)
def test_a_change_of_what_stands_beside_the_text_counts(store, change):
    bring_in(store, article())
    assert bring_in(store, article(**change)).updated == 1
    assert store.get("deposits") == article(**change)


def test_an_article_that_comes_back_has_a_new_version_only_where_it_differs(store):
    bring_in(store, article())
    bring_in(store)
    with pytest.raises(ArticleNotFound):
        store.get("deposits")
    assert bring_in(store, article()).added == 1
    assert store.get("deposits").version == 1


def test_what_was_embedded_before_is_not_embedded_again(store):
    counting = Counting(64)
    embedder = ArticleEmbedder(counting, counting)
    bring_in(store, article("a", "## One\n\nFirst.\n\n## Two\n\nSecond."), embedder=embedder)
    before = counting.embedded
    bring_in(store, article("a", "## One\n\nFirst.\n\n## Two\n\nOther."), embedder=embedder)
    assert counting.embedded - before == 2  # one passage and its one sentence


def test_progress_tells_articles_done_of_all(store):
    seen = Progress()
    bring_in(store, *(article(f"a{number}", "Word. " * 3000) for number in range(5)), progress=seen)
    assert seen == [Call(2, 5), Call(4, 5), Call(5, 5)]


def test_an_import_that_changes_nothing_tells_no_progress(store):
    bring_in(store, article())
    seen = Progress()
    bring_in(store, article(), progress=seen)
    assert seen == []


def test_an_article_without_passages_is_kept_all_the_same(store):
    assert bring_in(store, article("empty", "")) == ImportReport("help", added=1)
    assert store.get("empty").text == ""


@pytest.mark.parametrize("unstorable", ["half a pair \ud83d", "NUL \x00"])
def test_characters_that_nothing_can_hold_are_refused_all_at_once(store, unstorable):
    written = replace(article(), title=unstorable, text=unstorable, blocks=())
    with pytest.raises(InvalidArticle) as refused:
        prepare(store, hashing(), [article("fine"), written])
    assert [fault.where for fault in refused.value.faults] == ["'deposits': title", "'deposits': text"]


def test_a_digest_stands_for_the_article_but_not_for_its_version():
    assert digest(article()) == digest(article(version=7))
    assert digest(article()) != digest(article(title="Other"))


def test_a_write_holds_one_vector_a_passage_and_one_a_sentence(store):
    (write,) = prepare(store, hashing(), [article("a", "One. Two.\n\n## More\n\nThree.")])
    assert write.vectors.shape == (2, 64)
    assert [one.values.shape for one in write.sentence_vectors] == [(2, 64), (1, 64)]
    assert len(set(write.content_keys)) == 2


def test_a_passage_is_embedded_below_its_title_and_a_sentence_below_its_nearest_heading():
    written = article("trash", "## Later\n\n### Series\n\nExpand it.")
    vectors, (sentences,) = embed_passages(
        hashing(), "Trash", split_article(written, HashingEmbedder().count_tokens)
    )
    expected = HashingEmbedder(64).encode(["Trash Later Series Expand it", "Series Expand it"])
    assert vectors[0] == pytest.approx(expected[0])
    assert sentences.floats()[0] == pytest.approx(expected[1], abs=0.01)


def test_eight_bits_move_no_cosine_by_more_than_two_thousandths():
    vectors = np.random.default_rng(5).normal(size=(50, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    kept = quantised(vectors).floats()
    assert np.abs(kept @ vectors.T - vectors @ vectors.T).max() < 0.002


def test_no_vectors_and_a_vector_of_zeros_can_be_kept():
    assert quantised(np.zeros((0, 8), np.float32)).floats().shape == (0, 8)
    assert quantised(np.zeros((1, 8), np.float32)).floats().tolist() == [[0.0] * 8]
