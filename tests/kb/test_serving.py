from __future__ import annotations

import threading

import pytest

from kb.errors import EmbedderConflict
from kb.index.cache import PassageIndex
from kb.serving import EmbedderSwitch
from kb.store import ArticleStore
from tests.kb.builders import (
    EVERYTHING,
    NOW,
    Call,
    Progress,
    article,
    hashing,
    knowledge_base,
    save_all,
)

OLD, NEW = hashing(64), hashing(32)
ARTICLES = [
    article(f"a{number}", f"Bookings of kind {number}.\n\n## More\n\nThe end.") for number in range(5)
]


def load(fingerprint):
    return {OLD.fingerprint: OLD, NEW.fingerprint: NEW}.get(fingerprint)


@pytest.fixture
def before(engine, tmp_path):
    """The knowledge base as it was, with some articles."""
    knowledge = knowledge_base(engine, tmp_path / "index", OLD, load=load)
    save_all(knowledge, *ARTICLES)
    return knowledge


@pytest.fixture
def after(before, engine, tmp_path):
    """The same one in a process that is told to use another embedder."""
    return knowledge_base(engine, tmp_path / "index", NEW, load=load)


def ids(hits):
    return [one.article_id for one in hits]


def test_the_old_index_serves_until_the_new_one_is_whole(before, after):
    assert after.needs_reembedding()
    assert not before.needs_reembedding()
    assert after.health().embedder == OLD.fingerprint
    assert after.search("kind 3", EVERYTHING) == before.search("kind 3", EVERYTHING)


def test_searches_go_on_while_vectors_are_made_and_switch_when_they_are(after):
    served = []

    def look(done, total):
        served.append(
            (Call(done, total), after.health().embedder, ids(after.search("kind 3", EVERYTHING))[0])
        )

    assert after.reembed(look) == 10
    assert served == [(Call(10, 10), OLD.fingerprint, "a3")]
    assert not after.needs_reembedding()
    assert after.health().embedder == NEW.fingerprint
    assert ids(after.search("kind 3", EVERYTHING))[0] == "a3"
    assert after.check().faults == ()


def test_other_processes_follow_the_switch(before, after):
    before.search("kind 3", EVERYTHING)
    after.reembed()
    assert ids(before.search("kind 3", EVERYTHING))[0] == "a3"
    assert before.health().embedder == NEW.fingerprint
    assert before.check().faults == ()
    assert before.needs_reembedding()


def test_of_two_processes_with_different_embedders_neither_changes_back(before, after):
    before.search("kind 3", EVERYTHING)
    after.reembed()
    with pytest.raises(EmbedderConflict) as refused:
        before.reembed()
    assert OLD.fingerprint in str(refused.value)
    assert NEW.fingerprint in str(refused.value)
    assert after.health().embedder == NEW.fingerprint
    assert ids(before.search("kind 3", EVERYTHING))[0] == "a3"


def test_a_process_that_lacks_the_other_embedder_refuses_instead_of_changing_back(before, engine, tmp_path):
    unable = knowledge_base(engine, tmp_path / "index", OLD)
    unable.search("kind 3", EVERYTHING)
    knowledge_base(engine, tmp_path / "index", NEW, load=load).reembed()
    with pytest.raises(EmbedderConflict):
        unable.search("kind 3", EVERYTHING)
    assert ArticleStore(engine).active_embedder() == NEW.fingerprint


def test_reembedding_goes_on_where_it_was_cut_off(before, after, engine):
    store = ArticleStore(engine)
    (passage, title), *_ = store.passages_without(NEW.fingerprint, 10)
    vectors = NEW.passages.encode([f"{title}\n{passage.text}"])
    store.put_vectors(NEW.fingerprint, [passage.id], vectors, [store_sentences(NEW, passage)])
    seen = Progress()
    assert after.reembed(seen) == 9
    assert seen == [Call(10, 10)]
    assert after.reembed() == 0


def store_sentences(embedder, passage):
    from kb.importing import embed_passages

    return embed_passages(embedder, "any", [passage])[1][0]


def test_an_article_saved_by_the_old_embedder_while_the_switch_happens_is_not_lost(
    before, after, engine, tmp_path
):
    def switch_meanwhile(done, total):
        after.reembed()

    late = tmp_path / "late"
    late.mkdir()
    (late / "late.md").write_text("# Late\n\nZebras arrive.\n", "utf-8")
    before.import_path(late, "late", now=NOW, progress=switch_meanwhile)
    for knowledge in (before, after):
        assert knowledge.search("zebras arrive", EVERYTHING)[0].title == "Late"
        assert knowledge.health().embedder == NEW.fingerprint
        assert knowledge.check().faults == ()
        assert knowledge.health().index_size == knowledge.health().passages == 11


def test_what_others_write_by_the_old_embedder_until_the_switch_is_embedded_after_it(
    before, engine, tmp_path
):
    store = ArticleStore(engine)

    def open_index(used):
        if store.active_embedder() == OLD.fingerprint:
            save_all(before, article("late", "Zebras arrive."))
        return PassageIndex.open(tmp_path / "index", store, used.fingerprint, used.passages.dimension)

    switch = EmbedderSwitch(store, NEW, open_index, load)
    assert switch.reembed() == 11
    assert store.passages_without(NEW.fingerprint, 10) == []


def test_a_switch_in_the_midst_of_a_search_is_noticed(before, after, engine, tmp_path):
    switched = threading.Event()

    class Slow:
        """Embeds the question, while another process switches."""

        def __init__(self, embedder):
            self._embedder = embedder
            self.fingerprint, self.dimension = embedder.fingerprint, embedder.dimension

        def encode(self, texts):
            if not switched.is_set():
                switched.set()
                after.reembed()
            return self._embedder.encode(texts)

    slow = Slow(OLD.passages)
    process = knowledge_base(engine, tmp_path / "index", type(OLD)(slow, slow), load=load)
    hit, *_ = process.search("kind 3", EVERYTHING)
    assert hit.article_id == "a3"
    assert process.health().embedder == NEW.fingerprint


def test_searches_in_many_threads_survive_the_switch(before, after):
    failures, stop = [], threading.Event()

    def search():
        while not stop.is_set():
            try:
                assert ids(before.search("kind 3", EVERYTHING))[0] == "a3"
            except Exception as error:
                failures.append(error)
                return

    before.search("kind 3", EVERYTHING)
    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    after.reembed()
    before.search("kind 3", EVERYTHING)
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []


def test_where_the_old_embedder_is_gone_all_is_embedded_anew_at_the_first_search(before, engine, tmp_path):
    alone = knowledge_base(engine, tmp_path / "index", NEW)
    assert ids(alone.search("kind 3", EVERYTHING))[0] == "a3"
    assert alone.health().embedder == NEW.fingerprint
    assert alone.check().faults == ()


def test_with_nothing_stored_the_wanted_embedder_serves_at_once(engine, tmp_path):
    knowledge_base(engine, tmp_path, OLD).search("anything", EVERYTHING)
    knowledge = knowledge_base(engine, tmp_path, NEW)
    assert knowledge.health().embedder == NEW.fingerprint
    assert not knowledge.needs_reembedding()


def test_two_processes_on_one_database_and_folder_see_each_others_changes(engine, tmp_path):
    one, other = (knowledge_base(engine, tmp_path) for _ in range(2))
    assert other.search("bookings", EVERYTHING) == []
    save_all(one, *ARTICLES[:2])
    assert ids(other.search("kind 1", EVERYTHING))[0] == "a1"
    other.remove_article("a1", now=NOW)
    assert ids(one.search("kind 1", EVERYTHING)) == ["a0"]
    assert one.check() == other.check()


def test_refresh_says_whether_anything_changed(engine, tmp_path):
    one, other = (knowledge_base(engine, tmp_path) for _ in range(2))
    other.refresh()
    assert not other.refresh()
    save_all(one, ARTICLES[0])
    assert other.refresh()
    assert not other.refresh()
